"""What the names of a question are when its formulas are read together: numbers of one Jacobian, or what words alone make of others."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.derive.derivative import derivative
from gradatim.derive.together import are_numbers
from gradatim.errors import GradatimError
from gradatim.homework.definitions import flat, heads, mentions
from gradatim.read.problem import read
from gradatim.read.spoken import told


def not_a_constant(chain: list[str], variables: Sequence[str], texts: Sequence[str]) -> str:
    """What the texts say in words of a name of the chain that depends on a variable, where no formula is known for it; "" for nothing."""
    moved = [*map(flat, variables), *(h for f in chain for h in heads(f))]
    for said in (t for text in texts for t in told(text) if t.unread):
        used = any(mentions(f, said.name) for f in chain) and not any(said.name in heads(f) for f in chain)
        if used and flat(said.name) not in moved and (not said.of or any(mentions(said.of, v) for v in moved)):
            return said.unread
    return ""


def of_numbers(chain: list[str], given: str, variables: Sequence[str]) -> bool:
    """Whether all these variables of a chain are numbers: then its Jacobian by them is one matrix."""
    try:
        found = read(";\n".join(chain), given, slope=derivative)
        return found.term.rank < 2 and are_numbers([found.find(v) for v in variables])
    except GradatimError:
        return False


def as_many_numbers(chain: list[str], given: str) -> list[str]:
    """The names of the formulas of a system, where they are numbers and as many as the formulas: r and θ of x = r cos θ, y = r sin θ."""
    try:
        found = read(";\n".join(chain), given, slope=derivative)
    except GradatimError:
        return []
    names = [s for s in found.symbols.values() if s.is_scalar]
    alone = len(names) == len(found.symbols) and tuple(map(str, found.term.shape)) == (str(len(names)),)
    return sorted((s.name for s in names), key="\n".join(chain).find) if alone else []


__all__ = ["as_many_numbers", "not_a_constant", "of_numbers"]
