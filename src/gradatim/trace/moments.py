"""Means, variances and weighted means of traced arrays, and the options of NumPy's functions along an axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Number
from gradatim.trace.broadcast import array, combined, divided, multiplied, raised
from gradatim.trace.proxy import Traced
from gradatim.trace.shapes import axes_of, mean, summed

HARMLESS = ("dtype", "out", "casting", "optimize")
"""Options that say nothing of the values."""


def understood(name: str, options: Mapping[str, Any]) -> None:
    """Raises GradatimError where an option was given that would change the result."""
    for option, value in options.items():
        if option not in HARMLESS or option == "out" and value is not None:
            raise GradatimError(f"np.{name} with {option}=… has no formula here")


def along_axis(name: str, made: Callable[[Any, Any, bool], Traced]) -> Callable[..., Traced]:
    def function(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **options: Any) -> Traced:
        understood(name, {"out": out, **options})
        return made(a, axis, bool(keepdims))

    return function


def variance(a: Any, axis: Any = None, keepdims: bool = False, ddof: Any = 0, **options: Any) -> Traced:
    understood("var", options)
    x = array(a)
    squares = raised(x - mean(x, axis, True), 2)
    if not ddof:
        return mean(squares, axis, bool(keepdims))
    count = Traced(Number(1), ())
    for k in axes_of(x, axis):
        count = multiplied(count, Traced(ops.size(x.dims[k]), ()))
    return divided(summed(squares, axis, bool(keepdims)), combined(ops.subtract, count, ddof))


def average(a: Any, axis: Any = None, weights: Any = None, keepdims: bool = False, **options: Any) -> Traced:
    understood("average", options)
    if weights is None:
        return mean(a, axis, bool(keepdims))
    x, w = array(a), array(weights)
    if x.dims != w.dims:
        raise GradatimError("np.average is traced with weights of the array's own shape")
    return divided(summed(multiplied(x, w), axis, bool(keepdims)), summed(w, axis, bool(keepdims)))
