"""Hessians of functions of single entries: an index that is tied to a number is no diagonal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradatim as gd
from gradatim.term import free_symbols

POINT = np.array([0.7, -1.2, 0.4])
# By hand: the gradient and the Hessian of each function at a point.
CASES: list[tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = [
    (
        lambda x: x[0] * x[1] + x[1] * x[2] ** 2 + x[0] * x[2],
        lambda a, b, c: [b + c, a + c**2, 2 * b * c + a],
        lambda a, b, c: [[0, 1, 1], [1, 0, 2 * c], [1, 2 * c, 2 * b]],
    ),
    (
        lambda x: np.sum(x**2) + x[0] ** 3,
        lambda a, b, c: [2 * a + 3 * a**2, 2 * b, 2 * c],
        lambda a, b, c: [[2 + 6 * a, 0, 0], [0, 2, 0], [0, 0, 2]],
    ),
    (
        lambda x: np.sum(x**2) + x[0] * x[2],
        lambda a, b, c: [2 * a + c, 2 * b, 2 * c + a],
        lambda a, b, c: [[2, 0, 1], [0, 2, 0], [1, 0, 2]],
    ),
]


@pytest.mark.parametrize(("function", "gradient", "hessian"), CASES)
def test_newton_of_single_entries(
    function: Callable[..., Any], gradient: Callable[..., Any], hessian: Callable[..., Any]
) -> None:
    f = gd.from_function(function, shapes={"x": 3})
    (x,) = free_symbols(f)
    step = gd.compile(gd.newton(f, x))(x=POINT)
    assert np.allclose(step, -np.linalg.solve(hessian(*POINT), gradient(*POINT)), rtol=1e-10)
    h = gd.hessian(f, x)
    v = np.array([1.0, 2.0, -3.0])
    assert np.allclose(h.operator().solve(v, x=POINT), np.linalg.solve(hessian(*POINT), v), rtol=1e-10)
