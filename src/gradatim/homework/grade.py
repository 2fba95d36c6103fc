"""Grading one submission: the document's questions are solved once, and every answer is judged and marked by the rubric.

The questions, their declarations and their definitions come from the document; a submission only answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gradatim.derive.derivative import derivative
from gradatim.errors import GradatimError, ReadError
from gradatim.homework.answer_labels import by_claim
from gradatim.homework.answer_parts import Parts, split_parts
from gradatim.homework.answers import Found, find_answers
from gradatim.homework.asked import MAX_ANSWER, Asked
from gradatim.homework.at_points import valued
from gradatim.homework.directed import directed, has_direction
from gradatim.homework.document import Document, read_document
from gradatim.homework.follows import followed_through
from gradatim.homework.found_before import defining, derivatives, formulas_for, in_document, one_each
from gradatim.homework.marked import marked
from gradatim.homework.questions import tasks
from gradatim.homework.rubric import Box, Rubric, default_rubric
from gradatim.homework.sheet import Mark, Sheet
from gradatim.homework.task import Task
from gradatim.homework.terms_asked import unknown_names
from gradatim.homework.written_out import DIFFERENTIAL
from gradatim.judge.target import Target
from gradatim.judge.undeclared import UNKNOWN, ahead
from gradatim.judge.verdict import Verdict
from gradatim.read.macros import expand
from gradatim.read.problem import Problem, read

MAX_EXPANDED = 1_000_000
MAX_TAKEN = 4
"""How many names one answer may take from elsewhere."""


def without_macros(text: str) -> str:
    """A submission with the writer's own LaTeX commands replaced by what they stand for; as it is where that does not end."""
    try:
        return expand(text, MAX_EXPANDED)[0]
    except GradatimError:
        return text


def _not_graded(task: Task) -> str:
    """What is said of an item with points that is no question for us: nobody is to think that it was marked."""
    assert task.points is not None
    return f"{task.label} ({float(task.points):g} point{'s' * (task.points != 1)}) is not graded: {task.status}"


_LABEL = re.compile(r"\[\(?[a-z0-9]{1,3}[.)]\]\s*(?=\S)")
"""The label that `\\item[(a)]` has, which is no part of the answer."""


