"""Other kinds of undeclared names, where those that are likeliest leave an array: a function that is differentiated is mostly a scalar."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gradatim.read.elaborate import Elaborator
from gradatim.read.heads import mentions
from gradatim.read.scope import Definition
from gradatim.read.signs import by_sign
from gradatim.read.spelt import spelling_of
from gradatim.read.tree import Node
from gradatim.read.unknowns import NUMBER_OR_VECTOR
from gradatim.read.written_as import BOLD_LETTER, numbered_alike, small_letter

_OF_VECTORS = re.compile(
    r"\\\||‖|ert\b|norm|odot|oslash|otimes|circ|[⊙⊘⊗∘ᵀ']|\.\*|\^\s*\{?\s*\\?(T|t|top|intercal|math\w+)\b|math(bf|bb)|vec|boldsymbol"
)
"""What is written of vectors and not of numbers."""

_SHARES = re.compile(
    r"[A-Z]\s*\^\s*\{?\s*(?:1\s*[-−]\s*)?(?:\\(?:alpha|beta|gamma|delta|eta|theta|rho|sigma|nu)(?![a-z])|[αβγδηθρσν])"
)
"""Capitals raised to Greek letters."""
_OF_MATRICES = re.compile(r"\\?\b(?:[tT]r|[tT]race|det|I)\b|\^\s*\{?\s*[-−]")
"""What is written of matrices alone."""
STEPS = ("t", "\\alpha", "\\eta", "\\tau", "\\epsilon", "\\varepsilon", "\\lambda", "\\gamma", "\\rho", "\\delta")
"""Letters of numbers that stand before vectors: in x + td and x − αg the other letter is the vector."""


def components(root: Definition | None, text: str) -> list[str]:
    """The names x_1, …, x_n of the head g(x_1, …, x_n), unless something is written that only vectors need; [] for any other head."""
    names = [spelling_of(p) for p in (root.parameters or () if root is not None else ())]
    bases = {n.rpartition("_")[0] for n in names}
    numbered = [n.rpartition("_")[2].strip("{}") for n in names] == [str(k + 1) for k in range(len(names))]
    turned = _TURNED.sub("", text)  # the list of numbers is a row, which a transpose makes a column
    return names if len(names) > 1 and len(bases) == 1 and numbered and not _OF_VECTORS.search(turned) else []


_TURNED = re.compile(r"(?:\]|\\end\{\w*matrix\})\s*(?:\^\s*\{?\s*\\?(?:T|top|intercal|mathsf\{T\}|mathrm\{T\})\s*\}?|ᵀ|')")


def other_kinds(attempt: Elaborator, choice: Mapping[str, int], node: Node, text: str) -> list[dict[str, int]]:
    """Changes of a choice of kinds, the likeliest first, each by the names that change and the place of their new kind."""
    tables = attempt.tables
    kinds = {n: (k, k[choice.get(n, 0) % len(k)]) for n, (k, _) in attempt.guessed.items()}
    guessed = {
        n: k
        for n, (k, now) in kinds.items()
        if "vector" in k and (now == "scalar" or (now == "family" and not BOLD_LETTER.search(n)))
    }
    guessed = dict(sorted(guessed.items(), key=lambda item: item[0] in STEPS))  # of f(x + αp) the p is a vector
    changes: list[tuple[str, ...]] = [(n,) for n in guessed]
    changes += [(a, b) for a in guessed for b in guessed if a < b]
    # B = Y − Xβ under BᵀΣ⁻¹B: a capital and a Greek letter are vectors together.
    matrices = {n: k for n, (k, now) in kinds.items() if "vector" in k and now == "matrix"}
    changes += [(a, b) for a in guessed for b in matrices]
    both = guessed | matrices
    tries = [{n: both[n].index("vector") for n in names} for names in changes[:40]]
    # x A xᵀ of a capital A is a quadratic form of a row, and no multiple of x xᵀ.
    capitals = {n: k.index("matrix") for n, (k, kind) in kinds.items() if kind == "scalar" and n.isupper() and "matrix" in k}
    rows = {n: k.index("row") for n, (k, kind) in kinds.items() if kind == "vector" and "row" in k}
    tries += [capitals | rows] if capitals and rows else []
    # x_1, x_2, x_3 are of one kind: where one of them is a scalar, all are tried as scalars.
    alike = {
        n: k.index("scalar")
        for n, (k, _) in attempt.guessed.items()
        if "scalar" in k and any(numbered_alike(n, m) for m in guessed)
    }
    if len(alike) > 1:
        tries.insert(0, alike)
    # θᵀφ(s, a): a function of which nothing is said gives a vector where that makes the function one.
    tries += [{n: k.index("vector")} for n, (k, _) in attempt.turns.items() if k == NUMBER_OR_VECTOR]
    # x > 0 of which no more is said is a number where that makes the function one.
    signed = {
        n: k.index("scalar")
        for n, (k, now) in kinds.items()
        if now == "vector" and "scalar" in k and (n in tables.acted_on or by_sign(tables.declared.get(n)))
    }
    tries += [signed] if signed else []
    # The X_t of Σ_t (Y_t − ΠᵀX_t)ᵀ(…) are vectors: members of families.
    members = {n: k.index("family") for n, (k, now) in kinds.items() if "family" in k and now in ("vector", "family2")}
    tries += [members] if members else []
    # The G of G m_i m_j / ‖r_i − r_j‖, beside other arrays the one that leaves a matrix, is a number; an X alone is none.
    named = mentions(node, "")
    arrays = {n for n, (_, now) in kinds.items() if now != "scalar"} | {
        n for n, d in tables.declared.items() if (d.dims or n in tables.indexed) and n in named
    }
    tries += [{n: k.index("scalar")} for n, (k, now) in kinds.items() if now == "matrix" and "scalar" in k and arrays - {n}]
    # log(1 + e^z) of an undeclared z alone is of a number, unless something is written that only vectors need.
    if len(attempt.guessed) == 1 and not tables.declared and not _OF_VECTORS.search(text):
        tries += [{n: k.index("scalar")} for n, (k, _) in attempt.guessed.items() if "scalar" in k and k[0] == "vector"]
    # ŷ = σ(wx + b) in small letters, where nothing is written that only arrays need, is of numbers.
    if not _OF_VECTORS.search(text):
        small = {n: k for n, (k, now) in kinds.items() if now in ("vector", "row", "family") and small_letter(n)}
        numbers = {
            n: k.index("vector" if k_now == "family" else "scalar")
            for n, k in small.items()
            for k_now in (kinds[n][1],)
            if ("vector" if k_now == "family" else "scalar") in k and (k_now == "family" or n not in tables.indexed)
        }
        if _SHARES.search(text) and not _OF_MATRICES.search(text):  # the A, K and L of A K^α L^β are numbers
            tries.insert(0, {n: k.index("scalar") for n, (k, _) in kinds.items() if "scalar" in k})
        if len(numbers) > 1 or any(kinds[n][1] != "vector" for n in numbers) or (numbers and len(kinds) > 1):
            tries.append(numbers)
    return tries
