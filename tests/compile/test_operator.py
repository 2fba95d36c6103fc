"""Hessians as operators: every method against the dense Hessian of JAX, and the structure that is printed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradatim as gd
from gradatim.term import Symbol, Term, free_symbols, substitute

rng = np.random.default_rng(5)
T, U, V = gd.matrix("T", "m", "n"), gd.matrix("U", "m", "k"), gd.matrix("V", "n", "k")
X, w, y, lam = gd.matrix("X", "N", "d"), gd.vector("w", "d"), gd.vector("y", "N"), gd.scalar("lam")
L, S = gd.matrix("L", "n", "n", spd=True), gd.matrix("S", "n", "n", symmetric=True)
W1, W2, Xm, Y = gd.matrix("W1", "h", "d"), gd.matrix("W2", "o", "h"), gd.matrix("X", "d", "N"), gd.matrix("Y", "o", "N")
x, t = gd.vector("x", "d"), gd.scalar("t")
h = gd.sigmoid((w * w).T @ x)


def spd(n: int) -> Any:
    a = rng.normal(size=(n, n))
    return a @ a.T + n * np.eye(n)


CASES: list[tuple[str, Term, Symbol, dict[str, Any], str]] = [
    ("factorisation", gd.norm(T - U @ V.T) ** 2, U, {"T": (5, 4), "U": (5, 3), "V": (4, 3)}, "2 VᵀV ⊗ I"),
    (
        "regularised factorisation",
        gd.norm(T - U @ V.T) ** 2 + lam * gd.norm(U) ** 2,
        U,
        {"T": (5, 4), "U": (5, 3), "V": (4, 3), "lam": ()},
        "⊗ I",
    ),
    ("linear net", gd.norm(W2 @ W1 @ Xm - Y) ** 2, W1, {"W2": (6, 3), "W1": (3, 4), "X": (4, 9), "Y": (6, 9)}, "2 X Xᵀ ⊗ W2ᵀW2"),
    ("precision", gd.trace(L @ S) / 2 - gd.logdet(L) / 2, L, {"L": "spd", "S": "spd"}, "1/2 L⁻¹ ⊗ L⁻¹ K"),
    ("one neuron", -t * gd.log(h) - (1 - t) * gd.log(1 - h), w, {"w": (6,), "x": (6,), "t": ()}, "diag("),
    ("ridge", gd.norm(X @ w - y) ** 2 + lam * gd.norm(w) ** 2, w, {"X": (9, 4), "w": (4,), "y": (9,), "lam": ()}, "XᵀX"),
    ("entropy", gd.inner(w, gd.log(w)), w, {"w": (5,)}, "diag("),
    ("covariance", gd.logdet(L) / 2 + gd.trace(gd.inv(L) @ S) / 2, L, {"L": "spd", "S": "spd"}, "L⁻¹"),
]


def drawn(spec: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, shape in spec.items():
        out[name] = spd(4) if shape == "spd" else rng.uniform(0.2, 1.5, size=shape) if shape else float(rng.uniform(0.3, 0.9))
    return out


@pytest.mark.parametrize(("name", "f", "variable", "spec", "shown"), CASES, ids=[c[0] for c in CASES])
def test_every_method_against_the_dense_hessian(name: str, f: Term, variable: Symbol, spec: dict[str, Any], shown: str) -> None:
    hessian = gd.hessian(f, variable)
    op = hessian.operator()
    assert shown in str(op)
    arrays = drawn(spec)
    v = arrays[variable.plain]
    mine = {n: a for n, a in arrays.items() if n in {s.plain for s in free_symbols(hessian)}}
    sized = arrays if np.ndim(v) == 2 else mine
    shape, n = np.shape(v), int(np.size(v))
    bound = op.at(**{**mine, **({variable.plain: v} if sized is arrays else {})})
    dense = _dense(f, variable, arrays).reshape(n, n)
    direction = rng.normal(size=shape)
    np.testing.assert_allclose(np.ravel(bound.matvec(direction)), dense @ direction.ravel(), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(bound.matvec(direction.ravel()), dense @ direction.ravel(), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(bound.rmatvec(direction.ravel()), dense.T @ direction.ravel(), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(np.ravel(bound.solve(direction)), np.linalg.solve(dense, direction.ravel()), rtol=1e-5, atol=1e-6)
    assert bound.shape == (n, n)
    assert bound.logdet() == pytest.approx(np.linalg.slogdet(dense)[1], rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(np.ravel(bound.diagonal()), np.diag(dense), rtol=1e-7, atol=1e-7)
    assert bound.trace() == pytest.approx(np.trace(dense), rel=1e-7, abs=1e-8)


def _dense(f: Term, variable: Symbol, arrays: dict[str, Any]) -> Any:
    """The Hessian by central differences of the gradient of the function of a variable of which nothing is known."""
    bare = Symbol(variable.name, variable.type.bare)
    gradient = gd.gradient(substitute(f, {variable: bare}), bare)
    names = [s.plain for s in free_symbols(gradient)]
    v = np.asarray(arrays[variable.plain], float)
    n = v.size
    out = np.zeros((n, n))
    step = 1e-5
    for k in range(n):
        moved = []
        for sign in (1, -1):
            u = v.ravel().copy()
            u[k] += sign * step
            at = {**arrays, variable.plain: u.reshape(v.shape)}
            moved.append(np.ravel(gradient.evaluate(**{name: at[name] for name in names})))  # type: ignore[arg-type]
        out[:, k] = (moved[0] - moved[1]) / (2 * step)
    return out


R, P, Q = gd.matrix("R", "m", "k"), gd.matrix("P", "m", "m", spd=True), gd.matrix("Q", "k", "k", spd=True)
E, F = gd.matrix("E", "p", "m"), gd.matrix("F", "k", "q")
mu = gd.scalar("mu", positive=True)
SUMS = [
    gd.trace(R.T @ P @ R @ Q) + mu * gd.norm(R) ** 2,
    gd.norm(E @ R) ** 2 + gd.norm(R @ F) ** 2,
    gd.norm(E @ R @ F) ** 2 + gd.trace(R.T @ P @ R @ Q),
]


@pytest.mark.parametrize("f", SUMS, ids=str)
def test_sums_of_two_kronecker_products(f: Term, seed: int) -> None:
    """Solved with from both sides; printed as what they are."""
    rng = np.random.default_rng(seed)
    m, k, p, q = 4, 3, 5, 6
    arrays = {"R": rng.normal(size=(m, k)), "E": rng.normal(size=(p, m)), "F": rng.normal(size=(k, q)), "mu": 0.7}
    for name, n in (("P", m), ("Q", k)):
        a = rng.normal(size=(n, n))
        arrays[name] = a @ a.T + np.eye(n)
    op = gd.hessian(f, R).operator()
    assert str(op).count("⊗") == 2 and "[" not in str(op), str(op)
    names = [s.plain for s in free_symbols(f)]
    bound = op.at(**{n: arrays[n] for n in names})
    dense = _dense(f, R, {n: arrays[n] for n in names})
    direction = rng.normal(size=(m, k))
    assert bound._two_sided() is not None
    np.testing.assert_allclose(np.ravel(bound.solve(direction)), np.linalg.solve(dense, direction.ravel()), rtol=1e-5, atol=1e-6)
    assert bound.logdet() == pytest.approx(np.linalg.slogdet(dense)[1], rel=1e-6)
    np.testing.assert_allclose(bound.matvec(direction.ravel()), dense @ direction.ravel(), rtol=1e-6, atol=1e-6)


Z, Y1, lab = gd.matrix("Z", "N", "K"), gd.matrix("Y1", "N", "K"), gd.index("i", "N")
Q1, T1, V1, U1 = (
    gd.matrix("Q1", "m", "n"),
    gd.matrix("T1", "m", "n"),
    gd.matrix("V1", "n", "k"),
    gd.matrix("U1", "m", "k"),
)
FIT = gd.norm(gd.hadamard(Q1, T1 - U1 @ V1.T)) ** 2
BLOCKS: list[tuple[Term, Symbol, str]] = [
    (gd.sum_over(lab, gd.logsumexp(Z[lab])) - gd.trace(Y1.T @ Z) + mu * gd.norm(Z) ** 2, Z, "a block for each row"),
    (FIT + mu * gd.norm(U1) ** 2, U1, "a block for each row"),
    (FIT + mu * gd.norm(V1) ** 2, V1, "a block for each row"),
    (gd.norm(gd.hadamard(Y1, Z @ gd.matrix("E1", "K", "K"))) ** 2 + mu * gd.norm(Z) ** 2, Z, "a block for each row"),
    (gd.norm(gd.hadamard(Y1, gd.matrix("E1", "N", "N") @ Z)) ** 2 + mu * gd.norm(Z) ** 2, Z, "a block for each column"),
]


@pytest.mark.parametrize(("f", "variable", "shown"), BLOCKS, ids=lambda x: str(x)[:30])
def test_rows_that_do_not_meet(f: Term, variable: Symbol, shown: str, seed: int) -> None:
    """Each row has its own matrix: solved with one by one, also as a formula."""
    rng = np.random.default_rng(seed)
    sizes = {"N": 5, "K": 4, "m": 6, "n": 7, "k": 3, "q": 5}
    arrays: dict[str, Any] = {
        s.plain: rng.normal(size=[sizes[str(d)] for d in s.type.axes]) if s.rank else 0.7 for s in free_symbols(f)
    }
    op = gd.hessian(f, variable).operator()
    assert shown in str(op), str(op)
    bound = op.at(**arrays)
    dense = _dense(f, variable, arrays)
    direction = rng.normal(size=arrays[variable.plain].shape)
    np.testing.assert_allclose(np.ravel(bound.solve(direction)), np.linalg.solve(dense, direction.ravel()), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(bound.matvec(direction.ravel()), dense @ direction.ravel(), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(np.ravel(bound.diagonal()), np.diag(dense), rtol=1e-6, atol=1e-6)
    assert bound.logdet() == pytest.approx(np.linalg.slogdet(dense)[1], rel=1e-6)
    step = gd.compile(gd.newton(f, variable))
    gradient = gd.gradient(f, variable).evaluate(**arrays)
    wanted = -np.linalg.solve(dense, np.ravel(gradient))
    np.testing.assert_allclose(np.ravel(step(**{n: arrays[n] for n in step.arguments})), wanted, rtol=1e-5, atol=1e-6)


def test_a_product_and_a_turned_one(seed: int) -> None:
    """tr(SL) − log det L + ½ μ ‖L‖² by L: V ↦ L⁻¹ Vᵀ L⁻¹ + μ V, solved with in the eigenvectors of L, for any right side."""
    rng = np.random.default_rng(seed)
    f = gd.trace(S @ L) - gd.logdet(L) + mu * gd.norm(L) ** 2 / 2
    arrays: dict[str, Any] = {"L": spd(5), "S": spd(5), "mu": 0.3}
    op = gd.hessian(f, L).operator()
    bound = op.at(L=arrays["L"], mu=0.3)
    dense = _dense(f, L, arrays)
    assert bound._two_sided() is not None
    for right in (rng.normal(size=(5, 5)), spd(5)):
        np.testing.assert_allclose(np.ravel(bound.solve(right)), np.linalg.solve(dense, right.ravel()), rtol=1e-5, atol=1e-6)
    assert bound.logdet() == pytest.approx(np.linalg.slogdet(dense)[1], rel=1e-6)


def test_two_turned_products(seed: int) -> None:
    """½ log det C + ½ tr(C⁻¹ S) by C: both products take Vᵀ."""
    rng = np.random.default_rng(seed)
    f = gd.logdet(L) / 2 + gd.trace(gd.inv(L) @ S) / 2
    arrays: dict[str, Any] = {"L": spd(4), "S": 3 * spd(4)}
    bound = gd.hessian(f, L).operator().at(**arrays)
    dense = _dense(f, L, arrays)
    assert bound._two_sided() is not None
    right = rng.normal(size=(4, 4))
    np.testing.assert_allclose(np.ravel(bound.solve(right)), np.linalg.solve(dense, right.ravel()), rtol=1e-5, atol=1e-6)
    assert bound.logdet() == pytest.approx(np.linalg.slogdet(dense)[1], rel=1e-6)


def test_a_hessian_entry_by_entry() -> None:
    op = gd.hessian(gd.total(gd.exp(R)), R).operator()
    assert str(op) == "diag(vec(exp(R)))"
    at = np.random.default_rng(4).normal(size=(4, 3))
    right = np.ones((4, 3))
    np.testing.assert_allclose(op.solve(right, R=at), np.exp(-at))
    assert op.logdet(R=at) == pytest.approx(np.sum(at))
    assert str(gd.newton(gd.total(gd.exp(R)), R)).startswith("−")


def test_newton_along_its_own_direction_has_a_value_where_the_gradient_is_zero() -> None:
    """H = diag(s) + c u uᵀ with a gradient along u: −w (σ − t) / (σ − t + 2 σ′ z), which is 0 where σ = t, and not 1 / 0."""
    f = -t * gd.log(h) - (1 - t) * gd.log(1 - h)
    step = gd.compile(gd.newton(f, w))
    at, data = np.array([0.5, 1.0, -0.25]), np.array([1.0, 0.5, 2.0])
    z = float(at * at @ data)
    sigma, slope = 1 / (1 + np.exp(-z)), np.exp(-z) / (1 + np.exp(-z)) ** 2
    np.testing.assert_array_equal(step(w=at, x=data, t=sigma), np.zeros(3))
    for label in (0.0, 0.3, 1.0):
        wanted = -at * (sigma - label) / (sigma - label + 2 * slope * z)
        np.testing.assert_allclose(step(w=at, x=data, t=label), wanted, rtol=1e-13)
