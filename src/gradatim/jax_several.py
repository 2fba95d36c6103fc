"""JAX primitives with several results: eigenvalues with their eigenvectors, singular values, parts of an axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.trace.broadcast import array
from gradatim.trace.functions import FUNCTIONS
from gradatim.trace.picked import reversed_along
from gradatim.trace.proxy import Traced
from gradatim.trace.ranges import ranged
from gradatim.trace.untold import Untold


def _eigh(params: Mapping[str, Any], a: Any) -> list[Any]:
    """The eigenvectors, whose signs are not given, come first."""
    x = array(a)
    if x.ndim != 2 or params.get("subset_by_index") is not None:
        raise GradatimError("eigh has a formula for one whole matrix")
    values = ops.eigenvalues(x.term)
    ascending = reversed_along(Traced(values, values.type.axes), 0)
    return [Untold("eigenvectors have no formula here, for their signs are not given"), ascending]


def _svd(params: Mapping[str, Any], a: Any) -> list[Any]:
    if params.get("subset_by_index") is not None:
        raise GradatimError("some of the singular values have no formula here")
    others = [Untold("singular vectors have no formula here, for their signs are not given")] * 2
    return [FUNCTIONS["svdvals"](a), *(others if params["compute_uv"] else [])]


def _split(params: Mapping[str, Any], a: Any) -> list[Any]:
    """Parts of an axis, one after another."""
    x, axis, first = array(a), int(params["axis"]), 0
    parts = []
    for size in map(int, params["sizes"]):
        parts.append(ranged(x, axis, slice(first, first + size)))
        first += size
    return parts


SEVERAL: dict[str, Callable[[Mapping[str, Any], Any], list[Any]]] = {"eigh": _eigh, "svd": _svd, "split": _split}
