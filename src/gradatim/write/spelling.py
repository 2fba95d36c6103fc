"""How an author spells things: ᵀ as `\\top`, `T` or a prime, the entrywise product as `\\odot` or `\\circ`, `\\ln` or `\\log`.

What an answer is written with is taken from the text of the question, so that it can stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

WORDS: dict[str, tuple[str, ...]] = {
    r"\log": (r"\ln",),
    r"\log\det": (r"\ln\det",),
    r"\odot": (r"\circ", r"\ast"),
    r"\operatorname{tr}": (
        r"\mathrm{tr}",
        r"\text{tr}",
        r"\mathrm{Tr}",
        r"\text{Tr}",
        r"\operatorname{Tr}",
        r"\operatorname{trace}",
        r"\mathrm{trace}",
        r"\text{trace}",
    ),
    r"\operatorname{diag}": (r"\mathrm{diag}", r"\text{diag}"),
    r"\operatorname{sign}": (r"\operatorname{sgn}", r"\mathrm{sgn}", r"\text{sgn}", r"\mathrm{sign}", r"\text{sign}"),
    r"\operatorname{softmax}": (r"\mathrm{softmax}", r"\text{softmax}"),
    r"\operatorname{ReLU}": (r"\mathrm{ReLU}", r"\text{ReLU}"),
    r"\sigma": (r"\operatorname{sigmoid}", r"\mathrm{sigmoid}", r"\text{sigmoid}"),
    r"\mathbf{1}": (r"\mathbb{1}", r"\boldsymbol{1}", r"\bm{1}"),
    "I": (r"\mathbf{I}", r"\boldsymbol{I}", r"\bm{I}", r"\mathbb{I}"),
}
"""The usual spelling of a word and what else authors write for it."""
_RAISED = re.compile(
    r"\^\s*(?:\{\s*(?:\([^{}()]*\)\s*)?(\\top|\\intercal|\\math(?:sf|rm|tt)\s*(?:\{T\}|T)|T)\s*\}|(\\top|\\intercal|T)(?![A-Za-z]))"
)
_PRIME = re.compile(r"(?:[A-Za-z}])'(?!')")
_BOLD = re.compile(r"\\(mathbf|boldsymbol|bm|pmb|bf)\b\s*\{?\s*(\\?[A-Za-z]+)")
_COUNTED = (
    re.compile(r"(?:\\sum|\\prod|Σ|∑)\s*(?:\\(?:no)?limits)?\s*_\s*\{?\s*([a-z])\s*=\s*[01]\s*\}?\s*\^\s*\{?\s*([A-Za-z])\b"),
    re.compile(
        r"\b([a-z])\s*(?:=|\\in\s*\\?\{)\s*1\s*,?\s*(?:,\s*2\s*,)?\s*(?:\\(?:[lc]?dots|ldots)|\.\.\.?|…)\s*,?\s*([A-Za-z])\b"
    ),
)
"""Sums over an index, and ranges of an index: `\\sum_{k=1}^n`, `k = 1, \\dots, n`."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """`transpose` is what stands in the exponent (a prime stands by itself), `words` the spellings that differ from ours,
    `exponential` whether exp is written as a power of e, `bold` the command for the names of arrays, `letters` the letter that counts up to
    each bound: k of Σ_{k=1}^n."""

    transpose: str = r"\top"
    words: Mapping[str, str] = field(default_factory=dict)
    exponential: bool = False
    bold: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)

    def word(self, usual: str) -> str:
        return self.words.get(usual, usual)


USUAL = Spelling()


def spelling_of(source: str, around: Spelling = USUAL) -> Spelling:
    """The spelling of a text in LaTeX; what it does not say is spelt as in the text around it, and in the usual way where it
    says both."""
    raised = [next(g for g in m.groups() if g) for m in _RAISED.finditer(source)]
    transpose = around.transpose
    if raised:
        transpose = max(dict.fromkeys(raised), key=raised.count)
    elif _PRIME.search(source) and "^" not in source.replace("^2", "").replace("^{2}", ""):
        transpose = "'"
    words = {}
    for usual, others in WORDS.items():
        found = None if _has(source, usual) else next((o for o in others if _has(source, o)), around.words.get(usual))
        if found:
            words[usual] = found
    if words.get(r"\log") == r"\ln":
        words[r"\log\det"] = r"\ln\det"
    powers = bool(re.search(r"(?<![A-Za-z\\])e\s*\^", source))
    exponential = (powers or around.exponential) and r"\exp" not in source
    bold = [m[1] for m in _BOLD.finditer(source)]
    letters: dict[str, str] = {}
    for pattern in _COUNTED:
        for m in pattern.finditer(source):
            letters.setdefault(m[2], m[1])
    usual_bold = max(dict.fromkeys(bold), key=bold.count) if bold else around.bold
    return Spelling(transpose, words, exponential, usual_bold, {**around.letters, **letters})


def _has(source: str, word: str) -> bool:
    if word == "I":
        return bool(re.search(r"(?<![A-Za-z\\{])I(?![A-Za-z}])", source))
    end = "" if word.endswith("}") else r"(?![A-Za-z])"
    return bool(re.search(re.escape(word) + end, source))
