"""Whole homework sets of different instructors, each with what two or three students handed in.

`papers/verdicts.toml` says of every answer what a fair reader says of it. It was written before any of them was graded.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from gradatim.homework.collected import collected
from gradatim.homework.grade import Grader
from gradatim.homework.sheet import Sheet
from gradatim.homework.source import read_source

PAPERS = Path(__file__).parent / "papers"
VERDICTS = tomllib.loads((PAPERS / "verdicts.toml").read_text(encoding="utf-8"))
OUTCOMES = {"up to layout": "right up to layout", "conditional": "right under a condition"}


def graded(submission: str) -> Sheet:
    (sheet,) = (PAPERS / submission).parent.glob("sheet.*")
    return Grader(read_source(sheet)).grade(read_source(PAPERS / submission))


@pytest.mark.parametrize("submission", VERDICTS)
def test_the_verdicts_are_those_of_a_fair_reader(submission: str) -> None:
    sheet = graded(submission)
    assert [m.label for m in sheet.questions] == list(VERDICTS[submission])
    for mark, said in zip(sheet.questions, VERDICTS[submission].values()):
        line = said.endswith(" (line)")
        outcome, _, kinds = said.removesuffix(" (line)").partition(": ")
        plain = outcome.removesuffix(" slip")
        verdict = mark.verdict
        assert verdict is not None
        assert (mark.label, mark.outcome) == (mark.label, OUTCOMES.get(plain, plain)), verdict.message
        assert not kinds or verdict.mistake in kinds.split(), (mark.label, verdict.mistake)
        # A line is blamed where one is wrong, and only there.
        assert not (line or outcome != plain) or verdict.first_wrong_line is not None, mark.label
        assert outcome != "right" or verdict.derivation != "slip", mark.label


def test_what_stands_between_the_answers_gives_them_names() -> None:
    marks = {m.label: m for m in graded("network/star.tex").questions}
    assert any("was taken from what stands between the answers" in note for note in marks["3.1"].notes)


def test_a_name_that_only_another_question_defines() -> None:
    marks = {m.label: m for m in graded("gaussian/zeisig.md").questions}
    assert any("`Λ` was taken from the document" in note for note in marks["4.1(c)"].notes)


@pytest.mark.parametrize(
    ("submission", "label"),
    [("econometrics/lerche.tex", "1(b)"), ("optimization/buchfink.tex", "1.1(b)"), ("tutorial/nachtigall.md", "2(2)")],
)
def test_a_hessian_that_follows_from_a_wrong_gradient_loses_nothing_more(submission: str, label: str) -> None:
    marks = {m.label: m for m in graded(submission).questions}
    assert marks[label].outcome == "wrong" and marks[label].points == marks[label].max_points
    assert any("where the slip was deducted" in note for note in marks[label].notes)
    first = marks[label.replace("(b)", "(a)").replace("(2)", "(1)")]
    assert first.points is not None and first.points < first.max_points


def test_what_a_slip_makes_trivial_earns_nothing() -> None:
    sheet = "1. Let $f(x) = x^T A x$ with $x \\in \\mathbb{R}^n$. Find $\\nabla f(x)$.\n2. Find the Hessian of $f(x) = x^T A x$ by $x$.\n"
    first, second = Grader(sheet).grade("1. $A b$, where $b$ is $A^T A$\n2. $0$\n").questions
    assert second.outcome == "wrong" and second.points == 0


def test_the_sheet_among_the_submissions_is_none() -> None:
    names = [f.name for f in collected([PAPERS / "plain"], PAPERS / "plain" / "sheet.txt")]
    assert names == ["habicht.txt", "ibis.txt"]


DIFFERENTIAL = (
    r"1. For $u, v \in \mathbb{R}^n$ and $X \in \mathbb{R}^{n \times n}$ let $h(X) = \exp(u^T X v)$. Find the differential $dh$."
)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"$e^{u^TXv} u^T\,dX\,v$", "right"),
        (r"$dh = \langle e^{u^TXv} uv^T, dX\rangle$", "right"),
        (r"$dh = e^{u^TXv} v^T\,dX\,u$", "wrong"),
        (r"$\nabla h = e^{u^TXv} uv^T$", "incomplete"),
    ],
)
def test_a_differential_is_the_answer_where_it_is_asked_for(answer: str, outcome: str) -> None:
    (mark,) = Grader(DIFFERENTIAL).grade(f"1. {answer}").questions
    assert mark.outcome == outcome
    assert (mark.points == mark.max_points) == (outcome == "right")
