"""Fifteen wrong answers and more of each kind of mistake, as students make them: over vectors, matrices, families, nets, likelihoods."""

from __future__ import annotations

from collections import Counter

import pytest

import gradatim as gd
from judge.questions import STATED as Q

WRONG = [
    ("SQ", "A^TB^T", "order"),
    ("AXB", "XA^TC^TB^T+XCAB", "order"),
    ("INVS", "-X^{-T}B^TA^TX^{-T}", "order"),
    ("ATT", "W^TA^T(AVW-Y)", "order"),
    ("ATT", "A^T W^T(AVW-Y)", "order"),
    ("TR", "X(A+A^T)", "order"),
    ("FRO", "2(XW-Y)X^T", "order"),
    ("LS", "(Ax-b)A^T", "order"),
    ("MLP", "x^T(W_2^T(W_2h-y)\\odot h\\odot(1-h)) \\text{ where } h=\\sigma(W_1x)", "order"),
    ("SIGV", "x^T((\\sigma(Wx)-y)\\odot\\sigma(Wx)\\odot(1-\\sigma(Wx)))", "order"),
    ("JAC", "W\\,\\mathrm{diag}(\\sigma(Wx+b)\\odot(1-\\sigma(Wx+b)))", "order"),
    ("MVN", "-\\frac N2\\Sigma^{-1}+\\frac12\\Sigma^{-2}\\sum_i(x_i-\\mu)(x_i-\\mu)^T", "order"),
    ("INV", "-X^{-T}X^{-T}ab^T", "order"),
    ("QF", "x(A+A^T)+b", "order"),
    ("MF", "-2V(M-UV^T)", "order"),
    ("LDG", "X^{-T}-S^TX^{-T}X^{-T}", "order"),
    ("SIGV", "((\\sigma(Wx)-y)\\sigma(Wx)(1-\\sigma(Wx)))x^T", "product"),
    ("HADM", "2A^TM^2(AX)", "product"),
    ("HADM", "2A^T(MM(AX))", "product"),
    ("HAD", "2a(a\\odot x-b)", "product"),
    ("HAD", "2a(ax-b)", "product"),
    ("MLP", "W_2^T(W_2h-y)h(1-h)x^T, h=\\sigma(W_1x)", "product"),
    ("NNb", "(\\hat y-y)w_2 h(1-h)", "product"),
    ("TR", "(A+A^T)\\odot X", "product"),
    ("LS", "A^T\\odot(Ax-b)", "product"),
    ("SQ", "B^T\\odot A^T", "product"),
    ("INVS", "-X^{-T}\\odot(A^TB^T)\\odot X^{-T}", "product"),
    ("ABAT", "A^T\\odot X^T\\odot B^T+B^T\\odot X^T\\odot A^T", "product"),
    ("MLPx", "W_1^TW_2^T(W_2h-y)\\odot h\\odot(1-h), h=\\sigma(W_1x)", "order"),
    ("LDG", "X^{-T}-X^{-T}\\odot S^T\\odot X^{-T}", "product"),
    ("SIGV", "(\\sigma(Wx)-y)\\odot\\sigma(Wx)\\odot(1-\\sigma(Wx))\\odot x^T", "product"),
    ("LIN", "ba^T", "transpose"),
    ("LS", "A(Ax-b)", "transpose"),
    ("TRAXB", "BA", "transpose"),
    ("SQ", "AB", "transpose"),
    ("FRO", "2X(XW-Y)", "transpose"),
    ("INV", "-X^{-1}ab^TX^{-1}", "transpose"),
    ("INVS", "-X^{-1}BAX^{-1}", "transpose"),
    ("LDG", "X^{-1}-X^{-1}SX^{-1}", "transpose"),
    ("XTX", "X(ab^T+ab^T)", "transpose"),
    ("ATT", "A(AVW-Y)W", "transpose"),
    ("ATT", "A(AVW-Y)W^T", "transpose"),
    ("MLP", "(W_2(W_2h-y)\\odot h\\odot(1-h))x^T, h=\\sigma(W_1x)", "transpose"),
    ("MF", "-2(M-UV^T)^TV", "transpose"),
    ("HLS", "2AA", "transpose"),
    ("MLPx", "W_1(W_2^T(W_2h-y)\\odot h\\odot(1-h)), h=\\sigma(W_1x)", "transpose"),
    ("JAC", "W^T\\mathrm{diag}(\\sigma(Wx+b)\\odot(1-\\sigma(Wx+b)))", "transpose"),
    ("LS", "A^T(Ax+b)", "sign"),
    ("LS", "-A^T(Ax-b)", "sign"),
    ("LOG", "\\sum_i(\\sigma(w^Tx_i)-y_i)x_i", "sign"),
    ("GLL", "-\\Sigma^{-1}\\sum_i(x_i-\\mu)", "sign"),
    ("LDG", "X^{-T}+X^{-T}S^TX^{-T}", "sign"),
    ("RAY", "\\frac{2Ax}{x^Tx}+\\frac{2(x^TAx)x}{(x^Tx)^2}", "sign"),
    ("SM", "y-p", "sign"),
    ("MF", "2(M-UV^T)V", "sign"),
    ("GSIG", "-\\frac N\\sigma-\\frac{1}{\\sigma^3}\\sum_i(x_i-\\mu)^2", "sign"),
    ("HLSE", "pp^T-\\mathrm{diag}(p), p=\\mathrm{softmax}(x)", "sign"),
    ("HLSE", "\\mathrm{diag}(p)+pp^T, p=\\mathrm{softmax}(x)", "sign"),
    ("EXPQ", "e^{-\\frac12x^TAx}Ax", "sign"),
    ("NORM", "\\frac{a-x}{\\|x-a\\|}", "sign"),
    ("RAT", "\\frac{a}{1+x^Tx}+\\frac{2(a^Tx)x}{(1+x^Tx)^2}", "sign"),
    ("MVN", "-\\frac N2\\Sigma^{-1}-\\frac12\\Sigma^{-1}\\left(\\sum_i(x_i-\\mu)(x_i-\\mu)^T\\right)\\Sigma^{-1}", "sign"),
    ("ENT", "\\log p+1", "sign"),
    ("LS", "2A^T(Ax-b)", "factor"),
    ("MEAN", "\\frac1N\\sum_i(w^Tx_i-y_i)x_i", "factor"),
    ("MEAN", "2\\sum_i(w^Tx_i-y_i)x_i", "factor"),
    ("RIDGE", "X^T(Xw-y)+\\lambda w", "factor"),
    ("RIDGE", "2X^T(Xw-y)+\\lambda w", "factor"),
    ("FRO", "X^T(XW-Y)", "factor"),
    ("NORM", "\\frac{x-a}{2\\|x-a\\|}", "factor"),
    ("GSIG", "-\\frac N\\sigma+\\frac{1}{2\\sigma^3}\\sum_i(x_i-\\mu)^2", "factor"),
    ("MVN", "-N\\Sigma^{-1}+\\frac12\\Sigma^{-1}\\left(\\sum_i(x_i-\\mu)(x_i-\\mu)^T\\right)\\Sigma^{-1}", "factor"),
    ("EXPQ", "-2e^{-\\frac12x^TAx}Ax", "factor"),
    ("MLP", "2(W_2^T(W_2h-y)\\odot h\\odot(1-h))x^T, h=\\sigma(W_1x)", "factor"),
    ("HLS", "A^TA", "factor"),
    ("HADM", "A^T(M\\odot M\\odot(AX))", "factor"),
    ("KM", "-\\sum_i r_i(x_i-\\mu_1)", "factor"),
    ("RAY", "\\frac{2Ax}{x^Tx}-\\frac{(x^TAx)x}{(x^Tx)^2}", "factor"),
    ("SCAL", "-t\\exp(-t^2)\\sin(3t)+3\\exp(-t^2)\\cos(3t)", "factor"),
    ("LIN", "a^Tb", "shape"),
    ("LS", "(Ax-b)^T(Ax-b)", "shape"),
    ("HLS", "2A^TAx", "shape"),
    ("XTX", "b^TX^TXa", "shape"),
    ("LOG", "y-\\sigma(Xw)", "shape"),
    ("FRO", "2\\|XW-Y\\|", "shape"),
    ("INV", "-a^TX^{-2}b", "shape"),
    ("RIDGE", "2X^T(Xw-y)+2\\lambda", "shape"),
    ("MEAN", "\\frac2N\\sum_i(w^Tx_i-y_i)", "shape"),
    ("MLP", "W_2^T(W_2h-y)\\odot h\\odot(1-h), h=\\sigma(W_1x)", "chain-rule"),
    ("HLOG", "\\sum_i\\sigma(w^Tx_i)(1-\\sigma(w^Tx_i))x_i^Tx_i", "shape"),
    ("HLSE", "p\\odot(1-p), p=\\mathrm{softmax}(x)", "shape"),
    ("MVN", "-\\frac N2\\Sigma^{-1}+\\frac12\\sum_i(x_i-\\mu)^T\\Sigma^{-2}(x_i-\\mu)", "shape"),
    ("QF", "Ax+b", "missing-term"),
    ("QF", "(A+A^T)x", "missing-term"),
    ("TR", "AX", "missing-term"),
    ("TR", "2AX", "symmetry"),
    ("XTX", "Xab^T", "missing-term"),
    ("ABAT", "A^TX^TB^T", "missing-term"),
    ("RAY", "\\frac{2Ax}{x^Tx}", "missing-term"),
    ("RAT", "\\frac{a}{1+x^Tx}", "missing-term"),
    ("RIDGE", "2X^T(Xw-y)", "missing-term"),
    ("JLIN", "x^TxA", "missing-term"),
    ("HLSE", "\\mathrm{diag}(p), p=\\mathrm{softmax}(x)", "missing-term"),
    ("LDG", "X^{-T}", "missing-term"),
    ("MVN", "-\\frac N2\\Sigma^{-1}", "missing-term"),
    ("ENT", "-\\log p", "missing-term"),
    ("EXP", "2xe^{-a^Tx}", "missing-term"),
    ("GSIG", "-\\frac N\\sigma", "missing-term"),
    ("LOG", "\\sum_i y_ix_i", "missing-term"),
    ("XW", "ABx", "missing-term"),
    ("LOG", "(y_i-\\sigma(w^Tx_i))x_i", "missing-sum"),
    ("MEAN", "\\frac2N(w^Tx_i-y_i)x_i", "missing-sum"),
    ("KM", "-2r_i(x_i-\\mu_1)", "missing-sum"),
    ("GLL", "\\Sigma^{-1}(x_i-\\mu)", "missing-sum"),
    ("HESS", "\\sigma(y_iw^Tx_i)(1-\\sigma(y_iw^Tx_i))x_ix_i^T", "missing-sum"),
    ("HLOG", "\\sigma(w^Tx_i)(1-\\sigma(w^Tx_i))x_ix_i^T", "missing-sum"),
    ("GSIG", "-\\frac N\\sigma+\\frac1{\\sigma^3}(x_i-\\mu)^2", "missing-sum"),
    ("GSIG", "-\\frac 1\\sigma+\\frac1{\\sigma^3}(x_i-\\mu)^2", "missing-sum"),
    ("MVN", "-\\frac N2\\Sigma^{-1}+\\frac12\\Sigma^{-1}(x_i-\\mu)(x_i-\\mu)^T\\Sigma^{-1}", "missing-sum"),
    ("LSE", "\\frac{\\exp(a_i^Tx+b_i)}{\\sum_j\\exp(a_j^Tx+b_j)}a_i", "missing-sum"),
    ("POI", "(y_i-e^{w^Tx_i})x_i", "missing-sum"),
    ("WLS", "w_i(\\theta^Tx_i-y_i)x_i", "missing-sum"),
    ("CE", "\\frac1m(h(x_i)-y_i)x_i", "missing-sum"),
    ("SVM", "\\lambda w-2(1-y_iw^Tx_i)y_ix_i", "missing-sum"),
    ("LOG", "(y_1-\\sigma(w^Tx_1))x_1", "missing-sum"),
    ("MEAN", "2(w^Tx_i-y_i)x_i", "missing-sum"),
    ("LS", "Ax-b", "chain-rule"),
    ("EXPQ", "e^{-\\frac12x^TAx}", "chain-rule"),
    ("LOG", "\\sum_i(y_i-\\frac{1}{1+e^{w^Tx_i}})x_i", "chain-rule"),
    ("LSE", "\\frac{1}{\\sum_i\\exp(a_i^Tx+b_i)}", "chain-rule"),
    ("MLP", "W_2^T(W_2h-y)x^T, h=\\sigma(W_1x)", "chain-rule"),
    ("SIGV", "(\\sigma(Wx)-y)x^T", "chain-rule"),
    ("MLPx", "W_2^T(W_2h-y)\\odot h\\odot(1-h), h=\\sigma(W_1x)", "chain-rule"),
    ("NNb", "(\\hat y-y)w_2", "chain-rule"),
    ("NN", "(\\hat y-y)(w_2\\odot h)x^T", "chain-rule"),
    ("CE", "-\\frac1m\\sum_i\\left(\\frac{y_i}{h(x_i)}-\\frac{1-y_i}{1-h(x_i)}\\right)x_i", "chain-rule"),
    ("HLOG", "\\sum_i\\sigma(w^Tx_i)x_ix_i^T", "chain-rule"),
    ("SCAL", "-2t\\exp(-t^2)\\sin(3t)+\\exp(-t^2)\\cos(3t)", "chain-rule"),
    ("JAC", "\\mathrm{diag}(\\sigma(Wx+b)\\odot(1-\\sigma(Wx+b)))", "chain-rule"),
    ("HADM", "2M\\odot(AX)", "chain-rule"),
    ("SVM", "\\lambda w+2\\sum_i(1-y_iw^Tx_i)", "chain-rule"),
    ("FRO", "2(XW-Y)", "chain-rule"),
    ("LOG", "\\sum_i(y_i-\\sigma(w^Tx_j))x_j", "index"),
    ("MEAN", "\\frac2N\\sum_i(w^Tx_j-y_i)x_i", "index"),
    ("LSE", "\\frac{\\sum_i\\exp(a_i^Tx+b_i)a_j}{\\sum_j\\exp(a_j^Tx+b_j)}", "index"),
    ("KM", "-2\\sum_i r_j(x_i-\\mu_1)", "index"),
    ("POI", "\\sum_i(y_i-e^{w^Tx_k})x_i", "index"),
    ("CE", "\\frac1m\\sum_i(h(x_j)-y_j)x_j", "index"),
    ("WLS", "\\sum_i w_k(\\theta^Tx_i-y_i)x_i", "index"),
    ("HESS", "\\sum_i\\sigma(y_iw^Tx_i)(1-\\sigma(y_iw^Tx_i))x_jx_j^T", "index"),
    ("QF", "2Ax+b", "symmetry"),
    ("TR", "2AX", "symmetry"),
]


