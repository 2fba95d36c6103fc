"""Pieces of Python source and how strongly they bind."""

from __future__ import annotations

SUM, TERM, UNARY, POWER, ATOM = range(5)
Text = tuple[str, int]
"""Source and how strongly it binds."""


def wrapped(t: Text, level: int) -> str:
    return t[0] if t[1] >= level else f"({t[0]})"
