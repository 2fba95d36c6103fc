"""`gd.newton`: Newton's direction as a formula."""

from __future__ import annotations

from gradatim.compile.structure import newton_direction
from gradatim.derive import derivative
from gradatim.errors import GradatimError, ShapeError, within_limits
from gradatim.matrix.build import plus, times
from gradatim.ops import identity
from gradatim.term import Symbol, Term


def newton(f: Term, x: Symbol, damping: Term | None = None) -> Term:
    """Newton's direction −H⁻¹ g of a scalar function, as a formula; `damping` is added on the Hessian's diagonal.

    Structure is kept: of a Hessian A ⊗ B both factors are solved with, a diagonal plus a product of vectors by Sherman and Morrison's
    formula, and inverses that meet cancel. Raises GradatimError where the Hessian has more than two axes and no such structure.
    """
    if not isinstance(f, Term) or not isinstance(x, Symbol):
        raise GradatimError("Newton's direction is of a term by a symbol")
    if damping is not None and not isinstance(damping, Term):
        raise GradatimError('the damping is a term: gd.scalar("mu"), whose value is given with the others')
    if not f.is_scalar:
        raise ShapeError(f"Newton's direction is of a scalar function; this is {f.type.described}")
    with within_limits("the function is too deep or too large to differentiate"):
        gradient, hessian = derivative(f, x), derivative(f, x, x)
        if damping is not None:
            if hessian.rank != 2:
                raise GradatimError("damping is known for a vector variable")
            hessian = plus(hessian, times(damping, identity(params=hessian.type.axes[:1])))
        return newton_direction(gradient, hessian)
