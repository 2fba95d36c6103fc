"""Values at all positions of some indices at once, and what the rings that work with them have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradatim.errors import EvaluationError
from gradatim.term import Symbol


@dataclass(slots=True)
class Batch:
    """`array` (of a ring's own kind) has a leading axis for each index of `over`, then the value's own axes."""

    array: Any
    over: tuple[Symbol, ...]

    @property
    def own(self) -> tuple[int, ...]:
        return tuple(self.array.shape[len(self.over) :])

    @property
    def rank(self) -> int:
        return len(self.array.shape) - len(self.over)

    @property
    def extents(self) -> dict[Symbol, int]:
        return dict(zip(self.over, self.array.shape))


Value = Any
"""A Batch, or an array of the ring where no index runs."""


def indices_of(values: Sequence[Value]) -> tuple[Symbol, ...]:
    return tuple(dict.fromkeys(i for v in values if isinstance(v, Batch) for i in v.over))


def batch(array: Any, over: tuple[Symbol, ...]) -> Value:
    return Batch(array, over) if over else array


class OverIndices(ABC):
    """Put before a ring, it lets that ring work with batches. Without one among the arguments everything is the ring's own.

    `super()` is that ring, of which a checker of types knows nothing here.
    """

    @abstractmethod
    def batched(self, function: Callable[..., Any], *args: Value) -> Value:
        """A function entry by entry, of arguments that may run over different indices."""

    def add(self, a: Value, b: Value) -> Value:
        ring: Any = super()
        return self.batched(ring.add, a, b)

    def multiply(self, a: Value, b: Value) -> Value:
        ring: Any = super()
        return self.batched(ring.multiply, a, b)

    def divide(self, a: Value, b: Value) -> Value:
        ring: Any = super()
        return self.batched(ring.divide, a, b)

    def power(self, base: Value, exponent: Value) -> Value:
        ring: Any = super()
        return self.batched(ring.power, base, exponent)

    def equal(self, a: Value, b: Value) -> Value:
        ring: Any = super()
        return self.batched(ring.equal, a, b)

    def power_rational(self, base: Value, exponent: Fraction) -> Value:
        ring: Any = super()
        return self.batched(lambda a: ring.power_rational(a, exponent), base)

    def einsum(
        self, ins: Sequence[tuple[int, ...]], out: tuple[int, ...], arrays: Sequence[Value], extents: Mapping[int, int]
    ) -> Value:
        ring: Any = super()
        over = indices_of(arrays)
        if not over:
            return ring.einsum(ins, out, arrays, extents)
        # Axes of indices are labelled by negative numbers, which an operation's einsum does not use.
        label = {index: -1 - k for k, index in enumerate(over)}
        batched = [((*(label[i] for i in a.over), *axes) if isinstance(a, Batch) else axes) for axes, a in zip(ins, arrays)]
        own = [a.array if isinstance(a, Batch) else a for a in arrays]
        return Batch(ring.einsum(batched, (*label.values(), *out), own, extents), over)

    def shape(self, a: Value) -> tuple[int, ...]:
        ring: Any = super()
        found: tuple[int, ...] = a.own if isinstance(a, Batch) else ring.shape(a)
        return found

    def stack(self, parts: Sequence[Value]) -> Value:
        ring: Any = super()
        return ring.stack(parts)

    def shaped(self, shape: tuple[int, ...], entries: Sequence[Value]) -> Value:
        ring: Any = super()
        stacked = self.stack(entries)
        return self.reshaped(stacked, shape) if isinstance(stacked, Batch) else ring.shaped(shape, entries)

    def reshaped(self, a: Value, shape: tuple[int, ...]) -> Value:
        ring: Any = super()
        return ring.reshaped(a, shape)

    def whole(self, a: Value) -> int:
        if isinstance(a, Batch):
            raise EvaluationError("the exponent of a matrix has no single value")
        ring: Any = super()
        found: int = ring.whole(a)
        return found

    def close(self, kind: str, value: Value, index: Symbol, extent: int) -> Value:
        """A sum, product or stack over an index that ran."""
        if isinstance(value, Batch) and index in value.over:
            return self.closed(kind, value, value.over.index(index))
        if kind == "sum":
            ring: Any = self
            return self.multiply(value, ring.number(Fraction(extent)))
        if kind == "product":
            return self.power_rational(value, Fraction(extent))
        return self.stack([value] * extent)

    @abstractmethod
    def closed(self, kind: str, value: Batch, axis: int) -> Value:
        """A batch summed, multiplied or stacked along one of its leading axes."""
