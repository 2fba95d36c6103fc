"""Questions as textbooks and exams word them: all that is asked is answered, or it is said what is not."""

from __future__ import annotations

import pytest

from gradatim.homework.solve import solve_text
from gradatim.write.text import text as unicode_text


def asked(words: str) -> list[str]:
    found = solve_text(f"1. {words}", style="none")
    return [f"{','.join(q.wrt)}: {unicode_text(q.answer) if q.answer is not None else q.error}" for q in found.questions]


def guesses(words: str) -> str:
    found = solve_text(f"1. {words}", style="none")
    return "; ".join(a for q in found.questions for a in q.assumed)


def unread(words: str) -> str:
    found = solve_text(f"1. {words}", style="none")
    assert not found.questions
    return "; ".join(why for _, why in found.others)


def test_each_function_of_one_sentence_has_its_differential() -> None:
    """d(X⁻¹) = −X⁻¹ dX X⁻¹, and the product rule for XᵀX."""
    words = r"Find the differential of $F(X) = X^{-1}$ and of $G(X)=X^\top X$."
    assert asked(words) == ["X: −X⁻¹ dX X⁻¹", "X: Xᵀ dX + dXᵀ X"]


@pytest.mark.parametrize(
    "between",
    [
        r", where $A$ is symmetric, and also its Hessian",
        r" where $A \succ 0$ and its Hessian",
        r" with $A$ symmetric and the Hessian",
        r", where $A = A^\top$, as well as its Hessian",
    ],
)
def test_a_condition_does_not_hide_the_second_request(between: str) -> None:
    assert asked(rf"Compute the gradient of $f(x)=x^\top A x${between}.") == ["x: 2 A x", "x,x: 2 A"]


def test_a_condition_behind_the_noun() -> None:
    assert asked(r"Let $f(w)=\|Xw-y\|^2 + \alpha\|w\|_1$. Find the gradient where $w_j\ne0$.") == ["w: 2 Xᵀ(X w − y) + α sign(w)"]


POLAR = "[cos(θ), −r sin(θ); sin(θ), r cos(θ)]"


@pytest.mark.parametrize(
    "words",
    [
        r"Determine the Jacobian matrix of the transformation $x = r\cos\theta$, $y = r\sin\theta$.",
        r"Let $x = r\cos\theta$ and $y = r\sin\theta$. Find the Jacobian of this transformation.",
        r"Compute the Jacobian of the map $(r,\theta)\mapsto(r\cos\theta, r\sin\theta)$.",
        r"Let $x = r\cos\theta$, $y = r\sin\theta$. Find the Jacobian $\frac{\partial(x,y)}{\partial(r,\theta)}$.",
        r"Find the Jacobian of $F(r,\theta) = (r\cos\theta, r\sin\theta)$ with respect to $(r, \theta)$.",
        r"Find the Jacobian of $F(r,\theta) = (r\cos\theta, r\sin\theta)$ with respect to $r$ and $\theta$.",
    ],
)
def test_the_jacobian_by_several_numbers_is_one_matrix(words: str) -> None:
    assert asked(words) == [rf"r,\theta: {POLAR}"]


def test_the_jacobian_by_several_vectors_has_a_part_for_each() -> None:
    assert asked(r"Let $f(x,y) = Ax + By$ with vectors $x, y$. Compute the Jacobian of $f$.") == ["x: A", "y: B"]


def test_determinants_and_products_of_derivatives_are_not_these_derivatives() -> None:
    polar = r"the transformation $x = r\cos\theta$, $y = r\sin\theta$"
    assert "determinant" in unread(f"Find the Jacobian determinant of {polar}.")
    assert "product" in unread(r"Compute the Hessian-vector product of $f(x)=x^TAx$ with $v$.")
    assert "not worked out: its determinant" in guesses(f"Find the Jacobian of {polar} and its determinant.")


def test_what_the_noun_is_says_nothing_of_the_name_behind_it() -> None:
    """ "Jacobian matrix of x" does not make a matrix of x."""
    assert asked(r"Find the gradient vector of $q$, where $q = x^Tx$.") == ["x: 2 x"]


NETWORK = r"Let $y = \tanh(W_1 x + b_1)$ and $L=\frac12\|W_2 y + b_2 - t\|^2$. "


