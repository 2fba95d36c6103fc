"""Loops whose passes branch, and pairs i < j: by value beside the function, and as a mathematician would write them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest

import gradatim as gd
from traced_by_value import agrees

SIZES = {"n": 5, "d": 3, "N": 6, "m": 4}


def coulomb(X: Any, q: Any) -> Any:
    energy = 0
    for i in range(len(X)):
        for j in range(len(X)):
            if i != j:
                energy += 0.5 * q[i] * q[j] / np.linalg.norm(X[i] - X[j])
    return energy


def skipped(X: Any) -> Any:
    energy = 0.0
    for i in range(len(X)):
        for j in range(len(X)):
            if i == j:
                continue
            energy = energy + np.sum((X[i] - X[j]) ** 2)
    return energy


def below(X: Any) -> Any:
    energy = 0.0
    for i in range(len(X)):
        for j in range(i):
            energy += 1 / np.linalg.norm(X[i] - X[j])
    return energy


def above(X: Any) -> Any:
    energy = 0.0
    for i in range(len(X) - 1):
        for j in range(i + 1, len(X)):
            energy += X[i] @ X[j]
    return energy


def with_itself(x: Any) -> Any:
    energy = 0.0
    for i in range(len(x)):
        for j in range(i, len(x)):
            energy += x[i] * x[j] ** 2
    return energy


def hinge(w: Any, X: Any, y: Any) -> Any:
    loss = 0.0
    for k in range(len(y)):
        margin = y[k] * (X[k] @ w)
        if margin < 1:
            loss += 1 - margin
    return loss / len(y)


def three_ways(x: Any) -> Any:
    total = 0.0
    for a in x:
        if a < 0.4:
            total += 2 * a
        elif a < 0.7:
            total += a**2
        else:
            total -= a**3
    return total


def kernel(X: Any, s: Any) -> Any:
    n = len(X)
    K = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            K[i, j] = np.exp(-np.sum((X[i] - X[j]) ** 2))
            if i == j:
                K[i, j] += s
    return np.linalg.slogdet(K)[1]


def laplacian(W: Any, x: Any) -> Any:
    n = len(x)
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i == j:
                L[i, j] = np.sum(W[i])
            else:
                L[i, j] = -W[i, j]
    return x @ L @ x


def listed(x: Any) -> Any:
    return np.sum(np.array([a**2 if a > 0.5 else -a for a in x]))


def generated(G: Any, x: Any) -> Any:
    n = len(x)
    return sum(G[i, j] * (x[i] - x[j]) ** 2 for i in range(n) for j in range(n) if i < j)


def multiplied(x: Any) -> Any:
    product = 1.0
    for a in x:
        if a > 0.5:
            product *= a
    return product


def ends(x: Any) -> Any:
    total = 0.0
    for i in range(len(x)):
        if i == 0:
            total += x[i] ** 3
        elif i < len(x) - 1:
            total += x[i] ** 2
    return total


def all_pairs(x: Any, W: Any) -> Any:
    return sum(W[i, j] * (x[i] - x[j]) ** 2 for i, j in combinations(range(len(x)), 2)) + sum(
        a * b for a, b in combinations(x, 2)
    )


WAYS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (coulomb, {"X": ("n", "d"), "q": "n"}),
    (skipped, {"X": ("n", "d")}),
    (below, {"X": ("n", "d")}),
    (above, {"X": ("n", "d")}),
    (with_itself, {"x": "n"}),
    (hinge, {"w": "d", "X": ("N", "d"), "y": "N"}),
    (three_ways, {"x": "n"}),
    (kernel, {"X": ("n", "d"), "s": ()}),
    (laplacian, {"W": ("n", "n"), "x": "n"}),
    (listed, {"x": "n"}),
    (generated, {"G": ("n", "n"), "x": "n"}),
    (multiplied, {"x": "n"}),
    (ends, {"x": "n"}),
    (all_pairs, {"x": "n", "W": ("n", "n")}),
]


@pytest.mark.parametrize(("function", "shapes"), WAYS, ids=lambda p: p.__name__ if callable(p) else "")
def test_a_loop_that_branches_is_a_sum_over_both_ways(function: Callable[..., Any], shapes: dict[str, Any]) -> None:
    agrees(function, shapes, SIZES, seed=31)


def test_pairs_read_as_on_paper() -> None:
    """A force is the sum of what the others exert; the pairs of a double loop are Σ over i < j."""
    energy = gd.from_function(below, shapes={"X": ("n", "d")})
    assert str(energy) == "∑_{i>j} 1 / ‖Xᵢ − Xⱼ‖"
    assert str(gd.gradient(energy, "X")) == "[∑_{j≠i} (Xⱼ − Xᵢ) / ‖Xⱼ − Xᵢ‖³]ᵢ"
    assert str(gd.from_function(above, shapes={"X": ("n", "d")})) == "∑_{i<j} XᵢᵀXⱼ"


def test_a_comparison_with_a_negative_number_reads_as_one() -> None:
    def below(x: Any) -> Any:
        return sum(a**2 for a in x if a < -1)

    assert str(gd.from_function(below, shapes={"x": "n"})) == "Σᵢ 𝟙[xᵢ < −1] xᵢ²"


def test_a_loop_that_is_left_has_no_formula() -> None:
    def left(x: Any) -> Any:
        total = 0.0
        for a in x:
            if a > 1:
                break
            total += a
        return total

    with pytest.raises(gd.GradatimError, match="left by break"):
        gd.from_function(left, shapes={"x": "n"})


def test_a_branch_on_what_passes_before_made_has_no_formula() -> None:
    def budget(x: Any) -> Any:
        total = 0.0
        for a in x:
            if total < 1:
                total += a
        return total

    with pytest.raises(gd.GradatimError):
        gd.from_function(budget, shapes={"x": "n"})


# ---------------------------------------------------------------- positions


def triangle(X: Any) -> Any:
    D = X @ X.T
    return np.sum(D[np.triu_indices(len(X), k=1)] ** 2)


def lower_and_diagonal(A: Any, B: Any) -> Any:
    n = len(A)
    return np.sum(A[np.tril_indices(n, -1)] * B[np.tril_indices(n, -1)]) + np.sum(A[np.diag_indices(n)] ** 2)


def off_the_diagonal(A: Any) -> Any:
    return np.sum(A[~np.eye(len(A), dtype=bool)] ** 2)


def emptied(A: Any) -> Any:
    S = A @ A.T
    np.fill_diagonal(S, 0)
    return np.sum(np.exp(S))


def by_pairs(X: Any, q: Any) -> Any:
    i, j = np.triu_indices(len(q), 1)
    return np.sum(q[i] * q[j] / np.linalg.norm(X[i] - X[j], axis=1))


def mean_of_pairs(X: Any) -> Any:
    D = ((X[:, None] - X[None]) ** 2).sum(-1)
    mask = np.triu(np.ones((len(X), len(X)), dtype=bool), 1)
    return np.sum(1 / D[mask]) / mask.sum()


def triangle_of_ones(A: Any, B: Any) -> Any:
    return np.sum(np.tril(np.ones((len(A), len(A)))) * A * B)


def causal(S: Any) -> Any:
    mask = np.tril(np.ones((len(S), len(S)), dtype=bool))
    return np.sum(np.log(np.exp(np.where(mask, S, -1e3)).sum(1)))


def chosen_rows(X: Any, y: Any, w: Any) -> Any:
    rows = np.where(y > 0.5)[0]
    return np.mean(np.log1p(np.exp(-X[rows] @ w)))


def jitter(K: Any, s: Any) -> Any:
    K = K @ K.T
    K[np.diag_indices(len(K))] += s
    return np.linalg.slogdet(K)[1]


def mean_of_a_triangle(C: Any) -> Any:
    return np.mean(np.abs(C[np.triu_indices_from(C, k=1)]))


PLACES: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (triangle, {"X": ("n", "d")}),
    (lower_and_diagonal, {"A": ("n", "n"), "B": ("n", "n")}),
    (off_the_diagonal, {"A": ("n", "n")}),
    (emptied, {"A": ("n", "n")}),
    (by_pairs, {"X": ("n", "d"), "q": "n"}),
    (mean_of_pairs, {"X": ("n", "d")}),
    (triangle_of_ones, {"A": ("n", "n"), "B": ("n", "n")}),
    (causal, {"S": ("n", "n")}),
    (chosen_rows, {"X": ("N", "d"), "y": "N", "w": "d"}),
    (jitter, {"K": ("n", "n"), "s": ()}),
    (mean_of_a_triangle, {"C": ("n", "n")}),
]


@pytest.mark.parametrize(("function", "shapes"), PLACES, ids=lambda p: p.__name__ if callable(p) else "")
def test_triangles_and_masks_of_any_size(function: Callable[..., Any], shapes: dict[str, Any]) -> None:
    agrees(function, shapes, SIZES, seed=32)


def test_a_triangle_reads_as_a_sum_over_pairs() -> None:
    assert str(gd.from_function(by_pairs, shapes={"X": ("n", "d"), "q": "n"})) == "∑_{i<j} qᵢ qⱼ / ‖Xᵢ − Xⱼ‖"
    assert str(gd.from_function(off_the_diagonal, shapes={"A": ("n", "n")})) == "∑_{i≠j} Aᵢⱼ²"
