"""Words before the noun of a question that make it another question: "the third derivative", "minus the Hessian"."""

from __future__ import annotations

import re
from collections.abc import Callable

_MINUS = re.compile(r"\b(?:minus|negative(?:\s+of)?|negated)\s+(?:(?:the|its|their)\s+)?$", re.I)
_ORDER = re.compile(r"\b(?P<order>first|1st|second|2nd)(?:[- ]order)?\s+(?:(?:mixed|partial)\s+)*$", re.I)
_CHANGED = re.compile(
    r"\b(?P<word>(?:third|3rd|fourth|4th|fifth|higher|n-?th|k-?th)(?:[- ]order)?|inverse|inverted|reciprocal|transposed?|squared?|half|twice|triple|(?:two|three|four|five|ten|\d+)\s+times"
    r"|double|natural|expected|mean|averaged?|normali[sz]ed|projected|approximate|approximated|numerical|finite|weighted|scaled|rescaled"
    r"|damped|preconditioned|conjugate|proximal|generali[sz]ed|reduced|modified|clipped|smoothed|logarithmic|log|covariant|conditional"
    r"|material|convective|riemannian|wirtinger|gauss[-–]newton|exterior|weak|fractional|absolute|relative|time|block)"
    r"(?:\s+|-)(?:(?:the|its|their)\s+)?$",
    re.I,
)

_OF_IT = re.compile(
    r"[\s–-]+(?:matrix\s+)?(?P<word>determinants?|ranks?|traces?|inverse|eigenvalues?|spectrum|vector[\s-]products?|products?)\b",
    re.I,
)
"""Words behind the noun: "the Jacobian determinant"."""
_TIMES = re.compile(
    r"^[^.?!;]*?\b(?:(?P<two>twice|two\s+times|a\s+second\s+time)|(?:three|four|five|several|many|\w)\s+times|thrice)\b|^\s*(?:it\s+)?(?P<again>again|once\s+more)\b",
    re.I,
)
_STEP = r"(?:update(?:\s+(?:rules?|equations?|steps?|formulas?))?|steps?|iterations?|rules?)"
_DESCENT = re.compile(
    r"\b(?:find|derive|write(?:\s+down)?|state|give|obtain|determine|what\s+(?:is|are)|deduce|formulate)\s+(?:out\s+)?"
    rf"(?P<what>(?:the|an?|one)\s+(?:(?:full|batch)\s+)?(?:(?:gradient|steepest)[- ]descent\s+{_STEP}"
    rf"|{_STEP}\s+(?:of|for|in)\s+(?:(?:full|batch)\s+)?(?:gradient|steepest)[- ]descent)(?:\s+method)?)\b",
    re.I,
)
_ANSWERED = re.compile(
    r"\b(?:using|with|from|based\s+on|given|in\s+terms\s+of)\s+(?:your|the|this|these|that|its)\s+(?:\w+\s+){0,2}?"
    r"(?:answers?|results?|gradients?|derivatives?|parts?|expressions?)\b",
    re.I,
)
"""The gradient of the step was asked for before: "using your answer to part (a)"."""
_BESIDE = re.compile(
    r"(?:\band\b|,|\bas\s+well\s+as\b|\bthen\b)\s+(?:also\s+)?(?:(?:find|compute|give|state|determine)\s+)?(?:its|their|the)\s+"
    r"(?P<what>(?:observed|expected)\s+(?:Fisher\s+)?information|determinants?|inverse|traces?|ranks?|norm|products?|sums?|quotients?|ratios?|differences?|compositions?|eigenvalues|eigenvectors|definiteness|roots?|zeros?"
    r"|(?:stationary|critical)\s+points?|(?:global\s+|local\s+)?(?:minim|maxim|extrem)(?:um|a|isers?|izers?|al\s+points?))\b",
    re.I,
)
_MADE_OF_IT = re.compile(
    r"\b(?:(?P<noun>square(?:\s+root)?|cube|root|log(?:arithm)?|exponential|reciprocal|inverse|trace|determinant|transpose|norm|absolute\s+value"
    r"|half|negative|sum|product|composition|quotient|difference|ratio|expectation|expected\s+value|mean|average|sine|cosine)(?:\s+functions?)?\s+of"
    r"|(?P<bare>minus|twice|half|thrice|negative|log|ln|exp|sqrt|det|tr|trace))\s+(?:the\s+)?$",
    re.I,
)
_GOES_ON = re.compile(
    r"\s*(?P<word>times|plus|minus|divided\s+by|multiplied\s+by|squared|cubed|restricted\s+(?:to|on)|projected\s+(?:on|onto|to)|constrained\s+to|modulo)\b",
    re.I,
)
_ONE_EQUATED = r"\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*=\s*[^=<>,]+"
_EQUATED = re.compile(rf"{_ONE_EQUATED}(?:,{_ONE_EQUATED})*")
_AND_VALUE = re.compile(r"\s*(?:,\s*)?(?:and\s+)?(?:at\s+)?⟨(?P<k>\d+)⟩")
_SUPPOSED = re.compile(r"\b(?:when|for|if|where|with)\s+⟨(?P<k>\d+)⟩", re.I)
_AT_A_VALUE = re.compile(
    r"(?<!look )(?<!looking )(?<!looks )\bat\s+(?!least\b|most\b)(?:the\s+)?(?:points?\s+)?(?:⟨(?P<k>\d+)⟩|(?P<said>origin|zero|[^\W\d_]\w{0,2}\s*=\s*[^\s.,;]+|\([-+\d., ]+\)|[-+]?\d+(?:\.\d+)?))(?!\w)",
    re.I,
)
_VALUE = re.compile(
    r"=|^\s*(?:\\left\s*)?[-+(\[\d]|^\s*\\begin|^\s*\\(?:mathbf|boldsymbol|bm|vec|mathbb|bar)\s*\{?\s*[01]\s*\}?\s*(?:_\w+|_\{[^{}]*\})?\s*$"
)
"""What is a value and no name: `x = 3`, `(1, 2)`, `\\mathbf{0}`."""


