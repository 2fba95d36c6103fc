"""What the running text has said of one name, and how a phrase of describing words adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gradatim.errors import Span
from gradatim.read.phrases import FACTS, KINDS


@dataclass
class Entry:
    name: str
    span: Span
    kind: str | None = None
    dims: tuple[str, ...] = ()
    facts: set[str] = field(default_factory=set)
    index: str = ""
    upper: str = ""
    role: str = ""
    elementwise: bool = False
    told: bool = False
    real: bool = False
    """It is said to be real, and no more."""
    defined: bool = False
    """It stands on the left of an equation."""
    carried: bool = False
    """Its kind was said of a name before it in a list ("the vector x and k"), and gives way to what is said of it."""
    numbered: bool = False
    """Its members were listed, `x_1, \\dots, x_N`: no range of an index is said of it."""
    at: Span = (0, 0)
    """Where its kind and size were said."""
    note: str = ""


NOUNS = frozenset({"scalar", "vector", "matrix", "integer"})
OF_MATRICES = frozenset({"symmetric", "skew", "spd", "psd", "diagonal", "lower", "upper", "orthogonal", "invertible", "square"})
"""Facts of matrices alone."""
SHAPED = {"scalar": 0, "integer": 0, "vector": 1, "row": 1, "column": 1, "matrix": 2}
"""How many axes a kind has."""


def flat(dims: tuple[str, ...]) -> tuple[str, ...]:
    """The axes that are more than one entry long: an n × 1 matrix is a vector of n."""
    return tuple(d for d in dims if d != "1")


def _fits(meaning: str, dims: tuple[str, ...]) -> bool:
    """Whether a describing word can be meant of a name whose size is known already."""
    if not dims:
        return True
    if meaning in (
        "matrix",
        "symmetric",
        "skew",
        "diagonal",
        "lower",
        "upper",
        "spd",
        "psd",
        "orthogonal",
        "invertible",
        "idempotent",
        "square",
    ):
        return len(dims) == 2 and (meaning == "matrix" or dims[0] == dims[1])
    if meaning in ("function", "scalar", "integer", "sigmoid", "softmax", "huber", "identity"):
        return meaning == "identity"
    return True


def is_matrix(e: Entry) -> bool:
    return kind_of(e) == "matrix" or len(flat(e.dims)) == 2 or bool(e.facts & OF_MATRICES)


def settled_facts(e: Entry) -> set[str]:
    """The facts in the end, when the kind is known."""
    sizes = len(flat(e.dims))
    if sizes == 1 and e.kind in (None, "vector", "row") or not sizes and e.kind == "vector":
        # `x \\succ 0` of a vector is said of its entries
        return {{"spd": "positive", "psd": "nonnegative"}.get(f, f) for f in e.facts}
    if is_matrix(e) and sizes != 1:
        return e.facts - {"unit"}  # a normalised matrix is not one of norm one
    return e.facts


def kind_of(e: Entry) -> str | None:
    if len(e.dims) == 2:
        return "matrix" if e.kind in ("row", "vector", None) and "1" not in e.dims else e.kind
    return e.kind


def _is_function(meanings: Sequence[str]) -> bool:
    """Whether a phrase is of a function, whatever else it names: of its values, or of what it is applied to."""
    if "elementwise" in meanings:
        return not {"positive", "nonnegative", "nonzero"} & set(meanings)
    return "function" in meanings and not {"vector", "matrix"} & set(meanings)


def describe(e: Entry, words: list[str], dims: tuple[str, ...]) -> None:
    meanings = [
        m
        for m in (KINDS[w] for w in words)
        if _fits(m, e.dims) and not (e.told and not e.dims and m in ("vector", "matrix", "row", "column"))
    ]
    if not e.dims and (e.kind == "function" or e.kind is None and _is_function(meanings)):
        # "a scalar function", "a function applied elementwise to a vector": the noun is of its values, or of what it is applied to.
        meanings = [m for m in meanings if m not in ("scalar", "vector", "matrix", "row", "column")]
    for k, m in enumerate(meanings):
        if m in ("scalar", "vector", "matrix", "function", "integer"):
            if not (m == "function" and e.kind) and e.kind not in ("row",) and not (m == "scalar" and "integer" in meanings):
                e.kind = m
        elif m == "row":
            if len(e.dims) < 2 and (not dims or len(dims) == 1):
                e.kind = "row"
        elif m == "column":
            e.kind = e.kind or "vector"
        elif m == "positive" and ("spd" in meanings[k:] or "psd" in meanings[k:]):
            pass
        elif m in FACTS:
            e.facts.add(m)
        elif m == "elementwise" and not e.dims:
            e.elementwise = True
            e.kind = e.kind or "function"
        elif m in ("sigmoid", "identity", "softmax", "commutation", "duplication", "elimination", "ones", "huber", "eigenvector"):
            e.role = m
            e.kind = e.kind or ("vector" if m == "eigenvector" else None)
    if {"orthogonal", "idempotent"} <= e.facts:
        # An orthogonal projection is a symmetric one, and no orthogonal matrix.
        e.facts = (e.facts - {"orthogonal"}) | {"symmetric"}
    if "distribution" in meanings and "vector" in meanings:
        e.facts.add("probability")
    if {"diagonal", "positive"} <= e.facts:
        # The entries of a diagonal matrix that can be positive are those on its diagonal.
        e.facts = (e.facts - {"positive"}) | {"spd"}
    if "row" in meanings and "vector" in meanings and len(e.dims) < 2:
        e.kind = "row"
    if dims and not e.dims:
        e.dims = dims
