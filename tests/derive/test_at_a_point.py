"""The value of a derivative at a point: what then holds no name is worked out exactly."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.cli import main
from gradatim.derive.at_a_point import at_a_point
from gradatim.derive.derivative import derived
from gradatim.read.point import point_of
from gradatim.read.problem import read
from gradatim.write.text import text


def value(formula: str, by: str, point: str, order: int = 1, given: str = "") -> str:
    problem = read(formula, given)
    variable = problem.find(by)
    found = at_a_point(derived(problem.term, *(variable,) * order), point_of(problem, point, [by]))
    return "; ".join([text(found.term), *map(str, found.conditions)])


@pytest.mark.parametrize(
    ("formula", "by", "point", "order", "expected"),
    [
        (r"\sum_i \log(1 + e^{-y_i w^T x_i})", "w", "w = 0", 1, "−(1/2) Σᵢ yᵢ xᵢ"),  # σ(0) = ½
        (r"\sum_i \log(1 + e^{-y_i w^T x_i})", "w", "0", 2, "(1/4) Σᵢ yᵢ² xᵢ xᵢᵀ"),  # σ(0)(1 − σ(0)) = ¼
        (r"\log\sum_i e^{x_i}", "x", "the origin", 1, "(1/n) 𝟏"),
        (r"\log\sum_i e^{x_i}", "x", r"\mathbf{0}", 2, "(1/n)(I − (1/n) 𝟏 𝟏ᵀ)"),
        (r"\det(A + tB)", "t", "t = 0", 1, "det(A) tr(A⁻¹ B); A invertible"),
        (r"\log\det X", "X", "X = I", 1, "I"),
        (r"\operatorname{tr}(X^{-1} A)", "X", "I", 1, "−Aᵀ"),
        (r"\sqrt{1 + \|x\|^2}", "x", "0", 2, "I"),
        (r"x^T A x + b^T x", "x", "x = b", 1, "(A + Aᵀ) b + b"),
        (r"100(x_2 - x_1^2)^2 + (1 - x_1)^2", "x", "(1, 1)", 2, "[802, −400; −400, 200]"),  # Rosenbrock at its minimum
        (r"100(x_2 - x_1^2)^2 + (1 - x_1)^2", "x", "(1, 1)^T", 1, "[0; 0]"),
        ("e^{at} sin(t)", "t", "0", 1, "1"),
    ],
)
def test_values(formula: str, by: str, point: str, order: int, expected: str) -> None:
    assert value(formula, by, point, order) == expected


def test_an_array_of_numbers_is_written_by_its_entries() -> None:
    assert value(r"\|x\|^2", "x", "(1, 2, 5)", given=r"$x \in \mathbb{R}^3$") == "[2; 4; 10]"


@pytest.mark.parametrize(
    ("formula", "point"), [(r"\|x\|", "0"), (r"\|x\|_1", "0"), (r"\sum_i \max(0, x_i)", "0"), (r"\sum_i \log x_i", "0")]
)
def test_where_there_is_no_derivative_there_is_no_value(formula: str, point: str) -> None:
    """Kinks, and points outside the domain: sign(0) and 𝟙[0 > 0] are numbers, and no derivatives."""
    with pytest.raises(gd.EvaluationError, match="no derivative"):
        value(formula, "x", point)
    assert value(formula, "x", r"\mathbf{1}")


@pytest.mark.parametrize("point", ["(1, 2)", "x = (1, 2)", "I", "x = A", "y = 1", "("])
def test_what_is_no_point_of_the_variable(point: str) -> None:
    with pytest.raises(gd.GradatimError):
        value("x^T A x", "x", point)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", r"\log\det X", "--wrt", "X", "--at", "X = I", "--style", "chain"]) == 0
    shown = capsys.readouterr().out
    assert "∂f/∂X at X = I = I" in shown and "∂f/∂X = X⁻ᵀ" in shown and "at X = I; the derivative checked" in shown
    assert main(["derive", r"\log\det X", "--wrt", "X", "--at", "X = I", "--to", "latex"]) == 0
    assert main(["derive", "x^2", "--wrt", "x", "--at", "y = I"]) != 0


@pytest.mark.parametrize("verb", ["gradient", "jacobian", "hessian", "explain", "differential", "linear_map", "newton"])
def test_a_namesake_of_the_variable_is_not_constant_in_it(verb: str) -> None:
    """x of which x₁ and x₂ are entries is made when it is asked for; a term taken before does not hold it, and has no derivative 0."""
    problem = gd.read("x_1^2 + 3 x_1 x_2")
    with pytest.raises(gd.ShapeError, match="the function holds x₁"):
        getattr(gd, verb)(problem.term, problem.find("x"))
    assert str(gd.gradient(problem.term, problem.find("x"))) == "[2 x₁ + 3 x₂; 3 x₁]"
    other = gd.vector("x", "m")
    with pytest.raises(gd.ShapeError, match="not this x"):
        getattr(gd, verb)(gd.vector("x", "n").T @ gd.vector("x", "n"), other)
    assert str(gd.gradient(gd.scalar("a") ** 2, other)) == "𝟎"


def test_in_python() -> None:
    problem = gd.read(r"\log\det X")
    assert str(problem.derivative("X", at="X = I")) == "I" and str(problem.derivative("X")) == "X⁻ᵀ"
    assert str(gd.read("x^2 y").derivative("x", at="x = 1, y = 3")) == "6"
