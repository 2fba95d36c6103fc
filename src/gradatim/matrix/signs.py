"""Where a minus sign is written: −(y − p) x is (p − y) x."""

from __future__ import annotations

from collections.abc import Container

from gradatim.matrix.build import turned_sum
from gradatim.matrix.cost import cost
from gradatim.matrix.powers import negated_sum
from gradatim.ops import add, number, product, quotient, rational
from gradatim.ops.base import Multilinear
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Term, is_sum, transform, walk

MAX_TERMS = 8
MINUS = number(-1)
SIGN = 1
"""What it may cost to put a sign within a numerator, which has no brackets of its own: −(t − s p)/τ is (s p − t)/τ."""


def signs_inside(term: Term) -> Term:
    """The term with a sign that stands alone before a product taken into a difference among the factors, if the difference stands
    in no other place: d − (wᵀd) m keeps it."""
    if not any(isinstance(n, Apply) and n.op is product and n.args[0] is MINUS for n in walk(term)):
        return term
    often = _often(term)
    return transform(term, lambda node: _sign(node, often))


def _often(term: Term) -> set[Term]:
    """The sums that are written several times, whichever way round."""
    written: dict[Term, int] = {term: 1}
    sums: dict[Term, int] = {}
    for node in reversed(list(walk(term))):
        for a in node.args:
            written[a] = written.get(a, 0) + written[node]
        if isinstance(node, Apply) and node.op is add and len(node.args) <= MAX_TERMS:
            for way in (node, negated_sum(node) if node.is_scalar else turned_sum(node)):
                if way is not None:
                    sums[way] = sums.get(way, 0) + written[node]
    return {s for s, n in sums.items() if n > 1}


def _sign(node: Term, often: Container[Term]) -> Term:
    """−(y − p) x as (p − y) x. A number in front keeps its sign: −2(y − ŷ) w is what people write."""
    if not (isinstance(node, Apply) and node.op is product and node.args[0] is MINUS and len(node.args) > 1):
        return node
    found = _in_one(node.args[1:])
    if found is None or found[1] in often:
        return _before_a_number(node) if found is None else node
    kept = found[0]
    return made_of(product, kept)


def _before_a_number(node: Apply) -> Term:
    """−(1 − s) x as (s − 1) x: the sign goes into a difference from a number, too, if it stands among the factors itself."""
    if len(node.args) < 3:
        return node
    for k, a in enumerate(node.args):
        if isinstance(a, Apply) and a.op is add and len(a.args) == 2 and rational(a.args[0]) is not None:
            turned = negated_sum(a)
            if _of_factor(a, node.args):  # −p (1 − p) stays
                return node
            if turned is not None and cost(turned) <= cost(a):
                return product(*node.args[1:k], turned, *node.args[k + 1 :])
    return node


def _of_factor(difference: Apply, factors: tuple[Term, ...]) -> bool:
    """Whether what is taken from a number stands among the factors itself, as p beside 1 − p."""
    last = difference.args[1]
    return isinstance(last, Apply) and last.op is product and len(last.args) == 2 and last.args[1] in factors


def opposite(term: Term) -> tuple[Term, Term] | None:
    """−t without a sign of its own, where a difference under what is linear can be turned, and that difference."""
    if is_sum(term):
        inside = opposite(term.body)
        return None if inside is None else (Bind("sum", term.index, inside[0]), inside[1])
    if not isinstance(term, Apply):
        return None
    if term.op is add:
        turned = _turned(term)
        return None if turned is None else (turned, term)
    if term.op is quotient and isinstance(term.args[0], Apply) and term.args[0].op is add:
        turned = _turned(term.args[0], SIGN)
        return None if turned is None else (quotient(turned, term.args[1]), term.args[0])
    linear = term.op is quotient or isinstance(getattr(term.op, "derivative", None), Multilinear)
    found = _in_one(term.args[:1] if term.op is quotient else term.args) if linear else None
    if found is None:
        return None
    args, difference = found
    return term.rebuild((*args, *term.args[1:]) if term.op is quotient else args), difference


def _in_one(factors: tuple[Term, ...]) -> tuple[tuple[Term, ...], Term] | None:
    """The factors with the sign of one turned, by way of a difference that stands in none of the others: (x − m)(x − m)ᵀ stays."""
    if any(map(_numbered, factors)):
        return None
    for k, a in enumerate(factors):
        found = opposite(a)
        if found is None:
            continue
        turned, difference = found
        others = (*factors[:k], *factors[k + 1 :])
        if not {difference, _turned(difference)} & set(walk(*others)):
            return (*factors[:k], turned, *factors[k + 1 :]), difference
    return None


def _numbered(factor: Term) -> bool:
    """Whether a number stands in front, which keeps the sign: −2(y − ŷ), −(2/N) Σ."""
    if isinstance(factor, Apply) and factor.op is quotient:
        value = rational(factor.args[0])
        return rational(factor) is not None or value not in (None, 1)
    return rational(factor) is not None or isinstance(factor, Apply) and factor.op is product and _numbered(factor.args[0])


def _turned(total: Term, dearer: int = 0) -> Term | None:
    """The difference the other way round, if it has no more signs then; one from a number or 𝟏 stays as people write it."""
    if any(rational(a) is not None or isinstance(a, Apply) and not a.args for a in total.args):
        return None
    assert isinstance(total, Apply)
    turned = negated_sum(total) if total.is_scalar else turned_sum(total)
    if turned is None or not (isinstance(turned, Apply) and turned.op is add):
        return None
    return turned if _signs(turned) <= _signs(total) and cost(turned) <= cost(total) + dearer else None


def _signs(total: Apply) -> int:
    return sum(negative(a) for a in total.args)


def negative(term: Term) -> bool:
    """Whether a minus sign stands in front."""
    while isinstance(term, Apply) and term.op in (product, quotient):
        term = term.args[0]
    value = rational(term)
    return value is not None and value < 0


__all__ = ["negative", "opposite", "signs_inside"]
