"""What a text that marks its mathematics writes without a mark all the same, "Find dL/dX", "with respect to x and A"; and a mark for words,
the bar of a value at a point."""

from __future__ import annotations

import re

from gradatim.homework.formulas import DISPLAY, derivative_in, formulas
from gradatim.read.spelling import GREEK_WORDS

_NAME = rf"(?<![\w$])(?:{'|'.join(sorted(GREEK_WORDS, key=len, reverse=True))}|[^\W\d_](?:_?\d|_[a-z])?)(?![\w'’$])"
_AND = r"(?:\s*,\s*(?:(?:and|then)\s+)?|\s+(?:and\s+)?(?:then|and)\s+)"
_BY = re.compile(
    rf"\b(?:with\s+(?:respect|regards?)\s+to|w\.?\s?r\.?\s?t\.?|wrt)\s+(?:both\s+|each\s+of\s+)?(?:the\s+)?(?:(?:vectors?|matri(?:x|ces)|scalars?"
    rf"|variables?|parameters?|weights?)\s+)?(?P<names>{_NAME}(?:{_AND}{_NAME})*)(?=\s*(?:[.,;:?!)]|$|\n|\b(?:where|when|if|for|and|is|using|in|of|at)\b))"
)
_OF = re.compile(
    r"\b(?:gradients?|hessians?|derivatives?|jacobians?|differentials?)(?:\s+(?:matri(?:x|ces)|vectors?))?\s+of\s+"
    r"(?P<name>[^\W\d_](?:\([^\W\d_]\))?)(?=\s*(?:[.,;:?!)]|$|\n|\b(?:and|with|at|wrt|when|where|for|by|using)\b|w\.))",
    re.I,
)
"""The gradient of f, where a formula of the text defines f."""
_ONE = r"[^\W\d_²ᵀ](?:_?[^\W²ᵀ])?"
_RATIO = re.compile(
    rf"(?<![\w$\\^_/])(?P<d>[d∂])(?:²|\^2)?{_ONE}\s?/\s?(?P=d){_ONE}(?:ᵀ|²|\^2|\s?(?P=d){_ONE}ᵀ?)?(?![\w/(^])(?:\s*=\s*\?)?"
)
"""dL/dX, ∂L/∂W1, dL/dw_1, ∂²z/∂x∂xᵀ."""


_HEAD = re.compile(r"\s*([^\W\d_])\s*(?:\([^()=]*\)\s*)?:?=")
_BAR = re.compile(
    r"(?:\\left\s*\.\s*)?(?P<d>.+?)\s*(?:\\(?:right|left|[Bb]igg?[lr]?))?\s*(?:\||\\r?vert(?![A-Za-z]))\s*_\s*\{(?P<at>(?:[^{}]|\{[^{}]*\})*)\}[\s.,;]*",
    re.S,
)


_BAR_FIRST = re.compile(
    r"(?:\\left\s*\.\s*)?(?P<d>\\[dt]?frac\s*\{[^{}]+\}\s*\{[^{}]+\})\s*(?:\\(?:right|left|[Bb]igg?[lr]?))?\s*(?:\||\\r?vert(?![A-Za-z]))"
    r"\s*_\s*\{(?P<at>[^{}]*=[^{}]*)\}\s*(?P<of>.*\w.*)",
    re.S,
)
"""The bar of a value behind d/dt, before what is differentiated."""


def bars_apart(text: str) -> str:
    """The text with "at $x = 2$" after a derivative for the bar with x = 2 below it."""
    for f in reversed(formulas(text)):
        first = _BAR_FIRST.fullmatch(f.latex)
        m = _BAR.fullmatch(f"{first['d']} {first['of']}|_{{{first['at']}}}" if first else f.latex)
        if m is not None and not f.display and derivative_in(m["d"]) is not None and text[f.span[0]] in "$\\":
            text = f"{text[: f.span[0]]}${m['d']}$ at ${m['at']}${text[f.span[1] :]}"
    return text


def marked(text: str) -> str:
    """The text with these in dollar signs; a text without any mark of mathematics is read in another way, and left alone."""
    inside = formulas(text)
    if not (DISPLAY.search(text) or "$" in text or "\\(" in text):
        return text
    taken = [f.span for f in inside]
    places: list[tuple[int, int]] = [m.span() for m in _RATIO.finditer(text)]
    for m in _BY.finditer(text):
        at = m.start("names")
        places += [(at + n.start(), at + n.end()) for n in re.finditer(_NAME, m["names"])]
    heads = {found[1] for f in inside if (found := _HEAD.match(f.latex))}
    places += [m.span("name") for m in _OF.finditer(text) if m["name"][0] in heads]
    for a, b in sorted(places, reverse=True):
        if not any(x < b and a < y for x, y in taken):
            text = f"{text[:a]}${_spelt(text[a:b])}${text[b:]}"
    return text


