"""Sums over indices that stand twice in a product, without a sign of a sum; the expected derivatives are worked out by hand."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.errors import ReadError
from gradatim.read.repeated import summed

CONVENTION = "We use the summation convention."


@pytest.mark.parametrize(
    ("formula", "made"),
    [
        (r"E = \frac12 \epsilon_{ij} \epsilon_{ij}", r"E = \sum_{i} \sum_{j} \frac12 \epsilon_{ij} \epsilon_{ij}"),
        (r"c_{ij} = a_{ik} b_{kj} - d_{ij}", r"c_{ij} = \sum_{k} a_{ik} b_{kj} - d_{ij}"),
    ],
)
def test_products_of_entries_mean_their_sum_and_it_is_said(formula: str, made: str) -> None:
    text, said = summed(formula, "")
    assert text == made
    assert "are summed over" in said


@pytest.mark.parametrize(
    "formula",
    [
        r"L = \sum_i y_{ij} w_{ij}",  # a text that writes its sums writes all of them
        "L = y_i x_i",  # one example
        "z_{ij} = w_{ij} x_{ij}",  # entry by entry
        r"L = -y_{ij} \log p_{ij}",
        "L = (A x)_i",
    ],
)
def test_what_may_mean_one_entry_is_left_alone(formula: str) -> None:
    assert summed(formula, "") == (formula, "")


def test_where_the_convention_is_named_vectors_are_meant_as_well() -> None:
    found = gd.read("f = a_i x_i b_j x_j", CONVENTION)
    assert str(found.derivative("x")) == "(a bᵀ + b aᵀ) x"
    assert str(gd.read(r"f = \sigma_{kk}", CONVENTION).derivative(r"\sigma")) == "I"


@pytest.mark.parametrize("formula", ["f = (a_i x_i + c)^2", "f = a_i b_i x_i"])
def test_what_the_convention_does_not_settle_is_an_error(formula: str) -> None:
    with pytest.raises(ReadError, match="is not read"):
        gd.read(formula, CONVENTION)


def test_a_list_as_the_argument_of_a_definition_is_not_passed_over() -> None:
    with pytest.raises(ReadError, match="the vector has no name"):
        gd.read(r"\pi(Rp+t)-u; \pi([x,y,z]^T)=[x/z,y/z]^T")
