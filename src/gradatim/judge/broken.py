"""Formulas that break over several rows or displays without a sign at the break: `&= -2(y - ŷ) \\\\ & w^T x^T`."""

from __future__ import annotations

import re

_BREAK = re.compile(r"\\\\(?:\s*\[[^\]]*\])?(?P<tab>\s*&)?|\$\$\s*\$\$|\\\]\s*\\\[")
_END = re.compile(r"\\\\|\$\$|\\\]|\\end\{")
_BELOW = re.compile(r"[_^]\s*\{[^{}]*\}")


def rejoined(text: str) -> tuple[str, bool]:
    """The text with rows that hold no `=` joined to the row before them, characters in their places; and whether every such row
    begins at the `&` of the rows before it, which says that it goes on with them. The text itself where nothing is joined."""
    out, surely = text, True
    for found in _BREAK.finditer(text):
        end = _END.search(text, found.end())
        row = text[found.end() : end.start() if end else len(text)]
        if not row.strip() or "=" in _BELOW.sub("", row) or r"\approx" in row or r"\begin" in row:
            continue
        out = out[: found.start()] + " " * (found.end() - found.start()) + out[found.end() :]
        surely = surely and found["tab"] is not None
    return out, surely


__all__ = ["rejoined"]
