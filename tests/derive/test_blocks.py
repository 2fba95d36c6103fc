"""Hessians by several variables at once: blocks by hand, and symmetric in the exchange of two variables."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import GradatimError

A, x, y = gd.matrix("A", "m", "n"), gd.vector("x", "n"), gd.vector("y", "m")


def test_blocks_of_two_vectors() -> None:
    found = gd.hessian(y.T @ A @ x + gd.sqnorm(x), (x, y))
    assert [[str(b) for b in row] for row in found.blocks] == [["2 I", "Aᵀ"], ["A", "𝟎"]]
    assert found.text().splitlines()[1] == "∂²f/∂x∂y = Aᵀ"
    assert found.latex().startswith(r"\begin{bmatrix}")
    value = np.arange(12.0).reshape(3, 4)
    numbers = found.evaluate(A=value, x=np.zeros(4), y=np.zeros(3))
    np.testing.assert_allclose(numbers[1][0], value)
    with pytest.raises(GradatimError, match="does not occur"):
        found.evaluate(A=value, q=1.0)


def test_a_layer_by_its_weights_and_offset() -> None:
    W, b, t = gd.matrix("W", "m", "n"), gd.vector("b", "m"), gd.vector("t", "m")
    found = gd.hessian(gd.sqnorm(W @ x + b - t), (W, b))
    assert found[0, 0].shape == ("m", "n", "m", "n") and str(found[1, 1]) == "2 I"
    rng = np.random.default_rng(5)
    arrays = {
        "W": rng.standard_normal((3, 4)),
        "b": rng.standard_normal(3),
        "t": rng.standard_normal(3),
        "x": rng.standard_normal(4),
    }
    numbers = found.evaluate(**arrays)
    np.testing.assert_allclose(np.moveaxis(np.asarray(numbers[0][1]), -1, 0), numbers[1][0])
    np.testing.assert_allclose(numbers[1][0], 2 * np.einsum("ik,l->ikl", np.eye(3), arrays["x"]))


def test_bad_variables_are_named() -> None:
    with pytest.raises(GradatimError):
        gd.hessian(gd.sqnorm(x), ())
    with pytest.raises(GradatimError, match="'q'"):
        gd.hessian(gd.sqnorm(x), ("q",))
