"""Is this the differential? A formula linear in a step dX is compared with the function's own slope along that step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from gradatim.check.verify import BUDGET, Verification, _Check
from gradatim.errors import GradatimError, NotVerified
from gradatim.term import Symbol, Term
from gradatim.value.balls import Balls
from gradatim.value.evaluate import run
from gradatim.value.lists import Array
from gradatim.value.points import Point


def verify_differential(function: Term, wrt: Symbol, differential: Term, step: Symbol, seed: int = 1) -> Verification:
    """Check that `differential` is the slope of the function along `step`. Raises NotVerified."""
    if differential.type.axes != function.type.axes:
        raise NotVerified(f"the differential is {differential.type.described}, the function {function.type.described}")
    try:
        return _Along(function, wrt, differential, step).run(seed, 2)
    except NotVerified:
        raise
    except GradatimError as error:
        raise NotVerified(f"the result could not be checked: {error}") from error


class _Along(_Check):
    """A check whose result holds the step itself."""

    def __init__(self, function: Term, wrt: Symbol, differential: Term, step: Symbol) -> None:
        super().__init__(function, wrt, differential, "gradient")
        self.step = step

    def rows(self, ring: Balls, base: Mapping[Symbol, Array], point: Point, direction: Sequence[Fraction]) -> list[list[Any]]:
        taken = ring.array(point.arrays[self.symbol][0], list(direction))
        value = run(self.result, ring, {**base, self.step: taken}, point.sizes, point.indices, stand_ins=True, budget=BUDGET)
        return [[x] for x in value.data]
