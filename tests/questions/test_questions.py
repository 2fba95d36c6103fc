"""Questions as people write them: the answer has the value that differences of a function in NumPy give."""

from __future__ import annotations

import pytest

from gradatim.errors import GradatimError

from . import ask, cookbook, cover, definitions, dictionary, families, forums, learning, papers, phrasings, statistics
from .unanswered import UNANSWERED

EVERY = [
    q
    for part in (cookbook, cover, definitions, dictionary, families, forums, learning, papers, phrasings, statistics)
    for q in part.QUESTIONS
]


@pytest.mark.parametrize("question", [q for q in EVERY if q.name not in UNANSWERED], ids=lambda q: q.name)
def test_the_answer_has_the_value_of_differences(question: ask.Question) -> None:
    values = ask.drawn(question)
    got = ask.evaluated(question, values)
    assert ask.close(got, ask.wanted(question, values), question.order)


@pytest.mark.parametrize("question", [q for q in EVERY if q.name in UNANSWERED], ids=lambda q: q.name)
def test_what_is_not_answered_is_refused(question: ask.Question) -> None:
    """A question that is answered now leaves the list."""
    with pytest.raises(GradatimError):
        ask.evaluated(question, ask.drawn(question))


def test_each_question_is_asked_once() -> None:
    names = [q.name for q in EVERY]
    assert len(set(names)) == len(names) > 250
    assert set(UNANSWERED) <= set(names)
