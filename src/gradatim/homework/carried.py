"""What an item's names are where only an item before it says so: "X is an n × k matrix" in question 1, Xβ in question 3."""

from __future__ import annotations

import re

from gradatim.homework.definitions import definitions, flat, heads, occurs, reached, right, unstyled
from gradatim.read.names import stripped, text_name
from gradatim.read.prose import Declaration, declarations

_WORDS = {
    "symmetric": "symmetric",
    "skew": "skew-symmetric",
    "diagonal": "diagonal",
    "invertible": "invertible",
    "orthogonal": "orthogonal",
    "lower": "lower-triangular",
    "upper": "upper-triangular",
    "spd": "positive-definite",
    "psd": "positive-semidefinite",
    "positive": "positive",
    "nonnegative": "nonnegative",
    "nonzero": "nonzero",
    "onehot": "one-hot",
    "unit": "unit",
    "square": "square",
    "idempotent": "idempotent",
    "full_column_rank": "full-column-rank",
    "full_row_rank": "full-row-rank",
}
_NOUNS = {"vector": "vector", "row": "row vector", "matrix": "matrix", "scalar": "scalar", "integer": "integer"}

_NOISE = ("\\varepsilon", "\\epsilon", "\\eta", "\\xi", "ε", "ϵ", "η", "ξ")
"""Letters that stand for an error wherever they are added to a model."""
_ERRORS = ("e", "u", "v", "w", "n", "\\nu", "\\omega", "\\zeta", "\\delta", "ν", "ω")
"""Letters that stand for one where the text speaks of errors."""
_SPOKEN = re.compile(r"\b(?:noise|errors?|disturbances?|residuals?|innovations?)\b|\\sim(?![A-Za-z])|∼|i\.i\.d", re.I)


def carried(chain: list[str], near: list[str], before: list[str]) -> tuple[str, str]:
    """Declarations in prose of the names of the chain that the near texts leave open and a text before tells, and what is to be
    said of that; empty where there are none."""
    here = {stripped(d.name) for text in near for d in declarations(text) if _settled(d)}
    here |= {stripped(h) for text in near for f in definitions(text) for h in heads(f)}
    here |= {flat(h) for f in chain for h in heads(f)}
    found: dict[str, Declaration] = {}
    for text in before:
        for d in declarations(text):
            named = (d.name, text_name(d.name))
            if _settled(d) and stripped(d.name) not in here and any(occurs(n, f) for n in named for f in chain):
                found[stripped(d.name)] = d
    if not found:
        return "", ""
    names = ", ".join(text_name(d.name) for d in found.values())
    return " ".join(map(_told, found.values())), f"{names} as declared in an item before"


def _settled(d: Declaration) -> bool:
    """Whether the declaration says what kind of thing the name is."""
    return (bool(d.dims) or d.kind in _NOUNS) and not d.role


def _told(d: Declaration) -> str:
    """The declaration as a sentence."""
    facts = " ".join(_WORDS[f] for f in sorted(d.facts) if f in _WORDS)
    noun = _NOUNS.get(d.kind or "", "") or ("matrix" if len(d.dims) > 1 else "vector")
    lying = noun == "row vector"
    sizes = " \\times ".join(d.dims)
    name = f"${d.name}$" if not d.dims or lying else f"${d.name} \\in \\mathbb{{R}}^{{{sizes}}}$"
    run = f", ${d.family[0]} = 1, \\dots, {d.family[1]}$" if d.family and d.family[1] else ""
    said = f"{name} is a {facts} {noun}" if not d.dims else f"{facts} {noun} {name}"
    return f"{said}{run}.".replace("  ", " ").strip()


def without_models(chain: list[str], variables: tuple[str, ...], texts: list[str]) -> tuple[list[str], list[str], str]:
    """The chain without the models of its data, these, and what is to be said of that: in "y = Xβ + ε; S(β) = ‖y − Xβ‖²" the y of S is
    what was observed, and does not move with β."""
    function, by = chain[-1], [flat(v) for v in variables]
    data: list[str] = []
    for formula in chain[:-1]:
        added = re.search(r"\+\s*(?P<noise>[^-+=]+?)\s*$", right(formula))
        noise = flat(added["noise"]) if added else ""
        letter = unstyled(re.sub(r"[_^](?:\{[^{}]*\}|.)$", "", noise))
        usual = letter in _NOISE or (letter in _ERRORS and any(_SPOKEN.search(t) for t in texts))
        explained = not noise or any(noise in heads(f) or f is not formula and occurs(noise, f) for f in chain)
        both = any(occurs(v, formula) and occurs(v, right(function)) for v in by)
        if usual and both and not explained:
            data.append(formula)
    if not data:
        return chain, [], ""
    kept = reached(function, [f for f in chain if f not in data])
    names = ", ".join(text_name(h) for f in data for h in heads(f)[:1])
    return kept, data, f"{names} is what was observed: the model with its error term does not define it"


__all__ = ["carried", "without_models"]
