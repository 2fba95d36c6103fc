"""Means taken away: no matrix of the size of the data squared, and the digits of what is left."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradatim as gd

N = 40_000
"""A matrix of N × N entries would take 12.8 GB."""


def test_the_gradient_of_a_variance_takes_away_the_mean() -> None:
    f = gd.from_function(lambda X: np.sum((X - X.mean(axis=0)) ** 2), shapes={"X": "N d"})
    X = np.random.default_rng(0).normal(size=(N, 3)) + 1e6
    got = gd.compile(gd.gradient(f, "X"))(X=X)
    means = [math.fsum(column) / N for column in X.T]
    np.testing.assert_allclose(got, 2 * (X - means), rtol=0, atol=1e-7)


def by_hand(X: Any, w: Any) -> Any:
    c = X - X.mean(axis=0)
    r = (c @ w) ** 3
    return 4 * c.T @ r


CASES: list[tuple[Callable[..., Any], str, Callable[..., Any]]] = [
    (lambda X, w: np.sum(((X - np.mean(X, axis=0)) @ w) ** 4), "w", by_hand),
    (lambda X, w: np.sum((X @ w - np.mean(X @ w)) ** 4), "w", by_hand),
]


@pytest.mark.parametrize(("f", "by", "wanted"), CASES)
def test_before_and_behind_other_factors(f: Callable[..., Any], by: str, wanted: Callable[..., Any]) -> None:
    term = gd.from_function(f, shapes={"X": "N d", "w": "d"})
    rng = np.random.default_rng(1)
    X, w = rng.normal(size=(N, 4)), rng.normal(size=4)
    np.testing.assert_allclose(gd.compile(gd.gradient(term, by))(X=X, w=w), wanted(X, w), rtol=1e-9)


def test_a_weighted_identity_and_ones_from_the_right() -> None:
    """(2 I + 3 𝟏𝟏ᵀ) behind a row and behind a matrix, against the matrix itself."""
    A, x = gd.matrix("A", "m", "n"), gd.vector("x", "n")
    from gradatim import ops
    from gradatim.types import Dim

    n = (Dim.of("n"),)
    one = ops.ones(params=n)
    M = ops.add(ops.product(ops.number(2), ops.identity(params=n)), ops.product(ops.number(3), one, ops.transpose(one)))
    numbers = np.random.default_rng(2).normal(size=(4, 6)), np.random.default_rng(3).normal(size=6)
    dense = 2 * np.eye(6) + 3
    np.testing.assert_allclose(gd.compile(ops.product(A, M))(A=numbers[0]), numbers[0] @ dense, rtol=1e-12)
    np.testing.assert_allclose(
        gd.compile(ops.product(ops.transpose(x), M, x))(x=numbers[1]), numbers[1] @ dense @ numbers[1], rtol=1e-12
    )
    np.testing.assert_allclose(
        gd.compile(ops.product(A, M, M, x))(A=numbers[0], x=numbers[1]), numbers[0] @ dense @ dense @ numbers[1], rtol=1e-12
    )


@pytest.mark.parametrize("k", [1, 3, 40, 90])
def test_sums_and_maxima_along_rows_of_any_length(k: int) -> None:
    """Softmax regression: rows short and long are summed in ways of their own."""
    f = gd.from_function(
        lambda X, W, Y: -np.sum(Y * (X @ W - np.log(np.sum(np.exp(X @ W), axis=1, keepdims=True)))),
        shapes={"X": "N d", "W": "d k", "Y": "N k"},
    )
    rng = np.random.default_rng(4)
    X, W, Y = rng.normal(size=(700, 5)), rng.normal(size=(5, k)), rng.uniform(size=(700, k))
    e = np.exp(X @ W)
    wanted = X.T @ (e / e.sum(axis=1, keepdims=True) * Y.sum(axis=1, keepdims=True) - Y)
    for size in ({}, {"sizes": {"N": 700, "d": 5, "k": 700}}):
        np.testing.assert_allclose(gd.compile(gd.gradient(f, "W"), **size)(X=X, W=W, Y=Y), wanted, rtol=1e-9, atol=1e-9)
    single = gd.compile(gd.gradient(f, "W"))(**{n: a.astype(np.float32) for n, a in {"X": X, "W": W, "Y": Y}.items()})
    assert single.dtype == np.float32
