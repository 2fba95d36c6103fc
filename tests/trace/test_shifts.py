"""Sums of exponentials as careful programs write them: the largest entry taken away first, which changes no value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradatim as gd


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max())
    return e / e.sum()


def log_sum(z: Any) -> Any:
    m = np.max(z)
    return m + np.log(np.sum(np.exp(z - m)))


def rows(Z: Any) -> Any:
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def attention(Q: Any, K: Any, V: Any) -> Any:
    return np.sum((rows(Q @ K.T / np.sqrt(Q.shape[-1])) @ V) ** 2)


def cross_entropy(W: Any, X: Any, Y: Any) -> Any:
    Z = X @ W
    Z = Z - Z.max(axis=1)[:, None]
    return -np.mean(np.sum(Y * (Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))), axis=1))


SHAPES = {
    log_sum: {"z": "n"},
    attention: {"Q": "n d", "K": "m d", "V": "m d"},
    cross_entropy: {"W": "d k", "X": "N d", "Y": "N k"},
}
SIZES = {"n": 4, "d": 3, "m": 5, "N": 6, "k": 2}


@pytest.mark.parametrize("f", SHAPES, ids=lambda f: f.__name__)
def test_no_maximum_is_left_and_the_gradient_is_right(f: Callable[..., Any]) -> None:
    rng = np.random.default_rng(5)
    values = {name: rng.normal(size=[SIZES[d] for d in dims.split()]) for name, dims in SHAPES[f].items()}
    by = next(iter(values))
    formula = gd.gradient(gd.from_function(f, shapes=SHAPES[f]), by)
    assert not re.search(r"(?<!soft)max", str(formula))
    found = gd.compile(formula)(**values)
    for place in np.ndindex(found.shape):
        step = np.zeros(found.shape)
        step[place] = 1e-6
        ahead, behind = (f(**{**values, by: values[by] + s * step}) for s in (1, -1))
        assert found[place] == pytest.approx((ahead - behind) / 2e-6, abs=1e-7)
    large = {name: 300 * v for name, v in values.items()}
    assert np.isfinite(gd.compile(formula)(**large)).all()


def test_attention_has_a_formula_to_be_read() -> None:
    assert str(gd.gradient(gd.from_function(log_sum, shapes={"z": "n"}), "z")) == "softmax(z)"
    formula = str(gd.gradient(gd.from_function(attention, shapes=SHAPES[attention]), "Q"))
    assert "softmax" in formula and "exp" not in formula


@pytest.mark.parametrize(
    "f",
    [
        lambda z: z.max() + np.sum(np.exp(z - z.max())),
        lambda z: np.sum(np.exp(z - z.max())),
        lambda z: z.max() * 2.0,
        lambda z: np.sum(z - z.max()),
    ],
)
def test_a_maximum_that_matters_stays(f: Callable[..., Any]) -> None:
    term = gd.from_function(f, shapes={"z": "n"})
    z = np.array([0.5, -1.0, 2.0])
    assert "max" in str(term) and term.evaluate(z=z) == pytest.approx(f(z))
