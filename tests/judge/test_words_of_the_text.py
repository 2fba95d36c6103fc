"""Answers in names that the question's text gives: commutation matrices, definitions in words, a name for the function."""

from __future__ import annotations

import pytest

import gradatim as gd

RIGHT = [
    (r"XX'", r"Let $X$ be $n\times q$; $K_n$ is the commutation matrix.", "X", r"(I_{n^2}+K_n)(X\otimes I_n)"),
    (r"X'", r"Let $X$ be $n\times q$; $K_{nq}$ is the $nq\times nq$ commutation matrix.", "X", r"K_{nq}"),
    (
        r"\log|A+xB|",
        r"$A$, $B$ are $n\times n$ matrices, $x$ a scalar. Write $U$ for $A+xB$.",
        "x",
        r"\operatorname{tr}(U^{-1}B)",
    ),
    (
        r"\log|A+xB|",
        r"$A$, $B$ are $n\times n$ matrices, $x$ a scalar. Denote $A+xB$ by $U$.",
        "x",
        r"\operatorname{tr}(U^{-1}B)",
    ),
    (
        r"\frac{x^TAx}{x^Tx}",
        r"$A$ is symmetric, $x$ a vector. Write $\rho$ for the Rayleigh quotient and $q=x^Tx$.",
        "x",
        r"\frac{2}{q}(Ax-\rho x)",
    ),
    (r"\sum_{klmn}X_{kl}X_{mn}", r"$X\in\mathbb{R}^{p\times q}$", "X", r"2\sum_{kl}X_{kl}\,\mathbf{1}\mathbf{1}^T"),
    (
        r"\|Ax-b\|_p^p",
        r"$A\in\mathbb{R}^{m\times n}$, $p>1$",
        "x",
        r"p\,A^T\left(|Ax-b|^{p-1}\odot\operatorname{sign}(Ax-b)\right)",
    ),
    (
        r"X^TBX",
        r"$B\in\mathbb{R}^{p\times p}$, $X\in\mathbb{R}^{p\times q}$.",
        "X",
        r"\delta_{lj}(X^TB)_{ki}+\delta_{kj}(BX)_{il}",
    ),
]
WRONG = [
    (r"XX'", r"Let $X$ be $n\times q$; $K_n$ is the commutation matrix.", "X", r"(I_{n^2}-K_n)(X\otimes I_n)"),
    (r"\log|A+xB|", r"$A$, $B$ are $n\times n$ matrices, $x$ a scalar. Write $U$ for $A+xB$.", "x", r"\operatorname{tr}(UB)"),
    (r"\sum_{klmn}X_{kl}X_{mn}", r"$X\in\mathbb{R}^{p\times q}$", "X", r"\sum_{kl}X_{kl}\,\mathbf{1}\mathbf{1}^T"),
    (r"\|Ax-b\|_p^p", r"$A\in\mathbb{R}^{m\times n}$, $p>1$", "x", r"A^T\left(|Ax-b|^{p-1}\odot\operatorname{sign}(Ax-b)\right)"),
]


@pytest.mark.parametrize(("latex", "given", "wrt", "answer"), RIGHT)
def test_a_right_answer_in_the_names_of_the_text(latex: str, given: str, wrt: str, answer: str) -> None:
    assert gd.check(answer, of=gd.read(latex, given=given), wrt=wrt).outcome == "right"


@pytest.mark.parametrize(("latex", "given", "wrt", "answer"), WRONG)
def test_a_wrong_answer_in_the_names_of_the_text(latex: str, given: str, wrt: str, answer: str) -> None:
    assert gd.check(answer, of=gd.read(latex, given=given), wrt=wrt).outcome == "wrong"


def test_zero_is_the_zero_of_the_derivative() -> None:
    linear, quadratic = (
        gd.read(f, given=r"$X\in\mathbb{R}^{m\times n}$, $A\in\mathbb{R}^{m\times m}$") for f in ("a^TXb", "b^TX^TAXb")
    )
    assert gd.check("0", of=linear, wrt=("X", "X")).outcome == "right"
    assert gd.check("0", of=quadratic, wrt=("X", "X")).outcome == "wrong"


def test_an_index_with_arithmetic_is_no_name() -> None:
    with pytest.raises(gd.GradatimError):
        gd.read(
            r"\sum_{t=1}^{T}g_t\sum_{k=1}^{K}w_kx_{t+k-1}", given=r"$w\in\mathbb{R}^K$, $x\in\mathbb{R}^n$, $g\in\mathbb{R}^T$"
        )


def test_what_stays_constant_keeps_its_name() -> None:
    problem = gd.read(r"z^T(C\Sigma C^T)^{-1}z", given=r"$C$ is $n\times p$, and $z=x-A\mu$ is a constant vector")
    assert "z" in problem.symbols
