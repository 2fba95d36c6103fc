"""Sums over entries come back as formulas of whole arrays; what a derivative makes of exponentials gets its name."""

from __future__ import annotations

import pytest

import gradatim as gd

GIVEN = (
    r"matrices $M \in \mathbb{R}^{m \times n}$, $U \in \mathbb{R}^{m \times k}$, $V \in \mathbb{R}^{n \times k}$, "
    r"$A \in \mathbb{R}^{n \times n}$, vectors $x, y \in \mathbb{R}^n$"
)


@pytest.mark.parametrize(
    ("function", "by", "order", "expected"),
    [
        # ‖M − U Vᵀ‖² written out; the matrix form is that of the norm.
        (r"\sum_{i,j} (M_{ij} - \sum_l U_{il} V_{jl})^2", "U", 1, "−2(M − U Vᵀ) V"),
        (r"\sum_{i,j} |M_{ij}|", "M", 1, "sign(M)"),
        (r"\sum_i \max(0, 1 - y_i (A x)_i)", "x", 1, "−Aᵀ(𝟙[y ⊙ (A x) < 𝟏] ⊙ y)"),
        (r"\frac{1}{n} \sum_{i=1}^n (x_i - \frac{1}{n} \sum_{j=1}^n x_j)^2", "x", 1, "(2/n)(x − (sum(x) / n) 𝟏)"),
        # The centering matrix, twice over n.
        (r"\frac{1}{n} \sum_{i=1}^n (x_i - \frac{1}{n} \sum_{j=1}^n x_j)^2", "x", 2, "(2/n)(I − (1/n) 𝟏 𝟏ᵀ)"),
        # Rows of log-sum-exp: the gradient is the softmax of each row.
        (r"\sum_i \log \sum_j \exp(M_{ij})", "M", 1, "softmax(M)"),
        (r"\sum_i \log \sum_j \exp(M_{ji})", "M", 1, None),
    ],
)
def test_sums_over_entries(function: str, by: str, order: int, expected: str | None) -> None:
    result = gd.read(function, given=GIVEN).derivative(*[by] * order)
    assert gd.is_matrix_form(result)
    assert expected is None or result.text() == expected


def test_entries_of_a_member_that_is_defined() -> None:
    """Labels that need not add up to one: no sum over the entries and no unit vector is left."""
    result = gd.read(r"-\sum_i \sum_k t_{ik} \log p_{ik}, p_i = \operatorname{softmax}(V z_i + c)").derivative("V")
    assert result.text() == "−Σᵢ (tᵢ − (𝟏ᵀtᵢ) pᵢ) zᵢᵀ"


def test_a_sum_in_a_sum_keeps_its_arrays_apart() -> None:
    """A vector and a row of a matrix of one shape, each under its own sum: by hand, the derivative by vᵢ is tanh(wᵢ) Σⱼ Mⱼᵢ."""
    i, j, k = gd.index("i", "m"), gd.index("j", "n"), gd.index("k", "n")
    v, w, M, Q = gd.vector("v", "m"), gd.vector("w", "m"), gd.matrix("M", "n", "m"), gd.matrix("Q", "n", "n")
    inner = gd.tanh(w[i]) * M[j, i] * v[i] + gd.sum_over(k, gd.arctan(Q[j, k]))
    assert str(gd.gradient(gd.sum_over(i, gd.sum_over(j, inner)), v)) == "tanh(w) ⊙ (Mᵀ𝟏)"
