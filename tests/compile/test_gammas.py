"""Differences of log Γ and its derivatives at large, small and unlike arguments, against ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx

import gradatim as gd
from compile.agree import needs
from compile.test_stability import close
from gradatim.ops.special import digamma, lgamma
from gradatim.term import substitute

a, b = gd.scalar("a", positive=True), gd.scalar("b", positive=True)
x, y = gd.vector("x", "n", positive=True), gd.vector("y", "n", positive=True)
i = gd.index("i", "n")
BETA = lgamma(a) + lgamma(b) - lgamma(a + b)
COUNTS = lgamma(a + b) - lgamma(a)
PAIRS = [(1e10, 2.5), (2.5, 1e10), (1e10, 1e10), (1e-5, 1e5), (0.3, 0.7), (12.0, 1e-6), (1e15, 1e3), (50.0, 60.0), (1e3, 1e-8)]
SINGLE = [(1e10, 2.5), (2.5, 1e10), (1e10, 1e10), (0.25, 0.75), (50.0, 60.0), (1e3, 1e-8)]


def trigamma(u: Any) -> Any:
    return arb(2).zeta(u)


CASES: list[tuple[str, Any, tuple[Any, ...], Callable[[Any, Any], Any]]] = [
    ("log B", BETA, (), lambda u, w: u.lgamma() + w.lgamma() - (u + w).lgamma()),
    ("its slope", BETA, (a,), lambda u, w: u.digamma() - (u + w).digamma()),
    ("its bend", BETA, (a, a), lambda u, w: trigamma(u) - trigamma(u + w)),
    ("mixed", BETA, (a, b), lambda u, w: -trigamma(u + w)),
    ("negative binomial", COUNTS, (), lambda u, w: (u + w).lgamma() - u.lgamma()),
    ("its slope", COUNTS, (a,), lambda u, w: (u + w).digamma() - u.digamma()),
    ("its bend", COUNTS, (a, a), lambda u, w: trigamma(u + w) - trigamma(u)),
    ("ψ(a + 1/2) − ψ(a)", digamma(a + Fraction(1, 2)) - digamma(a), (), lambda u, w: (u + arb(0.5)).digamma() - u.digamma()),
]


def exactly(function: Callable[[Any, Any], Any], u: float, w: float) -> Fraction:
    before, ctx.prec = ctx.prec, 400
    try:
        man, exp = (int(k) for k in function(arb(u), arb(w)).mid().man_exp())
        return Fraction(man) * Fraction(2) ** exp
    finally:
        ctx.prec = before


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["single", "double"])
@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
@pytest.mark.parametrize(("name", "term", "by", "exact"), CASES, ids=[f"{c[0]} {len(c[2])}" for c in CASES])
def test_differences(
    name: str, term: Any, by: tuple[Any, ...], exact: Callable[[Any, Any], Any], backend: str, dtype: type
) -> None:
    needs(backend)
    wanted = gd.derivative(term, *by) if by else term
    mapped = gd.compile(substitute(wanted, {a: x[i], b: y[i]}), backend=backend)
    pairs = SINGLE if dtype is np.float32 else PAIRS
    first: Any = np.array([p for p, _ in pairs], dtype)
    second: Any = np.array([q for _, q in pairs], dtype)
    given = {"x": first, "y": second}
    got = np.asarray(mapped(**{k: given[k] for k in mapped.arguments}))
    for u, w, value in zip(first, second, got):
        close(value, exactly(exact, float(u), float(w)), dtype, f"{name} at {u}, {w}")


def test_a_sum_over_counts_that_shares_its_size() -> None:
    """Σᵢ log Γ(yᵢ + r) − log Γ(r) at r = 10¹²: each term is y log r + y (y − 1) / 2r to all digits."""
    counts, r = gd.vector("c", "n", nonnegative=True), gd.scalar("r", positive=True)
    f = gd.sum_over(i, lgamma(counts[i] + r) - lgamma(r))
    got = gd.compile(f)(c=np.array([3.0, 5.0]), r=1e12)
    assert got == pytest.approx(8 * np.log(1e12) + (3 + 10) / 1e12, rel=1e-15)
