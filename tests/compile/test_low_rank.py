"""A diagonal and few columns: solved with by Woodbury's formula where the sizes say so, right wherever the numbers would spoil it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradatim as gd
from compile.agree import BACKENDS, needs
from gradatim.compile.function import Compiled
from gradatim.term import Symbol, Term

ROWS, COLUMNS = 90, 4
d, b = gd.vector("d", "n"), gd.vector("b", "n")
U, W, B = gd.matrix("U", "n", "r"), gd.matrix("W", "n", "r"), gd.matrix("B", "n", "k")
M = gd.matrix("M", "r", "r", symmetric=True)
u, t = gd.vector("u", "n"), gd.scalar("t", positive=True)
ONE_SIDED, SIDED = gd.diag(d) + U @ U.T, gd.diag(d) + U @ W.T
NUMBER = t * gd.eye("n") + U @ U.T
SEVERAL = gd.diag(d) + U @ M @ U.T - 2 * u @ u.T + t * gd.eye("n")
MATRICES = {"one sided": ONE_SIDED, "two sided": SIDED, "a number on the diagonal": NUMBER, "several": SEVERAL}


def numbers(seed: int, dtype: Any = np.float64) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    m = rng.normal(size=(COLUMNS, COLUMNS))
    shapes = {"b": (ROWS,), "u": (ROWS,), "U": (ROWS, COLUMNS), "W": (ROWS, COLUMNS), "B": (ROWS, 3)}
    found: dict[str, Any] = {n: rng.normal(size=s).astype(dtype) / 3 for n, s in shapes.items()}
    return found | {"M": (m + m.T).astype(dtype), "d": rng.uniform(0.5, 2.0, ROWS).astype(dtype), "t": 0.7}


def formed(matrix: Term, at: dict[str, Any]) -> Any:
    if matrix is ONE_SIDED:
        return np.diag(at["d"]) + at["U"] @ at["U"].T
    if matrix is SIDED:
        return np.diag(at["d"]) + at["U"] @ at["W"].T
    if matrix is NUMBER:
        return at["t"] * np.eye(ROWS) + at["U"] @ at["U"].T
    return np.diag(at["d"] + at["t"]) + at["U"] @ at["M"] @ at["U"].T - 2 * np.outer(at["u"], at["u"])


def called(term: Term, at: dict[str, Any], backend: str = "numpy", rows: int = ROWS) -> tuple[Any, str]:
    compiled = Compiled((term,), backend, "formula", {"n": rows, "r": COLUMNS, "k": 3})
    return np.asarray(compiled(**{n: at[n] for n in compiled.arguments})), compiled.source


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
def test_solutions_inverses_and_determinants(matrix: Term, backend: str, seed: int) -> None:
    needs(backend)
    at = numbers(seed)
    whole = formed(matrix, at)
    asked = {
        "solve": (gd.inv(matrix) @ b, np.linalg.solve(whole, at["b"])),
        "solve for columns": (gd.inv(matrix) @ B, np.linalg.solve(whole, at["B"])),
        "solve from the right": (b.T @ gd.inv(matrix), np.linalg.solve(whole.T, at["b"])),
        "solve for its own columns": (gd.inv(matrix) @ U, np.linalg.solve(whole, at["U"])),
        "inverse": (gd.inv(matrix) + gd.eye("n"), np.linalg.inv(whole) + np.eye(ROWS)),
        "logdet": (gd.logdet(matrix), np.linalg.slogdet(whole)[1]),
    }
    for name, (term, wanted) in asked.items():
        got, source = called(term, at, backend)
        assert "_low_rank_" in source, f"{name}: {source}"
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-10, err_msg=name)


def test_small_matrices_and_many_columns_are_factorised() -> None:
    assert "_low_rank_" not in called(gd.inv(ONE_SIDED) @ b, small(9), rows=9)[1]
    wide = Compiled((gd.inv(ONE_SIDED) @ b,), "numpy", "formula", {"n": 90, "r": 60})
    assert "_low_rank_" not in wide.source


def small(rows: int) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    return {"d": rng.uniform(1, 2, rows), "U": rng.normal(size=(rows, COLUMNS)), "b": rng.normal(size=rows)}


@pytest.mark.parametrize("least", [0.0, 1e-14, 1e-9, 1e-5, -1e-9])
def test_a_diagonal_with_next_to_nothing_in_places(least: float, seed: int) -> None:
    """The matrix is well conditioned where U covers what the diagonal lacks; Woodbury's formula alone would lose up to all digits."""
    at = numbers(seed)
    at["d"][:3] = least
    at["U"][:3, :3] += 2 * np.eye(3)
    at["U"][3:, :3] /= 10
    whole = formed(ONE_SIDED, at)
    assert np.linalg.cond(whole) < 1e4
    with np.errstate(all="raise"):
        got, source = called(gd.inv(ONE_SIDED) @ b, at)
        logs, _ = called(gd.logdet(ONE_SIDED), at)
        inverse, _ = called(gd.inv(ONE_SIDED) + gd.eye("n"), at)
    assert "_low_rank_solve" in source
    np.testing.assert_allclose(got, np.linalg.solve(whole, at["b"]), rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(logs, np.linalg.slogdet(whole)[1], rtol=1e-9)
    np.testing.assert_allclose(inverse, np.linalg.inv(whole) + np.eye(ROWS), rtol=1e-8, atol=1e-9)


def test_single_precision_stays_single(seed: int) -> None:
    at = numbers(seed, np.float32)
    got, _ = called(gd.inv(ONE_SIDED) @ b, at)
    assert got.dtype == np.float32
    exact = {n: np.asarray(a, np.float64) for n, a in at.items()}
    np.testing.assert_allclose(got, np.linalg.solve(formed(ONE_SIDED, exact), exact["b"]), rtol=1e-4, atol=1e-5)


def test_newton_of_many_variables_and_few_observations(seed: int) -> None:
    """½ ‖Uᵀx − y‖² + Σ log cosh x: its Hessian U Uᵀ + diag(1 / cosh² x) is never formed."""
    x, y = gd.vector("x", "n"), gd.vector("y", "r")
    f = gd.norm(U.T @ x - y) ** 2 / 2 + gd.total(gd.log(gd.cosh(x)))
    rng = np.random.default_rng(seed)
    at: dict[str, Any] = {"U": rng.normal(size=(ROWS, COLUMNS)), "x": rng.normal(size=ROWS), "y": rng.normal(size=COLUMNS)}
    curvature = 1 / np.cosh(at["x"]) ** 2
    gradient = at["U"] @ (at["U"].T @ at["x"] - at["y"]) + np.tanh(at["x"])
    whole = np.diag(curvature) + at["U"] @ at["U"].T
    step, source = called(gd.newton(f, x), at)
    assert "_low_rank_solve" in source
    np.testing.assert_allclose(step, -np.linalg.solve(whole, gradient), rtol=1e-9, atol=1e-10)
    bound = gd.hessian(f, x).operator().at(**{n: at[n] for n in ("U", "x")})
    assert bound.logdet() == pytest.approx(np.linalg.slogdet(whole)[1], rel=1e-10)
    np.testing.assert_allclose(bound.solve(gradient), -step, rtol=1e-9, atol=1e-10)


def test_the_plan_says_so() -> None:
    compiled = Compiled((gd.inv(ONE_SIDED) @ b,), "numpy", "formula", {"n": 300, "r": 5})
    assert "a diagonal and 5 columns: Woodbury's formula" in compiled.explain()


def test_singular_is_an_error() -> None:
    at = numbers(2)
    at["d"][0] = 0
    at["U"][0] = 0
    compiled = Compiled((gd.inv(ONE_SIDED) @ b,), "numpy", "formula", {"n": ROWS, "r": COLUMNS})
    with pytest.raises((np.linalg.LinAlgError, gd.EvaluationError)):
        compiled(**{n: at[n] for n in compiled.arguments})


def test_a_symmetric_product_is_known_by_its_factors() -> None:
    """U M Uᵀ, however it is formed: solved with by Cholesky's factorisation."""
    near: Symbol = gd.matrix("S", "n", "n", symmetric=True)
    compiled = Compiled((gd.inv(near + U @ M @ U.T) @ b,), "numpy", "formula", {"n": 40, "r": 30})
    assert "_solve_symmetric" in compiled.source
