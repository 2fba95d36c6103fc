"""Newton's direction where the Hessian is a sum of two Kronecker products: against the dense Hessian, which NumPy forms and solves with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import GradatimError
from gradatim.ops import eigenvalues, eigenvectors
from gradatim.term import Term

M, N = 5, 4
X, C = gd.matrix("X", "m", "n"), gd.matrix("C", "p", "q")
A, B = gd.matrix("A", "p", "m"), gd.matrix("B", "n", "q")
S, T = gd.matrix("S", "m", "m", symmetric=True), gd.matrix("T", "n", "n", symmetric=True)
P, R = gd.matrix("P", "m", "m", spd=True), gd.matrix("R", "n", "n", spd=True)
E, F = gd.matrix("E", "m", "m"), gd.matrix("F", "n", "n")
lam = gd.scalar("lam")


def numbers(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    spd = lambda n: (lambda a: a @ a.T + np.eye(n))(rng.normal(size=(n, n)))
    at = {"X": (M, N), "C": (7, 6), "A": (7, M), "B": (N, 6), "E": (M, M), "F": (N, N)}
    made: dict[str, Any] = {name: rng.normal(size=shape) for name, shape in at.items()}
    made["E"], made["F"] = made["E"] + 6 * np.eye(M), made["F"] + 6 * np.eye(N)
    return {**made, "S": spd(M), "T": spd(N), "P": spd(M), "R": spd(N), "lam": 0.7}


SUMS: list[tuple[Term, Callable[[dict[str, Any]], Any], Callable[[dict[str, Any]], Any]]] = [
    (
        gd.norm(A @ X @ B - C) ** 2 + lam * gd.norm(X) ** 2,
        lambda a: 2 * np.kron(a["A"].T @ a["A"], a["B"] @ a["B"].T) + 2 * a["lam"] * np.eye(M * N),
        lambda a: 2 * a["A"].T @ (a["A"] @ a["X"] @ a["B"] - a["C"]) @ a["B"].T + 2 * a["lam"] * a["X"],
    ),
    (
        gd.trace(X.T @ E @ X) + gd.trace(X @ F @ X.T) - gd.trace(X @ B @ C.T @ A),
        lambda a: np.kron(a["E"] + a["E"].T, np.eye(N)) + np.kron(np.eye(M), a["F"] + a["F"].T),
        lambda a: (a["E"] + a["E"].T) @ a["X"] + a["X"] @ (a["F"] + a["F"].T) - a["A"].T @ a["C"] @ a["B"].T,
    ),
    (
        gd.trace(X.T @ S @ X @ T) + gd.trace(X.T @ P @ X @ R) - gd.trace(X @ B @ C.T @ A),
        lambda a: 2 * np.kron(a["S"], a["T"]) + 2 * np.kron(a["P"], a["R"]),
        lambda a: 2 * a["S"] @ a["X"] @ a["T"] + 2 * a["P"] @ a["X"] @ a["R"] - a["A"].T @ a["C"] @ a["B"].T,
    ),
]


@pytest.mark.parametrize("case", range(len(SUMS)))
def test_the_direction_solves_with_the_dense_hessian(case: int, seed: int) -> None:
    f, hessian, gradient = SUMS[case]
    at = numbers(seed)
    compiled = gd.compile(gd.newton(f, X))
    got = compiled(**{n: at[n] for n in compiled.arguments})
    # NumPy's rows first: entry (i, j) is the (i n + j)-th.
    wanted = -np.linalg.solve(hessian(at), gradient(at).ravel()).reshape(M, N)
    np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=1e-8 * np.max(np.abs(wanted)))


def test_a_sum_of_which_neither_side_is_known_to_be_definite_is_refused() -> None:
    with pytest.raises(GradatimError, match="no structure"):
        gd.newton(gd.norm(A @ X @ B - C) ** 2 + gd.norm(E @ X @ F) ** 2, X)


def test_eigenvalues_and_eigenvectors_of_one_matrix_come_from_one_decomposition(seed: int) -> None:
    at = numbers(seed)
    compiled = gd.compile(gd.newton(SUMS[0][0], X))
    compiled(**{n: at[n] for n in compiled.arguments})
    assert compiled.source.count("= _spectrum(") == 2, "one for each side"
    both = gd.compile((eigenvalues(S), eigenvectors(S)))
    values, vectors = both(S=at["S"])
    np.testing.assert_allclose(vectors @ np.diag(values) @ vectors.T, at["S"], atol=1e-10)
