"""What people write before the formulas of a text without dollars: "Step 2 (chain rule): …", "b) …", "with r = Ax − b: …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradatim.patterns import late
from gradatim.read.spelling import GREEK_WORDS

_STARTS = r"(?P<before>(?:^|(?<=;)|(?<=\.\s))[ \t>]*)"
_WORDS = late(
    rf"{_STARTS}(?P<label>[A-Za-z]{{3,}}(?:[ \t]+(?:[A-Za-z]+\d{{0,2}}|\d{{1,2}}))*(?:[ \t]*\([^()\n=]*\))?[ \t]*:)(?=[ \t]+\S)",
    re.M,
)
"""Words of a sentence and a colon; a name or a function before it may be a factor of `A : B`."""
_CLOSED = late(r"^[ \t]*(?:(?:[A-Za-z]{1,3}|\d{1,2})\)|[a-z]\.)(?=\s)", re.M)
"""`b)` or `b.` at the beginning of a line: the sign closes nothing."""
_COUNTED = late(r"^[ \t]*(?:\((?P<a>[a-z]|\d{1,2})\)|(?P<b>[a-z]|\d{1,2})\.)(?=\s)", re.M)
_VERB = late(
    r"(?<![\w\\])(?:let'?s\s+|we\s+)?(?:let|put|set|define|write|denote|call|take|introduce)(?:\s+(?:us|by))?(?=\s+\\?[A-Za-z]\w*(?:_\{\w+\})?\s*:?=)",
    re.I,
)
"""What is asked of a reader before a definition: "Put s = 1 + xᵀBx"."""
_AS_ABOVE = late(
    r"[,;]?\s*\(?\s*(?:\b(?:with|where|and)\s+)?\\?[A-Za-z]\w*\s+(?:is\s+)?(?:as|is|from)\s+(?:(?:in|of)\s+)?"
    r"(?:above|before|earlier|(?:defined|given)\s+(?:above|before)|(?:the\s+)?(?:problem|question|part|exercise|ex|q)\s*\(?\w+(?:\.\d+)?\)?)\s*\)?(?=\s*(?:[.,;\n]|$))",
    re.I,
)
"""What only says that a name stands further up: "(s as in Problem 1)", "with p as above"."""
_SETTING = late(
    r"\b(?:with|let|using|setting|put|set|write|define|denote|for|where)\s+\\?[A-Za-z]\w*\s*=[^:;\n]*(?P<colon>:)(?=\s)", re.I
)


def unlabelled(text: str, known: frozenset[str]) -> str:
    """The text without such labels, every other character in its place. `known` are words that may stand in a formula."""
    spans = [m.span("label") for m in _WORDS.finditer(text) if _says_something(m["label"], known)]
    spans += [m.span() for m in _CLOSED.finditer(text)]
    spans += _in_sequence(text)
    spans += [m.span() for pattern in (_VERB, _AS_ABOVE) for m in pattern.finditer(text)]
    out = list(text)
    for a, b in spans:
        out[a:b] = " " * (b - a)
    for m in _SETTING.finditer(text):
        out[m.start("colon")] = ";"
    return "".join(out)


def _says_something(label: str, known: frozenset[str]) -> bool:
    words = [w for w in re.findall(r"[A-Za-z]+", label) if len(w) > 1]
    return any(w not in known and w.lower() not in known and w not in GREEK_WORDS for w in words)


def _in_sequence(text: str) -> Iterator[tuple[int, int]]:
    """Labels that count the lines, `1.` and `2.`, or `(a)` and `(b)`: one alone may be a number, or a factor."""
    found = [(m, m["a"] or m["b"]) for m in _COUNTED.finditer(text)]
    places = [int(label) if label.isdigit() else ord(label) for _, label in found]
    if len(found) > 1 and all(b == a + 1 for a, b in zip(places, places[1:])):
        yield from (m.span() for m, _ in found)


__all__ = ["unlabelled"]
