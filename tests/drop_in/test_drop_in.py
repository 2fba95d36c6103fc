"""`gradatim.jax`: as JAX's own derivatives, under its transformations, and loud where it falls back."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)
pytest.importorskip("jax.flatten_util")

import gradatim as gd  # noqa: E402
import gradatim.jax as gj  # noqa: E402

jnp = jax.numpy
rng = np.random.default_rng(3)
w, X, y = rng.normal(size=4), rng.normal(size=(9, 4)), np.sign(rng.normal(size=9))
U, V, T = rng.normal(size=(5, 3)), rng.normal(size=(6, 3)), rng.normal(size=(5, 6))


def logistic(w: Any, X: Any, y: Any) -> Any:
    return jnp.sum(jnp.logaddexp(0, -y * (X @ w))) + 0.5 * jnp.sum(w**2)


def factorisation(U: Any, V: Any, T: Any) -> Any:
    return jnp.sum((T - U @ V.T) ** 2)


CASES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [(logistic, (w, X, y)), (factorisation, (U, V, T))]


@pytest.mark.parametrize(("f", "args"), CASES, ids=["logistic", "factorisation"])
def test_as_jax(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    h, g = jax.hessian(f)(*args), jax.grad(f)(*args)
    n = g.size
    v = rng.normal(size=g.shape)
    np.testing.assert_allclose(gj.grad(f, fallback="error")(*args), g, rtol=1e-10)
    np.testing.assert_allclose(gj.hessian(f, fallback="error")(*args), h, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(gj.hvp(f, fallback="error")(*args, v).ravel(), h.reshape(n, n) @ v.ravel(), rtol=1e-9, atol=1e-10)
    step = -np.linalg.solve(h.reshape(n, n), g.ravel())
    np.testing.assert_allclose(gj.newton(f, fallback="error")(*args).ravel(), step, rtol=1e-8)


def test_another_argument_and_damping() -> None:
    h = jax.hessian(logistic)(w, X, y)
    step = -np.linalg.solve(h + 0.1 * np.eye(4), jax.grad(logistic)(w, X, y))
    np.testing.assert_allclose(gj.newton(logistic, damping=0.1, fallback="error")(w, X, y), step, rtol=1e-9)
    np.testing.assert_allclose(gj.grad(logistic, argnums=1, fallback="error")(w, X, y), jax.grad(logistic, 1)(w, X, y), rtol=1e-9)


def test_under_transformations() -> None:
    closed, own = gj.hessian(logistic, fallback="error"), jax.hessian(logistic)
    np.testing.assert_allclose(jax.jit(closed)(w, X, y), own(w, X, y), rtol=1e-9)
    many = np.stack([w, 2 * w])
    mapped = jax.vmap(closed, in_axes=(0, None, None))(many, X, y)
    np.testing.assert_allclose(mapped, np.stack([own(u, X, y) for u in many]), rtol=1e-9)
    third = [jax.grad(lambda u, h=h: jnp.trace(h(u, X, y)))(w) for h in (closed, own)]
    np.testing.assert_allclose(third[0], third[1], rtol=1e-8, atol=1e-10)


def test_trees_of_other_arguments() -> None:
    f = lambda X, p: jnp.sum((X @ p["w"]) ** 2)
    np.testing.assert_allclose(gj.grad(f, fallback="error")(X, {"w": w}), jax.grad(f)(X, {"w": w}), rtol=1e-9)


def test_fallbacks() -> None:
    f = lambda x: x[jnp.argsort(x)[0]] ** 2
    with pytest.warns(gj.Fallback, match="sort has a formula for one short vector"):
        np.testing.assert_allclose(gj.grad(f)(w), jax.grad(f)(w))
    with pytest.raises(gd.GradatimError):
        gj.grad(f, fallback="error")(w)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gj.grad(f, fallback="silent")(w)
    with pytest.raises(gd.GradatimError):
        gj.grad(f, fallback="loud")


dtype = jnp.ones((2, 7))
"""A name that the functions below use as an attribute only."""


def test_data_that_a_function_closes_over_are_arguments_of_its_formula() -> None:
    def made(data: Any) -> Callable[..., Any]:
        return lambda v: jnp.sum((data @ v - y) ** 2) + jnp.sum((v @ data.T).astype(v.dtype) ** 3)

    v = jnp.asarray(np.random.default_rng(4).normal(size=w.shape))
    for data in (X, 2 * X):
        f = made(data)
        np.testing.assert_allclose(gj.grad(f, fallback="error")(w), jax.grad(f)(w), rtol=1e-9)
        np.testing.assert_allclose(gj.hessian(f, fallback="error")(w), jax.hessian(f)(w), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(gj.hvp(f, fallback="error")(w, v), jax.hessian(f)(w) @ v, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(jax.jit(gj.grad(f, fallback="error"))(w), jax.grad(f)(w), rtol=1e-9)


def test_what_is_closed_over_may_change_between_calls() -> None:
    scale = jnp.ones(w.shape)
    g = gj.grad(lambda v: jnp.sum(scale * v**2), fallback="error")
    np.testing.assert_allclose(g(w), 2 * w)
    scale = 3 * scale
    np.testing.assert_allclose(g(w), 6 * w)


def test_a_singular_hessian_is_said() -> None:
    with pytest.warns(UserWarning, match="singular"):
        gj.newton(lambda v: jnp.sum(v[:1] ** 2) + jnp.sum(v), fallback="silent")(w)


def test_a_wrong_call_is_told_and_not_blamed_on_the_formula() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for args in ((w, X, y), (w,), ()):
            with pytest.raises(gd.ShapeError, match="takes the direction v after the arguments"):
                gj.hvp(logistic)(*args)
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            gj.grad(logistic)(w, X)
        with pytest.raises(TypeError, match=f"{X.shape[0]}"):
            gj.grad(logistic)(w, X.T, y)


def test_an_indefinite_hessian_is_said() -> None:
    with pytest.warns(UserWarning, match="not positive definite"):
        gj.newton(lambda x: -(x @ x), fallback="error")(w)


# ---------------------------------------------------------------- what people bring: trees of parameters


def spread(*shape: int) -> Any:
    return jnp.asarray(rng.normal(size=shape) * 0.4)


def logistic_tree(p: Any, X: Any, y: Any) -> Any:
    z = X @ p["w"] + p["b"]
    return jnp.mean(jax.nn.softplus(z) - (y + 1) / 2 * z) + 0.1 * jnp.sum(p["w"] ** 2)


def softmax_regression(p: Any, X: Any, Y: Any) -> Any:
    return -jnp.sum(Y * jax.nn.log_softmax(X @ p["W"] + p["b"])) / X.shape[0]


def network(layers: Any, X: Any, y: Any) -> Any:
    h = X
    for W, b in layers[:-1]:
        h = jnp.tanh(h @ W + b)
    W, b = layers[-1]
    return 0.5 * jnp.sum(jnp.square((h @ W + b)[:, 0] - y))


def process(t: Any, D: Any, y: Any) -> Any:
    K = jnp.exp(t["a"]) * jnp.exp(-D * jnp.exp(t["l"])) + jnp.exp(t["s"]) * jnp.eye(D.shape[0])
    return 0.5 * y @ jnp.linalg.solve(K, y) + 0.5 * jnp.linalg.slogdet(K)[1]


def normal(p: Any, X: Any) -> Any:
    d = X - p["mu"]
    return 0.5 * jnp.sum(d @ jnp.linalg.inv(p["S"]) * d) + X.shape[0] / 2 * jnp.linalg.slogdet(p["S"])[1]


labels = jnp.eye(3)[rng.integers(0, 3, 9)]
square = spread(4, 4)
TREES: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (logistic_tree, ({"w": spread(4), "b": jnp.asarray(0.1)}, X, y)),
    (softmax_regression, ({"W": spread(4, 3), "b": spread(3)}, X, labels)),
    (network, ([(spread(4, 5), spread(5)), (spread(5, 1), spread(1))], X, y)),
    (process, ({k: jnp.asarray(v) for k, v in {"a": 0.1, "l": -0.3, "s": -1.0}.items()}, (w[:, None] - w) ** 2, w)),
    (normal, ({"mu": spread(4), "S": square @ square.T + jnp.eye(4)}, X)),
]


QUICK = 1
"""XLA takes seconds over every one; the others are tried with --slow."""


@pytest.mark.parametrize(
    ("f", "args"),
    [pytest.param(f, a, id=f.__name__, marks=[pytest.mark.slow] if k >= QUICK else []) for k, (f, a) in enumerate(TREES)],
)
def test_trees_of_parameters(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Every derivative has JAX's nesting and JAX's values."""
    flat, unravel = jax.flatten_util.ravel_pytree(args[0])
    direction = unravel(jnp.asarray(rng.normal(size=flat.size)))
    g, h = (d(lambda v: f(unravel(v), *args[1:]))(flat) for d in (jax.grad, jax.hessian))
    wanted = [
        (gj.grad(f, fallback="error")(*args), jax.grad(f)(*args)),
        (gj.hessian(f, fallback="error")(*args), jax.hessian(f)(*args)),
        (gj.hvp(f, fallback="error")(*args, direction), unravel(h @ jax.flatten_util.ravel_pytree(direction)[0])),
        (gj.newton(f, damping=2.0, fallback="error")(*args), unravel(-jnp.linalg.solve(h + 2 * jnp.eye(flat.size), g))),
    ]
    for got, own in wanted:
        assert jax.tree_util.tree_structure(got) == jax.tree_util.tree_structure(own)
        for a, b in zip(jax.tree_util.tree_leaves(got), jax.tree_util.tree_leaves(own)):
            assert a.shape == b.shape
            np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-9)


