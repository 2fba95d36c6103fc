"""What a text that marks its mathematics writes without a mark all the same: "Find dL/dX", "with respect to x and A"."""

from __future__ import annotations

import re

from gradatim.homework.formulas import DISPLAY, formulas
from gradatim.read.spelling import GREEK_WORDS

_NAME = rf"(?<![\w$])(?:{'|'.join(sorted(GREEK_WORDS, key=len, reverse=True))}|[^\W\d_](?:_?\d|_[a-z])?)(?![\w'’$])"
_AND = r"(?:\s*,\s*(?:(?:and|then)\s+)?|\s+(?:and\s+)?(?:then|and)\s+)"
_BY = re.compile(
    rf"\b(?:with\s+(?:respect|regards?)\s+to|w\.?\s?r\.?\s?t\.?|wrt)\s+(?:both\s+|each\s+of\s+)?(?:the\s+)?(?:(?:vectors?|matri(?:x|ces)|scalars?"
    rf"|variables?|parameters?|weights?)\s+)?(?P<names>{_NAME}(?:{_AND}{_NAME})*)(?=\s*(?:[.,;:?!)]|$|\n|\b(?:where|when|if|for|and|is|using|in|of|at)\b))"
)
_RATIO = re.compile(r"(?<![\w$\\^_/])(?P<d>[d∂])[^\W\d_](?:_?\w)?\s?/\s?(?P=d)[^\W\d_](?:_?\w)?(?![\w/(^])")
"""dL/dX, ∂L/∂W1, dL/dw_1."""


def marked(text: str) -> str:
    """The text with these in dollar signs; a text without any mark of mathematics is read in another way, and left alone."""
    inside = formulas(text)
    if not (DISPLAY.search(text) or "$" in text or "\\(" in text):
        return text
    taken = [f.span for f in inside]
    places: list[tuple[int, int]] = [m.span() for m in _RATIO.finditer(text)]
    for m in _BY.finditer(text):
        at = m.start("names")
        places += [(at + n.start(), at + n.end()) for n in re.finditer(_NAME, m["names"])]
    for a, b in sorted(places, reverse=True):
        if not any(x < b and a < y for x, y in taken):
            text = f"{text[:a]}${_spelt(text[a:b])}${text[b:]}"
    return text


def _spelt(name: str) -> str:
    return GREEK_WORDS.get(name, name)


__all__ = ["marked"]
