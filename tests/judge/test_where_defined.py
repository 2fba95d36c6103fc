"""What holds only where both sides have a value says so, and nobody who reads one word takes it for more."""

from __future__ import annotations

import pytest

import gradatim as gd

SIDES = [
    (r"(A^T)^{-1}", r"(A^{-1})^T", ("A invertible",)),
    (r"\frac{ab}{b}", "a", ("b ≠ 0",)),
    (r"\log(ab)", r"\log a + \log b", ("a > 0", "b > 0")),
    (r"\sqrt{a}\sqrt{b}", r"\sqrt{ab}", ("a ≥ 0", "b ≥ 0")),
    (r"\sum_{i=1}^n \log x_i", r"\log\prod_{i=1}^n x_i", ("xᵢ > 0 for every i",)),
    (r"\tan t", r"\frac{\sin t}{\cos t}", ("cos(t) ≠ 0",)),
    (r"\sqrt{x^2+1}", r"(x^2+1)^{1/2}", ()),
    (r"\frac{e^x}{1+e^x}", r"\frac{1}{1+e^{-x}}", ()),
    ("(A+B)^T", "A^T+B^T", ()),
]


@pytest.mark.parametrize(("a", "b", "needs"), SIDES)
def test_two_sides_are_equal_where_both_have_values(a: str, b: str, needs: tuple[str, ...]) -> None:
    found = gd.equal(a, b)
    assert found.needs == needs
    assert all(need in found.text for need in needs)


def test_what_is_declared_is_not_asked_for() -> None:
    assert gd.equal("(A^T)^{-1}", "(A^{-1})^T", given="$A$ is an invertible matrix").needs == ()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("2x", ""),
        (r"\frac{2xb}{b}", "for b ≠ 0"),
        (r"2 C^{-1} C x", "for C invertible"),
    ],
)
def test_an_answer_that_needs_more_than_the_derivative_says_what(answer: str, said: str) -> None:
    v = gd.check(answer, of="x^Tx + b + a^TCa", wrt="x", given="$x, a \\in R^n$, $C$ is n x n, $b$ is a scalar")
    assert v.outcome == "right" and (said in v.message if said else v.message == "right")


def test_what_the_derivative_needs_as_well_is_not_told() -> None:
    given = "A, X and B are n x n matrices"
    v = gd.check(r"\det(A^TXB)A(B^TX^TA)^{-1}B^T", of=r"\det(A^TXB)", wrt="X", given=given)
    assert (v.outcome, v.message) == ("right", "right")


def test_right_under_a_condition_does_not_begin_with_right() -> None:
    v = gd.check("2Sx", of="x^TSx", wrt="x", given="x is a vector")
    assert v.outcome == "right under a condition"
    assert str(v).startswith("not right in general: right only if S is symmetric")
    assert ">not right in general:" in v._repr_html_()


def test_the_exception_of_a_number_is_one_of_a_number() -> None:
    assert gd.equal(r"\sqrt{a^2}", "a").text == "equal except that a must be positive"
