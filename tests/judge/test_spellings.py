"""Answers to derivative questions in all the spellings that people use, and wrong ones; the verdicts were fixed before any was judged."""

from __future__ import annotations

import pytest

import gradatim as gd

Question = tuple[str, str | tuple[str, str], str]
R, L, C, W, I = "right", "right up to layout", "right under a condition", "wrong", "incomplete"

LS = (r"f(x)=\|Ax-b\|^2", "x", r"$A \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $b \in \mathbb{R}^m$")
BL = (r"f(X)=a^T X b", "X", r"$X \in \mathbb{R}^{m \times n}$, $a \in \mathbb{R}^m$, $b \in \mathbb{R}^n$")
TR = (
    r"f(X)=\operatorname{tr}(A X B X^T)",
    "X",
    r"$X \in \mathbb{R}^{m \times n}$, $A \in \mathbb{R}^{m \times m}$, $B \in \mathbb{R}^{n \times n}$",
)
LD = (r"f(X)=\log\det(X^T X)", "X", r"$X \in \mathbb{R}^{n \times p}$ of full column rank")
LR = (
    r"L(w)=-\sum_{i=1}^N [y_i \log \sigma(w^T x_i) + (1-y_i)\log(1-\sigma(w^T x_i))]",
    "w",
    r"$x_i, w \in \mathbb{R}^d$, $y_i \in \{0,1\}$, $\sigma(t)=1/(1+e^{-t})$",
)
SM = (r"\ell(z)=\log\sum_{j=1}^K e^{z_j}", "z", r"$z \in \mathbb{R}^K$")
HQ = (r"f(x)=\tfrac12 x^T A x + b^T x", ("x", "x"), r"$A$ is an $n \times n$ matrix, $b,x \in \mathbb{R}^n$")
JF = (r"F(x) = A\tanh(Bx)", "x", r"$A \in \mathbb{R}^{p \times m}$, $B \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$")
NN = (r"L=\|v-\mathrm{ReLU}(Wx+b)\|^2", "W", r"$W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $v,b \in \mathbb{R}^m$")
NO = (r"f(x)=\frac{x^T a}{\|x\|}", "x", r"$x,a \in \mathbb{R}^n$")
MF = (
    r"f(U)=\|R-UV^T\|_F^2",
    "U",
    r"$R \in \mathbb{R}^{m \times n}$, $U \in \mathbb{R}^{m \times k}$, $V \in \mathbb{R}^{n \times k}$",
)

