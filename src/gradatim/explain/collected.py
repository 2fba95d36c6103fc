"""Sums over rows and entries as formulas of whole arrays: Σᵢ Σⱼ (Mᵢⱼ − uᵢᵀvⱼ)² is ‖M − U Vᵀ‖², and by U that is led by U itself."""

from __future__ import annotations

from gradatim.derive.entry_sums import as_arrays
from gradatim.explain.by_summand import counts_entries
from gradatim.explain.plan import Plan
from gradatim.explain.steps import Claim, Label, Step
from gradatim.ops import at, hpower, rational, sqnorm, total
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_sum, substitute, transform, walk


def collected(function: Term, symbol: Symbol) -> Term:
    """The function with sums in which rows or entries of the variable move together written with whole arrays; sums of which an
    entry moves its own summand alone, and sums over the members of a family, stay."""
    if not symbol.rank or symbol.type.family:
        return function
    table: dict[Term, Term] = {}
    todo = [function]
    while todo:
        node = todo.pop()
        if symbol not in free_symbols(node):
            continue
        if is_sum(node) and node.is_scalar:
            if _by_places(node, symbol) and not counts_entries(node, symbol) and (whole := as_arrays(node)) is not node:
                table[node] = transform(whole, _square)
        else:
            todo += node.args
    return substitute(function, table) if table else function


def _by_places(node: Bind, symbol: Symbol) -> bool:
    """Whether rows or entries are taken of the variable, or of a formula in it that has no name, in a sum."""
    taken = [n.args[0] for n in walk(node) if isinstance(n, Apply) and n.op is at and symbol in free_symbols(n.args[0])]
    return any(not (isinstance(a, Apply) and isinstance(a.op, Function)) for a in taken)


def _square(node: Term) -> Term:
    """The sum of squared entries as a squared norm."""
    if isinstance(node, Apply) and node.op is total and isinstance(node.args[0], Apply) and node.args[0].op is hpower:
        base, exponent = node.args[0].args
        return sqnorm(base) if rational(exponent) == 2 else node
    return node


def moves_whole(plan: Plan) -> bool:
    """Whether the variable stands in a sum of which no part has a name and of which an entry moves more than its own summand."""
    return any(
        is_sum(n) and plan.direct(n) and not counts_entries(n, plan.variable)
        for body in (plan.root, *(name.body for name in plan.names))
        for n in walk(body)
    )


def collecting(function: Term, read: Term, whole: Term, label: Label) -> Step:
    """The line that writes the function, which reads as `read`, with whole arrays."""
    head = Apply(Function(*label, (), function), ())
    why = ("the sums over rows and entries are written with whole arrays",)
    return Step("entries collected", head, read, why, "definition", Claim(function), forms=(whole,))
