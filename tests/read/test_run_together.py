"""Functions' names typed without a space: read where one reading is left, asked about where letters would become factors."""

from __future__ import annotations

import math

import pytest

import gradatim as gd
from gradatim.errors import ReadError


@pytest.mark.parametrize(
    ("written", "slope"),
    [
        ("log10(x)", lambda x: 1 / (x * math.log(10))),
        ("log10 x", lambda x: 1 / (x * math.log(10))),
        ("log2(x)", lambda x: 1 / (x * math.log(2))),
        ("sinx", math.cos),
        ("x cosx", lambda x: math.cos(x) - x * math.sin(x)),
        ("tanhx", lambda x: 1 - math.tanh(x) ** 2),
        ("sin12x", lambda x: 12 * math.cos(12 * x)),
    ],
)
def test_names_of_functions_without_a_space(written: str, slope: object) -> None:
    found = gd.read(written).derivative("x")
    assert callable(slope) and float(found.evaluate(x=0.7)) == pytest.approx(slope(0.7))


@pytest.mark.parametrize("written", ["xlogx", "xsinx", "sinxy", "plogp", "e^xsinx", "cost"])
def test_a_run_with_a_function_in_it_is_no_product_of_letters(written: str) -> None:
    with pytest.raises(ReadError, match="or a product of letters"):
        gd.read(written)


def test_declared_letters_are_a_product() -> None:
    found = gd.read("cost", "c, o, s, t are scalars")
    assert gd.text(found.derivative("t")) == "c o s"


def test_a_word_that_is_defined_is_a_name() -> None:
    assert gd.text(gd.read("cost = x^2").derivative("x")) == "2 x"


@pytest.mark.parametrize(
    ("written", "by", "expected"),
    [
        ("x^T W_hidden x", "x", "(W_{hidden} + W_{hidden}^T) x"),
        ("sum_ij A_ij x_i x_j", "x", "(A + A^T) x"),
        ("sum_i w_ix_i", "x", "w"),
        ("sum_i w_i x_i", "x", "w"),
        ("x_train^2", "x_train", "2 x_{train}"),
    ],
)
def test_letters_below_a_name_stand_together_in_plain_text(written: str, by: str, expected: str) -> None:
    problem = gd.read(written)
    assert gd.check(expected, of=problem, wrt=by).outcome == "right"
    assert not {"h", "i", "d", "e", "n", "t", "r", "a", "j"} & set(problem.symbols)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("f = x^2; f(x)", "2x"),
        ("f(x) + 1 where f = x^2", "2x"),
        ("f = x^2; g = f(x)^2", "4x^3"),
        ("f = x^2; p = f(1 - f)", "2x - 4x^3"),
    ],
)
def test_a_bracket_with_the_variable_behind_what_is_defined_without_one(written: str, expected: str) -> None:
    assert gd.check(expected, of=gd.read(written), wrt="x").outcome == "right"


def test_such_a_bracket_is_told() -> None:
    assert any("itself, and no product" in a.text for a in gd.read("f = x^2; f(x)").assumed)
    assert any("is a product" in a.text for a in gd.read("f = x^2; f(2x)").assumed)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("exp(-norm(x-y)^2/2)", "exp(-norm(x-y)^2/2) (y - x)"),
        ("np.log(np.sum(np.exp(x)))", "softmax(x)"),
        ("-np.sum(x*np.log(x))", "-log(x) - 1"),
    ],
)
def test_what_is_added_up_is_an_array(written: str, expected: str) -> None:
    problem = gd.read(written)
    assert problem.symbols["x"].rank == 1
    assert gd.check(expected, of=problem, wrt="x").outcome == "right"


def test_a_formula_of_code_that_begins_with_a_minus() -> None:
    assert gd.text(gd.read("−np.sum(p*np.log(p))").derivative("p")) == "−(log(p) + 𝟏)"


def test_where_of_numpy_is_no_word_of_the_sentence() -> None:
    with pytest.raises(ReadError):
        gd.read("np.where(x>0, x, 0)")


@pytest.mark.parametrize(
    "written", ["yhat = w'x; (y - yhat)^2", "y_hat = w'x; (y - y_hat)^2", r"\hat{y} = w^T x; (y - \hat{y})^2"]
)
def test_accents_spelt_out(written: str) -> None:
    problem = gd.read(written)
    assert gd.check("-2(y - yhat) x", of=problem, wrt="w").outcome == "right"
    assert gd.check("-2(y - w'x) x", of=problem, wrt="w").outcome == "right"


def test_names_with_accents_spelt_out_are_single_names() -> None:
    assert set(gd.read("norm(xbar - muhat)^2").symbols) == {"x_bar", "mu_hat"}
