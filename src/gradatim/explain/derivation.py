"""A derivation, and the ways to write it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gradatim.errors import GradatimError
from gradatim.explain import on_html, on_latex, on_text
from gradatim.explain.hints import ladder
from gradatim.explain.steps import Script
from gradatim.term import Term
from gradatim.write.latex import latex
from gradatim.write.text import text

NO_MORE = "There are no more hints: what is left is the answer."
DETAILS = ("brief", "normal", "full")


@dataclass(frozen=True)
class Derivation(Script):
    """The steps from a function to its derivative: `.steps`, `.result`, and `.text()`, `.latex()`, `.markdown()`, `.html()`."""

    def text(self, detail: str = "normal", width: int = 100, blocks: bool = False) -> str:
        """For a terminal: a numbered line for each step, with its shape and its rule; with fraction bars and limits in `blocks`."""
        return on_text.written(self, known(detail), width, blocks)

    def latex(self, detail: str = "normal") -> str:
        """`align*` displays with a word before each; needs amsmath and amssymb."""
        return on_latex.written(self, known(detail))

    def markdown(self, detail: str = "normal") -> str:
        """`$$` displays with a few words before each."""
        return on_latex.markdown(self, known(detail))

    def html(self, detail: str = "normal", whole: bool = True) -> str:
        """A page that needs nothing else (`whole`), or an element to put into one."""
        return (on_html.page if whole else on_html.fragment)(self, known(detail))

    @property
    def hints(self) -> tuple[str, ...]:
        """Hints from the faintest on: for each step the kind of rule, the place, the line; the answer is not among them."""
        return tuple(ladder(self))

    def hint(self, n: int) -> str:
        """Hint number n, counted from 1. The answer is none of them: after the last it says that there are no more."""
        hints = self.hints
        if n < 1:
            raise GradatimError("hints are counted from 1")
        return hints[n - 1] if n <= len(hints) else NO_MORE

    def _repr_html_(self) -> str:
        return self.html(whole=False)

    def _repr_latex_(self) -> str:
        return self.latex()

    def in_latex(self, term: Term) -> str:
        """A term in the spelling of the question."""
        return latex(term, self.letters, self.author)

    def as_json(self) -> dict[str, object]:
        """The derivation as data."""
        result = on_text.closing(self).after
        return {
            "version": 1,
            "style": self.style,
            **({"asked": self.asked, "note": self.note} if self.asked else {}),
            "function": {"latex": self.in_latex(self.function), "text": text(self.function)},
            "result": {
                "latex": self.in_latex(result),
                "text": text(result),
                "shape": [str(d) for d in result.shape],
            },
            "steps": [s.as_json(self.in_latex) for s in (*self.steps[:-1], on_text.closing(self), *self.coda)],
        }

    def json(self) -> str:
        return json.dumps(self.as_json(), ensure_ascii=False, indent=2)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def known(detail: str) -> str:
    """A level of detail that there is. Raises GradatimError for any other."""
    if detail not in DETAILS:
        raise GradatimError(f"unknown detail {detail!r}; there are {', '.join(DETAILS)}")
    return detail
