"""Answers read in the scope of a problem: what they claim, their lines, and that the problem stays as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gradatim.derive import derivative
from gradatim.errors import GradatimError, ReadError, ShapeError
from gradatim.read.problem import Problem, read
from gradatim.term import Symbol, Term
from gradatim.value.floats import evaluate

SIZES = {"m": 3, "n": 4, "d": 4, "h": 3, "N": 5}
LEAST = r"$A\in\mathbb R^{m\times n}$, $x\in\mathbb R^n$, $b\in\mathbb R^m$, $t$ is a scalar"
NETWORK = (
    r"the matrix $\mathbf{W}^{(1)}$, the column vector $\mathbf{b}^{(1)}$, scalar $b^{(2)}$ and the row vector $\mathbf{w}^{(2)}$; "
    r"$\mathbf x$ is a vector and $y$ a scalar"
)


def least() -> Problem:
    return read(r"f(x) = \|Ax-b\|^2", given=LEAST)


def network() -> Problem:
    text = (
        r"\hat y = \mathbf{w}^{(2)}(\mathbf{W}^{(1)}\mathbf{x}+\mathbf{b}^{(1)}) + b^{(2)}; \mathcal L(y, \hat y) = (y-\hat y)^2"
    )
    return read(text, given=NETWORK)


def take(function: Term, variables: tuple[Term, ...]) -> Term:
    return derivative(function, *variables)


def term_of(problem: Problem, text: str, differentiate: bool = False) -> Term:
    return problem.read_answer(text, take if differentiate else None).term


def value(problem: Problem, term: Term, seed: int = 3) -> tuple[Any, dict[str, Any]]:
    """The term's value at random arrays, and the arrays by plain name."""
    rng = np.random.default_rng(seed)
    given = {k: rng.normal(size=tuple(SIZES.get(str(d), 3) for d in s.shape)) for k, s in problem.symbols.items()}
    return np.asarray(evaluate(term, {s: given[k] for k, s in problem.symbols.items()}, SIZES)), given


@pytest.mark.parametrize(
    "text",
    [
        r"2A^T(Ax-b)",
        "2*A'*(A*x - b)",
        "2Aᵀ(Ax − b)",
        r"$2A^T(Ax-b)$",
        r"$$\nabla_x f = 2A^T(Ax-b)$$",
        r"\frac{\partial f}{\partial x} = 2A^T(Ax-b)",
        r"\frac{df}{dx} = 2(A^TAx - A^Tb) = 2A^T(Ax-b)",
        r"\begin{aligned} \frac{\partial f}{\partial x} &= 2(A^TAx - A^Tb) \\ &= 2A^T(Ax-b) \end{aligned}",
        r"\begin{align*} r &= Ax-b \\ f &= r^Tr \\ \frac{df}{dx} &= 2A^Tr \end{align*}",
        r"2A^Tr, \quad r = Ax-b",
        r"2A^T r where r = Ax - b",
        r"2A^T r \text{ with } r = Ax-b",
        "Let $r = Ax - b$. Then the gradient is $$\\nabla_x f(x) = 2A^T r.$$",
        "f(x) = (Ax-b)'(Ax-b)\ndf/dx = 2A'(Ax-b)",
        r"\begin{solution} $\nabla f(x) = 2A^\top(Ax-b)$ by the chain rule. \end{solution}",
        r"\frac{df}{dx} = 2A^TAx \\ - 2A^Tb",
        r"\frac{df}{dx} = 2A^TAx - 2A^Tb \quad \text{(expand the square)}",
        r"\Rightarrow \frac{df}{dx} = 2A^T(Ax-b)",
        r"\nabla_x \|Ax-b\|^2 = 2A^T(Ax-b)",
    ],
)
def test_one_answer_in_many_spellings(text: str) -> None:
    problem = least()
    got, a = value(problem, problem.read_answer(text).final(problem.find("x")).term or problem.term)
    assert_allclose(got, 2 * a["A"].T @ (a["A"] @ a["x"] - a["b"]))


def test_reading_an_answer_leaves_the_problem_as_it_was() -> None:
    problem = least()
    before = problem.assumed, problem.symbols, dict(problem.scope.definitions), problem.scope.symbols
    problem.read_answer(r"2A^Tr,\quad r = Ax - b")
    assert (problem.assumed, problem.symbols, dict(problem.scope.definitions), problem.scope.symbols) == before
    # What one answer defines the next does not know.
    with pytest.raises(ReadError, match="`r` is not declared in this problem"):
        term_of(problem, "2A^Tr")


