"""Exact arrays that hold a value at all positions of some indices at once: what `batches` is to doubles, this is to balls.

A sum or stack over an index is then a few operations on long lists instead of a walk over the body at each position, which is what
a formula with six indices costs. Nothing else changes: every entry is worked out by the ring's own arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from gradatim.errors import EvaluationError
from gradatim.term import Symbol
from gradatim.value.balls import KINKS, Balls
from gradatim.value.batch import Batch, OverIndices, Value, batch, indices_of
from gradatim.value.lists import Array, offsets, strides

LARGEST = 400_000
"""The most entries of one array; beyond it the outermost index is looped over."""


class RunningBalls(OverIndices, Balls):
    """The ring of balls, with batches."""

    largest = LARGEST

    def batched(self, function: Callable[..., Array], *args: Value) -> Value:
        over = indices_of(args)
        if not over:
            return function(*args)
        extents = _extents(args)
        own = max((a.own if isinstance(a, Batch) else a.shape for a in args), key=len)
        # A plain scalar meets every entry by itself.
        aligned = [a if isinstance(a, Array) and not a.shape else _aligned(a, extents, own) for a in args]
        return Batch(function(*aligned), over)

    def map(self, name: str, a: Value) -> Value:
        own = super().map
        if not isinstance(a, Batch):
            return own(name, a)
        if not a.own and name in KINKS:
            self.signs += [self.sign(x) for x in a.array.data]
        return Batch(own(name, a.array), a.over)

    # ------------------------------------------------------------ whole values

    def inverse(self, a: Value) -> Value:
        return self._one_by_one(super().inverse, a)

    def det(self, a: Value) -> Value:
        return self._one_by_one(super().det, a)

    def primary(self, name: str, a: Value) -> Value:
        own = super().primary
        return self._one_by_one(lambda x: own(name, x), a)

    def maximum(self, a: Value) -> Value:
        return self._one_by_one(super().maximum, a)

    def spectrum(self, a: Value) -> tuple[Value, Value]:
        own = super().spectrum
        return self._one_by_one(lambda x: own(x)[0], a), self._one_by_one(lambda x: own(x)[1], a)

    def eigen(self, a: Value, count: int) -> tuple[Value, Value]:
        own = super().eigen
        return self._one_by_one(lambda x: own(x, count)[0], a), self._one_by_one(lambda x: own(x, count)[1], a)

    def _one_by_one(self, function: Callable[[Array], Array], a: Value) -> Value:
        if not isinstance(a, Batch):
            return function(a)
        width = prod(a.own)
        parts = [function(Array(a.own, a.array.data[k : k + width])) for k in range(0, len(a.array.data), width)]
        shape = (*a.array.shape[: len(a.over)], *parts[0].shape)
        return Batch(Array(shape, [x for p in parts for x in p.data]), a.over)

    # ------------------------------------------------------------ shapes and entries

    def entry(self, a: Value, positions: Sequence[Any]) -> Value:
        if not isinstance(a, Batch) and all(isinstance(p, int) for p in positions):
            return super().entry(a, positions)
        extents = dict(a.extents) if isinstance(a, Batch) else {}
        own = a.own if isinstance(a, Batch) else a.shape
        for p, extent in zip(positions, own):
            if isinstance(p, Symbol):
                extents.setdefault(p, extent)
            elif isinstance(p, Batch):
                extents.update((i, n) for i, n in p.extents.items() if i not in extents)
        over, shape = tuple(extents), tuple(extents.values())
        places = _places(a, extents)
        step = strides(own)
        for p, n, s in zip(positions, own, step):
            at = [p] * len(places) if isinstance(p, int) else _counted(p, extents, n)
            places = [place + s * k for place, k in zip(places, at)]
        rest, width = own[len(positions) :], prod(own[len(positions) :])
        data = a.array.data if isinstance(a, Batch) else a.data
        return Batch(Array((*shape, *rest), [data[p + k] for p in places for k in range(width)]), over)

    def stack(self, parts: Sequence[Value]) -> Value:
        over = indices_of(parts)
        if not over:
            return super().stack(parts)
        extents = _extents(parts)
        own = max((self.shape(p) for p in parts), key=len)
        aligned = [_aligned(p, extents, own) for p in parts]
        width = prod(own)
        count = prod(extents.values())
        data = [x for k in range(count) for p in aligned for x in p.data[k * width : (k + 1) * width]]
        return Batch(Array((*extents.values(), len(parts), *own), data), over)

    def entries(self, a: Value) -> list[Value]:
        if not isinstance(a, Batch):
            return super().entries(a)
        shape, width = a.array.shape[: len(a.over)], prod(a.own)
        return [Batch(Array(shape, a.array.data[k::width]), a.over) for k in range(width)]

    def reshaped(self, a: Value, shape: tuple[int, ...]) -> Value:
        if not isinstance(a, Batch):
            return super().reshaped(a, shape)
        return Batch(Array((*a.array.shape[: len(a.over)], *shape), a.array.data), a.over)

    # ------------------------------------------------------------ indices that run

    def running(self, index: Symbol, extent: int) -> Value:
        return Batch(Array((extent,), [self.entry_of(Fraction(k)) for k in range(1, extent + 1)]), (index,))

    def closed(self, kind: str, value: Batch, axis: int) -> Value:
        over = (*value.over[:axis], *value.over[axis + 1 :])
        rank = len(value.array.shape)
        if kind == "stack":
            order = (*(k for k in range(rank) if k < len(value.over) and k != axis), axis, *range(len(value.over), rank))
            return batch(super().einsum((tuple(range(rank)),), order, (value.array,), {}), over)
        if kind == "sum":
            rest = tuple(k for k in range(rank) if k != axis)
            return batch(super().einsum((tuple(range(rank)),), rest, (value.array,), {}), over)
        return self._multiplied(value, axis, over)

    def _multiplied(self, value: Batch, axis: int, over: tuple[Symbol, ...]) -> Value:
        shape = value.array.shape
        step, extent = strides(shape)[axis], shape[axis]
        rest = (*shape[:axis], *shape[axis + 1 :])
        starts = offsets(rest, tuple(s for k, s in enumerate(strides(shape)) if k != axis))
        out = []
        for start in starts:
            total = value.array.data[start]
            for k in range(1, extent):
                total = total * value.array.data[start + k * step]
            out.append(total)
        return batch(Array(rest, out), over)


def _extents(values: Sequence[Value]) -> dict[Symbol, int]:
    return {i: n for v in values if isinstance(v, Batch) for i, n in v.extents.items()}


def _places(a: Value, extents: Mapping[Symbol, int]) -> list[int]:
    """Where the value at each position of the indices begins in the list."""
    if not isinstance(a, Batch):
        return [0] * prod(extents.values())
    own = dict(zip(a.over, strides(a.array.shape)))
    return list(offsets(tuple(extents.values()), tuple(own.get(i, 0) for i in extents)))


def _counted(position: Symbol | Batch, extents: Mapping[Symbol, int], extent: int) -> list[int]:
    """Positions counted from 0, at each position of the indices."""
    if isinstance(position, Symbol):
        return list(offsets(tuple(extents.values()), tuple(int(i is position) for i in extents)))
    found = []
    for place in _places(position, extents):
        whole = position.array.data[place].unique_fmpz()
        if whole is None or not 1 <= whole <= extent:
            raise EvaluationError(f"an entry of an axis of {extent} does not exist")
        found.append(int(whole) - 1)
    return found


def _aligned(a: Value, extents: Mapping[Symbol, int], own: tuple[int, ...]) -> Array:
    """The array with an axis for every index of `extents` and the own axes given; a scalar meets every entry."""
    array: Array = a.array if isinstance(a, Batch) else a
    has = a.over if isinstance(a, Batch) else ()
    mine = array.shape[len(has) :]
    if tuple(has) == tuple(extents) and mine == own:
        return array
    if mine and mine != own:
        raise EvaluationError(f"arrays of shapes {mine} and {own} do not meet entry by entry")
    every = strides(array.shape)
    step = dict(zip(has, every))
    inner = every[len(has) :] if mine else (0,) * len(own)
    shape = (*extents.values(), *own)
    data = array.data
    return Array(shape, [data[o] for o in offsets(shape, (*(step.get(i, 0) for i in extents), *inner))])
