"""Members of families written out: `x_1, …, x_N`, and pairs of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradatim.read.found import Found
from gradatim.read.tokens import Token

_MEMBER = re.compile(r"(?P<base>.+?)(?:_\{?(?P<low>\w+)\}?|\^\{(?P<open>[(\[])(?P<high>\w+)[)\]]\})")


def run_of(c: Sequence[Token], names: tuple[str, ...]) -> Found | None:
    """`x_1, …, x_N`, the members of a family, and `(x_1, y_1), …, (x_N, y_N)`, those of several; None for any other list."""
    parted = [_MEMBER.fullmatch(n) for n in names]
    if not any(t.text == "..." for t in c) or len(names) < 2 or not all(parted):
        return None
    runs: dict[tuple[str, str], list[str]] = {}
    for m in parted:
        assert m is not None
        runs.setdefault((m["base"], m["open"] or ""), []).append(m["low"] or m["high"])
    uppers = {r[-1] for r in runs.values()}
    if len(uppers) != 1 or not all(len(r) > 1 and r[0].isdigit() for r in runs.values()):
        return None
    upper = uppers.pop()
    index = next(i for i in "ijkln" if i != upper)
    closing = {"(": ")", "[": "]", "": ""}
    members = tuple(f"{base}^{{{mark}{index}{closing[mark]}}}" if mark else f"{base}_{index}" for base, mark in runs)
    return Found(members, index=index, upper=upper, members=members, invented=True)


def closing(c: Sequence[Token]) -> int:
    """Where the bracket closes with which the tokens begin; the last place where it does not."""
    level = 0
    for k, t in enumerate(c):
        level += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        if k and not level:
            return k
    return len(c) - 1


def without_derivatives(c: list[Token]) -> list[Token]:
    """The list without its derivatives: `\\partial L / \\partial W \\in …` says what a derivative is, and nothing of L or W."""
    if not any(t.text in ("\\partial", "\\nabla") for t in c):
        return c
    items: list[list[Token]] = [[]]
    level = 0
    for t in c:
        level += (t.kind == "gopen") - (t.kind == "gclose")
        if t.kind == "op" and t.text == "," and not level:
            items.append([])
        items[-1].append(t)
    return [t for item in items if all(t.text not in ("\\partial", "\\nabla") for t in item) for t in item]


def ranged_within(inside: list[Token]) -> tuple[list[Token], list[Token]]:
    """The members and the range of `{(x^{(i)}, y^{(i)}); i = 1, …, m}`; no range where none stands inside."""
    level = 0
    for k, t in enumerate(inside[:-2]):
        level += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        apart = not level and (t.text in (";", ":") or t.kind == "bar")
        if apart and inside[k + 1].kind == "name" and inside[k + 2].text == "=":
            return inside[:k], inside[k + 1 :]
    return _by_condition(inside), []


def _by_condition(inside: list[Token]) -> list[Token]:
    """What a set names: of one that a condition gives the x_i of `{x_i | i ∈ V}`, and nothing of `{x | aᵢᵀx < bᵢ, i = 1, …, m}`."""
    level = 0
    for k, t in enumerate(inside):
        level += (t.kind in ("open", "gopen")) - (t.kind in ("close", "gclose"))
        if k and not level and (t.text in (";", ":") or t.kind == "bar"):
            return inside[:k] if any(x.text == "_" for x in inside[:k]) else []
    return inside


__all__ = ["closing", "ranged_within", "run_of", "without_derivatives"]
