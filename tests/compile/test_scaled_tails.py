"""e^(x²) erfc(x) and log(sinh(z)/z) far from zero: against their asymptotic series and ball arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, ctx

import gradatim as gd
from compile.agree import needs

POINTS = [-5.0, -0.5, 1e-3, 1.0, 4.0, 30.0, 1e3]


def exact(order: int, x: float) -> float:
    """erfcx and its derivatives, y′ = 2xy − 2/√π, with digits to spare."""
    before, ctx.prec = ctx.prec, 4_000_000 if abs(x) > 100 else 8000
    try:
        a = arb(x)
        y = (a * a).exp() * a.erfc()
        slope = 2 * a * y - 2 / arb.pi().sqrt()
        return float((y, slope, 2 * y + 2 * a * slope)[order].mid())
    finally:
        ctx.prec = before


@pytest.mark.parametrize("order", [0, 1, 2])
def test_scaled_tail(order: int) -> None:
    p = gd.read(r"\exp(x^2)(1-\operatorname{erf}(x))", given="scalar $x$")
    t = p.term if not order else p.derivative(*["x"] * order)
    f = gd.compile(t)
    # The second derivative takes a difference that cancels like x².
    allowed = [1e-13 * (1 + x * x if order == 2 else 1) for x in POINTS]
    for x, tolerance in zip(POINTS, allowed):
        assert np.isclose(float(f(x=x)), exact(order, x), rtol=tolerance, atol=0)


def test_scaled_tail_entry_by_entry() -> None:
    p = gd.read(r"\sum_{i=1}^n \exp(x_i^2)(1-\operatorname{erf}(x_i))", given=r"vector $x \in \mathbb{R}^n$")
    f = gd.compile(p.derivative("x"))
    assert np.allclose(f(x=np.array(POINTS)), [exact(1, x) for x in POINTS], rtol=1e-12, atol=0)


@pytest.mark.parametrize("z", [1e-3, 0.5, 5.0, 700.0, 800.0, -800.0, 1e5])
def test_log_of_a_quotient_by_the_argument(z: float) -> None:
    p = gd.read(r"\log(\sinh(z)/z)", given="scalar $z$")
    before, ctx.prec = ctx.prec, 400
    try:
        a = abs(arb(z))
        wanted = float((a + ((1 - (-2 * a).exp()) / (2 * a)).log()).mid())
    finally:
        ctx.prec = before
    assert np.isclose(float(gd.compile(p.term)(z=z)), wanted, rtol=1e-13, atol=0)


@pytest.mark.parametrize("z", [-1e9, -1e3, -3.0, 0.5, 1e3])
def test_second_derivative_of_arsinh_spelt_out(z: float) -> None:
    p = gd.read(r"\log(z+\sqrt{1+z^2})", given="scalar $z$")
    wanted = -z / (1 + z * z) ** 1.5
    assert np.isclose(float(gd.compile(p.derivative("z", "z"))(z=z)), wanted, rtol=1e-14, atol=0)


def test_whole_numbers_fit_into_32_bits() -> None:
    text = gd.source(gd.read(r"\frac{625000000000000}{3} z^2", given="scalar $z$").term)
    assert "625000000000000" not in text.split('"""')[-1] and "208333333333333" in text.split('"""')[-1]


@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
def test_mills_ratio_beside_a_vector(backend: str) -> None:
    """∇ log Φ(xᵀw) is φ(z)/Φ(z) x, of which both vanish: at z far below zero the ratio is −z − 1/z + 2/z³ − …"""
    needs(backend)
    formula = gd.compile(gd.read(r"\log\Phi(x^T w)", given="x and w are vectors").derivative("w"), backend=backend)
    for z in (-40.0, -100.0):
        found = np.asarray(formula(x=np.array([1.0, 0.5]), w=np.array([z, 0.0])))
        np.testing.assert_allclose(found, (-z - 1 / z + 2 / z**3) * np.array([1.0, 0.5]), rtol=1e-6)
