"""What a text says of a variable elsewhere than in the formula: eigenvalues without their matrix, x = vec(X), ∇φ(y) of a φ
that is defined, masks, graphs."""

from __future__ import annotations

import numpy as np
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


@pytest.mark.parametrize(
    ("formula", "given", "wrt", "expected"),
    [
        # Σ aᵢⱼ xᵢ xⱼ is xᵀAx.
        (r"\sum_{i,j}a_{ij}x_ix_j", r"$A$ is an $n\times n$ symmetric matrix", "x", "2 A x"),
        (r"\sum_{i,j}a_{ij}x_ix_j", r"$A$ is an $n\times n$ symmetric matrix", "A", "x xᵀ"),
        (r"\sum_{i,j}u_{ij}v_{ij} + \|U\|_F^2", r"$U\in\mathbb{R}^{n\times n}$", "U", "v + 2 U"),
    ],
)
def test_small_letters_with_two_indices_are_the_entries_of_the_declared_capital(
    formula: str, given: str, wrt: str, expected: str
) -> None:
    assert answer(formula, given, wrt) == expected
    assert any("are the entries of" in str(a) for a in gd.read(formula, given=given).assumed)


@pytest.mark.parametrize(
    ("formula", "given"),
    [
        (r"\sum_{i,j}x_{ij}^2 + w^Tx_1", r"$X\in\mathbb{R}^{n\times d}$"),  # x_1 is no entry
        (
            r"\sum_{i,j}x_{ij}y_i",
            r"$X\in\mathbb{R}^{n\times d}$, $x_{ij}\in\mathbb{R}$ are the prices, $x\in\mathbb{R}^{m\times m}$",
        ),
        (r"\sum_{i,j}n_{ij}x_i", r"$N$ is the number of points"),
    ],
)
def test_they_are_not_where_something_else_is_said(formula: str, given: str) -> None:
    assert not any("are the entries of" in str(a) for a in gd.read(formula, given=given).assumed)


def test_batch_norm_by_entries() -> None:
    # σⱼ² is defined for each j, and the gradient adds up to nothing in each column (Ioffe & Szegedy, 2015).
    problem = gd.read(
        r"y_{ij}=\gamma_j\frac{x_{ij}-\mu_j}{\sqrt{\sigma_j^2+\epsilon}}+\beta_j; \mu_j=\frac1N\sum_i x_{ij};"
        r"\sigma_j^2=\frac1N\sum_i (x_{ij}-\mu_j)^2; L=\sum_{i,j}g_{ij}y_{ij}",
        given=r"$X\in\mathbb{R}^{N\times d}$",
    )
    rng = np.random.default_rng(11)
    x, g, gamma, eps = rng.standard_normal((5, 3)), rng.standard_normal((5, 3)), rng.standard_normal(3), 0.1
    got = problem.derivative("X").evaluate(X=x, g=g, gamma=gamma, epsilon=eps)
    unit = (x - x.mean(0)) / np.sqrt(x.var(0) + eps)
    wanted = gamma / np.sqrt(x.var(0) + eps) * (g - g.mean(0) - unit * (g * unit).mean(0))
    assert np.allclose(got, wanted)
    assert np.allclose(got.sum(axis=0), 0)


def test_a_mean_that_is_defined_beside_a_vector_is_taken_from_its_entries() -> None:
    # Layer normalisation without its scale: (I − 𝟏𝟏ᵀ/d − x̂ x̂ᵀ/d)/σ, a symmetric matrix that 𝟏 is in the kernel of.
    problem = gd.read(
        r"\frac{x-\mu}{\sqrt{\sigma^2+\epsilon}}", given=r"$\mu=\frac1d\sum_i x_i$, $\sigma^2=\frac1d\sum_i(x_i-\mu)^2$"
    )
    x, eps = np.array([0.3, -1.2, 2.0, 0.7]), 0.1
    got = problem.derivative("x").evaluate(x=x, epsilon=eps)
    scale = np.sqrt(x.var() + eps)
    unit = (x - x.mean()) / scale
    assert np.allclose(got, (np.eye(4) - 0.25 - np.outer(unit, unit) / 4) / scale)
