"""Small things that a first user meets: constants in their place, exponents worked out, messages that say what to do."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import ReadError, ShapeError
from gradatim.homework.otherwise import otherwise
from gradatim.read.problem import read


@pytest.mark.parametrize(
    ("written", "by", "expected"),
    [(r"\pi r^2", "r", "2 π r"), ("x**2**3", "x", "8 x⁷"), ("x^{2^3}", "x", "8 x⁷"), ("x^{2+1}", "x", "3 x²")],
)
def test_constants_stand_in_front_and_exponents_are_numbers(written: str, by: str, expected: str) -> None:
    assert gd.text(gd.read(written).derivative(by)) == expected


def test_an_exponent_of_numbers_needs_no_condition() -> None:
    problem = gd.read("x^{2^3}")
    assert not gd.conditions(problem.term, "x")


def test_what_is_true_of_numbers_is_no_condition() -> None:
    problem = gd.read(r"\log_2 x")
    assert [str(c) for c in gd.conditions(problem.term, "x")] == ["x > 0"]


def test_a_norm_with_a_word_for_its_order_has_no_letters_more() -> None:
    assert set(gd.read("norm(x, inf)").symbols) == {"x"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"\int_0^1 (x t)^2 dt", "integrals are not read"),
        (r"a_0^1 + \foo x", r"a_0^1 + \foo x"),
    ],
)
def test_errors_show_the_text_as_written(written: str, said: str) -> None:
    with pytest.raises(ReadError) as caught:
        gd.read(written)
    assert said in str(caught.value) and "(1)" not in str(caught.value)


@pytest.mark.parametrize(("written", "said"), [("x = 3", "it has none"), ("y^2", "there is y"), ("y + z", "there are y, z")])
def test_the_variables_there_are(written: str, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        gd.read(written).derivative("x")


def test_sech_of_a_vector_is_no_division_that_was_guessed() -> None:
    problem = gd.read(r"v^T \operatorname{sech}(x)", "v, x are vectors")
    assert not [a for a in problem.assumed if "divided" in a.text]
    x, v = np.array([0.3, -1.2]), np.array([2.0, 5.0])
    np.testing.assert_allclose(problem.derivative("x").evaluate(x=x, v=v), -v * np.sinh(x) / np.cosh(x) ** 2)


def test_a_transpose_is_advised_where_it_helps() -> None:
    x, y = gd.vector("x", "n"), gd.vector("y", "m")
    with pytest.raises(ShapeError) as caught:
        x + y
    assert "transpose" not in str(caught.value)
    with pytest.raises(ShapeError, match="transpose one"):
        x + x.T


def test_abs_is_the_absolute_value() -> None:
    x = gd.vector("x", "n")
    assert gd.text(gd.gradient(abs(x).sum(), x)) == "sign(x)"


def test_nabla_with_a_small_letter_below() -> None:
    from gradatim.read.operators import operator

    asked = operator("∇ₓ xᵀAx")
    assert asked is not None and asked.wrt == ("x",)


@pytest.mark.parametrize(
    ("a", "b", "differ"), [("A B", "B A", True), ("tr(A B)", "tr(B A)", False), ("A B C", "C^T B^T A^T", True)]
)
def test_compared_formulas_say_the_shapes_of_names_together(a: str, b: str, differ: bool) -> None:
    assert gd.equal(a, b).differs == differ


def test_what_conforms_in_no_way_is_an_error() -> None:
    with pytest.raises(ShapeError):
        gd.equal("A x", "x A", "A is an m × n matrix, x is a vector")


def test_a_quotient_before_a_letter_is_told() -> None:
    assert any("read as (`1/2`) times" in a.text for a in gd.read("1/2x").assumed)
    assert not any("times" in a.text for a in gd.read("1/2 x").assumed)


def test_a_star_between_columns_says_what_may_be_meant() -> None:
    with pytest.raises(ShapeError, match="entry by entry"):
        gd.read("x*log(x)", "x is a vector")


def test_a_star_between_columns_whose_entries_are_added_up_can_mean_one_thing() -> None:
    found = gd.read("sum(x*log(x))", "x is a vector")
    assert str(found.derivative("x")) == "log(x) + 𝟏"
    assert any("entry by entry" in a.text for a in found.assumed)


@pytest.mark.parametrize("given", ["x is a 2-vector", "$x$ is a 2-vector", "x is a 2-dimensional vector", "x is 2-dimensional"])
def test_a_number_of_entries_in_plain_words(given: str) -> None:
    assert gd.read("x^T x", given).symbols["x"].shape == (2,)


def test_a_kind_with_which_the_text_does_not_conform_is_no_other_reading() -> None:
    problem = read("a/b x")
    x = problem.find("x")
    assert otherwise(problem, ("x",), gd.gradient(problem.term, x)) == ()
