"""Exercises that follow one another and use the same letters: each speaks of its own, in lists as people type them."""

from __future__ import annotations

import pytest

from gradatim.check.ladder import equal
from gradatim.homework.grade import Grader
from gradatim.homework.solve import Solution, solve_text
from gradatim.read.problem import read
from gradatim.write.text import text as unicode_text


def answers(found: Solution) -> dict[str, str]:
    return {q.label: unicode_text(q.answer) if q.answer is not None else q.error for q in found.questions}


def asked(document: str) -> dict[str, str]:
    return answers(solve_text(document, style="none"))


BULLETS = """### Exercise 2
A network of numbers:

```
Output: y = h²
Loss: L = (y - t)²  where t is the target
```

1. Calculate the gradients:
   - ∂L/∂y
   - ∂y/∂h
"""


def test_the_bullet_of_a_list_is_no_minus() -> None:
    """d(y − t)²/dy = 2(y − t) and dh²/dh = 2h."""
    assert list(asked(BULLETS).values()) == ["2(y − t)", "2 h"]


TWO = """### Exercise 1
For f(x, y) = x² + 3y² - 2x

1. Calculate ∂f/∂x and ∂f/∂y
2. Find the gradient at the point (1, 2)
3. Calculate the Hessian at each critical point

### Exercise 2
For f(x) = xᵀBx where B is a symmetric n × n matrix

1. Write f(x) out
2. Write down the gradient ∇f(x)
"""


def test_a_question_after_one_by_two_variables_is_by_both() -> None:
    """At (1, 2) the partials 2x − 2 and 6y are 0 and 12; the second ones are 2, 0 and 6."""
    found = asked(TWO)
    assert [a for label, a in found.items() if label.startswith("1.2")] == ["0", "12"]
    assert [a for label, a in found.items() if label.startswith("1.3")] == ["2", "0", "6"]


def test_a_function_that_an_exercise_states_anew() -> None:
    assert asked(TWO)["2.2"] == "2 B x"


def test_for_before_a_product_defines_it() -> None:
    """Only a number or a name behind "for" is a value supposed for a moment."""
    found = asked(
        "## 1\n\nFor $y = Ax$ with $A \\in \\mathbb{R}^{m \\times n}$:\n\n1. Compute $\\frac{\\partial y}{\\partial x}$.\n"
    )
    assert list(found.values()) == ["A"]


def test_a_derivative_that_is_given_its_own_name_is_not_given() -> None:
    """J_ij is the name of what is asked, which is the entry of A."""
    found = asked(
        "## 1\n\nFor $\\mathbf{y} = A\\mathbf{x}$ where $A$ is $m \\times n$:\n\n"
        "1. Write down the Jacobian $J_{ij} = \\frac{\\partial y_i}{\\partial x_j}$.\n"
    )
    assert list(found.values()) == ["Aᵢⱼ"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (r"Find $f^{\prime\prime}(x)$ if $f(x) = \exp(x^Tx)$.", ["2 exp(xᵀx)(2 x xᵀ + I)"]),
        (r"Find $\nabla f(x), f^{\prime\prime}(x)$, if $f(x) = (x^Tx)^2$.", ["4 xᵀx x", "8 x xᵀ + 4 xᵀx I"]),
        (r"Find $g^\prime(t)$ for $g(t) = t^5$.", ["5 t⁴"]),
    ],
)
def test_primes_by_their_command(words: str, expected: list[str]) -> None:
    found = solve_text(f"1. {words}", style="none")
    given = "vector x, scalar t"
    for q, value in zip(found.questions, expected, strict=True):
        assert q.answer is not None and equal(q.answer, read(value, given).term), q.error


@pytest.mark.parametrize("body", [r"[x_1 + x_2, x_2 x_3]^T", r"\begin{bmatrix} x_1 + x_2 \\ x_2 x_3 \end{bmatrix}"])
def test_the_numbered_arguments_of_a_head_are_numbers(body: str) -> None:
    """The rows of the Jacobian are (1, 1, 0) and (0, x₃, x₂)."""
    found = solve_text(rf"1. Compute the Jacobian of $g(x_1, x_2, x_3) = {body}$.", style="none")
    assert [unicode_text(q.answer) for q in found.questions if q.answer is not None] == ["[1, 1, 0; 0, x₃, x₂]"]


def test_numbered_arguments_beside_a_matrix_are_vectors() -> None:
    assert read("g(w_1, w_2) = [A w_1, A w_2]", "A is an m by n matrix").term.shape == ("m", 2)


