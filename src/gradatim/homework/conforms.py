"""Whether a chain of formulas reads with what is told of it elsewhere, and what one of its definitions is."""

from __future__ import annotations

import re

from gradatim.derive.derivative import derivative
from gradatim.errors import GradatimError
from gradatim.homework.carried import in_words, sentence
from gradatim.homework.definitions import flat
from gradatim.ops import facts
from gradatim.read.problem import read
from gradatim.read.prose import declarations
from gradatim.read.scope import member_parts


def conforms(chain: list[str], told: str, near: list[str], strictly: bool = False) -> bool:
    """Whether a chain reads with what is told from elsewhere, and the other names, `strictly` all names, stay what they are without it."""
    text = ";\n".join(chain)
    try:
        carried_in = read(text, "\n\n".join((told, *near)), slope=derivative)
    except GradatimError:
        return False
    if any("runs over entries" in a.text for a in carried_in.assumed):
        return False  # x_i of the n numbers here is no entry of another x
    try:
        alone = read(text, "\n\n".join(near), slope=derivative)
    except GradatimError:
        return True
    if any(_before(carried_in.name, s.name) and s.shape != carried_in.term.shape for s in carried_in.symbols.values()):
        return False  # s_t and s_{t−1} are of one shape
    # What declares c_k declares the c of which it is a member.
    names = {flat(name) for d in declarations(told) for name in (d.name, member_parts(d.name)[0])}
    ranks = {s.name: s.rank for s in alone.symbols.values()}
    names = set() if strictly else names
    return all(ranks.get(s.name, s.rank) == s.rank for s in carried_in.symbols.values() if flat(s.name) not in names)


def _before(name: str, other: str) -> bool:
    """Whether a name is another member of what the first is a member of: s_{t−1} beside s_t."""
    base, _, index = other.partition("_")
    return base == name.partition("_")[0] and re.fullmatch(r"\{[a-z][-+]1\}", index) is not None


def told_of(name: str, chain: list[str], given: str) -> str:
    """What a definition of the chain is, as a declaration: its kind, its size and what is known of it; "" where it is not read."""
    try:
        found = read(";\n".join(chain), given, slope=derivative).definitions
    except GradatimError:
        return ""
    made = next((f for n, f in found.items() if flat(n) == name and not f.parameters), None)
    if made is None or made.body is None or made.body.rank > 2:
        return ""
    row = made.body.type.row and made.body.rank == 1
    noun = "row vector" if row else ("scalar", "vector", "matrix")[made.body.rank]
    known = in_words(facts(made.body) if made.body.rank == 2 else ())
    return sentence(name, known, noun, () if row else tuple(map(str, made.body.shape)))


__all__ = ["conforms", "told_of"]
