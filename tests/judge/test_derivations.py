"""Derivations with a fault at a known line, and the same without it: the place is found, and what follows is not wrong again."""

from __future__ import annotations

import pytest

import gradatim as gd
from judge.questions import PLAIN as Q

DERIVATIONS = [
    (
        "LS",
        r"\begin{aligned} f &= x^TA^TAx-2b^TAx+b^Tb \\ \nabla f &= 2A^TAx-2A^Tb \\ &= 2A^T(Ax-b)\end{aligned}",
        "holds",
        None,
        "right",
    ),
    (
        "LS",
        r"\begin{aligned} f &= x^TA^TAx-2b^TAx+b^Tb \\ \nabla f &= 2A^TAx-2Ab \\ &= 2A(Ax-b)\end{aligned}",
        "slip",
        2,
        "wrong",
    ),
    ("LS", r"\begin{aligned} f &= x^TA^TAx-b^TAx+b^Tb \\ \nabla f &= 2A^TAx-A^Tb\end{aligned}", "slip", 1, "wrong"),
    (
        "LS",
        "\n".join(
            [r"r = Ax - b", r"\frac{\partial f}{\partial r} = 2r", r"\frac{\partial r}{\partial x} = A", r"\nabla_x f = 2A^Tr"]
        ),
        "holds",
        None,
        "right",
    ),
    (
        "LS",
        "\n".join(
            [r"r = Ax - b", r"\frac{\partial f}{\partial r} = r", r"\frac{\partial r}{\partial x} = A", r"\nabla_x f = A^Tr"]
        ),
        "slip",
        2,
        "wrong",
    ),
    (
        "LS",
        "\n".join(
            [r"r = Ax - b", r"\frac{\partial f}{\partial r} = 2r", r"\frac{\partial r}{\partial x} = A^T", r"\nabla_x f = 2A^Tr"]
        ),
        "holds",
        None,
        "right",
    ),
    (
        "LS",
        "\n".join(
            [r"r = Ax - b", r"\frac{\partial f}{\partial r} = 2r", r"\frac{\partial r}{\partial x} = A", r"\nabla_x f = 2Ar"]
        ),
        "slip",
        4,
        "wrong",
    ),
    ("LS", r"2A^T(Ax-b) = 2A^TAx-2b", "slip", 1, "wrong"),
    ("LS", r"\nabla f = 2A^T(Ax-b) = 2A^TAx - 2A^Tb", "holds", None, "right"),
    ("LS", r"\nabla f = 2A^T(Ax-b) \Rightarrow \nabla f = 2A^TAx-2A^Tb", "holds", None, "right"),
    ("LS", "\n".join([r"\nabla f = A^T(Ax-b)", r"= A^TAx - A^Tb"]), "slip", 1, "wrong"),
    (
        "LIN",
        r"\begin{aligned} f &= \sum_{i,j} a_iX_{ij}b_j\\ \frac{\partial f}{\partial X_{ij}} &= a_ib_j\\ \nabla_X f&=ab^T\end{aligned}",
        "holds",
        None,
        "right",
    ),
    (
        "SIG",
        "\n".join(
            [
                r"z = a^Tx+b",
                r"\frac{d\sigma}{dz} = \sigma(z)(1-\sigma(z))",
                r"\frac{\partial z}{\partial x} = a",
                r"\nabla f = \sigma(z)(1-\sigma(z))a",
            ]
        ),
        "holds",
        None,
        "right",
    ),
    (
        "SIG",
        "\n".join(
            [
                r"z = a^Tx+b",
                r"\frac{\partial f}{\partial z} = \sigma(z)(1+\sigma(z))",
                r"\frac{\partial z}{\partial x} = a",
                r"\nabla f = \sigma(z)(1+\sigma(z))a",
            ]
        ),
        "slip",
        2,
        "wrong",
    ),
    (
        "SCA",
        "\n".join([r"v = e^{au}u^{-2}", r"\frac{dv}{du} = ae^{au}u^{-2} - 2e^{au}u^{-3}", r"= \frac{e^{au}(au-2)}{u^3}"]),
        "holds",
        None,
        "right",
    ),
    (
        "SCA",
        "\n".join([r"v = e^{au}u^{-2}", r"\frac{dv}{du} = ae^{au}u^{-2} + 2e^{au}u^{-3}", r"= \frac{e^{au}(au+2)}{u^3}"]),
        "slip",
        2,
        "wrong",
    ),
    ("SCA", "\n".join([r"\frac{dv}{du} = ae^{au}u^{-2} - 2e^{au}u^{-3}", r"= \frac{e^{au}(au-2)}{u^2}"]), "slip", 2, "wrong"),
    (
        "SCA",
        r"\frac{dv}{du} = \frac{u^2\frac{d}{du}e^{au} - e^{au}\frac{d}{du}u^2}{u^4} = \frac{au^2e^{au}-2ue^{au}}{u^4} = \frac{e^{au}(au-2)}{u^3}",
        "holds",
        None,
        "right",
    ),
    (
        "SCA",
        r"\frac{dv}{du} = \frac{u^2\frac{d}{du}e^{au} - e^{au}\frac{d}{du}u^2}{u^4} = \frac{u^2e^{au}-2ue^{au}}{u^4} = \frac{e^{au}(u-2)}{u^3}",
        "slip",
        1,
        "wrong",
    ),
    ("QF", "\n".join([r"\nabla(x^TAx) = (A+A^T)x", r"\nabla(b^Tx) = b", r"\nabla f = (A+A^T)x+b"]), "holds", None, "right"),
    ("QF", "\n".join([r"\nabla(x^TAx) = 2Ax", r"\nabla(b^Tx) = b", r"\nabla f = 2Ax+b"]), "slip", 1, "right under a condition"),
    ("QF", "\n".join([r"\nabla(x^TAx) = (A+A^T)x", r"\nabla(b^Tx) = b^T", r"\nabla f = (A+A^T)x+b"]), "holds", None, "right"),
    (
        "RID",
        "\n".join(
            [
                r"e_i = w^Tx_i-y_i",
                r"\frac{\partial e_i}{\partial w} = x_i",
                r"J = \frac{1}{2N}\sum_i e_i^2 + \frac\lambda2 w^Tw",
                r"\nabla J = \frac1N\sum_i e_ix_i + \lambda w",
            ]
        ),
        "holds",
        None,
        "right",
    ),
    (
        "RID",
        "\n".join([r"e_i = w^Tx_i-y_i", r"\frac{\partial e_i}{\partial w} = w", r"\nabla J = \frac1N\sum_i e_iw + \lambda w"]),
        "slip",
        2,
        "wrong",
    ),
    (
        "FRO",
        r"\begin{aligned} E&=AX-B\\ f&=\mathrm{tr}(E^TE)\\ \frac{\partial f}{\partial E}&=2E\\ \frac{\partial f}{\partial X}&=2A^TE\end{aligned}",
        "holds",
        None,
        "right",
    ),
    (
        "FRO",
        r"\begin{aligned} E&=AX-B\\ f&=\mathrm{tr}(EE)\\ \frac{\partial f}{\partial E}&=2E\\ \frac{\partial f}{\partial X}&=2A^TE\end{aligned}",
        "slip",
        2,
        "right",
    ),
    (
        "LOG",
        "\n".join(
            [
                r"p_i = \sigma(w^Tx_i)",
                r"\frac{\partial p_i}{\partial w} = p_i(1-p_i)x_i",
                r"\nabla L = -\sum_i\left[\frac{y_i}{p_i}-\frac{1-y_i}{1-p_i}\right]p_i(1-p_i)x_i",
                r"= -\sum_i[y_i(1-p_i)-(1-y_i)p_i]x_i",
                r"= \sum_i(p_i-y_i)x_i",
            ]
        ),
        "holds",
        None,
        "right",
    ),
    (
        "LOG",
        "\n".join(
            [
                r"p_i = \sigma(w^Tx_i)",
                r"\frac{\partial p_i}{\partial w} = p_i(1-p_i)x_i",
                r"\nabla L = -\sum_i\left[\frac{y_i}{p_i}+\frac{1-y_i}{1-p_i}\right]p_i(1-p_i)x_i",
                r"= -\sum_i[y_i(1-p_i)+(1-y_i)p_i]x_i",
            ]
        ),
        "slip",
        3,
        "wrong",
    ),
    (
        "NN",
        "\n".join(
            [
                r"h = \tanh(W_1x)",
                r"e = W_2h-y",
                r"\frac{\partial L}{\partial e} = e",
                r"\frac{\partial L}{\partial h} = W_2^Te",
                r"\frac{\partial L}{\partial W_1} = (W_2^Te\odot(1-h\odot h))x^T",
            ]
        ),
        "holds",
        None,
        "right",
    ),
    (
        "NN",
        "\n".join(
            [
                r"h = \tanh(W_1x)",
                r"e = W_2h-y",
                r"\frac{\partial L}{\partial e} = e",
                r"\frac{\partial L}{\partial h} = W_2e",
                r"\frac{\partial L}{\partial W_1} = (W_2e\odot(1-h\odot h))x^T",
            ]
        ),
        "slip",
        4,
        "wrong",
    ),
    (
        "LSE",
        "\n".join(
            [
                r"s = \sum_i e^{x_i}",
                r"\frac{\partial s}{\partial x_k} = e^{x_k}",
                r"\frac{\partial f}{\partial s} = \frac1s",
                r"\frac{\partial f}{\partial x_k} = \frac{e^{x_k}}{s}",
            ]
        ),
        "holds",
        None,
        "right",
    ),
]


