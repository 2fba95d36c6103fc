"""Documents as they arrive: lists numbered by hand, by Markdown or not at all, blanks to fill in, plain text with bare Greek letters.

The documents are invented; what an item's answer is, is an oracle written here from its meaning and compared by value.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradatim.homework.solve import Solution, solve_text
from gradatim.homework.source import decode
from gradatim.read.prose import declarations
from gradatim.value.floats import evaluate as evaluate_floats

Oracle = Callable[[dict[str, Any]], Any]
SIZES: dict[str, int] = {}


def labels(text: str) -> list[str]:
    return [q.label for q in solve_text(text).questions]


def check(solution: Solution, label: str, oracle: Oracle) -> None:
    question = next(q for q in solution.questions if q.label == label)
    assert question.answer is not None and question.reading is not None, question.error
    rng = np.random.default_rng(1126)
    symbols = question.reading.symbols
    draw = {n: rng.uniform(0.5, 1.5, size=[size(d) for d in s.shape]) for n, s in symbols.items()}
    draw = {n: a + a.T if {"symmetric", "spd"} & symbols[n].type.facts else a for n, a in draw.items()}
    assert np.allclose(evaluate_floats(question.answer, draw), oracle(draw), rtol=1e-9), question.answer


def size(dim: Any) -> int:
    return int(str(dim)) if str(dim).isdigit() else SIZES.setdefault(str(dim), 3 + len(SIZES) % 5)


LAZY = r"""
# Warm-up

1. Find $$\nabla f(x)$$, if $$f(x) = u^\top x$$.
1. Find $$\nabla f(x), f''(x)$$, if $$f(x) = \dfrac{3}{2} x^\top x, x \in \mathbb{R}^5$$.
1. What is a gradient, what is a Hessian? Is there a relation between these two derivatives?
1. Calculate: $$\dfrac{\partial}{\partial S} \text{tr}(S), \;\; \dfrac{\partial}{\partial S} \text{tr}(S^2)$$
"""


def test_markdown_counts_a_list_of_ones() -> None:
    solution = solve_text(LAZY)
    assert [q.label for q in solution.questions] == ["1", "2", "2 (2)", "4", "4 (2)"]
    assert dict(solution.others) == {"3": "not a derivative question"}
    check(solution, "1", lambda v: v["u"])
    check(solution, "2 (2)", lambda v: 3 * np.eye(5))
    check(solution, "4 (2)", lambda v: 2 * v["S"].T)


NOTED = r"""
\documentclass{article}
\begin{document}
\textbf{Read this:} (1) Answers are short. (2) Ask in the forum. (3) Keep to the
(4) template, and do not share it.
\begin{enumerate}
\item Gradients. Find the gradient of each of the following functions, where $C \in \mathbb{R}^{p \times q}$ and $v \in \mathbb{R}^q$.
\begin{enumerate}
\item $f(v) = \|C v\|_2^2$
\item $f(v) = \frac{1}{3} d^\top v$
\end{enumerate}
\item Compute the following:
\begin{enumerate}
\item[(i)] $\frac{\partial (d^\top v)}{\partial v}$
\item[(ii)] $\nabla_C (h^\top C v)$
\end{enumerate}
\end{enumerate}
\end{document}
"""


def test_numbers_in_a_sentence_are_no_items_and_functions_alone_are() -> None:
    solution = solve_text(NOTED)
    assert [q.label for q in solution.questions] == ["1(a)", "1(b)", "2(i)", "2(ii)"]
    check(solution, "1(a)", lambda v: 2 * v["C"].T @ v["C"] @ v["v"])
    check(solution, "1(b)", lambda v: v["d"] / 3)
    check(solution, "2(ii)", lambda v: np.outer(v["h"], v["v"]))


HEADED = """
# Practice

## Part 1

### Exercise 1.1: Rules
1. r(t) = t³ · e^t,  find r'(t)
2. r(t) = (5t + 1)/(t - 2),  find r'(t)

### Exercise 1.2: Partial derivatives
For s(a, b) = 4a²b - 2a + b

Calculate:
1. ∂s/∂a (treat b as constant)
2. ∂²s/∂a∂b
"""


def test_a_list_below_a_heading_holds_its_parts() -> None:
    solution = solve_text(HEADED)
    assert [q.label for q in solution.questions] == ["1.1(1)", "1.1(2)", "1.2(1)", "1.2(2)"]
    check(solution, "1.1(1)", lambda v: np.exp(v["t"]) * (v["t"] ** 3 + 3 * v["t"] ** 2))
    check(solution, "1.1(2)", lambda v: -11 / (v["t"] - 2) ** 2)
    check(solution, "1.2(1)", lambda v: 8 * v["a"] * v["b"] - 2)
    check(solution, "1.2(2)", lambda v: 8 * v["a"])


OPTIONS = r"""
## 1 Norms (6 points)

1. (2 points) Let $g(z) = \|z\|_2^2$ with $z \in \mathbb{R}^4$. What is $\nabla g(z)$?

2. (2 points) **Select one:** Which is it here?

- ○ $z$
- □ $\nabla z$

