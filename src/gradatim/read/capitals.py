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


_INDEX = re.compile(r"\s*_\s*\{?\s*([i-n])\s*\}?(?![\^\s]*\^)\s*")
_TERM = re.compile(r"(?:[^+\-=;,()\[\]&]|\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])*")
_BEGINS = re.compile(
    r"(?:^|[-+−=(\[{,;|:&]|\d|\\[dt]?frac\s*(?:\{[^{}]*\}|\w)\s*(?:\{[^{}]*\}|\w)|\\(?:left|[bB]igg?l?)\s*[(\[])\s*$"
)
"""Behind what a term begins: a sign, an opening bracket, a number."""
_NAMED_BELOW = re.compile(r"(\\?[A-Za-z]+)\s*_\s*\{?\s*([i-n])(?![A-Za-z])")


def sums_products(source: str, begin: int, place: int, words: frozenset[str]) -> bool:
    """Whether the `\\Sigma_i`, of which the capital stands from `begin` to `place`, is a sum though no limits tell it: no factor stands before it, no other Σ and
    no declared one stands in the text, and two factors after it carry its index, `\\Sigma_i w_i x_i`."""
    found = _INDEX.match(source, place)
    if found is None or not _BEGINS.search(source[:begin]) or any(w[0] in "ΣΠ" for w in words):
        return False
    every = re.findall(re.escape(source[begin:place]) + r"(?![A-Za-z])\s*(_?)", source)
    term = _TERM.match(source, found.end())
    factors = [m[1] for m in _NAMED_BELOW.finditer(term[0] if term else "") if m[2] == found[1] and m[1] != "\\sum"]
    return len(every) == every.count("_") == 1 and len(factors) > 1