@pytest.mark.parametrize(("question", "text", "derivation", "line", "outcome"), DERIVATIONS)
def test_the_first_wrong_line(question: str, text: str, derivation: str, line: int | None, outcome: str) -> None:
    of, wrt, given = Q[question]
    v = gd.check(text, of=of, wrt=wrt, given=given)
    assert (v.derivation, v.first_wrong_line, v.outcome) == (derivation, line, outcome), [x.message for x in v.lines]
    if line is not None:
        assert v.lines[line - 1].state == "slip" and v.lines[line - 1].message


def test_a_result_that_stands_there_at_once_is_said() -> None:
    of, wrt, given = Q["NN"]
    v = gd.check("h = \\tanh(W_1x)\n\\nabla_{W_1} L = (W_2^T(W_2h-y)\\odot(1-h\\odot h))x^T", of=of, wrt=wrt, given=given)
    assert v.derivation == "holds" and "big step" in v.lines[1].message


def test_a_gap_and_an_open_end() -> None:
    of, wrt, given = Q["LS"]
    v = gd.check("r = Ax-b\n\\nabla f = \\mathcal{Q}\\{r\\}\n\\nabla f = 2A^Tr", of=of, wrt=wrt, given=given)
    assert (v.outcome, v.derivation, v.first_wrong_line) == ("right", "gap", None)
    v = gd.check("r = Ax-b\n\\frac{\\partial f}{\\partial r} = 2r\n\\nabla f = ?", of=of, wrt=wrt, given=given)
    assert v.outcome == "blank" and [x.state for x in v.lines] == ["definition", "holds", "not judged"]


