"""Derivations as students write them on paper: prose between the lines, chains in symbols, one early mistake carried on, and zeros."""

from __future__ import annotations

import pytest

import gradatim as gd
from judge.questions import STATED as Q

WRITTEN: list[tuple[str, str, str, int | None, str]] = [
    (
        "LS",
        r"""$f(x) = \frac12 (Ax-b)^T(Ax-b) = \frac12 (x^TA^TAx - x^TA^Tb - b^TAx + b^Tb)$
Since $b^TAx$ is a scalar, $b^TAx = x^TA^Tb$.
$\Rightarrow f(x) = \frac12 x^TA^TAx - b^TAx + \frac12 b^Tb$
$\Rightarrow \nabla f(x) = A^TAx - A^Tb$
Setting to zero: $A^TAx = A^Tb \Rightarrow x = (A^TA)^{-1}A^Tb$""",
        "holds",
        None,
        "right",
    ),
    (
        "LS",
        r"""\begin{align*}
df &= (Ax-b)^T d(Ax-b) \\
   &= (Ax-b)^T A\,dx \\
\Rightarrow \nabla f &= A^T(Ax-b)
\end{align*}""",
        "holds",
        None,
        "right",
    ),
    (
        "RIDGE",
        r"""\begin{aligned}
J(w) &= (Xw-y)^T(Xw-y) + \lambda w^Tw \\
&= w^TX^TXw - 2y^TXw + y^Ty + \lambda w^Tw \\
\nabla_w J &= 2X^TXw - 2X^Ty + 2\lambda w \\
&= 2(X^TX+\lambda I)w - 2X^Ty
\end{aligned}
Setting this to 0 gives $w^* = (X^TX+\lambda I)^{-1}X^Ty$.""",
        "holds",
        None,
        "right",
    ),
    (
        "NN",
        r"""$\frac{\partial L}{\partial \hat y} = \hat y - y$
$\frac{\partial \hat y}{\partial h} = w_2$
$\frac{\partial h}{\partial z} = h \odot (1-h)$
$\frac{\partial L}{\partial z} = (\hat y-y) w_2 \odot h \odot (1-h)$
$\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial z} x^T = (\hat y - y) (w_2\odot h\odot(1-h)) x^T$""",
        "holds",
        None,
        "right",
    ),
    (
        "LD",
        r"""$d f = \mathrm{tr}(X^{-1}dX) - \mathrm{tr}(X^{-1}dX X^{-1}S) = \mathrm{tr}\left((X^{-1} - X^{-1}SX^{-1})dX\right)$
$\nabla f = X^{-1}-X^{-1}SX^{-1}$
Setting the gradient to zero we get $X = S$.""",
        "holds",
        None,
        "right",
    ),
    (
        "RAY",
        r"""Let $u = x^TAx$ and $v = x^Tx$. Then $\nabla u = 2Ax$, $\nabla v = 2x$.
Quotient rule: $\nabla R = \frac{v\nabla u - u\nabla v}{v^2} = \frac{2Ax (x^Tx) - 2(x^TAx)x}{(x^Tx)^2} = \frac{2}{x^Tx}(Ax - R(x)x)$""",
        "holds",
        None,
        "right",
    ),
    (
        "GSIG",
        r"""$\frac{d\ell}{d\sigma} = -\frac{N}{\sigma} + \frac{1}{\sigma^3}\sum_i (x_i-\mu)^2 = 0 \Rightarrow \sigma^2 = \frac1N\sum_i(x_i-\mu)^2$""",
        "none",
        None,
        "right",
    ),
    (
        "HESS",
        r"""$\nabla f = -\sum_i y_i \sigma(-y_iw^Tx_i) x_i$
$\nabla^2 f = \sum_i y_i^2\sigma(y_iw^Tx_i)\sigma(-y_iw^Tx_i)x_ix_i^T = \sum_i \sigma(y_iw^Tx_i)(1-\sigma(y_iw^Tx_i))x_ix_i^T$""",
        "holds",
        None,
        "right",
    ),
    (
        "INV",
        r"""Since $XX^{-1}=I$, $dX X^{-1} + X dX^{-1} = 0$, so $dX^{-1} = -X^{-1}dX X^{-1}$. Hence
$df = -a^TX^{-1}dXX^{-1}b = -\mathrm{tr}(X^{-1}ba^TX^{-1}dX)$ and
$\nabla f = -X^{-T}ab^TX^{-T}$.""",
        "holds",
        None,
        "right",
    ),
    (
        "HAD",
        r"""$f = \sum_i (a_ix_i-b_i)^2$, $\frac{\partial f}{\partial x_i} = 2a_i(a_ix_i-b_i)$, so $\nabla f = 2a\odot(a\odot x-b)$""",
        "holds",
        None,
        "right",
    ),
    (
        "LS",
        r"""Let $r = Ax - b$. Then $f = \frac12 r^Tr$, so
$$\frac{\partial f}{\partial r} = r, \quad \frac{\partial r}{\partial x} = A.$$
By the chain rule
$$\nabla_x f = A r = A(Ax-b).$$""",
        "slip",
        5,
        "wrong",
    ),
    (
        "LS",
        r"""$f(x) = \frac12 (Ax-b)^T(Ax-b) = \frac12 (x^TA^TAx - 2b^TAx - b^Tb)$
$\Rightarrow \nabla f(x) = A^TAx - A^Tb$""",
        "slip",
        1,
        "right",
    ),
    (
        "LS",
        r"""$f(x) = \frac12 x^TA^TAx - b^TAx + \frac12 b^Tb$
$\nabla f(x) = 2A^TAx - A^Tb$
Setting to zero: $2A^TAx = A^Tb \Rightarrow x = \frac12(A^TA)^{-1}A^Tb$""",
        "slip",
        2,
        "wrong",
    ),
    (
        "RIDGE",
        r"""\begin{aligned}
J(w) &= w^TX^TXw - 2y^TXw + y^Ty + \lambda w^Tw \\
\nabla_w J &= 2X^TXw - 2X^Ty + \lambda w \\
&= (2X^TX+\lambda I)w - 2X^Ty
\end{aligned}
so $w^* = (2X^TX+\lambda I)^{-1}2X^Ty$.""",
        "slip",
        2,
        "wrong",
    ),
    (
        "RIDGE",
        r"""\begin{aligned}
J(w) &= w^TX^TXw - 2y^TXw + y^Ty + \lambda w^Tw \\
\nabla_w J &= 2X^TXw - 2X^Ty + 2\lambda w \\
&= 2(X^TX+\lambda)w - 2X^Ty
\end{aligned}""",
        "slip",
        3,
        "wrong",
    ),
    (
        "NNb",
        r"""dL/d\hat y = \hat y - y
dL/dh = (\hat y - y) w_2
dL/dz = (\hat y - y) w_2 h (1-h)
dL/db_1 = (\hat y - y) w_2 h (1-h)""",
        "slip",
        3,
        "wrong",
    ),
    (
        "RAY",
        r"""Let $u = x^TAx$ and $v = x^Tx$. Then $\nabla u = Ax$, $\nabla v = 2x$.
$\nabla R = \frac{v\nabla u - u\nabla v}{v^2} = \frac{Ax (x^Tx) - 2(x^TAx)x}{(x^Tx)^2}$""",
        "slip",
        3,
        "wrong",
    ),
    (
        "NORM",
        r"""$f = u^{1/2}$ with $u = (x-a)^T(x-a)$
$\frac{df}{du} = \frac12 u^{-1/2}$, $\nabla u = (x-a)$
$\nabla f = \frac{1}{2\sqrt u}(x-a) = \frac{x-a}{2\|x-a\|}$""",
        "slip",
        3,
        "wrong",
    ),
    (
        "MF",
        r"""$E = M - UV^T$, $df = 2\mathrm{tr}(E^TdE)$, $dE = dU V^T$,
$df = 2\mathrm{tr}(E^T dU V^T) = 2\mathrm{tr}(V^TE^TdU)$
$\frac{\partial f}{\partial U} = 2EV$""",
        "slip",
        3,
        "wrong",
    ),
    (
        "EXPQ",
        r"""$u = -\frac12x^TAx$, $\frac{\partial u}{\partial x} = -\frac12 Ax$, $\frac{df}{du} = e^u$, so $\nabla f = -\frac12e^{-\frac12x^TAx}Ax$""",
        "slip",
        2,
        "wrong",
    ),
    (
        "NN",
        r"""By the chain rule
$$\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial \hat y}\frac{\partial \hat y}{\partial h}\frac{\partial h}{\partial z}\frac{\partial z}{\partial W_1}$$
where $\frac{\partial L}{\partial \hat y} = \hat y-y$, $\frac{\partial \hat y}{\partial h}=w_2^T$, $\frac{\partial h}{\partial z}=\mathrm{diag}(h\odot(1-h))$. Hence
$$\frac{\partial L}{\partial W_1} = (\hat y-y)(w_2\odot h\odot(1-h))x^T$$""",
        "holds",
        None,
        "right",
    ),
    (
        "W2",
        r"""\begin{align*}
\frac{\partial L}{\partial o} &= o - t \\
\frac{\partial L}{\partial h} &= W_2^T \frac{\partial L}{\partial o} = W_2^T(o-t) \\
\frac{\partial L}{\partial z} &= \frac{\partial L}{\partial h} \odot \frac{\partial h}{\partial z} = W_2^T(o-t)\odot(1-h^2) \\
\frac{\partial L}{\partial W_1} &= \frac{\partial L}{\partial z} x^T
\end{align*}""",
        "holds",
        None,
        "incomplete",
    ),
    (
        "W2",
        r"""\begin{align*}
\delta_2 := \frac{\partial L}{\partial o} &= t-o \\
\delta_1 := \frac{\partial L}{\partial z} &= (W_2^T\delta_2)\odot(1-h\odot h) \\
\nabla_{W_1}L &= \delta_1 x^T
\end{align*}""",
        "slip",
        1,
        "wrong",
    ),
    (
        "W2",
        r"""$\frac{\partial L}{\partial z_j} = \sum_k \frac{\partial L}{\partial o_k}\frac{\partial o_k}{\partial h_j}\frac{\partial h_j}{\partial z_j} = \sum_k (o_k-t_k)(W_2)_{kj}(1-h_j^2)$
$\frac{\partial L}{\partial (W_1)_{ij}} = \frac{\partial L}{\partial z_i}x_j$""",
        "holds",
        None,
        "incomplete",
    ),
    (
        "HES2",
        r"""$\nabla f(x) = \frac12Ax + e^{b^Tx}b$
$\nabla^2 f(x) = \frac12A + e^{b^Tx}bb^T$""",
        "slip",
        1,
        "wrong",
    ),
    (
        "SVM",
        r"""$\nabla J = \lambda w - 2\sum_i (1-y_iw^Tx_i)y_ix_i = \lambda w - 2\sum_i(y_i - w^Tx_i)x_i$ since $y_i^2=1$""",
        "holds",
        None,
        "right",
    ),
    (
        "CE",
        r"""First note $h'(z) = h(1-h)$, i.e. $\nabla_\theta h(x_i) = h(x_i)(1-h(x_i))x_i$. Then
\begin{align*}
\nabla_\theta J &= -\frac1m\sum_{i=1}^m \left[\frac{y_i}{h(x_i)} - \frac{1-y_i}{1-h(x_i)}\right]\nabla_\theta h(x_i)\\
&= -\frac1m\sum_{i=1}^m \left[\frac{y_i}{h(x_i)} - \frac{1-y_i}{1-h(x_i)}\right]h(x_i)(1-h(x_i))x_i\\
&= -\frac1m\sum_{i=1}^m [y_i(1-h(x_i)) - (1-y_i)h(x_i)]x_i\\
&= \frac1m\sum_{i=1}^m (h(x_i)-y_i)x_i
\end{align*}""",
        "gap",
        None,
        "right",
    ),
    (
        "CE",
        r"""\begin{align*}
\nabla_\theta J &= -\frac1m\sum_{i=1}^m \left[\frac{y_i}{h(x_i)} - \frac{1-y_i}{1-h(x_i)}\right]h(x_i)(1-h(x_i))x_i\\
&= -\frac1m\sum_{i=1}^m [y_i(1-h(x_i)) - (1-y_i)h(x_i)]x_i\\
&= -\frac1m\sum_{i=1}^m (h(x_i)-y_i)x_i
\end{align*}""",
        "slip",
        3,
        "wrong",
    ),
    (
        "EXP",
        r"""Product rule: $\nabla f = \nabla(x^Tx)\, e^{-a^Tx} + x^Tx\nabla e^{-a^Tx} = 2xe^{-a^Tx} - \|x\|^2e^{-a^Tx}a = e^{-a^Tx}(2x-\|x\|^2a)$""",
        "holds",
        None,
        "right",
    ),
    (
        "EXP",
        r"""let u = x^Tx and v = exp(-a^Tx)
grad u = 2x
grad v = -v a
grad f = v grad u + u grad v = 2 v x - u v a""",
        "holds",
        None,
        "right",
    ),
    (
        "LS",
        r"""Let's write r = Ax - b so f = 1/2 r'r
df/dr = r
dr/dx = A
df/dx = A' r = A'(Ax - b)""",
        "holds",
        None,
        "right",
    ),
    (
        "LSE",
        r"""Let $s = \sum_i \exp(a_i^Tx+b_i)$. $\nabla s = \sum_i \exp(a_i^Tx+b_i)$. $\nabla f = \frac{\nabla s}{s} = 1$""",
        "slip",
        2,
        "wrong",
    ),
    (
        "FRO",
        r"""$\frac{\partial f}{\partial W} = 2(XW-Y)\frac{\partial (XW-Y)}{\partial W} = 2X^T(XW-Y)$""",
        "holds",
        None,
        "right",
    ),
    (
        "GSIG",
        r"""\begin{aligned}
\frac{\partial \ell}{\partial \sigma} &= -\frac N\sigma - \frac12\sum_i(x_i-\mu)^2\cdot(-2)\sigma^{-3} \\
&= -\frac N\sigma + \sigma^{-3}\sum_i(x_i-\mu)^2
\end{aligned}
Setting equal to 0 and solving, $\hat\sigma^2 = \frac1N\sum_i(x_i-\mu)^2$.""",
        "holds",
        None,
        "right",
    ),
]


