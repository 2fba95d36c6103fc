"""Derivatives by a scalar, and differentials, go forwards: sums stay sums, whatever the shapes."""

from __future__ import annotations

import pytest

import gradatim as gd

GIVEN = "matrices $A, B, C \\in \\mathbb{R}^{n \\times n}$, scalar $t$, vectors $y, z \\in \\mathbb{R}^n$"


@pytest.mark.parametrize(
    ("function", "first", "second"),
    [
        # d U⁻¹ = −U⁻¹ dU U⁻¹ twice, with dU = B + 2tC and d²U = 2C.
        (
            r"(A + tB + t^2C)^{-1}",
            "−(A + t B + t² C)⁻¹(B + 2 t C)(A + t B + t² C)⁻¹",
            "2(A + t B + t² C)⁻¹((B + 2 t C)(A + t B + t² C)⁻¹(B + 2 t C) − C)(A + t B + t² C)⁻¹",
        ),
        (r"\det(A + tB)", "det(A + t B) tr((A + t B)⁻¹ B)", None),
        (r"\|t y - z\|^2", "2((t y − z)ᵀ y)", "2 ‖y‖²"),
        (r"e^t A + t^3 C", "exp(t) A + 3 t² C", "exp(t) A + 6 t C"),
    ],
)
def test_by_a_scalar(function: str, first: str, second: str | None) -> None:
    p = gd.read(function, given=GIVEN)
    assert p.derivative("t").text() == first
    assert second is None or p.derivative("t", "t").text() == second


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (r"A B^{-1} C", "−A B⁻¹ dB B⁻¹ C"),
        (r"\|B y\| A", "(yᵀBᵀ dB y) A / ‖B y‖"),
        (r"B^3", "dB B² + B dB B + B² dB"),
        (r"\operatorname{diag}(B y) B", "diag(B y) dB + diag(dB y) B"),
    ],
)
def test_differentials_of_arrays(function: str, expected: str) -> None:
    p = gd.read(function, given=GIVEN)
    assert gd.differential(p.term, p.symbols["B"]).text() == expected


def test_products_and_sums_over_members_and_definitions() -> None:
    p = gd.read(r"u = e^t y; \sum_{i=1}^n \log(1 + e^{t y_i}) + u^T u", given=GIVEN)
    assert gd.is_matrix_form(p.derivative("t"))
