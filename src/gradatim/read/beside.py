"""What stands beside a formula in one text: declarations behind it ("…, where $A$ is symmetric") and the sets that a function
goes between ("$f : \\mathbb{R}^n \\to \\mathbb{R}$, …") belong to the declarations."""

from __future__ import annotations

import re

from gradatim.errors import ReadError
from gradatim.patterns import late
from gradatim.read.phrases import KINDS, VERBS
from gradatim.read.spelling import function_word

_WHERE = late(r"[,;.]?\s*(?:\$\s*)?\\?(?<![A-Za-z])(?:where|with)(?![A-Za-z(])[\s:,]*")
_BOX = late(r"\\(?:text|mbox|textrm|mathrm)\s*\{([^{}$]*\s[^{}$]*)\}")
_BOXED = late(r"\\(?:text|mbox|textrm|mathrm)\s*\{(\s*,?\s*(?:where|with)\s[^{}]*\$[^{}]*)\}(?=[\s.$]*$)")
_NOUNS = "|".join(sorted((w for w in KINDS if len(w) > 4 and not function_word(w)), key=len, reverse=True))
_SAYS = late(
    rf"(?<![A-Za-z\\{{])(?:{'|'.join(sorted(VERBS))}|{_NOUNS})(?![A-Za-z(])|\\(?:in|succ|succeq|ge|geq)(?![A-Za-z])|∈|[>≥≻]\s*0"
)
"""What declares: a verb, a describing word, a set."""
_CLAUSE = late(r"\s*(?:[,;.]\s+(?:and\s+)?|(?<![A-Za-z])and\s+)")
_SET = r"(?:\\mathbb\s*\{?\s*R\}?|\\R(?![A-Za-z])|ℝ)(?:\s*(?:\^|_)\s*(?:\{[^{}]*\}|\w|\\[a-z]+)|[⁰-⁹ⁿᵐᵈᵏᵖˣ])*"
_LISTED = r"(?:\\(?:mathbf|boldsymbol|bm|vec|mathrm)\s*\{?\s*)?\\?[A-Za-z]+\}?(?:_\w|_\{\w+\})?"
_LISTED = rf"{_LISTED}(?:\s*,\s*{_LISTED}){{0,30}}"
_MAP = late(
    rf"\s*\$?\s*(?P<map>(?P<name>\\?[A-Za-z]+(?:_\w)?)\s*(?::|\\colon)\s*{_SET}\s*(?:\\to|\\rightarrow|→)\s*{_SET})\s*\$?\s*"
    r"(?:[,;]|\\quad|\\qquad|\\,|where|with|given\s+by|defined\s+by|by|\s)*\$?(?=\s*(?P<rest>\S))"
)
_BEHIND = late(
    rf"(?:[,;]|\\q?quad)(?:\s|\\q?quad|\\[ ,;:!]|~)*(?:\\forall\s*)?(?P<says>{_LISTED}\s*(?:\\in(?![A-Za-z])|∈)\s*{_SET})\s*[.,;]?\s*$"
)
"""The set of a variable behind its function: `f(x) = …, \\quad x \\in \\mathbb{R}^n`."""
_WORD = late(rf"(?<![A-Za-z\\{{])(?:(?<=\s)(?:is|are|denotes?)(?=\s)|{_NOUNS})(?![A-Za-z(}}_^=])")


def apart(text: str, given: str) -> tuple[str, str]:
    """The formula alone and the declarations with what stood beside it. The formula keeps the places of its characters.

    Raises ReadError where words are left in the formula: nobody means the product of their letters.
    """
    formula, said = text, []
    if (found := _MAP.match(text)) is not None:
        said.append(f"${found['map']}$")
        formula = " " * found.end() + text[found.end() :]
        if (arrow := re.match(r"\s*([A-Za-z]|\\[a-z]+)\s*(?:\\mapsto|\\longmapsto|↦)", formula)) is not None:
            said.append(f"${arrow[1]} \\in {_domain(found['map'])}$")
        elif (head := re.match(rf"\s*{re.escape(found['name'])}\s*\(\s*([A-Za-z]|\\[a-z]+)\s*\)\s*:?=", formula)) is not None:
            said.append(f"${head[1]} \\in {_domain(found['map'])}$")
    while (behind := _BEHIND.search(formula)) is not None and formula[: behind.start()].strip():
        said.append(f"${behind['says']}$")
        formula = formula[: behind.start()]
    formula = _BOXED.sub(lambda m: m[1].rjust(len(m[0])), formula)
    plain = _BOX.sub(lambda m: m[1].rjust(len(m[0])), formula)
    for where in _WHERE.finditer(plain):
        tail = plain[where.end() :]
        clauses = [c for c in _CLAUSE.split(tail) if c.strip(" .$")] if "$" not in tail and "=" in tail else [tail]
        kept = [c for c in clauses if not _SAYS.search(c)]
        if len(kept) < len(clauses):
            said += [c.strip() for c in clauses if _SAYS.search(c)]
            formula = formula[: where.start()] + "".join(f" where {c.strip()}" for c in kept)
            break
    if (word := _WORD.search(_BOX.sub(lambda m: " " * len(m[0]), formula))) is not None and word[0] not in given:
        raise ReadError(
            f"“{word[0]}” is a word, and words are not read in a formula",
            text,
            word.span(),
            "state what is said of the names beside the formula, as its declarations",
        )
    return formula, ". ".join(filter(None, [given.rstrip(" ."), *(s.rstrip(" .") for s in said)])) + "." if said else given


def _domain(mapping: str) -> str:
    return re.split(r"\\to|\\rightarrow|→", re.split(r":|\\colon", mapping, maxsplit=1)[1])[0].strip()


__all__ = ["apart"]
