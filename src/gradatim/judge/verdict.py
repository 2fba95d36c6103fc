"""The verdict on an answer: what it is worth, how sure that is, and what went wrong.

`check` returns a `Verdict`; grading and the command line only show it. It is plain data, and `as_json` is its lasting form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradatim.check.ladder import Counterexample
from gradatim.errors import Span
from gradatim.judge.page import headline, verdict_element
from gradatim.read.scope import Assumption
from gradatim.term import Term
from gradatim.write.latex import latex

OUTCOMES = (
    "right",
    "right up to layout",
    "right under a condition",
    "wrong",
    "incomplete",
    "blank",
    "unreadable",
    "undecided",
)
DERIVATIONS = ("holds", "slip", "gap", "unreadable", "none")
KINDS = (
    "transpose",
    "sign",
    "factor",
    "shape",
    "order",
    "missing-term",
    "extra-term",
    "missing-sum",
    "chain-rule",
    "product",
    "symmetry",
    "index",
    "unfinished",
    "other",
)
"""The kinds of mistake; `Verdict.mistake` is one of them or None."""
KIND_HINTS = {
    "transpose": "something is transposed",
    "sign": "a sign is wrong",
    "factor": "a constant factor is wrong",
    "shape": "the shapes do not fit",
    "order": "factors stand in the wrong order",
    "missing-term": "something is missing",
    "extra-term": "a term is too many",
    "missing-sum": "a sum is missing",
    "chain-rule": "the chain rule was not followed to the end",
    "product": "a product is of the wrong kind",
    "symmetry": "something was used that is not given",
    "index": "an index is used wrongly",
    "unfinished": "it is not finished",
    "other": "the result differs from the derivative",
}
RULE_HINTS = {
    "transpose": "the derivative of a scalar has the shape of the variable: write the shape below every factor",
    "sign": "follow every minus sign once more",
    "factor": "the power rule and the squared norm bring in a factor; a mean divides by the number of terms",
    "shape": "write the shape below every factor",
    "order": "matrices do not commute",
    "missing-term": "the product rule gives one term for each factor that depends on the variable",
    "extra-term": "what does not depend on the variable has the derivative zero",
    "missing-sum": "the derivative of a sum is the sum of the derivatives",
    "chain-rule": "chain rule: the outer derivative at the inner function, times the inner derivative",
    "product": "entry by entry and row by column are two products",
    "symmetry": "xᵀAx has the derivative of both occurrences of x; they are equal only for a symmetric A",
    "index": "a bound index has no meaning outside its sum",
    "unfinished": "put the pieces into the chain rule",
    "other": "check one entry with numbers",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake: its kind, one plain sentence, the place in the answer as written (where one is known), and what to look
    at again."""

    kind: str
    message: str
    place: str = ""
    span: Span | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What is said of one line of a derivation.

    `state`: `holds`; `slip` (the first place where it goes wrong); `follows` (differs from what it claims, but follows from
    the line before, which is already wrong); `unread`; `definition`; `not judged` (it claims nothing that can be compared).
    """

    number: int
    text: str
    span: Span
    state: str
    message: str = ""
    mistake: str | None = None

    @property
    def right(self) -> bool:
        return self.state in ("holds", "definition")

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "text": self.text,
            "state": self.state,
            "mistake": self.mistake,
            "message": self.message,
            "span": list(self.span),
        }


@dataclass(frozen=True, slots=True)
class Repair:
    """A misread character, mended: what stood there, what it is taken for, where, and whether it needs a person's yes (a
    digit, a sign, an exponent or a transpose changes)."""

    written: str
    read_as: str
    span: Span
    why: str
    needs_confirmation: bool = False

    @property
    def text(self) -> str:
        ask = " (please confirm)" if self.needs_confirmation else ""
        taken = f"was taken for a misread `{self.read_as}`" if self.read_as else "was left out"
        return f"`{self.written}` {taken}: {self.why}{ask}"

    def __str__(self) -> str:
        return self.text

    def as_json(self) -> dict[str, Any]:
        return {
            "written": self.written,
            "read_as": self.read_as,
            "why": self.why,
            "span": list(self.span),
            "needs_confirmation": self.needs_confirmation,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of an answer.

    `outcome` is of the final answer, with repairs where they were allowed; `as_written` without them; `derivation` of the way
    there. `certainty` is the ladder's word (`proved`, `equal …`, `proved different`, …); `mistake` the kind of mistake or
    None, `mistakes` every kind that explains the answer; `message` one plain sentence that does not tell the right answer.
    `read_as` echoes how the answer was read, `shapes` the shapes in it; `answer` and `expected` are terms (`expected` is the
    right answer: shown only on request). `condition` says what an answer that is right under a condition needs, `layout` the layout
    in which it is right.
    """

    outcome: str
    derivation: str = "none"
    as_written: str = ""
    certainty: str = ""
    mistake: str | None = None
    message: str = ""
    counterexample: Counterexample | None = None
    assumed: tuple[Assumption, ...] = ()
    repairs: tuple[Repair, ...] = ()
    lines: tuple[LineVerdict, ...] = ()
    first_wrong_line: int | None = None
    mistakes: tuple[str, ...] = ()
    place: str = ""
    span: Span | None = None
    read_as: str = ""
    shapes: tuple[str, ...] = ()
    answer: Term | None = None
    expected: Term | None = None
    condition: str = ""
    layout: str = ""
    evidence: str = ""
    advice: str = ""

    @property
    def right(self) -> bool:
        """Right as it stands: no other layout and no condition is needed."""
        return self.outcome == "right"

    @property
    def wrong(self) -> bool:
        """Wrong for certain; what could not be read or decided never is."""
        return self.outcome == "wrong"

    @property
    def hints(self) -> tuple[str, ...]:
        """What to say one at a time, none of it the answer: the kind, the place, the rule, the line."""
        if self.mistake is None:
            return ()
        place = f"look at {self.place}" if self.place else "look at the whole formula, not at one symbol"
        line = f"the first wrong line is line {self.first_wrong_line}" if self.first_wrong_line is not None else self.message
        return (KIND_HINTS[self.mistake], place, self.advice or RULE_HINTS[self.mistake], line)

    def hint(self, n: int) -> str:
        """The n-th hint, from 1: the kind, the place, the rule, the line. The last one is repeated; none tells the answer."""
        return self.hints[min(max(n, 1), len(self.hints)) - 1] if self.hints else self.message

    def __str__(self) -> str:
        said = headline(self.outcome)
        return f"{said}: {self.message}" if self.message and self.message != self.outcome else said

    def __repr__(self) -> str:
        return f"<{self}>"

    def _repr_html_(self) -> str:
        return verdict_element(self)

    def as_json(self, reveal: bool = False) -> dict[str, Any]:
        """The verdict as data for JSON; the right answer is in it only where `reveal` asks for it."""
        found: dict[str, Any] = {
            "outcome": self.outcome,
            "as_written": self.as_written or self.outcome,
            "derivation": self.derivation,
            "certainty": self.certainty,
            "mistake": self.mistake,
            "mistakes": list(self.mistakes),
            "message": self.message,
            "place": self.place,
            "condition": self.condition,
            "layout": self.layout,
            "read_as": self.read_as,
            "read_as_latex": "" if self.answer is None else latex(self.answer),
            "shapes": list(self.shapes),
            "evidence": self.evidence,
            "counterexample": None if self.counterexample is None else self.counterexample.text,
            "assumed": [{"text": a.text, "changes_answer": a.changes_answer, "fix": a.fix} for a in self.assumed],
            "repairs": [r.as_json() for r in self.repairs],
            "lines": [line.as_json() for line in self.lines],
            "first_wrong_line": self.first_wrong_line,
        }
        if reveal and self.expected is not None:
            found["expected"] = {"text": self.expected.text(), "latex": self.expected.latex()}
        return found


__all__ = ["DERIVATIONS", "Finding", "KINDS", "LineVerdict", "OUTCOMES", "Repair", "Verdict"]
