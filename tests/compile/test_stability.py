"""Values where a plain spelling overflows or cancels, in both precisions, against ball arithmetic of 300 digits' worth."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_series, ctx

import gradatim as gd
from compile.agree import needs
from gradatim.term import Term

z = gd.scalar("z")
v = gd.vector("v", "n")

Exact = Callable[[Any], Any]


def reference(function: Exact, x: float) -> Fraction:
    """The value at a float, from ball arithmetic."""
    before, ctx.prec = ctx.prec, 4000
    try:
        mid = function(arb(x)).mid()
        man, exp = (int(k) for k in mid.man_exp())
        # Far outside of double precision its size does not matter.
        outside = exp if abs(exp) < 20_000 else 20_000 if exp > 0 else -20_000
        return Fraction(man) * Fraction(2) ** outside
    finally:
        ctx.prec = before


def sigma(x: Any) -> Any:
    return 1 / (1 + (-x).exp())


ENTROPY = -gd.sigmoid(z) * gd.log(gd.sigmoid(z)) - (1 - gd.sigmoid(z)) * gd.log(1 - gd.sigmoid(z))
LINES: list[tuple[str, Term, Exact]] = [
    ("log(1 + exp z)", gd.log(1 + gd.exp(z)), lambda x: (1 + x.exp()).log()),
    ("-log(1 - sigmoid z)", -gd.log(1 - gd.sigmoid(z)), lambda x: (1 + x.exp()).log()),
    ("-log sigmoid z", -gd.log(gd.sigmoid(z)), lambda x: (1 + (-x).exp()).log()),
    ("1 - sigmoid z", 1 - gd.sigmoid(z), lambda x: sigma(-x)),
    ("sigmoid", gd.sigmoid(z), sigma),
    ("first derivative of log(1 + exp z)", gd.gradient(gd.log(1 + gd.exp(z)), z), sigma),
    ("second derivative of softplus", gd.hessian(gd.softplus(z), z), lambda x: sigma(x) * sigma(-x)),
    ("second derivative of log(1 + exp z)", gd.hessian(gd.log(1 + gd.exp(z)), z), lambda x: sigma(x) * sigma(-x)),
    ("derivative of sigmoid", gd.gradient(gd.sigmoid(z), z), lambda x: sigma(x) * sigma(-x)),
    ("derivative of tanh", gd.gradient(gd.tanh(z), z), lambda x: 1 / x.cosh() ** 2),
    ("tanh by exponentials", (gd.exp(z) - gd.exp(-z)) / (gd.exp(z) + gd.exp(-z)), lambda x: x.tanh()),
    ("tanh by one exponential", (gd.exp(2 * z) - 1) / (gd.exp(2 * z) + 1), lambda x: x.tanh()),
    ("log cosh", gd.log(gd.cosh(z)), lambda x: x.cosh().log()),
    ("log cosh by exponentials", gd.log((gd.exp(z) + gd.exp(-z)) / 2), lambda x: x.cosh().log()),
    ("derivative of log cosh", gd.gradient(gd.log(gd.cosh(z)), z), lambda x: x.tanh()),
    ("second derivative of 1 / cosh", gd.hessian(1 / gd.cosh(z), z), lambda x: (2 * x.tanh() ** 2 - 1) / x.cosh()),
    ("root less 1", gd.sqrt(1 + z**2) - 1, lambda x: (1 + x * x).sqrt() - 1),
    (
        "third derivative of softplus",
        gd.gradient(gd.hessian(gd.softplus(z), z), z),
        lambda x: sigma(x) * sigma(-x) * (sigma(-x) - sigma(x)),
    ),
    ("1 - cos", 1 - gd.cos(z), lambda x: 1 - x.cos()),
    ("cosh - 1", gd.cosh(z) - 1, lambda x: x.cosh() - 1),
    ("softplus less z", gd.log(gd.exp(z) + 1) - z, lambda x: (1 + (-x).exp()).log()),
    ("derivative of the entropy", gd.gradient(ENTROPY, z), lambda x: -x * sigma(x) * sigma(-x)),
    ("log(1 - exp -z²)", gd.log(1 - gd.exp(-(z**2) - 2**-20)), lambda x: (1 - (-x * x - arb(2) ** -20).exp()).log()),
    ("sech²", 1 / gd.cosh(z) ** 2, lambda x: 1 / x.cosh() ** 2),
    ("derivative of sech²", gd.gradient(1 / gd.cosh(z) ** 2, z), lambda x: -2 * x.tanh() / x.cosh() ** 2),
    (
        "derivative of z / (1 + exp −z)",
        gd.gradient(z / (1 + gd.exp(-z)), z),
        lambda x: sigma(x) + x * sigma(x) * sigma(-x),
    ),
    ("log(2 + 2 cosh z)", gd.log(2 + 2 * gd.cosh(z)), lambda x: (2 + 2 * x.cosh()).log()),
    ("derivative of log(2 + 2 cosh z)", gd.gradient(gd.log(2 + 2 * gd.cosh(z)), z), lambda x: (x / 2).tanh()),
    (
        "second derivative of log(2 + 2 cosh z)",
        gd.hessian(gd.log(2 + 2 * gd.cosh(z)), z),
        lambda x: 1 / (2 * (x / 2).cosh() ** 2),
    ),
    ("log(3 + cosh z)", gd.log(3 + gd.cosh(z)), lambda x: (3 + x.cosh()).log()),
    ("1 - tanh", 1 - gd.tanh(z), lambda x: 2 * sigma(-2 * x)),
    ("1 + tanh", 1 + gd.tanh(z), lambda x: 2 * sigma(2 * x)),
    ("a root less a root", gd.sqrt(z**2 + 1) - gd.sqrt(z**2), lambda x: (x * x + 1).sqrt() - abs(x)),
    ("log of a root", gd.log(gd.sqrt(1 + gd.exp(z))), lambda x: (1 + x.exp()).log() / 2),
    ("log of a square", gd.log((1 + gd.exp(z)) ** 2), lambda x: 2 * (1 + x.exp()).log()),
    ("arsinh by its logarithm", gd.log(z + gd.sqrt(1 + z**2)), lambda x: x.asinh()),
    ("its derivative", gd.gradient(gd.log(z + gd.sqrt(1 + z**2)), z), lambda x: 1 / (1 + x * x).sqrt()),
]
AWAY: list[tuple[str, Term, Exact]] = [
    ("coth", gd.cosh(z) / gd.sinh(z), lambda x: 1 / x.tanh()),
    ("derivative of (exp z - 1) / z", gd.gradient((gd.exp(z) - 1) / z, z), lambda x: (x.exp() * (x - 1) + 1) / x**2),
    (
        "derivative of z / (exp z - 1)",
        gd.gradient(z / (gd.exp(z) - 1), z),
        lambda x: (x.exp() * (1 - x) - 1) / (x.exp() - 1) ** 2,
    ),
]
"""Functions that have no value at zero, and much to lose beside it."""
NEAR = [2.0**-40, -(2.0**-30), 1e-4, -1e-3, 0.03, 0.5, -0.9, 1.1, 3.0, -20.0]


def derived(function: Exact, order: int) -> Exact:
    """The derivative of a function that takes power series, too."""

    def value(x: Any) -> Any:
        before, ctx.cap = ctx.cap, order + 1
        try:
            return function(arb_series([x, 1]))[order] * factorial(order)
        finally:
            ctx.cap = before

    return value


def up(x: Any) -> Any:
    return x.exp() - 1


def sinh(x: Any) -> Any:
    return (x.exp() - (-x).exp()) / 2


def tanh(x: Any) -> Any:
    return sinh(x) / (x.exp() + (-x).exp()) * 2


POLES: list[tuple[str, Term, Exact]] = [
    ("sin z / z", gd.sin(z) / z, lambda x: x.sin() / x),
    ("(1 - cos z) / z²", (1 - gd.cos(z)) / z**2, lambda x: (1 - x.cos()) / (x * x)),
    ("tanh z / z", gd.tanh(z) / z, lambda x: tanh(x) / x),
    ("tan z / z", gd.tan(z) / z, lambda x: x.tan() / x),
    ("arctan z / z", gd.arctan(z) / z, lambda x: x.atan() / x),
    ("(exp z - 1) / z", (gd.exp(z) - 1) / z, lambda x: up(x) / x),
    ("(1 - exp -z) / z", (1 - gd.exp(-z)) / z, lambda x: -up(-x) / x),
    ("z / (exp z - 1)", z / (gd.exp(z) - 1), lambda x: x / up(x)),
    ("Langevin", 1 / gd.tanh(z) - 1 / z, lambda x: 1 / tanh(x) - 1 / x),
    ("log(sinh z / z)", gd.log(gd.sinh(z) / z), lambda x: (sinh(x) / x).log()),
    ("tanh z - z", gd.tanh(z) - z, lambda x: tanh(x) - x),
    ("z - sin z", z - gd.sin(z), lambda x: x - x.sin()),
    ("exp z - 1 - z", gd.exp(z) - 1 - z, lambda x: up(x) - x),
]
"""Functions whose terms cancel at zero, or that are divided by what vanishes there."""
GROWING: list[tuple[str, Term, Exact]] = [
    ("z / (exp z - 1)", z / (gd.exp(z) - 1), lambda x: x / up(x)),
    ("1 / (exp z - 1)", 1 / (gd.exp(z) - 1), lambda x: 1 / up(x)),
    ("exp z / (exp z + exp -z)", gd.exp(z) / (gd.exp(z) + gd.exp(-z)), lambda x: sigma(2 * x)),
    ("exp(-z - exp -z)", gd.exp(-z - gd.exp(-z)), lambda x: (-x - (-x).exp()).exp()),
    ("1 - exp(-exp z)", 1 - gd.exp(-gd.exp(z)), lambda x: -up(-(x.exp()))),
]
"""Functions in which one exponential overflows where another one vanishes."""
POINTS = [0.0, 0.5, -0.5, 3.0, -3.0, 20.0, -20.0, 45.0, -45.0, 80.0, -80.0]
FAR = [100.0, -100.0, 500.0, -500.0, 745.0, -745.0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize(("name", "term", "exact"), LINES, ids=[n for n, _, _ in LINES])
def test_scalars(name: str, term: Term, exact: Exact, dtype: type) -> None:
    f = gd.compile(term)
    for x in POINTS + (FAR if dtype is np.float64 else []):
        close(f(dtype(x)), reference(exact, x), dtype, f"{name} at {x}")


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
@pytest.mark.parametrize(("name", "term", "exact"), AWAY, ids=[n for n, _, _ in AWAY])
def test_near_a_point_without_a_value(name: str, term: Term, exact: Exact, backend: str, dtype: type) -> None:
    needs(backend)
    f, mapped = gd.compile(term), gd.compile(gd.elementwise("f", z, term)(v), backend=backend)
    argument: Any = np.array(NEAR, dtype)
    for x, value in zip(argument, np.asarray(mapped(argument))):
        close(value, reference(exact, float(x)), dtype, f"{name} at {x}")
        close(f(float(x)), reference(exact, float(x)), np.float64, f"{name} at {x}")


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize(("backend", "order"), [("numpy", 0), ("numpy", 1), ("numpy", 2), ("jax", 2), ("torch", 2)])
@pytest.mark.parametrize(("name", "term", "exact"), POLES, ids=[n for n, _, _ in POLES])
def test_what_cancels_near_zero(name: str, term: Term, exact: Exact, order: int, backend: str, dtype: type) -> None:
    needs(backend)
    wanted = gd.derivative(term, *[z] * order) if order else term
    mapped = gd.compile(gd.elementwise("f", z, wanted)(v), backend=backend)
    # At 0.9 the second derivative of tanh(z) / z is nearly zero.
    argument: Any = np.array([*(x for x in NEAR if x not in (-0.9, -20.0)), 1e-20, -1e-30], dtype)
    for x, value in zip(argument, np.asarray(mapped(argument))):
        close(value, reference(derived(exact, order), float(x)), dtype, f"{name}, {order}, at {x}")
    assert np.isfinite(np.asarray(mapped(np.zeros(3, dtype)))).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize(("backend", "order"), [("numpy", 0), ("numpy", 1), ("numpy", 2), ("jax", 2), ("torch", 2)])
@pytest.mark.parametrize(("name", "term", "exact"), GROWING, ids=[n for n, _, _ in GROWING])
def test_exponentials_that_overflow(name: str, term: Term, exact: Exact, order: int, backend: str, dtype: type) -> None:
    needs(backend)
    wanted = gd.derivative(term, *[z] * order) if order else term
    f, mapped = gd.compile(wanted), gd.compile(gd.elementwise("f", z, wanted)(v), backend=backend)
    argument: Any = np.array([3.0, -3.0, 20.0, -20.0, 80.0, -80.0, 150.0, -150.0, 800.0, -800.0, 1e6, -1e6], dtype)
    for x, value in zip(argument, np.asarray(mapped(argument))):
        close(value, reference(derived(exact, order), float(x)), dtype, f"{name}, {order}, at {x}")
        close(f(float(x)), reference(derived(exact, order), float(x)), np.float64, f"{name}, {order}, at {x}")


def test_a_series_beside_other_factors() -> None:
    """A weight of its own for every entry does not hide what cancels, and no warning is given at zero."""
    weights = gd.vector("t", "n")
    f = gd.hadamard(weights, gd.elementwise("f", z, gd.gradient(gd.sin(z) / z, z))(v))
    with np.errstate(all="raise"):
        got = gd.compile(f)(v=np.array([0.0, 1e-5, 2.0]), t=np.array([1.0, 3.0, 2.0]))
    np.testing.assert_allclose(got, [0, -1e-5, np.cos(2) - np.sin(2) / 2], rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
def test_a_saturated_sigmoid_less_its_label(backend: str, dtype: type) -> None:
    """The gradient of the cross-entropy: σ(64) is 1 in floating point, and σ(64) − 1 is not 0."""
    needs(backend)
    labels, at = gd.vector("t", "n"), [64.0, 64.0, -64.0, -64.0, 3.0, 0.0]
    given = [1.0, 0.0, 1.0, 0.0, 0.75, 0.25]
    got = np.asarray(gd.compile(gd.sigmoid(v) - labels, backend=backend)(v=np.array(at, dtype), t=np.array(given, dtype)))
    for x, t, value in zip(at, given, got):
        close(value, reference(lambda u, t=t: sigma(u) - t, x), dtype, f"{x}, {t}")
    h, t = gd.sigmoid(z), gd.scalar("t")
    slope = gd.compile(gd.gradient(-t * gd.log(h) - (1 - t) * gd.log(1 - h), z), backend=backend)
    for x, label in zip(at, given):
        value = np.asarray(slope(z=x, t=label))
        close(value, reference(lambda u, t=label: sigma(u) - t, x), np.float64, f"{x}, {label}")


def test_a_number_that_is_too_large_is_infinite_and_no_error() -> None:
    assert gd.compile(gd.exp(-(z**2)))(1e200) == 0.0
    assert gd.compile(1 / (1 + z**2))(1e200) == 0.0
    assert gd.compile(z**3)(-1e200) == -np.inf
    assert gd.compile((1 + z / 2) ** 2 + (z - 1) ** 4)(1e160) == np.inf
    with np.errstate(invalid="ignore"):
        assert np.isnan(gd.compile(z ** gd.scalar("t"))(-2.0, 0.5))


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
@pytest.mark.parametrize(("name", "term", "exact"), LINES, ids=[n for n, _, _ in LINES])
def test_entry_by_entry(name: str, term: Term, exact: Exact, backend: str, dtype: type) -> None:
    """The same functions on the entries of a vector."""
    needs(backend)
    mapped = gd.elementwise("f", z, term)(v)
    points = POINTS + (FAR if dtype is np.float64 else [])
    argument: Any = np.array(points, dtype)
    got = np.asarray(gd.compile(mapped, backend=backend)(argument))
    assert got.dtype == dtype
    for x, value in zip(points, got):
        close(value, reference(exact, x), dtype, f"{name} at {x}")


def close(value: Any, wanted: Fraction, dtype: type, message: str) -> None:
    """Within 100 units in the last place; zero where the value lies below the smallest normal number, infinite above the largest."""
    if abs(wanted) > Fraction(float(np.finfo(dtype).max)):
        assert np.isinf(value) and (value > 0) == (wanted > 0), f"{message}: {value}"
        return
    assert np.isfinite(value), f"{message}: {value}"
    smallest = Fraction(float(np.finfo(dtype).tiny))
    if abs(wanted) < smallest:
        assert abs(Fraction(float(value))) <= 2 * smallest, message
        return
    ulp = Fraction(float(np.finfo(dtype).eps))
    error = abs(Fraction(float(value)) - wanted) / abs(wanted)
    assert error <= 100 * ulp, f"{message}: {float(error / ulp):.0f} ulp"


# ---------------------------------------------------------------- sums of exponentials

X, w, y = gd.matrix("X", "N", "d"), gd.vector("w", "d"), gd.vector("y", "N")
xs, i = gd.family("x", "N", "d"), gd.index("i", "N")
LSE = gd.log(gd.sum_over(i, gd.exp(w.T @ xs[i])))
TOTAL = gd.log(gd.total(gd.exp(X @ w)))


def test_log_sum_exp_is_shifted_however_it_is_spelt() -> None:
    rows = np.array([[900.0, 1.0], [901.0, -1.0], [-900.0, 3.0]])
    at = np.array([1.0, 0.5])
    m = rows @ at
    p = np.exp(m - m.max()) / np.exp(m - m.max()).sum()
    for f, name in ((LSE, "x"), (TOTAL, "X"), (gd.logsumexp(X @ w), "X")):
        np.testing.assert_allclose(
            gd.compile(f)(**{name: rows, "w": at}), m.max() + np.log(np.exp(m - m.max()).sum()), rtol=1e-14
        )
        np.testing.assert_allclose(gd.compile(gd.gradient(f, w))(**{name: rows, "w": at}), p @ rows, rtol=1e-12)
        hessian = rows.T @ np.diag(p) @ rows - np.outer(p @ rows, p @ rows)
        np.testing.assert_allclose(gd.compile(gd.hessian(f, w))(**{name: rows, "w": at}), hessian, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(gd.compile(gd.gradient(LSE, xs[i]))(x=rows, w=at), np.outer(p, at), rtol=1e-12)


def test_two_exponentials_in_a_logarithm() -> None:
    a, b = gd.scalar("a"), gd.scalar("b")
    f = gd.log(gd.exp(a) + gd.exp(b))
    assert gd.compile(f)(1000.0, 999.0) == pytest.approx(1000 + np.log1p(np.exp(-1)), rel=1e-15)
    assert gd.compile(gd.gradient(f, a))(1000.0, 999.0) == pytest.approx(1 / (1 + np.exp(-1)), rel=1e-14)
    assert gd.compile(gd.gradient(f, a))(-1000.0, -999.0) == pytest.approx(1 / (1 + np.exp(1)), rel=1e-14)


def test_logistic_loss_far_from_the_boundary() -> None:
    """The case on which generated code of other systems gives inf and nan."""
    for f in (
        gd.total(gd.softplus(-(y * (X @ w)))),
        gd.total(gd.elementwise("l", z, gd.log(1 + gd.exp(-z)))(y * (X @ w))),
    ):
        value, gradient, hessian = gd.compile((f, gd.gradient(f, w), gd.hessian(f, w)))(
            y=np.array([1.0, -1.0]), X=np.array([[1000.0, 0.0], [1000.0, 1.0]]), w=np.array([1.0, 1.0])
        )
        assert value == pytest.approx(1001.0) and np.all(np.isfinite(gradient)) and np.all(np.isfinite(hessian))
        np.testing.assert_allclose(gradient, [1000.0, 1.0], rtol=1e-12)


def test_cross_entropy_of_a_saturated_sigmoid() -> None:
    t = gd.scalar("t")
    h = gd.sigmoid(z)
    f = -t * gd.log(h) - (1 - t) * gd.log(1 - h)
    assert gd.compile(f)(1.0, -800.0) == pytest.approx(800.0)
    assert gd.compile(gd.gradient(f, z))(z=-800.0, t=1.0) == pytest.approx(-1.0)


def test_log_det_of_a_large_matrix() -> None:
    A = gd.matrix("A", "n", "n", spd=True)
    B = gd.matrix("B", "n", "n")
    big = np.eye(400) * 1e3
    for f, name in ((gd.log(gd.det(A)), "A"), (gd.logdet(A), "A"), (gd.log(gd.det(B)), "B"), (gd.logdet(B), "B")):
        assert gd.compile(f)(**{name: big}) == pytest.approx(400 * np.log(1e3), rel=1e-13)
    assert np.isnan(gd.compile(gd.log(gd.det(B)))(B=np.diag([1.0, 1.0, -1.0])))


def test_entropy_at_zero() -> None:
    p = gd.vector("p", "n")
    f = gd.inner(p, gd.log(p))
    assert gd.compile(f)(np.array([0.5, 0.5, 0.0])) == pytest.approx(np.log(0.5))


def test_a_squared_norm_never_goes_through_the_norm() -> None:
    f = gd.norm(v) ** 2
    value, gradient = gd.compile((f, gd.gradient(f, v)))(np.zeros(3))
    assert value == 0 and np.all(gradient == 0)
    assert gd.compile(gd.norm(v))(np.array([3e200, 4e200])) == pytest.approx(5e200)


def test_softmax_of_large_numbers() -> None:
    got = gd.compile(gd.softmax(v))(np.array([1000.0, 1001.0, -1000.0]))
    np.testing.assert_allclose(got, [1 / (1 + np.e), np.e / (1 + np.e), 0.0], rtol=1e-12)


def test_a_difference_of_logarithms() -> None:
    f = gd.compile(gd.log(1 + z) - gd.log(z))
    for x in (1e-9, 0.3, 5.0, 1e8, 1e15):
        close(f(x), reference(lambda a: (1 + 1 / a).log(), x), np.float64, f"at {x}")


def test_small_arguments_keep_their_digits() -> None:
    x = 1e-12
    assert gd.compile(gd.log(1 + z))(x) == pytest.approx(x, rel=1e-12)
    assert gd.compile(gd.exp(z) - 1)(x) == pytest.approx(x, rel=1e-11)
