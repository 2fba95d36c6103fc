"""What people write around an answer: words, remarks, differentials, equations set to zero, answers crossed out."""

from __future__ import annotations

import pytest

import gradatim as gd

SQUARES = (r"f(x)=\|Ax-b\|^2", "x", r"$A\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$, $b\in\mathbb{R}^m$")
QUADRATIC = (r"f(x)=\frac12x^TAx+b^Tx", "x", r"$A$ symmetric $n\times n$, $b,x\in\mathbb{R}^n$")
SOFTMAX = (
    r"p=\mathrm{softmax}(Wx+b); L=-\sum_k y_k\log p_k",
    "W",
    r"$W\in\mathbb{R}^{K\times d}$, $b,y\in\mathbb{R}^K$, $x\in\mathbb{R}^d$, $y$ one-hot",
)
LOGDET = (r"f(X)=\log\det X", "X", r"$X$ invertible $n\times n$")
SQUARED_SUM = (r"f(x)=\left(\sum_{i=1}^n x_i\right)^2", "x", r"$x\in\mathbb{R}^n$")
COMPOSED = (r"f(x)=g(a^Tx)", "x", r"$g:\mathbb{R}\to\mathbb{R}$ is differentiable, $a,x\in\mathbb{R}^n$")
HINGE = (r"\max(0,w^Tx+c)", "w", "w, x vectors, c scalar")
SAID = [
    (QUADRATIC, r"$Ax+b$, where $A$ is symmetric.", "right"),
    (QUADRATIC, r"Since $A$ is symmetric, $Ax+b$.", "right"),
    (QUADRATIC, r"$f$ is quadratic. As $A=A^T$, $Ax+b$", "right"),
    (QUADRATIC, r"Ax + b (using A = A^T)", "right"),
    (QUADRATIC, r"$$\nabla f = \underbrace{Ax}_{\text{quadratic}} + b$$", "right"),
    (QUADRATIC, r"$\nabla f(x)^T = x^TA+b^T$", "right"),
    (QUADRATIC, r"$\nabla f(x)^T = x^TA-b^T$", "wrong"),
    (QUADRATIC, r"grad f(x) = A x + b", "right"),
    (QUADRATIC, r"$Ax+b$. The Hessian is $A$, which is positive definite if $\lambda_{\min}>0$.", "right"),
    (SOFTMAX, r"$(p-y)x^T$; it has rank $1$.", "right"),
    (SOFTMAX, r"$(p-y)x^T$ (dimension check: $(K\times1)(1\times d)=K\times d$)", "right"),
    (SOFTMAX, r"(p - y)x^T, where p = softmax(Wx + b) is the vector of predicted probabilities.", "right"),
    (SOFTMAX, r"$$\boxed{\nabla_W L = (p-y)x^\top}$$ This is the error times the input.", "right"),
    (SOFTMAX, r"$(p-y)x^T \in \mathbb{R}^{K\times d}$", "right"),
    (SQUARES, r"$\nabla f = 2A^T(Ax-b) \stackrel{!}{=} 0$", "right"),
    (SQUARES, r"$\nabla f = A^T(Ax-b) = 0 \Rightarrow x = (A^TA)^{-1}A^Tb$", "wrong"),
    (SQUARES, r"$0$", "wrong"),
    (SQUARES, r"$2A^T(Ax-b)$ ~~$2A(Ax-b)$~~", "right"),
    (SQUARES, r"$2A^T(Ax-b)$ or $A^T(Ax-b)$", "undecided"),
    (SQUARES, r"$2A^T(Ax-b)$, or equivalently $2A^TAx-2A^Tb$", "right"),
    (SQUARES, "$A^T(Ax-b)$\n\n$2A^T(Ax-b)$\n\n$A^T(Ax-b)$", "undecided"),
    (LOGDET, r"$df = \mathrm{tr}(X^{-1}dX)$, thus $X^{-T}$", "right"),
    (LOGDET, r"$df = \mathrm{tr}(X^{-1}dX)$", "incomplete"),
    (LOGDET, r"$df = \mathrm{tr}(X^{-T}dX)$", "wrong"),
    (SQUARED_SUM, r"2(\sum_i x_i)\mathbf{1}", "right"),
    (SQUARED_SUM, r"$\frac{\partial f}{\partial x_k}=2\sum_i x_i$", "right"),
    (SQUARED_SUM, r"$\frac{\partial f}{\partial x_k}=\sum_i x_i$", "wrong"),
    (COMPOSED, r"With $t=a^Tx$: $\frac{dg}{dt}a$", "right"),
    (HINGE, r"\begin{cases} x & \text{if } w^Tx+c>0\\ 0 & \text{otherwise}\end{cases}", "right"),
    (HINGE, r"\begin{cases} -x & \text{if } w^Tx+c>0\\ 0 & \text{otherwise}\end{cases}", "wrong"),
    (HINGE, r"$x$ if $w^Tx+c>0$ and $0$ otherwise", "right"),
    (QUADRATIC, "no idea", "blank"),
    (QUADRATIC, "I don't know how to do this.", "blank"),
    (QUADRATIC, "(blank)", "blank"),
    (QUADRATIC, "see 2", "unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answer", "outcome"), SAID, ids=[a for _, a, _ in SAID])
