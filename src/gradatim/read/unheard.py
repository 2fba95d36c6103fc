"""Sentences of declarations from which nothing was taken: what somebody typed to declare and nobody understood."""

from __future__ import annotations

import re
from difflib import get_close_matches

from gradatim.errors import ReadError
from gradatim.patterns import late
from gradatim.read.conventions import bars_by_entry, matrix_functions, structured_form
from gradatim.read.marked import Marked
from gradatim.read.prose import declarations
from gradatim.read.spelling import GREEK_COMMANDS, GREEK_WORDS
from gradatim.read.told_equations import equations

_CUT = late(r"(?<=[.;])\s+|\n+|;")
_CLAUSE = late(r",\s+(?=[^,]*\b(?:is|are|has|have)\b)")
_RELATED = late(r"[=<>∈:]|\\(?:in|times|colon|ge|le|succ|prec|ne|to)(?![A-Za-z])")
_SAYS = late(r"\b[A-Za-z]{2,}\b|\x01|[=∈:×]|\\in\b")
"""A word or a sign that can say something of a name."""
_HARMLESS = late(
    r"\b(?:constants?|fixed|given|known|variables?|parameters?|real|independent|var(?:y|ies)|data"
    r"|transpos\w*|multipliers?|labels?|clusters?|class(?:es)?|categor(?:y|ies)|determinants?|bars\s+denote|prime|product|norm|layout|components?|elementwise|entrywise)\b"
    r"|^\W*\\?\w+\s*(?:>|\\geq?\b|≥)\s*\d+\W*$"
    r"|^\W*(?:find|give|compute|derive|write|take|use|show|treat|differentiate|here)\b",
    re.I,
)
"""Said of the notation, of what is asked or of what is constant: nothing has to be taken from it."""


_NAME = r"\$*\s*(?:\\[A-Za-z]+(?:\s*\{[^{}$]{1,12}\})?|[A-Za-z])(?:_\{?\w{1,3}\}?)?\s*\$*"
_VARIABLE_ALONE = late(
    r"(?:(?:i|we)\s+(?:want|need|have|wish|would\s+like|am\s+trying|are\s+trying)\s+to\s+|please\s+)?(?:find|compute|calculate|take|derive)?\s*"
    r"(?:differentiate|differentiating|(?:the\s+|its\s+|a\s+)?(?:partial\s+)?(?:derivatives?|gradient|jacobian|hessian))?\s*"
    r"(?:(?:this|it|the\s+function|that)\s+)?(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?)\s+(?:the\s+)?(?:matrix\s+|vector\s+|scalar\s+|variable\s+)?"
    rf"{_NAME}(?:\s*(?:,|and|,\s*and)\s+{_NAME})*",
    re.IGNORECASE,
)
"""By what one differentiates, and nothing else."""
_COMPLEX_SPACE = late(
    r"\\mathbb\s*\{?\s*C\b|ℂ|\bcomplex(?:-valued)?\s+(?:\w+\s+)?(?:matri|vector|number|scalar|entries)", re.IGNORECASE
)
COMPLEX = "all that is declared complex is taken as real: for complex values conjugates are missing"
_IN_FORMULA = Marked(r"\$[^$]*\$|\\\(.*?\\\)")
_ALONE = late(r"(?<![A-Za-z\\'’])(?:[A-HJ-Zb-z]|[aI](?=\s+(?:is|are|and)\b|,))(?![A-Za-z'’])")
"""A letter that is a name: no article and no pronoun."""


def _letters(formula: str) -> set[str]:
    """The letters of a formula, Greek ones by their words."""
    greek = {c for c in re.findall(r"\\([A-Za-z]+)", formula) if c in GREEK_WORDS}
    greek |= {GREEK_COMMANDS[c].lstrip("\\") for c in formula if c in GREEK_COMMANDS}
    return greek | set(re.findall(r"[A-Za-z]", re.sub(r"\\[A-Za-z]+", " ", formula)))


