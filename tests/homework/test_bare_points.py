"""Numbers in brackets at the ends of items are their points where they add up to those of the section; no mark is above its points."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import gradatim as gd
from gradatim.homework.document import read_document

TITLE = "# Problem 2 (Quadratics, {} pts)\n\nLet $f(x) = x^T A x$ for a symmetric $n \\times n$ matrix $A$.\n\n"
ITEMS = "1. Find the gradient of $f$. (3)\n2. Find the Hessian of $f$. (5)\n"


def test_numbers_that_add_up_are_points() -> None:
    document = read_document(TITLE.format(8) + ITEMS)
    assert [i.points for i in document.items] == [3, 5]
    assert any("add up to 8" in note for note in document.notes)


def test_numbers_that_do_not_add_up_are_none() -> None:
    assert [i.points for i in read_document(TITLE.format(10) + ITEMS).items] == [None, None]


def test_no_mark_is_above_its_points(tmp_path: Path) -> None:
    # 8 points for 3 parts are 8/3 each, and no multiple of a quarter.
    three = "1. Find the gradient of $f$.\n2. Find the Hessian of $f$.\n3. Find the differential of $f$.\n"
    (tmp_path / "hw.md").write_text(TITLE.format(8) + three, encoding="utf-8")
    (tmp_path / "a.md").write_text("2.1 $2Ax$\n\n2.2 $2A$\n\n2.3 $2x^TA dx$\n", encoding="utf-8")
    marks = gd.grade(tmp_path / "hw.md", tmp_path / "a.md").questions
    assert {q.max_points for q in marks} == {Fraction(8, 3)}
    assert all(q.points is None or q.points <= q.max_points for q in marks)
    assert marks[0].points == Fraction(8, 3)
