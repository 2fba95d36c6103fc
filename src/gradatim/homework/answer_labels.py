"""Answers in a text of their own, without the questions: found by label, by numbering, or by the derivative they claim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gradatim.errors import GradatimError, Span
from gradatim.homework.answer_marks import EMPTY, Marks
from gradatim.homework.asks import Ask, find_ask
from gradatim.homework.document import DISPLAY, read_document
from gradatim.homework.task import Task

_STRONG = re.compile(r"\n[ \t]*(?:#{1,6}[ \t]|\\(?:sub)*section|[*_]{0,3}(?:question|problem|exercise)\s*\d)", re.I)


def by_label(text: str, labels: Sequence[str], titles: Mapping[str, str] = EMPTY) -> dict[str, list[Span]]:
    """The pieces of a text below lines that begin with a label of the document (`1.2`, `**Question 2(b)**`, `## 3`), or with one of
    its `titles`."""
    return _pieces(text, Marks(tuple(labels), _lines(text), titles).found)


def _pieces(text: str, marks: list[tuple[int, int, str]]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for k, (_, end, label) in enumerate(marks):
        stop = marks[k + 1][0] if k + 1 < len(marks) else len(text)
        if label:
            found.setdefault(label, []).append((end, stop))
    return found


def _lines(text: str) -> list[tuple[int, str]]:
    """Lines outside displayed formulas, with their places."""
    masked = list(text)
    at = 0
    while match := DISPLAY.search(text, at):
        at = match.end()
        if _STRONG.search(match.group()):
            # A stray `$$` does not swallow the next question.
            at = match.start() + 2 if match.group().startswith("$$") else match.end()
            continue
        masked[match.start() : match.end()] = ["\n" if c == "\n" else "\x01" for c in match.group()]
    return [(m.start(), m.group()) for m in re.finditer(r"[^\n]+", "".join(masked)) if not m.group().startswith("\x01")]


def by_numbering(text: str, labels: Sequence[str]) -> dict[str, list[Span]]:
    """The items of a submission that is built like the document: its sections and items are counted in the same way."""
    try:
        document = read_document(text)
    except GradatimError:
        return {}
    found: dict[str, list[Span]] = {}
    for item in document.items:
        if item.label in labels:
            found.setdefault(item.label, []).append((_after_marker(text, item.span[0]), item.answer_span[1]))
    return found


def _after_marker(text: str, at: int) -> int:
    found = re.compile(r"[ \t]*(?:[-*+•]|\(?\w{1,4}[.)]|\\item(?:[ \t]*\[[^\]]*\])?)(?=\s|$)").match(text, at)
    return found.end() if found else at


# ---------------------------------------------------------------- by what a formula claims


_INLINE = re.compile(r"(?<![\\$])\$(?P<a>[^$\n]+)\$|(?P<b>(?!))|(?P<c>(?!))")


def by_claim(text: str, tasks: Sequence[Task], inline: bool = False) -> dict[str, list[Span]]:
    """Formulas without any label: each goes to the only question whose derivative stands left of its `=`, with the
    formulas before it that claim nothing. With `inline` those between the words are looked at, and no displays."""
    asked: dict[tuple[str, ...], list[str]] = {}
    for task in tasks:
        if task.ask is not None:
            asked.setdefault(_key(task.ask), []).append(task.label)
    unique = {key: names[0] for key, names in asked.items() if len(names) == 1}
    found: dict[str, list[Span]] = {}
    start = 0
    for match in (_INLINE if inline else DISPLAY).finditer(text):
        latex = next(g for g in (match["a"], match["b"], match["c"]) if g is not None)
        claim = find_ask(f"Find ${_first_side(latex)}$, the derivative.")
        label = unique.get(_key(claim)) if isinstance(claim, Ask) else None
        if label:
            found.setdefault(label, []).append((start, match.end()))
            start = match.end()
    return found


def _first_side(latex: str) -> str:
    return re.sub(r"\\begin\{[a-z]+\*?\}(?:\{[^{}]*\})?|&", " ", latex.split("=", 1)[0]).strip()


def _key(ask: Ask) -> tuple[str, ...]:
    """Function and variables without styling, arguments and spaces."""
    return tuple(_unstyled(x) for x in (re.split(r"=|\((?!\d)", ask.function)[0], *ask.wrt))


def _unstyled(name: str) -> str:
    name = re.sub(r"\\(?:mathbf|boldsymbol|mathcal|mathrm|bm|vec)(?![A-Za-z])", "", name)
    return re.sub(r"[\s{}]", "", name)


__all__ = ["by_claim", "by_label", "by_numbering"]