def times_of(window: str) -> int:
    """How often one is to differentiate where words behind the verb say so: twice, again (a second time), 3 for more often; 0 for nothing."""
    found = _TIMES.search(window)
    return 0 if found is None else 2 if found["two"] or found["again"] else 3


def of_it(window: str) -> str:
    """A word behind the noun that makes it another thing, as in "the Hessian-vector product"; "" for none."""
    found = _OF_IT.match(window)
    return found["word"].lower() if found else ""


def of_descent(sentence: str, latex: Callable[[int], str]) -> tuple[str, str]:
    """A sentence that asks for an update of gradient descent as one that asks for the gradient, and what is to be said of that; as it
    is where it asks for none."""
    found = _DESCENT.search(sentence)
    if found is None or _ANSWERED.search(sentence):
        return sentence, ""
    rest = sentence[found.end("what") :]
    named = re.match(r"\s+(?:for|of)(?=\s+(?:the\s+\w+\s+)?⟨(?P<k>\d+)⟩)", rest)
    if named and re.fullmatch(r"\s*\\?[A-Za-z]+(?:\{\\?[A-Za-z]+\})?(?:_\w|_\{\w+\})?\s*", latex(int(named["k"]))):
        rest = f" with respect to{rest[named.end() :]}"  # the update for θ
    said = "what is asked for is the step of gradient descent, the variable less a step size times this gradient"
    return f"{sentence[: found.start('what')]}the gradient{rest}", said


def asked_beside(window: str) -> str:
    """What is asked for beside the derivative and is none, "and its determinant", as what is to be said of it; "" for nothing."""
    found = [re.sub(r"\s+", " ", m["what"].lower()) for m in _BESIDE.finditer(window)]
    return f"asked for as well, and not worked out: {', '.join(f'its {w}' for w in found)}" if found else ""


def made_of(before: str, after: str) -> str:
    """Words that make another function of the formula between them: "the square of ⟨f⟩", "⟨f⟩ times ⟨g⟩"; "" for none."""
    found = _MADE_OF_IT.search(before)
    if found is not None:
        return f"{found['noun'].lower()} of" if found["noun"] else found["bare"].lower()
    follows = _GOES_ON.match(after)
    return re.sub(r"\s+", " ", follows["word"].lower()) if follows else ""


def at_a_value(window: str, latex: Callable[[int], str]) -> str:
    """The point at which a derivative is asked, `x = 3`; "" where none is said, or only the name of one."""
    found = _AT_A_VALUE.search(window)
    if found is None:
        return ""
    if found["said"]:
        return str(found["said"])
    said = latex(int(found["k"])).strip(" .,;")
    return _with_others(said, window, found.end(), latex) if _VALUE.search(said) else ""


def where_supposed(window: str, latex: Callable[[int], str]) -> str:
    """Values that a question supposes, "when $x = 1$ and $y = 0$": a point, if they are of its variables; "" for none."""
    found = _SUPPOSED.search(window)
    said = latex(int(found["k"])).strip(" .,;") if found else ""
    if found is None or not _EQUATED.fullmatch(said):
        return ""
    whole = _with_others(said, window, found.end(), latex)
    return whole if all(is_value(p.partition("=")[2]) for p in whole.split(",")) else ""


def _with_others(said: str, window: str, end: int, latex: Callable[[int], str]) -> str:
    """A value and those that follow it: "at $x = 1$ and $y = 2$"."""
    while _EQUATED.fullmatch(said) and (more := _AND_VALUE.match(window, end)):
        other = latex(int(more["k"])).strip(" .,;")
        if not _EQUATED.fullmatch(other):
            break
        said, end = f"{said}, {other}", more.end()
    return said


def is_value(argument: str) -> bool:
    """Whether the argument of a call is a value, or several: 0, `1, 2`, `\\mathbf{0}`, I."""
    return re.fullmatch(r"\s*(?:[-+−]?\d+(?:\.\d+)?(?:\s*,\s*[-+−]?\d+(?:\.\d+)?)*|I(?:_\w)?|𝟎|𝟏)\s*", argument) is not None or (
        "=" not in argument and argument[:1] == "\\" and _VALUE.search(argument) is not None
    )


def turned_round(between: str) -> tuple[str, bool]:
    """What stands between a verb and its noun without "minus the" at its end, and whether that was there."""
    found = _MINUS.search(between)
    return (between[: found.start()] + "the ", True) if found else (between, False)


def modified(noun: str, between: str) -> tuple[int, str]:
    """The order of the derivative that a noun and the words before it name, and a word that makes it another thing."""
    order = 2 if noun.startswith(("hessian", "observed")) or re.match(r"(?:\w+ )*second\b", noun) else 1
    named = _ORDER.search(between)
    if named is not None and noun.endswith(("derivative", "derivatives", "differential", "differentials")):
        order = 2 if named["order"][0] in "sS2" else order
    changed = _CHANGED.search(between)
    return order, changed["word"].lower() if changed else ""


__all__ = [
    "asked_beside",
    "at_a_value",
    "is_value",
    "made_of",
    "modified",
    "of_descent",
    "of_it",
    "times_of",
    "turned_round",
    "where_supposed",
]
