"""The Jacobian of several functions by several numbers at once: of (r cos θ, r sin θ) by r and θ.

The numbers are made the entries of one vector, by which the function is differentiated and the result verified; then they get their
names back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradatim.derive.derivative import Derived, derived
from gradatim.errors import ShapeError
from gradatim.ops import at, number
from gradatim.ops.function import substitute_through
from gradatim.term import Symbol, Term, substitute
from gradatim.types import Dim, vector
from gradatim.write.text import text

_TOGETHER = "\u2063together"


def are_numbers(variables: Sequence[Term]) -> bool:
    """Whether these are symbols of numbers, no two of them the same."""
    return len(set(variables)) == len(variables) and all(isinstance(v, Symbol) and v.is_scalar for v in variables)


def by_numbers(function: Term, variables: Sequence[Term], layout: str = "gradient") -> Derived:
    """The Jacobian with a column for each of these numbers. Raises ShapeError where one of them is an array, or the function is
    neither a number nor a vector, and what `derived` raises."""
    if not are_numbers(variables) or function.rank > 1:
        raise ShapeError("the Jacobian by several variables together is of a vector, by numbers")
    whole = Symbol(_TOGETHER, vector(Dim.of(len(variables))))
    places = {v: at(whole, number(k)) for k, v in enumerate(variables, 1)}
    body = function
    for variable, place in places.items():
        assert isinstance(variable, Symbol)
        body = substitute_through(body, variable, place)
    found = derived(body, whole, layout=layout)
    names: dict[Term, Term] = {place: v for v, place in places.items()}
    held = tuple(replace(c, of=substitute(c.of, names)) for c in found.conditions)
    said = f"the Jacobian by {', '.join(map(text, variables))} together"
    return replace(found, term=substitute(found.term, names), convention=said, held=held, wrt=tuple(variables))


__all__ = ["are_numbers", "by_numbers"]
