"""Names that an answer uses without a word: what they must stand for to make it right is told, and a person decides."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.homework.grade import Grader

GAUSS = (
    r"\ell = \log\det(C\Sigma C^T+\sigma^2 I) + z^T(C\Sigma C^T+\sigma^2I)^{-1}z",
    "C",
    r"$C\in\mathbb R^{n\times k}$, $\Sigma \in\mathbb R^{k\times k}$ symmetric positive definite, $z\in\mathbb R^n$, $\sigma>0$",
)
LOGISTIC = (
    r"\ell = \sum_{i=1}^n \log(1+\exp(x_i^T w)) - y_i x_i^T w",
    "w",
    r"$X$ is an $n \times d$ matrix with rows $x_i^T$, $y \in \mathbb R^n$, $w\in \mathbb R^d$",
)
NEURON = (r"f = \|\tanh(Wx+b) - y\|^2", "x", "W is an m x n matrix")
RAYLEIGH = ("f = x^T A x / (x^T x)", "x", "A is a symmetric n x n matrix, x a vector")


def judged(question: tuple[str, str, str], answer: str, order: int = 1) -> gd.Verdict:
    of, wrt, given = question
    return gd.check(answer, of=of, wrt=(wrt,) * order, given=given)


@pytest.mark.parametrize(
    ("question", "answer", "order", "stands"),
    [
        (GAUSS, r"2S^{-1}C\Sigma - 2S^{-1}zz^TS^{-1}C\Sigma", 1, ["C Σ Cᵀ + σ² I"]),
        (LOGISTIC, "X^T(p - y)", 1, ["σ(X w)"]),
        (LOGISTIC, r"\sum_i (p_i - y_i) x_i", 1, ["σ(X w)"]),
        (LOGISTIC, r"X^T \Omega X", 2, ["diag(", "σ(X w)"]),
        (NEURON, r"2W^T(r \odot (1-h^2))", 1, ["`r` stands for tanh(W x + b) − y", "`h` stands for tanh(W x + b)"]),
        (RAYLEIGH, r"\frac{2}{x^Tx}(Ax - \rho x)", 1, ["xᵀA x / (xᵀx)"]),
    ],
)
def test_what_would_make_it_right_is_told(question: tuple[str, str, str], answer: str, order: int, stands: list[str]) -> None:
    found = judged(question, answer, order)
    assert found.outcome == "undecided" and "not declared" in found.message, found.message
    assert all(s in found.message for s in stands), found.message


@pytest.mark.parametrize(
    ("question", "answer", "order", "said"),
    [
        (GAUSS, r"-2S^{-1}C\Sigma + 2S^{-1}zz^TS^{-1}C\Sigma", 1, "the sign is wrong"),
        (LOGISTIC, "X^T(y - p)", 1, "the sign is wrong"),
        (RAYLEIGH, r"\frac{1}{x^Tx}(Ax - \rho x)", 1, "½ times the derivative"),
    ],
)
def test_what_would_still_be_wrong_is_told(question: tuple[str, str, str], answer: str, order: int, said: str) -> None:
    found = judged(question, answer, order)
    assert found.outcome == "unreadable" and "not declared" in found.message and said in found.message, found.message


@pytest.mark.parametrize("answer", [r"X^T D X^T", "G", r"X^T(q + s + t)"])
def test_nothing_is_supposed_where_nothing_fits(answer: str) -> None:
    found = judged(LOGISTIC, answer)
    assert found.outcome == "unreadable" and "stands for" not in found.message


def test_a_name_of_an_earlier_answer_comes_first() -> None:
    sheet = (
        "Let $A \\in \\mathbb{R}^{m\\times n}$, $b \\in \\mathbb{R}^m$ and $f(x) = \\|Ax - b\\|^2$.\n\n"
        "1. Find $\\nabla_x f$.\n\n2. Find the Hessian of $f$ with respect to $x$.\n\n3. Find the gradient of $\\exp(f(x))$ with respect to $x$.\n"
    )
    answers = "1. $2A^Tr$ with $r = Ax - b$\n\n2. $2A^TA$\n\n3. $2\\exp(f)A^Tr$\n"
    assert [q.outcome for q in Grader(sheet).grade(answers).questions] == ["right"] * 3
    alone = Grader(sheet).grade("3. $2\\exp(f)A^Tr$\n").questions[2]
    assert alone.outcome == "undecided" and alone.points is None
