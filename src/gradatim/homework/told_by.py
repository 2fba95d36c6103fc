"""What a text of a document tells the reader of names: its prose, without what is a formula, a convention or a hint."""

from __future__ import annotations

import re

from gradatim.homework.definitions import declared, heads
from gradatim.homework.document import DISPLAY
from gradatim.homework.formulas import formulas
from gradatim.homework.tables import rows_as_sentences
from gradatim.read.phrases import MATH, in_marks

# "The derivative of a scalar y with respect to a vector x is ..." is a convention about any y and x: it declares nothing.
_GENERAL = re.compile(
    r"(?:(?<=[.?!]\s)|^)[^.?!\n]*\b(?:derivative|gradient)s?\s+of\s+an?\b[^.?!\n]*\bwith\s+respect\s+to\s+an?\b[^.?!\n]*[.?!]",
    re.M | re.I,
)
_LAYOUT = re.compile(
    r"(?:(?<=[.?!]\s)|^)[^.?!\n]*(?:\b(?:numerator|denominator)[-\s]+(?:layout|convention)|\\partial\s*\w[^.?!\n]*\bis\s+a\s+(?:row|column)\s+vector)"
    r"[^.?!\n]*[.?!]",
    re.M | re.I,
)
"""A sentence about the layout speaks of any f and x, too."""
_RANGE = re.compile(r"(?P<i>[a-z])\s*=\s*(?P<from>\d+)\s*,?\s*(?:…|\.\.\.|⋯)\s*,?\s*(?P<to>\w+)")


def without_hints(text: str) -> str:
    """The text of an item up to its hint."""
    return re.split(r"\*{0,2}\bhints?\b\s*:", text, maxsplit=1, flags=re.I)[0]


def told_by(text: str) -> str:
    """The text without its displayed formulas and without what it says of all derivatives; what a display declares stays."""

    def kept(display: re.Match[str]) -> str:
        said = declared(next(display[g] for g in "abc" if display[g] is not None))
        return " " + ", ".join(f"${piece}$" for piece in said) + ("." if said else "") + " "

    told = re.sub(r"\n{3,}", "\n\n", DISPLAY.sub(kept, _unmarked(rows_as_sentences(text)))).strip()
    told = _LAYOUT.sub(" ", _GENERAL.sub(" ", told))
    return told if MATH.search(told) else in_marks(told)[0]  # beside texts with marks, one without them is hardly read


def _unmarked(text: str) -> str:
    """A text without marks of mathematics with its definitions taken out, of which a reader of prose would make lists
    ("… − d), u ∈ ℝⁿ"), and its ranges marked."""
    if re.search(r"\$|\\\(|\\\[|\\begin", text):
        return text
    ranges: list[str] = []
    text = re.sub(r"(?m)^\s*\(?(?:\d{1,3}|[a-z]|[ivx]{2,4})\)\s+", "", text)  # the `4)` of an item
    for f in reversed(formulas(text)):
        if m := _RANGE.fullmatch(f.latex):
            ranges.append(f"${m['i']} = {m['from']}, \\dots, {m['to']}$.")
        elif heads(f.latex):
            text = f"{text[: f.span[0]]};{text[f.span[1] :]}"
    return "\n\n".join((text, *ranges))


__all__ = ["told_by", "without_hints"]
