"""Long derivations whose lines repeat, layer after layer: the first of a run and the last are written, those between are folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gradatim.explain.frame import HUGE
from gradatim.explain.steps import Step
from gradatim.matrix.cost import cost
from gradatim.write.text import text

LONG = 24
"""The number of lines up to which all are written."""
RUN = 4
"""How many lines, or groups of lines, of one form make a run."""
WIDEST = 12
"""The largest number of lines that repeat together."""
_DIGITS = re.compile("[0-9₀₁₂₃₄₅₆₇₈₉]+")

Block = tuple[Step, ...]
"""A line with those that go on with it."""


def folded(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps with the middle of each run of lines that differ in numbers alone put into the last lines of the run."""
    blocks = _blocks(steps)
    if len(blocks) <= LONG:
        return tuple(steps)
    forms = [_form(b) for b in blocks]
    while len(blocks) > LONG:
        found = _longest(forms)
        if found is None:
            break
        start, period, times = found
        last = start + period * (times - 1)
        between = tuple(s for b in blocks[start + period : last] for s in b)
        head = blocks[last][0]
        closing = (replace(head, substeps=(*between, *head.substeps), likewise=len(between)), *blocks[last][1:])
        blocks = [*blocks[: start + period], closing, *blocks[last + 1 :]]
        forms = [*forms[: start + period], (id(closing),), *forms[last + 1 :]]
    return tuple(s for b in blocks for s in b)


def _blocks(steps: Sequence[Step]) -> list[Block]:
    out: list[list[Step]] = []
    for step in steps:
        if step.continues and out:
            out[-1].append(step)
        else:
            out.append([step])
    return [tuple(b) for b in out]


def _form(block: Block) -> tuple[object, ...]:
    """What two lines share that differ in numbers alone; a line too long to write is like no other."""
    if any(s.kind == "shape" or cost(s.after) > HUGE for s in block):
        return (id(block),)
    return tuple((s.kind, s.rule, _DIGITS.sub("#", text(s.before)), _DIGITS.sub("#", text(s.after))) for s in block)


def _longest(forms: Sequence[tuple[object, ...]]) -> tuple[int, int, int] | None:
    """The start, the period and the number of repetitions of the run that folds the most lines away."""
    best, saved = None, 0
    for period in range(1, WIDEST + 1):
        for start in range(len(forms) - period):
            times = 1
            while forms[start + period * times : start + period * (times + 1)] == forms[start : start + period]:
                times += 1
            if times >= RUN and period * (times - 2) > saved:
                best, saved = (start, period, times), period * (times - 2)
    return best
