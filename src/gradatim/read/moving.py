"""What changes with the time: `x(t)`, `A(t)` in declarations are the names x and A, whose values depend on t; so does `A(\\theta)` where
θ is said to be a number."""

from __future__ import annotations

import re

_MOVES = "moves"
"""The role of a name that stands with the time in brackets wherever it stands."""

_NAME = r"(?:\\[A-Za-z]+(?:\{[A-Za-z]\})?|[A-Za-z])(?:_(?:\w|\{\w+\}))?"
_NUMBER = re.compile(
    r"\b(?:scalars?|real\s+(?:numbers?|variables?|parameters?|scalars?)|scalar\s+(?:variables?|parameters?))\s+\$\s*(?P<a>\\[a-z]+|[a-z])\s*\$"
    r"|\$\s*(?P<b>\\[a-z]+|[a-z])\s*(?:\$\s*(?:is|be|being)\s+an?\s+(?:real\s+)?(?:scalar|number)\b|(?:\\in|∈)\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ)\s*\$)"
)
"""A letter that is said to be a number: "a scalar $\\theta$", "$s \\in \\mathbb{R}$"."""
_DOTTED = re.compile(r"\\(?P<dots>d{1,2})ot\{(?P<name>.+)\}")
_COUNTED = re.compile(r"(?<![A-Za-z\\])t\s*(?:=|\\in|∈)\s*\\?[\d{]|_\s*\{?\s*t(?![A-Za-z])")
"""Here t counts: t = 1, …, T, x_t."""


def at_times(text: str) -> tuple[str, dict[str, str]]:
    """The declarations with `x` for `x(t)`, and the names that stand so with the letter that they depend on; unchanged where t counts
    steps."""
    found: dict[str, str] = {}
    for letter in dict.fromkeys(["t", *(m["a"] or m["b"] for m in _NUMBER.finditer(text))]):
        if letter in text and not (letter == "t" and _COUNTED.search(text)):
            text, names = _at(text, letter)
            found |= dict.fromkeys(names, letter)
    return text, found


def _at(text: str, letter: str) -> tuple[str, list[str]]:
    time = rf"\s*\(\s*{re.escape(letter)}\s*\)"
    called = re.compile(rf"(?<![A-Za-z\\])(?P<name>{_NAME})(?P<time>{time})(?!\s*:?=)")
    listed = re.compile(rf"\s*{_NAME}{time}(?:\s*,\s*{_NAME}{time})*\s*(?:(?:\\in\b|∈).*)?", re.S)
    parts = text.split("$")
    # Between dollars stands a name that is declared, or a formula that declares nothing.
    declaring = [k for k, part in enumerate(parts) if k % 2 == 0 or listed.fullmatch(part)]
    names = [m["name"] for k in declaring for m in called.finditer(parts[k])]
    for k in declaring:
        parts[k] = called.sub(lambda m: m["name"] + " " * len(m["time"]), parts[k])
    return "$".join(parts), names


def moves(letter: str) -> str:
    """The role of a name that depends on a letter."""
    return _MOVES if letter == "t" else f"{_MOVES} with {letter}"


def dotted(name: str) -> tuple[tuple[int, str], ...]:
    """The names whose derivatives by the time a dotted name may be, and how many dots there are: `\\dot{x}`, `\\ddot{x}`."""
    found = _DOTTED.fullmatch(name)
    return ((len(found["dots"]), found["name"]),) if found else ()


__all__ = ["at_times", "dotted", "moves"]
