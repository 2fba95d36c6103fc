"""Whole homework sets of different instructors, each with what two or three students handed in.

`papers/verdicts.toml` says of every answer what a fair reader says of it. It was written before any of them was graded.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

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
