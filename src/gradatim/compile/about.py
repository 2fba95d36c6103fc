"""What generated source says of itself: the formulas, with their long parts named, and what each name stands for."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.report.entry import definitions_of
from gradatim.term import Term
from gradatim.write import text
from gradatim.write.parts import named_together


def about(terms: Sequence[Term]) -> list[str]:
    """The lines of a docstring, the summary first."""
    shown, parts = named_together(terms)
    lines = ["The value of" if len(terms) == 1 else f"The {len(terms)} values of", *map(text, shown)]
    names = [*parts, *definitions_of(*terms)]
    where = [f"{'      ' if k else 'where '}{text(name)} = {text(value)}" for k, (name, value) in enumerate(names)]
    return [*lines, *([""] if where else []), *where]
