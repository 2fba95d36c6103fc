"""Sums that are their own transposes are symmetric: X + Xᵀ, a bᵀ + b aᵀ, grids with equal entries on both sides of the diagonal."""

import numpy as np
import pytest

import gradatim as gd
from gradatim.ops import facts
from gradatim.term import Term

X, A = gd.matrix("X", "n", "n"), gd.matrix("A", "n", "n")
a, b, c = gd.vector("a", "n"), gd.vector("b", "n"), gd.scalar("c")


@pytest.mark.parametrize("sum_", [X + X.T, a @ b.T + b @ a.T, c * X @ A.T + c * A @ X.T, X @ X.T + A + A.T])
def test_pairs_of_transposes_are_symmetric(sum_: Term) -> None:
    assert "symmetric" in facts(sum_)


@pytest.mark.parametrize("sum_", [X + A.T, a @ b.T + a @ b.T, c * X + X.T, X @ A + X.T @ A.T, X + X + X.T])
def test_others_are_not(sum_: Term) -> None:
    assert "symmetric" not in facts(sum_)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # d tr S³ = 3 tr(S² dS) with dS = dX + dXᵀ, and S² symmetric.
        (r"\mathrm{tr}((X + X^T)^3)", "6(X + Xᵀ)²"),
        (r"\log\det(X + X^T)", "2(X + Xᵀ)⁻¹"),
        (r"\mathrm{tr}((X + X^T)^{-1} A)", "−(X + Xᵀ)⁻¹(A + Aᵀ)(X + Xᵀ)⁻¹"),
    ],
)
def test_their_functions_have_short_gradients(formula: str, expected: str) -> None:
    assert str(gd.read(formula, "X, A are square matrices").derivative("X")) == expected


def test_a_small_matrix_inside_a_formula_is_written_by_its_entries() -> None:
    turn = r"\begin{pmatrix}\cos\theta & -\sin\theta\\ \sin\theta & \cos\theta\end{pmatrix}"
    found = gd.read(rf"\|{turn} x - y\|^2", "θ is a scalar; x, y are vectors").derivative("θ")
    assert "e₁" not in str(found)
    assert "[cos(θ), −sin(θ); sin(θ), cos(θ)] x − y" in str(found)
    t, x, y = 0.3, np.array([1.0, 2.0]), np.array([-0.5, 3.0])
    turned = np.array([[-np.sin(t), -np.cos(t)], [np.cos(t), -np.sin(t)]])
    R = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    value = gd.compile(found)(**{"theta": t, "x": x, "y": y})
    assert value == pytest.approx(2 * (R @ x - y) @ (turned @ x))


def test_a_determinant_has_powers() -> None:
    found = gd.read(r"\log\det\begin{pmatrix}a & b\\ b & c\end{pmatrix}", "a, b, c are scalars").derivative("a")
    assert str(found) == "c / (a c − b²)"


def test_a_covariance_of_two_is_symmetric() -> None:
    text = r"x^T\Sigma^{-1}x, \Sigma = \begin{pmatrix}s^2 & \rho s t\\ \rho s t & t^2\end{pmatrix}"
    assert "⁻ᵀ" not in str(gd.read(text, "ρ, s, t are scalars; x is a vector").derivative(r"\rho"))
