"""A derivative by y that is the one by ŷ: an accent that a writer, or a scanner, left out on the left side."""

from __future__ import annotations

from collections.abc import Iterator

from gradatim.check.ladder import equal
from gradatim.errors import GradatimError
from gradatim.judge.reading import differentiate
from gradatim.judge.target import alike
from gradatim.ops import Function
from gradatim.read.names import parts
from gradatim.term import Apply, Symbol, Term, walk

ACCENTS = frozenset({"hat", "bar", "tilde", "dot"})


def lost_accent(term: Term, of: Term, wrt: tuple[Term, ...]) -> str:
    """What is said of a formula that is the derivative by the variable with an accent; "" for any other."""
    if len(wrt) != 1 or not isinstance(wrt[0], Symbol):
        return ""
    for name, other in _accented(of, wrt[0]):
        try:
            value = differentiate(of, (other,))
            if alike(value.type, term.type) and equal(value, term).holds:
                return f"this is the derivative by {name}, and the left side says {wrt[0].label}"
        except GradatimError:
            continue
    return ""


def _accented(of: Term, variable: Symbol) -> Iterator[tuple[str, Term]]:
    """The quantities of a function that bear the variable's letter under an accent."""
    letter, wraps, below, above = parts(variable.name)
    for node in dict.fromkeys(walk(of)):
        if isinstance(node, Symbol):
            name, shown = node.name, node.label
        elif isinstance(node, Apply) and isinstance(node.op, Function) and not node.args:
            name, shown = node.op.name, node.op.text
        else:
            continue
        other = parts(name)
        accents = [w for w in other[1] if w in ACCENTS]
        if accents and not ACCENTS & set(wraps) and (other[0], other[2], other[3]) == (letter, below, above):
            yield shown, node


__all__ = ["lost_accent"]
