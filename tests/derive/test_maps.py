"""Derivatives of more than two axes as linear maps and Kronecker products (Magnus & Neudecker, ch. 5 and 9)."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.check.along import verify_differential
from gradatim.cli import main
from gradatim.errors import GradatimError, NotVerified, ShapeError
from gradatim.term import Term

X = gd.matrix("X", "n", "n")
A, B = gd.matrix("A", "m", "n"), gd.matrix("B", "n", "p")


@pytest.mark.parametrize(
    ("function", "mapped", "kronecker"),
    [
        (gd.inv(X), "dX ↦ −X⁻¹ dX X⁻¹", "−X⁻ᵀ ⊗ X⁻¹"),
        (A @ X @ B, "dX ↦ A dX B", "Bᵀ ⊗ A"),
        (A @ X.T @ B, "dX ↦ A dXᵀ B", "(Bᵀ ⊗ A) Kₙₙ"),
        (X.T @ X, "dX ↦ Xᵀ dX + dXᵀ X", "I ⊗ Xᵀ + (Xᵀ ⊗ I) Kₙₙ"),
        (gd.exp(A @ X), "dX ↦ exp(A X) ⊙ (A dX)", "diag(vec(exp(A X)))(I ⊗ A)"),
    ],
)
def test_maps_and_kronecker_products(function: Term, mapped: str, kronecker: str) -> None:
    assert str(gd.linear_map(function, X)) == mapped
    assert str(gd.kronecker_form(function, X)) == kronecker


def test_the_forms_have_one_value() -> None:
    rng = np.random.default_rng(3)
    x, d = rng.standard_normal((4, 4)) + 5 * np.eye(4), rng.standard_normal((4, 4))
    found = gd.linear_map(gd.inv(X), X)
    value = np.asarray(found.body.evaluate(X=x, dX=d))
    np.testing.assert_allclose(value, -np.linalg.inv(x) @ d @ np.linalg.inv(x))
    np.testing.assert_allclose(np.tensordot(np.asarray(found.index_form().evaluate(X=x)), d, 2), value)
    stacked = np.asarray(found.kronecker_form().evaluate(X=x)) @ d.T.ravel()
    np.testing.assert_allclose(stacked.reshape(4, 4).T, value)


def test_a_wrong_differential_does_not_pass() -> None:
    found = gd.linear_map(gd.inv(X), X)
    with pytest.raises(NotVerified):
        verify_differential(gd.inv(X), X, -found.body, found.step)


def test_what_has_no_map_is_refused() -> None:
    xs, i = gd.family("x", "N", "d"), gd.index("i", "N")
    with pytest.raises(ShapeError, match="whole symbol"):
        gd.linear_map(gd.sqnorm(xs[i]), xs[i])
    with pytest.raises(GradatimError, match="name"):
        gd.linear_map(gd.matrix("dX", "n", "n") @ X, X)


def test_the_command_shows_the_map(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "X^{-1}", "--wrt", "X", "--given", "X is an invertible n x n matrix", "--kronecker"]) == 0
    out = capsys.readouterr().out
    assert "dX ↦ −X⁻¹ dX X⁻¹" in out and "−X⁻ᵀ ⊗ X⁻¹" in out


def test_the_linear_map_is_read_first(capsys: pytest.CaptureFixture[str]) -> None:
    for options in ((), ("--to", "markdown"), ("--to", "latex"), ("--to", "html")):
        assert main(["derive", "X^{-1}", "--wrt", "X", *options]) == 0
        shown = capsys.readouterr().out
        arrow = max(shown.find(a) for a in ("↦", r"\mapsto", "&#x021A6;"))
        entries = shown.lower().find("by entries")
        assert 0 < arrow and (entries < 0 or arrow < entries), shown


def test_a_derivative_prints_as_the_map_that_it_is() -> None:
    """D³ tr X³ is 3 (H₁H₂ + H₂H₁)ᵀ: the square in the gradient 3 (X²)ᵀ is opened twice."""
    X = gd.matrix("X", "n", "n")
    inverse = gd.jacobian(gd.inv(X), X)
    assert str(inverse) == inverse.text() == "dX ↦ −X⁻¹ dX X⁻¹"
    assert gd.text(inverse) == "[−(X⁻¹)ᵢₖ (X⁻¹)ₗⱼ]ᵢⱼₖₗ"
    assert str(gd.derivative(gd.trace(X @ X @ X), X, X, X)) == "(dX₁, dX₂) ↦ 3(dX₁ dX₂ + dX₂ dX₁)ᵀ"


def test_a_result_that_two_questions_share_is_written_by_its_entries() -> None:
    Y, Z = gd.matrix("Y", "p", "q"), gd.matrix("Z", "p", "q")
    first = gd.jacobian(2 * Y, Y)
    assert str(first) == "dY ↦ 2 dY"
    assert str(gd.jacobian(2 * Z, Z)) == str(first) == "[2 δᵢₖ δⱼₗ]ᵢⱼₖₗ"


def test_by_stacked_columns() -> None:
    """d vec(AXB) / d vec(X)ᵀ = Bᵀ ⊗ A; Magnus & Neudecker, Matrix Differential Calculus (2019), ch. 2, theorem 2.2."""
    A, X, B = gd.matrix("A", "p", "m"), gd.matrix("X", "m", "n"), gd.matrix("B", "n", "q")
    assert str(gd.jacobian(gd.vec(A @ X @ B), gd.vec(X))) == "Bᵀ ⊗ A"
    assert str(gd.jacobian(gd.vec(A @ X @ B), gd.vec(X), layout="denominator")) == "B ⊗ Aᵀ"
    assert str(gd.gradient(gd.norm(A @ X) ** 2, gd.vec(X))) == "vec(2 AᵀA X)"