def _named(given: str) -> set[str]:
    """The letters of which a text speaks."""
    inside = " ".join(m.group() for m in _IN_FORMULA.finditer(given))
    return _letters(inside) | set(_ALONE.findall(_IN_FORMULA.sub(lambda _: " ", given)))


def not_taken(given: str, formula: str = "") -> list[str]:
    """What is to be said of declarations that somebody typed. Raises ReadError where nothing at all was understood; a sentence
    that names no letter of the formula (it tells, say, what a sign means) is told of only."""
    lost = [s for s in unheard(given) if not _HARMLESS.search(s)]
    told = [s for s in lost if not _VARIABLE_ALONE.fullmatch(s)]
    every = len(lost) == len([s for s in _sentences(given) if s.strip(" .,;")])
    aside = bool(formula) and not _named(given) & _letters(formula) and (len(given.split()) > 3 or not _meant(given.strip()))
    if told and every and not aside:
        raise ReadError(
            "these declarations declare nothing",
            given,
            (0, len(given.rstrip())),
            _meant(given.strip()) or "write, say, `A is an m x n matrix, b a vector`",
        )
    real = [COMPLEX] if _COMPLEX_SPACE.search(given) else []
    return [*real, *(f"nothing is declared by “{s}”" for s in told)]


_WORDS = (
    "symmetric skew-symmetric positive definite semidefinite invertible nonsingular diagonal orthogonal triangular square unit vector "
    "matrix scalar constant row column elementwise"
).split()
_SHORT = {"sym": "symmetric", "symm": "symmetric", "pos": "positive", "def": "definite", "inv": "invertible", "diag": "diagonal",
          "orth": "orthogonal", "vec": "vector", "mat": "matrix", "scal": "scalar", "const": "constant"}  # fmt: skip


def _meant(given: str) -> str:
    """What was probably meant: a misspelt or shortened word written out, or an equation set between dollars."""
    if "=" in given and "$" not in given and not re.search(r"[A-Za-z]{4,}", given):
        return f"write formulas between dollars: `${given}$`"

    def mended(m: re.Match[str]) -> str:
        word = m.group().lower()
        near = [] if word in _WORDS else get_close_matches(word, _WORDS, 1, 0.75)
        return _SHORT.get(word) or (near[0] if near else m.group())

    told = re.sub(r"(?<![\\\w])[A-Za-z]{3,}", mended, given)
    return f"did you mean `{told}`?" if told != given and not [s for s in unheard(told) if not _HARMLESS.search(s)] else ""


def unheard(text: str) -> list[str]:
    """The sentences of the text that declare nothing, in order."""
    out = []
    for sentence in _sentences(text):
        if sentence.strip(" .,;") and not _heard(sentence):
            out.append(" ".join(sentence.split()).rstrip(" .,;"))
    return out


def _sentences(text: str) -> list[str]:
    """Cut outside formulas."""
    masked = re.sub(
        r"\$[^$]*\$|\\\(.*?\\\)", lambda m: ("\x01" if _RELATED.search(m.group()) else "\x02") * len(m.group()), text, flags=re.S
    )
    masked = re.sub(r"\bw\.\s?r\.\s?t\.", lambda m: "w" * len(m.group()), masked)
    cuts = [0, *(m.end() for pattern in (_CUT, _CLAUSE) for m in pattern.finditer(masked)), len(text)]
    cuts = sorted(set(cuts))
    # The A of "A, B are n × n matrices" begins a list and is no sentence.
    cuts = [a for a, b in zip(cuts, [0, *cuts]) if not a or not masked[b:a].rstrip().endswith(",") or _SAYS.search(masked[b:a])]
    return [text[a:b] for a, b in zip(cuts, cuts[1:])]


def _heard(sentence: str) -> bool:
    if equations(sentence) or bars_by_entry(sentence) or matrix_functions(sentence) or structured_form(sentence):
        return True
    if re.search(r"\\(?:new|re|provide)command|\\def|DeclareMath", sentence):
        return True
    return any(d.kind or d.dims or d.facts or d.family or d.role or d.elementwise or d.note for d in declarations(sentence))


__all__ = ["not_taken", "unheard"]
