"""Constructors that simplify: sums of arrays as a person would put them down; products and transposes are those of `chain`.

Chains with the same factors add up, common factors come out on either side, binders join.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gradatim.matrix.chain import (
    MINUS,
    Chain,
    Part,
    is_transposed,
    is_zero,
    opens,
    put_together,
    scaled,
    simplify_chain,
    split,
    sum_of,
    times,
    transposed,
    turned_sum,
)
from gradatim.matrix.cost import cost
from gradatim.matrix.entries import is_entrywise, simplified, stacks_joined
from gradatim.matrix.powers import UNIT, PowerProduct, assemble, leaving, power_product, summands
from gradatim.matrix.scalar import add_up, content, divided
from gradatim.ops import (
    add,
    diag,
    facts,
    identity,
    inverse,
    product,
    zero,
)
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, substitute, walk
from gradatim.types import Type

MAX_OPENED = 8
"""Terms above which a whole sum under a factor is not opened to look for like terms: nobody would write it out."""

MAX_SPREAD = 4
"""Terms above which a sum that is multiplied by arrays is not spread over them."""
WORTH_OPENING = 0.8
MAX_CHAIN = 6
"""Factors above which a product is not opened at all."""


# ---------------------------------------------------------------- sums


def plus(*terms: Term) -> Term:
    """The sum, simplified: like terms added, common factors taken out where that is cheaper."""
    first = terms[0]
    if first.is_scalar:
        return add_up(terms)
    flat = [s for t in terms for s in summands(t)]
    if first.rank > 2:
        return stacks_joined(flat)
    kept = _added(flat, first.type.bare)
    if len(flat) > MAX_SPREAD:
        return kept
    spread = [s for t in flat for s in _spread_over(t)]
    if len(spread) == len(flat) or len(spread) > MAX_OPENED:
        return kept
    apart = _gathered(spread, first.type.bare)
    # Sums that a person wrote stay whole, unless much meets when they are opened.
    return apart if cost(apart) < WORTH_OPENING * cost(kept) else kept


def _added(flat: Sequence[Term], type_: Type) -> Term:
    """Like terms added up, also those of whole sums among the terms where that is cheaper."""
    kept = _gathered(flat, type_)
    if all(map(_lies_turned, flat)):
        kept = min(kept, transposed(_added([transposed(t) for t in flat], transposed(flat[0]).type.bare)), key=cost)
    if any(is_entrywise(t) for t in flat):
        kept = min(kept, simplified(add(*flat), plus), key=cost)
    opened = [s for t in flat for s in _opened(t)]
    return kept if len(opened) == len(flat) or len(opened) > 40 else min(kept, _gathered(opened, type_), key=cost)


def _lies_turned(term: Term) -> bool:
    """Whether a term is a matrix under a transpose, scalars apart: Aᵀ − Bᵀ is (A − B)ᵀ, and A − B may be shorter."""
    part = split(term)
    return part is not None and len(part[1]) == 1 and part[1][0].rank == 2 and is_transposed(part[1][0])


def _opened(term: Term) -> list[Term]:
    """A scalar times a whole sum, straight or transposed, as the sum of the scaled terms; anything else as it is."""
    part = split(term)
    if part is None or len(part[1]) != 1:
        return [term]
    whole = part[1][0]
    turned = is_transposed(whole)
    inner = summands(whole.args[0] if turned else whole)
    if not 1 < len(inner) <= MAX_OPENED:
        return [term]
    return [t for s in inner for t in _opened(times(assemble(part[0]), transposed(s) if turned else s))]


def _spread_over(term: Term) -> list[Term]:
    """A product with a short sum among its factors, as the sum of the products; anything else as it is."""
    part = split(term)
    if part is None or len(part[1]) > MAX_CHAIN:
        return [term]
    front, chain = assemble(part[0]), part[1]
    for k, factor in enumerate(chain):
        turned = is_transposed(factor)
        inner = summands(factor.args[0] if turned else factor)
        if 1 < len(inner) <= MAX_SPREAD:
            return [times(front, *chain[:k], transposed(s) if turned else s, *chain[k + 1 :]) for s in inner]
    return [term]


def cancelled_through(node: Term) -> Term:
    """A product with a short sum multiplied by its neighbours, where these cancel against the terms: (I + P) X is 2 X for the
    projection P = X (XᵀX)⁻¹Xᵀ, and aᵀ(I − x xᵀ/‖x‖²) x is 0."""
    part = _chain_of(node) if isinstance(node, Apply) and node.op is product else None
    if part is None or not 1 < len(part[1]) <= MAX_CHAIN:
        return node
    best, (coefficient, chain) = node, part
    for k, factor in enumerate(chain):
        turned = is_transposed(factor)
        inner = summands(factor.args[0] if turned else factor)
        if not 1 < len(inner) <= MAX_SPREAD or not (any(map(_inverts, inner)) or "idempotent" in facts(factor)):
            continue
        terms = [transposed(s) for s in inner] if turned else inner
        for before, after in ((chain[:k], ()), ((), chain[k + 1 :])):
            apart = [times(*before, s, *after) for s in terms] if before or after else []
            if any(is_zero(t) or _factors(t) < _factors(s) + len(before) + len(after) for t, s in zip(apart, terms)):
                whole = plus(*apart)
                rest = (*(() if before else chain[:k]), whole, *(() if after else chain[k + 1 :]))
                best = min(best, times(assemble(coefficient), *rest), key=cost)
    return best


def _chain_of(node: Apply) -> Part | None:
    """The coefficient and the chain of a product, also of one that is a number as aᵀBc is."""
    if node.rank:
        return split(node)
    arrays = [a for a in node.args if a.rank]
    if not arrays or not arrays[0].type.row or not opens(node):
        return None
    return power_product(times(*(a for a in node.args if not a.rank))) if len(arrays) < len(node.args) else UNIT, tuple(arrays)


def _factors(term: Term) -> int:
    part = split(term)
    return 0 if part is None else len(part[1])


def _inverts(term: Term) -> bool:
    """Whether an inverse stands among the factors."""
    part = split(term)
    return part is not None and any(isinstance(f, Apply) and f.op is inverse for f in part[1])


def _gathered(flat: Sequence[Term], type_: Type) -> Term:
    """Like terms added up, then the cheapest way to write the sum."""
    parts: dict[Chain, list[PowerProduct]] = {}
    sums: dict[Term, None] = {}
    for s in flat:
        part = split(s)
        if part is not None:
            coefficient, chain = _one_sign(part[0], simplify_chain(part[1]), sums)
            parts.setdefault(chain, []).append(coefficient)
    gathered: list[Part] = []
    for chain, coefficients in parts.items():
        total = coefficients[0] if len(coefficients) == 1 else _total(coefficients)
        if total.coefficient:
            gathered.append((_number_out(total), chain))
    return best_sum(tuple(gathered), type_)


def _total(coefficients: Sequence[PowerProduct]) -> PowerProduct:
    """The sum of like terms' coefficients with the number that all of them share in front: 2 + 2 λ is 2(1 + λ)."""
    shared = PowerProduct(content(coefficients).coefficient, ())
    if not shared.coefficient:
        return power_product(add_up(assemble(c) for c in coefficients))
    return shared.times(power_product(add_up(assemble(divided(c, shared)) for c in coefficients)))