class Grader:
    """A document with its rubric, ready for submissions. Raises ReadError where the document is none or asks nothing."""

    def __init__(self, text: str, rubric: Rubric | None = None, scan: bool | None = None, like: Grader | None = None) -> None:
        """`like` is a grader of the same text: what it has read is not read again."""
        self.text = text
        self.document: Document = like.document if like else read_document(text)
        self.tasks: list[Task] = like.tasks if like else tasks(self.document)
        made = rubric or default_rubric(self.document, self.tasks)
        self.rubric = made if scan is None else replace(made, scan=scan)
        boxes = {b.label: b for b in self.rubric.boxes}
        ready = {a.task.label: a for a in like.asked} if like else {}
        self.asked: list[Asked] = [
            _prepare(t, boxes[t.label], self.rubric, ready.get(t.label))
            for t in self.tasks
            if t.ask is not None and t.label in boxes
        ]
        for a in self.asked:
            a.beside = tuple(b.task for b in self.asked if b.task.item is a.task.item)
            _check_accepted(a)
        unread = [f"{t.label}: {t.status}" for t in self.tasks if t.status.startswith("not read")]
        failed = [
            f"{a.task.label}: the question has no answer of ours, so a person marks it ({a.error})" for a in self.asked if a.error
        ]
        odd = [note for a in self.asked for note in _odd_names(a)]
        others = [_not_graded(t) for t in self.tasks if t.ask is None and t.points and not t.status.startswith("not read")]
        self.notes = (*self.document.notes, *unread, *others, *failed, *self.rubric.notes, *odd)

    def grade(self, submission: str | None, name: str = "", made: Mapping[str, Any] | None = None) -> Sheet:
        """The sheet of a submission's text; None where the document itself holds the answers."""
        answers = find_answers(self.document, self.tasks, None if submission is None else without_macros(submission))
        found = self.each_its_own(answers.by_label)
        marked_ = [self.mark(a, found.get(a.task.label)) for a in self.asked]
        for k in range(len(marked_)):
            marked_[k] = self.with_earlier(k, marked_, found, answers.stray)
        marked_ = [
            followed_through(a, m, list(zip(self.asked, marked_))[:k]) for k, (a, m) in enumerate(zip(self.asked, marked_))
        ]
        marked_ = [_misplaced(mark, found.get(mark.label), self.tasks) for mark in marked_]
        marked_ = self.left_out(marked_, found)
        marks = tuple(_with_stray(mark, answers.stray) for mark in marked_)
        notes = (*self.notes, *_mixed(self.asked, marks))
        problems = () if any(a.task.label in found for a in self.asked) else ("no answer to any question was found",)
        return Sheet(name, marks, made or {}, notes, problems)

    def each_its_own(self, found: dict[str, Found]) -> dict[str, Found]:
        """The answers, where one text answers several questions of an item by one formula each, every question with its own."""
        out = dict(found)
        for first in self.asked:
            group = [a for a in self.asked if a.task.item is first.task.item]
            texts = {found[a.task.label].text for a in group if a.task.label in found}
            if len(group) < 2 or group[0] is not first or len(texts) != 1:
                continue
            (whole,) = texts
            for a, text in zip(group, one_each(first.problem, whole, len(group), MAX_ANSWER)):
                out[a.task.label] = replace(found[a.task.label], text=text)
        return out

    def left_out(self, marks: Sequence[Mark], found: Mapping[str, Found]) -> list[Mark]:
        """The marks, where one text answers several questions of an item with fewer formulas: what is right for one of them is no wrong
        answer to the others."""
        out = []
        for a, mark in zip(self.asked, marks):
            text = found[mark.label].text if mark.label in found else ""
            beside = [m for b, m in zip(self.asked, marks) if b.task.item is a.task.item and b is not a]
            same = [m.label for m in beside if m.label in found and found[m.label].text == text and _right_by(m, mark)]
            if same and mark.points is not None and formulas_for(a.problem, text, MAX_ANSWER) <= len(beside):
                reason = f"the formula that stands here answers {same[0]}, and none answers this question"
                mark = replace(mark, points=None, deductions=(), review=reason)
            out.append(mark)
        return out

    def with_earlier(self, k: int, marks: Sequence[Mark], found: dict[str, Found], stray: str) -> Mark:
        """The mark with what earlier answers of this submission give: names that they define, a derivative that they work out. What
        is taken from them stays with the answer in `found`, for those that build on it."""
        asked, mark = self.asked[k], marks[k]
        own = found.get(mark.label)
        if own is None or asked.problem is None or mark.verdict is None:
            return mark
        again = mark
        for _ in range(MAX_TAKEN):
            missing = UNKNOWN.search(again.verdict.message) if again.outcome == "unreadable" and again.verdict else None
            line, where = self.meant(k, missing[1], found, stray) if missing is not None else ("", "")
            if missing is None or not line:
                break
            note = f"`{missing[1]}` was taken from {where}"
            own = replace(own, text=ahead(line, own.text), note="; ".join(filter(None, (own.note, note))))
            again = self.mark(asked, own)
        if again.outcome == "incomplete" and again.verdict is not None and again.verdict.mistake == "unfinished":
            again = self.with_derivatives(asked, again, own, marks[:k])
        if again.outcome == "unreadable" and again.verdict is not None and UNKNOWN.search(again.verdict.message):
            again = self.mark(replace(asked, supposing=True, seen={}), own)
        if again.outcome == "unreadable" and own is not found[mark.label]:
            return mark
        found[mark.label] = own
        return replace(again, submitted=mark.submitted)

    def meant(self, k: int, name: str, found: Mapping[str, Found], stray: str) -> tuple[str, str]:
        """What defines a name that question k does not have, and where that stands: an earlier answer, what the submission says
        between its answers, the document."""
        own = found[self.asked[k].task.label]
        above = [(a, f) for a in self.asked if (f := found.get(a.task.label)) and f.span[0] < own.span[0]]
        answered = [(a, found.get(a.task.label)) for a in self.asked[:k]]
        # Questions in their order, then what stands further up in a submission that takes them in another.
        for before, there in (*reversed(answered), *sorted(above, key=lambda each: -each[1].span[0])):
            if there and (line := defining(before.problem, before.wrt, there.text, name, MAX_ANSWER)):
                passed_on = re.search(rf"`{re.escape(name)}` was taken from ([^;]+)", there.note)
                return line, passed_on[1] if passed_on else f"the answer to {before.task.label}"
        asked = self.asked[k]
        between = [defining(asked.problem, asked.wrt, text, name, MAX_ANSWER) for text in re.split(r"\n\s*\n", stray)]
        told = {line for line in between if line}
        if len(told) == 1:
            return told.pop(), "what stands between the answers"
        return ("", "") if told else (in_document(self.document, asked.task, name), "the document")

    def with_derivatives(self, asked: Asked, mark: Mark, own: Found, before: Sequence[Mark]) -> Mark:
        """The mark of an answer that is built on derivatives, where those were asked and answered before."""
        answered = {m.label for m in before if m.outcome.startswith("right") or m.outcome == "wrong"}
        earlier = [a.task for a in self.asked if a.task.label in answered]
        if asked.target is None or not (known := derivatives(earlier)):
            return mark
        again = self.mark(replace(asked, target=asked.target.knowing(known), seen={}), own)
        if not again.outcome.startswith("right"):
            return mark
        note = "a derivative that an earlier answer works out stands in this one"
        return replace(again, submitted=mark.submitted, notes=(*mark.notes, *again.notes, note))

    def mark(self, asked: Asked, found: Found | None) -> Mark:
        parts = split_parts(found.text) if found is not None else Parts("", "", "")
        base = Mark(
            asked.task.label,
            asked.task.ask.asks if asked.task.ask is not None else "",
            asked.box.points,
            None,
            "undecided",
            _LABEL.sub("", (parts.final or parts.whole).strip()),
            found.how if found is not None else "",
            notes=(found.note,) if found is not None and found.note else (),
        )
        if asked.error and parts.whole.strip():
            reason = f"the question could not be answered: {asked.error}"
            return replace(base, review=reason, said=Verdict("undecided", message=reason).as_json())
        return marked(asked, parts, base)


