"""Eigenvalues and eigenvectors as texts introduce them. What their derivatives are is fixed by differences of NumPy's own, with the sign and
length of an eigenvector taken from the text and not from our evaluator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import GradatimError
from gradatim.term import free_symbols
from gradatim.value.floats import evaluate

RNG = np.random.default_rng(8)
N = 4
POSITIVE = RNG.uniform(0.3, 1.7, (N, N))
SYMMETRIC = np.diag([5.0, 3.0, 1.5, -2.0]) + 0.3 * (RNG.standard_normal((N, N)) + 2)
SYMMETRIC = (SYMMETRIC + SYMMETRIC.T) / 2
VECTOR = RNG.standard_normal(N)


def top(a: Any) -> float:
    return float(np.max(np.linalg.eigvals(a).real))


def vector(place: int) -> Callable[[Any], Any]:
    """The right eigenvector of the eigenvalue with this place from the largest, which need not be that of a symmetric matrix."""

    def of(a: Any) -> Any:
        values, vectors = np.linalg.eig(a)
        v = vectors[:, np.argsort(-values.real)[place]].real
        return v * np.sign(v[np.argmax(abs(v))]) / np.linalg.norm(v)

    return of


def differences(f: Callable[[Any], Any], a: Any) -> Any:
    """The derivative by every entry, the axes of the matrix last."""
    out = np.zeros((*np.shape(f(a)), *a.shape))
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            step = np.zeros_like(a)
            step[i, j] = 1e-5
            out[..., i, j] = (f(a + step) - f(a - step)) / 2e-5
    return out


PERRON = r"Let $X$ be an $n \times n$ matrix with positive entries and let $\lambda$ be its simple largest (Perron) eigenvalue"
VALUES = [
    (r"\lambda(X)", "X", PERRON + r", with $Xu = \lambda u$ and $v'X = \lambda v'$.", "v uᵀ / (vᵀu)", top),
    (r"\lambda", "A", r"Let $\lambda$ be the dominant eigenvalue of the $n\times n$ matrix $A$ with right eigenvector $w$ and left eigenvector $v$.",
     "v wᵀ / (vᵀw)", top),
    (r"\lambda", "A", r"$A\in\mathbb{R}^{n\times n}$ has a simple real eigenvalue $\lambda$, $A u = \lambda u$, $v^TA = \lambda v^T$.", "v uᵀ / (vᵀu)", top),
    (r"\lambda", "X", r"Let $X\in\mathbb{R}^{n\times n}$ have a simple dominant eigenvalue $\lambda$ with right eigenvector $u$ and left eigenvector $v$.",
     "v uᵀ / (vᵀu)", top),
    (r"\lambda", "A", r"Let $A\in\mathbb{R}^{n\times n}$ be the projection matrix of a stage-structured population, with dominant eigenvalue $\lambda$.", "", top),
    (r"\rho(B)", "B", r"Let $B$ be an $m\times m$ matrix with positive entries and let $\rho(B)$ denote the spectral radius of $B$.", "", top),
    (r"\lambda_1(M)", "M", r"$M$ is a square $n\times n$ matrix.", "", top),
    (r"\lambda_{\max}(M)^2", "M", r"$M$ is a general real $n\times n$ matrix.", "", lambda a: top(a) ** 2),
    (r"\log\lambda", "L", r"A population grows by the Leslie matrix $L\in\mathbb{R}^{k\times k}$. Its dominant eigenvalue is $\lambda$, with "
     r"$L w = \lambda w$ and $v^\top L = \lambda v^\top$.", "v wᵀ / (λ (vᵀw))", lambda a: np.log(top(a))),
    (r"\mu(M)", "M", r"Let $M\in\mathbb{R}^{p\times p}$. Suppose $M\mathbf{x} = \mu\mathbf{x}$ and $\mathbf{y}^\top M = \mu \mathbf{y}^\top$, where "
     r"$\mu$ is a simple real eigenvalue.", "y xᵀ / (yᵀx)", top),
    ("r", "K", r"Let $K$ be a $d\times d$ matrix with nonnegative entries, $r$ its spectral radius (a simple eigenvalue), $Kx = rx$, $y^TK = ry^T$.",
     "y xᵀ / (yᵀx)", top),
    (r"\lambda(2 A)", "A", r"Let $A\in\mathbb{R}^{n\times n}$ and let $\lambda(X)$ be the simple dominant eigenvalue of $X \in \mathbb{R}^{n\times n}$ with "
     r"$Xu=\lambda u$, $v^TX=\lambda v^T$.", "", lambda a: 2 * top(a)),
    # Without dollar signs.
    (r"\lambda(X)", "X", r"Let X be an n x n matrix with positive entries, \lambda its Perron eigenvalue with Xu = \lambda u and v^T X = \lambda v^T",
     "v uᵀ / (vᵀu)", top),
    (r"\lambda", "P", "P is an n x n matrix, λ its dominant eigenvalue, P u = λ u, v' P = λ v'", "v uᵀ / (vᵀu)", top),
    ("λ", "A", "Let λ be the dominant eigenvalue of the n x n matrix A, with right eigenvector w and left eigenvector v.", "v wᵀ / (vᵀw)", top),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "given", "shown", "f"), VALUES, ids=[f"{c[0]} {k}" for k, c in enumerate(VALUES)])
def test_a_simple_eigenvalue_of_any_matrix(text: str, wrt: str, given: str, shown: str, f: Callable[[Any], Any]) -> None:
    p = gd.read(text, given=given)
    found = p.derivative(wrt)
    np.testing.assert_allclose(found.evaluate(**{wrt: POSITIVE}), differences(f, POSITIVE), rtol=1e-6, atol=1e-8)
    assert not shown or str(found) == shown
    assert any("largest real part" in a.text for a in p.assumed)


PAIRS = r"Let $A\in\mathbb{R}^{n\times n}$ be symmetric with distinct eigenvalues and unit eigenvectors $q_1, \dots, q_n$, and $a\in\mathbb{R}^n$. "
VECTORS = [
    (r"q_i(A)", "A", PAIRS, 1, vector(1)),
    (r"q_1(A)", "A", PAIRS, 1, vector(0)),
    (r"a^T q_2(A)", "A", PAIRS, 1, lambda m: VECTOR @ vector(1)(m)),
    (r"\|q_3(A) - a\|^2", "A", PAIRS, 1, lambda m: np.sum((vector(2)(m) - VECTOR) ** 2)),
    (r"(a^T q_j(A))^2", "A", PAIRS, 1, lambda m: (VECTOR @ vector(1)(m)) ** 2),
    (r"v_{\max}(A)", "A", r"Let $v_{\max}(A)$ be the unit eigenvector of the symmetric matrix $A\in\mathbb{R}^{n\times n}$ of the largest eigenvalue.",
     1, vector(0)),
    (r"v_{\min}(S)", "S", r"$S\in\mathbb{R}^{n\times n}$ symmetric; $v_{\min}(S)$ is its unit eigenvector of the smallest eigenvalue.", 1, vector(3)),
    (r"\mathbf u_k(\mathbf S)", "S", r"$\mathbf S\in\mathbb{R}^{p\times p}$ is symmetric with orthonormal eigenvectors $\mathbf u_1,\dots,\mathbf u_p$.",
     1, vector(1)),
    (r"w(B)", "B", r"Let $B$ be a symmetric $n\times n$ matrix, and let $w(B)$ be the unit eigenvector of its largest eigenvalue.", 1, vector(0)),
    (r"w(B)", "B", r"Let $B$ be a symmetric $n\times n$ matrix and $\tau$ a simple eigenvalue of it, $Bw=\tau w$, $w^Tw=1$.", 1, vector(0)),
    (r"\tau", "B", r"Let $B$ be a symmetric $n\times n$ matrix and $\tau$ a simple eigenvalue of $B$ with unit eigenvector $w$.", 1, top),
    (r"u(P)", "P", r"Let $\lambda$ be the dominant eigenvalue of the matrix $P\in\mathbb{R}^{n\times n}$ with positive entries and unit eigenvector $u$.",
     0, vector(0)),
    ("λ", "S", "Let λ be a simple eigenvalue of the symmetric n x n matrix S with unit eigenvector q", 1, top),
    ("v_2(A)", "A", "A symmetric n x n with unit eigenvectors v_1, …, v_n", 1, vector(1)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "given", "symmetric", "f"), VECTORS, ids=[f"{c[0]} {k}" for k, c in enumerate(VECTORS)])
def test_eigenvectors_by_every_entry_of_their_matrix(
    text: str, wrt: str, given: str, symmetric: int, f: Callable[[Any], Any]
) -> None:
    """The entries are varied one by one, so the matrix beside a symmetric one is not symmetric."""
    matrix = SYMMETRIC if symmetric else POSITIVE
    p = gd.read(text, given=given)
    found = p.derivative(wrt)
    arrays = {"a": VECTOR} if "a" in p.symbols else {}
    values = {p.symbols[n]: a for n, a in {wrt: matrix, **arrays}.items()}
    second = {s: 2 for s in free_symbols(found) if s.type.index is not None}
    np.testing.assert_allclose(evaluate(found, values, {}, second), differences(f, matrix), rtol=1e-6, atol=1e-7)


def test_the_differential_is_that_of_the_textbooks() -> None:
    p = gd.read(r"q_i(A)", given=PAIRS)
    assert str(gd.linear_map(p.term, p.find("A"))) == "dA ↦ (λᵢ(A) I − A)⁺ dA qᵢ(A)"
    inner = gd.read(r"a^T q_i(A)", given=PAIRS)
    assert str(inner.derivative("A")) == "(λᵢ(A) I − A)⁺ a qᵢ(A)ᵀ"
    assert gd.check(r"(\lambda_i(A) I - A)^{+} a\, q_i(A)^T", inner, "A").right
    assert not gd.check(r"-(\lambda_i(A) I - A)^{+} a\, q_i(A)^T", inner, "A").right


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (
            r"\lambda",
            r"Let $\lambda$ be the smallest eigenvalue of $A\in\mathbb{R}^{n\times n}$ with $Au=\lambda u$, $v^TA = \lambda v^T$.",
        ),
        (r"\rho(A)", r"Let $\rho(A)$ be the spectral radius of $A \in \mathbb{R}^{n \times n}$."),
        (r"v(A)", r"Let $v(A)$ be a unit eigenvector of the symmetric matrix $A\in\mathbb{R}^{n\times n}$."),
        (r"v_2(A)", r"Let $v_1, \dots, v_n$ be unit eigenvectors of $A \in \mathbb{R}^{n \times n}$."),
        (r"v_i(A)", r"$A$ is a symmetric $n\times n$ matrix."),
        (r"\lambda_2(A)", r"$A$ is an $n\times n$ matrix."),
    ],
    ids=str,
)
def test_what_a_text_does_not_determine_is_an_error(text: str, given: str) -> None:
    with pytest.raises(GradatimError):
        gd.read(text, given=given).derivative("A")


def test_a_vector_that_is_given_stays_one() -> None:
    p = gd.read(r"\frac{x^T A x}{x^T x}", given=r"$A$ is a symmetric $n \times n$ matrix, $x$ an eigenvector, $Ax = \lambda x$")
    assert set(p.symbols) == {"A", "x"}


def test_a_row_or_a_matrix_of_eigenvectors_before_a_bracket_is_a_factor() -> None:
    given = r"$A, B\in\mathbb{R}^{n\times n}$ are symmetric, $v_1$ is the unit eigenvector of $A$ for its largest eigenvalue."
    assert str(gd.read(r"v_1^T(A + B)v_1", given=given).derivative("B")) == "v₁ v₁ᵀ"
    of_columns = r"$D\in\mathbb{R}^{n\times n}$, and $V\in\mathbb{R}^{n\times n}$ is the matrix of eigenvectors."
    assert str(gd.read(r"\operatorname{tr}(V(D)V^T)", given=of_columns).derivative("D")) == "VᵀV"


def test_the_matrix_of_an_eigenvalue_may_be_a_sum() -> None:
    given = r"$A, B\in\mathbb{R}^{n\times n}$ are symmetric, $v_1$ is the unit eigenvector of the largest eigenvalue."
    p = gd.read(r"v_1(A + B)", given=given)
    assert str(gd.linear_map(p.term, p.find("B"))) == "dB ↦ (λ₁(A + B) I − (A + B))⁺ dB v₁(A + B)"


def test_eigenvectors_of_which_the_text_says_the_product() -> None:
    given = PERRON + r", with $Xu = \lambda u$, $v'X = \lambda v'$"
    free, normal = (
        gd.read(r"\lambda(X)", given=f"{given}."),
        gd.read(r"\lambda(X)", given=rf"{given}, normalised so that $v'u = 1$."),
    )
    assert gd.check(r"\frac{vu'}{v'u}", free, "X").right
    assert gd.check("vu'", free, "X").outcome != "right"
    assert gd.check(r"\frac{vu'}{v'u}", normal, "X").right and gd.check("vu'", normal, "X").right


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        # With vᵀu = 1 the denominator of v uᵀ / (vᵀu) is 1.
        (r"Let $X\in\mathbb{R}^{n\times n}$ have a simple dominant eigenvalue $\lambda$ with right eigenvector $u$ and left eigenvector $v$, scaled so that $v'u = 1$.", "v uᵀ"),
        (r"Let $\lambda$ be the dominant eigenvalue of the $n\times n$ matrix $X$ with right eigenvector $u$ and left eigenvector $v$.", "v uᵀ / (vᵀu)"),
    ],
)  # fmt: skip
def test_the_names_of_the_text_stand_in_the_answer(given: str, wanted: str) -> None:
    assert str(gd.read(r"\lambda", given=given).derivative("X")) == wanted