CASES: list[tuple[Question, str, str, str]] = [
    (LS, r"\frac{\partial f}{\partial x_k} = 2\sum_i A_{ik}(\sum_j A_{ij}x_j - b_i)", R, ""),
    (LS, r"2 * A.T @ (A @ x - b)", R, ""),
    (LS, r"grad = 2*np.dot(A.T, np.dot(A, x) - b)", R, ""),
    (LS, r"df = 2\langle Ax-b, A\,dx\rangle = \langle 2A^T(Ax-b), dx\rangle, so \nabla f = 2A^T(Ax-b)", R, ""),
    (LS, r"2\sum_{i=1}^m (a_i^T x - b_i) a_i where $a_i^T$ is the $i$th row of $A$", R, ""),
    (LS, r"2\sum_{i=1}^m (a_i^T x - b_i)", W, "shape chain-rule"),
    (LS, r"2A^T A x - 2 b^T A", W, "transpose shape"),
    (LS, r"2 A^T (b - Ax)", W, "sign"),
    (LS, r"2 A^T |Ax - b|", W, "shape other"),
    (LS, r"-2A^T r, where r = b - Ax", R, ""),
    (BL, r"a b^T", R, ""),
    (BL, r"a \otimes b", R, ""),
    (BL, r"\mathrm{vec}(\nabla f) = b \otimes a", R, ""),
    (BL, r"\mathrm{vec}(\nabla f) = 2\, b \otimes a", W, "factor"),
    (BL, r"\frac{\partial f}{\partial X_{ij}} = a_i b_j", R, ""),
    (BL, r"\frac{\partial f}{\partial X_{ij}} = a_j b_i", W, "index transpose"),
    (BL, r"np.outer(a, b)", R, ""),
    (BL, r"np.outer(b, a)", L, ""),
    (BL, r"ba", W, "shape order"),
    (TR, r"AXB + A^T X B^T", R, ""),
    (TR, r"A^TXB^T + AXB", R, ""),
    (TR, r"2AXB", C, "symmetry"),
    (TR, r"AXB + A X B^T", W, "transpose"),
    (TR, r"B^T X^T A^T + B X^T A", L, ""),
    (TR, r"\frac{\partial f}{\partial X_{kl}} = \sum_{i,j} A_{ki} X_{ij} B_{jl} + \sum_{i,j} A_{ik}X_{ij}B_{lj}", R, ""),
    (TR, r"\operatorname{vec}(\nabla f) = (B^T \otimes A + B \otimes A^T)\operatorname{vec}(X)", R, ""),
    (TR, r"df = \operatorname{tr}(A\,dX\,BX^T) + \operatorname{tr}(AXB\,dX^T)", I, "unfinished"),
    (TR, r"A^T X B^T", W, "missing-term"),
    (LD, r"2X(X^TX)^{-1}", R, ""),
    (LD, r"2(X^+)^T", R, ""),
    (LD, r"2X^{-T}", W, "shape other"),
    (LD, r"(X^TX)^{-1}2X", W, "order shape"),
    (LD, r"2(X^TX)^{-1}X^T", L, ""),
    (LR, r"\sum_i (\sigma(w^Tx_i)-y_i)x_i", R, ""),
    (LR, r"X^T(\sigma(Xw)-y)", R, ""),
    (LR, r"X.T @ (1/(1+np.exp(-X @ w)) - y)", R, ""),
    (LR, r"\sum_{i=1}^N (\hat y_i - y_i) x_i \text{ with } \hat y_i = \sigma(w^T x_i)", R, ""),
    (LR, r"\sum_i (y_i-\sigma(w^Tx_i))x_i", W, "sign"),
    (LR, r"(\sigma(w^Tx_i)-y_i)x_i", W, "missing-sum"),
    (LR, r"\frac1N\sum_i (\sigma(w^Tx_i)-y_i)x_i", W, "factor"),
    (
        LR,
        r"\frac{\partial L}{\partial w_k} = -\sum_i \left[\frac{y_i}{\sigma_i} - \frac{1-y_i}{1-\sigma_i}\right]\sigma_i(1-\sigma_i)x_{ik}",
        R,
        "",
    ),
    (LR, r"-\sum_i \left[\frac{y_i}{\sigma_i} - \frac{1-y_i}{1-\sigma_i}\right]x_i", W, "chain-rule"),
    (SM, r"\mathrm{softmax}(z)", R, ""),
    (SM, r"\frac{e^z}{1^T e^z}", R, ""),
    (SM, r"np.exp(z)/np.sum(np.exp(z))", R, ""),
    (SM, r"\frac{\partial \ell}{\partial z_i} = \frac{e^{z_j}}{\sum_j e^{z_j}}", W, "index"),
    (SM, r"\frac{1}{\sum_j e^{z_j}}", W, "chain-rule shape"),
    (SM, r"p, where $p_i = e^{z_i}/\sum_j e^{z_j}$", R, ""),
    (HQ, r"\frac12(A+A^T)", R, ""),
    (HQ, r"A", C, "symmetry"),
    (HQ, r"H_{ij} = \frac{A_{ij}+A_{ji}}{2}", R, ""),
    (HQ, r"A + A^T", W, "factor"),
    (HQ, r"\tfrac12(A+A^T)x + b", W, "shape unfinished"),
    (JF, r"A\,\mathrm{diag}(1-\tanh^2(Bx))\,B", R, ""),
    (JF, r"B^T \mathrm{diag}(1-\tanh^2(Bx)) A^T", L, ""),
    (JF, r"AB(1-\tanh^2(Bx))", W, "shape order product"),
    (JF, r"A \operatorname{diag}(\operatorname{sech}^2(Bx)) B", R, ""),
    (JF, r"J_{ij} = \sum_k A_{ik}(1-\tanh^2((Bx)_k))B_{kj}", R, ""),
    (JF, r"A @ np.diag(1 - np.tanh(B @ x)**2) @ B", R, ""),
    (NN, r"-2\left((v-\mathrm{ReLU}(Wx+b))\odot \mathbb{1}[Wx+b>0]\right)x^T", R, ""),
    (NN, r"-2(v-\mathrm{ReLU}(Wx+b))x^T", W, "chain-rule"),
    (NN, r"-2\,\delta x^T, \quad \delta_i = (v_i - h_i)\mathbb{1}\{h_i > 0\},\quad h = \mathrm{ReLU}(Wx+b)", R, ""),
    (NO, r"\frac{a}{\|x\|} - \frac{(x^Ta)x}{\|x\|^3}", R, ""),
    (NO, r"\frac{1}{\|x\|}\left(I - \frac{xx^T}{x^Tx}\right)a", R, ""),
    (NO, r"\frac{a}{\|x\|} - \frac{(x^Ta)x}{\|x\|^2}", W, "other factor"),
    (NO, r"a/\|x\|", W, "missing-term"),
    (NO, r"\frac{a\|x\| - x^Ta\,x}{\|x\|^2}", W, "other chain-rule factor"),
    (MF, r"2(UV^T-R)V", R, ""),
    (MF, r"-2(R-UV^T)V^T", W, "transpose shape"),
    (MF, r"-2 * (R - U @ V.T) @ V", R, ""),
    (MF, r"\frac{\partial f}{\partial U_{ij}} = -2\sum_k (R_{ik} - \sum_l U_{il}V_{kl})V_{kj}", R, ""),
    (MF, r"\frac{\partial f}{\partial U_{ij}} = -2\sum_k (R_{ik} - \sum_l U_{il}V_{lk})V_{kj}", W, "index transpose shape"),
    (MF, r"2UV^TV - 2RV", R, ""),
    (MF, r"2UVV^T - 2RV", W, "order shape"),
    (MF, r"I think it is $-2(R-UV^T)V$ but I am not sure about the sign", R, ""),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0][0][:20]} {c[1][:60]}")
def test_the_verdict_is_that_of_a_fair_reader(case: tuple[Question, str, str, str]) -> None:
    (function, wrt, given), answer, outcome, kinds = case
    verdict = gd.check(answer, of=function, wrt=wrt, given=given)
    assert verdict.outcome == outcome, verdict.message
    assert not kinds or verdict.mistake in kinds.split(), (verdict.mistake, verdict.message)
