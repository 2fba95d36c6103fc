"""What an answer says in words of rows and columns: "with $b_j$ the columns of $B$", "where the rows of $U$ are $u_t^T$"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradatim.errors import Span

_NAME = r"(?<![A-Za-z\\])(?:\\(?:mathbf|boldsymbol|bm)\s*\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+|[A-Za-z])"
_OPENS = r"(?:[\s,;$]|\\text\w*\s*\{|\\q?quad|\\[,;: ]|\b(?:with|where|and|for|let|here)\b|\}){0,40}"
_GAP = r"(?:[\s$~]|\\text\w*\s*\{|\}|\\[,;: ]){0,40}"
_MEMBER = rf"(?P<name>{_NAME})\s*_\s*\{{?\s*(?P<i>[a-z])\s*\}}?(?:\s*\^\s*\{{?\s*(?:T|\\top|\\intercal)\s*\}}?|ᵀ|')?"
_BE = r"(?:(?:is|are|denotes?|being)\b)?"
_ORDINAL = r"(?:(?:\$?\s*[a-z]\s*\$?\s*-?\s*th|[a-z]-th)\s+)?"
_LINES = r"(?P<line>row|column)s?\s+of(?:\s+(?:the\s+)?(?:data\s+)?matrix)?"
MAX_CHARACTERS = 20_000
_PATTERNS = (
    re.compile(
        rf"{_OPENS}{_MEMBER}{_GAP}{_BE}{_GAP}(?:the|its)?\s*{_ORDINAL}{_LINES}{_GAP}(?P<matrix>{_NAME})(?![A-Za-z_^])[\s$}}]*"
    ),
    re.compile(rf"{_OPENS}(?:the\s+)?{_LINES}{_GAP}(?P<matrix>{_NAME})(?![A-Za-z_^]){_GAP}(?:is|are)\b{_GAP}{_MEMBER}[\s$}}]*"),
)


@dataclass(frozen=True, slots=True)
class ToldLines:
    """The members that are the rows or the columns of a matrix, and where that is said."""

    name: str
    index: str
    line: str
    matrix: str
    span: Span


def told_lines(text: str) -> Iterator[ToldLines]:
    """Every such remark of a text."""
    if len(text) > MAX_CHARACTERS or not re.search(r"\b(?:row|column)s?\s+of\b", text):
        return
    for pattern in _PATTERNS:
        for m in pattern.finditer(text):
            yield ToldLines(m["name"], m["i"], m["line"], m["matrix"], m.span())


def blanked(text: str, span: Span) -> str:
    """The text without the remark, everything else in its place; dollars that it opens or closes stay."""
    a, b = span
    kept = "$".ljust(b - a) if text.count("$", a, b) % 2 else " " * (b - a)
    return text[:a] + kept + text[b:]


__all__ = ["ToldLines", "blanked", "told_lines"]
