"""The dictionary once more, in other forms: each operation in a sentence of its own, functions of matrices along any change, words of networks."""

from __future__ import annotations

import numpy as np
from numpy.linalg import det, inv, norm, slogdet
from numpy.linalg import matrix_power as mp
from scipy import special
from scipy.linalg import expm

from .ask import Question as Q
from .learning import relu, silu, softmax

tr = np.trace
erf = special.erf
sig = special.expit
SQ = r"$X, A, B \in \mathbb{R}^{n \times n}$, $a, b \in \mathbb{R}^n$"
SV = "X: n n small; A: n n; B: n n; a: n; b: n"
V1 = r"$x, a, b \in \mathbb{R}^n$"
VV = "x: n; a: n; b: n"


def bn(X):
    return (X - X.mean(0)) / X.std(0)


def rows_normed(X):
    return (X - X.mean(1, keepdims=True)) / X.std(1, keepdims=True)


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(x))


def hard_sigmoid(x):
    return np.clip(x / 6 + 0.5, 0, 1)


def mixture(xs, pi, mu, lam):
    return sum(
        np.log(
            sum(pi[k] * np.exp(-lam / 2 * ((x - mu[k]) ** 2).sum()) * (lam / (2 * np.pi)) ** (len(x) / 2) for k in range(len(pi)))
        )
        for x in xs
    )


