"""What changes with the time: `x(t)`, `A(t)` in declarations are the names x and A, whose values depend on t."""

from __future__ import annotations

import re

MOVES = "moves"
"""The role of a name that stands with the time in brackets wherever it stands."""

_NAME = r"(?:\\[A-Za-z]+(?:\{[A-Za-z]\})?|[A-Za-z])(?:_(?:\w|\{\w+\}))?"
_TIME = r"\s*\(\s*t\s*\)"
_AT_TIME = re.compile(rf"(?<![A-Za-z\\])(?P<name>{_NAME})(?P<time>{_TIME})(?!\s*:?=)")
_LISTED = re.compile(rf"\s*{_NAME}{_TIME}(?:\s*,\s*{_NAME}{_TIME})*\s*(?:(?:\\in\b|∈).*)?", re.S)
_DOTTED = re.compile(r"\\(?P<dots>d{1,2})ot\{(?P<name>.+)\}")
_COUNTED = re.compile(r"(?<![A-Za-z\\])t\s*(?:=|\\in|∈)\s*\\?[\d{]|_\s*\{?\s*t(?![A-Za-z])")
"""Here t counts: t = 1, …, T, x_t."""


def at_times(text: str) -> tuple[str, frozenset[str]]:
    """The declarations with `x` for `x(t)`, and the names that stand so; unchanged where t counts steps."""
    if "t" not in text or _COUNTED.search(text):
        return text, frozenset()
    parts = text.split("$")
    # Between dollars stands a name that is declared, or a formula that declares nothing.
    declaring = [k for k, part in enumerate(parts) if k % 2 == 0 or _LISTED.fullmatch(part)]
    names = frozenset(m["name"] for k in declaring for m in _AT_TIME.finditer(parts[k]))
    for k in declaring:
        parts[k] = _AT_TIME.sub(lambda m: m["name"] + " " * len(m["time"]), parts[k])
    return "$".join(parts), names


def dotted(name: str) -> tuple[tuple[int, str], ...]:
    """The names whose derivatives by the time a dotted name may be, and how many dots there are: `\\dot{x}`, `\\ddot{x}`."""
    found = _DOTTED.fullmatch(name)
    return ((len(found["dots"]), found["name"]),) if found else ()


__all__ = ["MOVES", "at_times", "dotted"]
