"""Tables that say what names mean: their rows as sentences, of the same length, so that places stay."""

from __future__ import annotations

import re
from collections.abc import Callable

from gradatim.read.marked import Marked

_TABULAR = Marked(r"\\begin\{(tabular[x*]?|longtable|array)\}.*?\\end\{\1\}")
_MATH = Marked(r"\$[^$]*\$|\\\(.*?\\\)")
_ROW = re.compile(r"(?m)^[ \t]*\|.*\|[ \t]*$")
_NAMED = re.compile(
    r"(?m)(?P<cell>(?:^[ \t]*\|?|\\\\)\s*(?:\\(?:hline|midrule|toprule)\s*)*(?:\$[^$]*\$|\\\((?:(?!\\\)).)*\\\))) [|&] (?=\s*(?!where|if|for|when)[A-Za-z][a-z-]+\s)"
)
"""A row whose first cell is one formula and whose second begins with a word: what the formula is."""
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|endhead|centering|cline\{[^{}]*\})")
_BEGIN = re.compile(r"\\begin\{\w+\*?\}(?:\s*\[[^\]]*\])?(?:\s*\{[^{}]*\})*|\\end\{\w+\*?\}")


def rows_as_sentences(text: str) -> str:
    """A text in which every row of a table ends with a stop and its cells stand side by side."""
    if "\\begin{tab" in text or "\\begin{longtable" in text:
        text = _TABULAR.sub(lambda m: m[0] if m[1] == "array" else _tabular(_NAMED.sub(_is, m[0])), text)
    return _ROW.sub(lambda m: _row(_NAMED.sub(_is, m[0])), text) if "|" in text else text


def _is(row: re.Match[str]) -> str:
    return row["cell"] + "is "


def _tabular(table: str) -> str:
    table = _BEGIN.sub(_blank, table)
    table = _RULES.sub(_blank, table)
    return _outside(table, lambda piece: piece.replace("\\\\", ". ").replace("&", " "))


def _row(row: str) -> str:
    """A row of Markdown; the line of dashes below the heads becomes blank."""
    if not re.search(r"[A-Za-z]", row):
        return _blank_text(row)
    end = row.rstrip()
    return _outside(end[:-1], lambda piece: piece.replace("|", " ")) + "." + row[len(end) :]


def _outside(text: str, change: Callable[[str], str]) -> str:
    """The text with what stands outside of formulas changed."""
    out, at = "", 0
    for m in _MATH.finditer(text):
        out += change(text[at : m.start()]) + m[0]
        at = m.end()
    return out + change(text[at:])


def _blank(m: re.Match[str]) -> str:
    return _blank_text(m[0])


def _blank_text(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


__all__ = ["rows_as_sentences"]
