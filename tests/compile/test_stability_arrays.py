"""Arrays where a plain spelling overflows or cancels, in both precisions and every target, against ball arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_mat, ctx

import gradatim as gd
from compile.agree import BACKENDS, needs
from gradatim.ops.pnorm import pnorm
from gradatim.ops.structure import number
from gradatim.term import Term

v, X, w, y = gd.vector("v", "n"), gd.matrix("X", "N", "d"), gd.vector("w", "d"), gd.vector("y", "N")
A = gd.matrix("A", "n", "n", spd=True)
DTYPES = [np.float32, np.float64]
both = pytest.mark.parametrize("dtype", DTYPES, ids=["single", "double"])
every = pytest.mark.parametrize("backend", BACKENDS)


def exact(x: Any) -> Fraction:
    man, exp = x.mid().man_exp()
    return Fraction(int(man)) * Fraction(2) ** int(exp)


def run(term: Term | tuple[Term, ...], backend: str, dtype: type, **arrays: Any) -> list[Any]:
    """The values at arrays of one precision; every result is of that precision."""
    needs(backend)
    given = {n: np.asarray(a, dtype) for n, a in arrays.items()}
    result = gd.compile(term, backend=backend)(**{n: a if a.ndim else float(a) for n, a in given.items()})
    out = [np.asarray(r) for r in (result if isinstance(result, tuple) else (result,))]
    assert all(r.dtype == dtype or not r.ndim for r in out)
    return out


def close(got: Any, wanted: Sequence[Fraction], dtype: type, ulp: int = 100) -> None:
    """Entry by entry within some units in the last place; what lies below the smallest normal number may be zero."""
    eps, tiny = Fraction(float(np.finfo(dtype).eps)), Fraction(float(np.finfo(dtype).tiny))
    for g, e in zip(np.ravel(got), wanted, strict=True):
        assert np.isfinite(g)
        assert abs(Fraction(float(g)) - e) <= ulp * eps * abs(e) + 2 * tiny, (float(g), float(e))


@pytest.fixture(autouse=True)
def digits() -> Any:
    before, ctx.prec = ctx.prec, 4000
    yield
    ctx.prec = before


POINTS = [
    [1000.0, 1001.0, -1000.0, 999.5],
    [-1000.0, -1001.0, -1003.0, -999.5],
    [80.0, -80.0, 0.25, 79.0],
    [1e-3, 2e-3, 0.0, -1e-3],
]


@every
@both
@pytest.mark.parametrize("at", POINTS, ids=["large", "very negative", "both", "small"])
def test_log_sum_exp_and_softmax(at: list[float], dtype: type, backend: str) -> None:
    z = [arb(float(x)) for x in np.asarray(at, dtype)]
    total = sum((x.exp() for x in z), arb(0))
    shares = [exact(x.exp() / total) for x in z]
    spelt = gd.log(gd.total(gd.exp(v)))
    value, other, gradient, softmax, share = run(
        (gd.logsumexp(v), spelt, gd.gradient(spelt, v), gd.softmax(v), gd.exp(v) / gd.total(gd.exp(v))), backend, dtype, v=at
    )
    for got in (value, other):
        close(got, [exact(total.log())], dtype)
    for got in (gradient, softmax, share):
        close(got, shares, dtype)


@every
@both
def test_logistic_loss_at_margin_1000(dtype: type, backend: str) -> None:
    f = gd.total(gd.softplus(-(y * (X @ w))))
    value, gradient, hessian = run(
        (f, gd.gradient(f, w), gd.hessian(f, w)),
        backend,
        dtype,
        y=[1.0, -1.0, 1.0],
        X=[[1000.0, 0], [1000.0, 1], [3, 4]],
        w=[1.0, 1],
    )
    margins = [arb(-1000), arb(1001), arb(-7)]
    close(value, [exact(sum(((1 + m.exp()).log() for m in margins), arb(0)))], dtype)
    s = [1 / (1 + (-m).exp()) for m in margins]
    rows = [[1000, 0], [1000, 1], [3, 4]]
    signs = [1, -1, 1]
    close(gradient, [exact(sum((-signs[i] * s[i] * rows[i][j] for i in range(3)), arb(0))) for j in range(2)], dtype)
    t = [1 / ((1 + m.exp()) * (1 + (-m).exp())) for m in margins]
    close(
        hessian,
        [exact(sum((t[i] * rows[i][j] * rows[i][k] for i in range(3)), arb(0))) for j in range(2) for k in range(2)],
        dtype,
    )


@every
@both
def test_entropy_and_cross_entropy_where_a_share_is_zero(dtype: type, backend: str) -> None:
    p = gd.vector("p", "n")
    (value,) = run(gd.inner(p, gd.log(p)), backend, dtype, p=[0.5, 0.25, 0.25, 0.0])
    close(value, [exact(arb("0.5") * arb("0.5").log() + arb("0.5") * arb("0.25").log())], dtype)
    s = gd.sigmoid(v)
    loss = -gd.inner(p, gd.log(s)) - gd.inner(gd.ones("n") - p, gd.log(gd.ones("n") - s))
    value, gradient = run((loss, gd.gradient(loss, v)), backend, dtype, p=[1.0, 0.0, 1.0], v=[-800.0, 900.0, 3.0])
    small = (1 + arb(-3).exp()).log()
    close(value, [exact(arb(1700) + small + (1 + arb(-800).exp()).log() + (1 + arb(-900).exp()).log())], dtype)
    close(gradient, [exact(1 / (1 + (-x).exp()) - q) for x, q in ((arb(-800), 1), (arb(900), 0), (arb(3), 1))], dtype)


@every
@both
def test_log_det_where_the_determinant_overflows(dtype: type, backend: str) -> None:
    n = 60
    for scale in (1e-3, 1e3):
        a = np.asarray(scale * (np.eye(n) + 0.5 / n), dtype)
        wanted = arb_mat(n, n, [arb(float(x)) for x in a.ravel()]).det().log()
        for f in (gd.logdet(A), gd.log(gd.det(A))):
            (value,) = run(f, backend, dtype, A=a)
            close(value, [exact(wanted)], dtype)


@every
@both
def test_a_squared_norm_and_its_derivatives_at_zero(dtype: type, backend: str) -> None:
    f = gd.norm(v) ** 2
    value, gradient, hessian = run((f, gd.gradient(f, v), gd.hessian(f, v)), backend, dtype, v=np.zeros(4))
    assert value == 0 and not np.any(gradient)
    np.testing.assert_array_equal(hessian, 2 * np.eye(4))
    large = 1e30 if dtype is np.float32 else 1e200
    (norm,) = run(gd.norm(v), backend, dtype, v=[3 * large, 4 * large, 0.0])
    assert float(norm) == pytest.approx(5 * large, rel=1e-6 if dtype is np.float32 else 1e-14)


@every
@both
def test_residuals_are_subtracted_before_they_are_squared(dtype: type, backend: str) -> None:
    """A nearly perfect fit: the expansion ‖y‖² − 2 yᵀX w + wᵀXᵀX w would have no digit left, and so would Gram distances."""
    rng = np.random.default_rng(5)
    x, at = np.asarray(rng.integers(1, 9, size=(7, 3)), dtype), np.asarray(rng.integers(1, 9, size=3), dtype)
    small = dtype(2.0**-12)
    target = np.asarray(x @ at + small * np.arange(7), dtype)
    f = gd.sqnorm(X @ w - y)
    value, gradient = run((f, gd.gradient(f, w)), backend, dtype, X=x, w=at, y=target)
    e = [Fraction(float(a)) - Fraction(float(b)) for a, b in zip(x @ at, target)]
    close(value, [sum(r * r for r in e)], dtype)
    close(gradient, [2 * sum(Fraction(float(x[i, j])) * e[i] for i in range(7)) for j in range(3)], dtype)
    xs, i, j = gd.family("xs", "N", "d"), gd.index("i", "N"), gd.index("j", "N")
    far = np.asarray(1000 + small * 64 * rng.integers(0, 5, size=(4, 3)), dtype)
    (distances,) = run(gd.sum_over(i, gd.sum_over(j, gd.sqnorm(xs[i] - xs[j]))), backend, dtype, xs=far)
    pairs = [sum((Fraction(float(a)) - Fraction(float(b))) ** 2 for a, b in zip(p, q)) for p in far for q in far]
    close(distances, [sum(pairs)], dtype)


@every
@both
@pytest.mark.parametrize("p", [3.0, 2000.0])
def test_gradients_of_a_p_norm_where_its_powers_underflow(dtype: type, backend: str, p: float) -> None:
    """(|xᵢ| / ‖x‖)ᵖ⁻¹ by x, and ‖x‖ (Σ (|xᵢ| / ‖x‖)ᵖ log |xᵢ| − log ‖x‖) / p by p: 0.5²⁰⁰⁰ is no number of double precision."""
    q = gd.scalar("p")
    f = pnorm(v, q)
    by_x, by_p = run((gd.gradient(f, v), gd.gradient(f, q)), backend, dtype, v=[0.5, -0.25, 0.125], p=p)
    x = [arb("0.5"), arb("0.25"), arb("0.125")]
    r = sum((a ** arb(p) for a in x), arb(0)) ** (1 / arb(p))
    close(by_x, [exact(sign * (a / r) ** (arb(p) - 1)) for sign, a in zip((1, -1, 1), x)], dtype)
    slope = r * (sum(((a / r) ** arb(p) * a.log() for a in x), arb(0)) - r.log()) / arb(p)
    assert abs(float(by_p) - float(slope.mid())) < 10 * np.finfo(dtype).eps


@every
@both
@pytest.mark.parametrize("spelt", [False, True], ids=["norm", "spelt"])
@pytest.mark.parametrize("p", [3.0, 2000.0])
def test_second_derivatives_of_a_p_norm(dtype: type, backend: str, p: float, spelt: bool) -> None:
    """With s = |x| / r, m = Σ sᵖ log s and v = Σ sᵖ log² s: rₚ = r m / p, and the others follow from it."""
    q, i = gd.scalar("p"), gd.index("i", "n")
    f = gd.sum_over(i, gd.absolute(v[i]) ** q) ** (1 / q) if spelt else pnorm(v, q)
    at = np.asarray([0.5, -0.49995, 0.4998, 0.125], dtype)
    terms = gd.hessian(f, v), gd.derivative(f, v, q), gd.derivative(f, q, q)
    by_x, mixed, by_p = run(terms, backend, dtype, v=at, p=p)
    k, x = arb(p), [arb(float(abs(a))) for a in at]
    sign = [1 if a > 0 else -1 for a in at]
    r = sum((a**k for a in x), arb(0)) ** (1 / k)
    s = [a / r for a in x]
    m = sum((a**k * a.log() for a in s), arb(0))
    w = sum((a**k * a.log() ** 2 for a in s), arb(0))
    wanted = [
        (k - 1) / r * ((s[a] ** (k - 2) if a == b else 0) - sign[a] * sign[b] * (s[a] * s[b]) ** (k - 1))
        for a in range(4)
        for b in range(4)
    ]
    # A power multiplies the rounding of what it is taken of.
    eps = float(np.finfo(dtype).eps)
    largest = max(abs(float(a.mid())) for a in wanted)
    np.testing.assert_allclose(np.ravel(by_x), [float(a.mid()) for a in wanted], rtol=0, atol=(20 + 4 * p) * eps * largest)
    both_by = [g * a ** (k - 1) * (a.log() - (k - 1) * m / k) for g, a in zip(sign, s)]
    np.testing.assert_allclose(mixed, [float(a.mid()) for a in both_by], rtol=0, atol=(30 + 2 * p) * eps)
    curvature = r * (m * m / k**2 + (w - m * m - m / k) / k - m / k**2)
    assert abs(float(by_p) - float(curvature.mid())) < 30 * eps


def test_a_p_norm_of_tiny_numbers_for_a_given_p() -> None:
    """x³ underflows at 1e-110, and x / r does not."""
    f, at = pnorm(v, number(4)), np.array([3e-110, -2e-110, 1e-110])
    gradient, hessian = gd.compile((gd.gradient(f, v), gd.hessian(f, v)))(at)
    r = sum((arb(float(a)) ** 4 for a in at), arb(0)) ** (1 / arb(4))
    s = [arb(float(a)) / r for a in at]
    close(gradient, [exact(a**3) for a in s], np.float64)
    close(
        hessian,
        [exact(3 / r * ((a**2 if j == k else 0) - a**3 * b**3)) for j, a in enumerate(s) for k, b in enumerate(s)],
        np.float64,
    )


def test_zero_to_a_power_times_a_squared_logarithm() -> None:
    q, i = gd.scalar("p"), gd.index("i", "n")
    f = gd.sum_over(i, gd.absolute(v[i]) ** q)
    got = gd.compile(gd.derivative(f, q, q))(v=np.array([0.5, 0.0, 2.0]), p=2.0)
    assert got == pytest.approx((0.25 + 4) * np.log(2) ** 2, rel=1e-14)


@every
@both
@pytest.mark.parametrize("power", [0, 1, -1], ids=["ordinary", "huge", "tiny"])
def test_quotients_by_norms_of_huge_and_of_tiny_vectors(dtype: type, backend: str, power: int) -> None:
    """Cosines, Rayleigh's quotient and the derivatives of a norm: squares of their entries overflow, or vanish."""
    scale = 2.0 ** (power * (80 if dtype is np.float32 else 600))
    x, B = gd.vector("x", "n"), gd.matrix("B", "n", "n")
    cosine, quotient = gd.inner(x, v) / (gd.norm(x) * gd.norm(v)), (x.T @ B @ x) / gd.sqnorm(x)
    terms = cosine, gd.gradient(cosine, x), quotient, gd.gradient(quotient, x), gd.jacobian(x / gd.norm(x), x)
    at, other = [3.0, 4.0, -1.0], [1.0, 2.0, 2.0]
    rows = [[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 1.0, 1.0]]
    got = run(terms, backend, dtype, x=np.multiply(at, scale), v=np.multiply(other, scale), B=rows)
    r = sum((arb(a) ** 2 for a in at), arb(0)).sqrt()
    u, w = [arb(a) / r for a in at], [arb(b) / 3 for b in other]
    c = sum((a * b for a, b in zip(u, w)), arb(0))
    close(got[0], [exact(c)], dtype)
    below = r * arb(scale)
    close(got[1], [exact((b - c * a) / below) for a, b in zip(u, w)], dtype)
    q = sum((u[j] * rows[j][k] * u[k] for j in range(3) for k in range(3)), arb(0))
    close(got[2], [exact(q)], dtype)
    both_ways = [sum(((rows[j][k] + rows[k][j]) * u[k] for k in range(3)), arb(0)) for j in range(3)]
    close(got[3], [exact((b - 2 * q * a) / below) for a, b in zip(u, both_ways)], dtype)
    close(got[4], [exact(((j == k) - a * b) / below) for j, a in enumerate(u) for k, b in enumerate(u)], dtype)
