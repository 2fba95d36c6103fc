"""A derivation on a terminal: the equations on the left, shape and rule beside them or below."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from gradatim.explain.steps import Script, Step, sentence
from gradatim.term import Term
from gradatim.write.text import text

COLUMN = 50


def written(script: Script, detail: str, width: int) -> str:
    """The lines of a derivation, numbered."""
    return "\n".join(lines(script, detail, width))


def lines(script: Script, detail: str, width: int) -> Iterator[str]:
    def write(term: Term) -> str:
        return text(term, script.letters)

    number = 0
    for step in script.steps:
        if step.kind == "shape":
            yield from _last(step, write, detail)
            continue
        if not step.continues:
            number += 1
        yield from _line(step, write, detail, width, "" if step.continues else f"{number}.")
        if detail == "full":
            for sub in step.substeps:
                yield from _line(sub, write, detail, width, "·", 4)


def _line(step: Step, write, detail: str, width: int, mark: str, indent: int = 0) -> Iterator[str]:  # type: ignore[no-untyped-def]
    pad = " " * indent
    if step.continues:
        equation = f"{pad}{'':4}    = {write(step.after)}"
    else:
        middle = "".join(f" = {write(f)}" for f in step.forms)
        equation = f"{pad}{mark:>3} {write(step.before)} = {write(step.after)}{middle}"
    note = beside(step, write, detail)
    if not note:
        yield equation
    elif len(equation) <= COLUMN and COLUMN + 2 + len(note) <= width:
        yield f"{equation:{COLUMN}}  {note}"
    else:
        first = len(equation) <= COLUMN
        parts = wrap(note, max(30, width - COLUMN - 2))
        if first:
            yield f"{equation:{COLUMN}}  {parts.pop(0)}"
        else:
            yield equation
        for part in parts:
            yield f"{'':{COLUMN}}  {part}"


def beside(step: Step, write, detail: str) -> str:  # type: ignore[no-untyped-def]
    """Shape, rule, reason and condition of a step."""
    shape = " × ".join(map(str, step.shape)) or "scalar"
    if detail == "brief":
        return shape if not step.continues else ""
    out = f"{shape}, {step.rule}" if not step.continues else step.rule
    why = sentence(step.said, write)
    if why and (detail == "full" or step.kind != "rewrite"):
        out += f": {why}"
    if step.needs:
        out += f" (needs {sentence(step.needs, write)})"
    return out


def _last(step: Step, write, detail: str) -> Iterator[str]:  # type: ignore[no-untyped-def]
    shape = " × ".join(map(str, step.shape)) or "scalar"
    yield ""
    yield f"{write(step.before)} = {write(step.after)}"
    yield f"shape check: {shape}, {sentence(step.said, write)}"
    if step.checked and detail != "brief":
        yield f"every step checked: {step.checked}"
