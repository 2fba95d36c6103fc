"""Float64 arrays that hold a value at all positions of some indices at once.

A sum over a family is then a few calls of NumPy instead of a Python loop over its members. A `Batch` has one leading axis for
each index that runs; what does not depend on an index has no axis for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradatim.errors import EvaluationError
from gradatim.ops.base import Op
from gradatim.term import Apply, Symbol
from gradatim.value.batch import Batch, OverIndices, Value, batch, indices_of
from gradatim.value.doubles import STABLE, Array, Floats

LARGEST = 20_000_000
"""The most entries of one array (160 MB); beyond it the outermost index is looped over."""


class Batches(OverIndices, Floats):
    """The ring of floats, with batches."""

    largest = LARGEST

    def batched(self, function: Callable[..., Any], *args: Value) -> Value:
        over = indices_of(args)
        if not over:
            return function(*args)
        rank = max(_rank(a) for a in args)
        return Batch(np.asarray(function(*(_aligned(a, over, rank) for a in args))), over)

    def map(self, name: str, a: Value) -> Value:
        own = super().map
        return self.batched(lambda x: own(name, x), a)

    # ------------------------------------------------------------ whole values

    def inverse(self, a: Value) -> Value:
        return self.batched(super().inverse, a)

    def det(self, a: Value) -> Value:
        return (
            self.batched(np.linalg.det, a) if isinstance(a, Batch) and a.rank else a if isinstance(a, Batch) else super().det(a)
        )

    def primary(self, name: str, a: Value) -> Value:
        own = super().primary
        return self.batched(lambda x: own(name, x), a)

    def spectrum(self, a: Value) -> tuple[Value, Value]:
        own = super().spectrum
        if not isinstance(a, Batch):
            return own(a)
        values, vectors = own(a.array)
        return Batch(values, a.over), Batch(vectors, a.over)

    def eigen(self, a: Value, count: int) -> tuple[Value, Value]:
        own = super().eigen
        if not isinstance(a, Batch):
            return own(a, count)
        values, vectors = own(a.array, count)
        return Batch(values, a.over), Batch(vectors, a.over)

    def maximum(self, a: Value) -> Value:
        return Batch(np.max(a.array, axis=_own(a)), a.over) if isinstance(a, Batch) else super().maximum(a)

    def own(self, op: Op, args: Sequence[Value], node: Apply) -> Value:
        way = STABLE.get(op.name)
        if way is None or not isinstance(args[0], Batch):
            return super().own(op, args, node)
        return Batch(way(args[0].array, args[0].rank, node), args[0].over)

    # ------------------------------------------------------------ shapes and entries

    def entry(self, a: Value, positions: Sequence[int | Symbol]) -> Value:
        if not isinstance(a, Batch) and all(isinstance(p, int) for p in positions):
            return super().entry(a, positions)
        array, over = (a.array, a.over) if isinstance(a, Batch) else (a, ())
        if not all(isinstance(p, (int, Symbol)) for p in positions):
            return _picked(array, over, positions)
        fixed = tuple(slice(None) if isinstance(p, Symbol) else p for p in positions)
        array = array[(slice(None),) * len(over) + fixed]
        running = [p for p in positions if isinstance(p, Symbol)]
        every = tuple(dict.fromkeys((*over, *running)))
        label = {index: k for k, index in enumerate(every)}
        rest = list(range(len(label), len(label) + array.ndim - len(over) - len(running)))
        # An index that runs already meets its own axis on the diagonal.
        axes = [label[i] for i in over] + [label[i] for i in running] + rest
        operands: list[Any] = [array, axes, [*label.values(), *rest]]
        return Batch(np.asarray(np.einsum(*operands)), every)

    def stack(self, parts: Sequence[Value]) -> Value:
        over = indices_of(parts)
        if not over:
            return super().stack(parts)
        rank = max(_rank(p) for p in parts)
        aligned = np.broadcast_arrays(*(_aligned(p, over, rank) for p in parts))
        return Batch(np.stack(aligned, axis=len(over)), over)

    def entries(self, a: Value) -> list[Value]:
        if not isinstance(a, Batch):
            return super().entries(a)
        flat = a.array.reshape((*a.array.shape[: len(a.over)], -1))
        return [Batch(flat[..., k], a.over) for k in range(flat.shape[-1])]

    def reshaped(self, a: Value, shape: tuple[int, ...]) -> Value:
        if not isinstance(a, Batch):
            return super().reshaped(a, shape)
        return Batch(a.array.reshape((*a.array.shape[: len(a.over)], *shape)), a.over)

    # ------------------------------------------------------------ indices that run

    def running(self, index: Symbol, extent: int) -> Value:
        return Batch(np.arange(1, extent + 1, dtype=np.float64), (index,))

    def closed(self, kind: str, value: Batch, axis: int) -> Value:
        over = (*value.over[:axis], *value.over[axis + 1 :])
        if kind == "stack":
            return batch(np.moveaxis(value.array, axis, len(over)), over)
        return batch(np.asarray(np.sum(value.array, axis=axis) if kind == "sum" else np.prod(value.array, axis=axis)), over)


def _picked(array: Array, over: tuple[Symbol, ...], positions: Sequence[Any]) -> Value:
    """Entries at positions that are counted from running indices (x at i + 1), numbers from 1."""
    extents = dict(zip(over, array.shape))
    for p, n in zip(positions, array.shape[len(over) :]):
        if isinstance(p, Symbol):
            extents.setdefault(p, n)
        elif isinstance(p, Batch):
            extents.update((i, m) for i, m in zip(p.over, p.array.shape) if i not in extents)
    every = tuple(extents)

    def along(index: Symbol) -> Any:
        k = every.index(index)
        return np.arange(extents[index]).reshape((-1,) + (1,) * (len(every) - 1 - k))

    places: list[Any] = [along(i) for i in over]
    for p, n in zip(positions, array.shape[len(over) :]):
        if isinstance(p, (int, Symbol)):
            places.append(along(p) if isinstance(p, Symbol) else p)
            continue
        counted = np.asarray(_aligned(p, every, 0) - 1, dtype=np.int64)
        if np.any(counted < 0) or np.any(counted >= n):
            raise EvaluationError(f"an entry of an axis of {n} does not exist")
        places.append(counted)
    shape = (*extents.values(), *array.shape[len(places) :])
    return Batch(np.broadcast_to(array[tuple(places)], shape), every)


def _own(a: Batch) -> tuple[int, ...]:
    return tuple(range(-a.rank, 0))


def _rank(a: Value) -> int:
    return a.rank if isinstance(a, Batch) else int(a.ndim)


def _aligned(a: Value, over: tuple[Symbol, ...], rank: int) -> Array:
    """The array with an axis for every index of `over` (of extent 1 where it has none) and `rank` own axes."""
    array, has = (a.array, a.over) if isinstance(a, Batch) else (a, ())
    own = array.shape[len(has) :]
    order = sorted(range(len(has)), key=lambda k: over.index(has[k]))
    array = np.transpose(array, (*order, *range(len(has), array.ndim)))
    extents = dict(zip((has[k] for k in order), array.shape))
    leading = tuple(extents.get(i, 1) for i in over)
    # A scalar meets every entry of an array, so it gets axes of extent 1.
    return np.asarray(array.reshape((*leading, *(own if own or not rank else (1,) * rank))))
