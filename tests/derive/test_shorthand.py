"""Names that declarations introduce for parts are used in answers; what they stand for is never changed by it."""

from __future__ import annotations

import pytest

from gradatim import read

CASES = [
    (r"y^T(K_0 + \theta K_1)^{-1}y", "theta", r"$K_0, K_1 \in \mathbb{R}^{n \times n}$ symmetric positive definite, $y \in \mathbb{R}^n$. "
     r"Write $K = K_0 + \theta K_1$.", "−yᵀK⁻¹ K₁ K⁻¹ y"),
    (r"y^T(K + \sigma^2I)^{-1}y", "K", r"$K \in \mathbb{R}^{n \times n}$ symmetric positive definite, $y \in \mathbb{R}^n$. "
     r"Let $\alpha = (K + \sigma^2I)^{-1}y$.", "−α αᵀ"),
    (r"\log\sum_i e^{z_i}", "z", r"$z \in \mathbb{R}^n$ and $p = \operatorname{softmax}(z)$", "p"),
    (r"\log(1 + x^\top A x)", "x", r"$A \in \mathbb{R}^{n \times n}$ symmetric. Write $q = 1 + x^\top A x$.", "2 A x / q"),
    (r"\|Ax - b\|^2", "x", r"$A \in \mathbb{R}^{m \times n}$. Write $r = b - Ax$.", "−2 Aᵀr"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "wrt", "given", "wanted"), CASES)
def test_answers_use_the_names_that_were_given(formula: str, wrt: str, given: str, wanted: str) -> None:
    assert str(read(formula, given=given).derivative(wrt)) == wanted


@pytest.mark.parametrize(
    "given",
    [
        r"$A \in \mathbb{R}^{m \times n}$. We look for $\hat{x} = A^{+}b$.",
        r"$A \in \mathbb{R}^{m \times n}$ and $b = Ax^* + \varepsilon$.",
        r"$A \in \mathbb{R}^{m \times n}$ and $g = \frac{\partial f}{\partial x}$.",
    ],
)
def test_other_equations_change_nothing(given: str) -> None:
    assert str(read(r"\|Ax - b\|^2", given=given).derivative("x")) == "2 Aᵀ(A x − b)"
