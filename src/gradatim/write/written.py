"""A piece of written mathematics, and how strongly it holds together."""

from __future__ import annotations

from dataclasses import dataclass

SUM, PRODUCT, POSTFIX, ATOM = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of text, how strongly it holds together, and whether it ends in an open-ended sum sign; of one that begins with a sign
    also how strongly the rest holds together."""

    text: str
    strength: int
    open_end: bool = False
    negative: bool = False
    unsigned: int = PRODUCT
