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
    first = gd.read(r"\lambda_1(A + tB)", given=given.replace(r"\max", "1"))
    assert np.allclose(first.term.evaluate(A=a, B=c, t=0.3), np.linalg.eigvalsh(a + 0.3 * c)[-1])
    with pytest.raises(gd.ReadError, match="a function of its argument or a product"):
        gd.read(r"\lambda_1(A + tB)", given=r"$A, B \in \mathbb{S}^n$; $\lambda_1$ is a name")
    scaled = gd.read(r"\lambda_1(A + B)", given=r"$A, B \in \mathbb{S}^n$; the scalar $\lambda_1$ is a weight")
    assert np.allclose(scaled.term.evaluate(A=a, B=c, lam_1=0.3), 0.3 * (a + c))


def test_the_projection_of_a_vector_says_nothing_of_it() -> None:
    given = r"projection of $x$ onto the hyperplane $a^\top x = c$, $a, x \in \mathbb{R}^n$"
    assert not gd.read(r"x - (a^\top x - c)a", given=given).symbols["x"].type.facts
    assert gd.read("Px", given="$P$ is the projection onto a subspace").symbols["P"].type.facts == {"idempotent"}


@pytest.mark.parametrize(
    "given",
    [
        r"$\log(\cdot)$ is the logarithm of matrices and not element-wise, $C \in \mathbb{R}^{n \times n}$",
        r"$C \in \mathbb{R}^{n \times n}$, where $\log$ is the matrix logarithm (not taken elementwise)",
    ],
)
def test_what_is_not_elementwise_is_a_function_of_the_matrix(given: str) -> None:
    """The word was heard and its `not` was lost: tr log C had a diagonal derivative, and it is C⁻ᵀ."""
    c = A @ A.T + N * np.eye(N)
    assert np.allclose(gd.read(r"\operatorname{tr}\log(C)", given=given).derivative("C").evaluate(C=c), np.linalg.inv(c).T)


def test_what_is_said_after_but_is_no_longer_denied() -> None:
    given = r"exp is not the matrix exponential but elementwise. $C \in \mathbb{R}^{n \times n}$"
    found = gd.read(r"\operatorname{tr}(\exp(C) B)", given=given).derivative("C").evaluate(C=A, B=A)
    assert np.allclose(found, np.exp(A) * A.T)


def test_what_is_no_matrix_function_is_asked_about() -> None:
    with pytest.raises(gd.ReadError, match="entry by entry, or is it the matrix function"):
        gd.read(r"\operatorname{tr}(\exp(C) B)", given=r"this is not the matrix exponential; $C \in \mathbb{R}^{n \times n}$")


@pytest.mark.parametrize("mark", ["2", "F", r"\infty"])
def test_single_bars_with_the_mark_of_a_norm_hold_one(mark: str) -> None:
    problem = gd.read(rf"|u|_{mark}", given=r"$u \in \mathbb{R}^n$")
    u = np.array([0.5, -2.0, 1.0])
    assert np.allclose(problem.term.evaluate(u=u), 2.0 if "inf" in mark else np.sqrt(5.25))
    assert any("is a norm" in str(a) for a in problem.assumed)


def test_an_index_below_bars_is_no_mark_of_a_norm() -> None:
    problem = gd.read(r"\sum_i |u|_i", given=r"$u \in \mathbb{R}^n$, $|u|$ is the elementwise absolute value")
    assert np.allclose(problem.term.evaluate(u=np.array([1.0, -2.0])), 3.0)


def test_a_matrix_before_the_name_of_a_function_is_a_factor() -> None:
    """`Wdiag` was the product of W, d, i, a and an unknown function g."""
    s = np.abs(x)
    problem = gd.read(r"\ln|K|", given=r"$K = Hdiag(s)H^T$, where $H \in \mathbb{R}^{m \times n}$, $s \in \mathbb{R}^n$")
    H = array(3, N)
    found = problem.derivative("s").evaluate(H=H, s=s)
    assert np.allclose(found, np.diag(H.T @ np.linalg.inv(H @ np.diag(s) @ H.T) @ H))


def test_a_column_that_leaves_entries_out_by_points_is_a_vector() -> None:
    given = r"$v_t = \begin{pmatrix} 1 \\ u_{1t} \\ ... \\ u_{pt} \end{pmatrix}$"
    problem = gd.read(r"\sum_t (y_t - \beta^T v_t)^2", given=given)
    v, y, beta = array(3, N), array(3), array(N)
    found = problem.derivative(r"\beta").evaluate(v=v, y=y, beta=beta)
    assert np.allclose(found, -2 * v.T @ (y - v @ beta))


