"""Entries at positions that are numbers: x[::-1], x[::2], x[[0, 2]], np.flip, np.repeat, np.take, np.pad, np.insert, np.delete.

An order turned round is the exchange matrix times the array, whatever its size. Other positions are counted off, so the axis has a
number for its size, or the positions are few and count from the front.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError, ShapeError
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, multiplied
from gradatim.trace.moments import understood
from gradatim.trace.products import matmul
from gradatim.trace.proxy import NOTHING, Extent, Traced
from gradatim.trace.ranges import between, concatenate, stack
from gradatim.trace.reshaped import ravel
from gradatim.trace.shapes import axes_of, transpose
from gradatim.types import ONE, Dim

MOST_PIECES = 64
"""Entries or ranges that are put together one by one."""


def reversed_along(a: Traced, axis: int) -> Traced:
    n = a.dims[axis]
    if n == ONE:
        return a
    if a.term.rank > 2:
        raise GradatimError("an axis of an array of three axes turned round has no formula here")
    turn = Traced(ops.exchange(params=(n,)), (n, n))
    real = [k for k, d in enumerate(a.dims) if d != ONE]
    bare = Traced(a.term, tuple(a.dims[k] for k in real))
    made = matmul(turn, bare) if axis == real[0] else matmul(bare, turn)
    return Traced(made.term, a.dims)


def picked(a: Traced, axis: int, positions: Sequence[int]) -> Traced:
    """The entries at positions along one axis, in their order; what is next to each other stays together."""
    n = a.dims[axis]
    places = [_from_front(k, n) for k in positions]
    runs: list[list[int]] = []
    for k in places:
        if runs and k == runs[-1][-1] + 1:
            runs[-1].append(k)
        else:
            runs.append([k])
    if not runs or len(runs) > MOST_PIECES:
        raise GradatimError(f"{len(places)} positions of their own have no formula here")
    size = [(Dim.of(r[0]) if r[0] else NOTHING, Dim.of(r[-1] + 1)) for r in runs]
    parts = [between(a, axis, first, last) for first, last in size]
    return parts[0] if len(parts) == 1 else concatenate(parts, axis)


def _from_front(k: int, n: Dim) -> int:
    """A position counted from the front, which for one counted from the end needs the size as a number."""
    if n.literal is not None and not -n.literal <= k < n.literal:
        raise ShapeError(f"position {k} is out of bounds for an axis of {n.literal}")
    if k >= 0:
        return k
    if n.literal is None:
        raise GradatimError("positions from the end among others have a formula for a size that is a number")
    return k + n.literal


def stepped(a: Traced, axis: int, cut: slice) -> Traced:
    """x[::-1] at any size, other steps where the size is a number."""
    n, step = a.dims[axis], int(cut.step)
    if step == -1 and cut.start is None and cut.stop is None:
        return reversed_along(a, axis)
    if n.literal is None:
        return _every(a, axis, cut)
    first, last = (None if b is None else int(b) for b in (cut.start, cut.stop))
    return picked(a, axis, list(range(n.literal))[first:last:step])


def _every(a: Traced, axis: int, cut: slice) -> Traced:
    """x[::k] and x[j::k] of an axis of k m entries: each is one of k neighbours."""
    n, step = a.dims[axis], abs(int(cut.step))
    count = n.scaled(Fraction(1, step))
    first = 0 if cut.start is None else cut.start
    if count.names and any(c.denominator != 1 for _, c in count.terms):
        raise GradatimError(
            f"every {_nth(step)} of {n} entries: how many there are is no formula in {n}; a size that is a number has one, "
            f'and so has a multiple, as in shapes={{"x": "{step}m"}}'
        )
    if cut.stop is not None or not isinstance(first, int) or isinstance(first, Extent) or not 0 <= first < step:
        raise GradatimError("a slice with steps to a place of its own has a formula for a size that is a number")
    if cut.step < 0:
        a = reversed_along(a, axis)
    unit = ops.block(*(ops.number(int(k == first)) for k in range(step)), params=(step, 1))
    chosen = transpose(_kron(Traced(ops.identity(params=(count,)), (count, count)), Traced(unit, (Dim.of(step), ONE))))
    real = [k for k, d in enumerate(a.dims) if d != ONE]
    bare = Traced(a.term, tuple(a.dims[k] for k in real))
    made = matmul(chosen, bare) if axis == real[0] else matmul(bare, transpose(chosen))
    return Traced(made.term, tuple(count if k == axis else d for k, d in enumerate(a.dims)))


def _nth(k: int) -> str:
    return {2: "second", 3: "third"}.get(k, f"{k}-th")


def positions_of(index: Any) -> list[int] | None:
    """Whole numbers in a list or an array of one axis; None for what is none."""
    if isinstance(index, (list, tuple, range)) and index and all(_whole(k) for k in index):
        return [int(k) for k in index]
    kind = getattr(getattr(index, "dtype", None), "kind", "")
    if kind in ("i", "u") and getattr(index, "ndim", 0) == 1 and not isinstance(index, Traced):
        return [int(k) for k in index]
    return None


def _whole(k: Any) -> bool:
    return hasattr(k, "__index__") and not isinstance(k, (bool, Extent, Traced))


# ---------------------------------------------------------------- NumPy's functions


def flip(a: Any, axis: Any = None) -> Traced:
    x = array(a)
    for k in axes_of(x, axis):
        x = reversed_along(x, k)
    return x


def rot90(a: Any, k: int = 1, axes: Any = (0, 1)) -> Traced:
    """By quarter turns, from the first axis towards the second."""
    x = array(a)
    if x.ndim != 2 or tuple(axes) not in ((0, 1), (1, 0)):
        raise GradatimError("np.rot90 has a formula for matrices")
    for _ in range((k if tuple(axes) == (0, 1) else -k) % 4):
        x = reversed_along(transpose(x), 0)
    return x


def repeat(a: Any, repeats: Any, axis: Any = None) -> Traced:
    """Each entry several times: the columns of 𝟏xᵀ one below the other."""
    x = array(a)
    if not isinstance(repeats, int) or repeats < 1:
        raise GradatimError("np.repeat has a formula for one whole number of times")
    x = ravel(x) if axis is None and x.ndim != 1 else x
    times = proxy.SIZES.dim(repeats)
    if repeats == 1:
        return x
    k = 0 if axis is None else axes_of(x, axis)[0]
    if x.ndim == 2 and ONE not in x.dims:
        n = x.dims[k]
        each = Traced(ops.ones(params=(times,)), (times,))
        wide = _kron(Traced(ops.identity(params=(n,)), (n, n)), Traced(each.term, (times, ONE)))
        return matmul(wide, x) if k == 0 else matmul(x, transpose(wide))
    if x.ndim != 1:
        raise GradatimError("np.repeat has a formula for vectors and matrices")
    if x.dims[0] == ONE:
        return multiplied(x, Traced(ops.ones(params=(times,)), (times,)))
    ones = Traced(ops.ones(params=(times,)), (times, ONE))
    whole = multiplied(ones, Traced(x.term, (ONE, x.dims[0])))
    flat = ops.dictionary()["vec"](whole.term)
    return Traced(flat, flat.type.axes)


def _kron(a: Traced, b: Traced) -> Traced:
    made = ops.dictionary()["kron"](a.term, b.term)
    return Traced(made, made.type.axes)


def take(a: Any, indices: Any, axis: Any = None, **options: Any) -> Traced:
    understood("take", options)
    x = array(a)
    x = ravel(x) if axis is None and x.ndim != 1 else x
    k = 0 if axis is None else axes_of(x, axis)[0]
    if _whole(indices):
        return x[(slice(None),) * k + (int(indices),)]
    found = positions_of(indices)
    if found is None:
        raise GradatimError("np.take has a formula for positions that are numbers")
    return picked(x, k, found)


def delete(a: Any, index: Any, axis: Any = None) -> Traced:
    """Without one entry, or without several of an axis of which the size is a number."""
    x = array(a)
    x = ravel(x) if axis is None and x.ndim != 1 else x
    k = 0 if axis is None else axes_of(x, axis)[0]
    n = x.dims[k]
    gone = [int(index)] if _whole(index) else positions_of(index)
    if gone is None:
        raise GradatimError("np.delete has a formula for positions that are numbers")
    if n.literal is not None:
        lost = {_from_front(p, n) for p in gone}
        return picked(x, k, [p for p in range(n.literal) if p not in lost])
    if len(gone) != 1:
        raise GradatimError("np.delete of several entries has a formula for a size that is a number")
    at = gone[0]
    first, after = (
        (Dim.of(at) if at else NOTHING, Dim.of(at + 1)) if at >= 0 else (n - Dim.of(-at), n - Dim.of(-at - 1) if at < -1 else n)
    )
    parts = [between(x, k, *ends) for ends in ((NOTHING, first), (after, n)) if ends[0] != ends[1]]
    return parts[0] if len(parts) == 1 else concatenate(parts, k)


def insert(a: Any, at: Any, values: Any, axis: Any = None) -> Traced:
    """One number before an entry of a vector."""
    x, v = array(a), array(values)
    if x.ndim != 1 or v.ndim or not _whole(at):
        raise GradatimError("np.insert has a formula for one number in a vector")
    n, one = x.dims[0], Traced(v.term, (ONE,))
    here = (Dim.of(int(at)) if at else NOTHING) if at >= 0 else n - Dim.of(-int(at))
    if at > 0 and n.literal is not None and at > n.literal:
        raise ShapeError(f"position {at} is out of bounds for an axis of {n.literal}")
    parts = [between(x, 0, NOTHING, here)] if here != NOTHING else []
    return concatenate([*parts, one, *([between(x, 0, here, n)] if here != n else [])], 0)


def pad(a: Any, width: Any, mode: str = "constant", constant_values: Any = 0, **options: Any) -> Traced:
    """With a number on every side; of a vector also with the entries at its ends."""
    understood("pad", options)
    x = array(a)
    if mode not in ("constant", "edge") or x.ndim not in (1, 2) or not isinstance(constant_values, (int, float)):
        raise GradatimError("np.pad has a formula for vectors and matrices, with a number or with what stands at the edge")
    for k, (before, after) in enumerate(_widths(width, x.ndim)):
        n = x.dims[k]
        parts = [x]
        for count, first in ((before, True), (after, False)):
            if count:
                at = between(x, k, NOTHING, ONE) if first else between(x, k, n - ONE, n)
                size = tuple(ONE if j == k else d for j, d in enumerate(x.dims))
                edge = at if mode == "edge" else _filled(float(constant_values), size)
                parts = [*[edge] * count, *parts] if first else [*parts, *[edge] * count]
        x = concatenate(parts, k) if len(parts) > 1 else x
    return x


def _filled(value: float, dims: tuple[Dim, ...]) -> Traced:
    kept = tuple(d for d in dims if d != ONE)
    ones = Traced(ops.ones(params=kept) if kept else ops.number(1), dims)
    return multiplied(value, ones) if value else Traced(ops.zeros(params=kept) if kept else ops.number(0), dims)


def _widths(width: Any, axes: int) -> list[tuple[int, int]]:
    if isinstance(width, int):
        return [(width, width)] * axes
    pairs: list[Any] = [tuple(w) if isinstance(w, (tuple, list)) else w for w in width]
    if len(pairs) == 2 and all(isinstance(w, int) for w in pairs):
        return [(int(pairs[0]), int(pairs[1]))] * axes
    if len(pairs) == 1 and isinstance(pairs[0], tuple):
        pairs = pairs * axes
    if len(pairs) != axes or not all(isinstance(w, tuple) and len(w) == 2 for w in pairs):
        raise ShapeError("np.pad takes a width, a pair of widths, or a pair for every axis")
    return [(int(p), int(q)) for p, q in pairs]


def meshgrid(*vectors: Any, indexing: str = "xy", **options: Any) -> list[Traced]:
    understood("meshgrid", options)
    parts = [array(v) for v in vectors]
    if len(parts) != 2 or any(p.ndim != 1 for p in parts) or indexing not in ("xy", "ij"):
        raise GradatimError("np.meshgrid has a formula for two vectors")
    along, down = parts if indexing == "xy" else parts[::-1]
    n, m = along.dims[0], down.dims[0]
    ones = [Traced(ops.ones(params=(d,)), (d,)) for d in (m, n)]
    grids = [
        multiplied(Traced(ones[0].term, (m, ONE)), Traced(along.term, (ONE, n))),
        multiplied(Traced(down.term, (m, ONE)), Traced(ones[1].term, (ONE, n))),
    ]
    return grids if indexing == "xy" else grids[::-1]


def entries_at(a: Traced, places: Sequence[Sequence[int]]) -> Traced:
    """X[[0, 1], [2, 2]]: single entries as a vector."""
    if len({len(p) for p in places}) != 1 or len(places[0]) > MOST_PIECES:
        raise GradatimError("positions in several axes have a formula for lists of one length")
    return stack([a[tuple(at)] for at in zip(*places)])


NAMES: dict[str, Callable[..., Any]] = {
    "flip": flip,
    "fliplr": lambda a: flip(a, 1),
    "flipud": lambda a: flip(a, 0),
    "rot90": rot90,
    "repeat": repeat,
    "take": take,
    "delete": delete,
    "insert": insert,
    "pad": pad,
    "meshgrid": meshgrid,
}


def counted_off(a: Traced, index: Any) -> tuple[Traced, Any]:
    """An array and an index without steps and lists of positions, which have been carried out."""
    items = list(index) if isinstance(index, tuple) else [index]
    lists = [k for k, i in enumerate(items) if positions_of(i) is not None]
    if not lists and not any(isinstance(i, slice) and i.step not in (None, 1) for i in items):
        return a, index
    if any(i is Ellipsis for i in items):
        at = next(k for k, i in enumerate(items) if i is Ellipsis)
        items[at : at + 1] = [slice(None)] * (a.ndim - sum(1 for i in items if i is not None and i is not Ellipsis))
    if len(lists) > 1:
        if len(lists) != len(items) or len(items) != a.ndim:
            raise GradatimError("positions in several axes have a formula where every axis has them")
        return entries_at(a, [positions_of(i) or [] for i in items]), slice(None)
    if lists and any(isinstance(i, int) or i is None for i in items):
        raise GradatimError("a list of positions beside other places has a formula in two steps: X[:, [0, 2]][1]")
    axis = 0
    for k, i in enumerate(items):
        if i is None:
            continue
        if axis >= a.ndim:
            raise ShapeError("too many indices")
        found = positions_of(i)
        if found is not None:
            a, items[k] = picked(a, axis, found), slice(None)
        elif isinstance(i, slice) and i.step not in (None, 1):
            a, items[k] = stepped(a, axis, i), slice(None)
        axis += 1
    return a, tuple(items)
