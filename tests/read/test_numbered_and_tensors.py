"""Variables of which a text shows entries only, and names with three indices."""

from __future__ import annotations

import pytest

import gradatim as gd


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"(x_1x_2, \sin x_2)", "[x₂, x₁; 0, cos(x₂)]"),
        (r"\begin{bmatrix}x_1^2+x_3\\ x_1x_2x_3\end{bmatrix}", "[2 x₁, 0, 1; x₂ x₃, x₁ x₃, x₁ x₂]"),
        (r"x_1^2 + 3 x_1 x_2", "[2 x₁ + 3 x₂; 3 x₁]"),
    ],
)
def test_a_vector_of_which_all_entries_are_numbered_is_the_variable(formula: str, expected: str) -> None:
    problem = gd.read(formula)
    assert str(problem.derivative("x")) == expected
    assert any("entries that are numbered" in str(a) for a in problem.assumed)


def test_a_number_that_is_missing_is_asked_about() -> None:
    with pytest.raises(gd.ReadError, match="only x_1, x_3"):
        gd.read(r"x_1^2 + x_3").derivative("x")


@pytest.mark.parametrize("given", ["", r"$T$ is a symmetric tensor"])
def test_a_name_with_three_indices_is_a_tensor(given: str) -> None:
    # ∂/∂aᵢ of Σ T_ijk aᵢ bⱼ cₖ is Σ_jk T_ijk bⱼ cₖ.
    problem = gd.read(r"\sum_{ijk}T_{ijk}a_ib_jc_k", given=given)
    assert problem.symbols["T"].rank == 3
    assert str(problem.derivative("a")) == "[Σⱼ bⱼ Σₖ Tᵢⱼₖ cₖ]ᵢ"
