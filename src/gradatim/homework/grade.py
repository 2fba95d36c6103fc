"""Grading one submission: the document's questions are solved once, and every answer is judged and marked by the rubric.

The questions, their declarations and their definitions come from the document; a submission only answers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from gradatim.check.ladder import equal
from gradatim.errors import GradatimError, ReadError
from gradatim.homework.answer_labels import by_claim
from gradatim.homework.answer_parts import Parts, split_parts
from gradatim.homework.answers import Found, find_answers
from gradatim.homework.document import Document, read_document
from gradatim.homework.found_before import UNKNOWN, ahead, defining, derivatives
from gradatim.homework.marks import Proposal, propose
from gradatim.homework.questions import Task, tasks
from gradatim.homework.rubric import Box, Rubric, default_rubric
from gradatim.homework.sheet import Mark, Sheet
from gradatim.homework.terms_asked import outside, unknown_names
from gradatim.judge.check import judged
from gradatim.judge.pieces import unfolded
from gradatim.judge.repairs import mended
from gradatim.judge.target import Target
from gradatim.judge.trials import Trials
from gradatim.judge.unsaid import unsaid
from gradatim.judge.verdict import Verdict
from gradatim.read.macros import expand
from gradatim.read.problem import Problem, read
from gradatim.term import Apply, Term, substitute
from gradatim.write.latex import latex
from gradatim.write.text import text as unicode_text

MAX_EXPANDED = 1_000_000
MAX_ANSWER = 20_000
"""Characters of one answer; what is longer goes to a person."""
MAX_FORMULA = 1_500
"""Characters of one formula of an answer: no question of a homework needs more, and the time of a comparison grows with them."""
REMEMBERED = 20_000
GIVES_UP = re.compile(
    r"\b(?:could|can|did|do|was|am|is)(?:\s?n[o']?t|\s+not|not)\s+(?:able\s+to\s+|know\s+how\s+to\s+)?(?:work\s+(?:it\s+|this\s+)?out|finish|solve|figure|know|sure|"
    r"complete|simplify\s+further|see\s+how)|\b(?:ran|run)\s+out\s+of\s+time|\bgave\s+up\b|\bstuck\b",
    re.I,
)
"""Words by which a writer says that the last formula is no answer."""
BLANK = Verdict("blank", message="there is no answer", as_written="blank")


@dataclass
class Asked:
    """A question of the document, ready to be marked against: `error` says why it is not."""

    task: Task
    box: Box
    rubric: Rubric
    problem: Problem | None = None
    wrt: tuple[Term, ...] = ()
    target: Target | None = None
    error: str = ""
    doubt: str = ""
    """Why what was read may not be what is asked: a person looks at every answer that is not right."""
    seen: dict[tuple[str, bool], Verdict] = field(default_factory=dict)

    @cached_property
    def trials(self) -> Trials | None:
        """Points for telling equal answers apart from different ones."""
        assert self.target is not None
        try:
            found = Trials([self.target.right, self.target.function], seed=self.rubric.seed)
        except (GradatimError, ValueError, ZeroDivisionError):
            return None
        return found if found.usable else None

    def judge(self, text: str, scan: bool) -> Verdict:
        """The verdict on a text; the same text is judged once. With `scan` misread characters are mended, and reported."""
        if not text.strip():
            return BLANK
        if (words := unsaid(text)) is not None:
            return words
        if is_prose(text):
            return Verdict("unreadable", certainty="could not read", message="there is no formula in it", as_written="unreadable")
        if len(text) > MAX_ANSWER:
            return Verdict("undecided", message=f"it has more than {MAX_ANSWER} characters", as_written="undecided")
        if max(map(len, _FORMULAS.split(text))) > MAX_FORMULA:
            said = f"one formula has more than {MAX_FORMULA} characters"
            return Verdict("undecided", message=said, as_written="undecided")
        key = (text, scan)
        if key not in self.seen:
            if len(self.seen) >= REMEMBERED:
                self.seen.clear()
            self.seen[key] = self._judged(text, scan)
        return self.seen[key]

    def _judged(self, text: str, scan: bool) -> Verdict:
        assert self.problem is not None and self.target is not None
        try:
            if not scan:
                found = self.written_out(judged(self.problem, self.target, text))
                if found.outcome == "wrong" and GIVES_UP.search(text):
                    found = replace(found, outcome="undecided", message="the answer says that it is not finished", mistake=None)
                assumed = tuple(dict.fromkeys((*self.problem.assumed, *found.assumed)))
                return replace(found, as_written=found.outcome, assumed=assumed, expected=self.target.right)
            plain = self.judge(text, False)
            better = mended(self.problem, text, self.target.wrt)
            if not better.repairs:
                return plain
            repairs = tuple({(r.written, r.read_as): r for r in better.repairs}.values())
            return replace(self.judge(better.text, False), as_written=plain.as_written, repairs=repairs)
        except GradatimError as error:
            return Verdict("undecided", message=str(error).splitlines()[0], as_written="undecided")
        except (RecursionError, MemoryError):
            return Verdict("undecided", message="it is too deep or too large", as_written="undecided")

    def written_out(self, found: Verdict) -> Verdict:
        """The verdict, or "right" where the answer is right once the variable is written out in it: `softmax(Wx + b) − t`
        for ∂ℓ/∂z with z = Wx + b."""
        if found.outcome != "wrong" or found.answer is None or not self.task.defining or self.target is None:
            return found
        try:
            whole = read(";\n".join(self.task.defining), self.task.given)
            made = whole.term
        except GradatimError:
            return found
        for variable in self.wrt:
            value = {variable: getattr(made.op, "body", None) or made if isinstance(made, Apply) else made}
            if variable.type.axes != made.type.axes:
                continue
            for layout, form in self.target.forms.items():
                if self.rubric.layout not in ("", layout) or form.type.axes != found.answer.type.axes:
                    continue
                own, right = (substitute(unfolded(t), value) for t in (found.answer, form))
                if own.type == right.type and equal(own, right, seed=self.rubric.seed).holds:
                    outcome = "right" if form is self.target.right else "right up to layout"
                    said = f"right, with {self.task.defining[-1]} written out"
                    return replace(
                        found, outcome=outcome, layout=layout, mistake=None, mistakes=(), message=said, counterexample=None
                    )
        return found


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
        found = answers.by_label
        marked_ = [self.mark(a, found.get(a.task.label)) for a in self.asked]
        marked_ = [self.with_earlier(k, marked_, found) for k in range(len(marked_))]
        marked_ = [_misplaced(mark, found.get(mark.label), self.tasks) for mark in marked_]
        marks = tuple(_with_stray(mark, answers.stray) for mark in marked_)
        notes = (*self.notes, *_mixed(self.asked, marks))
        problems = () if any(a.task.label in found for a in self.asked) else ("no answer to any question was found",)
        return Sheet(name, marks, made or {}, notes, problems)

    def with_earlier(self, k: int, marks: Sequence[Mark], found: Mapping[str, Found]) -> Mark:
        """The mark with what earlier answers of this submission give: a name that they define, a derivative that they work out."""
        asked, mark = self.asked[k], marks[k]
        own = found.get(mark.label)
        if own is None or asked.problem is None or mark.verdict is None:
            return mark
        if mark.outcome == "incomplete" and mark.verdict.mistake == "unfinished":
            return self.with_derivatives(asked, mark, own, marks[:k])
        missing = UNKNOWN.search(mark.verdict.message) if mark.outcome == "unreadable" else None
        for before in reversed(self.asked[:k] if missing is not None else []):
            there = found.get(before.task.label)
            if there is None or missing is None:
                continue
            if line := defining(before.problem, before.wrt, there.text, missing[1], MAX_ANSWER):
                note = f"`{missing[1]}` was taken from the answer to {before.task.label}"
                text = ahead(line, own.text)
                again = self.mark(asked, replace(own, text=text, note="; ".join(filter(None, (own.note, note)))))
                if again.outcome == "incomplete" and again.verdict is not None and again.verdict.mistake == "unfinished":
                    again = self.with_derivatives(asked, again, replace(own, text=text), marks[:k])
                return replace(again, submitted=mark.submitted) if again.outcome != "unreadable" else mark
        return mark

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


_FORMULAS = re.compile(r"\\\\|\n\s*\n|\$\$|=")
_WORDS = re.compile(r"[A-Za-z]{2,}[,.;:!?']?(?:\s|$)")


def is_prose(text: str) -> bool:
    """Whether a text is words only: no sign of a formula, and at least three words."""
    return not re.search(r"[$\\=^_+*/<>|∇∂Σ]|\d", text) and len(_WORDS.findall(text)) >= 3


def _prepare(task: Task, box: Box, rubric: Rubric, ready: Asked | None = None) -> Asked:
    assert task.ask is not None
    if ready is not None and (ready.rubric.layout, ready.rubric.seed) == (rubric.layout, rubric.seed):
        return replace(ready, box=box, rubric=rubric, seen={})
    asked = Asked(task, box, rubric)
    try:
        problem = read(";\n".join(task.chain), task.given)
        asked.wrt = tuple(problem.find(w) for w in task.ask.wrt)
        layout = rubric.layout or (task.fixed if problem.term.is_scalar else "")
        asked.target = Target(problem.term, asked.wrt, layout, rubric.seed, problem.structure_for(asked.wrt))
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


# ---------------------------------------------------------------- one question


def marked(asked: Asked, parts: Parts, base: Mark) -> Mark:
    """The mark for the parts of an answer: as written, and as repaired where the rubric allows repairs."""
    final, way, notes = verdicts(asked, parts, asked.rubric.scan)
    shown = _as_one(final, way)
    proposal = _proposal(asked, final, way)
    if asked.doubt and shown.outcome in ("wrong", "incomplete"):
        proposal = Proposal(None, review=asked.doubt)
    repaired = None
    if final.repairs or way.repairs:
        plain, plain_way, _ = verdicts(asked, parts, False)
        written = _proposal(asked, plain, plain_way)
        repaired = proposal.points
        if asked.rubric.marks == "as written":
            proposal = written
        if asked.rubric.marks == "as written" or any(r.needs_confirmation for r in shown.repairs):
            proposal = replace(proposal, review="; ".join(x for x in (proposal.review, _confirm(shown)) if x))
        shown = replace(shown, as_written=plain.outcome)
    said = shown.as_json()
    said["hints"] = list(shown.hints)
    if asked.target is not None and not asked.error:
        right = asked.target.right
        said["expected"] = {"text": unicode_text(right), "latex": latex(right)}
    return replace(
        base,
        points=proposal.points,
        outcome=shown.outcome,
        review=proposal.review,
        notes=(*base.notes, *notes),
        deductions=proposal.deductions,
        as_repaired=repaired,
        group=group_of(asked, shown, parts),
        said=said,
        verdict=shown,
    )


def _confirm(shown: Verdict) -> str:
    read = ", ".join(f"{r.written} as {r.read_as}" for r in shown.repairs)
    return f"misread characters, please confirm: {read}"


def _proposal(asked: Asked, final: Verdict, way: Verdict) -> Proposal:
    off: tuple[str, ...] = ()
    if final.answer is not None and asked.problem is not None:
        off = outside(asked.problem, final.answer, asked.box.in_terms_of)
    return propose(final, way, asked.box, asked.rubric, off)


def verdicts(asked: Asked, parts: Parts, scan: bool) -> tuple[Verdict, Verdict, list[str]]:
    """The verdict on the final result and the one on the way, which are one where the answer does not set them apart."""
    notes: list[str] = []
    if asked.error:
        return BLANK, BLANK, notes
    if not parts.final:
        both = asked.judge(parts.whole, scan)
        return _accepted(asked, both, notes), both, notes
    final = asked.judge(parts.final, scan)
    if parts.boxed or not parts.way.strip():
        way = asked.judge(parts.whole, scan)
    else:
        way = asked.judge(f"{parts.way}\n\n{parts.final}", scan)
    if final.outcome == "unreadable" and way.outcome not in ("unreadable", "blank"):
        # The final result may use what the derivation defines.
        final = replace(way, message=way.message)
        notes.append("the final result alone could not be read; it was read together with the derivation")
    elif final.outcome != way.outcome and final.outcome.startswith("right") and way.outcome == "wrong":
        notes.append("the derivation ends in something else than the final result")
    return _accepted(asked, final, notes), way, notes


def _accepted(asked: Asked, final: Verdict, notes: list[str]) -> Verdict:
    """An answer that equals one which the rubric accepts is right."""
    if final.answer is None or final.outcome == "right" or asked.problem is None:
        return final
    for text in asked.box.accepted:
        try:
            accepted = asked.problem.read_answer(text).term
            if accepted.type == final.answer.type and equal(accepted, final.answer, seed=asked.rubric.seed).holds:
                notes.append(f"it equals an answer that the rubric accepts: {text}")
                return replace(final, outcome="right", mistake=None, message="")
        except GradatimError as error:
            notes.append(f"an accepted answer of the rubric could not be read: {str(error).splitlines()[0]}")
    return final


def _as_one(final: Verdict, way: Verdict) -> Verdict:
    """The outcome of the final result with the lines of the way."""
    if final is way:
        return final
    repairs = tuple({(r.written, r.read_as): r for r in (*final.repairs, *way.repairs)}.values())
    return replace(final, derivation=way.derivation, lines=way.lines, first_wrong_line=way.first_wrong_line, repairs=repairs)


def group_of(asked: Asked, verdict: Verdict, parts: Parts) -> str:
    """A name that equal answers share: of one value where it is known, else of one text; of one way there where that has points."""
    way = verdict.derivation if asked.box.derivation else ""
    if verdict.outcome == "blank" or asked.error:
        key = verdict.outcome
    elif verdict.outcome == "right":
        key = f"right|{way}"
    else:
        key = f"{verdict.outcome}|{verdict.mistake}|{way}|{_value(asked, verdict) or _squeezed(parts)}"
    return f"{asked.task.label}-{hashlib.sha256(f'{asked.task.label}|{key}'.encode()).hexdigest()[:8]}"


def _value(asked: Asked, verdict: Verdict) -> str:
    if verdict.answer is None or asked.trials is None:
        return ""
    try:
        found = asked.trials.values(verdict.answer)
    except (GradatimError, ValueError, ZeroDivisionError):
        return ""
    if found is None:
        return ""
    return ";".join(f"{v.shape}:" + ",".join(f"{float(x):.8g}" for x in v.ravel()) for v in found)


def _squeezed(parts: Parts) -> str:
    return re.sub(r"\s+", "", parts.final or parts.whole)


__all__ = ["Asked", "Grader", "group_of", "marked"]
