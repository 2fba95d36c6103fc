"""Constructors that simplify: sums, products and transposes of arrays as a person would put them down.

An array term is a scalar coefficient (a power product) times a chain of array factors. Chains with the same factors add
up, common factors come out on either side, inverses cancel, facts (symmetric, orthogonal) turn transposes away.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from gradatim.matrix.cost import cost
from gradatim.matrix.entries import ENTRYWISE, is_entrywise, simplified, stacks_joined
from gradatim.matrix.scalar import (
    UNIT,
    PowerProduct,
    add_up,
    assemble,
    assembled,
    content,
    divided,
    joined_powers,
    multiply,
    power_product,
)
from gradatim.ops import (
    add,
    commutation,
    diag,
    facts,
    hadamard,
    identity,
    inverse,
    kron,
    matrix_power,
    matrix_power_of,
    mpower,
    number,
    ones,
    product,
    quotient,
    rational,
    transpose,
    zero,
    zeros,
)
from gradatim.ops.base import Pointwise
from gradatim.ops.structure import ends
from gradatim.term import Apply, Bind, Size, Symbol, Term, substitute
from gradatim.types import ONE, Type

MAX_OPENED = 8
"""Terms above which a whole sum under a factor is not opened to look for like terms: nobody would write it out."""

MAX_SPREAD = 4
"""Terms above which a sum that is multiplied by arrays is not spread over them."""
WORTH_OPENING = 0.8
MAX_CHAIN = 6
"""Factors above which a product is not opened at all."""

_MINUS = PowerProduct(Fraction(-1), ())

Chain = tuple[Term, ...]
Part = tuple[PowerProduct, Chain]


def is_zero(term: Term) -> bool:
    return term is number(0) or (isinstance(term, Apply) and term.op is zeros)


# ---------------------------------------------------------------- products


def split(term: Term) -> Part | None:
    """An array as coefficient and chain; None for zero."""
    coefficient, chain = UNIT, list[Term]()
    work = [term]
    while work:
        node = work.pop()
        if is_zero(node):
            return None
        if node.is_scalar:
            coefficient = coefficient.times(power_product(node))
        elif isinstance(node, Apply) and node.op is product and _opens(node):
            work.extend(reversed(node.args))
        elif isinstance(node, Apply) and node.op is quotient and (p := power_product(node.args[1])).coefficient:
            inverse_p = PowerProduct(1 / p.coefficient, tuple((a, -k) for a, k in p.powers))
            coefficient = coefficient.times(inverse_p)
            work.append(node.args[0])
        elif isinstance(node, Apply) and (inner := _scale(node)) is not None:
            coefficient = coefficient.times(divided(UNIT, inner[0]))
            chain.append(inner[1])
        else:
            chain.append(node)
    return (coefficient, tuple(chain)) if coefficient.coefficient else None


def _scale(node: Apply) -> tuple[PowerProduct, Term] | None:
    """The scalar inside an inverse and what is left: (c Σ)⁻¹ is Σ⁻¹ / c, and so is its transpose."""
    turned = node.op is transpose
    node = node.args[0] if turned else node  # type: ignore[assignment]
    matrix = node.args[0] if isinstance(node, Apply) and node.op is inverse else None
    part = split(matrix) if isinstance(matrix, Apply) and matrix.op in (product, quotient) else None
    kept = inverse(part[1][0] if len(part[1]) == 1 else product(*part[1])) if part is not None and part[0] != UNIT else None
    return None if part is None or kept is None else (part[0], transpose(kept) if turned else kept)


def _opens(node: Apply) -> bool:
    """Whether a product can be laid flat into a chain: no part of it runs together to a scalar."""
    state = (ONE, ONE)
    seen = False
    for a in node.args:
        if a.is_scalar:
            continue
        r, c = ends(a.type)
        if seen and state == (ONE, ONE):
            return False
        state = (state[0] if seen else r, c)
        seen = True
    return True


def simplify_chain(chain: Sequence[Term]) -> Chain:
    """Neighbours that cancel or gather: identities go, X X⁻¹ goes, QᵀQ goes for an orthogonal Q, X X is X²."""
    out: list[Term] = []
    for factor in chain:
        if isinstance(factor, Apply) and factor.op is identity:
            continue
        while out:
            merged = _merged(out[-1], factor)
            if merged is None:
                break
            out.pop()
            if not merged:
                factor = None  # type: ignore[assignment]
                break
            factor = merged[0]
        if factor is not None:
            out.append(factor)
    if not out and chain:
        rows, _ = ends(chain[0].type)
        return (identity(params=(rows,)),) if chain[0].rank == 2 else tuple(chain[:1])
    return tuple(out)


def _base(term: Term) -> tuple[Term, int | Term]:
    if isinstance(term, Apply) and term.op is inverse:
        return term.args[0], -1
    if isinstance(term, Apply) and term.op is matrix_power:
        k = term.params[0]
        assert isinstance(k, int)
        return term.args[0], k
    if isinstance(term, Apply) and term.op is mpower:
        return term.args[0], term.args[1]
    return term, 1


def _merged(a: Term, b: Term) -> tuple[Term, ...] | None:
    """One factor for two neighbours, () where they cancel, None where nothing happens."""
    if isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op is diag:
        return (diag(simplified(hadamard(a.args[0], b.args[0]), plus)),)
    if isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op is kron:
        return _mixed_product(a, b)
    if a.rank != 2 or b.rank != 2 or a.type.axes[0] != a.type.axes[1] or b.type.axes[0] != b.type.axes[1]:
        return None
    turned = False
    if _is_transposed(a) and _is_transposed(b):
        a, b, turned = b.args[0], a.args[0], True
    (x, j), (y, k) = _base(a), _base(b)
    if x is y and "idempotent" in facts(x) and all(isinstance(e, int) and e > 0 for e in (j, k)):
        return (transposed(x) if turned else x,)
    if x is y:
        power = _gathered_power(x, j, k)
        return () if power is None else (transposed(power) if turned else power,)
    if (shorter := _cancelled(a, b)) is not None:
        return tuple(transposed(t) if turned else t for t in shorter)
    if not turned and transposed(a) is b and "orthogonal" in facts(x):
        return ()
    return None


def _cancelled(a: Term, b: Term) -> tuple[Term, ...] | None:
    """(A X B)⁻¹ A is (X B)⁻¹ and B (A X B)⁻¹ is (A X)⁻¹ where all are square: then each is invertible, since the product is."""
    for whole, other, first in ((a, b, True), (b, a, False)):
        inner = whole.args[0] if isinstance(whole, Apply) and whole.op is inverse else None
        if not (isinstance(inner, Apply) and inner.op is product and len(inner.args) > 1 and _all_square(inner)):
            continue
        if (inner.args[0] if first else inner.args[-1]) is other:
            rest = inner.args[1:] if first else inner.args[:-1]
            return (inverse(rest[0] if len(rest) == 1 else product(*rest)),)
    return None


def _all_square(chain: Apply) -> bool:
    return all(t.rank == 2 and t.type.axes[0] == t.type.axes[1] for t in chain.args)


def _gathered_power(x: Term, j: int | Term, k: int | Term) -> Term | None:
    """x^(j + k); None for the identity."""
    if isinstance(j, int) and isinstance(k, int):
        return matrix_power_of(x, j + k)
    total = add_up(number(e) if isinstance(e, int) else e for e in (j, k))
    value = rational(total)
    return mpower(x, total) if value is None else matrix_power_of(x, int(value))


def _mixed_product(a: Apply, b: Apply) -> tuple[Term, ...] | None:
    """(A ⊗ B)(C ⊗ D) is AC ⊗ BD where these conform."""
    if any(ends(x.type)[1] != ends(y.type)[0] for x, y in zip(a.args, b.args)):
        return None
    return (kron(*(times(x, y) for x, y in zip(a.args, b.args))),)


def _is_transposed(t: Term) -> bool:
    return isinstance(t, Apply) and t.op is transpose


def put_together(coefficient: PowerProduct, chain: Chain, type_: Type) -> Term:
    """The term of a coefficient and a chain: number and scalars in front, a denominator of symbols under everything."""
    if not coefficient.coefficient:
        return zero(type_)
    if not chain:
        return assembled(coefficient)
    coefficient = power_product(assembled(coefficient))
    coefficient = PowerProduct(coefficient.coefficient, tuple(joined_powers(coefficient.powers)))
    below = [(a, k) for a, k in coefficient.powers if k < 0]
    if coefficient == _MINUS and len(chain) == 1 and isinstance(chain[0], Apply) and chain[0].op is add:
        return min(product(number(-1), chain[0]), turned_sum(chain[0]), key=cost)
    if all(isinstance(a, Size) for a, _ in below):
        front = assembled(coefficient)
        return _juxtapose(front, chain)
    sign = -1 if coefficient.coefficient < 0 else 1
    size = abs(coefficient.coefficient)
    top = PowerProduct(Fraction(size.numerator), tuple((a, k) for a, k in coefficient.powers if k > 0))
    bottom = PowerProduct(Fraction(size.denominator), tuple((a, -k) for a, k in below))
    fraction = quotient(_juxtapose(assemble(top), chain), assemble(bottom))
    return product(number(-1), fraction) if sign < 0 else fraction


def _juxtapose(front: Term, chain: Chain) -> Term:
    scalars = (
        []
        if front is number(1)
        else list(front.args)
        if isinstance(front, Apply) and front.op is product and all(a.is_scalar for a in front.args)
        else [front]
    )
    every = [*scalars, *chain]
    return every[0] if len(every) == 1 else product(*every)


def times(*terms: Term) -> Term:
    """The matrix product, simplified. Scalars may stand anywhere."""
    if all(t.is_scalar for t in terms):
        return multiply(*terms)
    coefficient, chain = UNIT, list[Term]()
    for t in terms:
        part = split(t)
        if part is None:
            return zero(product(*terms).type)
        coefficient = coefficient.times(part[0])
        chain.extend(part[1])
    scalar, chain = _run_together(chain)
    coefficient = coefficient.times(scalar) if scalar is not UNIT else coefficient
    shape = product(*chain).type
    return put_together(coefficient, simplify_chain(chain), shape)


def _run_together(chain: list[Term]) -> tuple[PowerProduct, list[Term]]:
    """The numbers that factors in front run together to (xᵀx of xᵀx I), and the chain after them: what they multiply has another
    shape, so neighbours must not meet across."""
    scalar, start = UNIT, 0
    rows, columns = ONE, ONE
    for k, factor in enumerate(chain[:-1]):
        r, c = ends(factor.type)
        rows, columns = (r if k == start else rows), c
        if rows == columns == ONE:
            scalar = scalar.times(power_product(product(*chain[start : k + 1])))
            start = k + 1
    return scalar, chain[start:]


# ---------------------------------------------------------------- transposes


@lru_cache(maxsize=50_000)
def transposed(term: Term) -> Term:
    """The transpose, carried to the factors of a product; a sum is transposed whole; facts turn it away."""
    if term.is_scalar:
        return term
    if isinstance(term, Apply):
        if term.op is transpose:
            return term.args[0]
        if term.op is product:
            scalars = [a for a in term.args if a.is_scalar]
            arrays = [a for a in term.args if not a.is_scalar]
            if _opens(term):
                return product(*scalars, *(transposed(a) for a in reversed(arrays)))
        if term.op is quotient:
            return quotient(transposed(term.args[0]), term.args[1])
        if term.op is zeros:
            return zero(transpose(term).type)
        if term.op is kron:
            return kron(*map(transposed, term.args))
        if term.op is commutation:
            return commutation(params=term.params[::-1])
        if term.op in (ones, zeros):
            return Apply(term.op, (), (*reversed(term.type.axes), *(("row",) if term.rank == 1 and not term.type.row else ())))
        if term.op is add:
            apart = add(*(transposed(a) for a in term.args))
            return apart if cost(apart) < cost(term) + 3 else transpose(term)
        if _is_by_entry(term):
            turned = term.rebuild(tuple(map(transposed, term.args)))
            return turned if cost(turned) < cost(transpose(term)) else transpose(term)
    known = facts(term) if term.rank == 2 else frozenset()
    if "symmetric" in known:
        return term
    return product(number(-1), term) if "skew" in known else transpose(term)


def _is_by_entry(term: Apply) -> bool:
    """Whether the entries are worked out one by one, so that the arguments may be transposed instead of the result."""
    pointwise = isinstance(getattr(term.op, "derivative", None), Pointwise)
    return pointwise and len(term.args) == 1 or term.op in ENTRYWISE


# ---------------------------------------------------------------- sums


def plus(*terms: Term) -> Term:
    """The sum, simplified: like terms added, common factors taken out where that is cheaper."""
    first = terms[0]
    if first.is_scalar:
        return add_up(terms)
    flat = [s for t in terms for s in _array_summands(t)]
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
    if any(is_entrywise(t) for t in flat):
        kept = min(kept, simplified(add(*flat), plus), key=cost)
    opened = [s for t in flat for s in _opened(t)]
    return kept if len(opened) == len(flat) or len(opened) > 40 else min(kept, _gathered(opened, type_), key=cost)


def _opened(term: Term) -> list[Term]:
    """A scalar times a whole sum, straight or transposed, as the sum of the scaled terms; anything else as it is."""
    part = split(term)
    if part is None or len(part[1]) != 1:
        return [term]
    whole = part[1][0]
    turned = _is_transposed(whole)
    inner = _array_summands(whole.args[0] if turned else whole)
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
        turned = _is_transposed(factor)
        inner = _array_summands(factor.args[0] if turned else factor)
        if 1 < len(inner) <= MAX_SPREAD:
            return [times(front, *chain[:k], transposed(s) if turned else s, *chain[k + 1 :]) for s in inner]
    return [term]


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
            gathered.append((total, chain))
    return best_sum(tuple(gathered), type_)


def _total(coefficients: Sequence[PowerProduct]) -> PowerProduct:
    """The sum of like terms' coefficients with the number that all of them share in front: 2 + 2 λ is 2(1 + λ)."""
    shared = PowerProduct(content(coefficients).coefficient, ())
    if not shared.coefficient:
        return power_product(add_up(assemble(c) for c in coefficients))
    return shared.times(power_product(add_up(assemble(divided(c, shared)) for c in coefficients)))


