"""Likelihoods, divergences, expectations and covariances, filters and processes."""

from __future__ import annotations

from math import lgamma as lg

import numpy as np
from numpy.linalg import det, inv, slogdet

from .ask import Question as Q

tr = np.trace
lgamma = np.vectorize(lg)


def ld(S):
    return slogdet(S)[1]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lse(z, axis=None):
    return np.log(np.sum(np.exp(z), axis=axis))


def quads(x, mu, P):
    return np.einsum("ni,ij,nj->n", x - mu, P, x - mu)


GAUSS = r"Let $x_1, \dots, x_N \in \mathbb{R}^d$ be i.i.d. samples of a Gaussian with mean $\mu\in\mathbb{R}^d$ and covariance $\Sigma \in \mathbb{R}^{d\times d}$ (symmetric positive definite)."
GV = "x: N d; mu: d; Sigma: d d spd; N: =6; d: =3"

QUESTIONS = [
    Q(
        GAUSS,
        r"-\frac{Nd}{2}\log(2\pi) - \frac{N}{2}\log|\Sigma| - \frac12\sum_{i=1}^N (x_i-\mu)^T\Sigma^{-1}(x_i-\mu)",
        r"\mu",
        GV,
        lambda x, mu, Sigma: -len(x) / 2 * ld(Sigma) - 0.5 * quads(x, mu, inv(Sigma)).sum(),
    ),
    Q(
        GAUSS,
        r"-\frac{Nd}{2}\log(2\pi) - \frac{N}{2}\log|\Sigma| - \frac12\sum_{i=1}^N (x_i-\mu)^T\Sigma^{-1}(x_i-\mu)",
        r"\Sigma",
        GV,
        lambda x, mu, Sigma: -len(x) / 2 * ld(Sigma) - 0.5 * quads(x, mu, inv(Sigma)).sum(),
    ),
    Q(
        GAUSS,
        r"\prod_{i=1}^N \frac{1}{\sqrt{(2\pi)^d|\Sigma|}}\exp\left(-\frac12 (x_i-\mu)^T\Sigma^{-1}(x_i-\mu)\right)",
        r"\mu",
        "x: N d small; mu: d small; Sigma: d d spd; N: =6; d: =3",
        lambda x, mu, Sigma: np.prod(np.exp(-0.5 * quads(x, mu, inv(Sigma))) / np.sqrt((2 * np.pi) ** 3 * det(Sigma))),
    ),
    Q(
        r"$x, \mu\in\mathbb{R}^d$, $\Sigma$ is a $d\times d$ covariance matrix",
        r"\frac{1}{(2\pi)^{d/2}|\Sigma|^{1/2}} \exp\left(-\tfrac12(x-\mu)^\top\Sigma^{-1}(x-\mu)\right)",
        "x",
        "x: d; mu: d; Sigma: d d spd; d: =3",
        lambda x, mu, Sigma: np.exp(-0.5 * (x - mu) @ inv(Sigma) @ (x - mu)) / np.sqrt((2 * np.pi) ** 3 * det(Sigma)),
    ),
    Q(
        r"$x, \mu\in\mathbb{R}^d$, $\Lambda \in \mathbb{R}^{d\times d}$ is the precision matrix, symmetric positive definite",
        r"\frac12\log\det\Lambda - \frac12(x-\mu)^\top\Lambda(x-\mu)",
        r"\Lambda",
        "x: d; mu: d; Lam: d d spd",
        lambda x, mu, Lam: 0.5 * ld(Lam) - 0.5 * (x - mu) @ Lam @ (x - mu),
    ),
    Q(
        r"$S, \Theta$ are symmetric $p\times p$ matrices, $\Theta$ positive definite",
        r"\log\det\Theta - \operatorname{tr}(S\Theta)",
        r"\Theta",
        "S: p p symmetric; Theta: p p spd",
        lambda S, Theta: ld(Theta) - tr(S @ Theta),
    ),
    Q(
        r"$x_i\in\mathbb{R}$, $i=1,\dots,N$; $\mu\in\mathbb{R}$, $\sigma>0$",
        r"-\frac{N}{2}\log(2\pi\sigma^2) - \frac{1}{2\sigma^2}\sum_{i=1}^N(x_i-\mu)^2",
        r"\sigma",
        "x: N; mu: ; sigma: positive; N: =6",
        lambda x, mu, sigma: -len(x) / 2 * np.log(sigma**2) - ((x - mu) ** 2).sum() / (2 * sigma**2),
    ),
    Q(
        r"$x_i\in\mathbb{R}$, $i=1,\dots,N$; $\mu\in\mathbb{R}$, $\sigma>0$",
        r"-\frac{N}{2}\log(2\pi\sigma^2) - \frac{1}{2\sigma^2}\sum_{i=1}^N(x_i-\mu)^2",
        r"\sigma",
        "x: N; mu: ; sigma: positive; N: =6",
        lambda x, mu, sigma: -len(x) / 2 * np.log(sigma**2) - ((x - mu) ** 2).sum() / (2 * sigma**2),
        2,
    ),
    # mixtures
    Q(
        r"$x_n, \mu_k\in\mathbb{R}^D$, mixing weights $\pi_k>0$, $k=1,\dots,K$, $n=1,\dots,N$",
        r"\sum_{n=1}^N \log\sum_{k=1}^K \pi_k\exp\left(-\tfrac12\|x_n-\mu_k\|^2\right)",
        r"\mu_k",
        "x: N D; mu: K D; pi: K positive",
        lambda x, mu, pi: np.log((pi * np.exp(-0.5 * ((x[:, None] - mu) ** 2).sum(-1))).sum(1)).sum(),
    ),
    Q(
        r"$x_n, \mu_k\in\mathbb{R}^D$, mixing weights $\pi_k>0$, $k=1,\dots,K$, $n=1,\dots,N$",
        r"\sum_{n=1}^N \ln\sum_{k=1}^K \pi_k\exp\left(-\tfrac12\|x_n-\mu_k\|^2\right)",
        r"\pi_k",
        "x: N D; mu: K D; pi: K positive",
        lambda x, mu, pi: np.log((pi * np.exp(-0.5 * ((x[:, None] - mu) ** 2).sum(-1))).sum(1)).sum(),
    ),
    Q(
        r"$x,\mu_1,\mu_2\in\mathbb{R}^d$, $\Sigma_1, \Sigma_2$ symmetric positive definite, $\rho\in(0,1)$",
        r"\log\left(\rho\,\mathcal{N}(x;\mu_1,\Sigma_1) + (1-\rho)\,\mathcal{N}(x;\mu_2,\Sigma_2)\right)",
        r"\mu_1",
        "x: d; mu_1: d; mu_2: d; Sigma_1: d d spd; Sigma_2: d d spd; rho: fraction",
        lambda x, mu_1, mu_2, Sigma_1, Sigma_2, rho: np.log(
            rho * np.exp(-0.5 * (x - mu_1) @ inv(Sigma_1) @ (x - mu_1)) / np.sqrt(det(2 * np.pi * Sigma_1))
            + (1 - rho) * np.exp(-0.5 * (x - mu_2) @ inv(Sigma_2) @ (x - mu_2)) / np.sqrt(det(2 * np.pi * Sigma_2))
        ),
    ),
    Q(
        r"$x,\mu\in\mathbb{R}^d$, $\Sigma\in\mathbb{R}^{d\times d}$ symmetric positive definite",
        r"\log \mathcal{N}(x \mid \mu, \Sigma)",
        r"\Sigma",
        "x: d; mu: d; Sigma: d d spd",
        lambda x, mu, Sigma: -0.5 * ld(Sigma) - 0.5 * (x - mu) @ inv(Sigma) @ (x - mu),
    ),
    # Student, Laplace, Poisson, multinomial, Dirichlet, gamma, beta, Wishart, von Mises
    Q(
        r"$x,\mu\in\mathbb{R}^d$, $\Sigma$ a symmetric positive definite $d\times d$ matrix, $\nu>0$",
        r"-\frac{\nu+d}{2}\log\left(1+\frac{1}{\nu}(x-\mu)^T\Sigma^{-1}(x-\mu)\right)",
        r"\mu",
        "x: d; mu: d; Sigma: d d spd; nu: positive; d: =3",
        lambda x, mu, Sigma, nu: -(nu + 3) / 2 * np.log(1 + (x - mu) @ inv(Sigma) @ (x - mu) / nu),
    ),
    Q(
        r"$x,\mu\in\mathbb{R}^d$, $\Sigma$ a symmetric positive definite $d\times d$ matrix, $\nu>0$",
        r"\log\Gamma\left(\frac{\nu+d}{2}\right) - \log\Gamma\left(\frac{\nu}{2}\right) - \frac d2\log(\nu\pi) - \frac12\log|\Sigma| - \frac{\nu+d}{2}\log\left(1+\frac{1}{\nu}(x-\mu)^T\Sigma^{-1}(x-\mu)\right)",
        r"\nu",
        "x: d; mu: d; Sigma: d d spd; nu: positive; d: =3",
        lambda x, mu, Sigma, nu: (
            lgamma((nu + 3) / 2)
            - lgamma(nu / 2)
            - 1.5 * np.log(nu * np.pi)
            - (nu + 3) / 2 * np.log(1 + (x - mu) @ inv(Sigma) @ (x - mu) / nu)
        ),
    ),
    Q(
        r"counts $x\in\mathbb{R}^K$ and probabilities $p\in\mathbb{R}^K$ with positive entries",
        r"\log\Gamma\left(\sum_k x_k+1\right) - \sum_{k=1}^K\log\Gamma(x_k+1) + \sum_{k=1}^K x_k\log p_k",
        "p",
        "x: K counts; p: K simplex",
        lambda x, p: np.sum(x * np.log(p)),
    ),
    Q(
        r"$n_k$ are counts and $\theta_k>0$, $k=1,\dots,K$",
        r"\prod_{k=1}^K\theta_k^{n_k}",
        r"\theta_k",
        "n: K counts; theta: K fraction",
        lambda n, theta: np.prod(theta**n),
    ),
    Q(
        r"$\alpha\in\mathbb{R}^K$ with positive entries, $p\in\mathbb{R}^K$ on the simplex",
        r"\log\Gamma\left(\sum_{k=1}^K\alpha_k\right) - \sum_{k=1}^K\log\Gamma(\alpha_k) + \sum_{k=1}^K(\alpha_k-1)\log p_k",
        r"\alpha",
        "alpha: K positive; p: K simplex",
        lambda alpha, p: lgamma(alpha.sum()) - lgamma(alpha).sum() + ((alpha - 1) * np.log(p)).sum(),
    ),
    Q(
        r"$\alpha\in\mathbb{R}^K$ with positive entries, $p\in\mathbb{R}^K$ on the simplex",
        r"\log\Gamma\left(\sum_{k=1}^K\alpha_k\right) - \sum_{k=1}^K\log\Gamma(\alpha_k) + \sum_{k=1}^K(\alpha_k-1)\log p_k",
        r"\alpha",
        "alpha: K positive; p: K simplex",
        lambda alpha, p: lgamma(alpha.sum()) - lgamma(alpha).sum() + ((alpha - 1) * np.log(p)).sum(),
        2,
    ),
    Q(
        r"$\alpha_k > 0$, $k = 1, \dots, K$",
        r"\log B(\alpha), \quad B(\alpha) = \frac{\prod_{k=1}^K\Gamma(\alpha_k)}{\Gamma\left(\sum_{k=1}^K\alpha_k\right)}",
        r"\alpha_k",
        "alpha: K positive",
        lambda alpha: lgamma(alpha).sum() - lgamma(alpha.sum()),
    ),
    Q(
        r"$x_i > 0$ for $i=1,\dots,N$; $\alpha,\beta>0$",
        r"N\alpha\log\beta - N\log\Gamma(\alpha) + (\alpha-1)\sum_{i=1}^N\log x_i - \beta\sum_{i=1}^Nx_i",
        r"\alpha",
        "x: N positive; alpha: positive; beta: positive; N: =6",
        lambda x, alpha, beta: len(x) * (alpha * np.log(beta) - lgamma(alpha)) + (alpha - 1) * np.log(x).sum() - beta * x.sum(),
    ),
    Q(
        r"$x\in(0,1)$, $a, b>0$",
        r"(a-1)\log x + (b-1)\log(1-x) - \log\frac{\Gamma(a)\Gamma(b)}{\Gamma(a+b)}",
        "a",
        "x: fraction; a: positive; b: positive",
        lambda x, a, b: (a - 1) * np.log(x) + (b - 1) * np.log(1 - x) - lgamma(a) - lgamma(b) + lgamma(a + b),
    ),
    Q(
        r"$X, V$ are symmetric positive definite $p\times p$ matrices, $n>0$",
        r"\frac{n-p-1}{2}\log|X| - \frac12\operatorname{tr}(V^{-1}X) - \frac n2\log|V|",
        "X",
        "X: p p spd; V: p p spd; n: =12; p: =7",
        lambda X, V: (12 - 7 - 1) / 2 * ld(X) - 0.5 * tr(inv(V) @ X),
    ),
    Q(
        r"$X, V$ are symmetric positive definite $p\times p$ matrices, $n>0$",
        r"\frac{n-p-1}{2}\log|X| - \frac12\operatorname{tr}(V^{-1}X) - \frac n2\log|V|",
        "V",
        "X: p p spd; V: p p spd; n: =12; p: =7",
        lambda X, V: -0.5 * tr(inv(V) @ X) - 6 * ld(V),
    ),
    Q(
        r"$x,\mu\in\mathbb{R}^d$ are unit vectors, $\kappa > 0$",
        r"\kappa\mu^Tx",
        r"\kappa",
        "x: d; mu: d; kappa: positive",
        lambda x, mu, kappa: kappa * mu @ x,
    ),
    Q(
        r"$\theta_i, \mu\in\mathbb{R}$, $\kappa>0$, $i=1,\dots,N$",
        r"\kappa\sum_{i=1}^N\cos(\theta_i-\mu)",
        r"\mu",
        "theta: N; mu: ; kappa: positive",
        lambda theta, mu, kappa: kappa * np.cos(theta - mu).sum(),
    ),
    Q(
        r"$y_i\in\{0,1,2,\dots\}$, $x_i,\beta\in\mathbb{R}^p$, $i=1,\dots,n$",
        r"\sum_{i=1}^n \left(y_i\,\beta^Tx_i - e^{\beta^Tx_i} - \log(y_i!)\right)",
        r"\beta",
        "y: n counts; x: n p; beta: p small",
        lambda y, x, beta: (y * (x @ beta) - np.exp(x @ beta)).sum(),
    ),
    Q(
        r"$\eta\in\mathbb{R}^K$, sufficient statistics $T_i\in\mathbb{R}^K$, $i=1,\dots,N$",
        r"\sum_{i=1}^N \eta^\top T_i - N\log\sum_{k=1}^K e^{\eta_k}",
        r"\eta",
        "eta: K; T: N K; N: =6",
        lambda eta, T: (T @ eta).sum() - len(T) * lse(eta),
    ),
    # divergences and entropies
    Q(
        r"$p, q\in\mathbb{R}^n$ are probability vectors with positive entries",
        r"\sum_{i=1}^n p_i\log\frac{p_i}{q_i}",
        "q",
        "p: n simplex; q: n simplex",
        lambda p, q: (p * np.log(p / q)).sum(),
    ),
    Q(
        r"$p, q\in\mathbb{R}^n$ are probability vectors with positive entries",
        r"D_{\mathrm{KL}}(p\,\|\,q)",
        "p",
        "p: n simplex; q: n simplex",
        lambda p, q: (p * np.log(p / q)).sum(),
    ),
    Q(
        r"$p, q\in\mathbb{R}^n$ are probability vectors with positive entries",
        r"\mathrm{KL}(p\|q)",
        "q",
        "p: n simplex; q: n simplex",
        lambda p, q: (p * np.log(p / q)).sum(),
    ),
    Q(r"$p\in\mathbb{R}^n$ has positive entries", r"-\sum_i p_i\log p_i", "p", "p: n simplex", lambda p: -(p * np.log(p)).sum()),
    Q(r"$p\in\mathbb{R}^n$ has positive entries", r"H(p) = -p^T\log p", "p", "p: n simplex", lambda p: -(p * np.log(p)).sum()),
    Q(
        r"$z\in\mathbb{R}^n$",
        r"-\sum_{i} p_i\log p_i; p = \operatorname{softmax}(z)",
        "z",
        "z: n",
        lambda z: -(np.exp(z - lse(z)) * (z - lse(z))).sum(),
    ),
    Q(
        r"$p, q\in\mathbb{R}^n$ with positive entries",
        r"-\sum_{i=1}^n\sqrt{p_iq_i}",
        "p",
        "p: n simplex; q: n simplex",
        lambda p, q: -np.sqrt(p * q).sum(),
    ),
    Q(
        r"$p, q\in\mathbb{R}^n$ with positive entries, $\alpha > 1$",
        r"\frac{1}{\alpha-1}\log\sum_i p_i^\alpha q_i^{1-\alpha}",
        "p",
        "p: n simplex; q: n simplex; alpha: positive",
        lambda p, q, alpha: np.log((p**alpha * q ** (1 - alpha)).sum()) / (alpha - 1),
    ),
    Q(
        r"$\mu_0, \mu_1\in\mathbb{R}^k$, $\Sigma_0, \Sigma_1\in\mathbb{R}^{k\times k}$ symmetric positive definite",
        r"\frac12\left(\operatorname{tr}(\Sigma_1^{-1}\Sigma_0) + (\mu_1-\mu_0)^T\Sigma_1^{-1}(\mu_1-\mu_0) - k + \ln\frac{\det\Sigma_1}{\det\Sigma_0}\right)",
        r"\Sigma_1",
        "mu_0: k; mu_1: k; Sigma_0: k k spd; Sigma_1: k k spd; k: =3",
        lambda mu_0, mu_1, Sigma_0, Sigma_1: (
            0.5 * (tr(inv(Sigma_1) @ Sigma_0) + (mu_1 - mu_0) @ inv(Sigma_1) @ (mu_1 - mu_0) + ld(Sigma_1) - ld(Sigma_0))
        ),
    ),
    Q(
        r"$\mu, \sigma\in\mathbb{R}^k$, $\sigma$ has positive entries",
        r"-\frac12\sum_{j=1}^k\left(1+\log\sigma_j^2 - \mu_j^2-\sigma_j^2\right)",
        r"\sigma",
        "mu: k; sigma: k positive",
        lambda mu, sigma: -0.5 * (1 + np.log(sigma**2) - mu**2 - sigma**2).sum(),
    ),
    Q(
        r"$x\in\mathbb{R}^D$, $\mu,\sigma,\epsilon\in\mathbb{R}^k$ with $\sigma$ positive, $W\in\mathbb{R}^{D\times k}$",
        r"\frac12\|x - W(\mu+\sigma\odot\epsilon)\|^2 - \frac12\sum_{j}\left(1+\log\sigma_j^2 - \mu_j^2-\sigma_j^2\right)",
        r"\sigma",
        "x: D; mu: k; sigma: k positive; epsilon: k; W: D k",
        lambda x, mu, sigma, epsilon, W: (
            0.5 * ((x - W @ (mu + sigma * epsilon)) ** 2).sum() - 0.5 * (1 + np.log(sigma**2) - mu**2 - sigma**2).sum()
        ),
    ),
    # processes and filters
    Q(
        r"$y\in\mathbb{R}^N$, $K_\theta = \theta^2 K_0 + \sigma^2 I$ with $K_0\in\mathbb{R}^{N\times N}$ symmetric positive definite, $\theta,\sigma\in\mathbb{R}$",
        r"-\frac12y^T(\theta^2K_0+\sigma^2I)^{-1}y - \frac12\log|\theta^2K_0+\sigma^2I| - \frac N2\log 2\pi",
        r"\theta",
        "y: N; K_0: N N spd; theta: ; sigma: positive; N: =6",
        lambda y, K_0, theta, sigma: (
            -0.5 * y @ inv(theta**2 * K_0 + sigma**2 * np.eye(6)) @ y - 0.5 * ld(theta**2 * K_0 + sigma**2 * np.eye(6))
        ),
    ),
    Q(
        r"$P\in\mathbb{R}^{n\times n}$ and $R\in\mathbb{R}^{m\times m}$ symmetric positive definite, $H\in\mathbb{R}^{m\times n}$, $K\in\mathbb{R}^{n\times m}$",
        r"\operatorname{tr}\left((I-KH)P(I-KH)^T + KRK^T\right)",
        "K",
        "P: n n spd; R: m m spd; H: m n; K: n m",
        lambda P, R, H, K: tr((np.eye(len(P)) - K @ H) @ P @ (np.eye(len(P)) - K @ H).T + K @ R @ K.T),
    ),
    Q(
        r"$Q$ is a symmetric $n\times n$ and $R$ a symmetric $m\times m$ matrix, $A\in\mathbb{R}^{n\times n}$, $B\in\mathbb{R}^{n\times m}$, $P$ symmetric $n \times n$, $x\in\mathbb{R}^n$, $u\in\mathbb{R}^m$",
        r"x^TQx + u^TRu + (Ax+Bu)^TP(Ax+Bu)",
        "u",
        "Q: n n symmetric; R: m m symmetric; A: n n; B: n m; P: n n symmetric; x: n; u: m",
        lambda Q, R, A, B, P, x, u: x @ Q @ x + u @ R @ u + (A @ x + B @ u) @ P @ (A @ x + B @ u),
    ),
    Q(
        r"$z\in\mathbb{R}^m$, $H\in\mathbb{R}^{m\times n}$, $x,\bar x\in\mathbb{R}^n$, $R$, $P$ symmetric positive definite",
        r"(z-Hx)^TR^{-1}(z-Hx) + (x-\bar x)^TP^{-1}(x-\bar x)",
        "x",
        "z: m; H: m n; x: n; x_bar: n; R: m m spd; P: n n spd",
        lambda z, H, x, x_bar, R, P: (z - H @ x) @ inv(R) @ (z - H @ x) + (x - x_bar) @ inv(P) @ (x - x_bar),
    ),
    Q(
        r"$\Lambda\in\mathbb{R}^{d\times q}$, $\Psi\in\mathbb{R}^{d\times d}$ diagonal with positive entries, $S$ symmetric $d \times d$",
        r"\log\det(\Lambda\Lambda^T+\Psi) + \operatorname{tr}\left(S(\Lambda\Lambda^T+\Psi)^{-1}\right)",
        r"\Lambda",
        "Lam: d q; Psi: d d spd; S: d d spd",
        lambda Lam, Psi, S: ld(Lam @ Lam.T + Psi) + tr(S @ inv(Lam @ Lam.T + Psi)),
    ),
    # scatter and moments
    Q(
        r"$x_i\in\mathbb{R}^d$, $i=1,\dots,N$",
        r"\frac1N\sum_{i=1}^N\|x_i-\bar x\|^2; \bar x = \frac1N\sum_{i=1}^Nx_i",
        "x_i",
        "x: N d",
        lambda x: ((x - x.mean(0)) ** 2).sum() / len(x),
    ),
    Q(
        r"$w\in\mathbb{R}^d$, $S_B$ and $S_W$ are symmetric $d\times d$ matrices",
        r"J(w) = \frac{w^TS_Bw}{w^TS_Ww}",
        "w",
        "w: d; S_B: d d symmetric; S_W: d d spd",
        lambda w, S_B, S_W: w @ S_B @ w / (w @ S_W @ w),
    ),
    Q(
        r"$W\in\mathbb{R}^{p\times k}$, $S_B$ and $S_W$ are symmetric positive definite",
        r"\operatorname{tr}\left((W^TS_WW)^{-1}W^TS_BW\right)",
        "W",
        "W: p k; S_B: p p spd; S_W: p p spd",
        lambda W, S_B, S_W: tr(inv(W.T @ S_W @ W) @ W.T @ S_B @ W),
    ),
    Q(
        r"$u\in\mathbb{R}^m$, $v\in\mathbb{R}^n$, $C\in\mathbb{R}^{m\times n}$, $A\in\mathbb{R}^{m\times m}$ and $B\in\mathbb{R}^{n\times n}$ symmetric positive definite",
        r"\rho = \frac{u^TCv}{\sqrt{u^TAu}\sqrt{v^TBv}}",
        "u",
        "u: m; v: n; C: m n; A: m m spd; B: n n spd",
        lambda u, v, C, A, B: u @ C @ v / np.sqrt((u @ A @ u) * (v @ B @ v)),
    ),
    Q(
        r"$w, \mu\in\mathbb{R}^n$, $\Sigma$ is a covariance matrix, $\gamma>0$",
        r"w^T\mu - \frac\gamma2 w^T\Sigma w",
        "w",
        "w: n; mu: n; Sigma: n n spd; gamma: positive",
        lambda w, mu, Sigma, gamma: w @ mu - gamma / 2 * w @ Sigma @ w,
    ),
    Q(
        r"$w, \mu\in\mathbb{R}^n$, $\Sigma$ is a covariance matrix",
        r"\frac{w^T\mu}{\sqrt{w^T\Sigma w}}",
        "w",
        "w: n; mu: n; Sigma: n n spd",
        lambda w, mu, Sigma: w @ mu / np.sqrt(w @ Sigma @ w),
    ),
    Q(
        r"$x, y\in\mathbb{R}^n$, $\bar x = \frac1n\sum_i x_i$, $\bar y = \frac1n\sum_iy_i$",
        r"\frac{\sum_{i}(x_i-\bar x)(y_i-\bar y)}{\sqrt{\sum_i(x_i-\bar x)^2}\sqrt{\sum_i(y_i-\bar y)^2}}",
        "x",
        "x: n; y: n",
        lambda x, y: np.corrcoef(x, y)[0, 1],
    ),
    Q(
        r"$\pi_i$ and $y_i$ as usual, $x_i,\beta\in\mathbb{R}^p$, $y_i\in\{0,1\}$ for $i=1,\dots,n$",
        r"\sum_{i=1}^n\left[y_i\log\Phi_i + (1-y_i)\log(1-\Phi_i)\right]; \Phi_i = \frac12\left(1+\operatorname{erf}\left(\frac{\beta^Tx_i}{\sqrt2}\right)\right)",
        r"\beta",
        "x: n p; y: n binary; beta: p small",
        lambda x, y, beta: (lambda P: (y * np.log(P) + (1 - y) * np.log(1 - P)).sum())(
            np.vectorize(__import__("math").erf)(x @ beta / np.sqrt(2)) / 2 + 0.5
        ),
    ),
    Q(
        r"$\theta, \phi_a\in\mathbb{R}^p$ for $a=1,\dots,K$",
        r"\theta^T\phi_a - \log\sum_{b=1}^K\exp(\theta^T\phi_b)",
        r"\theta",
        "theta: p; phi: K p; a: =1",
        lambda theta, phi: (phi @ theta)[1] - lse(phi @ theta),
    ),
    Q(
        r"$s,\theta\in\mathbb{R}^p$, $\sigma>0$, $a\in\mathbb{R}$",
        r"-\frac{(a-\theta^Ts)^2}{2\sigma^2}",
        r"\theta",
        "a: ; s: p; theta: p; sigma: positive",
        lambda a, s, theta, sigma: -((a - theta @ s) ** 2) / (2 * sigma**2),
    ),
]
