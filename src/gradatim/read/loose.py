"""Describing words that mean something of a few nouns only: a unit vector has norm one, a hidden unit has not.

What is said by such a word is a fact by which results are simplified. A fact that is not heard leaves a longer result; one that
was not meant makes it wrong.
"""

from __future__ import annotations

from gradatim.read.phrases import GLUE, KINDS, VERBS, Piece

_OF: dict[str, frozenset[str]] = {
    "unit": frozenset(
        "vector vectors norm length direction directions normal normals eigenvector eigenvectors quaternion quaternions sphere "
        "column columns row rows euclidean".split()
    ),
    "normalized": frozenset("vector vectors direction directions eigenvector eigenvectors column columns row rows".split()),
    "stochastic": frozenset({"matrix", "matrices", "vector", "vectors"}),
    "natural": frozenset({"number", "numbers", "integer", "integers"}),
    "square": frozenset({"matrix", "matrices"}),
}
_OF["normalised"] = _OF["normalized"]
"""The nouns that each of these words describes in the sense of the mathematicians."""
_BESIDE = frozenset("and or with of to by as on in but such that so where then".split())
_WHICH = frozenset(
    "anchor class classe document edge embedding example feedback image instance item key label neighbor neighbour observation "
    "outcome pair passage point sample term user vertex word".split()
)
"""What comes as a positive and a negative one."""


def heard(word: str, rest: list[Piece], last: str) -> bool:
    """Whether a describing word is meant as a fact of its names, by the words next to it."""
    after = rest[0].text if rest and rest[0].kind == "word" else ""
    if word == "positive":
        return not _which(rest, last)
    if word in ("function", "functions"):
        return after not in ("value", "values", "evaluation", "evaluations")
    if word in ("definite", "semidefinite", "semi-definite"):
        return last != "negative"
    if word == "projection" and after == "of" and len(rest) > 1 and rest[1].kind == "math":
        return False  # "the projection of x onto a plane" says nothing of the matrix that projects
    if word == "orthogonal":
        return after not in ("to", "complement", "vector", "vectors", "direction", "directions", "component", "components")
    nouns = _OF.get(word)
    if nouns is None:
        return True
    if not after or after in VERBS or after in _BESIDE:
        return word != "unit" or _plain(last)
    if word == "square":
        return after in KINDS or any(i.text in nouns for i in rest[:3])
    return after in nouns or (after in KINDS and KINDS[after] not in ("integer", "")) or after == "column"


def _plain(last: str) -> bool:
    """Whether the word before is none of its own: the unit of "a hidden unit" is a thing."""
    return not last or last in VERBS or last in KINDS or last in GLUE or last in _BESIDE or last == "each"


def _which(rest: list[Piece], last: str) -> bool:
    """Whether "positive" tells which of two things is meant, and nothing of a sign: "a positive sample", "positive and negative
    pairs", "p the positive"."""
    following = [i.text for i in rest[:3]]
    if following[:1] in (["and"], ["or"], [","], ["("]) and following[1:2] == ["negative"]:
        return True
    if last == "the" and (not following or rest[0].kind == "punct" or following[0] == "and"):
        return True
    return bool(following) and following[0].removesuffix("s") in _WHICH


__all__ = ["heard"]
