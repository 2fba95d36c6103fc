"""Derivatives on structured sets. The formulas are the Cookbook's (sec. 2.8) or follow from the set's tangent space by hand."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.check.tangent import verify_structured
from gradatim.derive.structured import ENTRIES, PROJECTED, structured
from gradatim.errors import GradatimError, NotVerified
from gradatim.term import Symbol, Term

A, a = gd.matrix("A", "n", "n"), gd.vector("a", "n")


def square(*facts: str) -> Symbol:
    return gd.matrix("X", "n", "n", **dict.fromkeys(facts, True))


@pytest.mark.parametrize(
    ("facts", "form", "expected"),
    [
        (("symmetric",), "entries", "A + Aᵀ − Aᵀ ⊙ I"),  # eq. 139
        (("symmetric",), "projected", "(1/2)(A + Aᵀ)"),
        (("skew",), "entries", "Aᵀ − A"),
        (("skew",), "projected", "(1/2)(Aᵀ − A)"),
        (("diagonal",), "entries", "diag(diag(A))"),
        (("lower",), "entries", "tril(Aᵀ)"),
        (("upper",), "projected", "triu(Aᵀ)"),
        (("orthogonal",), "projected", "(1/2)(Aᵀ − X A X)"),
    ],
)
def test_a_trace_on_each_set(facts: tuple[str, ...], form: str, expected: str) -> None:
    X = square(*facts)
    assert str(gd.gradient(gd.trace(A @ X), X, structure=form)) == expected


@pytest.mark.parametrize("form", ["projected", "entries"])
@pytest.mark.parametrize("facts", [(f,) for f in (*PROJECTED, "spd") if f not in ("symmetric toeplitz", "unit", "probability")])
def test_every_set_is_verified_along_its_own_steps(facts: tuple[str, ...], form: str) -> None:
    X = square(*facts)
    if form == "entries" and "orthogonal" in facts:
        with pytest.raises(GradatimError, match="no independent entries"):
            gd.gradient(gd.trace(A @ X), X, structure=form)
        return
    f: Term = gd.trace(A @ X @ X) + gd.exp(a.T @ X @ a)
    assert structured(f, X, form).checks[0].digits > 20


def test_toeplitz_sums_run_along_diagonals() -> None:
    T = gd.matrix("T", "n", "n", symmetric=True, toeplitz=True)
    for form in ("projected", "entries"):
        assert structured(gd.trace(T @ A), T, form).checks[0].digits > 20
    rng = np.random.default_rng(1)
    value = rng.standard_normal((4, 4))
    sums = np.array([[np.trace(value.T, offset=j - i) for j in range(4)] for i in range(4)])
    expected = sums + sums.T - sums * np.eye(4)  # eq. 144
    got = gd.gradient(gd.trace(T @ A), T, structure="entries").evaluate(A=value)
    np.testing.assert_allclose(got, expected)


def test_vectors_on_the_sphere_and_the_simplex() -> None:
    x, p = gd.vector("x", "n", unit=True), gd.vector("p", "n", probability=True)
    assert str(gd.gradient(x.T @ A @ x, x, structure="projected")) == "(A + Aᵀ) x − (xᵀ(A + Aᵀ) x) x"
    assert structured(a.T @ gd.log(p), p).checks[0].digits > 20


def test_the_ambient_gradient_does_not_pass_for_the_one_by_entries() -> None:
    X = square("symmetric")
    f = gd.trace(A @ X)
    with pytest.raises(NotVerified):
        verify_structured(f, X, gd.gradient(f, X), "symmetric", "entries")
    assert sorted(set(PROJECTED) - set(ENTRIES)) == ["orthogonal", "probability", "unit"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Let $X \\in R^{n \\times n}$ be symmetric; $X_{ij}$ and $X_{ji}$ are the same variable.", "2 a aᵀ − (a aᵀ) ⊙ I"),
        ("Let $X \\in R^{n \\times n}$ be symmetric.", "a aᵀ"),
        ("Let $X \\in R^{n \\times n}$ be symmetric, ignoring the symmetry.", "a aᵀ"),
    ],
)
def test_prose_says_whose_derivative_is_meant(given: str, expected: str) -> None:
    p = gd.read("a^T X a", given=given + " Let $a$ be a vector.")
    assert str(p.derivative("X")) == expected
    assert str(p.derivative("X", structure="ambient")) == "a aᵀ"


def test_no_structure_is_an_error() -> None:
    X = gd.matrix("X", "n", "n")
    with pytest.raises(GradatimError, match="structured set"):
        gd.gradient(gd.trace(A @ X), X, structure="entries")
    with pytest.raises(GradatimError, match="unknown form"):
        gd.gradient(gd.trace(A @ X), X, structure="other")
