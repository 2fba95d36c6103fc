"""Definitions by a link: what stands below a logarithm or a logit is what is defined."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd

GIVEN = r"$x_i, \beta \in \mathbb{R}^p$, $y_i$ scalars, $i = 1, \dots, n$"
BINOMIAL = r"\ell(\beta)=\sum_{i=1}^n (y_i \log p_i + (1-y_i)\log(1-p_i));"


@pytest.mark.parametrize(
    ("text", "mean"),
    [
        (r"\ell(\beta)=\sum_{i=1}^n (y_i \log\mu_i - \mu_i); \log \mu_i = x_i^\top\beta", np.exp),
        (r"\ell(\beta)=\sum_{i=1}^n (y_i \ln\mu_i - \mu_i); \ln(\mu_i) = x_i^\top\beta", np.exp),
        (BINOMIAL + r"\operatorname{logit}(p_i) = x_i^\top\beta", lambda t: 1 / (1 + np.exp(-t))),
        (BINOMIAL + r"\log\frac{p_i}{1-p_i} = x_i^\top\beta", lambda t: 1 / (1 + np.exp(-t))),
    ],
)
def test_a_link_defines_what_stands_below_it(text: str, mean: object) -> None:
    """The score of a generalised linear model with its canonical link is Σ (yᵢ − μᵢ) xᵢ."""
    found = gd.read(text, given=GIVEN).derivative(r"\beta")
    rng = np.random.default_rng(3)
    x, y, beta = rng.normal(size=(5, 3)), rng.uniform(size=5), rng.normal(size=3)
    assert np.allclose(found.evaluate(x=x, y=y, beta=beta), x.T @ (y - mean(x @ beta)))  # type: ignore[operator]


def test_a_logarithm_that_alone_is_spoken_of_keeps_its_name() -> None:
    """Nothing but log q occurs: ∇ (log q)² = 2 log q ∇ log q = 2 (aᵀx) a."""
    problem = gd.read(r"f(x) = (\log q)^2; \log q = a^\top x", given=r"$a, x \in \mathbb{R}^n$")
    a, x = np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.7, -1.1])
    assert np.allclose(problem.derivative("x").evaluate(a=a, x=x), 2 * (a @ x) * a)


def test_a_function_called_logit_stays_one() -> None:
    """d/dp log(p/(1 − p)) = 1/(p(1 − p))."""
    problem = gd.read(r"\operatorname{logit}(p) = \log\frac{p}{1-p}", given="p is a scalar")
    assert np.isclose(problem.derivative("p").evaluate(p=0.3), 1 / (0.3 * 0.7))
