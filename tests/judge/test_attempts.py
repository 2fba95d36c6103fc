"""Answers as students hand them in: right in other spellings, wrong by the usual slips, half finished, words between. What a fair reader
says of each was written down before anything was run."""

from __future__ import annotations

import pytest

import gradatim as gd

QUESTIONS = {
    "WLS": (
        r"\sum_{i=1}^n c_i (y_i - x_i^T\beta)^2",
        r"\beta",
        r"$x_i,\beta\in\mathbb{R}^p$, $y_i\in\mathbb R$, $c_i>0$; X has the rows $x_i^T$, $C=\mathrm{diag}(c_1,\dots,c_n)$, $y=(y_1,\dots,y_n)^T$",
    ),
    "WLSM": (
        r"(y-X\beta)^TC(y-X\beta)",
        r"\beta",
        r"$X\in\mathbb{R}^{n\times p}$, $C\in\mathbb{R}^{n\times n}$ is symmetric, $y\in\mathbb{R}^n$",
    ),
    "ENT": (
        r"-\sum_{k=1}^K t_k\log\frac{e^{a_k}}{\sum_{j=1}^K e^{a_j}}",
        r"a",
        r"$a\in\mathbb{R}^K$, $t\in\mathbb{R}^K$, $\sum_k t_k=1$",
    ),
    "MAH": (
        r"(x-\mu)^T\Sigma^{-1}(x-\mu)",
        r"\mu",
        r"$x,\mu\in\mathbb{R}^d$, $\Sigma$ is a symmetric positive definite $d\times d$ matrix",
    ),
    "MLES": (
        r"-\frac{n}{2}\log\det S - \frac12\sum_{i=1}^n (x_i-m)^TS^{-1}(x_i-m)",
        r"S",
        r"$x_i,m\in\mathbb{R}^d$, $S$ is a symmetric positive definite $d\times d$ matrix",
    ),
    "BIL": (
        r"u^TAv + v^TBu",
        r"v",
        r"$A\in\mathbb{R}^{m\times n}$, $B\in\mathbb{R}^{n\times m}$, $u\in\mathbb{R}^m$, $v\in\mathbb{R}^n$",
    ),
    "TRP": (
        r"\mathrm{tr}(X^TAXB)",
        r"X",
        r"$X\in\mathbb{R}^{m\times n}$, $A\in\mathbb{R}^{m\times m}$, $B\in\mathbb{R}^{n\times n}$",
    ),
    "SOFTP": (r"\sum_i \log(1+e^{w^Tz_i}) - t_i w^Tz_i", r"w", r"$w,z_i\in\mathbb{R}^d$, $t_i\in\{0,1\}$, $i=1,\dots,n$"),
    "MLP": (
        r"\ell=\frac12\|V\sigma(Ux+c)-t\|^2",
        r"U",
        r"$U\in\mathbb{R}^{h\times d}$, $V\in\mathbb{R}^{k\times h}$, $x\in\mathbb{R}^d$, $c\in\mathbb{R}^h$, $t\in\mathbb{R}^k$, $\sigma$ is the logistic sigmoid applied elementwise",
    ),
    "JSM": (r"\mathrm{softmax}(z)", r"z", r"$z\in\mathbb{R}^K$"),
    "NORM": (r"\frac{x}{\|x\|}", r"x", r"$x\in\mathbb{R}^n$"),
    "RAY": (r"\frac{x^TAx}{x^Tx}", r"x", r"$A\in\mathbb{R}^{n\times n}$ is symmetric, $x\in\mathbb{R}^n$"),
    "MF": (
        r"\|Y-PQ^T\|_F^2+\gamma\|P\|_F^2",
        r"P",
        r"$Y\in\mathbb{R}^{m\times n}$, $P\in\mathbb{R}^{m\times k}$, $Q\in\mathbb{R}^{n\times k}$, $\gamma>0$",
    ),
    "QIX": (
        r"\sum_{i=1}^n\sum_{j=1}^n a_{ij}x_ix_j + \sum_{i=1}^n b_i x_i",
        r"x",
        r"$A=(a_{ij})$ is an $n\times n$ matrix, $x,b\in\mathbb{R}^n$",
    ),
    "HES": (r"\log\sum_{i=1}^n e^{x_i}", r"x", r"$x\in\mathbb{R}^n$"),
    "CUB": (r"(a^Tx)^3", r"x", r"$a,x\in\mathbb{R}^n$"),
    "LOGD": (r"\log\det(X^TX)", r"X", r"$X\in\mathbb{R}^{m\times n}$ has full column rank"),
    "POIS": (
        r"\sum_{i=1}^n (y_i\theta^Tx_i - e^{\theta^Tx_i})",
        r"\theta",
        r"$\theta,x_i\in\mathbb{R}^d$, $y_i\in\mathbb{R}$; X is the matrix with rows $x_i^T$",
    ),
    "INVT": (
        r"\mathrm{tr}(AX^{-1}B)",
        r"X",
        r"$X\in\mathbb{R}^{n\times n}$ is invertible, $A\in\mathbb{R}^{m\times n}$, $B\in\mathbb{R}^{n\times m}$",
    ),
    "EXPN": (r"e^{-\frac12 x^Tx}", r"x", r"$x\in\mathbb{R}^n$"),
    "LR": (
        r"-\sum_{i=1}^n [y_i\log\sigma(w^Tx_i)+(1-y_i)\log(1-\sigma(w^Tx_i))]",
        r"w",
        r"$w,x_i\in\mathbb R^d$, $y_i\in\{0,1\}$, $\sigma$ is the sigmoid; $X$ has the rows $x_i^T$",
    ),
    "LS": (r"\|Ax-b\|^2", r"x", r"$A\in\mathbb R^{m\times n}$, $x\in\mathbb R^n$, $b\in\mathbb R^m$"),
    "LSE": (r"\log\sum_{i=1}^n e^{x_i}", r"x", r"$x\in\mathbb{R}^n$"),
    "NN": (
        r"L=\frac12\|W_2\tanh(W_1x)-y\|^2",
        r"W_1",
        r"$W_1\in\mathbb R^{h\times d}$, $W_2\in\mathbb R^{k\times h}$, $x\in\mathbb R^d$, $y\in\mathbb R^k$",
    ),
    "RAY2": (r"\frac{x^TAx}{x^Tx}", r"x", r"$A\in\mathbb{R}^{n\times n}$ is symmetric, $x\in\mathbb{R}^n$"),
    "GP": (
        r"-\frac12 y^TK^{-1}y-\frac12\log\det K; K=\theta K_0+s I",
        r"\theta",
        r"$y\in\mathbb R^n$, $K_0\in\mathbb R^{n\times n}$ symmetric, $s$ scalar",
    ),
    "JSM2": (r"\mathrm{softmax}(z)", r"z", r"$z\in\mathbb{R}^K$"),
    "BAR": (
        r"-\sum_{i=1}^m\log(b_i-a_i^Tx)",
        r"x",
        r"$a_i^T$ are the rows of $A\in\mathbb{R}^{m\times n}$, $b\in\mathbb R^m$, $x\in\mathbb{R}^n$",
    ),
    "FRO": (r"\|AX-B\|_F^2", r"X", r"$A\in\mathbb R^{p\times m}$, $X\in\mathbb R^{m\times n}$, $B\in\mathbb R^{p\times n}$"),
    "SQ": (r"\sqrt{1+\|x\|^2}", r"x", r"$x\in\mathbb R^n$"),
    "CE": (
        r"L=-\sum_k y_k\log p_k; p=\mathrm{softmax}(Wx+b)",
        r"W",
        r"$W\in\mathbb R^{K\times d}$, $x\in\mathbb R^d$, $b\in\mathbb R^K$, $y$ is one-hot",
    ),
}

