"""Questions whose wording is what has to be understood: lists of sizes, definitions in prose, words of plain TeX."""

from __future__ import annotations

import numpy as np
from numpy.linalg import det, inv, norm

from .ask import Question as Q
from .statistics import ld, sigmoid

tr = np.trace


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


QUESTIONS = [
    Q(
        r"Suppose $X\in\mathbb{R}^{m\times n}$ is not square and the matrix $A\in\mathbb{R}^{m\times m}$ is symmetric.",
        r"\det(X^TAX)",
        "X",
        "X: m n; A: m m spd",
        lambda X, A: det(X.T @ A @ X),
    ),
    Q(r"$a>0$ and $X$ is an invertible $n\times n$ matrix.", r"\ln|aX|", "X", "a: positive; X: n n spd", lambda a, X: ld(a * X)),
    Q(r"$A$ is $m\times n$.", r"\|A\|_{\text{fro}}^2 + \|A\|^3_{\rm F}", "A", "A: m n", lambda A: norm(A) ** 2 + norm(A) ** 3),
    Q(
        r"$A$ is symmetric of order $n$, $a$ and $b$ are scalars.",
        r"{a\over b}\log\left({x^TAx \over x^Tx}\right)",
        "x",
        "A: n n spd; a: ; b: positive; x: n",
        lambda A, a, b, x: a / b * np.log(x @ A @ x / (x @ x)),
    ),
    Q(
        r"where $y, h, W$ and $b$ are $1\times n$, $1\times m$, $m\times n$ and $1\times n$ matrices and $g$ is $1\times n$",
        r"z = h\cdot W + b; y = \operatorname{softmax}(z); L = gy^T",
        "W",
        "h: m; W: m n; b: n; g: n",
        lambda h, W, b, g: g @ softmax(h @ W + b),
    ),
    Q(
        r"$A,B$ and $C$ are $k\times m$, $n\times p$ and $p\times k$ matrices, $X\in\mathbb{R}^{m\times n}$",
        r"\operatorname{tr}(AXBC)",
        "X",
        "A: k m; B: n p; C: p k; X: m n",
        lambda A, B, C, X: tr(A @ X @ B @ C),
    ),
    Q(
        r"$x$ and $y$ are vectors of size $n$ and $m$.",
        r"\exp(x^TAy)",
        "A",
        "x: n small; y: m small; A: n m",
        lambda x, y, A: np.exp(x @ A @ y),
    ),
    Q(
        r"$H=I-\frac1n\mathbf{1}\mathbf{1}^T$ is the centering matrix, $X\in\mathbb{R}^{n\times d}$ and $W\in\mathbb{R}^{d\times k}$.",
        r"\mathrm{tr}(W^TX^THXW)",
        "X",
        "X: n d; W: d k",
        lambda X, W: tr(W.T @ X.T @ (X - X.mean(0)) @ W),
    ),
    Q(
        r"$r=y-X\beta$ is the residual vector, $X$ is an $n\times p$ matrix.",
        r"r^Tr+\lambda\beta^T\beta",
        r"\beta",
        "y: n; X: n p; beta: p; lam: ",
        lambda y, X, beta, lam: ((y - X @ beta) ** 2).sum() + lam * beta @ beta,
    ),
    Q(
        r"$A$ is symmetric positive definite $n\times n$, $d$ has positive entries and $x\in\mathbb{R}^n$.",
        r"x^T(A+\mathrm{diag}(d))^{-1}x",
        "d",
        "A: n n spd; d: n positive; x: n",
        lambda A, d, x: x @ inv(A + np.diag(d)) @ x,
    ),
    Q(
        r"$p,q$ are vectors of positive numbers and $\lambda$ a scalar.",
        r"\sum_i p_i\log\frac{p_i}{q_i}+\lambda\Big(\sum_i p_i-1\Big)",
        "p",
        "p: n positive; q: n positive; lam: ",
        lambda p, q, lam: (p * np.log(p / q)).sum() + lam * (p.sum() - 1),
    ),
    Q(
        r"$a$ and $b$ are vectors.",
        r"\text{cossim}(a,b)=\frac{a^Tb}{\|a\|\|b\|}",
        "a",
        "a: n; b: n",
        lambda a, b: a @ b / norm(a) / norm(b),
    ),
    Q(
        r"$A\in\mathbb{R}^{m\times n}$, $X\in\mathbb{R}^{n\times k}$, $b\in\mathbb{R}^k$.",
        r"h(X) = f(AXb); f(y) = \|y\|_4^4",
        "X",
        "A: m n; X: n k; b: k",
        lambda A, X, b: ((A @ X @ b) ** 4).sum(),
    ),
    Q(
        r"$W\in\mathbb{R}^{M\times D}$, $x\in\mathbb{R}^D$ and $k$ is the index of the correct class.",
        r"p = \mathrm{softmax}(Wx); L = -\log p_k",
        "W",
        "W: M D; x: D; k: =2",
        lambda W, x: -np.log(softmax(W @ x)[2]),
    ),
    Q(
        r"$\mathbf{x}\in\mathbb{R}^m$, and $\mathbf{A}$, $\mathbf{B}$ are not functions of it, $m\times m$.",
        r"\mathbf{x}^T\mathbf{A}\mathbf{B}\mathbf{x}",
        r"\mathbf{x}",
        "x: m; A: m m; B: m m",
        lambda x, A, B: x @ A @ B @ x,
    ),
    Q(
        r"$x_n\in\mathbb{R}^D$, $n=1,\dots,N$, $W\in\mathbb{R}^{M\times D}$ and $\sigma$ is the logistic sigmoid, applied elementwise.",
        r"\frac{1}{N}\sum_{n=1}^N\|x_n-W^T\sigma(Wx_n)\|^2",
        "W",
        "x: N D; W: M D",
        lambda x, W: ((x - sigmoid(x @ W.T) @ W) ** 2).sum() / len(x),
    ),
    Q(
        r"$s_t,\theta\in\mathbb{R}^d$ and $r_t$ is the reward at time $t=1,\dots,N$, $0<\gamma<1$.",
        r"\sum_{t=1}^N\gamma^t r_t\log\sigma(\theta^Ts_t)",
        r"\theta",
        "s: N d; theta: d; r: N; gamma: positive",
        lambda s, theta, r, gamma: (gamma ** np.arange(1, len(r) + 1) * r * np.log(sigmoid(s @ theta))).sum(),
    ),
    Q(
        r"How do I differentiate this w.r.t. X? A is n×p and X is m×n",
        r"Tr(A^TX^TXA)",
        "X",
        "A: n p; X: m n",
        lambda A, X: tr(A.T @ X.T @ X @ A),
    ),
    Q(
        r"$A$ and $B$ are $n\times n$ matrices.",
        r"f : \mathbb{R}^n\to\mathbb{R}^n, x \mapsto (x^TAx)Bx",
        "x",
        "A: n n; B: n n; x: n",
        lambda A, B, x: (x @ A @ x) * (B @ x),
    ),
    Q(
        r"$w,x_i\in\mathbb{R}^d$, $b\in\mathbb{R}$, $y_i=\pm1$, $i=1,\dots,N$.",
        r"\sum_{i=1}^N\max(0,1-y_i(w^Tx_i+b))^2",
        "w",
        "w: d; x: N d; b: ; y: N signs",
        lambda w, x, b, y: (np.maximum(0, 1 - y * (x @ w + b)) ** 2).sum(),
    ),
    Q(
        r"$\hat A$ is symmetric (normalised adjacency), $n\times n$, $X\in\mathbb{R}^{n\times d}$, $W\in\mathbb{R}^{d\times k}$",
        r"\|\hat AXW\|_F^2",
        "W",
        "A_hat: n n symmetric; X: n d; W: d k",
        lambda A_hat, X, W: norm(A_hat @ X @ W) ** 2,
    ),
    Q(
        r"$w_j$ are the rows of $W\in\mathbb{R}^{M\times D}$, $x_i\in\mathbb{R}^D$, $i=1,\dots,N$.",
        r"\sum_i\sum_j\log\sigma(w_j^Tx_i)",
        "W",
        "W: M D; x: N D",
        lambda W, x: np.log(sigmoid(x @ W.T)).sum(),
    ),
    Q(
        r"Wiener filter: $\mathbf{R}$ is the $M\times M$ (symmetric) autocorrelation matrix, $\mathbf{w}$ a vector.",
        r"\mathbf{w}^\mathsf{T}\mathbf{R}\mathbf{w}",
        r"\mathbf{w}",
        "w: M; R: M M symmetric",
        lambda w, R: w @ R @ w,
    ),
    Q(
        r"$\mathbf{A}=\mathbf{A}^{\top}\in\mathbb{R}^{n\times n}$, $\mathbf{X}\in\mathbb{R}^{m\times n}$",
        r"\mathrm{tr}(\mathbf{X}\mathbf{A}\mathbf{X}^{\top})",
        r"\mathbf{X}",
        "A: n n symmetric; X: m n",
        lambda A, X: tr(X @ A @ X.T),
    ),
    Q(
        r"$B\in\mathbb{R}^{m\times p}$, $X\in\mathbb{R}^{m\times n}$ and $C\in\mathbb{R}^{n\times p}$",
        r"\operatorname{vec}(B)^\top(I\otimes X)\operatorname{vec}(C)",
        "X",
        "B: m p; X: m n; C: n p",
        lambda B, X, C: tr(B.T @ X @ C),
    ),
    Q(
        r"$\mathbf{K}_\theta$ is an $n\times n$ symmetric positive definite kernel matrix, $\sigma_n>0$.",
        r"\log\left|\mathbf{K}_\theta+\sigma_n^2\mathbf{I}\right|",
        r"\sigma_n",
        "K_theta: n n spd; sigma_n: positive",
        lambda K_theta, sigma_n: ld(K_theta + sigma_n**2 * np.eye(len(K_theta))),
    ),
]
