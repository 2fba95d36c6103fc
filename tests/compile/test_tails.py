"""Tails of the normal distribution: Φ, its logarithm and Mills' ratio far from zero, against ball arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb

import gradatim as gd
from compile.agree import BACKENDS, needs
from compile.test_stability import Exact, close, derived, reference
from gradatim.ops.pointwise import pi
from gradatim.ops.special import erf
from gradatim.ops.structure import number
from gradatim.term import Term
from gradatim.value.precision import workprec

z, v = gd.scalar("z"), gd.vector("v", "n")
HALF = number(Fraction(1, 2))
PHI = HALF * (1 + erf(z / gd.sqrt(number(2))))
DENSITY = gd.exp(-(z**2) / 2) / gd.sqrt(2 * pi())


def distribution(x: Any) -> Any:
    # Beyond −40 the sum 1 + erf loses a thousand digits, of which ball arithmetic has enough.
    return (1 + (x / arb(2).sqrt()).erf()) / 2


def density(x: Any) -> Any:
    return (-(x * x) / 2).exp() / (2 * arb.pi()).sqrt()


CASES: list[tuple[str, Term, Exact, tuple[int, ...]]] = [
    ("Φ", PHI, distribution, (0, 1)),
    ("log Φ", gd.log(PHI), lambda x: distribution(x).log(), (0, 1, 2)),
    ("φ / Φ", DENSITY / PHI, lambda x: density(x) / distribution(x), (0, 1)),
    ("1 − Φ", 1 - PHI, lambda x: distribution(-x), (0,)),
]
POINTS = [0.0, 0.5, -0.5, 1.0, -1.0, 2.5, -2.5, -4.0, 6.0, -6.0, -9.0, -12.0, -40.0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("name", "term", "exact", "orders"), CASES, ids=[c[0] for c in CASES])
def test_tails(name: str, term: Term, exact: Exact, orders: tuple[int, ...], backend: str, dtype: type) -> None:
    needs(backend)
    for order in orders:
        wanted = gd.derivative(term, *[z] * order) if order else term
        mapped = gd.compile(gd.elementwise("f", z, wanted)(v), backend=backend)
        argument: Any = np.array(POINTS, dtype)
        got = np.asarray(mapped(argument))
        assert got.dtype == dtype
        for x, value in zip(argument, got):
            exactly = reference(derived(exact, order), float(x))
            # e^(−x²/2) multiplies the rounding of its exponent by the exponent.
            if x > 4 or name != "φ / Φ" and order < 2:
                assert abs(float(value) - float(exactly)) <= 4 * (25 + x * x) * np.finfo(dtype).eps * abs(float(exactly)) + 1e-37
            else:
                close(value, exactly, dtype, f"{name}, {order}, at {x}")


@pytest.mark.parametrize(
    "spelling", [r"z \Phi(z) + \frac{1}{\sqrt{2\pi}} e^{-z^2/2}", r"\frac{1}{\sqrt{2\pi}} \exp(-\frac{z^2}{2}) + z \Phi(z)"]
)
@pytest.mark.parametrize("z", [-30.0, -20.0, -10.0, -8.9, -1.0, 0.0, 2.0, 40.0])
def test_the_expected_improvement_keeps_its_digits_far_below_zero(spelling: str, z: float) -> None:
    """Its two terms are a hundred times what is left of them at −10, and a thousand times at −30. The value is from balls of 400 bits."""
    with workprec(400):
        x = arb(z)
        exact = x * (-x / arb(2).sqrt()).erfc() / 2 + (-x * x / 2).exp() / (2 * arb.pi()).sqrt()
        wanted = float(exact.mid())
    got = float(gd.compile(gd.read("f = " + spelling, given="scalar z").term)(z=z))
    assert abs(got - wanted) <= 2e-13 * abs(wanted)
