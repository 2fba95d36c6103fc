"""Shapes noted beside the terms of an answer, `W^T δ \\quad (d × 1)`: they are checks of the writer's, no factors."""

from __future__ import annotations

import re
from collections.abc import Collection

from gradatim.errors import Span

_SIZE = r"(?:\\?[A-Za-z]+(?:_(?:\{\w+\}|\w))?|\d+)"
_TIMES = r"\s*(?:\\times(?![A-Za-z])|×|\b[xX]\b|\\by(?![A-Za-z])|\bby\b)\s*"
_WORD = r"(?:\\text(?:rm)?\s*\{\s*)?(?:(?:dims?|dimensions?|shape|size)\b[:\s]*(?:is|of)?\s*\}?\s*)?"
_NOTE = re.compile(
    rf"(?:\\text(?:rm)?\s*\{{\s*)?(?:\\left\s*)?[(\[]\s*{_WORD}(?P<a>{_SIZE}){_TIMES}(?P<b>{_SIZE})\s*(?:\\right\s*)?[)\]](?:\s*\}})?"
    rf"(?:\s*=\s*[(\[]?\s*{_SIZE}{_TIMES}{_SIZE}\s*[)\]]?)?"
    rf"|(?:(?<![\w\\])(?:[Ss]hapes?|[Ss]izes?|[Dd]im(?:ension)?s?)\s*)?:\s*{_WORD}(?P<c>{_SIZE}){_TIMES}(?P<d>{_SIZE})(?=\s*(?:$|[,;.&\n$]|\\\\))"
)
_END = re.compile(r"\s*(?:$|[=,;.&]|\\\\|\n|\$|\\\]|\\\)|\\end|\\text\s*\{|\\q?quad)")


def shape_notes(text: str, sizes: Collection[str]) -> list[Span]:
    """The places of shapes in brackets: of known sizes or numbers, one of which is 1, or at the end of a formula, or several."""
    every = [(m, (m["a"] or m["c"], m["b"] or m["d"])) for m in _NOTE.finditer(text)]
    found = [(m, pair) for m, pair in every if all(s.isdigit() or s in sizes for s in pair)]
    named = [(m, pair) for m, pair in found if not all(s.isdigit() for s in pair) or pair == ("1", "1")]
    ends = [m for m, _ in named if m["c"] or (_END.match(text, m.end()) is not None and text[: m.start()].strip())]
    return [m.span() for m, pair in named if "1" in pair or len(named) > 1 or m in ends]


def without(text: str, places: list[Span]) -> str:
    """The text with these places blanked."""
    for a, b in places:
        text = text[:a] + re.sub(r"[^\n]", " ", text[a:b]) + text[b:]
    return text


__all__ = ["shape_notes", "without"]
