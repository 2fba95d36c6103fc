"""Small arrays by their entries, as they are written on paper; every expected entry is worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd

PLANE, SPACE = r"$x \in \mathbb{R}^2$", r"$x \in \mathbb{R}^3$"


@pytest.mark.parametrize(
    ("given", "function", "order", "expected"),
    [
        (PLANE, "x_1^2 + 2 x_1 x_2 + 3 x_2^2 + 4 x_1 + 5 x_2 + 6", 2, "[2, 2; 2, 6]"),
        (PLANE, "x_1 x_2 + x_2^3", 1, "[x₂; x₁ + 3 x₂²]"),
        (PLANE, "x_1 x_2 + x_2^3", 2, "[0, 1; 1, 6 x₂]"),
        (SPACE, r"x_1 e^{x_2} + \sin(x_1 x_3)", 1, "[exp(x₂) + x₃ cos(x₁ x₃); x₁ exp(x₂); x₁ cos(x₁ x₃)]"),
        (PLANE, r"\begin{pmatrix} x_1 x_2 \\ \sin(x_2) \end{pmatrix}", 1, "[x₂, x₁; 0, cos(x₂)]"),
        (PLANE, r"x^T \begin{pmatrix} 1 & 2 \\ 2 & 5 \end{pmatrix} x", 1, "2 [1, 2; 2, 5] x"),
        (PLANE, r"x^T \begin{pmatrix} 1 & 2 \\ 3 & 5 \end{pmatrix} x", 1, "[2, 5; 5, 10] x"),
        (PLANE, r"x^T \begin{pmatrix} 1 & 2 \\ 3 & 5 \end{pmatrix} x", 2, "[2, 5; 5, 10]"),
        # One entry alone, and what has other arrays in it, stay as they are.
        (SPACE, "x_2^2", 1, "2 x₂ e₂"),
        (SPACE, "x_2^2 + a^T x", 1, "2 x₂ e₂ + a"),
    ],
)  # fmt: skip
def test_entries_are_written_out(given: str, function: str, order: int, expected: str) -> None:
    f = gd.read(function, given=f"{given}, $a \\in \\mathbb{{R}}^3$")
    assert str(f.derivative(*("x",) * order)) == expected


def test_both_sides_of_a_hessian_are_in_the_same_words() -> None:
    h = gd.read(r"x_1 e^{x_2} + \sin(x_1 x_3)", given=SPACE).derivative("x", "x")
    first, _, last = str(h).strip("[]").split("; ")
    assert first.split(", ")[2] == last.split(", ")[0]
    assert first.split(", ")[1] == "exp(x₂)"


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_they_are_compiled(backend: str) -> None:
    if backend == "torch":
        pytest.importorskip("torch")
    f = gd.read("x_1 x_2 + x_2^3", given=PLANE)
    x = np.array([2.0, 3.0])
    assert np.allclose(np.asarray(gd.compile(f.derivative("x"), backend)(x)), [3, 29])
    assert np.allclose(np.asarray(gd.compile(f.derivative("x", "x"), backend)(x)), [[0, 1], [1, 18]])


@pytest.mark.parametrize("answer", ["[x_2; x_1 + 3x_2^2]", r"\begin{pmatrix} x_2 \\ x_1 + 3x_2^2 \end{pmatrix}"])
def test_answers_by_entries_are_right(answer: str) -> None:
    f = gd.read("x_1 x_2 + x_2^3", given=PLANE)
    assert gd.check(answer, of=f, wrt="x").outcome == "right"


def test_the_code_lists_the_entries() -> None:
    f = gd.read("x_1 x_2 + x_2^3", given=PLANE)
    assert "return np.array([[0, 1], [1, 6 * x[1]]], dtype=x.dtype)" in gd.source(f.derivative("x", "x"))
