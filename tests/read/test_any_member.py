"""What a text says of x it says of every xᵢ, where a sum counts examples; and of what x is turned into it says nothing of x."""

from __future__ import annotations

import pytest

from gradatim.read.macros import expand
from gradatim.read.problem import read
from gradatim.read.prose import declarations


def shapes(formula: str, given: str) -> dict[str, tuple[object, ...]]:
    return {name: s.shape for name, s in read(formula, given).symbols.items()}


@pytest.mark.parametrize(
    ("formula", "given"),
    [
        (r"L = \sum_{i=1}^N (w^T x_i - y_i)^2", r"$x \in \mathbb{R}^d$ and $y \in \mathbb{R}$"),
        (r"L = \sum_{j=1}^N \|\mathbf{w}^T\mathbf{x}_j - y_j\|_2^2", r"$\mathbf{x} \in \mathbb{R}^d$"),
        (r"L = \sum_{i=1}^N (w^T x^{(i)} - y^{(i)})^2", r"$x \in \mathbb{R}^d$, $y \in \mathbb{R}$"),
        (r"L = \sum_{i=1}^N \log(1 + \exp(-y_i w^T x_i))", r"$x \in \mathbb{R}^d$ and $y \in \{-1, 1\}$"),
    ],
)
def test_examples_of_a_declared_kind(formula: str, given: str) -> None:
    """N examples in ℝᵈ with N numbers; w is of their size."""
    found = shapes(formula, given)
    assert found == {"w": ("d",), "x": ("N", "d"), "y": ("N",)}


def test_the_guess_is_listed() -> None:
    said = [a.text for a in read(r"L = \sum_{i=1}^N \log(w^T x_i)", r"$x \in \mathbb{R}^d$").assumed]
    assert "what is said of x is said of each of the N that the sum counts" in said


@pytest.mark.parametrize(
    ("formula", "given", "expected"),
    [
        (r"f = \sum_{i=1}^n x_i \log x_i", r"$x \in \mathbb{R}^n$", {"x": ("n",)}),
        (r"f = \sum_{i=1}^{n-1} x_i x_{i+1}", r"$x \in \mathbb{R}^n$", {"x": ("n",)}),
        (r"f = \sum_{i=1}^k x_i^2", r"$x \in \mathbb{R}^n$", {"x": ("n",)}),
        (r"f = x^T x + \sum_{i=1}^k x_i", r"$x \in \mathbb{R}^n$", {"x": ("n",)}),
    ],
)
def test_entries_stay_entries(formula: str, given: str, expected: dict[str, tuple[object, ...]]) -> None:
    assert shapes(formula, given) == expected


def test_the_residuals_of_undeclared_names_in_a_norm() -> None:
    found = shapes(r"L = \sum_{i=1}^N \|\mathbf{w}^T\mathbf{x}_i - y_i\|^2", "")
    assert found == {"w": ("n",), "x": ("N", "n"), "y": ("N",)}


@pytest.mark.parametrize(
    "words",
    [
        r"The map $p$ converts each input $x$ into a probability (stochastic) vector of length one.",
        r"It sends $x$ to a symmetric matrix.",
        r"The layer turns every $x$ into the unit vector of the same direction.",
    ],
)
def test_what_a_name_is_turned_into(words: str) -> None:
    assert not [d for d in declarations(words) if d.name == "x" and (d.kind or d.facts)]


def test_a_line_end_before_the_brace_of_a_macro() -> None:
    assert expand(r"\newcommand{\rule}[1]{\textbf{#1}\\}$x$")[0] == "$x$"
