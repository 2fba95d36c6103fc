"""Whole derivations, as a reader sees them. `pytest --update-goldens` writes them anew; the diff shows what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradatim.derive.derivative import derived
from gradatim.explain.called import called
from gradatim.explain.explain import explain
from gradatim.paper import member
from gradatim.read.problem import read

from .questions import QUESTIONS, Question

HERE = Path(__file__).parent


def derivation(question: Question) -> str:
    problem = read(question.function, given=question.given)
    wrt = [member(problem.find(w)) for w in question.wrt]
    made = explain(problem.term, *wrt, style=question.style, label=called(problem.term, problem.name), first=question.first)
    # What ends a derivation is the derivative as the engine gives it, by another way and with a check of its own.
    assert made.result is derived(problem.term, *wrt).term
    return f"{question.function}\n{question.given}\n\n{made.text()}\n"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_derivation(question: Question, update_goldens: bool) -> None:
    golden = HERE / f"{question.name}.txt"
    got = derivation(question)
    if update_goldens:
        golden.write_text(got, encoding="utf-8")
    assert got == golden.read_text(encoding="utf-8")


def test_every_golden_has_its_question() -> None:
    assert {p.stem for p in HERE.glob("*.txt")} == {q.name for q in QUESTIONS}
    assert len({q.name for q in QUESTIONS}) == len(QUESTIONS) >= 40
