"""Branches on values: every outcome is followed, and the conditions choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradatim as gd


def huber(r: float, delta: float = 1.5) -> float:
    if abs(r) <= delta:
        return 0.5 * r**2
    return delta * (abs(r) - 0.5 * delta)


def clipped(x: Any) -> Any:
    n = np.linalg.norm(x)
    if n > 1:
        x = x / n
    return np.sum(x**3)


def of_each(x: Any) -> Any:
    return sum(t**2 if t > 0 else -3 * t for t in x)


def either(x: Any) -> Any:
    if np.any(x < 0):
        return np.sum(x**2)
    elif not np.all(x < 1):
        return np.sum(x**3)
    return np.sum(x)


def guarded(x: Any) -> Any:
    assert np.all(np.isfinite(x)), "not finite"
    if x[0] > 50:
        raise ValueError("too large")
    print(f"{x[0]:.2f}")
    return np.sum(x**4)


def halved(x: Any) -> Any:
    while np.sum(x) > 1:
        x = x / 2
    return x.sum()


def beside_a_mistake(x: Any) -> Any:
    return np.sum(x) if x[0] > 0 else np.sum(x) + "a"


AT = [
    (huber, {"r": ()}, [{"r": 0.4}, {"r": -1.2}, {"r": 2.5}, {"r": -4.0}]),
    (clipped, {"x": "n"}, [{"x": np.array([0.2, -0.3])}, {"x": np.array([2.0, -0.3, 1.0])}]),
    (of_each, {"x": 3}, [{"x": np.array([0.2, -0.3, 0.7])}, {"x": np.array([-2.0, -0.3, 1.0])}]),
    (either, {"x": "n"}, [{"x": np.array(v)} for v in ([0.2, 0.4], [0.2, 1.4], [-0.2, 0.4], [-0.2, 2.4])]),
    (guarded, {"x": "n"}, [{"x": np.array([0.2, -0.3, 0.7])}]),
]


@pytest.mark.parametrize(("f", "shapes", "points"), AT, ids=[f.__name__ for f, _, _ in AT])
def test_value_and_gradient_on_every_side(f: Callable[..., Any], shapes: dict[str, Any], points: list[dict[str, Any]]) -> None:
    term = gd.from_function(f, shapes=shapes)
    (name,) = shapes
    value, slope = gd.compile(term), gd.compile(gd.gradient(term, name))
    for point in points:
        x, step = point[name], 1e-6 * np.cos(np.arange(np.size(point[name])).reshape(np.shape(point[name])))
        np.testing.assert_allclose(value(**point), f(x), rtol=1e-12)
        np.testing.assert_allclose(np.sum(slope(**point) * step), (f(x + step) - f(x - step)) / 2, rtol=1e-6, atol=1e-14)


def test_what_is_asserted_leaves_no_trace() -> None:
    f = gd.from_function(guarded, shapes={"x": "n"})
    assert "𝟙" not in str(f)


@pytest.mark.parametrize(
    "f", [halved, beside_a_mistake], ids=["a loop until values are small", "an exception that is not the function's own"]
)
def test_what_cannot_be_followed_is_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(gd.GradatimError):
        gd.from_function(f, shapes={"x": "n"})
