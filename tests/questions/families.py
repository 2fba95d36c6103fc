"""Families of scalars and vectors with one or two indices, labels beside members, entries that define a matrix."""

from __future__ import annotations

import numpy as np
from numpy.linalg import inv

from .ask import Question as Q
from .learning import softmax
from .statistics import ld, sigmoid

QUESTIONS = [
    Q(
        r"$X$ is an $n\times n$ symmetric positive definite matrix; $\alpha\in\mathbb{R}$",
        r"\operatorname{tr}(X^\alpha)",
        "X",
        "X: n n spd; alpha: positive",
        lambda X, alpha: (np.linalg.eigvals(X).real ** alpha).sum(),
    ),
    Q(
        r"$A,X \in \mathbb{R}^{n\times n}$, $Q \in \mathbb{R}^{n \times n}$ symmetric",
        r"\|AX+XA^T+Q\|_F^2",
        "X",
        "A: n n; X: n n; Q: n n symmetric",
        lambda A, X, Q: ((A @ X + X @ A.T + Q) ** 2).sum(),
    ),
    Q(
        r"$x_i\in\mathbb{R}^d$, $w_k\in\mathbb{R}^d$, $y_{ik} \in \{0,1\}$ one-hot, $i=1,\dots,N$, $k=1,\dots,K$",
        r"-\sum_{i=1}^N\sum_{k=1}^K y_{ik}\log\frac{e^{w_k^Tx_i}}{\sum_{j=1}^Ke^{w_j^Tx_i}}",
        "w_k",
        "x: N d; w: K d; y: N K onehot",
        lambda x, w, y: -(y * np.log(softmax(x @ w.T))).sum(),
    ),
    Q(
        r"ratings $r_{ij}$ with $w_{ij}\in\{0,1\}$ telling which are known, user vectors $u_i\in\mathbb{R}^k$, $i=1,\dots,m$, item vectors $v_j\in\mathbb{R}^k$, $j=1,\dots,n$",
        r"\frac12\sum_{i=1}^m\sum_{j=1}^nw_{ij}(r_{ij}-u_i^Tv_j)^2+\frac\lambda2\sum_i\|u_i\|^2+\frac\lambda2\sum_j\|v_j\|^2",
        "u_i",
        "r: m n; w: m n binary; u: m k; v: n k; lam: positive",
        lambda r, w, u, v, lam: 0.5 * (w * (r - u @ v.T) ** 2).sum() + lam / 2 * ((u**2).sum() + (v**2).sum()),
    ),
    Q(
        r"$x_i\in\mathbb{R}^D$, $\mu_k\in\mathbb{R}^D$, $r_{ik}\in\{0,1\}$, $i=1,\dots,N$, $k=1,\dots,K$",
        r"J = \sum_{i=1}^N\sum_{k=1}^Kr_{ik}\|x_i-\mu_k\|^2",
        r"\mu_k",
        "x: N D; mu: K D; r: N K binary",
        lambda x, mu, r: (r * ((x[:, None] - mu) ** 2).sum(-1)).sum(),
    ),
    Q(
        r"$w_i,\tilde w_j\in\mathbb{R}^d$, $b_i,\tilde b_j,X_{ij},f_{ij}\in\mathbb{R}$ with $X_{ij}>0$, $i,j=1,\dots,N$",
        r"\sum_{i,j=1}^Nf_{ij}\left(w_i^T\tilde w_j+b_i+\tilde b_j-\log X_{ij}\right)^2",
        "w_i",
        "w: N d; w_tilde: N d; b: N; b_tilde: N; X: N N positive; f: N N",
        lambda w, w_tilde, b, b_tilde, X, f: (f * (w @ w_tilde.T + b[:, None] + b_tilde - np.log(X)) ** 2).sum(),
    ),
    Q(
        r"$h_{t-1}\in\mathbb{R}^h$, $x_t\in\mathbb{R}^d$, $W_{hh}\in\mathbb{R}^{h\times h}$, $W_{xh}\in\mathbb{R}^{h\times d}$, $b\in\mathbb{R}^h$",
        r"h_t = \tanh(W_{hh}h_{t-1}+W_{xh}x_t+b)",
        "h_{t-1}",
        "h_t1: h; x: T d; t: =2; W_hh: h h; W_xh: h d; b: h",
        lambda h_t1, x, W_hh, W_xh, b: np.tanh(W_hh @ h_t1 + W_xh @ x[2] + b),
    ),
    Q(
        r"$x\in\mathbb{R}^d$, $W_q, W_k\in\mathbb{R}^{h\times d}$, $y \in \mathbb{R}^d$",
        r"(W_qx)^T(W_ky)",
        "W_q",
        "x: d; y: d; W_q: h d; W_k: h d",
        lambda x, y, W_q, W_k: (W_q @ x) @ (W_k @ y),
    ),
    Q(
        r"$x,y_w,y_l\in\mathbb{R}^d$, $\beta>0$, $\sigma$ the sigmoid",
        r"-\log\sigma\left(\beta x^T(y_w-y_l)\right)",
        "x",
        "x: d; y_w: d; y_l: d; beta: positive",
        lambda x, y_w, y_l, beta: -np.log(sigmoid(beta * x @ (y_w - y_l))),
    ),
    Q(
        r"$x_n, \mu_k\in\mathbb{R}^D$, $\Sigma_k \in\mathbb{R}^{D\times D}$ symmetric positive definite, $\gamma_{nk} \geq 0$ responsibilities, $k=1,\dots,K$, $n=1,\dots,N$",
        r"-\frac12\sum_{n=1}^N\sum_{k=1}^K\gamma_{nk}\left(\log|\Sigma_k| + (x_n-\mu_k)^T\Sigma_k^{-1}(x_n-\mu_k)\right)",
        r"\mu_k",
        "x: N D; mu: K D; Sigma: K D D spd; gamma: N K fraction",
        lambda x, mu, Sigma, gamma: (
            -0.5
            * sum(
                gamma[n, k] * (ld(Sigma[k]) + (x[n] - mu[k]) @ inv(Sigma[k]) @ (x[n] - mu[k]))
                for n in range(len(x))
                for k in range(len(mu))
            )
        ),
    ),
    Q(
        r"$x_n, \mu_k\in\mathbb{R}^D$, $\Sigma_k \in\mathbb{R}^{D\times D}$ symmetric positive definite, $\gamma_{nk} \geq 0$ responsibilities, $k=1,\dots,K$, $n=1,\dots,N$",
        r"-\frac12\sum_{n=1}^N\sum_{k=1}^K\gamma_{nk}\left(\log|\Sigma_k| + (x_n-\mu_k)^T\Sigma_k^{-1}(x_n-\mu_k)\right)",
        r"\Sigma_k",
        "x: N D; mu: K D; Sigma: K D D spd; gamma: N K fraction",
        lambda x, mu, Sigma, gamma: (
            -0.5
            * sum(
                gamma[n, k] * (ld(Sigma[k]) + (x[n] - mu[k]) @ inv(Sigma[k]) @ (x[n] - mu[k]))
                for n in range(len(x))
                for k in range(len(mu))
            )
        ),
    ),
    Q(
        r"$x_i\in\mathbb{R}^d$, $i=1,\dots,N$, $y\in\mathbb{R}^N$, $\ell>0$, $\sigma>0$",
        r"\frac12 y^T(K+\sigma^2I)^{-1}y + \frac12\log\det(K+\sigma^2I); K_{ij} = \exp\left(-\frac{\|x_i-x_j\|^2}{2\ell^2}\right)",
        r"\ell",
        "x: N d; y: N; ell: positive; sigma: positive",
        lambda x, y, ell, sigma: (lambda C: 0.5 * y @ inv(C) @ y + 0.5 * ld(C))(
            np.exp(-((x[:, None] - x) ** 2).sum(-1) / (2 * ell**2)) + sigma**2 * np.eye(len(x))
        ),
    ),
]
