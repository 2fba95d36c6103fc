"""Expressions that no rule of their own makes safe: cancellation far out, poles, overflow, against ball arithmetic, with two derivatives."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_series, ctx

import gradatim as gd
from compile.agree import needs
from compile.test_stability import Exact, close, derived, reference
from gradatim.ops.pointwise import pi
from gradatim.ops.special import digamma, erf, lgamma
from gradatim.ops.structure import number
from gradatim.term import Term

z, v = gd.scalar("z"), gd.vector("v", "n")
HALF = number(Fraction(1, 2))
PHI = HALF * (1 + erf(z / gd.sqrt(number(2))))
DENSITY = gd.exp(-(z**2) / 2) / gd.sqrt(2 * pi())


def tail(x: Any) -> Any:
    """Φ(x) at the middle of the ball −x / √2, whose radius is 2⁻⁴⁰⁰⁰: from a ball this function comes out much too wide."""
    u = -x / arb(2).sqrt()
    return arb_series([u[0].mid(), *(u[k] for k in range(1, ctx.cap))]).erfc() / 2


def density(x: Any) -> Any:
    return (-(x * x) / 2).exp() / (2 * arb.pi()).sqrt()


def sinh(x: Any) -> Any:
    return (x.exp() - (-x).exp()) / 2


def cosh(x: Any) -> Any:
    return (x.exp() + (-x).exp()) / 2


def student(x: Any) -> Any:
    return ((x + 1) / 2).lgamma() - (x / 2).lgamma() - (x * arb.pi()).log() / 2


WIDE = [0.5, -0.5, 3.0, -3.0, 8.0, -8.0, 30.0, -30.0, 100.0, -100.0]
FAR = [1e3, 1e5, 1e8, 1e12]
CASES: list[tuple[str, Term, Exact, list[float], tuple[int, ...]]] = [
    ("φ / Φ", DENSITY / PHI, lambda x: density(x) / tail(x), [-0.5, -3.0, -4.0, -9.0, -30.0, -40.0, -1e3, -1e6], (0, 1, 2)),
    ("log Φ", gd.log(PHI), lambda x: tail(x).log(), [-0.5, -3.0, -4.0, -9.0, -30.0, -40.0, -1e3, -1e6], (1, 2)),
    ("Langevin", gd.cosh(z) / gd.sinh(z) - 1 / z, lambda x: cosh(x) / sinh(x) - 1 / x, [*WIDE, 1e3, -1e3], (0, 1, 2)),
    ("log(sinh z / z)", gd.log(gd.sinh(z) / z), lambda x: (sinh(x) / x).log(), [*WIDE, 1e3], (0, 1, 2)),
    (
        "sin πz / πz",
        gd.sin(pi() * z) / (pi() * z),
        lambda x: (arb.pi() * x).sin() / (arb.pi() * x),
        [1e-12, -1e-5, 0.01, 0.2],
        (1, 2),
    ),
    ("Student", lgamma((z + 1) / 2) - lgamma(z / 2) - gd.log(z * pi()) / 2, student, [3.0, 30.0, *FAR], (0, 1, 2)),
    ("log z − ψ(z)", gd.log(z) - digamma(z), lambda x: 1 / (2 * x) + 1 / (12 * x * x), [1e12], (0,)),
    (
        "e^(z²) erfc z",
        gd.exp(z**2) * (1 - erf(z)),
        lambda x: (x * x).exp() * x.erfc(),
        [0.5, 3.0, 10.0, 30.0, 1e3, 1e6],
        (0, 1, 2),
    ),
    ("z / sinh z", z / gd.sinh(z), lambda x: x / sinh(x), WIDE, (0, 1, 2)),
    ("(e^z − 1) / z", (gd.exp(z) - 1) / z, lambda x: (x.exp() - 1) / x, [x for x in WIDE if x < 88], (0, 1, 2)),
    (
        "expected improvement",
        gd.log(z * PHI + DENSITY),
        lambda x: (x * tail(x) + density(x)).log(),
        [-1e3, -30.0, -9.0, -4.0, -0.5, 3.0],
        (0, 1, 2),
    ),
    (
        "log((e^z − 1) / z)",
        gd.log((gd.exp(z) - 1) / z),
        lambda x: ((x.exp() - 1) / x).log(),
        [-30.0, -0.5, 0.5, 30.0, 100.0, 800.0, 1e3],
        (0, 1),
    ),
    (
        "complementary log-log",
        gd.log(1 - gd.exp(-gd.exp(z))),
        lambda x: (1 - (-(x.exp())).exp()).log(),
        [-700.0, -300.0, -30.0, -3.0, 0.5, 3.0],
        (0, 1, 2),
    ),
    (
        "log log(1 + e^z)",
        gd.log(gd.log(1 + gd.exp(z))),
        lambda x: (1 + x.exp()).log().log(),
        [-700.0, -80.0, -30.0, -3.0, 0.5, 3.0, 30.0, 300.0],
        (0, 1, 2),
    ),
    ("1 − z / √(1 + z²)", 1 - z / gd.sqrt(1 + z**2), lambda x: 1 - x / (1 + x * x).sqrt(), [0.5, -3.0, 30.0, *FAR], (0, 1)),
    (
        "the variance of a normal distribution cut off at −z",
        1 - z * DENSITY / PHI - (DENSITY / PHI) ** 2,
        lambda x: 1 - x * density(x) / tail(x) - (density(x) / tail(x)) ** 2,
        [0.5, -0.5, -3.0, -9.0, -30.0, -100.0, -1e3, -1e5],
        (0, 1, 2),
    ),
    ("z² / (1 + z²)", z**2 / (1 + z**2), lambda x: x * x / (1 + x * x), [1e-10, 1.0, 1e4, 1e6], (0, 1)),
    (
        "z² e^z / (e^z − 1)²",
        z**2 * gd.exp(z) / (gd.exp(z) - 1) ** 2,
        lambda x: (x / (2 * sinh(x / 2))) ** 2,
        [0.01, *WIDE],
        (0, 1, 2),
    ),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
@pytest.mark.parametrize(("name", "term", "exact", "points", "orders"), CASES, ids=[c[0] for c in CASES])
def test_no_digits_are_lost(
    name: str, term: Term, exact: Exact, points: list[float], orders: tuple[int, ...], backend: str, dtype: type
) -> None:
    needs(backend)
    for order in orders if backend == "numpy" else orders[-1:]:
        wanted = gd.derivative(term, *[z] * order) if order else term
        mapped = gd.compile(gd.elementwise("f", z, wanted)(v), backend=backend)
        argument: Any = np.array(points, dtype)
        for x, value in zip(argument, np.asarray(mapped(argument))):
            assert value.dtype == dtype
            close(value, reference(derived(exact, order), float(x)), dtype, f"{name}, {order}, at {x}")
        if backend == "numpy" and dtype is np.float64:
            for x in points:
                close(gd.compile(wanted)(x), reference(derived(exact, order), x), dtype, f"{name}, {order}, at {x}")


def test_a_pole_that_is_none() -> None:
    """sin(πz)/(πz) = 1 − π²z²/6 + …, and its first two derivatives at zero are 0 and −π²/3."""
    f = gd.sin(pi() * z) / (pi() * z)
    slope, bend = gd.compile((gd.derivative(f, z), gd.derivative(f, z, z)))(0.0)
    assert slope == 0 and bend == pytest.approx(-(np.pi**2) / 3, rel=1e-14)


def test_a_pole_that_is_none_in_single_precision() -> None:
    """(3ᶻ − 1)/z is log 3 at zero, and the slope of sin(πz)/(πz) is 0: polynomials for zero alone hold for narrower numbers, too."""
    for f, wanted in (
        ((gd.exp(z * gd.log(number(3))) - 1) / z, np.log(3)),
        (gd.derivative(gd.sin(pi() * z) / (pi() * z), z), 0.0),
    ):
        got = gd.compile(gd.elementwise("f", z, f)(v))(np.zeros(2, np.float32))
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, wanted, rtol=1e-6)


@pytest.mark.parametrize(
    "term",
    [
        z / gd.sqrt(1 + z**2),
        gd.sqrt(1 + z**2) - 1,
        z**3 - 2 * z**2 + 1,
        gd.derivative(gd.exp(-(z**2) / 2), z, z),
        gd.derivative(gd.log(1 + z**2), z, z),
        (gd.exp(z) - 1) / z,
    ],
)
def test_code_stays_short_where_only_squares_overflow(term: Term) -> None:
    """Nobody wants polynomials in a pseudo-Huber loss for the sake of residuals beyond 1e154."""
    assert "pieces" not in gd.source(term)


def test_exponentials_far_out_are_zero_or_infinite() -> None:
    f = gd.compile((gd.derivative((gd.exp(z) - 1) / z, z), gd.derivative(z / gd.sinh(z), z)))
    grown, gone = f(-1e4)
    assert grown == pytest.approx(1e-8, rel=1e-14) and gone == 0.0


def test_a_double_exponential_that_overflows() -> None:
    """log(1 − e^(−e^z)) is z up to e^z far below zero, and its derivatives vanish where e^z overflows."""
    f = gd.log(1 - gd.exp(-gd.exp(z)))
    g = gd.compile((f, gd.derivative(f, z), gd.derivative(f, z, z)))
    assert g(-800.0) == pytest.approx((-800.0, 1.0, 0.0), abs=1e-300)
    assert g(1e3) == (0.0, 0.0, 0.0)


def test_what_keeps_its_digits_is_left_alone() -> None:
    for kept in (gd.exp(z) * z, gd.tanh(z) + z, z**3 + z, gd.sigmoid(z) * z):
        assert "_fitted" not in gd.source(kept), gd.source(kept)
