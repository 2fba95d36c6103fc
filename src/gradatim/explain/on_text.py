"""A derivation on a terminal: the equations on the left, shape and rule beside them, the reason beside or below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import wrap
from unicodedata import combining

from gradatim.explain.steps import Script, Step, sentence
from gradatim.term import Term
from gradatim.write.text import text

COLUMN = 46
"""Where the notes begin."""

Write = Callable[[Term], str]


def written(script: Script, detail: str, width: int) -> str:
    """The lines of a derivation, numbered."""

    def write(term: Term) -> str:
        return text(term, script.letters)

    return "\n".join(lines(script, write, detail, width))


def lines(script: Script, write: Write, detail: str, width: int) -> Iterator[str]:
    number = 0
    for step in script.steps:
        if step.kind == "shape":
            yield from _last(step, write, detail)
            continue
        number += not step.continues
        mark = "" if step.continues else f"{number}."
        yield from _line(step, write, detail, width, f"{mark:>3} ")
        if detail == "full":
            for sub in step.substeps:
                yield from _line(sub, write, detail, width, " " * 8 + "· ")


def equation(step: Step, write: Write) -> str:
    """`left = right`, or `= right` where a step goes on."""
    right = " = ".join(write(t) for t in (step.after, *step.forms))
    return f"    = {right}" if step.continues else f"{write(step.before)} = {right}"


def _line(step: Step, write: Write, detail: str, width: int, mark: str) -> Iterator[str]:
    left = mark + equation(step, write)
    note, why = beside(step, write, detail)
    gap = " " * max(2, COLUMN - columns(left))
    if note and COLUMN <= columns(left) + 1 and columns(left) + 2 + columns(note) > width:
        yield left
        left, gap = "", " " * COLUMN
    joined = f"{note}: {why}" if why else note
    if columns(left + gap + joined) <= width:
        yield f"{left}{gap}{joined}".rstrip()
        return
    yield f"{left}{gap}{note}".rstrip()
    for part in wrap(why, width - 8, break_long_words=False):
        yield f"{'':8}{part}"


def columns(s: str) -> int:
    """How wide a text stands on a terminal: marks above letters take no room."""
    return sum(not combining(c) for c in s)


def beside(step: Step, write: Write, detail: str) -> tuple[str, str]:
    """Shape and rule of a step, and its reason."""
    parts = [] if step.continues else [shape_words(step)]
    if detail == "brief":
        return ", ".join(parts), ""
    if not (step.kind == "definition" and step.rule == "name"):
        parts.append(step.rule)
    if step.needs:
        parts.append(f"for {sentence(step.needs, write)}")
    why = sentence(step.said, write) if detail == "full" or step.kind in ("partial", "result") or told(step) else ""
    return ", ".join(parts), why


def told(step: Step) -> bool:
    """Whether a step that puts together has something to say of its own."""
    return step.kind == "chain" and any(not isinstance(w, str) for w in step.said)


def shape_words(step: Step) -> str:
    return " × ".join(map(str, step.shape)) or "scalar"


def _last(step: Step, write: Write, detail: str) -> Iterator[str]:
    yield ""
    yield equation(step, write)
    yield f"shape check: {shape_words(step)}; {sentence(step.said, write)}"
    if step.checked and detail != "brief":
        yield f"every step checked: {step.checked}"
