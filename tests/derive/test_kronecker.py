"""Kronecker products, vec and its relatives: the formulas of Magnus & Neudecker (2019, ch. 2, 3, 9) and of The Matrix Cookbook
(2012, ch. 10). Each result is also verified against the function itself when it is derived."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.term import Term
from gradatim.types import Dim
from gradatim.value.floats import evaluate

m, n, p, q = (Dim.of(name) for name in "mnpq")
A, B, C = gd.matrix("A", m, m), gd.matrix("B", p, q), gd.matrix("C", m, n)
S, X, Y = gd.matrix("S", n, n), gd.matrix("X", n, p), gd.matrix("Y", n, n)
x, y, z = gd.vector("x", n), gd.vector("y", m), gd.vector("z", p)
M = gd.matrix("M", n * p, n * p)
a, c = gd.vector("a", m * p), gd.vector("c", n * q)
u = gd.vector("u", n * p)


@pytest.mark.parametrize(
    ("function", "wrt", "expected"),
    [
        (gd.trace(gd.kron(A, S)), S, "tr(A) I"),
        (gd.trace(gd.kron(S, S)), S, "2 tr(S) I"),
        (gd.sqnorm(gd.kron(x, x)), x, "4 ‖x‖² x"),
        (gd.kron(x, y), x, "I ⊗ y"),
        (gd.kron(y, x), x, "y ⊗ I"),
        (gd.kron(x, x), x, "I ⊗ x + x ⊗ I"),
        (gd.vec(C @ gd.diag(x) @ X), x, "khatrirao(Xᵀ, C)"),
        (gd.vec(X).T @ M @ gd.vec(X), X, "unvec_{n×p}((M + Mᵀ) vec(X))"),
        (gd.vec(X).T @ gd.kron(gd.eye(p), S) @ gd.vec(X), X, "(S + Sᵀ) X"),
        (a.T @ gd.kron(C, B) @ c, B, "unvec_{p×m}(a) C unvec_{q×n}(c)ᵀ"),
        (a.T @ gd.kron(C, B) @ c, C, "unvec_{p×m}(a)ᵀ B unvec_{q×n}(c)"),
        (gd.logdet(gd.kron(A, S)), S, "m S⁻ᵀ"),
        (gd.sqnorm(C @ gd.unvec(u, n, p) @ B), u, "2 vec(CᵀC unvec_{n×p}(u) B Bᵀ)"),
        (gd.trace(gd.kron_sum(A, S)), S, "m I"),
    ],
    ids=str,
)
def test_derivatives_come_out_as_the_books_have_them(function: Term, wrt: Term, expected: str) -> None:
    assert gd.derivative(function, wrt).text().replace(" ", "") == expected.replace(" ", "")


def test_constant_matrices_do_what_their_names_say() -> None:
    rng = np.random.default_rng(5)
    V = rng.standard_normal((3, 5))
    W = rng.standard_normal((4, 4))
    H = W + W.T
    assert np.allclose(gd.commutation(3, 5).evaluate() @ V.T.ravel(), V.ravel())
    assert np.allclose(gd.elimination(4).evaluate() @ W.T.ravel(), gd.vech(gd.matrix("W", 4, 4)).evaluate(W=W))
    assert np.allclose(gd.duplication(4).evaluate() @ gd.vech(gd.matrix("W", 4, 4)).evaluate(W=H), H.T.ravel())
    assert np.allclose(gd.vec(gd.matrix("V", 3, 5)).evaluate(V=V), V.T.ravel())
    assert np.allclose(gd.kron(gd.matrix("V", 3, 5), gd.matrix("W", 4, 4)).evaluate(V=V, W=W), np.kron(V, W))


def test_what_has_no_matrix_form_is_written_with_positions() -> None:
    T, R = gd.matrix("T", 3, 3), gd.matrix("R", 4, 4)
    result = gd.gradient(gd.trace(gd.kron(T, R) @ gd.matrix("G", 12, 12)), R)
    assert not gd.is_matrix_form(result)
    rng = np.random.default_rng(6)
    values = {"T": rng.standard_normal((3, 3)), "G": rng.standard_normal((12, 12))}
    blocks = values["G"].reshape(3, 4, 3, 4)
    assert np.allclose(result.evaluate(**values), np.einsum("ljki,kl->ij", blocks, values["T"]))


def test_a_holder_that_meets_a_part_of_its_own_pair_again() -> None:
    """⟨x ⊗ I, M⟩ sums the entries M[(i,j), j] over j alone."""
    w = gd.matrix("W", n * p, p)
    gradient = gd.gradient(gd.inner(gd.kron(x, gd.eye(p)), w), x)
    value = np.random.default_rng(5).standard_normal((12, 4))
    expected = value.reshape(3, 4, 4).trace(axis1=1, axis2=2)
    np.testing.assert_allclose(np.asarray(evaluate(gradient, {"W": value}, {"n": 3, "p": 4})), expected)


# Magnus & Neudecker (2019), ch. 9; the sizes are found by use where they are not declared.
STACKED = [
    ("X^{-1}", "", "X", "−X⁻ᵀ ⊗ X⁻¹"),
    ("A X B", "", "X", "Bᵀ ⊗ A"),
    ("A X^T B", "A, X, B matrices", "X", None),
    (r"\operatorname{tr}(X) X", "X is n x n", "X", "tr(X) I + vec(X) vec(I)ᵀ"),
    ("X^3", "X is n x n", "X", "(X²)ᵀ ⊗ I + Xᵀ ⊗ X + I ⊗ X²"),
    ("X^k", "X is n x n, k is an integer", "X", "Σᵢ (X^(k − i))ᵀ ⊗ X^(i − 1)"),
    ("x x^T", "x is a vector", "x", "x ⊗ I + I ⊗ x"),
    (r"\operatorname{vec}(A X B)", "", "X", "Bᵀ ⊗ A"),
    (r"\operatorname{diag}(x) A", "x is a vector", "x", None),
    (r"X \odot A", "", "X", "diag(vec(A))"),
    (r"X \otimes A", "", "X", None),
    (r"\operatorname{vech}(X)", "", "X", None),
    (r"\operatorname{vec}(X)^T (A \otimes B) \operatorname{vec}(X)", "", "X", None),
    (r"h = A X; h B h", "", "X", None),
]


@pytest.mark.parametrize(("function", "given", "wrt", "expected"), STACKED, ids=[s[0] for s in STACKED])
def test_kronecker_forms_of_what_is_read(function: str, given: str, wrt: str, expected: str | None) -> None:
    p = gd.read(function, given=given)
    found = gd.kronecker_form(p.term, p.find(wrt))  # verified, or it would raise
    assert gd.is_matrix_form(found)
    if expected is not None:
        assert found.text() == expected


def test_sizes_of_kronecker_factors_are_found() -> None:
    """(A ⊗ B) vec(X) is vec(B X Aᵀ): A has as many columns as X, B as X has rows."""
    p = gd.read(r"\operatorname{vec}(X)^T (A \otimes B) \operatorname{vec}(X)")
    rows, columns = p.symbols["X"].shape
    assert p.symbols["A"].shape == (columns, columns) and p.symbols["B"].shape == (rows, rows)
    p = gd.read(r"\log\det(A \otimes B)")
    assert all(len(set(p.symbols[n].shape)) == 1 for n in "AB")
