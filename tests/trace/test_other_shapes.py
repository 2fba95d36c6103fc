"""Reshapes, distances of rows and differences at places, by value beside the function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist, squareform

import gradatim as gd
from traced_by_value import agrees

SIZES = {"n": 5, "d": 3, "N": 6, "m": 4, "k": 2}


def one_vector_of_weights(theta: Any, X: Any, y: Any) -> Any:
    W = theta[:12].reshape(3, 4)
    return np.mean((np.tanh(X @ W) @ theta[12:16] + theta[16] - y) ** 2)


def rows_of_rows(X: Any, Y: Any) -> Any:
    return X.reshape(-1) @ Y.ravel() ** 2 + X.flatten() @ Y.reshape(-1, 1)[:, 0]


def heads(X: Any, W: Any) -> Any:
    return np.sum(np.einsum("nhk,hk->n", X.reshape(X.shape[0], 2, 3), W) ** 2)


def by_columns(x: Any) -> Any:
    return np.linalg.det(x.reshape((3, 3), order="F") + 2 * np.eye(3)) + x.reshape(3, 3)[0, 1] ** 2


def other_rows(X: Any) -> Any:
    return np.sum(X.reshape(3, 4) @ X.reshape(4, 3) ** 2)


def kernel_of_distances(X: Any, Z: Any, s: Any) -> Any:
    return np.sum(np.exp(-cdist(X, Z, "sqeuclidean") / s**2)) + np.sum(cdist(X, Z, "cityblock"))


def repulsion(X: Any) -> Any:
    return np.sum(1 / pdist(X)) + np.sum(squareform(pdist(X, "sqeuclidean")) ** 2)


def smoothed(x: Any, y: Any) -> Any:
    return np.sum((np.convolve(x, np.array([0.25, 0.5, 0.2, 0.1]), mode="same") - y) ** 2)


def clipped(x: Any) -> Any:
    v = x**2
    v[v > 0.3] = 0.3
    return v.sum()


def moved(theta: Any, p: Any) -> Any:
    T = np.eye(3)
    T[:2, :2] = np.array([[np.cos(theta[0]), -np.sin(theta[0])], [np.sin(theta[0]), np.cos(theta[0])]])
    T[:2, 2] = theta[1:]
    return np.sum((T @ np.append(p, 1.0)) ** 2)


def length(x: Any) -> Any:
    t = np.linspace(0, 1, len(x))
    return np.trapezoid(np.sqrt(1 + np.gradient(x, t) ** 2), t)


def slopes(x: Any, t: Any) -> Any:
    return np.sum(np.gradient(x, np.cumsum(t)) ** 2)


def bent(u: Any, a: Any) -> Any:
    """A step of 1/(n + 1) is a plain number before anybody can see that a size made it."""
    h = 1.0 / (len(u) + 1)
    full = np.concatenate([[a], u, [0.0]])
    return 0.5 * np.sum((full[2:] - 2 * full[1:-1] + full[:-2]) ** 2) / h**3


def likelihood(y: Any, s: Any) -> Any:
    n = len(y) - 2
    return 0.5 * n * np.log(2 * np.pi) + 0.5 * n * np.log(s**2) + np.sum(np.diff(y, n=2) ** 2) / (2 * s**2)


FUNCTIONS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (one_vector_of_weights, {"theta": 17, "X": ("N", 3), "y": "N"}),
    (rows_of_rows, {"X": ("m", "n"), "Y": ("m", "n")}),
    (heads, {"X": ("n", 6), "W": (2, 3)}),
    (by_columns, {"x": 9}),
    (other_rows, {"X": (2, 6)}),
    (kernel_of_distances, {"X": ("n", "d"), "Z": ("m", "d"), "s": ()}),
    (repulsion, {"X": ("n", "d")}),
    (smoothed, {"x": "N", "y": "N"}),
    (clipped, {"x": "n"}),
    (moved, {"theta": 3, "p": 2}),
    (length, {"x": "n"}),
    (bent, {"u": "n", "a": ()}),
    (likelihood, {"y": "N", "s": ()}),
    (slopes, {"x": "n", "t": "n"}),
]


@pytest.mark.parametrize(("function", "shapes"), FUNCTIONS, ids=lambda p: p.__name__ if callable(p) else "")
def test_value_and_slope(function: Callable[..., Any], shapes: dict[str, Any]) -> None:
    agrees(function, shapes, SIZES, seed=41)


def test_weights_in_one_vector_of_a_size_with_names() -> None:
    def loss(theta: Any, X: Any, Y: Any) -> Any:
        d, k = X.shape[1], Y.shape[1]
        return np.sum((X @ theta[: d * k].reshape(d, k) + theta[d * k :] - Y) ** 2)

    term = gd.from_function(loss, shapes={"theta": "d*k + k", "X": ("N", "d"), "Y": ("N", "k")})
    rng = np.random.default_rng(5)
    theta, X, Y = rng.normal(size=8), rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    residual = X @ theta[:6].reshape(3, 2) + theta[6:] - Y
    slope = np.concatenate([(2 * X.T @ residual).ravel(), 2 * residual.sum(0)])
    assert gd.gradient(term, "theta").evaluate(theta=theta, X=X, Y=Y) == pytest.approx(slope)


@pytest.mark.parametrize("size", ["d**k", "d+", "2*", "-d"])
def test_a_size_that_is_none_is_an_error(size: str) -> None:
    with pytest.raises(gd.ShapeError, match="size"):
        gd.from_function(lambda x: np.sum(x), shapes={"x": size})


def test_a_constant_fourth_derivative_compiles() -> None:
    """Σ Aᵢᵢ² has 2 at (i, i, i, i) as its second derivative, and nothing elsewhere."""
    second = gd.hessian(gd.from_function(lambda A: np.sum(np.diag(A) ** 2), shapes={"A": ("n", "n")}), "A")
    wanted = np.zeros((3, 3, 3, 3))
    for i in range(3):
        wanted[i, i, i, i] = 2
    assert gd.compile(second, sizes={"n": 3})() == pytest.approx(wanted)


def test_a_multiple_of_a_size_is_a_product() -> None:
    """The half before a mean of squares goes with their two."""
    loss = gd.from_function(lambda w, X, y: np.sum((X @ w - y) ** 2) / (2 * len(y)), shapes={"w": "d", "X": ("N", "d"), "y": "N"})
    assert str(gd.gradient(loss, "w")) == "(1/N) Xᵀ(X w − y)"
