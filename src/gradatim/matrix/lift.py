"""Up: a monomial of indexed factors becomes a matrix formula.

The factors are a network: each is a vertex, each index an edge (or a hyperedge). Edges are contracted one at a time, the
ones that leave the smallest and plainest piece first: matrix times vector, inner product, trace, product of matrices,
then entry-by-entry products, diagonals, sums over ones. What cannot be written without indices is written with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradatim.index.lower import contract, extent, lower
from gradatim.matrix.build import is_zero, plus, scaled, times, transposed
from gradatim.matrix.cost import cost
from gradatim.matrix.entries import is_entrywise, simplified
from gradatim.matrix.scalar import PowerProduct, assemble, multiply, power_product
from gradatim.matrix.stack import stacked
from gradatim.ops import add, at, diag, diagonal, equal, hadamard, identity, number, ones, size, trace, zero
from gradatim.ops import facts as _facts
from gradatim.ops.base import Factor, Monomial
from gradatim.term import Apply, Bind, Number, Symbol, Term, depends_on, walk
from gradatim.types import Type

Indices = tuple[Term, ...]


@dataclass(slots=True)
class Piece:
    """A vertex of the network: a vector or matrix and the indices of its axes."""

    term: Term
    indices: Indices

    def turned(self, first: Term) -> Term:
        """The matrix with the axis of `first` leading."""
        return self.term if self.indices[0] is first else transposed(self.term)


class NoMatrixForm(Exception):
    """The network needs more than two axes somewhere."""


def lift_sum(monomials: Sequence[Monomial], free: Indices, row: bool = False) -> Term:
    """A sum of monomials as one term with the axes `free` (a row where asked for one)."""
    axes = tuple(extent(i) for i in free)
    shape = Type(axes, row=row and len(axes) == 1)
    lifted = [t for t in (lift(m, free, row) for m in monomials) if not is_zero(t)]
    if not lifted:
        return zero(shape)
    return plus(*lifted) if len(lifted) > 1 else lifted[0]


def lift(monomial: Monomial, free: Indices, row: bool = False) -> Term:
    """One monomial as a term with the axes `free`; with indices where no matrix form was found."""
    axes = tuple(extent(i) for i in free)
    fixed = [i for i in kept_indices() if i not in free]
    contracted = contract(monomial, free, fixed)
    if contracted is None or is_zero(contracted.coefficient):
        return zero(Type(axes, row=row and len(axes) == 1))
    try:
        result = _network(contracted, free, fixed)
    except NoMatrixForm:
        return with_indices(contracted, free, fixed)
    return transposed(result) if row and len(axes) == 1 else result


def kept_indices() -> list[Term]:
    """The indices that lifting and contracting must not sum, because a binder being worked under holds them."""
    return list(_kept)


def has_indices(term: Term) -> bool:
    """Whether a formula could only be written with indices (entries, stacks), members of families apart."""
    return any(
        isinstance(n, Bind)
        and n.kind == "stack"
        or isinstance(n, Apply)
        and (n.op is equal and n.is_scalar or n.op is at and not n.args[0].type.family)
        for n in walk(term)
    )


_kept: dict[Term, int] = {}
"""Indices opened from binders that are being worked under: lifting must not sum them."""


class keep:
    """While the block runs, lifting treats the index as given (it belongs to an enclosing sum or to the question)."""

    def __init__(self, *indices: Term) -> None:
        self.indices = indices

    def __enter__(self) -> None:
        for i in self.indices:
            _kept[i] = _kept.get(i, 0) + 1

    def __exit__(self, *_exc: object) -> None:
        for i in self.indices:
            _kept[i] -= 1
            if not _kept[i]:
                del _kept[i]


# ---------------------------------------------------------------- the network


def _network(monomial: Monomial, free: Indices, fixed: Sequence[Term]) -> Term:
    given = set(fixed) | {i for f in monomial.factors for i in f.indices if isinstance(i, Number)}
    scalars = [monomial.coefficient]
    pieces: list[Piece] = []
    deltas: list[tuple[Term, Term]] = []
    for factor in monomial.factors:
        if factor.head is None:
            if any(i in given for i in factor.indices):
                raise NoMatrixForm
            deltas.append((factor.indices[0], factor.indices[1]))
            continue
        piece = _with_given(factor, given)
        if piece.indices:
            pieces.append(piece)
        else:
            scalars.append(piece.term)
    scalars, pieces = _free_coefficient(scalars, pieces, free, given)
    if any(len(p.indices) > 2 for p in pieces):
        raise NoMatrixForm
    scalars += _reduce(pieces, free)
    if any(i not in free for p in pieces for i in p.indices):
        raise NoMatrixForm
    coefficient = multiply(*scalars)
    return scaled(coefficient, _finish(pieces, deltas, free))


def _with_given(factor: Factor, given: set[Term]) -> Piece:
    """A factor with its given indices taken as entries, rows or columns."""
    head = factor.head
    assert head is not None
    lead = 0
    while lead < len(factor.indices) and factor.indices[lead] in given:
        lead += 1
    term = head if not lead else at(head, *factor.indices[:lead])
    if term.type.row:  # inside the network every vector stands: which way it lay is said again at the end
        term = transposed(term)
    rest = factor.indices[lead:]
    if any(i in given for i in rest):
        if len(rest) == 2 and not lead:
            return Piece(at(transposed(term), rest[1]), rest[:1])
        raise NoMatrixForm
    return Piece(term, rest)


def _free_coefficient(
    scalars: list[Term], pieces: list[Piece], free: Indices, given: set[Term]
) -> tuple[list[Term], list[Piece]]:
    """A scalar that depends on an index of the network becomes a vector over that index."""
    indices = list(dict.fromkeys([*free, *(i for p in pieces for i in p.indices)]))
    out: list[Term] = []
    powers = power_product(multiply(*scalars))
    parts = [number(powers.coefficient)] + [assemble(PowerProduct(Fraction(1), (item,))) for item in powers.powers]
    for part in parts:
        uses = [i for i in indices if i not in given and depends_on(part, i)]
        if not uses:
            out.append(part)
        elif len(uses) == 1:
            pieces.append(Piece(stacked(uses[0], part, vector_of), (uses[0],)))
        elif len(uses) == 2:
            inner = stacked(uses[1], part)
            pieces.append(Piece(stacked(uses[0], inner), (uses[0], uses[1])))
        else:
            raise NoMatrixForm
    return out, pieces


def vector_of(index: Symbol, term: Term) -> Term | None:
    """A sum over entries, as a vector over the index: `[Σⱼ a_ij x_j]ᵢ` is `A x`. None where it needs indices."""
    if not (isinstance(term, Bind) and term.kind == "sum" and term.is_scalar):
        return None
    inner, body = term.opened()
    if any(isinstance(n, Apply) and n.op is at and n.args[0].type.family for n in walk(body)):
        return None
    with keep(*(i for i in kept_indices() if i is not index)):
        kept = _kept.pop(index, 0)
        try:
            lifted = lift(lower(body, ()), (index,)) if inner else None
        finally:
            if kept:
                _kept[index] = kept
    return None if lifted is None or has_indices(lifted) or depends_on(lifted, inner) else lifted


def _degree(index: Term, pieces: Sequence[Piece]) -> int:
    return sum(p.indices.count(index) for p in pieces)


def _reduce(pieces: list[Piece], free: Indices) -> list[Term]:
    """Contract until every index left is free (or raise NoMatrixForm); returns the scalars that split off."""
    scalars: list[Term] = []
    for _ in range(10_000):
        if not (
            _diagonals(pieces, free, scalars)
            or _meet_vectors(pieces, free, scalars)
            or _meet_matrices(pieces, free, scalars)
            or _matrix_vector(pieces, free)
            or _matrix_matrix(pieces, free)
            or _scale(pieces, free)
            or _dangling(pieces, free, scalars)
        ):
            break
    return scalars


def _diagonals(pieces: list[Piece], free: Indices, scalars: list[Term]) -> bool:
    for p in pieces:
        if len(p.indices) == 2 and p.indices[0] is p.indices[1]:
            i = p.indices[0]
            pieces.remove(p)
            if i not in free and not _degree(i, pieces):
                scalars.append(trace_of(p.term))
            else:
                pieces.append(Piece(diagonal_of(p.term), (i,)))
            return True
    return False


def _meet_vectors(pieces: list[Piece], free: Indices, scalars: list[Term]) -> bool:
    """Vectors over one index: an inner product where nothing else uses it, else their entry-by-entry product."""
    vectors: dict[Term, list[Piece]] = {}
    for p in pieces:
        if len(p.indices) == 1:
            vectors.setdefault(p.indices[0], []).append(p)
    for i, group in vectors.items():
        if len(group) < 2:
            continue
        a, b = group[0], group[1]
        if i not in free and _degree(i, pieces) == 2:
            pieces.remove(a)
            pieces.remove(b)
            scalars.append(inner_of(a.term, b.term))
            return True
        if i in free or _degree(i, pieces) > 2:
            pieces.remove(a)
            pieces.remove(b)
            pieces.append(Piece(entrywise(a.term, b.term), (i,)))
            return True
    return False


def _meet_matrices(pieces: list[Piece], free: Indices, scalars: list[Term]) -> bool:
    """Two matrices over the same pair of indices."""
    for n, a in enumerate(pieces):
        for b in pieces[n + 1 :]:
            if len(a.indices) == len(b.indices) == 2 and set(a.indices) == set(b.indices):
                i, j = a.indices
                closed = [k for k in (i, j) if k not in free and _degree(k, pieces) == 2]
                if len(closed) == 1:
                    continue
                pieces.remove(a)
                pieces.remove(b)
                if len(closed) == 2:
                    scalars.append(trace_of(times(transposed(a.term), b.turned(i))))
                else:
                    pieces.append(Piece(entrywise(a.term, b.turned(i)), a.indices))
                return True
    return False


def _matrix_vector(pieces: list[Piece], free: Indices) -> bool:
    for v in pieces:
        if len(v.indices) != 1 or v.indices[0] in free or _degree(v.indices[0], pieces) != 2:
            continue
        i = v.indices[0]
        m = next(p for p in pieces if p is not v and i in p.indices)
        if len(m.indices) != 2:
            continue
        other = m.indices[1] if m.indices[0] is i else m.indices[0]
        pieces.remove(v)
        pieces.remove(m)
        pieces.append(Piece(applied(m.turned(other), v.term), (other,)))
        return True
    return False


def applied(matrix: Term, vector: Term) -> Term:
    """A matrix times a vector; a sum with a diagonal in it is multiplied out where entries then cancel:
    (diag(p) − p pᵀ)(y ⊘ p) is y − (𝟏ᵀy) p."""
    whole = times(matrix, vector)
    if not (isinstance(matrix, Apply) and matrix.op is add and is_entrywise(vector)) or len(matrix.args) > 8:
        return whole
    parts = [_applied_part(part, vector) for part in matrix.args]
    return min(whole, plus(*parts), key=cost)


def _applied_part(part: Term, vector: Term) -> Term:
    scalars, rest = apart(part)
    chain = rest.args if isinstance(rest, Apply) and rest.op.name == "product" else (rest,)
    last, before = chain[-1], chain[:-1]
    if isinstance(last, Apply) and last.op is diag:
        vector = entrywise(last.args[0], vector)
        return times(*scalars, *before, vector)
    if last.type.row and last.rank == 1 and before:
        return times(*scalars, inner_of(transposed(last), vector), *before)
    return times(part, vector)


def _matrix_matrix(pieces: list[Piece], free: Indices) -> bool:
    for a in pieces:
        if len(a.indices) != 2:
            continue
        for i in a.indices:
            if i in free or _degree(i, pieces) != 2:
                continue
            b = next((p for p in pieces if p is not a and i in p.indices), None)
            if b is None or len(b.indices) != 2:
                continue
            k = a.indices[1] if a.indices[0] is i else a.indices[0]
            j = b.indices[1] if b.indices[0] is i else b.indices[0]
            forth, back = times(a.turned(k), b.turned(i)), times(b.turned(j), a.turned(i))
            pieces.remove(a)
            pieces.remove(b)
            pieces.append(Piece(forth, (k, j)) if cost(forth) <= cost(back) else Piece(back, (j, k)))
            return True
    return False


def _scale(pieces: list[Piece], free: Indices) -> bool:
    """A vector on an inner index shared by two matrices stands between them as a diagonal."""
    for v in pieces:
        if len(v.indices) != 1 or v.indices[0] in free:
            continue
        i = v.indices[0]
        around = [p for p in pieces if p is not v and i in p.indices]
        if len(around) == 2 and all(len(p.indices) == 2 for p in around):
            a, b = around
            k = a.indices[1] if a.indices[0] is i else a.indices[0]
            j = b.indices[1] if b.indices[0] is i else b.indices[0]
            for p in (v, a, b):
                pieces.remove(p)
            pieces.append(Piece(times(a.turned(k), diag_of(v.term), b.turned(i)), (k, j)))
            return True
    return False


def _dangling(pieces: list[Piece], free: Indices, scalars: list[Term]) -> bool:
    """An inner index that only one piece uses is summed against ones."""
    for p in pieces:
        for i in p.indices:
            if i in free or _degree(i, pieces) != 1:
                continue
            pieces.remove(p)
            one = ones(params=(extent(i),))
            if len(p.indices) == 1:
                scalars.append(inner_of(one, p.term))
            else:
                other = p.indices[1] if p.indices[0] is i else p.indices[0]
                pieces.append(Piece(times(p.turned(other), one), (other,)))
            return True
    return False


# ---------------------------------------------------------------- the last step


def _finish(pieces: list[Piece], deltas: list[tuple[Term, Term]], free: Indices) -> Term:
    if not free:
        return number(1)
    if len(free) == 1:
        if deltas:
            raise NoMatrixForm
        return pieces[0].term if pieces else ones(params=(extent(free[0]),))
    if len(free) > 2:
        raise NoMatrixForm
    i, j = free
    if deltas:
        return _on_diagonal(pieces, i, j)
    matrices = [p for p in pieces if len(p.indices) == 2]
    u = next((p.term for p in pieces if p.indices == (i,)), None)
    v = next((p.term for p in pieces if p.indices == (j,)), None)
    if matrices:
        whole = matrices[0].turned(i)
        if u is not None:
            whole = times(diag_of(u), whole)
        return whole if v is None else times(whole, diag_of(v))
    column = u if u is not None else ones(params=(extent(i),))
    lying = v if v is not None else ones(params=(extent(j),))
    return times(column, transposed(lying))


def _on_diagonal(pieces: list[Piece], i: Term, j: Term) -> Term:
    """Everything times delta_ij: a diagonal matrix."""
    vectors = [p.term if len(p.indices) == 1 else diagonal_of(p.term) for p in pieces]
    if not vectors:
        return identity(params=(extent(i),))
    whole = vectors[0]
    for v in vectors[1:]:
        whole = entrywise(whole, v)
    return diag_of(whole)


# ---------------------------------------------------------------- small recognisers


def entrywise(a: Term, b: Term) -> Term:
    """The Hadamard product with scalars in front, ones left out, and a diagonal matrix seen as one."""
    if a.is_scalar:
        return times(a, b)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Apply) and one.op is ones:
            return other
    factors: list[Term] = []
    front: list[Term] = []
    for t in (a, b):
        scalars, rest = apart(t)
        front += scalars
        factors += rest.args if isinstance(rest, Apply) and rest.op is hadamard else (rest,)
    plain = scaled(multiply(*front) if front else number(1), hadamard(*factors))
    if not any(is_entrywise(f) for f in factors) and len(set(factors)) == len(factors):
        return plain
    return min(simplified(plain), plain, key=cost)


def apart(term: Term) -> tuple[list[Term], Term]:
    """The scalar factors of an array and the rest of it."""
    if isinstance(term, Apply) and term.op.name == "product":
        scalars = [t for t in term.args if t.is_scalar]
        arrays = [t for t in term.args if not t.is_scalar]
        if scalars and arrays:
            return scalars, times(*arrays)
    return [], term


def diag_of(v: Term) -> Term:
    if isinstance(v, Apply) and v.op is ones:
        return identity(params=v.type.axes)
    if isinstance(v, Apply) and v.op is diagonal and "diagonal" in _facts(v.args[0]):
        return v.args[0]
    scalars, rest = apart(v)
    return scaled(multiply(*scalars) if scalars else number(1), diag(transposed(rest) if rest.type.row else rest))


def diagonal_of(m: Term) -> Term:
    if isinstance(m, Apply) and m.op is diag:
        return m.args[0]
    if isinstance(m, Apply) and m.op is identity:
        return ones(params=m.type.axes[:1])
    scalars, rest = apart(m)
    return scaled(multiply(*scalars) if scalars else number(1), diagonal(rest))


def trace_of(m: Term) -> Term:
    """The trace in the cheapest cyclic order and orientation."""
    scalars, rest = apart(m)
    if isinstance(rest, Apply) and rest.op is identity:
        return multiply(*scalars, size_of(rest.type))
    if isinstance(rest, Apply) and rest.op.name == "product":
        chain = list(rest.args)
        for k, t in enumerate(chain):
            if t.rank == 1 and t.type.row is False and k + 1 < len(chain) and chain[k + 1].rank == 1:
                return multiply(*scalars, times(*chain[k + 1 :], *chain[: k + 1]))
        forms = [times(*chain[k:], *chain[:k]) for k in range(len(chain))]
        forms += [transposed(f) for f in forms]
        rest = min(forms, key=lambda f: (cost(f), not _ends_in_symbol(f)))
        if rest.is_scalar:
            return multiply(*scalars, rest)
    return multiply(*scalars, trace(rest)) if scalars else trace(rest)


def _ends_in_symbol(t: Term) -> bool:
    """Among equally short cyclic orders the one that ends in the plain variable reads best: tr(X⁻¹ dX)."""
    return bool(t.args) and isinstance(t.args[-1], Symbol)


def size_of(t: Type) -> Term:
    return size(t.axes[0])


def inner_of(a: Term, b: Term) -> Term:
    """The inner product of two columns, in the cheaper orientation."""
    if isinstance(a, Apply) and isinstance(b, Apply) and a.op is b.op is ones:
        return size(a.type.axes[0])
    forth, back = times(transposed(a), b), times(transposed(b), a)
    forms = [forth, back]
    if is_entrywise(a) or is_entrywise(b):
        one = ones(params=a.type.axes)
        if one not in (a, b):  # pᵀ(y ⊘ p) is 𝟏ᵀy
            forms.append(inner_of(one, entrywise(a, b)))
    return min(forms, key=cost)


# ---------------------------------------------------------------- with indices


def with_indices(monomial: Monomial, free: Indices, fixed: Sequence[Term] = ()) -> Term:
    """The honest last resort: a stack over the free indices of products of entries, contracted as far as that goes."""
    kept = (*free, *fixed)
    parts: list[Term] = [monomial.coefficient]
    pieces: list[Piece] = []
    for f in monomial.factors:
        if f.head is None:
            parts.append(equal(*f.indices))
        else:
            pieces.append(Piece(transposed(f.head) if f.head.type.row else f.head, f.indices))
    # A coefficient that depends on a summed index keeps that index, so nothing may be contracted over it.
    bound = [i for p in pieces for i in p.indices if isinstance(i, Symbol) and i not in kept]
    open_indices = [i for i in dict.fromkeys(bound) if depends_on(monomial.coefficient, i)]
    parts += _reduce(pieces, (*kept, *open_indices, *(i for p in pieces for i in p.indices if isinstance(i, Number))))
    parts += [at(p.term, *p.indices) for p in pieces]
    inner = dict.fromkeys(i for p in pieces for i in p.indices if isinstance(i, Symbol) and i not in kept)
    body = multiply(*parts)
    for summed in inner:
        body = Bind("sum", summed, body)
    for axis in reversed(free):
        assert isinstance(axis, Symbol)
        body = Bind("stack", axis, body)
    return body
