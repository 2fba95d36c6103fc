"""Norms of vectors, of matrices and of rows, and the largest and smallest entries."""

from __future__ import annotations

from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Apply, Bind, Term, fresh_index
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, entry, entrywise, raised, stacked
from gradatim.trace.proxy import Traced
from gradatim.trace.shapes import summed, transpose
from gradatim.trace.shift import Shift
from gradatim.types import ONE


def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Traced:
    x = array(a)
    if axis is not None:
        if ord == 1:
            return summed(Traced.ufuncs["absolute"](x), axis, keepdims)
        if ord == float("inf"):
            return extreme(Traced.ufuncs["absolute"](x), axis, keepdims)
        if ord not in (None, 2):
            raise GradatimError(f"the norm of order {ord} along an axis has no formula here")
        squares = summed(raised(x, 2), axis, keepdims)
        lengths = _of_rows(squares.term)
        return entrywise(ops.sqrt)(squares) if lengths is None else Traced(lengths, squares.dims)
    if ord is None or x.ndim == 1 and ord == 2 or x.ndim == 2 and ord == "fro":
        return Traced(ops.norm(x.term), ())
    if x.ndim == 1 and isinstance(ord, (int, float)) and ord > 1 and ord != float("inf"):
        return Traced(ops.dictionary()["pnorm"](x.term, array(ord).term), ())
    if x.ndim == 1 and ord in (1, float("inf")):
        return Traced((ops.norm1 if ord == 1 else ops.norminf)(x.term), ())
    raise GradatimError(f"the norm of order {ord!r} cannot be traced")


def _of_rows(squares: Term) -> Term | None:
    """[‖xᵢ‖]ᵢ for [‖xᵢ‖²]ᵢ; None for what is written otherwise."""
    if isinstance(squares, Bind) and squares.kind == "stack":
        inside = _of_rows(squares.body)
        return None if inside is None else Bind("stack", squares.index, inside)
    return ops.norm(squares.args[0]) if isinstance(squares, Apply) and squares.op is ops.sqnorm else None


def extreme(a: Any, axis: Any = None, keepdims: bool = False, sign: int = 1) -> Traced:
    """The largest (or smallest) entry, of all or along an axis."""
    x = array(a) if sign == 1 else -array(a)
    if axis is None or x.ndim == 1:
        top = Traced(ops.largest(x.term) if x.term.rank else x.term, (ONE,) * x.ndim if keepdims else ())
    elif isinstance(axis, int) and ONE not in x.dims:
        gone = axis % x.ndim
        others = [k for k in range(x.ndim) if k != gone]
        t = transpose(x, (*others, gone)).term
        indices = [fresh_index(x.dims[k]) for k in others]
        shape = tuple(ONE if k == gone else d for k, d in enumerate(x.dims) if keepdims or k != gone)
        top = Traced(stacked(indices, ops.largest(entry(t, indices))), shape)
    else:
        raise GradatimError("np.max and np.min have a formula over all entries, and along one axis")
    return top if sign == 1 else -top


def largest(a: Any, axis: Any = None, keepdims: bool = False) -> Traced:
    top = extreme(a, axis, keepdims)
    return Shift(top.term, top.dims) if proxy.SIZES.lifted else top


def least(a: Any, axis: Any = None, keepdims: bool = False) -> Traced:
    return extreme(a, axis, keepdims, -1)
