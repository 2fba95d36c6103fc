"""Sums over part of a range, as they are shown: one for each restriction, what they share out of the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from gradatim.matrix.build import plus, times, transposed
from gradatim.matrix.chain import is_zero
from gradatim.matrix.cost import cost
from gradatim.matrix.entries import stacks_joined
from gradatim.matrix.orientation import led_by_number
from gradatim.matrix.powers import PowerProduct, assemble, power_product
from gradatim.matrix.scalar import add_up, multiply
from gradatim.ops import add, at, number, ones, power, product, quotient
from gradatim.ops.masks import how_many, restricted_by, restricting
from gradatim.ops.powers import mpower, raised_to
from gradatim.ops.quotients import least_count
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, fresh_index, is_sum, substitute, transform, walk


def under_one_sign(term: Term) -> Term:
    """Σᵢ [𝟙[j < i] a]ⱼ + … as one formula for the entry j: stacks stand outside of sums, and sums over one index are one sum."""
    if not term.indexed or not any(map(restricting, walk(term))):
        return term
    term = transform(term, _together)
    term = transform(term, _by_rows)
    stacks = [n for n in walk(term) if isinstance(n, Bind) and n.kind == "stack"]
    inner = {n.body for n in stacks}
    return substitute(term, {n: _before_stack(n) for n in stacks if n not in inner})


def _together(node: Term) -> Term:
    if isinstance(node, Apply) and node.op is add:
        if sum(isinstance(a, Bind) and a.kind == "stack" for a in node.args) > 1:
            return transform(stacks_joined(node.args), _summed)
        return _summed(node)
    if is_sum(node) and isinstance(node.body, Bind) and node.body.kind == "stack":
        position, entry = node.body.opened()
        index = node.index
        return _together(Bind("stack", position, multiply(Bind("sum", index, entry))))
    return node


def _by_rows(node: Term) -> Term:
    """[Σⱼ 𝟙[j ≠ i] (xⱼ − xᵢ)ₖ]ₖ as Σⱼ 𝟙[j ≠ i] (xⱼ − xᵢ): the last index counts the entries of vectors."""
    if not (isinstance(node, Bind) and node.kind == "stack" and node.body.is_scalar and any(map(restricting, walk(node.body)))):
        return node
    index, entry = node.opened()
    found = _vector(entry, index)
    return node if found is None else found


def _vector(entry: Term, k: Symbol) -> Term | None:
    """The vector whose entry at k a number is; None where it is not linear in entries of vectors and rows."""
    if isinstance(entry, Bind):
        index, body = entry.opened()
        inside = _vector(body, k) if entry.kind == "sum" else None
        return None if inside is None else Bind("sum", index, inside)
    if not isinstance(entry, Apply) or entry.op not in (at, add, product, quotient):
        return None
    if entry.op is at:
        whole, *places = entry.args
        row = places[-1] is k and whole.rank < 3 and not depends_on(whole, k) and not any(p is k for p in places[:-1])
        return (at(whole, *places[:-1]) if places[:-1] else (transposed(whole) if whole.type.row else whole)) if row else None
    counting = [a for a in entry.args if depends_on(a, k)]
    if entry.op is add:
        parts = [_vector(a, k) for a in entry.args]
        return plus(*(p for p in parts if p is not None)) if None not in parts else None
    inside = _vector(counting[0], k) if len(counting) == 1 else None
    if inside is None or entry.op is quotient and counting[0] is not entry.args[0]:
        return None
    if entry.op is quotient:
        return times(power(entry.args[1], number(-1)), inside)
    return times(*(a for a in entry.args if a is not counting[0]), inside)


def _before_stack(node: Bind) -> Term:
    """Factors that are the same at every position stand before the bracket: −2 [a]ᵢ."""
    index, entry = node.opened()
    indices = [index]
    while isinstance(entry, Bind) and entry.kind == "stack":
        index, entry = entry.opened()
        indices.append(index)
    p = power_product(entry)
    front = tuple((a, k) for a, k in p.powers if not any(depends_on(a, i) for i in indices))
    if not p.coefficient or p.coefficient == 1 and not front or len(indices) > 2:  # a tensor is no factor of a product
        return node
    inside = assemble(PowerProduct(Fraction(1), tuple(item for item in p.powers if item not in front)))
    for i in reversed(indices):
        inside = Bind("stack", i, inside)
    return times(assemble(PowerProduct(p.coefficient, front)), inside)


def _summed(node: Term) -> Term:
    """Restricted sums over one range among the terms of a scalar sum as one sum, where that is shorter."""
    if not (isinstance(node, Apply) and node.op is add and node.is_scalar):
        return node
    found: dict[object, list[tuple[Term, Bind]]] = {}
    rest: list[Term] = []
    for a in node.args:
        p = power_product(a)
        sums = [t for t, k in p.powers if k == 1 and is_sum(t) and restricted_by(t.body, t.index)]
        if len(sums) == 1:
            front = replace(p, powers=tuple(item for item in p.powers if item[0] is not sums[0]))
            found.setdefault(sums[0].index.type, []).append((assemble(front), sums[0]))
        else:
            rest.append(a)
    joined = [*rest, *(_one(group) for group in found.values())]
    if len(joined) == len(node.args):
        return node
    return min(node, made_of(add, joined), key=cost)


def _one(group: Sequence[tuple[Term, Bind]]) -> Term:
    index, _ = group[0][1].opened()
    inside = add_up(multiply(front, substitute(node.body, {node.index: index})) for front, node in group)
    return number(0) if is_zero(inside) else multiply(Bind("sum", index, inside))


def from_second(term: Term) -> Term:
    """Σᵢ (i − 1) X^(i − 2) as Σᵢ i X^(i − 1) over one term less: the first term is zero, and its power need not exist."""
    return transform(term, _from_second) if term.indexed else term


def _from_second(node: Term) -> Term:
    if not (is_sum(node) and isinstance(node.body, Apply) and node.body.op is product):
        return node
    index = node.index
    before = add(index, number(-1))
    rest = [a for a in node.body.args if a is not before]
    low = any(isinstance(n, Apply) and n.op in (power, mpower) and (least_count(n.args[1]) or 0) < 0 for n in walk(node.body))
    if len(rest) == len(node.body.args) or not low:
        return node
    later = fresh_index(node.extent - 1)
    moved = [transform(substitute(a, {index: add(later, number(1))}), _exponent) for a in rest]
    return Bind("sum", later, times(later, *moved))


def _exponent(node: Term) -> Term:
    """A power with its exponent added up: X^(i + 1 − 2) is X^(i − 1)."""
    if not isinstance(node, Apply) or node.op not in (power, mpower):
        return node
    exponent = add_up([node.args[1]])
    return raised_to(node.args[0], exponent) if node.op is mpower else power(node.args[0], exponent)


def by_restriction(term: Term) -> Term:
    """Σⱼ (𝟙[i < j] a + 𝟙[j < i] b) c as a sum over j > i and one over j < i."""
    return transform(term, _apart) if term.indexed else term


def _apart(node: Term) -> Term:
    if not isinstance(node, Bind):
        return times(*node.args) if _unsettled(node) else node
    if node.kind == "stack" and node.body.is_scalar and not depends_on(node.body, node.index):
        return times(node.body, ones(params=(node.extent,)))
    if node.kind != "sum" or not restricted_by(node.body, node.index):
        return node.body if node.kind == "sum" and node.body is number(0) else node
    parts = _distributed(node.body, node.index)
    sums = [_number_before(_counted(Bind("sum", node.index, p))) for p in parts]
    return made_of(add, sums)


def _unsettled(node: Term) -> bool:
    """A product of what has become zero, or has got a number in front."""
    return isinstance(node, Apply) and node.op is product and any(a is number(0) or led_by_number(a) for a in node.args)


def _counted(node: Bind) -> Term:
    """What is the same for every index of a restricted sum, times their number: Σ over i ≠ k of c is (n − 1) c."""
    p = power_product(node.body)
    masks = [a for a, k in p.powers if k == 1 and isinstance(a, Apply) and restricting(a) and node.index in a.args]
    if len(masks) != 1 or (number_of := how_many(masks[0], node.index)) is None:
        return node
    rest = assemble(replace(p, powers=tuple(item for item in p.powers if item[0] is not masks[0])))
    return node if depends_on(rest, node.index) else multiply(number_of, rest)


def _number_before(node: Term) -> Term:
    """The number in front of a sum's body in front of the sum."""
    if not (isinstance(node, Bind) and (p := power_product(node.body)).coefficient not in (0, 1)):
        return node
    bare = Bind(node.kind, node.index, assemble(replace(p, coefficient=Fraction(1))))
    return multiply(number(p.coefficient), bare)


def _distributed(body: Term, index: Term) -> list[Term]:
    """The terms of a body in which a sum of terms, each restricted by the index, is a factor."""
    if not isinstance(body, Apply):
        return [body]
    if body.op is add:
        return list(body.args) if all(_restricted(a, index) for a in body.args) else [body]
    if body.op is quotient:
        return [quotient(p, body.args[1]) for p in _distributed(body.args[0], index)]
    if body.op is product:
        for k, a in enumerate(body.args):
            parts = _distributed(a, index)
            if len(parts) > 1:
                return [times(*body.args[:k], p, *body.args[k + 1 :]) for p in parts]
    return [body]


def _restricted(term: Term, index: Term) -> bool:
    if isinstance(term, Apply) and term.op in (product, quotient):
        return any(_restricted(a, index) for a in (term.args if term.op is product else term.args[:1]))
    return restricting(term) and index in term.args


__all__ = ["by_restriction", "from_second", "under_one_sign"]
