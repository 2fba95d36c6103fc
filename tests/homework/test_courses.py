"""Homework as courses hand it out: what each item asks and what the answer is, by an oracle written here from the meaning.

Every expected answer is a NumPy function of the item's own symbols; it is compared with the answer by value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradatim.homework.solve import Question, solve_text
from gradatim.value.floats import evaluate as evaluate_floats
from gradatim.write.text import text

SIZES = {"n": 4, "m": 3, "d": 5, "k": 6, "K": 3, "p": 7, "q": 5, "N": 6, "D": 4}


def sigma(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max())
    return e / e.sum()


LED = r"""
## Problem 1: Warm-up (15 points)

For each of the following functions, compute the gradient, where $A \in \mathbb{R}^{m \times n}$ and $b \in \mathbb{R}^m$.

1. (5 pts) $f(x) = \|Ax - b\|_2^2 + \lambda \|x\|_2^2$
2. (5 pts) $f(x) = \log \sum_{i=1}^n e^{x_i}$
3. (5 pts) $f(x) = \sigma(w^\top x + c)$, where $\sigma$ is the logistic sigmoid.
"""
BARE = r"""
**Problem 1.** Let $J(w) = \frac12 \|Xw - y\|^2 + \frac{\lambda}{2} \|w\|^2$ with $X \in \mathbb{R}^{N \times d}$.

(a) Derive the gradient $\nabla_w J$.

(b) Derive the Hessian.

(c) Using (a), find the minimizer.

**Problem 2.** Compute the derivative of $x^\top x$, $a^\top x$ and $\exp(a^\top x)$ with respect to $x \in \mathbb{R}^n$.

**Problem 3.** Give the gradient of the penalty term in $E(w) + \lambda R(w)$ with respect to $w$.

**Problem 4.** We add the L1 penalty $\lambda \|w\|_1$. Give the gradient of the penalty term with respect to $w$.
"""
PRECISION = r"""
**1.** Let $\ell = -\frac{N}{2}\log|\Sigma| - \frac12 \mathrm{tr}(\Sigma^{-1} S)$ and $\Lambda = \Sigma^{-1}$. Find $\frac{\partial \ell}{\partial \Lambda}$.
"""
UNKNOWN = r"""
1. Let $f(x) = g(h(x))$, where $g: \mathbb{R} \to \mathbb{R}$ and $h: \mathbb{R}^n \to \mathbb{R}$ are differentiable. What is $\nabla f(x)$?
2. Let $f(x) = g(a^\top x)$, where $g$ is twice differentiable and $a \in \mathbb{R}^n$. What are $\nabla f(x)$ and $\nabla^2 f(x)$?
"""
UPSTREAM = r"""
**Problem 1 (4 points).** Let $L$ be a loss and suppose $\frac{\partial L}{\partial Y} = G \in \mathbb{R}^{n \times k}$, where
$Y = XW + \mathbf{1} b^\top$ and $X \in \mathbb{R}^{n \times d}$.

(a) (2 points) Derive $\frac{\partial L}{\partial W}$.

(b) (2 points) Derive $\frac{\partial L}{\partial b}$.
"""
NETWORK = r"""
\documentclass{exam}
\newcommand{\R}{\mathbb{R}}
\begin{document}
\begin{questions}
\question[5] A network computes
\begin{align}
 z_1 &= W_1 x + b_1, & a_1 &= \mathrm{ReLU}(z_1), \\
 z_2 &= W_2 a_1 + b_2, & \hat y &= z_2,
\end{align}
with loss $\ell = \frac12 \|\hat y - y\|^2$, $x \in \R^d$, $y \in \R^k$.
\begin{parts}
\part[2] Find $\frac{\partial \ell}{\partial W_2}$.
\part[3] Find $\frac{\partial \ell}{\partial z_1}$ and $\frac{\partial \ell}{\partial x}$.
\end{parts}
\end{questions}
\end{document}
"""
CLASSES = r"""
## Problem 2 (10 points)

