"""How a question words what it asks: nothing that is asked is left out, and what is not worked out is said."""

from __future__ import annotations

import pytest

from gradatim.homework.grade import Grader
from gradatim.homework.solve import Solution, solve_text
from gradatim.write.text import text as unicode_text

GRADIENT, HESSIAN = "2 Aᵀ(A x − b)", "2 AᵀA"
F = r"$f(x) = \|Ax - b\|^2$"


def asked(text: str) -> list[str]:
    found = solve_text(text, style="none")
    return [f"{','.join(q.wrt)}: {unicode_text(q.answer) if q.answer is not None else q.error}" for q in found.questions]


def unread(text: str) -> list[str]:
    found: Solution = solve_text(text, style="none")
    return [why for _, why in found.others if why.startswith("not read")]


@pytest.mark.parametrize(
    "words",
    [
        f"Let {F}. Find gradient and Hessian.",
        f"Compute gradient and Hessian of {F}.",
        f"Let {F}. Give expressions for gradient and Hessian with respect to x.",
        f"Let {F}. Find $\\nabla f$ and the Hessian.",
    ],
)
def test_gradient_and_hessian_are_both_asked_for_without_articles(words: str) -> None:
    assert asked(words) == [f"x: {GRADIENT}", f"x,x: {HESSIAN}"]


@pytest.mark.parametrize(
    "words",
    [
        r"Differentiate $\|A - XY\|_F^2$ w.r.t. both X and Y.",
        r"Differentiate $\|A - XY\|_F^2$ with respect to X, then Y.",
        r"Take the derivative of $\|A - XY\|_F^2$ with respect to $X$, then with respect to $Y$.",
        r"Let $L = \|A - XY\|_F^2$. Find dL/dX and dL/dY.",
        r"Let $L = \|A - XY\|_F^2$. Compute ∂L/∂X, ∂L/∂Y.",
    ],
)
def test_variables_without_dollar_signs_in_a_text_that_has_them(words: str) -> None:
    assert asked(words) == ["X: −2(A − X Y) Yᵀ", "Y: −2 Xᵀ(A − X Y)"]


def test_a_rate_that_is_only_mentioned_is_not_asked_for() -> None:
    assert asked("The rate dy/dt is measured. Compute the gradient of $f(x) = x^Tx$.") == ["x: 2 x"]


@pytest.mark.parametrize(
    "words",
    [
        r"The objective is $\|Ax - b\|^2$. Differentiate with respect to $x$.",
        r"The objective $\|Ax - b\|^2$, for $x \ne 0$, is convex. Take the derivative w.r.t. x.",
        r"Compute the gradient of $\|Ax - b\|^2$.",
        r"Show that the gradient of $\|Ax - b\|^2$ is $2A^T(Ax - b)$.",
    ],
)
def test_a_formula_without_a_name_and_a_question_without_a_variable(words: str) -> None:
    found = solve_text(words, style="none").questions
    assert [unicode_text(q.answer) for q in found if q.answer is not None] == [GRADIENT]
    assert any("without a name" in a or "does not say by what" in a for a in found[0].assumed)


@pytest.mark.parametrize("words", [r"Compute the gradient of $w^Tx$.", r"Compute the gradient of $\sum_i \|x_i - \mu\|^2$."])
def test_of_several_letters_none_is_chosen(words: str) -> None:
    assert not asked(words) and "by what to differentiate" in unread(words)[0]


@pytest.mark.parametrize(
    "words", [r"Find $df$ for $f(X) = \operatorname{tr}(AX)$.", r"Let $f(X) = \operatorname{tr}(AX)$. Compute $\mathrm{d}f$."]
)
def test_the_differential_by_its_sign(words: str) -> None:
    assert asked(words) == ["X: tr(A dX)"]
    assert asked(words.replace("df", "dg").replace("{d}f", "{d}g")) == []


def test_the_score_is_the_gradient_of_a_log_likelihood_and_of_nothing_else() -> None:
    assert asked(r"Find the score function of $\ell(\beta) = \sum_i (y_i x_i^T\beta - \exp(x_i^T\beta))$.") == [
        "\\beta: Σᵢ (yᵢ − exp(xᵢᵀβ)) xᵢ"
    ]
    assert "log-likelihood" in unread(r"Let $p(x) = \exp(-\|x\|^2)$. Find the score function.")[0]


@pytest.mark.parametrize("at", ["$x = 0$", "x = 0", r"$\mathbf{0}$", "the origin"])
def test_values_at_a_point(at: str) -> None:
    """2 Aᵀ(A·0 − b) is −2 Aᵀb."""
    assert asked(f"Let {F}. Evaluate the gradient at {at}.") == ["x: −2 Aᵀb"]
    assert asked(f"Let {F}. Evaluate the gradient at $x$.") == [f"x: {GRADIENT}"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (r"Let $f(x,y) = x^2y + e^{xy}$. Compute the gradient and Hessian at $(1, 0)$.", ["0", "2", "0", "3", "1"]),
        (r"Let $f(x,y) = x^2y$. Compute $\nabla f(1,2)$.", ["4", "1"]),
        (r"Let $f(x) = x_1^2 + 3x_1x_2$. Find its gradient at $(1,2)$.", ["[8; 3]"]),
        (r"Let $f(t) = e^{at}$. Find $f'(t)$ and $f''(0)$.", ["a exp(a t)", "a²"]),
        (r"Compute the derivative of $f(x) = x^3$ and evaluate it at $x = 2$.", ["12"]),
        (r"Let $f(x) = x^3$. Find $\left.\frac{df}{dx}\right|_{x=2}$.", ["12"]),
        (r"Let $g(X) = \log\det X$. Evaluate $\nabla g(I)$.", ["I"]),
        (r"What is the gradient of $f(w) = \sum_i \log(1+e^{-y_i w^Tx_i})$ at $w = 0$?", ["−(1/2) Σᵢ yᵢ xᵢ"]),
    ],
)
def test_values_at_points_as_people_write_them(words: str, expected: list[str]) -> None:
    """Worked out by hand: 2xy + y eˣʸ and x² + x eˣʸ at (1, 0) are 0 and 2; σ(0) is ½."""
    assert [a.partition(": ")[2] for a in asked(f"1. {words}")] == expected


def test_no_value_where_there_is_no_derivative() -> None:
    assert "no derivative at x = 𝟎" in asked(r"Compute the gradient of $f(x) = \|x\|$ at $x = 0$.")[0]
    assert (
        "the point is a column vector of 2 and x is a column vector of n"
        in asked(r"Compute the gradient of $f(x) = x^TAx$ at $(1, 2)$.")[0]
    )


def test_answers_about_a_point_are_judged_there() -> None:
    paper = r"1. (1 point) Let $h(X) = \log\det X$. Find the gradient of $h$ at $X = I$."
    right, general = (Grader(paper).grade(f"1. ${a}$").questions[0] for a in ("I", "X^{-T}"))
    assert right.outcome == "right" and general.outcome == "wrong"
    assert "its value at X=I is asked for" in general.message.replace(" = ", "=")
