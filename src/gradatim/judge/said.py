"""Claims in words: "the gradient of $\\|Ax - b\\|^2$ with respect to $x$ is $2A^T(Ax - b)$"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradatim.errors import Span

_SAID = re.compile(
    r"\b(?P<noun>gradient|hessian|jacobian|derivative)(?:\s+matrix)?\s+of\s+(?:the\s+[a-z]+\s+)?\$(?P<f>[^$]+)\$"
    r"(?:\s+(?:with\s+respect\s+to|w\.r\.t\.|by)\s+\$(?P<x>[^$=,]+)\$)?\s+(?:is|equals|is\s+given\s+by)\s+(?:then\s+|thus\s+|therefore\s+|simply\s+|just\s+)?"
    r"\$(?P<g>[^$]+)\$(?=\s*(?:[.,;)]|\n\s*\n|$)|\s+(?:and|where|which|because|since|so)\b)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\s*\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*(?:\([^()]*\))?\s*")
_DERIVATIVE = re.compile(r"\s*(?:\\nabla|∇|∂|\\partial|\\[dt]?frac\s*\{\s*(?:d|\\partial|\\mathrm))")
_CALLED = re.compile(r"\s*(\\?[A-Za-z]+(?:_\w|_\{\w+\})?\s*\(([^(),=]*)\))\s*:?=")
_DENIED = re.compile(r"\b(?:not|never|true\s+or\s+false|suppose|assume|claims?|if)\b[^.?!]*$", re.IGNORECASE)


def in_words(text: str) -> Iterator[tuple[Span, str, bool]]:
    """The claims that sentences of a text make, each with the place of what it says the derivative is, as formulas, and whether it
    calls it a Jacobian. A sentence that does not say by what an expression is differentiated makes none."""
    for m in _SAID.finditer(text):
        function, by = re.split(r"(?<![<>!:])=", m["f"])[-1].strip(), (m["x"] or "").strip()
        if "=" in m["f"] and (called := _CALLED.match(m["f"])):
            function = called[1]  # "the derivative of f(x) = xᵀx is": what f is stands there
            by = by or (called[2].strip() if m["noun"].lower() == "derivative" else "")
        if _DENIED.search(text[max(0, m.start() - 80) : m.start()]) or not (by or _NAMED.fullmatch(function)):
            continue
        if _DERIVATIVE.match(m["g"]):
            continue  # a formula that says of itself what it is
        twice = "^2" if m["noun"].lower() == "hessian" else ""
        if by and not twice:
            head = rf"\frac{{\partial}}{{\partial {by}}} \left({function}\right)"
        else:
            head = rf"\nabla{f'_{{{by}}}' if by else ''}{twice} {function if _NAMED.fullmatch(function) else f'({function})'}"
        yield m.span("g"), f"{head} = {m['g'].strip()}", m["noun"].lower() == "jacobian"


__all__ = ["in_words"]
