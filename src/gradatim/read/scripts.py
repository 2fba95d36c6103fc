"""Where a sub- or superscript is being read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradatim.read.spelling import below_letter

if TYPE_CHECKING:
    from gradatim.read.tokens import Token


class Scripts:
    """Tells where scripts are in a list of tokens that grows: each token is looked at once."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.seen = 0
        self.groups: list[tuple[int, bool]] = []
        """The groups that are open: where each begins, and whether it is a script."""

    def here(self) -> bool:
        """Whether what comes next stands in a script: the sizes of `\\bf I_n`, `\\bf X \\in \\mathbb R^{n}` are no bold letters."""
        tokens, end = self.tokens, len(self.tokens)
        while self.groups and self.groups[-1][0] >= end:
            self.groups.pop()  # the last tokens were taken back
        for k in range(min(self.seen, end), end):
            if tokens[k].kind == "gopen":
                self.groups.append((k, k > 0 and _raises(tokens[k - 1])))
            elif tokens[k].kind == "gclose" and self.groups:
                self.groups.pop()
        self.seen = end
        return (end > 0 and _raises(tokens[-1])) or (bool(self.groups) and self.groups[-1][1])


def _raises(t: Token) -> bool:
    return t.kind == "op" and t.text in ("_", "^")


def script_places(tokens: Sequence[Token]) -> list[bool]:
    """For each place before, between and behind the tokens whether it is in a script."""
    before: list[Token] = []
    scripts = Scripts(before)
    places = [False]
    for t in tokens:
        before.append(t)
        places.append(scripts.here())
    return places


def each_below(letters: str, body: str) -> bool:
    """Whether several letters, `i,j`, stand below something in a body each: then a Σ over them is a sum."""
    several = re.fullmatch("[a-z](?:,[a-z])+", letters) is not None
    return several and all(re.search(rf"[_^]\{{?\(?[a-z,]*{x}|{below_letter(x)}", body) for x in letters.split(","))


__all__ = ["Scripts", "each_below", "script_places"]
