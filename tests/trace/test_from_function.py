"""`gd.from_function`: formulas of NumPy and JAX functions, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, xlogy

import gradatim as gd
from gradatim.term import free_symbols
from gradatim.value.floats import evaluate

NUMPY: list[tuple[str, Callable[..., Any], dict[str, Any]]] = [
    ("logistic", lambda w, X, y: np.mean(np.logaddexp(0, -y * (X @ w))), {"w": "d", "X": ("N", "d"), "y": "N"}),
    ("row added", lambda X, b: np.sum((X + b) ** 2), {"X": ("N", "d"), "b": "d"}),
    ("rows scaled", lambda X, a: np.sum(np.exp(X * a[:, None])), {"X": ("N", "d"), "a": "N"}),
    ("columns scaled", lambda X, a: np.sum(np.exp(X * a)), {"X": ("N", "d"), "a": "d"}),
    ("centred", lambda X: np.sum((X - X.mean(axis=0)) ** 2) / X.shape[0], {"X": ("N", "d")}),
    ("rows normalised", lambda X: np.sum(X / np.sum(X, axis=1, keepdims=True)), {"X": ("N", "d")}),
    ("differences", lambda x: np.sum((x[:, None] - x[None, :]) ** 2), {"x": "n"}),
    ("outer and trace", lambda x, A: np.trace(np.outer(x, x) @ A), {"x": "n", "A": ("n", "n")}),
    ("einsum", lambda A, x: np.einsum("i,ij,j->", x, A, x), {"A": ("n", "n"), "x": "n"}),
    ("einsum of three axes", lambda A, T: np.einsum("ijk,kj->i", T, A).sum(), {"A": ("p", "n"), "T": ("m", "n", "p")}),
    ("solve and slogdet", lambda A, x: x @ np.linalg.solve(A, x) + np.linalg.slogdet(A)[1], {"A": ("n", "n"), "x": "n"}),
    ("regularised", lambda K, y, s: y @ np.linalg.inv(K + s * np.eye(K.shape[0])) @ y, {"K": ("n", "n"), "y": "n", "s": ()}),
    (
        "cross-entropy",
        lambda w, X, y: -np.sum(xlogy(y, expit(X @ w)) + xlogy(1 - y, 1 - expit(X @ w))),
        {"w": "d", "X": ("N", "d"), "y": "N"},
    ),
    ("norms", lambda x, A: np.linalg.norm(x) * np.linalg.norm(A) + np.linalg.norm(x, 1), {"x": "n", "A": ("m", "n")}),
    ("rectifier", lambda W, x: np.maximum(0, W @ x).sum(), {"W": ("m", "n"), "x": "n"}),
    ("a number as a float", lambda x: float(x) ** 2, {"x": ()}),
    ("a loop over a part", lambda x: sum(x[i] * x[i - 1] for i in range(1, len(x))), {"x": "n"}),
    ("slices", lambda x, A: x[1:] @ x[:-1] + np.sum(A[2:, : len(x)] ** 2), {"x": "n", "A": ("m", "n")}),
    ("entry", lambda x, A: x[0] * A[1, 2] + A[0] @ x, {"x": "n", "A": ("m", "n")}),
    ("literal sizes", lambda x: np.prod(x) + np.var(x), {"x": 4}),
    ("stacks of matrices", lambda A, B: np.sum(A @ B), {"A": ("b", "m", "n"), "B": ("b", "n", "p")}),
    ("tensordot", lambda A, B: np.tensordot(A, B, 1).sum(), {"A": ("m", "n"), "B": ("n", "p")}),
    ("pairs of rows", lambda X: np.sum((X[:, None, :] - X[None, :, :]) ** 2), {"X": ("n", "d")}),
    ("radial", lambda X, y: y @ np.exp(-np.sum((X[:, None] - X[None]) ** 2, -1) / 2) @ y, {"X": ("n", "d"), "y": "n"}),
    ("chosen by value", lambda x: np.sum(np.where(x > 0.6, x**3, 2 * x)), {"x": "n"}),
    ("by two conditions", lambda x, y: np.sum(np.where((x > 0.5) & (y <= x), x * y, y**2)), {"x": "n", "y": "n"}),
    ("a condition as a number", lambda x, y: np.sum((x >= 0.5) * y), {"x": "n", "y": "n"}),
    ("leaky rectifier", lambda W, x: np.where(W @ x > 0, W @ x, 0.1 * (W @ x)).sum(), {"W": ("m", "n"), "x": "n"}),
    ("largest of rows", lambda X: np.max(X, axis=1).sum() + np.max(X), {"X": ("N", "d")}),
    ("flat", lambda X, Y: np.dot(X.ravel(), Y.flatten()), {"X": ("m", "n"), "Y": ("m", "n")}),
    ("counted", lambda x: np.sum(np.arange(len(x)) * x) / (len(x) - 1), {"x": "n"}),
    ("p-norm", lambda x: np.linalg.norm(x, 3), {"x": "n"}),
    ("vector result", lambda A, x: np.tanh(A @ x) - x.sum(), {"A": ("m", "n"), "x": "n"}),
]


@pytest.mark.parametrize(("name", "function", "shapes"), NUMPY, ids=[n for n, _, _ in NUMPY])
def test_numpy(name: str, function: Callable[..., Any], shapes: dict[str, Any]) -> None:
    """The formula has the function's value, and its gradient that of central differences."""
    term = gd.from_function(function, shapes=shapes)
    sizes = dict(zip(["n", "m", "p", "N", "d", "b"], [3, 4, 5, 6, 7, 8]))
    rng = np.random.default_rng(0)
    arrays = {}
    for key, shape in shapes.items():
        dims = shape if isinstance(shape, tuple) else (shape,)
        a = rng.uniform(0.2, 1.0, size=[sizes.get(d, d) for d in dims])
        arrays[key] = a + 2 * np.eye(len(a)) if a.ndim == 2 and a.shape[0] == a.shape[1] else a if dims else float(a)
    np.testing.assert_allclose(term.evaluate(**arrays), function(**arrays), rtol=1e-9)
    if not term.is_scalar:
        return
    key = next(iter(shapes))
    formula = gd.gradient(term, key)
    names = {s.plain for s in free_symbols(formula)}
    sized = {s: arrays[s.plain] for s in free_symbols(formula)}
    gradient = np.asarray(evaluate(formula, sized, dict(zip("nmpNdb", (3, 4, 5, 6, 7, 8)))))
    assert names <= set(arrays)
    direction = rng.normal(size=gradient.shape)
    step = 1e-6
    ends = [function(**{**arrays, key: arrays[key] + sign * step * direction}) for sign in (1, -1)]
    assert np.sum(gradient * direction) == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-6)


