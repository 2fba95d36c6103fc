"""Powers, indicators and sums with one scalar in front. Each formula is the one of a calculus book."""

from __future__ import annotations

import pytest

import gradatim as gd


@pytest.mark.parametrize(
    ("function", "by", "given", "order", "expected"),
    [
        ("x^n", "x", "x, n scalars", 1, "n x^(n − 1)"),
        ("x^n", "x", "x, n scalars", 2, "n x^(n − 2)(n − 1)"),
        ("x^x", "x", "x positive scalar", 1, "xˣ (1 + log(x))"),
        (r"\prod_i x_i^{a_i}", "x", "x, a vectors", 1, "(Πᵢ xᵢ^(aᵢ))(a ⊘ x)"),
        (
            r"\sum_i \max(0, 1 - y_i w^T x_i)^2",
            "w",
            "x_i vectors, y_i scalars, w vector",
            2,
            "2 Σᵢ yᵢ² 𝟙[yᵢ wᵀxᵢ < 1] xᵢ xᵢᵀ",
        ),
        (
            "(x^T A x)(x^T B x)",
            "x",
            "A, B n × n matrices",
            2,
            "(xᵀB x)(A + Aᵀ) + (A + Aᵀ) x xᵀ(B + Bᵀ) + (xᵀA x)(B + Bᵀ) + (B + Bᵀ) x xᵀ(A + Aᵀ)",
        ),
        (r"\sum_i (x_i - a)^2; a = 1^T x", "x", "x vector of length N", 1, "2(x − (a (1 − N) + sum(x)) 𝟏)"),
    ],
)
def test_results(function: str, by: str, given: str, order: int, expected: str) -> None:
    assert str(gd.read(function, given=given).derivative(*[by] * order)) == expected
