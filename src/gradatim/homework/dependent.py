"""Names that a text says depend on the variable: "where $x$ is a function of $t$" makes of ‖x‖ the function ‖x(t)‖."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradatim.homework.definitions import flat, heads, mentions
from gradatim.read.names import text_name
from gradatim.read.spelling import function_word

_LETTERS = r"(?:\\?[A-Za-z]+|\\(?:mathbf|boldsymbol|vec)\s*\{\s*\\?[A-Za-z]+\s*\})"
_NAME = rf"\$\s*(?P<{{0}}>{_LETTERS.replace('{', '{{').replace('}', '}}')})\s*\$"
_WORDS = r"(?:(?:an?|the|some|scalar|real|smooth|differentiable|parameter|variable|time|implicitly|explicitly|smoothly|also|itself|both)\s+)*"
_DEPENDS = re.compile(
    rf"{_NAME.format('a')}(?:\s+(?:and|,)\s+{_NAME.format('b')})?\s+(?:(?:is|are|be|being)\s+{_WORDS}functions?\s+of|(?:depends?|depending|varies|vary)\s+{_WORDS}(?:on|with))"
    rf"\s+{_WORDS}{_NAME.format('t')}",
    re.I,
)


_STATED = re.compile(rf"\$\s*(?P<a>{_LETTERS})\s*=\s*(?P=a)\s*\(\s*(?P<t>{_LETTERS})\s*\)\s*\$(?P<b>)")
"""`$X = X(t)$`."""


def moved(chain: list[str], given: str, variables: Sequence[str]) -> tuple[list[str], str, str]:
    """The chain with `x(t)` for every x that is said to depend on a variable t of which the formulas do not speak, the declarations without
    that, and what is to be said."""
    told: dict[str, None] = {}
    for variable in dict.fromkeys(variables):
        if any(mentions(f, flat(variable)) for f in chain):
            continue
        for m in (m for m in [*_DEPENDS.finditer(given), *_STATED.finditer(given)] if flat(m["t"]) == flat(variable)):
            names = [n for n in (m["a"], m["b"]) if n and not any(flat(n) in heads(f) for f in chain)]
            names = [n for n in names if any(mentions(f, flat(n)) for f in chain)]
            chain = [_called(f, names, variable) for f in chain]
            told |= dict.fromkeys(f"{text_name(n)} is a function of {text_name(variable)}" for n in names)
            given = given.replace(m.group(), ", ".join(f"${n}({variable})$" for n in (m["a"], m["b"]) if n)) if names else given
    return chain, given, ", ".join(told)


def _called(formula: str, names: Sequence[str], variable: str) -> str:
    """A formula with these names as functions of the variable; what is called already, or has an index, stays."""

    def one(m: re.Match[str]) -> str:
        run = m.group()
        if run in names:
            return f"{run}({variable})"
        if run[0] == "\\" or function_word(run):
            return run
        return "".join(f"{c}({variable})" if c in names else c for c in run)

    return re.sub(r"\\[A-Za-z]+(?:\s*\{\s*\\?[A-Za-z]+\s*\})?(?!\s*[(_])|[A-Za-z]+(?!\s*[(_])", one, formula)


_WORD = r"\\(?:text|mathrm|rm|mathit|textrm)\s*\{?\s*"
_OF_FIT = r"(?:data|train|test|val|task|rec|recon|CE|BCE|MSE|NLL|KL|adv|cls|sup|hinge|emp|orig|main|pred|fit)"
_LOSS = re.compile(
    rf"(?:\\mathcal\s*\{{?\s*L\s*\}}?|\\ell)\s*_\s*\{{\s*(?:{_WORD}[A-Za-z]{{2,}}|[A-Za-z]{{3,}})\s*\}}?\s*\}}"
    rf"|(?<![A-Za-z\\])[LJER]\s*_\s*\{{\s*(?:{_WORD})?{_OF_FIT}\s*\}}?\s*\}}"
)
"""`\\mathcal{L}_{data}`, `J_{\\text{train}}`: a loss by its name."""


def of_losses(chain: list[str], variables: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The chain with L(w) for every loss that no formula defines: as a name alone it would be a constant; and what is to be said of each."""
    by = list(dict.fromkeys(variables))
    defined = {h for f in chain for h in heads(f)}
    told: dict[str, str] = {}

    def one(m: re.Match[str]) -> str:
        name = m.group().strip()
        if flat(name) in defined or not by:
            return m.group()
        told[name] = f"{text_name(name)} is any function of {', '.join(map(text_name, by))}: no formula says what it is"
        return name if re.match(r"\s*(?:\\left)?\s*\(", m.string[m.end() :]) else f"{name}({', '.join(by)})"

    return [_LOSS.sub(one, f) for f in chain], told


_FIXED = r"(?:constants?|fixed|independent\s+of\s+\$[^$]*\$|a\s+parameter|parameters)"
_NAMES = r"(?P<{0}>\$[^$=]+\$(?:(?:\s*,|\s+and|\s*,\s*and)\s*\$[^$=]+\$)*)"
_HELD = re.compile(
    rf"\b(?:treat|hold|keep|regard|consider|view|tak)(?:ing|ed|s|e)?\s+(?:the\s+)?(?:\w+\s+)?{_NAMES.format('a')}\s+(?:to\s+be\s+|as\s+)?(?:an?\s+)?{_FIXED}"
    rf"|\b(?:for|with|at)\s+(?:an?\s+|the\s+)?(?:fixed|constant)\s+{_NAMES.format('b')}"
    rf"|{_NAMES.format('c')}\s+(?:is\s+|are\s+|being\s+)?(?:held|kept|treated|taken|regarded|considered)\s+(?:to\s+be\s+|as\s+)?(?:an?\s+)?{_FIXED}"
    rf"|\b(?:ignor|neglect|disregard)\w*\s+(?:the\s+|any\s+)?dependen\w+\s+of\s+{_NAMES.format('d')}\s+on\b",
    re.I,
)


def held_in(text: str) -> list[str]:
    """The names that a question holds fixed, whatever they are: "treating $y$ as constant", "ignoring the dependence of $y$ on $x$"."""
    found = (next(m[g] for g in "abcd" if m[g]) for m in _HELD.finditer(text))
    return [n.strip() for names in found for n in re.findall(r"\$([^$]+)\$", names)]


__all__ = ["held_in", "moved", "of_losses"]
