"""What changes with the time: x(t), A(t). The expected derivatives are the product rule's and Jacobi's formula."""

import pytest

import gradatim as gd
from gradatim.errors import ReadError
from gradatim.read.moving import at_times


def by_time(formula: str, given: str = "") -> str:
    return str(gd.read(formula, given).derivative("t"))


@pytest.mark.parametrize(
    ("formula", "given", "answer"),
    [
        ("A(t) B(t)", "", "A′(t) B(t) + A(t) B′(t)"),
        ("A(t)^{-1}", "A(t) is an invertible matrix", "−A(t)⁻¹ A′(t) A(t)⁻¹"),
        (r"\det A(t)", "", "det(A(t)) tr(A′(t) A(t)⁻¹)"),
        ("x(t)^T A x(t)", "A is a symmetric matrix, x(t) is a vector", "2(x′(t)ᵀ A x(t))"),
        (r"\frac12\|\dot x(t)\|^2", "", "x′(t)ᵀ x″(t)"),
    ],
)
def test_a_name_before_the_time_is_a_function_of_it(formula: str, given: str, answer: str) -> None:
    assert by_time(formula, given) == answer


def test_that_it_moves_is_a_guess_that_is_listed_unless_it_is_said() -> None:
    assert "x is an unknown function of t" in map(str, gd.read("x(t)^T A x(t)").assumed)
    assert "x is an unknown function of t" not in map(str, gd.read("x(t)^T A x(t)", "x(t) is a vector").assumed)


def test_a_name_that_stands_with_the_time_and_without_it_is_asked_about() -> None:
    with pytest.raises(ReadError, match="with the time and without it"):
        gd.read("x(t)^T A x")


def test_where_t_counts_the_steps_nothing_moves() -> None:
    assert at_times(r"$x(t)$ is a vector, $t = 1, \dots, T$")[1] == {}
    assert at_times("$x(t)$ is a vector")[1] == {"x": "t"}


@pytest.mark.parametrize("answer", [r"2\dot{x}^T A x", "2 x(t)^T A x'(t)", r"2 x^T A \frac{dx}{dt}"])
def test_answers_may_leave_the_time_out(answer: str) -> None:
    f = gd.read("x(t)^T A x(t)", "A is symmetric")
    assert gd.check(answer, of=f, wrt="t").outcome == "right"
    assert gd.check(answer.removeprefix("2"), of=f, wrt="t").outcome == "wrong"


def test_brackets_that_no_product_needs_make_a_function() -> None:
    """The score of a generalised linear model is Σ (yᵢ − b′(xᵢᵀβ)) xᵢ (McCullagh and Nelder)."""
    problem = gd.read(r"\sum_i \{y_i x_i^\top\beta - b(x_i^\top\beta)\}")
    assert str(problem.derivative("beta")) == "Σᵢ (yᵢ − b′(xᵢᵀβ)) xᵢ"
    assert "b is an unknown function" in map(str, problem.assumed)
    with pytest.raises(ReadError, match="a function of its argument or a product"):
        gd.read("V(x(t))")
