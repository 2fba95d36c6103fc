"""Equations that declarations state: `p_i = \\sigma(w^Tx_i)`, "write $U$ for $A + xB$", and those whose left side is said to be constant."""

from __future__ import annotations

import re

from gradatim.patterns import late
from gradatim.read.conventions import without_constraints
from gradatim.read.phrases import GLUE, KINDS, MATH, VERBS
from gradatim.read.plain import stated
from gradatim.read.spoken import spoken

_EXPRESSION = r"\$(?P<of>[^$=<>,]+)\$"
_NAMED = tuple(
    re.compile(p)
    for p in (
        rf"\b(?:[Ww]rite|[Ll]et|[Hh]ere|[Ww]here|[Ww]ith|[Aa]nd|[Uu]se)\s+\$(?P<name>[^$=,]+)\$\s+(?:for|denotes?|stands?\s+for|abbreviates?)\s+{_EXPRESSION}",
        rf"\b[Dd]enote\s+{_EXPRESSION}\s+(?:by|as)\s+\$(?P<name>[^$=,]+)\$",
    )
)
"""Definitions in words: "write $U$ for $A + xB$", "denote $A + xB$ by $U$"."""


_SPACE_AFTER = late(r"(?<==)(?P<value>[^=]+?)\s*(?:\\in(?![A-Za-z])|∈)\s*(?:\\mathbb\s*\{?\s*R|\\R(?![A-Za-z])|ℝ)[^=,;]*$")
"""The space of a value: `r = Xw - y \\in \\mathbb{R}^n` says what r is and where it lies."""
_LISTING = late(r",(?=\s|\\)(?![^(\[{]*[)\]}])|\\q?quad\b")
"""Between the members of a list: `t \\in \\mathbb R, \\quad Q = tS`."""


_DOTS_READ = late(r"[dD]iag\}?\s*(?:\\left)?[(\[{][^()\[\]]*[)\]}]|\+\s*\\[cl]?dots[bcm]?\s*(?=\+)")
"""`diag(d_1, …, d_n)`, which says of what it is the diagonal, and `+ … +`, a sum, unlike other lists with dots."""

_ABOVE_ZERO = late(r"\\succ(?:eq)?\s*0\s*$")

_LEFT_OUT = late(r"dots|\\begin\{[a-zA-Z]*(?:matrix|array)\}.*?(?:\.\.\.|…).*?\\end\{", re.S)
"""Dots that leave entries out: by a command, or as points in a grid."""


def equations(text: str) -> list[str]:
    """The formulas of a text that hold an equation: `p_i = \\sigma(w^Tx_i)`."""
    text = without_constraints(text)
    typed = [] if MATH.search(text) else stated(text, frozenset(KINDS) | GLUE | VERBS)
    whole = [*(next(g for g in m.groups() if g is not None) for m in MATH.finditer(text)), *typed]
    found = (
        _ABOVE_ZERO.sub("", _SPACE_AFTER.sub(lambda m: m["value"], part.replace(":=", "="))).strip()
        for formula in whole
        for part in (_LISTING.split(formula) if "\\in" in formula else [formula])
    )
    told = [f"{m['name']} = {m['of']}" for pattern in _NAMED for m in pattern.finditer(text)]
    held_out = (f for f in found if "=" in f and "\\in" not in f and not _LEFT_OUT.search(_DOTS_READ.sub("", f)))
    return [*held_out, *told, *spoken(text)]


_HELD = late(r"[^.;:$]*?\b(?<!with )(?<!for )(?:constant|constants|fixed|known|given|independent)\b")


_FIXED = late(r"[^.;:$]*?\b(?:treated\s+as|held|kept|considered(?:\s+as)?)\s+(?:an?\s+)?(?:constants?|fixed)\b")


def held(text: str, fixed: bool = False) -> list[str]:
    """Equations whose left side is said to be constant: "where $z = x - A\\mu$ is a constant vector"; with `fixed` those that are
    treated as such, whatever they are."""
    out = []
    for m in MATH.finditer(text):
        inside = next(g for g in m.groups() if g is not None)
        if "=" in inside and (_FIXED if fixed else _HELD).match(text, m.end()):
            out.append(inside.strip())
    return out


__all__ = ["equations", "held"]