def test_all_parameters_are_what_is_neither_data_nor_defined() -> None:
    found = asked(f"{NETWORK}Find the gradients with respect to all parameters.")
    assert [a.partition(":")[0] for a in found] == ["W_1", "b_1", "W_2", "b_2"]
    assert found[3] == "b_2: W₂ y + b₂ − t"
    assert "the parameters are W₁, b₁, W₂, b₂; x, t held fixed" in guesses(f"{NETWORK}Find the gradients w.r.t. all parameters.")


@pytest.mark.parametrize("words", ["Find all gradients.", "Compute all the necessary gradients for backpropagation."])
def test_all_gradients_are_those_of_the_parameters(words: str) -> None:
    assert [a.partition(":")[0] for a in asked(f"{NETWORK}{words}")] == ["W_1", "b_1", "W_2", "b_2"]


def test_weights_biases_inputs() -> None:
    for group, names in (("the weights and biases", 4), ("the weights", 2), ("the biases", 2), ("its input", 1)):
        assert len(asked(f"{NETWORK}Compute the gradient of the loss with respect to {group}.")) == names


def test_what_may_be_a_parameter_and_may_be_none_is_not_chosen() -> None:
    words = r"Let $L=\|\sigma(Wx+b) - c\|^2$. Compute the gradient of the loss with respect to all parameters."
    assert "whether c is among the parameters is not said" in unread(words)
    assert [a[:1] for a in asked(words.replace(". Compute", ", where $c$ is the target. Compute"))] == ["W", "b"]


@pytest.mark.parametrize(
    "words",
    [
        r"Derive the update rule of gradient descent for $J(\theta)=\frac{1}{2}\|X\theta-y\|^2$.",
        r"Let $J(\theta)=\frac{1}{2}\|X\theta-y\|^2$. Write down the gradient descent update for $\theta$.",
        r"Let $J(\theta)=\frac{1}{2}\|X\theta-y\|^2$. Write down one step of gradient descent.",
    ],
)
def test_the_gradient_in_a_step_of_gradient_descent(words: str) -> None:
    assert asked(words) == [r"\theta: Xᵀ(X θ − y)"]
    assert "less a step size times this gradient" in guesses(words)


def test_a_mean_and_a_deviation_in_words_move_with_the_variable() -> None:
    """The Jacobian of normalisation is (I − 𝟏𝟏ᵀ/n − zzᵀ/n)/σ with z = (x − μ)/σ."""
    words = (
        r"Let $z = \frac{x - \mu}{\sigma}$, where $\mu$ and $\sigma$ are the mean and standard deviation of $x\in\mathbb R^n$. "
    )
    assert asked(f"{words}Find $\\partial z/\\partial x$.") == [
        "x: (I − (1/n) 𝟏 𝟏ᵀ + (μ 𝟏 − x)(x − (sum(x) / n) 𝟏)ᵀ / (n σ²)) / σ"
    ]
    assert asked(r"Let $y = x - \mu$, $\mu$ being the mean of $x$. Find the Jacobian of $y$ w.r.t. $x$.") == ["x: I − (1/n) 𝟏 𝟏ᵀ"]


def test_other_values_in_words() -> None:
    assert asked(r"Let $f(X) = t^2$, where $t$ is the trace of $X$. Find the gradient of $f$ with respect to $X$.") == [
        "X: 2 t I"
    ]
    assert asked(r"Let $f(A) = \log d$, where $d$ denotes the determinant of the matrix $A$. Find $\nabla f(A)$.") == ["A: A⁻ᵀ"]


