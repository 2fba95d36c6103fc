"""What is said of functions that have no formula, and what NumPy's reductions are called."""

from __future__ import annotations

HINTS = {
    "qr": ", for the factors are not unique: |det| and solutions have one",
    "eig": ", for the factors are not unique",
    "eigvals": ", for their order is not given",
    "argsort": ": positions depend on values; np.sort has one",
    "partition": ": positions depend on values; np.sort has one",
    "lexsort": ": positions depend on values; np.sort has one",
    "searchsorted": ": positions depend on values",
    "unique": ": how many there are depends on values",
    "bincount": ": a count is constant between its jumps",
    "histogram": ": a count is constant between its jumps",
    "argmax": ": the position depends on values; np.max has one",
    "argmin": ": the position depends on values; np.min has one",
    "matrix_rank": ": a rank is constant between its jumps",
}
"""What may be written instead, or why there is none."""


BRANCHED = (
    "the function branches on values in a way that has no formula (on an array, in a loop over an axis with a name, or too often); "
    "np.where(condition, a, b) has one"
)


REDUCED = {"multiply": "prod", "maximum": "max", "minimum": "min"}
"""What `np.multiply.reduce` and its like are called."""
