"""Sets over which sums run: one for each index, stated by a condition, or of things without an index."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import GradatimError


def answer(formula: str, given: str, wrt: str) -> str:
    return str(gd.read(formula, given=given).derivative(wrt))


@pytest.mark.parametrize(
    ("limits", "given"),
    [
        (r"\sum_{i\in C_k}", ""),
        (r"\sum_{x_i\in C_k}", ""),
        (r"\sum_{i\in C(k)}", ""),
        (r"\sum_{i\in C_k}", r"$x_i,\mu_k\in\mathbb{R}^d$ and $C_k$ is the set of points in cluster $k$"),
    ],
)
def test_each_cluster_is_a_set_of_its_own(limits: str, given: str) -> None:
    # The gradient of k-means by a centre: −2 times the sum of xᵢ − μₖ over the points of that cluster.
    problem = gd.read(rf"\sum_{{k=1}}^K{limits}\|x_i-\mu_k\|^2", given=given)
    assert str(problem.derivative(r"\mu_k")) == "−2 Σᵢ Cₖᵢ (xᵢ − μₖ)"
    assert problem.symbols["C"].rank == 2
    assert any("one set for each" in str(a) for a in problem.assumed)


@pytest.mark.parametrize("given", ["", r"$x,\mu_k\in\mathbb{R}^d$"])
def test_things_in_a_set_are_no_indices(given: str) -> None:
    # x ∈ C_k is a point; read as a whole number it would give −2 Σᵢ (i − μₖ).
    assert answer(r"\sum_{k=1}^K\sum_{x\in C_k}\|x-\mu_k\|^2", given, r"\mu_k") == "−2 Σᵢ Cₖᵢ (xᵢ − μₖ)"


def test_a_sum_over_the_data_is_one_over_all_examples_and_bars_count_them() -> None:
    problem = gd.read(r"\frac{1}{|D|}\sum_{(x,y)\in D}(y-w^Tx)^2", given=r"$x,w\in\mathbb{R}^d$")
    rng = np.random.default_rng(3)
    x, y, w = rng.standard_normal((5, 3)), rng.standard_normal(5), rng.standard_normal(3)
    got = problem.derivative("w").evaluate(x=x, y=y, w=w)
    assert np.allclose(got, -2 / 5 * (y - x @ w) @ x)


def test_bars_around_one_of_several_sets_count_its_members() -> None:
    problem = gd.read(r"\sum_k |C_k| \|\mu_k\|^2 - \sum_k\sum_{i\in C_k} x_i^T\mu_k", given=r"$x_i,\mu_k\in\mathbb{R}^d$")
    found = str(problem.derivative(r"\mu_k"))
    assert found == "2(𝟏ᵀCₖ) μₖ − Σᵢ Cₖᵢ xᵢ"  # 𝟏ᵀCₖ of zeros and ones is their number


@pytest.mark.parametrize(
    "sets",
    [
        r"$R_i=\{j: t_j\ge t_i\}$ is the risk set",
        r"where $R_i = \left\{ j \mid t_j \geq t_i \right\}$",
        r"$R(t_i) = \{j : t_j \ge t_i\}$",
    ],
)
def test_a_risk_set_that_is_stated_is_what_it_says(sets: str) -> None:
    # Cox (1972): the score is Σ δᵢ (xᵢ − the mean of xⱼ over the risk set, weighted by exp(xⱼᵀβ)).
    name = "R(t_i)" if "R(" in sets else "R_i"
    problem = gd.read(
        rf"\sum_{{i=1}}^n \delta_i\left[x_i^T\beta-\log\sum_{{j\in {name}}}\exp(x_j^T\beta)\right]",
        given=rf"$x_i,\beta\in\mathbb{{R}}^d$, $\delta_i\in\{{0,1\}}$; {sets}",
    )
    rng = np.random.default_rng(5)
    x, beta, t, delta = rng.standard_normal((6, 3)), rng.standard_normal(3), rng.standard_normal(6), rng.integers(0, 2, 6)
    got = problem.derivative(r"\beta").evaluate(x=x, beta=beta, t=t, delta=delta.astype(float))
    wanted = np.zeros(3)
    for i in range(6):
        at_risk = np.exp(x @ beta) * (t >= t[i])
        wanted += delta[i] * (x[i] - at_risk @ x / at_risk.sum())
    assert np.allclose(got, wanted)


def test_neighbours_of_each_node_and_a_letter_that_counts_too() -> None:
    assert answer(r"\sum_i\sum_{j\in N(i)}\|x_i-x_j\|^2", r"$x_i\in\mathbb{R}^d$", "x_i") == "2 Σⱼ (Nᵢⱼ + Nⱼᵢ)(xᵢ − xⱼ)"
    both = gd.read(r"\frac1N\sum_{i=1}^N\sum_{j\in N(i)}\|x_i-x_j\|^2", given=r"$x_i\in\mathbb{R}^d$")
    assert any("holds the set" in str(a) for a in both.assumed)


def test_a_set_with_a_label_is_one_set() -> None:
    assert answer(r"\sum_{i\in S_{train}}(y_i-w^Tx_i)^2", "", "w").count("S") == 1


def test_what_is_no_list_of_names_is_refused() -> None:
    with pytest.raises(GradatimError):
        gd.read(r"\sum_{i\in f(g(2))} x_i")
