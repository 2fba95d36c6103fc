"""Notation of homework: shapes beside terms, dots, ranges behind brackets, cancelled factors, names explained in words, (u³)′.

The verdicts were written down by hand before the checker was asked; the wrong ones are right answers with one thing altered.
"""

from __future__ import annotations

import pytest

import gradatim as gd

RIDGE = r"J = \frac{1}{2n}\|Xw-y\|^2+\frac{\kappa}{2}\|w\|^2"
GIVEN = r"$X\in\mathbb R^{n\times d}$, $y\in\mathbb R^n$, $w\in\mathbb R^d$, $\kappa$ is a scalar"
FORM, SIZES = "x^TMx", r"$x\in\mathbb R^n$, $M\in\mathbb R^{n\times n}$"
NET = r"E = \frac12\|t-a\|^2, a=\tanh(z), z=Vx+c"
LAYER = r"$t,a\in\mathbb R^m$, $x\in\mathbb R^d$, $V\in\mathbb R^{m\times d}$, $c\in\mathbb R^m$"
HINGE = r"\sum_{i=1}^n \max(0, 1-y_i w^Tx_i)"
MARGIN = r"$x_i,w\in\mathbb R^d$, $y_i\in\{-1,1\}$"
TABLE = r"F(t)=\sum_{i,j} B_{ij}e^{tC_{ij}}"
ENTRIES = r"$B,C\in\mathbb R^{m\times n}$, $t$ is a scalar"
CENTRED = r"q(v)=\frac12 v^TZ^T(I-\frac1m\mathbf 1\mathbf 1^T)Zv"
ROWS = r"$Z\in\mathbb R^{m\times p}$, $v\in\mathbb R^p$"
FLIPS = r"\sum_{i=1}^n \log(1+\exp(-y_iw^Tx_i))"
QUADRATIC = r"\frac12 x^T\Sigma x"
SPREAD = r"$x\in\mathbb R^n$ and $\Sigma\in\mathbb R^{n\times n}$ is symmetric"


@pytest.mark.parametrize(
    ("answer", "of", "wrt", "given", "outcome"),
    [
        (r"\frac1n X^T(Xw-y)+\kappa w \quad (d\times 1)", RIDGE, "w", GIVEN, "right"),
        (r"\frac1n X^T\,[d\times n]\,(Xw-y)\,[n\times 1]+\kappa w", RIDGE, "w", GIVEN, "right"),
        (r"\frac1n X^T(Xw-y)+\kappa w : d\times 1", RIDGE, "w", GIVEN, "right"),
        (r"\frac2n X^T(Xw-y)+\kappa w \quad (d\times 1)", RIDGE, "w", GIVEN, "wrong"),
        (r"(n\times d)\, w", r"\frac12 nd\|w\|^2", "w", GIVEN, "right"),
        (r"\frac1n X^Tr+\kappa w, where r is the residual Xw - y", RIDGE, "w", GIVEN, "right"),
        (r"$\frac1n X^Tr+\kappa w$, where $r$ is the residual vector $Xw - y$.", RIDGE, "w", GIVEN, "right"),
        (r"\frac1n X^Tr+\kappa w, where r is the residual y - Xw", RIDGE, "w", GIVEN, "wrong"),
        (r"\cancel{\frac{1}{2}}\cdot\cancel{2}\frac1nX^T(Xw-y)+\kappa w", RIDGE, "w", GIVEN, "right"),
        (r"\frac{\cancel 2}{n}\cdot\frac1{\cancel 2} X^T(Xw-y)+\kappa w", RIDGE, "w", GIVEN, "right"),
        ("Σ_ij B_ij C_ij exp(t C_ij)", TABLE, "t", ENTRIES, "right"),
        ("Σ_{ij} B_ij C_ij exp(t C_ij)", TABLE, "t", ENTRIES, "right"),
        ("Σ_i Σ_j B_ij C_ij exp(t C_ij)", TABLE, "t", ENTRIES, "right"),
        ("sum_i sum_j B_ij C_ij exp(t C_ij)", TABLE, "t", ENTRIES, "right"),
        ("Σ_ij B_ij exp(t C_ij)", TABLE, "t", ENTRIES, "wrong"),
        ("df/dx_i = sum_j Σ_ij x_j", QUADRATIC, "x", SPREAD, "right"),
        ("df/dx_i = 2 sum_j Σ_ij x_j", QUADRATIC, "x", SPREAD, "wrong"),
        ("Σ_i −y_i x_i/(1+exp(y_i wᵀx_i))", FLIPS, "w", MARGIN, "right"),
        ("Σᵢ −yᵢ xᵢ/(1+exp(−yᵢ wᵀxᵢ))", FLIPS, "w", MARGIN, "wrong"),
        (r"Z^T(I-\frac1m 1 1^T)Zv", CENTRED, "v", ROWS, "right"),
        (r"Z^T(I-\frac{1}{m}11^\top)Zv", CENTRED, "v", ROWS, "right"),
        ("Zᵀ(I − 11ᵀ/m)Z v", CENTRED, "v", ROWS, "right"),
        (r"Z^T(I-11^T)Zv", CENTRED, "v", ROWS, "wrong"),
        (r"\begin{bmatrix} 2x_1 \\ \vdots \\ 2x_n\end{bmatrix}", "x^Tx", "x", SIZES, "right"),
        (r"\begin{bmatrix} 2x_1 \\ \vdots \\ 3x_n\end{bmatrix}", "x^Tx", "x", SIZES, "unreadable"),
        (r"\frac{\partial f}{\partial x_k} = M_{k1}x_1+\cdots+M_{kn}x_n+M_{1k}x_1+\cdots+M_{nk}x_n", FORM, "x", SIZES, "right"),
        (r"\frac{\partial f}{\partial x_k} = M_{k1}x_1+\cdots+M_{kn}x_n", FORM, "x", SIZES, "wrong"),
        (r"V^T\left[(a_i-t_i)(1-a_i^2)\right]_{i=1}^m", NET, "x", LAYER, "right"),
        (r"V^T\left[(t_i-a_i)(1-a_i^2)\right]_{i=1}^m", NET, "x", LAYER, "wrong"),
        (r"V^T\operatorname{diag}(1-a_i^2)_{i=1}^m(a-t)", NET, "x", LAYER, "right"),
        (r"-\sum_{i: y_iw^Tx_i<1} y_i x_i", HINGE, "w", MARGIN, "right"),
        (r"-\sum_{i: y_iw^Tx_i>1} y_i x_i", HINGE, "w", MARGIN, "wrong"),
        (r"\nabla_w \frac{1}{2n}\|Xw-y\|^2", RIDGE, "w", GIVEN, "incomplete"),
        (r"\nabla J", RIDGE, "w", GIVEN, "incomplete"),
        (r"\nabla = \frac1n X^T(Xw-y)+\kappa w", RIDGE, "w", GIVEN, "right"),
        (r"gradient = \frac1n X^T(Xw-y)+\kappa w", RIDGE, "w", GIVEN, "right"),
    ],
)
def test_notation(answer: str, of: str, wrt: str, given: str, outcome: str) -> None:
    v = gd.check(answer, of=of, wrt=wrt, given=given)
    assert v.outcome == outcome, v


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (r"\frac{u^3 \frac{d}{du}(e^{au}) - e^{au} d(u^3)}{u^6}", "holds"),
        (r"\frac{u^3 (e^{au})' - e^{au} (u^3)'}{u^6}", "holds"),
        (r"\frac{u^2 \frac{d}{du}(e^{au}) - e^{au} d(u^3)}{u^6}", "slip"),
    ],
)
def test_a_derivative_in_short(line: str, state: str) -> None:
    text = rf"""\frac{{dv}}{{du}} = {line}
    = \frac{{a u^3 e^{{au}} - 3u^2 e^{{au}}}}{{u^6}}"""
    v = gd.check(text, of=r"v = \frac{e^{au}}{u^3}", wrt="u", given="scalars $a$ and $u$, constant vectors $c, d$")
    assert v.outcome == "right" and v.lines[0].state == state, v.lines
    assert state == "holds" or "power" in v.lines[0].message


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (r"\frac1n X^T(Xw-y)+\kappa w+y^Ty\,w", "extra-term"),
        (r"\frac1n X^T(Xw+y)+\kappa w", "sign"),
        (r"\frac1{n^2} X^T(Xw-y)+\kappa w", "factor"),
        (r"\frac1n X(Xw-y)+\kappa w", "transpose"),
    ],
)
def test_kinds(answer: str, kind: str) -> None:
    v = gd.check(answer, of=RIDGE, wrt="w", given=GIVEN)
    assert v.outcome == "wrong" and v.mistake == kind, v


