"""Solving and inverting with factors: by the kernels that are fast, in the places where an inverse does not cancel, and to the same digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradatim as gd
from gradatim.compile.function import Compiled
from gradatim.term import Term

C = gd.matrix("C", "n", "n", spd=True)
S = gd.matrix("S", "n", "n", symmetric=True)
B = gd.matrix("B", "n", "m")
T, U, V = gd.matrix("T", "m", "n"), gd.matrix("U", "m", "k"), gd.matrix("V", "n", "k")


def run(term: Term | tuple[Term, ...], at: dict[str, Any]) -> tuple[Any, str]:
    """The value, and the code that is run."""
    compiled = Compiled(term if isinstance(term, tuple) else (term,), "numpy", "formula", None)
    return compiled(**at), compiled._emitted.source


def spd(n: int, rng: np.random.Generator) -> Any:
    a = rng.normal(size=(n, n))
    return a @ a.T / n + np.eye(n)


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 131, 512, 513])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_an_inverse_from_halves_is_the_inverse(n: int, kind: Any, seed: int) -> None:
    given = spd(n, np.random.default_rng(seed)).astype(kind)
    kept = given.copy()
    (inverse, logdet), code = run((gd.inv(C), gd.logdet(C)), {"C": given})
    alone, _ = run(gd.inv(C), {"C": given})
    assert "lauum" in code and inverse.dtype == alone.dtype == kind
    digits = 1e-11 if kind == np.float64 else 1e-3
    np.testing.assert_allclose(alone.astype(np.float64) @ given.astype(np.float64), np.eye(n), atol=digits)
    np.testing.assert_array_equal(alone, alone.T)
    np.testing.assert_array_equal(inverse, alone)
    np.testing.assert_allclose(logdet, np.linalg.slogdet(given.astype(np.float64))[1], rtol=digits, atol=digits)
    np.testing.assert_array_equal(given, kept)


@pytest.mark.parametrize("columns", [1, 31, 32, 200])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_many_columns_are_solved_for_from_the_right(columns: int, kind: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    at = {"C": spd(40, rng).astype(kind), "B": rng.normal(size=(40, columns)).astype(kind)}
    kept = {n: a.copy() for n, a in at.items()}
    wanted = np.linalg.solve(at["C"].astype(np.float64), at["B"].astype(np.float64))
    digits = 1e-11 if kind == np.float64 else 1e-3
    for order in ("C", "F"):
        given = {n: np.asarray(a, order=order) for n, a in at.items()}  # type: ignore[call-overload]
        found, code = run(gd.inv(C) @ B, given)
        assert "trsm" in code and found.dtype == kind
        np.testing.assert_allclose(found, wanted, rtol=digits, atol=digits)
        both, code = run((gd.inv(C) @ B, gd.logdet(C)), given)
        assert "trsm" in code
        np.testing.assert_allclose(both[0], wanted, rtol=digits, atol=digits)
        for n, a in kept.items():
            np.testing.assert_array_equal(given[n], a)


def test_what_is_symmetric_and_not_definite_is_solved_with_all_the_same(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(30, 30))
    at = {"S": a + a.T, "B": rng.normal(size=(30, 50))}
    np.testing.assert_allclose(run(gd.inv(S) @ B, at)[0], np.linalg.solve(at["S"], at["B"]), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(run(gd.inv(S), {"S": at["S"]})[0] @ at["S"], np.eye(30), atol=1e-8)


def test_an_inverse_cancels_where_its_matrix_is_a_product_beside_it(seed: int) -> None:
    """Newton's direction (T − U Vᵀ) V (VᵀV)⁻¹ goes to the least-squares solution in one step: it is that solution, less U."""
    rng = np.random.default_rng(seed)
    at = {"T": rng.normal(size=(150, 140)), "U": rng.normal(size=(150, 10)), "V": rng.normal(size=(140, 10))}
    found, code = run(gd.newton(gd.norm(T - U @ V.T) ** 2, U), at)
    np.testing.assert_allclose(found, np.linalg.lstsq(at["V"], at["T"].T)[0].T - at["U"], rtol=1e-10, atol=1e-10)
    body = code.partition("def formula")[2]
    assert body.count("_solve_symmetric(") == 1 and "U.dot(" not in body and ".dot(U" not in body, body


def test_products_of_matrices_are_not_turned_for_their_short_rows() -> None:
    """Long rows help where NumPy runs along them; T V is as fast as Vᵀ Tᵀ, and needs no copy of T."""
    compiled = Compiled((gd.gradient(gd.norm(T - U @ V.T) ** 2, U),), "numpy", "formula", {"m": 150, "n": 150, "k": 10})
    assert "T.dot(V)" in compiled._emitted.source and "T.T" not in compiled._emitted.source


