"""Words before the noun of a question: they say another order, a sign, or another thing than the derivative."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.homework.asks import find_asks
from gradatim.homework.solve import solve_text
from gradatim.term import free_symbols

POISSON = r"""
# Poisson regression

The log likelihood is $\ell(\beta) = \sum_{i=1}^n ( y_i x_i^\top\beta - \exp(x_i^\top \beta) )$ with $x_i, \beta \in \mathbb{R}^d$.

1. (3 points) QUESTION
"""
FACTORS = r"""
# Factors

Consider $F(U, V) = \|M - U V^\top\|_F^2$ where $M \in \mathbb{R}^{m \times n}$, $U \in \mathbb{R}^{m\times k}$ and $V \in \mathbb{R}^{n\times k}$.

1. (4 points) $\nabla_U F$
2. (4 points) The gradient $\nabla_V F$.
"""


@pytest.mark.parametrize(
    "question",
    [
        r"Find the Fisher information, i.e.\ minus the Hessian.",
        "Find the negative Hessian of $\\ell$.",
        "Compute the negative of the Hessian of $\\ell$ with respect to $\\beta$.",
        r"Compute the observed information $-\nabla^2 \ell(\beta)$.",
        r"Compute $J(\beta) = -\nabla^2 \ell(\beta)$.",
    ],
)
def test_minus_the_hessian_has_its_sign(question: str) -> None:
    (found,) = solve_text(POISSON.replace("QUESTION", question)).questions
    assert found.answer is not None
    x, beta, y = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 1.0]]), np.array([0.3, -0.2]), np.array([1.0, 0.0, 2.0])
    arrays = {"x": x, "beta": beta, "y": y}
    value = gd.compile(found.answer)(**{s.plain: arrays[s.plain] for s in free_symbols(found.answer)})
    np.testing.assert_allclose(value, x.T @ np.diag(np.exp(x @ beta)) @ x)


def test_a_derivative_alone_is_a_question() -> None:
    found = solve_text(FACTORS)
    assert not found.others
    assert [gd.text(q.answer) for q in found.questions if q.answer is not None] == ["−2(M − U Vᵀ) V", "−2(M − U Vᵀ)ᵀ U"]


@pytest.mark.parametrize("words", ["second-order derivative", "second order derivative", "2nd derivative", "second derivative"])
def test_the_second_derivative_is_of_order_two(words: str) -> None:
    found = find_asks(f"Compute the {words} of $f(x) = x^4$ with respect to $x$.")
    assert not isinstance(found, str) and [(a.order, a.wrt) for a in found] == [(2, ("x", "x"))]


@pytest.mark.parametrize(
    "words",
    [
        "third derivative",
        "third-order derivative",
        "inverse Hessian",
        "natural gradient",
        "expected Hessian",
        "squared gradient",
        "transposed Jacobian",
        "log-derivative",
        "projected gradient",
    ],
)
def test_what_is_made_of_a_derivative_is_not_read_as_one(words: str) -> None:
    found = find_asks(f"Compute the {words} of $f(x) = x^4$ with respect to $x$.")
    assert not isinstance(found, str)
    assert [bool(a.unread) for a in found] == [True] and words.split()[0].split("-")[0] in found[0].unread


@pytest.mark.parametrize(
    "words", ["negative log-likelihood gradient", "exact Hessian", "squared loss gradient", "partial derivatives"]
)
def test_other_words_change_nothing(words: str) -> None:
    found = find_asks(f"Compute the {words} with respect to $w$.")
    assert not isinstance(found, str) and not found[0].unread and not found[0].minus


PLAIN = """Homework

1. Differentiate log det(A + t*B) with respect to t.
2. Find the derivative of log trace(A X) with respect to X.
3. Find the gradient of ln sum_i exp(x_i) with respect to x.
4. Compute the derivative of tr inv(X) with respect to X.
5. Compute the gradient of log ||x|| with respect to x.
"""


def test_the_name_of_a_function_belongs_to_the_formula_behind_it() -> None:
    found = [gd.text(q.answer) for q in solve_text(PLAIN).questions if q.answer is not None]
    assert found == ["tr((A + t B)⁻¹ B)", "Aᵀ / tr(A X)", "softmax(x)", "−(X⁻²)ᵀ", "x / ‖x‖²"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Compute the derivative of the square of $f(x) = x^2$.", "square of"),
        ("Find the gradient of half of $x^T x$ with respect to $x$.", "half of"),
        ("Find the gradient of minus $x^T x$ with respect to $x$.", "minus"),
        ("Find the gradient of $x^T x$ times $b^T x$ with respect to $x$.", "times"),
        ("Compute the gradient of the sum of $x^T x$ and $b^T x$ with respect to $x$.", "sum of"),
        ("Find the derivative of the inverse function of $f(x) = x^3$.", "inverse function of"),
        ("Find the Jacobian determinant of $f(x) = A x$.", "determinant of"),
        ("Find the Hessian of $f(x) = x^T x$ along $v$.", "hessian of"),
    ],
)
def test_what_is_made_of_a_function_is_not_read_as_it(question: str, words: str) -> None:
    found = find_asks(question)
    assert not isinstance(found, str) and words in found[0].unread


@pytest.mark.parametrize(
    "question",
    [
        r"Compute the gradient of the log likelihood $\ell(w) = w^T x$ with respect to $w$.",
        r"Compute the gradient of $f(x) = x^T x$ at the point $x$.",
        r"Compute the gradient of the squared norm $\|x\|^2$ with respect to $x$.",
    ],
)
def test_a_function_by_its_usual_words_is_read(question: str) -> None:
    found = find_asks(question)
    assert not isinstance(found, str) and not found[0].unread
