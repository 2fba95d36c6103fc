"""Homework documents in other layouts than the example's: labels, points, and what each item asks."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest

from gradatim.errors import ReadError
from gradatim.homework.asks import find_asks
from gradatim.homework.document import read_document
from gradatim.homework.questions import tasks
from gradatim.homework.solve import solve, solve_text
from gradatim.homework.unnumbered import unnumbered
from gradatim.write.text import text as shown

TEX = r"""\documentclass{article}
\newcommand{\R}{\mathbb{R}}
\newcommand{\vx}{\mathbf{x}}
\DeclareMathOperator{\softmax}{softmax}
\begin{document}
\section{Warm up [15 points]}
Let $A \in \R^{n\times n}$, $\vx \in \R^n$ and $b\in\R^n$. % $x$ is a scalar
\begin{enumerate}
\item (5 points) Compute the gradient of $f(\vx) = \vx^\top A \vx + b^\top \vx$ with respect to $\vx$.
\item (5 points) Compute the Hessian of $f$.
\item (5 points) True or false: the Hessian is always symmetric. Explain.
\end{enumerate}
\section{Ridge [15 points]}
Consider
\begin{equation}
J(w) = \frac{1}{2}\norm{Xw - y}_2^2 + \frac{\lambda}{2}\norm{w}_2^2, \label{eq:ridge}
\end{equation}
where $X\in\R^{N\times d}$, $y\in\R^N$, $w\in\R^d$ and $\lambda > 0$.
\begin{enumerate}
\item[(a)] [10 pts] Find $\nabla_{w} J(w)$.
\begin{solution}
$\nabla_w J = 0$
\end{solution}
\item[(b)] [5 pts] Setting the gradient to zero, derive the closed-form minimizer.
\end{enumerate}
\section{Softmax}
Let $p = \softmax(z)$ with $z \in \R^K$, $y\in\R^K$. The loss is $L = -\sum_{k=1}^K y_k \log p_k$.
What is $\pdv{L}{z}$?
\end{document}
"""
MARKDOWN = r"""# Problem Set 1

## Problem 1. (10 pts) Gradients

Let $\mathbf{x} \in \mathbb{R}^n$ and $A \in \mathbb{R}^{n \times n}$ a symmetric matrix.

(a) (3 pts) Let $f(\mathbf{x}) = \frac{1}{2} \mathbf{x}^T A \mathbf{x}$. What is $\nabla f(\mathbf{x})$?

(b) (3 pts) Let $f(\mathbf{x}) = g(\mathbf{a}^T \mathbf{x})$, where $g : \mathbb{R} \to \mathbb{R}$ and $\mathbf{a} \in \mathbb{R}^n$. What is $\nabla f(\mathbf{x})$?

(c) (4 pts) Is $A$ invertible?

## Problem 2 (5 pts)

A network computes $h = \tanh(W x + b)$ and $\hat{y} = v^T h$ with $L = \frac12(\hat y - y)^2$, where $x\in\mathbb R^d$,
$W\in\mathbb R^{k\times d}$, $b, v\in\mathbb R^k$ and $y$ is a scalar.

2.1 [2 marks] Compute $\frac{\partial L}{\partial v}$ and $\frac{\partial L}{\partial y}$.

2.2 [3 marks] Differentiate $L$ with respect to $b$.

## Problem 3

True or false: every symmetric matrix is invertible.
"""
PLAIN = """Homework 3

Q1. (4 points) Let A be an m x n matrix, x a vector of length n, b a vector of length m.
Compute the gradient of f(x) = ||A*x - b||^2 with respect to x.

Q2. (6 points) Let S be a symmetric positive definite n x n matrix.
(a) Find the derivative of log(det(S)) with respect to S.
(b) Find the derivative of trace(S*B) with respect to S, where B is n x n.

