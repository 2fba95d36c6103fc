r"""What stands beside questions on sheets and is no part of them: the size of a hidden layer, a norm that is explained, what A depends on,
an ordinal; and what is asked of a function that has no name.

The answers to hold against are NumPy functions of the symbols, written from the text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from answered import Values, asked, value_of

from gradatim.errors import GradatimError
from gradatim.homework.solve import solve_text
from gradatim.read.prose import declarations

LAYERS = r"""
### Problem 1: Network (10 pts)

Consider a network with input $\mathbf{x} \in \mathbb{R}^{d}$, hidden layer of size $h$ and a scalar output:

$$
\begin{aligned}
\mathbf{z}_1 &= \mathbf{W}_1 \mathbf{x} + \mathbf{b}_1 \\
L &= \frac{1}{2} (\mathbf{w}_2^\top \mathbf{z}_1 + b_2 - y)^2
\end{aligned}
$$

a. (5 pts) Compute $\frac{\partial L}{\partial \mathbf{W}_1}$.
"""
HUBER = r"""
1. The Huber function is
$$ h_\delta(r) = \begin{cases} \frac12 r^2 & |r|\le\delta\\ \delta(|r| - \frac12\delta) & \text{otherwise}\end{cases}$$
Find $h_\delta'(r)$.
"""
FACTORS = r"""
**Exercise 1.** Let $L(w) = \sum_i (y_i - w^\top x_i)^2$. Find $\nabla L(w)$.

**Exercise 2.** We observe $R \in \mathbb{R}^{m\times n}$ and wish to minimize $\|R - UV^\top\|_F^2 + \mu \|U\|_F^2$ over
$U\in\mathbb{R}^{m\times k}, V\in\mathbb{R}^{n\times k}$. Compute the gradients with respect to $U$ and $V$.

**Exercise 3.** Let $F(w) = \frac{1}{2}\|y - Xw\|_2^2 + \lambda\|w\|_1$. Where is $F$ differentiable? Compute its gradient there.
"""
NORMED = r"1. If $f(x) = \frac{x}{\|x\|}$ where $\|x\| = \sqrt{x^T x}$ and $x \in \mathbb{R}^n$, what is the Jacobian of $f$?"
DEPENDS = r"""
1. Let $f(A) = \theta^T A^{-1} \theta$ where $A$ is an $m\times m$ invertible matrix. Suppose that $A = A(p)$ depends on a vector $p$ through
$A = B + \mathrm{diag}(p)$. What is $\nabla_p f$?
"""
ORDINAL = r"""
1. Let $\ell = \sum_{s=1}^K e^{u_s^\top v}$. Compute the derivative with respect to the $s^{th}$ sample $u_s$.
2. Let $\ell = \sum_{s=1}^K e^{u_s^\top v}$. Compute the derivative with respect to the $s$-th sample $u_s$.
"""
IN_TIME = "1) Compute d/dt of phi(t) = (a + t b)^T C (a + t b), where C is a symmetric n x n matrix."


def _network(v: Values) -> Any:
    return (v["w_2"] @ (v["W_1"] @ v["x"] + v["b_1"]) + v["b_2"] - v["y"]) * np.outer(v["w_2"], v["x"])


def _normed(v: Values) -> Any:
    n = np.linalg.norm(v["x"])
    return np.eye(len(v["x"])) / n - np.outer(v["x"], v["x"]) / n**3


def _depends(v: Values) -> Any:
    inverse = np.linalg.inv(v["B"] + np.diag(v["p"]))
    return -(inverse.T @ v["theta"]) * (inverse @ v["theta"])


ORACLES: list[tuple[str, str, Callable[[Values], Any]]] = [
    (LAYERS, "1(a)", _network),
    (HUBER, "1", lambda v: np.clip(v["r"], -v["delta"], v["delta"])),
    (FACTORS, "2", lambda v: 2 * (v["U"] @ v["V"].T - v["R"]) @ v["V"] + 2 * v["mu"] * v["U"]),
    (FACTORS, "2 (2)", lambda v: 2 * (v["U"] @ v["V"].T - v["R"]).T @ v["U"]),
    (FACTORS, "3", lambda v: v["X"].T @ (v["X"] @ v["w"] - v["y"]) + v["lam"] * np.sign(v["w"])),
    (NORMED, "1", _normed),
    (DEPENDS, "1", _depends),
    (IN_TIME, "1", lambda v: 2 * v["b"] @ v["C"] @ (v["a"] + v["t"] * v["b"])),
]


@pytest.mark.parametrize(("document", "label", "oracle"), ORACLES, ids=[f"{d.split()[3][:8]}-{n}" for d, n, _ in ORACLES])
def test_the_question_itself_is_answered(document: str, label: str, oracle: Callable[[Values], Any]) -> None:
    found, draw = value_of(asked(document, label))
    assert np.allclose(found, oracle(draw))


def test_an_ordinal_names_no_variable() -> None:
    assert [q.wrt for q in solve_text(ORDINAL, style="none").questions] == [("u_s",), ("u_s",)]


@pytest.mark.parametrize(
    "said",
    [
        r"input $x \in \mathbb{R}^{d}$, hidden layer of size $h$ and a scalar output",
        r"input $x$ of size $d$, hidden layer of size $h$",
        r"input $x \in \mathbb{R}^{d}$ and a batch size of $B$",
        r"input $x \in \mathbb{R}^{d}$ and hidden dimension $h$",
    ],
)
def test_the_size_of_a_layer_is_not_that_of_the_input(said: str) -> None:
    assert [d.dims for d in declarations(said) if d.name == "x"] == [("d",)]


def test_two_sizes_of_one_name_are_still_a_contradiction() -> None:
    for said in (r"$x\in\mathbb{R}^d$, the vector of length $n$", r"$x \in \mathbb{R}^d$ is a vector of size $n$"):
        with pytest.raises(GradatimError):
            declarations(said)


@pytest.mark.parametrize(
    ("question", "note"),
    [
        (r"Find the gradient of $f$ at $\eta = 0.1$.", "η does not stand in the function: at η = 0.1 it has the same derivative"),
        (r"Find the gradient of $f$ at $x = x_0$.", "the answer is written in x, which stands for x₀"),
        (r"Find $\nabla f(x_0)$.", "the answer is written in x, for x₀"),
        (r"Find the gradient of $f$ by looking at 2 cases.", ""),
    ],
)
def test_a_point_that_settles_nothing_leaves_the_formula(question: str, note: str) -> None:
    found = asked(rf"1. Let $f(x) = x^T A x$ with $x \in \mathbb{{R}}^n$. {question}", "1")
    value, draw = value_of(found)
    assert np.allclose(value, (draw["A"] + draw["A"].T) @ draw["x"])
    assert not note or note in found.assumed


def test_what_is_beyond_a_limit_is_told() -> None:
    long = "1. " + "The weather is fine today. " * 200 + r"Find the gradient of $x^T x$ with respect to $x$."
    assert dict(solve_text(long).others)["1"].startswith("not read: more than its first 4000 characters")
    high = r"1. Find $\nabla_{" + "x" * 31 + r"} f$ for $f = x^T A x$ with $x \in \mathbb{R}^n$."
    assert asked(high, "1").error == "a derivative with 31 axes is not worked out: no more than 8"


SHEET = r"""
\noindent{\bf 1.} Let $S(\beta) = (y - X\beta)'(y - X\beta)$.
\begin{enumerate}[label=\alph*)]
\item Derive the first-order conditions.
\item Compute the Hessian of $S$.
\end{enumerate}