def _one_sign(coefficient: PowerProduct, chain: Chain, sums: dict[Term, None]) -> Part:
    """Where both a − b and b − a occur among the factors, the one met first stands for both."""
    out: list[Term] = []
    for factor in chain:
        if isinstance(factor, Apply) and factor.op is add and factor not in sums and len(factor.args) <= MAX_OPENED:
            turned = turned_sum(factor)
            if turned in sums:
                factor, coefficient = turned, _MINUS.times(coefficient)
            sums.setdefault(factor)
        out.append(factor)
    return coefficient, tuple(out)


def turned_sum(total: Apply) -> Term:
    """−t for a sum t, its terms turned one by one."""
    return _sum_of([put_together(_MINUS.times(c), chain, total.type) for c, chain in filter(None, map(split, total.args))])


def _array_summands(term: Term) -> list[Term]:
    out: list[Term] = []
    work = [term]
    while work:
        node = work.pop()
        if isinstance(node, Apply) and node.op is add:
            work.extend(reversed(node.args))
        else:
            out.append(node)
    return out


def _written(parts: Sequence[Part], type_: Type) -> Term:
    if not parts:
        return zero(type_)
    terms = [put_together(c, chain, type_) for c, chain in parts]
    if len(terms) == 1:
        return terms[0]
    return _sum_of(terms)


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
    return min([*apart, *(_outside(common, candidate, type_) for candidate in inside)], key=cost)


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
        joined: Part = common, (Bind("sum", index, body),)
        before = sum(cost(put_together(*parts[k], type_)) for k in found)
        if not is_zero(body) and cost(put_together(*joined, type_)) < before:
            return (*(p for k, p in enumerate(parts) if k not in found), joined)
    return parts


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
    return [*found, *_by_coefficient(parts, type_)]


