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


@pytest.mark.parametrize("z", [-1e4, -100.0, -20.0, -10.0, -3.0, 0.5, 9.0])
def test_the_logarithm_of_the_normal_distribution_is_known_by_its_name(z: float) -> None:
    """JAX puts it together from pieces, whose derivatives are wrong where they meet; (log Φ)′ = φ/Φ = √(2/π) / erfcx(−z/√2) = m, and
    (log Φ)″ = −m (z + m)."""
    from scipy.special import erfcx

    def f(w: Any) -> Any:
        return jax.scipy.special.log_ndtr(w[0])

    m = np.sqrt(2 / np.pi) / erfcx(-z / np.sqrt(2))
    w = jnp.array([z])
    assert np.allclose(gradatim.jax.grad(f, fallback="error")(w), m, rtol=1e-12)
    if z > -20:
        assert np.allclose(gradatim.jax.hessian(f, fallback="error")(w), -m * (z + m), rtol=1e-9)
    assert np.all(np.isfinite(gradatim.jax.hessian(f, fallback="error")(jnp.array([z], jnp.float32))))


@pytest.mark.parametrize("name", ["ratio", "polynomials"])
def test_decimal_numbers_do_not_overflow_in_single_precision(name: str) -> None:
    """Their denominators, cleared exactly, have dozens of digits; JAX's own derivative in double precision is the measure."""
    f = {
        "ratio": lambda x: jnp.sum(1 / (0.3333 + 0.1234 * x * x) ** 5),
        "polynomials": lambda x: jnp.sum(0.456 * x**2 * 0.789 + (1.2345 * x + 0.98765) ** 6 / (0.4567 + 0.1 * x**2) ** 3),
    }[name]
    x = np.linspace(-2, 2, 5)
    wanted = jax.hessian(f)(jnp.asarray(x))
    got = gradatim.jax.hessian(f, fallback="error")(jnp.asarray(x, jnp.float32))
    assert got.dtype == jnp.float32
    assert np.max(np.abs(got - wanted)) < 1e-5 * np.max(np.abs(wanted))


@pytest.mark.parametrize(
    ("f", "shape"),
    [
        (lambda x: jnp.sum(jnp.select([x < -0.5, x < 0.5], [x**2, jnp.sin(x)], x**3)), (7,)),
        (lambda x: jnp.sum(jnp.sort(x, axis=1) @ jnp.arange(3.0)), (4, 3)),
        (lambda x: jnp.sum((x - jnp.median(x, axis=0)) ** 4), (5, 3)),
        (lambda x: jnp.sum((x - jnp.median(x, axis=1, keepdims=True)) ** 4), (5, 3)),
        (lambda x: jnp.median(x) ** 2, (5, 3)),
        (lambda x: jnp.sum(jnp.zeros((3, 3)).at[jnp.tril_indices(3)].set(x) ** 3), (6,)),
        (lambda x: jax.scipy.special.logsumexp(x, b=0.25), (4,)),
    ],
    ids=["select", "sorted rows", "medians of columns", "medians of rows", "of all", "a triangle", "a mean of exponentials"],
)
def test_selections_orders_and_triangles(f: Any, shape: tuple[int, ...]) -> None:
    x = jnp.asarray(np.random.default_rng(5).normal(size=shape))
    assert jnp.allclose(gradatim.jax.grad(f, fallback="error")(x), jax.grad(f)(x), rtol=1e-9, atol=1e-9)


def test_a_formula_that_takes_long_gives_way_to_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    f = lambda x: jnp.sum(jnp.tanh(jnp.tanh(x) * x[0]))
    x = jnp.array([0.5, -1.0, 2.0])
    monkeypatch.setattr(gradatim.jax, "MOST_SECONDS", 0.0)
    with pytest.warns(gradatim.jax.Fallback, match="takes more than 0 seconds"):
        found = gradatim.jax.hessian(f)(x)
    assert jnp.allclose(found, jax.hessian(f)(x))
