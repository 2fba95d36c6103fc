"""g′ of a function of one number that the text itself defines."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd

X, A = np.array([0.3, -1.2, 0.7]), np.array([1.0, 2.0, -0.5])
S = A @ X


@pytest.mark.parametrize(
    ("text", "value", "gradient"),
    [
        (r"g(t) = t^3; f(x) = g'(a^T x)", 3 * S**2, 6 * S * A),
        (r"g(t) = t^3; f(x) = g''(a^T x)", 6 * S, 6 * A),
        (r"g(t) = e^{2t}; f(x) = g'(a^T x) + g(a^T x)", 3 * np.exp(2 * S), 6 * np.exp(2 * S) * A),
        (r"h(z) = \tanh z; f(x) = a^T h'(x)", A @ (1 - np.tanh(X) ** 2), -2 * A * np.tanh(X) * (1 - np.tanh(X) ** 2)),
    ],
)
def test_a_prime_on_a_defined_function_is_its_derivative(text: str, value: float, gradient: np.ndarray) -> None:
    problem = gd.read(text)
    assert np.isclose(problem.term.evaluate(x=X, a=A), value)
    found = problem.derivative("x")
    values = {s: {"x": X, "a": A}[s] for s in problem.symbols if s in found.text()}
    assert np.allclose(found.evaluate(**values), gradient)
    assert any("derivative of the" in a.text for a in problem.assumed)


def test_a_prime_on_a_function_of_vectors_is_asked_about() -> None:
    for text in (r"g(x) = x^T A x; f(x) = g'(x)", r"g(s, t) = s t; f(x) = g'(x, x)"):
        with pytest.raises(gd.ReadError, match="written out in a formula"):
            gd.read(text)
