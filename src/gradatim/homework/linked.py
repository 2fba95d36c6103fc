"""Names that a link gives: `\\log λ_i = x_i^Tβ` says what λ_i is."""

from __future__ import annotations

import re

_LINKED = r"(?P<{}>\\?[A-Za-z]+(?:\{{\\?[A-Za-z]+\}})?(?:_\w|_\{{\w+\}})?)"
_LINK = re.compile(
    r"\s*(?:\\log|\\ln|(?P<logit>\\(?:operatorname|mathrm|text)\{logit\}))(?![A-Za-z])\s*(?:\\left)?"
    + rf"(?:\s{_LINKED.format('a')}|\(\s*{_LINKED.format('b')}\s*(?:\\right)?\)"
    + rf"|\s*\(?\s*(?P<odds>\\[dt]?frac)\s*\{{\s*{_LINKED.format('c')}\s*\}}\s*\{{\s*1\s*-\s*(?P=c)\s*\}}\s*(?:\\right)?\)?)\s*"
)


def solved(parts: list[str]) -> tuple[str, str] | None:
    """The name and the value that a link gives: of `\\log λ_i = x_i^Tβ` λ_i and `\\exp(x_i^Tβ)`; None for what is no link."""
    found = _LINK.fullmatch(parts[0]) if len(parts) == 2 else None
    if found is None:
        return None
    name, value = next(found[g] for g in "abc" if found[g]), parts[1].strip()
    return name, f"\\frac{{1}}{{1 + \\exp(-({value}))}}" if found["logit"] or found["odds"] else f"\\exp({value})"


__all__ = ["solved"]