3. (2 points) Find the Hessian of $g$.
"""


def test_bubbles_are_no_items() -> None:
    solution = solve_text(OPTIONS)
    assert [q.label for q in solution.questions] == ["1.1", "1.3"]
    check(solution, "1.3", lambda v: 2 * np.eye(4))


def test_a_blank_right_of_a_derivative_is_a_question() -> None:
    cells = [
        "## ex. 1\n$$y = tr(GH) \\quad G,H \\in \\mathbb{R}^{p \\times p}$$\n$$\\frac{dy}{dG} = $$",
        "## ex. 2\n$$ u = k^T G k, \\quad G \\in \\mathbb{R}^{p \\times p}$$\n$$\\frac{du}{dk} = ?$$",
    ]
    book = json.dumps({"cells": [{"cell_type": "markdown", "source": c} for c in cells]})
    solution = solve_text(decode(book.encode(), "sheet.ipynb"))
    assert [q.label for q in solution.questions] == ["1", "2"]
    check(solution, "1", lambda v: v["H"].T)
    check(solution, "2", lambda v: (v["G"] + v["G"].T) @ v["k"])


PLAIN = """Exercise sheet

1. Let E(w) = (1/2N) Σ_i (w^T x_i − y_i)², i = 1, …, N. Find ∇E(w).

2. Let g(u, λ) = c^T u + λ^T (Hu − d), u ∈ R^n, λ ∈ R^m. Write down ∂g/∂u and ∂g/∂λ.

3. The score: ℓ(β) = Σ_{i=1}^n { t_i s_i'β − log(1 + exp(s_i'β)) } with s_i of length k. Find ∂ℓ/∂β and ∂²ℓ/∂β∂β'.
"""


def test_plain_text_is_read_whole() -> None:
    solution = solve_text(PLAIN)
    assert [q.label for q in solution.questions] == ["1", "2", "2 (2)", "3", "3 (2)"]
    check(solution, "1", lambda v: v["x"].T @ (v["x"] @ v["w"] - v["y"]) / len(v["y"]))
    check(solution, "2", lambda v: v["c"] + v["H"].T @ v["lam"])
    check(solution, "2 (2)", lambda v: v["H"] @ v["u"] - v["d"])
    p = lambda v: 1 / (1 + np.exp(-v["s"] @ v["beta"]))
    check(solution, "3", lambda v: v["s"].T @ (v["t"] - p(v)))
    check(solution, "3 (2)", lambda v: -v["s"].T @ np.diag(p(v) * (1 - p(v))) @ v["s"])
    assert any("divides by `2N`" in a for a in solution.questions[0].assumed)


VARIANCE = r"""
1. Let $\ell(\beta, \sigma^2) = -\frac{n}{2}\log\sigma^2 - \frac{1}{2\sigma^2} r^\top r$ with $r \in \mathbb{R}^n$. Find $\frac{\partial \ell}{\partial \sigma^2}$.
"""


def test_a_derivative_by_a_square_is_by_the_square() -> None:
    # With v = σ², ℓ = −(n/2) log v − rᵀr/(2v), so dℓ/dv = −n/(2v) + rᵀr/(2v²).
    check(solve_text(VARIANCE), "1", lambda v: -len(v["r"]) / (2 * v["sigma2"]) + v["r"] @ v["r"] / (2 * v["sigma2"] ** 2))


STANDS_FOR_ITSELF = r"""
Let $M = K^\top K$ with $K \in \mathbb{R}^{3 \times 3}$.

1. Let $q_1 = \operatorname{tr} M$. Find $\frac{\partial q_1}{\partial M}$.
2. Derive the stress $P = \frac{\partial E}{\partial K}$ for the energy $E = \frac{\mu}{2} \operatorname{tr}(K^\top K)$.
"""


def test_a_variable_that_the_text_defines_stands_for_itself() -> None:
    solution = solve_text(STANDS_FOR_ITSELF)
    check(solution, "1", lambda v: np.eye(3))
    check(solution, "2", lambda v: v["mu"] * v["K"])


def test_a_contradiction_is_confined_to_its_item() -> None:
    text = (
        "1. Let $a \\in \\mathbb{R}^3$, $f(a) = a^T a$ and $a \\in \\mathbb{R}^n$. Find the gradient of $f$.\n\n"
        "2. Let $h(b) = b^T b$. Find the gradient of $h$ with respect to $b$.\n"
    )
    solution = solve_text(text)
    check(solution, "2", lambda v: 2 * v["b"])
    assert "declared twice" in dict(solution.others)["1"]


def test_a_likelihood_is_not_the_probability_it_is_made_of() -> None:
    text = "1. Let $P(y = 1 | x) = \\sigma(w^T x)$. Derive the gradient of the negative log-likelihood with respect to $w$.\n"
    ((label, why),) = solve_text(text).others
    assert label == "1" and "no formula says what “the negative log-likelihood” is" in why


def test_another_items_array_is_another_array() -> None:
    text = (
        "1. Let $h = V \\tanh(W x)$ with $W \\in \\mathbb{R}^{k \\times d}$ and $V \\in \\mathbb{R}^{d \\times k}$, $x \\in \\mathbb{R}^d$. "
        "What is the Jacobian $\\frac{\\partial h}{\\partial x}$?\n\n"
        "2. Let $s_t = \\tanh(W s_{t-1} + U z_t)$. Derive $\\frac{\\partial s_t}{\\partial s_{t-1}}$.\n"
    )
    question = solve_text(text).questions[1]
    assert question.answer is not None and question.answer.rank == 2
    assert not any("declared in an item before" in a for a in question.assumed)


def test_a_hessian_by_several_names_has_every_pair() -> None:
    text = "1. Let $f(a, b) = a^3 b + b^2$. Compute the Hessian of $f$.\n"
    solution = solve_text(text)
    assert [q.wrt for q in solution.questions] == [("a", "a"), ("a", "b"), ("b", "b")]
    check(solution, "1 (2)", lambda v: 3 * v["a"] ** 2)


@pytest.mark.parametrize("word", ["is", "are"])
def test_a_number_of_things_is_no_number(word: str) -> None:
    text = (
        f"1. Let $p \\in \\mathbb{{R}}^n$ and let $L(z) = z^T p$, where $z$ {word} a vector with length equal to the number of classes. "
        "Find the gradient of $L$ with respect to $z$.\n"
    )
    check(solve_text(text), "1", lambda v: v["p"])


LAYOUT = r"""
Throughout this sheet we use the denominator layout.

