"""Hessians by several variables as one operator: every method against differences of the gradients, and SciPy's use of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradatim as gd
from gradatim.term import Symbol, Term, free_symbols

N, K, D, P = 9, 3, 4, 6
W, b, X, Y = gd.matrix("W", "k", "d"), gd.vector("b", "k"), gd.matrix("X", "d", "N"), gd.matrix("Y", "k", "N")
s, mu = gd.scalar("s"), gd.scalar("mu", positive=True)
u, v, C = gd.vector("u", "p"), gd.vector("v", "k"), gd.matrix("C", "p", "k")
i, j = gd.index("i", "p"), gd.index("j", "k")
LAYER = gd.norm(W @ X + b @ gd.ones("N").T * gd.exp(s) - Y) ** 2 + mu * (gd.norm(W) ** 2 + gd.norm(b) ** 2) + s**2
TRANSPORT = gd.sum_over(i, gd.sum_over(j, gd.exp(u[i] + v[j] - C[i, j]))) + mu * (gd.norm(u) ** 2 + gd.norm(v) ** 2) / 2
A = gd.matrix("A", "p", "k")
DENSE = gd.norm(A @ gd.tanh(W @ X) - A @ b @ gd.ones("N").T) ** 2 + mu * (gd.norm(W) ** 2 + gd.norm(b) ** 2) / 2
CASES: dict[str, tuple[Term, tuple[Symbol, ...], bool]] = {
    "a layer": (LAYER, (W, b, s), True),
    "transport": (TRANSPORT, (u, v), True),
    "the small one first": (TRANSPORT, (v, u), True),
    "without structure": (DENSE, (W, b), False),
    "one variable": (TRANSPORT, (u,), True),
}


def drawn(f: Term, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    sizes = {"N": N, "k": K, "d": D, "p": P}
    return {x.plain: rng.normal(size=[sizes[str(d)] for d in x.type.axes]) if x.rank else 0.4 for x in free_symbols(f)}


def by_differences(f: Term, variables: tuple[Symbol, ...], at: dict[str, Any]) -> Any:
    """The whole Hessian from central differences of the gradients."""
    gradients = gd.gradient(f, variables)

    def stacked(point: dict[str, Any]) -> Any:
        parts = []
        for g in gradients:
            mine = {x.plain: point[x.plain] for x in free_symbols(g)}
            parts.append(np.ravel(g.evaluate(**mine)))  # type: ignore[arg-type]
        return np.concatenate(parts)

    columns = []
    for x in variables:
        for k in range(np.size(at[x.plain])):
            ends = []
            for step in (1e-5, -1e-5):
                moved = np.array(at[x.plain], float)
                moved.flat[k] += step
                ends.append(stacked({**at, x.plain: moved if moved.ndim else float(moved)}))
            columns.append((ends[0] - ends[1]) / 2e-5)
    return np.stack(columns, axis=1)


@pytest.mark.parametrize(("f", "variables", "structured"), CASES.values(), ids=CASES)
def test_every_method(f: Term, variables: tuple[Symbol, ...], structured: bool, seed: int) -> None:
    at = drawn(f, seed)
    bound: Any = gd.hessian(f, variables).operator(**at)
    wanted = by_differences(f, variables, at)
    n = len(wanted)
    assert bound.shape == (n, n) and (bound._pivot() is not None) == structured
    assert structured or not bound._blocks
    np.testing.assert_allclose(bound.dense(), wanted, rtol=1e-6, atol=1e-5)
    dense = bound.dense()
    flat = np.random.default_rng(seed + 1).normal(size=n)
    np.testing.assert_allclose(bound.matvec(flat), dense @ flat, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(bound.solve(flat), np.linalg.solve(dense, flat), rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(np.concatenate([np.ravel(d) for d in bound.diagonal()]), np.diag(dense), rtol=1e-10, atol=1e-10)
    assert bound.trace() == pytest.approx(np.trace(dense))
    assert bound.logdet() == pytest.approx(np.linalg.slogdet(dense)[1])
    pieces = tuple(bound.parts(flat))
    solved = bound.solve(pieces)
    assert isinstance(solved, tuple) and [np.shape(a) for a in solved] == [np.shape(at[x.plain]) for x in variables]
    np.testing.assert_allclose(np.concatenate([np.ravel(a) for a in solved]), bound.solve(flat))
    np.testing.assert_allclose(np.concatenate([np.ravel(a) for a in bound.matvec(pieces)]), bound.matvec(flat))


def test_the_large_block_is_not_formed() -> None:
    """A thousand variables with a diagonal block of their own, and three others."""
    rng = np.random.default_rng(0)
    at = {"u": rng.normal(size=1000), "v": rng.normal(size=K), "C": rng.normal(size=(1000, K)), "mu": 0.5}
    bound: Any = gd.hessian(TRANSPORT, (u, v)).operator(**at)
    right = rng.normal(size=1000 + K)
    np.testing.assert_allclose(bound.matvec(bound.solve(right)), right, rtol=1e-9, atol=1e-9)
    assert (0, 0) not in bound._blocks


def test_scipy_takes_it_as_a_linear_operator(seed: int) -> None:
    linalg = pytest.importorskip("scipy.sparse.linalg")
    at = drawn(TRANSPORT, seed)
    bound: Any = gd.hessian(TRANSPORT, (u, v)).operator(**at)
    right = np.random.default_rng(seed).normal(size=P + K)
    found, failed = linalg.cg(linalg.aslinearoperator(bound), right, rtol=1e-12)
    assert not failed
    np.testing.assert_allclose(found, bound.solve(right), rtol=1e-8, atol=1e-9)


def test_newton_by_two_variables_ends_at_the_minimum() -> None:
    """Full steps on a convex quadratic: one is enough."""
    f = gd.norm(W @ X + b @ gd.ones("N").T - Y) ** 2 + mu * (gd.norm(W) ** 2 + gd.norm(b) ** 2)
    at = drawn(f, 3)
    gradients = gd.compile(gd.gradient(f, (W, b)))
    step = gd.hessian(f, (W, b)).operator(**at).solve(gradients(**at))  # type: ignore[attr-defined]
    moved = {**at, "W": at["W"] - step[0], "b": at["b"] - step[1]}
    assert max(np.max(np.abs(g)) for g in gradients(**moved)) < 1e-10


def test_it_shows_each_block() -> None:
    shown = str(gd.hessian(TRANSPORT, (u, v)).operator())
    assert shown.splitlines()[0].startswith("u, u: diag(") and len(shown.splitlines()) == 3


def test_wrong_input_is_named() -> None:
    at = drawn(TRANSPORT, 1)
    op: Any = gd.hessian(TRANSPORT, (u, v)).operator()
    with pytest.raises(gd.EvaluationError, match="no value is given for C"):
        op.at(**{n: a for n, a in at.items() if n != "C"})
    with pytest.raises(gd.EvaluationError, match="elephant does not occur"):
        op.at(**at, elephant=1.0)
    with pytest.raises(gd.EvaluationError, match=r"needs arrays of the shapes \(6,\), \(3,\), or a vector of 9 entries"):
        op.matvec(np.ones(8), **at)
    singular = gd.norm(u) ** 2 + gd.total(v) ** 2
    with pytest.raises(np.linalg.LinAlgError):
        gd.hessian(singular, (u, v)).operator(u=at["u"], v=at["v"]).solve(np.ones(9))  # type: ignore[attr-defined]
