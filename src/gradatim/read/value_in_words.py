r"""Names that an answer gives a value in words: "$M$ is the inverse of $K + \sigma^2 I$", "λ_i = eigenvalues of K". The word is a
function of what stands behind "of": it is written as one, and where it has no formula here, the name is left without a value."""

from __future__ import annotations

import re

from gradatim.patterns import late
from gradatim.read.spoken import formula_of

_NAME = r"(?:\\[A-Za-z]+(?:\s*\{\s*\\?[A-Za-z]+\s*\})?|[A-Za-zα-ωΑ-Ω])(?:_\w|_\{\w+\})?"
_SAID = late(
    rf"(?P<open>\$\s*)?(?<![\w\\])(?P<name>{_NAME})\s*(?(open)(?:\$\s*(?P<said>=|:=|(?:is|are|denotes?|stands\s+for|being|,)?\s+(?=the\b|is\b|are\b))"
    r"|(?P<inside>=)\s*)|\s(?P<bare>=|:=|is\b|are\b|denotes?\b|,?\s*(?=the\b)))\s*(?:(?:is|are)\s+)?(?:(?:the|an?)\s+)?"
    r"(?P<words>(?:[A-Za-z][A-Za-z-]*\s+){1,5}?)of\s+(?:(?:the|all|matrix|vector|symmetric|column|row|entries)\s+){0,3}"
    r"(?P<then>\$)?(?P<formula>(?:(?!\b(?:and|where|with|so|then|hence|that|which|is|are)\b)[^$.,;\n])+)(?(then)\$)"
)
_IDENTITY = late(r"(?:(?:column|row|whole|full|the)\s+)*(?:vector|column|matrix|stack|part|row)s?\s*")
"""Words that say what stands there, and do nothing to it: "the vector of \\sigma(x_i^T w)"."""
_AND = late(r"\s*(?:,\s*)?and\s+(?:\$[^$]*\$|[^\s.,;$]+)(?!\s*(?:=|is\b|are\b|\$?\s*\\?=))")
_EIGEN = late(r"(?:(?:ordered|sorted|real|distinct|\w-th|ith)\s+)*(?P<what>eigen|singular\s+)values?\s*", re.I)
_ENGLISH = late(r"(?<![A-Za-z\\{])[A-Za-z]{3,}(?![A-Za-z}])")
_FUNCTIONS = frozenset("exp log sin cos tanh det diag inv".split())


def with_values(text: str) -> str:
    """The text with such clauses as equations; its length is kept where there is room."""
    for m in reversed(list(_SAID.finditer(text))):
        made, letter = _made(m), None
        end = more.end() if made is not None and (more := _AND.match(text, m.end())) else m.end()
        made = "" if end > m.end() else made
        if made is None:
            continue
        if made.startswith("@"):
            letter, made = made[1:], ""
        opened = bool(m["open"]) and not m["inside"]
        clause = f"${made}$" if made and (opened or m["then"]) else f"${made}$" if made and m["open"] else made
        text = text[: m.start()] + (clause or " ").ljust(end - m.start()) + text[end:]
        if letter is not None:
            text = _of_matrix(text, letter)
    return text


def _made(m: re.Match[str]) -> str | None:
    """The equation that a clause amounts to; "" where it has none, `@λ|K` for eigenvalues, None where the words do nothing."""
    formula, words = _cut(m["formula"]).strip(), m["words"].strip()
    if _IDENTITY.fullmatch(m["words"]) or not formula:
        return None
    if any(w.lower() not in _FUNCTIONS for w in _ENGLISH.findall(re.sub(r"\\[A-Za-z]+", " ", formula))):
        return ""
    if found := _EIGEN.fullmatch(m["words"]):
        letter = re.match(r"(\\?[A-Za-z]+)_\{?(\w)\}?$", m["name"])
        usual = r"\lambda" if found["what"].lower() == "eigen" else r"\sigma"
        if letter is None:
            return ""
        return f"@{usual}|{formula}" if letter[1] == usual else f"{m['name']} = {usual}_{letter[2]}({formula})"
    value = formula_of(words, formula)
    return f"{m['name']} = {value}" if value else ""


def _cut(formula: str) -> str:
    """A formula up to a bracket that closes what was opened before it."""
    depth = 0
    for k, c in enumerate(formula):
        depth += {"(": 1, ")": -1}.get(c, 0)
        if depth < 0:
            return formula[:k]
    return formula


def _of_matrix(text: str, said: str) -> str:
    """The λᵢ of a text, each with its matrix."""
    letter, _, matrix = said.partition("|")
    return re.sub(rf"{re.escape(letter)}_(?:\w|\{{\w\}})(?!\w|\s*\()", lambda m: f"{m.group()}({matrix})", text)


__all__ = ["with_values"]