_ORDINAL = re.compile(
    r"\$\s*(?P<i>[A-Za-z])\s*(?:\$\s*[-‐–]?\s*(?:th|st|nd|rd)\b|\^\s*\{?\s*(?:\\(?:text|mathrm|textrm|mbox)\s*\{\s*)?(?:th|st|nd|rd)\s*\}{0,2}\s*\$)"
)
_SHORT = (
    (re.compile(r"\bwhat(?:'|’)?s\b(?!\s*\()", re.I), "what is"),
    (re.compile(r"\b(?:grad|gradnt)\.?(?=\s+of\b)", re.I), "gradient"),
    (re.compile(r"\bderiv\.?(?=\s+(?:of|w\.?r\.?t)\b)", re.I), "derivative"),
    (re.compile(r"\bpartial(?=\s+of\b)", re.I), "partial derivative"),
    (re.compile(r"\bpartials(?=\s+of\b)", re.I), "partial derivatives"),
    (re.compile(r"\bhess\.?(?=\s+of\b)", re.I), "Hessian"),
    (re.compile(r"(?<![\w$\\])diff\.?(?=\s+[^\s=]*[^\w\s=])", re.I), "differentiate"),
    (re.compile(r"\bcalc\.?(?=\s+the\b)", re.I), "calculate"),
)
"""Words that are cut short in notes, and what they are."""
_SIZED = re.compile(
    r"\b(?P<is>(?:is|are|size|shape|dimensions?)(?:\s+an?)?|an?)\s+(?P<m>\$?[A-Za-z\d]\$?)\s+by\s+(?P<n>\$?[A-Za-z\d]\$?)(?![\w$])"
)
"""`A is m by n` is no derivative by n."""
_RAISED = re.compile(r"\^\s*(?:\{\s*(?:\\prime\s*){1,3}\}|\\prime(?![A-Za-z]))(?=\s*\()")
"""The primes of `f^{\\prime\\prime}(x)`."""
_OPERATOR = re.compile(r"(?<![\w$\\/])(?:d/d|∂/∂)(?P<x>[A-Za-z](?:_\w|[ᵢⱼₖₗₘₙ₀-₉])?)\s+of\s+(?=\S)")
"""`d/dt of phi(t)`, in a text without formulas of their own."""


def worded(text: str) -> str:
    """The text with words for `$s^{th}$`, which names no s, with f′ in one spelling, with words for `grad f(x)`,
    `d/dt of` and `∂/∂X of`, and for "in $x$" behind a function."""
    for short, whole in _SHORT:
        text = short.sub(lambda m, w=whole: (w[0].upper() if m.group()[0].isupper() else w[0]) + w[1:], text)  # type: ignore[misc]
    text = _SIZED.sub(r"\g<is> \g<m> × \g<n>", _ORDINAL.sub(r"\g<i>-th", text))
    text = _RAISED.sub(lambda m: "'" * m.group().count("prime"), text)
    text = _NABLA_OF.sub(lambda m: f"the gradient of the {m['thing']} with respect to ${m['b'] or m['c']}$", text)
    text = _PARTIAL_OF.sub(lambda m: f"the derivative with respect to ${m['by'].strip()}$ of", text)
    text = _OWN_DIFFERENTIAL.sub(lambda m: _differential(m, text), _IN.sub(_by_what_stands_in, text))
    return _OPERATOR.sub(r"the derivative with respect to \g<x> of ", _GRAD.sub("gradient of ", text))


def _differential(found: re.Match[str], text: str) -> str:
    """The words for `df` where the text defines f."""
    if re.search(rf"(?<![A-Za-z\\]){found['f']}\s*(?:\([^()=]*\)\s*)?:?=", text) is None:
        return found.group()
    return f"{found['before']}the differential of " + (f"${found['f']}$" if "$" in text else found["f"])


_OWN_DIFFERENTIAL = re.compile(
    r"(?P<before>\b(?:[Cc]ompute|[Ff]ind|[Dd]erive|[Cc]alculate|[Dd]etermine|[Gg]ive|[Oo]btain|[Ww]hat\s+is|and)\s+)d(?P<f>[A-Za-z])(?=\s*(?:[.,;:?]|\Z|\n|and\b|in\b))"
)
"""`Compute df` without a mark."""
_NABLA_OF = re.compile(
    r"\$\s*\\nabla\s*_\s*(?:\{(?P<b>[^{}$]+)\}|(?P<c>\\?[A-Za-z]+))\s*\$\s+of\s+the\s+(?P<thing>[A-Za-z][\w-]*)(?=\s*[.,;?!]|\s+and\b)"
)
"""`∇_x` alone before what it is taken of in words."""
_GRAD = re.compile(r"(?<![\\\w$])grad\s+(?=[A-Za-z]\d?\s*\()")
"""`grad f(x)` in a text without formulas of their own."""


_PARTIAL_OF = re.compile(r"\$\s*(?:\\partial|∂)\s*/\s*(?:\\partial|∂)(?P<by>[^$/]{1,30})\$\s+of\b")
"""`$\\partial/\\partial X$ of $f$`."""
_ONE_NAME = r"(?:\$\s*\\?(?!mathbb)[A-Za-z]+(?:\s*\{[A-Za-z]\})?(?:_\{?\w+\}?)?\s*\$|[A-Z](?=[\s.,;]))"
_IN = re.compile(
    rf"(?P<of>\b(?:gradients?|derivatives?|jacobians?|hessians?)\s+of\s+\$[^$]+\$)\s+in\s+(?P<names>{_ONE_NAME}(?:\s+and\s+in\s+{_ONE_NAME})*)",
    re.I,
)
"""By what is differentiated: "the gradient of $f$ in $x$ and in $y$"."""
_UNMARKED = re.compile(r"(?<![$\\\w{])([A-Z])(?![\w$}])")
_IN_WORD = re.compile(r"(?<=and)\s+in\b")


def _by_what_stands_in(found: re.Match[str]) -> str:
    return f"{found['of']} with respect to " + _UNMARKED.sub(r"$\1$", _IN_WORD.sub("", found["names"]))


def _spelt(name: str) -> str:
    return GREEK_WORDS.get(name, name)


__all__ = ["bars_apart", "marked", "worded"]
