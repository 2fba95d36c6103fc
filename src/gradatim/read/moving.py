"""What changes with the time: `x(t)`, `A(t)` in declarations are the names x and A, whose values depend on t."""

from __future__ import annotations

import re

MOVES = "moves"
"""The role of a name that stands with the time in brackets wherever it stands."""

_AT_TIME = re.compile(
    r"(?P<name>(?<![A-Za-z\\])(?:\\[A-Za-z]+(?:\{[A-Za-z]\})?|[A-Za-z])(?:_(?:\w|\{\w+\}))?)(?P<time>\s*\(\s*t\s*\))(?!\s*:?=)"
)
_DOTTED = re.compile(r"\\(?P<dots>d{1,2})ot\{(?P<name>.+)\}")
_COUNTED = re.compile(r"(?<![A-Za-z\\])t\s*(?:=|\\in|∈)\s*\\?[\d{]|_\s*\{?\s*t(?![A-Za-z])")
"""Here t counts: t = 1, …, T, x_t."""


def at_times(text: str) -> tuple[str, frozenset[str]]:
    """The declarations with `x` for `x(t)`, and the names that stand so; unchanged where t counts steps."""
    if "t" not in text or _COUNTED.search(text):
        return text, frozenset()
    names = frozenset(m["name"] for m in _AT_TIME.finditer(text))
    return _AT_TIME.sub(lambda m: m["name"] + " " * len(m["time"]), text), names


def dotted(name: str) -> tuple[tuple[int, str], ...]:
    """The names whose derivatives by the time a dotted name may be, and how many dots there are: `\\dot{x}`, `\\ddot{x}`."""
    found = _DOTTED.fullmatch(name)
    return ((len(found["dots"]), found["name"]),) if found else ()


__all__ = ["MOVES", "at_times", "dotted"]
