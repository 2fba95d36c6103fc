r"""A function given by cases in words: `$f(x) = A$ if $c$ and $B$ otherwise` is `$f(x) = \begin{cases} A & c \\ B & otherwise \end{cases}$`."""

from __future__ import annotations

import re
from functools import lru_cache

_FORMULA = r"\$[^$]{1,400}\$"
_IF = rf"\s*,?\s*(?:if|when|whenever|for|where|in\s+case)\s+(?P<c>{_FORMULA})"
_FIRST = re.compile(rf"\$(?P<head>[^$=<>]{{1,60}}?)\s*(?::=|=)(?P<value>[^$=]{{1,400}})\${_IF}", re.I)
_NEXT = re.compile(
    rf"\s*[,;]?\s*(?:(?:and|or|but|while)\s+)?(?:(?:it\s+is|equal\s+to|equals)\s+)?(?:(?P<value>{_FORMULA})|(?P<word>zero|one|0|1))"
    rf"(?:{_IF}|\s*,?\s*(?P<else>otherwise|else(?:where)?)\b)",
    re.I,
)
_OPEN = re.compile(r"[^.?!$]{0,80}(?:\$[^$]{1,400}\$[^.?!$]{0,40}){0,2}\b(?:otherwise|else)\b", re.I)
"""Another case further on in the sentence."""
_RELATION = re.compile(r"[<>=≤≥≠]|\\(?:le|ge|lt|gt|ne|leq|geq|neq|leqslant|geqslant)(?![a-z])")
_NUMBERS = {"zero": "0", "one": "1"}


@lru_cache(maxsize=2048)
def with_cases(text: str) -> str:
    """The text with functions that are given by cases in words as formulas. Where a value has a condition, there are other cases, and these
    are not read, the formula is taken away: one case alone would be another function."""
    out, end = [], 0
    for m in _FIRST.finditer(text):
        if m.start() < end or not _RELATION.search(m["c"]):
            continue
        cases, stop = _cases(text, m)
        if len(cases) > 1:
            out += [text[end : m.start()], rf"${m['head']} = \begin{{cases}} {' '.join(cases)} \end{{cases}}$"]
            end = stop
        elif re.search(r"\b(?:if|when)", m.group(), re.I) and _OPEN.match(text, stop):
            out.append(text[end : m.start()])
            end = stop
    return "".join((*out, text[end:]))


def _cases(text: str, first: re.Match[str]) -> tuple[list[str], int]:
    """The rows, and where they end; of something that is no further case only the first."""
    rows, end = [_row(first["value"], first["c"])], first.end()
    while m := _NEXT.match(text, end):
        value = _NUMBERS.get(m["word"].lower(), m["word"]) if m["word"] else m["value"].strip("$")
        head, equals, own = value.partition("=")
        if equals and re.sub(r"[\s:]", "", head) != re.sub(r"\s", "", first["head"]):
            break
        if m["c"] and not _RELATION.search(m["c"]):
            break
        rows.append(_row(own if equals else value, m["c"]))
        end = m.end()
        if m["else"]:
            break
    return rows, end


def _row(value: str, condition: str | None) -> str:
    return rf"{value} & {condition.strip('$') if condition else chr(92) + 'text{otherwise}'} \\"


__all__ = ["with_cases"]