def test_a_value_in_words_that_is_not_known_is_no_constant() -> None:
    words = r"Let $f(x) = \|x\|^2/s$, where $s$ is the entropy of $x$. "
    assert "$s$ is the entropy of $x$" in unread(f"{words}Find its gradient.")
    assert asked(f"{words}Find $\\partial f/\\partial s$.") == ["s: −f/s"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            r"Consider $\max_w \mu^\top w - \frac{\gamma}{2} w^\top \Sigma w$ subject to $1^\top w = 1$, with symmetric $\Sigma$. "
            r"Write the Lagrangian and compute its gradient with respect to w.",
            ["w: μ − γ Σ w − λ 𝟏"],
        ),
        (
            r"Use Lagrange multipliers to maximise $x^\top A x$ subject to $x^\top x = 1$, where $A$ is symmetric. Find the gradient of the Lagrangian.",
            ["x: 2 A x − 2 λ x"],
        ),
        (r"Consider minimising $\frac12\|x\|^2$ subject to $Ax=b$. Form the Lagrangian and find its gradient with respect to $x$.", ["x: x + Aᵀλ"]),
        (
            r"Consider $\min_x c^Tx$ s.t. $Ax=b$ and $x \ge 0$. Write down the Lagrangian with multipliers $\nu$ and $\mu$ and find $\nabla_x$ of the Lagrangian.",
            ["x: c + Aᵀν − μ"],
        ),
        (
            r"Let $\min_{w} \|w\|^2 \quad \text{s.t.} \quad Xw = y$. Write the Lagrangian $\mathcal{L}(w,\lambda)$ and compute $\nabla_w \mathcal{L}$ and $\nabla_\lambda \mathcal{L}$.",
            ["w: 2 w + Xᵀλ", r"\lambda: X w − y"],
        ),
        (
            r"Minimise $f(x,y)=x^2+y^2$ subject to $x+y=1$. Find the partial derivatives of the Lagrangian with respect to $x$, $y$ and $\lambda$.",
            ["x: 2 x + λ", "y: 2 y + λ", r"\lambda: x + y − 1"],
        ),
        (
            r"The Lagrangian is $L(x,\lambda) = \|x\|^2 - \lambda^T(Ax-b)$. Compute the gradient of the Lagrangian with respect to $x$.",
            ["x: 2 x − Aᵀλ"],
        ),
    ],
)  # fmt: skip
def test_the_lagrangian_of_an_objective_and_its_constraints(words: str, expected: list[str]) -> None:
    assert asked(words) == expected


def test_the_sign_and_the_multipliers_are_told() -> None:
    words = r"Find the gradient with respect to $x$ of the Lagrangian of the problem: minimise $\|x\|^2$ subject to $Ax=b$."
    assert "the objective plus each constraint times its multiplier λ" in guesses(words)


@pytest.mark.parametrize(
    "words",
    [
        r"Find the gradient of the augmented Lagrangian of $\min_x \|x\|^2$ s.t. $Ax=b$.",
        r"Consider minimising $\|x\|^2$ over $x \in C$. Find the gradient of the Lagrangian.",
        r"Consider minimising $\|x\|^2$ subject to $x \in C$. Find the gradient of the Lagrangian with respect to $x$.",
        r"Let $f(x) = \|x\|^2$. Find the gradient of the Lagrangian with respect to $x$.",
    ],
)
def test_a_lagrangian_that_is_not_stated_is_not_the_objective(words: str) -> None:
    assert unread(words)


def test_what_is_to_be_shown_and_what_is_to_be_found_from_it() -> None:
    words = r"Show that the gradient of $f(x) = \tfrac12 x^\top Q x - b^\top x$ is $Qx - b$ for symmetric $Q$, and hence find its Hessian."
    assert asked(words) == ["x: Q x − b", "x,x: Q"]


def test_a_second_variable_behind_the_function() -> None:
    words = r"Find the derivative with respect to $a$ of $f(a, b) = a^\top M b$, and the one with respect to $b$."
    assert asked(words) == ["a: M b", "b: Mᵀa"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (r"Differentiate twice with respect to $x$: $f(x) = x^\top x$.", ["x,x: 2 I"]),
        (r"Differentiate $f(x) = x^\top x$ with respect to $x$, and differentiate again.", ["x: 2 x", "x,x: 2 I"]),
    ],
)
def test_twice_and_again(words: str, expected: list[str]) -> None:
    assert asked(words) == expected
    assert "several times" in unread(r"Differentiate $f(x) = x^\top x$ three times with respect to $x$.")


