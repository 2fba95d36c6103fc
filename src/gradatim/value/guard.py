"""What an indicator rules out is not looked at: [i ≠ j] / ‖xᵢ − xⱼ‖ has the value 0 where i = j.

Evaluators work out every factor. So a term is made ready for them: where an indicator that restricts (`Op.restricts`) is a factor,
the arguments beside it that could leave their domain are one there, `r` becomes `[i ≠ j] r + (1 − [i ≠ j])`. The value is the same
wherever the indicator is 1, and exists where it is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from gradatim.ops.base import Op
from gradatim.ops.function import Function
from gradatim.ops.linear_algebra import identity, unit
from gradatim.ops.masks import restricting
from gradatim.ops.quotients import power, quotient
from gradatim.ops.structure import add, at, made_of, minus, number, product
from gradatim.term import Apply, Bind, Term, depends_on, free_symbols, is_index, substitute, transform, walk

DEEPEST = 50
"""How many calls of functions within calls are written out."""


def guarded(term: Term) -> Term:
    """The term with a value wherever its indicators rule out what has none."""
    return _guarded(term) if term.indexed else term


@lru_cache(maxsize=4_096)
def _guarded(term: Term) -> Term:
    if not any(isinstance(n, Apply) and restricting(n) for n in walk(term)):
        return term
    return transform(term, _shielded)


def _ruling(term: Term, depth: int = 0) -> tuple[Term, ...]:
    """What makes a term zero by an indicator: those among its factors, and of a sum that all its terms are ruled out."""
    found: dict[Term, None] = {}
    stack = [term]
    while stack:
        node = stack.pop()
        if restricting(node):
            found[node] = None
        elif isinstance(node, Apply) and node.op is product:
            stack.extend(reversed(node.args))
        elif isinstance(node, Apply) and node.op is quotient:
            stack.append(node.args[0])
        elif isinstance(node, Apply) and node.op is add and depth < DEEPEST:
            each = [_ruling(a, depth + 1) for a in node.args]
            if all(each):
                none = [add(number(1), minus(made_of(product, masks))) for masks in each]
                found[add(number(1), minus(product(*none)))] = None
    return tuple(found)


def _shielded(node: Term) -> Term:
    if not isinstance(node, Apply) or node.op not in (product, quotient, power):
        return node
    if node.op is power:
        ruled = _ruling(node.args[1])
        return power(_within(_instead(node.args[0], ruled, "nonzero"), ruled), node.args[1]) if ruled else node
    masks = _ruling(node)
    if not masks:
        return node
    if node.op is quotient:
        top, bottom = node.args
        return quotient(top, _instead(_within(bottom, masks), masks, "nonzero"))
    args: list[Term] = []
    for a in node.args:
        new = tuple(m for m in masks if m not in _ruling(a))
        args.append(_within(a, new) if new else a)
    return product(*args)


def _within(term: Term, masks: Sequence[Term]) -> Term:
    """A factor beside the indicators: what may have no value where one of them is zero is one there."""

    def rule(node: Term) -> Term:
        if not isinstance(node, Apply) or not isinstance(node.op, Op):
            return node
        wanted = {t: fact for t, fact in node.op.needed(node) if t in node.args}
        if not wanted:
            return node
        return node.rebuild(tuple(_instead(a, masks, wanted[a]) if a in wanted else a for a in node.args))

    return transform(_written_out(term), rule)


def _written_out(term: Term) -> Term:
    """Calls of functions and entries of stacks as what they stand for: the indicators reach into them."""
    for _ in range(DEEPEST):
        opened = transform(term, _opened)
        if opened is term:
            break
        term = opened
    return term


def _opened(node: Term) -> Term:
    if not isinstance(node, Apply):
        return node
    if isinstance(node.op, Function) and node.op.body is not None and not (node.op.elementwise and node.rank):
        return node.op.body_at(node.args)
    if node.op is at and isinstance(node.args[0], Bind) and node.args[0].kind == "stack":
        stack = node.args[0]
        entry = substitute(stack.body, {stack.index: node.args[1]})
        return at(entry, *node.args[2:]) if len(node.args) > 2 else entry
    return node


def _instead(term: Term, masks: Sequence[Term], fact: str) -> Term:
    """The term where the indicators on whose indices it depends are 1, else a harmless value."""
    own = [m for m in masks if any(is_index(i) and depends_on(term, i) for i in free_symbols(m))]
    if not own:
        return term
    harmless = number(0) if fact == "fraction" else _one(term, fact)
    both = made_of(product, own)
    return add(product(both, term), product(add(number(1), minus(both)), harmless))


def _one(term: Term, fact: str) -> Term:
    if not term.rank:
        return number(1)
    return identity(params=term.type.axes[:1]) if fact in ("invertible", "spd") else unit(term.type.bare)


__all__ = ["guarded"]