def _number_out(coefficient: PowerProduct) -> PowerProduct:
    """The number that all terms of a sum among the factors share, in front: (2 + 2 λ) α is 2(1 + λ) α."""
    found = UNIT
    for atom, k in coefficient.powers:
        inner = summands(atom) if k == 1 and isinstance(atom, Apply) and atom.op is add else []
        parts = [power_product(t) for t in inner]
        shared = abs(content(parts).coefficient) if parts else Fraction(1)
        if shared in (0, 1):
            found = found.times(PowerProduct(Fraction(1), ((atom, k),)))
        else:
            rest = add(*(assemble(PowerProduct(p.coefficient / shared, p.powers)) for p in parts))
            found = found.times(PowerProduct(shared, ((rest, k),)))
    return PowerProduct(coefficient.coefficient, ()).times(found)


def _one_sign(coefficient: PowerProduct, chain: Chain, sums: dict[Term, None]) -> Part:
    """Where both a − b and b − a occur among the factors, the one met first stands for both."""
    out: list[Term] = []
    for factor in chain:
        if isinstance(factor, Apply) and factor.op is add and factor not in sums and len(factor.args) <= MAX_OPENED:
            turned = turned_sum(factor)
            if turned in sums:
                factor, coefficient = turned, MINUS.times(coefficient)
            sums.setdefault(factor)
        out.append(factor)
    return coefficient, tuple(out)


