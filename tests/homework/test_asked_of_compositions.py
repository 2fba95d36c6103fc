"""Functions at other values than their variables, and variables behind "in" and ∂/∂X. Expected values by the chain rule."""

from __future__ import annotations

import pytest

from gradatim.homework.solve import solve_text
from gradatim.write.text import text


def answers(question: str) -> list[str]:
    found = solve_text(f"1. {question}", style="none").questions
    return [text(q.answer) if q.answer is not None else q.error for q in found]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (r"Let $f(x)=\|x\|^2$. Find $\nabla_x f(Ax)$.", ["2 AᵀA x"]),
        (r"Let $f(x)=\|x\|^2$. Find the gradient of $f(Ax+b)$ with respect to $x$.", ["2 Aᵀ(A x + b)"]),
        (r"Let $f(x)=\|x\|^2$. Find $\frac{d}{dt}f(x+tv)$.", ["2((x + t v)ᵀ v)"]),
        (r"Let $f(x)=\|x\|^2$. Find the gradient of $f(x)$.", ["2 x"]),
        (r"Let $L(w, b) = (w^Tx + b - y)^2$. Find $\nabla_w L(w, b)$.", ["2(wᵀx + b − y) x"]),
        # What stands behind "in" is by what is differentiated, unless it is a set.
        (r"Find the gradient of $\frac12\|X-AB^T\|_F^2$ in $A$.", ["(A Bᵀ − X) B"]),
        (r"Find the gradient of $\frac12\|X-AB^T\|_F^2$ in A.", ["(A Bᵀ − X) B"]),
        (r"Compute the gradient of $f(x,y)=x^2y$ in $x$ and in $y$.", ["2 y x", "x²"]),
        (r"Find the gradient of $x^TAx$ in $\mathbb{R}^n$.", ["(A + Aᵀ) x"]),
        (r"Compute $\partial/\partial X$ of $\operatorname{tr}(AX)$.", ["Aᵀ"]),
    ],
)
def test_what_is_asked_is_what_stands_there(question: str, expected: list[str]) -> None:
    assert answers(question) == expected
