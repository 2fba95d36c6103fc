"""What a derivation is made of: claims that can be verified, steps, and the sheet of paper with them on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from gradatim.explain.formula import Formula
from gradatim.explain.sheet import Sheet
from gradatim.term import Term
from gradatim.types import shape_of
from gradatim.write.latex import latex
from gradatim.write.spelling import USUAL, Spelling
from gradatim.write.text import text

Label = tuple[str, str]
"""A name in LaTeX and in text."""
Shape = tuple[str | int, ...]
Words = tuple[str | Term | Formula, ...]
"""A sentence with formulas in it."""


def listed(said: Sequence[Words]) -> Words:
    """Several remarks in one, with semicolons between them."""
    return tuple(w for k, words in enumerate(said) for w in ((("; ",) if k else ()) + tuple(words)))


def sentence(words: Words, write: Callable[[Term], str]) -> str:
    """A sentence with its formulas written."""
    return "".join(w if isinstance(w, str) else w.text if isinstance(w, Formula) else write(w) for w in words)


@dataclass(frozen=True, slots=True)
class Move:
    """How a function is moved to see its derivative: `by` along `along`, a random direction where that is None."""

    by: Term
    along: Term | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What the left side of a step means, for the checker: the derivative (or differential) of `of` under the moves.

    Where `fixed` holds, the named intermediates in `of` other than the moved ones stand still: a partial derivative.
    Without moves the step says that two formulas are equal, and the left side is `of` itself.
    """

    of: Term
    moves: tuple[Move, ...] = ()
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation: `before` = `after`, by `rule`.

    `shape` is the shape of both sides, `why` one sentence (`said` with its formulas as terms), `condition` what must hold for the
    step ("" for nothing), `checked` what was verified and how, `substeps` the finer steps that may be folded away. A step that goes on with the line
    above (`= …`) has `continues` set. `kind` is one of: definition, partial, chain, rewrite, result, shape.
    """

    rule: str
    before: Term
    after: Term
    said: Words = ()
    kind: str = "rewrite"
    claim: Claim | None = None
    continues: bool = False
    needs: Words = ()
    checked: str = ""
    substeps: tuple[Step, ...] = ()
    forms: tuple[Term, ...] = ()
    """Further ways to write the right side that stand on the same line: `s = log-sum-exp …` spelt out."""
    likewise: int = 0
    """How many of the substeps are the lines above this one, of the same form, that are not written out."""

    @property
    def between(self) -> tuple[Step, ...]:
        """The lines of the same form that stand above this one."""
        return self.substeps[: self.likewise]

    @property
    def finer(self) -> tuple[Step, ...]:
        """The finer steps of this line itself."""
        return self.substeps[self.likewise :]

    @property
    def why(self) -> str:
        return sentence(self.said, text)

    @property
    def condition(self) -> str:
        return sentence(self.needs, text)

    @property
    def shape(self) -> Shape:
        return shape_of(self.after.type)

    def with_check(self, checked: str, substeps: tuple[Step, ...]) -> Step:
        return replace(self, checked=checked, substeps=substeps)

    def as_json(self, write: Callable[[Term], str] = latex) -> dict[str, object]:
        """The step as data; `write` gives the LaTeX of a term."""
        return {
            "rule": self.rule,
            "kind": self.kind,
            "before": {"latex": write(self.before), "text": text(self.before)},
            "after": {"latex": write(self.after), "text": text(self.after)},
            "shape": [str(d) for d in self.shape],
            "why": self.why,
            "condition": self.condition,
            "continues": self.continues,
            "checked": self.checked,
            "substeps": [s.as_json(write) for s in self.finer],
            **({"likewise": [s.as_json(write) for s in self.between]} if self.likewise else {}),
        }


OTHERWISE = "not everything in the function has entries that are written out, so the steps go by differentials"
LAYERS = "the differential of so many intermediates is too long to write out, so the steps go by the chain rule"
"""What stands above a derivation in another style than was asked for."""


@dataclass(frozen=True)
class Script:
    """A derivation as data: the function and how it is called, the variables, the style, the steps, the result.

    `goal` is what the last line is the derivative of, by the last variable: the function, or its gradient for a Hessian.
    """

    function: Term
    label: tuple[str, str]
    variables: tuple[Term, ...]
    style: str
    steps: tuple[Step, ...]
    result: Term
    goal: Term
    letters: dict[str, str] = field(default_factory=dict)
    """The letter of the index that runs over a dimension."""
    author: Spelling = USUAL
    """How the question spells transposes and words in LaTeX."""
    paper: Sheet | None = field(default=None, repr=False, compare=False)
    """The names of its intermediates, for a derivation that goes on below it."""
    asked: str = ""
    """The style that was asked for, where another had to be taken."""
    coda: tuple[Step, ...] = ()
    """What follows the last line where another layout, or the derivative on a structured set, was asked for."""

    @property
    def note(self) -> str:
        """Why the steps go another way than was asked for; "" where they do not."""
        return "" if not self.asked else OTHERWISE if self.style == "differential" else LAYERS
