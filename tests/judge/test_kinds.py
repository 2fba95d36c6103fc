"""Fifteen wrong answers and more of each kind of mistake, as students make them: over vectors, matrices, families, nets, likelihoods."""

from __future__ import annotations

from collections import Counter

import pytest

import gradatim as gd

Q: dict[str, tuple[str, str | tuple[str, str], str]] = {
    "LS": ("f(x)=\\frac12\\|Ax-b\\|^2", "x", "$A\\in\\mathbb R^{m\\times n}$, $x\\in\\mathbb R^n$, $b\\in\\mathbb R^m$"),
    "RIDGE": (
        "J(w)=\\|Xw-y\\|^2+\\lambda\\|w\\|^2",
        "w",
        "$X\\in\\mathbb R^{N\\times d}$, $w\\in\\mathbb R^d$, $y\\in\\mathbb R^N$, $\\lambda>0$",
    ),
    "LOG": (
        "\\ell(w)=\\sum_{i=1}^N \\left[y_i w^Tx_i-\\log(1+e^{w^Tx_i})\\right]",
        "w",
        "$w,x_i\\in\\mathbb R^d$, $y_i\\in\\{0,1\\}$",
    ),
    "NN": (
        "z=W_1x+b_1,\\ h=\\sigma(z),\\ \\hat y=w_2^Th,\\ L=\\frac12(\\hat y-y)^2",
        "W_1",
        "$W_1\\in\\mathbb R^{h\\times d}$, $b_1,w_2\\in\\mathbb R^h$, $x\\in\\mathbb R^d$, $y$ a scalar, $\\sigma$ is the sigmoid",
    ),
    "NNb": (
        "z=W_1x+b_1,\\ h=\\sigma(z),\\ \\hat y=w_2^Th,\\ L=\\frac12(\\hat y-y)^2",
        "b_1",
        "$W_1\\in\\mathbb R^{h\\times d}$, $b_1,w_2\\in\\mathbb R^h$, $x\\in\\mathbb R^d$, $y$ a scalar, $\\sigma$ is the sigmoid",
    ),
    "SM": ("L=-\\sum_{k=1}^K y_k\\log p_k,\\ p=\\mathrm{softmax}(z)", "z", "$z\\in\\mathbb R^K$, $y$ one-hot"),
    "LDG": (
        "f(X)=\\log\\det(X)+\\mathrm{tr}(X^{-1}S)",
        "X",
        "$X\\in\\mathbb R^{n\\times n}$ invertible, $S\\in\\mathbb R^{n\\times n}$",
    ),
    "TR": ("f(X)=\\mathrm{tr}(X^TAX)", "X", "$A\\in\\mathbb R^{m\\times m}$, $X\\in\\mathbb R^{m\\times n}$"),
    "RAY": ("R(x)=\\frac{x^TAx}{x^Tx}", "x", "$A$ symmetric $n\\times n$, $x\\in\\mathbb R^n$"),
    "QF": ("f(x)=x^TAx+b^Tx+c", "x", "$A\\in\\mathbb R^{n\\times n}$, $b,x\\in\\mathbb R^n$, $c\\in\\mathbb R$"),
    "NORM": ("f(x)=\\|x-a\\|_2", "x", "$x,a\\in\\mathbb R^n$"),
    "FRO": (
        "f(W)=\\|XW-Y\\|_F^2",
        "W",
        "$X\\in\\mathbb R^{N\\times d}$, $W\\in\\mathbb R^{d\\times k}$, $Y\\in\\mathbb R^{N\\times k}$",
    ),
    "GLL": (
        "\\ell(\\mu)=-\\frac12\\sum_{i=1}^N (x_i-\\mu)^T\\Sigma^{-1}(x_i-\\mu)",
        "\\mu",
        "$x_i,\\mu\\in\\mathbb R^d$, $\\Sigma$ symmetric positive definite",
    ),
    "GSIG": (
        "\\ell(\\sigma)=-N\\log\\sigma-\\frac{1}{2\\sigma^2}\\sum_{i=1}^N(x_i-\\mu)^2",
        "\\sigma",
        "$\\sigma>0$, $x_i,\\mu\\in\\mathbb R$",
    ),
    "MF": (
        "f(U)=\\|M-UV^T\\|_F^2",
        "U",
        "$M\\in\\mathbb R^{m\\times n}$, $U\\in\\mathbb R^{m\\times k}$, $V\\in\\mathbb R^{n\\times k}$",
    ),
    "HESS": ("f(w)=\\sum_{i=1}^N\\log(1+e^{-y_iw^Tx_i})", ("w", "w"), "$w,x_i\\in\\mathbb R^d$, $y_i\\in\\{-1,1\\}$"),
    "EXPQ": ("f(x)=\\exp(-\\frac12x^TAx)", "x", "$A$ symmetric $n\\times n$, $x\\in\\mathbb R^n$"),
    "LSE": ("f(x)=\\log\\sum_{i=1}^n\\exp(a_i^Tx+b_i)", "x", "$a_i,x\\in\\mathbb R^d$, $b_i\\in\\mathbb R$"),
    "JAC": (
        "f(x)=\\sigma(Wx+b)",
        "x",
        "$W\\in\\mathbb R^{m\\times n}$, $x\\in\\mathbb R^n$, $b\\in\\mathbb R^m$, $\\sigma$ is the sigmoid applied elementwise",
    ),
    "INV": ("f(X)=a^TX^{-1}b", "X", "$X\\in\\mathbb R^{n\\times n}$ invertible, $a,b\\in\\mathbb R^n$"),
    "HAD": ("f(x)=\\|a\\odot x-b\\|^2", "x", "$a,b,x\\in\\mathbb R^n$"),
    "SVM": (
        "J(w)=\\frac\\lambda2\\|w\\|^2+\\sum_{i=1}^N (1-y_iw^Tx_i)^2",
        "w",
        "$w,x_i\\in\\mathbb R^d$, $y_i\\in\\{-1,1\\}$, $\\lambda>0$",
    ),
    "POI": ("\\ell(w)=\\sum_{i=1}^N [y_iw^Tx_i-\\exp(w^Tx_i)]", "w", "$w,x_i\\in\\mathbb R^d$, $y_i\\in\\mathbb R$"),
    "CE": (
        "J(\\theta)=-\\frac1m\\sum_{i=1}^m[y_i\\log h(x_i)+(1-y_i)\\log(1-h(x_i))],\\ h(x)=\\frac{1}{1+e^{-\\theta^Tx}}",
        "\\theta",
        "$\\theta,x_i\\in\\mathbb R^d$, $y_i\\in\\{0,1\\}$",
    ),
    "WLS": (
        "J(\\theta)=\\frac12\\sum_{i=1}^m w_i(\\theta^Tx_i-y_i)^2",
        "\\theta",
        "$\\theta,x_i\\in\\mathbb R^d$, $w_i,y_i\\in\\mathbb R$",
    ),
    "EXP": ("f(x)=\\|x\\|^2 e^{-a^Tx}", "x", "$a,x\\in\\mathbb R^n$"),
    "LIN": ("f(X)=a^TXb", "X", "$X\\in\\mathbb R^{m\\times n}$, $a\\in\\mathbb R^m$, $b\\in\\mathbb R^n$"),
    "XTX": ("f(X)=a^TX^TXb", "X", "$X\\in\\mathbb R^{m\\times n}$, $a,b\\in\\mathbb R^n$"),
    "AXB": (
        "f(X)=\\mathrm{tr}(AXBX^TC)",
        "X",
        "$A\\in\\mathbb R^{p\\times m}$, $X\\in\\mathbb R^{m\\times n}$, $B\\in\\mathbb R^{n\\times n}$, $C\\in\\mathbb R^{m\\times p}$",
    ),
    "TRAXB": (
        "f(X)=\\mathrm{tr}(AXB)",
        "X",
        "$A\\in\\mathbb R^{p\\times m}$, $X\\in\\mathbb R^{m\\times n}$, $B\\in\\mathbb R^{n\\times p}$",
    ),
    "SQ": ("f(X)=\\mathrm{tr}(ABX)", "X", "$A,B,X\\in\\mathbb R^{n\\times n}$"),
    "ABAT": ("f(X)=\\mathrm{tr}(AXBX)", "X", "$A,B,X\\in\\mathbb R^{n\\times n}$"),
    "INVS": ("f(X)=\\mathrm{tr}(AX^{-1}B)", "X", "$X\\in\\mathbb R^{n\\times n}$ invertible, $A,B\\in\\mathbb R^{n\\times n}$"),
    "MEAN": ("J(w)=\\frac1N\\sum_{i=1}^N(w^Tx_i-y_i)^2", "w", "$w,x_i\\in\\mathbb R^d$, $y_i\\in\\mathbb R$"),
    "SIGV": (
        "L=\\frac12\\|\\sigma(Wx)-y\\|^2",
        "W",
        "$W\\in\\mathbb R^{k\\times d}$, $x\\in\\mathbb R^d$, $y\\in\\mathbb R^k$, $\\sigma$ is the sigmoid applied elementwise",
    ),
    "MLP": (
        "L=\\frac12\\|W_2\\sigma(W_1x)-y\\|^2",
        "W_1",
        "$W_1\\in\\mathbb R^{h\\times d}$, $W_2\\in\\mathbb R^{k\\times h}$, $x\\in\\mathbb R^d$, $y\\in\\mathbb R^k$, $\\sigma$ is the sigmoid applied elementwise",
    ),
    "MLPx": (
        "L=\\frac12\\|W_2\\sigma(W_1x)-y\\|^2",
        "x",
        "$W_1\\in\\mathbb R^{h\\times d}$, $W_2\\in\\mathbb R^{k\\times h}$, $x\\in\\mathbb R^d$, $y\\in\\mathbb R^k$, $\\sigma$ is the sigmoid applied elementwise",
    ),
    "HADM": (
        "f(X)=\\|M\\odot(AX)\\|_F^2",
        "X",
        "$A\\in\\mathbb R^{p\\times m}$, $X\\in\\mathbb R^{m\\times n}$, $M\\in\\mathbb R^{p\\times n}$",
    ),
    "JLIN": ("f(x)=(x^Tx)Ax", "x", "$A\\in\\mathbb R^{m\\times n}$, $x\\in\\mathbb R^n$"),
    "HLS": ("f(x)=\\|Ax-b\\|^2", ("x", "x"), "$A\\in\\mathbb R^{m\\times n}$, $x\\in\\mathbb R^n$, $b\\in\\mathbb R^m$"),
    "HLSE": ("f(x)=\\log\\sum_i e^{x_i}", ("x", "x"), "$x\\in\\mathbb R^n$"),
    "HLOG": ("\\ell(w)=\\sum_{i=1}^N \\log(1+e^{-w^Tx_i})", ("w", "w"), "$w,x_i\\in\\mathbb R^d$"),
    "MVN": (
        "\\ell(\\Sigma)=-\\frac N2\\log\\det\\Sigma-\\frac12\\sum_{i=1}^N (x_i-\\mu)^T\\Sigma^{-1}(x_i-\\mu)",
        "\\Sigma",
        "$x_i,\\mu\\in\\mathbb R^d$, $\\Sigma$ symmetric positive definite $d\\times d$",
    ),
    "KM": ("J(\\mu_1)=\\sum_{i=1}^N r_i\\|x_i-\\mu_1\\|^2", "\\mu_1", "$x_i,\\mu_1\\in\\mathbb R^d$, $r_i\\in\\mathbb R$"),
    "RAT": ("f(x)=\\frac{a^Tx}{1+x^Tx}", "x", "$a,x\\in\\mathbb R^n$"),
    "XW": ("f(x)=x^TABx", "x", "$A,B\\in\\mathbb R^{n\\times n}$, $x\\in\\mathbb R^n$"),
    "SCAL": ("f(t)=\\exp(-t^2)\\sin(3t)", "t", "$t\\in\\mathbb R$"),
    "ATT": (
        "L=\\frac12\\|AVW-Y\\|_F^2",
        "V",
        "$A\\in\\mathbb R^{T\\times T}$, $V\\in\\mathbb R^{T\\times d}$, $W\\in\\mathbb R^{d\\times k}$, $Y\\in\\mathbb R^{T\\times k}$",
    ),
    "ENT": ("f(p)=-\\sum_i p_i\\log p_i", "p", "$p\\in\\mathbb R^n$ with positive entries"),
}
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
