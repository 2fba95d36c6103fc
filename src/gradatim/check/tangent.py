"""Is this the derivative on a structured set? The variable moves within its set only, and the result is read by its own rule.

A symmetric matrix moves by symmetric steps, an orthogonal one by X Ω with a skew Ω, a unit vector across itself. In the
`projected` form the result meets the step like any gradient, and lies in the tangent space itself; in the `entries` form every
free entry is counted once, so the upper half of a symmetric matrix speaks for both halves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from gradatim.check.verify import Verification, _Check
from gradatim.errors import GradatimError, NotVerified
from gradatim.term import Symbol, Term
from gradatim.value.points import Point

Entries = list[Fraction]
Step = Callable[[int, Sequence[Fraction], Sequence[Fraction]], Entries]
"""From the side n, the entries of the variable and a free direction to a direction within the set."""


def _cells(n: int) -> list[tuple[int, int, int]]:
    return [(i * n + j, i, j) for i in range(n) for j in range(n)]


def _symmetric(n: int, _x: Sequence[Fraction], d: Sequence[Fraction]) -> Entries:
    return [d[min(i, j) * n + max(i, j)] for _, i, j in _cells(n)]


def _skew(n: int, _x: Sequence[Fraction], d: Sequence[Fraction]) -> Entries:
    return [d[k] if i < j else -d[j * n + i] if i > j else Fraction(0) for k, i, j in _cells(n)]


def _orthogonal(n: int, x: Sequence[Fraction], d: Sequence[Fraction]) -> Entries:
    turn = _skew(n, x, d)
    return [sum((x[i * n + k] * turn[k * n + j] for k in range(n)), Fraction(0)) for _, i, j in _cells(n)]


def _unit(n: int, x: Sequence[Fraction], d: Sequence[Fraction]) -> Entries:
    along = sum((a * b for a, b in zip(x, d)), Fraction(0))
    return [b - along * a for a, b in zip(x, d)]


def _simplex(n: int, _x: Sequence[Fraction], d: Sequence[Fraction]) -> Entries:
    mean = sum(d, Fraction(0)) / n
    return [b - mean for b in d]


def _toeplitz(n: int, _x: Sequence[Fraction], d: Sequence[Fraction]) -> Entries:
    return [d[j - i] if j >= i else d[(i - j) * n] for _, i, j in _cells(n)]


def _symmetric_toeplitz(n: int, _x: Sequence[Fraction], d: Sequence[Fraction]) -> Entries:
    return [d[abs(j - i)] for _, i, j in _cells(n)]


def _masked(free: Callable[[int, int], bool]) -> Step:
    return lambda n, _x, d: [d[k] if free(i, j) else Fraction(0) for k, i, j in _cells(n)]


STEPS: dict[str, Step] = {
    "symmetric": _symmetric,
    "skew": _skew,
    "diagonal": _masked(lambda i, j: i == j),
    "lower": _masked(lambda i, j: i >= j),
    "upper": _masked(lambda i, j: i <= j),
    "toeplitz": _toeplitz,
    "symmetric toeplitz": _symmetric_toeplitz,
    "orthogonal": _orthogonal,
    "unit": _unit,
    "probability": _simplex,
}
"""How a variable of each structure moves within its set."""

SPEAKS: dict[str, Callable[[int, int], bool]] = {
    "symmetric": lambda i, j: i <= j,
    "skew": lambda i, j: i < j,
    "diagonal": lambda i, j: i == j,
    "lower": lambda i, j: i >= j,
    "upper": lambda i, j: i <= j,
    "toeplitz": lambda i, j: i == 0 or j == 0,
    "symmetric toeplitz": lambda i, j: i == 0,
}
"""Which entries stand for the free ones: each free entry once."""


def verify_structured(function: Term, wrt: Symbol, result: Term, structure: str, form: str, seed: int = 1) -> Verification:
    """Check the derivative of a scalar function on a structured set. Raises NotVerified."""
    if result.type.axes != wrt.type.axes:
        raise NotVerified(f"the result is {result.type.described}, the variable {wrt.type.described}")
    try:
        return _Within(function, wrt, result, structure, form).run(seed, 2)
    except NotVerified:
        raise
    except GradatimError as error:
        raise NotVerified(f"the result could not be checked: {error}") from error


class _Within(_Check):
    """A check whose steps stay in the set."""

    def __init__(self, function: Term, wrt: Symbol, result: Term, structure: str, form: str) -> None:
        super().__init__(function, wrt, result, "gradient")
        self.structure, self.form = structure, form

    def moved_along(self, point: Point, direction: Sequence[Fraction]) -> Entries:
        shape, values = point.arrays[self.symbol]
        return STEPS[self.structure](shape[-1], values, direction)

    def weights(self, point: Point, direction: Sequence[Fraction]) -> Entries:
        step = self.moved_along(point, direction)
        if self.form == "projected":
            return step
        n = point.arrays[self.symbol][0][-1]
        return [x if SPEAKS[self.structure](i, j) else Fraction(0) for x, (_, i, j) in zip(step, _cells(n))]