def test_digits_above_the_letters_of_definitions_number_layers() -> None:
    """The formula itself has none of them: W² was a square."""
    given = r"$s = c^2 + q^2$, $c^2 = W^2 q^1$, $W^2 \in \mathbb{R}^{m \times n}$ and $q^2 \in \mathbb{R}^m$"
    problem = gd.read(r"\|s - y\|^2", given=given)
    name = next(k for k in problem.symbols if k.startswith("W"))
    q1, q2 = (next(k for k in problem.symbols if k.startswith("q") and k.endswith(d)) for d in "12")
    values = {name: W, q1: x, q2: b, "y": array(M)}
    assert np.allclose(problem.derivative(name).evaluate(**values), 2 * np.outer(W @ x + b - values["y"], x))


@pytest.mark.parametrize("written", [r"{\langle}{C u, u}{\rangle}", r"\left\langle{C u, u}\right\rangle"])
def test_braces_around_what_angles_hold_say_nothing(written: str) -> None:
    problem = gd.read(written, given=r"$u \in \mathbb{R}^n$, $C \in \mathbb{R}^{n \times n}$")
    assert np.allclose(problem.derivative("u").evaluate(C=A, u=x), (A + A.T) @ x)


def test_the_angle_of_a_point_is_read() -> None:
    """∂ atan2(y, x)/∂x is −y / (x² + y²)."""
    f = gd.read(r"\operatorname{atan2}(y, x)", given="x and y are scalars")
    assert str(f.derivative("x")) == "−y / (x² + y²)"


@pytest.mark.parametrize(
    ("said", "slope"),
    [
        (r"$\sigma = \cos(u)$ is applied elementwise", lambda v: -np.sin(v)),
        (r"$\sigma = \max(0, u)$ acts elementwise", lambda v: (v > 0) * 1.0),
        (r"$\sigma = \frac{1}{1+e^{-u}}$ is the sigmoid function", lambda v: np.exp(-v) / (1 + np.exp(-v)) ** 2),
    ],
)
def test_a_function_that_is_defined_without_its_argument_is_no_factor(said: str, slope: Any) -> None:
    """σ = cos(u) was a number, and σ(Wx) the product of it and Wx."""
    found = gd.read(r"c^T\sigma(Wx)", given=f"where {said}").derivative("W").evaluate(W=W, x=x, c=b)
    assert np.allclose(found, np.outer(b * slope(W @ x), x))


@pytest.mark.parametrize(
    ("body", "given"),
    [
        (r"\operatorname{tr}(C^{-1})", r"$C \in \mathbb{R}^{n \times n}$"),
        (r"\operatorname{tr}(Z^{-1})", r"$C \in \mathbb{R}^{n \times n}$"),
    ],
)
def test_a_number_that_a_matrix_has_is_not_taken_of_its_entries(body: str, given: str) -> None:
    """tr C⁻¹ of a defined h(C) was taken entry by entry, and 1/c was differentiated."""
    c = A @ A.T + N * np.eye(N) + np.triu(A)
    name = "C" if "C" in body else "Z"
    problem = gd.read("3 h(C)", given=rf"where $h({name}) = {body}$, {given}")
    inverse = np.linalg.inv(c)
    assert np.allclose(problem.derivative("C").evaluate(C=c), -3 * (inverse @ inverse).T)


def test_the_logarithm_of_a_determinant_under_a_name() -> None:
    c = A @ A.T + N * np.eye(N)
    for given in (r"$h(C) = \log|C|$, $C$ is positive definite", r"$h(S) = \log\det S$, $C \in \mathbb{R}^{n \times n}$"):
        assert np.allclose(gd.read("h(C)", given=given).derivative("C").evaluate(C=c), np.linalg.inv(c).T)


def test_a_capital_sigma_before_an_exponential_of_its_index_is_a_sum() -> None:
    """It was a number Σ_c, and the shares of a softmax had a wrong derivative."""
    found = gd.read(r"\frac{e^{u^T x}}{\Sigma_{c} e^{v_c^T x}}").derivative("x")
    v, u = array(M, N), array(N)
    total = np.sum(np.exp(v @ x))
    assert np.allclose(found.evaluate(v=v, u=u, x=x), np.exp(u @ x) / total * (u - np.exp(v @ x) @ v / total))


def test_a_capital_sigma_before_anything_else_is_a_matrix() -> None:
    found = gd.read(r"x^T \Sigma_k^{-1} x + \log|\Sigma_k|").derivative("x")
    assert "Σₖ⁻¹" in gd.text(found)


def test_an_error_beside_a_basis_vector_is_none() -> None:
    """By x, ‖e₁‖² bᵀx has the gradient ‖e₁‖² b, whatever b is."""
    given = r"$b \in \mathbb{R}^n$ is one of the basis vectors and $e_1 \in \mathbb{R}^n$ is the error. $x \in \mathbb{R}^n$"
    assert str(gd.read(r"\|e_1\|^2 b^T x", given=given).derivative("x")) == "‖e₁‖² b"