def test_what_stands_around_an_answer(question: tuple[str, str, str], answer: str, outcome: str) -> None:
    of, wrt, given = question
    v = gd.check(answer, of=of, wrt=wrt, given=given)
    assert v.outcome == outcome, v.message


def test_a_slip_in_a_differential_is_one_slip() -> None:
    of, wrt, given = SQUARES
    text = "$$df = (A\\,dx)^T(Ax-b) + (Ax-b)^TA\\,dx = (Ax-b)^T A\\,dx$$\n$$\\nabla f=A^T(Ax-b)$$"
    v = gd.check(text, of=of, wrt=wrt, given=given)
    assert v.derivation == "slip" and [line.state for line in v.lines] == ["slip", "follows"]


def test_the_entries_of_a_function_given_by_entries() -> None:
    given = r"Let $S \in \mathbb{R}^{m \times n}$ and let $P$ be the row-wise softmax of $S$."
    of = r"P_{ij} = \frac{e^{S_{ij}}}{\sum_k e^{S_{ik}}}"
    for answer, outcome in ((r"\delta_{ik}P_{ij}(\delta_{jl} - P_{il})", "right"), (r"\delta_{ik}P_{ij}(1 - P_{il})", "wrong")):
        assert gd.check(answer, of=of, wrt="S", given=given).outcome == outcome


def test_indices_that_are_compared() -> None:
    given = r"$z\in\mathbb{R}^K$, $p=\mathrm{softmax}(z)$"
    cases = r"\begin{cases}p_i(1-p_i)&i=j\\-p_ip_j&i\ne j\end{cases}"
    for answer in (r"p_i(1\{i=j\}-p_j)", r"\frac{\partial p_i}{\partial z_j}=" + cases):
        assert gd.check(answer, of=r"\mathrm{softmax}(z)", wrt="z", given=given).outcome == "right"


def test_a_product_that_had_to_be_entrywise() -> None:
    of, given = (
        r"h=\tanh(Wx+b); L=\frac12\|Vh-y\|^2",
        r"$W\in\mathbb{R}^{h\times d}$, $V\in\mathbb{R}^{k\times h}$, $x\in\mathbb{R}^d$, $b$ and $y$ vectors",
    )
    v = gd.check(r"$V^T(Vh-y)(1-h^2)x^T$", of=of, wrt="W", given=given)
    assert (v.outcome, v.mistake) == ("wrong", "product") and "entry by entry" in v.message
    right = r"$\left(V^T(Vh-y)\odot\operatorname{sech}^2(Wx+b)\right)x^T$"
    assert gd.check(right, of=of, wrt="W", given=given).right


def test_a_chain_of_rows_and_columns_is_no_entrywise_product() -> None:
    v = gd.check(r"2(x^Tx)x^Tx", of=r"\|x\|^4", wrt="x", given=r"$x\in\mathbb{R}^n$")
    assert v.outcome == "wrong" and v.mistake != "product"


def test_a_term_is_an_answer() -> None:
    a, x = gd.matrix("A", "n", "n"), gd.vector("x", "n")
    f = x.T @ a @ x
    assert gd.check(a @ x + a.T @ x, of=f, wrt=x).right
    assert gd.check(2 * a @ x, of=f, wrt=x).outcome == "right under a condition"
    assert gd.check(a @ x, of=f, wrt=x).mistake == "missing-term"
    with pytest.raises(gd.GradatimError):
        gd.check(a @ x)


ACTIVATION = (r"L=(v^T h - y)^2; h=\tanh(z)", "z", r"$z, v \in \mathbb{R}^k$, $y$ is a scalar")
PRODUCTS = [
    ("dL/dz = 2 (v^T h - y) v (1 - h^2) elementwise", "right"),
    ("2 (v^T h - y) v * (1 - h^2) (elementwise)", "right"),
    ("2 (v^T h - y) v * (1 - h^2), where * is elementwise", "right"),
    ("$2 (v^T h - y) v (1 - h^2)$ where products are elementwise", "right"),
    ("$2 (v^T h - y) v (1 - h^2)$ where tanh is applied elementwise", "wrong"),
    ("v (1 - h^2) elementwise", "wrong"),
    ("dL/dz = dL/dh ⊙ (1 - h^2), i.e. 2 (v^T h - y) v ⊙ (1 - h ⊙ h)", "right"),
    ("2 (v^T h - y) v ⊙ (1 - h ⊙ h), i.e. the entrywise product", "right"),
    (r"$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial h} \odot (1-h^2)$, i.e. $2(v^Th-y)v\odot(1-h^2)$", "right"),
    (
        r"$\frac{\partial L}{\partial z} = \frac{\partial L}{\partial h} \odot (1-h^2)$, i.e. $2(v^Th-y)\odot(1-h^2)$",
        "incomplete",
    ),
]


