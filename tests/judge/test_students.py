"""What students write: right answers in many forms, and wrong ones with the mistake that was made."""

from __future__ import annotations

import pytest

import gradatim as gd
from judge.questions import PLAIN as Q

RIGHT = [
    ("LS", r"2A^TAx-2A^Tb"),
    ("LS", r"2*A'*(A*x-b)"),
    ("LS", r"2 A^T (A x - b)"),
    ("LS", r"2A.T @ (A@x - b)"),
    ("LS", r"2Aᵀ(Ax − b)"),
    ("LS", r"-2A^T(b-Ax)"),
    ("LS", r"\frac{\partial f}{\partial x_k}=2\sum_i A_{ik}\left(\sum_j A_{ij}x_j-b_i\right)"),
    ("LS", r"2A^Tr,\ r=Ax-b"),
    ("LS", r"\nabla f(x) = 2A^\top(Ax-b)"),
    ("LS", r"2\left[(Ax-b)^TA\right]^T"),
    ("LS", r"A^T(Ax-b)+A^T(Ax-b)"),
    ("LS", r"\nabla_x \|Ax-b\|^2 = \nabla_x (x^TA^TAx-2b^TAx+b^Tb) = 2A^TAx-2A^Tb"),
    ("LS", r"\begin{aligned} r&=Ax-b\\ \nabla f&=2A^Tr\end{aligned}"),
    ("QF", r"(A+A^T)x+b"),
    ("QF", r"Ax+A^Tx+b"),
    ("QF", r"b+A^Tx+Ax"),
    ("QF", r"\sum_j (A_{kj}+A_{jk})x_j+b_k"),
    ("QF", r"(A + A^T) x + b"),
    ("QF", r"2\,\frac{A+A^T}{2}x+b"),
    ("QF", r"2Sx+b, S=\frac12(A+A^T)"),
    ("QF", r"A\mathbf{x} + A^{\top}\mathbf{x}+\mathbf b"),
    ("LIN", r"ab^T"),
    ("LIN", r"a b^T"),
    ("LIN", r"\frac{\partial f}{\partial X_{ij}}=a_ib_j"),
    ("LIN", r"a_i b_j"),
    ("LIN", r"(ba^T)^T"),
    ("LIN", r"a\otimes b^T"),
    ("LIN", r"\mathbf{a}\mathbf{b}^\mathsf{T}"),
    ("LIN", r"np.outer(a, b)"),
    ("TR", r"A^TB^T"),
    ("TR", r"(BA)^T"),
    ("TR", r"\sum_k A_{ki}B_{jk}"),
    ("FRO", r"2A^T(AX-B)"),
    ("FRO", r"2A^TAX-2A^TB"),
    ("FRO", r"2(A^TA)X-2A^TB"),
    ("FRO", r"2A^TE, E=AX-B"),
    ("LD", r"X^{-T}"),
    ("LD", r"(X^{-1})^T"),
    ("LD", r"(X^T)^{-1}"),
    ("LD", r"(X^{-1})_{ji}"),
    ("RID", r"\frac1N\sum_i(w^Tx_i-y_i)x_i+\lambda w"),
    ("RID", r"\frac1N X^T(Xw-y)+\lambda w"),
    ("RID", r"\left(\frac1N X^TX+\lambda I\right)w-\frac1N X^Ty"),
    ("RID", r"\lambda w-\frac1N\sum_{n=1}^N x_n(y_n-x_n^Tw)"),
    ("RID", r"\frac{1}{N} \sum_{i} e_i x_i + \lambda w, \quad e_i = w^T x_i - y_i"),
    ("LOG", r"\sum_i(\sigma(w^Tx_i)-y_i)x_i"),
    ("LOG", r"X^T(\sigma(Xw)-y)"),
    ("LOG", r"X^T(\hat y-y), \hat y=\sigma(Xw)"),
    ("LOG", r"\sum_i\left(\frac1{1+e^{-w^Tx_i}}-y_i\right)x_i"),
    ("LOG", r"-\sum_i x_i(y_i-p_i), p_i=\sigma(w^Tx_i)"),
    ("LOG", r"\sum_{i=1}^N\left(\frac{e^{w^Tx_i}}{1+e^{w^Tx_i}}-y_i\right)x_i"),
    ("SM", r"p-y"),
    ("SM", r"\mathrm{softmax}(z)-y"),
    ("SM", r"\frac{\partial L}{\partial z_j}=p_j-y_j"),
    ("SM", r"\frac{e^{z_j}}{\sum_k e^{z_k}}-y_j"),
    ("NN", r"(W_2^T(W_2\tanh(W_1x)-y)\odot(1-\tanh^2(W_1x)))x^T"),
    ("NN", r"\delta x^T,\ \delta = W_2^Te\odot(1-h^2),\ e=W_2h-y,\ h=\tanh(W_1x)"),
    ("NN", r"\mathrm{diag}(1-\tanh(W_1x)^2)W_2^T(W_2\tanh(W_1x)-y)x^T"),
    ("NN", r"[W_2^T(W_2 h-y)\circ(1-h\circ h)]x^T \text{ with } h=\tanh(W_1x)"),
    ("LSE", r"\mathrm{softmax}(x)"),
    ("LSE", r"\frac{e^{x_j}}{\sum_i e^{x_i}}"),
    ("LSE", r"\frac{\exp(x)}{\mathbf 1^T\exp(x)}"),
    ("LSE", r"\frac{\partial f}{\partial x_k}=\frac{e^{x_k}}{\sum_{i=1}^n e^{x_i}}"),
    ("RAY", r"\frac{2}{x^Tx}(Ax-\frac{x^TAx}{x^Tx}x)"),
    ("RAY", r"\frac{2Ax\,(x^Tx)-2(x^TAx)x}{(x^Tx)^2}"),
    ("RAY", r"\frac{2(Ax-\rho x)}{\|x\|^2},\ \rho=\frac{x^TAx}{x^Tx}"),
    ("INV", r"-X^{-T}ab^TX^{-T}"),
    ("INV", r"-(X^{-1}ba^TX^{-1})^T"),
    ("INV", r"-(X^T)^{-1}ab^T(X^T)^{-1}"),
    ("INV", r"-uv^T, u=X^{-T}a, v=X^{-1}b"),
    ("NRM", r"\frac{x-c}{\|x-c\|}"),
    ("NRM", r"(x-c)/\|x-c\|_2"),
    ("NRM", r"\frac{x_i-c_i}{\sqrt{\sum_j(x_j-c_j)^2}}"),
    ("NRM", r"((x-c)^T(x-c))^{-1/2}(x-c)"),
    ("HAD", r"3a\odot(a\odot x)\odot(a\odot x)"),
    ("HAD", r"3a^3\odot x^2"),
    ("HAD", r"3a_i^3x_i^2"),
    ("HAD", r"3\,\mathrm{diag}(a)^3(x\odot x)"),
    ("QUAD", r"(A+A^T)X"),
    ("QUAD", r"AX+A^TX"),
    ("JAC", r"\mathrm{diag}(1-\tanh^2(Ax))A"),
    ("JAC", r"\left[(1-\tanh(Ax)^{\odot2})\mathbf 1^T\right]\odot A"),
    ("SIG", r"\sigma(a^Tx+b)(1-\sigma(a^Tx+b))a"),
    ("SIG", r"s(1-s)a, s=\sigma(a^Tx+b)"),
    ("SIG", r"\frac{e^{-(a^Tx+b)}}{(1+e^{-(a^Tx+b)})^2}a"),
    ("SCA", r"\frac{e^{au}(au-2)}{u^3}"),
    ("SCA", r"\frac{a e^{au}u^2-2ue^{au}}{u^4}"),
    ("SCA", r"a\frac{e^{au}}{u^2}-2\frac{e^{au}}{u^3}"),
    ("SCA", r"e^(a u) (a u - 2)/u^3"),
    ("GAU", r"\Sigma^{-1}(x-\mu)"),
    ("GAU", r"-\Sigma^{-1}(\mu-x)"),
    ("GAU", r"\frac12(\Sigma^{-1}+\Sigma^{-T})(x-\mu)"),
]

