"""Whether a capital Σ or Π of a line of text is the sign of a sum or a product, or the name of a matrix."""

from __future__ import annotations

import re

from gradatim.read.scripts import each_below
from gradatim.read.spelling import SUBSCRIPTS, SUPERSCRIPTS, below_letter, lowered

_RELATED = re.compile(r"[=≠<>≤≥∈:]|\\(?:neq?|leq?|geq?|in)\b")
"""What stands below a sum and below no matrix."""


def binds(source: str, place: int, words: frozenset[str], turned: bool) -> bool:
    """Whether the Σ or Π at a place binds an index: it has limits, or one letter below it and a body that uses the letter.

    `words` are declared names, `turned` says that it follows a transpose: aᵀΣᵢ is a matrix.
    """
    rest = source[place + 1 : place + 200]
    if rest and rest[0] in SUBSCRIPTS:
        raised = rest.lstrip("".join(SUBSCRIPTS))
        below, after = "".join(SUBSCRIPTS[c] for c in rest[: len(rest) - len(raised)]), raised.lstrip(" ")
    elif found := re.match(r"_(?:\{([^{}]*)\}|\(([^()]*)\)|([a-z]|[i-n]{2,3})(?![a-z0-9_]))", rest):
        below, after = next(g for g in found.groups() if g is not None).replace(" ", ""), rest[found.end() :].lstrip(" ")
        if found[3] and each_below(",".join(found[3]), after):
            return True  # Σ_ij A_ij
    else:
        return False
    if any(w[0] == source[place] and lowered(w[1:]) == below for w in words):
        return False
    if _RELATED.search(below) or each_below(below, after):
        return True
    # Σₚ⁻¹ or det(Σₚ) is a matrix: a sum has a body.
    if not after or after[0] in SUPERSCRIPTS or after[0] in ")]}+-−,;/^=⊙\n" or len(below) > 1 and rest[0] not in SUBSCRIPTS:
        return False
    return (
        rest[0] in SUBSCRIPTS
        or not turned
        and re.search(rf"[_^]\{{?\(?{below}(?![a-z])|{below_letter(below)}", after) is not None
    )