def _by_coefficient(parts: tuple[Part, ...], type_: Type) -> list[Term]:
    """Parts with one scalar in front under one bracket: s A + s Aᵀ is s (A + Aᵀ)."""
    groups: dict[frozenset[tuple[Term, Fraction]], list[Part]] = {}
    for part in parts:
        groups.setdefault(part[0].key, []).append(part)
    if len(groups) < 2 or len(groups) == len(parts):
        return []
    return [_sum_of([best_sum(tuple(g), type_) for g in groups.values()])]


def _one_side(parts: tuple[Part, ...], type_: Type, left: bool) -> Term | None:
    """Take the factors out that groups of parts share on one side: A x + Aᵀ x is (A + Aᵀ) x."""
    groups: dict[Term, list[Part]] = {}
    for part in parts:
        groups.setdefault(part[1][0 if left else -1], []).append(part)
    if all(len(g) == 1 for g in groups.values()):
        return None
    terms: list[Term] = []
    for shared, group in groups.items():
        inside = [(c, chain[1:] if left else chain[:-1]) for c, chain in group if len(chain) > 1]
        same_shape = len({product(*chain).type.bare.axes for _, chain in inside}) == 1
        if len(inside) < 2 or not same_shape:
            terms.extend(put_together(c, chain, type_) for c, chain in group)
            continue
        terms.extend(put_together(c, chain, type_) for c, chain in group if len(chain) == 1)
        common = content([c for c, _ in inside])
        inner_type = product(*inside[0][1]).type
        stripped = [put_together(divided(c, common), chain, inner_type) for c, chain in inside]
        inner = _added([s for t in stripped for s in _array_summands(t)], inner_type)
        terms.append(times(assemble(common), shared, inner) if left else times(assemble(common), inner, shared))
    return terms[0] if len(terms) == 1 else _sum_of(terms)


def _sum_of(terms: Sequence[Term]) -> Term:
    """A sum in the order a person writes: a positive term first, X before Xᵀ."""
    flat = [s for t in terms for s in _array_summands(t)]
    place = {t: k for k, t in enumerate(flat)}
    for k, t in enumerate(flat):
        if _is_transposed(t) and place.get(t.args[0], -1) > k:
            flat[k], flat[place[t.args[0]]] = t.args[0], t
    lead = next((k for k, t in enumerate(flat) if not _negative(t)), 0)
    return add(flat[lead], *flat[:lead], *flat[lead + 1 :])


def _negative(term: Term) -> bool:
    part = split(term)
    return part is not None and part[0].coefficient < 0


def scaled(coefficient: Term, term: Term) -> Term:
    return times(coefficient, term) if coefficient is not number(1) else term