def test_formulas_are_those_on_paper() -> None:
    f = gd.from_function(lambda A, x, b: np.sum((A @ x - b) ** 2), shapes={"A": ("m", "n"), "x": "n", "b": "m"})
    assert str(f) == "‖A x − b‖²" and str(gd.gradient(f, "x")) == "2 Aᵀ(A x − b)"


def loop(x: Any) -> Any:
    total = 0.0
    for i in range(x.shape[0]):
        total = total + x[i] ** 2
    return total


def recurrent(W: Any, X: Any) -> Any:
    h = X[0]
    for x in X:
        h = np.tanh(W @ h + x)
    return h @ h


def residuals(w: Any, X: Any, y: Any) -> Any:
    total = 0.0
    for i in range(X.shape[0]):
        r = X[i] @ w - y[i]
        total += r**2
    return total / len(y) + w @ w


def pairwise(X: Any) -> Any:
    total = 0.0
    for a in X:
        for b in X:
            total = total + np.exp(-np.sum((a - b) ** 2))
    return total


def two_sums(X: Any, y: Any, w: Any) -> Any:
    fit, size = 0.0, np.zeros(X.shape[1])
    for i, (x, t) in enumerate(zip(X, y)):
        fit -= t * np.log(1 + np.exp(-x @ w))
        size += x * y[i]
    return fit + size @ size


LOOPS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (residuals, {"w": "d", "X": ("N", "d"), "y": "N"}),
    (pairwise, {"X": ("N", "d")}),
    (two_sums, {"X": ("N", "d"), "y": "N", "w": "d"}),
    (lambda X, w: sum(np.exp(x @ w) for x in X), {"X": ("N", "d"), "w": "d"}),
    (lambda X, w: np.sum(np.array([x @ w for x in X]) ** 2), {"X": ("N", "d"), "w": "d"}),
    (lambda x, A: sum(x[i] * A[i, j] * x[j] for i in range(len(x)) for j in range(len(x))), {"x": "n", "A": ("n", "n")}),
]


@pytest.mark.parametrize(("function", "shapes"), LOOPS, ids=range(len(LOOPS)))
def test_loops_over_an_axis_are_sums(function: Callable[..., Any], shapes: dict[str, Any]) -> None:
    """The value, and the gradient by differences, at sizes that nothing was traced at."""
    term = gd.from_function(function, shapes=shapes)
    rng = np.random.default_rng(1)
    sizes = {"N": 5, "d": 3, "n": 4}
    arrays = {k: rng.normal(size=[sizes[d] for d in (v if isinstance(v, tuple) else (v,))]) for k, v in shapes.items()}
    assert term.evaluate(**arrays) == pytest.approx(function(**arrays), rel=1e-12)
    key = next(iter(shapes))
    v, h = rng.normal(size=arrays[key].shape), 1e-6
    slope = np.sum(gd.gradient(term, key).evaluate(**arrays) * v)
    ends = [function(**{**arrays, key: arrays[key] + s * h * v}) for s in (1, -1)]
    assert slope == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6)


def test_loops_read_as_on_paper() -> None:
    assert str(gd.from_function(residuals, {"w": "d", "X": ("N", "d"), "y": "N"})) == "(Σᵢ (Xᵢᵀw − yᵢ)²) / N + wᵀw"
    assert str(gd.from_function(lambda x, M: x @ M @ x, {"x": "n", "M": "n n"})) == "xᵀM x"