def test_several_arguments_at_once() -> None:
    for mine, own in ((gj.grad, jax.grad), (gj.hessian, jax.hessian)):
        got, wanted = mine(factorisation, (0, 1), fallback="error")(U, V, T), own(factorisation, (0, 1))(U, V, T)
        assert jax.tree_util.tree_structure(got) == jax.tree_util.tree_structure(wanted)
        for a, b in zip(jax.tree_util.tree_leaves(got), jax.tree_util.tree_leaves(wanted)):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)


def test_a_damped_matrix_and_a_column() -> None:
    step = gj.newton(factorisation, damping=0.3, fallback="error")(U, V, T)
    h, g = jax.hessian(factorisation)(U, V, T).reshape(15, 15), jax.grad(factorisation)(U, V, T).ravel()
    np.testing.assert_allclose(step.ravel(), -np.linalg.solve(h + 0.3 * np.eye(15), g), rtol=1e-9)
    column = lambda w, X, y: jnp.sum((X @ w - y[:, None]) ** 2)
    got = gj.hessian(column, fallback="error")(w[:, None], X, y)
    np.testing.assert_allclose(got, jax.hessian(column)(w[:, None], X, y), rtol=1e-9)


def test_trees_under_transformations() -> None:
    f, args = TREES[0]
    closed = gj.hessian(f, fallback="error")
    wanted = jax.hessian(f)(*args)
    for a, b in zip(jax.tree_util.tree_leaves(jax.jit(closed)(*args)), jax.tree_util.tree_leaves(wanted)):
        np.testing.assert_allclose(a, b, rtol=1e-9)
    many = jax.tree_util.tree_map(lambda a: jnp.stack([a, 2 * a]), args[0])
    mapped = jax.vmap(closed, in_axes=(0, None, None))(many, *args[1:])
    np.testing.assert_allclose(mapped["w"]["b"][0], wanted["w"]["b"], rtol=1e-9)


