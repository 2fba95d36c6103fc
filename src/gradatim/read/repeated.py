"""The summation convention: an index that stands twice in a product is summed over, where the text says so or writes products of entries
that mean nothing else, `\\frac12 \\epsilon_{ij} C_{ijkl} \\epsilon_{kl}`."""

from __future__ import annotations

import re
from collections import Counter

from gradatim.errors import ReadError
from gradatim.patterns import late

_SAID = late(r"\beinstein\b|\bsummation\s+convention\b|\brepeated\s+ind|\bimplied\s+sum", re.I)
_SIGN = late(r"\\sum(?![a-z])|[∑Σ]\s*_|\bsum\b|\\prod(?![a-z])")
_BELOW = late(r"_\s*(?:\{(?P<several>[a-z\s,]+)\}|(?P<one>[a-z]))")
_ENTRY = r"(?:\\?[A-Za-z]+|\\[a-z]+\s*\{\\?[A-Za-z]+\})_\{\s*[a-z](?:[\s,]*[a-z])+\s*\}"
_PRODUCT = late(rf"(?<![A-Za-z\\]){_ENTRY}(?:\s*(?:\\[,;: ]|\\cdot(?![a-z]))?\s*{_ENTRY})+")
"""Entries with two indices and more, side by side."""


def summed(text: str, given: str) -> tuple[str, str]:
    """The text with a sign for every such sum, and what is to be said of it: "" where the text says it itself or nothing is summed. Raises
    ReadError where an index stands more than twice, or both times in one bracket of a sum."""
    if _SIGN.search(text):
        return text, ""
    said = _SAID.search(given) is not None
    statements = re.split(r"(;\s*|\n)", text)
    if not said and not any(_meant(s) for s in statements[::2]):
        return text, ""
    letters: dict[str, None] = {}
    for k in range(0, len(statements), 2):
        statements[k], found = _with_signs(statements[k], text)
        letters |= dict.fromkeys(found)
    made = "".join(statements)
    names = ", ".join(letters)
    return made, "" if said or not letters else f"{names} stand twice in products of entries, and are summed over"


def _indices(piece: str) -> list[str]:
    return [c for m in _BELOW.finditer(piece) for c in (m["several"] or m["one"]) if c.isalpha()]


def _sides(statement: str) -> tuple[str, str]:
    head, sign, body = statement.partition("=")
    return (head + sign, body) if sign and "=" not in body else ("", statement)


def _meant(statement: str) -> bool:
    head, body = _sides(statement)
    fixed = set(_indices(head))
    repeated = ({c for c, n in Counter(_indices(m.group())).items() if n == 2} - fixed for m in _PRODUCT.finditer(body))
    return bool(head) and any(repeated)


def _terms(body: str) -> list[str]:
    """A sum at its signs, which stay with what follows."""
    out, depth = [""], 0
    for c in body:
        depth += (c in "{([") - (c in "})]")
        if c in "+-−" and depth == 0 and out[-1].strip():
            out.append("")
        out[-1] += c
    return out


def _with_signs(statement: str, text: str) -> tuple[str, list[str]]:
    head, body = _sides(statement)
    fixed, letters, out = set(_indices(head)), list[str](), ""
    for term in _terms(body):
        counted = Counter(_indices(term))
        twice = [c for c, n in counted.items() if n > 1 and c not in fixed]
        inside = [g for g in re.findall(r"\(([^()]*)\)", term) if len(_terms(g)) > 1]
        if any(counted[c] > 2 for c in twice) or any(c in Counter(_indices(g)) for c in twice for g in inside):
            said = f"over what the index {twice[0]} is summed is not read"
            raise ReadError(said, text, (0, len(text)), "write the sums with \\sum")
        sign = re.match(r"\s*[-+−]?\s*", term)
        at = sign.end() if sign else 0
        out += term[:at] + "".join(rf"\sum_{{{c}}} " for c in twice) + term[at:]
        letters += twice
    return head + out, letters


__all__ = ["summed"]
