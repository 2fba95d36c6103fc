"""What is written reads back as it was: `read(write(t))` is `t`, for LaTeX and for text, over the whole dictionary.

The reader may refuse a constant whose size only its surroundings would tell (`vec(𝟏)`); it may never read another term.
"""

from __future__ import annotations

from random import Random

import pytest

import gradatim as gd
from gradatim.errors import ReadError
from gradatim.ops.tidy import tidy
from gradatim.term import Term

from .readback import Named, same, scope_of

REFUSED = ("declared sizes", "where the rank is known")


def differences(term: Term, source: str) -> list[str]:
    """What does not come back, in words."""
    out = []
    for written in (term.latex(), term.text()):
        try:
            again = scope_of(term).read(written)[0]
        except ReadError as error:
            if not any(said in str(error) for said in REFUSED):
                out.append(f"{source}: {written}\n{error}")
            continue
        if not same(tidy(term), tidy(again)):
            out.append(f"{source}: {written} is read as {again.text()}")
    return out


def run(seed: int, count: int, depth: int) -> None:
    assert gd.vector  # the faces of terms are loaded
    found = []
    for k in range(count):
        source = f"seed {seed}, term {k}"
        found += differences(Named(Random(f"{seed}:{k}")).drawn(1 + k % depth), source)
    assert not found, "\n".join(found[:5])


def test_terms_read_back(seed: int) -> None:
    run(seed, 400, 4)


@pytest.mark.slow
def test_many_terms_read_back(seed: int) -> None:
    run(seed + 1, 12_000, 6)


@pytest.mark.parametrize(
    "text",
    [
        "β x₁ + λ₂ + c",
        "W⁽¹⁾⁻¹ x",
        "‖a / ‖b‖‖²",
        "(log det(X))²",
        "exp^∘(X)",
        "Σᵢ x₁ᵢ x₂ᵢ",
        "3 · 2⁻¹ x",
        "√(x)",
    ],
)
def test_text_is_written_as_it_was_read(text: str) -> None:
    given = r"$x_1, x_2, a, b$ vectors in $\mathbb{R}^n$, $X, W^{(1)} \in \mathbb{R}^{n\times n}$, $x \in \mathbb{R}^n$, $\beta$, $c$ and $\lambda_2$ scalars"
    if text.startswith("β"):
        given = r"$\beta, c, \lambda_2, x_1$ scalars"
    once = gd.read(text, given).term
    assert gd.read(once.text(), given).term is once
    assert gd.read(once.latex(), given).term is once
