"""`gd.newton`: Newton's direction of what was read from paper or built in Python, by a symbol or a name."""

from __future__ import annotations

from gradatim.api import variable_of
from gradatim.compile.newton import newton as _newton
from gradatim.errors import GradatimError
from gradatim.operators import term
from gradatim.term import Symbol, Term


def newton(f: object, x: object, damping: Term | None = None) -> Term:
    """Newton's direction −H⁻¹ g of a scalar function, as a formula; `damping` is added on the Hessian's diagonal.

    f is a term, or a problem from `gd.read`; x a symbol or its name. Structure is kept: of a Hessian A ⊗ B both factors are solved
    with, a diagonal plus a product of vectors by Sherman and Morrison's formula, and inverses that meet cancel. Raises GradatimError
    where the Hessian has more than two axes and no such structure.
    """
    function = term(f)
    by = variable_of(function, x)
    if not isinstance(by, Symbol):
        raise GradatimError("Newton's direction is by a symbol or its name")
    return _newton(function, by, damping)


__all__ = ["newton"]
