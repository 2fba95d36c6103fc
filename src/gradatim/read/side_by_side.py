"""Two formulas that are to be compared: their names have one shape, which both say together."""

from __future__ import annotations

from gradatim.errors import GradatimError, ShapeError
from gradatim.read.settle import Scope
from gradatim.term import Term


def side_by_side(scope: Scope, first: str, second: str) -> tuple[Scope, Term, Term]:
    """The terms of two formulas and the scope in which both were read. Where the second does not conform with the shapes that were
    guessed for the first, they are guessed for the difference of the two: AB and BA are of square matrices."""
    before = scope.copy()
    left = scope.elaborate(first)
    try:
        return scope, left, scope.elaborate(second)
    except ShapeError as error:
        try:
            before.elaborate(f"({first}) - ({second})")
            before.assumed = [a for a in before.assumed if a.span == (0, 0) or a.fix]
            return before, before.elaborate(first), before.elaborate(second)
        except GradatimError:
            raise error from None


__all__ = ["side_by_side"]
