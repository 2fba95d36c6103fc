"""Sums over part of a range as sums over all of it, where what is left out is nothing, or the same once more: Σ over i ≠ j of
(xᵢ − xⱼ)² is the sum over all i and j, and over i < j half of that."""

from __future__ import annotations

from fractions import Fraction

from gradatim.check.normal import proves
from gradatim.matrix.powers import PowerProduct, assemble, power_product
from gradatim.matrix.scalar import multiply
from gradatim.ops import add, at, number, power, product, quotient, rational
from gradatim.ops.masks import how_many, in_either_order, restricting
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, fresh_index, is_sum, substitute, transform, walk

POLYNOMIAL = (add, product, quotient, power, at)


def over_whole_ranges(term: Term) -> Term:
    """The term with such sums over whole ranges; itself where it has none."""
    return transform(term, _whole) if term.indexed and any(map(restricting, walk(term))) else term


def _whole(node: Term) -> Term:
    if not is_sum(node):
        return node
    index, body = node.opened()
    if is_sum(body):
        other, inside = body.opened()
        return node if (found := _both_orders(index, other, inside)) is None else found
    found = _unrestricted(index, body)
    return node if found is None else Bind("sum", index, found)


def _both_orders(i: Symbol, j: Symbol, body: Term) -> Term | None:
    """The sum over i < j of what is the same for (j, i) as half of that over i ≠ j."""
    taken = _mask(i, j, body)
    if taken is None:
        return None
    mask, rest = taken
    both = in_either_order(mask)
    if both is mask or not _polynomial(rest, i, j) or not proves(rest, _swapped(rest, i, j)):
        return None
    inside = _unrestricted(j, multiply(both, rest))
    return None if inside is None else multiply(number(Fraction(1, 2)), Bind("sum", i, Bind("sum", j, inside)))


def _unrestricted(index: Symbol, body: Term) -> Term | None:
    """The body without an indicator that leaves out one position, at which the rest is zero; None where there is none."""
    others = (a for n in walk(body) if restricting(n) and index in n.args for a in n.args if a is not index)
    for other in dict.fromkeys(others):
        taken = _mask(index, other, body)
        if taken is None or how_many(taken[0], index) is None or not _polynomial(taken[1], index, other):
            continue
        if proves(substitute(taken[1], {index: other}), number(0)):
            return taken[1]
    return None


def _mask(i: Term, j: Term, body: Term) -> tuple[Apply, Term] | None:
    """The indicator between two positions among the factors of a body, and the other factors."""
    p = power_product(body)
    masks = [a for a, k in p.powers if k == 1 and isinstance(a, Apply) and restricting(a) and {i, j} == set(a.args)]
    if len(masks) != 1:
        return None
    return masks[0], assemble(PowerProduct(p.coefficient, tuple(item for item in p.powers if item[0] is not masks[0])))


def _swapped(term: Term, i: Symbol, j: Symbol) -> Term:
    mark = fresh_index(i.type.index)  # type: ignore[arg-type]
    return substitute(substitute(substitute(term, {i: mark}), {j: i}), {mark: j})


def _polynomial(term: Term, i: Term, j: Term) -> bool:
    """Whether what depends on both positions is made by sums, products and whole powers, so that it has a value where they meet."""
    for node in walk(term):
        if not (depends_on(node, i) and depends_on(node, j)):
            continue
        if not isinstance(node, Apply) or node.op not in POLYNOMIAL:
            return False
        if node.op is quotient and depends_on(node.args[1], i) and depends_on(node.args[1], j):
            return False
        if node.op is power and ((k := rational(node.args[1])) is None or k.denominator != 1 or k < 0):
            return False
    return True
