"""Quotients by sums of exponentials of which none is a number, or all vanish: mixtures, contrasts, in every target."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

import gradatim as gd
from compile.agree import BACKENDS, needs
from gradatim.ops import hpower, unit
from gradatim.ops.structure import number

x, y = gd.vector("x", "n"), gd.vector("y", "n")
TARGET = [0.25, 0.5, 0.25]
every = pytest.mark.parametrize("backend", BACKENDS)


def shares(logs: list[Any]) -> list[Any]:
    top = max(logs)
    total = mpmath.fsum(mpmath.exp(t - top) for t in logs)
    return [mpmath.exp(t - top) / total for t in logs]


def close(got: Any, wanted: list[Any]) -> None:
    size = max(map(abs, wanted))
    for g, e in zip(np.ravel(got), wanted, strict=True):
        assert abs(mpmath.mpf(float(g)) - e) <= 1e-13 * size, (float(g), e)


@every
@pytest.mark.parametrize("at", [[0.5, -1.0, 2.0], [60.0, -50.0, 61.0], [-900.0, 1000.0, 902.0]])
def test_the_hessian_of_a_mixture(backend: str, at: list[float]) -> None:
    """With r the shares of yᵢ exp(−dᵢ²/2), d = x − 1, that of −log Σ yᵢ exp(−dᵢ²/2) is diag(r (1 − d²)) + (r d)(r d)ᵀ."""
    needs(backend)
    f = -gd.log(gd.inner(y, gd.exp(-hpower(x - unit(x.type), number(2)) / 2)))
    code = gd.compile((gd.gradient(f, x), gd.hessian(f, x)), backend=backend)
    gradient, hessian = code(x=np.array(at), y=np.array(TARGET))
    with mpmath.workdps(60):
        d = [mpmath.mpf(a) - 1 for a in at]
        r = shares([mpmath.log(w) - t * t / 2 for w, t in zip(TARGET, d)])
        close(gradient, [p * t for p, t in zip(r, d)])
        bends = [
            [(p * (1 - t * t) if i == j else 0) + p * t * q * u for j, (q, u) in enumerate(zip(r, d))]
            for i, (p, t) in enumerate(zip(r, d))
        ]
        close(hessian, [b for row in bends for b in row])


@every
@pytest.mark.parametrize("at", [[0.5, -1.0, 2.0], [1000.0, 999.0, -3.0], [-1e4, -1e4 + 1, -1e4 - 2]])
def test_the_hessian_of_a_contrast_spelt_by_entries(backend: str, at: list[float]) -> None:
    """log Σ exp xᵢ − x₁ has the Hessian diag(p) − p pᵀ."""
    needs(backend)
    f = -gd.log(gd.exp(x[0]) / (gd.exp(x[0]) + gd.exp(x[1]) + gd.exp(x[2])))
    hessian = gd.compile(gd.hessian(f, x), backend=backend)(x=np.array(at))
    with mpmath.workdps(60):
        p = shares([mpmath.mpf(a) for a in at])
        close(hessian, [(a if i == j else 0) - a * b for i, a in enumerate(p) for j, b in enumerate(p)])


@every
@pytest.mark.parametrize("at", [[0.5, -1.0, 2.0], [1.0, 60.0, -61.0], [-2.0, 900.0, 901.0]])
def test_the_gradient_of_a_gated_mixture(backend: str, at: list[float]) -> None:
    """With the shares r, s of σ(a) exp(−b²/2) and σ(−a) exp(−c²/2): −log of the sum has the slopes s σ(a) − r σ(−a), r b and s c."""
    needs(backend)
    s, ones = gd.sigmoid(x[0]), number(1)
    f = -gd.log(s * gd.exp(-(x[1] ** 2) / 2) + (ones - s) * gd.exp(-(x[2] ** 2) / 2))
    gradient = gd.compile(gd.gradient(f, x), backend=backend)(x=np.array(at))
    with mpmath.workdps(60):
        a, b, c = map(mpmath.mpf, at)
        gate = 1 / (1 + mpmath.exp(-a))
        one, other = shares([mpmath.log(gate) - b * b / 2, mpmath.log(1 - gate) - c * c / 2])
        close(gradient, [other * gate - one * (1 - gate), one * b, other * c])


def test_hyperbolic_functions_keep_their_forms() -> None:
    z = gd.scalar("z")
    for f in ((gd.exp(z) - gd.exp(-z)) / (gd.exp(z) + gd.exp(-z)), 1 / (1 + gd.exp(-z))):
        assert "max(" not in gd.source(f)
