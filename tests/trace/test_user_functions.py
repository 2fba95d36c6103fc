"""Functions as people write them: losses, Gaussian processes, networks, attention, filters. Each is a formula, or an error that names the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg as sla
import scipy.special as sp
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.special import expit, logsumexp, softmax, xlogy

import gradatim as gd
from gradatim.term import free_symbols

Shapes = dict[str, Any]
TRACED: list[tuple[Callable[..., Any], Shapes, dict[str, str]]] = []
REFUSED: list[tuple[Callable[..., Any], Shapes, str]] = []


def traced(facts: dict[str, str] | None = None, **shapes: Any) -> Callable[[Any], Any]:
    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        TRACED.append((function, shapes, facts or {}))
        return function

    return keep


def refused(match: str, **shapes: Any) -> Callable[[Any], Any]:
    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        REFUSED.append((function, shapes, match))
        return function

    return keep


@traced(w="d", X="N d", y="N")
def mse(w: Any, X: Any, y: Any) -> Any:
    pred = X @ w
    return np.mean((pred - y) ** 2)


@traced(w="d", b=(), X="N d", y="N")
def logistic(w: Any, b: Any, X: Any, y: Any) -> Any:
    z = X.dot(w) + b
    return -np.mean(y * np.log(expit(z)) + (1 - y) * np.log(1 - expit(z)))


@traced(W="d k", X="N d", Y="N k")
def softmax_ce(W: Any, X: Any, Y: Any) -> Any:
    logits = X @ W
    logp = logits - logsumexp(logits, axis=1, keepdims=True)
    return -np.sum(Y * logp) / X.shape[0]


@traced(W="d k", X="N d", Y="N k")
def softmax_manual(W: Any, X: Any, Y: Any) -> Any:
    z = X @ W
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -(Y * np.log(p)).sum(axis=1).mean()


@traced(w="d", X="N d", y="N")
def hinge(w: Any, X: Any, y: Any) -> Any:
    margins = y * (X @ w)
    return np.maximum(0, 1 - margins).mean() + 0.5 * w @ w


@traced(w="d", X="N d", y="N", delta=())
def huber(w: Any, X: Any, y: Any, delta: Any = 1.0) -> Any:
    r = y - X @ w
    a = np.abs(r)
    return np.sum(np.where(a <= delta, 0.5 * r**2, delta * (a - 0.5 * delta)))


@traced(mu="d", L="d d", x="d")
def gauss_chol(mu: Any, L: Any, x: Any) -> Any:
    z = np.linalg.solve(L, x - mu)
    return 0.5 * z @ z + np.sum(np.log(np.diag(L)))


@traced({"S": "spd"}, S="d d", X="N d", mu="d")
def gauss_ll(S: Any, X: Any, mu: Any) -> Any:
    d = X.shape[1]
    diff = X - mu
    sign, ld = np.linalg.slogdet(S)
    maha = np.einsum("ni,ij,nj->n", diff, np.linalg.inv(S), diff)
    return -0.5 * np.sum(maha) - 0.5 * len(X) * (ld + d * np.log(2 * np.pi))


@traced(theta="3", X="N d", y="N")
def gp(theta: Any, X: Any, y: Any) -> Any:
    s, l, n = np.exp(theta)
    d2 = np.sum((X[:, None, :] - X[None, :, :]) ** 2, axis=-1)
    K = s * np.exp(-0.5 * d2 / l**2) + n * np.eye(len(X))
    return 0.5 * y @ np.linalg.solve(K, y) + 0.5 * np.linalg.slogdet(K)[1]


@traced(s=(), l=(), n=(), X="N d", y="N")
def gp_chol(s: Any, l: Any, n: Any, X: Any, y: Any) -> Any:
    sq = np.sum(X**2, 1)[:, None] + np.sum(X**2, 1)[None, :] - 2 * X @ X.T
    K = s * np.exp(-sq / (2 * l**2)) + n * np.eye(X.shape[0])
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return 0.5 * y @ alpha + np.log(np.diag(L)).sum()


@traced(W1="h d", b1="h", W2="k h", b2="k", x="d")
def mlp(W1: Any, b1: Any, W2: Any, b2: Any, x: Any) -> Any:
    h = np.tanh(W1 @ x + b1)
    return W2 @ h + b2


@traced(W1="d h", b1="h", W2="h k", b2="k", X="N d", Y="N k")
def mlp_loss(W1: Any, b1: Any, W2: Any, b2: Any, X: Any, Y: Any) -> Any:
    H = np.maximum(X @ W1 + b1, 0)
    out = H @ W2 + b2
    return 0.5 * np.sum((out - Y) ** 2) / len(X)


@traced(Q="T d", K="S d", V="S e")
def attention(Q: Any, K: Any, V: Any) -> Any:
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    weights = softmax(scores, axis=-1)
    return weights @ V


@traced(Q="T d", K="S d", V="S e")
def attention2(Q: Any, K: Any, V: Any) -> Any:
    s = np.einsum("td,sd->ts", Q, K) * Q.shape[1] ** -0.5
    s = s - s.max(-1, keepdims=True)
    e = np.exp(s)
    a = e / e.sum(-1, keepdims=True)
    return np.einsum("ts,se->te", a, V).sum()


@traced({"P": "spd", "Q": "spd", "R": "spd"}, x="n", P="n n", z="m", A="n n", H="m n", Q="n n", R="m m")
def kalman(x: Any, P: Any, z: Any, A: Any, H: Any, Q: Any, R: Any) -> Any:
    x_pred = A @ x
    P_pred = A @ P @ A.T + Q
    S = H @ P_pred @ H.T + R
    K = P_pred @ H.T @ np.linalg.inv(S)
    return x_pred + K @ (z - H @ x_pred)


@traced({"P": "spd", "R": "spd"}, x="n", P="n n", z="m", H="m n", R="m m")
def kalman_cov(x: Any, P: Any, z: Any, H: Any, R: Any) -> Any:
    S = H @ P @ H.T + R
    K = np.linalg.solve(S.T, H @ P.T).T
    return (np.eye(len(x)) - K @ H) @ P


@traced(U="m k", V="n k", R="m n", M="m n")
def matfac(U: Any, V: Any, R: Any, M: Any) -> Any:
    E = M * (R - U @ V.T)
    return np.sum(E * E) + 0.1 * (np.linalg.norm(U) ** 2 + np.linalg.norm(V, "fro") ** 2)


@traced(x="n")
def rosen(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@traced(x="n", lam=())
def tv(x: Any, lam: Any) -> Any:
    return lam * np.sum(np.abs(np.diff(x)))


@traced(w="d", X="N d", y="N")
def poisson(w: Any, X: Any, y: Any) -> Any:
    eta = X @ w
    return np.sum(np.exp(eta) - y * eta + sp.gammaln(y + 1))


@traced(z="K")
def entropy(z: Any) -> Any:
    p = softmax(z)
    return -np.sum(p * np.log(p))


@traced(p="K", q="K")
def kl(p: Any, q: Any) -> Any:
    return np.sum(xlogy(p, p / q))


@traced(mu="d", s="d")
def vae_kl(mu: Any, s: Any) -> Any:
    return -0.5 * np.sum(1 + s - mu**2 - np.exp(s))


@traced(pi="K", mu="K", x="N")
def mixture(pi: Any, mu: Any, x: Any) -> Any:
    lp = np.log(pi) - 0.5 * (x[:, None] - mu) ** 2 - 0.5 * np.log(2 * np.pi)
    return np.sum(logsumexp(lp, axis=1))


@traced(x="n", g="n", b="n")
def layernorm(x: Any, g: Any, b: Any) -> Any:
    m = x.mean()
    v = ((x - m) ** 2).mean()
    return g * (x - m) / np.sqrt(v + 1e-5) + b


@traced(X="N d")
def batch_norm(X: Any) -> Any:
    m = X.mean(0)
    v = X.var(0)
    return (X - m) / np.sqrt(v + 1e-5)


@traced(u="n", v="n")
def cosine(u: Any, v: Any) -> Any:
    return u @ v / (np.linalg.norm(u) * np.linalg.norm(v))


@traced(A="N d", B="N d", tau=())
def contrastive(A: Any, B: Any, tau: Any) -> Any:
    An = A / np.linalg.norm(A, axis=1, keepdims=True)
    Bn = B / np.linalg.norm(B, axis=1, keepdims=True)
    S = An @ Bn.T / tau
    return np.mean(logsumexp(S, axis=1) - np.diag(S))


@traced(w="n", mu="n", S="n n", g=())
def portfolio(w: Any, mu: Any, S: Any, g: Any) -> Any:
    return w @ mu - g / 2 * w.T @ S @ w


@traced(X="N d", C="K d")
def kmeans(X: Any, C: Any) -> Any:
    d = ((X[:, None] - C[None]) ** 2).sum(-1)
    return d.min(axis=1).sum()


@traced(X="N d", C="K d", b=())
def soft_kmeans(X: Any, C: Any, b: Any) -> Any:
    d = ((X[:, np.newaxis, :] - C) ** 2).sum(axis=2)
    return -logsumexp(-b * d, axis=1).sum() / b


@traced(h="n", x="m", Wz="n m", Uz="n n", Wr="n m", Ur="n n", Wh="n m", Uh="n n")
def gru(h: Any, x: Any, Wz: Any, Uz: Any, Wr: Any, Ur: Any, Wh: Any, Uh: Any) -> Any:
    z = expit(Wz @ x + Uz @ h)
    r = expit(Wr @ x + Ur @ h)
    hh = np.tanh(Wh @ x + Uh @ (r * h))
    return (1 - z) * h + z * hh


@traced(x="n", W="n n")
def loop3(x: Any, W: Any) -> Any:
    for _ in range(3):
        x = np.tanh(W @ x)
    return x.sum()


@traced(w="d", X="N d", y="N")
def loop_rows(w: Any, X: Any, y: Any) -> Any:
    loss = 0
    for i in range(X.shape[0]):
        loss += np.log(1 + np.exp(-y[i] * np.dot(X[i], w)))
    return loss


@traced(A="n n", x="n")
def loop_entries(A: Any, x: Any) -> Any:
    s = 0.0
    for i in range(len(x)):
        for j in range(len(x)):
            s += A[i, j] * x[i] * x[j]
    return s


@traced(X="n d", A="n n")
def graph_lap(X: Any, A: Any) -> Any:
    D = np.diag(A.sum(axis=1))
    L = D - A
    return np.trace(X.T @ L @ X)


@traced(X="n p")
def logdet_gram(X: Any) -> Any:
    return np.log(np.linalg.det(X.T @ X))


@traced({"S": "spd"}, W="n p", S="n n")
def rayleigh(W: Any, S: Any) -> Any:
    return np.trace(np.linalg.inv(W.T @ W) @ (W.T @ S @ W))


@traced(x="n", y="n")
def pearson(x: Any, y: Any) -> Any:
    xm, ym = x - np.mean(x), y - np.mean(y)
    return np.sum(xm * ym) / np.sqrt(np.sum(xm**2) * np.sum(ym**2))


@traced(y="N", f="N")
def r2(y: Any, f: Any) -> Any:
    return 1 - np.sum((y - f) ** 2) / np.sum((y - y.mean()) ** 2)


@traced(b="p", X="N p", t="N")
def cox(b: Any, X: Any, t: Any) -> Any:
    eta = X @ b
    r = np.cumsum(np.exp(eta)[::-1])[::-1]
    return -np.sum(eta - np.log(r))


@traced(x="n", t=())
def soft_threshold(x: Any, t: Any) -> Any:
    return np.sign(x) * np.maximum(np.abs(x) - t, 0)


@traced(x="n")
def gelu(x: Any) -> Any:
    return 0.5 * x * (1 + sp.erf(x / np.sqrt(2)))


@traced(x="n")
def swish(x: Any) -> Any:
    return x / (1 + np.exp(-x))


@traced(x="n")
def leaky(x: Any) -> Any:
    return np.where(x > 0, x, 0.01 * x).sum()


@traced(F="3 3")
def neo_hooke(F: Any) -> Any:
    J = np.linalg.det(F)
    I1 = np.trace(F.T @ F)
    return 0.5 * (I1 - 3) - np.log(J) + 0.5 * np.log(J) ** 2


@traced(r="n 3", q="n")
def pendulum(r: Any, q: Any) -> Any:
    return 0.5 * np.sum(q * np.linalg.norm(r, axis=1))


@refused(r"branches on values.*on an array.*if x > 0", x="n")
def branch(x: Any) -> Any:
    if x > 0:
        return x.sum()
    return -x.sum()


@refused(r"np.linalg.qr has no formula .*np.linalg.qr\(A\)", A="n n")
def qr_fn(A: Any) -> Any:
    q, r = np.linalg.qr(A)
    return np.sum(np.abs(np.diag(r)))


@traced(A="n n")
def eig_fn(A: Any) -> Any:
    w, v = np.linalg.eigh(A)
    return np.sum(np.log(w**2 + 1))


@refused(r"written into with steps .*y\[::2\]", x="n")
def write_fn(x: Any) -> Any:
    y = np.zeros_like(x)
    y[::2] = x[0]
    return y.sum()


@refused(r"np.argsort has no formula .*np.argsort\(z\)", x="n")
def sorted_fn(x: Any) -> Any:
    z = 2 * x
    return np.sum(z[np.argsort(z)][:3])


@traced(X="N d", i=())
def picks(X: Any, i: Any) -> Any:
    return X[0] @ X[1] + X[-1, 2] + X[:, 0].sum()


@traced(x="n")
def roll(x: Any) -> Any:
    return np.sum((x - np.roll(x, 1)) ** 2)


@traced(a="m", b="n", K="m n")
def sinkhorn(a: Any, b: Any, K: Any) -> Any:
    return np.sum(K * np.log(K / np.outer(a, b)))


@traced(u="n", T="n n n")
def tensor(u: Any, T: Any) -> Any:
    return np.einsum("ijk,i,j,k", T, u, u, u)


@traced(x="m", y="n", A="m n")
def bil(x: Any, y: Any, A: Any) -> Any:
    return np.linalg.multi_dot([x, A, y])


@traced(X="N d", y="N", a=())
def ridge_closed(X: Any, y: Any, a: Any) -> Any:
    w = np.linalg.solve(X.T @ X + a * np.identity(X.shape[1]), X.T @ y)
    return np.sum((X @ w - y) ** 2)


@traced(X="N d", y="N")
def lstsq_closed(X: Any, y: Any) -> Any:
    w = np.linalg.pinv(X) @ y
    return np.sum((X @ w - y) ** 2)


@traced(x="n", y="n")
def hst(x: Any, y: Any) -> Any:
    Z = np.vstack([x, y])
    return np.sum(Z @ Z.T)


@traced(x="n", y="m")
def cat(x: Any, y: Any) -> Any:
    z = np.concatenate([x, y, np.ones(2)])
    return np.sum(z**2) + np.hstack((x, y)).sum()


@traced({"K": "spd"}, K="n n", y="n")
def g1(K: Any, y: Any) -> Any:
    c = cho_factor(K)
    return 0.5 * y @ cho_solve(c, y) + np.log(np.diag(c[0])).sum()


@traced({"K": "spd"}, K="n n", y="n")
def g2(K: Any, y: Any) -> Any:
    L = sla.cholesky(K, lower=True)
    z = solve_triangular(L, y, lower=True)
    return np.sum(z**2) / 2 + np.sum(np.log(np.diagonal(L)))


@traced({"K": "spd"}, K="n n", y="n")
def g3(K: Any, y: Any) -> Any:
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return -0.5 * np.dot(y, alpha) - np.log(np.diag(L)).sum() - len(y) / 2 * np.log(2 * np.pi)


@traced({"K": "spd"}, K="n n", Ks="n m", y="n")
def gpmean(K: Any, Ks: Any, y: Any) -> Any:
    L = np.linalg.cholesky(K)
    a = sla.solve_triangular(L.T, sla.solve_triangular(L, y, lower=True))
    return Ks.T @ a


@traced({"K": "spd"}, K="n n", Ks="n m", Kss="m m")
def gpcov(K: Any, Ks: Any, Kss: Any) -> Any:
    L = np.linalg.cholesky(K)
    v = np.linalg.solve(L, Ks)
    return Kss - v.T @ v


@traced({"K": "spd"}, K="n n", Ks="n m", kss="m")
def gpvar(K: Any, Ks: Any, kss: Any) -> Any:
    L = np.linalg.cholesky(K)
    v = np.linalg.solve(L, Ks)
    return kss - np.sum(v**2, axis=0)


@traced({"S": "spd"}, S="n n", mu="n", X="N n")
def mvn(S: Any, mu: Any, X: Any) -> Any:
    L = np.linalg.cholesky(S)
    z = np.linalg.solve(L, (X - mu).T)
    return -0.5 * np.sum(z**2) - len(X) * np.sum(np.log(np.diag(L)))


@refused(r"Cholesky's factor has no closed formula", S="n n", e="n")
def sample(S: Any, e: Any) -> Any:
    return np.linalg.cholesky(S) @ e


@traced(x="n")
def trap(x: Any) -> Any:
    s = 0.0
    for i in range(len(x) - 1):
        s += (x[i] + x[i + 1]) / 2
    return s


@traced(x="n")
def ar1(x: Any) -> Any:
    s = 0.0
    for t in range(1, len(x)):
        s = s + (x[t] - 0.9 * x[t - 1]) ** 2
    return s


@traced(X="n d", k=())
def slices(X: Any, k: Any) -> Any:
    return np.sum(X[1:, :-1] ** 2) + k * np.sum(X[:2, 0])


@traced(A="n n", x="n", y="m")
def blocks(A: Any, x: Any, y: Any) -> Any:
    M = np.hstack([A, x[:, None]])
    return np.sum(M**2) + np.concatenate([x, y]).mean()


@traced(a=(), b=(), c=())
def two(a: Any, b: Any, c: Any) -> Any:
    M = np.array([[a, b], [b, c]])
    return np.linalg.det(M) + np.trace(M @ M)


@refused(r"uses in one pass what the pass before it made", h="d", Xs="T d", W="d d", U="d d")
def rnn(h: Any, Xs: Any, W: Any, U: Any) -> Any:
    for t in range(Xs.shape[0]):
        h = np.tanh(W @ h + U @ Xs[t])
    return h.sum()


@traced(h="d", Xs="4 d", W="d d", U="d d")
def rnn4(h: Any, Xs: Any, W: Any, U: Any) -> Any:
    for t in range(Xs.shape[0]):
        h = np.tanh(W @ h + U @ Xs[t])
    return h.sum()


@traced(x="n", W="n n")
def closure(x: Any, W: Any) -> Any:
    def act(z):
        return np.where(z > 0, z, np.expm1(z))

    return act(W @ x).sum()


@traced(X="N d", y="N", w="d")
def weighted(X: Any, y: Any, w: Any) -> Any:
    W = np.diag(y)
    return np.trace(X.T @ W @ X) + np.linalg.norm(X * w[None, :]) + (X @ np.diag(w)).sum()


@traced(P="n n")
def markov(P: Any) -> Any:
    Q = P / P.sum(axis=1, keepdims=True)
    return -np.sum(Q * np.log(Q))


@traced(q="4")
def quat(q: Any) -> Any:
    w, x, y, z = q
    return np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - z * w)], [2 * (x * y + z * w), 1 - 2 * (x * x + z * z)]]).sum()


@traced(x="n", p=())
def power(x: Any, p: Any) -> Any:
    return np.sum(np.abs(x) ** p) ** (1 / p)


@traced(x="n", y="n")
def minmax(x: Any, y: Any) -> Any:
    return np.minimum(x, y).sum() + np.max(x) - x.min()


@traced(A="n n", B="m m", X="n m")
def sylv(A: Any, B: Any, X: Any) -> Any:
    return np.sum((A @ X + X @ B) ** 2) + np.trace(np.kron(A, B))


@traced(X="b n d", W="d k")
def batch(X: Any, W: Any) -> Any:
    return np.tanh(X @ W).mean()


@traced(Q="h t d", K="h s d", V="h s e")
def mha(Q: Any, K: Any, V: Any) -> Any:
    S = Q @ K.transpose(0, 2, 1) / np.sqrt(Q.shape[-1])
    S = S - S.max(axis=-1, keepdims=True)
    P = np.exp(S)
    P = P / P.sum(-1, keepdims=True)
    return np.sum(P @ V)


@refused(r"np.fft.fft has no formula here .*np.fft.fft\(x\)", x="n")
def unknownfn(x: Any) -> Any:
    return np.fft.fft(x).sum()


@refused(r"points that are numbers .*np.interp", x="n")
def interp(x: Any) -> Any:
    return np.interp(0.5, x, x)


@refused(r"returns a dict", x="n")
def dictret(x: Any) -> Any:
    return {"loss": x.sum()}


@traced(x="n")
def boolmask(x: Any) -> Any:
    return x[x > 0].sum()


@refused(r"branches on values.*while", x="n")
def whiley(x: Any) -> Any:
    while np.sum(x) > 1:
        x = x / 2
    return x.sum()


@refused(r"n.* and \(3, 4\)", x="n")
def wrong(x: Any) -> Any:
    return x @ np.ones((3, 4))


@refused(r"do not broadcast", x="n", y="m")
def mism(x: Any, y: Any) -> Any:
    return (x + y).sum()


def _arrays(shapes: Shapes, facts: dict[str, str], sizes: dict[str, int], rng: np.random.Generator) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, shape in shapes.items():
        axes = [sizes[d] if d in sizes else int(d) for d in (shape.split() if shape else ())]
        a = rng.uniform(0.2, 1.2, size=axes)
        if len(axes) == 2 and axes[0] == axes[1]:
            a = a @ a.T + np.eye(axes[0]) if name in facts else a + 2 * np.eye(axes[0])
        found[name] = float(a) if not axes else a
    return found


@pytest.mark.parametrize(("function", "shapes", "facts"), TRACED, ids=[f.__name__ for f, _, _ in TRACED])
def test_the_formula_has_the_values_of_the_function(function: Callable[..., Any], shapes: Shapes, facts: dict[str, str]) -> None:
    f = gd.from_function(function, shapes=shapes, facts=facts)
    names = sorted({d for s in shapes.values() if s for d in s.split() if not d.isdigit()})
    sizes = {n: 4 + 3 * k % 7 for k, n in enumerate(reversed(names))}
    arrays = _arrays(shapes, facts, sizes, np.random.default_rng(5))
    kept = {s.plain for s in free_symbols(f)}
    got = f.evaluate(**{n: a for n, a in arrays.items() if n in kept})
    np.testing.assert_allclose(got, np.squeeze(function(**arrays)), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("function", "shapes", "match"), REFUSED, ids=[f.__name__ for f, _, _ in REFUSED])
def test_what_has_no_formula_names_the_line(function: Callable[..., Any], shapes: Shapes, match: str) -> None:
    with pytest.raises(gd.GradatimError, match=match):
        gd.from_function(function, shapes=shapes)


def test_a_factor_gives_way_to_its_matrix() -> None:
    shapes = {"K": "n n", "y": "n"}
    assert str(gd.from_function(g2, shapes=shapes, facts={"K": "spd"})) == "yᵀK⁻¹ y / 2 + (1/2) log det(K)"
    assert "K⁻¹" in str(gd.from_function(gpcov, shapes={"K": "n n", "Ks": "n m", "Kss": "m m"}, facts={"K": "spd"}))


def test_known_constants_are_read_as_such() -> None:
    said = str(gd.from_function(gelu, shapes={"x": "n"}))
    assert "√(2)" in said and "14142" not in said
    assert "log(2 π)" in str(gd.from_function(lambda x: x @ x - 0.5 * np.log(2 * np.pi), shapes={"x": "n"}))
    assert str(gd.from_function(lambda x: 1.4142 * x, shapes={"x": ()})) == "1.4142 x"
