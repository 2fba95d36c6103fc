"""Words that a text defines, functions that it numbers, capitals that stand for signs: none of them is read as the usual thing in silence."""

from __future__ import annotations

import pytest

import gradatim as gd


def answer(formula: str, given: str, wrt: str) -> str:
    return str(gd.read(formula, given=given).derivative(wrt))


def guesses(formula: str, given: str = "") -> list[str]:
    return [str(a) for a in gd.read(formula, given=given).assumed]


@pytest.mark.parametrize(
    ("formula", "given", "wrt", "expected"),
    [
        # d/dz (1/β) log Σ exp(β zᵢ) is the softmax of βz, by the chain rule times Aᵀ.
        (r"\mathrm{lse}(Ax)", r"where $\mathrm{lse}(z) := \frac1\beta\log\sum_i \exp(\beta z_i)$", "x", "Aᵀsoftmax(β (A x))"),
        (r"\mathrm{lse}(z) = \frac1\beta\log\sum_i \exp(\beta z_i); f = \mathrm{lse}(Ax)", "", "x", "Aᵀsoftmax(β (A x))"),
        # The derivative of log(1 + e^{βz})/β is σ(βz).
        (r"\mathrm{softplus}(a^Tx)", r"$\mathrm{softplus}(z) = \frac1\beta\log(1+e^{\beta z})$", "x", "σ(β (aᵀx)) a"),
        # A divergence in bits: the natural one over log 2.
        (r"\operatorname{KL}(p,q)", r"$\operatorname{KL}(p,q)=\sum_i p_i\log_2 (p_i/q_i)$", "p", "(log(p ⊘ q) + 𝟏) / log(2)"),
    ],
)
def test_a_word_that_the_text_defines_means_what_it_says(formula: str, given: str, wrt: str, expected: str) -> None:
    assert answer(formula, given, wrt) == expected


@pytest.mark.parametrize(
    "said",
    [
        r"$\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$",
        r"$\mathrm{softmax}(z_i) = \frac{e^{z_i}}{\sum_j e^{z_j}}$",
        r"$\operatorname{softmax}_i(z) = \frac{\exp z_i}{\sum_j \exp z_j}$",
    ],
)
def test_a_word_that_is_only_explained_stays_the_dictionarys(said: str) -> None:
    # d/dz yᵀs is (diag s − s sᵀ) y, and s the softmax.
    assert answer(r"y^T\mathrm{softmax}(Ax)", said, "x") == "Aᵀ(softmax(A x) ⊙ (y − (yᵀsoftmax(A x)) 𝟏))"


def test_a_softmax_with_a_temperature_is_not_the_usual_one() -> None:
    found = answer(
        r"-\sum_i y_i \log \mathrm{softmax}(z)_i",
        r"$\mathrm{softmax}(z)_i = e^{z_i/T}/\sum_j e^{z_j/T}$, $z\in\mathbb{R}^n$",
        "z",
    )
    assert "/T" in found.replace(" ", "")


@pytest.mark.parametrize("top", ["j=1}^M", "j=0}^{M-1}"])
def test_a_basis_function_is_no_factor(top: str) -> None:
    # Bishop, PRML, 3.1: the gradient is −2 Σ (t − wᵀφ(x)) φ(x); φ_j times x_n would be another function.
    problem = gd.read(rf"\sum_{{n=1}}^N(t_n-\sum_{{{top} w_j\phi_j(x_n))^2")
    assert "ϕ(xᵢ)" in str(problem.derivative("w"))
    assert any("unknown functions" in str(a) for a in problem.assumed)


@pytest.mark.parametrize(
    ("formula", "wrt", "expected"),
    [
        (r"-\Sigma_i p_i\log p_i", "p", "−(log(p) + 𝟏)"),
        (r"\Sigma_i w_i x_i", "x", "w"),
        (r"\frac{1}{2}\Sigma_i w_i x_i^2", "x", "w ⊙ x"),
    ],
)
def test_a_capital_before_products_of_its_index_is_a_sum_and_said_to_be(formula: str, wrt: str, expected: str) -> None:
    assert answer(formula, "", wrt) == expected
    assert any("is the sign of a sum" in g for g in guesses(formula))


@pytest.mark.parametrize("formula", [r"x_i^T\Sigma_i x_i", r"\log|\Sigma_k| + \Sigma_k w_k x_k", r"a^T\Sigma_i w_i x_i"])
def test_a_capital_behind_a_factor_or_inside_bars_stays_a_matrix(formula: str) -> None:
    assert not any("sign of a sum" in g for g in guesses(formula))


def test_a_declared_capital_stays_a_matrix() -> None:
    assert not any("sign of a sum" in g for g in guesses(r"-\Sigma_k \mu_k x_k", r"$\Sigma_k$ are covariance matrices"))


def test_how_far_a_function_without_brackets_reaches_is_said() -> None:
    assert any("sin of the whole product" in g for g in guesses("sin x y"))
    assert not any("whole product" in g for g in guesses(r"\sin 2x + \sin(xy)"))
