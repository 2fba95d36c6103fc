"""The derivative by a power of a number: ∂ℓ/∂σ² is (∂ℓ/∂σ) / (2σ), by the chain rule through σ² ↦ σ."""

from __future__ import annotations

from gradatim.index.lower import lower
from gradatim.matrix.lift import lift_sum
from gradatim.ops import power, product
from gradatim.ops.structure import add, number
from gradatim.term import Apply, Number, Symbol, Term


def is_power(variable: Term) -> bool:
    """Whether a variable is a whole power of a scalar symbol."""
    if not isinstance(variable, Apply) or variable.op is not power:
        return False
    base, exponent = variable.args
    return isinstance(base, Symbol) and base.is_scalar and isinstance(exponent, Number) and exponent.value > 1


def slope_of(variable: Term) -> Term:
    """The derivative of the power by its base."""
    assert isinstance(variable, Apply) and isinstance(variable.args[1], Number)
    k = variable.args[1].value
    return product(number(k), power(variable.args[0], number(k - 1)))


def over_slope(slope: Term, variable: Term) -> Term:
    """A scalar derivative by the base, divided by the slope of the power, term by term."""
    terms = slope.args if isinstance(slope, Apply) and slope.op is add else (slope,)
    below = power(slope_of(variable), number(-1))
    return lift_sum([lower(product(below, t), ()) for t in terms], ())


__all__ = ["is_power", "over_slope", "slope_of"]
