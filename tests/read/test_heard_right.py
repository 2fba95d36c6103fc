"""What a text says of a name, and once was lost or taken for more: facts, definitions, labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradatim as gd

RNG = np.random.default_rng(12)
N, M = 4, 5


def array(*shape: int) -> Any:
    return RNG.normal(size=shape)


A, W = array(N, N), array(M, N)
x, b = array(N), array(M)


@pytest.mark.parametrize(
    "given",
    [
        r"$L \in \mathbb{R}^{n \times n}$ is the lower triangular Cholesky factor with positive diagonal",
        r"$L$ is lower triangular with positive diagonal entries",
        r"Let $L$ be a lower-triangular matrix which has a positive diagonal.",
    ],
)
def test_a_matrix_with_a_positive_diagonal_need_not_be_diagonal(given: str) -> None:
    """It was taken for a diagonal one, and (LLᵀ)⁻¹ became L⁻²."""
    lower = np.tril(array(N, N)) + 3 * np.eye(N)
    problem = gd.read(r"x^\top(LL^\top)^{-1}x", given=given)
    found = problem.derivative("x").evaluate(L=lower, x=x)
    assert np.allclose(found, 2 * np.linalg.solve(lower @ lower.T, x))


@pytest.mark.parametrize("given", ["$D$ is a positive diagonal matrix", "$D$ is diagonal with positive diagonal entries"])
def test_a_positive_diagonal_matrix_is_diagonal(given: str) -> None:
    assert "diagonal" in gd.read(r"\operatorname{tr}(AD)", given=given).symbols["D"].type.facts


@pytest.mark.parametrize(("whole", "entry"), [(r"\boldsymbol\mu", r"\mu_j"), (r"\mathbf z", "z_j")])
def test_what_is_defined_after_its_entries_are_used_is_not_what_is_asked(whole: str, entry: str) -> None:
    text = rf"f = \sum_{{j=1}}^m {entry}^2; {whole} = W \mathbf x"
    problem = gd.read(text, given=r"$W \in \mathbb{R}^{m \times n}$, $\mathbf x \in \mathbb{R}^n$")
    assert np.allclose(problem.term.evaluate(W=W, x=x), np.sum((W @ x) ** 2))


@pytest.mark.parametrize("label", ["(t)", "[l]"])
def test_a_letter_in_brackets_above_a_name_belongs_to_the_name(label: str) -> None:
    """What was declared or defined of o^{(t)} was lost, and another o^t was used in its place."""
    text = rf"o^{{{label}}} = Vh^{{{label}}}; L = y^\top o^{{{label}}}"
    problem = gd.read(text, given=rf"$V \in \mathbb{{R}}^{{k \times n}}$ and $h^{{{label}}} \in \mathbb{{R}}^n$")
    assert np.allclose(problem.derivative("V").evaluate(y=b, **{f"h{label[1]}": x}), np.outer(b, x))
    facts = gd.read(rf"x^\top A^{{{label}}}x", given=rf"$A^{{{label}}}$ is symmetric")
    assert np.allclose(facts.derivative("x").evaluate(x=x, **{f"A{label[1]}": A + A.T}), 2 * (A + A.T) @ x)
    assert facts.derivative("x").text().startswith("2 A")


def test_a_vector_above_zero_has_positive_entries() -> None:
    given = r"$v_1, \dots, v_m \in \mathbb{R}^n$, $p \in \mathbb{R}^m$, $p \succ 0$"
    problem = gd.read(r"\log\det\left(\sum_{i=1}^m p_iv_iv_i^T\right)", given=given)
    v, weights = array(6, N), RNG.uniform(0.5, 1.5, 6)
    wanted = np.diag(v @ np.linalg.solve(v.T @ np.diag(weights) @ v, v.T))
    assert np.allclose(problem.derivative("p").evaluate(v=v, p=weights), wanted)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"\sqrt{\mathbf A\mathbf x}", np.sqrt(abs(W) @ abs(x))),
        (r"\sqrt{\mathbf{A}\mathbf{x}}", np.sqrt(abs(W) @ abs(x))),
        (r"\frac{1}{\mathbf A\mathbf x}", 1 / (abs(W) @ abs(x))),
        (r"\frac{\mathbf A\mathbf x}{\mathbf A\mathbf x}", np.ones(M)),
        (r"\sqrt[3]{\mathbf A\mathbf x}", np.cbrt(abs(W) @ abs(x))),
    ],
)
def test_bold_letters_under_a_root_or_in_a_fraction_stay_there(text: str, value: Any) -> None:
    """√(Ax) was read as √A x, and 1/(Ax) as (1/A) x."""
    given = r"$\mathbf A \in \mathbb{R}^{m \times n}$ and $\mathbf x \in \mathbb{R}^n$ have positive entries; functions act elementwise"
    assert np.allclose(gd.read(text, given=given).term.evaluate(A=abs(W), x=abs(x)), value)


def test_a_sign_behind_braced_bold_letters_belongs_to_the_last() -> None:
    assert np.allclose(gd.read(r"{\bf Av}_1", given=r"$A \in \mathbb{R}^{m \times n}$").term.evaluate(A=W, v_1=x), W @ x)


def test_an_eigenvalue_that_the_text_speaks_of_is_no_factor() -> None:
    """λ_max(A + tB) was λ_max times A + tB where the text said what λ_max is."""
    given = r"$A, B \in \mathbb{S}^n$; $\lambda_{\max}$ is the largest eigenvalue, which is simple"
    a, c = A + A.T, np.diag(np.arange(1.0, N + 1))
    problem = gd.read(r"\lambda_{\max}(A + tB)", given=given)
    assert np.allclose(problem.term.evaluate(A=a, B=c, t=0.3), np.linalg.eigvalsh(a + 0.3 * c)[-1])
    with pytest.raises(gd.ReadError, match="a function of its argument or a product"):
        gd.read(r"\lambda_1(A + tB)", given=given.replace(r"\max", "1"))
    scaled = gd.read(r"\lambda_1(A + B)", given=r"$A, B \in \mathbb{S}^n$; the scalar $\lambda_1$ is a weight")
    assert np.allclose(scaled.term.evaluate(A=a, B=c, lam_1=0.3), 0.3 * (a + c))


def test_the_projection_of_a_vector_says_nothing_of_it() -> None:
    given = r"projection of $x$ onto the hyperplane $a^\top x = c$, $a, x \in \mathbb{R}^n$"
    assert not gd.read(r"x - (a^\top x - c)a", given=given).symbols["x"].type.facts
    assert gd.read("Px", given="$P$ is the projection onto a subspace").symbols["P"].type.facts == {"idempotent"}


def test_the_angle_of_a_point_is_read() -> None:
    """∂ atan2(y, x)/∂x is −y / (x² + y²)."""
    f = gd.read(r"\operatorname{atan2}(y, x)", given="x and y are scalars")
    assert str(f.derivative("x")) == "−y / (x² + y²)"