@pytest.mark.parametrize(("question", "answer", "kind"), WRONG)
def test_the_kind_of_a_mistake(question: str, answer: str, kind: str) -> None:
    of, wrt, given = Q[question]
    v = gd.check(answer, of=of, wrt=wrt, given=given, layout="gradient")
    assert v.outcome not in ("right", "right up to layout", "unreadable", "undecided"), v
    assert v.mistake == kind and v.message, v
    assert "#" not in v.message + v.place and v.hint(3)


def test_every_kind_has_many_examples() -> None:
    counts = Counter(kind for _, _, kind in WRONG)
    for kind in ("order", "product", "transpose", "sign", "factor", "missing-term", "missing-sum", "chain-rule"):
        assert counts[kind] >= 12, counts


def test_a_place_that_explains_the_mistake() -> None:
    v = gd.check(r"2a(ax-b)", of=Q["HAD"][0], wrt="x", given=Q["HAD"][2])
    assert v.place in ("a(ax-b)", "ax") and "entry by entry" in v.message
    v = gd.check(r"XA^TC^TB^T+XCAB", of=Q["AXB"][0], wrt="X", given=Q["AXB"][2])
    assert v.mistake == "order" and "order" in v.message
    of, wrt, given = Q["SVM"]
    v = gd.check(r"\lambda w-2(1-y_iw^Tx_i)y_ix_i", of=of, wrt=wrt, given=given)
    assert "sum over i" in v.message and "xᵢ" in v.place


