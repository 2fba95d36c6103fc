"""Orthonormal columns and projections: what they simplify to, by value at points that have the fact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradatim as gd

Values = dict[str, Any]
V = r"$V \in \mathbb{R}^{m\times n}$ has orthonormal columns"
X = r"$X \in \mathbb{R}^{m\times n}$, $y \in \mathbb{R}^m$"

QUESTIONS: tuple[tuple[str, str, str, str, Callable[[Values], Any]], ...] = (
    (r"\|V x\|^2", V + r", $x \in \mathbb{R}^n$", "x", "2 x", lambda v: 2 * v["x"]),
    (r"\|x - V V^T x\|^2", V + r", $x \in \mathbb{R}^m$", "x", "2(x − V Vᵀx)", lambda v: 2 * (v["x"] - v["V"] @ (v["V"].T @ v["x"]))),
    (r"\|(I - u u^T) x\|^2", r"$u$ is a unit vector, $x \in \mathbb{R}^m$", "x", "2(I − u uᵀ) x", lambda v: 2 * (v["x"] - v["u"] * (v["u"] @ v["x"]))),
    (r"\|(I - X(X^TX)^{-1}X^T) y\|^2", X, "y", "2(I − X (XᵀX)⁻¹ Xᵀ) y", lambda v: 2 * (v["y"] - v["X"] @ np.linalg.lstsq(v["X"], v["y"], rcond=None)[0])),
    (r"y^T X(X^TX)^{-1}X^T X b", X + r", $b \in \mathbb{R}^n$", "b", "Xᵀy", lambda v: v["X"].T @ v["y"]),
)  # fmt: skip


@pytest.mark.parametrize(("function", "given", "by", "expected", "oracle"), QUESTIONS, ids=[q[0] for q in QUESTIONS])
def test_by_value(function: str, given: str, by: str, expected: str, oracle: Callable[[Values], Any]) -> None:
    problem = gd.read(function, given=given)
    answer = problem.derivative(by)
    assert str(answer) == expected
    rng = np.random.default_rng(20261126)
    sizes = {"m": 5, "n": 3}
    values = {n: rng.normal(size=[sizes[str(d)] for d in s.shape]) for n, s in problem.symbols.items()}
    if "V" in values:
        values["V"] = np.linalg.qr(values["V"])[0]
    if "u" in values:
        values["u"] /= np.linalg.norm(values["u"])
    used = {n: a for n, a in values.items() if n in {s.plain for s in gd.term.free_symbols(answer)}}
    assert np.allclose(answer.evaluate(**used), oracle(values))


def test_a_product_beside_its_inverse_needs_the_same_order() -> None:
    # (XᵀX)⁻¹ X Xᵀ is no identity, and does not conform to one.
    p = gd.read(r"\operatorname{tr}((A B)^{-1} B A C)", given=r"$A, B, C \in \mathbb{R}^{n\times n}$")
    # d tr(M C)/dC = Mᵀ.
    assert str(p.derivative("C")) == "AᵀBᵀ(A B)⁻ᵀ"
