"""T and t above a name: a transpose on an array, an exponent on a number. What is neither is an error."""

from __future__ import annotations

import pytest

import gradatim as gd


@pytest.mark.parametrize(
    ("text", "given", "meant"),
    [
        (r"e^{-t} x", "t scalar, x vector", "exp(−t) x"),
        (r"e^{-2t}", "t scalar", "exp(−2 t)"),
        (r"e^{a t}", "a, t scalars", "exp(a t)"),
        (r"e^t", "t scalar", "exp(t)"),
        (r"e^T x", "e, x vectors", "eᵀx"),
        (r"2^{-t}", "t scalar", "2^(−t)"),
        (r"(1+r)^{-t}", "r, t scalars", "(1 + r)^(−t)"),
        (r"\gamma^t c", "γ, t, c scalars", "γᵗ c"),
        (r"\lambda^{-T} c", "λ, T, c scalars", "λ^(−T) c"),
        (r"x^t A x", "x vector", "xᵀA x"),
        (r"\operatorname{tr} X^{-t}", "X matrix", "tr(X⁻ᵀ)"),
        (r"\operatorname{tr} X^{-2T}", "X matrix", "tr(X⁻²ᵀ)"),
        (r"1^T x", "x vector", "𝟏ᵀx"),
    ],
)
def test_what_the_letter_above_means(text: str, given: str, meant: str) -> None:
    function = gd.read(text, given=given).term
    assert str(function) == meant or gd.read(meant, given=given).term is function


@pytest.mark.parametrize(
    "text", [r"\frac{d}{dt} e^{-t}", r"\frac{d^2}{dt^2} t^2", r"\frac{\partial f}{\partial x}", r"\nabla_x x^T x"]
)
def test_a_derivative_inside_a_function_is_an_error(text: str) -> None:
    with pytest.raises(gd.ReadError):
        gd.read(text)


def test_d_may_be_a_number_where_it_is_declared() -> None:
    assert str(gd.read(r"\frac{d}{d c}", given="c, d scalars").term) == "d / (d c)"
