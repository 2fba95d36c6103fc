"""Superscripts that number the layers of a network: in `a^1 = \\sigma(W^1 x)`, `z^2 = W^2 a^1` the digits are labels and no powers.

Nobody writes a first power, so that a superscript 1 tells it; a letter that also stands alone keeps its powers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gradatim.read.marked import Marked
from gradatim.read.names import text_name
from gradatim.read.spelling import function_word

_NAME = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|vec|hat|tilde|bar|mathrm|text|operatorname)\s*\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+|[A-Za-z]"
)
_SCRIPT = re.compile(
    r"(?P<sub>\s*_\s*(?:\{[^{}]*\}|\\[A-Za-z]+|\w))?\s*\^\s*"
    r"(?:\{\s*(?P<n>\d)\s*(?P<rest>\\top|\\intercal|T|\\mathsf\s*\{?T\}?)?\s*\}|(?P<m>\d)(?!\.?\d|\s*/\s*\d))"
)
"""One digit: the 1 of `x^10`, of `x^1.5` and of `x^1/2` is part of a number."""
_MATH = Marked(r"\$\$.+?\$\$|\$[^$]+\$|\\\(.+?\\\)|\\\[.+?\\\]")
_KIND = re.compile(
    r"\s*(?:is|are|be|denotes?)?\s*(?:an?|the)\b[^.$]*(?:\$[^$]*\$[^.$]*)?\b(?:matrix|vector|layer|weights?|bias)\b"
)
_POWERS = frozenset(("\\sigma", "\\chi", "\\rho", "\\tau", "R", "e", "\\mathbb"))
"""Letters whose square has a name of its own, and letters of spaces."""


def layers(text: str, given: str) -> frozenset[str]:
    """The letters whose superscripts are labels in these formulas; none where no superscript is 1."""
    equations = [m.group() for m in _MATH.finditer(given) if "=" in m.group()]
    own = [pair for piece in (text, *equations) for pair in _scripted(piece)]  # what stands in definitions is the formula's, too
    alone = {name for name, digit in own if not digit}
    first = {name for piece in (text, *equations) for name, digit in _scripted(piece) if digit in ("0", "1")}
    first = {n for n in first if any(d == "1" for p in (text, *equations) for m, d in _scripted(p) if m == n)} - _POWERS
    first |= _declared(given) - _POWERS
    found = first - alone
    if len(found) > 1 or (found and len(first) > 1):
        found |= {name for name, digit in own if digit} - alone - _POWERS
    return frozenset(found) if found & {name for name, _ in own} else frozenset()


def _declared(given: str) -> set[str]:
    """Letters that the text declares with a digit above them: `$W^2$ is a $d \\times m$ matrix`, `$w^2 \\in \\mathbb{R}^m$`."""
    out = set()
    for m in _MATH.finditer(given):
        inside = m.group().strip("$ ")
        name = _NAME.match(inside)
        script = _SCRIPT.match(inside, name.end()) if name else None
        after = inside[script.end() :].strip() if script else ""
        if name and script and (after.startswith(("\\in ", "\\in\\")) or (not after and _KIND.match(given, m.end()))):
            out.add(re.sub(r"\s+", "", name.group()))
    return out


def _scripted(latex: str) -> Iterator[tuple[str, str]]:
    """Every letter of a formula with the digit above it, "" where there is none."""
    for m in _NAME.finditer(latex):
        name = re.sub(r"\s+", "", m.group())
        if not function_word(name.lstrip("\\")) and not name.startswith(("\\text", "\\operatorname", "\\mathrm")):
            script = _SCRIPT.match(latex, m.end())
            yield name, (script["n"] or script["m"]) if script else ""


def labelled(latex: str, letters: Iterable[str]) -> str:
    """The formula with these superscripts written as labels: `W^2` is `W^{(2)}`."""
    wanted = frozenset(letters)
    if not wanted:
        return latex
    out, at = "", 0
    for m in _NAME.finditer(latex):
        script = _SCRIPT.match(latex, m.end()) if re.sub(r"\s+", "", m.group()) in wanted else None
        if script is not None:
            out += f"{latex[at : m.end()]}{script['sub'] or ''}^{{({script['n'] or script['m']}){script['rest'] or ''}}}"
            at = script.end()
    return out + latex[at:]


def labelled_prose(given: str, letters: Iterable[str]) -> str:
    """The same in the formulas of a text."""
    return _MATH.sub(lambda m: labelled(m.group(), letters), given)


def said(letters: Iterable[str]) -> str:
    """What is to be said of the reading."""
    names = ", ".join(text_name(n) for n in sorted(letters))
    return f"the superscripts of {names} are labels and no powers"


__all__ = ["labelled", "labelled_prose", "layers", "said"]
