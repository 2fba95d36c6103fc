"""Answers as people type them into a text field: words before the formula, names of their own, a question mark behind it.

The Hessian of ‖Ax − b‖² is 2AᵀA; that of the logistic loss Σ log(1 + exp(−yᵢ wᵀxᵢ)) with yᵢ = ±1 is Σ σᵢ(1 − σᵢ) xᵢ xᵢᵀ, as in
any textbook on logistic regression."""

from __future__ import annotations

import pytest

import gradatim as gd

LOSS = r"\sum_{i=1}^N \log(1 + \exp(-y_i w^T x_i))"
GIVEN = r"$y_i \in \{-1, 1\}$ and $x_i \in \mathbb{R}^d$"


@pytest.mark.parametrize(
    "answer",
    [
        "The Hessian is 2A^T A",
        "So the Hessian is 2A^TA.",
        "hessian: 2A'A",
        "grad = 2A'(Ax-b); hess = 2A'A",
        "grad = 2A'(Ax-b), hess = 2A'A",
        "gradient is 2A'(Ax-b) and hessian is 2A'A",
    ],
)
def test_a_hessian_is_announced_in_words(answer: str) -> None:
    assert gd.check(answer, of="||Ax-b||^2", wrt=["x", "x"]).outcome == "right"
    assert gd.check(answer.replace("2A'A", "2AA'").replace("2A^T", "2A"), of="||Ax-b||^2", wrt=["x", "x"]).outcome != "right"


@pytest.mark.parametrize(
    "answer",
    [
        r"Let $\sigma_i = \frac{1}{1+e^{-y_iw^Tx_i}}$. Then $\nabla^2 \ell(w) = \sum_i \sigma_i(1-\sigma_i)x_ix_i^\top$.",
        r"$\sum_i \sigma_i(1-\sigma_i)x_ix_i^\top$ where $\sigma_i = \frac{1}{1+e^{-y_iw^Tx_i}}$",
    ],
)
def test_a_member_that_the_answer_defines_is_no_sigmoid_before_a_bracket(answer: str) -> None:
    """σᵢ(1 − σᵢ) was read as the sigmoid of 1 − σᵢ, and a right answer was called wrong."""
    verdict = gd.check(answer, of=rf"\ell(w) = {LOSS}", wrt=["w", "w"], given=GIVEN)
    assert verdict.outcome == "right"
    wrong = answer.replace(r"(1-\sigma_i)", r"(1+\sigma_i)")
    assert gd.check(wrong, of=rf"\ell(w) = {LOSS}", wrt=["w", "w"], given=GIVEN).outcome == "wrong"


@pytest.mark.parametrize("answer", ["2A^T(Ax-b)?", "(X?¹)?"])
def test_a_question_mark_behind_a_formula_is_no_blank(answer: str) -> None:
    """A student who doubts has answered, and so has one whose file lost its signs: a person looks."""
    assert gd.check(answer, of="||Ax-b||^2", wrt="x").outcome == "undecided"


@pytest.mark.parametrize("answer", ["?", "??", r"\nabla f = ?"])
def test_a_question_mark_alone_is_one(answer: str) -> None:
    assert gd.check(answer, of="f = ||Ax-b||^2", wrt="x").outcome == "blank"


def test_a_member_named_like_the_function_that_makes_it() -> None:
    """`σ_i = σ(wᵀx_i)` is no recurrence: the gradient of the cross-entropy is Σ (σᵢ − yᵢ) xᵢ."""
    text = r"\sigma_i = \sigma(w^T x_i); -\sum_i (y_i \log \sigma_i + (1 - y_i) \log(1 - \sigma_i))"
    assert gd.check(r"\sum_i (\sigma_i - y_i) x_i", of=text, wrt="w").outcome == "right"
    assert gd.check(r"\sum_i (y_i - \sigma_i) x_i", of=text, wrt="w").outcome == "wrong"