def test_what_right_answers_are_written_with() -> None:
    """A sum as a capital sigma, a row by a colon, K as the text explains it, and rows that are one-hot."""
    given = r"$A\in\mathbb R^{n\times n}$, $x\in\mathbb R^n$"
    assert gd.check(r"\Sigma_{j=1}^n (A_{kj}+A_{jk})x_j", of="x^TAx", wrt="x", given=given).right
    given = r"$X$ is a nonsingular matrix of order $n$; $K_n$ is the $n^2\times n^2$ commutation matrix"
    hessian = r"K_n\left(X^{-T}\otimes X^{-1}\right)"
    assert gd.check("-" + hessian, of=r"\log\det X", wrt=("X", "X"), given=given).right
    assert not gd.check(hessian, of=r"\log\det X", wrt=("X", "X"), given=given).right
    given = r"$X\in\mathbb R^{N\times d}$, $W\in\mathbb R^{d\times K}$, one-hot rows in $Y$, softmax is row-wise"
    loss = r"-\sum Y\odot\log\operatorname{softmax}(XW)"
    assert gd.check(r"X^T(\operatorname{softmax}(XW)-Y)", of=loss, wrt="W", given=given).right
    given = r"$A\in\mathbb R^{n\times m}$, $B\in\mathbb R^{m\times d}$, $b$ is a row vector of $d$ entries"
    assert gd.check(r"\sum_{i=1}^n (AB)_{i:}", of=r"\mathbf 1^TABb^T", wrt="b", given=given).right


def test_an_order_is_at_fault_only_where_another_order_conforms() -> None:
    problem = gd.read(r"p = \mathrm{softmax}(z)", "z is a vector")
    assert gd.check("p(1-p)", of=problem, wrt="z").mistake == "shape"
