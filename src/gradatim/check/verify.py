"""Is this the derivative? The function itself decides, at random points of generic sizes, at high precision.

No derivative rule of the engine is used: the function is evaluated as it stands at x + h d and x − h d in ball arithmetic,
and the difference quotient along the random direction d is compared with the contraction of the result with d. With
256 bits and h = 2⁻⁶⁴ the quotient is right to more than 30 digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, isfinite, log10, prod
from random import Random
from typing import Any

from gradatim.errors import EvaluationError, GradatimError, NotVerified
from gradatim.ops.structure import at
from gradatim.term import Apply, Symbol, Term, free_symbols
from gradatim.types import Dim
from gradatim.value.balls import KINKS, Balls
from gradatim.value.evaluate import run
from gradatim.value.lists import Array
from gradatim.value.points import Point, entry, generic_sizes, modes, parts, random_point
from gradatim.value.precision import workprec
from gradatim.value.running import RunningBalls

POINTS = 2
KINKED_POINTS = 4
PRECISIONS = ((256, 64), (1024, 256))
"""Bits, and the negative exponent of the step; the second pair is used where the first leaves too wide a ball."""
AGREEMENT = 64
"""How many bits the two directional derivatives must share."""
BUDGET = 200_000
"""How many rounds of sums and calls one evaluation may take."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How a result was checked.

    `points` random points were used, `sizes` are those of the first, `digits` is the least number of decimal digits to which
    the directional derivatives agreed, `seed` draws the same points again.
    """

    method: str
    points: int
    sizes: dict[str, int]
    digits: int
    seed: int

    @property
    def text(self) -> str:
        sizes = ", ".join(f"{name} = {n}" for name, n in self.sizes.items())
        where = f" ({sizes})" if sizes else ""
        return f"checked against the function at {self.points} random points{where}: equal to {self.digits} digits"


def result_axes(function: Term, wrt: Term, layout: str = "gradient") -> tuple[Dim, ...]:
    """The axes that the derivative of `function` by `wrt` has in a layout.

    `gradient`: a scalar by an array has the array's shape; otherwise the axes of the function, then those of the variable
    (the Jacobian J_ij = ∂f_i/∂x_j). `denominator`: the transposed of that. `numerator`: as `gradient`, but a scalar by
    a matrix has the transposed shape.
    """
    labels = [*function.type.axes, *wrt.type.axes]
    return tuple(labels[k] for k in axis_order(function.rank, wrt.rank, layout))


def axis_order(of: int, by: int, layout: str) -> tuple[int, ...]:
    """Where the axes of a result come from: numbers below `of` are the function's axes, the others the variable's."""
    f, x = tuple(range(of)), tuple(range(of, of + by))
    if layout == "gradient":
        return f + x
    if layout == "numerator":
        return f + x if of else tuple(reversed(x))
    if layout == "denominator":
        return x + f if by else tuple(reversed(f))
    raise NotVerified(f"unknown layout {layout!r}: gradient, numerator and denominator are known")


def verify(
    function: Term, wrt: Term, result: Term, layout: str = "gradient", seed: int = 1, points: int = POINTS
) -> Verification:
    """Check that `result` is the derivative of `function` by `wrt`, a symbol or an entry or member `at(x, i, …)` of one.

    An index of the member is free in the result and stands for a random position; only that member is moved. Raises
    NotVerified where the check fails, naming the point, or where it cannot be done, saying why.
    """
    expected = result_axes(function, wrt, layout)
    if result.type.axes != expected:
        raise NotVerified(f"the result is {result.type.described}, but the derivative has the shape {tuple(map(str, expected))}")
    check = _Check(function, wrt, result, layout)
    try:
        return check.run(seed, points)
    except NotVerified:
        raise
    except GradatimError as error:
        raise NotVerified(f"the result could not be checked: {error}") from error


class _NoPoint(NotVerified):
    """At these sizes no random point lies in the domain."""


class _Check:
    """One verification: where the points come from and what is compared."""

    def __init__(self, function: Term, wrt: Term, result: Term, layout: str) -> None:
        self.function, self.wrt, self.result, self.layout = function, wrt, result, layout
        if isinstance(wrt, Apply) and wrt.op is at and isinstance(wrt.args[0], Symbol):
            self.symbol, self.places = wrt.args[0], wrt.args[1:]
        elif isinstance(wrt, Symbol) and wrt.type.index is None:
            self.symbol, self.places = wrt, ()
        else:
            raise NotVerified(f"a derivative is by a symbol or by a member of a family, not by {wrt!r}")
        self.nodes = parts(function, result, wrt)
        self.symbols = free_symbols(function, result, wrt)
        self.kinked = any(getattr(getattr(n, "op", None), "scalar", "") in KINKS for n in parts(function))

    def run(self, seed: int, points: int) -> Verification:
        rng = Random(seed)
        wanted = max(points, KINKED_POINTS) if self.kinked else points
        digits, done, trivial = 1000, 0, 0
        patterns: set[tuple[int, ...]] = set()
        first: dict[str, int] = {}
        missing: _NoPoint | None = None
        for turn in range(4 * wanted):
            if done >= wanted:
                break
            sizes = generic_sizes(self.nodes, turn)
            try:
                agreed, pattern = self.at_some_point(sizes, rng)
            except _NoPoint as error:
                # log det XᵀX exists for tall matrices only: other sizes may do.
                missing = error
                continue
            if agreed is None and trivial < wanted:
                # Both sides are zero here: true, but it says little (a rectifier that is off), so look elsewhere first.
                trivial += 1
                continue
            if pattern in patterns and len(pattern) and turn < 3 * wanted:
                continue
            patterns.add(pattern)
            first = first or sizes
            digits, done = min(digits, 1000 if agreed is None else agreed), done + 1
        if not done and missing is not None:
            raise missing
        if not done:
            raise NotVerified("the result could not be checked: no point was found at which the derivative is not zero")
        return Verification("directional derivatives in ball arithmetic", done, first, 30 if digits == 1000 else digits, seed)

    def at_some_point(self, sizes: Mapping[str, int], rng: Random) -> tuple[int | None, tuple[int, ...]]:
        """Compare at the first random point that lies in the domain of the function and of the result."""
        reason = ""
        for mode in modes():
            point = random_point(self.symbols, sizes, rng, mode)
            n = prod(d.evaluate(sizes) for d in self.wrt.type.axes)
            direction = [entry(rng, "any") for _ in range(n)]
            for bits, step in PRECISIONS:
                try:
                    with workprec(bits):
                        found = self.compare(point, direction, step)
                    if found is not None:
                        return found
                    reason = "the precision is lost in cancellation"
                except NotVerified:
                    raise
                except EvaluationError as error:
                    reason = str(error)
                    break
        raise _NoPoint(f"the result could not be checked: no random point in the domain was found ({reason})")

    # ------------------------------------------------------------ at one point

    def compare(self, point: Point, direction: Sequence[Fraction], step: int) -> tuple[int | None, tuple[int, ...]] | None:
        """The digits of agreement (None where both sides are zero) and the signs at the kinks; None where the balls are too
        wide to say. Raises NotVerified where the two differ."""
        ring = RunningBalls()
        base = {s: ring.array(shape, values) for s, (shape, values) in point.arrays.items()}
        h = Fraction(1, 2**step)
        step_along, direction = self.moved_along(point, direction), self.weights(point, direction)
        ahead = self.value(ring, base, point, self.moved(point, step_along, h))
        pattern = tuple(ring.signs[:4])
        behind = self.value(ring, base, point, self.moved(point, step_along, -h))
        slopes = [(a - b) * ring.entry_of(Fraction(2**step, 2)) for a, b in zip(ahead.data, behind.data)]
        rows = self.rows(ring, base, point, direction)
        worst: float | None = None
        for k, slope in enumerate(slopes):
            row = rows[k]
            claimed = sum(row[1:], row[0])
            scale = max(abs(float(x.mid())) for x in (slope, claimed, *row, ahead.data[k] / 2**20))
            if not isfinite(scale):
                raise EvaluationError("the numbers are too large to compare")
            difference = claimed - slope
            allowed = scale * 2.0**-AGREEMENT + 2.0**-150
            if float(difference.rad()) > allowed:
                return None
            gap = abs(float(difference.mid()))
            if not gap <= allowed:
                if step != PRECISIONS[-1][1]:  # a steep function may need the smaller step before it is called different
                    return None
                if not self.settled(ring, base, point, step_along, step, k, slope, gap):
                    raise EvaluationError("the function varies faster than the steps that are tried")
                raise NotVerified(self.failure(point, float(slope.mid()), float(claimed.mid()), k))
            if abs(float(slope.mid())) > allowed or abs(float(claimed.mid())) > allowed:
                relative = max(gap / max(abs(float(slope.mid())), abs(float(claimed.mid()))), 1e-60)
                worst = relative if worst is None else max(worst, relative)
        return (None if worst is None else floor(-log10(worst))), pattern

    def settled(
        self,
        ring: Balls,
        base: Mapping[Symbol, Array],
        point: Point,
        along: Sequence[Fraction],
        step: int,
        k: int,
        slope: Any,
        gap: float,
    ) -> bool:
        """Whether half the step gives the same slope, as measured by the gap. The cosine of 10¹⁷⁰ turns many times within any step:
        its difference quotients say nothing of its derivative, so they refute nothing."""
        h = Fraction(1, 2 ** (step + 1))
        ahead, behind = (self.value(ring, base, point, self.moved(point, along, s)).data[k] for s in (h, -h))
        change = abs(float(((ahead - behind) * ring.entry_of(Fraction(2**step)) - slope).mid()))
        # A quotient on its way to the claim changes by three quarters of the gap.
        return change <= min(gap / 8, abs(float(slope.mid())) * 2.0 ** -(AGREEMENT // 2) + 2.0**-150)

    def rows(self, ring: Balls, base: Mapping[Symbol, Array], point: Point, direction: Sequence[Fraction]) -> list[list[Any]]:
        """For each entry of the function the products that add up to its claimed slope."""
        found = run(self.result, ring, base, point.sizes, point.indices, stand_ins=True, budget=BUDGET)
        derivative, d = self.ordered(ring, found), [ring.entry_of(x) for x in direction]
        return [[g * x for g, x in zip(derivative.data[k : k + len(d)], d)] for k in range(0, len(derivative.data), len(d))]

    def value(self, ring: Balls, base: Mapping[Symbol, Array], point: Point, moved: Array) -> Array:
        value: Array = run(
            self.function,
            ring,
            {**base, self.symbol: _as(ring, moved)},
            point.sizes,
            point.indices,
            stand_ins=True,
            budget=BUDGET,
        )
        return value

    def moved_along(self, point: Point, direction: Sequence[Fraction]) -> Sequence[Fraction]:
        """The step that the variable takes for a random direction: any step, unless it has to stay within a set."""
        return direction

    def weights(self, point: Point, direction: Sequence[Fraction]) -> Sequence[Fraction]:
        """What the entries of the result are multiplied by to give the slope along that step."""
        return direction

    def moved(self, point: Point, direction: Sequence[Fraction], h: Fraction) -> Array:
        """The variable moved along the direction; of a family only the member at the index."""
        shape, values = point.arrays[self.symbol]
        start = 0
        for place, extent in zip(self.places, shape):
            start = start * extent + _position(place, point) - 1
        start *= len(direction)
        out = list(values)
        for k, x in enumerate(direction):
            out[start + k] += h * x
        return Array(shape, out)

    def ordered(self, ring: Balls, value: Array) -> Array:
        """The result with the axes of the function first."""
        order = axis_order(self.function.rank, self.wrt.rank, self.layout)
        return ring.einsum((order,), tuple(range(len(order))), (value,), {})

    def failure(self, point: Point, slope: float, claimed: float, k: int) -> str:
        sizes = ", ".join(f"{name} = {n}" for name, n in point.sizes.items())
        entry_text = f" of entry {k + 1}" if self.function.rank else ""
        return (
            f"the result failed its check against the function ({sizes or 'scalars'}): the directional derivative{entry_text} is "
            f"{slope:.12g}, the result gives {claimed:.12g}; please report this"
        )


def _as(ring: Balls, a: Array) -> Array:
    return ring.array(a.shape, a.data)


def _position(index: Term, point: Point) -> int:
    if isinstance(index, Symbol) and index in point.indices:
        return point.indices[index]
    with workprec(64):
        value: Any = run(index, Balls(), {}, point.sizes, point.indices).data[0]
    found = value.unique_fmpz()
    if found is None:
        raise NotVerified(f"the index {index!r} is not a whole number")
    return int(found)
