"""What a text says of a variable elsewhere than in the formula: eigenvalues without their matrix, x = vec(X), ∇φ(y) of a φ
that is defined, masks, graphs."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.cli import main


def answer(formula: str, given: str, wrt: str) -> str:
    return str(gd.read(formula, given=given).derivative(wrt))


@pytest.mark.parametrize(
    "given",
    [
        r"$\lambda_i$ are the eigenvalues of the symmetric positive definite matrix $X$",
        r"$X$ is symmetric positive definite with eigenvalues $\lambda_1,\dots,\lambda_n$",
    ],
)
def test_eigenvalues_without_their_matrix_move_with_it(given: str) -> None:
    # Σ λᵢ³ is tr X³.
    assert answer(r"\sum_i \lambda_i^3", given, "X") == "3 X²"
    # By the λᵢ themselves they are numbers.
    assert gd.read(r"\sum_i \lambda_i^3", given=given).symbols.keys() == {"lam"}


def test_eigenvalues_of_a_list_stand_before_their_matrix_too() -> None:
    given = r"$X$ is symmetric positive definite with eigenvalues $\lambda_1,\dots,\lambda_n$"
    assert answer(r"\sum_i \log(1+\lambda_i(X))", given, "X") == "(I + X)⁻¹"


def test_a_stacked_matrix_as_the_variable_of_a_function_of_the_matrix() -> None:
    # ∂‖AXB‖²/∂X = 2 AᵀAXBBᵀ, stacked.
    given = r"$x=\operatorname{vec}(X)$, $X\in\mathbb{R}^{m\times n}$"
    assert answer(r"\|AXB\|_F^2", given, "x") == "2 vec(AᵀA X B Bᵀ)"
    assert answer(r"\|AXB\|_F^2", given, "X") == "2 AᵀA X B Bᵀ"


def test_a_bregman_divergence_holds_the_gradient_of_its_function() -> None:
    # Bregman (1967): the gradient by x is ∇φ(x) − ∇φ(y); for φ = Σ x log x that is log x + 1 − ∇φ(y).
    found = answer(
        r"\phi(x)-\phi(y)-\langle\nabla\phi(y),x-y\rangle", r"Bregman divergence with $\phi(x)=\sum_ix_i\log x_i$", "x"
    )
    assert found == "log(x) + 𝟏 − ∇ϕ(y)"


@pytest.mark.parametrize(
    "given",
    [
        "M is a binary mask with entries 0 or 1",
        "$M$ is a 0/1 mask",
        r"where $M$ is the observation mask whose entries are 0 or 1",
        r"with the binary mask $M$",
    ],
)
def test_a_mask_has_entries_zero_and_one(given: str) -> None:
    # M ⊙ M is M.
    assert answer(r"\frac12\|M\odot(X-UV^T)\|_F^2", given, "U") == "−(M ⊙ (X − U Vᵀ)) V"


def test_graphs_in_words() -> None:
    assert answer(r"f^TLf", "L is the graph Laplacian", "f") == "2 L f"
    assert answer(r"f^TAf", "$A$ is the adjacency matrix of an undirected graph", "f") == "2 A f"
    assert answer(r"f^TAf", "$A$ is the adjacency matrix of a graph", "f") == "(A + Aᵀ) f"
    assert (
        answer(r"\log\det\Theta - \operatorname{tr}(S\Theta)", r"$\Theta$ is the precision matrix, $S$ is symmetric", r"\Theta")
        == "Θ⁻¹ − S"
    )


def test_a_title_among_the_declarations_is_told_of_and_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", r"x\,\sigma(\beta x)", "--wrt", "x", "--given", "swish activation"]) == 0
    assert "nothing is declared by “swish activation”" in capsys.readouterr().out


def test_a_misspelt_declaration_is_still_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "x^TAx", "--wrt", "x", "--given", "A symetric"]) == 2