@pytest.mark.parametrize(("answer", "outcome"), PRODUCTS)
def test_a_writer_says_how_products_are_meant_and_what_that_is(answer: str, outcome: str) -> None:
    function, wrt, given = ACTIVATION
    assert gd.check(answer, of=function, wrt=wrt, given=given).outcome == outcome


@pytest.mark.parametrize("answer", ["no idea, sorry", "sorry, no idea", "I ran out of time, sorry!"])
def test_an_apology_is_no_answer(answer: str) -> None:
    assert gd.check(answer, of=SQUARES[0], wrt=SQUARES[1], given=SQUARES[2]).outcome == "blank"


MARGIN = (r"H(w) = \max(0, 1 - y w^T x)", "w", r"$w, x \in \mathbb{R}^d$, $y$ is a scalar")
SIDES = [
    (r"-y x", "right under a condition"),
    (r"-y x if y w^T x < 1, 0 otherwise", "right"),
    (r"-yx when y w^T x < 1 else 0", "right"),
    (r"$-yx$ if $y w^Tx < 1$ and $0$ otherwise", "right"),
    (r"$\nabla H = -yx$ when $1 - y w^Tx > 0$, zero otherwise.", "right"),
    (r"$-yx$ if $y w^Tx > 1$ and $0$ otherwise", "undecided"),
    (r"$yx$ if $y w^Tx < 1$ and $0$ otherwise", "undecided"),
    (r"y x", "wrong"),
]


@pytest.mark.parametrize(("answer", "outcome"), SIDES)
def test_both_sides_of_a_kink_or_one(answer: str, outcome: str) -> None:
    """∇ max(0, t) is ∇t where t > 0, and 0 where t < 0."""
    function, wrt, given = MARGIN
    assert gd.check(answer, of=function, wrt=wrt, given=given).outcome == outcome


BOLD = r"$\mathbf{X} \in \mathbb{R}^{n\times d}$, $\mathbf{y} \in \mathbb{R}^n$, $\mathbf{w} \in \mathbb{R}^d$, $\mathbf{C}$ is a diagonal $n \times n$ matrix"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"2\sum_i c_i (\mathbf{w}^T\mathbf{x}_i - y_i)\mathbf{x}_i", "right"),
        (r"2\sum_i c_{ii} (\mathbf{w}^T\mathbf{x}_i - y_i)\mathbf{x}_i", "right"),
        (r"2\sum_i c_i^2 (\mathbf{w}^T\mathbf{x}_i - y_i)\mathbf{x}_i", "wrong"),
    ],
)
def test_rows_and_weights_in_the_style_of_their_matrices(answer: str, outcome: str) -> None:
    """(Xw − y)ᵀC(Xw − y) = Σ cᵢ (wᵀxᵢ − yᵢ)² with the rows xᵢᵀ of X and the diagonal entries cᵢ of C."""
    function = r"(\mathbf{X}\mathbf{w} - \mathbf{y})^\top \mathbf{C} (\mathbf{X}\mathbf{w} - \mathbf{y})"
    assert gd.check(answer, of=function, wrt="w", given=BOLD).outcome == outcome


NEURON = (
    r"a = \phi(w^\top x + \beta); \phi(t) = t\,\sigma(t); \sigma(t) = \frac{1}{1+e^{-t}}",
    "w",
    r"$w, x \in \mathbb{R}^d$, $\beta$ is a scalar",
)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"\phi'(w^\top x + \beta) x", "incomplete"),
        (r"\phi'(t) = \sigma(t) + t\sigma(t)(1-\sigma(t)), \frac{\partial a}{\partial w} = \phi'(w^\top x + \beta) x", "right"),
        (r"\phi'(w^\top x + \beta) w", "wrong"),
    ],
)
def test_the_slope_of_a_defined_function_is_worked_out_or_still_to_do(answer: str, outcome: str) -> None:
    function, wrt, given = NEURON
    assert gd.check(answer, of=function, wrt=wrt, given=given).outcome == outcome


CALLED = (
    r"L = -\left(y \log(h(x)) + (1-y) \log(1-h(x))\right); h(x) = \frac{1}{1+e^{-(w^{T}x+b)}}",
    "w",
    r"$w, x \in \mathbb{R}^n$; $b$ and $y$ are scalars",
)


@pytest.mark.parametrize(
    ("answer", "kind"), [("(h(w) - y)x", None), ("(y - h(w))x", "sign"), ("(h(x) - y)x", None), ("(h(w) - y)w", "other")]
)
def test_the_h_of_x_seen_as_a_function_of_w(answer: str, kind: str | None) -> None:
    function, wrt, given = CALLED
    verdict = gd.check(answer, of=function, wrt=wrt, given=given)
    assert (verdict.outcome == "right") == (kind is None) and (kind in (None, "other") or verdict.mistake == kind)
