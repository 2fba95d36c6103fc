"""Where one statement of a chain ends and the next begins: `;`, line ends, `\\\\`, `where`, commas before a definition."""

from __future__ import annotations

from gradatim.errors import ReadError
from gradatim.read.tokens import Token

_LOOK = 400
"""How far a head may reach before its `=`; it keeps long lists of commas linear."""
_ENDS = ("num", "name", "close", "gclose", "bar", "prime")
_STARTS = ("num", "name", "word", "cmd", "open", "gopen")


def split(tokens: list[Token], text: str) -> list[list[Token]]:
    """Pieces between separators at depth zero; a line end separates only where a new definition begins after it.

    Raises ReadError where a line that was broken on purpose goes on without a sign: two formulas are not a product.
    """
    plain = "\\" not in text
    pieces: list[list[Token]] = [[]]
    depth = 0
    for k, t in enumerate(tokens):
        if t.kind in ("open", "gopen"):
            depth += 1
        elif t.kind in ("close", "gclose"):
            depth = max(depth - 1, 0)
        soft = t.kind == "nl" or (t.kind == "op" and t.text == ",")
        if t.kind == "end" or (depth == 0 and (t.kind == "sep" or (soft and _begins_statement(tokens, k)))):
            pieces.append([])
        elif depth == 0 and t.kind == "nl" and _uses_what_was_defined(pieces[-1], tokens[k + 1 :]):
            pieces.append([])
        elif t.kind == "sep":
            pieces[-1].append(Token("op", ";", t.start, t.end)) if t.text == ";" else pieces.append([])
        elif t.kind != "nl":
            pieces[-1].append(t)
        elif depth == 0 and (plain or t.text != "\n") and _would_join(pieces[-1], tokens, k):
            raise ReadError(
                "a new line begins here without a sign that joins it to the one before",
                text,
                (t.start, t.end),
                "write `;` between two formulas",
            )
    return [p for p in (trimmed(p) for p in pieces) if p]


def _would_join(piece: list[Token], tokens: list[Token], k: int) -> bool:
    """Whether the lines around this break would be read as factors side by side."""
    return bool(piece) and piece[-1].kind in _ENDS and piece[-1].side != "l" and tokens[k + 1].kind in _STARTS


def _uses_what_was_defined(piece: list[Token], after: list[Token]) -> bool:
    """Whether the line before defines a name that the line after, which no sign joins to it, speaks of."""
    equals = next((k for k, t in enumerate(piece[:_LOOK]) if t.kind == "op" and t.text == "="), 0)
    head = [t.text for t in piece[:equals] if not (t.kind == "op" and t.text == ":")]
    if not head or piece[0].kind != "name" or any(t.kind == "open" for t in piece[:equals]) or piece[-1].kind == "op":
        return False
    ends = next((k for k, t in enumerate(after[:_LOOK]) if t.kind in ("nl", "sep", "end")), len(after))
    line = [t.text for t in after[:ends]]
    joined = not line or after[0].kind == "op"
    return not joined and any(line[k : k + len(head)] == head for k in range(len(line)))


def _begins_statement(tokens: list[Token], k: int) -> bool:
    """Whether `name… =` follows: then the separator before it ends a definition."""
    if k and tokens[k - 1].kind == "op" and tokens[k - 1].text in ("+", "-", "=", "*", "/", "cdot", "times", "odot"):
        return False
    depth = 0
    for n, t in enumerate(tokens[k + 1 : k + 1 + _LOOK]):
        if t.kind in ("nl",) and n == 0:
            continue
        if t.kind == "end" or (t.kind in ("sep", "nl") and depth == 0):
            return False
        if t.kind in ("open", "gopen"):
            depth += 1
        elif t.kind in ("close", "gclose"):
            depth -= 1
            if depth < 0:
                return False
        elif t.kind == "op" and t.text == "=" and depth == 0:
            return n > 0
        elif depth == 0 and (t.kind == "op" and t.text in ("+", "-", "*", "/") or t.kind in ("word", "cmd")):
            return False
    return False


def trimmed(tokens: list[Token], before: tuple[str, ...] = (",", ".")) -> list[Token]:
    """The tokens without the marks of punctuation at their ends; `before` are those that may be dropped in front."""
    while tokens and tokens[-1].kind == "op" and tokens[-1].text in (",", ".", ":"):
        tokens.pop()
    while tokens and tokens[0].kind == "op" and tokens[0].text in before:
        tokens.pop(0)
    return tokens
