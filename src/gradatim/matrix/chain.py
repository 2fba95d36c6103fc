"""Products and transposes of arrays as a person would put them down.

An array term is a scalar coefficient (a power product) times a chain of array factors. Inverses cancel, neighbours gather, facts
(symmetric, orthogonal) turn transposes away.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from gradatim.matrix.cost import cost
from gradatim.matrix.entries import ENTRYWISE, simplified
from gradatim.matrix.powers import UNIT, PowerProduct, assemble, joined_powers, power_product, summands
from gradatim.matrix.scalar import add_up, assembled, divided, multiply
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
    power,
    product,
    quotient,
    rational,
    size,
    transpose,
    zero,
    zeros,
)
from gradatim.ops.base import Pointwise
from gradatim.ops.projections import is_transpose
from gradatim.ops.structure import ends, made_of
from gradatim.term import Apply, Size, Term
from gradatim.types import ONE, Type

MINUS = PowerProduct(Fraction(-1), ())


Chain = tuple[Term, ...]


Part = tuple[PowerProduct, Chain]


ZERO, ONE_TERM = number(0), number(1)


def is_zero(term: Term) -> bool:
    return term is ZERO or (isinstance(term, Apply) and term.op is zeros)


@lru_cache(maxsize=50_000)
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
        elif isinstance(node, Apply) and node.op is product and opens(node):
            work.extend(reversed(node.args))
        elif isinstance(node, Apply) and node.op is quotient and (p := power_product(node.args[1])).coefficient:
            inverse_p = PowerProduct(1 / p.coefficient, tuple((a, -k) for a, k in p.powers))
            coefficient = coefficient.times(inverse_p)
            work.append(node.args[0])
        elif isinstance(node, Apply) and node.op is inverse and (inner := _scale(node.args[0])) is not None:
            coefficient = coefficient.times(divided(UNIT, inner[0]))
            base, exponent = _base(inner[1])
            own = exponent == 1 and isinstance(base, Apply) and base.op is identity
            work.append(base if own or exponent == -1 else inverse(inner[1]))
        else:
            chain.append(node)
    return (coefficient, tuple(chain)) if coefficient.coefficient else None


def _scale(matrix: Term) -> tuple[PowerProduct, Term] | None:
    """The scalar in front of a matrix and the matrix: (c Σ)⁻¹ is Σ⁻¹ / c."""
    if not (isinstance(matrix, Apply) and matrix.op in (product, quotient)):
        return None
    part = split(matrix)
    if part is None or part[0] == UNIT:
        return None
    return part[0], part[1][0] if len(part[1]) == 1 else product(*part[1])


def opens(node: Apply) -> bool:
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
            _cancel_product(out)
    if not out and chain:
        rows, _ = ends(chain[0].type)
        return (identity(params=(rows,)),) if chain[0].rank == 2 else tuple(chain[:1])
    return tuple(out)


def _cancel_product(out: list[Term]) -> None:
    """(A B)⁻¹ A B at the end of a chain, and A B (A B)⁻¹, go: Xᵀ X (XᵀX)⁻¹ is I."""
    last = out[-1]
    for k in range(len(out) - 1, max(-1, len(out) - 6), -1):
        inner = out[k].args[0] if isinstance(out[k], Apply) and out[k].op is inverse else None  # type: ignore[attr-defined]
        if not (isinstance(inner, Apply) and inner.op is product):
            continue
        n = len(inner.args)
        if out[k] is last and tuple(out[k - n : k]) == inner.args and k >= n:
            del out[k - n :]
            return
        if tuple(out[k + 1 :]) == inner.args:
            del out[k:]
            return


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
        return (diag(simplified(hadamard(a.args[0], b.args[0]))),)
    if isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op is kron:
        return _mixed_product(a, b)
    if is_transposed(a) and a.args[0] is b and b.rank == 2 and "orthonormal_columns" in facts(b):
        return ()
    if a.rank != 2 or b.rank != 2 or a.type.axes[0] != a.type.axes[1] or b.type.axes[0] != b.type.axes[1]:
        return None
    turned = False
    if is_transposed(a) and (is_transposed(b) or transposed(b) is b) or is_transposed(b) and transposed(a) is a:
        a, b, turned = transposed(b), transposed(a), True
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
            return (_inverted(rest),)
    return None


def _inverted(chain: Sequence[Term]) -> Term:
    """The inverse of a chain of square factors; of what is an inverse itself, what it is the inverse of."""
    if len(chain) > 1:
        return inverse(product(*chain))
    if is_transposed(chain[0]):
        return transposed(_inverted(chain[0].args))
    base, exponent = _base(chain[0])
    return base if exponent == -1 else inverse(chain[0])


def _all_square(chain: Apply) -> bool:
    return all(t.type.is_square for t in chain.args)


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


def is_transposed(t: Term) -> bool:
    return isinstance(t, Apply) and t.op is transpose


def put_together(coefficient: PowerProduct, chain: Chain, type_: Type) -> Term:
    """The term of a coefficient and a chain: number and scalars in front, a denominator of symbols under everything."""
    if not coefficient.coefficient:
        return zero(type_)
    if not chain:
        return assembled(coefficient)
    if not coefficient.powers and not (coefficient == MINUS and len(chain) == 1):
        return _juxtapose(number(coefficient.coefficient), chain)
    coefficient = power_product(assembled(coefficient))
    coefficient = PowerProduct(coefficient.coefficient, tuple(joined_powers(coefficient.powers)))
    below = [(a, k) for a, k in coefficient.powers if k < 0]
    if coefficient == MINUS and len(chain) == 1 and isinstance(chain[0], Apply) and chain[0].op is add:
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
        if front is ONE_TERM
        else list(front.args)
        if isinstance(front, Apply) and front.op is product and all(a.is_scalar for a in front.args)
        else [front]
    )
    every = [*scalars, *chain]
    return made_of(product, every)


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
    below, chain = _rank_one_inverses(chain)
    coefficient = coefficient.times(below) if below is not UNIT else coefficient
    shape = product(*chain).type
    return put_together(coefficient, simplify_chain(chain), shape)


def _run_together(chain: list[Term]) -> tuple[PowerProduct, list[Term]]:
    """The numbers that factors run together to, and the chain after them: the xᵀx of xᵀx I, where what it multiplies has another
    shape, so that neighbours must not meet across, and of x xᵀx."""
    scalar, start = UNIT, 0
    rows, columns = ONE, ONE
    for k, factor in enumerate(chain[:-1]):
        r, c = ends(factor.type)
        rows, columns = (r if k == start else rows), c
        if rows == columns == ONE:
            scalar = scalar.times(power_product(product(*chain[start : k + 1])))
            start = k + 1
    kept: list[Term] = []
    for factor in chain[start:]:
        if kept and kept[-1].rank == factor.rank == 1 and kept[-1].type.row and not factor.type.row and len(chain) - start > 2:
            scalar = scalar.times(power_product(_inner(kept.pop(), factor)))
        else:
            kept.append(factor)
    return scalar, kept


def _inner(row: Term, column: Term) -> Term:
    """The number that a row and a column run together to: the size of a vector of ones."""
    if isinstance(column, Apply) and column.op is ones and is_transpose(column, row):
        return size(column.type.axes[0])
    return product(row, column)


def _rank_one_inverses(chain: list[Term]) -> tuple[PowerProduct, list[Term]]:
    """(s I + c u wᵀ)⁻¹ u as u / (s + c wᵀu), and wᵀ(s I + c u wᵀ)⁻¹ likewise: Sherman and Morrison's formula."""
    below = UNIT
    k = 0
    while k + 1 < len(chain):
        for here, other in ((k, k + 1), (k + 1, k)):
            found = _rank_one(chain[here])
            if found is None or chain[other] is not found[0 if other > here else 1]:
                continue
            below = below.times(power_product(power(found[2], number(-1))))
            chain = [*chain[:here], *chain[here + 1 :]]
            break
        k += 1
    return below, chain