def test_lines_say_what_they_claim() -> None:
    problem = network()
    answer = problem.read_answer(
        r"""\begin{aligned}
        \frac{\partial \mathcal L}{\partial \hat y} &= -2(y-\hat y) \\
        \frac{\partial \mathcal L}{\partial \mathbf{b}^{(1)}} &= \frac{\partial \mathcal L}{\partial \hat y} \mathbf{w}^{(2)T} \\
        &= -2(y-\hat y)\mathbf{w}^{(2)\top}
        \end{aligned}"""
    )
    first, second, third = answer.lines
    assert first.head is not None and first.head.of is not None and first.head.of_text == r"\mathcal L"
    assert second.head is not None and second.head.wrt == (problem.find("b1"),)
    assert third.continues and third.head is second.head and len(third.members) == 1
    got, a = value(problem, answer.final(problem.find("b1")).term or problem.term)
    guess = a["w2"] @ (a["W1"] @ a["x"] + a["b1"]) + a["b_2"] if "b_2" in a else a["w2"] @ (a["W1"] @ a["x"] + a["b1"]) + a["b2"]
    assert_allclose(got, -2 * (a["y"] - guess) * a["w2"])


def test_derivatives_inside_a_formula_have_a_value_where_somebody_differentiates() -> None:
    problem = least()
    text = r"\frac{d}{dx}(b^TAx) + \nabla_x (x^Tx) + \frac{\partial t x}{\partial t}"
    with pytest.raises(ReadError, match="a derivative inside a function"):
        term_of(problem, "x + " + text)
    got, a = value(problem, term_of(problem, "x + " + text, True))
    assert_allclose(got, a["x"] + a["A"].T @ a["b"] + 2 * a["x"] + a["x"])


def test_an_entry_keeps_its_indices() -> None:
    problem = read("f = x x^T", given=r"$x\in\mathbb R^n$")
    answer = problem.read_answer(r"\frac{\partial f_{ij}}{\partial x_k} = \delta_{ik}x_j + x_i\delta_{jk}")
    assert [str(s) for s in answer.indices] == ["i", "j", "k"]


def test_the_function_is_known_by_its_name() -> None:
    problem = read(r"f(x) = \frac{x^TAx}{x^Tx}", given=r"$A\in\mathbb R^{n\times n}$ symmetric, $x\in\mathbb R^n$")
    got, a = value(problem, problem.read_answer(r"\frac{2(Ax - f(x)x)}{x^Tx}").term)
    quotient = a["x"] @ a["A"] @ a["x"] / (a["x"] @ a["x"])
    assert_allclose(got, 2 * (a["A"] @ a["x"] - quotient * a["x"]) / (a["x"] @ a["x"]))


def test_one_bad_line_does_not_hide_the_others() -> None:
    answer = least().read_answer("df/dx = ?\nr = A x - b\ndf/dx = 2A' r\ndf/dx = 2A r")
    errors = [type(line.error) for line in answer.lines]
    assert errors == [ReadError, type(None), type(None), ShapeError]
    assert answer.lines[3].span[0] > answer.lines[2].span[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no formula"),
        ("   ", "no formula"),
        ("The answer is 42.$$ $$", "no formula"),
        ("2A^T(Ax-b", "not closed"),
        ("2A^T(Ax-c)", "`c` is not declared"),
        ("2A(Ax-b)", "does not conform"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, message: str) -> None:
    with pytest.raises(GradatimError, match=message):
        term_of(least(), text)


def test_a_symbol_of_the_answer_is_the_problem_s_own() -> None:
    problem = least()
    term = problem.read_answer("x").term
    assert isinstance(term, Symbol) and term is problem.find("x")


def test_a_power_of_an_unstyled_e_is_the_exponential_beside_a_declared_vector_e() -> None:
    problem = read(r"f = e^{au}", r"constant scalar $a$, constant vector $\mathbf{e}$, variable scalar $u$")
    assert problem.term.is_scalar and any("exponential" in str(a) for a in problem.assumed)
    beside = read(r"f = e^T X \mathbf{b}", r"constant vectors $\mathbf{b}, \mathbf{e}$, variable matrix $X$")
    assert set(beside.symbols) == {"e", "X", "b"}


@pytest.mark.parametrize("text", [r"G = 2A^Tr \\ r = Ax - b", r"r = Ax - b \\ G = 2A^Tr", "grad = 2 * A.T @ r\nr = A @ x - b"])
def test_a_named_answer_is_the_name_that_nothing_else_uses(text: str) -> None:
    problem = least()
    got, a = value(problem, term_of(problem, text))
    assert_allclose(got, 2 * a["A"].T @ (a["A"] @ a["x"] - a["b"]))
