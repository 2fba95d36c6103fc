r"""What people type without care: powers of two digits, entries as MATLAB writes them, words among the letters.

The values beside the formulas are those of ordinary calculus, d xⁿ = n xⁿ⁻¹ and ∇ x·(Ax) = (A + Aᵀ) x."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.errors import ReadError


def derivative(formula: str, by: str, given: str = "") -> str:
    return str(gd.read(formula, given=given).derivative(by))


@pytest.mark.parametrize(
    ("formula", "by", "result"),
    [
        ("x^10", "x", "10 x⁹"),
        ("x^12 + 1", "x", "12 x¹¹"),
        ("tr(X^10)", "X", "10(X⁹)ᵀ"),
        ("x^1.5", "x", "(3/2) √(x)"),
    ],
)
def test_a_power_of_two_digits_is_no_label(formula: str, by: str, result: str) -> None:
    """The superscript 1 numbers layers (`W^1 x + b^1`), the 1 of 10 does not."""
    assert derivative(formula, by) == result


@pytest.mark.parametrize("formula", [r"\alpha x^10", r"\|x\|^12", r"\alpha x_12", r"\sum_{i=1}^10 \alpha_i"])
def test_two_digits_without_braces_are_not_cut_in_tex(formula: str) -> None:
    """TeX would set x¹0, whose derivative is 0: nobody means that."""
    with pytest.raises(ReadError, match="only the first digit"):
        gd.read(formula)


@pytest.mark.parametrize(
    ("formula", "given"),
    [
        ("x(1)*x(2)", ""),
        ("x(1)^2 + x(2)", "x is a 2-vector"),
        ("A(1,2)*x", ""),
        ("A(1,2)*x", "A is a matrix, x is a scalar"),
    ],
)
def test_an_entry_as_matlab_writes_it_is_no_product(formula: str, given: str) -> None:
    with pytest.raises(ReadError, match="neither as an entry nor as a value"):
        gd.read(formula, given=given)


@pytest.mark.parametrize(
    ("formula", "result"), [("a(1 - a)", "1 − 2 a"), ("x(n + 1)", "n + 1"), ("x^2(3)", "6 x"), ("(x)(2)", "2")]
)
def test_a_product_with_brackets_stays_one(formula: str, result: str) -> None:
    assert derivative(formula, formula.strip("()")[0]) == result


@pytest.mark.parametrize("formula", ["argmin_x ||Ax - b||", "minimize x^T x", "w^T x + bias", "hello world"])
def test_a_word_is_no_product_of_letters(formula: str) -> None:
    with pytest.raises(ReadError, match="one name, or a product of letters"):
        gd.read(formula)


def test_a_word_may_be_named_or_defined() -> None:
    assert derivative(r"w^T x + \mathrm{bias}", "w") == "x"
    assert derivative("loss = x^T x", "x") == "2 x"


def test_a_limit_is_no_function_with_an_arrow() -> None:
    """`lim x -> 0 sin x / x` was the function x ↦ 0 sin(x)/x, whose derivative is 0."""
    with pytest.raises(ReadError):
        gd.read("lim x->0 sin x / x")
    assert derivative("x -> x^T x", "x") == "2 x"
    assert derivative("(x, y) -> x^T A y", "x") == "A y"


@pytest.mark.parametrize("formula", ["dot(x, A*x)", "dot(x, A x)", "<x, A*x>", "inner(x, A x)"])
def test_an_inner_product_is_of_vectors(formula: str) -> None:
    assert derivative(formula, "x") == "(A + Aᵀ) x"


def test_an_inner_product_of_two_letters_is_of_vectors() -> None:
    assert gd.read("dot(x, y)").symbols["x"].shape != ()
    assert derivative("dot(A*x, y)", "x") == "Aᵀy"


def test_a_star_between_a_capital_and_a_small_letter_is_a_matrix_times_a_vector() -> None:
    """As without it: A x + B y, whose derivative by x is A of as many columns as x has entries."""
    for formula in ("A*x + B*y", "A x + B y"):
        read = gd.read(formula)
        assert [len(read.symbols[s].shape) for s in "AxBy"] == [2, 1, 2, 1]


def test_sizes_that_no_name_has_use_up_no_letters() -> None:
    """B is m × n, and not n1 × n, though the exponential, the sum and the quotients beside it had sizes to settle as well."""
    read = gd.read("exp(-||x-c||^2/(2 s^2)) + x^T A x/(x^T x) + log(sum(exp(B*x+b)))")
    assert [str(d) for d in read.symbols["B"].shape] == ["m", "n"]
