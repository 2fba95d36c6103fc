"""Pieces of Python source and how strongly they bind."""

from __future__ import annotations

import re
from fractions import Fraction
from math import log2

SUM, TERM, UNARY, POWER, ATOM = range(5)
Text = tuple[str, int]
"""Source and how strongly it binds."""


def wrapped(t: Text, level: int) -> str:
    return t[0] if t[1] >= level else f"({t[0]})"


def outside(source: str, sign: str) -> bool:
    """Whether an operator stands in source outside of all parentheses and brackets."""
    if f" {sign} " not in source:
        return False
    bare, before = source, ""
    while bare != before:
        bare, before = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", bare), bare
    return f" {sign} " in bare


def factor(t: Text) -> str:
    """Source as a factor that others precede: a product of names needs no parentheses among products."""
    return t[0] if re.fullmatch(r"\w+( \* \w+)*", t[0]) else wrapped(t, POWER)


def number(value: Fraction) -> Text:
    """A number as source: exact where a float is, else a quotient."""
    if value.denominator == 1:
        text = str(value.numerator) if abs(value.numerator) < 2**31 else repr(float(value))
        return (text, ATOM) if value >= 0 else (text, UNARY)
    if log2(value.denominator).is_integer() and value.denominator <= 2**20 or _decimal(value):
        return (repr(float(value)), ATOM if value >= 0 else UNARY)
    if max(abs(value.numerator), value.denominator) >= 2**31:
        # JAX without double precision has no such whole numbers.
        return (repr(float(value)), ATOM if value >= 0 else UNARY)
    return (f"{value.numerator} / {value.denominator}", TERM)


def _decimal(value: Fraction) -> bool:
    return Fraction(repr(float(value))) == value