def _right_by(mark: Mark, other: Mark) -> bool:
    """Whether a mark is right by the formula for which another is not."""
    if mark.verdict is None or other.verdict is None or mark.verdict.answer is None:
        return False
    fails = other.outcome in ("wrong", "incomplete") and mark.outcome.startswith("right")
    return fails and mark.verdict.answer is other.verdict.answer


def _mixed(asked: list[Asked], marks: tuple[Mark, ...]) -> list[str]:
    """A note where one submission uses several layouts."""
    used: dict[str, list[str]] = {}
    for a, mark in zip(asked, marks):
        if mark.verdict is None or a.target is None or a.error or a.rubric.layout:
            continue
        forms = a.target.forms
        if mark.outcome == "right up to layout" and mark.verdict.layout:
            used.setdefault(mark.verdict.layout, []).append(mark.label)
        elif mark.outcome == "right" and forms["gradient"] is not forms["numerator"]:
            used.setdefault("gradient", []).append(mark.label)
    if len(used) < 2:
        return []
    told = "; ".join(f"{', '.join(labels)} in {layout} layout" for layout, labels in used.items())
    return [f"layouts are mixed: {told}"]


def _misplaced(mark: Mark, found: Found | None, tasks: Sequence[Task]) -> Mark:
    """A mark for a person, where the answer claims the derivative of another question only."""
    if found is None or mark.outcome in ("right", "blank"):
        return mark
    claims = list(by_claim(found.text, tasks))
    if not claims and mark.outcome == "incomplete":
        claims = list(by_claim(found.text, tasks, inline=True))
    if not claims or mark.label in claims:
        return mark
    reason = f"this seems to be the answer to {' and '.join(claims)}"
    return replace(mark, points=None, deductions=(), review="; ".join(x for x in (reason, mark.review) if x))


