"""The layout of derivatives that a document fixes: "in this homework we use the denominator layout"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAMED = re.compile(r"\b(numerator|denominator)[-\s]+(?:layout|convention)", re.I)
_FIXED = re.compile(
    r"\b(?:we|please|use|uses|using|follow|adopt|assume|throughout|answers?|this\s+(?:course|class|homework|question|assignment|exam))\b",
    re.I,
)
_SPOKEN_OF = re.compile(r"\b(?:some|others?|many|not|instead|rather|unlike|textbooks?|either|both|or|versus|vs)\b", re.I)


def layout_of(texts: Sequence[str]) -> str:
    """The layout that the nearest text fixes (the last of `texts`), "gradient" where none does or where two are named."""
    for text in reversed(texts):
        said = [s for s in re.split(r"(?<=[.?!])\s|\n\s*\n", text) if _NAMED.search(s)]
        fixed = {_NAMED.search(s)[1].lower() for s in said if _FIXED.search(s) and not _SPOKEN_OF.search(s)}  # type: ignore[index]
        if len(fixed) == 1:
            return fixed.pop()
        if fixed:
            break
    return "gradient"


__all__ = ["layout_of"]
