"""SciPy's distributions, and lists as arguments of NumPy's functions: the formula has the function's values and slopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from scipy import stats
from scipy.stats import multivariate_normal, norm

import gradatim as gd

S = {"S": "spd"}
CASES: list[tuple[str, Callable[..., Any], dict[str, Any], dict[str, str]]] = [
    ("a normal sample", lambda mu, s, x: -norm.logpdf(x, loc=mu, scale=s).sum(), {"mu": (), "s": (), "x": "n"}, {}),
    ("by places", lambda mu, s, x: np.sum(stats.norm.logpdf(x, mu, s)), {"mu": (), "s": (), "x": "n"}, {}),
    ("given its parameters", lambda mu, s, x: np.sum(norm(mu, s).logpdf(x)), {"mu": (), "s": (), "x": "n"}, {}),
    ("a density", lambda x: np.prod(norm.pdf(x)), {"x": "n"}, {}),
    ("probit", lambda w, X: np.sum(norm.logcdf(X @ w)) + np.sum(norm.cdf(w)) + norm.sf(w).sum(), {"w": "d", "X": "n d"}, {}),
    ("a vector", lambda m, S, x: multivariate_normal.logpdf(x, mean=m, cov=S), {"m": "d", "S": "d d", "x": "d"}, S),
    ("rows", lambda m, S, X: multivariate_normal(m, S).logpdf(X).sum(), {"m": "d", "S": "d d", "X": "n d"}, S),
    ("of a number", lambda m, s, x: multivariate_normal.logpdf(x, m, s), {"m": "d", "s": (), "x": "d"}, {}),
    ("Student's", lambda v, m, x: stats.t.logpdf(x, v, loc=m, scale=2.0).sum(), {"v": (), "m": (), "x": "n"}, {}),
    ("robust", lambda m, x: np.sum(stats.laplace.logpdf(x, m) + stats.cauchy.logpdf(x, m)), {"m": (), "x": "n"}, {}),
    ("logistic", lambda m, x: np.sum(stats.logistic.logpdf(x, m, 0.5)), {"m": (), "x": "n"}, {}),
    ("on a half line", lambda a, x: np.sum(stats.gamma.logpdf(x, a) + stats.expon.logpdf(x, scale=a)), {"a": (), "x": "n"}, {}),
    ("on an interval", lambda a, b, x: np.sum(stats.beta.logpdf(x, a, b)), {"a": (), "b": (), "x": "n"}, {}),
    ("a mean of a list", lambda x: np.mean([np.sqrt(t * t + 0.01) for t in x]), {"x": "n"}, {}),
    ("a list between lists", lambda x: np.sum(np.diff(np.concatenate([[0.0], x, [0.0]])) ** 2), {"x": 4}, {}),
    (
        "least squares by their equations",
        lambda X, y: np.sum((y - X @ np.linalg.solve(X.T @ X, X.T @ y)) ** 2),
        {"X": "m d", "y": "m"},
        {},
    ),
    ("the trace of a root", lambda S: np.trace(scipy.linalg.sqrtm(S)) + np.trace(scipy.linalg.logm(S)), {"S": "d d"}, S),
]
SIZES = {"d": 3, "n": 4, "m": 6}


@pytest.mark.parametrize(("f", "shapes", "facts"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_value_and_slope(f: Callable[..., Any], shapes: dict[str, Any], facts: dict[str, str]) -> None:
    term = gd.from_function(f, shapes=shapes, facts=facts)
    rng = np.random.default_rng(3)
    axes = {n: [SIZES.get(d, d) for d in (s.split() if isinstance(s, str) else np.atleast_1d(s))] for n, s in shapes.items()}
    given = {n: rng.uniform(0.2, 0.9, a) if a else 0.7 for n, a in axes.items()}
    given.update((n, given[n] @ given[n].T + np.eye(3)) for n in facts)
    np.testing.assert_allclose(gd.compile(term)(**given), f(**given), rtol=1e-9)
    name = next(iter(shapes))
    step = 1e-5 * rng.normal(size=np.shape(given[name]))
    step = step + step.T if name in facts else step
    slope = np.sum(gd.compile(gd.gradient(term, name))(**given) * step)
    ahead, behind = (f(**{**given, name: given[name] + s * step}) for s in (1, -1))
    np.testing.assert_allclose(slope, (ahead - behind) / 2, rtol=1e-5, atol=1e-11)


def test_what_a_distribution_does_not_have_is_named() -> None:
    with pytest.raises(gd.GradatimError, match=r"scipy.stats.norm.entropy has no formula here; there are logpdf"):
        gd.from_function(lambda s: norm.entropy(0.0, s), shapes={"s": ()})


def test_plain_numbers_are_scipy_s_own() -> None:
    f = gd.from_function(lambda x: norm.pdf(0.0) * np.sum(x**2) + norm(0, 2).cdf(0.0), shapes={"x": "n"})
    np.testing.assert_allclose(f.evaluate(x=np.array([1.0, 2.0])), 5 / np.sqrt(2 * np.pi) + 0.5)
