"""Arrays that a function fills, and NumPy's less common functions: the formula has the function's value and its slopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.special as sc
from scipy.special import polygamma

import gradatim as gd
from traced_by_value import agrees

SHAPES: dict[str, Any] = {"X": ("N", "d"), "A": ("n", "n"), "x": "n", "y": "N", "c": 3}
SIZES = {"N": 6, "d": 4, "n": 5}


def filled(x: Any) -> Any:
    y = np.zeros_like(x)
    y[:] = np.sin(x)
    y *= 2
    y += x
    return y @ y


def differences(x: Any) -> Any:
    y = np.empty(len(x))
    y[0] = x[0] ** 2
    y[1:] = x[1:] - x[:-1]
    y[-1] = 3.0
    return np.sum(y**3)


def columns(X: Any) -> Any:
    Z = np.zeros((X.shape[0], 2))
    Z[:, 0] = X[:, 0]
    Z[:, 1] = X[:, 1] ** 2
    return np.sum(Z.sum(axis=1) ** 2)


def corner(A: Any, x: Any) -> Any:
    B = A.copy()
    B[1:, :2] = 0
    B[0] = x
    B[2, 3] += x[1] ** 2
    return np.sum(B**2) + np.sum(A)


def few(c: Any, x: Any) -> Any:
    M = np.zeros((3, 3))
    M[0, 1] = c[0] * x[0]
    M[1] = c
    M[:, 2] = np.cos(c)
    return np.sum(M @ M)


def by_loop(x: Any) -> Any:
    out = np.zeros(len(x))
    for i in range(len(x)):
        out[i] = np.sin(x[i])
        out[i] += x[i] ** 2
    return out @ out


def kernel(X: Any, y: Any) -> Any:
    n = X.shape[0]
    K = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            K[i, j] = np.exp(-np.sum((X[i] - X[j]) ** 2))
    K[np.diag_indices_from(K)] += 0.5
    return y @ K @ y


def twice(X: Any, y: Any) -> Any:
    """What one loop filled another one reads."""
    r = np.zeros(len(y))
    for i in range(len(y)):
        r[i] = np.sum(X[i]) - y[i]
    total = r[0] + np.sum(r[1:] ** 2)
    for k in range(len(y)):
        total = total + r[k] ** 3
    return total


def diagonal(A: Any, x: Any) -> Any:
    B = A @ A.T
    np.fill_diagonal(B, x)
    return np.sum(B**2)


FUNCTIONS: list[tuple[str, Callable[..., Any]]] = [
    (f.__name__, f) for f in (filled, differences, columns, corner, few, by_loop, kernel, twice, diagonal)
]
FUNCTIONS += [
    ("polygamma", lambda x: np.sum(polygamma(1, x) * sc.polygamma(0, x))),
    ("expm", lambda A: np.trace(scipy.linalg.expm(A / 4))),
    ("polynomials", lambda x: np.sum(np.polyval([1.0, 0.5, 3.0], x)) + np.sum(np.vander(x, 3) ** 2)),
    ("polynomial of known length", lambda c, x: np.sum(np.polyval(c, x) ** 2)),
    ("other diagonals", lambda A, x: np.diag(A, 1).sum() ** 2 + np.sum(np.diag(A, -2) ** 3) + np.sum(np.diag(x, 1)[:-1, 1:] @ x)),
    ("strict triangles", lambda A: np.sum(np.tril(A, -1) ** 2) - np.sum(np.triu(A, 1) ** 3)),
    ("products along axes", lambda X: np.sum(np.prod(X, axis=1) ** 2) + np.prod(X, axis=0)[0] + np.multiply.reduce(X[0])),
    ("sums along axes", lambda X: np.sum(np.cumsum(X, axis=0) ** 2) + np.sum(np.cumsum(X, axis=1) ** 3)),
    ("powers of numbers and arrays", lambda x: np.sum(2**x) + np.sum(np.power(x, x))),
    ("areas", lambda x: np.trapezoid(x**2) + np.trapezoid(x, dx=0.5) + np.sum(np.gradient(x, 0.1) ** 2)),
    ("covariances", lambda X: np.linalg.norm(np.cov(X, rowvar=False)) ** 2 + np.sum(np.cov(X, bias=True) ** 3)),
    ("a table", lambda x: np.sum(np.interp(x, [0.0, 0.4, 0.6], [0.0, 2.0, 1.5]) ** 2)),
    ("convolutions", lambda x, c: np.sum(np.convolve(x, c, "valid") ** 2) + np.sum(np.convolve(x, [1.0, -2.0, 1.0]) ** 3)),
    ("blocks", lambda A, x: np.sum(np.block([[A, A.T], [A.T, A]]) ** 3) + np.sum(np.tile(x[:, None], (1, 3)) ** 2)),
    ("row by row", lambda X: np.sum(np.apply_along_axis(np.sum, 1, X) ** 2) + np.ptp(X)),
    ("numbers of its own", lambda c, x: np.array([1.0, 2.0, -0.5]) @ c + (np.eye(len(x))[0] @ x) ** 2),
    ("equally spaced", lambda x: np.sum((x - np.linspace(0, 1, len(x))) ** 2) + x @ np.arange(len(x))),
]


@pytest.mark.parametrize(("name", "f"), FUNCTIONS, ids=[n for n, _ in FUNCTIONS])
def test_the_formula_has_the_functions_value_and_gradient(name: str, f: Callable[..., Any], seed: int) -> None:
    agrees(f, SHAPES, SIZES, seed)


def test_what_is_written_elsewhere_is_refused() -> None:
    def overlapping(x: Any) -> Any:
        y = np.zeros(len(x))
        for i in range(len(x)):
            y[0] += x[i]
            y[i] += 1
        return y @ x

    def view(x: Any) -> Any:
        y = x.copy()
        part = y[1:]
        part[0] = 0.0
        return y @ y

    def steps(x: Any) -> Any:
        y = x.copy()
        y[::2] = 0
        return y @ y

    for f in (overlapping, view, steps):
        with pytest.raises(gd.GradatimError):
            gd.from_function(f, shapes={"x": "n"})


def test_an_argument_that_is_written_into_is_left_as_it_was() -> None:
    def f(x: Any) -> Any:
        x[0] = 0.0
        return x @ x

    assert str(gd.from_function(f, shapes={"x": "n"}).evaluate(x=np.array([3.0, 1.0, 2.0]))) == "5.0"


def test_filled_arrays_read_as_formulas() -> None:
    assert str(gd.from_function(by_loop, shapes={"x": "n"})) in {"‖[sin(xᵢ) + xᵢ²]ᵢ‖²", "[sin(xᵢ) + xᵢ²]ᵢᵀ [sin(xᵢ) + xᵢ²]ᵢ"}
    assert "𝟎" not in str(gd.from_function(columns, shapes={"X": "N d"}))