@pytest.mark.parametrize(
    "words",
    [
        r"Let $k(x,y) = \|x-y\|^2$ for vectors $x, y$. Compute the gradient with respect to the first argument.",
        r"For fixed $y$, calculate $\nabla_x$ of $k(x,y) = \|x-y\|^2$.",
        r"Simplify the derivative of $k(x,y) = \|x-y\|^2$ with respect to $x$.",
        r"Let $k = \|x-y\|^2$. What is the gradient of $k$ as a function of $x$?",
    ],
)
def test_ways_of_naming_the_variable(words: str) -> None:
    assert asked(words) == ["x: 2(x − y)"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (r"Let $s = \|x\|$, where $x$ is also a function of $t$. Find $ds/dt$.", ["t: x(t)ᵀ x′(t) / ‖x(t)‖"]),
        (r"Suppose $A$ depends on a scalar parameter $t$. Find $\frac{d}{dt}A^{-1}$.", ["t: −A(t)⁻¹ A′(t) A(t)⁻¹"]),
        (r"Let $z = xy^2$, where $x$ and $y$ are functions of $t$. Find $dz/dt$.", ["t: y(t)(y(t) x′(t) + 2 x(t) y′(t))"]),
    ],
)
def test_names_that_are_said_to_depend_on_the_variable(words: str, expected: list[str]) -> None:
    assert asked(words) == expected


@pytest.mark.parametrize("letters", [(r"\alpha", "p"), ("t", "d"), ("t", "s"), (r"\eta", "g")])
def test_a_step_along_a_direction(letters: tuple[str, str]) -> None:
    """φ(t) = f(x + t d): t is the number and d the vector; φ′(0) = dᵀAx for symmetric A."""
    t, d = letters
    words = rf"Let $f(x) = \frac12 x^\top A x$ with symmetric $A$ and $\phi({t}) = f(x + {t} {d})$. Find $\phi'(0)$."
    assert asked(words) == [f"{t}: {d}ᵀA x"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (r"Evaluate $\partial z/\partial x$ and $\partial z/\partial y$ when $x=1,y=0$, where $z=x^2+3xy$.", ["x: 2", "y: 3"]),
        (r"Let $z=x^2+3xy$. Compute $\partial z/\partial x$ when $x=1$ and $y=2$.", ["x: 8"]),
        (r"Evaluate the gradient of $f(x,y)=x^2y$ at $x=1$ and $y=2$.", ["x: 4", "y: 1"]),
        (r"Find the slope of the tangent to $y=x e^{-2x}$ at $x=0$.", ["x: 1"]),
        (r"Compute the gradient of $f(w)=\|Xw-y\|^2$ for $w=0$.", ["w: −2 Xᵀy"]),
        (r"Compute the gradient of $f(x)=x^TAx$ for $A = I$.", ["x: 2 x"]),
    ],
)
def test_values_that_are_supposed_are_put_in(words: str, expected: list[str]) -> None:
    assert asked(words) == expected


def test_of_both() -> None:
    words = r"Let $R(w)=w^\top S w$ with symmetric $S$ and $q(w)=c^\top w$. Find the gradient of both."
    assert asked(words) == ["w: 2 S w", "w: c"]


def test_two_operators_of_one_function() -> None:
    assert asked(r"Find $\nabla_a$ and $\nabla_b$ of $a^\top M b$.") == ["a: M b", "b: Mᵀa"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (r"Find the rate of change of $V=\frac43\pi r^3$ with respect to $r$.", ["r: 4 π r²"]),
        (r"Find the derivative of $f(x)=|x|^3$ for real $x$.", ["x: 3 x |x|"]),
        (r"Compute the derivative of $\mathrm{tr}(A^3)$.", ["A: 3(A²)ᵀ"]),
        (r"Compute the gradient of $g = f^2$ for $f(x)=a^\top x$.", ["x: 2 f a"]),
        (r"Assuming that $w$ is kept fixed, differentiate $E=(w^\top x)^2$ by $x$.", ["x: 2(wᵀx) w"]),
    ],
)
def test_the_variable_where_it_is_not_said_in_the_usual_words(words: str, expected: list[str]) -> None:
    assert asked(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        r"Treating $y$ as constant, find $\partial f/\partial x$.",
        r"Holding $y$ fixed, find the gradient of $f$ with respect to $x$.",
        r"Find the gradient of $f$ with respect to $x$ for fixed $y$.",
        r"Find $\partial f/\partial x$ with $y$ held constant.",
        r"Find the gradient of $f$ with respect to $x$, ignoring the dependence of $y$ on $x$.",
    ],
)
def test_what_is_held_fixed_does_not_move_though_it_is_defined(words: str) -> None:
    """Of f = xᵀy with y = Bx; where y moves, its derivative is y + Bᵀx."""
    assert asked(rf"Let $y=Bx$ and $f=x^\top y$. {words}") == ["x: y"]
    assert asked(r"Let $y=Bx$ and $f=x^\top y$. Find $\partial f/\partial x$.") == ["x: y + Bᵀx"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (r"The loss is $\ell(z,y)=(yz-1)^2$. Compute its derivative in $z$ for fixed $y$.", ["z: 2 y (y z − 1)"]),
        (r"Find the derivative of $R(x)=x^\top Ax + x^\top Bx$, $A$ and $B$ symmetric.", ["x: 2(A + B) x"]),
        (r"Compute the derivative of $a^\top x$ with respect to $x$, and also the one of $x^\top x$.", ["x: a", "x: 2 x"]),
        (r"Compute the partial derivatives of $z=x^2y$.", ["x: 2 y x", "y: x²"]),
        (r"The derivative of $a^\top X b$ with respect to $X$ is to be determined.", ["X: a bᵀ"]),
        (r"One seeks the gradient with respect to $w$ of $w^\top w$.", ["w: 2 w"]),
        (r"What does the gradient of $\|x-a\|^2$ with respect to $x$ equal?", ["x: 2(x − a)"]),
    ],
)
def test_nothing_is_lost_and_nothing_is_added(words: str, expected: list[str]) -> None:
    assert asked(words) == expected


