"""What an answer recalls of a function of numbers on its way, "since $\\sigma'(z) = \\sigma(z)(1-\\sigma(z))$": no line of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from gradatim.errors import Span

_F = r"\\(?:sigma|tanh|sinh|cosh|log|ln|exp|phi|Phi|mathrm\s*\{[a-zA-Z]+\}|operatorname\s*\{[a-zA-Z]+\}|text\s*\{[a-zA-Z]+\})"
_D = r"(?:d|\\mathrm\s*\{d\}|\\partial)"
_PRIMED = rf"(?P<f>{_F})\s*(?:'|\^\s*\{{?\s*\\prime\s*\}}?)\s*(?:\(\s*(?P<a>[a-z])\s*\))?"
_FRACTION = rf"\\[dt]?frac\s*\{{\s*{_D}\s*(?P<g>(?:{_F}\s*)*)(?:\(\s*[a-z]\s*\))?\s*\}}\s*\{{\s*{_D}\s*(?P<b>[a-z])\s*\}}\s*(?P<h>(?:{_F}\s*)*)(?:\(?\s*(?P=b)\s*\)?)?"
_REMARK = re.compile(rf"(?<![\\$])\$\s*(?:{_PRIMED}|{_FRACTION})\s*=[^$]+\$(?!\$)")


def remarks(text: str, known: Callable[[str], bool]) -> list[Span]:
    """The inline formulas of a text that recall the derivative of a function of numbers at a letter which means nothing here; none
    where no other formula would be left."""
    found = [
        m.span()
        for m in _REMARK.finditer(text)
        if not any(known(z) for z in (m["a"], m["b"]) if z)
        and (m["f"] or m["g"].strip() or m["h"].strip())
        # σ′ = σ(1 − σ): a function without its argument, unless the problem has a thing of that name.
        and not (m["f"] and not m["a"] and known(m["f"]))
    ]
    left = text
    for a, b in found:
        left = left[:a] + " " * (b - a) + left[b:]
    return found if re.search(r"\$|\\\[|\\\(|\\begin\{", left) else []


__all__ = ["remarks"]
