"""Logarithms of a softmax: cross-entropies and entropies at logits where a share vanishes, or is all but 1."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

import gradatim as gd
from compile.agree import BACKENDS, needs
from gradatim.ops import softmax
from gradatim.term import Apply

x, y = gd.vector("x", "n"), gd.vector("y", "n")
X, Y = gd.matrix("X", "N", "k"), gd.matrix("Y", "N", "k")
SHARES = {"softmax": softmax(x), "spelt": gd.exp(x) / gd.total(gd.exp(x))}
POINTS = [[1000.0, -500.0, 999.0], [0.5, -1.25, 2.0], [3.0, 3.0, 3.0], [60.0, 0.0, -1.0], [-2000.0, -2000.0, 5.0]]
TARGET = [0.25, 0.5, 0.25]
every = pytest.mark.parametrize("backend", BACKENDS)
both = pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])


def logs(at: Any) -> list[Any]:
    """xᵢ − log Σ exp xⱼ, in 1000 digits."""
    total = mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(a)) for a in at))
    return [mpmath.mpf(a) - total for a in at]


def close(got: Any, wanted: Any, dtype: type) -> None:
    size = max(map(abs, wanted))
    for g, e in zip(np.ravel(got), wanted, strict=True):
        assert abs(mpmath.mpf(float(g)) - e) <= 30 * float(np.finfo(dtype).eps) * size + float(np.finfo(dtype).tiny), (g, e)


@every
@both
@pytest.mark.parametrize("spelling", SHARES)
def test_a_cross_entropy_is_finite_at_any_logits(spelling: str, dtype: type, backend: str) -> None:
    needs(backend)
    code = gd.compile((-gd.inner(y, gd.log(SHARES[spelling])), -gd.log(SHARES[spelling][2])), backend=backend)
    for at in POINTS:
        value, one = code(x=np.array(at, dtype), y=np.array(TARGET, dtype))
        with mpmath.workdps(1000):
            exact = logs(at)
            close(value, [-mpmath.fsum(w * t for w, t in zip(TARGET, exact))], dtype)
            close(one, [-exact[2]], dtype)


@every
@both
def test_an_entropy_and_its_gradient(dtype: type, backend: str) -> None:
    """Σ p log p has the gradient p (log p − Σ p log p), as the slopes of p add up to nothing; at 60 and 0 its size is 61 e⁻⁶⁰."""
    needs(backend)
    p = softmax(x)
    f = gd.inner(p, gd.log(p))
    code = gd.compile((f, gd.gradient(f, x)), backend=backend)
    for at in POINTS:
        value, gradient = code(x=np.array(at, dtype))
        with mpmath.workdps(1000):
            exact = logs(at)
            mean = mpmath.fsum(mpmath.exp(t) * t for t in exact)
            close(value, [mean], dtype)
            slopes = [mpmath.exp(t) * (t - mean) for t in exact]
            # A gradient that cancels keeps the digits of its terms, of which the largest is p (log p + 1).
            for g, e, t in zip(np.ravel(gradient), slopes, exact):
                assert abs(mpmath.mpf(float(g)) - e) <= 30 * float(np.finfo(dtype).eps) * mpmath.exp(t) * (abs(t) + 1) + 1e-37


@every
def test_shares_of_rows(backend: str) -> None:
    needs(backend)
    f = gd.total(gd.hadamard(Y, gd.log(Apply(softmax, (X,), ("rows",)))))
    at, target = np.array(POINTS), np.array([TARGET] * len(POINTS))
    got = gd.compile(f, backend=backend)(X=at, Y=target)
    with mpmath.workdps(1000):
        exact = mpmath.fsum(w * t for row in POINTS for w, t in zip(TARGET, logs(row)))
        close(got, [exact], np.float64)
