"""A derivation on a terminal: the equations on the left, shape and rule beside them, the reason beside or below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from textwrap import wrap
from unicodedata import combining

from gradatim.explain.algebra import TRIVIAL
from gradatim.explain.frame import HUGE
from gradatim.explain.notation import notation
from gradatim.explain.reorder import CYCLIC
from gradatim.explain.steps import Script, Step, sentence
from gradatim.matrix.cost import cost
from gradatim.term import Term
from gradatim.write.display import display
from gradatim.write.text import raised, text

_POWER = re.compile(r"\^(\d+)")
COLUMN = 46
"""Where the notes begin."""

_TOLD = ("algebra", "symmetry", "what is given", "transpose of a scalar", "cyclic property of the trace")
Write = Callable[[Term], str]
Block = Callable[[Term, str], str]
"""A formula in two dimensions, with what stands before it."""


def written(script: Script, detail: str, width: int, blocks: bool = False) -> str:
    """The lines of a derivation, numbered; in two dimensions (fraction bars, limits of sums) where `blocks` says so."""

    def write(term: Term) -> str:
        return text(term, script.letters)

    def block(term: Term, left: str) -> str:
        return display(term, left, width, script.letters)

    return "\n".join(lines(script, write, detail, width, block if blocks else None))


def lines(script: Script, write: Write, detail: str, width: int, block: Block | None = None, number: int = 0) -> Iterator[str]:
    heard = set[str]()
    if script.asked:
        yield from (f"{script.note}:", "")
    for step in (*script.steps, *script.coda):
        if step.kind == "shape":
            yield from _last(script, closing(script), write, detail, block)
            yield from [""] if script.coda else []
            continue
        between = [s for s in step.between if not s.continues]
        if step.likewise and detail == "full":
            yield from lines(replace(script, steps=step.between, coda=(), asked=""), write, "normal", width, block, number)
        elif step.likewise:
            yield f"  ⋮     {len(between)} lines of the same form"
        number += len(between) + (not step.continues)
        mark = "" if step.continues else f"{number}."
        note, why = beside(step, write, detail)
        if detail == "normal" and why in heard and step.kind == "partial":
            why = ""  # said once is enough
        heard.add(why)
        yield from _line(step, write, (note, why), width, f"{mark:>3} ", block)
        if detail == "full":
            for sub in step.finer:
                yield from _line(sub, write, beside(sub, write, detail), width, " " * 8 + "· ", block)
    if detail != "brief" and script.steps[-1].kind == "shape":
        yield from _closing(script, write, width)


def closing(script: Script) -> Step:
    """The last line; in the names of the intermediates where nobody would read it written out."""
    last, above = script.steps[-1], script.steps[-2]
    return replace(last, after=above.after) if cost(last.after) > HUGE and cost(above.after) < cost(last.after) else last


def equation(step: Step, write: Write) -> str:
    """`left = right`, or `= right` where a step goes on."""
    right = " = ".join(write(t) for t in (step.after, *step.forms))
    return f"    = {right}" if step.continues else f"{write(step.before)} = {right}"


def _line(step: Step, write: Write, beside_it: tuple[str, str], width: int, mark: str, block: Block | None) -> Iterator[str]:
    left = mark + equation(step, write) if "·" not in mark else mark + equation(step, write).lstrip()
    note, why = beside_it
    if block is not None:
        drawn = _drawn(step, write, mark, block)
        if len(drawn) > 1:
            yield from _noted(drawn, mark, note, why, width)
            return
    gap = " " * max(2, COLUMN - columns(left))
    if note and COLUMN <= columns(left) + 1 and columns(left) + 2 + columns(note) > width:
        yield left
        left, gap = "", " " * COLUMN
    joined = f"{note}: {why}" if why else note
    if columns(left + gap + joined) <= width:
        yield f"{left}{gap}{joined}".rstrip()
        return
    yield f"{left}{gap}{note}".rstrip()
    yield from _below(why, width)


def _below(why: str, width: int) -> Iterator[str]:
    for part in wrap(why, width - 8, break_long_words=False):
        yield f"{'':8}{part}"


def _drawn(step: Step, write: Write, mark: str, block: Block) -> list[str]:
    """The equation in two dimensions, further forms each on lines of their own."""
    head = f"{mark}    = " if step.continues else f"{mark}{write(step.before)} = "
    out = block(step.after, head).split("\n")
    for form in step.forms:
        out += block(form, " " * (columns(head) - 2) + "= ").split("\n")
    return out


def _noted(drawn: list[str], mark: str, note: str, why: str, width: int) -> Iterator[str]:
    """A block with its note on the line of the equality sign, where it fits, and a blank line around it."""
    axis = next(
        (k for k, line in enumerate(drawn) if " = " in line[: len(line)] and (not mark.strip() or line.startswith(mark))), 0
    )
    wide = max(map(columns, drawn))
    start = max(COLUMN, wide + 3)
    fits = start + columns(note) <= width
    if fits:
        drawn[axis] += " " * (start - columns(drawn[axis])) + note
    yield from (line.rstrip() for line in drawn)
    if not fits and note:
        yield f"{'':8}{note}"
    yield from _below(why, width)
    yield ""


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
    return ", ".join(parts), sentence(step.said, write) if says(step, detail) else ""


def says(step: Step, detail: str) -> bool:
    """Whether the reason of a step is written at a level of detail."""
    return detail == "full" or detail == "normal" and (step.kind in ("partial", "result") or told(step))


def told(step: Step) -> bool:
    """Whether a step that puts together, or one of algebra, has something to say of its own."""
    if step.kind == "rewrite":
        return step.rule in _TOLD and step.said not in ((), TRIVIAL, CYCLIC)
    return step.kind == "chain" and any(not isinstance(w, str) for w in step.said)


def shape_words(step: Step) -> str:
    return " × ".join(_POWER.sub(lambda m: raised(m[1]), str(d)) for d in step.shape) or "scalar"


def _last(script: Script, step: Step, write: Write, detail: str, block: Block | None) -> Iterator[str]:
    yield ""
    if detail != "brief" or script.steps[-2].after is not step.after:  # where little is said, nothing is said twice
        yield equation(step, write) if block is None else block(step.after, f"{write(step.before)} = ")
    yield f"shape check: {shape_words(step)}; {sentence(step.said, write)}"


def _closing(script: Script, write: Write, width: int) -> Iterator[str]:
    """What signs mean, and how every step was checked."""
    yield from [""] if script.coda else []
    signs = "; ".join(sentence(w, write) for w in notation(script))
    if signs:
        yield from wrap(f"notation: {signs}", width, subsequent_indent="    ", break_long_words=False)
    if script.steps[-1].checked:
        yield f"every step checked: {script.steps[-1].checked}"
