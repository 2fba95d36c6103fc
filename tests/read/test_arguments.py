"""Functions defined by members, `g(x_i) = (y_i − wᵀx_i)²`: what they say of i they say of the example that is called.

Every one of these has the gradient −2 Σᵢ (yᵢ − wᵀxᵢ) xᵢ, by hand; several were once read with an i that no sum binds.
"""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd

DATA = r"$x_i \in \mathbb{R}^D$, $y_i$ scalars, $i = 1 \dots N$, $w \in \mathbb{R}^D$. "
LABELS = r"$x^{(i)} \in \mathbb{R}^D$, $y^{(i)}$ scalars, $i = 1 \dots N$, $w \in \mathbb{R}^D$. "


@pytest.mark.parametrize(
    ("formula", "given"),
    [
        (r"\sum_{i=1}^N g(w,x_i)", DATA + r"$g(w,x_i) = (y_i - w^Tx_i)^2$"),
        (r"\sum_{j=1}^N g(x_j)", DATA + r"$g(x_i) = (y_i - w^Tx_i)^2$"),
        (r"\sum_{i=1}^N g(x_i,y_i)", DATA + r"$g(x_i,y_i) = (y_i - w^Tx_i)^2$"),
        (r"\sum_{i=1}^N (y_i-f(x_i))^2", DATA + r"where $f(x_i) = \sum_{k} w_k x_{ik}$"),
        (r"\sum_{i=1}^N (y_i-f(x_i))^2", DATA + r"where $f(\mathbf{x}_i) = w^T x_i$"),
        (r"\sum_{i=1}^N (y_i-f(\mathbf{x}_i))^2", DATA.replace("x_i", r"\mathbf{x}_i") + r"where $f(\mathbf{x}_i) = w^T x_i$"),
        (r"\sum_{i=1}^N g_i(w)", DATA.replace(r", $i = 1 \dots N$", "") + r"$g_i(w) = (y_i - w^Tx_i)^2$"),
        (r"\sum_{i=1}^N g_i(w)^2", DATA + r"$g_i(w) = y_i - w^Tx_i$"),
        (r"\sum_{i=1}^N (y^{(i)}-f(x^{(i)}))^2", LABELS + r"where $f(x^{(i)}) = \sum_{k} w_k x_k^{(i)}$"),
        (r"\sum_{i=1}^N g(x^{(i)})", LABELS + r"where $g(x^{(i)}) = (y^{(i)}-w^Tx^{(i)})^2$"),
    ],
)
def test_the_example_is_the_one_called(formula: str, given: str) -> None:
    rng = np.random.default_rng(5)
    x, y, w = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=3)
    found = gd.read(formula, given=given).derivative("w").evaluate(x=x, y=y, w=w)
    assert np.allclose(found, -2 * (y - x @ w) @ x)


def test_a_power_behind_an_entry_of_a_value() -> None:
    p = gd.read(r"\sum_k q_k(w)^3", given=r"$q(w) = Aw$, $A\in\mathbb R^{m\times n}$, $w\in\mathbb R^n$")
    a, w = np.arange(6.0).reshape(2, 3), np.array([1.0, -2, 3])
    assert np.allclose(p.derivative("w").evaluate(A=a, w=w), 3 * a.T @ (a @ w) ** 2)


@pytest.mark.parametrize("text", [r"\sum_{i=1}^N q, \quad q = (y_i - w^Tx_i)^2", r"\sum_i y_i s(w), \quad s(w) = \exp(w^Tx_i)"])
def test_an_index_of_a_definition_that_the_sum_binds_is_asked_about(text: str) -> None:
    with pytest.raises(gd.ReadError, match="one of several"):
        gd.read(text, given=DATA)
