"""Answers of a solved document as numbers, to be held against functions that were written from its text."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradatim.homework.solve import Question, solve_text
from gradatim.value.floats import evaluate

Values = dict[str, Any]


def asked(document: str, label: str) -> Question:
    return next(q for q in solve_text(document, style="none").questions if q.label == label)


def value_of(question: Question) -> tuple[Any, Values]:
    """The answer at random values of the question's symbols, and these by their plain names."""
    assert question.answer is not None and question.reading is not None, question.error
    rng, sizes = np.random.default_rng(3), {"2": 2}
    draw = {}
    for name, s in question.reading.symbols.items():
        a = rng.uniform(0.2, 1.2, [sizes.setdefault(str(d), 3 + len(sizes)) for d in s.shape])
        draw[name] = (a + a.T) / 2 if "symmetric" in s.type.facts else a
    return evaluate(question.answer, draw), draw
