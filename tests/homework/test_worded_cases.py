r"""Functions that a text gives by cases in words, `$f(x) = A$ if $c$ and $B$ otherwise`: no case is lost."""

import numpy as np
import pytest

from gradatim.homework.solve import solve_text
from gradatim.homework.worded_cases import with_cases
from gradatim.value.floats import evaluate
from gradatim.write.text import text

HUBER = "Compute the gradient of $\\sum_i h(y_i - x_i^T\\beta)$ with respect to $\\beta$."


@pytest.mark.parametrize(
    "said",
    [
        r"Let $h(r) = \frac12 r^2$ if $|r| \le \delta$ and $\delta(|r| - \frac12\delta)$ otherwise.",
        r"Let $h(r) = \frac12 r^2$ for $|r| \le \delta$, and $h(r) = \delta(|r| - \frac12\delta)$ for $|r| > \delta$.",
        r"The loss is $h(r) = \frac{1}{2} r^2$ when $|r| \le \delta$; $\delta(|r| - \frac{1}{2}\delta)$, otherwise.",
    ],
)
def test_two_cases(said: str) -> None:
    (q,) = solve_text(f"1. {said} {HUBER}", style="none").questions
    rng = np.random.default_rng(2)
    X, y, beta, delta = rng.normal(size=(6, 3)), 2 * rng.normal(size=6), rng.normal(size=3), 0.9
    r = y - X @ beta
    assert (abs(r) > delta).any() and (abs(r) < delta).any()
    assert q.answer is not None
    found = evaluate(q.answer, {"x": X, "y": y, "beta": beta, "delta": delta})
    # The derivative of Huber's function is the residual, held between −δ and δ.
    assert found == pytest.approx(-X.T @ np.clip(r, -delta, delta))


def test_three_cases() -> None:
    asked = r"1. Let $g(t) = t^2$ if $t > 1$, $g(t) = t$ if $t < 0$, and $5t$ otherwise. Find the derivative of $g(a^Tx)$ with respect to $x$."
    (q,) = solve_text(asked, style="none").questions
    a = np.array([1.0, 2.0, -1.0])
    assert q.answer is not None
    for scale, slope in ((4.0, 2 * 4.0), (-2.0, 1.0), (0.5, 5.0)):
        x = scale * a / (a @ a)
        assert evaluate(q.answer, {"a": a, "x": x}) == pytest.approx(slope * a)


def test_a_word_for_a_number() -> None:
    (q,) = solve_text(r"1. Let $r(z) = z$ when $z > 0$, and zero otherwise. Find $\nabla_w r(w^Tx)$.", style="none").questions
    assert q.answer is not None and text(q.answer) == "𝟙[wᵀx > 0] x"


def test_a_case_that_is_not_read_takes_its_formula_away() -> None:
    assert "t^2" not in with_cases(r"Let $g(t) = t^2$ if $t > 0$ and something else otherwise.")


@pytest.mark.parametrize(
    "said",
    [
        r"Let $f(x) = \|x\|^2$ if $x \neq 0$. Find $\nabla f$.",
        r"Let $f(x) = \sqrt{x}$ for $x > 0$ and $g(x) = x^2$ for $x < 0$.",
        r"If $y = 1$, $p = \sigma(z)$ and otherwise $p$ is not used.",
        "Let $f = a$ if $" + "x" * 2000,
    ],
)
def test_other_texts_stay_as_they_are(said: str) -> None:
    assert with_cases(said) == said
