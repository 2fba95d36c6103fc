"""Operations beyond the first dictionary: their derivatives as textbooks have them. Each is also verified when it is derived."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim import ops
from gradatim.errors import GradatimError, UnknownDerivative
from gradatim.term import Term
from gradatim.types import Dim

n, k = Dim.of("n"), ops.size(Dim.of("k"))
A, S, X = gd.matrix("A", n, n), gd.matrix("S", n, n), gd.matrix("X", n, n)
x, y, v, q = gd.vector("x", n), gd.vector("y", n), gd.vector("v", 3), gd.vector("q", 3)
p = gd.scalar("p")
i, j = gd.index("i", n), gd.index("j", n)


@pytest.mark.parametrize(
    ("function", "wrt", "expected"),
    [
        (gd.trace(ops.mpower(S, k)), S, "k (S^(k − 1))ᵀ"),
        (gd.det(ops.mpower(S, k)), S, "k det(S)ᵏ S⁻ᵀ"),
        (gd.logdet(ops.mpower(S, k)), S, "k S⁻ᵀ"),
        (gd.trace(A @ ops.mpower(S, k)), S, "Σᵢ (S^(i − 1))ᵀ Aᵀ(S^(k − i))ᵀ"),
        (gd.det(S.T @ A @ S), S, "2 det(A) det(S)² S⁻ᵀ"),
        (gd.det(A @ X @ S), X, "det(A X S) X⁻ᵀ"),
        (gd.logdet(gd.inv(X)), X, "−X⁻ᵀ"),
        (gd.trace(gd.inv(gd.inv(X)) @ A), X, "Aᵀ"),
        (ops.power(ops.pnorm(x, p), p), x, "p (sign(x) ⊙ abs(x)^∘(p − 1))"),
        (ops.pnorm(x, ops.number(4)), x, "x^∘3 / ‖x‖₄³"),
        (ops.cross(v, q), v, "−[q]_×"),
        (ops.cross(v, q), q, "[v]_×"),
        (gd.total(ops.huber(y, p)), y, "min(max(y, −p 𝟏), p 𝟏)"),
        (gd.sqnorm(ops.maximum(x, y)), x, "2(𝟙[x > y] ⊙ max(x, y))"),
        (ops.lgamma(gd.total(y)), y, "digamma(sum(y)) 𝟏"),
        (ops.at(S, i, j), S, "eᵢ eⱼᵀ"),
        (gd.norm(ops.at(S, i)), S, "eᵢ Sᵢᵀ / ‖Sᵢ‖"),
        (gd.softmax(y)[i], y, "softmax(y)ᵢ (eᵢ − softmax(y))"),
        (gd.log(gd.sum_over(i, gd.exp((A @ x)[i]))), x, "Aᵀsoftmax(A x)"),
        (-gd.log(gd.sigmoid(x.T @ y)), x, "(σ(xᵀy) − 1) y"),
    ],
    ids=str,
)
def test_derivatives_come_out_as_textbooks_have_them(function: Term, wrt: Term, expected: str) -> None:
    assert gd.derivative(function, wrt).text() == expected


@pytest.mark.parametrize(
    ("latex", "given", "wrt", "expected"),
    [
        (r"\operatorname{tr}(X^k)", r"$X$ is $n \times n$, $k$ a positive integer", "X", "k (X^(k − 1))ᵀ"),
        (r"\|x\|_p", r"$x \in \mathbb{R}^n$, $p > 1$", "x", "sign(x) ⊙ abs(x)^∘(p − 1) / ‖x‖ₚ^(p − 1)"),
        (r"v \times q", r"$v, q \in \mathbb{R}^3$", "q", "[v]_×"),
        (r"\max(a, b)^2", r"scalars $a$, $b$", "a", "2 max(a, b) 𝟙[a > b]"),
        (r"y\log t - \log(y!)", r"scalars $y > 0$, $t > 0$", "t", "y/t"),
        (r"\operatorname{tr}(A \oplus B)", r"$A$ is $n \times n$, $B$ is $m \times m$", "A", "m I"),
    ],
)
def test_paper_is_read(latex: str, given: str, wrt: str, expected: str) -> None:
    assert gd.read(latex, given=given).derivative(wrt).text() == expected


def test_what_has_no_derivative_is_an_error() -> None:
    with pytest.raises(UnknownDerivative):
        gd.derivative(gd.trace(ops.mpower(S, p)), S)
    with pytest.raises(GradatimError):
        gd.read(r"u \times w", given=r"$u, w \in \mathbb{R}^4$")
