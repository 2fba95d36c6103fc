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
        (gd.sqnorm(gd.kron(x, x)), x, "4(xᵀx) x"),
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
