"""Labels, masks and places as arguments, and functions that say how they want to be differentiated: as JAX has it, or a fallback."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)

import gradatim as gd  # noqa: E402
import gradatim.jax as gj  # noqa: E402

jnp = jax.numpy
rng = np.random.default_rng(5)
W, X, x = rng.normal(size=(4, 3)), rng.normal(size=(7, 4)), rng.normal(size=6)
labels = jnp.asarray([0, 2, 1, 1, 0, 2, 2])


def by_place(W: Any, X: Any, y: Any) -> Any:
    return -jnp.mean(jax.nn.log_softmax(X @ W)[jnp.arange(X.shape[0]), y])


def by_axis(W: Any, X: Any, y: Any) -> Any:
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(X @ W), y[:, None], 1))


def one_hot(W: Any, X: Any, y: Any) -> Any:
    return -jnp.mean(jnp.sum(jax.nn.one_hot(y, 3) * jax.nn.log_softmax(X @ W), -1))


def embedded(W: Any, X: Any, y: Any) -> Any:
    return jnp.mean((W[y] - X[:, :3]) ** 2)


def columns(W: Any, X: Any, y: Any) -> Any:
    return jnp.sum(jnp.sin(W[:, y] * X.T))


def pairs(W: Any, X: Any, y: Any) -> Any:
    return jnp.sum(jnp.tanh(W[y, y[::-1]]) * X[:, 0])


def segments(W: Any, X: Any, y: Any) -> Any:
    return jnp.sum(jax.ops.segment_sum(X @ W, y, num_segments=3) ** 2)


def equal(W: Any, X: Any, y: Any) -> Any:
    p = jax.nn.sigmoid(X @ W[:, 0])
    return -jnp.mean(jnp.log(jnp.where(y == 1, p, 1 - p)))


def seen(W: Any, X: Any, y: Any) -> Any:
    """Every row sees the columns up to its label."""
    scores = jnp.where(jnp.arange(3)[None] <= y[:, None], X @ W, -jnp.inf)
    return jnp.sum(jax.nn.softmax(scores, -1) ** 2)


def one_after_another(W: Any, X: Any, y: Any) -> Any:
    step = lambda c, row: (c + jnp.sin(row[0] @ W)[row[1]], None)
    return jax.lax.scan(step, 0.0, (X, y))[0]


FUNCTIONS = [by_place, by_axis, one_hot, embedded, columns, pairs, segments, equal, seen, one_after_another]


@pytest.mark.parametrize("f", FUNCTIONS, ids=[f.__name__ for f in FUNCTIONS])
def test_whole_numbers_are_data(f: Callable[..., Any]) -> None:
    close = {"rtol": 1e-8, "atol": 1e-9}
    g, h = gj.grad(f, fallback="error"), gj.hessian(f, fallback="error")
    np.testing.assert_allclose(h(W, X, labels), jax.hessian(f)(W, X, labels), **close)
    np.testing.assert_allclose(g(W, X, labels), jax.grad(f)(W, X, labels), **close)
    others = jnp.asarray([2, 2, 0, 1, 1, 0, 1])
    np.testing.assert_allclose(g(W, X, others), jax.grad(f)(W, X, others), **close)
    # Under these transformations the labels are not known when the formula is made.
    np.testing.assert_allclose(jax.jit(gj.grad(f, fallback="error"))(W, X, others), jax.grad(f)(W, X, others), **close)
    both = jnp.stack([labels, others])
    mapped = jax.vmap(gj.grad(f, fallback="error"), in_axes=(None, None, 0))(W, X, both)
    np.testing.assert_allclose(mapped, jax.vmap(jax.grad(f), in_axes=(None, None, 0))(W, X, both), **close)


def test_the_formula_is_differentiable_by_the_data() -> None:
    """What is not differentiated by is data where nothing else helps; JAX differentiates the result by it all the same."""

    def f(c: Any, k: Any) -> Any:
        return jnp.sum(jnp.convolve(c, k, mode="valid") ** 3)

    k = rng.normal(size=3)
    mixed = jax.jacobian(gj.grad(f, fallback="error"), 1)(x, k)
    np.testing.assert_allclose(mixed, jax.jacobian(jax.grad(f), 1)(x, k), rtol=1e-9, atol=1e-9)


def test_places_from_the_end_and_beyond_it() -> None:
    f = lambda W, i: jnp.sum(jnp.sin(W[i]))
    i = jnp.asarray([-1, -3])
    np.testing.assert_allclose(gj.grad(f, fallback="error")(W, i), jax.grad(f)(W, i), rtol=1e-12, atol=1e-12)
    # Beyond the end JAX's value takes the last entry and its derivative none: that is left to JAX.
    beyond = jnp.asarray([0, 9])
    np.testing.assert_allclose(gj.grad(f, fallback="silent")(W, beyond), jax.grad(f)(W, beyond), rtol=1e-12)


def causal(Q: Any, K: Any, V: Any) -> Any:
    mask = jnp.tril(jnp.ones((Q.shape[0], Q.shape[0]), bool))
    return jnp.sum((jax.nn.softmax(jnp.where(mask, Q @ K.T, -jnp.inf), axis=-1) @ V) ** 2)


def contrastive(Q: Any, K: Any, V: Any) -> Any:
    n = Q.shape[0]
    scores = jnp.where(jnp.eye(n, dtype=bool), -jnp.inf, Q @ Q.T)
    return -jnp.mean(jax.nn.log_softmax(scores)[jnp.arange(n), (jnp.arange(n) + 2) % n]) + jnp.sum(K * V)


@pytest.mark.parametrize("f", [causal, contrastive], ids=["causal", "contrastive"])
def test_masks_of_infinity(f: Callable[..., Any]) -> None:
    args = (rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), rng.normal(size=(5, 3)))
    for scale in (1.0, 300.0):
        now = (scale * args[0], args[1], args[2])
        got, wanted = gj.grad(f, fallback="error")(*now), jax.grad(f)(*now)
        assert np.isfinite(got).all()
        np.testing.assert_allclose(got, wanted, rtol=1e-7, atol=1e-9 * scale)
    np.testing.assert_allclose(gj.hessian(f, fallback="error")(*args), jax.hessian(f)(*args), rtol=1e-7, atol=1e-9)


def test_parameters_in_one_vector() -> None:
    def f(theta: Any, X: Any) -> Any:
        hidden = jnp.tanh(X @ theta[:8].reshape(4, 2) + theta[8:10])
        return jnp.mean((hidden @ theta[10:]) ** 2)

    theta = rng.normal(size=12)
    np.testing.assert_allclose(gj.hessian(f, fallback="error")(theta, X), jax.hessian(f)(theta, X), rtol=1e-8, atol=1e-10)


def test_what_is_not_to_be_differentiated() -> None:
    def f(x: Any, y: Any) -> Any:
        return jnp.sum((x - jax.lax.stop_gradient(x * y)) ** 2 * jax.lax.stop_gradient(jnp.sum(x)))

    y = rng.normal(size=6)
    np.testing.assert_allclose(gj.grad(f, fallback="error")(x, y), jax.grad(f)(x, y), rtol=1e-10)
    np.testing.assert_allclose(gj.hessian(f, fallback="error")(x, y), jax.hessian(f)(x, y), rtol=1e-10, atol=1e-12)
    with pytest.raises(gd.GradatimError, match="stop_gradient"):
        gd.from_function(f, shapes={"x": "n", "y": "n"})


@jax.custom_jvp
def rounded(x: Any) -> Any:
    return x**2


rounded.defjvp(lambda primals, tangents: (rounded(primals[0]), tangents[0]))


@jax.custom_vjp
def clipped(x: Any) -> Any:
    return x**3


clipped.defvjp(lambda x: (clipped(x), None), lambda _, g: (jnp.clip(g, -0.1, 0.1),))


@pytest.mark.parametrize("own", [rounded, clipped], ids=["custom_jvp", "custom_vjp"])
def test_a_function_with_a_derivative_of_its_own(own: Any) -> None:
    f = lambda x: jnp.sum(own(x) * x)
    with pytest.raises(gd.GradatimError, match="how it is to be differentiated"):
        gj.grad(f, fallback="error")(x)
    np.testing.assert_allclose(gj.grad(f, fallback="silent")(x), jax.grad(f)(x))


def test_settings_are_no_arrays() -> None:
    def f(x: Any, kind: Any, times: int) -> Any:
        for _ in range(times):
            x = jnp.tanh(x) if kind == "tanh" else jnp.sin(x)
        return jnp.sum(x**2)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind, times in (("tanh", 2), ("sin", 2), ("sin", 3)):
            np.testing.assert_allclose(gj.grad(f)(x, kind, times), jax.grad(f)(x, kind, times), rtol=1e-10)


def test_what_a_function_holds_may_change() -> None:
    held, weight = labels, 2.0

    def f(W: Any, X: Any) -> Any:
        return weight * by_place(W, X, held)

    g = gj.grad(f, fallback="error")
    np.testing.assert_allclose(g(W, X), jax.grad(f)(W, X), rtol=1e-9)
    held = held[::-1]
    np.testing.assert_allclose(g(W, X), jax.grad(f)(W, X), rtol=1e-9)
    weight = 3.0
    np.testing.assert_allclose(g(W, X), jax.grad(f)(W, X), rtol=1e-9)


def test_whole_numbers_keep_their_arithmetic() -> None:
    """200 − 100 · 3 is −100, and 156 in eight bits without a sign."""
    image = jnp.array([200, 10, 77], dtype=jnp.uint8)
    f = lambda x, p: jnp.sum(x**2 * (p - jnp.uint8(100) * jnp.uint8(3)))
    x = jnp.array([0.3, -1.0, 2.0])
    np.testing.assert_allclose(gj.grad(f)(x, image), jax.grad(f)(x, image), rtol=1e-5)
