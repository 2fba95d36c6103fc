"""Rules that are used in the wrong place: the mistake is told as what the person did, and where."""

from __future__ import annotations

import pytest

import gradatim as gd

LS = (r"\frac12\sum_{i=1}^m(\sum_{j=1}^n a_{ij}x_j-b_i)^2", "x", r"$x\in R^n$, $b\in R^m$, $A=(a_{ij})\in R^{m\times n}$")
BELL = (r"\exp(-\frac12 y'Xy)", "y", "X is a symmetric n x n matrix, y a vector")
FACTORS = (
    r"\frac12\|M-UV^T\|_F^2+\frac\lambda2\|U\|_F^2",
    "U",
    r"$M\in R^{m\times n}$, $U\in R^{m\times k}$, $V\in R^{n\times k}$, $\lambda$ is a scalar",
)
COUNTS = (
    r"\sum_{i=1}^m y_i\theta^Tx_i - e^{\theta^Tx_i}",
    r"\theta",
    r"$\theta, x_i$ are vectors, $y_i$ scalars",
)
GAUSS = (r"-\frac12\sum_{i=1}^N (x_i-\mu)^TP(x_i-\mu)", r"\mu", r"$x_i,\mu$ are vectors, $P$ is symmetric")
ROUND = (r"\log\det(\frac{3}{10}I+xx^T)", "x", "$x\\in R^n$")
QUOTIENT = (r"\frac{x^TAx}{x^Tx}", "x", "A is n x n, x is a nonzero vector")


PCA = (r"\|X-WW^TX\|_F^2", "W", "X is d x N, W is d x k")
ENTROPY = (
    r"-\sum_{i=1}^N [y_i\log\hat y_i+(1-y_i)\log(1-\hat y_i)]; \hat y_i = \sigma(w^Tx_i)",
    "w",
    "w, x_i are vectors, y_i scalars",
)
LENGTH = (r"\|Ax-b\|", "x", "A is m x n, x, b are vectors")
CUBE = (r"\operatorname{tr}(X^3)", "X", "X is n x n")
VOLUME = (r"\det X", "X", "X is an invertible n x n matrix")
SHARES = (r"s_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", "z", r"$z\in R^K$")


def scalar(of: str) -> tuple[str, str, str]:
    return of, "u", "a and u are scalars"


@pytest.mark.parametrize(
    ("question", "answer", "kind", "said"),
    [
        (BELL, r"\exp(-Xy)", "chain-rule", "itself belongs: the outer function was not differentiated"),
        (LS, r"\frac12\|A\|^2", "chain-rule", "the derivative of A x − b stands where A x − b itself belongs"),
        (scalar(r"\sin(u^2)"), r"\cos(2u)", "chain-rule", "the outer derivative is taken at the inner function"),
        (FACTORS, r"-\|M-UV^T\|_F^2+\lambda\|U\|_F^2", "chain-rule", "terms of the function, not differentiated by U"),
        (scalar("u^2 + a u"), "u^2 + a u", "other", "this is the function itself"),
        (scalar("u e^{au}"), "a e^{au}", "missing-term", "is not the product of the derivatives"),
        (scalar("u e^{au} + u^2"), "a e^{au} + 2u", "missing-term", "is not the product of the derivatives"),
        (scalar(r"\log(u^2+1)"), r"\frac{1}{u^2+1}", "chain-rule", "u² + 1, whose own derivative is missing"),
        (scalar("u^5"), "5u^5", "factor", "the power of u⁵ is wrong"),
        (ROUND, r"2(\frac{3}{10}I+xx^T)x", "factor", "the power of (3/10) I + x xᵀ is wrong"),
        (
            COUNTS,
            r"\sum_i (y_i - e^{x_i})x_i",
            "missing-term",
            "a factor is missing at `x_i`: a vector stands where a number belongs",
        ),
        (GAUSS, r"P(\sum_i x_i - \mu)", "factor", "a term of the answer is 1/N times what it should be"),
        (QUOTIENT, r"\frac{(A+A^T)x}{2x}", "shape", "arrays do not divide"),
        (PCA, "-4(X-WW^TX)X^TW", "missing-term", "W occurs 2 times in the function, and not all of them give the same term"),
        (
            ENTROPY,
            r"\sum_i\left(\frac{1-y_i}{1-\hat y_i}-\frac{y_i}{\hat y_i}\right)x_i",
            "chain-rule",
            "not followed through σ(wᵀxᵢ)",
        ),
        (LENGTH, "2A^T(Ax-b)", "chain-rule", "the derivative of the square of ‖A x − b‖"),
        (VOLUME, "X^{-T}", "chain-rule", "the derivative of the logarithm of det(X)"),
        (CUBE, "3X^T", "factor", "the power of X is wrong"),
        (SHARES, r"\operatorname{diag}(s\odot(1-s))", "missing-term", "right on the diagonal only"),
    ],
)
def test_what_was_done_is_told(question: tuple[str, str, str], answer: str, kind: str, said: str) -> None:
    of, wrt, given = question
    v = gd.check(answer, of=of, wrt=wrt, given=given)
    assert (v.outcome, v.mistake) == ("wrong", kind), v
    assert said in v.message


def test_entries_are_no_matrices_that_might_be_numbers() -> None:
    """With a multiple of the identity for A most entries are zero, and anything may seem to fit."""
    answer = r"[\sum_{i=1}^n(A_{ik}x_k+A_{ki})x_i] + A_{kk}x_k(1-x_k)"
    v = gd.check(answer, of="x^TAx", wrt="x", given=r"$x\in R^n$, $A\in R^{n\times n}$")
    assert (v.outcome, v.mistake) == ("wrong", "other")


def test_an_undeclared_name_is_said_to_stand_for_what_leaves_least_wrong() -> None:
    v = gd.check(r"\frac{2}{x^Tx}(A-\lambda I)", of=r"\frac{x^TAx}{x^Tx}", wrt=("x", "x"), given="A is a symmetric n x n matrix")
    assert v.outcome == "unreadable" and "xᵀA x / (xᵀx)" in v.message and "missing" in v.message


@pytest.mark.parametrize("of", [r"s_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", r"s = \operatorname{softmax}(z)"])
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"\operatorname{diag}(s) - ss^T", "right"),
        (r"\frac{\partial s_i}{\partial z_j} = s_i(\delta_{ij} - s_j)", "right"),
        (r"s\odot(1-s)", "wrong"),
        (r"\frac{\partial s_i}{\partial z_i} = s_i(1-s_i)", "incomplete"),
        (r"ss^T - \operatorname{diag}(s)", "wrong"),
    ],
)
def test_an_entry_and_the_whole_are_one_question(of: str, answer: str, outcome: str) -> None:
    assert gd.check(answer, of=of, wrt="z", given=r"$z\in R^K$").outcome == outcome


def test_the_diagonal_of_a_diagonal_derivative_is_told_as_that() -> None:
    v = gd.check("2x", of=r"f(x) = x\odot x", wrt="x", given="$x\\in R^n$")
    assert v.outcome == "incomplete" and "those off it are zero" in v.message


def test_the_first_line_has_no_line_before_it() -> None:
    v = gd.check(r"-2r^TA, \quad r = Ax - b", of=r"\|Ax-b\|^2", wrt="x", given="A is m x n", layout="numerator")
    assert v.first_wrong_line == 1 and "line before" not in v.lines[0].message
