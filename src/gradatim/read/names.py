"""Names: from the LaTeX spelling (their identity) to the names in code and on a terminal, and the habits of notation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from gradatim.read.spelling import GREEK_TEXT, SUBSCRIPTS, SUPERSCRIPTS

_SUPER = {v: k for k, v in reversed(list(SUPERSCRIPTS.items()))}
_SUB = {v: k for k, v in reversed(list(SUBSCRIPTS.items()))}
_ACCENT = {
    "hat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "check": "\u030c",
    "breve": "\u0306",
    "acute": "\u0301",
    "grave": "\u0300",
    "mathring": "\u030a",
}
STYLES = ("mathbf", "boldsymbol", "mathcal", "mathbb", "mathfrak", "mathsf", "mathrm", "vec", "underline")
BOLD = ("mathbf", "boldsymbol", "vec", "underline")
"""Styles of vectors and matrices."""

UNKNOWN_LETTERS = ("f", "g", "h", "F", "G", "\\phi", "\\varphi", "\\psi", "\\ell")
"""Letters that before a bracket name a function of which nothing is said."""


@lru_cache(maxsize=4096)
def parts(name: str) -> tuple[str, tuple[str, ...], str, str]:
    """A spelling in pieces: the letter, its wrappers from outside in, the subscript and the superscript."""
    base, sub, sup = name, "", ""
    if base.endswith("'"):
        base, sup = base.rstrip("'"), "'"
    elif match := re.search(r"\^(\{[^{}]*\}|.)$", base):
        sup, base = match.group(1).strip("{}") if match.group(1) != "'" else "'", base[: match.start()]
    depth = 0
    for k in range(len(base) - 1, 0, -1):
        depth += (base[k] == "}") - (base[k] == "{")
        if base[k] == "_" and depth == 0:
            sub, base = base[k + 1 :], base[:k]
            sub = sub[1:-1] if sub.startswith("{") else sub
            break
    wraps: list[str] = []
    while match := re.fullmatch(r"\\([a-z]+)\{(.*)\}", base):
        wraps.append(match.group(1))
        base = match.group(2)
    return base, tuple(wraps), sub, sup


def dressed(base: str, wraps: Sequence[str]) -> str:
    """The letter in its wrappers again."""
    for wrap in reversed(wraps):
        base = f"\\{wrap}{{{base}}}"
    return base


def plain_name(name: str) -> str:
    """The name in code: `\\mathbf{W}^{(1)}` is W1, `\\hat{y}` is y_hat, `x_0` is x_0, `\\lambda` is lam."""
    base, wraps, sub, sup = parts(name)
    out = {"\\lambda": "lam", "\\Lambda": "Lam"}.get(base, base.lstrip("\\"))
    for wrap in reversed(wraps):
        if wrap not in STYLES:
            out += f"_{wrap}"
    label = re.sub(r"[()\[\]]", "", sup)
    if sup and sup == f"({label})" or sup == f"[{label}]":
        out += label
    elif sup:
        out += f"_{re.sub(r'[^A-Za-z0-9]', '', label) or {'+': 'plus', '-': 'minus', '*': 'star'}.get(label, 'prime')}"
    if sub:
        sub = re.sub(r"\\math(?:rm|bf|sf|it)\{([^{}]*)\}", r"\1", sub)
        out += "_" + re.sub(r"[^A-Za-z0-9]", "", sub)
    return re.sub(r"[^A-Za-z0-9_]", "", out) or "v"


@lru_cache(maxsize=4096)
def text_name(name: str) -> str:
    """The name on a terminal: W⁽¹⁾, ŷ, λ, x₀."""
    base, wraps, sub, sup = parts(name.rstrip("\u2063"))
    out = GREEK_TEXT.get(base, base.lstrip("\\"))
    out += "".join(_ACCENT[w] for w in reversed(wraps) if w in _ACCENT)
    return out + _script(sub, _SUB, "_") + _script(sup, _SUPER, "^")


def _script(text: str, table: dict[str, str], mark: str) -> str:
    if not text:
        return ""
    if text == "'":
        return "′"
    text = re.sub(r"\\(?:math(?:rm|bf|sf|it|cal)|boldsymbol|text|textbf|textrm)\{([^{}]*)\}", r"\1", text)
    if all(c in table for c in text):
        return "".join(table[c] for c in text)
    shown = "".join(GREEK_TEXT.get(p, p.lstrip("\\")) for p in re.findall(r"\\[A-Za-z]+|.", text))
    bracketed = shown.startswith("[") and shown.endswith("]") and mark == "^"
    return f"{mark}{shown}" if len(shown) == 1 or bracketed else f"{mark}({shown})"


_STACKED = re.compile(
    r"\s*\$?\s*(?:\\(?:operatorname|mathrm|text)\s*\{vec\}|\\?vec)\s*"
    r"(?:(?:\\left)?\(\s*(.+?)\s*(?:\\right)?\)|(?<![a-z])([A-Z])|(?<=[a-z]\s)([A-Z]))\s*\$?\s*"
)


def stacked_name(spelling: str) -> str:
    """The X of `vec(X)`, by which a derivative on stacked columns is asked; "" for any other spelling."""
    found = _STACKED.fullmatch(spelling)
    return found[1] or found[2] or found[3] if found else ""


@lru_cache(maxsize=4096)
def stripped(name: str) -> str:
    """The spelling without styles, for finding a name that was declared in another style. Accents stay."""
    last = ""
    while last != name:
        last = name
        name = re.sub(
            r"\\(mathbf|boldsymbol|mathcal|mathbb|mathfrak|mathsf|vec|underline)\{((?:[^{}]|\{[^{}]*\})*)\}", r"\2", name
        )
        name = re.sub(r"\\mathrm\{([A-Za-z]+)\}", r"\1", name)
    return name.replace("\\varepsilon", "\\epsilon").replace("\\varphi", "\\phi")


def habits(name: str, subscripts: int) -> tuple[str, ...]:
    """What an undeclared name most likely is, the likeliest first, where it carries `subscripts` indices.

    Kinds: scalar, vector, row, matrix, family (of vectors), family2 (of matrices), tensor3, tensor4.
    """
    base, wraps, _, _ = parts(name)
    bold = any(w in BOLD for w in wraps)
    capital = base[:1].isupper() or (base.startswith("\\") and base[1:2].isupper())
    if subscripts in (3, 4):
        return (f"tensor{subscripts}",)
    if subscripts >= 2:
        return ("matrix", "family") if capital or not bold else ("family", "matrix")
    if subscripts == 1:
        if bold and capital:
            return ("family2", "family", "vector")
        # A member that is a matrix is written as a capital, too.
        vectors = ("family", "vector") if bold or base in ("x", "\\phi", "u", "v") else ("vector", "family")
        return (*vectors, "family2") if capital else vectors
    if "mathcal" in wraps:
        return ("scalar", "matrix", "vector")
    if bold or base in ("w", "x", "b", "v", "u", "z", "h"):
        # Nobody writes a matrix as a bold or a Latin small letter: rather an error than w as a matrix.
        return ("matrix", "vector", "scalar") if capital else ("vector", "scalar", "row")
    if capital:
        return ("matrix", "scalar", "vector")
    return ("scalar", "vector", "row", "matrix") if base.startswith("\\") else ("scalar", "vector", "row")


def member_parts(name: str) -> tuple[str, str]:
    """`x_i` as ("x", "i"), `x^{(i)}` as ("x", "i"); ("x", "") where no single-letter index stands."""
    if len(name) > 2 and name[-2] == "_" and name[-1].isalpha() and "^" not in name:
        return name[:-2], name[-1]
    if name.endswith(")}") and "^{(" in name:
        base, label = name[:-2].rsplit("^{(", 1)
        if len(label) == 1 and label.isalpha() and "_" not in base:
            return base, label
    if name.endswith("}") and "_{" in name:
        # u_{w_s}: the sign of the member is itself a name with an index.
        base, label = name[:-1].rsplit("_{", 1)
        if len(label) > 2 and label[-2] == "_" and label[-1].isalpha():
            return base, label[-1]
    return name, ""
