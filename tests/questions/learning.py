"""Losses, networks, embeddings, normalisation and attention, as courses set them."""

from __future__ import annotations

import numpy as np
from numpy.linalg import norm

from .ask import Question as Q
from .statistics import lse, sigmoid

REG = r"$X\in\mathbb{R}^{N\times d}$, $y\in\mathbb{R}^N$, $w\in\mathbb{R}^d$, $\lambda>0$"
RV = "X: N d; y: N; w: d; lam: positive; N: =6"


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def relu(z):
    return np.maximum(z, 0)


def silu(z):
    return z * sigmoid(z)


ATT = r"$Q\in\mathbb{R}^{n\times d}$, $K\in\mathbb{R}^{m\times d}$, $V\in\mathbb{R}^{m\times p}$, $G\in\mathbb{R}^{n\times p}$; the softmax is taken over each row"
AV = "Q: n d; K: m d; V: m p; G: n p; d: =3"


def attention(Q, K, V, G):
    return (G * (softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V)).sum()


LN = r"$x,\gamma,\beta,g\in\mathbb{R}^n$, $\epsilon>0$"


def layernorm(x, gamma, beta, epsilon):
    return gamma * (x - x.mean()) / np.sqrt(x.var() + epsilon) + beta


QUESTIONS = [
    Q(REG, r"\|Xw-y\|_2^2+\lambda\|w\|_2^2", "w", RV, lambda X, y, w, lam: ((X @ w - y) ** 2).sum() + lam * w @ w),
    Q(
        REG,
        r"\frac{1}{2N}\|y - Xw\|_2^2 + \lambda\|w\|_1",
        "w",
        RV,
        lambda X, y, w, lam: ((X @ w - y) ** 2).sum() / 12 + lam * abs(w).sum(),
    ),
    Q(
        REG + r", $\alpha\in(0,1)$",
        r"\frac{1}{2N}\|Xw-y\|_2^2 + \lambda\alpha\|w\|_1 + \frac{\lambda(1-\alpha)}{2}\|w\|_2^2",
        "w",
        RV + "; alpha: fraction",
        lambda X, y, w, lam, alpha: ((X @ w - y) ** 2).sum() / 12 + lam * alpha * abs(w).sum() + lam * (1 - alpha) / 2 * w @ w,
    ),
    Q(
        r"$x_i,w\in\mathbb{R}^d$, $y_i\in\{-1,1\}$, $i=1,\dots,N$, $b\in\mathbb{R}$, $C>0$",
        r"\frac12\|w\|^2 + C\sum_{i=1}^N\max(0,1-y_i(w^Tx_i+b))",
        "w",
        "x: N d; w: d; y: N signs; b: ; C: positive",
        lambda x, w, y, b, C: 0.5 * w @ w + C * relu(1 - y * (x @ w + b)).sum(),
    ),
    Q(
        r"$x_i,w\in\mathbb{R}^d$, $y_i\in\{-1,1\}$, $i=1,\dots,N$, $b\in\mathbb{R}$, $C>0$",
        r"\frac12\|w\|^2 + C\sum_{i=1}^N\max(0,1-y_i(w^Tx_i+b))^2",
        "b",
        "x: N d; w: d; y: N signs; b: ; C: positive",
        lambda x, w, y, b, C: C * (relu(1 - y * (x @ w + b)) ** 2).sum(),
    ),
    Q(
        r"$x_i,w\in\mathbb{R}^d$, $y_i\in\{-1,1\}$, $i=1,\dots,N$",
        r"\sum_{i=1}^N [1 - y_i w^T x_i]_+",
        "w",
        "x: N d; w: d; y: N signs",
        lambda x, w, y: relu(1 - y * (x @ w)).sum(),
    ),
    Q(
        r"$r\in\mathbb{R}$, $\delta>0$",
        r"L_\delta(r) = \begin{cases}\frac12r^2 & |r|\le\delta\\ \delta(|r|-\frac12\delta) & \text{otherwise}\end{cases}",
        "r",
        "r: ; delta: positive",
        lambda r, delta: np.where(abs(r) <= delta, r**2 / 2, delta * (abs(r) - delta / 2)),
    ),
    Q(REG, r"\sum_{i=1}^N \sqrt{1 + (y_i - (Xw)_i)^2}", "w", RV, lambda X, y, w: np.sqrt(1 + (y - X @ w) ** 2).sum()),
    Q(REG, r"\sum_{i=1}^N\log\cosh((Xw)_i-y_i)", "w", RV, lambda X, y, w: np.log(np.cosh(X @ w - y)).sum()),
    Q(
        r"$A\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$, $b\in\mathbb{R}^m$, $\delta>0$",
        r"\sum_i \operatorname{huber}((Ax-b)_i, \delta)",
        "x",
        "A: m n; x: n; b: m; delta: positive",
        lambda A, x, b, delta: (lambda r: np.where(abs(r) <= delta, r**2 / 2, delta * (abs(r) - delta / 2)).sum())(A @ x - b),
    ),
    Q(
        r"$x_i,w\in\mathbb{R}^d$, $y_i\in\{0,1\}$, $i=1,\dots,N$, $\sigma$ the sigmoid",
        r"-\frac1N\sum_{i=1}^N y_i\log\sigma(w^Tx_i) + (1-y_i)\log(1-\sigma(w^Tx_i))",
        "w",
        "x: N d; w: d; y: N binary",
        lambda x, w, y: -(y * np.log(sigmoid(x @ w)) + (1 - y) * np.log(1 - sigmoid(x @ w))).mean(),
    ),
    Q(
        r"$x_i,w\in\mathbb{R}^d$, $y_i\in\{0,1\}$, $i=1,\dots,N$, $\sigma$ the sigmoid",
        r"-\frac1N\sum_{i=1}^N y_i\log\sigma(w^Tx_i) + (1-y_i)\log(1-\sigma(w^Tx_i))",
        "w",
        "x: N d; w: d; y: N binary",
        lambda x, w, y: -(y * np.log(sigmoid(x @ w)) + (1 - y) * np.log(1 - sigmoid(x @ w))).mean(),
        2,
    ),
    Q(
        r"$x_i,w\in\mathbb{R}^d$, $y_i\in\{-1,1\}$, $i=1,\dots,N$",
        r"\frac1N\sum_{i=1}^N\log\left(1+e^{-y_iw^\top x_i}\right) + \frac\lambda2\|w\|^2",
        "w",
        "x: N d; w: d; y: N signs; lam: positive",
        lambda x, w, y, lam: np.log1p(np.exp(-y * (x @ w))).mean() + lam / 2 * w @ w,
    ),
    Q(
        r"$W\in\mathbb{R}^{K\times d}$, $x\in\mathbb{R}^d$, $b\in\mathbb{R}^K$, $y\in\mathbb{R}^K$ one-hot",
        r"-\sum_{k=1}^Ky_k\log\hat y_k; \hat y = \operatorname{softmax}(Wx+b)",
        "W",
        "W: K d; x: d; b: K; y: K onehot",
        lambda W, x, b, y: -y @ np.log(softmax(W @ x + b)),
    ),
    Q(
        r"$X\in\mathbb{R}^{N\times d}$, $W\in\mathbb{R}^{d\times K}$, $Y\in\mathbb{R}^{N\times K}$ with one-hot rows",
        r"-\frac1N\sum_{i=1}^N\sum_{k=1}^KY_{ik}\log P_{ik}; P = \operatorname{softmax}(XW)",
        "W",
        "X: N d; W: d K; Y: N K onehot",
        lambda X, W, Y: -(Y * np.log(softmax(X @ W))).sum() / len(X),
    ),
    Q(
        r"$z\in\mathbb{R}^K$, $y$ is a class label in $1,\dots,K$",
        r"-\log\frac{e^{z_y}}{\sum_je^{z_j}}",
        "z",
        "z: K; y: =1",
        lambda z: lse(z) - z[1],
    ),
    Q(
        r"$z\in\mathbb{R}^K$, $\tau>0$",
        r"\operatorname{softmax}(z/\tau)",
        "z",
        "z: K; tau: positive",
        lambda z, tau: softmax(z / tau),
    ),
    Q(r"$z\in\mathbb{R}^K$", r"\log\operatorname{softmax}(z)", "z", "z: K", lambda z: z - lse(z)),
    Q(
        r"$z\in\mathbb{R}^K$, $t\in\mathbb{R}^K$",
        r"\|\operatorname{softmax}(z)-t\|^2",
        "z",
        "z: K; t: K",
        lambda z, t: ((softmax(z) - t) ** 2).sum(),
    ),
    Q(
        r"$A\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$",
        r"\operatorname{logsumexp}(Ax)",
        "x",
        "A: m n; x: n",
        lambda A, x: lse(A @ x),
    ),
    Q(
        r"$p\in(0,1)$, $\gamma\ge0$, $\alpha>0$",
        r"-\alpha(1-p)^\gamma\log p",
        "p",
        "p: fraction; gamma: positive; alpha: positive",
        lambda p, gamma, alpha: -alpha * (1 - p) ** gamma * np.log(p),
    ),
    # matrix factorisation, dictionaries, embeddings
    Q(
        r"$R\in\mathbb{R}^{m\times n}$, $M\in\{0,1\}^{m\times n}$, $U\in\mathbb{R}^{m\times k}$, $V\in\mathbb{R}^{n\times k}$, $\lambda>0$",
        r"\frac12\|M\odot(R-UV^T)\|_F^2+\frac\lambda2\left(\|U\|_F^2+\|V\|_F^2\right)",
        "U",
        "R: m n; M: m n binary; U: m k; V: n k; lam: positive",
        lambda R, M, U, V, lam: 0.5 * ((M * (R - U @ V.T)) ** 2).sum() + lam / 2 * ((U**2).sum() + (V**2).sum()),
    ),
    Q(
        r"$X\in\mathbb{R}^{N\times n}$, $W\in\mathbb{R}^{n\times k}$",
        r"\|X-XWW^T\|_F^2",
        "W",
        "X: N n; W: n k",
        lambda X, W: ((X - X @ W @ W.T) ** 2).sum(),
    ),
    Q(
        r"$x_i\in\mathbb{R}^n$, $i=1,\dots,N$, $W\in\mathbb{R}^{n\times k}$",
        r"\sum_{i=1}^N\|x_i-WW^Tx_i\|^2",
        "W",
        "x: N n; W: n k",
        lambda x, W: ((x - x @ W @ W.T) ** 2).sum(),
    ),
    Q(
        r"$v_c, u_o\in\mathbb{R}^d$, negative samples $u_k\in\mathbb{R}^d$, $k=1,\dots,K$, $\sigma$ is the logistic function",
        r"-\log\sigma(u_o^\top v_c)-\sum_{k=1}^K\log\sigma(-u_k^\top v_c)",
        "v_c",
        "v_c: d; u_o: d; u: K d",
        lambda v_c, u_o, u: -np.log(sigmoid(u_o @ v_c)) - np.log(sigmoid(-u @ v_c)).sum(),
    ),
    Q(
        r"$a,p,n\in\mathbb{R}^d$, $\alpha>0$",
        r"\max\left(0,\|a-p\|^2-\|a-n\|^2+\alpha\right)",
        "a",
        "a: d; p: d; n: d; alpha: positive",
        lambda a, p, n, alpha: relu(((a - p) ** 2).sum() - ((a - n) ** 2).sum() + alpha),
    ),
    Q(
        r"$z_i\in\mathbb{R}^d$ for $i=1,\dots,N$, $\tau>0$",
        r"-\frac{z_i^Tz_j}{\tau}+\log\sum_{k=1}^N\exp\left(\frac{z_i^Tz_k}{\tau}\right)",
        "z",
        "z: N d; tau: positive; i: =1; j: =3",
        lambda z, tau: -z[1] @ z[3] / tau + lse(z @ z[1] / tau),
    ),
    Q(r"$u,v\in\mathbb{R}^n$", r"\frac{u^Tv}{\|u\|\,\|v\|}", "u", "u: n; v: n", lambda u, v: u @ v / norm(u) / norm(v)),
    Q(r"$u,v\in\mathbb{R}^n$", r"1-\cos(u,v)", "u", "u: n; v: n", lambda u, v: 1 - u @ v / norm(u) / norm(v)),
    Q(r"$u,v\in\mathbb{R}^n$", r"\operatorname{cossim}(u,v)", "u", "u: n; v: n", lambda u, v: u @ v / norm(u) / norm(v)),
    # layers
    Q(
        r"$W_1\in\mathbb{R}^{h\times d}$, $W_2\in\mathbb{R}^{K\times h}$, $x\in\mathbb{R}^d$, $b_1\in\mathbb{R}^h$, $b_2,t\in\mathbb{R}^K$",
        r"L=\frac12\|W_2\tanh(W_1x+b_1)+b_2-t\|^2",
        "W_1",
        "W_1: h d; W_2: K h; x: d; b_1: h; b_2: K; t: K",
        lambda W_1, W_2, x, b_1, b_2, t: 0.5 * ((W_2 @ np.tanh(W_1 @ x + b_1) + b_2 - t) ** 2).sum(),
    ),
    Q(
        r"$X\in\mathbb{R}^{N\times d}$, $W\in\mathbb{R}^{d\times h}$, $b\in\mathbb{R}^h$ is added to every row, $G\in\mathbb{R}^{N\times h}$",
        r"\langle G, \operatorname{ReLU}(XW+b)\rangle",
        "b",
        "X: N d; W: d h; b: h; G: N h",
        lambda X, W, b, G: (G * relu(X @ W + b)).sum(),
    ),
    Q(
        r"$X\in\mathbb{R}^{N\times d}$, $W\in\mathbb{R}^{d\times h}$, $b\in\mathbb{R}^h$, $G\in\mathbb{R}^{N\times h}$",
        r"\langle G, \sigma(XW+\mathbf{1}b^T)\rangle_F",
        "W",
        "X: N d; W: d h; b: h; G: N h",
        lambda X, W, b, G: (G * sigmoid(X @ W + b)).sum(),
    ),
    Q(
        r"$W\in\mathbb{R}^{n\times n}$, $x\in\mathbb{R}^n$",
        r"x + \operatorname{ReLU}(Wx)",
        "x",
        "W: n n; x: n",
        lambda W, x: x + relu(W @ x),
    ),
    Q(r"$x\in\mathbb{R}^n$, $\sigma$ is the sigmoid", r"x\odot\sigma(x)", "x", "x: n", lambda x: silu(x)),
    Q(
        r"$W, V\in\mathbb{R}^{h\times d}$, $x\in\mathbb{R}^d$, $u \in \mathbb{R}^h$",
        r"u^T\left(\sigma(Wx)\odot Vx\right)",
        "x",
        "W: h d; V: h d; x: d; u: h",
        lambda W, V, x, u: u @ (sigmoid(W @ x) * (V @ x)),
    ),
    Q(
        r"$x\in\mathbb{R}$",
        r"\frac x2\left(1+\operatorname{erf}\left(\frac{x}{\sqrt2}\right)\right)",
        "x",
        "x:",
        lambda x: x / 2 * (1 + __import__("math").erf(x / np.sqrt(2))),
    ),
    Q(
        r"$x\in\mathbb{R}^n$, $\alpha > 0$",
        r"\sum_i \max(x_i, \alpha x_i)",
        "x",
        "x: n; alpha: fraction",
        lambda x, alpha: np.maximum(x, alpha * x).sum(),
    ),
    Q(
        LN,
        r"g^T\left(\gamma\odot\frac{x-\mu\mathbf{1}}{\sqrt{\sigma^2+\epsilon}}+\beta\right); \mu=\frac1n\sum_{i=1}^nx_i; \sigma^2=\frac1n\sum_{i=1}^n(x_i-\mu)^2",
        "x",
        "x: n; gamma: n; beta: n; g: n; epsilon: positive",
        lambda x, gamma, beta, g, epsilon: g @ layernorm(x, gamma, beta, epsilon),
    ),
    Q(
        r"$x,\gamma,\beta,g\in\mathbb{R}^N$, $\epsilon>0$",
        r"\sum_{i=1}^Ng_iy_i; y_i=\gamma_i\hat x_i+\beta_i; \hat x_i=\frac{x_i-\mu}{\sqrt{v+\epsilon}}; \mu=\frac1N\sum_{j=1}^Nx_j; v=\frac1N\sum_{j=1}^N(x_j-\mu)^2",
        "x",
        "x: N; gamma: N; beta: N; g: N; epsilon: positive",
        lambda x, gamma, beta, g, epsilon: g @ layernorm(x, gamma, beta, epsilon),
    ),
    Q(
        r"$x, \gamma \in\mathbb{R}^n$, $\epsilon > 0$",
        r"\frac{x}{\sqrt{\frac1n\|x\|^2+\epsilon}}\odot\gamma",
        "x",
        "x: n; gamma: n; epsilon: positive",
        lambda x, gamma, epsilon: x / np.sqrt((x**2).mean() + epsilon) * gamma,
    ),
    Q(
        r"$X\in\mathbb{R}^{N\times d}$ is a batch, $\gamma,\beta\in\mathbb{R}^d$, $G\in\mathbb{R}^{N\times d}$",
        r"\sum_{i=1}^N\sum_{j=1}^dG_{ij}\left(\gamma_j\frac{X_{ij}-\mu_j}{\sqrt{v_j+\epsilon}}+\beta_j\right); \mu_j=\frac1N\sum_{i=1}^NX_{ij}; v_j=\frac1N\sum_{i=1}^N(X_{ij}-\mu_j)^2",
        "X",
        "X: N d; gamma: d; beta: d; G: N d; epsilon: positive",
        lambda X, gamma, beta, G, epsilon: (G * (gamma * (X - X.mean(0)) / np.sqrt(X.var(0) + epsilon) + beta)).sum(),
    ),
    # attention
    Q(ATT, r"\left\langle G, \operatorname{softmax}\left(\frac{QK^T}{\sqrt d}\right)V\right\rangle", "Q", AV, attention),
    Q(ATT, r"\left\langle G, \operatorname{softmax}\left(\frac{QK^T}{\sqrt d}\right)V\right\rangle", "K", AV, attention),
    Q(ATT, r"\operatorname{tr}\left(G^T\operatorname{softmax}\left(\frac{QK^T}{\sqrt{d}}\right)V\right)", "V", AV, attention),
    Q(ATT, r"\operatorname{tr}(G^T O); O = AV; A = \operatorname{softmax}(S); S = QK^T/\sqrt{d}", "Q", AV, attention),
    Q(
        r"$q\in\mathbb{R}^d$, $k_i\in\mathbb{R}^d$, $v_i\in\mathbb{R}^p$, $i=1,\dots,N$",
        r"\frac{\sum_{i=1}^N\exp(q^Tk_i)v_i}{\sum_{j=1}^N\exp(q^Tk_j)}",
        "q",
        "q: d; k: N d; v: N p",
        lambda q, k, v: softmax(k @ q) @ v,
    ),
    # convolution, pooling
    Q(
        r"$x\in\mathbb{R}^N$, $w\in\mathbb{R}^N$, $v \in\mathbb{R}^N$, circulant",
        r"\sum_{i=1}^N\sum_{j=1}^N v_i w_j x_i x_j",
        "x",
        "x: N; w: N; v: N",
        lambda x, w, v: (v @ x) * (w @ x),
    ),
    Q(
        r"$X\in\mathbb{R}^{N\times d}$",
        r"\left\|\frac1N\mathbf{1}^TX\right\|^2",
        "X",
        "X: N d; N: =6",
        lambda X: (X.mean(0) ** 2).sum(),
    ),
    # policy, rewards, calibration
    Q(
        r"$\theta\in\mathbb{R}^K$, $a$ an action in $1,\dots,K$",
        r"\log\pi_a; \pi = \operatorname{softmax}(\theta)",
        r"\theta",
        "theta: K; a: =2",
        lambda theta: theta[2] - lse(theta),
    ),
    Q(
        r"$\theta\in\mathbb{R}^K$, rewards $r\in\mathbb{R}^K$",
        r"r^T\operatorname{softmax}(\theta)",
        r"\theta",
        "theta: K; r: K",
        lambda theta, r: r @ softmax(theta),
    ),
    Q(
        r"$K\in\mathbb{R}^{N\times N}$ is a symmetric positive definite Gram matrix, $\alpha,y\in\mathbb{R}^N$, $\lambda>0$",
        r"\|y-K\alpha\|^2+\lambda\alpha^TK\alpha",
        r"\alpha",
        "K: N N spd; alpha: N; y: N; lam: positive",
        lambda K, alpha, y, lam: ((y - K @ alpha) ** 2).sum() + lam * alpha @ K @ alpha,
    ),
    Q(
        r"$\alpha\in\mathbb{R}^N$, $y_i\in\{-1,1\}$, $x_i \in \mathbb{R}^d$, $i=1,\dots,N$",
        r"\sum_{i=1}^N\alpha_i-\frac12\sum_{i=1}^N\sum_{j=1}^N\alpha_i\alpha_jy_iy_jx_i^Tx_j",
        r"\alpha",
        "alpha: N; y: N signs; x: N d",
        lambda alpha, y, x: alpha.sum() - 0.5 * ((alpha * y) @ x) @ ((alpha * y) @ x),
    ),
    Q(
        r"$X\in\mathbb{R}^{N\times d}$, $Y\in\mathbb{R}^{N\times k}$, $W\in\mathbb{R}^{d\times k}$, $\Omega \in \mathbb{R}^{k\times k}$ symmetric",
        r"\operatorname{tr}\left((Y-XW)\Omega(Y-XW)^T\right)",
        "W",
        "X: N d; Y: N k; W: d k; Omega: k k symmetric",
        lambda X, Y, W, Omega: np.trace((Y - X @ W) @ Omega @ (Y - X @ W).T),
    ),
    Q(
        r"$X\in\mathbb{R}^{N\times d}$, $y\in\mathbb{R}^N$, $w\in\mathbb{R}^d$, $D = \operatorname{diag}(c)$ with $c\in\mathbb{R}^N$",
        r"(y-Xw)^TD(y-Xw)",
        "w",
        "X: N d; y: N; w: d; c: N; D: N N",
        lambda X, y, w, c: ((y - X @ w) ** 2 * c).sum(),
    ),
    Q(REG, r"\max_i |(Xw - y)_i|", "w", RV, lambda X, y, w: abs(X @ w - y).max()),
    Q(REG, r"\|Xw-y\|_\infty", "w", RV, lambda X, y, w: abs(X @ w - y).max()),
]
