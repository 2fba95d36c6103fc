"""Slices of stand-ins, and stand-ins put together: `x[1:]`, `X[:, :k]`, `np.diff`, `np.concatenate`, `np.stack`, …"""

from __future__ import annotations

from typing import Any

from gradatim.errors import GradatimError, ShapeError
from gradatim.ops.blocks import block, columns, place, rows
from gradatim.ops.linear_algebra import zeros
from gradatim.ops.structure import subtract
from gradatim.ops.structure import transpose as turned
from gradatim.term import Apply, Number, Term
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, combined, distance, ones, scaled
from gradatim.trace.proxy import NOTHING, Extent, Traced
from gradatim.types import ONE, Dim


def ranged(a: Traced, axis: int, cut: slice) -> Traced:
    """The entries of a slice along one axis. Raises GradatimError for one with steps."""
    if cut.step not in (None, 1):
        raise GradatimError(f"a slice with steps, [{_shown(cut)}], has no formula here")
    n = a.dims[axis]
    first, last = bound(cut.start, n, NOTHING), bound(cut.stop, n, n)
    return a if first == NOTHING and last == n else between(a, axis, first, last)


def _shown(cut: slice) -> str:
    return ":".join("" if p is None else str(p) for p in (cut.start, cut.stop, cut.step))


def between(a: Traced, axis: int, first: Dim, last: Dim) -> Traced:
    """The entries from one place to another along an axis."""
    n, count = a.dims[axis], last - first
    if not count.terms or count.literal is not None and count.literal < 1:
        raise GradatimError("a slice without entries has no formula")
    dims = (*a.dims[:axis], count, *a.dims[axis + 1 :])
    if n == ONE:
        return a
    if a.term.rank > 2:
        raise GradatimError("a part of an axis of an array of three axes has no formula here")
    own = sum(1 for d in a.dims[:axis] if d != ONE)
    return Traced(_part(a.term, own, first, count), dims)


def _part(t: Term, axis: int, first: Dim, count: Dim) -> Term:
    known = _of_pieces(t, axis, first, count)
    if known is not None:
        return known
    op = columns if axis == 1 else rows
    made = op(t, params=place(t.type.axes[axis], first, count))
    return turned(made) if made.type.row else made


def _of_pieces(t: Term, axis: int, first: Dim, count: Dim) -> Term | None:
    """A part of zeros, or of what was put together, where it begins and ends with pieces; None for others."""
    if not isinstance(t, Apply):
        return None
    if t.op is zeros:
        left = [count if k == axis else d for k, d in enumerate(t.type.axes)]
        kept = tuple(d for d in left if d != ONE)
        return zeros(params=kept) if kept else Number(0)
    if t.op is not block or t.params[axis] != len(t.args):
        return None
    places, end = {NOTHING: 0}, NOTHING
    for k, piece in enumerate(t.args):
        end = end + _extent(piece, axis, t.rank)
        places[end] = k + 1
    if first not in places or first + count not in places:
        return None
    pieces = t.args[places[first] : places[first + count]]
    if len(pieces) == 1:
        return turned(pieces[0]) if pieces[0].type.row else pieces[0]
    return block(*pieces, params=(len(pieces), 1) if axis == 0 else (1, len(pieces)))


def _extent(piece: Term, axis: int, rank: int) -> Dim:
    """How many rows (or columns) a piece has."""
    if piece.rank == 2:
        return piece.type.axes[axis]
    lies = piece.type.row
    return piece.type.axes[0] if piece.rank and (rank == 1 or lies == (axis == 1)) else ONE


def bound(given: Any, n: Dim, default: Dim) -> Dim:
    """The place in an axis of n entries at which a slice begins or ends; the default where it does not say."""
    if given is None:
        return default
    if isinstance(given, Traced) or not isinstance(given, int):
        raise GradatimError("a slice whose bounds depend on values has no formula")
    if isinstance(given, Extent):
        return given.dim if int(given) >= 0 else n + given.dim
    if given < 0:
        return n - Dim.of(-given)
    size = proxy.SIZES.dim(given) if given else NOTHING
    # NumPy takes what is there where a bound lies beyond the end.
    return n if size.literal is not None and n.literal is not None and size.literal > n.literal else size