def _rank_one(factor: Term) -> tuple[Term, Term, Term] | None:
    """u, wᵀ and s + c wᵀu of the inverse of s I + c u wᵀ."""
    inner = factor.args[0] if isinstance(factor, Apply) and factor.op is inverse else None
    if not (isinstance(inner, Apply) and inner.op is add and len(inner.args) == 2):
        return None
    parts = [split(a) for a in inner.args]
    for whole, outer in (parts, parts[::-1]):
        if whole is None or outer is None or len(whole[1]) != 1 or len(outer[1]) != 2:
            continue
        (s, (one,)), (c, (u, w)) = whole, outer
        if isinstance(one, Apply) and one.op is identity and u.rank == w.rank == 1 and w.type.row and not u.type.row:
            return u, w, add_up((assemble(s), multiply(assemble(c), times(w, u))))
    return None


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
            if opens(term):
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
            if term.rank == 2 and "symmetric" in facts(term):
                return term
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


@lru_cache(maxsize=20_000)
def turned_sum(total: Apply) -> Term:
    """−t for a sum t, its terms turned one by one, a positive one first; turned twice it is t again."""
    terms = [put_together(MINUS.times(c), chain, total.type) for c, chain in filter(None, map(split, total.args))]
    flat = [s for t in terms for s in summands(t)]
    lead = next((k for k, t in enumerate(flat) if not negative(t)), 0)
    return sum_of([flat[lead], *flat[:lead], *flat[lead + 1 :]])


def sum_of(terms: Sequence[Term]) -> Term:
    """A sum in the order a person writes: negative terms that would lead go last, X before Xᵀ."""
    flat = [s for t in terms for s in summands(t)]
    place = {t: k for k, t in enumerate(flat)}
    for k, t in enumerate(flat):
        if is_transposed(t) and place.get(t.args[0], -1) > k:
            flat[k], flat[place[t.args[0]]] = t.args[0], t
    lead = next((k for k, t in enumerate(flat) if not negative(t)), 0)
    return add(*flat[lead:], *flat[:lead])


def negative(term: Term) -> bool:
    part = split(term)
    return part is not None and part[0].coefficient < 0


def scaled(coefficient: Term, term: Term) -> Term:
    return times(coefficient, term) if coefficient is not number(1) else term