def _with_stray(mark: Mark, stray: str) -> Mark:
    """A question without an answer is not blank for certain where formulas of the submission belong to no question."""
    if mark.outcome != "blank" or mark.submitted or not stray:
        return mark
    shown = stray if len(stray) <= 120 else stray[:119] + "…"
    # A blank that a person has to look at is not in one group with the blanks that are certain.
    group = f"{mark.group}-stray" if mark.group else ""
    return replace(
        mark,
        group=group,
        points=None,
        deductions=(),
        review=f"no answer was found here, but this belongs to no question: {shown}",
    )


def _prepare(task: Task, box: Box, rubric: Rubric, ready: Asked | None = None) -> Asked:
    assert task.ask is not None
    if ready is not None and (ready.rubric.layout, ready.rubric.seed) == (rubric.layout, rubric.seed):
        return replace(ready, box=box, rubric=rubric, seen={})
    asked = Asked(task, box, rubric)
    try:
        problem = read(";\n".join(task.chain), task.given, slope=derivative)
        asked.wrt = tuple(problem.find(w) for w in task.ask.wrt)
        layout = rubric.layout or (task.fixed if problem.term.is_scalar else "")
        asked.target = Target(problem.term, asked.wrt, layout, rubric.seed, problem.structure_for(asked.wrt))
        asked.target = replace(asked.target, differential=task.ask.along == DIFFERENTIAL)
        if task.ask.together:
            raise GradatimError("a Jacobian by several numbers together is left to a person")
        if has_direction(task):
            problem, asked.target = directed(task, asked.wrt, rubric.seed)
        if task.ask.at:
            asked.target = valued(task, problem, asked.wrt, asked.target)
        _ = asked.target.gradient
        asked.problem = problem
        asked.doubt = _doubt(task, problem)
    except GradatimError as error:
        asked.error = str(error).splitlines()[0]
    except (RecursionError, MemoryError):
        asked.error = "it is too deep or too large"
    return asked


_KIND = re.compile(r"\$[^$]+\$ is a (?:scalar|vector|row vector|matrix|family of \w+)")


def _doubt(task: Task, problem: Problem) -> str:
    """What is said where a gradient is asked of something that guesses alone made an array; "" for any other question."""
    if task.ask is not None and "descent" in task.ask.noted:
        return task.ask.noted
    guesses = [a for a in problem.assumed if _KIND.fullmatch(a.fix)]
    if task.ask is None or task.ask.kind != "gradient" or problem.term.is_scalar or not guesses:
        return ""
    said = ", ".join(a.text for a in guesses[:3])
    return f"a gradient is asked of what was read as no number, on guesses ({said}): declare them in the document's side file"


def _check_accepted(asked: Asked) -> None:
    """Raises ReadError for an accepted answer of the rubric that cannot be read."""
    problem = asked.problem
    for text in asked.box.accepted if problem is not None else ():
        try:
            assert problem is not None
            _ = problem.read_answer(text).term
        except GradatimError as error:
            said = str(error).splitlines()[0]
            raise ReadError(
                f"the rubric's question {asked.task.label}: accepted answer {text!r} could not be read: {said}"
            ) from None


def _odd_names(asked: Asked) -> list[str]:
    """A note on names of "in terms of" that the question does not have."""
    if asked.problem is None:
        return []
    odd = unknown_names(asked.problem, asked.box.in_terms_of)
    return [f"{asked.task.label}: in_terms_of has {', '.join(odd)}, which the question does not have"] if odd else []