BELOW = r"""## Q1. Linear maps
Find the derivatives with respect to x.

$$
\begin{align}
y_1 & = C x \\
y_2 & = x^T D x
\end{align}
$$

where $C \in \mathbb{R}^{m \times n}$ and $D \in \mathbb{R}^{n \times n}$.
"""


def test_functions_below_the_sentence_that_asks_of_all_of_them() -> None:
    """The Jacobian of Cx is C, the gradient of xᵀDx is (D + Dᵀ)x."""
    assert list(asked(BELOW).values()) == ["C", "(D + Dᵀ) x"]


def test_the_derivatives_by_two_variables_are_of_the_last_function() -> None:
    words = r"1. Let $z = ax + b$ and $L = z^2$ with scalars. Compute the derivatives with respect to $a$ and $b$."
    assert list(asked(words).values()) == ["2 x z", "2 z"]


def test_an_eigenvalue_of_the_hessian_is_not_the_hessian() -> None:
    found = solve_text(r"1. Find the largest eigenvalue of $\nabla^2 f(x)$ for $f(x) = x^T C x$.", style="none")
    assert not found.questions


OTHER = r"""## Problem 1
Let $J(w) = \|Xw - y\|^2$.

(a) Compute $\nabla J(w)$.

## Problem 2
{told}

(a) Write down the formula.

(b) Find the gradient with respect to $w$.
"""


def test_a_function_told_in_words_is_not_that_of_another_question() -> None:
    found = solve_text(OTHER.replace("{told}", "Consider the hinge loss of a linear classifier with weights $w$."), style="none")
    assert [q.label for q in found.questions] == ["1(a)"]
    assert dict(found.others)["2(b)"].startswith("not read")


def test_a_function_of_another_question_is_told() -> None:
    found = solve_text(OTHER.replace("{told}", "This goes on from there."), style="none")
    assert any("names no function: J of another question" in a for a in found.questions[-1].assumed)


def test_the_second_item_of_a_list_that_tells_of_a_loss_in_words() -> None:
    text = "1. Let $J(w) = \\|Xw - y\\|^2$. Compute $\\nabla J(w)$.\n\n2. Consider the hinge loss with weights $w$. Find the gradient with respect to $w$.\n"
    found = solve_text(text, style="none")
    assert [q.label for q in found.questions] == ["1"] and "in words" in dict(found.others)["2"]


def test_a_hessian_goes_on_from_the_gradient_before() -> None:
    found = asked(
        "1. Let $J(w) = \\|Xw - y\\|^2$. Compute $\\nabla J(w)$.\n\n2. Suppose that $X$ has full rank. Compute the Hessian.\n"
    )
    assert found["2"] == "2 XᵀX"


def test_a_product_before_the_colon_of_a_sentence() -> None:
    """∂(x² + 2y² + 3xy)/∂x = 2x + 3y."""
    found = asked(
        "### Exercise 1\nGiven the function f(x, y) = x² + 2y² + 3xy:\n\n1. Compute ∂f/∂x by hand\n2. Say what it means\n"
    )
    assert list(found.values()) == ["2 x + 3 y"]


SKIPGRAM = r"""## Word vectors

Let $v_c$ be the centre vector, $u_o$ the outside vector and $J = -u_o^\top v_c + \log \sum_{w=1}^V \exp(u_w^\top v_c)$.

(a) Compute $\frac{\partial J}{\partial u_w}$ for all $w$, that is for $w = o$ and for $w \ne o$.
"""


def test_a_label_that_a_question_compares_with_an_index_is_one_of_them() -> None:
    """For w = o the derivative has −v_c more, which the difference of the two cases shows."""
    (found,) = solve_text(SKIPGRAM, style="none").questions
    assert found.answer is not None and "δ_{w,o}" in unicode_text(found.answer)


def test_conclude_with_derivatives() -> None:
    words = r"1. Let $L = \|Wx\|^2$. Conclude with $\frac{\partial L}{\partial W}$ and $\frac{\partial L}{\partial x}$."
    assert list(asked(words).values()) == ["2 W x xᵀ", "2 WᵀW x"]


@pytest.mark.parametrize("indicator", [r"\mathbb{1}\{w = o\}", r"1\{w=o\}", r"\mathbf{1}[w=o]", r"\delta_{wo}"])
def test_an_answer_with_the_two_cases_as_an_indicator(indicator: str) -> None:
    share = r"\frac{\exp(u_w^\top v_c)}{\sum_j \exp(u_j^\top v_c)}"
    sheet = Grader(SKIPGRAM).grade(rf"## Word vectors{chr(10)}{chr(10)}(a) $({share} - {indicator}) v_c$")
    assert [m.outcome for m in sheet.questions] == ["right"]