labels = jnp.asarray([0, 2, 1, 1, 0, 2, 2, 0, 1])
weights = rng.normal(size=(4, 3))
steps = rng.normal(size=(5, 4))


def by_index(W: Any, X: Any) -> Any:
    return -jnp.mean(jax.nn.log_softmax(X @ W)[jnp.arange(9), labels])


def along_an_axis(W: Any, X: Any) -> Any:
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(X @ W), labels[:, None], 1))


def normalised(W: Any, X: Any) -> Any:
    h = X @ W
    return jnp.sum(jnp.tanh((h - jnp.mean(h, -1, keepdims=True)) / jnp.sqrt(jnp.var(h, -1, keepdims=True) + 1e-5)))


def embedded(E: Any, X: Any) -> Any:
    return jnp.sum(jnp.tanh(E[jnp.asarray([1, 3, 3, 0])]) ** 2) + jnp.sum(X) * jnp.sum(E)


def masked(W: Any, X: Any) -> Any:
    seen = jnp.asarray(np.arange(27).reshape(9, 3) % 4 > 0)
    return jnp.sum(jnp.where(seen, X @ W, 0.0) ** 2)


OWN_ARRAYS = [by_index, along_an_axis, normalised, embedded, masked]


@pytest.mark.parametrize("f", OWN_ARRAYS, ids=[f.__name__ for f in OWN_ARRAYS])
def test_a_function_with_arrays_of_its_own(f: Callable[..., Any]) -> None:
    """Labels, masks and places that a function holds are read at the sizes at hand."""
    wanted = jax.grad(f)(weights, X)
    for got in (gj.grad(f, fallback="error")(weights, X), jax.jit(gj.grad(f, fallback="error"))(weights, X)):
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-10)
    got, wanted = gj.hessian(f, fallback="error")(weights, X), jax.hessian(f)(weights, X)
    np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=1e-9)


def test_maxima_of_turned_arrays() -> None:
    """The attention of several heads, whose scores are stored with their axes turned: the largest of each row is one of them."""

    def heads(Q: Any, K: Any, X: Any) -> Any:
        q, k = jnp.einsum("td,hdk->htk", X, Q), jnp.einsum("td,hdk->htk", X, K)
        return jnp.sum(jax.nn.softmax(jnp.einsum("htk,hsk->hts", q, k), -1) ** 2)

    # As many heads as steps: an axis taken for another would not show in the shapes.
    args = (rng.normal(size=(5, 4, 2)), rng.normal(size=(5, 4, 2)), steps)
    np.testing.assert_allclose(gj.hessian(heads, fallback="error")(*args), jax.hessian(heads)(*args), rtol=1e-7, atol=1e-8)
