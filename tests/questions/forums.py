"""Classics of forums: norms of products, chains, kinks, barriers, geometric programs, matrix functions."""

from __future__ import annotations

import numpy as np
from numpy.linalg import inv, matrix_power, norm

from .ask import Question as Q
from .statistics import ld, sigmoid

tr = np.trace
AX = r"$A\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$, $b\in\mathbb{R}^m$"
AV = "A: m n; x: n; b: m"


def powers(S, p):
    w, V = np.linalg.eigh(S)
    return (V * w**p) @ V.T


def expm(X):
    out, term = np.eye(len(X)), np.eye(len(X))
    for k in range(1, 60):
        term = term @ X / k
        out = out + term
    return out


def logm(S):
    w, V = np.linalg.eigh((S + S.T) / 2)
    return (V * np.log(w)) @ V.T


QUESTIONS = [
    Q(AX, r"\|Ax-b\|_2", "x", AV, lambda A, x, b: norm(A @ x - b)),
    Q(AX, r"\|Ax-b\|_2", "A", AV, lambda A, x, b: norm(A @ x - b)),
    Q(AX, r"\|Ax-b\|_1", "x", AV, lambda A, x, b: abs(A @ x - b).sum()),
    Q(AX + r", $p > 1$", r"\|Ax-b\|_p", "x", AV + "; p: =3", lambda A, x, b: (abs(A @ x - b) ** 3).sum() ** (1 / 3)),
    Q(AX, r"\|Ax-b\|_4^4", "x", AV, lambda A, x, b: ((A @ x - b) ** 4).sum()),
    Q(AX, r"\log\left(1+\|Ax-b\|^2\right)", "x", AV, lambda A, x, b: np.log(1 + ((A @ x - b) ** 2).sum())),
    Q(AX, r"e^{-\|Ax-b\|^2}", "x", "A: m n small; x: n small; b: m small", lambda A, x, b: np.exp(-((A @ x - b) ** 2).sum())),
    Q(AX, r"\sqrt{1+\|Ax-b\|_2^2}", "x", AV, lambda A, x, b: np.sqrt(1 + ((A @ x - b) ** 2).sum())),
    Q(
        AX,
        r"\frac{\|Ax-b\|_2^2}{c^Tx+d}",
        "x",
        AV + "; c: n; d: positive",
        lambda A, x, b, c, d: ((A @ x - b) ** 2).sum() / (c @ x + d),
    ),
    Q(
        r"$A\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$",
        r"\frac{x^TA^TAx}{x^Tx}",
        "x",
        "A: m n; x: n",
        lambda A, x: x @ A.T @ A @ x / (x @ x),
    ),
    Q(
        r"$A\in\mathbb{R}^{n\times n}$ is symmetric, $x\in\mathbb{R}^n$",
        r"\frac{x^TAx}{x^Tx}",
        "x",
        "A: n n symmetric; x: n",
        lambda A, x: x @ A @ x / (x @ x),
        2,
    ),
    Q(r"$x\in\mathbb{R}^n$", r"\frac{x}{x^Tx}", "x", "x: n", lambda x: x / (x @ x)),
    Q(r"$x\in\mathbb{R}^n$", r"\frac{x x^T}{x^Tx}", "x", "x: n", lambda x: np.outer(x, x) / (x @ x)),
    Q(r"$x\in\mathbb{R}^n$", r"\|x\|^3", "x", "x: n", lambda x: norm(x) ** 3, 2),
    Q(r"$x\in\mathbb{R}^n$", r"\frac{1}{\|x\|}", "x", "x: n", lambda x: 1 / norm(x), 2),
    Q(r"$x\in\mathbb{R}^n$", r"\|xx^T\|_F^2", "x", "x: n", lambda x: (x @ x) ** 2),
    Q(r"$x\in\mathbb{R}^n$, $A\in\mathbb{R}^{n\times n}$", r"x^TAxx^T", "x", "x: n; A: n n", lambda x, A: (x @ A @ x) * x),
    Q(
        r"$x, a\in\mathbb{R}^n$, $B \in \mathbb{R}^{n \times n}$",
        r"(a^T x)\, B x",
        "x",
        "x: n; a: n; B: n n",
        lambda x, a, B: (a @ x) * (B @ x),
    ),
    Q(
        r"$X\in\mathbb{R}^{n\times n}$, $A, B\in\mathbb{R}^{n\times n}$",
        r"\|XAX^T-B\|_F^2",
        "X",
        "X: n n; A: n n; B: n n",
        lambda X, A, B: ((X @ A @ X.T - B) ** 2).sum(),
    ),
    Q(
        r"$X\in\mathbb{R}^{m\times n}$, $M \in \mathbb{R}^{m\times m}$ symmetric",
        r"\left\|XX^T-M\right\|_F^2",
        "X",
        "X: m n; M: m m symmetric",
        lambda X, M: ((X @ X.T - M) ** 2).sum(),
    ),
    Q(r"$X\in\mathbb{R}^{m\times n}$", r"\|X^TX-I\|_F^2", "X", "X: m n", lambda X: ((X.T @ X - np.eye(X.shape[1])) ** 2).sum()),
    Q(
        r"$X, B\in\mathbb{R}^{n\times n}$",
        r"\|X^{-1}-B\|_F^2",
        "X",
        "X: n n invertible; B: n n",
        lambda X, B: ((inv(X) - B) ** 2).sum(),
    ),
    Q(
        r"$A, B\in\mathbb{R}^{m\times n}$, $X \in \mathbb{R}^{n\times n}$",
        r"\frac12\|AX-B\|_F^2",
        "X",
        "A: m n; B: m n; X: n n",
        lambda A, B, X: 0.5 * ((A @ X - B) ** 2).sum(),
        2,
    ),
    Q(
        r"$A\in\mathbb{R}^{m\times n}$, $B\in\mathbb{R}^{m\times p}$, $X\in\mathbb{R}^{n\times p}$",
        r"\|AX - B\|_F",
        "X",
        "A: m n; B: m p; X: n p",
        lambda A, B, X: norm(A @ X - B),
    ),
    Q(
        r"$A\in\mathbb{R}^{m\times n}$, $B\in\mathbb{R}^{p\times q}$, $X\in\mathbb{R}^{n\times p}$, $C \in \mathbb{R}^{m\times q}$",
        r"\|AXB-C\|_F^2",
        "X",
        "A: m n; B: p q; X: n p; C: m q",
        lambda A, B, X, C: ((A @ X @ B - C) ** 2).sum(),
    ),
    Q(
        r"$x,\mu\in\mathbb{R}^n$, $S\in\mathbb{R}^{n\times n}$ is symmetric positive definite",
        r"\sqrt{(x-\mu)^TS^{-1}(x-\mu)}",
        "x",
        "x: n; mu: n; S: n n spd",
        lambda x, mu, S: np.sqrt((x - mu) @ inv(S) @ (x - mu)),
    ),
    Q(
        r"$x,y\in\mathbb{R}^n$, $L\in\mathbb{R}^{k\times n}$",
        r"(x-y)^TL^TL(x-y)",
        "L",
        "x: n; y: n; L: k n",
        lambda x, y, L: ((L @ (x - y)) ** 2).sum(),
    ),
    Q(
        r"$A\in\mathbb{R}^{n\times n}$ and $b\in\mathbb{R}^n$ are constant, $x$ solves $Ax=b$",
        r"c^TA^{-1}b",
        "A",
        "A: n n invertible; b: n; c: n",
        lambda A, b, c: c @ inv(A) @ b,
    ),
    Q(
        r"$w\in\mathbb{R}^n$, $A\in\mathbb{R}^{m\times n}$",
        r"\operatorname{tr}\left(A\operatorname{diag}(w)A^T\right)",
        "w",
        "w: n; A: m n",
        lambda w, A: tr(A @ np.diag(w) @ A.T),
    ),
    Q(
        r"$w\in\mathbb{R}^n$ has positive entries, $A\in\mathbb{R}^{m\times n}$",
        r"\log\det\left(A\operatorname{diag}(w)A^T + I\right)",
        "w",
        "w: n positive; A: m n",
        lambda w, A: ld(A @ np.diag(w) @ A.T + np.eye(5)),
    ),
    Q(
        r"$w\in\mathbb{R}^n$ has positive entries, $A\in\mathbb{R}^{n\times m}$, $b \in\mathbb{R}^m$",
        r"b^T\left(A^T\operatorname{diag}(w)A + I\right)^{-1}b",
        "w",
        "w: n positive; A: n m; b: m",
        lambda w, A, b: b @ inv(A.T @ np.diag(w) @ A + np.eye(5)) @ b,
    ),
    # barriers, geometric programs, simplex
    Q(
        r"$A\in\mathbb{R}^{m\times n}$ with rows $a_i^T$, $b\in\mathbb{R}^m$, $x \in \mathbb{R}^n$",
        r"-\sum_{i=1}^m\log(b_i-(Ax)_i)",
        "x",
        "A: m n small; x: n small; b: m positive",
        lambda A, x, b: -np.log(b - A @ x).sum(),
        2,
    ),
    Q(r"$X \in \mathbb{R}^{n\times n}$ symmetric positive definite", r"-\log\det X", "X", "X: n n spd", lambda X: -ld(X)),
    Q(
        r"$t\in\mathbb{R}$, $x\in\mathbb{R}^n$",
        r"-\log(t^2-x^Tx)",
        "x",
        "t: positive; x: n small",
        lambda t, x: -np.log(t**2 - x @ x),
    ),
    Q(
        r"$c_k>0$, $a_k\in\mathbb{R}^n$, $k=1,\dots,K$, $y\in\mathbb{R}^n$",
        r"\log\sum_{k=1}^Kc_ke^{a_k^Ty}",
        "y",
        "c: K positive; a: K n; y: n",
        lambda c, a, y: np.log((c * np.exp(a @ y)).sum()),
    ),
    Q(
        r"$x\in\mathbb{R}^n$ with positive entries, $a\in\mathbb{R}^n$",
        r"\prod_{i=1}^nx_i^{a_i}",
        "x",
        "x: n positive; a: n",
        lambda x, a: np.prod(x**a),
    ),
    Q(
        r"$x\in\mathbb{R}^n$ with positive entries",
        r"\left(\prod_{i=1}^nx_i\right)^{1/n}",
        "x",
        "x: n positive",
        lambda x: np.prod(x) ** (1 / len(x)),
    ),
    Q(r"$x\in\mathbb{R}^n$", r"\prod_{i=1}^nx_i", "x", "x: n", lambda x: np.prod(x)),
    Q(r"$x\in\mathbb{R}^n$", r"\prod_{i=1}^n (1+x_i^2)", "x", "x: n", lambda x: np.prod(1 + x**2)),
    Q(
        r"$x\in\mathbb{R}^n$ with positive entries",
        r"\frac{1}{\sum_{i=1}^n\frac1{x_i}}",
        "x",
        "x: n positive",
        lambda x: 1 / (1 / x).sum(),
    ),
    Q(r"$x\in\mathbb{R}^n$", r"\frac1n\sum_{i=1}^n\left(x_i-\frac1n\sum_{j=1}^nx_j\right)^2", "x", "x: n", lambda x: x.var()),
    Q(r"$x\in\mathbb{R}^n$", r"\sum_{i=1}^{n-1}(x_{i+1}-x_i)^2", "x", "x: n", lambda x: (np.diff(x) ** 2).sum()),
    Q(r"$x\in\mathbb{R}^n$", r"\sum_{i=1}^{n-1}|x_{i+1}-x_i|", "x", "x: n", lambda x: abs(np.diff(x)).sum()),
    Q(
        r"$x\in\mathbb{R}^n$",
        r"\sum_{i=1}^{n-1}\left[100(x_{i+1}-x_i^2)^2+(1-x_i)^2\right]",
        "x",
        "x: n small",
        lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(),
    ),
    Q(r"$x\in\mathbb{R}^n$", r"\sum_{i<j}(x_i-x_j)^2", "x", "x: n", lambda x: ((x[:, None] - x) ** 2).sum() / 2),
    Q(r"$x\in\mathbb{R}^n$", r"\sum_{i\neq j}x_ix_j", "x", "x: n", lambda x: x.sum() ** 2 - x @ x),
    Q(
        r"$x_i\in\mathbb{R}^d$, $i=1,\dots,N$",
        r"\sum_{i<j}\|x_i-x_j\|",
        "x_i",
        "x: N d",
        lambda x: sum(norm(x[i] - x[j]) for i in range(len(x)) for j in range(i)),
    ),
    Q(r"$x\in\mathbb{R}^n$", r"\max_ix_i", "x", "x: n", lambda x: x.max()),
    Q(r"$x\in\mathbb{R}^n$", r"\min(x)", "x", "x: n", lambda x: x.min()),
    Q(
        r"$a_i\in\mathbb{R}^n$, $b_i\in\mathbb{R}$ for $i=1,\dots,m$, $x \in \mathbb{R}^n$",
        r"\max_{i=1,\dots,m}(a_i^Tx+b_i)",
        "x",
        "a: m n; b: m; x: n",
        lambda a, b, x: (a @ x + b).max(),
    ),
    # slices, blocks, partial sums
    Q(r"$x\in\mathbb{R}^n$", r"\sum_{i=1}^n\left(\sum_{j=1}^ix_j\right)^2", "x", "x: n", lambda x: (np.cumsum(x) ** 2).sum()),
    Q(
        r"$x\in\mathbb{R}^n$, $c\in\mathbb{R}^n$",
        r"c^T\operatorname{cumsum}(x)",
        "x",
        "x: n; c: n",
        lambda x, c: c @ np.cumsum(x),
    ),
    Q(r"$X\in\mathbb{R}^{m\times n}$", r"\|X_{i,:}\|^2", "X", "X: m n; i: =1", lambda X: (X[1] ** 2).sum()),
    Q(r"$X\in\mathbb{R}^{m\times n}$", r"\|X_{:,j}\|_2", "X", "X: m n; j: =1", lambda X: norm(X[:, 1])),
    Q(r"$X\in\mathbb{R}^{m\times n}$", r"\sum_{i=1}^m\|X_{i,:}\|_2", "X", "X: m n", lambda X: norm(X, axis=1).sum()),
    Q(
        r"$X\in\mathbb{R}^{m\times n}$ with rows $x_i^T$",
        r"\sum_{i=1}^m\sqrt{\sum_{j=1}^nX_{ij}^2}",
        "X",
        "X: m n",
        lambda X: norm(X, axis=1).sum(),
    ),
    Q(
        r"$A\in\mathbb{R}^{m\times n}$, $B\in\mathbb{R}^{m\times p}$, $x\in\mathbb{R}^n$, $y\in\mathbb{R}^p$",
        r"\left\|\begin{bmatrix}A & B\end{bmatrix}\begin{bmatrix}x\\y\end{bmatrix}\right\|^2",
        "x",
        "A: m n; B: m p; x: n; y: p",
        lambda A, B, x, y: ((A @ x + B @ y) ** 2).sum(),
    ),
    Q(
        r"$A\in\mathbb{R}^{n\times n}$, $B\in\mathbb{R}^{n\times m}$, $C\in\mathbb{R}^{m\times m}$",
        r"\operatorname{tr}\left(\begin{pmatrix}A & B\\ B^T & C\end{pmatrix}^2\right)",
        "B",
        "A: n n; B: n m; C: m m",
        lambda A, B, C: tr(matrix_power(np.block([[A, B], [B.T, C]]), 2)),
    ),
    Q(
        r"$A\in\mathbb{R}^{n\times n}$, $b\in\mathbb{R}^{n}$, $c \in \mathbb{R}$",
        r"\log\det\begin{bmatrix}A & b\\ b^T & c\end{bmatrix}",
        "b",
        "A: n n spd; b: n small; c: positive",
        lambda A, b, c: ld(np.block([[A, b[:, None]], [b[None], np.array([[c + 0.0]])]])),
    ),
    Q(
        r"$A\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$, $b\in\mathbb{R}^m$, $\lambda>0$",
        r"\left\|\begin{bmatrix}A\\ \sqrt\lambda I\end{bmatrix}x-\begin{bmatrix}b\\0\end{bmatrix}\right\|_2^2",
        "x",
        AV + "; lam: positive",
        lambda A, x, b, lam: ((A @ x - b) ** 2).sum() + lam * x @ x,
    ),
    Q(
        r"$x\in\mathbb{R}^n$, $A\in\mathbb{R}^{n\times n}$, $b\in\mathbb{R}^n$. The function takes values in $\mathbb{R}^2$.",
        r"\begin{bmatrix}x^TAx\\ b^Tx\end{bmatrix}",
        "x",
        "x: n; A: n n; b: n",
        lambda x, A, b: np.array([x @ A @ x, b @ x]),
    ),
    Q(
        r"$r,\theta\in\mathbb{R}$",
        r"\begin{pmatrix}r\cos\theta\\ r\sin\theta\end{pmatrix}",
        r"\theta",
        "r: ; theta:",
        lambda r, theta: np.array([r * np.cos(theta), r * np.sin(theta)]),
    ),
    Q(
        r"$x\in\mathbb{R}^3$",
        r"(x_1x_2,\ x_2^2,\ e^{x_3})^T",
        "x",
        "x: 3",
        lambda x: np.array([x[0] * x[1], x[1] ** 2, np.exp(x[2])]),
    ),
    # elementwise
    Q(r"$x\in\mathbb{R}^n$", r"\sin(x)^T\cos(x)", "x", "x: n", lambda x: np.sin(x) @ np.cos(x)),
    Q(
        r"$x\in\mathbb{R}^n$, $A\in\mathbb{R}^{m\times n}$",
        r"\mathbf{1}^T\exp(Ax)",
        "x",
        "x: n; A: m n",
        lambda x, A: np.exp(A @ x).sum(),
        2,
    ),
    Q(r"$x\in\mathbb{R}^n$, $A\in\mathbb{R}^{m\times n}$", r"\sigma(Ax)", "A", "x: n; A: m n", lambda x, A: sigmoid(A @ x)),
    Q(r"$x\in\mathbb{R}^n$", r"x\odot x\odot x", "x", "x: n", lambda x: x**3),
    Q(r"$x,y\in\mathbb{R}^n$ with positive entries", r"x\oslash y", "y", "x: n positive; y: n positive", lambda x, y: x / y),
    Q(r"$x\in\mathbb{R}^n$", r"\sum_i|x_i|^{3/2}", "x", "x: n", lambda x: (abs(x) ** 1.5).sum()),
    Q(
        r"$x \in \mathbb{R}^n$, $l < u$ are scalars",
        r"\sum_i \operatorname{clip}(x_i, l, u)",
        "x",
        "x: n; l: ; u: positive",
        lambda x, l, u: np.minimum(np.maximum(x, l), u).sum(),
    ),
    Q(
        r"$x\in\mathbb{R}^n$ with positive entries",
        r"\sum_i\operatorname{log1p}(x_i)",
        "x",
        "x: n positive",
        lambda x: np.log1p(x).sum(),
    ),
    Q(
        r"$x,y\in\mathbb{R}^n$ with positive entries",
        r"\sum_i\operatorname{xlogy}(x_i,y_i)",
        "x",
        "x: n positive; y: n positive",
        lambda x, y: (x * np.log(y)).sum(),
    ),
    # matrix functions and spectral functions
    Q(
        r"$X\in\mathbb{R}^{n\times n}$ and $e^X$ is the matrix exponential",
        r"\operatorname{tr}\left(e^X\right)",
        "X",
        "X: n n small",
        lambda X: tr(expm(X)),
    ),
    Q(
        r"$X, A\in\mathbb{R}^{n\times n}$, $\exp$ is the matrix exponential",
        r"\operatorname{tr}\left(\exp(AX)\right)",
        "X",
        "X: n n small; A: n n small",
        lambda X, A: tr(expm(A @ X)),
    ),
    Q(
        r"$X\in\mathbb{R}^{n\times n}$ and $e^X$ is the matrix exponential",
        r"\det\left(e^X\right)",
        "X",
        "X: n n small",
        lambda X: np.exp(tr(X)),
    ),
    Q(
        r"$X\in\mathbb{R}^{n\times n}$ and $\exp$ is the matrix exponential",
        r"\log\det\exp(X)",
        "X",
        "X: n n small",
        lambda X: tr(X),
    ),
    Q(
        r"$X$ is symmetric positive definite, $\log X$ is the matrix logarithm",
        r"\operatorname{tr}(X\log X-X)",
        "X",
        "X: n n spd",
        lambda X: tr(X @ logm(X) - X),
    ),
    Q(
        r"$X$ is an $n\times n$ symmetric positive definite matrix and $X^{1/2}$ its square root",
        r"\operatorname{tr}\left(X^{1/2}\right)",
        "X",
        "X: n n spd",
        lambda X: np.sqrt(np.linalg.eigvals(X).real).sum(),
    ),
    Q(
        r"$X$ is an $n\times n$ symmetric positive definite matrix",
        r"\operatorname{tr}\left(X^{-1/2}\right)",
        "X",
        "X: n n spd",
        lambda X: (np.linalg.eigvals(X).real ** -0.5).sum(),
    ),
    Q(
        r"$A\in\mathbb{R}^{n\times n}$, $t\in\mathbb{R}$, $e^{tA}$ is the matrix exponential",
        r"e^{tA}",
        "t",
        "A: n n small; t:",
        lambda A, t: expm(t * A),
    ),
    Q(
        r"$A\in\mathbb{R}^{n\times n}$, $t\in\mathbb{R}$, $x_0 \in \mathbb{R}^n$, $e^{tA}$ is the matrix exponential",
        r"e^{tA}x_0",
        "t",
        "A: n n small; t: ; x_0: n",
        lambda A, t, x_0: expm(t * A) @ x_0,
    ),
    Q(
        r"$X\in\mathbb{R}^{m\times n}$ has full column rank, $\|\cdot\|_*$ is the nuclear norm",
        r"\|X\|_*",
        "X",
        "X: m n",
        lambda X: np.linalg.svd(X, compute_uv=False).sum(),
    ),
    Q(
        r"$X\in\mathbb{R}^{m\times n}$ has full column rank",
        r"\operatorname{tr}\left((X^TX)^{1/2}\right)",
        "X",
        "X: m n",
        lambda X: np.linalg.svd(X, compute_uv=False).sum(),
    ),
    # a chain of definitions, scalars, unknown functions
    Q(
        r"$u=Ax$, $v=Bx$ with $A,B\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$",
        r"u^Tv",
        "x",
        "A: m n; B: m n; x: n",
        lambda A, B, x: (A @ x) @ (B @ x),
    ),
    Q(
        r"$A, B\in\mathbb{R}^{n\times n}$ constant, $x\in\mathbb{R}^n$",
        r"f = y^TBy; y = \tanh(Ax)",
        "x",
        "A: n n; B: n n; x: n",
        lambda A, B, x: np.tanh(A @ x) @ B @ np.tanh(A @ x),
    ),
    Q(
        r"$\theta\in\mathbb{R}$, $x \in \mathbb{R}^2$, $y \in \mathbb{R}^2$",
        r"\|R x - y\|^2; R = \begin{pmatrix}\cos\theta & -\sin\theta\\ \sin\theta & \cos\theta\end{pmatrix}",
        r"\theta",
        "theta: ; x: 2; y: 2",
        lambda theta, x, y: ((np.array([[np.cos(theta), -np.sin(theta)], [np.sin(theta), np.cos(theta)]]) @ x - y) ** 2).sum(),
    ),
    Q(
        r"$p_i, q_i\in\mathbb{R}^d$ for $i=1,\dots,N$, $R\in\mathbb{R}^{d\times d}$, $t\in\mathbb{R}^d$",
        r"\sum_{i=1}^N\|Rp_i+t-q_i\|^2",
        "R",
        "p: N d; q: N d; R: d d; t: d",
        lambda p, q, R, t: ((p @ R.T + t - q) ** 2).sum(),
    ),
    Q(
        r"$\omega, r \in\mathbb{R}^3$",
        r"\|\omega\times r\|^2",
        r"\omega",
        "omega: 3; r: 3",
        lambda omega, r: (np.cross(omega, r) ** 2).sum(),
    ),
    Q(r"$a,b,x\in\mathbb{R}^3$", r"a\cdot(b\times x)", "x", "a: 3; b: 3; x: 3", lambda a, b, x: a @ np.cross(b, x)),
    Q(
        r"$x,y \in \mathbb{R}^n$, $k(x,y)$ is the Gaussian kernel",
        r"k(x,y) = \exp\left(-\frac{\|x-y\|^2}{2\sigma^2}\right)",
        "x",
        "x: n; y: n; sigma: positive",
        lambda x, y, sigma: np.exp(-((x - y) ** 2).sum() / (2 * sigma**2)),
    ),
    Q(
        r"$X\in\mathbb{R}^{m\times n}$, $y\in\mathbb{R}^m$, $\lambda>0$",
        r"\hat\beta = (X^TX+\lambda I)^{-1}X^Ty",
        r"\lambda",
        "X: m n; y: m; lam: positive",
        lambda X, y, lam: inv(X.T @ X + lam * np.eye(4)) @ X.T @ y,
    ),
    Q(
        r"$X\in\mathbb{R}^{m\times n}$, $y\in\mathbb{R}^m$, $\lambda>0$",
        r"\hat\beta = (X^TX+\lambda I)^{-1}X^Ty",
        "y",
        "X: m n; y: m; lam: positive",
        lambda X, y, lam: inv(X.T @ X + lam * np.eye(4)) @ X.T @ y,
    ),
    Q(
        r"$X, Y\in\mathbb{R}^{n\times n}$",
        r"\operatorname{tr}\left((XY-YX)^2\right)",
        "X",
        "X: n n; Y: n n",
        lambda X, Y: tr(matrix_power(X @ Y - Y @ X, 2)),
    ),
    Q(
        r"$A, B\in\mathbb{R}^{n\times n}$, $X \in\mathbb{R}^{n\times n}$",
        r"(A\otimes X)\operatorname{vec}(B)",
        "X",
        "A: n n; B: n n; X: n n",
        lambda A, B, X: (X @ B @ A.T).flatten(order="F"),
    ),
    Q(
        r"$X\in\mathbb{R}^{m\times n}$, $a\in\mathbb{R}^m$, $b\in\mathbb{R}^n$",
        r"a^T(X\circ X)b",
        "X",
        "X: m n; a: m; b: n",
        lambda X, a, b: a @ (X * X) @ b,
    ),
]
