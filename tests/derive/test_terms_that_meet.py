"""Terms that become alike only when a common factor is taken out add up; what is multiplied by zeros is nothing."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim import ops
from gradatim.matrix.build import is_zero


@pytest.mark.parametrize(("function", "at", "value"), [(r"\sqrt{a^2}\, a", -3.0, 6.0), (r"\frac{\sqrt{a^2}}{2} a", -3.0, 3.0)])
def test_a_root_times_its_square_over_it(function: str, at: float, value: float) -> None:
    """d(|a| a)/da = 2 |a|."""
    assert gd.read(function).derivative("a").evaluate(a=at) == pytest.approx(value)


def test_a_function_that_divides_zeros_by_the_variable_is_constant() -> None:
    m, n = gd.matrix("M", "n", "p"), gd.matrix("N", "n", "p")
    f = gd.logdet(7 * gd.eye("p") + ops.quotient(ops.zeros(params=gd.matrix("Z", "p", "p").type.axes), ops.inner(m, n)))
    assert is_zero(gd.gradient(f, n))