@pytest.mark.parametrize(("question", "text", "derivation", "first", "outcome"), WRITTEN)
def test_what_students_write(question: str, text: str, derivation: str, first: int | None, outcome: str) -> None:
    of, wrt, given = Q[question]
    v = gd.check(text, of=of, wrt=wrt, given=given)
    assert (v.derivation, v.first_wrong_line, v.outcome) == (derivation, first, outcome), [(x.state, x.message) for x in v.lines]
    # One mistake was made: what comes of it is not wrong again.
    assert sum(line.state == "slip" for line in v.lines) == (first is not None)


def test_labels_of_two_signs_have_squares_of_one() -> None:
    of, given = r"\sum_{i=1}^N (y_i-w^Tx_i)^2", r"$w,x_i\in\mathbb R^d$, "
    answer = r"-2\sum_i y_i^3x_i + 2\sum_i (w^Tx_i)x_i"
    assert gd.check(answer, of=of, wrt="w", given=given + r"$y_i\in\{-1,1\}$").outcome == "right"
    assert gd.check(answer, of=of, wrt="w", given=given + r"$y_i\in\mathbb R$").outcome != "right"


def test_a_symbolic_chain_is_not_judged_and_says_why() -> None:
    of, wrt, given = Q["NN"]
    text = r"\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial h}\frac{\partial h}{\partial W_1}"
    v = gd.check(
        text + "\n\n" + r"\frac{\partial L}{\partial W_1} = (\hat y-y)(w_2\odot h\odot(1-h))x^T", of=of, wrt=wrt, given=given
    )
    assert v.lines[0].state == "not judged" and "chain rule" in v.lines[0].message and v.outcome == "right"


