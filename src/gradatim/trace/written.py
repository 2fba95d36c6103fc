"""Arrays that a function makes and fills: `y = np.zeros(n)`, `y[1:] = …`, `K[i, j] = …` in loops.

An array that is written into holds a new term afterwards. A part of an axis that is replaced leaves what is before it and what is behind it;
an entry at the position of a loop is e_i times what is written there, and the loop over the whole axis makes a stack of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError, ShapeError
from gradatim.term import Apply, Number, Term
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, combined, entry, scaled, spread
from gradatim.trace.conditions import Condition, where
from gradatim.trace.places import Place
from gradatim.trace.proxy import NOTHING, Extent, Traced
from gradatim.trace.ranges import between, bound, concatenate
from gradatim.types import ONE, Dim


class Diagonal:
    """The places of a diagonal, as np.diag_indices_from gives them."""


DIAGONAL = Diagonal()


def write(a: Traced, index: Any, value: Any) -> None:
    """a[index] = value."""
    new = array(value)
    if index is DIAGONAL:
        t, own = a.term, ops.diagonal(a.term)
        added = [p for p in new.term.args if p is not own] if isinstance(new.term, Apply) and new.term.op is ops.add else []
        if len(added) == 1 and added[0].rank == 1:
            # K[diagonal] += v
            a.term = ops.add(t, _diagonal_of(Traced(_repeated(added[0]), a.dims[:1]), a.dims[0]))
            return
        without = Traced(ops.subtract(t, ops.diag(own)), a.dims)
        zero = isinstance(new.term, Number) and not new.term.value
        a.term = without.term if zero else combined(ops.add, without, Traced(_diagonal_of(new, a.dims[0]), a.dims)).term
        return
    if isinstance(index, Condition):
        a.term = where(index, combined(ops.add, new, Traced(ops.zeros(params=index.dims), index.dims)), a).term
        return
    items = _items(a, index)
    if any(isinstance(i, Place) for i in items):
        _write_at(a, items, new)
        return
    a.term = _replaced(a, items, new).term


def _repeated(vector: Term) -> Term:
    """The number that all entries of a vector are, s of s 𝟏; else the vector."""
    if isinstance(vector, Apply) and vector.op is ops.product and len(vector.args) == 2:
        number, ones = vector.args
        return number if number.is_scalar and isinstance(ones, Apply) and ones.op is ops.ones else vector
    return Number(1) if isinstance(vector, Apply) and vector.op is ops.ones else vector


def _diagonal_of(value: Traced, n: Dim) -> Term:
    """The diagonal matrix of a vector, or of one number: s I."""
    return ops.diag(value.term) if value.term.rank else scaled(value.term, ops.identity(params=(n,)))


def _items(a: Traced, index: Any) -> list[Any]:
    items = list(index) if isinstance(index, tuple) else [index]
    if any(i is Ellipsis for i in items):
        at = next(k for k, i in enumerate(items) if i is Ellipsis)
        items[at : at + 1] = [slice(None)] * (a.ndim - len(items) + 1)
    items += [slice(None)] * (a.ndim - len(items))
    if len(items) > a.ndim:
        raise ShapeError("too many indices")
    for i in items:
        if isinstance(i, (bool, Extent)) or not isinstance(i, (int, slice, Place)):
            raise GradatimError("an array can be written into at whole numbers and slices; for other places use np.where")
    return items


def _replaced(a: Traced, items: Sequence[Any], value: Traced) -> Traced:
    """The array with other entries in a part of it."""
    axis = next((k for k, i in enumerate(items) if not (isinstance(i, slice) and i == slice(None))), None)
    if axis is None:
        _fits(value, a.dims)
        return Traced(spread(value, a.dims), a.dims)
    first, last = _ends(items[axis], a.dims[axis])
    size = last - first
    inside = (*a.dims[:axis], size, *a.dims[axis + 1 :])
    rest = [slice(None) if k <= axis else i for k, i in enumerate(items)]
    if isinstance(items[axis], int):
        # A position has no axis in what is written.
        kept = sum(1 for i in items[axis + 1 :] if isinstance(i, slice))
        at = value.ndim - kept
        value = Traced(value.term, (*value.dims[: max(at, 0)], ONE, *value.dims[max(at, 0) :])) if value.ndim else value
    part = between(a, axis, first, last) if size != a.dims[axis] else a
    new = _replaced(part, rest, value)
    pieces = [] if first == NOTHING else [between(a, axis, NOTHING, first)]
    pieces.append(Traced(new.term, inside))
    if last != a.dims[axis]:
        pieces.append(between(a, axis, last, a.dims[axis]))
    return concatenate(pieces, axis) if len(pieces) > 1 else Traced(new.term, a.dims)


def _fits(value: Traced, dims: tuple[Dim, ...]) -> None:
    own = (ONE,) * (len(dims) - value.ndim) + value.dims
    if len(own) > len(dims) or any(d not in (ONE, e) for d, e in zip(own, dims)):
        raise ShapeError("what is written into an array has another shape than the place")


def _ends(i: Any, n: Dim) -> tuple[Dim, Dim]:
    if isinstance(i, int):
        first = Dim.of(i) if i > 0 else NOTHING if not i else n - Dim.of(-i) if -i != n.literal else NOTHING
        return first, first + ONE
    if i.step not in (None, 1):
        raise GradatimError("an array cannot be written into with steps")
    return bound(i.start, n, NOTHING), bound(i.stop, n, n)


# ---------------------------------------------------------------- in loops


def _write_at(a: Traced, items: Sequence[Any], value: Traced) -> None:
    """What a pass of a loop writes. Passes write at places of their own, so each finds there what was before the loop."""
    places = [i for i in items if isinstance(i, Place)]
    if len(places) != a.ndim or ONE in a.dims or a.ndim > 2 or value.term.rank:
        raise GradatimError("inside a loop single entries are written, y[i] = … or K[i, j] = …; np.stack joins rows")
    for place, d in zip(places, a.dims):
        if place.start != NOTHING or place.place.type.index != d:
            raise GradatimError("a loop that writes into an array runs over its whole axis")
    _settled(a)
    now = [p.place for p in places]
    base = a.base if a.base is not None else a.term
    before = entry(base, now)
    change = value.term if _nothing(base) else ops.subtract(value.term, before)
    units = [ops.basis(i, params=(d,)) for i, d in zip(now, a.dims)]
    there = units[0] if len(units) == 1 else ops.product(units[0], ops.transpose(units[1]))
    a.base = base
    # What the same pass wrote there before is gone.
    a.written = {**(a.written or {}), tuple(now): (value.term, ops.product(change, there))}
    a.term = base if not _nothing(base) else None  # type: ignore[assignment]
    for _, added in a.written.values():
        a.term = added if a.term is None else ops.add(a.term, added)


def _settled(a: Traced) -> None:
    """After the loops that wrote into an array it is an array like others."""
    running = {i for loop in proxy.SIZES.loops if not loop.done for i in loop.passes}
    if a.written and not any(i in running for now in a.written for i in now):
        a.base = a.written = None


def read_at(a: Traced, index: Any) -> Traced | None:
    """An entry that a loop wrote in the same pass, or that no pass has written yet; None for other places."""
    _settled(a)
    items = list(index) if isinstance(index, tuple) else [index]
    if a.base is None or not all(isinstance(i, Place) for i in items) or len(items) != a.ndim:
        return None
    if any(i.start != NOTHING for i in items):
        raise GradatimError("an array that a loop fills is read in it at the place of the pass")
    now = tuple(i.place for i in items)
    found = (a.written or {}).get(now)
    return Traced(found[0] if found is not None else entry(a.base, now), ())


def _nothing(t: Term) -> bool:
    return isinstance(t, Apply) and t.op is ops.zeros