Q3. (2 points) What is your favourite colour?
"""
EXAM = r"""\documentclass[addpoints]{exam}
\begin{document}
\begin{questions}
\question[5] Let $X\in\mathbb{R}^{m\times n}$ and $A\in\mathbb{R}^{n\times m}$. Compute $\frac{\partial}{\partial X}\operatorname{tr}(AX)$.
\question[10] Consider $f(x)=\sum_{i=1}^n x_i^2$ for $x\in\mathbb{R}^n$.
\begin{parts}
\part[4] Derive the gradient of $f$ with respect to $x$.
\begin{solution}
\begin{enumerate}
\item The gradient is $2x$.
\end{enumerate}
\end{solution}
\part[6] Derive the Hessian of $f$ with respect to $x$.
\end{parts}
\question[3] Is $f$ convex? Justify.
\end{questions}
\end{document}
"""


def answers(text: str) -> dict[str, str]:
    found = solve_text(text).questions
    return {q.label: normalize("NFC", shown(q.answer)) if q.answer is not None else q.error for q in found}


def others(text: str) -> dict[str, str]:
    return dict(solve_text(text).others)


def test_latex_with_macros_sections_and_lettered_items() -> None:
    assert answers(TEX) == {
        "1.1": "(A + Aᵀ) x + b",
        "1.2": "A + Aᵀ",
        "2(a)": "Xᵀ(X w − y) + λ w",
        "3": "(𝟏ᵀy) p − y",
    }
    assert others(TEX) == {"1.3": "not a derivative question", "2(b)": "not a derivative question"}
    points = {i.label: i.points for i in read_document(TEX).items}
    assert points == {"1.1": 5, "1.2": 5, "1.3": 5, "2(a)": 10, "2(b)": 5, "3": None}


def test_markdown_problems_with_letters_dotted_numbers_and_several_derivatives() -> None:
    assert answers(MARKDOWN) == {
        "1(a)": "A x",
        "1(b)": "g′(aᵀx) a",
        "2.1": "(ŷ − y) h",
        "2.1 (2)": "−(ŷ − y)",
        "2.2": "(ŷ − y)(v ⊙ (𝟏 − h^∘2))",
    }
    assert others(MARKDOWN) == {"1(c)": "not a derivative question", "3": "not a derivative question"}


def test_plain_text_without_any_mark_of_mathematics() -> None:
    assert answers(PLAIN) == {"1": "2 Aᵀ(A x − b)", "2(a)": "S⁻¹", "2(b)": "Bᵀ"}
    assert others(PLAIN) == {"2": "see 2(a), 2(b)", "3": "not a derivative question"}


def test_the_exam_class() -> None:
    assert answers(EXAM) == {"1": "Aᵀ", "2(a)": "2 x", "2(b)": "2 I"}
    assert {i.label: i.points for i in read_document(EXAM).items} == {"1": 5, "2": 10, "2(a)": 4, "2(b)": 6, "3": 3}


def test_an_answer_s_own_list_holds_no_items() -> None:
    assert "The gradient is" in next(t.item.answer for t in tasks(read_document(EXAM)) if t.label == "2(a)")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            r"Derive $\frac{\partial \ell}{\partial w}$ and $\frac{\partial \ell}{\partial b}$.",
            [(r"\ell", ("w",)), (r"\ell", ("b",))],
        ),
        (r"Compute the gradient of $J(\theta)$.", [(r"J(\theta)", ())]),
        (r"Find the Hessian $H$ of this function.", [("", ())]),
        (r"Find $\nabla^2 f(x)$ where $f(x)= \log(1+e^x)$.", [("f(x)", ())]),
        (r"Differentiate $\ell$ with respect to $\mu$.", [(r"\ell", (r"\mu",))]),
        (r"Show that the gradient of $f$ with respect to $x$ is $2Ax$.", [("f", ("x",))]),
        (r"Prove that $\frac{\partial}{\partial X} \operatorname{tr}(AX) = A^T$.", [(r"\operatorname{tr}(AX)", ("X",))]),
        (r"Compute the derivative with respect to $x$ of the function $f(x)= x^T x$.", [("f(x)= x^T x", ("x",))]),
        (r"Find the gradient of the loss $L$ with respect to the weights $W$ and the bias $b$.", [("L", ("W",)), ("L", ("b",))]),
        (r"Find the Jacobian matrix of the map $F(x) = \tanh(Wx)$.", [(r"F(x) = \tanh(Wx)", ())]),
        (r"Find the first and second derivatives of $f$ with respect to $x$.", [("f", ("x",)), ("f", ("x", "x"))]),
        (r"Compute: $$\frac{\partial}{\partial X} a^TXb$$", [("a^TXb", ("X",))]),
        (r"Derive the gradient of the objective function with respect to $\beta$.", [("", (r"\beta",))]),
        (r"Find the derivative of $f$ with respect to $S$, where $B$ is known.", [("f", ("S",))]),
        ("Find dL/dw where L = (w'*x - y)^2.", [("L", ("w",))]),
        ("What is the gradient of `x.T @ A @ x` with respect to `x`?", [("x.T @ A @ x", ("x",))]),
        (r"Compute $\frac{\partial^2 f}{\partial x \partial y}$.", [("f", ("x", "y"))]),
        (r"Compute $\nabla_W \|XW - Y\|_F^2$.", [(r"\|XW - Y\|_F^2", ("W",))]),
    ],
)
def test_ways_of_asking(text: str, asked: list[tuple[str, tuple[str, ...]]]) -> None:
    found = find_asks(text)
    assert not isinstance(found, str), found
    assert [(a.function, a.wrt) for a in found] == asked


@pytest.mark.parametrize(
    "text",
    [
        "True or false: the Hessian is always symmetric. Explain.",
        "Setting the gradient to zero, derive the closed-form minimizer.",
        "Show that the Hessian of $f$ is positive semidefinite.",
        "Using your answer to part (a), write down the gradient descent update rule.",
        "Is $f$ convex? Justify using the Hessian.",
        "Recall that the gradient of $f$ with respect to $x$ is a column. What is $2 + 2$?",
    ],
)
def test_what_asks_for_no_derivative(text: str) -> None:
    assert find_asks(text) == "not a derivative question"


def test_a_side_file_has_the_last_word(tmp_path: Path) -> None:
    path = tmp_path / "hw.md"
    path.write_text(
        "## 1 A\n\nLet $W$ be a matrix and $x$ a vector.\n\n1. Compute $\\nabla_x f$ where $f = \\|Wx\\|^2$.\n", encoding="utf-8"
    )
    (first,) = solve(path).questions
    assert first.answer is not None and not any("declared twice" in a for a in first.assumed)
    side = tmp_path / "hw.gradatim.toml"
    side.write_text('[questions."1.1"]\ngiven = "$W$ is a symmetric $n\\\\times n$ matrix"\n', encoding="utf-8")
    (second,) = solve(path).questions
    assert second.answer is not None and shown(second.answer) == "2 W² x"
    for broken in ("given = 3", '[questions."9.9"]\ngiven = "x"', "nonsense", "other = 1"):
        side.write_text(broken, encoding="utf-8")
        with pytest.raises(ReadError):
            solve(path)


@pytest.mark.parametrize("number", ["**2.1**", "**(a)**", "**1.**", "2.1", "(a)", "**3.2**(3 points)"])
def test_a_number_in_bold_is_no_part_of_what_is_asked(number: str) -> None:
    assert unnumbered(f"{number} Compute $x$.") == "Compute $x$."
    assert unnumbered(f"{number} **Hint.** Use $x$.") == "**Hint.** Use $x$."