Let $\mathbf{W} \in \mathbb{R}^{K\times d}$ and $\mathbf{x} \in \mathbb{R}^d$. The model outputs
$$\hat{\mathbf{y}} = \mathrm{softmax}(\mathbf{W}\mathbf{x} + \mathbf{b})$$
and the loss is
$$ J = -\sum_{k=1}^K y_k \log \hat{y}_k .$$

(a) [10 points] Compute $\frac{\partial J}{\partial \mathbf{b}}$.
"""
PLAIN = """Exercise sheet

Exercise 1. Let X be an invertible n x n matrix. Find the derivative with respect to X of
(i) log det X
(ii) tr(X^{-1} A)

Exercise 2. For the softplus function s(z) = log(1 + e^z), find s'(z) and s''(z).

Exercise 3. Let F(X) = X^T X. Find the differential dF.
"""

UNICODE = """Homework 4

1 Quadratic forms (6 points)

Let x ∈ ℝⁿ, A ∈ ℝⁿˣⁿ, b ∈ ℝⁿ.

(a) (2 points) Compute ∇ₓ (xᵀAx).
(b) (2 points) Compute ∂/∂x (bᵀx).
(c) (2 points) Compute the Hessian of f(x) = ½ xᵀAx − bᵀx.

2 Two-layer network (6 points)

h = tanh(Vx + c)
ŷ = Wh + b
L = ½‖ŷ − y‖²