WRONG = [
    ("LIN", r"ba^T", "transpose"),
    ("TR", r"BA", "transpose"),
    ("LD", r"X^{-1}", "transpose"),
    ("LS", r"2A(Ax-b)", "transpose"),
    ("LS", r"2(Ax-b)^TA", "transpose"),
    ("FRO", r"2A(AX-B)", "transpose"),
    ("INV", r"-X^{-1}ab^TX^{-1}", "transpose"),
    ("INV", r"-X^{-T}ba^TX^{-T}", "transpose"),
    ("NN", r"(W_2(W_2\tanh(W_1x)-y)\odot(1-\tanh^2(W_1x)))x^T", "transpose"),
    ("RID", r"\frac1NX(Xw-y)+\lambda w", "transpose"),
    ("TR", r"AB", "transpose"),
    ("LS", r"2A^T(b-Ax)", "sign"),
    ("LS", r"2A^T(Ax+b)", "sign"),
    ("QF", r"(A+A^T)x-b", "sign"),
    ("RID", r"\frac1N\sum_i(y_i-w^Tx_i)x_i+\lambda w", "sign"),
    ("LOG", r"\sum_i(y_i-\sigma(w^Tx_i))x_i", "sign"),
    ("SM", r"y-p", "sign"),
    ("INV", r"X^{-T}ab^TX^{-T}", "sign"),
    ("NRM", r"\frac{c-x}{\|x-c\|}", "sign"),
    ("GAU", r"\Sigma^{-1}(\mu-x)", "sign"),
    ("RID", r"\frac1N\sum_i(w^Tx_i-y_i)x_i-\lambda w", "sign"),
    ("SCA", r"\frac{ae^{au}}{u^2}+\frac{2e^{au}}{u^3}", "sign"),
    ("RAY", r"\frac{2}{x^Tx}(Ax+\frac{x^TAx}{x^Tx}x)", "sign"),
    ("QF", r"(A-A^T)x+b", "sign"),
    ("LS", r"A^T(Ax-b)", "factor"),
    ("LS", r"4A^T(Ax-b)", "factor"),
    ("RID", r"\sum_i(w^Tx_i-y_i)x_i+\lambda w", "factor"),
    ("RID", r"\frac1N\sum_i(w^Tx_i-y_i)x_i+2\lambda w", "factor"),
    ("RID", r"\frac2N\sum_i(w^Tx_i-y_i)x_i+\lambda w", "factor"),
    ("LOG", r"\frac1N\sum_i(\sigma(w^Tx_i)-y_i)x_i", "factor"),
    ("GAU", r"\frac12\Sigma^{-1}(x-\mu)", "factor"),
    ("HAD", r"a\odot(a\odot x)\odot(a\odot x)", "factor"),
    ("NRM", r"\frac{2(x-c)}{\|x-c\|}", "factor"),
    ("RAY", r"\frac{1}{x^Tx}(Ax-\frac{x^TAx}{x^Tx}x)", "factor"),
    ("QF", r"2(A+A^T)x+b", "factor"),
    ("FRO", r"2A^T(AX-2B)", "factor"),
    ("LIN", r"a^Tb", "shape"),
    ("LS", r"2(Ax-b)", "chain-rule"),
    ("LS", r"2\|Ax-b\|A", "shape"),
    ("TR", r"\mathrm{tr}(AB)", "shape"),
    ("QF", r"x^T(A+A^T)x+b", "shape"),
    ("LD", r"\frac{1}{\det X}", "chain-rule"),
    ("FRO", r"2\|AX-B\|", "shape"),
    ("TR", r"B^TA^T", "order"),
    ("QUAD", r"XA+XA^T", "order"),
    ("FRO", r"2(AX-B)A^T", "order"),
    ("INV", r"-X^{-T}X^{-T}ab^T", "order"),
    ("GEN", r"BXA+B^TA^TX", "order"),
    ("NN", r"x^T(W_2^T(W_2\tanh(W_1x)-y)\odot(1-\tanh^2(W_1x)))", "order"),
    ("QF", r"(A+A^T)x", "missing-term"),
    ("QF", r"Ax+b", "missing-term"),
    ("RID", r"\frac1N\sum_i(w^Tx_i-y_i)x_i", "missing-term"),
    ("LS", r"2A^TAx", "missing-term"),
    ("RAY", r"\frac{2Ax}{x^Tx}", "missing-term"),
    ("GEN", r"BXA", "missing-term"),
    ("QUAD", r"AX", "missing-term"),
    ("SCA", r"\frac{ae^{au}}{u^2}", "missing-term"),
    ("LOG", r"\sum_i\sigma(w^Tx_i)x_i", "missing-term"),
    ("SM", r"p", "missing-term"),
    ("RID", r"\frac1N(w^Tx_i-y_i)x_i+\lambda w", "missing-sum"),
    ("LOG", r"(\sigma(w^Tx_i)-y_i)x_i", "missing-sum"),
    ("LSE", r"e^{x}", "chain-rule"),
    ("LOG", r"(\sigma(w^Tx_j)-y_j)x_j", "missing-sum"),
    ("NN", r"(W_2^T(W_2\tanh(W_1x)-y))x^T", "chain-rule"),
    ("SIG", r"\sigma(a^Tx+b)(1-\sigma(a^Tx+b))", "chain-rule"),
    ("SIG", r"\sigma(a^Tx+b)a", "chain-rule"),
    ("JAC", r"\mathrm{diag}(1-\tanh^2(Ax))", "chain-rule"),
    ("HAD", r"3(a\odot x)\odot(a\odot x)", "chain-rule"),
    ("MLP", r"-2(y-W_2\sigma(W_1x))", "chain-rule"),
    ("LSE", r"\frac{1}{\sum_i e^{x_i}}", "chain-rule"),
    ("INV", r"-X^{-T}X^{-T}", "chain-rule"),
    ("SCA", r"\frac{e^{au}u^2-2ue^{au}}{u^4}", "chain-rule"),
    ("JAC", r"(1-\tanh^2(Ax))A", "shape"),
    ("NN", r"W_2^T(W_2\tanh(W_1x)-y)(1-\tanh^2(W_1x))x^T", "product"),
    ("MLP", r"-2(y-W_2\sigma(W_1x))\odot\sigma(W_1x)^T", "product"),
    ("QF", r"2Ax+b", "symmetry"),
    ("QUAD", r"2AX", "symmetry"),
    ("GEN", r"2BXA", "symmetry"),
    ("QF", r"2A^Tx+b", "symmetry"),
    ("RID", r"\frac1N\sum_i(w^Tx_j-y_j)x_i+\lambda w", "index"),
    ("LOG", r"\sum_i(\sigma(w^Tx_k)-y_k)x_i", "index"),
    ("LIN", r"\frac{\partial f}{\partial X_{ij}}=a_jb_i", "transpose"),
    ("LS", r"2\left(\frac{\partial (Ax-b)}{\partial x}\right)^T(Ax-b)", "unfinished"),
    ("NN", r"\frac{\partial L}{\partial W_1}=\frac{\partial L}{\partial h}\frac{\partial h}{\partial W_1}", "unfinished"),
    ("LS", r"r = Ax-b, \frac{\partial f}{\partial r} = 2r", "unfinished"),
    ("SIG", r"\sigma(a^Tx+b)(1-\sigma(a^Tx+b))\frac{\partial}{\partial x}(a^Tx+b)", "unfinished"),
    ("QF", r"(A+A^T)b+x", "other"),
    ("LS", r"0", "other"),
]


