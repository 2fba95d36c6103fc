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


@pytest.mark.parametrize(
    ("label", "answer", "read"),
    [
        ("1.1", r"\frac{dv}{d\mu} = \exp(a\mu)(a\mu - 3)/\mu^4 - 6\mu + 2a", {"u"}),
        ("1.2", r"\frac{\delta z}{\delta x_i} = \frac{\exp(w^7 x_i)}{\sum_j \exp(w^7 x_j)} w", {r"\partial", "^T"}),
        ("1.2", r"\frac{\exp(w T x_i)}{\sum_j \exp(w T x_j)} w", {"^T"}),
        (
            "1.3",
            r"a \frac{\exp(b^T X_c) b c^T + \exp(d^T X_e) d e^T}{\exp(b^T X_c) + \exp(d^T X_e)}",
            {r"\mathbf{X} \mathbf{c}", r"\mathbf{X} \mathbf{e}"},
        ),
        ("2.2", r"-2(y - \hat{y}) \omega^{(2)T} m^T", {"w", "x"}),
        ("2.2", r"-2(y - \hat{y}) w^{2T} m^T", {"w^{(2)T}", "x"}),
        ("3.1", r"\nabla_w L(w) = -\frac{2}{N} \sum_{i=l}^N (y_i - h(w, x_i)) w \odot x_i", {"1"}),
        ("3.1", r"\nabla_w L(w) = -\frac{2}{N} \sum_{i=1}^N (y_i - h(w, x_i)) w O x_i", {r"\odot"}),
    ],
)
def test_two_misread_signs_in_one_formula(grader: Grader, label: str, answer: str, read: set[str]) -> None:
    mark = next(m for m in grader.grade(f"## {label}\n\n$${answer}$$\n").questions if m.label == label)
    assert mark.outcome == "right" and mark.as_written in ("unreadable", "wrong")
    assert mark.verdict is not None and {r.read_as for r in mark.verdict.repairs} == read
    turned = any(r.read_as.endswith("T") or r.read_as == "1" or "^" in r.read_as for r in mark.verdict.repairs)
    assert any(r.needs_confirmation for r in mark.verdict.repairs) == turned


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("2.1", r"-2(y - \hat{y}) w^{(2)T} x"),
        ("2.2", r"-2(y - \hat{y}) w^{(2)T}"),
        ("2.1", r"-2(y - \hat{y}) x w^{(2)}"),
        ("1.1", r"\frac{dv}{du} = \exp(au)(au - 3)/u^4 - 5u + 2a"),
        ("1.3", r"\frac{dy}{dX} = a(b c^T + d e^T)"),
    ],
)
def test_a_mistake_is_not_repaired(grader: Grader, label: str, answer: str) -> None:
    mark = next(m for m in grader.grade(f"## {label}\n\n$${answer}$$\n").questions if m.label == label)
    assert mark.outcome == "wrong" and mark.verdict is not None and not mark.verdict.repairs


@pytest.mark.parametrize(
    ("label", "answer"),
    [
        ("1.2", r"w \, \text{softmax}(w^T x_i)"),
        ("3.1", r"-\frac{1}{N} \sum_{i=1}^N (y_i - h(w, x_i)) g'(w) \odot x_i"),
        ("1.3", r"a \exp(b^T X c) b^T b + a b^T"),
    ],
)
def test_words_and_known_names_are_not_exchanged(grader: Grader, label: str, answer: str) -> None:
    mark = next(m for m in grader.grade(f"## {label}\n\n$${answer}$$\n").questions if m.label == label)
    assert mark.outcome == mark.as_written != "right" and mark.verdict is not None and not mark.verdict.repairs
