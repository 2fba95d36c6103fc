"""A text without what no author writes: blanks without end, and words longer than any word.

Readers of prose look around every word. The bounds here are what makes their work grow with the length of a text, and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradatim.errors import LimitExceeded, Span
from gradatim.read.marked import Marked

MAX_BLANKS = 40
"""Blanks in a row: an indentation, a gap between columns, an empty page."""
MAX_WORD = 500
"""Characters without a blank, outside formulas: an address, a chain of words."""
LEFT_OUT = " \ufffd "
"""What stands for a word that was left out: no reader takes it for mathematics, and no formula can be read over it."""
_BLANKS = re.compile(rf"(?<!\s)\s{{{MAX_BLANKS + 1},}}")
_WORD = re.compile(rf"(?<!\S)\S{{{MAX_WORD + 1},}}")
_FORMULA = Marked(
    r"\$\$.+?\$\$|\$[^$]+\$|\\\[.+?\\\]|\\\(.+?\\\)|\\begin\{(?P<env>[A-Za-z]+\*?)\}.+?\\end\{(?P=env)\}",
)


def without_gaps(text: str) -> str:
    """The text with long runs of blanks cut short: a paragraph stays one, and a line begins as far in as it did."""

    def short(gap: re.Match[str]) -> str:
        lines, newline, indent = gap.group().rpartition("\n")
        return "\n" * min(3, lines.count("\n") + 1) * bool(newline) + indent[:MAX_BLANKS]

    return _BLANKS.sub(short, text)


def long_words(text: str) -> Iterator[Span]:
    """Where the text has words that are too long to be one. A formula between marks is no word, however long it is."""
    if _WORD.search(text) is None:
        return
    formulas = [m.span() for m in _FORMULA.finditer(text)]
    k = 0
    for m in _WORD.finditer(text):
        at = m.start()
        while k < len(formulas) and formulas[k][0] < m.end():
            a, b = formulas[k]
            if a - at > MAX_WORD:
                yield at, a
            at = max(at, b)
            if b > m.end():
                break  # it goes on over the next words
            k += 1
        if m.end() - at > MAX_WORD:
            yield at, m.end()


def quiet(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without gaps and long words, and what is to be said of that."""
    text = without_gaps(text)
    out, notes, at = [], [], 0
    for a, b in long_words(text):
        out += [text[at:a], LEFT_OUT]
        line = text.count("\n", 0, a) + 1
        notes.append(f"a word of {b - a} characters in line {line} was passed over (no more than {MAX_WORD} are read)")
        at = b
    if len(notes) > 3:
        notes[3:] = [f"{len(notes) - 3} more of such words"]
    return "".join((*out, text[at:])) if out else text, tuple(notes)


def bounded(text: str, what: str) -> str:
    """The text without gaps. Raises LimitExceeded where a word of it is too long to be one."""
    text = without_gaps(text)
    for a, b in long_words(text):
        shown = text[a : a + 20]
        raise LimitExceeded(f"{what} have a word of {b - a} characters (`{shown}…`): no more than {MAX_WORD} are read")
    return text


__all__ = ["MAX_WORD", "bounded", "quiet", "without_gaps"]
