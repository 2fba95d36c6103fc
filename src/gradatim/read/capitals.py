"""Whether a capital Σ or Π of a line of text is the sign of a sum or a product, or the name of a matrix."""

from __future__ import annotations

import re

from gradatim.read.scripts import each_below
from gradatim.read.spelling import SUBSCRIPTS, SUPERSCRIPTS, below_letter, lowered

_RELATED = re.compile(r"[=≠<>≤≥∈:]|\\(?:neq?|leq?|geq?|in)\b")
"""What stands below a sum and below no matrix."""
_PAIR = re.compile(r"_(?:(?=\{[i-n]+\})\{)?([i-n])([i-n])(?:\}|(?![a-z0-9_]))")


def binds(source: str, place: int, words: frozenset[str], turned: bool) -> bool:
    """Whether the Σ or Π at a place binds an index: it has limits, or one letter below it and a body that uses the letter.

    `words` are declared names, `turned` says that it follows a transpose: aᵀΣᵢ is a matrix.
    """
    rest = source[place + 1 : place + 200]
    if rest and rest[0] in SUBSCRIPTS:
        raised = rest.lstrip("".join(SUBSCRIPTS))
        below, after = "".join(SUBSCRIPTS[c] for c in rest[: len(rest) - len(raised)]), raised.lstrip(" ")
    elif (found := _PAIR.match(rest)) and not turned and source[place] not in words and ("{" in found[0] or "\\" not in source):
        # Σ_ij A_ij of plain text; where Σ is a matrix it is an entry.
        below, after = f"{found[1]},{found[2]}", rest[found.end() :].lstrip(" ")
    elif found := re.match(r"_(?:\{([^{}]*)\}|\(([^()]*)\)|([a-z])(?![a-z0-9_]))", rest):
        below, after = next(g for g in found.groups() if g is not None).replace(" ", ""), rest[found.end() :].lstrip(" ")
    else:
        return False
    if any(w[0] == source[place] and lowered(w[1:]) == below for w in words):
        return False
    if _RELATED.search(below) or each_below(below, after):
        return True
    # Σₚ⁻¹ or det(Σₚ) is a matrix: a sum has a body.
    minus = re.match(r"\S+ [-−](?=[^\s\d])", rest) is not None  # `Σ_i −y_i x_i`: the sign stands at the body
    if not after or after[0] in SUPERSCRIPTS or after[0] in ")]}+,;/^=⊙\n" or len(below) > 1 and rest[0] not in SUBSCRIPTS:
        return False
    if after[0] in "-−" and not minus:
        return False
    return (
        rest[0] in SUBSCRIPTS
        or not turned
        and re.search(rf"[_^]\{{?\(?[i-n]?{below}[i-n]?(?![a-z])|{below_letter(below)}", after) is not None
    )
