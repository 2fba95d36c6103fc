"""Questions as people ask them on paper and in forums; the expected derivatives are worked out by hand."""

from __future__ import annotations

import pytest

from gradatim.homework.solve import solve_text
from gradatim.write.text import text as unicode_text


def asked(words: str) -> list[str]:
    found = solve_text(f"1. {words}", style="none")
    return [f"{','.join(q.wrt)}: {unicode_text(q.answer) if q.answer is not None else q.error}" for q in found.questions]


def guesses(words: str) -> str:
    return "; ".join(a for q in solve_text(f"1. {words}", style="none").questions for a in q.assumed)


def unread(words: str) -> str:
    found = solve_text(f"1. {words}", style="none")
    assert not found.questions
    return "; ".join(why for _, why in found.others)


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        # A second derivative typed without a mark keeps its order.
        (r"Given $z = x^T A x$, find ∂z/∂x and ∂²z/∂x∂xᵀ.", ["x: (A + Aᵀ) x", "x,x: A + Aᵀ"]),
        # By xᵀ the derivative of a number lies.
        (r"Let $f(x) = x^T A x$. Find $\partial f/\partial x$ and ∂f/∂xᵀ.", ["x: (A + Aᵀ) x", "x: xᵀ(A + Aᵀ)"]),
        (r"Let $f(x) = a^T x$. Find $\frac{\partial f}{\partial x^T}$.", ["x: aᵀ"]),
        ("Let f(x) = ||Ax - b||^2. Compute df and the gradient of f.", ["x: 2(A x − b)ᵀ A dx", "x: 2 Aᵀ(A x − b)"]),
        ("What's d/dx of x'Ax when A is not symmetric?", ["x: (A + Aᵀ) x"]),
        (r"Derivative of $\operatorname{tr}(X^{-1}A)$ where X is symmetric.", ["X: −X⁻¹ AᵀX⁻¹"]),
        (
            r"Let $A(t) = e^{tB}$ for $B \in \mathbb R^{n\times n}$. Show that $A'(t) = B A(t)$ and deduce $\frac{d}{dt}\det A(t)$.",
            ["t: expm(t B) B", "t: det(A(t)) tr(B)"],
        ),
        (
            r"Find the derivative of $f(X) = \operatorname{Tr}(A (X \circ X) B)$ with respect to the $m\times n$ matrix $X$.",
            ["X: 2(X ⊙ (AᵀBᵀ))"],
        ),
        (
            r"Let $Y = AXB$. What is $\frac{\partial \operatorname{vec} Y}{\partial (\operatorname{vec} X)^T}$?",
            [r"\operatorname{vec} X: Bᵀ ⊗ A"],
        ),
        (
            r"We want $\frac{\partial}{\partial\mu_k} \sum_{n=1}^N \|x_n - \mu_k\|^2$.",
            [r"\mu_k: −2 Σᵢ (xᵢ − μₖ)"],
        ),
    ],
)
def test_nothing_that_is_asked_is_dropped(words: str, answers: list[str]) -> None:
    assert asked(words) == answers


@pytest.mark.parametrize(
    "words",
    [
        r"Find the gradient of the Rayleigh quotient $R(x) = \frac{x^\top A x}{x^\top x}$, $A=A^\top$.",
        r"Find the gradient of the Rayleigh quotient $R(x) = \frac{x^\top A x}{x^\top x}$ with respect to $x$, $A$ symmetric.",
    ],
)
def test_what_is_said_of_a_name_is_not_asked(words: str) -> None:
    assert asked(words) == ["x: 2(A x − R x) / (xᵀx)"]


def test_a_definite_matrix_behind_the_variable_is_no_variable() -> None:
    words = r"Compute the derivative of $\log\det(I + X^\top \Sigma^{-1} X)$ wrt $X$, $\Sigma$ SPD."
    assert asked(words) == ["X: 2 Σ⁻¹ X (I + XᵀΣ⁻¹ X)⁻¹"]


def test_a_derivative_that_is_not_understood_is_no_other_item() -> None:
    assert "not read" in unread(r"Compute $\nabla_\mu \mathbb{E}_{x\sim N(\mu,\Sigma)}[x^T A x]$.")


def test_a_constraint_does_not_change_what_the_objective_is_made_of() -> None:
    words = r"Minimize $\|Ax-b\|_2^2$ subject to $Cx=d$. Write down the Lagrangian and its gradient with respect to x."
    assert asked(words) == ["x: 2 Aᵀ(A x − b) + Cᵀλ"]


def test_weights_that_are_equal_both_ways_are_symmetric() -> None:
    words = r"Let $E(f) = \frac12 \sum_{i,j} w_{ij} (f_i - f_j)^2$ where $w_{ij} = w_{ji}$. Compute $\partial E/\partial f_k$."
    assert asked(words) == ["f_k: 2(f ⊙ (w 𝟏) − w f)ₖ"]


def test_what_depends_on_a_number_that_is_not_the_time() -> None:
    words = r"Let $\mathbf{A}(\theta)$ be a symmetric matrix which depends on a scalar $\theta$. Calculate $\frac{\partial}{\partial \theta} \mathbf{x}^T \mathbf{A}(\theta)^{-1} \mathbf{x}$."
    assert asked(words) == [r"\theta: −xᵀA(θ)⁻¹ A′(θ) A(θ)⁻¹ x"]
    words = r"How to differentiate $(I - X)^{-1}$ with respect to a scalar $t$ when $X = X(t)$?"
    assert asked(words) == ["t: (I − X(t))⁻¹ X′(t)(I − X(t))⁻¹"]


