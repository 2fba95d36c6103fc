"""Sorted entries, medians, whole numbers, every k-th entry, Bessel functions, quantiles, pseudoinverses: value and gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.special as sp

import gradatim as gd

SIZES = {"n": 7, "m": 4, "2m": 8, "2*m": 8}
FUNCTIONS: list[tuple[str, Callable[..., Any], dict[str, Any], str]] = [
    ("an L-estimator", lambda x, w: np.sort(x) @ w, {"x": "n", "w": "n"}, "x"),
    ("a distance of distributions", lambda x, y: np.sum((np.sort(x) - np.sort(y)) ** 2), {"x": "n", "y": "n"}, "x"),
    ("a trimmed mean", lambda x: np.mean(np.sort(x)[1:-1]) ** 2, {"x": "n"}, "x"),
    ("the median", lambda x: np.median(x) ** 2, {"x": "n"}, "x"),
    ("the median of an even number", lambda x: np.median(x) ** 2, {"x": 8}, "x"),
    ("deviations from the median", lambda x: np.sum((x - np.median(x)) ** 4), {"x": "n"}, "x"),
    ("sorted rows", lambda X, w: np.sum((np.sort(X, axis=1) @ w) ** 2), {"X": "m n", "w": "n"}, "X"),
    ("sorted columns", lambda X, w: np.sum((w @ np.sort(X, axis=0)) ** 2), {"X": "m n", "w": "m"}, "X"),
    ("medians of columns", lambda X: np.sum((X - np.median(X, axis=0)) ** 4), {"X": "m n"}, "X"),
    ("medians of rows", lambda X: np.sum((X - np.median(X, axis=1, keepdims=True)) ** 4), {"X": "m n"}, "X"),
    ("the median of a matrix", lambda X: np.median(X) ** 2, {"X": "m n"}, "X"),
    ("quantiles of rows", lambda X: np.sum(np.quantile(X, 0.3, axis=1) ** 2), {"X": (3, 8)}, "X"),
    ("singular values beside their vectors", lambda X: np.sum(np.linalg.svd(X)[1] ** 3), {"X": (4, 3)}, "X"),
    ("a quantile", lambda x: np.quantile(x, 0.3) ** 2, {"x": 8}, "x"),
    ("a percentile at an entry", lambda x: np.percentile(x, 25) ** 2, {"x": 9}, "x"),
    ("what is left of a division", lambda x, y: np.sum((x % y) ** 2), {"x": "n", "y": "n"}, "y"),
    ("with the sign of the first", lambda x, y: np.sum(np.fmod(-x, y) ** 2), {"x": "n", "y": "n"}, "y"),
    ("whole numbers", lambda x: np.sum(np.floor(3 * x) * x + np.ceil(x) * x + np.round(x, 1) * x + x // 0.2), {"x": "n"}, "x"),
    ("truncated", lambda x: np.sum(np.trunc(-3 * x) * x + np.rint(5 * x) * x), {"x": "n"}, "x"),
    ("even and odd entries", lambda x: np.sum(x[::2] * x[1::2] ** 2), {"x": "2m"}, "x"),
    ("every second from the end", lambda x: np.sum(x[::-2] * x[::2]), {"x": "2*m"}, "x"),
    ("every second column", lambda X: np.sum(X[:, ::2] ** 3 * X[:, 1::2]), {"X": "n 2m"}, "X"),
    ("a von Mises likelihood", lambda k, x: np.sum(k * (np.cos(x) - 1) - np.log(sp.i0e(k))), {"k": (), "x": "n"}, "k"),
    ("np.i0", lambda k, x: np.sum(np.log(np.i0(k * x))), {"k": (), "x": "n"}, "x"),
    ("Bessel functions", lambda x: np.sum(sp.j0(x) * sp.j1(2 * x) + sp.iv(1, x) + sp.ive(2, x) + sp.jv(2, x)), {"x": "n"}, "x"),
    ("quantiles of the normal", lambda x: np.sum(sp.ndtri(x) ** 2 + sp.erfinv(x) + sp.erfcinv(x)), {"x": "n"}, "x"),
    ("a pseudoinverse", lambda A, b: np.sum((np.linalg.pinv(A) @ b) ** 3), {"A": "n m", "b": "n"}, "A"),
    ("of more columns", lambda A, b: np.sum((scipy.linalg.pinv(A) @ b) ** 3), {"A": "m n", "b": "m"}, "A"),
    ("least squares", lambda A, b: np.sum(np.linalg.lstsq(A, b, rcond=None)[0] ** 3), {"A": (6, 3), "b": 6}, "A"),
]


def arrays(shapes: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng(7)
    made = {}
    for name, shape in shapes.items():
        axes = shape.split() if isinstance(shape, str) else shape if isinstance(shape, tuple) else (shape,)
        a = rng.uniform(0.1, 0.9, size=[SIZES.get(d, d) for d in axes])
        made[name] = a if a.ndim else float(a)
    return made


@pytest.mark.parametrize(("f", "shapes", "by"), [c[1:] for c in FUNCTIONS], ids=[c[0] for c in FUNCTIONS])
def test_value_and_gradient(f: Callable[..., Any], shapes: dict[str, Any], by: str) -> None:
    term = gd.from_function(f, shapes=shapes)
    given = arrays(shapes)
    np.testing.assert_allclose(gd.compile(term)(**given), f(**given), rtol=1e-12)
    slope = gd.compile(gd.gradient(term, by))(**given)
    step = np.random.default_rng(1).normal(size=np.shape(given[by]))
    h = 1e-5
    ahead, behind = (f(**{**given, by: given[by] + s * h * step}) for s in (1, -1))
    np.testing.assert_allclose(np.sum(slope * step), (ahead - behind) / (2 * h), rtol=2e-7)


@pytest.mark.parametrize(
    ("f", "shapes", "why"),
    [
        (lambda x: np.sum(x[::2]), {"x": "n"}, r"every second of n entries.*2m"),
        (lambda x: np.sum(x[1:5:2]), {"x": "2m"}, "a size that is a number"),
        (lambda x: np.quantile(x, 0.3), {"x": "n"}, "np.median has one for any"),
        (lambda x: np.sum(x[np.argsort(x)]), {"x": "n"}, "np.sort has one"),
        (lambda A, b: np.linalg.lstsq(A, b, rcond=None)[1] * 2, {"A": (6, 3), "b": 6}, "only the solution"),
        (lambda x: np.sum(sp.jv(3, x)), {"x": "n"}, "orders 0, 1 and 2"),
    ],
)
def test_what_has_none_says_why(f: Callable[..., Any], shapes: dict[str, Any], why: str) -> None:
    with pytest.raises(gd.GradatimError, match=why):
        gd.from_function(f, shapes=shapes)


def test_a_size_that_stands_only_in_a_multiple_is_read_from_it() -> None:
    compiled = gd.compile(gd.from_function(lambda x: np.sum(x[::2]), shapes={"x": "2m"}))
    assert compiled(x=np.arange(6.0)) == 0 + 2 + 4
    with pytest.raises(gd.EvaluationError, match=r"expected \(6,\)"):
        compiled(x=np.arange(7.0))


def test_equal_entries_are_sorted_and_keep_their_number() -> None:
    x = gd.vector("x", "n")
    from gradatim import ops

    np.testing.assert_array_equal(ops.sort(x).evaluate(x=np.array([2.0, 1.0, 2.0, 0.0])), [0, 1, 2, 2])
    assert ops.median(x).evaluate(x=np.array([2.0, 1.0, 2.0, 1.0])) == 1.5
    places = ops.sort_places(x).evaluate(x=np.array([2.0, 1.0, 2.0]))
    np.testing.assert_array_equal(places.sum(axis=0), np.ones(3))


def test_the_quantile_of_a_small_probability() -> None:
    """Φ⁻¹(10⁻²⁰⁰) is −30.2056…: SciPy's own value, which 2p − 1 would not know."""
    p = gd.scalar("p")
    from gradatim import ops

    np.testing.assert_allclose(ops.ndtri(p).evaluate(p=1e-200), sp.ndtri(1e-200), rtol=1e-12)
