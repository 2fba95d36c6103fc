"""The formulas a person would write. Each is reasoned out by hand (or is a textbook identity), none pasted from our output."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.term import Symbol, Term

A, X, S = gd.matrix("A", "m", "n"), gd.matrix("X", "n", "n"), gd.matrix("S", "n", "n", symmetric=True)
B = gd.matrix("B", "n", "n")
x, c, b = gd.vector("x", "n"), gd.vector("c", "n"), gd.vector("b", "m")
u, a = gd.scalar("u"), gd.scalar("a")

TEXTBOOK = [
    ("least squares", gd.norm(A @ x - b) ** 2, x, "2 Aᵀ(A x − b)"),
    ("quadratic form", x.T @ X @ x, x, "(X + Xᵀ) x"),
    ("symmetric quadratic form", x.T @ S @ x, x, "2 S x"),
    ("bilinear form", b.T @ A @ c, A, "b cᵀ"),
    ("Jacobi", gd.logdet(X), X, "X⁻ᵀ"),
    ("inverse", c.T @ gd.inv(X) @ x, X, "−X⁻ᵀc xᵀX⁻ᵀ"),
    ("trace of a square", gd.trace(A @ A.T), A, "2 A"),
    ("log-sum-exp", gd.logsumexp(x), x, "softmax(x)"),
    ("norm", gd.norm(x), x, "x / ‖x‖"),
    ("constant term", gd.trace(X) + 1, X, "I"),
    ("independent", gd.trace(X), c, "𝟎"),
    # n/u − ‖x − c‖², as from any table of normal densities with precision u.
    ("precision", gd.logdet(u * gd.eye("n")) - (x - c).T @ (u * gd.eye("n")) @ (x - c), u, "n/u − (x − c)ᵀ(x − c)"),
    ("a multiple of an inverse, inverted", c.T @ gd.inv(3 * gd.inv(X)) @ x, c, "(1/3) X x"),
    ("power of a scalar", u**3, u, "3 u²"),
    ("logistic", np.sum(gd.softplus(A @ x)) - b.T @ A @ x, x, "Aᵀ(σ(A x) − b)"),
]


@pytest.mark.parametrize(("function", "variable", "expected"), [t[1:] for t in TEXTBOOK], ids=[t[0] for t in TEXTBOOK])
def test_gradients(function: Term, variable: Symbol, expected: str) -> None:
    assert str(gd.gradient(function, variable)) == expected


def test_functions_spelt_out_are_recognised() -> None:
    assert str(gd.gradient((A @ x - b).T @ (A @ x - b), x)) == "2 Aᵀ(A x − b)"
    assert str(gd.gradient(gd.trace((X - B).T @ (X - B)), X)) == "2(X − B)"
    assert str(gd.gradient(gd.log(1 + gd.exp(u)), u)) == "σ(u)"
    spelt = gd.ones("m") / (gd.ones("m") + gd.exp(-(A @ x)))
    assert str(gd.gradient(b.T @ spelt, x)) == str(gd.gradient(b.T @ gd.sigmoid(A @ x), x))


def test_the_hessian_of_log_sum_exp() -> None:
    assert str(gd.hessian(gd.logsumexp(x), x)) == "diag(softmax(x)) − softmax(x) softmax(x)ᵀ"


def test_differentials() -> None:
    assert str(gd.differential(gd.inv(X), X)) == "−X⁻¹ dX X⁻¹"
    assert str(gd.differential(gd.logdet(X), X)) == "tr(X⁻¹ dX)"


def test_facts_are_used_after_the_last_derivative_only() -> None:
    """The Hessian of xᵀSx by S-free x is 2 S; the gradient by an orthogonal Q of tr(QᵀQ) is 2 Q, not 0."""
    assert str(gd.hessian(x.T @ S @ x, x)) == "2 S"
    q = gd.matrix("Q", "n", "n", orthogonal=True)
    assert str(gd.gradient(gd.trace(q.T @ q), q)) == "2 Q"


def test_layouts_are_transposes_of_each_other() -> None:
    assert str(gd.jacobian(A @ x, x)) == "A"
    assert str(gd.jacobian(A @ x, x, layout="denominator")) == "Aᵀ"
    assert str(gd.gradient(c.T @ x, x, layout="numerator")) == "cᵀ"


def test_a_member_of_a_family_meets_its_own_term_only() -> None:
    xs, w, i, j = gd.family("x", "N", "d"), gd.vector("w", "d"), gd.index("i", "N"), gd.index("j", "N")
    z = gd.log(gd.sum_over(j, gd.exp(w.T @ xs[j])))
    assert str(gd.derivative(z, xs[i])) == "exp(wᵀxᵢ) w / Σⱼ exp(wᵀxⱼ)"


def test_entries_come_back_as_matrices() -> None:
    i, j = gd.index("i", "m"), gd.index("j", "n")
    f = gd.sum_over(i, (gd.sum_over(j, A[i, j] * x[j]) - b[i]) ** 2) / 2
    assert str(gd.gradient(f, x)) == "Aᵀ(A x − b)"
    assert str(gd.hessian(f, x)) == "AᵀA"


def test_definitions_keep_their_names() -> None:
    w1, w2, b1, y = gd.matrix("W", "h", "d"), gd.row("v", "h"), gd.vector("s", "h"), gd.scalar("y")
    t = gd.vector("t", "d")
    h = gd.define("ŷ", w2 @ (w1 @ t + b1))
    loss = (y - h) ** 2
    assert str(gd.gradient(loss, b1)) == "−2(y − ŷ) vᵀ"
    assert str(gd.gradient(loss, w1)) == "−2(y − ŷ) vᵀtᵀ"


def test_cross_entropy_through_a_named_function() -> None:
    """The chain y/h·h(1−h) − (1−y)/(1−h)·h(1−h) = y − h must come out cancelled, and h must stay h."""
    xs, ys, w, i = gd.family("x", "N", "D"), gd.family("y", "N"), gd.vector("w", "D"), gd.index("i", "N")
    p, q = gd.vector("p", "D"), gd.vector("q", "D")
    h = gd.define("h", 1 / (1 + gd.exp(-((p**2).T @ q))), p, q)
    body = ys[i] * gd.log(h(w, xs[i])) + (1 - ys[i]) * gd.log(1 - h(w, xs[i]))
    gradient = gd.gradient(-gd.sum_over(i, body), w)
    assert str(gradient) == "2 Σᵢ (h(w, xᵢ) − yᵢ)(w ⊙ xᵢ)"


def test_unknown_elementwise_functions_get_a_prime() -> None:
    g = gd.unknown("g")
    assert str(gd.gradient(gd.total(g(x)), x)) == "g′(x)"


def test_order_three_and_four_have_indices() -> None:
    assert gd.text(gd.jacobian(A @ x, A)) == "[δᵢⱼ xₖ]ᵢⱼₖ"
    assert gd.text(gd.jacobian(gd.inv(X), X)) == "[−(X⁻¹)ᵢₖ (X⁻¹)ₗⱼ]ᵢⱼₖₗ"
    assert not gd.is_matrix_form(gd.jacobian(A @ x, A))
    assert gd.is_matrix_form(gd.jacobian(A @ x, x))


def test_a_summed_index_keeps_its_count() -> None:
    """d/dv of the sum of all entries of v·1ᵀ with n columns is n in every entry."""
    f = np.sum(x @ gd.ones("p").T)
    assert str(gd.gradient(f, x)) == "p 𝟏"


def test_deep_and_long_inputs_answer() -> None:
    t: Term = u
    for _ in range(10_000):
        t = t + 1
    assert str(gd.gradient(t, u)) == "1"
    h: Term = x
    for k in range(40):
        h = h + gd.tanh(gd.matrix(f"W{k}", "n", "n") @ h)
    assert gd.gradient(gd.sqnorm(h), x).shape == ("n",)


def test_unknown_functions_of_arrays_follow_the_chain_rule() -> None:
    x, z, w = gd.vector("x", "n"), gd.vector("z", "m"), gd.vector("w", "n")
    a = gd.matrix("A", "m", "n")
    h, g, k = gd.unknown("h", z), gd.unknown("g", z, shape=("k",)), gd.unknown("k", x, w)
    assert str(gd.gradient(h(a @ x), x)) == "Aᵀ∇h(A x)"
    assert str(gd.hessian(h(a @ x), x)) == "Aᵀ∇²h(A x) A"
    assert str(gd.jacobian(g(a @ x), x)) == "J_g(A x) A"
    assert str(gd.gradient(k(x, w), w)) == "∇₂k(x, w)"
    assert str(gd.gradient(k(x, x), x)) == "∇₁k(x, x) + ∇₂k(x, x)"
    with pytest.raises(gd.ShapeError, match="argument 1 of h"):
        h(x)


def test_layers_with_a_bias_for_each_row() -> None:
    """The adjoint of the bias is the sum over rows of the adjoint of the layer: by hand (1/M)(𝟙[Z > 0] ⊙ ((Q − T) Vᵀ))ᵀ 𝟏."""
    p = gd.read(
        r"L = -\frac{1}{M} \sum_{i=1}^M \sum_j T_{ij} \log Q_{ij}; Q = \operatorname{softmax}(G V); G = \max(0, Z); Z = K U + \mathbf{1} q^T",
        given=r"$T \in \mathbb{R}^{M \times C}$ with one-hot rows, $K \in \mathbb{R}^{M \times D}$, $U \in \mathbb{R}^{D \times H}$, "
        r"$V \in \mathbb{R}^{H \times C}$, $q \in \mathbb{R}^H$",
    )
    assert str(p.derivative("q")) == "(1/M)(𝟙[Z > 0] ⊙ ((Q − T) Vᵀ))ᵀ 𝟏"


def test_parts_that_are_used_many_times_are_worked_on_once() -> None:
    """v + v ⊙ v, twelve times over: 2¹² ways, twelve factors."""
    v: Term = x
    for _ in range(12):
        v = v + gd.hadamard(v, v) / 1000
    result = gd.gradient(v.sum(), x)
    start = np.linspace(-0.4, 0.9, 5)
    value, slope = start, np.ones(5)
    for _ in range(12):
        value, slope = value + value**2 / 1000, slope * (1 + value / 500)
    assert np.allclose(result.evaluate(x=start), slope)
