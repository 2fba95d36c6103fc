"""Drop-in derivatives as JAX has them: held values, precision, functions with results of several kinds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)

import gradatim.jax  # noqa: E402

jnp = jax.numpy


def test_what_is_held_is_held_in_higher_derivatives() -> None:
    # The slope of held(x) x is held(x), whose own slope is nothing.
    f = lambda x: jnp.sum(jax.lax.stop_gradient(x**2) * x)
    x = jnp.array([1.0, -2.0, 3.0])
    slope = gradatim.jax.grad(f, fallback="error")
    assert jnp.allclose(slope(x), x**2)
    assert jnp.allclose(jax.jacobian(slope)(x), 0)


def test_results_have_the_precision_of_the_argument() -> None:
    f = lambda w, X: jnp.sum((X @ w) ** 2)
    w, X = jnp.array([1.0, 2.0], jnp.float32), jnp.array([[1.0, 2.0], [3.0, 4.0]])
    assert gradatim.jax.grad(f, fallback="error")(w, X).dtype == jax.grad(f)(w, X).dtype == jnp.float32
    assert gradatim.jax.hessian(f, fallback="error")(w, X).dtype == jnp.float32


@pytest.mark.parametrize(
    ("f", "shape"),
    [
        (lambda x: jnp.sum(jnp.arctan2(x[:2], x[2:])), (4,)),
        (lambda x: jnp.sum(jnp.sinc(x)), (4,)),
        (lambda x: jnp.sum(jnp.linalg.eigvalsh(x) ** 3), (3, 3)),
        (lambda x: jnp.linalg.norm(x, "nuc"), (3, 4)),
        (lambda x: jnp.sum(jnp.cumprod(x)), (4,)),
    ],
)
def test_angles_eigenvalues_and_running_products(f: Any, shape: tuple[int, ...]) -> None:
    x = jnp.asarray(np.random.default_rng(5).normal(size=shape))
    assert jnp.allclose(gradatim.jax.grad(f, fallback="error")(x), jax.grad(f)(x), rtol=1e-9, atol=1e-9)
