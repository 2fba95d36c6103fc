"""The layout of derivatives that a document fixes: "in this homework we use the denominator layout"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAMED = re.compile(r"\b(numerator|denominator)[-\s]+(?:layout|convention)", re.I)
_FIXED = re.compile(
    r"\b(?:we|please|use|uses|using|follow|adopt|assume|throughout|answers?|this\s+(?:course|class|homework|question|assignment|exam|sheet)"
    r"|conventions?|(?:is|are)\s+to\s+be|must|shall|should)\b|^\W*all\b",
    re.I,
)
_SPOKEN_OF = re.compile(r"\b(?:some|others?|many|not|instead|rather|unlike|textbooks?|either|both|or|versus|vs)\b", re.I)
_SHAPED = re.compile(
    r"\b(?:gradients?|derivatives?)\b[^.?!]{0,300}\b(?:has|have|in|with|of|take)\s+the\s+(?:same\s+)?(?:shape|size|dimensions?)\s+(?:as|of)\s+"
    r"(?:the\s+|its\s+|their\s+)?(?:variables?|matrix|vector|parameters?|arguments?|\w+\s+(?:it|they)\b)",
    re.I,
)
"""Gradient layout in words: "the gradient has the shape of the variable"."""


def layout_of(texts: Sequence[str]) -> str:
    """The layout that the nearest text fixes (the last of `texts`), "" where none does or where two are named; "gradient" is
    said of scalar functions only."""
    for text in reversed(texts):
        sentences = re.split(r"(?<=[.?!])\s|\n\s*\n", text)
        said = [s for s in sentences if _NAMED.search(s)]
        fixed = {_NAMED.search(s)[1].lower() for s in said if _FIXED.search(s) and not _SPOKEN_OF.search(s)}  # type: ignore[index]
        if len(fixed) == 1:
            return fixed.pop()
        if fixed:
            break
        if any(_SHAPED.search(s) and _FIXED.search(s) and not _SPOKEN_OF.search(s) for s in sentences):
            return "gradient"
    return ""


__all__ = ["layout_of"]
