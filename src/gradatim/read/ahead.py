"""What stands ahead in a sentence: a name, a clause of its own, a description that belongs to a later name."""

from __future__ import annotations

from gradatim.read.entries import NOUNS
from gradatim.read.phrases import GLUE, KINDS, VERBS, Piece

LEADING = frozenset("of in on to from between by".split())


_BREAKS = frozenset("of in by to for from with whose that which where when and or as on at if then over under".split())


def described_ahead(rest: list[Piece]) -> bool:
    """Whether a noun with its size or its describing words follows, and then its name: "of a D-dimensional vector f"."""
    noun = False
    for i in rest:
        if i.kind == "math" and i.found is not None and i.found.names and not i.found.dims:
            return noun
        if i.kind == "dims" or i.text in ("a", "an", "the", "its", "some", "each"):
            continue
        if i.kind != "word" or i.text not in KINDS and i.text not in GLUE:
            return False
        noun = noun or KINDS.get(i.text) in NOUNS | {"column", "row"}
    return False


def clause_ahead(rest: list[Piece]) -> bool:
    """Whether a name and then a verb follow before the clause ends: "and the matrix $A$ is symmetric"."""
    named = False
    for i in rest:
        if i.kind == "punct":
            return False
        named = named or i.kind == "math"
        if i.kind == "word" and i.text in VERBS:
            return named
    return False


def subject_ahead(rest: list[Piece]) -> bool:
    """Whether something that has no name is spoken of next: "the output is a scalar", "whose norm is a number"."""
    if not rest or rest[0].text not in ("the", "its", "their", "whose", "our"):
        return False
    for k, i in enumerate(rest[1:5]):
        if i.kind != "word":
            return False
        if i.text in VERBS:
            return k > 0
        if i.text in KINDS and i.text != "input" or i.text in GLUE or i.text in _POINTING:
            return False
    return False


_POINTING = frozenset("first second third last latter former other others same two three both rest remaining".split())
"""The latter of the names before."""


def name_ahead(rest: list[Piece]) -> bool:
    """Whether a formula follows after at most three words that only name the thing: "label $y$", "weight matrix $W$"."""
    for k, i in enumerate(rest[:4]):
        if i.kind == "math":
            return True
        if i.kind != "word" or k == 3 or i.text in _BREAKS or i.text in VERBS or not i.text.replace("-", "").isalpha():
            return False
    return False


def describes_on(rest: list[Piece]) -> bool:
    """Whether describing words or a size follow that end before any name: "a real, symmetric matrix", "symmetric, n × n"."""
    found = False
    for i in rest:
        if i.kind == "math" or (i.kind == "word" and i.text in VERBS):
            return False
        if i.kind in ("punct", "other") or i.text in ("and", "with", "where"):
            return found
        found = found or i.text in KINDS or i.kind == "dims"
    return found


__all__ = ["LEADING", "clause_ahead", "described_ahead", "describes_on", "name_ahead", "subject_ahead"]
