"""Eigenvalues that a text names by a letter with something below it, facts said of one name of two, and which function is asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradatim as gd

RNG = np.random.default_rng(31)
N = 4
G = RNG.normal(size=(N, N))
S = np.diag([4.0, 2.5, 1.0, -1.0]) + 0.1 * (G + G.T)
P = np.diag(np.arange(1.0, N + 1)) + G.T + G
VALUES, VECTORS = np.linalg.eigh(S + 0.2 * P)


def slope(place: int) -> Any:
    """The change of the eigenvalue with this place from the smallest along P: vᵀ P v."""
    v = VECTORS[:, place]
    return v @ P @ v


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        (r"\lambda_1(S + tP)", r"$\lambda_1$ denotes the largest eigenvalue", -1),
        (r"\lambda_1(S + tP)", r"where $\lambda_1$ is the smallest eigenvalue", 0),
        (r"\lambda_1(S + tP)", r"the eigenvalues $\lambda_1 \le \dots \le \lambda_n$ are simple", 0),
        (r"\lambda_2(S + tP)", r"$\lambda_2$ is the second largest eigenvalue", -2),
        (r"\mu_1(S + tP)", r"let $\mu_1$ be the leading eigenvalue", -1),
    ],
)
def test_a_named_eigenvalue_before_a_matrix_is_that_of_the_matrix(text: str, said: str, place: int) -> None:
    problem = gd.read(text, given=rf"$S$ and $P$ are symmetric; {said}")
    assert np.isclose(problem.derivative("t").evaluate(S=S, P=P, t=0.2), slope(place))


@pytest.mark.parametrize(
    "said",
    [r"$\lambda_i$ is the i-th eigenvalue", r"$\lambda_i$ is the $i$-th largest eigenvalue", r"with eigenvalues $\lambda_i$"],
)
def test_an_eigenvalue_with_an_index_is_no_entry_of_a_vector(said: str) -> None:
    """λᵢ(S + tP) was λᵢ times the matrix."""
    problem = gd.read(r"\lambda_i(S + tP)", given=rf"{said}, $S$ and $P$ are symmetric $n \times n$ matrices")
    assert problem.term.is_scalar and set(problem.symbols) == {"S", "P", "t"}
    assert "eigenvalue" in str(problem.assumed[0])


def test_eigenvalues_that_are_counted_from_the_smallest() -> None:
    # Of λ₁ ≤ … ≤ λₙ the second is the last but one of those from the largest; the derivative of any is v vᵀ.
    problem = gd.read(r"\lambda_2(S)", given=r"$S$ is symmetric; the eigenvalues $\lambda_1 \le \dots \le \lambda_n$")
    s = np.diag([4.0, -1.0, 2.0, 7.0])
    assert np.allclose(problem.derivative("S").evaluate(S=s), np.diag([0.0, 0, 1, 0]))
    assert any("2-th smallest" in str(a) for a in problem.assumed)
    for k, place in ((1, 1), (2, 2), (3, 0)):
        found = gd.read(r"\lambda_k(S)", given=r"$S$ is symmetric; the eigenvalues $\lambda_1 \le \dots \le \lambda_n$")
        values = found.derivative("S").evaluate(S=s)
        assert np.allclose(values[k - 1], np.diag(np.eye(4)[place]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"\lambda_1(S)", r"$\lambda_1$ is the second largest eigenvalue"),
        (r"\lambda_1(S)", r"$\lambda_1$ is the largest generalized eigenvalue"),
    ],
)
def test_an_eigenvalue_that_is_counted_in_another_way_is_not_guessed(text: str, said: str) -> None:
    with pytest.raises(gd.ReadError, match="not read"):
        gd.read(text, given=f"$S$ is symmetric; {said}")


@pytest.mark.parametrize("between", [", and", " and", ","])
def test_a_fact_without_a_noun_is_not_said_of_a_later_name_with_a_set_of_its_own(between: str) -> None:
    problem = gd.read(r"\operatorname{tr}(B^\top S B)", given=rf"With symmetric $S${between} $B \in \mathbb{{R}}^{{n \times n}}$")
    assert "symmetric" in problem.symbols["S"].type.facts
    assert not problem.symbols["B"].type.facts


def test_a_fact_without_a_noun_is_said_of_two_bare_names() -> None:
    problem = gd.read(r"\operatorname{tr}(B^\top S B)", given="for symmetric $S$ and $B$")
    assert "symmetric" in problem.symbols["B"].type.facts


def test_which_of_several_functions_is_taken_is_said() -> None:
    problem = gd.read("p = x^T x; q = y^T x")
    said = problem.assumed[0]
    assert "q is the function that is asked" in str(said) and "p is not used" in str(said) and said.changes_answer
    used = gd.read("r = Ax - b; f = r^T r")
    assert not any("asked" in str(a) for a in used.assumed)
