"""What a formula leaves unsaid or says too much: the index of a sum without limits, braces around a function's name."""

from __future__ import annotations

import re
from dataclasses import replace

from gradatim.read.scripts import script_places
from gradatim.read.tokens import Token
from gradatim.read.tree import Node, Post, walk

_INDICES = frozenset("ijklnst")
"""Letters that are indices by habit."""


def unnamed_index(body: Node, tokens: list[Token], sign: Token) -> list[Post]:
    """The index that a sum without limits means: the one letter of those for indices that stands below names in its body,
    where no other sum of the text names it; as a subscript without a place of its own."""
    below = _below(body)
    if sign.text != "sum" or len(below) != 1 or below.keys() & _named(tokens):
        return []
    return [Post("sub", tuple(below.values()), (sign.start, sign.start))]


def unnamed_in_call(body: Node, tokens: list[Token], text: str) -> list[Post]:
    """The index of `sum((y_i - w'x_i)^2)`: as that of a sum without limits, unless the left side has it. Its `count` says that what is
    added up may be entries after all, where the body has some."""
    begin = tokens[0].start
    line = text[max(text.rfind("\n", 0, begin), text.rfind(";", 0, begin)) + 1 : begin]
    equals = next((k for k, t in enumerate(tokens) if t.kind == "op" and t.text == "="), 0)
    left = {t.text for t in tokens[:equals]} | {c for m in re.findall(r"[_^]\{?\(?([a-z,]+)", line) for c in m}
    free = [t for name, t in _below(body).items() if name not in left | _named(tokens)]
    return [Post("sub", (free[0],), (body.span[0], body.span[0]), count=1)] if len(free) == 1 else []


def _below(body: Node) -> dict[str, Token]:
    """The letters for indices that stand below names in a body."""
    posts = [p for n in walk(body) for p in n.posts if p.kind in ("sub", "label")]
    below = {t.text: t for p in posts if all(t.text != ":" for t in p.tokens) for t in p.tokens if t.kind == "name"}
    return {name: t for name, t in below.items() if name in _INDICES}


def _named(tokens: list[Token]) -> set[str]:
    """The indices that sums of a text name."""
    return {
        x.text
        for k, t in enumerate(tokens[:-2])
        if t.text in ("sum", "prod") and t.kind == "cmd" and tokens[k + 1].text == "_"
        for x in tokens[k + 2 : k + 5]
    }


def unbraced(tokens: list[Token]) -> list[Token]:
    """Without the braces around a function's name alone, `{\\rm tr}(A)`, or around bold letters, `{\\bf Sv}_1`: a sign after these
    belongs to the last."""
    tokens = _unbraced_bold(_dotted(tokens))
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


def _dotted(tokens: list[Token]) -> list[Token]:
    """Three dots that were typed one by one as the sign that they are."""
    out: list[Token] = []
    for t in tokens:
        out.append(t)
        last = out[-3:]
        if len(last) == 3 and all(x.kind == "op" and x.text == "." for x in last) and last[2].start == last[0].start + 2:
            out[-3:] = [replace(last[0], text="...", end=last[2].end)]
    return out


def _unbraced_bold(tokens: list[Token]) -> list[Token]:
    gone: set[int] = set()
    for k, t in enumerate(tokens):
        if t.kind != "gopen" or k and (tokens[k - 1].text in ("_", "^", "]") or tokens[k - 1].kind in ("cmd", "word", "gclose")):
            continue  # an exponent, or what a root, a fraction or a function is taken of
        end = k + 1
        while tokens[end].kind == "name" and tokens[end].text.startswith("\\mathbf{"):
            end += 1
        if end > k + 2 and tokens[end].kind == "gclose":
            gone |= {k, end}
    return [t for k, t in enumerate(tokens) if k not in gone] if gone else tokens


def without_primes(tokens: list[Token], words: frozenset[str]) -> list[Token]:
    """The k' of `\\sum_{k'} e^{w_{k'}^T x}` is an index of its own: it gets a letter that stands nowhere else."""
    bound = {t.text for k, t in enumerate(tokens[:-2]) if t.kind == "name" and _prime_after(tokens, k) and _below_big(tokens, k)}
    if not bound:
        return tokens
    used = {t.text for t in tokens} | words
    free = (c for c in "rstuvjlihzabcdgopqmkefwxyn" if c not in used)
    letters = {name: next(free, "") for name in sorted(bound)}
    out: list[Token] = []
    places = script_places(tokens)
    k = 0
    while k < len(tokens):
        t = tokens[k]
        more = _prime_after(tokens, k) if t.kind == "name" and letters.get(t.text) else 0
        if more and places[k]:
            out.append(replace(t, text=letters[t.text], end=tokens[k + more].end))
            k += more
        else:
            out.append(t)
        k += 1
    return out


def paired(tokens: list[Token], text: str, free: frozenset[str] = frozenset()) -> list[Token]:
    """Where sums run over both, or where the letters are `free` and can be nothing else, y_ij has two indices: plain text knows no
    braces, and in LaTeX they were forgotten, since nobody writes j for a number right behind y_i."""
    latex = "\\" in text
    free = frozenset() if latex else free
    below = script_places(tokens) if latex else []
    bound = free | {
        t.text
        for k, t in enumerate(tokens)
        if t.kind == "name" and (not latex or tokens[k - 1].text == "_" or below[k + 1]) and _below_big(tokens, k)
    }
    out: list[Token] = []
    k = 0
    while k < len(tokens):
        two = tokens[k + 1 : k + 3]
        pair = [t.text for t in two if t.kind == "name" and t.text in bound]
        out.append(tokens[k])
        if (
            tokens[k].text == "_"
            and not (latex and k and tokens[k - 1].kind == "cmd")
            and len(pair) == 2
            and two[0].end == two[1].start
            and pair[0] != pair[1]
        ):
            begin, end = (
                replace(two[0], kind="gopen", text="{", end=two[0].start),
                replace(two[1], kind="gclose", text="}", start=two[1].end),
            )
            out += [begin, *two, end]
            k += 2
        k += 1
    return out


_BETWEEN = (",", "!=", "<", "<=", ">", ">=")
"""What stands between indices below a sum."""


def _prime_after(tokens: list[Token], k: int) -> int:
    """How many tokens after the name at `k` are its prime: `k'`, `k^\\prime`, `k^{\\prime}`; 0 where it has none."""
    after = [t.kind if t.kind != "op" else t.text for t in tokens[k + 1 : k + 5]]
    for signs in (["prime"], ["^", "prime"], ["^", "gopen", "prime", "gclose"]):
        if after[: len(signs)] == signs:
            return len(signs)
    return 0


_BELOW = 100
"""Tokens that are looked back for the sign of a sum: more do not stand below one."""


def _below_big(tokens: list[Token], k: int) -> bool:
    """Whether a name stands first (or after a comma) in the subscript of a sum or product: in LaTeX, the one sign without braces."""
    at = k - 1
    while at > max(0, k - _BELOW) and (
        tokens[at].kind == "name" or tokens[at].text in _BETWEEN or tokens[at].kind in ("gopen", "prime")
    ):
        at -= 1
    return at > 0 and tokens[at].text == "_" and tokens[at - 1].kind == "cmd" and tokens[at - 1].text in ("sum", "prod")


__all__ = ["paired", "unbraced", "unnamed_in_call", "unnamed_index", "without_primes"]
