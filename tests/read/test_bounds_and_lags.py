"""Bounds on names, members one step back, and what stands under a sum in programs: read as they are meant, by value."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd

RNG = np.random.default_rng(7)


def test_a_bound_is_not_an_item_of_the_list_behind_it():
    """`q > 1, w ∈ ℝⁿ` says nothing of the shape of q: the gradient of q‖w‖² is 2qw."""
    p = gd.read(r"q\|w\|^2", given=r"$q>1$, $w\in\mathbb{R}^n$")
    w = RNG.standard_normal(4)
    assert p.symbols["q"].is_scalar
    assert np.allclose(p.derivative("w").evaluate(q=3.0, w=w), 6 * w)


@pytest.mark.parametrize("given", [r"$x\succ 0$", r"$x\in\mathbb{R}^n$, $x\succ 0$"])
def test_a_small_letter_above_zero_is_a_vector_of_positive_entries(given):
    """Negative entropy: ∂/∂xᵢ of Σ xᵢ log xᵢ is log xᵢ + 1."""
    x = RNG.uniform(0.5, 2, 4)
    p = gd.read(r"\sum_{i=1}^n x_i\log x_i", given=given)
    assert np.allclose(p.derivative("x").evaluate(x=x), np.log(x) + 1)
    assert "positive" in p.symbols["x"].type.facts


def test_a_declared_matrix_above_zero_stays_definite():
    p = gd.read(r"\log\det x", given=r"$x\in\mathbb{R}^{n\times n}$, $x\succ 0$")
    assert "positive" not in p.symbols["x"].type.facts
    x = np.array([[2.0, 0.5], [0.5, 1.0]])
    assert np.allclose(p.derivative("x").evaluate(x=x), np.linalg.inv(x))


@pytest.mark.parametrize("text", ["-np.sum(y * np.log(softmax(W @ x)))", "-sum(y * log(softmax(W @ x)))"])
def test_a_factor_within_a_sum_of_a_program_is_an_array(text):
    """Cross-entropy: with p = softmax(Wx), the gradient is (Σy p − y)xᵀ. A number would stand before the sum."""
    W, x, y = RNG.standard_normal((3, 4)), RNG.standard_normal(4), RNG.uniform(0.1, 1, 3)
    e = np.exp(W @ x)
    want = np.outer(y.sum() * e / e.sum() - y, x)
    assert np.allclose(gd.read(text).derivative("W").evaluate(W=W, x=x, y=y), want)


def test_members_one_step_back_under_a_sum_from_one_begin_at_zero():
    """Σₜ₌₁ᵀ ‖xₜ − Axₜ₋₁‖² has the T + 1 members x₀, …, x_T, and the gradient −2 Σ (xₜ − Axₜ₋₁) xₜ₋₁ᵀ by A."""
    p = gd.read(r"\sum_{t=1}^T \|x_t-Ax_{t-1}\|^2", given=r"$x_t\in\mathbb{R}^n$")
    A, x = RNG.standard_normal((3, 3)), RNG.standard_normal((6, 3))
    want = -2 * sum(np.outer(x[t] - A @ x[t - 1], x[t - 1]) for t in range(1, 6))
    assert np.allclose(p.derivative("A").evaluate(A=A, x=x), want)
    assert any("from 0" in a.text for a in p.assumed)


def test_a_normal_density_of_a_vector_with_mean_zero():
    """−½‖Wx + b‖² up to what does not depend on W."""
    p = gd.read(r"\log\mathcal N(Wx+b;0,I)", given=r"$W\in\mathbb{R}^{d\times d}$, $x,b\in\mathbb{R}^d$")
    W, x, b = RNG.standard_normal((3, 3)), RNG.standard_normal(3), RNG.standard_normal(3)
    assert np.allclose(p.derivative("W").evaluate(W=W, x=x, b=b), -np.outer(W @ x + b, x))


def test_a_correlation_matrix_is_symmetric():
    p = gd.read(r"q^TRq+\log\det R", given="$R$ is a correlation matrix")
    assert {"symmetric"} <= set(p.symbols["R"].type.facts) or "spd" in p.symbols["R"].type.facts


def test_an_entry_of_a_layer_below_another():
    """Back-propagation by one weight: ∂E/∂vⱼᵢ = Σₖ (oₖ − tₖ) oₖ (1 − oₖ) wₖⱼ hⱼ (1 − hⱼ) xᵢ."""
    p = gd.read(r"E=\frac12\sum_{k}(t_k-o_k)^2,\ o_k=\sigma\left(\sum_jw_{kj}h_j\right),\ h_j=\sigma\left(\sum_iv_{ji}x_i\right)")
    t, w, v, x = RNG.standard_normal(3), RNG.standard_normal((3, 4)), RNG.standard_normal((4, 5)), RNG.standard_normal(5)
    h = 1 / (1 + np.exp(-v @ x))
    o = 1 / (1 + np.exp(-w @ h))
    want = np.outer(h * (1 - h) * (w.T @ ((o - t) * o * (1 - o))), x)
    assert np.allclose(p.derivative("v").evaluate(t=t, w=w, v=v, x=x), want)
    assert str(p.derivative("v_{ji}")).count("Σ") == 1
