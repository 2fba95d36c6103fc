"""A question of a document, ready to have answers judged against it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from gradatim.check.ladder import equal
from gradatim.derive.derivative import derivative
from gradatim.errors import GradatimError
from gradatim.homework.rubric import Box, Rubric
from gradatim.homework.task import Task
from gradatim.judge.check import judged
from gradatim.judge.pieces import unfolded
from gradatim.judge.repairs import mended
from gradatim.judge.target import Target
from gradatim.judge.trials import Trials
from gradatim.judge.undeclared import supposed
from gradatim.judge.unsaid import unsaid
from gradatim.judge.verdict import Verdict
from gradatim.read.problem import Problem, read
from gradatim.term import Apply, Term, substitute

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
    beside: tuple[Task, ...] = ()
    """The questions of its item, itself among them."""
    supposing: bool = False
    """Whether it is looked for what an undeclared name of an answer may stand for."""
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
                found = self.at_the_point(self.where_asked(self.written_out(self.plainly(text))))
                if found.outcome == "wrong" and GIVES_UP.search(text):
                    found = replace(found, outcome="undecided", message="the answer says that it is not finished", mistake=None)
                if self.task.ask is not None and self.task.ask.partial:
                    found = _of_a_part(found)
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

    def plainly(self, text: str) -> Verdict:
        """The verdict on a text against the question."""
        problem, target = self.problem, self.target
        assert problem is not None and target is not None
        found = judged(problem, target, text)
        return supposed(found, text, target, lambda t: judged(problem, target, t)) if self.supposing else found

    def where_asked(self, found: Verdict) -> Verdict:
        """The verdict, or "right" where the answer is right on the region that the question speaks of: "at points where H(u) > 0"."""
        asks = self.task.ask.asks if self.task.ask is not None else ""
        if found.outcome != "right under a condition" or found.mistake != "missing-term" or not _REGION.search(asks):
            return found
        said = f"right where {found.condition}, which the question speaks of"
        return replace(found, outcome="right", mistake=None, mistakes=(), message=said)

    def at_the_point(self, found: Verdict) -> Verdict:
        """Where the value at a point is asked for, the verdict without the lines before it, which speak of the derivative anywhere; of
        the derivative itself it says that it is this."""
        if self.task.ask is None or not self.task.ask.at or self.target is None:
            return found
        found = replace(found, derivation="none", lines=(), first_wrong_line=None)
        general = self.target.general
        if found.outcome != "wrong" or found.answer is None or general is None or found.answer.type.axes != general.type.axes:
            return found
        if not equal(found.answer, general, seed=self.rubric.seed).holds:
            return found
        return replace(
            found, message=f"this is the derivative; its value at {self.task.ask.at} is asked for", counterexample=None
        )

    def written_out(self, found: Verdict) -> Verdict:
        """The verdict, or "right" where the answer is right once the variable is written out in it: `softmax(Wx + b) − t`
        for ∂ℓ/∂z with z = Wx + b."""
        if found.outcome != "wrong" or found.answer is None or not self.task.defining or self.target is None:
            return found
        try:
            whole = read(";\n".join(self.task.defining), self.task.given, slope=derivative)
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


def _of_a_part(found: Verdict) -> Verdict:
    """The verdict on what a question asks that goes on from a derivative: the derivative alone can be judged."""
    if found.outcome == "right":
        return replace(found, message="the derivative is right; what is concluded from it is not judged")
    if found.outcome != "wrong":
        return found
    said = "this is not the derivative; whether it follows from it is not judged"
    found = replace(found, derivation="none", lines=(), first_wrong_line=None)
    return replace(found, outcome="undecided", message=said, mistake=None, mistakes=(), counterexample=None)


_REGION = re.compile(
    r"\b(?:where|when|if|assum\w+|suppos\w+|with|for)\b[^.?!$]{0,60}\$[^$]*(?:[<>]|\\(?:ge|le|gt|lt|ne)q?(?![a-z]))[^$]*\$"
    r"|\b(?:violated|active|positive)\b",
    re.I,
)
"""A question that is asked on one side of a kink only."""
_FORMULAS = re.compile(r"\\\\|\n\s*\n|\$\$|=")
_WORDS = re.compile(r"[A-Za-z]{2,}[,.;:!?']?(?:\s|$)")


def is_prose(text: str) -> bool:
    """Whether a text is words only: no sign of a formula, and at least three words."""
    return not re.search(r"[$\\=^_+*/<>|∇∂Σ]|\d", text) and len(_WORDS.findall(text)) >= 3
