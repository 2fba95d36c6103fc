"""A derivative written before its function: `∇_x ‖x‖²` and `\\frac{∂}{∂X} tr(X²)` state a function and the variables."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradatim.errors import GradatimError
from gradatim.read.derivatives import written
from gradatim.read.parser import expression
from gradatim.read.spelling import lowered


@dataclass(frozen=True, slots=True)
class Operator:
    """The function under a derivative, and its variables as written, one for each order."""

    function: str
    wrt: tuple[str, ...]


_SUB = re.compile(
    r"^\s*(?:\$\s*)?(?:(?:\\(?:text|mathrm|operatorname)\s*\{)?\s*(?:the\s+|a\s+)?sub(?:-)?(?:gradients?|differentials?)\s+of\s*\}?"
    r"|(?:\\partial|∂)\s*(?:_\s*(?:\{(?P<braced>[^{}]+)\}|(?P<bare>\\?[A-Za-z]+)))?(?![A-Za-z]))\s*(?P<rest>.+)$",
    re.S | re.I,
)


_ASKED = re.compile(
    r"^\s*(?:(?:find|compute|calculate|what\s+is)\s+)?(?:the\s+)?(?P<what>gradient|grad|derivative|jacobian|hessian)\s+of\s+"
    r"(?P<function>(?:(?!\b(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\b|wrt|where|when|if|given)\b).)+?)\s*,?\s+(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|by)\s+(?P<by>\S+?)\s*[.?]?\s*$",
    re.S | re.I,
)


def subgradient_asked(text: str) -> Operator | None:
    """What `∂‖w‖₁`, `\\partial_w f` or "subgradient of f" asks; the variables are () where none is named."""
    found = _SUB.match(text)
    if found is None or re.search(r"\\partial|∂|=", found["rest"]):
        return None
    named = found["braced"] or found["bare"]
    return Operator(found["rest"].strip(), (named.strip(),) if named else ())


_SPELT = re.compile(r"^\s*(?:grad|nabla)_(?=\{?[A-Za-z])")
"""∇ₓ as it is typed without a key for it."""


def operator(text: str) -> Operator | None:
    """What the text asks where all of it is one derivative with its variables, in signs (`∇_x f`, `d/dx f`, `grad_x f`) or in words
    ("the gradient of f with respect to x"); None for anything else, errors included."""
    if (asked := _ASKED.match(text)) is not None:
        return Operator(
            asked["function"].strip("$ "), (asked["by"].strip("$"),) * (2 if asked["what"].lower() == "hessian" else 1)
        )
    if "=" in text:
        return None
    text = _SPELT.sub("∇_", text)
    try:
        found = written(expression(text, frozenset()), text)
    except (GradatimError, RecursionError):
        return None
    if found is None or found.body is None or not found.wrt or found.transposed:
        return None
    body = text[slice(*found.body.span)]
    inner = found.body
    if inner.kind == "group" and len(inner.args) == 1:
        body = text[slice(*inner.args[0].span)]
    return Operator(body, tuple(lowered(text[slice(*v.span)]) for v in found.wrt))


_BY = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z]+)"
_STEPS = re.compile(
    r"^\s*\$?\s*(?:D|\\mathrm\s*\{\s*D\s*\}|\\operatorname\s*\{\s*D\s*\})\s*(?:\^\s*\{?\s*(?P<order>[2-4])\s*\}?)?\s*"
    rf"(?P<function>\\?[A-Za-z]+(?:_\w)?\s*\(\s*(?P<by>{_BY})\s*\))\s*\[\s*(?P<along>{_BY})(?P<more>(?:\s*,\s*(?P=along))*)\s*\]\s*\$?\s*$"
)


def directional_asked(text: str) -> tuple[Operator, str] | None:
    """What `Df(X)[H]` and `D^2f(X)[H, H]` ask, and the direction; None for anything else."""
    found = _STEPS.match(text)
    if found is None or int(found["order"] or 1) != found["more"].count(",") + 1:
        return None
    return Operator(found["function"], (found["by"],) * int(found["order"] or 1)), found["along"]
