"""A slip costs once, also where later questions build on what an earlier one was wrongly answered with."""

from __future__ import annotations

import pytest

from gradatim.homework.grade import Grader
from gradatim.homework.sheet import Mark

NETWORK = r"""
$$z = W_1 x + b_1, \quad a = \sigma(z), \quad o = W_2 a + b_2, \quad \hat{p} = \operatorname{softmax}(o), \quad L = -\sum_{k=1}^K y_k \log \hat{p}_k$$

with $x \in \mathbb{R}^d$, $W_1 \in \mathbb{R}^{h \times d}$, $W_2 \in \mathbb{R}^{K\times h}$, $b_1\in\mathbb{R}^h$, $b_2\in\mathbb{R}^K$, and a one-hot
label $y \in \mathbb{R}^K$ with $\sum_k y_k = 1$. $\sigma$ is the logistic sigmoid applied elementwise.

(a) (4 pts) Compute $\frac{\partial L}{\partial o}$.

(b) (4 pts) Compute $\frac{\partial L}{\partial W_2}$.

(c) (4 pts) Compute $\frac{\partial L}{\partial z}$.

(d) (4 pts) Compute $\frac{\partial L}{\partial W_1}$.
"""
PENALTY = r"""
Let $W \in \mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$, $t\in\mathbb{R}^m$, $u = Wx$ and $J = \frac12\|u - t\|^2 + \lambda\|W\|_F^2$.

1. (4 points) Find $\partial J/\partial u$.

2. (4 points) Find $\partial J/\partial W$.
"""
INNER = r"""
Let $A\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$, $u(x) = \tanh(Ax)$ and $f(x) = \|u(x)\|^2$.

1. (4 points) Find the Jacobian of $u$ with respect to $x$.

2. (4 points) Find the gradient of $f$ with respect to $x$.
"""
SUMS = r"""
Let $X\in\mathbb{R}^{n\times d}$, $y\in\mathbb{R}^n$, $w\in\mathbb{R}^d$.

1. (4 points) Let $R(w) = \|Xw-y\|^2$. Find $\nabla_w R$.

2. (4 points) Let $Q(w) = R(w) + \lambda\|w\|^2$. Find $\nabla_w Q$.

3. (4 points) Find the Hessian of $Q$ with respect to $w$.

4. (4 points) Let $E(w) = \exp(-R(w))$. Find $\nabla_w E$.
"""


def marks(sheet: str, answers: str) -> list[Mark]:
    return list(Grader(sheet).grade(answers).questions)


def full(mark: Mark) -> bool:
    return mark.points == mark.max_points and any("where the slip was deducted" in n for n in mark.notes)


BACK = r"""
(a) $y - \hat p$

(b) $(y - \hat p) a^T$

(c) $W_2^T (y - \hat p) \odot a \odot (1 - a)$

(d) $(W_2^T (y - \hat p) \odot a \odot (1 - a)) x^T$
"""


@pytest.mark.parametrize(
    ("sheet", "answers"),
    [
        (NETWORK, BACK),  # ∂L/∂o goes on through o
        (PENALTY, "1. $t - u$\n\n2. $(t-u)x^T + 2\\lambda W$"),  # beside u the loss holds W, too
        # 1 − tanh for 1 − tanh²
        (INNER, r"1. $\operatorname{diag}(1 - \tanh(Ax))A$" + "\n\n" + r"2. $2A^T\operatorname{diag}(1-\tanh(Ax))\tanh(Ax)$"),
        # the factor 2 lost, then used in a sum, in its Hessian, and below an exponential
        (
            SUMS,
            "1. $X^T(Xw-y)$\n\n2. $X^T(Xw-y) + 2\\lambda w$\n\n3. $X^TX + 2\\lambda I$\n\n4. $-\\exp(-R(w))X^T(Xw-y)$",
        ),
    ],
)
def test_what_follows_from_an_earlier_answer_loses_nothing_more(sheet: str, answers: str) -> None:
    first, *rest = marks(sheet, answers)
    assert first.outcome == "wrong" and first.points is not None and first.points < first.max_points
    assert rest and all(m.outcome == "wrong" and full(m) for m in rest)


@pytest.mark.parametrize(
    ("sheet", "answers", "second"),
    [
        (PENALTY, "1. $t - u$\n\n2. $(t-u)x^T + \\lambda W$", "a slip of its own beside the one that follows"),
        (PENALTY, "1. $u - t$\n\n2. $(t-u)x^T + 2\\lambda W$", "the earlier answer is right"),
        (SUMS, "1. $X^T(Xw-y)$\n\n2. $X^T(Xw-y) + \\lambda w$", "the factor lost again, in another term"),
        (INNER, r"1. $\operatorname{diag}(1 - \tanh(Ax))A$" + "\n\n" + r"2. $2A^T\tanh(Ax)$", "the earlier answer is not used"),
    ],
)
def test_a_slip_of_its_own_is_deducted(sheet: str, answers: str, second: str) -> None:
    mark = marks(sheet, answers)[1]
    assert mark.outcome == "wrong" and mark.points is not None and mark.points < mark.max_points, second
    assert not any("where the slip was deducted" in n for n in mark.notes)


def test_names_are_taken_through_the_answers_that_define_them() -> None:
    """δ₁ is defined in (c) by the δ₂ of (a), and (d) uses it."""
    answers = r"""
(a) $\delta_2 := \frac{\partial L}{\partial o} = \hat p - y$

(b) $\delta_2 a^T$

(c) $\delta_1 := \frac{\partial L}{\partial z} = (W_2^T \delta_2) \odot a \odot (1 - a)$

(d) $\delta_1 x^T$
"""
    found = marks(NETWORK, answers)
    assert [m.outcome for m in found] == ["right"] * 4
    assert found[3].notes == ("`δ₁` was taken from the answer to (c); `δ₂` was taken from the answer to (a)",)


def test_a_name_with_names_of_its_own() -> None:
    """p stands in the first answer, and so does the Z by which it is defined."""
    sheet = (
        "Let $a_i \\in \\mathbb{R}^n$ and $h(x) = \\log\\sum_{i=1}^m \\exp(a_i^Tx)$.\n\n"
        "1. Compute the gradient of $h$ with respect to $x$.\n\n2. Compute the Hessian of $h$ with respect to $x$.\n"
    )
    answers = (
        "1. Let $Z = \\sum_i e^{a_i^Tx}$. $\\nabla h = \\sum_i p_i a_i$ with $p_i = e^{a_i^Tx}/Z$.\n\n"
        "2. $\\nabla^2h = \\sum_ip_ia_ia_i^T - (\\sum_ip_ia_i)(\\sum_jp_ja_j)^T$.\n"
    )
    assert [m.outcome for m in marks(sheet, answers)] == ["right", "right"]
