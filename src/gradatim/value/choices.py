"""What an indicator of values rules out is not looked at: 𝟙[x > 0] ⊙ log(x) has the value 0 where x is negative.

Evaluators work out every factor, and of the logarithm of a negative number there is none. So where an indicator is a factor, what
stands beside it entry by entry and could leave its domain is worked out at 1 there. The value is the same wherever the indicator is 1.
"""

from __future__ import annotations

from functools import lru_cache

from gradatim.ops.base import Op, Pointwise, derivative_of
from gradatim.ops.kinks import at_least_zero, strictly
from gradatim.ops.linear_algebra import unit
from gradatim.ops.pointwise import step
from gradatim.ops.products import hadamard, hdivide, hpower
from gradatim.ops.quotients import quotient
from gradatim.ops.structure import add, minus, product
from gradatim.term import Apply, Number, Term, transform, walk


@lru_cache(maxsize=4_096)
def with_choices(term: Term) -> Term:
    """The term with a value wherever its indicators rule out what has none."""
    if not any(isinstance(n, Apply) and n.op in (step, at_least_zero) for n in walk(term)):
        return term
    return transform(strictly(term), _shielded)


def _shielded(node: Term) -> Term:
    if not isinstance(node, Apply) or node.op not in (hadamard, product, hdivide, quotient):
        return node
    axes = node.type.axes
    if node.op in (product, quotient) and axes:
        return node
    if node.op in (hdivide, quotient):
        above, below = node.args
        for mask in (a for a in _factors(above) if _is_mask(a) and below.type.axes == axes):
            below = _instead(_within(below, mask), mask)
        return node.rebuild((above, below))
    masks = [a for a in node.args if _is_mask(a) and a.type.axes == axes]
    if not masks:
        return node
    args = node.args
    for mask in masks:
        args = tuple(a if a in masks or isinstance(a, Number) else _within(a, mask) for a in args)
    return node.rebuild(args)


def _factors(t: Term) -> tuple[Term, ...]:
    return t.args if isinstance(t, Apply) and t.op in (hadamard, product) else (t,)


def _is_mask(t: Term) -> bool:
    """𝟙[z > 0], 1 − 𝟙[z > 0], or a product of such."""
    if not isinstance(t, Apply):
        return False
    if t.op is step or t.op in (hadamard, product) and all(map(_is_mask, t.args)):
        return True
    if t.op is not add or len(t.args) != 2:
        return False
    one = unit(t.type.bare)
    return any(a is one and isinstance(b, Apply) and _of_minus(b) for a, b in (t.args, t.args[::-1]))


def _of_minus(t: Apply) -> bool:
    """Whether a term is −𝟙[z > 0]."""
    return any(isinstance(a, Apply) and a.op is step and t is minus(a) for a in t.args)


def _within(term: Term, mask: Term) -> Term:
    """Entry by entry down to what may have no value, whose argument is 1 where the mask is 0."""
    if not isinstance(term, Apply) or not isinstance(term.op, Op) or term.type.axes != mask.type.axes or not _by_entry(term):
        return term
    wanted = {t for t, _ in term.op.needed(term) if t in term.args}
    args = tuple(_instead(_within(a, mask), mask) if a in wanted else _within(a, mask) for a in term.args)
    return term.rebuild(args)


def _by_entry(term: Apply) -> bool:
    if term.op is product:
        return sum(a.rank > 0 for a in term.args) <= 1
    return term.op in (add, hadamard, hpower) or isinstance(term.op, Op) and isinstance(derivative_of(term.op), Pointwise)


def _instead(term: Term, mask: Term) -> Term:
    if term.type.axes != mask.type.axes:
        return term
    one = unit(term.type.bare)
    times = product if not term.rank else hadamard
    return add(times(mask, term), add(one, minus(mask)))
