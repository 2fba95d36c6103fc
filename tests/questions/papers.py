"""Questions of courses and papers in which a reader is easily misled: models of the data, panels, indices that are labels, signs that
belong to a name."""

from __future__ import annotations

import numpy as np
from numpy.linalg import inv, norm

from .ask import Question as Q
from .statistics import sigmoid


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def net(a0, alpha, X, beta_0, beta, y):
    return (y - beta_0 - beta @ sigmoid(a0 + alpha @ X)) ** 2


QUESTIONS = [
    Q(
        r"The linear model is $y = X\beta + u$ with $E[uu'] = \tau^2\Omega$; $y$ is $n \times 1$, $X$ is $n \times k$ and $\Omega$ is a "
        r"positive definite $n \times n$ matrix.",
        r"S(\beta) = (y - X\beta)'\Omega^{-1}(y - X\beta)",
        "beta",
        "y: n; X: n k; Omega: n n spd; beta: k",
        lambda y, X, Omega, beta: (y - X @ beta) @ inv(Omega) @ (y - X @ beta),
    ),
    Q(
        r"$z = Hx + v$ with $v \sim \mathcal{N}(0, R)$, prior $x \sim \mathcal{N}(\bar x, P)$, $H \in \mathbb{R}^{p \times n}$",
        r"\frac12(z-Hx)^TR^{-1}(z-Hx)+\frac12(x-\bar x)^TP^{-1}(x-\bar x)",
        "x",
        "z: p; H: p n; x: n; R: p p spd; x_bar: n; P: n n spd",
        lambda z, H, x, R, x_bar, P: 0.5 * (z - H @ x) @ inv(R) @ (z - H @ x) + 0.5 * (x - x_bar) @ inv(P) @ (x - x_bar),
    ),
    Q(
        r"a panel of $N$ units over $T$ periods with effects $\alpha_i$, $i = 1,\dots,N$, $t = 1,\dots,T$ and regressors "
        r"$x_{it} \in \mathbb{R}^k$",
        r"\sum_{i=1}^N\sum_{t=1}^T (y_{it} - \alpha_i - x_{it}'\beta)^2",
        "beta",
        "y: N T; alpha: N; x: N T k; beta: k",
        lambda y, alpha, x, beta: ((y - alpha[:, None] - x @ beta) ** 2).sum(),
    ),
    Q(
        r"a beamformer with steering vector $a$ and noise covariance $R_n \succ 0$; $w, a \in \mathbb{R}^M$; the power is $\sigma_s^2$",
        r"\frac{\sigma_s^2 (w^Ta)^2}{w^TR_nw}",
        "w",
        "w: M; a: M; R_n: M M spd; sigma_s: positive",
        lambda w, a, R_n, sigma_s: sigma_s**2 * (w @ a) ** 2 / (w @ R_n @ w),
    ),
    Q(
        r"$A_m, A_n \in \mathbb{R}^{d \times d}$ turn the query and the key by the positions $m$ and $n$; $q, k \in \mathbb{R}^d$",
        r"(A_mq)^\top(A_nk)",
        "q",
        "A_m: d d; A_n: d d; q: d; k: d",
        lambda A_m, A_n, q, k: (A_m @ q) @ (A_n @ k),
    ),
    Q(
        r"training set $\{(x^{(i)}, y^{(i)}); i = 1, \ldots, M\}$ with labels $y^{(i)} \in \{0, 1\}$, $h_\theta(x) = g(\theta^Tx)$ and "
        r"$g(z) = \frac{1}{1 + e^{-z}}$",
        r"-\frac1M\sum_{i=1}^M\left[y^{(i)}\log h_\theta(x^{(i)}) + (1-y^{(i)})\log(1-h_\theta(x^{(i)}))\right]",
        "theta",
        "x: M d; y: M binary; theta: d",
        lambda x, y, theta: -(y * np.log(sigmoid(x @ theta)) + (1 - y) * np.log(1 - sigmoid(x @ theta))).mean(),
    ),
    Q(
        r"$y_{nk} = \frac{\exp(w_k^T\phi_n)}{\sum_j \exp(w_j^T\phi_n)}$, targets with $\sum_k t_{nk} = 1$, $\phi_n \in \mathbb{R}^M$",
        r"-\sum_{n=1}^N\sum_{k=1}^K t_{nk}\ln y_{nk}",
        "w_k",
        "w: K M; phi: N M; t: N K onehot",
        lambda w, phi, t: -(t * np.log(softmax(phi @ w.T))).sum(),
    ),
    Q(
        r"$P_j = \frac{e^{z_j}}{\sum_{k=1}^K e^{z_k}}$ for every class $j$",
        r"\sum_{c=1}^K q_c \log P_c",
        "z",
        "z: K; q: K",
        lambda z, q: q @ np.log(softmax(z)),
    ),
    Q(
        r"the free energy of a machine with visible $v \in \mathbb{R}^n$ and $W \in \mathbb{R}^{n \times m}$ with columns $W_j$",
        r"-a^Tv - \sum_{j=1}^m \log(1 + \exp(b_j + v^TW_j))",
        "v",
        "v: n; a: n; b: m; W: n m",
        lambda v, a, b, W: -a @ v - np.log(1 + np.exp(b + v @ W)).sum(),
    ),
    Q(
        r"scores $S = XW + \mathbf{1}b^T$ with $X \in \mathbb{R}^{N \times D}$, $W \in \mathbb{R}^{D \times M}$, $b \in \mathbb{R}^M$ added to "
        r"every row, and $dS \in \mathbb{R}^{N \times M}$ flows back",
        r"\sum_{i,j}(dS)_{ij}S_{ij}",
        "b",
        "X: N D; W: D M; b: M; dS: N M",
        lambda X, W, b, dS: (dS * (X @ W + b)).sum(),
    ),
    Q(
        r"hidden units $Z_m = \sigma(\alpha_{0m} + \alpha_m^TX)$, $m = 1,\ldots,M$, and the output $T = \beta_0 + \beta^TZ$; "
        r"$X, \alpha_m \in \mathbb{R}^p$, the target $y$ is a number",
        r"R = (y - T)^2",
        "beta",
        "alpha_0: M; alpha: M p; X: p; beta_0: ; beta: M; y: ",
        lambda alpha_0, alpha, X, beta_0, beta, y: net(alpha_0, alpha, X, beta_0, beta, y),
    ),
    Q(
        r"points $z_i \in \mathbb{R}^d$, $i = 1,\ldots,n$, and a temperature $t$",
        r"\log\frac{1}{n^2}\sum_{i=1}^n\sum_{j=1}^n e^{-t\|z_i-z_j\|^2}",
        "z_i",
        "z: n d small; t: positive",
        lambda z, t: np.log(np.exp(-t * ((z[:, None] - z[None]) ** 2).sum(-1)).mean()),
    ),
    Q(
        r"a gated block $y = (\operatorname{SiLU}(W_1x)) \odot (W_2x)$ with $W_1, W_2 \in \mathbb{R}^{h \times d}$, $x \in \mathbb{R}^d$",
        r"u^\top y",
        "W_1",
        "W_1: h d; W_2: h d; x: d; u: h",
        lambda W_1, W_2, x, u: u @ ((W_1 @ x) * sigmoid(W_1 @ x) * (W_2 @ x)),
    ),
    Q(
        r"a residual with step $h$, $A \in \mathbb{R}^{n \times n}$, and $y_k$ the state before",
        r"F(y) = y - y_k - h\tanh(Ay)",
        "y",
        "y: n; y_k: n; h: ; A: n n",
        lambda y, y_k, h, A: y - y_k - h * np.tanh(A @ y),
    ),
    Q(
        r"$X$ is the $n \times d$ data matrix, $\mu_i = \sigma(w^\top x_i)$, $x_i^\top$ the rows of $X$, labels $y_i \in \{0, 1\}$",
        r"-\sum_{i=1}^n\left[y_i\log\mu_i+(1-y_i)\log(1-\mu_i)\right]",
        "w",
        "X: n d; w: d; y: n binary",
        lambda X, w, y: -(y * np.log(sigmoid(X @ w)) + (1 - y) * np.log(1 - sigmoid(X @ w))).sum(),
        2,
    ),
    Q(
        r"$m_{ij} = 1$ if user $i$ rated item $j$, $u_i, v_j \in \mathbb{R}^k$",
        r"\frac12\sum_{i=1}^N\sum_{j=1}^M m_{ij}(r_{ij}-u_i^Tv_j)^2",
        "u_i",
        "m: N M binary; r: N M; u: N k; v: M k",
        lambda m, r, u, v: 0.5 * (m * (r - u @ v.T) ** 2).sum(),
    ),
    Q(
        r"springs with $k_{ij} = k_{ji}$ and rest lengths $\ell_{ij} = \ell_{ji}$ between positions $x_i \in \mathbb{R}^3$",
        r"\frac12\sum_{i=1}^N\sum_{j\neq i} k_{ij}(\|x_i-x_j\|-\ell_{ij})^2",
        "x_i",
        "x: N 3; k: N N symmetric; ell: N N symmetric",
        lambda x, k, ell: (
            0.5 * sum(k[a, b] * (norm(x[a] - x[b]) - ell[a, b]) ** 2 for a in range(len(x)) for b in range(len(x)) if a != b)
        ),
    ),
    Q(
        r"$\pi = \operatorname{softmax}(\theta)$ with $\theta \in \mathbb{R}^K$ and rewards $r \in \mathbb{R}^K$",
        r"\sum_a \pi(a) r_a",
        "theta",
        "theta: K; r: K",
        lambda theta, r: softmax(theta) @ r,
    ),
    Q(
        r"the target $y = c + \gamma\max_b Q(b)$ is treated as a constant; $w, \phi \in \mathbb{R}^d$",
        r"\frac12(y - w^\top\phi)^2",
        "w",
        "y: ; w: d; phi: d",
        lambda y, w, phi: 0.5 * (y - w @ phi) ** 2,
    ),
    Q(
        r"shrinkage of $z \in \mathbb{R}^n$ by $\theta > 0$, and $c \in \mathbb{R}^n$",
        r"c^T\left(\operatorname{sgn}(z) \odot (|z| - \theta)_+\right)",
        "z",
        "c: n; z: n; theta: positive",
        lambda c, z, theta: c @ (np.sign(z) * np.maximum(abs(z) - theta, 0)),
    ),
    Q(
        "",
        r"\frac{1}{2\eta}\|w - w^0\|^2 + g^Tw",
        "w",
        "w: d; w_0: d; g: d; eta: positive",
        lambda w, w_0, g, eta: ((w - w_0) ** 2).sum() / (2 * eta) + g @ w,
    ),
    Q(
        "",
        r"y'y - 2\lambda'(Cy - d)",
        "y",
        "y: n; C: m n; d: m; lam: m",
        lambda y, C, d, lam: y @ y - 2 * lam @ (C @ y - d),
    ),
]
