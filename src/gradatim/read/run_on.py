"""Transposes typed without their sign: `xTAx` in a line of text that has no T of its own."""

from __future__ import annotations

import re

_TURNED = re.compile(r"(?<![A-Za-z_^\\.{])([A-Za-z])T(?=[A-Za-z(\[])")
_ALONE = re.compile(r"(?<![\^.{A-Za-z\\])T(?![A-Za-z])")
_ANY = re.compile(r"(?<![\^.{])T")


def turned_letters(text: str, given: str) -> tuple[str, str]:
    """The text with `ᵀ` for each T that stands between two letters, and the first of these products; nothing is changed where the
    text or its declarations have another T, or where it is LaTeX."""
    found = list(_TURNED.finditer(text))
    others = len(_ANY.findall(text)) != len(found)
    if not found or others or "\\" in text or _ALONE.search(given):
        return text, ""
    product = re.match(r"\w+", text[found[0].start() :])
    return _TURNED.sub(r"\1ᵀ", text), product[0] if product else ""


__all__ = ["turned_letters"]
