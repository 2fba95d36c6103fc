"""An answer's text to its lines, and each line to the members between its `=` signs, as tokens with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradatim.errors import LimitExceeded, ReadError, Span
from gradatim.read.chains import trimmed
from gradatim.read.tokens import Token, tokenize
from gradatim.read.unsaid import paired

MAX_REPAIRS = 100
_JOINS = ("+", "-", "times", "cdot", "odot", "*", "otimes", "/", "≈", "=")
_EQUALS = ("=", "≈")


@dataclass(frozen=True, slots=True)
class Row:
    """One line in tokens: its members, their places, whether it begins with the sign, the signs between its members."""

    members: tuple[list[Token], ...]
    spans: tuple[Span, ...]
    span: Span
    continues: bool = False
    signs: tuple[str, ...] = ()
    error: ReadError | None = None


def cut(text: str, words: frozenset[str]) -> list[Row]:
    """The lines of a masked text. A line with a sign that is not known becomes a row with an error; the others are read."""
    errors: list[Row] = []
    for _ in range(MAX_REPAIRS):
        try:
            tokens = paired(tokenize(text, words), text, frozenset("ijkl") - words)
            break
        except ReadError as error:
            if error.span is None:
                raise
            a, b = _line_around(text, error.span[0])
            errors.append(Row(([],), ((a, b),), (a, b), error=error))
            blanked = re.sub(r"[^\n;]", " ", text[a:b])
            if blanked == text[a:b]:
                raise
            text = text[:a] + blanked + text[b:]
    else:
        raise LimitExceeded(f"the answer has more than {MAX_REPAIRS} lines that cannot be read")
    rows = [_row(piece) for piece in _pieces(tokens, text)]
    return sorted([*rows, *errors], key=lambda r: r.span)


def _line_around(text: str, at: int) -> Span:
    """The line of the text (between `\\\\`, line ends and `;`) that holds a place."""
    ends = [m.span() for m in re.finditer(r"\\\\|\n|;", text)]
    a = max((end for _, end in ends if end <= at), default=0)
    b = min((start for start, _ in ends if start >= max(at, a)), default=len(text))
    said = text[a:b]
    return a + len(said) - len(said.lstrip()), b - len(said) + len(said.rstrip())


_INDENT = re.compile(r"\s*&\s*(?:\{\}\s*)?\\(?:q?quad|hspace|h?phantom)(?![a-zA-Z])")
"""How a row begins that goes on with the row above it."""


def _pieces(tokens: list[Token], text: str) -> list[list[Token]]:
    plain = "\\" not in text
    pieces: list[list[Token]] = [[]]
    depth = 0
    for k, t in enumerate(tokens):
        if t.kind in ("open", "gopen"):
            depth += 1
        elif t.kind in ("close", "gclose"):
            depth = max(depth - 1, 0)
        if t.kind == "end":
            break
        if t.kind == "sep":
            if depth == 0:
                pieces.append([])
            else:
                pieces[-1].append(Token("op", ";", t.start, t.end) if t.text == ";" else t)
        elif t.kind == "nl":
            hard = t.text != "\n" or plain or (k + 1 < len(tokens) and tokens[k + 1].kind == "nl")
            indented = bool(pieces[-1]) and _INDENT.match(text, t.end) is not None and not _is_equation(tokens, k + 1)
            if depth == 0 and (hard or _is_equation(tokens, k + 1)) and not indented and not _goes_on(pieces[-1], tokens, k):
                pieces.append([])
        elif depth == 0 and t.kind == "op" and t.text == "," and (_defines(tokens, k) or _defined(pieces[-1], tokens, k)):
            pieces.append([])
        else:
            pieces[-1].append(t)
    return [p for p in (trimmed(p, (",", ".", ":")) for p in pieces) if p]


def _goes_on(piece: list[Token], tokens: list[Token], k: int) -> bool:
    """Whether the line after this break continues the formula before it: by a sign at either side, and no `=` of its own."""
    after = next((t for t in tokens[k + 1 :] if t.kind != "nl"), None)
    if not piece or after is None or after.kind == "end":
        return False
    if piece[-1].kind == "op" and piece[-1].text in (*_JOINS, ","):
        return True
    begins = after.kind == "op" and after.text in _JOINS and after.text not in _EQUALS
    return begins and not _is_equation(tokens, k + 1)


def _is_equation(tokens: list[Token], k: int) -> bool:
    """Whether the line that begins here holds an `=` outside brackets."""
    depth = 0
    while k < len(tokens) and tokens[k].kind == "nl":
        k += 1
    for t in tokens[k:]:
        depth += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        if t.kind in ("end", "sep") or (t.kind == "nl" and depth == 0):
            return False
        if depth == 0 and t.kind == "op" and t.text in _EQUALS:
            return True
    return False


def _defines(tokens: list[Token], k: int) -> bool:
    """Whether a comma is followed by `name =` (or a derivative and `=`): a statement of its own."""
    depth = 0
    for n, t in enumerate(tokens[k + 1 :]):
        depth += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        if depth < 0 or t.kind in ("end", "sep") or (depth == 0 and t.kind == "op" and t.text in (",", "+", "-")):
            return False
        if depth == 0 and t.kind == "op" and t.text in _EQUALS:
            return n > 0
    return False


def _defined(piece: list[Token], tokens: list[Token], k: int) -> bool:
    """Whether a comma ends an equation and a formula follows: `r = Ax - b, 2A^T r`. A range, `i = 1, …, N`, goes on."""
    depth, right = 0, -1
    for n, t in enumerate(piece):
        depth += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        if depth == 0 and t.kind == "op" and t.text in _EQUALS:
            right = n + 1
    value = piece[right:] if right > 0 else []
    after = [t for t in tokens[k + 1 :] if t.kind not in ("nl",)]
    follows = next((n for n, t in enumerate(after) if t.kind in ("end", "sep") or (t.kind == "op" and t.text == ",")), 0)
    return bool(value) and not (len(value) == 1 and value[0].kind == "num") and follows > 1


def _row(piece: list[Token]) -> Row:
    span = piece[0].start, piece[-1].end
    members: list[list[Token]] = [[]]
    signs: list[str] = []
    depth = 0
    continues = piece[0].kind == "op" and piece[0].text in _EQUALS
    for t in piece[1:] if continues else piece:
        depth += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        if depth == 0 and t.kind == "op" and t.text in _EQUALS:
            signs.append(t.text)
            members.append([])
        else:
            members[-1].append(t)
    spans = [(m[0].start, m[-1].end) if m else span for m in members]
    return Row(tuple(members), tuple(spans), span, continues, ((piece[0].text,) if continues else ()) + tuple(signs))


__all__ = ["Row", "cut"]
