"""How a function is called in its derivation, and what a question's hint asks for first."""

from __future__ import annotations

import re

from gradatim.ops.function import Function
from gradatim.patterns import late
from gradatim.read.names import text_name
from gradatim.term import Apply, Term, free_symbols, walk


def called(function: Term, name: str) -> tuple[str, str]:
    """How a function is called, in LaTeX and in text: by its own name, or f where it has none."""
    if name:
        return name, text_name(name)
    if isinstance(function, Apply) and isinstance(function.op, Function):
        return function.op.name, function.op.text
    taken = {n for s in free_symbols(function) for n in (s.name, s.plain, s.label)}
    taken |= {op.name for t in walk(function) if isinstance(op := getattr(t, "op", None), Function)}
    letter = next(c for c in ("f", "y", "F", "φ", "f_0", "f_1") if c not in taken)
    return letter, letter


_HINT = late(r"\bhints?\b\s*:?\**\s*(?P<t>.+)", re.S | re.I)
_DERIVATIVE = late(
    r"\\nabla\s*(?:_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|\S))?\s*(?P<f>\\[A-Za-z]+\s*\{[^{}]*\}|\\?[A-Za-z]+)"
    r"|\\frac\s*\{\s*(?:\\partial|d)\s*(?P<g>\\[A-Za-z]+\s*\{[^{}]*\}|\\?[A-Za-z]+)"
)


def asked_first(question: str) -> tuple[str, ...]:
    """The names in LaTeX of what a question's hint would have differentiated first: `compute \\nabla_w \\hat{y}_i first`."""
    hint = _HINT.search(question)
    if not hint:
        return ()
    text = hint["t"][:1000]
    names = [(m["f"] or m["g"]).replace(" ", "") for m in _DERIVATIVE.finditer(text)]
    return tuple(dict.fromkeys(names)) if re.search(r"\bfirst\b|\bbegin\b|\bstart\b", text, re.I) else ()
