"""Entry by entry the rules for numbers hold, and the results use them. Each formula follows from the scalar one by hand."""

from __future__ import annotations

import pytest

import gradatim as gd


@pytest.mark.parametrize(
    ("function", "by", "given", "order", "expected"),
    [
        (r"x^T \log(x)", "x", "x vector", 1, "log(x) + 𝟏"),
        (r"-\sum_k y_k \log p_k; p = softmax(z)", "z", "y, z vectors", 1, "(𝟏ᵀy) p − y"),
        (r"\sum_i (y_i \log p_i + (1-y_i) \log(1-p_i))", "p", "y, p vectors", 1, "(y − p) ⊘ (p ⊙ (𝟏 − p))"),
        (
            r"y^T \log(\sigma(X w)) + (1-y)^T \log(1 - \sigma(X w))",
            "w",
            "X n × d matrix, y, w vectors",
            1,
            "Xᵀ(y − σ(X w))",
        ),
        (r"1^T (x \odot x \odot a)", "x", "x, a vectors", 1, "2(a ⊙ x)"),
        (r"\sum_i p_i \log(p_i / q_i)", "p", "p, q vectors", 1, "log(p ⊘ q) + 𝟏"),
        (r"\sum_i p_i \log(p_i / q_i)", "q", "p, q vectors", 1, "−p ⊘ q"),
        (r"\sum_i p_i \log(p_i / q_i)", "p", "p, q vectors", 2, "diag(𝟏 ⊘ p)"),
        (
            r"1^T \log(1 + \exp(-X w))",
            "w",
            "X n × d matrix, w vectors",
            2,
            "Xᵀdiag(σ(X w) ⊙ (𝟏 − σ(X w))) X",
        ),
        # A sum inside a sum: its own index is summed inside the function, and one that it does not use counts.
        (r"\sum_{i=1}^N \log \sum_{j=1}^K e^{S_{ij}}", "S", r"$S \in R^{N \times K}$", 1, "softmax(S)"),
        (r"\sum_{i=1}^N \sum_{j=1}^N (v_i + v_j)^3", "v", r"$v \in R^N$", 2, "12(v 𝟏ᵀ + 𝟏 vᵀ + Σᵢ diag(v + vᵢ 𝟏))"),
        (r"\sum_{i=1}^N v_i \sum_{k=1}^K v_i", "v", r"$v \in R^N$", 1, "2 K v"),
    ],
)
def test_gradients(function: str, by: str, given: str, order: int, expected: str) -> None:
    assert str(gd.read(function, given=given).derivative(*[by] * order)) == expected


@pytest.mark.parametrize("said", ["the rows of Y are one-hot", "the rows of Y sum to one", "the rows of Y sum to 1"])
def test_rows_that_sum_to_one_leave_p_minus_y(said: str) -> None:
    p = gd.read(r"-\mathrm{tr}(Y^T \log(\mathrm{softmax}(X W)))", given=f"Y in R^{{N x K}}, X in R^{{N x d}}, {said}")
    assert str(p.derivative("W")) == "Xᵀ(softmax(X W) − Y)"


def test_without_that_fact_the_row_sums_stay() -> None:
    p = gd.read(r"-\mathrm{tr}(Y^T \log(\mathrm{softmax}(X W)))", given="Y in R^{N x K}, X in R^{N x d}")
    assert str(p.derivative("W")) == "Xᵀ(diag(Y 𝟏) softmax(X W) − Y)"
