"""Questions for a quantity that the text defines as a derivative: "the score is s(β) = ∇ℓ(β)", and then "compute s(β)"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gradatim.homework.asks import Ask, find_asks
from gradatim.homework.definitions import clean, definitions, flat_head, heads, is_name, level_split, right
from gradatim.homework.formulas import derivative_in, formulas
from gradatim.homework.objects import VERB
from gradatim.homework.unnumbered import unnumbered


def asked_by_name(text: str, texts: Sequence[str]) -> list[Ask]:
    """The questions of an item that asks for such a quantity, as questions for the derivative that it is; [] for any other item."""
    verb = VERB.search(text)
    meant = _derivatives(texts)
    if verb is None or not meant:
        return []
    out: list[Ask] = []
    for f in formulas(text):
        before = text[verb.end() : f.span[0]]
        if (
            f.span[0] < verb.end()
            or not is_name(clean(f.latex))
            or re.search(r"[.?!;]|\b(?:from|using|that|with|for|by)\b", before)
        ):
            break
        sign, derivative = meant.get(flat_head(clean(f.latex)), ("", ""))
        found = find_asks(f"Find ${derivative}$.") if derivative else ""
        if isinstance(found, list):
            shown = unnumbered(re.split(r"(?<=[.?!])\s", text[: f.span[0]])[-1] + text[f.span[0] :])
            out += [replace(a, asks=shown, function=_turned(sign, a.function, texts)) for a in found]
    return out


def _turned(sign: str, function: str, texts: Sequence[str]) -> str:
    """A function, or minus one: written out where the texts define it."""
    defined = [d for t in texts for d in definitions(t) if flat_head(function) in heads(d)]
    return function if not sign else f"-\\left({right(defined[-1])}\\right)" if defined else f"-{function}"


def _derivatives(texts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What the texts define as a derivative, or as minus one: the sign and the derivative by the name."""
    out: dict[str, tuple[str, str]] = {}
    for f in (f for t in texts for f in formulas(t)):
        left, *right = level_split(clean(f.latex))
        body = right[-1].strip() if right else ""
        sign = "-" if body.startswith("-") else ""
        if right and is_name(left.strip()) and derivative_in(body.removeprefix("-").strip()):
            out[flat_head(left)] = sign, body.removeprefix("-").strip()
    return out


__all__ = ["asked_by_name"]
