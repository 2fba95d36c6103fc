"""Results in the form that a textbook gives them: each expected formula is worked out on paper, and each result is verified on the way."""

from __future__ import annotations

import pytest

import gradatim as gd

TENSOR = r"$T \in \mathbb{R}^{n \times n \times n}$, $a \in \mathbb{R}^n$"
NORMAL = r"$x, \mu \in \mathbb{R}^d$, $\sigma > 0$"
WHOLE = r"$A \in \mathbb{R}^{p \times m}$, $X \in \mathbb{R}^{m \times n}$, $B \in \mathbb{R}^{n \times q}$"


@pytest.mark.parametrize(
    ("given", "function", "wrt", "expected"),
    [
        (r"$A \in \mathbb{R}^{m \times n^2}$, $x \in \mathbb{R}^n$", r"A (x \otimes x)", "x", "A (I ⊗ x + x ⊗ I)"),
        (r"$X, Y \in \mathbb{R}^{n \times n}$ invertible", r"\operatorname{tr}((X Y^{-1})^{-1})", "X", "−X⁻ᵀYᵀX⁻ᵀ"),
        (r"$f \in \mathbb{R}^n$, $W \in \mathbb{R}^{n \times n}$ symmetric", r"\frac12 \sum_{i,j} W_{ij} (f_i - f_j)^2", "f", "2(diag(W 𝟏) − W) f"),
        (r"$x, a \in \mathbb{R}^n$", r"\|(I - \frac{x x^T}{\|x\|^2}) a\|^2", "x", "−2(aᵀx)(I − x xᵀ / ‖x‖²) a / ‖x‖²"),
        (r"$x, a \in \mathbb{R}^n$", r"\sum_{i=1}^n \max(x_i, a_i)^2", "x", "2(𝟙[x > a] ⊙ max(x, a))"),
        (r"$x, a \in \mathbb{R}^n$", r"a^T \operatorname{ELU}(x)", "x", "a ⊙ (𝟙[x > 0] + exp(x) ⊙ 𝟙[x < 0])"),
        (r"$x, a \in \mathbb{R}^n$", r"a^T \operatorname{LeakyReLU}(x)", "x", "a ⊙ (𝟙[x > 0] + 0.01 𝟙[x < 0])"),
        (r"$x, a \in \mathbb{R}^n$", r"a^T \operatorname{hardtanh}(x)", "x", "𝟙[x < 𝟏] ⊙ a ⊙ 𝟙[x > −𝟏]"),
        (TENSOR, r"\sum_{i,j,k} T_{ijk} a_i a_j a_k", "a", "[Σⱼ aⱼ Σₖ aₖ (Tᵢⱼₖ + Tⱼᵢₖ + Tⱼₖᵢ)]ᵢ"),
        (NORMAL, r"\log \mathcal{N}(x; \mu, \sigma^2 I)", r"\mu", "(x − μ) / σ²"),
        (WHOLE, "A X B", "vec(X)", "Bᵀ ⊗ A"),
        (WHOLE, r"\operatorname{vec}(A X B)", r"\operatorname{vec}(X)", "Bᵀ ⊗ A"),
        (WHOLE, r"\|A X B\|_F^2", "vec(X)", "vec(2 AᵀA X B Bᵀ)"),
    ],
)  # fmt: skip
def test_the_form_of_a_textbook(given: str, function: str, wrt: str, expected: str) -> None:
    assert str(gd.read(function, given=given).derivative(wrt)) == expected


@pytest.mark.parametrize("word", ["relu6", "log3", "tanh2", "foo7"])
def test_a_word_with_a_number_is_no_product(word: str) -> None:
    """`\\operatorname{log3}(x)` is not the logarithm of 3 x, and an unknown word is a question."""
    found = None
    try:
        found = gd.read(rf"\operatorname{{{word}}}(x)", given="x is a scalar")
    except gd.ReadError as error:
        assert "a function of its argument or a product" in str(error)
    assert (found is not None) == (word == "relu6")


def test_squares_of_products_of_two_members_are_one_matrix() -> None:
    """∂²/∂bᵢ∂bⱼ log det Σ bᵢxᵢxᵢᵀ is −(xᵢᵀ(Σ bᵢxᵢxᵢᵀ)⁻¹xⱼ)², which is symmetric."""
    f = gd.read(r"\log\det \sum_{i=1}^n b_i x_i x_i^T", given=r"$b \in \mathbb{R}^n$, $x_i \in \mathbb{R}^p$")
    assert str(f.derivative("b", "b")) == "−(x (Σᵢ bᵢ xᵢ xᵢᵀ)⁻¹ xᵀ)^∘2"


def test_a_number_that_came_together_stands_in_front() -> None:
    f = gd.read(r"\operatorname{tr}(W^T X^T X W - Y^T X W - W^T X^T Y + Y^T Y)")
    assert str(f.derivative("W")) == "2 Xᵀ(X W − Y)"


def test_a_dot_above_the_sign_defines() -> None:
    assert str(gd.read(r"g(x) \doteq x^2").derivative("x")) == "2 x"


def test_three_inner_products_play_the_same_part() -> None:
    f = gd.read("(a^T x)(b^T x)(c^T x)")
    assert str(f.derivative("x")) == "(bᵀx)(cᵀx) a + (aᵀx)(cᵀx) b + (aᵀx)(bᵀx) c"
    assert str(gd.read("(a^T x)(b^T x)").derivative("x")) == "(a bᵀ + b aᵀ) x"
    gd.read("(a^T x)(b^T x)(c^T x)(d^T x)").derivative("x", "x")  # verified on the way


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\log\det(S^{-1}T)", "−S⁻¹"),
        (r"\log\det(T S^{-1})", "−S⁻¹"),
        (r"\operatorname{tr}(S^{-1}T) - \log\det(S^{-1}T)", "S⁻¹ − S⁻¹ T S⁻¹"),
    ],
)
def test_inverses_of_inverses_go(formula: str, expected: str) -> None:
    """log det(S⁻¹T) = log det T − log det S."""
    problem = gd.read(formula, given="S and T are symmetric positive definite")
    S = problem.find("S")
    assert str(gd.gradient(problem.term, S)) == expected
    assert "(S⁻¹)⁻" not in str(gd.explain(problem.term, S, structure="entries"))


def test_a_differential_ends_with_the_step() -> None:
    A, X = gd.matrix("A", "n", "n"), gd.matrix("X", "n", "n")
    assert str(gd.differential(gd.trace(A @ X), X)) == "tr(A dX)"
    assert str(gd.differential(gd.trace(A @ gd.inv(X)), X)) == "−tr(X⁻¹ A X⁻¹ dX)"
