"""SymPy itself, or an error that says how to get it; what the two systems call the same functions."""

from __future__ import annotations

from typing import Any

from gradatim.errors import GradatimError


def sympy_module() -> Any:
    """The module sympy. Raises GradatimError where it is not installed."""
    try:
        import sympy
    except ImportError:
        raise GradatimError("this needs SymPy, which is not installed (pip install gradatim[sympy])") from None
    return sympy


SAME = {
    "exp": "exp",
    "log": "log",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "arcsinh": "asinh",
    "arctanh": "atanh",
    "abs": "Abs",
    "sign": "sign",
    "erf": "erf",
    "gamma": "gamma",
    "lgamma": "loggamma",
    "digamma": "digamma",
    "factorial": "factorial",
}
"""Scalar functions by our name and SymPy's."""
