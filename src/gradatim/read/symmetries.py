"""`A = A^T`, `P = P' \\succ 0`: equations by which a matrix is symmetric."""

from __future__ import annotations

from collections.abc import Callable

from gradatim.read.tokens import Token

_DEFINITE = {"succ": "spd", ">": "spd", "succeq": "psd", ">=": "psd"}


def said_by_turning(left: list[Token], right: list[Token], names: Callable[[list[Token]], bool]) -> str:
    """What an equation says whose right side is the transpose of the left, perhaps with a sign behind it; "" where it is no such
    equation. `names` says whether some tokens are the name on the left, with nothing but a transpose."""
    sign = next((k for k, t in enumerate(right) if t.text in _DEFINITE and t.kind == "op"), None)
    side = right[:sign]
    primed = [t.kind for t in side] == ["name", "prime"] and side[0].text[-1:].isupper()  # A = A'
    if not names(side[:1] if primed else side) or not (primed or turns(left) != turns(side)):
        return ""
    return "symmetric" if sign is None else _DEFINITE[right[sign].text]


def turns(c: list[Token]) -> bool:
    """Whether a transpose stands in it."""
    return any(t.kind == "name" and t.text in ("T", "\\top", "\\mathrm{T}", "\\mathsf{T}") for t in c[1:])


__all__ = ["said_by_turning", "turns"]
