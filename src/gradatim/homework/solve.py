"""Solving a document: every derivative question read with its own declarations, derived, and every other item accounted for.

The reader may be given as an argument: a function from a chain of formulas and its declarations to a problem.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from gradatim.derive.derivative import Derived, target
from gradatim.derive.directions import along
from gradatim.derive.maps import on_stacked_columns
from gradatim.derive.structured import asked
from gradatim.derive.subgradient import chosen
from gradatim.derive.together import by_numbers
from gradatim.errors import GradatimError
from gradatim.explain.called import asked_first, called
from gradatim.explain.derivation import Derivation
from gradatim.explain.explain import explain
from gradatim.explain.lemmas import Lemmas
from gradatim.homework.at_points import value_at
from gradatim.homework.document import Document, read_document
from gradatim.homework.entries import as_map, entry_of
from gradatim.homework.otherwise import otherwise
from gradatim.homework.questions import tasks
from gradatim.homework.source import read_source
from gradatim.homework.task import Task
from gradatim.homework.written_out import DIFFERENTIAL
from gradatim.matrix.matrix_form import is_matrix_form
from gradatim.read.names import plain_name, stacked_name, text_name
from gradatim.read.problem import Problem as Reading
from gradatim.read.problem import read
from gradatim.read.scope import Assumption
from gradatim.report.entry import Entry, Guess, Part, differential_left
from gradatim.report.entry import Reading as Otherwise
from gradatim.term import Term
from gradatim.write.latex import latex
from gradatim.write.spelling import USUAL, Spelling, spelling_of
from gradatim.write.text import text as unicode_text


class Problem(Protocol):
    """What the reader gives back: the function's term, the guesses made, and what a spelling of a variable means."""

    @property
    def term(self) -> Term: ...

    @property
    def assumed(self) -> Sequence[object]: ...

    def find(self, spelling: str) -> Term: ...

    def structure_for(self, wrt: Sequence[Term]) -> str: ...


Reader = Callable[[str, str], Problem]
"""`reader(chain, given)`: formulas a line each, the function last, and the text of the declarations."""


@dataclass(frozen=True, slots=True)
class Question:
    """A derivative question and its answer; `error` says why there is none. `asks`, `function` and `wrt` are as written."""

    label: str
    asks: str
    function: str
    wrt: tuple[str, ...]
    answer: Term | None
    derivation: Derivation | None
    assumed: tuple[str, ...]
    points: Fraction | None
    found: Derived | None = None
    error: str = ""
    reading: Reading | None = None
    variables: tuple[Term, ...] = ()
    author: Spelling = USUAL
    """How the question spells what an answer may spell in several ways."""
    others: tuple[Otherwise, ...] = ()
    underived: str = ""
    """Why there is no derivation, where one was asked for and could not be written or checked."""
    along: str = ""
    """The direction of a directional derivative; `DIFFERENTIAL` where the differential is the answer."""

    def entry(self, whole: bool = False, below: tuple[Part, ...] = ()) -> Entry:
        """What every form shows of the question."""
        points = "" if self.points is None else f" ({self.points} point{'s' * (self.points != 1)})"
        heading = self.label + points
        if self.reading is None or self.found is None:
            taken = tuple(Guess(a) for a in self.assumed)
            return Entry(self.answer, heading=heading, asks=self.asks, guesses=taken, error=self.error)
        about = whole, below, heading, self.asks, self.author
        made = entry_of(self.reading, self.variables, self.found, self.others, *about)
        if self.derivation is not None:
            made = replace(made, shorter=None)
        if not self.along:
            return made
        name, label, _ = _direction(self.along)
        return replace(made, left=differential_left(made.name, name, label, len(self.variables)))

    @property
    def checked(self) -> str:
        """How the answer was checked, in words; empty where there is none."""
        return self.found.checked if self.found is not None else ""

    def as_json(self) -> dict[str, object]:
        answer = self.answer
        shown = None
        if answer is not None:
            axes = [str(d) for d in answer.shape]
            shown = {
                "latex": latex(answer, author=self.author),
                "text": unicode_text(answer),
                "shape": axes,
                "matrix_form": is_matrix_form(answer),
            }
        linear = None if self.found is None else as_map(self.found)
        return {
            "label": self.label,
            "asks": self.asks,
            "function": self.function,
            "wrt": self.wrt[0] if len(self.wrt) == 1 else list(self.wrt),
            "answer": shown,
            "conditions": [] if self.found is None else [c.as_json(self.author) for c in self.found.conditions],
            **({} if linear is None else {"linear_map": {"text": linear.text(), "latex": linear.latex()}}),
            "steps": self.derivation.as_json()["steps"] if self.derivation is not None else [],
            "no_derivation": self.underived or None,
            "checked": self.found.as_json() if self.found is not None else None,
            "assumed": list(self.assumed),
            "points": None if self.points is None else float(self.points),
            "error": self.error or None,
        }


@dataclass(frozen=True, slots=True)
class Solution:
    """A solved document: `questions` are the derivative questions, `others` every other numbered item and what it is."""

    questions: tuple[Question, ...]
    others: tuple[tuple[str, str], ...]
    document: Document

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the document's points does not add up."""
        return self.document.notes

    @property
    def complete(self) -> bool:
        """Whether every derivative question has an answer and no item was left unread."""
        return all(q.answer is not None for q in self.questions) and not any(why.startswith("not read") for _, why in self.others)

    def to_json(self) -> str:
        """The versioned JSON of the solved document."""
        data = {
            "version": 1,
            "questions": [q.as_json() for q in self.questions],
            "others": [{"label": label, "status": why} for label, why in self.others],
            "notes": list(self.notes),
        }
        return json.dumps(data, ensure_ascii=False, indent=2)


