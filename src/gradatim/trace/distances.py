"""SciPy's distances between rows, cdist, pdist and squareform, on stand-ins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradatim.errors import GradatimError
from gradatim.trace.broadcast import array
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.moments import understood
from gradatim.trace.proxy import Traced
from gradatim.trace.relations import BELOW, Pattern
from gradatim.trace.selected import Selected
from gradatim.trace.shapes import summed
from gradatim.types import ONE


def _norm(order: Any) -> Callable[[Traced], Any]:
    return lambda d: FUNCTIONS["norm"](d, order, axis=-1)


OF_DIFFERENCES: dict[str, Callable[[Traced], Any]] = {
    "euclidean": _norm(None),
    "sqeuclidean": lambda d: summed(UFUNCS["square"](d), -1),
    "cityblock": _norm(1),
    "chebyshev": _norm(float("inf")),
}


def cdist(a: Any, b: Any, metric: Any = "euclidean", **options: Any) -> Traced:
    """The distances of the rows of one matrix from those of another."""
    understood("spatial.distance.cdist", options)
    x, y = array(a), array(b)
    if metric not in OF_DIFFERENCES or x.ndim != 2 or y.ndim != 2:
        raise GradatimError(f"distances of rows have a formula as {', '.join(OF_DIFFERENCES)}")
    rows = Traced(x.term, (x.dims[0], ONE, x.dims[1])), Traced(y.term, (ONE, *y.dims))
    return OF_DIFFERENCES[metric](rows[0] - rows[1])  # type: ignore[no-any-return]


def pdist(a: Any, metric: Any = "euclidean", **options: Any) -> Selected:
    """The distances of all pairs of rows, each pair once."""
    x = array(a)
    return Selected(cdist(x, x, metric, **options), Pattern(x.dims[0], frozenset(BELOW)))


def squareform(d: Any, *_args: Any, **_options: Any) -> Traced:
    """The matrix of the distances that pdist gives; the diagonal is zero."""
    if not isinstance(d, Selected) or not isinstance(d.condition, Pattern):
        raise GradatimError("squareform has a formula for what pdist gives")
    return d.whole - FUNCTIONS["diag"](FUNCTIONS["diagonal"](d.whole))  # type: ignore[no-any-return]


DISTANCES: dict[str, Callable[..., Any]] = {"cdist": cdist, "pdist": pdist, "squareform": squareform}
