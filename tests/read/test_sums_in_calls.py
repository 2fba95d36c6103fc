"""`sum(…)` with an index below the names in it: the sum over that index, said as a guess; without one, the sum of entries."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd

X, Y, W = np.array([[1.0, 2.0], [0.5, -1.0], [2.0, 0.3]]), np.array([1.0, -2.0, 0.5]), np.array([0.7, -0.4])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sum((y_i - w'x_i)^2)", np.sum((Y - X @ W) ** 2)),
        ("sum(y_i * w'x_i)", np.sum(Y * (X @ W))),
        ("sum(w .* w)", W @ W),
    ],
)
def test_the_index_below_names_is_summed_over(text: str, value: float) -> None:
    p = gd.read(text, given=r"$x_i,w\in\mathbb{R}^d$, $y_i\in\mathbb{R}$")
    data = {n: v for n, v in {"x": X, "y": Y, "w": W}.items() if n in p.symbols}
    assert np.allclose(p.term.evaluate(**data), value)
    assert any("summed over i" in str(a) for a in p.assumed) == ("_i" in text)


def test_the_index_of_the_left_side_is_not_summed_over() -> None:
    p = gd.read("f_i = sum(x_i .* w)", given=r"$x_i,w\in\mathbb{R}^d$")
    assert p.derivative("w").text() == "xᵢ"


@pytest.mark.parametrize(("text", "said"), [("sum(x_i .* w)", "adds up entries"), ("sum(w'x_i)", "summed over i")])
def test_entries_are_added_up_where_there_are_some(text: str, said: str) -> None:
    p = gd.read(text, given=r"$x_i,w\in\mathbb{R}^d$")
    assert p.term.is_scalar and any(said in str(a) for a in p.assumed)


def test_a_slice_is_no_index() -> None:
    assert gd.read(r"\operatorname{sum}\left(Q_{1:n,:}\right)", given=r"$Q \in \mathbb{R}^{(n+2) \times m}$").term.is_scalar


def test_another_sum_that_names_the_index_leaves_the_entries() -> None:
    p = gd.read("sum_i sum(x_i .* w)", given=r"$x_i,w\in\mathbb{R}^d$")
    assert np.allclose(p.term.evaluate(x=X, w=W), np.sum(X @ W))
