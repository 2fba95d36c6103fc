"""What an item's names are where only an item before it says so: "X is an n × k matrix" in question 1, Xβ in question 3."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gradatim.errors import ReadError
from gradatim.homework.definitions import definitions, flat, heads, mentions, reached, right, unstyled
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
_OF_MATRICES = frozenset(("symmetric", "spd", "psd", "skew", "orthogonal", "invertible"))
_NOUNS = {"vector": "vector", "row": "row vector", "matrix": "matrix", "scalar": "scalar", "integer": "integer"}

_MEANWHILE = re.compile(
    r"(?:(?<=[.?!]\s)|^)[^.?!\n]*\b(?:for|in)\s+this\s+(?:question|problem|part|item|exercise|subpart)\b[^.?!\n]*", re.M | re.I
)
"""What is said "for this question" holds for no other."""
_STYLE = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec|underline|mathcal)\b")
_NOISE = ("\\varepsilon", "\\epsilon", "\\eta", "\\xi", "ε", "ϵ", "η", "ξ")
"""Letters that stand for an error wherever they are added to a model."""
_ERRORS = ("e", "u", "v", "w", "n", "\\nu", "\\omega", "\\zeta", "\\delta", "ν", "ω")
"""Letters that stand for one where the text speaks of errors."""
_SPOKEN = re.compile(r"\b(?:noise|errors?|disturbances?|residuals?|innovations?)\b|\\sim(?![A-Za-z])|∼|i\.i\.d", re.I)


def carried(chain: list[str], near: list[str], before: list[str]) -> tuple[str, str]:
    """Declarations in prose of the names of the chain that the near texts leave open and a text before tells, and what is to be
    said of that; empty where there are none."""
    here = {stripped(d.name) for text in near for d in declarations(text) if _settled(d) or d.kind or d.role}
    here |= {stripped(d.name) for text in near for d in _declared(text) if _anew(d.name, text)}
    here |= {stripped(h) for text in near for f in definitions(text) for h in heads(f)}
    here |= {flat(h) for f in chain for h in heads(f)}
    found: dict[str, Declaration] = {}
    for text in before:
        for d in _declared(_MEANWHILE.sub(" ", text)):
            named = (d.name, text_name(d.name))
            if (
                _settled(d)
                and stripped(d.name) not in here
                and any(_used(n, f) and _styled(d.name, f) for n in named for f in chain)
            ):
                found[stripped(d.name)] = d
    if not found:
        return "", ""
    names = ", ".join(text_name(d.name) for d in found.values())
    return " ".join(map(_told, found.values())), f"{names} as declared in an item before"


def _anew(name: str, text: str) -> bool:
    """Whether the text says of the name that it is a constant: the a of "let $a$ be a constant" is not the vector of another item."""
    one = rf"\$\s*{re.escape(name)}\s*\$"
    after = rf"{one}\s*(?:is|are|be|denotes?|,)?\s*(?:an?|some)\s+(?:[a-z]+\s+)?constant\b"
    return re.search(rf"{after}|\b(?:an?|the|some)\s+(?:[a-z]+\s+)?constant\s+{one}", text, re.IGNORECASE) is not None


def _declared(text: str) -> list[Declaration]:
    """What another item declares; nothing where it contradicts itself."""
    try:
        return declarations(text)
    except ReadError:
        return []


def _used(name: str, formula: str) -> bool:
    """Whether the formula speaks of the name itself: `S_B` is another than S, and x another than the member x_i of a family."""
    base, _, below = name.partition("_")
    if below:
        return flat(name) in flat(formula) and mentions(formula, name)
    wrapped = rf"(?:\\[A-Za-z]+\s*\{{?\s*)?{re.escape(unstyled(base))}\}}?"
    above = rf"{wrapped}\s*\^\s*\{{\s*[(\[]\s*\w\s*[)\]]"  # W^{(1)} is a name of its own
    below = rf"{re.escape(base)}(?:\s*_\s*(?:\{{[^{{}}]*\}}|[A-Z0-9])|[0-9₀-₉])"
    labelled = re.sub(rf"{above}|{below}", " ", formula)
    return mentions(labelled, name)


def _styled(name: str, formula: str) -> bool:
    """Whether the formula writes the name in its own style: a plain `t` is another thing than an earlier `\\mathbf{t}`."""
    return not _STYLE.match(name) or _STYLE.search(formula) is not None


def _settled(d: Declaration) -> bool:
    """Whether the declaration says what kind of thing the name is: `P ≻ 0` is a matrix."""
    return (bool(d.dims) or d.kind in _NOUNS or bool(d.facts & _OF_MATRICES)) and not d.role


def _told(d: Declaration) -> str:
    """The declaration as a sentence."""
    facts = in_words(d.facts)
    noun = _NOUNS.get(d.kind or "", "") or ("matrix" if len(d.dims) > 1 or d.facts & _OF_MATRICES else "vector")
    run = f", ${d.family[0]} = 1, \\dots, {d.family[1]}$" if d.family and d.family[1] else ""
    said = sentence(d.name, facts, noun, d.dims if noun != "row vector" else ())
    return f"{said}{run}."


def in_words(facts: Iterable[str]) -> str:
    """Facts of a name as the words that declare them."""
    return " ".join(_WORDS[f] for f in sorted(facts) if f in _WORDS)


def sentence(name: str, facts: str, noun: str, dims: Sequence[str]) -> str:
    """A declaration: `symmetric matrix $S \\in \\mathbb{R}^{n \\times n}$`."""
    sizes = " \\times ".join(dims)
    said = f"${name}$ is a {facts} {noun}" if not dims else f"{facts} {noun} ${name} \\in \\mathbb{{R}}^{{{sizes}}}$"
    return said.replace("  ", " ").strip()


_NORMAL = re.compile(
    r"(?:\\sim|∼|~)\s*(?:\\mathcal\s*\{?\s*N\s*\}?|\\mathrm\s*\{?N\}?|N|\\text\{N\})\s*(?:_\{?\w\}?)?\s*(?:\\left)?\(\s*"
    r"[^,;()]+[,;]\s*(?P<name>(?:\\(?:mathbf|boldsymbol|bm)\s*\{)?(?:\\?[A-Z][a-z]*|[A-ZΣΛΩ])\}?)\s*(?:\\right)?\)"
)


def covariances(chain: list[str], texts: list[str]) -> tuple[str, str]:
    """What `x ∼ N(μ, Σ)` says of Σ, which the formulas use, as a declaration, and what is to be said of that."""
    said = "\n".join(texts)
    names = dict.fromkeys(m["name"] for t in texts for m in _NORMAL.finditer(t) if any(_used(m["name"], f) for f in chain))
    open_ = [n for n in names if not any(d.facts for d in declarations(said) if stripped(d.name) == stripped(n))]
    if not open_:
        return "", ""
    listed = ", ".join(map(text_name, open_))
    return " ".join(
        f"${n}$ is a positive-definite matrix." for n in open_
    ), f"{listed} is symmetric positive definite, as a covariance"


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
        explained = not noise or any(noise in heads(f) or f is not formula and mentions(f, noise) for f in chain)
        model = flat(right(formula)[: added.start()]) if added else ""
        residual = f"{flat(heads(formula)[0])}-{model}" in flat(right(function))  # (z − Hx) beside z = Hx + v
        usual = usual or (letter in _ERRORS and residual)
        both = any(mentions(formula, v) and mentions(right(function), v) for v in by)
        if usual and (both or residual) and not explained:
            data.append(formula)
    if not data:
        return chain, [], ""
    kept = reached(function, [f for f in chain if f not in data])
    names = ", ".join(text_name(h) for f in data for h in heads(f)[:1])
    return kept, data, f"{names} is what was observed: the model with its error term does not define it"


__all__ = ["carried", "covariances", "in_words", "sentence", "without_models"]
