"""What a function finds beside its arguments may change between calls: the derivative is that of the function as it is now."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

jax = pytest.importorskip("jax")
jnp = jax.numpy

import gradatim.jax as gj  # noqa: E402

w = jnp.array([0.3, -0.7, 1.1])
TABLE = jnp.ones((4, 3))
RATE = 2.0


def helper(v: Any) -> Any:
    return RATE * jnp.sum((TABLE @ v) ** 2)


def of_helpers(v: Any) -> Any:
    return helper(v) + jnp.sum(TABLE @ v)


class Model:
    scale = 1.0

    def __init__(self) -> None:
        self.X, self.settings = jnp.ones((4, 3)), {"lam": 0.5}

    def loss(self, v: Any) -> Any:
        return jnp.sum((self.X @ v) ** 2) * self.scale + self.settings["lam"] * v @ v


def a_dictionary() -> tuple[Callable[..., Any], Callable[[], None]]:
    config = {"lam": 0.1}
    return lambda v: config["lam"] * jnp.sum(v**2), lambda: config.update(lam=5.0)


def a_list() -> tuple[Callable[..., Any], Callable[[], None]]:
    data = [np.ones((4, 3))]

    def written() -> None:
        data[0][1] = 7.0

    return lambda v: jnp.sum((data[0] @ v) ** 2), written


def a_method() -> tuple[Callable[..., Any], Callable[[], None]]:
    model = Model()

    def changed() -> None:
        model.X, model.settings["lam"] = 3 * model.X, 4.0

    return model.loss, changed


def inner_functions() -> tuple[Callable[..., Any], Callable[[], None]]:
    held = {"k": 1.0}

    def inner(v: Any) -> Any:
        return held["k"] * jnp.sum(v**2)

    return functools.partial(lambda k, v: k * inner(v), 2.0), lambda: held.update(k=4.0)


def a_default() -> tuple[Callable[..., Any], Callable[[], None]]:
    A = np.ones((4, 3))

    def f(v: Any, X: Any = A) -> Any:
        return jnp.sum((X @ v) ** 2)

    return f, lambda: A.fill(3.0)


def of_a_class() -> tuple[Callable[..., Any], Callable[[], None]]:
    class Rates:
        lam = 0.5

    def change() -> None:
        Rates.lam = 2.5

    return lambda v: Rates.lam * jnp.sum(v**2), change


@pytest.mark.parametrize("made", [a_dictionary, a_list, a_method, inner_functions, a_default, of_a_class])
def test_what_changes_is_seen(made: Callable[[], tuple[Callable[..., Any], Callable[[], None]]]) -> None:
    f, change = made()
    gradient = gj.grad(f, fallback="error")
    np.testing.assert_allclose(gradient(w), jax.grad(f)(w), rtol=1e-5)
    change()
    np.testing.assert_allclose(gradient(w), jax.grad(f)(w), rtol=1e-5)


def test_what_a_helper_looks_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """`TABLE` is looked up by the function, where it is an argument, and by its helper, where it is none."""
    gradient = gj.grad(of_helpers, fallback="error")
    np.testing.assert_allclose(gradient(w), jax.grad(of_helpers)(w), rtol=1e-5)
    monkeypatch.setitem(globals(), "TABLE", 5 * jnp.ones((4, 3)))
    np.testing.assert_allclose(gradient(w), jax.grad(of_helpers)(w), rtol=1e-5)
    monkeypatch.setitem(globals(), "RATE", 9.0)
    np.testing.assert_allclose(gradient(w), jax.grad(of_helpers)(w), rtol=1e-5)


def test_what_changes_at_every_call_is_left_to_jax() -> None:
    config = {"lam": 0.0}
    f = lambda v: config["lam"] * jnp.sum(v**2)
    gradient = gj.grad(f)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for k in range(8):
            config["lam"] = float(k)
            np.testing.assert_allclose(gradient(w), 2 * k * w, rtol=1e-5)
    assert ["make it an argument" in str(s.message) for s in said] == [True]


def test_what_is_worked_out_again_on_the_way_back() -> None:
    """`jax.checkpoint` changes how a derivative is worked out, and not what it is."""
    f = lambda v: jnp.sum(jax.checkpoint(lambda u: jnp.sin(TABLE @ u))(v) ** 2)
    np.testing.assert_allclose(gj.grad(f, fallback="error")(w), jax.grad(f)(w), rtol=1e-5)
