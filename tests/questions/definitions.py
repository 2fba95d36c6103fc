"""Questions whose declarations define what the formula uses: members, diagonals, norms, functions beside their own letter."""

from __future__ import annotations

import numpy as np
from numpy.linalg import inv, norm, slogdet

from .ask import Question as Q
from .statistics import sigmoid

tr = np.trace


def softmax_rows(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _coursera(X, Y, W1, b1, W2, b2):
    a = sigmoid(W2 @ np.tanh(W1 @ X + b1[:, None]) + b2)
    return -(Y * np.log(a) + (1 - Y) * np.log(1 - a)).sum() / X.shape[1]


def _expm(a):
    out, term = np.eye(len(a)), np.eye(len(a))
    for k in range(1, 40):
        term = term @ a / k
        out = out + term
    return out


QUESTIONS = [
    Q(
        r"Let $q_n=\sigma(v^Tz_n)$ with $z_n\in\mathbb{R}^d$; only positive examples are seen.",
        r"-\sum_{n=1}^N(1-q_n)^\gamma\log q_n",
        "v",
        "v: d; z: N d; gamma: positive",
        lambda v, z, gamma: -((1 - sigmoid(z @ v)) ** gamma * np.log(sigmoid(z @ v))).sum(),
    ),
    Q(
        r"With the log link, $\eta_i=z_i'\beta$, where $z_i\in\mathbb{R}^p$ and $c_i$ are counts",
        r"\sum_{i=1}^N\left[c_i\eta_i-e^{\eta_i}\right]",
        r"\beta",
        "c: N; z: N p small; beta: p small",
        lambda c, z, beta: (c * (z @ beta) - np.exp(z @ beta)).sum(),
        2,
    ),
    Q(
        r"where $M=M_0+sM_1$ is an $n\times n$ symmetric matrix that depends on the scalar $s$",
        r"\operatorname{tr}(M^{-1})",
        "s",
        "M_0: n n spd; M_1: n n spd; s: positive",
        lambda M_0, M_1, s: tr(inv(M_0 + s * M_1)),
    ),
    Q(
        r"$G(t)=G_0+\sum_{k=1}^Kt_kG_k$ with $G_k\in\mathbf{S}^n$",
        r"f(t)=-\log\det G(t)",
        "t",
        "G_0: n n spd; Gs: K n n spd; t: K positive",
        lambda G_0, Gs, t: -slogdet(G_0 + np.tensordot(t, Gs, 1))[1],
    ),
    Q(
        r"$S=\operatorname{diag}(s_1,\dots,s_n)$ and $B\in\mathbb{R}^{n\times n}$",
        r"\|SBS\|_F^2",
        "s",
        "s: n; B: n n",
        lambda s, B: (np.outer(s, s) ** 2 * B**2).sum(),
    ),
    Q(
        r"$V\in\mathbb{R}^{d\times k}$, $v^i$ is the $i$-th row of $V$ and $\|V\|_{2,1}=\sum_{i=1}^d\|v^i\|_2$",
        r"\mu\|V\|_{2,1}",
        "V",
        "V: d k; mu: positive",
        lambda V, mu: mu * norm(V, axis=1).sum(),
    ),
    Q(
        r"$V\in\mathbb{R}^{n\times n}$, $z$ is an n-vector, $v_j^T$ the j-th row of V and $g$ the logistic sigmoid",
        r"\sum_{j=1}^n\log g(v_j^Tz)",
        "V",
        "V: n n; z: n",
        lambda V, z: np.log(sigmoid(V @ z)).sum(),
    ),
    Q(
        r"where Q is n by n and $e$ denotes the vector of all ones",
        r"e^TQe+e^{z^TQe}",
        "Q",
        "Q: n n small; z: n small",
        lambda Q, z: Q.sum() + np.exp(z @ Q.sum(1)),
    ),
    Q(
        r"$M$ is a constant square matrix, $y_0$ and $c$ are vectors",
        r"c^Te^{Mt}y_0",
        "t",
        "M: n n; y_0: n; c: n; t: small",
        lambda M, y_0, c, t: c @ _expm(M * t) @ y_0,
    ),
    Q(
        r"classes have the weights $v_1,\dots,v_K\in\mathbb{R}^d$, and $z_i\in\mathbb{R}^d$ are the inputs with labels $y_{ik}$",
        r"-\sum_{i=1}^N\sum_{k=1}^Ky_{ik}\log p_{ik}; p_{ik}=\frac{\exp(v_k^Tz_i)}{\sum_{j=1}^K\exp(v_j^Tz_i)}",
        "z_i",
        "v: K d; z: N d; y: N K onehot",
        lambda v, z, y: -(y * np.log(softmax_rows(z @ v.T))).sum(),
    ),
    Q(
        r"$z_i\in\mathbb{R}^d$ are positive samples, $u\in\mathbb{R}^d$ is the normalized activation of a hidden unit",
        r"\sum_{i=1}^N\|z_i-u\|_1+(u^Tu)u^Tu",
        "u",
        "z: N d; u: d",
        lambda z, u: abs(z - u).sum() + (u @ u) ** 2,
    ),
    Q(
        r"$K_i$ are $n\times n$ symmetric kernel matrices, $i=1,\dots,p$, and $\mu\in\mathbb{R}^p$",
        r"y^T\left(\sum_{i=1}^p\mu_iK_i+I\right)^{-1}y",
        r"\mu",
        "y: n; K: p n n spd; mu: p positive",
        lambda y, K, mu: y @ inv(np.tensordot(mu, K, 1) + np.eye(len(y))) @ y,
    ),
    Q(
        r"$X\in\mathbb{R}^{d\times m}$, $Y\in\mathbb{R}^{1\times m}$, $W^{[1]}\in\mathbb{R}^{h\times d}$, $W^{[2]}\in\mathbb{R}^{1\times h}$, $b^{[1]}\in\mathbb{R}^{h\times1}$ is broadcast, $b^{[2]}\in\mathbb{R}$",
        r"A^{[1]}=\tanh(W^{[1]}X+b^{[1]}); A^{[2]}=\sigma(W^{[2]}A^{[1]}+b^{[2]}); J=-\frac1m\sum_{i=1}^m\left(y^{(i)}\log a^{[2](i)}+(1-y^{(i)})\log(1-a^{[2](i)})\right)",
        "W^{[1]}",
        "X: d m; Y: m binary; W1: h d; b1: h; W2: h; b2: ",
        _coursera,
    ),
    Q(
        r"$z\in\mathbb{R}^{1\times d}$ is a row vector, $V\in\mathbb{R}^{d\times k}$, $c\in\mathbb{R}^k$",
        r"\|\tanh(zV+c)\|^2",
        "V",
        "z: d; V: d k; c: k",
        lambda z, V, c: (np.tanh(z @ V + c) ** 2).sum(),
    ),
    Q(
        r"$s_{ij}=z_i^Tz_j$ with $z_i\in\mathbb{R}^d$ and weights $v_{ij}$",
        r"\sum_{i=1}^n\sum_{j=1}^nv_{ij}e^{s_{ij}}",
        "z_i",
        "v: n n; z: n d small",
        lambda v, z: (v * np.exp(z @ z.T)).sum(),
    ),
    Q(
        r"$p_{ik}=\frac{e^{a_{ik}}}{\sum_le^{a_{il}}}$ with $a_{ik}=v_k^Tz_i$, $z_i,v_k\in\mathbb{R}^d$",
        r"-\sum_{i=1}^N\sum_{k=1}^Kt_{ik}\ln p_{ik}",
        "v_k",
        "t: N K onehot; z: N d; v: K d",
        lambda t, z, v: -(t * np.log(softmax_rows(z @ v.T))).sum(),
    ),
    Q(
        "A is n x n symmetric and invertible, D = diag(s), s and b are n-vectors",
        r"b^T(A+D)^{-1}b",
        "s",
        "A: n n spd; s: n positive; b: n",
        lambda A, s, b: b @ inv(A + np.diag(s)) @ b,
    ),
    Q(
        r"$v^k\in\mathbb{R}^n$ is the current iterate, $v^\star$ the optimum",
        r"\|Bv-v^\star\|^2+\frac{1}{2t}\|v-v^k\|^2",
        "v",
        "B: n n; v: n; v_star: n; v_k: n; t: positive",
        lambda B, v, v_star, v_k, t: ((B @ v - v_star) ** 2).sum() + ((v - v_k) ** 2).sum() / (2 * t),
    ),
    Q(
        r"kernel matrix $K=\sigma^2\exp(-D/(2l^2))$, where exp is elementwise, $D$ is the $n\times n$ matrix of squared distances",
        r"u^TKu",
        "l",
        "u: n; sigma: positive; D: n n; l: positive",
        lambda u, sigma, D, l: u @ (sigma**2 * np.exp(-D / (2 * l**2))) @ u,
    ),
    Q(
        r"$t,u,\xi,\epsilon\in\mathbb{R}^d$",
        r"h(\xi) = \log m(t,u)-\log r(u); u = t+\xi\odot\epsilon; \log r(u) = -\sum_i\xi_i^2; \log m(t,u) = -\frac12\|t-2u\|^2",
        r"\xi",
        "t: d; xi: d; epsilon: d",
        lambda t, xi, epsilon: -0.5 * ((t - 2 * (t + xi * epsilon)) ** 2).sum() + (xi**2).sum(),
    ),
    Q(
        r"$\Psi\in\mathbb{R}^{N\times K}$, $c\in\mathbb{R}^N$, $v\in\mathbb{R}^K$",
        r"-\log p(v\mid c) = \frac12\|c-\Psi v\|^2+v^\top v",
        "v",
        "Psi: N K; c: N; v: K",
        lambda Psi, c, v: 0.5 * ((c - Psi @ v) ** 2).sum() + v @ v,
    ),
    Q(
        r"$v\in\mathbb{R}^d$",
        r"L = \rho^3; -\rho = v^\top v",
        "v",
        "v: d",
        lambda v: -((v @ v) ** 3),
    ),
    Q(
        r"$G(t)=G_0+t_1G_1+\cdots+t_KG_K\succ0$, where $G_k\in\mathbf{S}^n$ and $t\in\mathbf{R}^K$",
        r"f(t)=\log\det G(t)",
        "t",
        "G_0: n n spd; Gs: K n n spd; t: K positive",
        lambda G_0, Gs, t: slogdet(G_0 + np.tensordot(t, Gs, 1))[1],
    ),
    Q(
        r"$c\in\mathbb{R}^m$, $B\in\mathbb{R}^{m\times n}$, $v\in\mathbb{R}^n$; bars stand for the entrywise absolute value",
        r"c^{\mathrm T}|Bv|",
        "v",
        "c: m; B: m n; v: n",
        lambda c, B, v: c @ np.abs(B @ v),
    ),
    Q(
        r"$B\in\mathbb{R}^{m\times n}$, $v\in\mathbb{R}^n$ and no entry of $Bv$ is zero",
        r"\mathbf{1}^T|Bv|",
        "v",
        "B: m n; v: n",
        lambda B, v: np.abs(B @ v).sum(),
    ),
    Q(
        r"Let $\mathbf{M}\in\mathbb{R}^{n\times n}$ and let $h(\mathbf M)=\mathbf M^3-5\mathbf M$ be a polynomial",
        r"\operatorname{tr}(h(\mathbf{M}))",
        r"\mathbf{M}",
        "M: n n",
        lambda M: tr(M @ M @ M - 5 * M),
    ),
    Q(
        r"$\mathbf{K}$ is a nonsingular $n\times n$ matrix with entries that depend on $\beta\in\mathbb{R}$: $\mathbf{K}=\mathbf{P}+\beta\mathbf{Q}$ with constant $\mathbf P$, $\mathbf Q$",
        r"\operatorname{tr}(\mathbf{K}^{-1})",
        r"\beta",
        "P: n n spd; Q: n n; beta: positive",
        lambda P, Q, beta: tr(inv(P + beta * Q)),
    ),
    Q(
        r"$\mathbf u=\mathbf P\mathbf t$ and $\mathbf v=\mathbf Q\mathbf t$ are functions of the vector $\mathbf t\in\mathbb{R}^k$; $\mathbf P,\mathbf Q$ are $n\times k$",
        r"\mathbf{u}^{\top}\mathbf{v}",
        r"\mathbf t",
        "P: n k; Q: n k; t: k",
        lambda P, Q, t: (P @ t) @ (Q @ t),
    ),
]
