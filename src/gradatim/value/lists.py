"""Arrays as flat lists of entries, and what every exact ring does with them: broadcasting of scalars and einsum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import prod
from operator import add, mul
from typing import Any

from gradatim.errors import EvaluationError
from gradatim.ops.base import Op
from gradatim.term import Apply, Symbol


@dataclass(slots=True)
class Array:
    """Entries in a flat list, the last axis fastest. Entries belong to a ring; nobody changes a list in place."""

    shape: tuple[int, ...]
    data: list[Any]


class ListRing:
    """What balls and prime fields share. A subclass says how to make an entry, and what functions and matrices do."""

    def entry_of(self, value: Fraction) -> Any:
        raise NotImplementedError

    # ------------------------------------------------------------ arithmetic

    def number(self, value: Fraction) -> Array:
        return Array((), [self.entry_of(value)])

    def full(self, shape: tuple[int, ...], value: Fraction) -> Array:
        return Array(shape, [self.entry_of(value)] * prod(shape))

    def each(self, function: Callable[[Any], Any], a: Array) -> Array:
        return Array(a.shape, [function(x) for x in a.data])

    def pair(self, function: Callable[[Any, Any], Any], a: Array, b: Array) -> Array:
        if a.shape == b.shape:
            return Array(a.shape, list(map(function, a.data, b.data)))
        if not b.shape:
            y = b.data[0]
            return Array(a.shape, [function(x, y) for x in a.data])
        if not a.shape:
            x = a.data[0]
            return Array(b.shape, [function(x, y) for y in b.data])
        raise EvaluationError(f"arrays of shapes {a.shape} and {b.shape} do not meet entry by entry")

    def add(self, a: Array, b: Array) -> Array:
        return self.pair(add, a, b)

    def multiply(self, a: Array, b: Array) -> Array:
        return self.pair(mul, a, b)

    # ------------------------------------------------------------ shapes and entries

    def shape(self, a: Array) -> tuple[int, ...]:
        return a.shape

    def entry(self, a: Array, positions: Sequence[Any]) -> Array:
        rest = a.shape[len(positions) :]
        width, start = prod(rest), 0
        for position, extent in zip(positions, a.shape):
            start = start * extent + position
        return Array(rest, a.data[start * width : (start + 1) * width])

    def stack(self, parts: Sequence[Array]) -> Array:
        return Array((len(parts), *parts[0].shape), [x for p in parts for x in p.data])

    def entries(self, a: Array) -> list[Array]:
        return [Array((), [x]) for x in a.data]

    def shaped(self, shape: tuple[int, ...], entries: Sequence[Array]) -> Array:
        return Array(shape, [e.data[0] for e in entries])

    def reshaped(self, a: Array, shape: tuple[int, ...]) -> Array:
        return Array(shape, a.data)

    def own(self, op: Op, args: Sequence[Any], node: Apply) -> Any:
        return None

    # Entries are worked out one by one: there is nothing to gain from all positions of an index at once.
    largest = 0

    def running(self, index: Symbol, extent: int) -> Array:
        raise EvaluationError(f"the index {index.label} has no single value")

    def close(self, kind: str, value: Array, index: Symbol, extent: int) -> Array:
        raise EvaluationError(f"the {kind} over {index.label} has no value")

    # ------------------------------------------------------------ einsum

    def einsum(
        self, ins: Sequence[tuple[int, ...]], out: tuple[int, ...], arrays: Sequence[Array], extents: Mapping[int, int]
    ) -> Array:
        sizes = dict(extents)
        for axes, a in zip(ins, arrays):
            sizes.update(zip(axes, a.shape))
        wanted = dict.fromkeys(out)
        held: tuple[int, ...] = ()
        total: Array | None = None
        for k, (axes, a) in enumerate(zip(ins, arrays)):
            later = set(wanted)
            for rest in ins[k + 1 :]:
                later.update(rest)
            if total is None:
                keep = tuple(i for i in dict.fromkeys(axes) if i in later)
                total, held = _reduce(axes, a, keep, sizes), keep
            else:
                keep = tuple(i for i in dict.fromkeys((*held, *axes)) if i in later)
                total, held = _contract(held, total, axes, a, keep, sizes), keep
        return self._spread(held, total, out, sizes)

    def _spread(self, held: tuple[int, ...], total: Array | None, out: tuple[int, ...], sizes: Mapping[int, int]) -> Array:
        """Put the contracted array where `out` wants it: axes permuted, new ones filled, repeated ones on the diagonal."""
        if total is None:
            total = self.number(Fraction(1))
        if held == out:
            return total
        wanted = tuple(dict.fromkeys(out))
        step = dict(zip(held, strides(total.shape)))
        data = [total.data[o] for o in offsets(tuple(sizes[i] for i in wanted), tuple(step.get(i, 0) for i in wanted))]
        shape = tuple(sizes[i] for i in out)
        if wanted == out:
            return Array(shape, data)
        own = strides(shape)
        to = offsets(tuple(sizes[i] for i in wanted), tuple(sum(s for s, j in zip(own, out) if j == i) for i in wanted))
        filled = [self.entry_of(Fraction(0))] * prod(shape)
        for place, x in zip(to, data):
            filled[place] = x
        return Array(shape, filled)


@lru_cache(maxsize=4096)
def strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    out: list[int] = []
    step = 1
    for n in reversed(shape):
        out.append(step)
        step *= n
    return tuple(reversed(out))


@lru_cache(maxsize=4096)
def offsets(extents: tuple[int, ...], strides: tuple[int, ...]) -> tuple[int, ...]:
    """The places of all multi-indices of these extents, the last fastest."""
    places = [0]
    for n, s in zip(extents, strides):
        places = [p + k * s for p in places for k in range(n)]
    return tuple(places)


def _steps(axes: tuple[int, ...], shape: tuple[int, ...]) -> dict[int, int]:
    """How far an index moves in an array; an index that stands twice moves along the diagonal."""
    steps: dict[int, int] = {}
    for i, s in zip(axes, strides(shape)):
        steps[i] = steps.get(i, 0) + s
    return steps


def _group(group: Iterable[int], steps: Mapping[int, int], sizes: Mapping[int, int]) -> tuple[int, ...]:
    group = tuple(group)
    return offsets(tuple(sizes[i] for i in group), tuple(steps.get(i, 0) for i in group))


def _reduce(axes: tuple[int, ...], a: Array, keep: tuple[int, ...], sizes: Mapping[int, int]) -> Array:
    """Sum an array over the indices that are not kept."""
    if axes == keep:
        return a
    steps = _steps(axes, a.shape)
    gone = _group((i for i in steps if i not in keep), steps, sizes)
    data = a.data
    out = []
    for o in _group(keep, steps, sizes):
        out.append(_sum([data[o + g] for g in gone]))
    return Array(tuple(sizes[i] for i in keep), out)


def _sum(items: Sequence[Any]) -> Any:
    total = items[0]
    for x in items[1:]:
        total = total + x
    return total


def _contract(
    ia: tuple[int, ...], a: Array, ib: tuple[int, ...], b: Array, keep: tuple[int, ...], sizes: Mapping[int, int]
) -> Array:
    """Multiply two arrays and sum over what is not kept; `keep` is in order of first occurrence."""
    if not ib:
        y = b.data[0]
        return Array(a.shape, [x * y for x in a.data])
    if not ia:
        alone = _reduce(ib, b, keep, sizes)
        x = a.data[0]
        return Array(alone.shape, [x * y for y in alone.data])
    sa, sb = _steps(ia, a.shape), _steps(ib, b.shape)
    # What only one of them has and nobody keeps is summed first.
    only_a = tuple(i for i in sa if i in keep or i in sb)
    if len(only_a) < len(sa) or len(sa) < len(ia):
        a, ia = _reduce(ia, a, only_a, sizes), only_a
        sa = _steps(ia, a.shape)
    only_b = tuple(i for i in sb if i in keep or i in sa)
    if len(only_b) < len(sb) or len(sb) < len(ib):
        b, ib = _reduce(ib, b, only_b, sizes), only_b
        sb = _steps(ib, b.shape)
    summed = tuple(i for i in sa if i in sb and i not in keep)
    ga, gb = _group(summed, sa, sizes), _group(summed, sb, sizes)
    da, db = a.data, b.data
    out = []
    firsts = tuple(i for i in keep if i in sa)
    seconds = tuple(i for i in keep if i not in sa)
    lead = _group(firsts, sb, sizes)
    columns: dict[int, list[list[Any]]] = {}
    free = _group(seconds, sb, sizes)
    for oa, ob in zip(_group(firsts, sa, sizes), lead):
        row = [da[oa + g] for g in ga]
        if ob not in columns:
            columns[ob] = [[db[ob + of + g] for g in gb] for of in free]
        for column in columns[ob]:
            out.append(_sum(list(map(mul, row, column))))
    return Array(tuple(sizes[i] for i in (*firsts, *seconds)), out)