@pytest.mark.parametrize(
    ("own", "by_own", "line"),
    [
        # L = Σ log(1 + e^{−mᵢ}): ∂L/∂mᵢ = −e^{−mᵢ}/(1 + e^{−mᵢ}), ∂mᵢ/∂w = yᵢ xᵢ.
        (r"y_i x_i", r"\frac{-\exp(-m_i)}{1+\exp(-m_i)}", None),
        (r"y_i x_i", r"\frac{\exp(-m_i)}{1+\exp(-m_i)}", 3),
        (r"x_i", r"\frac{-\exp(-m_i)}{1+\exp(-m_i)}", 2),
    ],
)
def test_by_a_member_of_a_family_that_the_writer_defines(own: str, by_own: str, line: int | None) -> None:
    given = r"$x_i \in\mathbb{R}^d$, $y_i$ scalars, $w\in\mathbb{R}^d$"
    problem = gd.read(r"L(w)=\sum_{i=1}^n \log(1+\exp(-y_i w^Tx_i))", given)
    text = "\n\n".join(
        (
            "$m_i = y_i w^Tx_i$",
            rf"$$\frac{{\partial m_i}}{{\partial w}} = {own}$$",
            rf"$$\frac{{\partial L}}{{\partial m_i}} = {by_own}$$",
            rf"$$\nabla L = \sum_{{i=1}}^n \left({by_own}\right) {own}$$",
        )
    )
    v = gd.check(text, problem, "w")
    assert (v.first_wrong_line, v.right) == (line, line is None), [(x.state, x.message) for x in v.lines]
