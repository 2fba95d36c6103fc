"""Derivatives by one member of a family under several sums. Each formula is reasoned out by hand: of the sum that binds the
member's own index one term is left, the other sums stay."""

from __future__ import annotations

import pytest

import gradatim as gd

RATINGS = r"Y is an m × n matrix, u_i, v_j ∈ R^k"


@pytest.mark.parametrize(
    ("function", "by", "given", "expected"),
    [
        (r"\sum_{i,j} (Y_{ij} - u_i^T v_j)^2", "u_i", RATINGS, "−2 Σⱼ (Yᵢⱼ − uᵢᵀvⱼ) vⱼ"),
        (r"\sum_{i,j} (Y_{ij} - u_i^T v_j)^2", "v_j", RATINGS, "−2 Σᵢ (Yᵢⱼ − uᵢᵀvⱼ) uᵢ"),
        (
            r"\sum_{i,j} w_{ij} \|x_i - x_j\|^2",
            "x_i",
            "x_i vectors, i = 1..n, W n × n matrix with entries w_{ij}",
            "2 Σⱼ (Wᵢⱼ + Wⱼᵢ)(xᵢ − xⱼ)",
        ),
        (r"\sum_i \log \sum_j \exp(x_i^T c_j)", "c_j", "x_i, c_j vectors", "Σᵢ exp(xᵢᵀcⱼ) xᵢ / Σₖ exp(xᵢᵀcₖ)"),
        (r"\sum_i \log \sum_j \exp(x_i^T c_j)", "x_i", "x_i, c_j vectors", "(Σⱼ exp(xᵢᵀcⱼ) cⱼ) / Σⱼ exp(xᵢᵀcⱼ)"),
    ],
)
def test_one_member_under_two_sums(function: str, by: str, given: str, expected: str) -> None:
    assert str(gd.read(function, given=given).derivative(by)) == expected


@pytest.mark.parametrize(
    ("function", "by", "given", "expected"),
    [
        (r"Z = W A; \sum_{i,j} Z_{ij}^2", "W", "W, A n × n matrices", "2 Z Aᵀ"),
        (
            r"\frac12 \sum_{i,j} (M_{ij} - u_i^T v_j)^2",
            "U",
            "M is m × n, U is an m × k matrix with rows u_i, V is an n × k matrix with rows v_j",
            "−(M − U Vᵀ) V",
        ),
        (
            r"\log \sum_{i=1}^m \exp(a_i^T x + b_i)",
            "x",
            "A is an m × n matrix with rows a_i, b is a vector, x is a vector",
            "Aᵀsoftmax(A x + b)",
        ),
    ],
)
def test_entries_and_rows_come_back_as_matrices(function: str, by: str, given: str, expected: str) -> None:
    assert str(gd.read(function, given=given).derivative(by)) == expected
