"""Probabilities of an ordinal model, σ(a) − σ(b), correlations near 1, and Hessians of entropies, in every target."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

import gradatim as gd
from compile.agree import BACKENDS, needs
from gradatim.ops import softmax
from gradatim.ops.structure import number

a, b = gd.scalar("a"), gd.scalar("b")
x = gd.vector("x", "n")
every = pytest.mark.parametrize("backend", BACKENDS)


def close(got: Any, wanted: Any, room: float = 1e-13) -> None:
    size = max(map(abs, wanted))
    for g, e in zip(np.ravel(got), wanted, strict=True):
        assert abs(mpmath.mpf(float(g)) - e) <= room * size, (float(g), e)


def sigma(z: Any) -> Any:
    return 1 / (1 + mpmath.exp(-z))


@every
@pytest.mark.parametrize("at", [(2.0, -1.0), (50.0, 40.0), (1.0 + 1e-9, 1.0), (-40.0, -60.0), (800.0, 700.0), (-700.0, -705.0)])
def test_the_probability_of_a_step(backend: str, at: tuple[float, float]) -> None:
    needs(backend)
    gap = gd.sigmoid(a) - gd.sigmoid(b)
    code = gd.compile((gap, -gap, gd.log(gap)), backend=backend)
    one, other, log = code(a=np.float64(at[0]), b=np.float64(at[1]))
    with mpmath.workdps(1000):
        exact = sigma(mpmath.mpf(at[0])) - sigma(mpmath.mpf(at[1]))
        close(one, [exact])
        close(other, [-exact])
        close(log, [mpmath.log(exact)])


@every
def test_the_gradient_of_a_step_s_logarithm(backend: str) -> None:
    """By a it is σ(a) σ(−a) over the gap."""
    needs(backend)
    code = gd.compile(gd.derivative(gd.log(gd.sigmoid(a) - gd.sigmoid(b)), a), backend=backend)
    for one, other in ((2.0, -1.0), (50.0, 40.0), (-40.0, -60.0)):
        with mpmath.workdps(200):
            p, q = sigma(mpmath.mpf(one)), sigma(mpmath.mpf(other))
            close(code(a=np.float64(one), b=np.float64(other)), [p * (1 - p) / (p - q)])


def test_a_gap_of_two_vectors_in_single_precision() -> None:
    u, v = gd.vector("u", "n"), gd.vector("v", "n")
    f = gd.compile(gd.sigmoid(u) - gd.sigmoid(v))
    got = f(u=np.array([20.0, -3.0, 1.0], np.float32), v=np.array([18.0, 4.0, 1.0], np.float32))
    assert got.dtype == np.float32
    with mpmath.workdps(60):
        wanted = [sigma(mpmath.mpf(p)) - sigma(mpmath.mpf(q)) for p, q in ((20, 18), (-3, 4), (1, 1))]
        for g, e in zip(got, wanted):
            assert abs(float(g) - float(e)) <= 1e-6 * abs(float(e))


@every
def test_the_logarithm_of_what_a_squared_correlation_leaves(backend: str) -> None:
    """log(1 − ρ²) with ρ = exp(−s) is log(1 − e^(−2s)), about log 2s where points are near to each other."""
    needs(backend)
    code = gd.compile(gd.log(1 - gd.exp(-a) ** 2), backend=backend)
    for s in (1e-12, 1e-3, 2.0, 300.0):
        with mpmath.workdps(400):
            close(code(a=np.float64(s)), [mpmath.log(-mpmath.expm1(-2 * mpmath.mpf(s)))])


@every
@pytest.mark.parametrize("at", [[0.5, -1.25, 2.0], [1000.0, -500.0, 999.0], [60.0, 0.0, 59.0]])
def test_the_hessian_of_an_entropy_where_a_share_vanishes(backend: str, at: list[float]) -> None:
    """With h = Σ p log p and g = p (log p − h) it is diag(g + p) − p gᵀ − g pᵀ − p pᵀ."""
    needs(backend)
    p = softmax(x)
    code = gd.compile(gd.hessian(gd.inner(p, gd.log(p)), x), backend=backend)
    with mpmath.workdps(1000):
        total = mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(t)) for t in at))
        logs = [mpmath.mpf(t) - total for t in at]
        shares = [mpmath.exp(t) for t in logs]
        mean = mpmath.fsum(s * t for s, t in zip(shares, logs))
        g = [s * (t - mean) for s, t in zip(shares, logs)]
        wanted = [
            (g[j] + shares[j] if j == k else 0) - shares[j] * g[k] - g[j] * shares[k] - shares[j] * shares[k]
            for j in range(3)
            for k in range(3)
        ]
        close(code(x=np.array(at)), wanted)


def test_an_array_below_a_sum_of_its_multiples_goes_away() -> None:
    """(diag(p) − p pᵀ) diag(1 ⊘ p) is I − p 𝟏ᵀ, also where an entry of p is 0."""
    q = gd.vector("q", "n")
    f = (gd.diag(q) - q @ q.T) @ gd.diag(q ** number(-1))
    got = gd.compile(f)(q=np.array([0.25, 0.0, 0.75]))
    np.testing.assert_allclose(got, np.eye(3) - np.outer([0.25, 0.0, 0.75], np.ones(3)), atol=1e-16)
