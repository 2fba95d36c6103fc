"""The forms of one answer: a formula derived, as text, LaTeX, Markdown, HTML or JSON.

A form is a function from an `Answer` to text, and one line in `FORMS`. What is shown below an answer (a derivation) is a `Part`,
which every form asks for its own spelling of it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Protocol

from gradatim.commands.screen import writer
from gradatim.derive.derivative import Derived
from gradatim.derive.forms import Form
from gradatim.homework.entries import entry_of
from gradatim.homework.otherwise import otherwise
from gradatim.matrix.matrix_form import is_matrix_form
from gradatim.read.problem import Problem
from gradatim.report import entry as forms
from gradatim.report import html
from gradatim.report.entry import Entry, Label, differential_left
from gradatim.report.guessed import guess_lines
from gradatim.term import Term
from gradatim.write import latex, text
from gradatim.write.display import cells, padded
from gradatim.write.spelling import Spelling


class Part(forms.Part, Protocol):
    """What can stand below an answer."""

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
    form: Form | None = None
    """The form that was asked for, where one was."""

    @property
    def term(self) -> Term:
        return self.found.term

    def entry(self) -> Entry:
        """What all forms show."""
        given = list(self.arguments.wrt)
        spellings = given * len(self.wrt) if len(given) == 1 else given
        others = otherwise(self.problem, spellings, self.term, self.arguments.layout)
        made = entry_of(self.problem, self.wrt, self.found, others, self.arguments.whole, self.below)
        if self.arguments.form == "kronecker":
            made = replace(made, left=stacked_left(made.name, self.wrt[-1], made.author))
        if self.arguments.along or self.arguments.form == "differential":
            made = replace(made, left=differential_left(made.name, self.arguments.along, order=len(self.wrt)))
        if self.arguments.form == "index":
            made = replace(made, map=None)
        return made if self.form is None else replace(made, legend=(*self.form.legend(), *made.legend))


def stacked_left(name: Label, by: Term, author: Spelling) -> Label:
    """∂vec(F)/∂vec(X)ᵀ in LaTeX and text."""
    variable = latex(by, author=author)
    below = rf"\partial \operatorname{{vec}}({variable})^\top"
    return rf"\frac{{\partial \operatorname{{vec}}({name[0]})}}{{{below}}}", f"∂vec({name[1]})/∂vec({text(by)})ᵀ"


def as_text(answer: Answer) -> str:
    """The function, its derivative, shape, check and guesses; in two dimensions where a person looks."""
    entry = answer.entry()
    show = partial(writer(answer.arguments.display), letters=entry.author.letters)
    heads = [text(head) for head, _ in entry.definitions]
    width = max(map(cells, (entry.left[1], "∂f/∂x  ", *heads)))
    left = padded(entry.left[1], width) + " = "
    lines = [show(answer.problem.term, padded(entry.name[1], width) + " = ")]
    lines += [show(value, padded(head, width) + " = ") for head, (_, value) in zip(heads, entry.definitions)]
    lines += [f"If {entry.condition}:"] if entry.condition else []
    lines += forms.answer_lines(entry, left, show)
    lines += [*forms.legend_lines(entry), *forms.needs_line(entry)]
    lines += forms.condition_lines(entry, show, left)
    lines += [*([] if lines[-1].endswith("\n") else [""]), f"shape: {entry.shape}", entry.checked]
    lines += guess_lines(entry.guesses, answer.arguments.given)
    return "\n".join([*lines, *("\n" + part.text() for part in answer.below)])


def as_latex(answer: Answer) -> str:
    """The derivative alone, to be pasted into a display; with what is shown below it where that is asked for."""
    entry = answer.entry()
    if not answer.problem.name:  # an f that nobody wrote stands for nothing where the formula is pasted
        entry = replace(entry, shorter=None)
    named = entry.named(answer.term if entry.map is None else entry.map.body)
    formula = ("" if entry.map is None else f"{forms.map_left(entry)} ") + entry.latex(named.term)
    if named.where:
        rows = [f"& {formula}"]
        rows += [
            rf"& \text{{{'where' if not k else 'and'} }} {entry.latex(head)} = {entry.latex(value)}"
            for k, (head, value) in enumerate(named.where)
        ]
        formula = "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"
    return "\n\n".join([formula, *(part.latex() for part in answer.below)])


def as_markdown(answer: Answer) -> str:
    return forms.as_markdown(answer.entry())


def as_html(answer: Answer) -> str:
    """A page of its own."""
    entry = answer.entry()
    return html.page(f"{entry.left[1]}", [html.article(entry)])


def as_json(answer: Answer) -> str:
    """The versioned JSON of one answer."""
    entry = answer.entry()
    author, named = entry.author, entry.named(answer.term)
    data: dict[str, object] = {
        "version": 1,
        "function": {"latex": latex(answer.problem.term, author=author), "text": text(answer.problem.term)},
        "wrt": list(answer.arguments.wrt),
        "answer": {
            "latex": latex(answer.term, author=author),
            "text": text(answer.term),
            "shape": list(answer.term.shape),
            "matrix_form": is_matrix_form(answer.term),
            "convention": answer.found.convention or None,
            "form": answer.arguments.form or None,
            "names": [{"latex": a, "text": b} for a, b in entry.legend],
            "named": {
                "latex": entry.latex(named.term),
                "text": text(named.term),
                "where": [
                    {"name": entry.latex(head), "latex": entry.latex(value), "text": f"{text(head)} = {text(value)}"}
                    for head, value in named.where
                ],
            },
        },
        "conditions": [c.as_json(author) for c in entry.needs],
        "otherwise": [
            {
                "if": other.condition,
                "given": other.fix,
                "latex": None if other.answer is None else entry.latex(other.answer),
                "text": None if other.answer is None else text(other.answer),
            }
            for other in entry.others
        ],
        "steps": [],
        "checked": answer.found.as_json(),
        "assumed": [{"text": a.text, "changes_answer": a.changes_answer, "fix": a.fix} for a in answer.problem.assumed],
    }
    if entry.map is not None:
        data["linear_map"] = {"text": entry.map.text(), "latex": entry.map.latex()}
    for part in answer.below:
        data.update(part.as_json())
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_source(backend: str) -> Callable[[Answer], str]:
    """A function of the arguments as Python source, for one library of arrays."""
    return lambda answer: program(answer.term, backend, "derivative")


def program(terms: Term | list[Term], backend: str, name: str) -> str:
    """The source; the compiler and NumPy are loaded here, since a formula alone needs neither."""
    return str(import_module("gradatim.compile.function").source(terms, backend=backend, name=name)).rstrip("\n")


FORMS: dict[str, Callable[[Answer], str]] = {
    "text": as_text,
    "latex": as_latex,
    "markdown": as_markdown,
    "html": as_html,
    "json": as_json,
    "numpy": as_source("numpy"),
    "jax": as_source("jax"),
    "torch": as_source("torch"),
}
"""What `--to` may say, and who writes it."""
