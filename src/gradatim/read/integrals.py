"""The one integral that is read: `∫₀¹ e^{sA} E e^{(1−s)A} ds`, the derivative of the matrix exponential at A along E, by its name."""

from __future__ import annotations

import re

_SIGN = re.compile(r"\\int(?:\\limits)?\s*_\s*\{?\s*0\s*\}?\s*\^\s*\{?\s*1\s*\}?")
_MEASURE = re.compile(
    r"(?:\\[,;:! ]|~|\s){0,20}(?:\\mathrm\s*\{?\s*d\s*\}?|\\,?d|d)\s*(?P<s>[a-z]|\\alpha|\\tau|\\theta)(?![A-Za-z])"
)
_POWER = re.compile(r"(?:e|\\mathrm\s*\{\s*e\s*\})\s*\^\s*\{|\\exp\s*(?:\\left)?\s*\(")
_SPACES = re.compile(r"\\[,;:! ]|\\(?:left|right)(?![A-Za-z])|\s+")


def integrals_named(text: str) -> str:
    """The text, of the same length, with each such integral as `L_{\\\\exp}(A, E)`; other integrals stay, and are errors later."""
    for sign in reversed(list(_SIGN.finditer(text))):
        for measure in _MEASURE.finditer(text, sign.end()):
            named = _named(text[sign.end() : measure.start()], measure["s"])
            if named:
                width = measure.end() - sign.start()
                text = text[: sign.start()] + named.ljust(width) + text[measure.end() :]
                break
    return text


def _named(body: str, s: str) -> str:
    """What stands under the integral sign by its name; "" for anything else."""
    powers = [(m.start(), end, bare(body[m.end() : end - 1])) for m in _POWER.finditer(body) if (end := _closing(body, m.end()))]
    if len(powers) < 2 or body[: powers[0][0]].strip() or _SPACES.sub("", body[powers[-1][1] :]):
        return ""
    (_, begin, first), (stop, _, last) = powers[0], powers[-1]
    backward = f"(1-{s})"
    forth, back = (last, first) if first.startswith(backward) else (first, last)
    inside = forth.removeprefix(s).strip()
    if not inside or inside == forth or back != backward + inside:
        return ""
    between = body[begin:stop].strip()
    return f"L_{{\\exp}}({inside}, {between})" if between else ""


def bare(exponent: str) -> str:
    """An exponent without the spaces that part nothing."""
    return re.sub(r"(?<![A-Za-z]) | (?![A-Za-z])", "", _SPACES.sub(" ", exponent))


def _closing(text: str, at: int) -> int:
    """Behind the bracket that closes the one before `at`; 0 where none does."""
    level = 1
    for k in range(at, len(text)):
        level += (text[k] in "{(") - (text[k] in "})")
        if not level:
            return k + 1
    return 0


__all__ = ["integrals_named"]
