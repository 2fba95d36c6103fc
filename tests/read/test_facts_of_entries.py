"""What is said of an entry, whichever it is, is said of all entries of the array."""

from __future__ import annotations

import pytest

import gradatim as gd

LOGISTIC = r"\sum_{i=1}^n \log(1 + \exp(-y_i w^T x_i))"


@pytest.mark.parametrize(
    "given",
    [
        r"$y \in \mathbb{R}^n$. $y_i \in \{-1, +1\}$",
        r"$y \in \mathbb{R}^n$ with $y_i \in \{-1, 1\}$ for $i = 1, \dots, n$",
        r"$X \in \mathbb{R}^{n \times d}$ has rows $x_i^T$, and $y \in \mathbb{R}^n$. Here $y_i \in \{-1, +1\}$.",
        r"$y_i \in \{-1, +1\}$",
    ],
)
def test_labels_whose_squares_are_one(given: str) -> None:
    problem = gd.read(LOGISTIC, given=given)
    assert "signs" in problem.symbols["y"].type.facts
    # σ(yᵢ wᵀxᵢ)(1 − σ(yᵢ wᵀxᵢ)) xᵢ xᵢᵀ, with yᵢ² = 1
    answer = r"\sum_i \sigma(y_i w^T x_i)(1 - \sigma(y_i w^T x_i)) x_i x_i^T"
    assert gd.check(answer, of=problem, wrt=("w", "w")).outcome == "right"


def test_nothing_is_said_of_labels_that_are_real() -> None:
    problem = gd.read(LOGISTIC, given=r"$y \in \mathbb{R}^n$, $y_i \in \mathbb{R}$")
    answer = r"\sum_i \sigma(y_i w^T x_i)(1 - \sigma(y_i w^T x_i)) x_i x_i^T"
    assert gd.check(answer, of=problem, wrt=("w", "w")).outcome == "wrong"
