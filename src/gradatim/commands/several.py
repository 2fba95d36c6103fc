"""`derive` by several variables at once: `--wrt "W, b"` gives a gradient for each, with `--order 2` a block for each pair."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gradatim.commands.forms import Answer, as_json, program
from gradatim.commands.screen import writer
from gradatim.derive.derivative import Derived, derived
from gradatim.errors import GradatimError
from gradatim.read.problem import Problem
from gradatim.report import entry as forms
from gradatim.report import html
from gradatim.report.entry import Entry
from gradatim.report.guessed import guess_lines
from gradatim.term import Term
from gradatim.write import text
from gradatim.write.display import cells, padded


@dataclass(frozen=True, slots=True)
class Block:
    """One derivative of several: by which variables, as they were asked for, and what came out."""

    names: tuple[str, ...]
    answer: Answer


def listed(names: Sequence[str]) -> list[str]:
    """The variables of `--wrt "W, b"`; one name alone is one variable."""
    if len(names) != 1 or "," not in names[0]:
        return []
    depth, out = 0, [""]
    for c in names[0]:
        depth += (c in "{([") - (c in "})]")
        if c == "," and not depth:
            out.append("")
        else:
            out[-1] += c
    return [n.strip() for n in out if n.strip()]


def blocks(problem: Problem, names: Sequence[str], order: int, arguments: argparse.Namespace) -> list[Block]:
    """Each derivative, verified. Raises GradatimError."""
    if order > 2:
        raise GradatimError("by several variables at once there are first and second derivatives")
    if order == 2 and not problem.term.is_scalar:
        raise GradatimError("a Hessian is of a scalar function")
    if arguments.form or arguments.along or arguments.structure or arguments.hint is not None:
        raise GradatimError("forms, structures and hints are of one derivative: name one variable")
    wanted = [(n,) for n in names] if order == 1 else [(a, b) for a in names for b in names]
    found: list[Block] = []
    for group in wanted:
        wrt = tuple(map(problem.find, group))
        result: Derived = derived(problem.term, *wrt, layout=arguments.layout)
        one = argparse.Namespace(**{**vars(arguments), "wrt": list(group)})
        found.append(Block(group, Answer(problem, wrt, result, one)))
    return found


def shown(problem: Problem, found: Sequence[Block], arguments: argparse.Namespace) -> str:
    """All of them in the form that was asked for."""
    return FORMS.get(arguments.to, as_source)(problem, found, arguments)


def _entries(found: Sequence[Block]) -> list[Entry]:
    return [replace(b.answer.entry(), others=(), condition="") for b in found]


def as_text(problem: Problem, found: Sequence[Block], arguments: argparse.Namespace) -> str:
    entries, show = _entries(found), writer(arguments.display)
    first = entries[0]
    heads = [text(head) for head, _ in first.definitions]
    width = max(map(cells, (*(e.left[1] for e in entries), *heads)))
    lines = [show(problem.term, padded(first.name[1], width) + " = ")]
    lines += [show(value, padded(head, width) + " = ") for head, (_, value) in zip(heads, first.definitions)]
    for e in entries:
        lines += forms.answer_lines(e, padded(e.left[1], width) + " = ", show)
    needs = tuple(dict.fromkeys(c for e in entries for c in e.needs))
    lines += [*forms.needs_line(replace(first, needs=needs)), ""]
    lines += [f"{e.left[1]}: {e.shape}, {e.checked}" for e in entries]
    lines += guess_lines(first.guesses, arguments.given)
    return "\n".join(lines)


def as_latex(_problem: Problem, found: Sequence[Block], _arguments: argparse.Namespace) -> str:
    rows = []
    for e in _entries(found):
        assert e.answer is not None
        left = f"{e.left[0]} &=" if e.map is None else forms.map_left(e).replace(" : ", " &: ", 1)
        rows.append(f"{left} {e.latex(e.answer if e.map is None else e.map.body)}")
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def as_markdown(_problem: Problem, found: Sequence[Block], _arguments: argparse.Namespace) -> str:
    first, *rest = _entries(found)
    return "\n\n".join(forms.as_markdown(e) for e in (first, *(replace(e, function=None, guesses=()) for e in rest)))


def as_html(_problem: Problem, found: Sequence[Block], _arguments: argparse.Namespace) -> str:
    first, *rest = _entries(found)
    articles = [html.article(e) for e in (first, *(replace(e, function=None, guesses=()) for e in rest))]
    return html.page("Derivatives of " + first.name[1], articles)


def as_blocks(_problem: Problem, found: Sequence[Block], _arguments: argparse.Namespace) -> str:
    """The versioned JSON: the function and the guesses once, then an answer for each."""
    every = [json.loads(as_json(b.answer)) for b in found]
    kept = ("wrt", "answer", "conditions", "linear_map", "checked")
    data = {
        "version": 1,
        "function": every[0]["function"],
        "blocks": [{k: e[k] for k in kept if k in e} for e in every],
        "assumed": every[0]["assumed"],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_source(_problem: Problem, found: Sequence[Block], arguments: argparse.Namespace) -> str:
    terms: list[Term] = [b.answer.term for b in found]
    return program(terms, arguments.to, "derivatives")


FORMS: dict[str, Callable[[Problem, Sequence[Block], argparse.Namespace], str]] = {
    "text": as_text,
    "latex": as_latex,
    "markdown": as_markdown,
    "html": as_html,
    "json": as_blocks,
}
