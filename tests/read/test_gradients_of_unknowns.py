"""Functions of which nothing is said: what has a gradient gives a number, and what is applied to every entry is said."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.cli import main


@pytest.mark.parametrize(
    ("formula", "given", "written"),
    [
        # d ‖g‖² = 2 gᵀ dg with g = ∇f(x), dg = ∇²f(x) dx, and ∇²f is symmetric.
        (r"\|\nabla f(x)\|^2", "x is a vector", "2 ∇²f(x) ∇f(x)"),
        (r"d^T \nabla f(x)", "d and x are vectors", "∇²f(x) d"),
        (r"\|\nabla f(x)\|^2", "x is a scalar", "2 f′(x) f″(x)"),
    ],
)
def test_what_has_a_gradient_gives_a_number(formula: str, given: str, written: str) -> None:
    assert str(gd.read(formula, given=given).derivative("x")) == written


def test_the_gradient_of_what_is_applied_to_every_entry_is_an_error() -> None:
    with pytest.raises(gd.GradatimError, match="not applied to every entry"):
        gd.read(r"\|\nabla f(x)\|^2", given="x is a vector. f is applied elementwise")


@pytest.mark.parametrize("formula", ["f(A x)", "y^T f(A x)", r"f(x) + \lambda^T (A x - b)", r"d^T \nabla f(x)"])
def test_what_settles_a_guess_keeps_the_answer(formula: str) -> None:
    guessed = gd.read(formula, given="x is a vector")
    settled = gd.read(formula, given=". ".join(["x is a vector", *(a.fix for a in guessed.assumed if a.fix)]))
    assert str(settled.derivative("x")) == str(guessed.derivative("x"))


def test_that_a_function_is_applied_to_every_entry_is_said() -> None:
    said = [a.text for a in gd.read("f(A x)", given="x is a vector").assumed]
    assert "f is an unknown function, applied to every entry" in said


def test_both_kinds_are_shown_where_both_conform(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "f(A x)", "--wrt", "x", "--given", "x is a vector"]) == 0
    shown = capsys.readouterr().out
    assert "diag(f′(A x)) A" in shown and "If f gives a number:\n∂f/∂x   = Aᵀ∇f(A x)" in shown
