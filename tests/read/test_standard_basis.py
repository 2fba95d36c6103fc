"""The e_1, e_2 of texts that say that these are the standard basis."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd

SAID = "where $e_i$ is the $i$-th standard basis vector"
A = np.array([[1.0, 2.0, -1.0], [0.5, 4.0, 3.0], [0.2, -1.0, 2.0]])


@pytest.mark.parametrize(
    "said",
    [
        SAID,
        "where e_i is the i-th standard basis vector",
        r"$\mathbf{e}_1, \dots, \mathbf{e}_n$ denote the standard basis of $\mathbb{R}^n$",
        "$e_i$ denotes the $i$th unit vector",
        "where $e_1$, $e_2$ are standard basis vectors",
    ],
)
def test_a_numbered_unit_vector_is_that_of_the_standard_basis(said: str) -> None:
    problem = gd.read(r"e_1^T A e_2", given=said)
    assert problem.term.evaluate(A=A) == 2.0
    assert problem.derivative("A").text() == "e₁ e₂ᵀ"


def test_the_first_entry_does_not_move_along_the_second_axis() -> None:
    for k, expected in ((1, 0), (2, 1)):
        found = gd.read(rf"(e_1 + x e_2)_{k}", given=SAID).derivative("x")
        assert found.text() == str(expected)


def test_what_nobody_says_is_asked_where_one_would_be_a_number() -> None:
    with pytest.raises(gd.ReadError, match="standard basis vector"):
        gd.read(r"(e_1 + x e_2)_1").derivative("x")


def test_a_unit_vector_of_length_one_is_not_that_of_the_basis() -> None:
    assert gd.read(r"e_1^T A e_1", given="$e_1$ is a unit vector").derivative("A").text() == "e₁ e₁ᵀ"
    assert "e_1" in gd.read(r"e_1^T A e_1", given="$e_1$ is a unit vector").symbols