def diff(a: Any, n: int = 1, axis: int = -1) -> Traced:
    """np.diff: neighbours subtracted."""
    step = None if isinstance(a, Traced) else distance(a)
    if step is not None and n == 1:
        size = proxy.SIZES.dim(len(a)) - ONE
        return Traced(scaled(step.term, ones((size,))), (size,))
    x = array(a)
    k = axis % x.ndim
    for _ in range(n):
        size = x.dims[k]
        x = combined(subtract, between(x, k, ONE, size), between(x, k, NOTHING, size - ONE))
    return x


def roll(a: Any, shift: int, axis: Any = None) -> Traced:
    """np.roll by a whole number."""
    x = array(a)
    if not isinstance(shift, int) or axis is None and x.ndim != 1:
        raise GradatimError("np.roll has a formula for a vector, or along one axis, by a whole number")
    k = 0 if axis is None else int(axis) % x.ndim
    n = x.dims[k]
    cut = n - Dim.of(shift) if shift > 0 else Dim.of(-shift) if shift else NOTHING
    if not shift:
        return x
    return concatenate((between(x, k, cut, n), between(x, k, NOTHING, cut)), k)


# ---------------------------------------------------------------- put together


def concatenate(arrays: Any, axis: Any = 0, **_options: Any) -> Traced:
    """np.concatenate of vectors and matrices."""
    parts = [array(a) for a in arrays]
    if axis is None:
        raise GradatimError("np.concatenate has a formula along an axis")
    n = max(p.ndim for p in parts)
    if any(p.ndim != n for p in parts) or n not in (1, 2):
        raise ShapeError(f"np.concatenate of arrays of {', '.join(str(p.ndim) for p in parts)} axes")
    k = int(axis) % n
    total = NOTHING
    for p in parts:
        total = total + p.dims[k]
    dims = tuple(total if j == k else d for j, d in enumerate(parts[0].dims))
    for p in parts:
        if any(d != e for j, (d, e) in enumerate(zip(p.dims, dims)) if j != k):
            raise ShapeError("np.concatenate of shapes that do not fit")
    terms = [_standing(p) for p in parts]
    made = block(*terms, params=(len(terms), 1) if k == 0 else (1, len(terms)))
    return Traced(made, dims)


def _standing(a: Traced) -> Term:
    """The term as a matrix would have it: a row where the array is one."""
    lies = a.ndim == 2 and a.dims[0] == ONE != a.dims[1]
    return turned(a.term) if lies else a.term


def stack(arrays: Any, axis: int = 0) -> Traced:
    """What a loop made, or arrays of one shape along a new axis."""
    parts = [_nested(a) for a in arrays]
    made: Traced | None = Traced.functions["joined"](parts) if not axis else None
    if made is not None:
        return made
    if len({p.dims for p in parts}) != 1:
        raise ShapeError("np.stack of arrays of several shapes")
    if parts[0].ndim > 1:
        raise GradatimError("np.stack has a formula for numbers and vectors")
    k = axis % (parts[0].ndim + 1)
    return concatenate([Traced(p.term, (*p.dims[:k], ONE, *p.dims[k:])) for p in parts], k)


def _nested(a: Any) -> Traced:
    return stack(a) if isinstance(a, (list, tuple)) else array(a)


def above(arrays: Any, **_options: Any) -> Traced:
    """np.vstack: vectors are rows."""
    parts = [array(a) for a in arrays]
    return concatenate([p if p.ndim == 2 else Traced(p.term, (ONE, *(p.dims or (ONE,)))) for p in parts], 0)


def beside(arrays: Any, **_options: Any) -> Traced:
    """np.hstack: vectors end to end, matrices side by side."""
    parts = [array(a) for a in arrays]
    parts = [p if p.ndim else Traced(p.term, (ONE,)) for p in parts]
    return concatenate(parts, 0 if parts[0].ndim == 1 else 1)


def as_columns(arrays: Any) -> Traced:
    """np.column_stack: vectors are columns."""
    parts = [array(a) for a in arrays]
    return concatenate([p if p.ndim == 2 else Traced(p.term, (*p.dims, ONE)) for p in parts], 1)


def append(a: Any, b: Any, axis: Any = None) -> Traced:
    """np.append of vectors."""
    x, y = array(a), array(b)
    if axis is None and max(x.ndim, y.ndim) > 1:
        raise GradatimError("np.append has a formula for vectors, or along an axis")
    return beside((x, y)) if axis is None else concatenate((x, y), axis)