Step = Callable[[int, int], None]
"""Told after each question: how many are done, and of how many."""


def solve(source: str | Path, reader: Reader = read, style: str = "chain", step: Step | None = None) -> Solution:
    """Solve a document file, each answer with a derivation in the style ("none" for answers alone). Raises ReadError where it
    is no document; a question that fails carries its error."""
    return solve_text(read_source(source), reader, style, step)


def solve_text(text: str, reader: Reader = read, style: str = "chain", step: Step | None = None) -> Solution:
    """Solve a document's text. Students' answers in it are passed over."""
    document = read_document(text)
    found = tasks(document)
    lemmas = Lemmas()
    around = spelling_of("\n".join(line for t in found for line in (*t.chain, t.given)))
    asked = [t for t in found if t.ask is not None]
    questions = []
    for k, task in enumerate(asked, 1):
        questions.append(_question(task, reader, style, lemmas, around))
        if step is not None:
            step(k, len(asked))
    return Solution(tuple(questions), tuple((t.label, t.status) for t in found if t.ask is None), document)


def _question(task: Task, reader: Reader, style: str, lemmas: Lemmas, around: Spelling) -> Question:
    ask = task.ask
    assert ask is not None
    found: Derived | None = None
    derivation: Derivation | None = None
    assumed: tuple[str, ...] = ()
    error = underived = ""
    author = spelling_of("\n".join((*task.chain, task.given)), around)
    problem: Problem | None = None
    wrt: tuple[Term, ...] = ()
    others: tuple[Otherwise, ...] = ()
    try:
        problem = reader(";\n".join(task.chain), task.given)
        if isinstance(problem, Reading):
            problem.scope.assumed.extend(Assumption(note) for note in task.noted)
        assumed = tuple(str(a) for a in problem.assumed)
        wrt = tuple(problem.find(stacked_name(w) or w) for w in ask.wrt)
        structure = problem.structure_for(wrt)
        shorthand = problem.shorthand if isinstance(problem, Reading) else ()
        found = (
            by_numbers(problem.term, wrt, task.layout)
            if ask.together
            else asked(problem.term, wrt, structure, task.layout, shorthand)
        )
        if task.layout != "gradient" and isinstance(problem, Reading) and (problem.term.is_scalar or not ask.turned):
            why = "it is asked for by a transpose" if ask.turned else "the document says"
            problem.scope.assumed.append(Assumption(f"derivatives in {task.layout} layout, as {why}"))
        if "sub" in ask.kind and isinstance(problem, Reading) and problem.term.is_scalar and len(wrt) == 1:
            kinked = chosen(problem.term, wrt[0], target(wrt[0])[0], found)
            problem.scope.assumed.extend(map(Assumption, [*kinked.lines(), kinked.said]))
        assumed = tuple(str(a) for a in problem.assumed)
        if len(wrt) == 1 and stacked_name(ask.wrt[0]):
            found = on_stacked_columns(found, wrt[0])
        if ask.along:
            found = along(found, *_direction(ask.along))
        if ask.at and isinstance(problem, Reading):
            general, found = found, None
            found = value_at(task, problem, general)
            assumed = tuple(str(a) for a in problem.assumed)
        elif isinstance(problem, Reading) and not found.convention:
            others = otherwise(problem, ask.wrt, found.term, task.layout)
        if style != "none" and not ask.along and not ask.together:
            form = structure if found.convention else ""
            asked_for = None if form or task.layout != "gradient" else found.general or found.term
            how = {"style": style, "structure": form, "layout": task.layout, "author": author, "lemmas": lemmas.whole}
            made, underived = _derivation(task, problem, wrt, asked_for, how)
            derivation = lemmas.cited(task.label, made)
    except GradatimError as failure:
        error = str(failure)
    except (RecursionError, MemoryError):
        error = "the question is too deep or too large"
    answer = None if found is None else found.term
    reading = problem if isinstance(problem, Reading) else None
    about = task.label, ask.asks, ask.function, ask.wrt, answer, derivation, assumed, task.points, found, error
    return Question(*about, reading, wrt, author, others, underived, ask.along)


def _direction(along: str) -> tuple[str, str, str]:
    """A direction's name in LaTeX, as text and in code; empty for the differential."""
    return ("", "", "") if along == DIFFERENTIAL else (along, text_name(along), plain_name(along))


def _derivation(
    task: Task, problem: Problem, wrt: tuple[Term, ...], answer: Term | None, how: dict[str, Any]
) -> tuple[Derivation | None, str]:
    """The steps to an answer, or why they cannot be written or checked (the answer has its own check)."""
    label = called(problem.term, getattr(problem, "name", ""))
    try:
        found = explain(problem.term, *wrt, label=label, result=answer, first=asked_first(task.item.text), **how)
        return found, ""
    except GradatimError as error:
        return None, str(error)
    except (RecursionError, MemoryError):
        return None, "the function is too deep or too large to explain"
