"""A loss of which a sheet gives no formula: its derivative by an intermediate is passed on, to what stands before it."""

from __future__ import annotations

import pytest

from gradatim.homework.grade import Grader
from gradatim.homework.solve import solve_text
from gradatim.write.text import text as unicode_text

LINEAR = r"""## 1. A linear layer

Let $\mathbf{s} = V\mathbf{u} + \mathbf{c}$ be a layer below the loss $\mathcal{L}$, of which $\frac{\partial \mathcal{L}}{\partial \mathbf{s}}$ has been computed.

1. Derive $\frac{\partial \mathcal{L}}{\partial \mathbf{u}}$ in terms of $\frac{\partial \mathcal{L}}{\partial \mathbf{s}}$.
2. Derive $\frac{\partial \mathcal{L}}{\partial V}$.
3. Derive $\frac{\partial \mathcal{L}}{\partial \mathbf{c}}$.
"""

NORMALISED = r"""## 2. A normalised batch

For numbers $x_1, \dots, x_m$ let $\mu = \frac1m \sum_{i=1}^m x_i$, $\sigma^2 = \frac1m\sum_{i=1}^m (x_i-\mu)^2$,
$\hat{x}_i = \frac{x_i-\mu}{\sqrt{\sigma^2+\epsilon}}$ and $y_i = \gamma\hat{x}_i+\beta$. Let $L$ be the loss.

1. Find $\frac{\partial L}{\partial \gamma}$ in terms of $\frac{\partial L}{\partial y_i}$.
2. Find $\frac{\partial L}{\partial \beta}$.
3. Find $\frac{\partial L}{\partial \hat{x}_i}$.
"""


def asked(document: str) -> list[str]:
    return [unicode_text(q.answer) if q.answer is not None else q.error for q in solve_text(document, style="none").questions]


def test_a_linear_layer() -> None:
    """dL = gᵀ(dV u + V du + dc) with g the derivative by s."""
    assert asked(LINEAR) == ["Vᵀ∇L(s)", "∇L(s) uᵀ", "∇L(s)"]


def test_batch_normalisation() -> None:
    """Σᵢ gᵢ x̂ᵢ, Σᵢ gᵢ and γ gᵢ."""
    assert asked(NORMALISED) == ["Σᵢ x̂ᵢ ∇L(y)ᵢ", "𝟏ᵀ∇L(y)", "γ ∇L(y)ᵢ"]


def test_what_was_supposed_is_said() -> None:
    first = solve_text(LINEAR, style="none").questions[0]
    assert any("any function of s" in a for a in first.assumed)


def test_a_loss_that_is_called() -> None:
    words = (
        r"1. Let $\ell(z)$ be differentiable and $z = Bv$ with $v \in \mathbb{R}^n$. Derive $\frac{\partial \ell}{\partial v}$."
    )
    assert asked(words) == ["Bᵀ∇ℓ(z)"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"$V^T \frac{\partial \mathcal{L}}{\partial \mathbf{s}}$", "right"),
        (r"$V \frac{\partial \mathcal{L}}{\partial \mathbf{s}}$", "wrong"),
        # With rows for derivatives this is the transpose of the first, and nothing in the sheet says which is meant.
        (r"$\frac{\partial \mathcal{L}}{\partial \mathbf{u}} = \frac{\partial \mathcal{L}}{\partial \mathbf{s}} V$", "undecided"),
    ],
)
def test_an_answer_in_terms_of_it(answer: str, outcome: str) -> None:
    found = Grader(LINEAR).grade(f"## 1. A linear layer\n\n1. {answer}\n")
    assert next(m.outcome for m in found.questions) == outcome


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            r"Let $\mathcal{L} = \mathcal{L}_{data} + \frac{\lambda}{2}\|w\|^2$. Compute $\frac{\partial \mathcal{L}}{\partial w}$.",
            "∇L_(data)(w) + λ w",
        ),
        (r"Let $J = J_{\text{train}} + c^T w$. Derive the gradient with respect to $w$.", "∇Jₜᵣₐᵢₙ(w) + c"),
        # A formula says what this one is; and R_ij is an entry.
        (
            r"Let $\mathcal{L}_{rec} = \|w\|^2$ and $\mathcal{L} = \mathcal{L}_{rec} + c^T w$. Compute $\nabla_w \mathcal{L}$.",
            "2 w + c",
        ),
        (r"Let $f(w) = \sum_{i,j} R_{ij} w_i w_j$. Compute $\nabla f(w)$.", "(R + Rᵀ) w"),
    ],
)
def test_a_loss_by_its_name_alone_is_no_constant(words: str, expected: str) -> None:
    assert asked(f"1. {words}") == [expected]
