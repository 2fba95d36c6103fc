"""Options of NumPy's functions: understood, or refused; never passed over. Compared with the function at numbers of every size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradatim as gd
from gradatim.derive import derivative
from gradatim.term import free_symbols

VECTOR, MATRIX = {"x": "n"}, {"X": "n d"}
UNDERSTOOD: list[tuple[Callable[..., Any], dict[str, str]]] = [
    (lambda x: np.clip(x, a_min=-5, a_max=5).sum(), VECTOR),
    (lambda x: np.clip(x, min=-5, max=5).sum(), VECTOR),
    (lambda x: x.clip(-5, 5).sum(), VECTOR),
    (lambda x: np.clip(x, None, 7).sum(), VECTOR),
    (lambda x: np.var(x, ddof=1), VECTOR),
    (lambda x: np.std(x, ddof=2), VECTOR),
    (lambda X: np.var(X, axis=0, ddof=1, keepdims=True).sum(), MATRIX),
    (lambda x: np.average(x, weights=np.exp(-x * x)), VECTOR),
    (lambda X: np.average(X, axis=1, weights=X * X).sum(), MATRIX),
    (lambda x: np.cbrt(x).sum(), VECTOR),
    (lambda X: (X[None, :, :, None].squeeze(0) + X[:, 0]).sum(), MATRIX),
    (lambda X: X.T.dot(X).diagonal().sum(), MATRIX),
    (lambda x: np.maximum(x, -4.0).prod(), VECTOR),
    (lambda x: 0.5 * len(x) * np.log(2 * np.pi) + x @ x, VECTOR),
    (lambda x: x @ x / 2 + len(x) * 0.5 * np.log(3.0), VECTOR),
]
IGNORED_BEFORE: list[tuple[Callable[..., Any], str]] = [
    (lambda x: np.max(x, initial=-3.0), "initial"),
    (lambda x: np.sum(x, where=x > -2), "where"),
    (lambda x: np.sum(x, initial=2.0), "initial"),
    (lambda x: np.reshape(x[:, None] * x, (-1,), order="A").sum(), "row by row"),
    (lambda x: (x[:, None] * x).squeeze(0).sum(), "more than one entry"),
]


@pytest.mark.parametrize(("function", "shapes"), UNDERSTOOD)
def test_the_formula_is_the_function_at_numbers_of_every_size(
    function: Callable[..., Any], shapes: dict[str, str], seed: int
) -> None:
    f = gd.from_function(function, shapes=shapes)
    ((name, shape),) = shapes.items()
    rng = np.random.default_rng(seed)
    for size in (1.0, 6.0, 40.0):
        at = rng.normal(size=[{"n": 5, "d": 3}[d] for d in shape.split()]) * size
        np.testing.assert_allclose(f.evaluate(**{name: at}), function(**{name: at}), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("function", "said"), IGNORED_BEFORE)
def test_an_option_that_is_not_understood_is_an_error(function: Callable[..., Any], said: str) -> None:
    with pytest.raises(gd.GradatimError, match=said):
        gd.from_function(function, shapes=VECTOR)


def _attention(Q: Any, K: Any, V: Any) -> Any:
    e = np.exp(np.einsum("bid,bjd->bij", Q, K) / np.sqrt(Q.shape[-1]))
    return np.sum(np.einsum("bij,bjd->bid", e / e.sum(-1, keepdims=True), V) ** 2)


@pytest.mark.parametrize("name", ["Q", "K", "V"])
def test_batched_attention_has_a_gradient(name: str, seed: int) -> None:
    """By every argument against a difference quotient; in the one by K a binder stands below another with the same index."""
    f = gd.from_function(_attention, shapes=dict.fromkeys("QKV", "b n d"))
    (variable,) = [s for s in free_symbols(f) if s.plain == name]
    rng = np.random.default_rng(seed)
    arrays = {k: rng.normal(size=(2, 3, 4)) / 2 for k in "QKV"}
    gradient = derivative(f, variable)
    direction = rng.normal(size=(2, 3, 4))
    ahead, behind = ({**arrays, name: arrays[name] + step * direction} for step in (1e-6, -1e-6))
    wanted = (_attention(**ahead) - _attention(**behind)) / 2e-6
    assert np.sum(np.asarray(gradient.evaluate(**arrays)) * direction) == pytest.approx(wanted, rel=1e-6, abs=1e-8)
    assert np.sum(gd.compile(gradient)(**arrays) * direction) == pytest.approx(wanted, rel=1e-6, abs=1e-8)


def _pieces(x: Any) -> Any:
    return np.where((x > 0) & (x < 1), np.log(x) - np.log(1 - x), 0) + np.where(x >= 1, np.sqrt(x - 1), np.exp(x))


CHOSEN: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
    (lambda x: np.where(x > 0, x * np.log(x), 0).sum(), lambda x: np.where(x > 0, np.log(np.where(x > 0, x, 1)) + 1, 0)),
    (
        lambda x: np.where(x > 1, np.sqrt(x - 1), x**2).sum(),
        lambda x: np.where(x > 1, 0.5 / np.sqrt(np.where(x > 1, x - 1, 1)), 2 * x),
    ),
    (lambda x: np.where(x < 0, np.exp(x), 1 + np.log1p(x)).sum(), lambda x: np.where(x < 0, np.exp(x), 1 / (1 + np.abs(x)))),
    (
        lambda x: np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x))).sum(),
        lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2,
    ),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("function", "slope"), CHOSEN)
def test_what_is_not_chosen_is_not_looked_at(function: Callable[..., Any], slope: Callable[..., Any]) -> None:
    """The logarithm of a negative number beside `np.where(x > 0, …)` is no nan, in the value nor in the gradient."""
    f = gd.from_function(function, shapes=VECTOR)
    (x,) = free_symbols(f)
    at = np.array([-800.0, -2.0, -0.5, 0.25, 0.5, 3.0, 800.0])
    small = at[1:6]
    np.testing.assert_allclose(f.evaluate(x=small), function(small), rtol=1e-12)
    np.testing.assert_allclose(gd.compile(f)(x=at), function(at), rtol=1e-12)
    gradient = gd.gradient(f, x)
    np.testing.assert_allclose(gradient.evaluate(x=small), slope(small), rtol=1e-12)
    for backend in ("numpy", "jax"):
        np.testing.assert_allclose(np.asarray(gd.compile(gradient, backend=backend)(at)), slope(at), rtol=1e-6)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_pieces_with_two_conditions() -> None:
    f = gd.from_function(lambda x: _pieces(x).sum(), shapes=VECTOR)
    at = np.array([-2.0, 0.25, 0.5, 3.0])
    wanted = _pieces(at).sum()
    assert f.evaluate(x=at) == pytest.approx(wanted, rel=1e-12)
    assert gd.compile(f)(x=at) == pytest.approx(wanted, rel=1e-12)
