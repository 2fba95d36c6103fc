"""Sums over axes, and shapes that change: transposes, axes of extent one, single positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError, ShapeError
from gradatim.term import Apply, Bind, Number, Symbol, Term, depends_on, free_symbols, fresh_index
from gradatim.trace.broadcast import array, entry, ones, stacked
from gradatim.trace.places import Place
from gradatim.trace.proxy import NOTHING, Extent, Traced
from gradatim.trace.ranges import between, ranged
from gradatim.types import ONE, Dim


def axes_of(a: Traced, axis: Any) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(a.ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    out = tuple(k + a.ndim if k < 0 else k for k in given)
    if any(not 0 <= k < a.ndim for k in out):
        raise ShapeError(f"axis {axis} is out of bounds for an array of {a.ndim} axes")
    return out


def summed(a: Traced, axis: Any = None, keepdims: bool = False) -> Traced:
    gone = axes_of(a, axis)
    dims = tuple(ONE if k in gone else d for k, d in enumerate(a.dims))
    left = dims if keepdims else tuple(d for k, d in enumerate(a.dims) if k not in gone)
    real = [k for k, d in enumerate(a.dims) if d != ONE]
    lost = [real.index(k) for k in gone if k in real]
    term = a.term
    if not lost:
        return Traced(term, left)
    if len(lost) == len(real):
        return Traced(_total(term), left)
    if len(real) == 2:
        one = ones((a.dims[real[lost[0]]],))
        return Traced(ops.product(term, one) if lost[0] == 1 else ops.product(ops.transpose(term), one), left)
    return Traced(_over(term, lost), left)


def _over(term: Term, lost: Sequence[int]) -> Term:
    """The sum over some axes with indices; of squares along one the squared norm of the rows."""
    indices = [fresh_index(d) for d in term.type.axes]
    body = entry(term, indices)
    for k in reversed(lost):
        rows = along(body, indices[k])
        body = rows if rows is not None else Bind("sum", indices[k], body)
    return stacked([i for k, i in enumerate(indices) if k not in lost], body)


def along(body: Term, k: Symbol) -> Term | None:
    """Σₖ (a_k ± b_k)² as ‖a ± b‖²; None where the body is no such square."""
    if not (isinstance(body, Apply) and body.op is ops.power and ops.rational(body.args[1]) == 2):
        return None
    inside = _whole(body.args[0], k)
    return None if inside is None else ops.sqnorm(inside)


def _whole(t: Term, k: Symbol) -> Term | None:
    """The vector whose entry at k a term is: a sum of entries, and of numbers times entries."""
    if not isinstance(t, Apply):
        return None
    if t.op is ops.at and t.args[-1] is k and not any(depends_on(a, k) for a in t.args[:-1]):
        return ops.at(*t.args[:-1]) if len(t.args) > 2 else t.args[0]
    if t.op is ops.add:
        parts = [_whole(a, k) for a in t.args]
        return None if None in parts else ops.add(*(p for p in parts if p is not None))
    if t.op is ops.product:
        having = [n for n, a in enumerate(t.args) if depends_on(a, k)]
        inside = _whole(t.args[having[0]], k) if len(having) == 1 else None
        return None if inside is None else ops.product(*(inside if n == having[0] else a for n, a in enumerate(t.args)))
    return None


def _total(term: Term) -> Term:
    """The sum of all entries; of squares the squared norm."""
    whole = all(s.rank < 3 for s in free_symbols(term))
    if whole and (term.rank > 2 or isinstance(term, Bind) and term.kind == "stack"):
        return _over(term, range(term.rank))
    if isinstance(term, Apply) and term.op is ops.hpower and ops.rational(term.args[1]) == 2:
        return ops.sqnorm(term.args[0])
    if isinstance(term, Apply) and term.op is ops.hadamard and len(term.args) == 2 and term.args[0] is term.args[1]:
        return ops.sqnorm(term.args[0])
    return ops.total(term)


def mean(a: Any, axis: Any = None, keepdims: bool = False) -> Traced:
    x = array(a)
    count = Dim.of(1)
    for k in axes_of(x, axis):
        count = count * x.dims[k]
    total = summed(x, axis, keepdims)
    return Traced(ops.quotient(total.term, ops.size(count)), total.dims)


# ---------------------------------------------------------------- shapes


def transpose(a: Any, axes: Any = None) -> Traced:
    x = array(a)
    order = tuple(reversed(range(x.ndim))) if axes is None else tuple(axes[0] if isinstance(axes[0], tuple) else axes)
    dims = tuple(x.dims[k] for k in order)
    real = [k for k, d in enumerate(x.dims) if d != ONE]
    kept = [real.index(k) for k in order if k in real]
    if kept == sorted(kept):
        return Traced(x.term, dims)
    if len(kept) == 2:
        turned = isinstance(x.term, Apply) and x.term.op is ops.transpose
        return Traced(x.term.args[0] if turned else ops.transpose(x.term), dims)
    indices = [fresh_index(d) for d in x.term.type.axes]
    return Traced(stacked([indices[k] for k in kept], entry(x.term, indices)), dims)


def taken(a: Traced, index: Any) -> Traced:
    """Whole numbers, slices and None."""
    items = list(index) if isinstance(index, tuple) else [index]
    if Ellipsis in [i for i in items if i is Ellipsis]:
        at = next(k for k, i in enumerate(items) if i is Ellipsis)
        fill = a.ndim - sum(1 for i in items if i is not None and i is not Ellipsis)
        items[at : at + 1] = [slice(None)] * fill
    positions = [slice(None) if isinstance(i, slice) else i for i in items]
    if any(isinstance(i, (int, Place)) for i in items) and positions != items:
        # Of X[:2, 0] the column is taken first: ranges of vectors and matrices have names, those of entries have none.
        rest = [i for i in items if i is None or isinstance(i, slice)]
        return taken(taken(a, tuple(positions)), tuple(rest))
    a, items = _cut(a, items)
    dims: list[Dim] = []
    places: list[Term | None] = []
    axis = 0
    for i in items:
        if i is None:
            dims.append(ONE)
            continue
        d = a.dims[axis]
        axis += 1
        if isinstance(i, slice) and i == slice(None):
            dims.append(d)
            places.append(None)
        elif isinstance(i, Place):
            places.append(i.place)
        elif isinstance(i, int) and not isinstance(i, (bool, Extent)):
            places.append(Number(i + 1) if i >= 0 else ops.add(ops.size(d), Number(i + 1)) if i < -1 else ops.size(d))
            if d == ONE:
                places.pop()
                continue
        else:
            if isinstance(i, Traced):
                raise GradatimError("a selection by values cannot be traced: multiply by the condition, or use np.where")
            raise GradatimError(f"the index {i!r} has no formula here: use whole numbers, slices and None")
    dims += a.dims[axis:]
    places += [None] * (a.ndim - axis)
    return Traced(_at(a, places), tuple(dims))


def _cut(a: Traced, items: Sequence[Any]) -> tuple[Traced, list[Any]]:
    """Slices and positions in a part of an axis carried out: what is left are whole axes, positions and new axes."""
    out: list[Any] = []
    axis = 0
    for i in items:
        if i is None:
            out.append(i)
            continue
        if axis >= a.ndim:
            raise ShapeError("too many indices")
        if isinstance(i, slice):
            a, i = ranged(a, axis, i), slice(None)
        elif isinstance(i, Place):
            size = i.place.type.index
            assert size is not None
            a = a if size == a.dims[axis] and i.start == NOTHING else between(a, axis, i.start, i.start + size)
        elif isinstance(i, Extent):
            raise GradatimError("a size is no position: x[-1] is the last entry")
        out.append(i)
        axis += 1
    return a, out


def _at(a: Traced, places: Sequence[Term | None]) -> Term:
    if all(p is None for p in places):
        return a.term
    real = list(a.term.type.axes)
    wanted = [p for p, d in zip(places, a.dims) if d != ONE] if len(places) == a.ndim else list(places)
    indices: list[Term] = [p if p is not None else fresh_index(d) for p, d in zip(wanted, real)]
    free = [i for p, i in zip(wanted, indices) if p is None and isinstance(i, Symbol)]
    if len(free) == 1 and indices[-1] is free[0] and len(indices) > 1 and not isinstance(a.term, Bind):
        # The last axis alone is left: a row by its index, as people write it.
        return ops.at(a.term, *indices[:-1])
    return stacked(free, entry(a.term, indices))
