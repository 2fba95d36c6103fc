"""Derivatives of p-norms by p: the logarithms of the norm that stand in them cancel on paper, and are not there in code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest

import gradatim as gd
from compile.agree import BACKENDS, needs
from gradatim.ops.pnorm import pnorm
from gradatim.term import Term

v, p = gd.vector("v", "n"), gd.scalar("p")
i = gd.index("i", "n")
SPELT = {"norm": pnorm(v, p), "sum": gd.sum_over(i, gd.absolute(v[i]) ** p) ** (1 / p)}
POINTS = {
    "different": [0.3, -0.9, 0.5, 1e-3],
    "nearly equal": [0.3, -0.9, 0.90001, 0.5],
    "tied": [1.0, -1.0, 0.5],
    "one by far": [1e-20, 1.0, -3e-5],
    "a zero": [0.0, -0.75, 0.5],
    "alone": [-2.0],
}


def by_p(x: Sequence[Any], k: Any) -> list[Any]:
    """The norm and two derivatives by p: with s = |x| / r, wᵢ = sᵢᵖ and the mean m and the variance of log s under w, r′ = r m / p and
    r″ = r (m² / p² + variance / p − 2 m / p²)."""
    size = [abs(a) for a in x if a]
    top = max(size)
    r = top * mpmath.fsum((a / top) ** k for a in size) ** (1 / k)
    logs = [mpmath.log(a / r) for a in size]
    weights = [mpmath.exp(k * t) for t in logs]
    mean = mpmath.fsum(w * t for w, t in zip(weights, logs))
    variance = mpmath.fsum(w * (t - mean) ** 2 for w, t in zip(weights, logs))
    return [r, r * mean / k, r * (mean**2 / k**2 + variance / k - 2 * mean / k**2)]


def mixed(x: Sequence[Any], k: Any) -> list[Any]:
    """sign(x) s^(p−1) is the gradient; by p: times log s − (p − 1) m / p."""
    r, slope, _ = by_p(x, k)
    mean = k * slope / r
    return [mpmath.sign(a) * (abs(a) / r) ** (k - 1) * (mpmath.log(abs(a) / r) - (k - 1) * mean / k) if a else a for a in x]


def values(code: Any, dtype: type, x: Sequence[float], k: float, power: int = 0) -> tuple[Any, Any]:
    """What code makes of it, and the numbers that it was given."""
    at = np.ldexp(np.asarray(x, dtype), power).astype(dtype)
    made = code(v=at, p=k if code.backend == "numpy" else np.asarray(k, dtype))
    return made, [mpmath.mpf(float(a)) for a in at]


def compiled(term: Term | tuple[Term, ...], backend: str) -> Any:
    needs(backend)
    return gd.compile(term, backend=backend)


def lost(got: Any, wanted: Any, dtype: type, size: Any = 1) -> float:
    """By how many units in the last place a value is off; what is below the smallest numbers, of numbers of a size, is nothing."""
    least = max(size, 1) * float(np.finfo(dtype).tiny)
    if abs(wanted) < least:
        return 0.0 if abs(float(got)) <= least else np.inf
    return float(abs(mpmath.mpf(float(got)) / wanted - 1) / float(np.finfo(dtype).eps)) if np.isfinite(float(got)) else np.inf


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize("spelling", SPELT)
def test_derivatives_by_p_keep_their_digits(spelling: str, dtype: type, backend: str) -> None:
    """Huge and tiny vectors have log r of ±1000 beside logarithms of quotients of 10⁻³."""
    f = SPELT[spelling]
    code = compiled((f, gd.derivative(f, p), gd.derivative(f, p, p)), backend)
    powers = (0, 400, -400) if dtype is np.float64 else (0, 60, -60)
    for (name, point), power, k in product(POINTS.items(), powers, (0.75, 1.0, 2.0, 3.5, 20.0, 200.0, 2000.0)):
        with mpmath.workdps(400):
            made, x = values(code, dtype, point, k, power)
            wanted = by_p(x, mpmath.mpf(k))
            # Of eᵗ with t = p log s the digits in front of the point are lost, where such a number is all there is.
            room = 12 + min(700, k * float(mpmath.log(wanted[0] / min(abs(a) for a in x if a))))
            for got, exact in zip(made, wanted):
                assert lost(got, exact, dtype, wanted[0]) < room, (name, power, k)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize("spelling", SPELT)
def test_mixed_derivatives_by_x_and_by_p(spelling: str, dtype: type, backend: str) -> None:
    code = compiled(gd.derivative(SPELT[spelling], v, p), backend)
    for power, k in product((0, 60, -60), (2.0, 20.0, 2000.0)):
        with mpmath.workdps(400):
            got, x = values(code, dtype, POINTS["nearly equal"], k, power)
            assert all(lost(g, e, dtype) < 400 for g, e in zip(np.ravel(got), mixed(x, mpmath.mpf(k)), strict=True))


def test_the_code_has_no_logarithm_of_the_norm() -> None:
    for f in SPELT.values():
        body = gd.compile(gd.derivative(f, p)).source.split('"""')[-1]
        assert "np.log(" not in body
        assert len(body.strip().splitlines()) < 9


def test_a_logarithm_that_does_not_cancel_stands_as_it_is() -> None:
    """log |xᵢ| of 1 is 0; by a quotient and the logarithm of the norm it would be the difference of two numbers."""
    f = pnorm(v, p) * gd.sum_over(i, gd.log(gd.absolute(v[i])))
    with mpmath.workdps(60):
        got, x = values(gd.compile(gd.derivative(f, p)), np.float64, [1.0, 1.0 + 2.0**-30, -1.0], 3.0)
        assert lost(got, by_p(x, mpmath.mpf(3))[1] * mpmath.log(x[1]), np.float64) < 12


def test_the_norm_of_nothing() -> None:
    """‖0‖ₚ is 0 for every p."""
    f = pnorm(v, p)
    made = gd.compile((gd.derivative(f, p), gd.derivative(f, p, p)))(v=np.zeros(3), p=3.0)
    assert [float(m) for m in made] == [0.0, 0.0]
