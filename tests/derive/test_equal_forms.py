"""Equal forms on request: each is compared by value when it is made, and here once more with NumPy."""

from __future__ import annotations

import json

import numpy as np
import pytest

import gradatim as gd
from gradatim.cli import main
from gradatim.term import Term, free_symbols

GIVEN = "vectors w, x_i, \\mu; scalars y_i; matrix W"

STACKED = [
    (r"\sum_{i=1}^N (y_i - w^T x_i)^2", "w", "−2 Xᵀ(y − X w)"),
    (r"\sum_{i=1}^N \log(1 + \exp(-y_i w^T x_i))", "w", None),
    (r"\log \sum_i \exp(w^T x_i)", "w", "Xᵀexp(X w) / (𝟏ᵀexp(X w))"),
    (r"h(w, x_i) = \sigma(w^T x_i); \sum_{i=1}^N (y_i - h(w, x_i))^2", "w", "−2 Xᵀ(h ⊙ (y − h) ⊙ (𝟏 − h))"),
    (r"\sum_i y_i \|x_i - W x_i\|^2", "W", None),
    (r"\sum_{i=1}^N \|x_i - \mu\|^2", r"\mu", None),
    (r"\sum_i \sum_j y_i y_j (x_i^T x_j) w^T w", "w", None),
]


@pytest.mark.parametrize(("function", "wrt", "expected"), STACKED, ids=[s[0] for s in STACKED])
def test_stacked(function: str, wrt: str, expected: str | None) -> None:
    p = gd.read(function, given=GIVEN)
    by_member = p.derivative(wrt)
    found = gd.stacked(by_member)
    if expected is not None:
        assert found.text() == expected
    rng = np.random.default_rng(3)
    values = {"x": rng.normal(size=(5, 4)), "y": rng.normal(size=5), "w": rng.normal(size=4), "mu": rng.normal(size=4)}
    values["W"] = rng.normal(size=(4, 4))
    names = {s.plain for s in free_symbols(by_member)}
    renamed = {("X" if n == "x" else n): v for n, v in values.items() if n in names}
    assert np.allclose(by_member.evaluate(**{n: values[n] for n in names}), found.evaluate(**renamed))


def test_by_member_is_the_inverse() -> None:
    X, w, y = gd.matrix("X", "N", "d"), gd.vector("w", "d"), gd.vector("y", "N")
    stacked = gd.gradient(gd.norm(y - X @ w) ** 2, w)
    by_member = gd.by_member(stacked)
    assert by_member.text() == "−2 Σᵢ (yᵢ − wᵀxᵢ) xᵢ"
    assert gd.stacked(by_member).text() == stacked.text()
    assert gd.by_member(gd.norm(y - X @ w) ** 2, "N").text() == "Σᵢ (yᵢ − wᵀxᵢ)²"
    with pytest.raises(gd.GradatimError, match="no form by member"):
        gd.by_member(X.T @ gd.inv(X @ X.T) @ y)
    with pytest.raises(gd.GradatimError, match="no family"):
        gd.stacked(stacked)


u, v = gd.scalar("u"), gd.scalar("v")
A, x, b = gd.matrix("A", "m", "n"), gd.vector("x", "n"), gd.vector("b", "m")
S = gd.matrix("S", "n", "n")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (2 * A.T @ (A @ x - b), "2 AᵀA x − 2 Aᵀb"),
        ((u - v) ** 2, "u² − 2 u v + v²"),
        ((u + v) * (u - v), "u² − v²"),
        ((u - 1) ** 3, None),
        ((S + S.T) @ (S - S.T), None),
        ((u - v) * x / (u + v), "u x / (u + v) − v x / (u + v)"),
        (gd.trace((S + S.T) @ S), "tr(S²) + tr(SᵀS)"),
    ],
)
def test_expanded_and_factored(short: Term, long: str | None) -> None:
    opened = gd.expand(short)
    if long is not None:
        assert opened.text() == long
    again = gd.factor(opened)
    values = {"u": 0.7, "v": -1.3, "x": np.arange(4) - 1.5, "b": np.arange(3) + 0.5}
    values |= {"A": np.arange(12).reshape(3, 4) - 5.0, "S": np.arange(16).reshape(4, 4) ** 1.5 - 20}
    mine = {s.plain: values[s.plain] for s in free_symbols(short)}
    for t in (opened, again):
        assert np.allclose(t.evaluate(**mine), short.evaluate(**mine))


def test_a_sum_too_long_to_multiply_out_is_refused() -> None:
    many = [gd.scalar(f"t{k}") for k in range(12)]
    total = many[0]
    for t in many[1:]:
        total = total + t
    with pytest.raises(gd.LimitExceeded):
        gd.expand(total * total * total)


# The derivative in terms of the function, as every textbook has it.
@pytest.mark.parametrize(
    ("function", "wrt", "expected"),
    [
        (r"\exp(a^T x)", "x", "f a"),
        (r"\sigma(w^T x)", "x", "f (1 − f) w"),
        (r"1/(1 + \exp(-t))", "t", "f (1 − f)"),
        (r"\tanh(t)", "t", "1 − f²"),
        (r"\|x\|", "x", "x/f"),
        (r"\det X", "X", "f X⁻ᵀ"),
        (r"\operatorname{softmax}(x)", "x", "diag(f) − f fᵀ"),
        (r"\frac{1}{a^T x}", "x", "−f² a"),
        (r"c \exp(t^2)", "t", "2 t f"),
    ],
)
def test_in_terms_of_the_function(function: str, wrt: str, expected: str) -> None:
    p = gd.read(function, given="vectors a, x, w; scalars t, c")
    assert gd.in_terms_of(p.derivative(wrt), p.term).text() == expected


def test_definitions_written_out() -> None:
    p = gd.read(r"h = \sigma(w^T x); L = (y - h)^2", given="vectors w, x; y scalar")
    g = p.derivative("w")
    assert "h" in g.text()
    assert gd.expand_definitions(g).text().count("σ") == 3 and "h" not in gd.expand_definitions(g).text()
    with pytest.raises(gd.GradatimError):
        gd.in_terms_of(gd.gradient(gd.norm(x) ** 2, x), gd.norm(x) ** 2)


def test_forms_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    least = r"\sum_{i=1}^N (y_i - w^T x_i)^2"
    assert main(["derive", least, "--wrt", "w", "--given", GIVEN, "--form", "stacked"]) == 0
    shown = capsys.readouterr().out
    assert "= −2 Xᵀ(y − X w)\nwhere X has the rows xᵢᵀ\n" in shown and "checked against the function" in shown
    assert main(["derive", least, "--wrt", "w", "--given", GIVEN, "--form", "stacked", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)["answer"]
    assert answer["form"] == "stacked" and answer["names"][0]["text"] == "X has the rows xᵢᵀ"
    assert main(["derive", "X^{-1}", "--wrt", "X", "--form", "kronecker"]) == 0
    assert "∂vec(f)/∂vec(X)ᵀ = −X⁻ᵀ ⊗ X⁻¹" in capsys.readouterr().out
    assert main(["derive", "x^T x", "--wrt", "x", "--form", "stacked"]) != 0
