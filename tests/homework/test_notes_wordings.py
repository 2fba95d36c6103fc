r"""Questions as notes and chats put them: words cut short, no dollar signs, a second question that leans on the first.

What is asked is checked by its number and its variables, the answers by what any table of derivatives says."""

from __future__ import annotations

import pytest

from gradatim.homework.key import as_latex
from gradatim.homework.solve import solve_text
from gradatim.write.text import text as written


def asked(text: str) -> list[tuple[str, str]]:
    """For every question of the text its variable and its answer."""
    solved = solve_text(text, style="none")
    assert not solved.others, solved.others
    assert not [q.error for q in solved.questions if q.error]
    return [(q.wrt[0], "" if q.answer is None else written(q.answer)) for q in solved.questions]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1. What's d/dx of ||x||?", [("x", "x / ‖x‖")]),
        ("1. d/dx of ||x||", [("x", "x / ‖x‖")]),
        ("1. Whats the gradient of e^(a'x)?", [("x", "exp(aᵀx) a")]),
        ("1. grad of norm(A*x-b)^2 wrt x", [("x", "2 Aᵀ(A x − b)")]),
        ("1. deriv of x'Ax", [("x", "(A + Aᵀ) x")]),
        ("1. Diff x'Ax w.r.t x", [("x", "(A + Aᵀ) x")]),
        ("1. calc the grad of x'Ax", [("x", "(A + Aᵀ) x")]),
        ("1. partial of x'Ay wrt y", [("y", "Aᵀx")]),
        ("1. gradient of ||Ax-b||^2 wrt x, where A is m by n", [("x", "2 Aᵀ(A x − b)")]),
        ("1. Find the gradient (wrt x) of x'Ax", [("x", "(A + Aᵀ) x")]),
    ],
)
def test_words_cut_short(text: str, found: list[tuple[str, str]]) -> None:
    assert asked(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1. Let y = A x where A is m×n. What is ∂y/∂x? And ∂(y'y)/∂x?", [("x", "A"), ("x", "2 Aᵀy")]),
        ("1. Find the gradient of $x^TAx$. And the Hessian?", [("x", "(A + Aᵀ) x"), ("x", "A + Aᵀ")]),
        ("1. Find the gradient of $x^TAx$. What about the Hessian?", [("x", "(A + Aᵀ) x"), ("x", "A + Aᵀ")]),
        ("1. Differentiate x'Ay wrt y and wrt A", [("y", "Aᵀx"), ("A", "x yᵀ")]),
        (r"1. Compute $\frac{\partial}{\partial x} x^TAy$ and also with respect to $y$.", [("x", "A y"), ("y", "Aᵀx")]),
        (r"1. Find $\nabla_x x^TAy$, $\nabla_y$ and $\nabla_A$.", [("x", "A y"), ("y", "Aᵀx"), ("A", "x yᵀ")]),
        (
            r"1. Find $\nabla_x f$, $\nabla_y$ and $\nabla_z$ of $f = x^TAy + z^Tz$",
            [("x", "A y"), ("y", "Aᵀx"), ("z", "2 z")],
        ),
        (
            "1. Find the gradient w.r.t. all parameters of L = ||W x + b - y||^2",
            [("W", "2(W x + b − y) xᵀ"), ("b", "2(W x + b − y)")],
        ),
    ],
)
def test_a_second_question_is_not_dropped(text: str, found: list[tuple[str, str]]) -> None:
    assert asked(text) == found


@pytest.mark.parametrize(
    "formula",
    [r"\frac{d}{dt}\big|_{t=0} \det(I+tA)", r"\left.\frac{d}{dt}\right|_{t=0} \det(I+tA)", r"\frac{d}{dt}\det(I+tA)\big|_{t=0}"],
)
def test_a_value_whose_bar_stands_before_the_function(formula: str) -> None:
    """d/dt det(I + tA) at 0 is the trace: the first coefficient of the characteristic polynomial."""
    assert asked(f"1. Compute ${formula}$.") == [("t", "tr(A)")]


def test_the_first_item_with_a_letter_is_one() -> None:
    """`d/dx` is a derivative as `dy/dx` is: the line was no item, and lost."""
    solved = solve_text("a) What's d/dx of ||x||?\nb) What is the gradient of x'x?\n", style="none")
    assert [q.label for q in solved.questions] == ["(a)", "(b)"]


def test_points_as_the_label_of_an_item() -> None:
    sheet = r"\begin{enumerate}\item Find $\nabla_x x^Tx$. \item [(5 points)] Find $\nabla_x a^Tx$. \item Find $\nabla_x b^Tx$.\end{enumerate}"
    solved = solve_text(sheet.replace("\\item", "\n\\item"), style="none")
    assert [(q.label, q.points) for q in solved.questions] == [("1", None), ("2", 5), ("3", None)]
    assert solved.questions[1].asks == r"Find $\nabla_x a^Tx$."


def test_a_display_stands_in_the_question_that_is_shown() -> None:
    r"""The end of the environment was cut off, and what was left of it spelt out in the key."""
    text = "1. Find the gradient of \n\\begin{equation}\n g(X) = \\operatorname{tr}(X^\\top A)\n\\end{equation}\n"
    solved = solve_text(text, style="none")
    assert solved.questions[0].asks == r"Find the gradient of $g(X) = \operatorname{tr}(X^\top A)$"
    assert r"Find the gradient of $g(X) = \operatorname{tr}(X^\top A)$" in as_latex(solved)


@pytest.mark.parametrize(
    "text",
    ["1. Explain what the gradient of f is and why A is used.", "1. A student claims the gradient of x'Ax wrt x is 2Ax. Is it?"],
)
def test_what_is_told_is_not_asked(text: str) -> None:
    assert not solve_text(text, style="none").questions