def _written(parts: Sequence[Part], type_: Type) -> Term:
    if not parts:
        return zero(type_)
    terms = [put_together(c, chain, type_) for c, chain in parts]
    if len(terms) == 1:
        return terms[0]
    return sum_of(terms)


def best_sum(parts: tuple[Part, ...], type_: Type) -> Term:
    """The cheapest way found to write a sum of parts."""
    parts = _binders_joined(_diagonals_joined(parts, type_), type_)
    if len(parts) < 2:
        return _written(parts, type_)
    common = content([c for c, _ in parts])
    inner = tuple((divided(c, common), chain) for c, chain in parts)
    inside = [_written(inner, type_)]
    apart = [_written(parts, type_)]
    if len(parts) <= 40:
        inside += _factorings(inner, type_)
        if common.coefficient.denominator != 1:
            apart += _factorings(parts, type_)
    # Of two as short the one with the common factor in front: 2(a − b), not 2a − 2b.
    return min([*(_outside(common, candidate, type_) for candidate in inside), *apart], key=cost)


def _diagonals_joined(parts: tuple[Part, ...], type_: Type) -> tuple[Part, ...]:
    """diag(u) + diag(v) as diag(u + v), where its entries then come out shorter."""
    found = [k for k, (_, chain) in enumerate(parts) if len(chain) == 1 and isinstance(chain[0], Apply) and chain[0].op is diag]
    if len(found) < 2:
        return parts
    whole = split(plus(*(put_together(parts[k][0], parts[k][1][0].args, type_) for k in found)))
    others = [p for k, p in enumerate(parts) if k not in found]
    if whole is None:
        return tuple(others)
    joined: Part = whole[0], (diag(product(*whole[1]) if len(whole[1]) > 1 else whole[1][0]),)
    before = sum(cost(put_together(*parts[k], type_)) for k in found)
    return (*others, joined) if cost(put_together(*joined, type_)) < before else parts


def _binders_joined(parts: tuple[Part, ...], type_: Type) -> tuple[Part, ...]:
    """Σⱼ u + Σⱼ v as Σⱼ (u + v), where that is shorter."""
    groups: dict[object, list[int]] = {}
    for k, (_, chain) in enumerate(parts):
        if len(chain) == 1 and isinstance(chain[0], Bind) and chain[0].kind == "sum":
            groups.setdefault(chain[0].index.type, []).append(k)
    for found in groups.values():
        if len(found) < 2:
            continue
        common = content([parts[k][0] for k in found])
        index, _ = parts[found[0]][1][0].opened()  # type: ignore[attr-defined]
        inside = [times(assemble(divided(c, common)), _body(node, index)) for c, (node,) in (parts[k] for k in found)]  # type: ignore[arg-type]
        body = plus(*inside)
        if is_zero(body):
            return tuple(p for k, p in enumerate(parts) if k not in found)
        front, body = before_sum(body, index)
        joined: Part = common.times(front), (Bind("sum", index, body),)
        before = sum(cost(put_together(*parts[k], type_)) for k in found)
        if cost(put_together(*joined, type_)) < before:
            return (*(p for k, p in enumerate(parts) if k not in found), joined)
    return parts