ATTEMPTS = [
    ("WLS", r"-2\sum_{i=1}^n c_i(y_i-x_i^T\beta)x_i", 1, "right", (), None),
    ("WLS", r"2X^TC(X\beta-y)", 1, "right", (), None),
    ("WLS", r"2\sum_i c_i(y_i-x_i^T\beta)x_i", 1, "wrong", ("sign",), None),
    ("WLSM", r"2(X'CX\beta-X'Cy)", 1, "right", (), None),
    (
        "WLSM",
        "f = y^TCy - 2\\beta^TX^TCy + \\beta^TX^TCX\\beta\ndf/d\\beta = -2X^TCy + X^TCX\\beta\n= X^TC(X\\beta - 2y)",
        1,
        "wrong",
        ("factor", "missing-term", "symmetry", "other"),
        2,
    ),
    ("WLSM", r"-2C X^T(y-X\beta)", 1, "wrong", ("order", "shape"), None),
    ("WLSM", r"-(X^TC(y-X\beta) + X^TC^T(y-X\beta))", 1, "right", (), None),
    ("ENT", r"\mathrm{softmax}(a)-t", 1, "right", (), None),
    ("ENT", r"t-\mathrm{softmax}(a)", 1, "wrong", ("sign",), None),
    ("ENT", r"\left[\frac{e^{a_k}}{\sum_j e^{a_j}} - t_k\right]_k", 1, "right", (), None),
    ("ENT", r"p - t \text{ where } p_k = \frac{e^{a_k}}{\sum_j e^{a_j}}", 1, "right", (), None),
    ("ENT", r"\mathrm{softmax}(a)\odot t - t", 1, "wrong", (), None),
    ("MAH", r"2\Sigma^{-1}(\mu-x)", 1, "right", (), None),
    ("MAH", r"2\Sigma^{-1}(x-\mu)", 1, "wrong", ("sign", "chain-rule"), None),
    ("MAH", r"-\Sigma^{-1}(x-\mu)", 1, "wrong", ("factor",), None),
    ("MAH", r"-(\Sigma^{-1}+\Sigma^{-T})(x-\mu)", 1, "right", (), None),
    ("MLES", r"-\frac n2 S^{-1} + \frac12\sum_i S^{-1}(x_i-m)(x_i-m)^TS^{-1}", 1, "right", (), None),
    ("MLES", r"-\frac n2 S^{-1} - \frac12\sum_i S^{-1}(x_i-m)(x_i-m)^TS^{-1}", 1, "wrong", ("sign",), None),
    ("MLES", r"\frac12 S^{-1}(\sum_i (x_i-m)(x_i-m)^T - nS)S^{-1}", 1, "right", (), None),
    (
        "MLES",
        r"-\frac n2 S^{-1} + \frac12 \sum_i S^{-1}(x_i-m)^T(x_i-m)S^{-1}",
        1,
        "wrong",
        ("order", "product", "transpose", "other", "shape"),
        None,
    ),
    ("BIL", r"A^Tu + Bu", 1, "right", (), None),
    ("BIL", r"(A^T+B)u", 1, "right", (), None),
    ("BIL", r"Au + Bu", 1, "wrong", ("transpose", "shape"), None),
    ("BIL", r"u^TA + u^TB^T", 1, "right up to layout", (), None),
    ("BIL", r"A^Tu", 1, "wrong", ("missing-term",), None),
    ("TRP", r"AXB + A^TXB^T", 1, "right", (), None),
    ("TRP", r"A^TXB + AXB^T", 1, "wrong", ("transpose",), None),
    (
        "TRP",
        "df = tr(dX^T A X B) + tr(X^T A dX B)\n= tr(dX^T A X B) + tr(B X^T A dX)\nso the gradient is AXB + A^TXB^T",
        1,
        "right",
        (),
        None,
    ),
    ("SOFTP", r"\sum_i(\sigma(w^Tz_i)-t_i)z_i", 1, "right", (), None),
    ("SOFTP", r"\sum_i \left(\frac{1}{1+e^{-w^Tz_i}} - t_i\right) z_i", 1, "right", (), None),
    ("SOFTP", r"\sum_i \frac{e^{w^Tz_i}}{1+e^{w^Tz_i}} - t_i z_i", 1, "wrong", ("shape", "chain-rule", "missing-term"), None),
    ("SOFTP", r"\sum_i\left(\frac{1}{1+e^{w^Tz_i}}-t_i\right)z_i", 1, "wrong", (), None),
    ("MLP", r"V^T(V h - t)\odot h\odot(1-h)x^T \text{ with } h=\sigma(Ux+c)", 1, "right", (), None),
    (
        "MLP",
        "Let a = Ux+c, h = \\sigma(a), e = Vh - t.\nd\\ell/de = e\nd\\ell/dh = V^T e\nd\\ell/da = V^T e \\odot h \\odot (1-h)\nd\\ell/dU = (V^T e \\odot h \\odot (1-h)) x^T",
        1,
        "right",
        (),
        None,
    ),
    ("MLP", r"V^T(V\sigma(Ux+c)-t)x^T", 1, "wrong", ("chain-rule",), None),
    ("JSM", r"\mathrm{diag}(s)-ss^T \text{ where } s=\mathrm{softmax}(z)", 1, "right", (), None),
    ("JSM", r"\mathrm{softmax}(z)\odot(1-\mathrm{softmax}(z))", 1, "wrong", ("shape", "missing-term", "other"), None),
    ("JSM", r"\frac{\partial s_i}{\partial z_j} = s_i(\delta_{ij}-s_j)", 1, "right", (), None),
    ("NORM", r"\frac{I}{\|x\|} - \frac{xx^T}{\|x\|^3}", 1, "right", (), None),
    ("NORM", r"\frac{I}{\|x\|} - \frac{xx^T}{\|x\|^2}", 1, "wrong", (), None),
    ("NORM", r"\frac{1}{\|x\|}", 1, "wrong", ("missing-term", "shape", "unfinished", "other"), None),
    ("RAY", r"\frac{2Ax}{x^Tx} - \frac{2x^TAx}{(x^Tx)^2}x", 1, "right", (), None),
    ("RAY", r"\frac{2Ax}{x^Tx} - \frac{x^TAx}{(x^Tx)^2}x", 1, "wrong", ("factor",), None),
    ("RAY", r"\frac{2}{x^Tx}(A - R I)x,\ R = \frac{x^TAx}{x^Tx}", 1, "right", (), None),
    ("MF", r"2(PQ^T-Y)Q+2\gamma P", 1, "right", (), None),
    ("MF", r"-2Q^T(Y-PQ^T)+2\gamma P", 1, "wrong", ("shape", "order", "transpose"), None),
    ("MF", r"-2(Y-PQ^T)Q", 1, "wrong", ("missing-term",), None),
    ("QIX", r"(A+A^T)x+b", 1, "right", (), None),
    ("QIX", r"\frac{\partial f}{\partial x_k} = \sum_j a_{kj}x_j + \sum_i a_{ik}x_i + b_k", 1, "right", (), None),
    ("HES", r"\mathrm{diag}(p)-pp^T \text{ where } p=\mathrm{softmax}(x)", 2, "right", (), None),
    ("HES", r"pp^T-\mathrm{diag}(p) \text{ where } p=\mathrm{softmax}(x)", 2, "wrong", ("sign",), None),
    ("CUB", r"6(a^Tx)aa^T", 2, "right", (), None),
    ("CUB", r"6(a^Tx)a^Ta", 2, "wrong", ("shape", "order", "transpose", "product"), None),
    ("CUB", r"6aa^Txa^T", 2, "right", (), None),
    ("LOGD", r"2X(X^TX)^{-1}", 1, "right", (), None),
    ("LOGD", r"2(X^TX)^{-1}X^T", 1, "right up to layout", (), None),
    ("LOGD", r"2(X^TX)^{-1}X", 1, "wrong", ("shape", "order"), None),
    ("POIS", r"X^T(y-e^{X\theta})", 1, "right", (), None),
    ("POIS", r"\sum_i(y_i-e^{\theta^Tx_i})x_i", 1, "right", (), None),
    ("POIS", r"\sum_i y_i - e^{\theta^Tx_i}", 1, "wrong", ("shape", "chain-rule", "missing-term"), None),
    ("INVT", r"-X^{-T}A^TB^TX^{-T}", 1, "right", (), None),
    ("INVT", r"-(X^{-1}BAX^{-1})^T", 1, "right", (), None),
    ("INVT", r"-X^{-1}BAX^{-1}", 1, "right up to layout", (), None),
    ("INVT", r"-X^{-T}B^TA^TX^{-T}", 1, "wrong", ("shape", "order"), None),
    ("EXPN", r"e^{-\frac12 x^Tx}(xx^T-I)", 2, "right", (), None),
    ("EXPN", r"e^{-\frac12 x^Tx}(x^Tx-I)", 2, "wrong", ("order", "shape", "product", "transpose"), None),
    ("EXPN", r"-e^{-\frac12 x^Tx}I", 2, "wrong", ("missing-term",), None),
    ("LR", r"X^TSX \text{ where } S=\mathrm{diag}(p_i(1-p_i)),\ p_i=\sigma(w^Tx_i)", 2, "right", (), None),
    ("LR", r"X^TDX, \quad D_{ii}=\sigma(w^Tx_i)(1-\sigma(w^Tx_i))", 2, "right", (), None),
    ("LR", r"X^TSX", 2, "unreadable", (), None),
    ("LR", r"-X^TSX", 2, "unreadable", (), None),
    ("LR", r"X^TSX \text{ with } S=\mathrm{diag}(p_i), p_i = \sigma(w^Tx_i)", 2, "wrong", (), None),
    ("LR", r"-X^TRX \text{ with } R=\mathrm{diag}(p_i(1-p_i)), p_i = \sigma(w^Tx_i)", 2, "wrong", ("sign",), None),
    (
        "LR",
        r"X\Omega X^T \text{ with } \Omega=\mathrm{diag}(p_i(1-p_i)), p_i = \sigma(w^Tx_i)",
        2,
        "wrong",
        ("order", "shape", "transpose"),
        None,
    ),
    ("LR", r"X^T(\sigma(Xw)-y)", 1, "right", (), None),
    (
        "LR",
        "Let $p_i=\\sigma(w^Tx_i)$. Then $\\frac{\\partial p_i}{\\partial w} = p_i(1-p_i)x_i$\nso $\\nabla L = -\\sum_i [y_i\\frac{1}{p_i} - (1-y_i)\\frac{1}{1-p_i}]p_i(1-p_i)x_i$\n$= -\\sum_i [y_i(1-p_i)-(1-y_i)p_i]x_i$\n$= \\sum_i (p_i-y_i)x_i$",
        1,
        "right",
        (),
        None,
    ),
    (
        "LR",
        "Let $p_i=\\sigma(w^Tx_i)$. Then $\\frac{\\partial p_i}{\\partial w} = p_i(1-p_i)x_i$\nso $\\nabla L = -\\sum_i [y_i\\frac{1}{p_i} + (1-y_i)\\frac{1}{1-p_i}]p_i(1-p_i)x_i$\n$= -\\sum_i [y_i(1-p_i)+(1-y_i)p_i]x_i$",
        1,
        "wrong",
        ("sign",),
        3,
    ),
    ("LS", r"2A^T r \text{ where } r = Ax - b", 1, "right", (), None),
    ("LS", r"2A^T r", 1, "unreadable", (), None),
    ("LS", r"2A^Tr, r = b - Ax", 1, "wrong", ("sign",), None),
    (
        "LS",
        "We expand: $f = x^TA^TAx - 2b^TAx + b^Tb$.\nThe first term gives $2A^TAx$.\nThe second gives $-2A^Tb$, the last is constant.\nHence $\\nabla f = 2A^TAx - 2A^Tb$.",
        1,
        "right",
        (),
        None,
    ),
    (
        "LS",
        "We expand: $f = x^TA^TAx - 2b^TAx + b^Tb$.\nThe first term gives $A^TAx$.\nThe second gives $-2A^Tb$, the last is constant.\nHence $\\nabla f = A^TAx - 2A^Tb$.",
        1,
        "wrong",
        ("factor",),
        None,
    ),
    ("LS", r"2(x^TA^TA - b^TA)", 1, "right up to layout", (), None),
    ("LS", r"2 A^T A x - 2 A^T b = 0", 1, "right", (), None),
    ("LSE", r"\frac{e^x}{\sum_i e^{x_i}}", 1, "right", (), None),
    ("LSE", r"\frac{e^x}{1^Te^x}", 1, "right", (), None),
    ("LSE", r"\frac{1}{\sum_i e^{x_i}}", 1, "wrong", ("chain-rule", "missing-term", "shape"), None),
    ("LSE", r"\frac{\partial f}{\partial x_j} = \frac{e^{x_j}}{\sum_i e^{x_i}}", 1, "right", (), None),
    ("LSE", r"\frac{\partial f}{\partial x_i} = \frac{e^{x_i}}{\sum_i e^{x_i}}", 1, "right", (), None),
    (
        "LSE",
        r"\frac{\partial^2 f}{\partial x_i\partial x_j} = p_i\delta_{ij} - p_ip_j,\ p_i=\frac{e^{x_i}}{\sum_k e^{x_k}}",
        2,
        "right",
        (),
        None,
    ),
    (
        "LSE",
        r"\frac{\partial^2 f}{\partial x_i\partial x_j} = p_i - p_ip_j,\ p_i=\frac{e^{x_i}}{\sum_k e^{x_k}}",
        2,
        "wrong",
        (),
        None,
    ),
    ("NN", r"W_2^T(W_2h-y)\odot(1-h^2)x^T, h=\tanh(W_1x)", 1, "right", (), None),
    ("NN", r"(W_2^T(W_2h-y)\circ(1-h\circ h))x^T \quad (h=\tanh W_1x)", 1, "right", (), None),
    ("NN", r"\mathrm{diag}(1-h^2)W_2^T(W_2h-y)x^T, h=\tanh(W_1x)", 1, "right", (), None),
    ("NN", r"\delta x^T \text{ with } \delta = W_2^T(W_2h-y)\odot(1-h), h=\tanh(W_1x)", 1, "wrong", (), None),
    ("NN", r"x\delta^T \text{ with } \delta = W_2^T(W_2h-y)\odot(1-h^2), h=\tanh(W_1x)", 1, "right up to layout", (), None),
    ("RAY2", r"\frac{2}{x^Tx}(Ax-\lambda x) \text{ with } \lambda = \frac{x^TAx}{x^Tx}", 1, "right", (), None),
    ("RAY2", r"\frac{2(Ax - f x)}{x^Tx}", 1, "right", (), None),
    ("RAY2", r"\frac{2(Ax - R x)}{x^Tx}", 1, "unreadable", (), None),
    ("RAY2", r"\frac{2}{x^Tx}(A-rI-gx^T-xg^T),\ r=\frac{x^TAx}{x^Tx},\ g=\frac{2}{x^Tx}(A-rI)x", 2, "right", (), None),
    (
        "RAY2",
        "$f = u/v$ with $u=x^TAx$, $v=x^Tx$.\n$\\nabla u = 2Ax$, $\\nabla v = 2x$.\n$\\nabla f = \\frac{v\\nabla u - u\\nabla v}{v^2}$\n$= \\frac{2x^Tx Ax - 2x^TAx\\, x}{(x^Tx)^2}$",
        1,
        "right",
        (),
        None,
    ),
    (
        "RAY2",
        "$f = u/v$ with $u=x^TAx$, $v=x^Tx$.\n$\\nabla u = 2Ax$, $\\nabla v = 2x$.\n$\\nabla f = \\frac{v\\nabla u - u\\nabla v}{v}$\n$= \\frac{2x^Tx Ax - 2x^TAx\\, x}{x^Tx}$",
        1,
        "wrong",
        ("factor", "other", "chain-rule"),
        None,
    ),
    ("GP", r"\frac12 \mathrm{tr}((\alpha\alpha^T-K^{-1})K_0), \alpha=K^{-1}y", 1, "right", (), None),
    ("GP", r"\frac12 \alpha^TK_0\alpha - \frac12\mathrm{tr}(K^{-1}K_0) \text{ where } \alpha=K^{-1}y", 1, "right", (), None),
    (
        "GP",
        r"-\frac12 \alpha^TK_0\alpha - \frac12\mathrm{tr}(K^{-1}K_0) \text{ where } \alpha=K^{-1}y",
        1,
        "wrong",
        ("sign",),
        None,
    ),
    ("GP", r"\frac12 y^TK^{-1}K_0K^{-1}y - \frac12 \mathrm{tr}(K^{-1})", 1, "wrong", (), None),
    ("JSM2", r"\frac{\partial s_i}{\partial z_j} = s_i(\delta_{ij}-s_j)", 1, "right", (), None),
    ("JSM2", r"\frac{\partial p_i}{\partial z_j} = p_i(1-p_j)", 1, "wrong", (), None),
    ("JSM2", r"\frac{\partial p_i}{\partial z_j} = p_i(1_{i=j}-p_j)", 1, "right", (), None),
    ("JSM2", r"\mathrm{diag}(p)-pp^T", 1, "unreadable", (), None),
    ("BAR", r"A^Td, d_i=\frac{1}{b_i-a_i^Tx}", 1, "right", (), None),
    ("BAR", r"-A^Td, d_i=\frac{1}{b_i-a_i^Tx}", 1, "wrong", ("sign",), None),
    ("BAR", r"\sum_i \frac{a_i}{b_i-a_i^Tx}", 1, "right", (), None),
    ("BAR", r"A^T\mathrm{diag}(d)^2A, d_i=1/(b_i-a_i^Tx)", 2, "right", (), None),
    ("BAR", r"A^T\mathrm{diag}(d)A, d_i=1/(b_i-a_i^Tx)", 2, "wrong", (), None),
    (
        "FRO",
        "$df = 2\\langle AX-B, A\\,dX\\rangle = 2\\langle A^T(AX-B), dX\\rangle$\n$\\nabla f = 2A^T(AX-B)$",
        1,
        "right",
        (),
        None,
    ),
    ("FRO", r"2(AX-B)A^T", 1, "wrong", ("order", "shape"), None),
    ("SQ", r"\frac{x}{\sqrt{1+x^Tx}}", 1, "right", (), None),
    ("SQ", r"\frac{x}{2\sqrt{1+x^Tx}}", 1, "wrong", ("factor",), None),
    ("SQ", r"\frac{1}{f}(I-\frac{xx^T}{f^2})", 2, "right", (), None),
    ("SQ", r"\frac{1}{f}(I-\frac{xx^T}{f})", 2, "wrong", (), None),
    ("CE", r"(p-y)x^T", 1, "right", (), None),
    ("CE", r"(y-p)x^T", 1, "wrong", ("sign",), None),
    ("CE", r"x(p-y)^T", 1, "right up to layout", (), None),
    ("CE", r"p-y", 1, "wrong", ("chain-rule", "shape", "missing-term"), None),
    ("TRP", r"2AXB", 1, "right under a condition", ("symmetry",), None),
    ("QIX", r"\frac{\partial f}{\partial x_k} = 2\sum_j a_{kj}x_j + b_k", 1, "right under a condition", ("symmetry",), None),
    ("LS", r"x = (A^TA)^{-1}A^Tb", 1, "wrong", ("other",), 1),
]