@pytest.mark.parametrize(("question", "answer"), RIGHT)
def test_a_right_answer_is_right(question: str, answer: str) -> None:
    of, wrt, given = Q[question]
    v = gd.check(answer, of=of, wrt=wrt, given=given)
    assert v.outcome == "right", v


@pytest.mark.parametrize(("question", "answer", "kind"), WRONG)
def test_a_wrong_answer_is_refused_and_its_kind_told(question: str, answer: str, kind: str) -> None:
    of, wrt, given = Q[question]
    v = gd.check(answer, of=of, wrt=wrt, given=given)
    assert v.outcome not in ("right", "unreadable", "undecided", "blank"), v
    assert v.mistake == kind and v.message and "#" not in v.message, v


@pytest.mark.parametrize(
    "answer",
    [
        "r=Ax-b, 2A^Tr",
        r"r=Ax-b. \nabla f = 2A^Tr",
        r"Let r = Ax-b. Then \nabla f = 2A^T r.",
        "Answer: 2A^T(Ax-b)",
        "the gradient is 2A^T(Ax-b)",
        r"2A^T(Ax-b) \in \mathbb R^n",
        "**2A^T(Ax-b)**",
        "The derivative of f with respect to x is 2A^T(Ax-b)",
        "let r = Ax - b, then the gradient is 2 A^T r",
        r"By the chain rule, \nabla f = 2A^T(Ax-b)",
        "∇f = 2Aᵀr, r = Ax − b, i = 1, …, m",
    ],
)
def test_words_beside_a_formula_are_no_formula(answer: str) -> None:
    of, wrt, given = Q["LS"]
    assert gd.check(answer, of=of, wrt=wrt, given=given).outcome == "right"