(a) (6 points) Find ∂L/∂W and ∂L/∂c.
"""
STATED = r"""
\documentclass{article}
\newtheorem{problem}{Problem}
\begin{document}
\begin{problem}[10 points]
\begin{enumerate}
\item $f(x) = \tfrac12 x^T P x + q^T x + r$ with $P \in \mathbf{S}^n$. Find $\nabla f(x)$ and $\nabla^2 f(x)$.
\end{enumerate}
\end{problem}
\begin{problem}
Show that $\nabla_A\, \mathrm{tr}(ABA^T C) = CAB + C^T A B^T$, where $A \in \mathbf{R}^{m\times n}$.
\end{problem}
\end{document}
"""

Oracle = Callable[[dict[str, Any]], Any]
QUESTIONS: list[tuple[str, str, Oracle]] = [
    (LED, "1.1", lambda v: 2 * v["A"].T @ (v["A"] @ v["x"] - v["b"]) + 2 * v["lam"] * v["x"]),
    (LED, "1.2", lambda v: softmax(v["x"])),
    (LED, "1.3", lambda v: sigma(v["w"] @ v["x"] + v["c"]) * (1 - sigma(v["w"] @ v["x"] + v["c"])) * v["w"]),
    (BARE, "1(a)", lambda v: v["X"].T @ (v["X"] @ v["w"] - v["y"]) + v["lam"] * v["w"]),
    (BARE, "1(b)", lambda v: v["X"].T @ v["X"] + v["lam"] * np.eye(len(v["w"]))),
    (BARE, "2", lambda v: 2 * v["x"]),
    (BARE, "2 (2)", lambda v: v["a"]),
    (BARE, "2 (3)", lambda v: np.exp(v["a"] @ v["x"]) * v["a"]),
    (BARE, "4", lambda v: v["lam"] * np.sign(v["w"])),
    (PRECISION, "1", lambda v: v["N"] / 2 * np.linalg.inv(v["Lam"]).T - v["S"].T / 2),
    (UPSTREAM, "1(a)", lambda v: v["X"].T @ v["G"]),
    (UPSTREAM, "1(b)", lambda v: v["G"].sum(0)),
    (NETWORK, "1(a)", lambda v: np.outer(_residual(v), _hidden(v))),
    (NETWORK, "1(b)", lambda v: (_before(v) > 0) * (v["W_2"].T @ _residual(v))),
    (NETWORK, "1(b) (2)", lambda v: v["W_1"].T @ ((_before(v) > 0) * (v["W_2"].T @ _residual(v)))),
    (CLASSES, "2(a)", lambda v: v["y"].sum() * softmax(v["W"] @ v["x"] + v["b"]) - v["y"]),
    (UNICODE, "1(a)", lambda v: (v["A"] + v["A"].T) @ v["x"]),
    (UNICODE, "1(b)", lambda v: v["b"]),
    (UNICODE, "1(c)", lambda v: (v["A"] + v["A"].T) / 2),
    (UNICODE, "2(a)", lambda v: np.outer(_error(v), np.tanh(v["V"] @ v["x"] + v["c"]))),
    (UNICODE, "2(a) (2)", lambda v: (1 - np.tanh(v["V"] @ v["x"] + v["c"]) ** 2) * (v["W"].T @ _error(v))),
    (STATED, "1(a)", lambda v: v["P"] @ v["x"] + v["q"]),
    (STATED, "1(a) (2)", lambda v: v["P"]),
    (STATED, "2", lambda v: v["C"] @ v["A"] @ v["B"] + v["C"].T @ v["A"] @ v["B"].T),
    (PLAIN, "1(i)", lambda v: np.linalg.inv(v["X"]).T),
    (PLAIN, "1(ii)", lambda v: -np.linalg.inv(v["X"]).T @ v["A"].T @ np.linalg.inv(v["X"]).T),
    (PLAIN, "2", lambda v: sigma(v["z"])),
    (PLAIN, "2 (2)", lambda v: sigma(v["z"]) * (1 - sigma(v["z"]))),
]


def _before(v: dict[str, Any]) -> Any:
    return v["z_1"] if "z_1" in v else v["W_1"] @ v["x"] + v["b_1"]


def _hidden(v: dict[str, Any]) -> Any:
    return np.maximum(_before(v), 0)


def _residual(v: dict[str, Any]) -> Any:
    return v["W_2"] @ _hidden(v) + v["b_2"] - v["y"]


def _error(v: dict[str, Any]) -> Any:
    return v["W"] @ np.tanh(v["V"] @ v["x"] + v["c"]) + v["b"] - v["y"]


def asked(text: str, label: str) -> Question:
    return next(q for q in solve_text(text).questions if q.label == label)


@pytest.mark.parametrize(("text", "label", "oracle"), QUESTIONS, ids=[f"{t.split()[1]}-{label}" for t, label, _ in QUESTIONS])
def test_the_answer_is_what_the_course_means(text: str, label: str, oracle: Oracle) -> None:
    question = asked(text, label)
    assert question.answer is not None, question.error
    assert question.reading is not None
    rng = np.random.default_rng(20261126)
    draw = {name: rng.normal(size=[_size(d) for d in s.shape]) for name, s in question.reading.symbols.items()}
    draw = {name: a + a.T if "symmetric" in question.reading.symbols[name].type.facts else a for name, a in draw.items()}
    found = evaluate_floats(question.answer, draw)
    assert np.allclose(found, oracle(draw), rtol=1e-9, atol=1e-12), question.answer


def _size(dim: Any) -> int:
    return SIZES.setdefault(str(dim), 3 + len(SIZES) % 5)


def test_unknown_functions_keep_their_names() -> None:
    first, second, third = (text(q.answer) for q in solve_text(UNKNOWN).questions if q.answer is not None)
    assert (first, second, third) == ("g′(h(x)) ∇h(x)", "g′(aᵀx) a", "g″(aᵀx) a aᵀ")


def test_a_differential_is_asked_by_its_name() -> None:
    question = asked(PLAIN, "3")
    assert question.answer is not None and text(question.answer) == "Xᵀ dX + dXᵀ X"
    assert question.entry().left == (r"\mathrm{d}F", "dF")


def test_what_is_not_understood_is_named() -> None:
    others = dict(solve_text(BARE).others)
    assert others["3"].startswith("not read: “gradient of the penalty term in")
    assert others["1(c)"] == "not a derivative question"
    noted = asked(UPSTREAM, "1(a)").assumed
    assert any("to first order" in a for a in noted)
