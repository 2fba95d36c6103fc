r"""A formula in LaTeX over several rows where it is too wide for a page.

A row ends before a sign: a plus, a minus, an equals sign. Where that is not enough, the widest bracket is opened: its `\left( … \right)` becomes
`\bigl( … \bigr)`, which may stand on different rows; and at last a row ends between factors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_SIGNS = frozenset({"+", "-", "="})
_NOTHING = frozenset({"\\left", "\\right", "\\,", "\\;", "\\!", "\\:", "\\mathrm", "\\mathbf", "\\mathbb", "\\mathcal", "\\text"})
_BIG = frozenset({"\\sum", "\\prod"})
_NAMES = frozenset("\\log \\ln \\exp \\det \\max \\min \\sin \\cos \\tan \\tanh \\sinh \\cosh \\arg".split())
SMALL = 0.7
"""How wide a sign above or below the line is."""


def width(formula: str) -> float:
    """About how many letters wide a formula is in print: a fraction is as wide as its wider part."""
    tokens = _TOKEN.findall(formula)
    return _width(tokens, 0, len(tokens))


def _width(tokens: list[str], start: int, end: int) -> float:
    total, k = 0.0, start
    while k < end:
        token = tokens[k]
        if token == "\\frac":
            middle = _group(tokens, k + 1)
            last = _group(tokens, middle)
            total += max(_width(tokens, k + 1, middle), _width(tokens, middle, last)) + 0.5
            k = last
        elif token in "^_":
            last = _group(tokens, k + 1)
            total += SMALL * _width(tokens, k + 1, last)
            k = last
        else:
            total += _own(token)
            k += 1
    return total


def _own(token: str) -> float:
    if token in _SIGNS:
        return 2.2
    if token in _NOTHING or token in "{}" or token.isspace() or token.startswith("\\operatorname"):
        return 0.0
    if token in _NAMES:
        return float(len(token) - 1)
    return 1.5 if token in _BIG or token.lstrip("\\")[:1].isupper() else 1.0


def _group(tokens: list[str], start: int) -> int:
    """Where the group or the single sign that begins at `start` ends."""
    depth = 0
    for k in range(start, len(tokens)):
        depth += (tokens[k] == "{") - (tokens[k] == "}")
        if not depth and not tokens[k].isspace():
            return k + 1
    return len(tokens)


def rows(formula: str, room: float) -> list[str]:
    """The formula in rows that are no wider than `room` letters where that can be done; all but the first begin with the sign that
    stands between."""
    if width(formula) <= room:
        return [formula]
    out = _filled(list(_terms(formula)), room)
    found = [piece for row in out for piece in (_opened(row, room) if width(row) > room else [row])]
    return found if len(found) > 1 else [formula]


def _filled(pieces: list[str], room: float) -> list[str]:
    """Pieces side by side as far as a row has room."""
    out: list[str] = []
    for piece in pieces:
        if out and width(out[-1]) + width(piece) <= room:
            out[-1] = f"{out[-1]} {piece}"
        else:
            out.append(piece)
    return out


def _terms(formula: str, between: str = "signs") -> Iterator[str]:
    """The pieces outside all brackets: terms with their signs, or factors."""
    piece, depth = "", 0
    tokens = _TOKEN.findall(formula)
    for k, token in enumerate(tokens):
        if not depth and piece.strip() and _parts_here(tokens, k, between):
            yield piece.strip()
            piece = ""
        depth += (token in ("{", "\\left")) - (token in ("}", "\\right"))
        piece += token
    yield piece.strip()


def _parts_here(tokens: list[str], k: int, between: str) -> bool:
    """Whether a row may end before a token that stands outside brackets."""
    if between == "signs":
        return tokens[k] in _SIGNS and k > 0 and tokens[k - 1].isspace()
    # Between two factors there is a space; a sum keeps its sign and what is summed together, a function its argument.
    before = next((t for t in reversed(tokens[:k]) if not t.isspace()), "")
    return k > 0 and tokens[k - 1].isspace() and tokens[k] == "\\left" and before in (")", "}") or tokens[k] == "\\operatorname"


def _opened(row: str, room: float) -> list[str]:
    """A row too wide with its widest bracket opened, and those around it; else between factors."""
    tokens = _TOKEN.findall(row)
    pairs = list(_brackets(tokens))
    wide = [(width("".join(tokens[start:end])), start, end) for start, end in pairs if _holds_terms(tokens[start + 2 : end])]
    for inside, start, end in sorted(wide, reverse=True):
        if inside < room / 3:
            break
        for first, last in pairs:
            if first <= start and end <= last:
                size = "big" if (first, last) == (start, end) else "Big"
                tokens[first], tokens[last] = f"\\{size}l", f"\\{size}r"
        front, back = "".join(tokens[: start + 2]), "".join(tokens[end:])
        first_term, *terms = _terms("".join(tokens[start + 2 : end]))
        return _filled([front + first_term, *terms[:-1], terms[-1] + back], room)
    factors = _filled(list(_terms(row, "factors")), room)
    return [factors[0], *(f"\\cdot {f}" for f in factors[1:])]


def _holds_terms(tokens: list[str]) -> bool:
    return len(list(_terms("".join(tokens)))) > 1


def _brackets(tokens: list[str]) -> Iterator[tuple[int, int]]:
    """Where brackets outside fractions and scripts begin and end."""
    begun: list[int] = []
    braces = 0
    for k, token in enumerate(tokens):
        braces += (token == "{") - (token == "}")
        if token == "\\left" and not braces:
            begun.append(k)
        elif token == "\\right" and not braces and begun:
            yield begun.pop(), k


__all__ = ["rows", "width"]
