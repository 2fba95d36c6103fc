r"""Functions written with an arrow: `f : \mathbb{R}^n \to \mathbb{R}, x \mapsto x^TAx` says what `f(x) = x^TAx` says."""

from __future__ import annotations

from itertools import pairwise

from gradatim.read.tokens import Token


def without_arrows(tokens: list[Token]) -> list[Token]:
    """The tokens with `f : x ↦ …` as `f(x) = …`, and `x ↦ …` as the formula alone; sets that f goes between are left out."""
    arrows = [k for k, t in enumerate(tokens) if _arrow(t)]
    if not arrows:
        return tokens
    last = arrows[-1]
    start = last
    level = 0
    while start and (level or not _ends(tokens[start - 1])):
        start -= 1
        level += (tokens[start].kind == "close") - (tokens[start].kind == "open")
    arguments = tokens[start:last]
    before = tokens[:start]
    if not arguments or _names_a_set(arguments) or any(not _named(t) for t in arguments):
        return tokens
    if any(a.kind == b.kind == "name" for a, b in pairwise(arguments)):
        return tokens  # the `lim x` of `lim x -> 0` names no argument
    name = [before[0]] if len(before) > 1 and before[0].kind == "name" and before[1].text == ":" else []
    if before and not name:
        return tokens
    at = tokens[last]
    if not name:
        return tokens[last + 1 :]
    opening, closing = Token("open", "(", at.start, at.start), Token("close", ")", at.start, at.start)
    inside = arguments if arguments[0].kind == "open" else [opening, *arguments, closing]
    return [*name, *inside, Token("op", "=", at.start, at.end), *tokens[last + 1 :]]


def _arrow(t: Token) -> bool:
    return t.kind == "op" and t.text == "to"


def _ends(t: Token) -> bool:
    return t.text in (",", ":", ";", "to") or t.kind in ("sep", "nl")


def _named(t: Token) -> bool:
    return t.kind in ("name", "num", "open", "close", "gopen", "gclose") or t.text in (",", "_", "^")


def _names_a_set(tokens: list[Token]) -> bool:
    return tokens[0].kind == "name" and tokens[0].text.startswith("\\mathbb")


__all__ = ["without_arrows"]