@pytest.mark.parametrize(("question", "answer", "order", "outcome", "kinds", "line"), ATTEMPTS)
def test_what_is_said_of_an_attempt(
    question: str, answer: str, order: int, outcome: str, kinds: tuple[str, ...], line: int | None
) -> None:
    """`kinds` are the kinds of mistake that a reader may name, none where any will do; `line` the first wrong one."""
    of, wrt, given = QUESTIONS[question]
    v = gd.check(answer, of=of, wrt=(wrt,) * order, given=given)
    assert v.outcome == outcome, v
    assert not kinds or v.mistake in kinds, v
    assert line is None or v.first_wrong_line == line, v
    if v.wrong:
        assert v.message and v.hints and all(v.hints), v


def test_an_equation_for_the_variable_is_told_as_one() -> None:
    of, wrt, given = QUESTIONS["LS"]
    v = gd.check(r"x = (A^TA)^{-1}A^Tb", of=of, wrt=wrt, given=given)
    assert v.message == "this says what x is, and not what the derivative by x is"
    assert "before it is set to zero" in v.hints[2]


def test_a_condition_on_several_is_in_the_plural() -> None:
    of, wrt, given = QUESTIONS["TRP"]
    assert "A and B are symmetric" in gd.check("2AXB", of=of, wrt=wrt, given=given).message


def test_no_more_is_asked_to_be_symmetric_than_is_needed() -> None:
    given = r"$A, B, C\in\mathbb{R}^{p\times p}$"
    v = gd.check("2BAC", of=r"\mathrm{tr}(A^TBAC)", wrt="A", given=given)  # BᵀA Cᵀ + B A C
    assert v.outcome == "right under a condition" and "only if B and C are symmetric" in v.message
