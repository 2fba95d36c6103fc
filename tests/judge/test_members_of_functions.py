"""What students write without saying it: σᵢ for σ(wᵀxᵢ), X for the matrix with the rows xᵢᵀ."""

from __future__ import annotations

import pytest

import gradatim as gd

LOGISTIC = (
    r"\ell = -\sum_{i=1}^n [ y_i \log \sigma(w^\top x_i) + (1 - y_i) \log(1 - \sigma(w^\top x_i)) ]",
    r"$x_i, w \in \mathbb{R}^d$, $y_i$ scalars, $\sigma(z) = 1/(1 + e^{-z})$",
)
POISSON = r"\sum_i (y_i x_i^T\beta - \exp(x_i^T \beta))"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"\sum_i (\sigma_i - y_i) x_i", "right"),
        (r"-\sum_i [y_i (1 - \sigma_i) x_i - (1 - y_i) \sigma_i x_i]", "right"),
        (r"X^T(\sigma - y), \quad \sigma_i = \sigma(w^T x_i)", "right"),
        (r"\sum_i (y_i - \sigma_i) x_i", "wrong"),
        (r"\sum_i \sigma_i x_i", "wrong"),
    ],
)
def test_a_function_with_an_index_is_its_value_at_the_one_thing_it_is_of(answer: str, outcome: str) -> None:
    verdict = gd.check(answer, of=gd.read(*LOGISTIC), wrt="w")
    assert verdict.outcome == outcome
    if "quad" not in answer:
        assert any("to which nothing else is applied" in a.text for a in verdict.assumed)


def test_a_function_of_two_things_says_nothing_of_its_member() -> None:
    problem = gd.read(r"\sum_{i=1}^n (\sigma(w^T x_i) - \sigma(v^T x_i))^2", LOGISTIC[1] + r", $v \in \mathbb{R}^d$")
    assert gd.check(r"2\sum_i \sigma_i x_i", of=problem, wrt="w").outcome == "unreadable"


def test_a_function_alone_is_told_as_such() -> None:
    verdict = gd.check(r"X^T(\sigma - y)", of=gd.read(*LOGISTIC), wrt="w")
    assert verdict.outcome == "unreadable" and "`σ` is a function" in verdict.message and "`z`" not in verdict.message


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(r"X^T(y - e^{X\beta})", "right"), (r"X^T(e^{X\beta} - y)", "wrong"), (r"(y - e^{X\beta})^T X", "right up to layout")],
)
def test_x_is_the_matrix_of_members_whose_kind_was_guessed(answer: str, outcome: str) -> None:
    assert gd.check(answer, of=POISSON, wrt=r"\beta").outcome == outcome
