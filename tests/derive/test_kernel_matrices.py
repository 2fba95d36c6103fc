"""Matrices given by their entries, K_{ij} = k(x_i, x_j): named in answers, symmetric where they are seen to be."""

import numpy as np
import pytest

import gradatim as gd
from gradatim.ops import facts
from gradatim.term import Term, walk
from gradatim.value.floats import evaluate

GIVEN = "x_i are vectors, i = 1..n; ℓ, c, σ, γ are scalars; y is a vector; A is a symmetric matrix, B a matrix"


@pytest.mark.parametrize(
    "entry",
    [
        r"\exp(-\|x_i - x_j\|^2/(2\ell^2))",
        r"(x_i^T x_j + c)^3",
        r"x_i^T A x_j",
        r"\exp(-\gamma\|x_i - x_j\|^2) + \sigma^2\delta_{ij}",
        r"\|x_i\|^2 + \|x_j\|^2 - 2 x_i^T x_j",
        r"\|x_i + x_j\| y_i y_j",
    ],
)
def test_a_kernel_is_symmetric(entry: str) -> None:
    assert "symmetric" in facts(_matrix(entry))


@pytest.mark.parametrize(
    "entry", [r"x_i^T B x_j", r"\|x_i\|^2 - x_i^T x_j", r"\sin(c\,y_i - c\,y_j)", r"\|x_i - 2 x_j\|^2", r"y_i x_i^T x_j"]
)
def test_other_entries_are_not(entry: str) -> None:
    assert "symmetric" not in facts(_matrix(entry))


def _matrix(entry: str) -> Term:
    read = gd.read(rf"K_{{ij}} = {entry}; \mathrm{{tr}}(K)", GIVEN)
    (call,) = (n for n in walk(read.term) if n.rank == 2)
    return call


def test_its_name_stands_in_answers() -> None:
    text = r"K_{ij} = \exp(-\|x_i - x_j\|^2/(2\ell^2)); \log\det K"
    found = gd.read(text, GIVEN).derivative("ℓ")
    assert str(found) == "tr([‖xⱼ − xᵢ‖²]ᵢⱼ (K⁻¹ ⊙ K)) / ℓ³"
    rng = np.random.default_rng(1)
    x, scale = rng.normal(size=(4, 3)), 0.8
    D = ((x[:, None] - x) ** 2).sum(-1)
    K = np.exp(-D / (2 * scale**2))
    # Jacobi's formula: d log det K = tr(K⁻¹ dK), and dK/dℓ = K ∘ D / ℓ³.
    assert evaluate(found, {"x": x, "ell": scale}) == pytest.approx(np.trace(np.linalg.inv(K) @ (K * D)) / scale**3)


def test_powers_and_sums_act_on_the_whole_matrix() -> None:
    found = gd.read(r"K_{ij} = (x_i^T x_j + c)^3; y^TK^{-1}y", GIVEN).derivative("c")
    assert str(found) == "−3(yᵀK⁻¹([xᵢᵀxⱼ]ᵢⱼ + c 𝟏 𝟏ᵀ)^∘2 K⁻¹ y)"
