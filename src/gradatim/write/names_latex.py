"""The LaTeX of a name that was given in plain letters: `rate` as `\\mathrm{rate}`, `W1` as `W_1`, `λ` as `\\lambda`, `ŷ` as `\\hat{y}`."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega "
    "varepsilon vartheta varphi Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()
GREEK_LETTERS = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", [*GREEK[:24], *GREEK[27:]]))
ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7"}
MARKS = {mark: word for word, mark in ACCENTS.items()}
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾", "0123456789-+()"))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx"))
_PLAIN = re.compile(r"(?P<base>[A-Za-z]+)(?P<number>\d*)(?P<accents>(?:_(?:hat|tilde|bar|dot|ddot|vec))*)(?P<rest>(?:_.*)?)")


@lru_cache(maxsize=4096)
def latex_name(name: str) -> str:
    """The name as LaTeX; one that is LaTeX already, or a single letter, stays as it is."""
    if not name or "\\" in name or len(name) == 1 and name.isascii():
        return name
    if not name.isascii():
        return _unicode(name)
    found = _PLAIN.fullmatch(name)
    if found is None:
        return name
    base = _base(found["base"])
    for accent in found["accents"].split("_")[1:]:
        base = rf"\{accent}{{{base}}}"
    rest = found["rest"]
    if found["number"] and not rest:
        rest = "_" + (found["number"] if len(found["number"]) == 1 else f"{{{found['number']}}}")
    elif found["number"]:
        base = rf"\mathrm{{{found['base']}{found['number']}}}"
    elif len(rest) > 2 and not rest.startswith("_{"):
        rest = f"_{{{rest[1:]}}}"
    return base + rest.replace("#", r"\#").replace("%", r"\%").replace("&", r"\&")


def _base(letters: str) -> str:
    if len(letters) == 1:
        return letters
    if letters == "lam":
        return r"\lambda"
    return "\\" + letters if letters in GREEK else rf"\mathrm{{{letters}}}"


def _unicode(name: str) -> str:
    out: list[str] = []
    for c in unicodedata.normalize("NFD", name):
        if c in MARKS and out:
            out[-1] = rf"\{MARKS[c]}{{{out[-1]}}}"
        elif c in GREEK_LETTERS:
            out.append("\\" + GREEK_LETTERS[c])
        elif c in _RAISED or c in _LOWERED:
            sign, letter = ("^", _RAISED[c]) if c in _RAISED else ("_", _LOWERED[c])
            if out and out[-1].startswith(sign):
                out[-1] = f"{out[-1][:-1]}{letter}}}"
            else:
                out.append(f"{sign}{{{letter}}}")
        else:
            out.append(c)
    return "".join(out)