def test_an_outer_product_is_a_product_of_matrices(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = gd.vector("x", "n"), gd.vector("y", "m")
    at = {"B": rng.normal(size=(40, 30)), "x": rng.normal(size=40), "y": rng.normal(size=60)[::2]}
    found, code = run(B + x @ y.T, at)
    np.testing.assert_array_equal(found, at["B"] + np.outer(at["x"], at["y"]))
    assert "[:, None].dot(" in code


def test_what_is_much_larger_than_its_factors_is_made_by_blocks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = gd.vector("x", "n"), gd.vector("y", "m")
    at = {"x": rng.normal(size=1001), "y": rng.normal(size=777), "B": rng.normal(size=(1001, 777))}
    found, code = run(B + x @ y.T, {n: at[n] for n in "Bxy"})
    np.testing.assert_array_equal(found, at["B"] + np.outer(at["x"], at["y"]))
    assert "_wide_product(" in code
    W = gd.matrix("W", "n", "k")
    given = {"W": rng.normal(size=(1001, 5)), "A": rng.normal(size=(777, 5))}
    found, code = run(W @ gd.matrix("A", "m", "k").T, given)
    np.testing.assert_allclose(found, given["W"] @ given["A"].T, rtol=1e-12, atol=1e-12)
    assert "_wide_product(" in code
    few, code = run(W @ gd.matrix("A", "m", "k").T, {"W": given["W"][:20], "A": given["A"]})
    assert "_wide_product(" not in code


def test_a_sum_of_outer_products_of_matrices_is_one_product(seed: int) -> None:
    """d/dX of X ↦ X⁻¹ S X⁻¹, entry by entry −(P_ia Q_bj + Q_ia P_bj), with P = X⁻¹ and Q = P S P."""
    rng = np.random.default_rng(seed)
    X = gd.matrix("X", "n", "n")
    for n in (4, 30):
        at = {"X": spd(n, rng), "S": spd(n, rng)}
        found, code = run(gd.hessian(gd.trace(gd.inv(X) @ S), X), at)
        p = np.linalg.inv(at["X"])
        q = p @ at["S"] @ p
        wanted = np.einsum("li,jk->ijkl", q, p) + np.einsum("li,jk->ijkl", p, q)
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)
        assert "_outer_sum(" in code


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_a_large_weighted_gram_matrix_is_made_by_blocks(kind: Any, seed: int) -> None:
    """Σᵢ sᵢ xᵢ xᵢᵀ with s = σ(z)(1 − σ(z)), of which z = X w is written out here."""
    rng = np.random.default_rng(seed)
    X, w = gd.matrix("X", "N", "d"), gd.vector("w", "d")
    loss = gd.total(gd.log(gd.ones("N") + gd.exp(X @ w)))
    hessian = gd.hessian(loss, w)
    for order in ("C", "F"):
        at = {"X": np.asarray(rng.normal(size=(3000, 90)), kind, order), "w": (rng.normal(size=90) / 10).astype(kind)}
        found, code = run(hessian, at)
        s = 1 / (2 + 2 * np.cosh(at["X"].astype(np.float64) @ at["w"]))
        wanted = (at["X"].T.astype(np.float64) * s) @ at["X"]
        digits = 1e-12 if kind == np.float64 else 1e-4
        np.testing.assert_allclose(found, wanted, rtol=digits, atol=digits * np.max(wanted))
        np.testing.assert_array_equal(found, found.T)
        assert found.dtype == kind and "_weighted_gram(" in code
    large = Compiled((hessian,), "numpy", "formula", {"N": 3000, "d": 90})
    assert "half the work" in large.explain() and "_weighted_gram" not in large.source
    assert 3000 * 90**2 < sum(c.flops for c in large.plan.costs()) < 1.1 * 3000 * 90**2
    assert "_weighted_gram" not in Compiled((hessian,), "numpy", "formula", {"N": 300, "d": 90})._emitted.source
    both, code = run((hessian, gd.gradient(loss, w)), at)
    assert "_weighted_gram(" in code
    np.testing.assert_allclose(both[0], wanted, rtol=digits, atol=digits * np.max(wanted))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_large_arrays_with_numbers_before_them_are_added_in_one_pass(order: Any, kind: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 190
    X, Y, Z, a, b = gd.matrix("X", "n", "n"), gd.matrix("Y", "n", "n"), gd.matrix("Z", "n", "n"), gd.scalar("a"), gd.scalar("b")
    arrays = {v: np.asarray(rng.normal(size=(n, n)), kind, order) for v in "XYZ"}
    arrays["Y"] = np.asarray(arrays["Y"], order="C")
    kept = {v: m.copy() for v, m in arrays.items()}
    x, y, z = arrays["X"], arrays["Y"], arrays["Z"]
    cases = [
        (a * X + b * Y, 0.3 * x - 1.7 * y),
        (a * X - 3 * b * Y + 2 * Z, 0.3 * x + 5.1 * y + 2 * z),
        (X @ Y + a * Z, x @ y + 0.3 * z),
        (X + a * Y, x + 0.3 * y),
        (X.T + a * Y + b * Z.T, x.T + 0.3 * y - 1.7 * z.T),
        (a * X + Y + Z, 0.3 * x + y + z),
    ]
    numbers = {"a": 0.3, "b": -1.7}
    for term, wanted in cases:
        names = Compiled((term,), "numpy", "formula", None).arguments
        found, code = run(term, {v: {**arrays, **numbers}[v] for v in names})
        digits = 1e-11 if kind == np.float64 else 2e-4
        np.testing.assert_allclose(found, wanted, rtol=digits, atol=digits)
        assert found.dtype == kind
        for v, m in kept.items():
            np.testing.assert_array_equal(arrays[v], m)
    assert "_add_scaled(" in run(cases[0][0], {**{v: arrays[v] for v in "XY"}, **numbers})[1]
    assert "_add_scaled(" not in run(cases[0][0], {**{v: arrays[v][:9, :9] for v in "XY"}, **numbers})[1]
