"""Forms that the planner and the emitter choose for speed: each against NumPy by the definition, and that it is the one chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradatim as gd
from compile.agree import BACKENDS, needs
from gradatim.compile.function import Compiled
from gradatim.term import Term

A, x, y, z = gd.matrix("A", "n", "n"), gd.vector("x", "n"), gd.vector("y", "n"), gd.vector("z", "n")
X, G, H = gd.matrix("X", "N", "n"), gd.matrix("G", "N", "k"), gd.matrix("H", "N", "k")
P, D = gd.family("p", "m", "d"), gd.matrix("D", "m", "m")
i, j = gd.index("i", "m"), gd.index("j", "m")


def made(term: Term, sizes: dict[str, int], backend: str = "numpy") -> Compiled:
    return Compiled((term,), backend, "formula", sizes)


def called(compiled: Compiled, at: dict[str, Any]) -> Any:
    return np.asarray(compiled(**{n: at[n] for n in compiled.arguments}))


def flops(compiled: Compiled) -> int:
    return sum(c.flops for c in compiled.plan.costs())


@pytest.mark.parametrize("backend", BACKENDS)
def test_several_outer_products_are_one_product_of_matrices(backend: str, seed: int) -> None:
    needs(backend)
    rng = np.random.default_rng(seed)
    n = 120
    at = {"A": rng.normal(size=(n, n)), **{v: rng.normal(size=n) for v in "xyz"}}
    term = 2 * x @ y.T - y @ z.T + A + z @ x.T
    compiled = made(term, {"n": n}, backend)
    wanted = 2 * np.outer(at["x"], at["y"]) - np.outer(at["y"], at["z"]) + at["A"] + np.outer(at["z"], at["x"])
    np.testing.assert_allclose(called(compiled, at), wanted, rtol=1e-12, atol=1e-12)
    assert compiled.source.count("array((" if backend == "numpy" else "stack(") == 2, compiled.source
    assert "array((" not in made(term, {"n": 9}).source


def test_a_common_factor_is_multiplied_with_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = {"N": 70, "n": 20, "k": 6}
    at = {"X": rng.normal(size=(70, 20)), "G": rng.normal(size=(70, 6)), "H": rng.normal(size=(70, 6))}
    compiled = made(X.T @ G - 3 * X.T @ gd.hadamard(G, H), sizes)
    np.testing.assert_allclose(called(compiled, at), at["X"].T @ (at["G"] - 3 * at["G"] * at["H"]), rtol=1e-12, atol=1e-12)
    assert compiled.source.count("@") == 1, compiled.source
    both = Compiled((X.T @ G - X.T @ H, X.T @ G), "numpy", "formula", sizes)
    assert both.source.count("@") == 2, "what is a result of its own is not opened again"


def test_a_sum_of_products_is_multiplied_with_term_by_term() -> None:
    """(XᵀR + RᵀX) w: two products with a vector for each term, and no matrix product."""
    R = gd.matrix("R", "N", "n")
    sizes = {"N": 300, "n": 80}
    rng = np.random.default_rng(1)
    at = {"X": rng.normal(size=(300, 80)), "R": rng.normal(size=(300, 80)), "x": rng.normal(size=80)}
    compiled = made((X.T @ R + R.T @ X) @ x, sizes)
    wanted = at["X"].T @ (at["R"] @ at["x"]) + at["R"].T @ (at["X"] @ at["x"])
    np.testing.assert_allclose(called(compiled, at), wanted, rtol=1e-11, atol=1e-11)
    assert flops(compiled) < 5 * 2 * 300 * 80


def test_residuals_are_formed_before_they_are_multiplied_with() -> None:
    """T − U Vᵀ is small where the model fits: T V − U (VᵀV) would lose the digits."""
    T, U, V = gd.matrix("T", "N", "n"), gd.matrix("U", "N", "k"), gd.matrix("V", "n", "k")
    sizes = {"N": 300, "n": 200, "k": 4}
    rng = np.random.default_rng(2)
    u, v = rng.integers(-9, 9, size=(300, 4)).astype(float), rng.integers(-9, 9, size=(200, 4)).astype(float)
    at = {"T": u @ v.T + 2.0**-40, "U": u, "V": v}
    np.testing.assert_array_equal(called(made((T - U @ V.T) @ V, sizes), at), np.full((300, 200), 2.0**-40) @ v)


@pytest.mark.parametrize("noise", [1.0, 1e-2, 1e-4])
def test_a_residual_of_few_columns_is_multiplied_with_term_by_term(noise: float, seed: int) -> None:
    """T V − U (VᵀV) is half the work of (T − U Vᵀ) V. U Vᵀ is rounded, too, so not much more is lost: at most a digit and a half."""
    T, U, V = gd.matrix("T", "m", "n"), gd.matrix("U", "m", "k"), gd.matrix("V", "n", "k")
    sizes = {"m": 140, "n": 160, "k": 12}
    compiled = made((T - U @ V.T) @ V, sizes)
    residual, flop = 2 * 140 * 160 * 12, flops(compiled)
    assert flop < 0.7 * 2 * residual, compiled.source
    rng = np.random.default_rng(seed)
    u, v = rng.normal(size=(140, 12)).astype(np.float32), rng.normal(size=(160, 12)).astype(np.float32)
    exact = u.astype(float) @ v.astype(float).T
    t = (exact + noise * rng.normal(size=exact.shape)).astype(np.float32)
    wanted = (t.astype(float) - exact) @ v.astype(float)
    lost = np.linalg.norm(called(compiled, {"T": t, "U": u, "V": v}) - wanted)
    assert lost < 32 * np.linalg.norm((t - u @ v.T) @ v - wanted)


@pytest.mark.parametrize("backend", BACKENDS)
def test_distances_of_all_pairs(backend: str, seed: int) -> None:
    """Arrays of three axes: the longest is last, whatever order the formula gives."""
    needs(backend)
    rng = np.random.default_rng(seed)
    for m, d in ((40, 3), (5, 60)):
        at = {"p": rng.normal(size=(m, d)), "D": rng.normal(size=(m, m))}
        zz = gd.index("k", "m")
        f = gd.sum_over(i, gd.sum_over(j, (gd.norm(P[i] - P[j]) ** 2 - D[i, j]) ** 2))
        compiled = made(gd.gradient(f, P[zz]), {"m": m, "d": d}, backend)
        difference = at["p"][:, None] - at["p"]
        excess = np.sum(difference**2, -1) - at["D"]
        wanted = 4 * np.einsum("ij,ijd->id", excess + excess.T, difference)
        np.testing.assert_allclose(called(compiled, at), wanted, rtol=1e-10, atol=1e-9)


def test_a_number_before_a_sum_with_diagonals(seed: int) -> None:
    """2 (diag(A 𝟏) − A) is not formed and then doubled; nothing that is given is changed."""
    rng = np.random.default_rng(seed)
    at = {"A": rng.normal(size=(30, 30)), "x": rng.normal(size=30), "y": rng.normal(size=30)}
    before = {n: a.copy() for n, a in at.items()}
    compiled = made(2 * (gd.diag(A @ gd.ones("n")) - A), {"n": 30})
    wanted = 2 * (np.diag(at["A"].sum(1)) - at["A"])
    scaled = made((x.T @ y) * (gd.diag(x) + A + gd.eye("n")), {"n": 30})
    for _ in range(2):
        np.testing.assert_allclose(called(compiled, at), wanted, rtol=1e-12, atol=1e-12)
        inner = np.diag(at["x"]) + at["A"] + np.eye(30)
        np.testing.assert_allclose(called(scaled, at), (at["x"] @ at["y"]) * inner, rtol=1e-12, atol=1e-12)
    assert all(np.array_equal(before[n], at[n]) for n in at)
    assert "2 * M" not in compiled.source and "*=" in scaled.source, scaled.source


def test_a_prepared_function_keeps_what_it_holds(seed: int) -> None:
    """What depends on constants alone is not scaled in place: the next call needs it."""
    rng = np.random.default_rng(seed)
    t = gd.scalar("t")
    prepared = gd.compile(t * (gd.diag(x) + A), constant=("A", "x"))
    at = {"A": rng.normal(size=(5, 5)), "x": rng.normal(size=5)}
    function = prepared(**at)
    for k in (2.0, 3.0, 2.0):
        np.testing.assert_allclose(function(t=k), k * (np.diag(at["x"]) + at["A"]), rtol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
def test_row_wise_softmax_said_in_two_ways_is_worked_out_once(backend: str, seed: int) -> None:
    needs(backend)
    Q, K, V = gd.matrix("Q", "m", "d"), gd.matrix("K", "m", "d"), gd.matrix("V", "m", "d")
    f = gd.sum_over(i, gd.norm(V.T @ gd.softmax(K @ Q[i])) ** 2)
    rng = np.random.default_rng(seed)
    at = {n: rng.normal(size=(7, 3)) for n in "QKV"}
    compiled = Compiled(tuple(gd.gradient(f, (Q, K))), backend, "formula", {"m": 7, "d": 3})
    scores = at["Q"] @ at["K"].T
    p = np.exp(scores - scores.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    inner = 2 * (p @ at["V"]) @ at["V"].T
    inner = p * (inner - np.sum(p * inner, 1, keepdims=True))
    first, second = compiled(**{n: at[n] for n in compiled.arguments})
    np.testing.assert_allclose(np.asarray(first), inner @ at["K"], rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(np.asarray(second), inner.T @ at["Q"], rtol=1e-9, atol=1e-10)
    assert compiled.source.count("_softmax(") == 2, "its definition and one call"