@pytest.mark.parametrize(
    ("question", "answer", "outcome"),
    [
        ("SIG", r"\nabla f(x) = f(x)(1-f(x))a", "right"),
        ("RAY", r"2(A-f(x)I)x/(x^Tx)", "right"),
        ("LS", "f(x)=Ax-b, 2A^Tf(x)", "right"),
        ("LS", r"2\sum_{i=1}^m (a_i^Tx-b_i)a_i", "right"),
        ("LS", r"2\sum_{i=1}^m (a_i^Tx-b_i)x", "wrong"),
    ],
)
def test_names_that_everybody_uses(question: str, answer: str, outcome: str) -> None:
    of, wrt, given = Q[question]
    assert gd.check(answer, of=of, wrt=wrt, given=given).outcome == outcome


HESSIAN = r"$\mathbf X\in\mathbb{R}^{m\times d}$, $y_i\in\{0,1\}$, $\mathbf w\in\mathbb{R}^d$ and $\lambda$ is a scalar"
LOGISTIC = r"\mathbf s = \sigma(\mathbf X\mathbf w); J(\mathbf w) = \lambda\|\mathbf w\|_2^2-\sum_{i=1}^m\left(y_i\ln s_i+(1-y_i)\ln(1-s_i)\right)"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"2\lambda I+X^\top\Omega X,\quad \Omega = \operatorname{diag}(s_i(1-s_i))", "right"),
        (r"2\lambda I+X^\top DX,\quad D_{ii} = s_i(1-s_i)", "right"),
        (r"2\lambda I+X^\top\operatorname{diag}(s\odot(1-s))X", "right"),
        (r"H_{jk} = 2\lambda\delta_{jk}+\sum_i s_i(1-s_i)X_{ij}X_{ik}", "right"),
        (r"2\lambda I+X^\top DX,\quad D_{ii} = s_i", "wrong"),
        (r"\lambda I+X^\top DX,\quad D_{ii} = s_i(1-s_i)", "wrong"),
    ],
)
def test_hessians_with_definitions_by_entries(answer: str, outcome: str) -> None:
    v = gd.check(answer, of=gd.read(LOGISTIC, given=HESSIAN), wrt=("w", "w"))
    assert v.outcome == outcome, v


