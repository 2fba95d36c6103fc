"""Values of many candidate formulas at a few random points, in float64: quick to rule out, and what remains is put to the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from gradatim.errors import GradatimError
from gradatim.term import Symbol, Term, free_symbols
from gradatim.value.batches import Batches
from gradatim.value.evaluate import run
from gradatim.value.points import generic_sizes, modes, parts, random_point

TOLERANCE = 1e-8
BUDGET = 20_000
MAX_DRAWN = 6


class Trials:
    """Points for the symbols of some terms, at which all of them have finite values; values of other terms by name.

    `usable` is False where no such point was found. Terms over symbols without a value have none.
    """

    def __init__(self, terms: Sequence[Term], count: int = 2, seed: int = 7) -> None:
        self.points: list[tuple[dict[str, int], dict[Symbol, Any], dict[Symbol, int]]] = []
        self.memo: dict[Term, tuple[Any, ...] | None] = {}
        nodes, symbols = parts(*terms), free_symbols(*terms)
        rng = Random(seed)
        for turn in range(count):
            found = self.drawn(terms, nodes, symbols, turn, rng)
            if found is not None:
                self.points.append(found)

    @property
    def usable(self) -> bool:
        return bool(self.points)

    def drawn(self, terms: Sequence[Term], nodes: Sequence[Term], symbols: Sequence[Symbol], turn: int, rng: Random) -> Any:
        """A point where all terms have values, of a few the one where the first has most entries that are not zero: where ReLUs are
        closed, all answers are alike."""
        best, most, seen = None, -1, 0
        for mode in modes():
            try:
                sizes = generic_sizes(nodes, turn)
                point = random_point(symbols, sizes, rng, mode)
            except GradatimError:
                return None
            arrays = {
                s: np.array([float(x) for x in values], dtype=np.float64).reshape(shape)
                for s, (shape, values) in point.arrays.items()
            }
            place = (dict(sizes), arrays, dict(point.indices))
            found = [_value(t, place) for t in terms]
            if any(v is None for v in found):
                continue
            open_, seen = int(np.count_nonzero(found[0])), seen + 1
            if open_ > most:
                best, most = place, open_
            if 2 * open_ > found[0].size or seen == MAX_DRAWN:
                break
        return best

    def values(self, term: Term) -> tuple[Any, ...] | None:
        """The value at each point; None where one of them does not exist."""
        if term not in self.memo:
            found = [_value(term, place) for place in self.points]
            self.memo[term] = None if not found or any(v is None for v in found) else tuple(found)
        return self.memo[term]

    def same(self, a: Term, b: Term) -> bool:
        """Whether two terms have one value at every point."""
        left, right = self.values(a), self.values(b)
        return left is not None and right is not None and all(close(x, y) for x, y in zip(left, right))

    def ratio(self, a: Term, b: Term) -> tuple[float, ...] | None:
        """The constant that `a` is of `b` at each point where they are not both zero, as behind a closed ReLU; None where the entries'
        ratios differ or the shapes do."""
        left, right = self.values(a), self.values(b)
        if left is None or right is None:
            return None
        out = [_constant(x, y) for x, y in zip(left, right) if x.shape != y.shape or np.any(x) or np.any(y)]
        return None if not out or any(c is None for c in out) else tuple(float(c) for c in out if c is not None)

    def sizes(self, k: int) -> dict[str, int]:
        return self.points[k][0]


def _value(term: Term, place: tuple[dict[str, int], dict[Symbol, Any], dict[Symbol, int]]) -> Any:
    sizes, arrays, indices = place
    try:
        with np.errstate(all="ignore"):
            value = np.asarray(run(term, Batches(), arrays, sizes, indices, stand_ins=True, budget=BUDGET), dtype=np.float64)
    except (GradatimError, ValueError, ArithmeticError, IndexError, KeyError):
        return None
    return value if bool(np.all(np.isfinite(value))) else None


def close(x: Any, y: Any) -> bool:
    """Equal up to the rounding of doubles, measured against the largest entry."""
    if x.shape != y.shape:
        return False
    scale = max(float(np.max(np.abs(x), initial=0.0)), float(np.max(np.abs(y), initial=0.0)))
    return bool(np.all(np.abs(x - y) <= TOLERANCE * scale + 1e-300))


def _constant(x: Any, y: Any) -> float | None:
    if x.shape != y.shape or not y.size:
        return None
    scale = float(np.max(np.abs(y)))
    if not scale:
        return None
    k = int(np.argmax(np.abs(y)))
    c = float(x.ravel()[k] / y.ravel()[k])
    return c if np.all(np.abs(x - c * y) <= TOLERANCE * scale * max(1.0, abs(c))) else None


__all__ = ["Trials", "close"]