def test_a_constraint_for_every_member_has_a_multiplier_for_every_member() -> None:
    words = r"Form the Lagrangian of $\min_{w,b}\frac12\|w\|^2$ s.t. $y_i(w^\top x_i+b)\ge1$ and take its gradient with respect to $w$."
    assert asked(words) == ["w: w − Σᵢ λᵢ yᵢ xᵢ"]


def test_what_follows_hence_is_asked_as_well() -> None:
    words = r"Let $L=(a-y)^2$, $a=\sigma(z)$, where $z$ is a scalar. Compute $dL/da$, $da/dz$ and hence $dL/dz$."
    assert asked(words) == ["a: 2(a − y)", "z: a (1 − a)", "z: 2 a (a − y)(1 − a)"]


def test_as_a_function_of_one_variable_only() -> None:
    assert asked(r"As a function of $b$ only, differentiate $S(a,b)=(a-b)^2$.") == ["b: −2(a − b)"]


@pytest.mark.parametrize(
    "words",
    [
        r"Find three times the gradient of $\|x\|^2$.",
        r"Find the gradient of $f(x)=\|x\|^2$ restricted to the unit sphere.",
        r"Find the gradient of $f(x)=\|x\|^2$ projected onto $x^\top a=0$.",
        r"What is the gradient of $f$ in Exercise 3?",
    ],
)
def test_another_thing_than_the_gradient_is_not_the_gradient(words: str) -> None:
    assert unread(words)


def test_a_derivative_of_a_derivative_is_said_not_to_be_read() -> None:
    found = solve_text(r"1. Find the gradient of $f(x)=x^\top x$ and the Jacobian of its gradient.", style="none")
    assert any("jacobian of a derivative" in why for _, why in found.others)


def test_the_product_of_two_functions_is_said_not_to_be_worked_out() -> None:
    words = r"Let $f(x)=a^\top x$ and $g(x)=x^\top x$. Differentiate $f$, $g$ and their product."
    assert asked(words) == ["x: a", "x: 2 x"] and "not worked out: its product" in guesses(words)


def test_first_by_one_variable_and_afterwards_by_another() -> None:
    words = r"Compute the gradient of $q=a^\top M b$, first with respect to $a$ and afterwards with respect to $b$."
    assert asked(words) == ["a: M b", "b: Mᵀa"]


def test_a_value_in_words_without_a_verb() -> None:
    """dq = −xᵀB⁻¹ dB B⁻¹x, and A is B⁻¹."""
    words = r"Let $q=x^\top Ax$ with $A$ the inverse of the symmetric matrix $B$. Find $\partial q/\partial B$."
    assert asked(words) == ["B: −A x xᵀA"]


def test_the_one_matrix_by_several_numbers_is_called_so() -> None:
    (found,) = solve_text(r"1. Compute the Jacobian of $f(x, y) = (x^2 y, x + y)$.", style="none").questions
    assert found.entry().left[1] == "∂f/∂(x, y)"
