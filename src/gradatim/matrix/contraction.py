"""A network of vectors and matrices contracted, one edge at a time, the ones that leave the smallest and plainest piece first."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.index.lower import extent
from gradatim.matrix.build import times, transposed
from gradatim.matrix.cost import cost
from gradatim.matrix.pieces import Indices, NoMatrixForm, Piece
from gradatim.matrix.recognisers import applied, diag_of, diagonal_of, entrywise, inner_of, trace_of
from gradatim.ops import identity, number, ones
from gradatim.term import Term


def _degree(index: Term, pieces: Sequence[Piece]) -> int:
    return sum(p.indices.count(index) for p in pieces)


def contracted_pieces(pieces: list[Piece], free: Indices) -> list[Term]:
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
    groups: dict[frozenset[Term], list[Piece]] = {}
    for p in pieces:
        if len(p.indices) == 2:
            groups.setdefault(frozenset(p.indices), []).append(p)
    for group in groups.values():
        if len(group) < 2:
            continue
        a, b = group[:2]
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
            if i in free or _degree(i, pieces) != 1 or len(p.indices) > 2:
                continue
            pieces.remove(p)
            one = ones(params=(extent(i),))
            if len(p.indices) == 1:
                scalars.append(inner_of(one, p.term))
            else:
                other = p.indices[1] if p.indices[0] is i else p.indices[0]
                pieces.append(Piece(applied(p.turned(other), one), (other,)))
            return True
    return False


# ---------------------------------------------------------------- the last step


def whole_of(pieces: list[Piece], deltas: list[tuple[Term, Term]], free: Indices) -> Term:
    """What is left when every index is free: a vector, a matrix between diagonals, an outer product."""
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
        return _on_diagonal(pieces, i)
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


def _on_diagonal(pieces: list[Piece], i: Term) -> Term:
    """Everything times delta_ij: a diagonal matrix."""
    vectors = [p.term if len(p.indices) == 1 else diagonal_of(p.term) for p in pieces]
    if not vectors:
        return identity(params=(extent(i),))
    whole = vectors[0]
    for v in vectors[1:]:
        whole = entrywise(whole, v)
    return diag_of(whole)
