"""Formulas over several rows: nothing is lost, no row is too wide where a sign or a bracket lets it end, and brackets are closed."""

from __future__ import annotations

import re

import pytest

import gradatim as gd
from gradatim.write.rows_latex import rows, width

SUM = r"\frac{a + b}{c} + \sum_{i=1}^{n} x_{i} - \operatorname{tr}\left(A B + C\right) + \left(u + v\right)^{2}"
INSIDE = r"\det\left(M\right) \left(\operatorname{tr}\left(A B C D\right) + \left(P - Q R S\right)^{-1} U V W + X Y Z\right)"
NESTED = r"\operatorname{tr}\left(\left(P + Q\right)^\top \left(A B C D E F + G H I J K L\right)\right)"
EQUAL = r"\frac{1}{2} \left(A + A^\top\right) x = \frac{1}{2} \left(B + B^\top\right) x"


def joined(parts: list[str]) -> str:
    return re.sub(r"\\(?:big|Big)(l|r)", lambda m: r"\left" if m[1] == "l" else r"\right", " ".join(parts))


@pytest.mark.parametrize("formula", [SUM, INSIDE, NESTED, EQUAL])
@pytest.mark.parametrize("room", [12, 16, 20])
def test_rows_hold_the_whole_formula(formula: str, room: float) -> None:
    found = rows(formula, room)
    assert len(found) > 1
    assert joined(found).replace(r"\cdot ", "") == formula
    for left, right in ((r"\left", r"\right"), ("{", "}")):
        assert all(row.count(left) == row.count(right) for row in found), found
    assert all(row[0] in "+-=" or row.startswith(r"\cdot") for row in found[1:])


def test_a_formula_with_room_is_left_alone() -> None:
    assert rows(SUM, 200) == [SUM]


def test_a_row_ends_before_a_sign_as_late_as_it_can() -> None:
    assert rows("a + b + c + d", 7) == ["a + b", "+ c + d"]
    assert rows(r"\frac{a + b + c}{d} + e", 10) == [r"\frac{a + b + c}{d}", "+ e"]
    assert rows(EQUAL, 20) == [r"\frac{1}{2} \left(A + A^\top\right) x", r"= \frac{1}{2} \left(B + B^\top\right) x"]


def test_fractions_are_as_wide_as_their_wider_part() -> None:
    assert width(r"\frac{a + b}{c}") < width("a + b c")
    assert width(r"\mathrm{d}X") == width("d X")
    assert width(r"\log") == 3


@pytest.mark.parametrize("style", ["chain", "differential", "index"])
def test_derivations_keep_within_the_page(style: str) -> None:
    p = gd.read(
        r"L = -\frac{1}{M}\sum_{i=1}^M \sum_j T_{ij}\log Q_{ij} + \mu\left(\|U\|_F^2 + \|V\|_F^2\right); Q = \operatorname{softmax}(G V + \mathbf{1} q^T); "
        r"G = \max(0, Z U)",
        given=r"$T \in \mathbb{R}^{M \times C}$ with one-hot rows, $Z \in \mathbb{R}^{M \times D}$, $U \in \mathbb{R}^{D \times H}$, "
        r"$V \in \mathbb{R}^{H \times C}$, $q \in \mathbb{R}^C$",
    )
    made = gd.explain(p, "U", style=style).latex()
    for display in re.findall(r"\\begin\{align\*\}\n(.*?)\n\\end\{align\*\}", made, re.DOTALL):
        for row in display.split(" \\\\\n"):
            formula, _, note = row.replace("&=", "=").replace("&", "").partition(r"\text{")
            assert width(formula) + 0.85 * width(note) <= 80, row
