"""Names that share a letter, and diagonal matrices written by their entries."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd

RNG = np.random.default_rng(17)
N, D = 5, 3
X, y, w = RNG.normal(size=(N, D)), RNG.normal(size=N), RNG.normal(size=D)


@pytest.mark.parametrize(
    "text",
    [
        r"L_i = (y_i - w^T x_i)^2; L = \sum_i L_i",
        r"L(w) = \sum_j L_j(w); L_i(w) = (y_i - w^T x_i)^2",
        r"E_k(w) = (y_k - w^T x_k)^2; E(w) = \sum_{k=1}^N E_k(w)",
    ],
)
def test_the_members_and_the_whole_may_share_a_letter(text: str) -> None:
    problem = gd.read(text, given=r"$x_i \in \mathbb{R}^d$")
    assert np.allclose(problem.derivative("w").evaluate(x=X, y=y, w=w), -2 * X.T @ (y - X @ w))
    assert not any("asked" in str(a) for a in problem.assumed)


@pytest.mark.parametrize(
    "given", [r"$X = \operatorname{diag}(x_1, \dots, x_n)$", r"where $X = \mathrm{diag}(x_1, x_2, \ldots, x_n)$"]
)
def test_a_diagonal_matrix_may_be_written_by_entries_of_which_nothing_is_said(given: str) -> None:
    a, b = RNG.normal(size=4), RNG.normal(size=4)
    assert np.allclose(gd.read("a^T X b", given=given).derivative("x").evaluate(a=a, b=b), a * b)
