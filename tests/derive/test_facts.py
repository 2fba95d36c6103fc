"""Facts declared in prose simplify results as a mathematician expects; each result is compared with NumPy's differences, too."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

import gradatim as gd
from gradatim.ops import facts
from gradatim.term import Symbol, Term, free_symbols
from gradatim.value.floats import evaluate
from gradatim.value.points import draw

# The expected formulas are textbook identities, reasoned out by hand.
DECLARED = [
    (r"x^T A x", "A is symmetric", "x", "2 A x"),
    (r"x^T A x", "A is skew-symmetric", "x", "𝟎"),
    (r"x^T S^{-1} x", "S is positive definite", "x", "2 S⁻¹ x"),
    (r"\|Q x\|^2", "Q is orthogonal", "x", "2 x"),
    (r"\|Q R x\|^2", "Q and R are orthogonal", "x", "2 x"),
    (r"\operatorname{tr}(Q^T X Q)", "Q is orthogonal, X is n x n", "X", "I"),
    (r"\|P x\|^2", "P is an orthogonal projection", "x", "2 P x"),
    (r"\|P x\|^2", "P is symmetric and idempotent", "x", "2 P x"),
    (r"x^T P x", "P is a projection matrix", "x", "(P + Pᵀ) x"),
    (r"(u^T u) a^T x", "u is a unit vector, a, x are vectors", "x", "a"),
    (r"\|x - (u^T x) u\|^2", "u is a unit vector", "x", None),
    (r"-\operatorname{tr}(Y^T \log \operatorname{softmax}(Z))", "the rows of Y sum to one", "Z", "softmax(Z) − Y"),
    (r"-\operatorname{tr}(Y^T \log \operatorname{softmax}(X W))", "Y has one-hot rows", "W", "Xᵀ(softmax(X W) − Y)"),
    (r"-y^T \log \operatorname{softmax}(z)", "y is a probability vector", "z", "softmax(z) − y"),
    (r"-y^T \log \operatorname{softmax}(z)", "y is a one-hot vector", "z", "softmax(z) − y"),
    (r"\|x\|_1", "x is a vector with positive entries", "x", "𝟏"),
    (r"\sqrt{t^2}", "t is positive", "t", "1"),
    (r"\log\det(A X B)", "A, B are invertible", "X", "X⁻ᵀ"),
    (r"b^T (A^T A + \lambda I)^{-1} b", "A is an m x n matrix, λ is positive", "b", "2(AᵀA + λ I)⁻¹ b"),
    (r"\operatorname{tr}(S^{-1} A)", "S is symmetric positive definite", "S", "−S⁻¹ AᵀS⁻¹"),
    (r"a^T T b", "T is Toeplitz", "T", "a bᵀ"),
    (r"\log|t|", "t > 0", "t", "1/t"),
    (r"\|x\|_1", "x is a vector, x > 0", "x", "𝟏"),
]


@pytest.mark.parametrize(("function", "given", "wrt", "expected"), DECLARED, ids=[f"{d[0]} {d[1]}" for d in DECLARED])
def test_declared_facts(function: str, given: str, wrt: str, expected: str | None, seed: int) -> None:
    p = gd.read(function, given=given)
    found = p.derivative(wrt)
    if expected is not None:
        assert found.text() == expected
    variable = p.find(wrt)
    assert isinstance(variable, Symbol)
    agrees_with_differences(p.term, variable, found, Random(seed))


def agrees_with_differences(function: Term, variable: Symbol, found: Term, rng: Random) -> None:
    """Central differences in NumPy at a point that has the facts; the variable moves freely."""
    names = sorted({n for s in free_symbols(function) for d in s.type.axes for n in d.names})
    sizes = {name: 3 + k for k, name in enumerate(names)}
    values = {}
    for s in free_symbols(function):
        shape, entries = draw(s, sizes, rng)
        values[s.plain] = np.array([float(e) for e in entries]).reshape(shape)
    given = {s.plain for s in free_symbols(found)}
    claimed = np.asarray(evaluate(found, {n: v for n, v in values.items() if n in given}, sizes))
    start, h = values[variable.plain], 1e-6
    slopes = np.zeros(start.shape)
    for place in np.ndindex(*start.shape):
        step = np.zeros(start.shape)
        step[place] = h
        ahead, behind = (float(function.evaluate(**{**values, variable.plain: start + s})) for s in (step, -step))
        slopes[place] = (ahead - behind) / (2 * h)
    assert np.allclose(claimed, slopes, rtol=1e-4, atol=1e-6)


def test_an_orthogonal_projection_is_no_orthogonal_matrix() -> None:
    p = gd.read(r"\|P x\|^2", given="P is an orthogonal projection")
    assert p.symbols["P"].type.facts == {"symmetric", "idempotent"}


def test_facts_travel() -> None:
    A, S, Q = gd.matrix("A", "m", "n"), gd.matrix("S", "m", "m", spd=True), gd.matrix("Q", "n", "n", orthogonal=True)
    R, full = gd.matrix("R", "n", "n", orthogonal=True), gd.matrix("F", "m", "n", full_column_rank=True)
    u = gd.scalar("u")
    assert "psd" in facts(A.T @ A) and "spd" not in facts(A.T @ A)
    assert "spd" in facts(full.T @ S @ full) and "psd" in facts(A.T @ S @ A)
    assert "spd" in facts(gd.inv(S)) and "orthogonal" in facts(Q @ R) and "orthogonal" in facts(Q.T)
    assert "spd" in facts(A.T @ A + gd.eye("n"))
    assert "positive" in facts(1 + u**2) and "positive" in facts(1 - gd.sigmoid(u)) and "positive" not in facts(u**2)
