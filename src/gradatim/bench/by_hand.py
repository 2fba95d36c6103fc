"""The problems of `gradatim bench run` as somebody careful writes them out by hand in NumPy and LAPACK, to measure generated code by.

Each takes the arrays by name and returns what the row asks for. Forms that subtract large terms (`UVᵀV − TV` for a residual times V) are
quicker and lose digits; they are not taken here. Generated code takes them where at most about a digit is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.linalg import lapack


def ridge(X: Any, w: Any, y: Any, lam: Any) -> Any:
    r = X.dot(w)
    r -= y
    g = r.dot(X)
    g += lam * w
    g *= 2
    return g


def logistic(X: Any, y: Any, w: Any) -> Any:
    t = np.exp(-np.abs(X.dot(w)))
    Z = X * (np.sqrt(t) / (1 + t))[:, None]
    return Z.T.dot(Z)


def factorisation(T: Any, U: Any, V: Any) -> Any:
    R = U.dot(V.T)
    R -= T
    return 2 * R.dot(V)


def factorisation_newton(T: Any, U: Any, V: Any) -> Any:
    R = U.dot(V.T)
    np.subtract(T, R, out=R)
    return _solved(V.T.dot(V), R.dot(V).T).T


def linear_net(W1: Any, W2: Any, X: Any, Y: Any) -> Any:
    R = W2.dot(W1).dot(X)
    R -= Y
    left = _solved(W2.T.dot(W2), W2.T.dot(R).dot(X.T))
    return -_solved(X.dot(X.T), left.T).T


def one_neuron(w: Any, x: Any, y: float) -> Any:
    """H = diag(s) + c v vᵀ with v = w ∘ x, solved by the formula of Sherman and Morrison."""
    v = w * x
    z = w.dot(v)
    t = np.exp(-abs(z))
    h = 1 / (1 + t) if z >= 0 else t / (1 + t)
    s, c = 2 * (h - y), 4 * t / (1 + t) ** 2
    # The gradient is s v, and H⁻¹ v = w / (s + c w·v).
    return w * (-s / (s + c * z))


def covariance_hessian(C: Any, S: Any) -> Any:
    P = _inverse(C)
    M = P.dot(S).dot(P)
    left = np.stack(((M - P) / 2, P / 2))
    return np.tensordot(left, np.stack((P, M)), axes=(0, 0)).transpose(0, 2, 3, 1)


def precision(L: Any, S: Any) -> Any:
    return L - L.dot(S).dot(L)


def covariance(C: Any, S: Any) -> Any:
    P = _inverse(C)
    G = P - P.dot(S).dot(P)
    G /= 2
    return G


def process(a: float, b: float, c: float, D: Any, y: Any) -> Any:
    E, P, u, w, ec = _process(a, b, c, D, y)
    G = P - np.multiply.outer(u, u)
    first, last = np.vdot(E, G), np.trace(G)
    E *= D
    return first / 2, w * np.vdot(E, G) / 2, ec * last / 2


def process_hessian(a: float, b: float, c: float, D: Any, y: Any) -> Any:
    """H_ij = (tr(G K_ij) − tr(P K_i P K_j)) / 2 + uᵀK_i P K_j u with G = P − u uᵀ."""
    E, P, u, w, ec = _process(a, b, c, D, y)
    G = P - np.multiply.outer(u, u)
    B = D * E
    B *= w
    PE, PB = P.dot(E), P.dot(B)
    Eu, Bu, Pu = E.dot(u), B.dot(u), P.dot(u)
    PEu, PBu = P.dot(Eu), P.dot(Bu)
    gb = np.vdot(G, B)
    aa = (np.vdot(G, E) - np.vdot(PE, PE.T)) / 2 + Eu.dot(PEu)
    ab = (gb - np.vdot(PE, PB.T)) / 2 + Eu.dot(PBu)
    ac = ec * (Eu.dot(Pu) - np.vdot(PE, P) / 2)
    bb = (w * np.vdot(G, D * B) - 2 * gb - np.vdot(PB, PB.T)) / 2 + Bu.dot(PBu)
    bc = ec * (Bu.dot(Pu) - np.vdot(PB, P) / 2)
    cc = (ec * np.trace(G) - ec * ec * np.vdot(P, P)) / 2 + ec * ec * u.dot(Pu)
    return aa, ab, ac, bb, bc, cc


def two_quadratics(x: Any, A: Any, B: Any) -> Any:
    Ax, Bx = A.dot(x), B.dot(x)
    P = x.dot(Bx) * A
    P += x.dot(Ax) * B
    P += (Ax + x.dot(A))[:, None] * (Bx + x.dot(B))
    return P + P.T


def trace_power(A: Any, X: Any) -> Any:
    M = A.dot(X)
    M3 = M.dot(M).dot(M)
    G = M3.dot(M3).dot(M).dot(A).T
    return 8 * G


def _solved(A: Any, B: Any) -> Any:
    return lapack.dposv(A, B)[1]


def _inverse(C: Any) -> Any:
    factor = lapack.dpotrf(C.T, clean=1)[0]
    upper = lapack.dpotri(factor, overwrite_c=1)[0]
    return upper + np.triu(upper, 1).T


def _process(a: float, b: float, c: float, D: Any, y: Any) -> Any:
    w, ec = np.exp(-2 * b), np.exp(c)
    E = D * (-w / 2)
    np.exp(E, out=E)
    E *= np.exp(a)
    K = E.copy()
    np.einsum("ii->i", K)[...] += ec
    P = _inverse(K)
    return E, P, P.dot(y), w, ec


BY_HAND: tuple[Callable[..., Any], ...] = (
    ridge,
    logistic,
    factorisation,
    factorisation_newton,
    linear_net,
    one_neuron,
    covariance_hessian,
    precision,
    covariance,
    process,
    process_hessian,
    two_quadratics,
    trace_power,
)
"""In the order of the rows."""