def test_a_size_in_an_exponent_is_a_number_in_an_answer() -> None:
    given = r"Let $\mathbf{X} \in \mathbb{R}^{n \times n}$ and let $k \ge 1$ be an integer."
    assert gd.check(r"k(X^{k-1})^T", of=r"\operatorname{tr}(X^k)", wrt="X", given=given).outcome == "right"
    assert gd.check(r"(k-1)(X^{k-1})^T", of=r"\operatorname{tr}(X^k)", wrt="X", given=given).outcome == "wrong"


def test_the_same_seed_gives_the_same_evidence() -> None:
    asked = {"of": r"\log\|x\|", "wrt": "x", "given": r"$x\in\mathbb R^n$"}
    first, again, other = (gd.check(r"\exp(-\log(x^Tx))x", **asked, seed=s) for s in (5, 5, 6))
    assert first.evidence == again.evidence and "seed 5" in first.evidence and "seed 6" in other.evidence


@pytest.mark.parametrize(
    ("given", "outcome", "condition"),
    [
        (r"$y,z\in\mathbb R^K$", "right under a condition", "the entries of y add up to one"),
        (r"$z\in\mathbb R^K$, $y$ is a one-hot vector", "right", ""),
    ],
)
def test_the_softmax_loss_needs_labels_that_add_up_to_one(given: str, outcome: str, condition: str) -> None:
    of = r"-\sum_k y_k \log \mathrm{softmax}(z)_k"
    v = gd.check(r"p - y,\quad p = \mathrm{softmax}(z)", of=of, wrt="z", given=given)
    assert (v.outcome, v.condition) == (outcome, condition)
    assert gd.check(r"p + y,\quad p = \mathrm{softmax}(z)", of=of, wrt="z", given=given).outcome == "wrong"


