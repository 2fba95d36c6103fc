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
    (lambda x: np.reshape(x[:, None] * x, (-1,), order="F").sum(), "row by row"),
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