def test_a_function_that_is_not_said_to_depend_on_a_number_is_asked_about() -> None:
    words = r"Let $L(\theta) = y^T K(\theta)^{-1} y$. Find the derivative with respect to $\theta$."
    assert "a function of its argument or a product" in "".join(asked(words))


def test_the_functions_of_an_exponential_family() -> None:
    words = r"Consider $p(y|\theta) = h(y)\exp(\theta^T T(y) - A(\theta))$. Compute $\nabla_\theta \log p(y|\theta)$."
    assert asked(words) == [r"\theta: T(y) − A′(θ)"]


def test_capitals_with_shares_as_exponents_are_numbers() -> None:
    assert asked("Compute the partial derivative of Y = A K^α L^β with respect to K.") == ["K: A α L^(β) K^(α − 1)"]
    assert asked(r"Compute the derivative of $\operatorname{tr}(A^\alpha)$ with respect to $A$.") != ["A: α A^(α − 1)"]


def test_entries_that_are_multiplied_before_they_are_added_up() -> None:
    words = "Compute the gradient of L(p) = -sum(y*log(p)) with respect to p."
    assert asked(words) == ["p: −y ⊘ p"]
    assert "`*` in `y*log(p)` is taken entry by entry" in guesses(words)
    assert asked("Compute the gradient of f(x) = sum(A*x) with respect to x.") == ["x: Aᵀ𝟏"]


def test_a_rotation_by_the_exponential_of_a_cross_product() -> None:
    words = r"Let $\omega, p\in\mathbb R^3$ and $R(\omega) = \exp([\omega]_\times)$. Find the derivative of $R(\omega) p$ with respect to $\omega$."
    found = solve_text(f"1. {words}", style="none").questions[0]
    assert found.answer is not None and [str(d) for d in found.answer.shape] == ["3", "3"]
    assert "is the exponential of a matrix, not of its entries" in "; ".join(found.assumed)


def test_each_function_behind_an_operator() -> None:
    words = r"What is $\frac{\partial}{\partial\Sigma}$ of $\operatorname{tr}(\Sigma^{-1}S)$ and of $\log|\Sigma|$?"
    assert asked(words) == [r"\Sigma: −Σ⁻ᵀSᵀΣ⁻ᵀ", r"\Sigma: Σ⁻ᵀ"]


def test_a_gradient_that_is_set_to_zero_is_asked_for() -> None:
    assert asked(r"Let $f(w) = w^\top S w - c^\top w$ with $S$ symmetric. Set the gradient with respect to $w$ to zero.") == [
        "w: 2 S w − c"
    ]


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        # A letter right behind ∇_y is what it is taken of.
        (
            r"Given $f(x,y)=x^TAy$ with $A\in\mathbb{R}^{m\times n}$, find $\nabla_xf$, $\nabla_yf$ and $\nabla_Af$.",
            ["x: A y", "y: Aᵀx", "A: x yᵀ"],
        ),
        # What is differentiated is the Lagrangian, and not the objective.
        (
            r"Maximize $w^TSw$ subject to $w^Tw=1$. Write the Lagrangian and differentiate with respect to $w$.",
            ["w: (S + Sᵀ) w − 2 λ w"],
        ),
        (
            r"Let $g=\begin{bmatrix} x_1^2x_2 \\ 5x_1+\sin x_2\end{bmatrix}$. Compute the Jacobian of this function of $x=(x_1,x_2)$.",
            ["x: [2 x₁ x₂, x₁²; 5, cos(x₂)]"],
        ),
        (r"Let $f(x)=\log(a^Tx)$. Could someone explain how to get $\nabla f$?", ["x: a / (aᵀx)"]),
        (r"$f(R) = \sum_i \|Rp_i - q_i\|^2$, R a 3x3 matrix. Gradient w.r.t. R?", ["R: 2 Σᵢ (R pᵢ − qᵢ) pᵢᵀ"]),
        (r"Let $L = \sum_i p_i^2 g_i$, ∂L/∂p_j = ?", ["p_j: 2 pⱼ gⱼ"]),
    ],
)
def test_what_is_asked_is_what_is_answered(words: str, answers: list[str]) -> None:
    assert asked(words) == answers


def test_a_product_with_a_gradient_is_no_gradient_of_a_product() -> None:
    assert "not read" in unread(r"Let $V(x)=x^TPx$. Compute $\nabla V(x)^T f(x)$ for $f(x)=Ax$.")


def test_the_summation_convention_of_letters_that_run_together() -> None:
    words = r"Find the gradient of $T_{ij}x_ix_j$ with respect to $x_k$ with the Einstein convention."
    assert asked(words) == ["x_k: (T + Tᵀ)ₖᵀ x"]


def test_a_derivative_and_a_question_mark() -> None:
    assert asked(r"Let $f(x) = a^Tx$. $\partial f/\partial x$?") == ["x: a"]


def test_a_size_is_not_called_as_the_index_that_is_asked_for() -> None:
    """tr M = Σ mᵢ (d − 1)‖rᵢ‖² for vectors of d entries."""
    words = r"Let $M=\sum_i m_i\,(\|r_i\|^2I-r_ir_i^T)$; find $\partial\operatorname{tr}M/\partial r_k$."
    assert asked(words) == ["r_k: 2 mₖ (d − 1) rₖ"]
