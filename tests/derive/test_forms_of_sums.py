"""Sums over eigenvalues and over pairs, and powers of diagonal matrices, in the form in which they are known."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.derive.derivative import derived


def answer(formula: str, given: str, wrt: str) -> str:
    return str(gd.read(formula, given=given).derivative(wrt))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # Lewis, Convex analysis on the Hermitian matrices (1996): the gradient of Σ g(λᵢ(X)) is g′(X).
        (r"\sum_i \log\lambda_i(X)", "X⁻¹"),
        (r"\sum_i \lambda_i(X)^3", "3 X²"),
        (r"\sum_i 1/\lambda_i(X)", "−X⁻²"),
        (r"\sum_i e^{\lambda_i(X)}", "expm(X)"),
        (r"\sum_i \log(1+\lambda_i(X))", "(I + X)⁻¹"),
        (r"\sum_i \lambda_i(X)\log\lambda_i(X)", "logm(X) + I"),
    ],
)
def test_a_sum_over_the_eigenvalues_is_a_function_of_the_matrix(formula: str, expected: str) -> None:
    assert answer(formula, r"$X$ is symmetric positive definite", "X") == expected


def test_such_a_sum_needs_no_simple_eigenvalues_and_one_eigenvalue_does() -> None:
    # tr X³ is a polynomial; λ₁ is not differentiable where it meets λ₂.
    for formula, needed in ((r"\sum_i \lambda_i(X)^3", False), (r"\lambda_1(X)^3", True)):
        problem = gd.read(formula, given=r"$X$ is symmetric")
        x = problem.find("X")
        assert any(c.fact == "simple" for c in derived(problem.term, x).conditions) is needed


@pytest.mark.parametrize(
    ("formula", "given", "wrt", "expected"),
    [
        # von Luxburg, A tutorial on spectral clustering (2007), prop. 1: fᵀLf = ½ Σ wᵢⱼ (fᵢ − fⱼ)² with L = D − W.
        (r"\frac12\sum_{i,j} w_{ij}(x_i-x_j)^2", r"$W=[w_{ij}]$ is symmetric, $n\times n$", "x", "2(diag(W 𝟏) − W) x"),
        (
            r"\frac12\sum_{i,j} w_{ij}\|x_i-x_j\|^2",
            r"$W=[w_{ij}]$ is symmetric, $n\times n$, the rows of $X\in\mathbb{R}^{n\times d}$ are $x_i$",
            "X",
            "2(diag(W 𝟏) − W) X",
        ),
        # Belkin & Niyogi with columns: X L on the other side.
        (
            r"\frac12\sum_{i,j} w_{ij}\|x_i-x_j\|^2",
            r"$W=[w_{ij}]$ is symmetric, $n\times n$, the columns of $X\in\mathbb{R}^{d\times n}$ are $x_i$",
            "X",
            "2 X (diag(W 𝟏) − W)",
        ),
        # Σ ‖xᵢ − xⱼ‖² = 2 n ‖X‖² − 2 ‖Xᵀ𝟏‖².
        (r"\sum_{i,j}\|x_i-x_j\|^2", r"the rows of $X\in\mathbb{R}^{n\times d}$ are $x_i$", "X", "4(n I − 𝟏 𝟏ᵀ) X"),
        # −2 Σᵢ wᵢⱼ (xᵢ − yⱼ), entry by entry.
        (r"\sum_{i,j} w_{ij}(x_i-y_j)^2", r"$w\in\mathbb{R}^{n\times m}$", "y", "−2(wᵀx − y ⊙ (wᵀ𝟏))"),
    ],
)
def test_differences_of_pairs_give_the_graph_laplacian(formula: str, given: str, wrt: str, expected: str) -> None:
    assert answer(formula, given, wrt) == expected


def test_a_symbolic_power_of_a_diagonal_matrix_is_one_of_its_entries() -> None:
    # aᵀ diag(x)ⁿ b = Σ aᵢ bᵢ xᵢⁿ.
    assert answer(r"a^T\operatorname{diag}(x)^n b", r"$a,b,x\in\mathbb{R}^m$", "x") == "n (a ⊙ b ⊙ x^∘(n − 1))"


@pytest.mark.parametrize(
    "given",
    [
        r"$t_{nk}$ are 1-of-K coded: $\sum_k t_{nk}=1$",
        r"where $t_{nk}\in\{0,1\}$ and $\sum_k t_{nk}=1$",
        r"the targets $t_n$ are one-hot",
    ],
)
def test_a_softmax_that_is_written_out_gives_the_difference_to_the_targets(given: str) -> None:
    # Bishop, PRML, (4.109): ∇_{w_k} E = Σₙ (yₙₖ − tₙₖ) φₙ.
    formula = r"-\sum_n\sum_k t_{nk}\ln y_{nk}, \quad y_{nk}=\frac{\exp(a_{nk})}{\sum_j\exp(a_{nj})}, \quad a_{nk}=w_k^T\phi_n"
    assert answer(formula, given, "w_k") == "Σᵢ (yᵢₖ − tᵢₖ) ϕᵢ"
