"""What a formula leaves unsaid or says too much: the index of a sum without limits, braces around a function's name."""

from __future__ import annotations

from gradatim.read.tokens import Token
from gradatim.read.tree import Node, Post, walk

_INDICES = frozenset("ijklnst")
"""Letters that are indices by habit."""


def unnamed_index(body: Node, tokens: list[Token], sign: Token) -> list[Post]:
    """The index that a sum without limits means: the one letter of those for indices that stands below names in its body,
    where no other sum of the text names it; as a subscript without a place of its own."""
    below = {t.text: t for n in walk(body) for p in n.posts if p.kind in ("sub", "label") for t in p.tokens if t.kind == "name"}
    below = {name: t for name, t in below.items() if name in _INDICES}
    named = {
        x.text
        for k, t in enumerate(tokens[:-2])
        if t.text in ("sum", "prod") and t.kind == "cmd" and tokens[k + 1].text == "_"
        for x in tokens[k + 2 : k + 5]
    }
    if sign.text != "sum" or len(below) != 1 or below.keys() & named:
        return []
    return [Post("sub", tuple(below.values()), (sign.start, sign.start))]


def unbraced(tokens: list[Token]) -> list[Token]:
    """Without the braces around a function's name alone: `{\\rm tr}(A)` is `tr(A)`."""
    alone = [
        k
        for k in range(len(tokens) - 2)
        if tokens[k].kind == "gopen"
        and tokens[k + 1].kind == "word"
        and tokens[k + 2].kind == "gclose"
        and not (k and tokens[k - 1].text in ("_", "^"))
    ]
    gone = {k for a in alone for k in (a, a + 2)}
    return [t for k, t in enumerate(tokens) if k not in gone] if gone else tokens


__all__ = ["unbraced", "unnamed_index"]
