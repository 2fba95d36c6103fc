"""JAX functions with loops, branches, factors and masks: the formula has the function's values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)
jsp = pytest.importorskip("jax.scipy")

import gradatim as gd  # noqa: E402
from gradatim.term import free_symbols  # noqa: E402

jnp = jax.numpy


def scan_sum(w: Any, X: Any, y: Any) -> Any:
    return jax.lax.scan(lambda c, row: (c + (row[0] @ w - row[1]) ** 2, None), 0.0, (X, y))[0]


def scan_stack(w: Any, X: Any) -> Any:
    return jax.lax.scan(lambda c, x: (c, jnp.tanh(x @ w)), 0.0, X)[1].sum()


def scan_recurrent(W: Any, x: Any) -> Any:
    return jax.lax.scan(lambda h, _: (jnp.tanh(W @ h), None), x, None, length=3)[0].sum()


def fori(w: Any, X: Any) -> Any:
    return jax.lax.fori_loop(0, X.shape[0], lambda i, s: s + jnp.sin(X[i] @ w), 0.0)


def fori_few(w: Any, X: Any) -> Any:
    return jax.lax.fori_loop(1, 3, lambda i, s: s + jnp.sin(X[i] @ w), 0.0)


def after_the_first(w: Any, X: Any) -> Any:
    return jax.lax.fori_loop(0, X.shape[0], lambda i, s: s + jnp.where(i > 0, jnp.sin(X[i] @ w), 0.0), 0.0)


def up_to_the_first(w: Any, X: Any) -> Any:
    return jax.lax.fori_loop(0, X.shape[0], lambda i, s: s + jnp.where(i <= 0, jnp.sin(X[i] @ w), 0.0), 0.0)


def products(X: Any) -> Any:
    return jnp.sum(jnp.prod(X, axis=1) ** 2) + jnp.sum(jnp.sin(jnp.prod(X, axis=0))) + jnp.prod(X)


def branch(x: Any, c: Any) -> Any:
    return jax.lax.cond(x.sum() > c, lambda v: v @ v, lambda v: jnp.sum(v), x)


def choice(x: Any) -> Any:
    return jnp.sum(jnp.where(x > 0.5, x**2, jnp.sin(x)))


def gaussian(K: Any, y: Any) -> Any:
    L = jnp.linalg.cholesky(K)
    z = jsp.linalg.solve_triangular(L, y, lower=True)
    return 0.5 * z @ z + jnp.log(jnp.diagonal(L)).sum()


def cho(K: Any, y: Any) -> Any:
    return y @ jsp.linalg.cho_solve((jnp.linalg.cholesky(K), True), y)


def pieces(x: Any, y: Any) -> Any:
    return jnp.sum(jnp.concatenate([x, y]) ** 2) + jnp.sum(jnp.diff(x) * x[1:]) + jnp.sum(jnp.roll(x, 1) * x)


def extremes(x: Any) -> Any:
    return jnp.max(x) * jnp.min(x) + jnp.prod(x) + jnp.sum(jnp.cumsum(x) ** 2)


def triangles(A: Any) -> Any:
    return jnp.sum(jnp.tril(A) ** 2) + jnp.sum(jnp.sin(jnp.triu(A)))


def attention(Q: Any, K: Any, V: Any) -> Any:
    return jnp.sum(jax.nn.softmax(Q @ K.T / jnp.sqrt(Q.shape[-1]), axis=-1) @ V)


def mapped(w: Any, X: Any, y: Any) -> Any:
    return jnp.mean(jax.vmap(lambda x, t: jax.nn.softplus(-t * (x @ w)))(X, y))


def normal(mu: Any, X: Any, S: Any) -> Any:
    return jsp.stats.multivariate_normal.logpdf(X, mu, S).sum()


def special(x: Any) -> Any:
    v = x**2 + 0.5
    gelu = jax.nn.gelu(x, approximate=False)
    return jnp.sum(jsp.special.xlogy(v, v) + jsp.special.digamma(v) * gelu)


def exponential(A: Any) -> Any:
    return jnp.trace(jsp.linalg.expm(A / 4))


CASES: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (scan_sum, {"w": "d", "X": "N d", "y": "N"}),
    (scan_stack, {"w": "d", "X": "N d"}),
    (scan_recurrent, {"W": "d d", "x": "d"}),
    (fori, {"w": "d", "X": "N d"}),
    (fori_few, {"w": "d", "X": "N d"}),
    (after_the_first, {"w": "d", "X": "N d"}),
    (up_to_the_first, {"w": "d", "X": "N d"}),
    (products, {"X": "N d"}),
    (branch, {"x": "d", "c": ()}),
    (choice, {"x": "d"}),
    (gaussian, {"K": "d d", "y": "d"}),
    (cho, {"K": "d d", "y": "d"}),
    (pieces, {"x": "N", "y": "d"}),
    (extremes, {"x": "d"}),
    (triangles, {"A": "d d"}),
    (attention, {"Q": "N d", "K": "m d", "V": "m e"}),
    (mapped, {"w": "d", "X": "N d", "y": "N"}),
    (special, {"x": "d"}),
    (exponential, {"A": "d d"}),
    (normal, {"mu": "d", "X": "N d", "S": "d d"}),
]
SIZES = {"d": 4, "N": 7, "m": 5, "e": 3}


@pytest.mark.parametrize(("function", "shapes"), CASES, ids=[f.__name__ for f, _ in CASES])
def test_the_formula_has_the_values_of_the_function(function: Callable[..., Any], shapes: dict[str, Any]) -> None:
    facts = {n: "spd" for n in shapes if n in "KS" and shapes[n] == "d d"}
    f = gd.from_function(function, shapes=shapes, facts=facts)
    rng = np.random.default_rng(8)
    arrays: dict[str, Any] = {}
    for name, shape in shapes.items():
        a = rng.normal(size=[SIZES[d] for d in shape.split()] if shape else ())
        arrays[name] = a @ a.T + np.eye(len(a)) if name in facts else float(a) if not shape else a
    kept = {s.plain for s in free_symbols(f)}
    got = f.evaluate(**{n: a for n, a in arrays.items() if n in kept})
    np.testing.assert_allclose(got, function(**{n: jnp.asarray(a) for n, a in arrays.items()}), rtol=1e-9)


@pytest.mark.parametrize(
    ("function", "match"),
    [
        (lambda x: x[jnp.argmax(x)], "argmax"),
        (lambda x: jax.lax.while_loop(lambda v: v.sum() > 1, lambda v: v / 2, x).sum(), "while"),
        (lambda x: jnp.linalg.cholesky(jnp.outer(x, x) + jnp.eye(x.shape[0])).sum(), "no closed formula"),
        (lambda x: x[jnp.argsort(x)[0]], "sort"),
    ],
    ids=["a position by values", "a loop by values", "a factor by itself", "sorted"],
)
def test_what_has_no_formula_is_said(function: Callable[..., Any], match: str) -> None:
    with pytest.raises(gd.GradatimError, match=match):
        gd.from_function(function, shapes={"x": "n"})
