"""Answers of more than two axes: by an entry, in the order that the question or the claim gives, or as the matrix of vec."""

from __future__ import annotations

import pytest

import gradatim as gd

X = r"Let $X \in \mathbb{R}^{n\times n}$ be invertible. Find $\partial (X^{-1})_{kl} / \partial X_{ij}$."
AXB = r"$A\in\mathbb R^{m\times n}$, $X\in\mathbb R^{n\times q}$, $B\in\mathbb R^{q\times p}$"


@pytest.mark.parametrize(
    ("answer", "of", "wrt", "given", "outcome"),
    [
        (r"-(X^{-1})_{ki}(X^{-1})_{jl}", r"X^{-1}", "X", X, "right"),
        (r"-(X^{-1})_{ik}(X^{-1})_{jl}", r"X^{-1}", "X", X, "right under a condition"),
        (r"-(X^{-1})_{kj}(X^{-1})_{il}", r"X^{-1}", "X", X, "wrong"),
        (r"A_{ik}B_{lj}", "AXB", "X", AXB, "right"),
        (r"\frac{\partial F_{kl}}{\partial X_{ij}} = A_{ki}B_{jl}", "F = AXB", "X", AXB, "right"),
        (r"B^T \otimes A", "AXB", "X", AXB, "right"),
        (r"A \otimes B^T", "AXB", "X", AXB, "wrong"),
        (r"x_i \delta_{jk}", "x y^T", "y", r"$x\in\mathbb R^m$, $y\in\mathbb R^n$", "right"),
        (r"x_j \delta_{ik}", "x y^T", "y", r"$x\in\mathbb R^n$, $y\in\mathbb R^n$", "wrong"),
    ],
)
def test_entries(answer: str, of: str, wrt: str, given: str, outcome: str) -> None:
    v = gd.check(answer, of=of, wrt=wrt, given=given, layout="gradient")
    assert v.outcome == outcome, v
    assert v.assumed


KRON = r"Let $P$ be $r\times s$ and let $Q$ be a constant $k\times l$ matrix. "
TOLD = KRON + r"Index the entry $P_{ab}Q_{cd}$ of $P \otimes Q$ by a and c, b and d; differentiate it by $P_{ij}$."


@pytest.mark.parametrize(
    ("answer", "given", "outcome"),
    [
        (r"\delta_{ai}\delta_{bj}Q_{cd}", TOLD, "right"),
        (r"\delta_{ai}\delta_{bj}Q_{cd}", KRON, "right"),
        (r"2\delta_{ai}\delta_{bj}Q_{cd}", TOLD, "wrong"),
        # The question says what counts rows and what counts columns: no reading exchanges them.
        (r"\delta_{aj}\delta_{bi}Q_{cd}", TOLD, "undecided"),
        (r"\delta_{ai}\delta_{bj}Q_{dc}", TOLD, "undecided"),
    ],
)
def test_two_indices_count_an_axis_of_a_kronecker_product(answer: str, given: str, outcome: str) -> None:
    v = gd.check(answer, of=r"P \otimes Q", wrt="P", given=given, layout="numerator")
    assert v.outcome == outcome, v
    assert outcome == "undecided" or any("(a, c), (b, d), i, j" in a.text for a in v.assumed)


BILINEAR = {"of": "f = a^T X b", "wrt": "X", "given": "X is an m x n matrix, a is a vector of length m, b a vector of length n"}


@pytest.mark.parametrize(
    ("left", "swapped"),
    [
        (r"[\nabla_X f]_{ij}", "right up to layout"),
        (r"(\partial f/\partial X)_{ij}", "right up to layout"),
        ("G_{ij}", "right up to layout"),
        (r"\frac{\partial f}{\partial X_{ij}}", "wrong"),  # the derivative of a number by a number has no layout
    ],
)
def test_the_left_side_says_which_index_is_the_row(left: str, swapped: str) -> None:
    assert gd.check(f"{left} = a_i b_j", **BILINEAR).outcome == "right"
    found = gd.check(f"{left} = a_j b_i", **BILINEAR)
    assert (found.outcome, found.mistake) == (swapped, "transpose")
    assert ("indices" in found.message) == (swapped == "wrong")
