"""What is said to add up to one, entry by entry: labels that were smoothed, targets of a distillation, mixing weights."""

from __future__ import annotations

from random import Random

import pytest

from gradatim.derive.derivative import derived
from gradatim.read.problem import read
from gradatim.term import Symbol
from gradatim.types import vector
from gradatim.value.holds import HOLDS
from gradatim.value.points import draw
from gradatim.write.text import text


def answer(function: str, given: str, wrt: str) -> str:
    problem = read(function, given=given)
    return text(derived(problem.term, problem.find(wrt)).term)


def test_the_sum_of_the_targets_is_used() -> None:
    # Hinton, Vinyals & Dean, Distilling the Knowledge in a Neural Network (2015), eq. 2: (q − p)/T.
    distilled = r"-\sum_i t_i \log p_i, p = \operatorname{softmax}(z/\tau)"
    assert answer(distilled, r"where $\sum_i t_i = 1$", "z") == "(p − t) / τ"
    assert answer(distilled, r"$t, z \in \mathbb{R}^K$", "z") == "((𝟏ᵀt) p − t) / τ"
    # Bishop (2006), eq. 4.109.
    regression = r"-\sum_n \sum_k t_{nk} \log y_{nk}, y_{nk} = \frac{\exp(w_k^\top x_n)}{\sum_j \exp(w_j^\top x_n)}"
    assert answer(regression, r"targets are 1-of-$K$, $\sum_k t_{nk} = 1$", "w_j") == "Σᵢ (yᵢⱼ − tᵢⱼ) xᵢ"


@pytest.mark.parametrize(
    "given", [r"$\sum_i w_i = 1$", "w is a probability vector", r"Form the Lagrangian. $\sum_i w_i = 1$, $w\in\mathbb{R}^n$"]
)
def test_a_constraint_that_the_function_states_is_not_used_in_its_derivative(given: str) -> None:
    assert answer(r"w^\top S w + \lambda(\mathbf{1}^\top w - 1)", given, r"\lambda") == "𝟏ᵀw − 1"
    unit = answer(r"x^\top S x - \lambda(x^\top x - 1)", "x is a unit vector", r"\lambda")
    assert unit == "−(xᵀx − 1)"


def test_the_fact_says_nothing_of_signs() -> None:
    assert answer(r"\sum_i |t_i| z_i", r"$\sum_i t_i = 1$, $t, z\in\mathbb{R}^n$", "z") == "abs(t)"


def test_values_are_drawn_so(seed: int) -> None:
    t = Symbol("t", vector("n", facts=["adds_to_one"]))
    _, drawn = draw(t, {"n": 5}, Random(seed))
    assert HOLDS["adds_to_one"]((5,), drawn) and sum(drawn) == 1
    assert not HOLDS["adds_to_one"]((5,), [drawn[0] + 1, *drawn[1:]])
