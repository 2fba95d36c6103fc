"""Entries in rising order, medians and quantiles of vectors, and whole numbers near entries."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import fresh_index
from gradatim.trace.broadcast import array, divided, entry, entrywise, multiplied, stacked
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.moments import understood
from gradatim.trace.proxy import Traced
from gradatim.trace.reshaped import ravel
from gradatim.trace.shapes import axes_of, transpose
from gradatim.types import ONE


def _by_vectors(made: Callable[[Traced], Traced], a: Any, axis: Any, keepdims: bool = False) -> Traced:
    """What is made of every vector along an axis, by default of all entries as one vector: a number, or a vector that stands there again."""
    x = array(a)
    if axis is None:
        found = made(ravel(x))
        return Traced(found.term, (ONE,) * x.ndim if keepdims else ())
    (gone,) = axes_of(x, axis)
    others = [k for k in range(x.ndim) if k != gone]
    turned = transpose(x, (*others, gone))
    indices = [fresh_index(d) for d in turned.dims[:-1] if d != ONE]
    inner = entry(turned.term, indices) if indices else turned.term
    found = made(Traced(inner, x.dims[gone : gone + 1]))
    whole = stacked(indices, found.term)
    if found.ndim:
        back = [*others, gone]
        return transpose(Traced(whole, turned.dims), tuple(back.index(k) for k in range(x.ndim)))
    return Traced(whole, tuple(ONE if k == gone else d for k, d in enumerate(x.dims) if keepdims or k != gone))


def _sorted(x: Traced) -> Traced:
    return x if x.dims[0] == ONE else Traced(ops.sort(x.term), x.dims)


def _middle(x: Traced) -> Traced:
    return Traced(x.term if x.dims[0] == ONE else ops.median(x.term), ())


def _sort(a: Any, axis: Any = -1, kind: Any = None, **options: Any) -> Traced:
    understood("sort", options)
    return _by_vectors(_sorted, ravel(a) if axis is None else a, 0 if axis is None else axis)


def _median(a: Any, axis: Any = None, keepdims: bool = False, **options: Any) -> Traced:
    understood("median", options)
    return _by_vectors(_middle, a, axis, keepdims)


def _quantile(a: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False, **options: Any) -> Traced:
    understood("quantile", options)
    return _by_vectors(lambda x: _between(x, q, method), a, axis, keepdims)


def _between(x: Traced, q: Any, method: str) -> Traced:
    """Between two entries of the sorted vector."""
    if not isinstance(q, (int, float, Fraction)) or method != "linear":
        raise GradatimError("np.quantile has a formula for one number, with the method 'linear'")
    if q in (0, 1):
        return FUNCTIONS["max" if q else "min"](x)  # type: ignore[no-any-return]
    if 2 * q == 1:
        return _middle(x)
    if x.dims[0].literal is None:
        raise GradatimError(
            "np.quantile has a formula for a size that is a number: between which entries it lies depends on the size; "
            "np.median has one for any"
        )
    at = (q if isinstance(q, Fraction) else Fraction(repr(q))) * (x.dims[0].literal - 1)
    k = floor(at)
    ordered = _sorted(x)
    part = at - k
    if not part:
        return ordered[k]
    return multiplied(1 - part, ordered[k]) + multiplied(part, ordered[k + 1])


def _percentile(a: Any, q: Any, axis: Any = None, **options: Any) -> Traced:
    if not isinstance(q, (int, float)):
        raise GradatimError("np.percentile has a formula for one number")
    return _quantile(a, Fraction(repr(q)) / 100, axis, **options)


# ---------------------------------------------------------------- whole numbers


_floor, _rint = entrywise(ops.floor), entrywise(ops.rint)


def _trunc(a: Any) -> Traced:
    return multiplied(UFUNCS["sign"](a), _floor(UFUNCS["absolute"](a)))


def _floor_divide(a: Any, b: Any) -> Traced:
    return _floor(divided(a, b))


def _mod(a: Any, b: Any) -> Traced:
    """What is left of a, with the sign of b."""
    return UFUNCS["subtract"](a, multiplied(b, _floor_divide(a, b)))  # type: ignore[no-any-return]


def _fmod(a: Any, b: Any) -> Traced:
    """What is left of a, with the sign of a."""
    return UFUNCS["subtract"](a, multiplied(b, _trunc(divided(a, b))))  # type: ignore[no-any-return]


def _round(a: Any, decimals: int = 0, **options: Any) -> Traced:
    understood("round", options)
    if not isinstance(decimals, int):
        raise GradatimError("np.round has a formula for a whole number of decimals")
    if not decimals:
        return _rint(a)
    scale = 10 ** abs(decimals)
    return divided(_rint(multiplied(a, scale)), scale) if decimals > 0 else multiplied(_rint(divided(a, scale)), scale)


UFUNCS.update(
    {
        "floor": _floor,
        "ceil": lambda a: -_floor(-array(a)),
        "trunc": _trunc,
        "rint": _rint,
        "floor_divide": _floor_divide,
        "remainder": _mod,
        "mod": _mod,
        "fmod": _fmod,
        "divmod": lambda a, b: (_floor_divide(a, b), _mod(a, b)),
    }
)
FUNCTIONS.update(
    {
        "sort": _sort,
        "median": _median,
        "quantile": _quantile,
        "percentile": _percentile,
        "round": _round,
        "around": _round,
        "fix": _trunc,
        "nanmedian": _median,
    }
)