def test_an_answer_by_names_alone() -> None:
    """The bars of backpropagation: every line gives a name, and the name that no line uses is the answer."""
    of, wrt, given = Q["NN"]
    text = "\n".join(
        [
            r"$z = W_1x+b_1$, $h=\sigma(z)$, $\hat y = w_2^Th$.",
            r"$\bar{y} = \hat y - y$",
            r"$\bar h = w_2\bar y$",
            r"$\bar z = \bar h\odot h\odot(1-h)$",
            r"$\bar W_1 = \bar z x^T$",
        ]
    )
    assert gd.check(text, of=of, wrt=wrt, given=given).right
    assert not gd.check(text.replace(r"\bar z x^T", r"\bar h x^T"), of=of, wrt=wrt, given=given).right


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"$(A+A^T)Ex$, where $E$ is the identity matrix", "right"),
        (r"$(A+A^T)Ex$ ($E$ is the $n\times n$ identity)", "right"),
        (r"$2AEx$, where $E$ is the identity matrix", "right under a condition"),
        (r"\Re\left((A+A^T)x\right)", "right"),
        (r"(A+A^T)x \text{ if } x\neq 0", "right"),
        (r"(A+A^T)x \text{ (for every } x)", "right"),
        (r"\begin{split} \nabla f &= (A+A^T)x\\ &\overset{!}{=}0 \end{split}", "right"),
    ],
)
def test_what_stands_beside_an_answer(answer: str, outcome: str) -> None:
    given = r"$A\in\mathbb R^{n\times n}$, $x\in\mathbb R^n$"
    assert gd.check(answer, of="x^TAx", wrt="x", given=given).outcome == outcome


