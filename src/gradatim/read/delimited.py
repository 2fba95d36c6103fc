"""Formulas set off in a text that has no dollar signs, for what looks at formulas within prose: names, and the equations of eigenvectors."""

from __future__ import annotations

import re

from gradatim.read.spelling import GREEK_COMMANDS, GREEK_TEXT

NAME = r"(?:\\(?:mathbf|boldsymbol|bm|bf|vec)\s*\{?\s*\\?[A-Za-z]+\s*\}?|\\[A-Za-z]+|[A-Za-zα-ωΑ-Ω])(?:_(?:\{[^{}]*\}|\\?\w))?"
STAR = r"\s*(?:'|’|ᵀ|\^\s*(?:\{\s*)?(?:\\top|\\intercal|\\prime|\\mathsf\s*\{?T\}?|\\mathrm\s*\{?T\}?|T)(?:\s*\})?)"
_SIGNED = re.compile(r"\$|\\\(|\\\[")
_RUN = re.compile(
    r"\b\w+\s+x\s+\w+\b|\w+\s*(?:×|\\times)\s*\w+"
    rf"|(?P<equation>(?<![\w\\]){NAME}(?:{STAR})?\s*{NAME}\s*=\s*{NAME}\s*{NAME}(?:{STAR})?(?!\w))"
    rf"|(?P<name>(?<![\w\\^]){NAME}(?:\(\s*{NAME}\s*\))?(?![\w'’^]))"
)


def delimited(text: str) -> str:
    """The text with its names in dollar signs; as it is where formulas have signs of their own."""
    return text if _SIGNED.search(text) else _RUN.sub(lambda m: f"${m[0]}$" if _is_formula(m) else m[0], text)


def _is_formula(m: re.Match[str]) -> bool:
    if m["equation"]:
        return True
    name = m["name"] or ""
    article = name == "a" and re.match(r"\s+[a-z]{2,}", m.string[m.end() :]) is not None
    command = name.startswith("\\") and not (name.partition("_")[0].partition("(")[0].strip() in GREEK_TEXT or "{" in name)
    return bool(name) and not article and not command


def greek_in_latex(text: str) -> str:
    """λ as \\lambda."""
    return "".join(f"{GREEK_COMMANDS[c]} " if c in GREEK_COMMANDS else c for c in text)


__all__ = ["NAME", "STAR", "delimited", "greek_in_latex"]
