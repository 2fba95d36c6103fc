"""One homework set in several ways, its questions in any order: the answers are the same."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from gradatim.homework.solve import solve_text
from gradatim.write.text import text

QUESTIONS = [
    r"Let $A\in\mathbb{R}^{m\times n}$, $b\in\mathbb{R}^m$ and $f(x)=\|Ax-b\|^2$. Compute $\nabla_x f(x)$.",
    r"Let $X\in\mathbb{R}^{n\times n}$ be invertible and $a,c\in\mathbb{R}^n$. Find the derivative of $a^TX^{-1}c$ with respect to $X$.",
    r"Let $w, x_i\in\mathbb{R}^d$ and $y_i\in\mathbb{R}$ for $i=1,\dots,N$. Find the gradient of $L(w)=\frac1N\sum_{i=1}^N (y_i-w^Tx_i)^2$.",
    r"Let $u$ be a scalar and $a$ a constant. Find $\frac{dv}{du}$ for $v=\frac{e^{au}}{u^3}$.",
    r"Let $S\in\mathbb{R}^{k\times k}$ be symmetric positive definite. Compute $\frac{\partial}{\partial S}\log\det S$.",
    r"Let $z\in\mathbb{R}^k$. Compute the gradient of $g(z)=\log\sum_{j=1}^k e^{z_j}$ with respect to $z$.",
]
ANSWERS = ["2 Aᵀ(A x − b)", "−X⁻ᵀa cᵀX⁻ᵀ", "−(2/N) Σᵢ (yᵢ − wᵀxᵢ) xᵢ", "v (a u − 3) / u", "S⁻¹", "softmax(z)"]
"""By hand: the residual's gradient, the derivative of an inverse, …, the logarithmic derivative of v times v, …"""


def _tex(body: str) -> str:
    return "\\documentclass{article}\n\\begin{document}\n" + body + "\\end{document}\n"


SHAPES: dict[str, Callable[[list[str]], str]] = {
    "numbered": lambda q: "".join(f"{n}. {t}\n\n" for n, t in enumerate(q, 1)),
    "from five": lambda q: "".join(f"{n}) {t}\n\n" for n, t in enumerate(q, 5)),
    "headings": lambda q: "".join(f"## Problem {n}\n\n{t}\n\n" for n, t in enumerate(q, 1)),
    "letters": lambda q: "".join(f"({'abcdef'[n]}) {t}\n\n" for n, t in enumerate(q)),
    "bold": lambda q: "".join(f"**{n}.** {t}\n\n" for n, t in enumerate(q, 1)),
    "items": lambda q: _tex("\\begin{enumerate}\n" + "".join(f"\\item {t}\n" for t in q) + "\\end{enumerate}\n"),
    "subsections": lambda q: _tex("".join(f"\\subsection*{{Problem {n}}}\n{t}\n\n" for n, t in enumerate(q, 1))),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_order_and_the_numbers_change_nothing(shape: str, rng: Random) -> None:
    order = list(range(len(QUESTIONS)))
    rng.shuffle(order)
    solved = solve_text(SHAPES[shape]([QUESTIONS[k] for k in order])).questions
    got = [text(q.answer) if q.answer is not None else q.error for q in solved]
    assert got == [ANSWERS[k] for k in order]


def test_what_is_defined_above_all_questions_holds_in_each() -> None:
    solved = solve_text(r"""Throughout, $A\in\mathbb{R}^{m\times n}$, $b\in\mathbb{R}^m$, $x\in\mathbb{R}^n$, $w, x_i\in\mathbb{R}^d$ and
$y_i\in\mathbb{R}$ for $i=1,\dots,N$. Let $r=Ax-b$ and $L(w)=\frac1N\sum_{i=1}^N (y_i-w^Tx_i)^2$.

1. Compute the gradient of $f(x)=\|r\|^2$ with respect to $x$.

2. Find $\nabla_w L(w)$.

3. Find the Hessian of $L$ with respect to $w$.
""").questions
    assert [text(q.answer) for q in solved] == ["2 Aᵀr", "−(2/N) Σᵢ (yᵢ − wᵀxᵢ) xᵢ", "(2/N) Σᵢ xᵢ xᵢᵀ"]
