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
    ("entry", lambda x, A: x[0] * A[1, 2] + A[0] @ x, {"x": "n", "A": ("m", "n")}),
    ("literal sizes", lambda x: np.prod(x) + np.var(x), {"x": 4}),
    ("stacks of matrices", lambda A, B: np.sum(A @ B), {"A": ("b", "m", "n"), "B": ("b", "n", "p")}),
    ("tensordot", lambda A, B: np.tensordot(A, B, 1).sum(), {"A": ("m", "n"), "B": ("n", "p")}),
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


REFUSED: list[tuple[str, Callable[..., Any], dict[str, Any]]] = [
    ("a branch on values", lambda x: x if x > 0 else -x, {"x": ()}),
    ("a plain number", lambda x: float(x), {"x": ()}),
    ("a loop over an unknown size", loop, {"x": "n"}),
    ("a function without a formula", lambda x: np.sort(x).sum(), {"x": "n"}),
    ("shapes that do not fit", lambda A, x: A @ x, {"A": ("m", "n"), "x": "m"}),
    ("a constant with entries of its own", lambda x: x @ np.array([1.0, 2.0, 3.0]), {"x": 3}),
    ("an unknown argument", lambda x: x, {"z": "n"}),
    ("several results", lambda x: (x, x), {"x": "n"}),
    ("a slice", lambda x: x[1:].sum(), {"x": "n"}),
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
    with pytest.raises(gd.GradatimError):
        gd.from_function(lambda x: jnp.max(x), shapes={"x": "n"})
    with pytest.raises(gd.GradatimError):
        gd.from_function(lambda x: jnp.where(x > 0, x, 2 * x).sum(), shapes={"x": "n"})
