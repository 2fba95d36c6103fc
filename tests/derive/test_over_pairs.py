"""Sums over i ≠ j and i < j whose terms have no value at i = j: what is ruled out is not looked at, by any evaluator."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import gradatim as gd
from gradatim import ops

MEMBERS = r"x_i \in \mathbb{R}^d, i = 1, \dots, N"
RNG = np.random.default_rng(3)
X, D, POINTS = RNG.normal(size=(5, 3)), np.abs(RNG.normal(size=(5, 5))), RNG.normal(size=5)


def pairs(a: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(a) for j in range(a) if i != j]


CASES = {
    "coulomb": (
        r"\sum_{i \ne j} \frac{1}{\|x_i - x_j\|}", MEMBERS, "x_i", {"x": X},
        lambda x: sum(1 / np.linalg.norm(x[i] - x[j]) for i, j in pairs(5)),
    ),
    "stress": (
        r"\sum_{i<j} (\|x_i - x_j\| - D_{ij})^2", MEMBERS + "; D is an N x N matrix", "x_i", {"x": X, "D": D},
        lambda x, D: sum((np.linalg.norm(x[i] - x[j]) - D[i, j]) ** 2 for i, j in pairs(5) if i < j),
    ),
    "logarithms": (
        r"\sum_{i<j} \log |x_i - x_j|", "x is a vector of n entries", "x", {"x": POINTS},
        lambda x: sum(np.log(abs(x[i] - x[j])) for i, j in pairs(5) if i < j),
    ),
    "inverse squares": (
        r"\sum_{i \ne j} \frac{1}{(x_i - x_j)^2}", "x is a vector of n entries", "x", {"x": POINTS},
        lambda x: sum(1 / (x[i] - x[j]) ** 2 for i, j in pairs(5)),
    ),
    "differences squared": (
        r"\sum_{i<j} W_{ij} (x_i - x_j)^2", "x is a vector of n entries; W is an n x n matrix", "x", {"x": POINTS, "W": D},
        lambda x, W: sum(W[i, j] * (x[i] - x[j]) ** 2 for i, j in pairs(5) if i < j),
    ),
    "not the same for (j, i)": (
        r"\sum_{i<j} (x_i - 2 x_j)^2", "x is a vector of n entries", "x", {"x": POINTS},
        lambda x: sum((x[i] - 2 * x[j]) ** 2 for i, j in pairs(5) if i < j),
    ),
    "not nothing at i = j": (
        r"\sum_{i \ne j} (x_i + x_j)^2", "x is a vector of n entries", "x", {"x": POINTS},
        lambda x: sum((x[i] + x[j]) ** 2 for i, j in pairs(5)),
    ),
    "the opposite for (j, i)": (
        r"\sum_{i<j} (x_i - x_j)^3", "x is a vector of n entries", "x", {"x": POINTS},
        lambda x: sum((x[i] - x[j]) ** 3 for i, j in pairs(5) if i < j),
    ),
    "neighbours": (
        r"\sum_i \log \sum_{j \ne i} \exp(-\|x_i - x_j\|)", MEMBERS, "x_i", {"x": X},
        lambda x: sum(
            np.log(sum(np.exp(-np.linalg.norm(x[i] - x[j])) for j in range(5) if j != i)) for i in range(5)
        ),
    ),
}  # fmt: skip


def differences(f, values):  # type: ignore[no-untyped-def]
    x, step = values["x"], 1e-6
    out = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[place] += step
        behind[place] -= step
        out[place] = (f(**{**values, "x": ahead}) - f(**{**values, "x": behind})) / (2 * step)
    return out


@pytest.mark.parametrize("name", CASES)
def test_the_value_and_the_derivative_leave_out_the_pairs_that_are_ruled_out(name: str) -> None:
    latex, given, wrt, values, f = CASES[name]
    problem = gd.read(latex, given=given)
    gradient = problem.derivative(wrt)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(problem.term.evaluate(**values), f(**values))
        wanted = differences(f, values)
        np.testing.assert_allclose(gradient.evaluate(**values), wanted, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(gd.compile(gradient)(**values), wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("latex", "given", "wrt", "written"),
    [
        # ∂/∂xᵢ of each of the two terms in which xᵢ occurs is the same, so the sum over ordered pairs has a 2.
        (r"\sum_{i \ne j} 1/\|x_i - x_j\|", MEMBERS, "x_i", "2 ∑_{j≠i} (xⱼ − xᵢ) / ‖xᵢ − xⱼ‖³"),
        (r"\sum_{i<j} \|x_i - x_j\|^2", MEMBERS, "x_i", "2 ∑_{j≠i} (xᵢ − xⱼ)"),
        (r"\sum_{i<j} \log|x_i - x_j|", "x is a vector of n entries", "x", "[∑_{j≠i} 1 / (xᵢ − xⱼ)]ᵢ"),
        (
            r"\sum_{i<j} (\|x_i - x_j\| - D_{ij})^2", MEMBERS + "; D is a symmetric N x N matrix", "x_i",
            "2 ∑_{j≠i} (‖xᵢ − xⱼ‖ − Dᵢⱼ)(xᵢ − xⱼ) / ‖xᵢ − xⱼ‖",
        ),
        (
            # Nothing is said of D: above and below its diagonal two sums.
            r"\sum_{i<j} (\|x_i - x_j\| - D_{ij})^2", MEMBERS + "; D is an N x N matrix", "x_i",
            "2(∑_{j>i} (‖xᵢ − xⱼ‖ − Dᵢⱼ)(xᵢ − xⱼ) / ‖xᵢ − xⱼ‖ + ∑_{j<i} (‖xᵢ − xⱼ‖ − Dⱼᵢ)(xᵢ − xⱼ) / ‖xᵢ − xⱼ‖)",
        ),
    ],
)  # fmt: skip
def test_the_restriction_stays_below_the_sign(latex: str, given: str, wrt: str, written: str) -> None:
    assert str(gd.read(latex, given=given).derivative(wrt)) == written


VECTOR = "x is a vector of n entries"


@pytest.mark.parametrize(
    ("latex", "wrt", "written"),
    [
        # xₖ stands in n − 1 unordered pairs, and d (xₖ − xᵢ)²/dxₖ = 2 (xₖ − xᵢ), which is zero at i = k.
        (r"\sum_{i<j} (x_i - x_j)^2", "x_k", "2 ∑_{i≠k} (xₖ − xᵢ)"),
        (r"\sum_{i<j} (x_i - x_j)^2", "x", "2 n x − 2(𝟏ᵀx) 𝟏"),
        (r"\sum_{i \ne j} (x_i - x_j)^2", "x_k", "4 ∑_{i≠k} (xₖ − xᵢ)"),
        (r"\sum_{i \ne j} (x_i - x_j)^2", "x", "4 n x − 4(𝟏ᵀx) 𝟏"),
        (r"\sum_{i<j} (x_i - x_j)^4", "x", "4(x 𝟏ᵀ − 𝟏 xᵀ)^∘3 𝟏"),
        # Each entry stands in n − 1 pairs.
        (r"\sum_{i<j} (x_i + x_j)", "x_k", "n − 1"),
        (r"\sum_{i<j} (x_i + x_j)", "x", "(n − 1) 𝟏"),
        # The terms of (i, j) and (j, i) take each other away.
        (r"\sum_{i \ne j} \frac{1}{x_i - x_j}", "x_k", "0"),
        (r"\sum_{i \ne j} \frac{1}{x_i - x_j}", "x", "𝟎"),
        # 2 (Σᵢ xᵢ − xₖ): the entry of the vector of ones is no factor.
        (r"\sum_{i \ne j} x_i x_j", "x_k", "2(𝟏ᵀx) − 2 xₖ"),
    ],
)
def test_sums_over_pairs_of_entries(latex: str, wrt: str, written: str) -> None:
    assert str(gd.read(latex, given=VECTOR).derivative(wrt)) == written


def test_a_sum_over_pairs_of_entries_is_shown_as_it_was_written() -> None:
    assert str(gd.read(r"\sum_{i<j} (x_i - x_j)^2", given=VECTOR).term) == "∑_{i<j} (xᵢ − xⱼ)²"


@pytest.mark.parametrize("name", CASES)
def test_what_is_written_is_read_as_the_same(name: str) -> None:
    latex, given, _, _, _ = CASES[name]
    problem = gd.read(latex, given=given)
    assert gd.read(problem.term.latex(), given=given).term is problem.term


def test_an_answer_over_pairs_is_checked() -> None:
    problem = gd.read(r"\sum_{i \ne j} \frac{1}{\|x_i - x_j\|}", given=MEMBERS)
    right = gd.check(r"-2 \sum_{j \ne i} \frac{x_i - x_j}{\|x_i - x_j\|^3}", of=problem, wrt="x_i")
    half = gd.check(r"-\sum_{j \ne i} \frac{x_i - x_j}{\|x_i - x_j\|^3}", of=problem, wrt="x_i")
    assert (right.outcome, half.outcome) == ("right", "wrong")


def test_the_condition_is_said_of_different_members_only() -> None:
    problem = gd.read(r"\sum_{i<j} (\|x_i - x_j\| - D_{ij})^2", given=MEMBERS + "; D is an N x N matrix")
    assert [str(c) for c in gd.conditions(problem.term, "x")] == ["xᵢ − xⱼ ≠ 0 for every i ≠ j"]


def test_the_verb_takes_the_restriction() -> None:
    x = gd.family("x", "N", "d")
    i, j = gd.index("i", "N"), gd.index("j", "N")
    ordered = gd.sum_over(i, gd.sum_over(j, 1 / gd.norm(x[i] - x[j]), after=i))
    every = gd.sum_over(i, gd.sum_over(j, 1 / gd.norm(x[i] - x[j]), apart_from=i))
    assert (str(ordered), str(every)) == ("∑_{i<j} 1 / ‖xᵢ − xⱼ‖", "∑_{i≠j} 1 / ‖xᵢ − xⱼ‖")
    np.testing.assert_allclose(2 * ordered.evaluate(x=X), every.evaluate(x=X))


def test_like_parts_add_up_when_their_signs_are_made_alike() -> None:
    # a/(x − y)³ − a/(y − x)³ is 2a/(x − y)³: both parts become one and are not one part twice.
    a, x = gd.scalar("a"), gd.scalar("x")
    i, v = gd.index("i", "n"), gd.vector("v", "n")
    f = gd.sum_over(i, a / (x - v[i]) ** 2 + a / (v[i] - x) ** 2)
    values = {"a": 2.0, "x": 0.5, "v": np.array([1.0, 2.0, 4.0])}
    wanted = sum(-4 * 2.0 / (0.5 - t) ** 3 for t in values["v"])
    np.testing.assert_allclose(gd.derivative(f, x).evaluate(**values), wanted)


def test_a_condition_before_a_tensor_stays_inside() -> None:
    # d X_ij^k / d X_ij = k X_ij^(k − 1) with k = [s < 3] = 1: the identity map.
    matrix, s = gd.matrix("X", "p", "m"), gd.scalar("s")
    found = gd.jacobian(ops.hpower(matrix, ops.less(s, ops.number(3))), matrix)
    values = np.arange(1.0, 13.0).reshape(3, 4)
    wanted = np.einsum("ik,jl->ijkl", np.eye(3), np.eye(4))
    np.testing.assert_allclose(found.evaluate(X=values, s=2.0), wanted)
