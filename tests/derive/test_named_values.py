"""Answers keep the names of what was defined, and deviations from a mean add up to nothing."""

from __future__ import annotations

import pytest

import gradatim as gd

EXAMPLES = r"$x_n\in\mathbb{R}^d$, $w_k\in\mathbb{R}^d$, $t_{nk}\in\{0,1\}$ with $\sum_k t_{nk}=1$, $n=1..N$, $k=1..K$"
SOFTMAX = r"y_{nk}=\frac{\exp(w_k^\top x_n)}{\sum_j\exp(w_j^\top x_n)}; E=-\sum_{n=1}^N\sum_{k=1}^K t_{nk}\ln y_{nk}"
NORM = r"\frac{x-\mu\mathbf{1}}{\sqrt{\sigma^2+\epsilon}}"
MOMENTS = r"$x\in\mathbb{R}^d$, $\mu=\frac1d\sum_i x_i$, $\sigma^2=\frac1d\sum_i(x_i-\mu)^2$, $\epsilon>0$"


@pytest.mark.parametrize(
    ("given", "latex", "wrt", "expected"),
    [
        # Bishop, Pattern Recognition and Machine Learning (2006), eq. 4.109
        (EXAMPLES, SOFTMAX, "w_k", "Σᵢ (yᵢₖ − tᵢₖ) xᵢ"),
        # J = (I − 𝟏𝟏ᵀ/d − x̂x̂ᵀ/d) / √(σ² + ϵ), as dσ² = (2/d)(x − μ𝟏)ᵀdx
        (MOMENTS, NORM, "x", "(I − (1/d) 𝟏 𝟏ᵀ − (x − μ 𝟏)(x − μ 𝟏)ᵀ / (d (σ² + ϵ))) / √(σ² + ϵ)"),
        (
            "$y$ is one-hot, $a$ is a vector",
            r"p_k=\frac{\exp(a_k)}{\sum_j\exp(a_j)}; L=-\sum_k y_k\log p_k",
            "a",
            "p − y",
        ),
    ],
)
def test_the_answer_is_the_textbook_s(given: str, latex: str, wrt: str, expected: str) -> None:
    assert gd.text(gd.read(latex, given=given).derivative(wrt)) == expected


@pytest.mark.parametrize(
    ("formula", "given", "wrt", "written"),
    [
        # ∂pᵢ/∂zⱼ = pᵢ (δᵢⱼ − pⱼ), and ∂ℓ/∂zⱼ = pⱼ − tⱼ where the targets add up to one.
        (r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}; p_i", "", "z_j", "pᵢ (δᵢⱼ − pⱼ)"),
        (r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}; -\sum_k t_k \log p_k", r"$\sum_k t_k = 1$", "z_j", "pⱼ − tⱼ"),
        # ∂/∂xⱼ of xᵢ (xᵀx)^(−1/2)
        (r"x_i / \|x\|", "x is a vector", "x_j", "(δⱼᵢ − xᵢ xⱼ / ‖x‖²) / ‖x‖"),
    ],
)
def test_entries_are_written_as_entries(formula: str, given: str, wrt: str, written: str) -> None:
    assert str(gd.read(formula, given=given).derivative(wrt)) == written
