"""Subgradients: the choices at the kinks, what they are called, and that what is called convex is."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.derive.convexity import curvature
from gradatim.read.operators import subgradient_asked

GIVEN = r"A is m x n, w in R^n, x in R^n, a in R^n, b in R^m, y and t scalars, P is n x n symmetric positive semidefinite"
CONVEX = [
    (r"|t|", "t"),
    (r"\|w\|_1 + \frac12 \|Aw-b\|^2", "w"),
    (r"\max(0, 1 - y w^T x)", "w"),
    (r"\max_i x_i", "x"),
    (r"\|Ax-b\|_\infty", "x"),
    (r"\|Ax-b\|", "x"),
    (r"x^T P x + |a^T x|", "x"),
    (r"\log \sum_i \exp(x_i) + \|x\|_1", "x"),
    (r"\exp(|t|)", "t"),
    (r"\max(a^T x, \|x\|_1)", "x"),
    (r"-\min(a^T x, t)", "x"),
    (r"(a^T x - t)^2 + |t|", "t"),
]
NOT_SHOWN = [(r"|t|^3 - t", "t"), (r"|w^T x| \cdot |a^T x|", "x"), (r"\|x\|_1 - \|Ax\|_1", "x"), (r"\sin |t|", "t")]


@pytest.mark.parametrize(("latex", "wrt"), CONVEX)
def test_what_is_called_convex_lies_below_its_chords(latex: str, wrt: str) -> None:
    problem = gd.read(latex, given=GIVEN)
    assert curvature(problem.term, problem.find(wrt)) == "convex"
    rng = np.random.default_rng(5)
    sizes = {"m": 3, "n": 4}
    for _ in range(20):
        values = {}
        for s in problem.symbols.values():
            drawn = rng.normal(size=[sizes[str(d)] for d in s.type.axes])
            values[s.plain] = drawn @ drawn.T if "psd" in s.type.facts else drawn
        other = rng.normal(size=np.shape(values[wrt]))
        ends = [problem.term.evaluate(**{**values, wrt: v}) for v in (values[wrt], other)]
        middle = problem.term.evaluate(**{**values, wrt: (values[wrt] + other) / 2})
        assert middle <= sum(ends) / 2 + 1e-9


@pytest.mark.parametrize(("latex", "wrt"), NOT_SHOWN)
def test_what_is_not_shown_to_be_convex_is_not_called_so(latex: str, wrt: str) -> None:
    found = gd.subgradient(gd.read(latex, given=GIVEN).term, wrt)
    assert found.curvature not in ("convex", "affine")
    assert "Clarke" in found.said


def test_the_choices_are_said() -> None:
    w = gd.vector("w", "n")
    hinge = gd.read(r"\max(0, 1 - y w^T x)", given=GIVEN).term
    found = gd.subgradient(hinge, "w")
    assert found.term is gd.gradient(hinge, "w")
    assert found.lines() == ["𝟙[y wᵀx < 1] may be any number from 0 to 1 where 1 − y wᵀx = 0"]
    assert found.said == "the function is convex, and these are all its subgradients"
    # With a smooth function there is nothing to choose.
    assert gd.subgradient(gd.sqnorm(w), w).lines() == []


def test_a_penalty_is_convex_where_its_weight_is_not_negative() -> None:
    w, weight = gd.vector("w", "n"), gd.scalar("λ")
    assert gd.subgradient(weight * gd.norm(w, 1), w).said.startswith("where λ ≥ 0, the function is convex")


def test_a_function_that_jumps_has_none() -> None:
    t = gd.scalar("t")
    with pytest.raises(gd.UnknownDerivative, match="jumps"):
        gd.subgradient(gd.sign(t), t)
    with pytest.raises(gd.ShapeError):
        gd.subgradient(gd.absolute(gd.vector("x", "n")), "x")


@pytest.mark.parametrize(
    ("text", "function", "wrt"),
    [
        (r"\partial \|w\|_1", r"\|w\|_1", ()),
        (r"\partial_w \|w\|_1", r"\|w\|_1", ("w",)),
        ("∂|t|", "|t|", ()),
        (r"\text{subgradient of } |t|", "|t|", ()),
        ("the subdifferential of |t|", "|t|", ()),
    ],
)
def test_the_ways_to_ask(text: str, function: str, wrt: tuple[str, ...]) -> None:
    found = subgradient_asked(text)
    assert found is not None
    assert (found.function, found.wrt) == (function, wrt)


@pytest.mark.parametrize("text", [r"\frac{\partial}{\partial x} x^2", r"\partial f / \partial x", "x^2", r"\nabla f"])
def test_a_derivative_is_no_subgradient(text: str) -> None:
    assert subgradient_asked(text) is None


@pytest.mark.parametrize("text", [r"2 \partial |t|", r"t + \text{subgradient of } |t|"])
def test_the_words_are_never_read_as_names(text: str) -> None:
    with pytest.raises(gd.ReadError, match="subgradient"):
        gd.read(text, given="t a scalar")


def test_a_power_series_needs_no_inverse() -> None:
    # d tr Σᵢ Xⁱ, i = 0 … k − 1, is Σᵢ i tr(X^(i − 1) dX), i = 1 … k − 1: the constant term drops out.
    problem = gd.read(r"\operatorname{tr} \sum_{i=0}^{k-1} X^i", given="X is an n x n matrix")
    gradient = problem.derivative("X")
    assert "− 2" not in str(gradient)
    assert gd.conditions(problem.term, "X") == ()
    x = np.array([[0.0, 1, 2], [0, 0, 3], [0, 0, 0]])  # singular
    wanted = sum(i * np.linalg.matrix_power(x, i - 1) for i in range(1, 4)).T
    np.testing.assert_allclose(gradient.evaluate(X=x, k=4), wanted)


def test_a_covariance_scaled_by_a_square_is_definite_by_itself() -> None:
    given = "Q is n x n symmetric positive definite, H is m x n, s a scalar"
    for latex in (r"\log\det(I + H Q H^T/s^2)", r"\log\det(I + \frac{1}{s^2} H Q H^T)"):
        assert gd.conditions(gd.read(latex, given=given).term, "H") == ()
