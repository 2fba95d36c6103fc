"""Positions that are no numbers: np.triu_indices(n, 1) for a size with a name, and np.where(x > 0)."""

from __future__ import annotations

import sys
from typing import Any

from gradatim.errors import GradatimError
from gradatim.term import fresh_index
from gradatim.trace import proxy
from gradatim.trace.broadcast import entry, stacked
from gradatim.trace.conditions import Condition, as_condition
from gradatim.trace.proxy import Extent, Traced
from gradatim.trace.relations import Pattern
from gradatim.trace.shapes import transpose


class Along:
    """Where a condition holds: the positions along one of its axes."""

    __slots__ = ("axis", "condition")

    def __init__(self, condition: Condition, axis: int) -> None:
        self.condition, self.axis = condition, axis

    @property
    def size(self) -> Traced:
        return self.condition.count

    def __len__(self) -> int:
        raise GradatimError("how often a condition holds is no number here; .size and .mean() have a formula")

    def spread(self, a: Traced) -> Traced:
        """The array's entry at this position, for every position of the condition."""
        if not a.dims or a.dims[0] != self.condition.dims[self.axis]:
            raise GradatimError("positions of an axis are of axes of that size")
        if self.condition.ndim == 1:
            return a
        indices = [fresh_index(d) for d in self.condition.dims]
        term = stacked(indices, entry(a.term, indices[self.axis : self.axis + 1]))
        return Traced(term, (*self.condition.dims, *a.dims[1:]))


def selection(a: Traced, index: Any) -> tuple[Traced, Condition] | None:
    """The whole array that positions select from, and the condition; None for another index."""
    items = list(index) if isinstance(index, tuple) else [index]
    found = [i for i in items if isinstance(i, Along)]
    rest = items[len(found) :]
    if not found or items[: len(found)] != found or any(i != slice(None) and i is not Ellipsis for i in rest):
        if found:
            raise GradatimError("positions beside others have a formula as X[i], X[i, j] and X[i, :]")
        return None
    condition = found[0].condition
    if len(found) == 1:
        return found[0].spread(a), condition
    if any(i.condition.term is not condition.term for i in found) or sorted(i.axis for i in found) != [0, 1]:
        raise GradatimError("positions in two axes have a formula where both come from one condition")
    if a.dims[:2] != condition.dims:
        raise GradatimError("positions of a square array are of arrays of that shape")
    return (a if found[0].axis == 0 else transpose(a, (1, 0, *range(2, a.ndim)))), condition


def nonzero(condition: Any) -> tuple[Along, ...]:
    c = as_condition(condition)
    return tuple(Along(c, k) for k in range(c.ndim))


def triangle_indices(name: str, own: Any) -> Any:
    """`np.triu_indices` and `np.tril_indices`."""

    def function(n: Any, k: int = 0, m: Any = None) -> Any:
        if not isinstance(n, Extent) or n.dim.literal is not None:
            return own(n, k, m)
        signs = SIGNS[name].get(k)
        if signs is None or m is not None and m != n:
            raise GradatimError(f"np.{name} has a formula for triangles with their diagonal or without it")
        return nonzero(Pattern(n.dim, frozenset(signs)))

    return function


SIGNS: dict[str, dict[int, str]] = {"triu_indices": {0: "<=", 1: "<"}, "tril_indices": {0: ">=", -1: ">"}}
"""How the row stands to the column, by the offset of the diagonal."""


def _from(name: str) -> Any:
    def function(a: Traced, k: int = 0) -> Any:
        return triangle_indices(name, getattr(sys.modules["numpy"], name))(proxy.SIZES.of(a.dims[0]), k)

    return function


Traced.functions |= {"nonzero": nonzero, "flatnonzero": lambda c: nonzero(c)[0]}
Traced.functions |= {f"{name}_from": _from(name) for name in SIGNS}
