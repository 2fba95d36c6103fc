"""LaTeX in its author's spelling means the same and is written the same; names in plain letters are names in LaTeX."""

from __future__ import annotations

import re
from typing import Any

import pytest

import gradatim as gd
from gradatim.write.latex import latex
from gradatim.write.spelling import spelling_of

SPELT = [
    (r"\log\det(X)", "X is n x n"),
    (r"\ln\left|X\right|", "X is n x n"),
    (r"\mathrm{Tr}(X^T Y)", "X, Y are m x n matrices"),
    (r"\mathbf{w}'\mathbf{X}'\mathbf{X}\mathbf{w}", "w is a vector, X is a matrix"),
    (r"w^{\intercal}x", "w, x vectors"),
    (r"w^{\mathsf{T}}x", "w, x vectors"),
    (r"X \circ Y", "X, Y are m x n matrices"),
    (r"e^{w^T x}", "w, x vectors"),
    (r"(e^{w^T x})^2", "w, x vectors"),
    (r"\mathbb{1}^T x", "x is a vector"),
    (r"\|X\|_F^2 + \|X\|_F", "X is an m x n matrix"),
    (r"(W^{(1)T})^{-1}", r"$W^{(1)}$ is an n x n matrix"),
    (r"\frac{1}{2} x^T A x", "A is symmetric, x is a vector"),
    (r"\sin(\pi a) \sqrt{2 \pi}", "a is a scalar"),
]


@pytest.mark.parametrize(("formula", "given"), SPELT)
def test_what_is_written_in_an_authors_spelling_reads_back(formula: str, given: str) -> None:
    function = gd.read(formula, given=given).term
    assert gd.read(latex(function, author=spelling_of(formula)), given=given).term is function


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        (r"w^T x + \ln a", [r"w^T", r"\ln"]),
        (r"w^\top x + \log a", [r"w^\top", r"\log"]),
        (r"w^{\mathsf{T}} x", [r"w^{\mathsf{T}}"]),
        (r"e^{w^T x}", [r"e^{"]),
        (r"\exp(w^T x)", [r"\exp"]),
        (r"\mathbf{w}'\mathbf{X}\mathbf{w}", ["w'"]),
    ],
)
def test_the_spelling_of_the_question_is_kept(source: str, kept: list[str]) -> None:
    written = latex(gd.read(source, given="a is a scalar; w, x vectors").term, author=spelling_of(source))
    assert all(k in written for k in kept)
    usual = latex(gd.read(source, given="a is a scalar; w, x vectors").term)
    assert not re.search(r"\^T|\\ln|e\^|'", usual)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("x", "x"),
        ("rate", r"\mathrm{rate}"),
        ("W1", "W_1"),
        ("W12", "W_{12}"),
        ("x_hat", r"\hat{x}"),
        ("lam", r"\lambda"),
        ("beta_0", r"\beta_0"),
        ("ŷ", r"\hat{y}"),
        ("W⁽¹⁾", "W^{(1)}"),
        (r"\mathbf{w}", r"\mathbf{w}"),
    ],
)
def test_names_in_plain_letters(name: str, written: str) -> None:
    assert gd.scalar(name).latex() == written


def test_the_norm_of_a_matrix_says_which() -> None:
    X, x = gd.matrix("X", "m", "n"), gd.vector("x", "n")
    assert str(gd.norm(X)) == "‖X‖_F" and str(gd.norm(x)) == "‖x‖"
    assert gd.sqnorm(X).latex() == r"\left\|X\right\|_F^2"


def test_bars_around_a_vector_would_be_its_norm() -> None:
    x, a = gd.vector("x", "n"), gd.scalar("a")
    assert str(gd.absolute(x)) == "abs(x)" and str(gd.absolute(a)) == "|a|"
    written = gd.absolute(x).latex()
    assert gd.read(written, given="x is an n-vector").term.type.axes == x.type.axes


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (lambda y, x, z: -y * (x @ z), "−y (xᵀz)"),
        (lambda y, x, z: -y * x, "−y x"),
        (lambda y, x, z: -(y + 1) * x, "−(y + 1) x"),
        (lambda y, x, z: -(x @ z) * y, "−(xᵀz) y"),
        (lambda y, x, z: (-y / 2) * x, "−(y/2) x"),
    ],
)
def test_a_sign_before_a_factor_brings_no_brackets(made: Any, written: str) -> None:
    assert str(made(gd.scalar("y"), gd.vector("x", "n"), gd.vector("z", "n"))) == written
