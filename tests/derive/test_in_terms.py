"""Results in terms of the functions that a person named, and stacks that lift to matrices."""

from __future__ import annotations

import pytest

import gradatim as gd

DENSITY = r"p(x) = \frac{1}{(2\pi)^{d/2} |\Sigma|^{1/2}} \exp(-\frac12 (x - \mu)^T \Sigma^{-1} (x - \mu)); "
GAUSSIAN = r"$x, \mu \in \mathbb{R}^d$, symmetric positive definite $\Sigma \in \mathbb{R}^{d \times d}$"


@pytest.mark.parametrize(
    ("function", "order", "expected"),
    [
        # The score and the Hessian of a Gaussian's log-density; the density's own gradient is the score times the density.
        (r"\log p(x)", 1, "Σ⁻¹(μ − x)"),
        (r"\log p(x)", 2, "−Σ⁻¹"),
        (r"p(x)", 1, "p(x) Σ⁻¹(μ − x)"),
    ],
)
def test_a_density(function: str, order: int, expected: str) -> None:
    assert gd.read(DENSITY + function, given=GAUSSIAN).derivative(*["x"] * order).text() == expected


def test_what_vanishes_is_not_divided_by() -> None:
    # f = x³y has f′ = 3x²y, which is not written as 3 f / x: that has no value at x = 0.
    found = gd.read(r"f(x) = x^3 y; f(x)", given="scalars $x, y$").derivative("x")
    assert float(found.evaluate(x=0.0, y=2.0)) == 0.0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "expected"),
    [(r"$x \in \mathbb{R}^n$", "I − (1/n) 𝟏 𝟏ᵀ"), ("$x_i$ are vectors", "[δₖₗ (δⱼᵢ − 1/n)]ⱼₖₗ")],
)
def test_centring_by_a_definition_with_an_index(given: str, expected: str) -> None:
    # The index of the definition is a parameter: it is tied to the asked one, not summed.
    p = gd.read(r"\mu = \frac1n \sum_i x_i; \hat x_i = x_i - \mu; \hat x", given=given)
    assert p.derivative("x").text() == expected
