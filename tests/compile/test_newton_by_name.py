"""`gd.newton` takes what `gd.gradient` takes: a name, a function that was read."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import GradatimError


def test_newton_by_a_name() -> None:
    """−H⁻¹g of a Poisson regression, against NumPy's own solution of the equations."""
    f = gd.from_function(lambda w, X, y: np.sum(np.exp(X @ w) - y * (X @ w)), shapes={"w": "d", "X": "N d", "y": "N"})
    rng = np.random.default_rng(3)
    X, y, w = rng.normal(size=(9, 2)), rng.random(9), rng.normal(size=2)
    mean = np.exp(X @ w)
    step = np.linalg.solve(X.T @ (mean[:, None] * X), X.T @ (y - mean))
    assert np.allclose(gd.compile(gd.newton(f, "w"))(w=w, X=X, y=y), step)


def test_newton_of_a_function_that_was_read() -> None:
    """From any x the step of a least-squares problem leads to its solution."""
    f = gd.read("||A x - b||^2", given="A is an m x n matrix of full column rank")
    A, b = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 1.0]]), np.array([1.0, 2.0, 3.0])
    step = gd.compile(gd.newton(f, "x"))(A=A, x=np.ones(2), b=b)
    assert np.allclose(np.ones(2) + step, np.linalg.lstsq(A, b, rcond=None)[0])


def test_another_name_is_an_error_that_lists_them() -> None:
    with pytest.raises(GradatimError, match="names no symbol of the function; its symbols are"):
        gd.newton(gd.read("x^T x"), "w")