def test_the_module_of_a_function_is_left_as_it_was() -> None:
    before = dict(globals())
    gd.from_function(residuals, {"w": "d", "X": ("N", "d"), "y": "N"})
    assert globals() == before


def test_an_argument_without_a_shape_is_named() -> None:
    with pytest.raises(gd.GradatimError, match="nothing of y"):
        gd.from_function(lambda X, y: np.sum((X @ y) ** 2), shapes={"X": ("n", "d")})
    assert str(gd.from_function(lambda x, scale=2.0: scale * (x @ x), shapes={"x": "n"})) == "2 xᵀx"


def test_a_strict_comparison_is_told_from_one_that_is_not() -> None:
    """Labels are 0 and 1, where the two differ."""
    strict = gd.from_function(lambda x, y: np.sum(np.where(y > 0, x, 3 * x)), {"x": "n", "y": "n"})
    other = gd.from_function(lambda x, y: np.sum(np.where(y >= 0, x, 3 * x)), {"x": "n", "y": "n"})
    x, y = np.array([1.0, 2.0, 5.0]), np.array([0.0, 1.0, 0.0])
    assert strict.evaluate(x=x, y=y) == 3 + 2 + 15 and other.evaluate(x=x, y=y) == 8


REFUSED: list[tuple[str, Callable[..., Any], dict[str, Any]]] = [
    ("a branch on an array", lambda x: x.sum() if x > 0 else -x.sum(), {"x": "n"}),
    ("a plain number", lambda x: int(x), {"x": ()}),
    ("a loop whose passes build on one another", recurrent, {"W": ("n", "n"), "X": ("N", "n")}),
    ("a loop with steps", lambda x: sum(x[i] * x[i - 1] for i in range(1, len(x), 2)), {"x": "n"}),
    ("arguments without names", lambda *arrays: arrays[0], {"x": "n"}),
    ("a function without a formula", lambda x: np.argsort(x).sum(), {"x": "n"}),
    ("shapes that do not fit", lambda A, x: A @ x, {"A": ("m", "n"), "x": "m"}),
    ("a constant with entries of its own", lambda x: x @ np.array([[1.0, 2.0], [4.0, 3.0]]) @ x, {"x": 2}),
    ("an unknown argument", lambda x: x, {"z": "n"}),
    ("several results", lambda x: (x, x), {"x": "n"}),
    ("a slice with steps", lambda x: x[::2].sum(), {"x": "n"}),
    ("bounds that depend on values", lambda x, k: x[: int(k)].sum(), {"x": "n", "k": ()}),
    ("a failure of its own", lambda x: x.nothing, {"x": "n"}),
]


@pytest.mark.parametrize(("name", "function", "shapes"), REFUSED, ids=[n for n, _, _ in REFUSED])
def test_refused(name: str, function: Callable[..., Any], shapes: dict[str, Any]) -> None:
    with pytest.raises(gd.GradatimError):
        gd.from_function(function, shapes=shapes)


def test_a_loop_over_a_known_size_is_unrolled() -> None:
    assert gd.from_function(loop, shapes={"x": 3}).evaluate(x=np.array([1.0, 2.0, 3.0])) == 14


def test_not_a_function() -> None:
    with pytest.raises(gd.GradatimError):
        gd.from_function(3)  # type: ignore[arg-type]


def test_jax_functions() -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp, nn = jax.numpy, jax.nn
    cases: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
        (lambda A, x, b: jnp.sum((A @ x - b) ** 2), {"A": ("m", "n"), "x": "n", "b": "m"}, "‖A x − b‖²"),
        (lambda w, X, y: jnp.mean(jnp.logaddexp(0, -y * (X @ w))), {"w": "d", "X": ("N", "d"), "y": "N"}, "softplus"),
        (lambda A, x: x @ jnp.linalg.solve(A, x) + jnp.linalg.slogdet(A)[1], {"A": ("n", "n"), "x": "n"}, "A⁻¹"),
        (lambda X, w: nn.logsumexp(X @ w), {"w": "d", "X": ("N", "d")}, "log(sum(exp(X w)))"),
        (lambda W, x: jnp.sum(nn.softmax(W @ x) ** 2), {"W": ("m", "n"), "x": "n"}, "exp(W x)"),
        (lambda W, x: jnp.sum(nn.relu(W @ x)) + jnp.trace(W @ W.T), {"W": ("m", "n"), "x": "n"}, "tr("),
    ]
    for function, shapes, shown in cases:
        assert shown in str(gd.from_function(function, shapes=shapes))
    largest = gd.from_function(lambda x: jnp.max(x), shapes={"x": "n"})
    assert largest.evaluate(x=np.array([-1.0, 3.0, 2.0])) == 3
    chosen = gd.from_function(lambda x: jnp.where((x > 0) & (x < 2), x, 2 * x).sum(), shapes={"x": "n"})
    assert chosen.evaluate(x=np.array([-1.0, 1.0, 3.0, 0.0])) == -2 + 1 + 6 + 0