def before_sum(body: Term, index: Symbol) -> tuple[PowerProduct, Term]:
    """The scalar factors of what is summed that do not depend on the index, and the rest."""
    part = split(body)
    if part is None or not part[1]:
        return UNIT, body
    front = leaving(part[0], index)
    inside = PowerProduct(Fraction(1), tuple(p for p in part[0].powers if p not in front))
    return PowerProduct(part[0].coefficient, front), put_together(inside, part[1], body.type)


def sum_within(body: Term, index: Symbol) -> Term:
    """The sum of an array over an index, what is the same in every term of it on either side: Σ⁻¹(Σᵢ rᵢ rᵢᵀ) Σ⁻¹."""
    part = split(body)
    if part is None or len(part[1]) < 2 or not opens(product(*part[1])):
        return Bind("sum", index, body)
    chain = part[1]
    first, last = 0, len(chain)
    while first < last - 1 and not depends_on(chain[first], index):
        first += 1
    while last > first + 1 and not depends_on(chain[last - 1], index):
        last -= 1
    if last - first == len(chain):
        return Bind("sum", index, body)
    inner = product(*chain[first:last]).type if last - first > 1 else chain[first].type
    if len(inner.axes) < body.rank or not depends_on(product(*chain[first:last]) if last - first > 1 else chain[first], index):
        return Bind("sum", index, body)
    return times(*chain[:first], Bind("sum", index, put_together(part[0], chain[first:last], inner)), *chain[last:])


def _body(node: Bind, index: Symbol) -> Term:
    """The body with its index called `index`."""
    return substitute(node.body, {node.index: index})


def _outside(common: PowerProduct, term: Term, type_: Type) -> Term:
    if common == UNIT:
        return term
    part = split(term)
    return zero(type_) if part is None else put_together(common.times(part[0]), part[1], type_)


def _factorings(parts: tuple[Part, ...], type_: Type) -> list[Term]:
    found: list[Term] = []
    for left in (False, True):
        factored = _one_side(parts, type_, left)
        if factored is not None:
            found.append(factored)
    return [*found, *_by_coefficient(parts, type_), *_by_vector(parts)]


def _by_vector(parts: tuple[Part, ...]) -> list[Term]:
    """Columns with an inner product with the same vector in front of each: (bᵀx) a + (aᵀx) b is (a bᵀ + b aᵀ) x."""
    opened = [_inner_factor(part) for part in parts]
    if not all(opened) or len(parts) > MAX_SPREAD:
        return []
    found: list[Term] = []
    for x in opened[0]:
        if all(x in ways for ways in opened):
            matrix = best_sum(tuple(ways[x] for ways in opened), times(*opened[0][x][1]).type.bare)
            if not any(n is x for n in walk(matrix)):  # ((bᵀx) a cᵀ + …) x hides that a, b and c play the same part
                found.append(times(matrix, x))
    return found


def _inner_factor(part: Part) -> dict[Term, Part]:
    """The vectors x of a column s (uᵀx) v, each with s v uᵀ."""
    coefficient, chain = part
    out: dict[Term, Part] = {}
    whole = product(*chain)
    if whole.rank != 1 or whole.type.row or len(chain) > 2 or chain[-1].rank != 1:
        return out
    for atom, k in coefficient.powers:
        if (
            k == 1
            and isinstance(atom, Apply)
            and atom.op is product
            and len(atom.args) == 2
            and all(a.rank == 1 for a in atom.args)
        ):
            rest = PowerProduct(coefficient.coefficient, tuple(p for p in coefficient.powers if p[0] is not atom))
            for u, x in (atom.args, tuple(transposed(a) for a in reversed(atom.args))):
                if x is not transposed(u):
                    out[x] = (rest, (*chain, u))
    return out


