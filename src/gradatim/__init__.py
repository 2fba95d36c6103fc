"""Gradatim: matrix calculus, step by step.

    import gradatim as gd
    A = gd.matrix("A", "m", "n"); x = gd.vector("x", "n"); b = gd.vector("b", "m")
    str(gd.gradient(gd.norm(A @ x - b) ** 2, x))          # '2 Aᵀ(A x − b)'

Names are loaded when they are first used, so that importing the package costs little.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from gradatim.errors import (
    EvaluationError,
    GradatimError,
    LimitExceeded,
    NotVerified,
    ReadError,
    ShapeError,
    UnknownDerivative,
)

__version__ = "0.1.0"

_ROOMS = {
    "gradatim.api": (
        "absolute arctan by_member conditions cos cosh define derivative det diag differential directional elementwise exp expand expand_definitions eye factor family gradient hadamard hessian in_terms_of "
        "index inner inv is_matrix_form jacobian kronecker_form latex linear_map log logdet logsumexp matrix norm ones prod_over relu row scalar sigmoid "
        "sign sin sinh softmax subgradient softplus sqnorm sqrt stacked sum_over tan tanh text total trace unknown vector "
        "commutation duplication elimination khatri_rao kron kron_sum unvec vec vech"
    ),
    "gradatim.paper": "grade read solve",
    "gradatim.checking": "check equal",
    "gradatim.explaining": "explain",
    "gradatim.compile.function": "compile source",
    "gradatim.stepping": "newton",
    "gradatim.tracing": "from_function",
}
"""What people type, by the module that it lives in."""
_HOMES = {name: home for home, names in _ROOMS.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gradatim' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


class _Face(ModuleType):
    """The package as people see it: a verb keeps its name where a room of the package is called the same (`gd.index`)."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face


def __dir__() -> list[str]:
    own = (
        n
        for n, v in globals().items()
        if n.startswith("__") or getattr(v, "__module__", "").startswith("gradatim") or n == "errors"
    )
    return sorted({*own, *_HOMES})


__all__ = [
    "EvaluationError",
    "GradatimError",
    "LimitExceeded",
    "NotVerified",
    "ReadError",
    "ShapeError",
    "UnknownDerivative",
    *_HOMES,
]
