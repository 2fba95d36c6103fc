"""Arrays in another shape, their entries in the order of the rows: x.reshape(m, n) is unvec(x)ᵀ, X.ravel() is vec(Xᵀ)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Apply, Term, fresh_index
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, entry, stacked
from gradatim.trace.proxy import NOTHING, Extent, Traced
from gradatim.types import ONE, Dim


def reshape(a: Traced, shape: Any) -> Traced:
    """Axes of one come and go; a vector becomes a matrix and a matrix a vector; what stands before stays where it is."""
    given = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    dims = _asked(a, given)
    before, after = list(a.term.type.axes), [d for d in dims if d != ONE]
    if before == after:
        return Traced(a.term, dims)
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    if len(before) <= 2 and len(after) <= 2:
        same = 0
    front = [fresh_index(d) for d in before[:same]]
    inner = _in_rows(entry(a.term, front) if front else a.term, after[same:])
    return Traced(stacked(front, inner), dims)


def _asked(a: Traced, given: Sequence[Any]) -> tuple[Dim, ...]:
    """The shape that is meant, with the size that −1 stands for."""
    free = [k for k, n in enumerate(given) if isinstance(n, int) and not isinstance(n, Extent) and n == -1]
    dims = [ONE if k in free else proxy.SIZES.dim(n) for k, n in enumerate(given)]
    whole, known = (_product(ds) for ds in (a.dims, dims))
    if len(free) == 1:
        dims[free[0]] = _quotient(whole, known)
    elif whole != known:
        raise GradatimError(f"a reshape of {whole} entries into {known} cannot be traced")
    return tuple(dims)


def _product(dims: Sequence[Dim]) -> Dim:
    total = ONE
    for d in dims:
        total = total * d
    return total


def _quotient(whole: Dim, part: Dim) -> Dim:
    """The size that, times a part, is the whole; the part is one product of names and numbers."""
    if len(part.terms) == 1:
        below, c = part.terms[0]
        found = NOTHING
        for above, value in whole.terms:
            left = dict(above)
            for name, k in below:
                left[name] = left.get(name, 0) - k
            found = found + _product([Dim.of(n) for n, k in left.items() for _ in range(k)]).scaled(value / c)
        if found * part == whole:
            return found
    raise GradatimError(f"a reshape of {whole} entries into {part} times a size of its own cannot be traced")


def _in_rows(t: Term, dims: Sequence[Dim]) -> Term:
    """The entries of a vector or a matrix, row by row, as a vector or a matrix."""
    if t.rank > 2 or len(dims) > 2:
        raise GradatimError("a reshape that joins or splits several axes cannot be traced")
    flat = flattened(t)
    if len(dims) < 2:
        return flat
    rows, columns = dims
    # Taken apart as it was put together: vec(Xᵀ) in the shape of X.
    if isinstance(flat, Apply) and flat.op is ops.vec and flat.args[0].type.axes == (columns, rows):
        return _turned(flat.args[0])
    return ops.transpose(ops.unvec(flat, params=(columns, rows)))


def flattened(t: Term) -> Term:
    return t if t.rank < 2 else ops.vec(_turned(t))


def _turned(t: Term) -> Term:
    return t.args[0] if isinstance(t, Apply) and t.op is ops.transpose else ops.transpose(t)


def ravel(a: Any) -> Traced:
    """The entries row by row."""
    x = array(a)
    if x.term.rank < 2:
        return Traced(x.term, x.term.type.axes or (ONE,))
    if x.term.rank > 2:
        raise GradatimError("np.ravel is traced for vectors and matrices")
    flat = flattened(x.term)
    return Traced(flat, flat.type.axes)
