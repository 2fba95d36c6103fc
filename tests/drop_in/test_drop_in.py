"""`gradatim.jax`: as JAX's own derivatives, under its transformations, and loud where it falls back."""

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
    f = lambda x: jnp.where(x > 0, x, 2 * x).sum()
    with pytest.warns(gj.Fallback, match="no formula"):
        np.testing.assert_allclose(gj.grad(f)(w), jax.grad(f)(w))
    with pytest.raises(gd.GradatimError):
        gj.grad(f, fallback="error")(w)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gj.grad(f, fallback="silent")(w)
    with pytest.raises(gd.GradatimError):
        gj.grad(f, fallback="loud")


def test_an_indefinite_hessian_is_said() -> None:
    with pytest.warns(UserWarning, match="not positive definite"):
        gj.newton(lambda x: -(x @ x), fallback="error")(w)