\noindent{\bf 2.} (Logit) Let $\ell(\beta) = \sum_{i=1}^n \{y_i x_i'\beta - \ln(1+e^{x_i'\beta})\}$. Derive the score.

\noindent{\bf 3.} Minimize $w'\Sigma w$ subject to $w'\iota = 1$. Derive the first order conditions.
"""
ONE_LINE = r"""
1. Let \[h = \tanh(W x)\qquad \hat y = v^\top h\] with $x \in \mathbb{R}^d$. Derive the gradient by the inputs, i.e., find the gradient of
$\hat y$ with respect to $x$.
2. Let $f(x) = \|x\|^2$. Find the gradient. Next let $g(x) = a^\top x$. Find the gradient.
"""


def test_numbers_in_bold_begin_items_and_a_question_speaks_of_what_stands_before_it() -> None:
    assert [q.label for q in solve_text(SHEET, style="none").questions] == ["1(a)", "1(b)", "2"]
    found, v = value_of(asked(SHEET, "2"))
    assert np.allclose(found, v["x"].T @ (v["y"] - 1 / (1 + np.exp(-v["x"] @ v["beta"]))))
    assert dict(solve_text(SHEET).others)["3"].startswith("not read: conditions of a problem with constraints")
    first, v = value_of(asked(ONE_LINE, "2"))
    assert np.allclose(first, 2 * v["x"])
    second, v = value_of(asked(ONE_LINE, "2 (2)"))
    assert np.allclose(second, v["a"])


def test_definitions_on_one_line_are_two_and_what_is_said_again_is_asked_once() -> None:
    first = asked(ONE_LINE, "1")
    found, v = value_of(first)
    assert np.allclose(found, v["W"].T @ (v["v"] * (1 - np.tanh(v["W"] @ v["x"]) ** 2)))
    assert [q.label for q in solve_text(ONE_LINE, style="none").questions] == ["1", "2", "2 (2)"]


def test_a_primed_argument_is_a_variable_and_an_item_that_repeats_another_is_not_passed_over() -> None:
    kernel = r"1. For $k(x,x') = e^{-\|x-x'\|^2}$ with $x, x' \in \mathbb{R}^d$ compute $\nabla_{x} k(x,x')$ and $\nabla_{x'} k(x,x')$."
    by_first, v = value_of(asked(kernel, "1"))
    by_second, w = value_of(asked(kernel, "1 (2)"))
    assert np.allclose(by_first, -by_second) and list(v) == list(w)
    again = "1. Let $L = \\|w\\|^2$. Compute $\\nabla_w L$.\n\n2. Same as 1, but with $L = \\|w\\|$."
    assert dict(solve_text(again).others) == {"2": "not read: it asks again what another item asks"}
