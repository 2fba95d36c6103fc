"""Mistakes that the shapes give away: a term that lost its vector, a number where a matrix belongs."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.read.problem import read


@pytest.mark.parametrize(
    ("function", "given", "wrt", "answer", "kind", "word"),
    [
        # d/dw Σ(yᵢ − wᵀxᵢ)² = −2 Σ(yᵢ − wᵀxᵢ) xᵢ: without the xᵢ it is a number beside 2λw.
        (
            r"\sum_i (y_i - w^T x_i)^2 + \lambda w^T w",
            "x_i and w are vectors, y_i and \\lambda are scalars",
            "w",
            r"2\lambda w - 2\sum_i (y_i - w^T x_i)",
            "chain-rule",
            "x_i",
        ),
        # d/dx σ(aᵀx) = σ(1 − σ) a.
        (
            r"\|x\|^2 + \sigma(a^T x)",
            "a and x are vectors",
            "x",
            r"2x + \sigma(a^T x)(1 - \sigma(a^T x))",
            "chain-rule",
            "a",
        ),
        # The gradient of ‖Lx‖² is 2 L x xᵀ.
        (r"\|Lx\|^2", "L is an m x n matrix, x is a vector", "L", "2Lx^Tx", "order", "xᵀx"),
    ],
)
def test_kind_and_place(function: str, given: str, wrt: str, answer: str, kind: str, word: str) -> None:
    verdict = gd.check(answer, of=read(function, given=given), wrt=wrt)
    assert (verdict.outcome, verdict.mistake) == ("wrong", kind)
    assert word in verdict.message


def test_a_number_added_where_nothing_is_lacking_stays_a_question_of_shape() -> None:
    verdict = gd.check("2x + x^T x", of=read(r"\|x\|^2", given="x is a vector"), wrt="x")
    assert verdict.outcome == "wrong" and verdict.mistake != "chain-rule"


@pytest.mark.parametrize(
    ("answer", "kind", "word"),
    [
        # ∇²(xᵀAx / xᵀx) = 2 (A − r I − g xᵀ − x gᵀ) / xᵀx with g = ∇r.
        (r"$\frac{2}{x^Tx}(A - rI - g x^T)$ where $g = \frac{2}{x^Tx}(Ax - rx)$", "missing-term", "transpose"),
        (r"$\frac{2}{x^Tx}(A - rI - x g^T)$ where $g = \frac{2}{x^Tx}(Ax - rx)$", "missing-term", "transpose"),
        (r"$\frac{2}{x^Tx}(A - rI)$", "missing-term", "terms"),
    ],
)
def test_one_of_two_transposed_terms(answer: str, kind: str, word: str) -> None:
    problem = gd.read(r"r(x) = \frac{x^TAx}{x^Tx}", r"$A \in \mathbb{R}^{n\times n}$ symmetric, $x \in \mathbb{R}^n$")
    found = gd.check(answer, problem, ("x", "x"))
    assert (found.outcome, found.mistake) == ("wrong", kind) and word in found.message, found