CROSS = (
    r"-\sum_k y_k\log p_k, p=\mathrm{softmax}(Wx+b)",
    r"$W\in\mathbb R^{K\times d}$, $x\in\mathbb R^d$, $b\in\mathbb R^K$, $y$ is a one-hot vector",
)
QUADRATIC = (r"\frac12x^TAx+b^Tx", r"$A$ is a symmetric $n\times n$ matrix, $x,b\in\mathbb R^n$")


@pytest.mark.parametrize(
    ("question", "wrt", "answer"),
    [
        (CROSS, "b", r"The gradient is $p-y$, since $\mathbf 1^\top y=1$ and $p$ is a probability vector."),
        (CROSS, "W", r"$(p-y)x^\top$ (the outer product, of shape $K \times d$)"),
        (CROSS, "x", r"$W^\top(p-y)$. Here $p=\mathrm{softmax}(Wx+b)$."),
        (CROSS, "x", r"$W^\top(p-y) \in \mathbb{R}^d$"),
        (QUADRATIC, "x", r"$Ax+b$, where $A$ is symmetric."),
        (QUADRATIC, "x", r"Since $A=A^T$, the gradient is $Ax+b$."),
        (QUADRATIC, "x", r"$Au+b$ where $u=x$"),
        (QUADRATIC, "x", r"$\nabla f = Ax+b$ (as $A$ is symmetric)"),
        (QUADRATIC, "x", r"We have $f = \frac12x^TAx+b^Tx$. So $\nabla f=\frac12(A+A^T)x+b$, in short form $Ax+b$."),
    ],
)
def test_a_formula_that_explains_another_is_not_the_answer(question: tuple[str, str], wrt: str, answer: str) -> None:
    assert gd.check(answer, of=question[0], wrt=wrt, given=question[1]).outcome == "right"


@pytest.mark.parametrize(
    ("answer", "of", "outcome"),
    [
        (r"2 Y^{-1} - Y^{-1} \circ I", r"\log\det Y", "right under a condition"),
        (r"Y^{-1}", r"\log\det Y", "right"),
        (r"Y^{-1} \circ I", r"\log\det Y", "wrong"),
        (r"\frac12(x y^T + y x^T)", "x^T Y y", "right under a condition"),
        (r"2xy^T", "x^T Y y", "wrong"),
    ],
)
def test_a_symmetric_variable_has_two_derivatives_more(answer: str, of: str, outcome: str) -> None:
    v = gd.check(answer, of=of, wrt="Y", given="Y is symmetric, x, y vectors")
    assert v.outcome == outcome, v
    assert ("symmetric matrix" in v.condition) == (outcome == "right under a condition")


@pytest.mark.parametrize(
    ("answer", "outcome"), [("g'(a^Tx)a", "right"), ("2g'(a^Tx)a", "wrong"), ("g'(a^Tx)x", "wrong"), ("h'(a^Tx)a", "unreadable")]
)
def test_the_slope_of_an_unknown_function(answer: str, outcome: str) -> None:
    assert gd.check(answer, of="g(a^T x)", wrt="x", given="g is a function, a and x are vectors").outcome == outcome
