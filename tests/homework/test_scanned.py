"""Scanned answers: misread characters repaired and reported, the verdict as written and as repaired, marks as written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gradatim.homework.grade import Grader
from gradatim.homework.sheet import Sheet
from gradatim.homework.source import read_source

HOMEWORK = read_source(Path(__file__).parents[2] / "examples" / "homework.md")
SCANNED = r"""
## 1.1

$$\frac{dv}{du} = \exp(au) \cdot (au - 3) / u^4 - bu + 2a$$

## 1.2

$$h(m_i) = \sum_{i=1}^N \exp(\mathbf{w}^T \mathbf{m}_i)$$

$$\frac{dz}{dm_i} = \frac{1}{h(m_i)} \times \frac{dh(m_i)}{dm_i}$$

$$\frac{dh(m_i)}{dm_i} = \exp(\mathbf{w}^T \mathbf{m}_i) \cdot \mathbf{w}$$

## 1.3

$$\frac{dy}{d\mathbf{X}} = \frac{a}{\exp(b^T x_c) + \exp(d^T x_e)} \left( \exp(b^T x_c) \cdot b c^T + \exp(d^T x_e) \cdot d e^T \right)$$

## 2.1

Derivation

$$\frac{\partial \hat{y}}{\partial \mathbf{b}^{(1)}} \approx \mathbf{w}^2$$

Final result

$$\frac{\partial \mathcal{L}}{\partial \mathbf{b}^{(1)}} = -2(y - \hat{y}) \times \mathbf{w}^2$$

## 2.2

Final result

$$\frac{\partial \mathcal{L}}{\partial w^{(1)}} = -2(y - \hat{y}) \times w^{(2)} m^T$$

## 3.1

Final result

$$\Delta_w L(w) = -\frac{2}{N} \sum_{i=1}^N (y_i - h(w, m_i)) \cdot w \odot m_i$$
"""
EXPECTED = {
    "1.1": "right",
    "1.2": "incomplete",
    "1.3": "right",
    "2.1": "right up to layout",
    "2.2": "wrong",
    "3.1": "right",
}


@pytest.fixture(scope="module")
def grader() -> Grader:
    return Grader(HOMEWORK, scan=True)


@pytest.fixture(scope="module")
def sheet(grader: Grader) -> Sheet:
    return grader.grade(SCANNED, "scan.md")


def test_verdicts_with_repairs(sheet: Sheet) -> None:
    assert {q.label: q.outcome for q in sheet.questions} == EXPECTED
    for q in sheet.questions:
        assert q.said["repairs"] and q.as_written in ("wrong", "unreadable"), q.label
        assert q.open and "please confirm" in q.review, q.label


def test_marks_are_those_as_written(sheet: Sheet) -> None:
    for q in sheet.questions:
        assert q.points is None or q.points < q.max_points
    assert {q.label: q.as_repaired for q in sheet.questions if q.outcome == "right"} == {"1.1": 3, "1.3": 4, "3.1": 5}


def test_marks_as_repaired_where_the_instructor_says_so(grader: Grader) -> None:
    trusting = Grader(HOMEWORK, replace(grader.rubric, marks="as repaired"))
    points = {q.label: q.points for q in trusting.grade(SCANNED).questions}
    assert (points["1.1"], points["1.3"], points["3.1"]) == (3, 4, 5)


def test_nothing_is_repaired_without_being_asked() -> None:
    for q in Grader(HOMEWORK).grade(SCANNED).questions:
        assert not q.said["repairs"] and q.outcome in ("wrong", "unreadable")