def test_what_does_not_conform_is_said_with_its_shapes() -> None:
    v = gd.check(r"\frac1n X(Xw-y)+\kappa w", of=RIDGE, wrt="w", given=GIVEN)
    assert "n × d matrix" in v.message and "transpose is missing" in v.message and v.mistakes == ("transpose", "shape")


@pytest.mark.parametrize(
    "answer",
    [
        r"\nabla J = \nabla J",
        r"k X^T(Xw-y)+\kappa w, k=\frac{\|\nabla J-\kappa w\|}{\|X^T(Xw-y)\|}",
        r"g, \text{ where } g = \nabla_w J(w)",
        r"\left(\frac{\partial J}{\partial w_1},\dots,\frac{\partial J}{\partial w_d}\right)^T",
        r"\frac1n X^T(Xw-y)+\kappa w = \frac1n X^T(Xw+y)+\kappa w",
        r"y = Xw, \quad \kappa w",
        r"X := 0, \quad \frac1n X^T(Xw-y)+\kappa w",
        r"c X^T(Xw-y)+\kappa w \text{ for some constant } c",
        r"\pm\frac1n X^T(Xw-y)+\kappa w",
    ],
)
def test_what_works_nothing_out_is_not_right(answer: str) -> None:
    assert not gd.check(answer, of=RIDGE, wrt="w", given=GIVEN).outcome.startswith("right")


def test_a_name_defined_by_a_derivative_that_another_line_works_out_is_no_gap() -> None:
    text = r"""$\frac{\partial E}{\partial a} = a-t$

    $\delta = \frac{\partial E}{\partial a}\odot(1-a\odot a)$

    $\frac{\partial E}{\partial V} = \delta x^T$"""
    assert gd.check(text, of=NET, wrt="V", given=LAYER).outcome == "right"


def test_a_letter_for_the_entries_of_a_matrix_defines_nothing() -> None:
    """`M = (m_{ij})` names the entries; an answer that says M is no recurrence."""
    question = gd.read(
        r"\frac12 \sum_{i=1}^p (\sum_{j=1}^q m_{ij} z_j - c_i)^2",
        given=r"$z \in \mathbb{R}^q$, $c \in \mathbb{R}^p$ and $M=(m_{ij}) \in \mathbb{R}^{p \times q}$.",
    )
    assert gd.check(r"M^T(Mz-c)", of=question, wrt="z").outcome == "right"
    assert gd.check(r"2M^T(Mz-c)", of=question, wrt="z").outcome == "wrong"
