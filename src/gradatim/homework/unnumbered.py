"""The text of an item on one line, without its number, its points and the marks of lists around it."""

from __future__ import annotations

import re

_BOLD_NUMBER = re.compile(r"^\s*(\*\*|__)\s*(\(?\w{1,3}[.)]|\d+(?:\.\d+)+[.):]?)\s*\1")

_NO_FORMULA = r"(?!equation|align|gather|multline|eqnarray|displaymath|flalign|math|array|split|cases|\w*matrix)"
"""What is no environment of a formula, which keeps its marks."""
_DISPLAYED = re.compile(
    r"\\begin\{(?P<name>(?:equation|displaymath|multline|gather|align|flalign|eqnarray|math)\*?)\}(?P<body>.*?)\\end\{(?P=name)\}"
)
_BOLD_START = re.compile(r"(\*\*|__)(?! )(?:(?!\1).)+\1 (?!$)")
"""A sentence that begins with a word in bold, which keeps its marks."""


def unnumbered(text: str) -> str:
    """A text on one line, without the item's number and points."""
    sentence = _BOLD_NUMBER.sub(r"\2 ", re.sub(r"\s+", " ", text)).strip()
    if not _BOLD_START.match(sentence):
        sentence = sentence.strip(" *_")
    sentence = re.sub(r"^(?:\\(?:noindent|bigskip|medskip|smallskip|par)(?![A-Za-z])\s*)+", "", sentence)
    sentence = re.sub(r"^\\(?:textbf|textit|emph|underline|textsc)\s*\{([^{}]*)\}", r"\1", sentence)
    sentence = re.sub(
        r"^(?:[-*•]|\\(?:item|question|part|subpart)(?:\s*\[[^\]]*\])?|\(?\w{1,3}[.)]|\d+\.\d+)[*_]*\s+", "", sentence
    )
    sentence = re.sub(
        r"^(?:#+\s*)?[*_]*(?:question|problem|exercise|q)\s*\.?\s*(?:[a-z]\.?)?\d+(?:\.\d+)?[a-z]?[.:)]?[*_]*[.:]?\s*",
        "",
        sentence,
        flags=re.I,
    )
    sentence = re.sub(
        rf"^\\begin\{{{_NO_FORMULA}\w+\*?\}}(?:\s*\[[^\]]*\])?\s*|(?:\s*\\end\{{{_NO_FORMULA}\w+\*?\}})+$", "", sentence
    )
    points = r"(?:\\textbf\{\s*)?[*_]*(?:[\[(]\s*[\d.]+\s*(?:points?|pts?\.?|marks?|credits?|p\.?)\s*[\])]|\[\d{1,3}\])(?:\s*\})?[*_.:]*"
    sentence = re.sub(rf"^{points}\s*|\s*{points}$", "", sentence, flags=re.I).strip()
    return _DISPLAYED.sub(_on_the_line, sentence)


def _on_the_line(display: re.Match[str]) -> str:
    """A display as a formula of its sentence."""
    body = re.sub(r"\\label\s*\{[^{}]*\}|\\no(?:number|tag)(?![A-Za-z])", "", display["body"]).strip()
    rows = "&" in body or "\\\\" in body
    return f"$\\begin{{aligned}}{body}\\end{{aligned}}$" if rows else f"${body}$"


__all__ = ["unnumbered"]
