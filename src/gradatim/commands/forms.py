"""The forms of one answer: a formula derived, as text, LaTeX, Markdown or JSON.

A form is a function from an `Answer` to text, and one line in `FORMS`. What is shown below an answer (a derivation) is a `Part`,
which every form asks for its own spelling of it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gradatim.commands.screen import writer
from gradatim.derive.derivative import Derived
from gradatim.matrix.lift import is_matrix_form
from gradatim.read.problem import Problem
from gradatim.term import Term
from gradatim.write import latex, text


class Part(Protocol):
    """What can stand below an answer."""

    def text(self) -> str: ...
    def latex(self) -> str: ...
    def markdown(self) -> str: ...
    def html(self) -> str: ...
    def as_json(self) -> Mapping[str, object]:
        """Entries that are added to the answer's, such as `steps`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A formula as read, what it was differentiated by, what came out and how it was asked for; `below` is shown with it."""

    problem: Problem
    wrt: tuple[Term, ...]
    found: Derived
    arguments: argparse.Namespace
    below: tuple[Part, ...] = ()

    @property
    def term(self) -> Term:
        return self.found.term

    @property
    def shape(self) -> str:
        return " × ".join(map(str, self.term.shape)) or "scalar"


def order(wrt: tuple[Term, ...]) -> str:
    """∂f/∂x, with each variable as it stands in the function."""
    names = [text(w) for w in wrt]
    if len(names) == 1:
        return f"∂f/∂{names[0]}"
    return f"∂²f/∂{names[0]}²" if names[0] == names[1] else f"∂²f/∂{names[0]}∂{names[1]}"


def as_text(answer: Answer) -> str:
    """The function, its derivative, shape, check and guesses; in two dimensions where a person looks."""
    show = writer(answer.arguments.display)
    left = order(answer.wrt)
    width = max(len(left), 7)
    lines = [show(answer.problem.term, f"{'f':{width}} = "), show(answer.term, f"{left:{width}} = ")]
    lines += [*([] if lines[-1].endswith("\n") else [""]), f"shape: {answer.shape}", answer.found.checked]
    lines += [f"assumed: {a.text}" + (f" (to say otherwise: --given {a.fix!r})" if a.fix else "") for a in answer.problem.assumed]
    return "\n".join([*lines, *("\n" + part.text() for part in answer.below)])


def as_latex(answer: Answer) -> str:
    """The derivative alone, to be pasted; with what is shown below it where that is asked for."""
    return "\n\n".join([latex(answer.term), *(part.latex() for part in answer.below)])


def as_markdown(answer: Answer) -> str:
    lines = [
        f"$$f = {latex(answer.problem.term)}$$",
        "",
        f"{order(answer.wrt)}, shape {answer.shape}:",
        "",
        f"$${latex(answer.term)}$$",
        "",
        f"{answer.found.checked.capitalize()}.",
    ]
    lines += [f"- assumed: {a.text}" for a in answer.problem.assumed]
    return "\n".join([*lines, *("\n" + part.markdown() for part in answer.below)])


def as_json(answer: Answer) -> str:
    """The versioned JSON of one answer."""
    data: dict[str, object] = {
        "version": 1,
        "function": {"latex": latex(answer.problem.term), "text": text(answer.problem.term)},
        "wrt": list(answer.arguments.wrt),
        "answer": {
            "latex": latex(answer.term),
            "text": text(answer.term),
            "shape": list(answer.term.shape),
            "matrix_form": is_matrix_form(answer.term),
        },
        "steps": [],
        "checked": answer.found.as_json(),
        "assumed": [{"text": a.text, "changes_answer": a.changes_answer, "fix": a.fix} for a in answer.problem.assumed],
    }
    for part in answer.below:
        data.update(part.as_json())
    return json.dumps(data, ensure_ascii=False, indent=2)


FORMS: dict[str, Callable[[Answer], str]] = {
    "text": as_text,
    "latex": as_latex,
    "markdown": as_markdown,
    "json": as_json,
}
"""What `--to` may say, and who writes it."""
