"""Sets by name and ranges of indices: `Sym(n)`, `O(n)`, `GL_n(\\mathbb{R})`, `M_{m,n}`; `1 \\le i \\le n`, `i \\in \\{1, \\dots, n\\}`, `i \\in [n]`."""

from __future__ import annotations

from collections.abc import Callable

from gradatim.read.found import Found
from gradatim.read.tokens import Token

Space = tuple[tuple[str, ...], str | None, frozenset[str]]

_MATRICES = {
    "Sym": "symmetric", "S": "symmetric", "Symm": "symmetric", "Skew": "skew", "O": "orthogonal", "SO": "orthogonal", "GL": "invertible",
    "SL": "invertible", "SPD": "spd", "Diag": "diagonal", "M": "", "Mat": "", "Sym+": "psd", "Sym++": "spd", "PD": "spd", "P": "spd",
}  # fmt: skip
_INDICES = frozenset("ijklmnpqrst")


def named_set(c: list[Token], size: Callable[[list[Token]], tuple[str, ...]]) -> Space | None:
    """What a set of matrices with a name says, None where it is no such set."""
    k = 0
    word = ""
    while k < len(c) and c[k].kind == "name" and (not word or len(c[k].text) == 1):
        letter = c[k].text
        word += letter[letter.find("{") + 1 : -1] if letter.endswith("}") and letter.startswith("\\math") else letter
        k += 1
    if word not in _MATRICES or k >= len(c):
        return None
    sizes: list[tuple[str, ...]] = []
    plus = 0
    while k < len(c):
        if c[k].text in ("_", "^") and c[k].kind == "op":
            inner, k = _after(c, k + 1)
            plus += sum(t.text.count("+") for t in inner)
            inner = [t for t in inner if t.text not in ("+", "++")]
        elif c[k].kind == "open":
            inner, k = _after(c, k)
        else:
            return None
        if inner and not any("{R}" in t.text or t.text in ("R", "\\Re") for t in inner):
            sizes.append(size(inner))
    found = [d for d in sizes if d]
    if len(found) != 1 or len(found[0]) > 2:
        return None
    dims = found[0] * 2 if len(found[0]) == 1 else found[0]
    fact = _MATRICES[word]
    if plus and fact == "symmetric":
        fact = "spd" if plus > 1 else "psd"
    return dims, "matrix", frozenset({fact} if fact else ())


def _after(c: list[Token], k: int) -> tuple[list[Token], int]:
    """What is in the bracket at `k`, or the one token there; and where it ends."""
    if k < len(c) and c[k].kind in ("gopen", "open"):
        level = 0
        for end in range(k, len(c)):
            level += (c[end].kind in ("gopen", "open")) - (c[end].kind in ("gclose", "close"))
            if not level:
                return c[k + 1 : end], end + 1
        return c[k + 1 :], len(c)
    return c[k : k + 1], k + 1


def index_ranges(c: list[Token]) -> list[Found]:
    """The indices of a formula that only says where they run, else []."""
    texts = [t.text for t in c if t.text != "forall"]
    if len(texts) >= 5 and texts[1] in ("<=", "<") and texts[-2] == texts[1] == "<=" and texts[0] in ("1", "0"):
        names = [t for t in texts[2:-2] if t not in (",", "<", "!=")]
        if names and all(n in _INDICES for n in names):
            return [Found(index=n, upper=texts[-1]) for n in names]
    at = next((k for k, t in enumerate(texts) if t in ("in", "=")), -1)
    names = [t for t in texts[:at] if t != ","] if at > 0 else []
    if not names or not all(n in _INDICES for n in names):
        return []
    right = texts[at + 1 :]
    if texts[at] == "in" and len(right) >= 3 and right[0] in "{[" and right[-1] in "}]":
        inner = right[1:-1]
        if len(inner) == 1 and right[0] == "[":
            return [Found(index=n, upper=inner[0]) for n in names]
        if inner[0] == "1" and any(t in ("...", ":", ".") for t in inner):
            return [Found(index=n, upper=inner[-1]) for n in names]
    if texts[at] == "=" and len(right) >= 3 and right[0] in ("1", "0") and right[1] in (".", "...", ":", ",") and len(names) >= 1:
        if any(t in (".", "...", ":") for t in right[1:-1]) and "=" not in right and "in" not in right:
            return [Found(index=n, upper=right[-1]) for n in names]
    return []


__all__ = ["index_ranges", "named_set"]
