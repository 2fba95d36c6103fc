"""Formulas inside the sentences of a derivation: written in Unicode as they are read on a terminal, and in LaTeX."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradatim.read.spelling import SUBSCRIPTS, SUPERSCRIPTS
from gradatim.write.names_latex import GREEK_LETTERS


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, or a part of one: what stands beside it in a sentence is set together with it."""

    text: str
    spelling: str = ""
    """Its LaTeX, where that is not to be had sign by sign."""

    def latex(self, transpose: str = r"\top") -> str:
        return self.spelling or _latex(self.text, transpose)


_WORDS = {
    "log-sum-exp": r"\operatorname{logsumexp}", "softmax": r"\operatorname{softmax}", "softplus": r"\operatorname{softplus}",
    "diag": r"\operatorname{diag}", "unvec": r"\operatorname{unvec}", "vec": r"\operatorname{vec}", "tr": r"\operatorname{tr}", "log": r"\log", "det": r"\det", "exp": r"\exp", "sinh": r"\sinh",
    "cosh": r"\cosh", "tanh": r"\tanh", "sin": r"\sin", "cos": r"\cos", "tan": r"\tan", "sign": r"\operatorname{sign}",
}  # fmt: skip
_SIGNS = {
    "−": "-", "′": "'", "″": "''", "‖": r"\|", "Σ": r"\sum", "Π": r"\prod", "∂": r"\partial ", "·": r"\cdot ", "⊙": r"\odot ", "⊘": r"\oslash ",
    "⊗": r"\otimes ", "≠": r"\neq ", "≤": r"\leq ", "≥": r"\geq ", "𝟏": r"\mathbf{1}", "…": r"\dots ", "√": r"\surd ", "∞": r"\infty ",
    "→": r"\to ", "↦": r"\mapsto ", "×": r"\times ", " ": " ", "%": r"\%", "&": r"\&", "#": r"\#", "{": r"\{", "}": r"\}",
}  # fmt: skip
_RAISED = {**SUPERSCRIPTS, "ᵀ": "ᵀ", "′": "'"}
_TOKEN = re.compile(
    "|".join(
        [
            *map(re.escape, sorted(_WORDS, key=len, reverse=True)),
            "d(?=[A-Za-z𝟏])",
            f"[{''.join(_RAISED)}]+",
            f"[{''.join(SUBSCRIPTS)}]+",
            "(?s:.)",
        ]
    )
)


def _latex(text: str, transpose: str) -> str:
    out: list[str] = []
    for token in _TOKEN.findall(text):
        if token in _WORDS:
            out.append(_WORDS[token] + " ")
        elif token == "d":
            out.append(r"\mathrm{d}")
        elif token == "ᵀ" and transpose == "'":
            out.append("'")
        elif token[0] in _RAISED and token != "′":
            out.append("^{" + "".join(transpose if c == "ᵀ" else _RAISED[c] for c in token) + "}")
        elif token[0] in SUBSCRIPTS:
            out.append("_{" + "".join(SUBSCRIPTS[c] for c in token) + "}")
        elif token in GREEK_LETTERS and token not in _SIGNS:
            out.append(f"\\{GREEK_LETTERS[token]} ")
        else:
            out.append(_SIGNS.get(token, token))
    return "".join(out)


def f(text: str) -> Formula:
    """A formula of signs that are set one by one."""
    return Formula(text)


EQUALS = Formula(" = ")
