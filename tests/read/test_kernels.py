"""Kernels of which nothing is said."""

from __future__ import annotations

import pytest

import gradatim as gd


def test_the_derivative_by_an_argument_is_in_terms_of_that_of_the_kernel() -> None:
    problem = gd.read(r"f(x) = \sum_i \alpha_i k(x_i, x)", given=r"where $k$ is a kernel, $x, x_i \in \mathbb{R}^d$")
    assert problem.derivative("x").text() == "Σᵢ αᵢ ∇₂k(xᵢ, x)"
    assert any("kernel" in a.text for a in problem.assumed)


def test_both_arguments_may_be_the_same_member() -> None:
    problem = gd.read(r"\sum_{i,j} a_i a_j K(x_i, x_j)", given=r"$x_i \in \mathbb{R}^d$")
    assert problem.derivative("x_i").text() == "aᵢ Σⱼ aⱼ (∇₁K(xᵢ, xⱼ) + ∇₂K(xⱼ, xᵢ))"


def test_other_letters_before_two_arguments_are_asked_about() -> None:
    with pytest.raises(gd.ReadError, match="a function of its argument or a product"):
        gd.read(r"\sum_{i,j} a_i a_j Q(x_i, x_j)")


def test_an_entry_of_a_vector_is_not_compared_with_the_vector() -> None:
    with pytest.raises(gd.GradatimError, match="two things of one kind"):
        gd.read(r"f(x) = \sum_i \alpha_i k(x_i, x)")
