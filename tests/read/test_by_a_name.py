"""Derivatives by what the text defines, and by one entry; formulas of derivatives among the declarations."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.read.prose import declarations


@pytest.mark.parametrize(
    "text, by, answer",
    [
        (r"E = \|t - \hat t\|^2; \hat t = M v", r"\hat t", "−2(t − t̂)"),
        ("q = (a+b)^2; a = s^2; b = 3s", "a", "2(a + b)"),
        (r"E = -\sum_i t_i \log q_i; q_i = e^{z_i} / \sum_j e^{z_j}", "q_i", "−tᵢ / qᵢ"),
    ],
)
def test_what_the_text_defines_is_varied_on_its_own_and_that_is_said(text: str, by: str, answer: str) -> None:
    problem = gd.read(text, given=r"$s$ is a scalar, $v\in\mathbb{R}^d$, $M$ is $k\times d$, $t, z\in\mathbb{R}^k$")
    assert str(problem.derivative(by)) == answer
    assert any("varied on its own" in a.text for a in problem.assumed)


def test_the_shape_of_what_is_defined_stays() -> None:
    problem = gd.read(r"E = \|t - \hat t\|^2; \hat t = M v", given=r"$v\in\mathbb{R}^d$, $M$ is $k\times d$")
    assert problem.derivative(r"\hat t").shape == ("k",)


def test_a_numbered_entry_of_a_vector() -> None:
    problem = gd.read("b^T x", given="x, b in R^n")
    assert str(problem.derivative("x_1")) == "b₁"


@pytest.mark.parametrize(
    "told",
    [
        r"$\partial L / \partial W \in \mathbb{R}^{h\times d}$",
        r"$\nabla f(x)\in\mathbb{R}^n$",
        r"$\frac{\partial L}{\partial W}\in\mathbb{R}^{h\times d}$",
    ],
)
def test_the_space_of_a_derivative_is_not_that_of_the_function(told: str) -> None:
    assert declarations(told) == []


@pytest.mark.parametrize(
    "words", ["maps vectors into scalars", "that map from vectors to scalars", "taking a vector to a real number"]
)
def test_what_a_function_maps_is_said_by_its_arrow_alone(words: str) -> None:
    (found,) = declarations(rf"for functions $f: \mathbb{{R}}^d \to \mathbb{{R}}$ {words}.")
    assert found.role == "map:d->"
