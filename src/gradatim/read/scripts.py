"""Where a sub- or superscript is being read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradatim.read.spelling import below_letter

if TYPE_CHECKING:
    from gradatim.read.tokens import Token


def in_script(tokens: Sequence[Token]) -> bool:
    """Whether what comes next stands in a script: the sizes of `\\bf I_n`, `\\bf X \\in \\mathbb R^{n}` are no bold letters."""
    level = 0
    for k in range(len(tokens) - 1, -1, -1):
        t = tokens[k]
        if t.kind == "op" and t.text in ("_", "^") and (k == len(tokens) - 1 or level < 0):
            return True
        if level < 0:
            return False
        level += (t.kind == "gclose") - (t.kind == "gopen")
    return False


def each_below(letters: str, body: str) -> bool:
    """Whether several letters, `i,j`, stand below something in a body each: then a Σ over them is a sum."""
    several = re.fullmatch("[a-z](?:,[a-z])+", letters) is not None
    return several and all(re.search(rf"[_^]\{{?\(?[a-z,]*{x}|{below_letter(x)}", body) for x in letters.split(","))


__all__ = ["each_below", "in_script"]
