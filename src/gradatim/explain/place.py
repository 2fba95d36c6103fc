"""Lines of a derivation at one random point: the values of both sides, derivatives as difference quotients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as tuples
from math import floor, inf, log2, prod
from random import Random
from typing import Any

from gradatim.errors import EvaluationError, GradatimError, NotVerified
from gradatim.explain.steps import Claim, Step
from gradatim.ops.function import Function
from gradatim.ops.structure import at
from gradatim.term import Apply, Symbol, Term, transform
from gradatim.types import Type
from gradatim.value.balls import KINKS
from gradatim.value.batch import Batch
from gradatim.value.evaluate import run
from gradatim.value.lists import Array
from gradatim.value.points import Point, entry
from gradatim.value.precision import workprec
from gradatim.value.running import RunningBalls

PRECISIONS = ((256, 64), (1024, 256))
"""Bits, and the negative exponent of the step of difference quotients; the second where the first is too wide."""
AGREEMENT = 64
"""How many bits the two sides must share."""
STEADY = 16
"""Bits below one down to which a quantity needs no smaller step."""
BUDGET = 200_000


@dataclass(frozen=True, slots=True)
class Fault:
    """A step that does not hold: its path (top-level number, then numbers of substeps) and what was found."""

    path: tuple[int, ...]
    step: Step
    reason: str


class TooWide(Exception):
    """The balls are too wide to say anything at this precision."""


class _OnKink(Exception):
    """An entry that moves begins at a kink."""


@dataclass(slots=True)
class Outcome:
    faults: list[Fault]
    moved: bool


class _Ring(RunningBalls):
    """Balls that also keep the side of its kink on which every entry of an array stood."""

    def __init__(self) -> None:
        super().__init__()
        self.sides: list[int] = []

    def map(self, name: str, a: Any) -> Any:
        if name in KINKS:
            self.sides += map(self.sign, (a.array if isinstance(a, Batch) else a).data)
        return super().map(name, a)


class Place:
    """One point: the values of all symbols there."""

    def __init__(self, point: Point, seed: int) -> None:
        self.point, self.rng, self.ring = point, Random(seed), _Ring()
        self.known: dict[Term, Array] = {}
        self.moved: dict[Claim, tuple[list[Any], list[list[Any]]]] = {}
        self.stand_ins: dict[Function, Symbol] = {}
        self.step = PRECISIONS[0][1]
        self.base: dict[Symbol, Array] = {}

    def all(self, steps: Sequence[tuple[tuple[int, ...], Step]]) -> Outcome:
        for bits, self.step in PRECISIONS:
            try:
                with workprec(bits):
                    return self.at_precision(steps)
            except TooWide:
                if (bits, self.step) == PRECISIONS[-1]:
                    raise
        raise TooWide

    def at_precision(self, steps: Sequence[tuple[tuple[int, ...], Step]]) -> Outcome:
        self.known.clear()
        self.moved.clear()
        self.base = {s: self.ring.array(shape, values) for s, (shape, values) in self.point.arrays.items()}
        found: list[Fault] = []
        moved = False
        for path, step in steps:
            assert step.claim is not None
            for right in (step.after, *step.forms):
                wrong, live = self.differs(step.claim, right)
                moved = moved or live
                if wrong:
                    found.append(Fault(path, step, wrong))
                    break
        return Outcome(found, moved)

    def differs(self, claim: Claim, right: Term) -> tuple[str, bool]:
        """How a claim fails at this point ("" where it holds), and whether a derivative in it was not zero."""
        if not claim.moves:
            return self.compare(self.value(claim.of).data, self.value(right).data), False
        if claim not in self.moved:
            self.moved[claim] = self.slopes(claim)
        slopes, directions = self.moved[claim]
        value = self.value(right).data
        if claim.moves[0].along is None:
            d = directions[0]
            value = [_dot(value[k * len(d) : (k + 1) * len(d)], d) for k in range(len(slopes))]
        return self.compare(slopes, value, 2.0 ** (self.step - 64)), any(not x.contains(0) for x in slopes)

    def compare(self, a: Sequence[Any], b: Sequence[Any], steepest: float = inf) -> str:
        """How two arrays differ; beyond `steepest` a function turns many times within a step, and its difference quotients
        refute nothing."""
        for k, (x, y) in enumerate(zip(a, b, strict=True)):
            scale = max(abs(float(x.mid())), abs(float(y.mid())))
            gap = x - y
            allowed = scale * 2.0**-AGREEMENT + 2.0**-150
            if float(gap.rad()) > allowed:
                raise TooWide
            if not abs(float(gap.mid())) <= allowed:
                if self.step != PRECISIONS[-1][1] or scale > steepest:
                    raise TooWide  # a steep function may need the smaller step before it is called different
                at_entry = f" in entry {k + 1}" if len(a) > 1 else ""
                return f"the left side is {float(x.mid()):.8g}{at_entry}, the right side {float(y.mid()):.8g}"
        return ""

    # ------------------------------------------------------------ derivatives as difference quotients

    def slopes(self, claim: Claim) -> tuple[list[Any], list[list[Any]]]:
        """The directional derivative of what a claim is about, and the directions."""
        try:
            return self.quotients(claim, False)
        except _OnKink:
            return self.quotients(claim, True)

    def quotients(self, claim: Claim, spared: bool) -> tuple[list[Any], list[list[Any]]]:
        """Difference quotients along random directions; `spared` leaves entries that are zero for good (above a triangle) where
        they are, since a kink there has no derivative."""
        of, still = self.frozen(claim)
        ahead: dict[Symbol, Array] = {}
        behind: dict[Symbol, Array] = {}
        directions: list[list[Any]] = []
        bits = self.step + self.smallness(claim, {**self.base, **still})
        h = self.ring.entry_of(Fraction(1, 2**bits))
        for move in claim.moves:
            symbol, places = self.moving(move.by, claim)
            start = {**self.base, **still}[symbol]
            if move.along is None:
                count = prod(d.evaluate(self.point.sizes) for d in move.by.type.axes)
                d = [self.ring.entry_of(entry(self.rng, "any")) for _ in range(count)]
                if spared and places is None:
                    d = [y if not x.is_zero() else self.ring.entry_of(Fraction(0)) for x, y in zip(start.data, d)]
            elif isinstance(move.along, Apply) and isinstance(move.along.op, Function) and move.along.op.parameters:
                d, places = self.everywhere(move.along.op).data, None  # every member moves along its own
            else:
                d = self.value(move.along).data
            directions.append(d)
            offset = self.offset(places, start.shape, len(d))
            for table, sign in ((ahead, h), (behind, -h)):
                data = list(table.get(symbol, start).data)
                if places is None:
                    data = [x + sign * y for x, y in zip(data, d)]
                else:
                    for k, y in enumerate(d):
                        data[offset + k] += sign * y
                table[symbol] = Array(start.shape, data)
        self.ring.sides.clear()
        up = self.run(of, {**self.base, **still, **ahead}).data
        sides = list(self.ring.sides)
        self.ring.sides.clear()
        down = self.run(of, {**self.base, **still, **behind}).data
        if sides != self.ring.sides:
            self.crossed(of, {**self.base, **still}, sides, list(self.ring.sides), spared)
        twice = self.ring.entry_of(Fraction(2**bits, 2))
        return [(a - b) * twice for a, b in zip(up, down)], directions

    def smallness(self, claim: Claim, here: dict[Symbol, Array]) -> int:
        """How many bits below one the smallest of the moved quantities is: a step must be small beside it, too."""
        bits = 0
        for move in claim.moves:
            data = here[self.moving(move.by, claim)[0]].data
            if all(x.is_zero() for x in data):
                continue
            largest = max(abs(float(x.mid())) for x in data)
            if not 0 < largest < inf:
                raise TooWide  # beyond what a double holds
            bits = max(bits, -floor(log2(largest)))
        return bits if bits > STEADY else 0

    def crossed(self, of: Term, here: dict[Symbol, Array], ahead: list[int], behind: list[int], spared: bool) -> None:
        """Raises TooWide where a kink lies within the step, _OnKink where an entry that moves begins on one."""
        self.ring.sides.clear()
        self.run(of, here)
        on = self.ring.sides
        if not len(on) == len(ahead) == len(behind) or any(a != b and s for a, b, s in zip(ahead, behind, on)):
            raise TooWide
        if not spared and any(a != b for a, b in zip(ahead, behind)):
            raise _OnKink

    def moving(self, by: Term, claim: Claim) -> tuple[Symbol, tuple[Term, ...] | None]:
        """The symbol whose array moves, and the positions of the member that moves (None for all of it)."""
        if isinstance(by, Symbol):
            return by, None
        assert isinstance(by, Apply)
        if by.op is at:
            inner, places = by.args[0], by.args[1:]
            if isinstance(inner, Symbol):
                return inner, places
            assert isinstance(inner, Apply) and isinstance(inner.op, Function) and claim.fixed
            return self.stand_in(inner.op), (*inner.args, *places)
        assert isinstance(by.op, Function) and claim.fixed
        return self.stand_in(by.op), by.args or None

    def offset(self, places: tuple[Term, ...] | None, shape: tuple[int, ...], block: int) -> int:
        start = 0
        for place, extent in zip(places or (), shape):
            start = start * extent + self.position(place) - 1
        return start * block

    def position(self, place: Term) -> int:
        if isinstance(place, Symbol):
            return self.point.indices[place]
        found = self.value(place).data[0].unique_fmpz()
        if found is None:
            raise EvaluationError(f"the index {place!r} is not a whole number")
        return int(found)

    def frozen(self, claim: Claim) -> tuple[Term, dict[Symbol, Array]]:
        """Where named quantities stand still: what is differentiated, with a symbol for each, and their values."""
        if not claim.fixed:
            return claim.of, {}
        used: dict[Function, None] = {}

        def rule(node: Term) -> Term:
            if isinstance(node, Apply) and isinstance(node.op, Function) and is_name(node.op):
                used[node.op] = None
                return at(self.stand_in(node.op), *node.args) if node.args else self.stand_in(node.op)
            return node

        of = transform(claim.of, rule)
        for move in claim.moves:
            named = move.by.args[0] if isinstance(move.by, Apply) and move.by.op is at else move.by
            if isinstance(named, Apply) and isinstance(named.op, Function):
                used[named.op] = None
        return of, {self.stand_in(f): self.everywhere(f) for f in used}

    def stand_in(self, function: Function) -> Symbol:
        """A symbol in the place of a name."""
        if function not in self.stand_ins:
            assert function.body is not None
            t = function.body.type
            axes = tuple(p.type.index for p in function.parameters if p.type.index is not None)
            shape = Type((*axes, *t.axes), row=t.row, family=len(axes))
            self.stand_ins[function] = Symbol(f"\u2063{len(self.stand_ins)}", shape)
        return self.stand_ins[function]

    def everywhere(self, function: Function) -> Array:
        """The value of a name, at all positions of its indices."""
        extents = [range(1, self.extent(i) + 1) for i in function.parameters]
        call = Apply(function, function.parameters)
        if not extents:
            return self.value(call)
        data: list[Any] = []
        shape: tuple[int, ...] = ()
        for places in tuples(*extents):
            member = self.run(call, self.base, dict(zip(function.parameters, places)))
            data, shape = data + member.data, member.shape
        return Array((*(len(e) for e in extents), *shape), data)

    def extent(self, index: Symbol) -> int:
        assert index.type.index is not None
        return index.type.index.evaluate(self.point.sizes)

    def value(self, term: Term) -> Array:
        return self.known[term] if term in self.known else self.run(term, self.base, known=self.known)

    def run(
        self,
        term: Term,
        arrays: dict[Symbol, Array],
        indices: dict[Symbol, int] | None = None,
        known: dict[Term, Any] | None = None,
    ) -> Array:
        places = {**self.point.indices, **(indices or {})}
        try:
            value: Array = run(term, self.ring, arrays, self.point.sizes, places, stand_ins=True, budget=BUDGET, known=known)
        except (EvaluationError, TooWide):
            raise
        except GradatimError as error:
            raise NotVerified(f"the derivation could not be checked: {error}") from error
        return value


def is_name(function: Function) -> bool:
    """Whether a function is a named quantity: a definition, or one for each member of a family."""
    return function.body is not None and all(p.type.index is not None for p in function.parameters)


def _dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    total = a[0] * b[0]
    for x, y in zip(a[1:], b[1:]):
        total += x * y
    return total
