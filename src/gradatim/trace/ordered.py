"""Entries in rising order, medians and quantiles of vectors, and whole numbers near entries."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.trace.broadcast import array, divided, entrywise, multiplied
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.moments import understood
from gradatim.trace.proxy import Traced
from gradatim.types import ONE


def _vector(name: str, a: Any, axis: Any) -> Traced:
    x = array(a)
    if x.ndim == 2 and axis is None and ONE in x.dims:
        x = Traced(x.term, x.term.type.axes)
    if x.ndim != 1 or axis not in (None, 0, -1):
        raise GradatimError(f"np.{name} has a formula for one vector: of rows, one by one, in a loop over them")
    return x


def _sort(a: Any, axis: Any = -1, kind: Any = None, **options: Any) -> Traced:
    understood("sort", options)
    x = _vector("sort", a, axis)
    return x if x.dims[0] == ONE else Traced(ops.sort(x.term), x.dims)


def _median(a: Any, axis: Any = None, **options: Any) -> Traced:
    understood("median", options)
    x = _vector("median", a, axis)
    return Traced(x.term if x.dims[0] == ONE else ops.median(x.term), ())


def _quantile(a: Any, q: Any, axis: Any = None, method: str = "linear", **options: Any) -> Traced:
    """Between two entries of the sorted vector."""
    understood("quantile", options)
    x = _vector("quantile", a, axis)
    if not isinstance(q, (int, float, Fraction)) or method != "linear":
        raise GradatimError("np.quantile has a formula for one number, with the method 'linear'")
    if q in (0, 1):
        return FUNCTIONS["max" if q else "min"](x)  # type: ignore[no-any-return]
    if 2 * q == 1:
        return _median(x)
    if x.dims[0].literal is None:
        raise GradatimError(
            "np.quantile has a formula for a size that is a number: between which entries it lies depends on the size; "
            "np.median has one for any"
        )
    at = (q if isinstance(q, Fraction) else Fraction(repr(q))) * (x.dims[0].literal - 1)
    k = floor(at)
    ordered = _sort(x)
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
