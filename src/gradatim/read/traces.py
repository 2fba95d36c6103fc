"""How far a trace goes that is written without brackets around all of what it is of: `tr A · B`, `tr (X'AX)^{-1}B`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradatim.read.cursor import TRANSPOSES
from gradatim.read.spelling import function_word
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, spell

TO_THE_END = "the trace of the whole product"
OF_BRACKET = "a power of the trace of the bracket"
_SPACED = re.compile(r"(?:tr|Tr|trace|Trace)\}?(?:\s|\\,|\\;|~)+(?:\\left|\\[bB]igg?l?)?\s*[(\[]\s*$")


def turned_group(tokens: Sequence[Token], k: int) -> bool:
    """Whether the bracket at `k` carries a transpose: `tr(A - B)^T(A - B)` is the trace of the product; so is, with the space of
    a trace without brackets, `tr (X'AX)^{-1}B`."""
    apart = tokens[k].spaced and function_word(tokens[k - 1].text) == "trace"
    level = 0
    while tokens[k].kind != "end":
        level += (tokens[k].kind == "open") - (tokens[k].kind == "close")
        if not level:
            break
        k += 1
    after = [t for t in tokens[k + 1 : k + 4] if t.kind not in ("gopen",)]
    if len(after) < 2:
        return False
    inverse = apart and after[0].text == "^" and after[1].text == "-"
    return inverse or after[0].kind == "prime" or (after[0].text == "^" and after[1].text in TRANSPOSES)


def bare_trace(node: Node, text: str) -> str:
    """The trace or determinant, without brackets, in which a factor ends: `tr A` before `· B`."""
    last = node.args[-1] if node.kind == "juxt" else node
    if last.kind != "call" or last.value not in ("trace", "det") or text[: last.args[0].span[0]].rstrip()[-1:] in ("(", "[", "{"):
        return ""
    return f"the {'trace' if last.value == 'trace' else 'determinant'}"


def ends_early(ranks: Sequence[int], factors: Sequence[Node], text: str) -> bool:
    """Whether a matrix stands behind the bracket of a trace that is set apart from its word, `tr (X + A)B`: another trace would go
    to the end of the product."""
    return any(
        n.kind == "call" and n.value == "trace" and not n.posts and rank == 2 and _SPACED.search(text[: n.args[0].span[0]])
        for n, rank in zip(factors, ranks[1:])
    )


def inverse_behind(node: Node) -> bool:
    """Whether a trace carries its power behind the bracket, `tr(A)^{-1}`: it may be meant as the trace of the inverse."""
    base, first = node.args[0], node.posts[0] if node.posts else None
    return base.kind == "call" and base.value == "trace" and first is not None and spell(first.tokens).startswith("-")


def inverse_inside(node: Node, text: str) -> bool:
    """Whether the inverse of a bracket is what a trace without brackets begins with: `tr (X'AX)^{-1}B`, or 1 / tr(X'AX) times B."""
    if node.value != "trace" or not node.args:
        return False
    first = node.args[0].args[0] if node.args[0].kind == "juxt" else node.args[0]
    bare = text[: first.span[0]].rstrip()[-1:] not in ("(", "[", "{")
    return bare and first.kind == "post" and first.args[0].kind == "group" and spell(first.posts[0].tokens).startswith("-")


__all__ = ["OF_BRACKET", "TO_THE_END", "bare_trace", "ends_early", "inverse_behind", "inverse_inside", "turned_group"]
