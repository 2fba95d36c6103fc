"""The derivative by a member of a family that a writer defined: ∂L/∂mᵢ for L = Σᵢ log(1 + e^{−yᵢ wᵀxᵢ}) and mᵢ = yᵢ wᵀxᵢ."""

from __future__ import annotations

from gradatim.derive.derivative import derivative
from gradatim.judge.pieces import unfolded
from gradatim.ops import at
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_index, substitute, transform, walk
from gradatim.types import Type


def by_member(function: Term, variable: Term) -> Term | None:
    """The derivative, in the sums of the function every summand's own value standing for a member of one family; None where the
    variable is no such member, or its value stands in no sum."""
    op = variable.op if isinstance(variable, Apply) else None
    if not isinstance(op, Function) or op.body is None or len(op.parameters) != 1 or not is_index(variable.args[0]):
        return None
    place, extent = variable.args[0], variable.args[0].type.index
    if extent is None:
        return None
    family = Symbol("\u2063members", Type((extent, *variable.type.axes), family=1 if variable.rank else 0))
    body, parameter = unfolded(op.body), op.parameters[0]

    def named(node: Term) -> Term:
        if not isinstance(node, Bind) or node.kind != "sum" or node.index.type.index != extent:
            return node
        index, inside = node.opened()
        own = substitute(body, {parameter: index})
        held = any(n is own for n in walk(inside))
        return Bind("sum", index, substitute(inside, {own: at(family, index)})) if held else node

    shown = unfolded(function)
    made = transform(shown, named)
    if made is shown:
        return None
    member = at(family, place)
    found = substitute(derivative(made, member), {member: variable})
    return None if family in free_symbols(found) else found


__all__ = ["by_member"]
