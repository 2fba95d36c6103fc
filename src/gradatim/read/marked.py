"""Formulas between marks (`$…$`, `\\[…\\]`, environments), found in one pass over a text.

A pattern alone looks for the end of every mark that opens; in a text of marks that never close, that is the square of its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_OPENS = re.compile(r"\$|\\[\[(]|\\begin\{[A-Za-z]+\*?\}")


class Marked:
    """A pattern of alternatives `mark … mark`, each with a mark of `_OPENS` at its beginning, with the methods of a compiled one."""

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern, re.S)

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """What `re.finditer` gives."""
        stop = len(text) if end is None else min(end, len(text))
        unclosed: set[str] = set()
        at = start
        for opens in _OPENS.finditer(text, start, stop):
            # The `\[` of `\\[2pt]` ends a row and opens nothing: it is a kind of its own.
            kind = (
                text[max(opens.start() - 1, 0) : opens.end()]
                if text[opens.start() - 1 : opens.start()] == "\\"
                else opens.group()
            )
            if opens.start() < at or kind in unclosed:
                continue
            found = self.pattern.match(text, opens.start(), stop)
            if found is not None:
                at = found.end()
                yield found
            elif opens.group() != "$":
                # What does not close from here does not close further on. A dollar does: the next one ends the search for it.
                unclosed.add(kind)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first formula."""
        return next(self.finditer(text, start), None)

    def sub(self, instead: Callable[[re.Match[str]], str], text: str) -> str:
        """The text with something else in the place of its formulas."""
        out, at = [], 0
        for found in self.finditer(text):
            out += [text[at : found.start()], instead(found)]
            at = found.end()
        return "".join((*out, text[at:]))


__all__ = ["Marked"]