def _by_coefficient(parts: tuple[Part, ...], type_: Type) -> list[Term]:
    """Parts with one scalar in front under one bracket: s A + s Aᵀ is s (A + Aᵀ)."""
    groups: dict[frozenset[tuple[Term, Fraction]], list[Part]] = {}
    for part in parts:
        groups.setdefault(part[0].key, []).append(part)
    if len(groups) < 2 or len(groups) == len(parts):
        return []
    return [sum_of([best_sum(tuple(g), type_) for g in groups.values()])]


def _one_side(parts: tuple[Part, ...], type_: Type, left: bool) -> Term | None:
    """Take the factors out that groups of parts share on one side: A x + Aᵀ x is (A + Aᵀ) x."""
    groups: dict[Term, list[Part]] = {}
    for part in parts:
        groups.setdefault(part[1][0 if left else -1], []).append(part)
    if all(len(g) == 1 for g in groups.values()):
        return None
    terms: list[Term] = []
    for shared, group in groups.items():
        if _parts_a_pair(group, parts):
            terms.extend(put_together(c, chain, type_) for c, chain in group)
            continue
        whole = len(group) == len(parts) and shared.rank == 2
        inside = [(c, chain[1:] if left else chain[:-1]) for c, chain in group if len(chain) > 1]
        # A − u uᵀA is (I − u uᵀ) A.
        if whole and len(inside) < len(parts) and all(map(_is_symmetric, (chain for _, chain in inside))):
            eye = (identity(params=shared.type.axes[:1] if not left else shared.type.axes[1:]),)
            inside = [(c, (chain[1:] if left else chain[:-1]) or eye) for c, chain in group]
        same_shape = len({product(*chain).type.bare.axes for _, chain in inside}) == 1
        if len(inside) < 2 or not same_shape:
            terms.extend(put_together(c, chain, type_) for c, chain in group)
            continue
        if len(inside) < len(group):
            terms.extend(put_together(c, chain, type_) for c, chain in group if len(chain) == 1)
        common = content([c for c, _ in inside])
        inner_type = product(*inside[0][1]).type
        stripped = [put_together(divided(c, common), chain, inner_type) for c, chain in inside]
        inner = _added([s for t in stripped for s in summands(t)], inner_type)
        # What was added up just now may have a number in common again: (A + A) X − 2 B is 2(A X − B).
        number, inner = _number_before(inner)
        front = assemble(common.times(number))
        terms.append(times(front, shared, inner) if left else times(front, inner, shared))
    return terms[0] if len(terms) == 1 else sum_of(terms)


def _number_before(total: Term) -> tuple[PowerProduct, Term]:
    """The number that all terms of a sum share, and the sum without it."""
    found = [split(s) for s in summands(total)]
    parts = [p for p in found if p is not None]
    if len(parts) < 2 or len(parts) < len(found):
        return UNIT, total
    shared = PowerProduct(content([c for c, _ in parts]).coefficient, ())
    if shared.coefficient in (0, 1):
        return UNIT, total
    return shared, sum_of([put_together(divided(c, shared), chain, total.type) for c, chain in parts])


def _is_symmetric(chain: Chain) -> bool:
    """Whether a chain is its own transpose."""
    return tuple(transposed(f) for f in reversed(chain)) == chain


def _parts_a_pair(group: Sequence[Part], parts: Sequence[Part]) -> bool:
    """Whether a term is in the group whose transpose is outside: A x xᵀ + x xᵀ A − 2 r x xᵀ keeps its symmetry."""
    if not 1 < len(group) < len(parts) or group[0][1][0].rank > 2:
        return False
    inside = {chain: c for c, chain in group}
    outside = {chain: c for c, chain in parts if chain not in inside}
    for chain, c in inside.items():
        turned = tuple(transposed(f) for f in reversed(chain))
        if turned in outside and outside[turned] == c:
            return True
    return False


__all__ = [
    "before_sum",
    "best_sum",
    "cancelled_through",
    "is_zero",
    "plus",
    "put_together",
    "scaled",
    "simplify_chain",
    "split",
    "sum_within",
    "times",
    "transposed",
    "turned_sum",
]
