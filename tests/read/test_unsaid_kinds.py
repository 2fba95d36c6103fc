"""Kinds of names that nothing declares, told by what is done with them. The expected derivatives are textbook identities."""

import pytest

import gradatim as gd
from gradatim.homework.solve import solve_text
from gradatim.write.text import text


@pytest.mark.parametrize(
    ("formula", "by", "answer"),
    [
        # Jacobi's formula for a linear matrix pencil (Boyd and Vandenberghe, A.4): a determinant is of matrices.
        (r"\log\det(F_0 + \sum_{i=1}^n x_i F_i)", "x", "[tr((F₀ + Σⱼ xⱼ Fⱼ)⁻¹ Fᵢ)]ᵢ"),
        (r"\log\det(\sum_i x_i A_i)", "x_k", "tr((Σᵢ xᵢ Aᵢ)⁻¹ Aₖ)"),
        # The score of a multivariate normal density, whose N need not be calligraphic.
        (r"\log N(x;\mu,\Sigma)", r"\mu", "Σ⁻¹(x − μ)"),
        (r"\log N(x \mid \mu,\sigma^2)", r"\mu", "(x − μ) / σ²"),
    ],
)
def test_what_is_done_with_a_name_tells_its_kind(formula: str, by: str, answer: str) -> None:
    assert str(gd.read(formula).derivative(by)) == answer


def test_the_features_of_a_softmax_policy_are_a_vector() -> None:
    """∇ log π(a|s) is φ(s, a) less its mean (Sutton and Barto, 13.3)."""
    problem = gd.read(r"\log\frac{e^{\theta^\top\phi(s,a)}}{\sum_{b}e^{\theta^\top\phi(s,b)}}")
    assert problem.term.is_scalar
    answer = r"\phi(s,a) - \frac{\sum_b e^{\theta^\top\phi(s,b)} \phi(s,b)}{\sum_b e^{\theta^\top\phi(s,b)}}"
    assert gd.check(answer, of=problem, wrt="theta").outcome == "right"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        # Magnus and Neudecker: ∂vec(AXB)/∂vec(X)ᵀ = Bᵀ ⊗ A, ∂vec(X⁻¹)/∂vec(X)ᵀ = −X⁻ᵀ ⊗ X⁻¹.
        (r"Find the derivative of $\mathrm{vec}(AXB)$ with respect to $\mathrm{vec}(X)$.", "Bᵀ ⊗ A"),
        (r"Find $\frac{\partial \operatorname{vec} (AXB)}{\partial \operatorname{vec} X}$.", "Bᵀ ⊗ A"),
        (r"Find $\partial \operatorname{vec}(X^{-1})/\partial \operatorname{vec}(X)^T$.", "−X⁻ᵀ ⊗ X⁻¹"),
        (r"Find the gradient of $\operatorname{tr}(AX)$ with respect to $\operatorname{vec}(X)$.", "vec(Aᵀ)"),
        # The nuclear norm: what stands in a trace's brackets is no variable.
        (r"Find the gradient of $\mathrm{tr}(\sqrt{X^TX})$.", "X (XᵀX)^(−1/2)"),
    ],
)
def test_questions_on_stacked_columns_and_of_values(question: str, answer: str) -> None:
    (found,) = solve_text(f"1. {question}", style="none").questions
    assert found.answer is not None and text(found.answer) == answer


@pytest.mark.parametrize(
    ("given", "answer"),
    # The gradient by the precision (Boyd and Vandenberghe, example 7.4): ½ (n Σ − S), of which a general Σ leaves the transpose.
    [("", "(1/2)(n Σ − S)ᵀ"), (r"$\Sigma$ is positive definite, $S$ is symmetric", "(1/2)(n Σ − S)")],
)
def test_an_inverse_is_a_variable(given: str, answer: str) -> None:
    problem = gd.read(r"-\frac n2\log|\Sigma| - \frac12 \mathrm{tr}(\Sigma^{-1}S)", given)
    assert str(problem.derivative(r"\Sigma^{-1}")) == answer


@pytest.mark.parametrize(
    ("formula", "given", "answer"),
    [
        ("x^* A x", "A is real symmetric", "2 A x"),
        ("x^H A x", "A is real symmetric", "2 A x"),
        (r"\operatorname{tr}(A^*A)", "", "2 A"),
        (r"\|x - x^*\|^2", "", "2(x − x^*)"),  # a star without its x is another x
        ("w^* w", "w^* is a row vector", "w^*ᵀ"),
    ],
)
def test_a_star_beside_its_name_is_a_transpose(formula: str, given: str, answer: str) -> None:
    problem = gd.read(formula, given)
    variable = next(n for n in ("x", "A", "w") if n in formula)
    assert str(problem.derivative(variable)) == answer
    said = any("everything here is real" in str(a) for a in problem.assumed)
    assert said == (answer in ("2 A x", "2 A"))


def test_a_star_of_what_is_complex_is_refused() -> None:
    with pytest.raises(gd.ReadError, match="conjugate transpose"):
        gd.read("x^* A x", "A is a complex Hermitian matrix")


@pytest.mark.parametrize(
    "question",
    [
        "Find the gradient of $x^TAx$ for symmetric A.",
        "Find the gradient of $x^TAx$ with respect to $x$ for real symmetric A.",
        "Compute the gradient of $x^TAx$ with respect to x, A symmetric.",
    ],
)
def test_a_fact_that_stands_beside_a_bare_name_is_heard(question: str) -> None:
    (found,) = solve_text(f"1. {question}", style="none").questions
    assert found.answer is not None and text(found.answer) == "2 A x"
