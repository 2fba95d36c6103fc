"""Functions of a matrix: the formulas under a trace, along a scalar, and the refusal where there is none."""

from __future__ import annotations

from fractions import Fraction

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


@pytest.mark.parametrize("name", MATRIX_FUNCTIONS)
def test_what_does_not_commute_is_refused(name: str) -> None:
    with pytest.raises(UnknownDerivative, match="commutes"):
        gd.derivative(trace(product(A, MATRIX_FUNCTIONS[name](S))), S)
    with pytest.raises(UnknownDerivative, match="commutes"):
        gd.derivative(MATRIX_FUNCTIONS[name](S), S)
