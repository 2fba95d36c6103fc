"""Functions of a matrix: the formulas under a trace, along a scalar, and the refusal where there is none."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import UnknownDerivative
from gradatim.ops import (
    MATRIX_FUNCTIONS,
    cosm,
    det,
    expm,
    inverse,
    logdet,
    logm,
    number,
    powm,
    product,
    sinm,
    trace,
    transpose,
)

X, A = gd.matrix("X", "n", "n"), gd.matrix("A", "n", "n")
S, T = gd.matrix("S", "n", "n", spd=True), gd.matrix("T", "n", "n", spd=True)
t, a = gd.scalar("t"), gd.scalar("a")
u, v = gd.vector("u", "n"), gd.vector("v", "n")


@pytest.mark.parametrize(
    ("function", "variable", "expected"),
    [
        (trace(expm(X)), X, "expm(X)ᵀ"),
        (trace(expm(product(A, X))), X, "Aᵀexpm(A X)ᵀ"),
        (trace(sinm(X)), X, "cosm(X)ᵀ"),
        (trace(cosm(X)), X, "−sinm(X)ᵀ"),
        (logdet(expm(X)), X, "I"),
        (trace(logm(S)), S, "S⁻¹"),
        (trace(product(S, logm(S))), S, "logm(S) + I"),
        (trace(powm(S, number(Fraction(1, 2)))), S, "(1/2) S^(−1/2)"),
        (trace(powm(S, a)), S, "a S^(a − 1)"),
        (trace(logm(product(transpose(X), T, X))), X, "2 X⁻ᵀ"),
        (trace(inverse(expm(X))), X, "−expm(X)⁻ᵀ"),
        (expm(product(t, A)), t, "expm(t A) A"),
        (sinm(product(t, A)), t, "cosm(t A) A"),
        (trace(powm(S, t)), t, "tr(Sᵗ logm(S))"),
    ],
)
def test_formulas_of_the_tables(function: gd.Term, variable: gd.Term, expected: str) -> None:
    # Each result has been verified against the function on the way.
    assert str(gd.derivative(function, variable)) == expected


def test_a_determinant_of_an_exponential() -> None:
    assert str(gd.derivative(det(expm(X)), X)) == "det(expm(X)) I"


@pytest.mark.parametrize("name", [name for name in MATRIX_FUNCTIONS if name != "exp"])
def test_what_does_not_commute_is_refused(name: str) -> None:
    with pytest.raises(UnknownDerivative, match="commutes"):
        gd.derivative(trace(product(A, MATRIX_FUNCTIONS[name](S))), S)
    with pytest.raises(UnknownDerivative, match="commutes"):
        gd.derivative(MATRIX_FUNCTIONS[name](S), S)


@pytest.mark.parametrize(
    ("function", "variable", "expected"),
    [  # by d exp(X) = L_exp(X, dX) and tr(Gᵀ L_exp(X, E)) = tr(L_exp(Xᵀ, G)ᵀ E), on paper
        (u.T @ expm(X) @ v, X, "L_exp(Xᵀ, u vᵀ)"),
        (trace(product(A, expm(S))), S, "L_exp(S, Aᵀ)"),
        (u.T @ expm(X @ X.T) @ v, X, "(L_exp(X Xᵀ, u vᵀ) + L_exp(X Xᵀ, u vᵀ)ᵀ) X"),
        (expm(A + t * X), t, "L_exp(A + t X, X)"),
        (trace(expm(A + t * X)), t, "tr(expm(A + t X) X)"),
    ],
)
def test_the_exponential_along_any_change(function: gd.Term, variable: gd.Term, expected: str) -> None:
    assert str(gd.derivative(function, variable)) == expected


def test_the_exponential_as_a_linear_map() -> None:
    assert str(gd.linear_map(expm(X), X)) == "dX ↦ L_exp(X, dX)"
    assert str(gd.linear_map(gd.derivative(trace(expm(X)), X), X)) == "dX ↦ L_exp(X, dX)ᵀ"


def test_a_second_derivative_of_the_exponential_is_refused() -> None:
    with pytest.raises(UnknownDerivative, match="by that matrix only"):
        gd.derivative(u.T @ expm(X) @ v, X, X)


def test_the_numbers_of_the_exponential_along_a_matrix() -> None:
    """A matrix without a basis of eigenvectors, by hand: exp([[t, 1], [0, t]]) moves by its entries."""
    found = gd.derivative(u.T @ expm(X) @ v, X)
    for name, value in (("evaluated", found.evaluate), ("compiled", gd.compile(found))):
        got = value(X=np.zeros((2, 2)), u=np.array([1.0, 2.0]), v=np.array([3.0, 5.0]))
        assert np.allclose(got, [[3, 5], [6, 10]]), name  # at 0 the change of exp is the change of X
        # e^{sN} = I + sN for N = [[0, 1], [0, 0]]: the integral of (I + sNᵀ) u vᵀ (I + (1 − s)Nᵀ)
        got = value(X=np.array([[0.0, 1.0], [0.0, 0.0]]), u=np.array([1.0, 0.0]), v=np.array([0.0, 1.0]))
        assert np.allclose(got, [[1 / 2, 1], [1 / 6, 1 / 2]]), name
