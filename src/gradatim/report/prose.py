"""Prose with formulas in dollars, for people: Unicode on a terminal. Nothing is read from it; it is only shown."""

from __future__ import annotations

import re
import unicodedata

from gradatim.write.names_latex import ACCENTS, GREEK_LETTERS
from gradatim.write.text import SUBSCRIPTS, SUPERSCRIPTS

MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$]+)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.S)
SIGNS = {
    "in": "∈", "times": "×", "cdot": "·", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "neq": "≠", "ne": "≠", "forall": "∀",
    "dots": "…", "ldots": "…", "cdots": "…", "partial": "∂", "nabla": "∇", "sum": "Σ", "prod": "Π", "infty": "∞", "to": "→",
    "odot": "⊙", "circ": "∘", "otimes": "⊗", "top": "ᵀ", "intercal": "ᵀ", "pm": "±", "approx": "≈", "mapsto": "↦", "ell": "ℓ",
    "quad": " ", "qquad": " ", "lVert": "‖", "rVert": "‖", "Vert": "‖", "mid": "|", "langle": "⟨", "rangle": "⟩", "sqrt": "√",
    "succ": "≻", "succeq": "⪰", "subset": "⊂", "left": "", "right": "", "displaystyle": "", "limits": "", "mathbb R": "ℝ",
}  # fmt: skip
_GREEK = {word: letter for letter, word in GREEK_LETTERS.items()}
_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_ONE = r"\s*(?:" + _GROUP + r"|(\\[A-Za-z]+|\w))"
"""What a command takes: a group, or without braces one letter, one digit or one command."""
_STYLE = re.compile(
    r"(\\[A-Za-z]+)?\\(?:mathbf|mathrm|mathit|mathsf|boldsymbol|bm|pmb|operatorname\*?|text|textbf|mathcal|mathscr|mathtt|mathfrak)"
    + _ONE
)
_FRAC = re.compile(r"\\[dtc]?frac" + _ONE + _ONE)
_BELOW = {**SUBSCRIPTS, "=": "₌", "+": "₊", "-": "₋", "(": "₍", ")": "₎"}
_ABOVE = {**SUPERSCRIPTS, "N": "ᴺ", "M": "ᴹ", "K": "ᴷ", "T": "ᵀ", "m": "ᵐ", "k": "ᵏ", "d": "ᵈ", "p": "ᵖ", "t": "ᵗ"}
_OPERATOR = re.compile(r"(?<=[^\s(\[{,;=+−<>≤≥∈\ue000])\s*([-+=])\s*(?=[^\s)\]}])")
_RELATION = re.compile(r"\s*([∈≤≥≠→↦≈⊙∘⊗·≻⪰⊂])\s*")
_HYPHENATED = re.compile(r"(?<=[A-Za-z]{2})-(?=[A-Za-z]{2})")
_LONGEST = 4000


def unicode_prose(prose: str) -> str:
    """The prose with every formula between dollars in Unicode."""
    return MATH.sub(lambda m: unicode_math(next(g for g in m.groups() if g is not None)), prose)


def markdown_prose(words: str) -> str:
    """A sentence of ours inside Markdown, its first line only (a caret below a formula means nothing there)."""
    first = words.split("\n")[0]
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", first)


def unicode_math(formula: str) -> str:
    """A formula of LaTeX about as it looks, on one line."""
    if len(formula) > _LONGEST:
        return formula
    out = (
        formula.replace(r"\mathbb{R}", "ℝ").replace(r"\mathbb R", "ℝ").replace(r"\|", "‖").replace("^T", "ᵀ").replace("^{T}", "ᵀ")
    )
    # Braces that are written stay, under signs that no formula holds.
    out = out.replace(r"\{", "\ue000").replace(r"\}", "\ue001")
    out = out.replace(r"^\top", "ᵀ").replace(r"^{\top}", "ᵀ")
    for _ in range(8):
        before = out
        out = _STYLE.sub(lambda m: f"{m[1]} {m[2] or m[3]}" if m[1] else m[2] or m[3] or "", out)
        out = re.sub(r"\\(hat|tilde|bar|dot|ddot|vec)\s*(?:\{(\\?\w+)\}|(\w))", lambda m: _accented(m[2] or m[3], m[1]), out)
        out = _FRAC.sub(lambda m: f"{_closed(m[1] or m[2] or '')}/{_closed(m[3] or m[4] or '')} ", out)
        if out == before:
            break
    out = re.sub(r"\^\s*(?:\{([^{}]*)\}|(\\[A-Za-z]+|\w))", lambda m: _script(m[1] or m[2] or "", _ABOVE, "^"), out)
    out = re.sub(r"_\s*(?:\{([^{}]*)\}|(\\[A-Za-z]+|\w))", lambda m: _script(m[1] or m[2] or "", _BELOW, "_"), out)
    out = re.sub(r"\\([A-Za-z]+)\*?\s?(?=(.?))", lambda m: _word(m[1], m[2]), out)
    out = _OPERATOR.sub(lambda m: f" {m[1]} ", _HYPHENATED.sub("\u2010", out)).replace("-", "−").replace("\u2010", "-")
    out = re.sub(r"\\[,;:! ]", " ", out).replace("{", "").replace("}", "").replace("\\\\", "; ").replace("\\", "")
    out = _RELATION.sub(lambda m: f" {m[1]} ", out).replace("\ue000", "{").replace("\ue001", "}")
    return re.sub(r"\s+", " ", out).strip()


def _word(name: str, after: str) -> str:
    """A command without its backslash: a sign, a Greek letter, or a word, which keeps its distance from what follows it."""
    if name in SIGNS or name in _GREEK:
        return SIGNS.get(name) or _GREEK.get(name, "")
    return name + " " * bool(re.match(r"[\w\\]", after))


def _accented(base: str, accent: str) -> str:
    base = _GREEK.get(base.lstrip("\\"), base)
    return unicodedata.normalize("NFC", base + ACCENTS[accent]) if len(base) == 1 else base


def _closed(part: str) -> str:
    part = part.strip()
    return f"({part})" if re.search(r"[+\-=/ ]", part) and not part.startswith((r"\partial", "d")) else part


def _script(inside: str, table: dict[str, str], mark: str) -> str:
    inside = inside.strip()
    if all(c in table for c in inside):
        return "".join(table[c] for c in inside)
    return f"{mark}{inside}" if len(inside) == 1 or inside[:1] == "\\" else f"{mark}({inside})"