def test_an_entry_of_a_matrix_by_an_entry_is_the_question() -> None:
    given = r"$A\in\mathbb R^{p\times m}$, $X\in\mathbb R^{m\times n}$, $B\in\mathbb R^{n\times q}$"
    right = r"\frac{\partial (AXB)_{ij}}{\partial X_{kl}}=A_{ik}B_{lj}"
    assert gd.check(right, of="AXB", wrt="X", given=given).right
    assert gd.check(right.replace("A_{ik}B_{lj}", "2A_{ik}B_{lj}"), of="AXB", wrt="X", given=given).mistake == "factor"
    assert gd.check(right.replace("A_{ik}B_{lj}", "A_{il}B_{kj}"), of="AXB", wrt="X", given=given).wrong


def test_a_sum_whose_body_begins_with_a_minus() -> None:
    given = r"$w,x_i\in\mathbb R^d$, $y_i\in\{-1,1\}$, $\sigma$ is the sigmoid"
    of = r"\sum_{i=1}^N\log(1+e^{-y_iw^Tx_i})"
    assert gd.check(r"\sum_i -y_i\sigma(-y_iw^Tx_i)x_i", of=of, wrt="w", given=given).right
    assert gd.check(r"\sum_i -y_i\sigma(y_iw^Tx_i)x_i", of=of, wrt="w", given=given).wrong


@pytest.mark.parametrize("answer", ["A^TAx = A^Tb", "$2A^TAx = 2A^Tb$"])
def test_a_derivative_that_was_set_to_zero_is_told(answer: str) -> None:
    """The equation follows from the derivative, whatever number it was divided by."""
    v = gd.check(
        answer, of=r"f = \|Ax-b\|^2", wrt="x", given=r"$A\in\mathbb R^{m\times n}$, $b\in\mathbb R^m$, $x\in\mathbb R^n$"
    )
    assert (v.outcome, v.mistake) == ("wrong", "other") and "to zero" in v.message