1. Let $s(x) = C x$ with $C \in \mathbb{R}^{3 \times 5}$. What is $\frac{\partial s}{\partial x}$?
"""


def test_the_layout_that_a_document_fixes_is_kept() -> None:
    check(solve_text(LAYOUT), "1", lambda v: v["C"].T)
    aside = LAYOUT.replace("Throughout this sheet we use", "Some textbooks use")
    check(solve_text(aside), "1", lambda v: v["C"])


EACH = r"""
\begin{enumerate}
\item Compute the derivatives $\frac{\mathrm{d}f}{\mathrm{d}z}$ of the following functions. Describe your steps.
\begin{enumerate}
\item \[ f(z) = z^\top z \,, \quad z \in \mathbb{R}^4 \]
\item \[ f(z) = \exp(c^\top z) \,, \quad z \in \mathbb{R}^4 \]
\end{enumerate}
\item Differentiate $p$ with respect to $t$ and $q$ with respect to $X$, where $p(t) = t^\top t$ and $q(X) = \mathrm{tr}(X^\top X)$.
\end{enumerate}
"""


def test_every_function_and_every_variable_is_asked() -> None:
    solution = solve_text(EACH)
    assert [q.label for q in solution.questions] == ["1(a)", "1(b)", "2", "2 (2)"]
    check(solution, "1(a)", lambda v: 2 * v["z"])
    check(solution, "1(b)", lambda v: np.exp(v["c"] @ v["z"]) * v["c"])
    check(solution, "2", lambda v: 2 * v["t"])
    check(solution, "2 (2)", lambda v: 2 * v["X"])


def test_a_size_after_a_list_is_said_of_what_looks_alike() -> None:
    sized = {d.name: d.dims for d in declarations("G, H n × n; u, Y k × m")}
    assert sized["G"] == sized["H"] == ("n", "n")
    assert sized["Y"] == ("k", "m") and sized["u"] == ()


CHANGED = """Sheet 7

1) The criterion is Q(b) = (y − Xb)'W(y − Xb), where W is a diagonal n×n matrix of known weights, X is n×p and y is n×1. Find the gradient of Q with respect to b.

2) Add the penalty c b'b to Q. What is the gradient now?

3) Let Σ be a 4×4 positive definite matrix and consider f(Σ) = log|Σ| + tr(Σ^(-1)S), S a symmetric 4×4 matrix. Compute ∂f/∂Σ.
"""


def test_another_function_is_not_the_one_before() -> None:
    solution = solve_text(CHANGED)
    assert [q.label for q in solution.questions] == ["1", "3"]
    assert dict(solution.others)["2"].startswith("not read")
    question = solution.questions[0]
    assert question.reading is not None and "diagonal" in question.reading.symbols["W"].type.facts
    inverse = np.linalg.inv

    def by_sigma(v: dict[str, Any]) -> Any:
        at = inverse(v["Sigma"])
        return at - at @ v["S"] @ at

    check(solution, "3", by_sigma)


@pytest.mark.parametrize("head", [r"\pi(a)", r"\pi_a"])
def test_an_argument_that_counts_is_an_index(head: str) -> None:
    text = (
        rf"1. Let ${head} = \frac{{\exp(\theta_a)}}{{\sum_{{b=1}}^4 \exp(\theta_b)}}$ and $J(\theta) = \sum_{{a=1}}^4 {head} r_a$. "
        r"Find the gradient $\nabla J(\theta)$." + "\n"
    )

    def slope(v: dict[str, Any]) -> Any:
        p = np.exp(v["theta"]) / np.exp(v["theta"]).sum()
        return p * (v["r"] - p @ v["r"])

    check(solve_text(text), "1", slope)
