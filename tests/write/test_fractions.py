"""A numerator has brackets where a fraction bar would otherwise meet another one."""

from __future__ import annotations

import pytest

import gradatim as gd


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (r"\frac{a/b}{c}", "(a/b) / c"),
        (r"\frac{2 (a/b + c)}{d}", "2(a/b + c) / d"),
        (r"\frac{(a/b) c}{d}", None),
    ],
)
def test_quotients(function: str, expected: str | None) -> None:
    p = gd.read(function, given="scalars $a, b, c, d$")
    text = p.term.text()
    assert expected is None or text == expected
    # What is written reads back as the same value.
    again = gd.read(text, given="scalars $a, b, c, d$")
    at = {"a": 2.0, "b": 3.0, "c": 5.0, "d": 7.0}
    names = {s: at[s] for s in p.symbols}
    assert float(again.term.evaluate(**names)) == pytest.approx(float(p.term.evaluate(**names)))  # type: ignore[arg-type]


def test_a_sum_of_quotients_below_a_bar_has_brackets() -> None:
    p = gd.read(r"\frac{c}{\sum_{i=1}^n \frac{x_i}{d}}", given=r"$x\in\mathbb{R}^n$, scalars $c, d$")
    assert p.term.text() == "c / (Σᵢ xᵢ/d)"
    plain = gd.read(r"\frac{c}{\sum_{i=1}^n x_i d}", given=r"$x\in\mathbb{R}^n$, scalars $c, d$")
    assert plain.term.text() == "c / Σᵢ xᵢ d"