QUESTIONS = [
    # ---------------------------------------------------------------- functions of a matrix along any change
    Q(SQ + r"; $\exp$ is the matrix exponential", r"a^\top \exp(X) b", "X", SV, lambda X, a, b: a @ expm(X) @ b),
    Q(SQ, r"\operatorname{tr}(B e^{X A})", "X", SV, lambda X, A, B: tr(B @ expm(X @ A))),
    Q(SQ, r"\|e^{X} - A\|_F^2", "X", SV, lambda X, A: ((expm(X) - A) ** 2).sum()),
    Q(SQ + r", $t \in \mathbb{R}$", r"a^\top e^{X + tA} b", "t", SV + "; t:", lambda X, A, a, b, t: a @ expm(X + t * A) @ b),
    Q(SQ + r", $t \in \mathbb{R}$", r"e^{tX} a", "t", SV + "; t:", lambda X, a, t: expm(t * X) @ a),
    Q(SQ, r"e^{X} a", "X", SV, lambda X, a: expm(X) @ a),
    Q(SQ, r"a^\top e^{X^\top X} b", "X", SV, lambda X, a, b: a @ expm(X.T @ X) @ b),
    Q(SQ, r"a^\top e^{X} b + \operatorname{tr} e^{X}", "X", SV, lambda X, a, b: a @ expm(X) @ b + tr(expm(X))),
    Q(SQ, r"\log(a^\top e^{X} b + 9)", "X", SV, lambda X, a, b: np.log(a @ expm(X) @ b / 1 + 9)),
    # ---------------------------------------------------------------- words of networks
    Q(r"$X, C \in \mathbb{R}^{N \times d}$, $\gamma, \beta \in \mathbb{R}^d$", r"\operatorname{tr}(C^\top \operatorname{BN}_{\gamma, \beta}(X))", r"\gamma", "X: N d; C: N d; gamma: d; beta: d", lambda X, C, gamma, beta: (C * (bn(X) * gamma + beta)).sum()),
    Q(r"$X, C \in \mathbb{R}^{N \times d}$", r"\operatorname{tr}(C^\top \operatorname{BatchNorm}(X))", "X", "X: N d; C: N d", lambda X, C: (C * bn(X)).sum()),
    Q(r"$X, C \in \mathbb{R}^{N \times d}$, $\gamma, \beta \in \mathbb{R}^d$", r"\operatorname{tr}(C^\top \operatorname{LayerNorm}_{\gamma, \beta}(X))", "X", "X: N d; C: N d; gamma: d; beta: d", lambda X, C, gamma, beta: (C * (rows_normed(X) * gamma + beta)).sum()),
    Q(V1, r"a^\top \operatorname{SELU}(x)", "x", VV, lambda x, a: a @ (1.0507009873554805 * elu(x, 1.6732632423543772))),
    Q(V1 + r", $\alpha > 0$", r"a^\top \operatorname{ELU}_\alpha(x)", "x", VV + "; alpha: positive", lambda x, a, alpha: a @ elu(x, alpha)),
    Q(V1 + r", $\alpha > 0$", r"a^\top \operatorname{ELU}_\alpha(x)", r"\alpha", VV + "; alpha: positive", lambda x, a, alpha: a @ elu(x, alpha)),
    Q(V1 + r", $\alpha > 0$", r"a^\top \operatorname{CELU}_\alpha(x)", r"\alpha", VV + "; alpha: positive", lambda x, a, alpha: a @ np.where(x > 0, x, alpha * np.expm1(x / alpha))),
    Q(V1 + r", $s > 0$", r"\|\operatorname{LeakyReLU}_s(x) - a\|^2", "x", VV + "; s: positive", lambda x, a, s: ((np.where(x > 0, x, s * x) - a) ** 2).sum()),
    Q(V1, r"a^\top \operatorname{hardswish}(x)", "x", VV, lambda x, a: a @ (x * hard_sigmoid(x))),
    Q(V1, r"a^\top \operatorname{relu6}(x)", "x", VV, lambda x, a: a @ np.clip(x, 0, 6)),
    Q(V1, r"a^\top \operatorname{hardtanh}(x \odot b)", "x", VV, lambda x, a, b: a @ np.clip(x * b, -1, 1)),
    Q(V1, r"a^\top \operatorname{softsign}(x)", "x", VV, lambda x, a: a @ (x / (1 + abs(x)))),
    Q(V1, r"\operatorname{mish}(x)", "x", VV, lambda x: x * np.tanh(np.log1p(np.exp(x)))),
    Q(r"$W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $v \in \mathbb{R}^m$", r"v^\top \operatorname{swish}(W x)", "W", "W: m n; x: n; v: m", lambda W, x, v: v @ silu(W @ x)),
    Q(r"$W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $v \in \mathbb{R}^m$", r"v^\top \operatorname{GELU}(W x)", "x", "W: m n; x: n; v: m", lambda W, x, v: v @ (W @ x * (1 + erf(W @ x / 2**0.5)) / 2)),
    Q(V1, r"\sum_{i=1}^n x_i \Phi(x_i)", "x", VV, lambda x: (x * special.ndtr(x)).sum(), 2),
    Q(V1, r"a^\top \operatorname{cumprod}(x)", "x", "x: n positive; a: n", lambda x, a: a @ np.cumprod(x)),
    Q(V1, r"\|\operatorname{cumsum}(x) - a\|^2", "x", VV, lambda x, a: ((np.cumsum(x) - a) ** 2).sum()),
    # ---------------------------------------------------------------- projections
    Q(V1, r"\|(I - \frac{x x^\top}{x^\top x}) a\|^2", "x", VV, lambda x, a: a @ a - (a @ x) ** 2 / (x @ x)),
    Q(V1, r"a^\top (I - \frac{x x^\top}{\|x\|^2}) b", "x", VV, lambda x, a, b: a @ b - (a @ x) * (b @ x) / (x @ x)),
    Q(r"$X \in \mathbb{R}^{m \times n}$ with full column rank, $y \in \mathbb{R}^m$", r"\|(I - X (X^\top X)^{-1} X^\top) y\|^2", "y", "X: m n; y: m", lambda X, y: y @ y - y @ X @ inv(X.T @ X) @ X.T @ y),
    Q(r"$X \in \mathbb{R}^{m \times n}$ with full column rank, $y \in \mathbb{R}^m$", r"y^\top (I - X (X^\top X)^{-1} X^\top) y", "X", "X: m n; y: m", lambda X, y: y @ y - y @ X @ inv(X.T @ X) @ X.T @ y),
    Q(r"$X \in \mathbb{R}^{N \times d}$, $H = I - \frac1N \mathbf{1}\mathbf{1}^\top$, $K \in \mathbb{R}^{N \times N}$ symmetric", r"\operatorname{tr}(K H X X^\top H)", "X", "X: N d; K: N N symmetric; N: =6", lambda X, K: tr(K @ (X - X.mean(0)) @ (X - X.mean(0)).T)),
    # ---------------------------------------------------------------- Kronecker, vec, reshape
    Q(r"$A \in \mathbb{R}^{m \times n^2}$, $x \in \mathbb{R}^n$, $b \in \mathbb{R}^m$", r"\|A (x \otimes x) - b\|^2", "x", "A: 5 16; x: n; b: m", lambda A, x, b: ((A @ np.kron(x, x) - b) ** 2).sum()),
    Q(r"$A \in \mathbb{R}^{m \times n^2}$, $x \in \mathbb{R}^n$", r"A (x \otimes x)", "x", "A: 5 16; x: n", lambda A, x: A @ np.kron(x, x)),
    Q(r"$X \in \mathbb{R}^{n \times n}$, $c \in \mathbb{R}^{n^2}$, $b \in \mathbb{R}^n$", r"c^\top (X \otimes X) (b \otimes b)", "X", "X: n n; c: 16; b: n", lambda X, c, b: c @ np.kron(X, X) @ np.kron(b, b)),
    Q(r"$X \in \mathbb{R}^{m \times n}$, $S \in \mathbb{R}^{mn \times mn}$ symmetric", r"\frac12 \operatorname{vec}(X)^\top S \operatorname{vec}(X)", "X", "X: m n; S: 20 20 symmetric", lambda X, S: X.T.reshape(-1) @ S @ X.T.reshape(-1) / 2),
    Q(r"$A, B \in \mathbb{R}^{n \times n}$", r"\operatorname{tr}((A \otimes B)(B \otimes A))", "A", "A: n n; B: n n", lambda A, B: tr(np.kron(A, B) @ np.kron(B, A))),
    # ---------------------------------------------------------------- determinants and inverses
    Q(r"$X, Y \in \mathbb{R}^{n \times n}$ invertible", r"\operatorname{tr}((X Y^{-1})^{-1})", "Y", "X: n n invertible; Y: n n invertible", lambda X, Y: tr(Y @ inv(X))),
    Q(r"$X, Y \in \mathbb{R}^{n \times n}$ invertible", r"(X Y^{-1})^{-1}", "X", "X: n n invertible; Y: n n invertible", lambda X, Y: Y @ inv(X)),
    Q(r"$X \in \mathbb{R}^{n \times n}$ invertible, $\lambda > 0$", r"\log\det(X^\top X + \lambda I)", r"\lambda", "X: n n invertible; lam: positive", lambda X, lam: slogdet(X.T @ X + lam * np.eye(4))[1]),
    Q(r"$X \in \mathbb{R}^{n \times n}$ invertible", r"\log|\det X|", "X", "X: n n invertible", lambda X: slogdet(X)[1], 2),
    Q(r"$X \in \mathbb{R}^{m \times n}$, $S \in \mathbb{R}^{m \times m}$ symmetric positive definite", r"\sqrt{\det(X^\top S X)}", "X", "X: m n; S: m m spd", lambda X, S: det(X.T @ S @ X) ** 0.5),
    Q(r"$X \in \mathbb{R}^{n \times n}$ invertible, $a, b \in \mathbb{R}^n$", r"\det(X + a b^\top)", "a", "X: n n invertible; a: n; b: n", lambda X, a, b: det(X + np.outer(a, b))),
    Q(r"$X \in \mathbb{R}^{n \times n}$ invertible, $a, b \in \mathbb{R}^n$", r"\det(X + a b^\top) / \det X", "X", "X: n n invertible; a: n; b: n", lambda X, a, b: det(X + np.outer(a, b)) / det(X)),
    Q(r"$A \in \mathbb{R}^{n \times n}$ invertible, $b \in \mathbb{R}^n$, $\theta \in \mathbb{R}$, $A_1 \in \mathbb{R}^{n \times n}$", r"\|(A + \theta A_1)^{-1} b\|^2", r"\theta", "A: n n invertible; b: n; theta: fraction; A_1: n n small", lambda A, b, theta, A_1: (inv(A + theta * A_1) @ b) @ (inv(A + theta * A_1) @ b)),
    Q(r"$X \in \mathbb{R}^{n \times n}$ invertible", r"\operatorname{tr}(\operatorname{adj}(X))", "X", "X: n n invertible", lambda X: det(X) * tr(inv(X))),
    Q(r"$A \in \mathbb{R}^{n \times n}$ symmetric positive definite, $b \in \mathbb{R}^n$", r"b^\top (A + A^{-1})^{-1} b", "A", "A: n n spd; b: n", lambda A, b: b @ inv(A + inv(A)) @ b),
    # ---------------------------------------------------------------- norms
    Q(r"$X \in \mathbb{R}^{m \times n}$, $Y \in \mathbb{R}^{n \times p}$ with full column rank", r"\|X Y\|_*", "Y", "X: m n; Y: n 3; p: =3", lambda X, Y: norm(X @ Y, "nuc")),
    Q(V1, r"\|x - a\|_3^3", "x", VV, lambda x, a: (abs(x - a) ** 3).sum()),
    Q(V1, r"\frac{\|x\|_1}{\|x\|_2}", "x", VV, lambda x: abs(x).sum() / norm(x)),
    Q(V1, r"\sqrt{\|x\|^2 + \|a\|^2}", "x", VV, lambda x, a: (x @ x + a @ a) ** 0.5, 2),
    Q(r"$A \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$, $b \in \mathbb{R}^m$", r"\log \|A x - b\|", "x", "A: m n; x: n; b: m", lambda A, x, b: np.log(norm(A @ x - b))),
    Q(V1, r"\cos(x, a)", "x", VV, lambda x, a: x @ a / norm(x) / norm(a)),
    Q(V1, r"\frac{x}{\|x\|} ", "x", VV, lambda x: x / norm(x)),
    # ---------------------------------------------------------------- sums over families, graphs, tensors
    Q(r"$f_i \in \mathbb{R}^d$, $i = 1, \dots, n$, $W \in \mathbb{R}^{n \times n}$ symmetric", r"\frac12 \sum_{i=1}^n \sum_{j=1}^n W_{ij} \|f_i - f_j\|^2", "f_k", "f: n d; W: n n symmetric", lambda f, W: sum(W[i, j] * ((f[i] - f[j]) ** 2).sum() for i in range(4) for j in range(4)) / 2),
    Q(r"$f \in \mathbb{R}^n$, $W \in \mathbb{R}^{n \times n}$ symmetric", r"\frac12 \sum_{i,j} W_{ij} (f_i - f_j)^2", "f", "f: n; W: n n symmetric", lambda f, W: (W * (f[:, None] - f) ** 2).sum() / 2),
    Q(r"$T \in \mathbb{R}^{m \times n \times p}$, $a \in \mathbb{R}^m$, $b \in \mathbb{R}^n$, $c \in \mathbb{R}^p$", r"\sum_{i,j,k} T_{ijk} a_i b_j c_k", "b", "T: m n p; a: m; b: n; c: p", lambda T, a, b, c: np.einsum("ijk,i,j,k", T, a, b, c)),
    Q(r"$T \in \mathbb{R}^{n \times n \times n}$, $x \in \mathbb{R}^n$", r"\sum_{i,j,k} T_{ijk} x_i x_j x_k", "x", "T: n n n; x: n", lambda T, x: np.einsum("ijk,i,j,k", T, x, x, x)),
    Q(r"$T \in \mathbb{R}^{n \times n \times n}$, $x \in \mathbb{R}^n$", r"\sum_{i,j,k} T_{ijk} x_i x_j x_k", "x", "T: n n n; x: n", lambda T, x: np.einsum("ijk,i,j,k", T, x, x, x), 2),
    Q(r"$x_i, \mu \in \mathbb{R}^d$, $i = 1, \dots, N$, $\Lambda$ symmetric positive definite", r"\frac12 \sum_{i=1}^N (x_i - \mu)^\top \Lambda (x_i - \mu) - \frac N2 \log\det\Lambda", r"\Lambda", "x: N d; mu: d; Lam: d d spd; N: =6", lambda x, mu, Lam: ((x - mu) @ Lam * (x - mu)).sum() / 2 - 3 * slogdet(Lam)[1]),
    Q(r"$x_i \in \mathbb{R}^d$, $y_i \in \mathbb{R}$, $i = 1, \dots, N$, $w \in \mathbb{R}^d$, $b \in \mathbb{R}$", r"\frac{1}{N} \sum_{i=1}^N (y_i - w^\top x_i - b)^2", "b", "x: N d; y: N; w: d; b:; N: =6", lambda x, y, w, b: ((y - x @ w - b) ** 2).mean()),
    Q(r"$x_i \in \mathbb{R}^d$, $i = 1, \dots, N$", r"\sum_{i<j} \frac{1}{\|x_i - x_j\|}", "x_k", "x: N d", lambda x: sum(1 / norm(x[i] - x[j]) for i in range(6) for j in range(i))),
    Q(r"$x_n \in \mathbb{R}^d$, $n = 1, \dots, N$, $\mu_k \in \mathbb{R}^d$, $\pi_k > 0$, $k = 1, \dots, K$, $\lambda > 0$", r"\sum_{n=1}^N \log \sum_{k=1}^K \pi_k \mathcal{N}(x_n; \mu_k, \lambda^{-1} I)", r"\mu_k", "x: N d; mu: K d; pi: K positive; lam: positive; d: =3", lambda x, mu, pi, lam: mixture(x, pi, mu, lam)),
    Q(r"$z \in \mathbb{R}^K$, $t \in \mathbb{R}^K$ one-hot, $\tau > 0$", r"-\sum_{k=1}^K t_k \log \frac{e^{z_k/\tau}}{\sum_j e^{z_j/\tau}}", r"\tau", "z: K; t: K onehot; tau: positive", lambda z, t, tau: -(t * np.log(softmax(z / tau))).sum()),
    Q(r"$Z \in \mathbb{R}^{N \times K}$, $Y \in \mathbb{R}^{N \times K}$, the rows of $Y$ are one-hot", r"-\frac{1}{N} \operatorname{tr}(Y^\top \log \operatorname{softmax}(Z))", "Z", "Z: N K; Y: N K onehot", lambda Z, Y: -(Y * np.log(softmax(Z))).sum() / 6),
    # ---------------------------------------------------------------- facts and structure
    Q(r"$S \in \mathbb{R}^{n \times n}$ symmetric, $x \in \mathbb{R}^n$", r"\frac{x^\top S^2 x}{x^\top S x}", "x", "S: n n spd; x: n", lambda S, x: x @ S @ S @ x / (x @ S @ x)),
    Q(r"$S \in \mathbb{R}^{n \times n}$ symmetric, $x, b \in \mathbb{R}^n$", r"\|S x - b\|^2 + x^\top S b", "x", "S: n n symmetric; x: n; b: n", lambda S, x, b: ((S @ x - b) ** 2).sum() + x @ S @ b),
    Q(r"$D = \operatorname{diag}(d)$, $d, x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$", r"x^\top D A D x", "d", "d: n; x: n; A: n n", lambda d, x, A: (d * x) @ A @ (d * x)),
    Q(r"$L \in \mathbb{R}^{n \times n}$ invertible, $x \in \mathbb{R}^n$", r"\|L^{-1} x\|^2 + 2 \log|\det L|", "x", "L: n n invertible; x: n", lambda L, x: (inv(L) @ x) @ (inv(L) @ x)),
    Q(r"$p \in \mathbb{R}^n$ with positive entries, $q \in \mathbb{R}^n$ with positive entries", r"\sum_i p_i \log \frac{p_i}{q_i}", "p", "p: n positive; q: n positive", lambda p, q: (p * np.log(p / q)).sum(), 2),
    Q(r"$P, Q \in \mathbb{R}^{m \times n}$ with positive entries", r"\operatorname{KL}(P, Q)", "Q", "P: m n positive; Q: m n positive", lambda P, Q: (P * np.log(P / Q)).sum()),
    # ---------------------------------------------------------------- pairings
    Q(r"$A(t) = A_0 + t A_1$, $A_0, A_1 \in \mathbb{R}^{n \times n}$", r"A(t)^{-1}", "t", "A_0: n n invertible; A_1: n n small; t: fraction", lambda A_0, A_1, t: inv(A_0 + t * A_1)),
    Q(r"$x \in \mathbb{R}^n$", r"x x^\top", "x", "x: n", lambda x: np.outer(x, x)),
    Q(r"$X \in \mathbb{R}^{m \times n}$, $a \in \mathbb{R}^n$", r"\tanh(X a)", "X", "X: m n; a: n", lambda X, a: np.tanh(X @ a)),
    Q(r"$X \in \mathbb{R}^{m \times n}$, $a \in \mathbb{R}^n$", r"\|X a\|^2", "X_{ij}", "X: m n; a: n", lambda X, a: (X @ a) @ (X @ a)),
    Q(r"$x \in \mathbb{R}^n$, $A \in \mathbb{R}^{m \times n}$", r"\operatorname{softmax}(A x)", "x", "x: n; A: m n", lambda x, A: softmax(A @ x)),
    Q(r"$x \in \mathbb{R}^n$, $A \in \mathbb{R}^{m \times n}$", r"\log \sum_{i=1}^m e^{(A x)_i}", "x", "x: n; A: m n", lambda x, A: np.log(np.exp(A @ x).sum()), 2),
    Q(r"$x \in \mathbb{R}^n$, $A \in \mathbb{R}^{m \times n}$", r"\mathbf{1}^\top \sigma(A x)", "x", "x: n; A: m n", lambda x, A: sig(A @ x).sum(), 2),
    Q(r"$x \in \mathbb{R}^n$, $B \in \mathbb{R}^{n \times n}$", r"(x^\top B x)^2", "x", "x: n; B: n n", lambda x, B: (x @ B @ x) ** 2, 2),
    Q(r"$x \in \mathbb{R}^n$, $a \in \mathbb{R}^n$", r"(a^\top x)^3", "x", "x: n; a: n", lambda x, a: (a @ x) ** 3, 3),
    Q(r"$u \in \mathbb{R}^m$, $v \in \mathbb{R}^n$, $M \in \mathbb{R}^{m \times n}$", r"\|M - u v^\top\|_F^2 + \lambda (\|u\|^2 + \|v\|^2)", "u", "u: m; v: n; M: m n; lam: positive", lambda u, v, M, lam: ((M - np.outer(u, v)) ** 2).sum() + lam * (u @ u + v @ v), 2),
    # ---------------------------------------------------------------- entry by entry
    Q(r"$X, Y \in \mathbb{R}^{m \times n}$", r"\|X \odot X \odot Y\|_F^2", "X", "X: m n; Y: m n", lambda X, Y: ((X * X * Y) ** 2).sum()),
    Q(r"$x, y \in \mathbb{R}^n$ with positive entries", r"\sum_{i=1}^n y_i^{x_i}", "x", "x: n positive; y: n positive", lambda x, y: (y**x).sum()),
    Q(r"$x \in \mathbb{R}^n$ with positive entries, $p \in \mathbb{R}$", r"\frac{1}{p}\log\sum_{i=1}^n x_i^p", "p", "x: n positive; p: positive", lambda x, p: np.log((x**p).sum()) / p),
    Q(r"$x \in \mathbb{R}^n$ with positive entries", r"\sum_i \log\Gamma(x_i) - \log\Gamma(\sum_i x_i)", "x", "x: n positive", lambda x: special.gammaln(x).sum() - special.gammaln(x.sum())),
    Q(V1, r"\sum_{i=1}^n \max(x_i, a_i)^2", "x", VV, lambda x, a: (np.maximum(x, a) ** 2).sum()),
    Q(V1, r"\mathbf{1}^\top \operatorname{relu}(x - a)^2", "x", VV, lambda x, a: (relu(x - a) ** 2).sum()),
    Q(V1 + r", $\delta > 0$, $h_\delta$ is the Huber function", r"\sum_{i=1}^n h_\delta(x_i - a_i)", "x", VV + "; delta: positive", lambda x, a, delta: np.where(abs(x - a) < delta, (x - a) ** 2 / 2, delta * (abs(x - a) - delta / 2)).sum()),
    Q(r"$X \in \mathbb{R}^{m \times n}$", r"\sum_{i=1}^m \log \sum_{j=1}^n e^{X_{ij}}", "X", "X: m n", lambda X: np.log(np.exp(X).sum(1)).sum()),
    Q(r"$X \in \mathbb{R}^{m \times n}$, $v \in \mathbb{R}^m$, $w \in \mathbb{R}^n$", r"\|\operatorname{diag}(v) X \operatorname{diag}(w)\|_F^2", "v", "X: m n; v: m; w: n", lambda X, v, w: ((v[:, None] * X * w) ** 2).sum()),
    Q(r"$X \in \mathbb{R}^{m \times n}$, $b \in \mathbb{R}^n$, $Y \in \mathbb{R}^{m \times n}$", r"\|X + \mathbf{1} b^\top - Y\|_F^2", "b", "X: m n; b: n; Y: m n", lambda X, b, Y: ((X + b - Y) ** 2).sum()),
    # ---------------------------------------------------------------- powers and traces
    Q(r"$X \in \mathbb{R}^{n \times n}$", r"\operatorname{tr}(X^4)", "X", "X: n n", lambda X: tr(mp(X, 4)), 2),
    Q(r"$X, A, B \in \mathbb{R}^{n \times n}$", r"\operatorname{tr}(A X B X^\top) - 2 \operatorname{tr}(X^\top A)", "X", "X: n n; A: n n; B: n n", lambda X, A, B: tr(A @ X @ B @ X.T) - 2 * tr(X.T @ A)),
    Q(r"$X, A, B \in \mathbb{R}^{n \times n}$", r"\|A X - X B\|_F^2", "X", "X: n n; A: n n; B: n n", lambda X, A, B: ((A @ X - X @ B) ** 2).sum()),
    Q(r"$A, B \in \mathbb{R}^{n \times n}$", r"\operatorname{tr}(A B A B)", "A", "A: n n; B: n n", lambda A, B: tr(A @ B @ A @ B)),
    Q(r"$X \in \mathbb{R}^{m \times n}$, $a \in \mathbb{R}^m$, $b \in \mathbb{R}^n$", r"\frac{a^\top X b}{\|X\|_F}", "X", "X: m n; a: m; b: n", lambda X, a, b: a @ X @ b / norm(X)),
    Q(r"$X \in \mathbb{R}^{m \times n}$, $a \in \mathbb{R}^m$, $b \in \mathbb{R}^n$", r"\arctan(a^\top X b)", "X", "X: m n; a: m; b: n", lambda X, a, b: np.arctan(a @ X @ b)),
    # ---------------------------------------------------------------- statistics
    Q(r"$X \in \mathbb{R}^{N \times d}$, $b \in \mathbb{R}^d$", r"b^\top \operatorname{cov}(X) b", "X", "X: N d; b: d; N: =6", lambda X, b: ((X - X.mean(0)) @ b) @ ((X - X.mean(0)) @ b) / 6),
    Q(V1, r"\operatorname{corr}(x, a)", "x", VV, lambda x, a: np.corrcoef(x, a)[0, 1]),
    Q(V1, r"\operatorname{std}(x)", "x", VV, lambda x: x.std()),
    Q(r"$x \in \mathbb{R}^n$", r"\frac{1}{n}\sum_{i=1}^n (x_i - \bar{x})^4, \quad \bar{x} = \frac{1}{n}\sum_{i=1}^n x_i", "x", "x: n; n: =4", lambda x: ((x - x.mean()) ** 4).mean()),
    Q(r"$\alpha \in \mathbb{R}^K$ with positive entries, $p \in \mathbb{R}^K$ with positive entries", r"\log\Gamma(\sum_{k=1}^K \alpha_k) - \sum_{k=1}^K \log\Gamma(\alpha_k) + \sum_{k=1}^K (\alpha_k - 1) \log p_k", r"\alpha", "alpha: K positive; p: K positive", lambda alpha, p: special.gammaln(alpha.sum()) - special.gammaln(alpha).sum() + ((alpha - 1) * np.log(p)).sum(), 2),
    Q(r"$\Sigma \in \mathbb{R}^{d \times d}$ symmetric positive definite, $S \in \mathbb{R}^{d \times d}$ symmetric positive definite", r"\frac12 (\operatorname{tr}(\Sigma^{-1} S) - d + \log \frac{\det \Sigma}{\det S})", r"\Sigma", "Sigma: d d spd; S: d d spd; d: =3", lambda Sigma, S: (tr(inv(Sigma) @ S) + slogdet(Sigma)[1] - slogdet(S)[1]) / 2),
    Q(r"$a_{ij} = x_i^\top M x_j$, $x_i \in \mathbb{R}^d$, $i = 1, \dots, N$, $M \in \mathbb{R}^{d \times d}$", r"\sum_{i=1}^N \sum_{j=1}^N (x_i^\top M x_j)^2", "M", "x: N d; M: d d; N: =6", lambda x, M: ((x @ M @ x.T) ** 2).sum()),
]  # fmt: skip
