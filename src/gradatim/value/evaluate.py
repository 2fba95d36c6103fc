"""One evaluator for every ring: the term is run as it stands, without any law.

The walk is iterative, also across binders and calls of functions, so a deep term cannot exhaust Python's stack. A node is
worked out once for each value of the bound indices that occur in it: what does not depend on the index of a sum is
worked out once for the whole sum.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from math import prod
from typing import Any, Protocol

from gradatim.errors import EvaluationError, LimitExceeded
from gradatim.ops.base import Multilinear, Op, Ring, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.pairs import pair
from gradatim.ops.structure import add, at, product
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, free_symbols, symbols_in
from gradatim.types import Dim
from gradatim.value.choices import with_choices
from gradatim.value.guard import guarded
from gradatim.value.scan import operands, scalar_everywhere, widest
from gradatim.value.unknown import unknown_array, unknown_value


class Numbers(Ring, Protocol):
    """A ring of `gradatim.ops.base` with what binders, entries and calls need besides."""

    def entry(self, a: Any, positions: Sequence[Place]) -> Any:
        """The entry or sub-array at leading positions, counted from 0; at an index, all positions along it; at numbers, counted
        from 1, the entries there."""

    def stack(self, parts: Sequence[Any]) -> Any:
        """Arrays of one shape under a new leading axis."""

    def entries(self, a: Any) -> list[Any]:
        """Every entry as a scalar of the ring, the last axis fastest."""

    def shaped(self, shape: tuple[int, ...], entries: Sequence[Any]) -> Any:
        """The array of this shape from its entries."""

    def own(self, op: Op, args: Sequence[Any], node: Apply) -> Any:
        """The ring's own way for an operation (a stabler one), or None."""

    largest: int
    """How many entries an array may have that holds a value at all positions of an index at once; 0 where there are none."""

    def running(self, index: Symbol, extent: int) -> Any:
        """1, 2, …, extent along the index."""

    def close(self, kind: str, value: Any, index: Symbol, extent: int) -> Any:
        """The sum, product or stack along an index of a value at all its positions."""


Place = Any
"""A position counted from 1, an index that stands for all its positions at once, or positions that are counted from such indices,
as numbers of the ring."""
Request = tuple["_Machine", Term]
Task = Generator[Request, Any, Any]


def run(
    term: Term,
    ring: Numbers,
    arrays: Mapping[Symbol, Any],
    sizes: Mapping[str, int],
    indices: Mapping[Symbol, int] | None = None,
    stand_ins: bool = False,
    budget: int = 0,
    known: dict[Term, Any] | None = None,
) -> Any:
    """The value of a term in a ring.

    `arrays` gives each symbol an array of the ring, `sizes` each dimension name its size, `indices` each free index its
    position counted from 1. Where `stand_ins` holds, an unknown function is a fixed smooth function chosen by its name (for
    verification); otherwise meeting one raises EvaluationError. Raises EvaluationError also for a symbol without a value
    and for a value that does not exist; `known` holds values that were found with the same arguments before, and takes up
    those found now. LimitExceeded where more than `budget` rounds of sums and calls (0: no bound) are worked out.
    """
    machine = _Machine(ring, arrays, sizes, dict(indices or {}), stand_ins, {})
    if known is not None:
        machine.tables[0] = known
    left = budget or -1
    pending: list[Task] = [machine.task(with_choices(guarded(term)))]
    value: Any = None
    while pending:
        try:
            there, wanted = pending[-1].send(value)
            left -= 1
            if not left:
                raise LimitExceeded(f"evaluation needs more than {budget} steps")
            pending.append(there.task(wanted))
            value = None
        except StopIteration as done:
            pending.pop()
            value = done.value
    return value


@lru_cache(maxsize=4_096)
def _closed(body: Term) -> bool:
    """Whether the body of a definition speaks of no index that is bound around it."""
    return all(s.type.index is None for s in free_symbols(body))


class _Machine:
    """The state of one evaluation: what symbols are worth here, and a table of values for each nested binder."""

    def __init__(
        self,
        ring: Numbers,
        arrays: Mapping[Symbol, Any],
        sizes: Mapping[str, int],
        indices: dict[Symbol, Place],
        stand_ins: bool,
        widths: dict[Term, int | None],
        outside: Mapping[Symbol, Any] | None = None,
        outside_indices: Mapping[Symbol, Place] | None = None,
    ) -> None:
        self.ring, self.arrays, self.sizes, self.indices, self.stand_ins = ring, arrays, sizes, indices, stand_ins
        # What holds outside every function: a body sees this and its own parameters, not those of its caller.
        self.outside = arrays if outside is None else outside
        self.outside_indices = indices if outside_indices is None else outside_indices
        self.tables: list[dict[Term, Any]] = [{}]
        self.levels: dict[Symbol, int] = {}
        self.widths = widths
        self.constants: dict[Function, Any] = {}

    # ------------------------------------------------------------ walking

    def task(self, root: Term) -> Task:
        """Work out one term; binders and calls are handed to the caller's loop."""
        stack = [root]
        while stack:
            node = stack[-1]
            table = self.table(node)
            if node in table:
                stack.pop()
                continue
            if isinstance(node, Bind):
                table[node] = yield from self.bind(node)
                stack.pop()
                continue
            pending = [a for a in operands(node) if a not in self.table(a)]
            if pending:
                stack.extend(reversed(pending))
                continue
            if isinstance(node, Apply) and isinstance(node.op, Function):
                table[node] = yield from self.call(node, node.op)
            else:
                table[node] = self.simple(node)
            stack.pop()
        return self.table(root)[root]

    def table(self, node: Term) -> dict[Term, Any]:
        """The table of the outermost binder inside which the node has one value."""
        if not self.levels:
            return self.tables[0]
        free, deepest = symbols_in(node), 0
        for index, level in self.levels.items():
            if index in free and level > deepest:
                deepest = level
        return self.tables[deepest]

    def bind(self, node: Bind) -> Task:
        """A sum, product or stack: the body at each value of the index."""
        index, extent = node.index, node.extent.evaluate(self.sizes)
        if extent == 0 and node.kind == "sum":
            return self.ring.full(tuple(d.evaluate(self.sizes) for d in node.type.axes), Fraction(0))
        if extent < 1:
            raise EvaluationError(f"the index of a {node.kind} runs over {node.extent}, which is {extent} here")
        self.tables.append({})
        # Binders that are equal but for their index are one, so a binder may stand below another with the same index.
        around = self.levels.get(index), self.indices.get(index)
        level = self.levels[index] = len(self.tables) - 1
        if self.at_once(node, extent):
            self.indices[index] = index
            value = yield self, node.body
            self.leave(index, *around)
            return self.ring.close(node.kind, value, index, extent)
        parts: list[Any] = []
        total: Any = None
        for position in range(1, extent + 1):
            self.indices[index] = position
            self.tables[level].clear()
            value = yield self, node.body
            if node.kind == "stack":
                parts.append(value)
            elif total is None:
                total = value
            else:
                total = self.ring.add(total, value) if node.kind == "sum" else self.ring.multiply(total, value)
        self.leave(index, *around)
        return self.ring.stack(parts) if node.kind == "stack" else total

    def leave(self, index: Symbol, level: int | None, place: Place | None) -> None:
        self.tables.pop()
        del self.levels[index], self.indices[index]
        if level is not None:
            self.levels[index] = level
        if place is not None:
            self.indices[index] = place

    def at_once(self, node: Bind, extent: int) -> bool:
        """Whether the body is run at all positions of the index at once: the ring can, and the arrays stay small enough."""
        if not self.ring.largest:
            return False
        if node not in self.widths:
            self.widths[node] = widest(node.body, self.sizes)
        width = self.widths[node]
        if width is None:
            return False
        for place in self.indices.values():
            if isinstance(place, Symbol):
                width *= self.extent(place)
        return width * extent <= self.ring.largest

    def extent(self, index: Symbol) -> int:
        assert index.type.index is not None
        return index.type.index.evaluate(self.sizes)

    # ------------------------------------------------------------ nodes

    def simple(self, node: Term) -> Any:
        """A leaf, or an operation whose arguments are known."""
        if isinstance(node, Number):
            return self.ring.number(node.value)
        if isinstance(node, Size):
            return self.ring.number(Fraction(node.dim.evaluate(self.sizes)))
        if isinstance(node, Symbol):
            return self.symbol(node)
        assert isinstance(node, Apply)
        if node.op is at:
            return self.ring.entry(self.value(node.args[0]), self.positions(node))
        return self.operation(node)

    def value(self, node: Term) -> Any:
        return self.table(node)[node]

    def symbol(self, node: Symbol) -> Any:
        if node in self.arrays:
            return self.arrays[node]
        if node in self.indices:
            return self.counted(self.indices[node])
        raise EvaluationError(f"{node.label} has no value")

    def positions(self, node: Apply) -> list[Place]:
        """Where an entry stands, counted from 0; an index that runs stays an index."""
        shape = self.ring.shape(self.value(node.args[0]))
        found: list[Place] = []
        for k, i in enumerate(node.args[1:]):
            position = self.position(i)
            if not isinstance(position, int):
                found.append(position)  # the ring looks after the positions of an index that runs
                continue
            if not 1 <= position <= shape[k]:
                raise EvaluationError(f"entry {position} of an axis of {shape[k]} does not exist")
            found.append(position - 1)
        return found

    def position(self, index: Term, depth: int = 0) -> Place:
        """The whole number that an index term stands for, or the index that runs."""
        if isinstance(index, Symbol) and index in self.indices:
            return self.indices[index]
        if isinstance(index, Number) and index.value.denominator == 1:
            return int(index.value)
        if isinstance(index, Size):
            return index.dim.evaluate(self.sizes)
        if isinstance(index, Apply) and index.op is pair and depth < 50:
            return self.joint(index, depth)
        if isinstance(index, Apply) and index.op in (add, product) and depth < 50:
            parts = [self.position(a, depth + 1) for a in index.args]
            if not all(isinstance(p, int) for p in parts):
                join = self.ring.add if index.op is add else self.ring.multiply
                return reduce(join, map(self.counted, parts))
            return sum(parts) if index.op is add else prod(parts)
        raise EvaluationError(f"the index {index!r} has no value")

    def joint(self, index: Apply, depth: int) -> Place:
        """The position that several indices count together, the first slowest."""
        place: Place = 1
        for part in index.args:
            here = self.position(part, depth + 1)
            if part.type.index is None:
                raise EvaluationError(f"the index {index!r} has no single value")
            extent = part.type.index.evaluate(self.sizes)
            if isinstance(place, int) and isinstance(here, int):
                place = (place - 1) * extent + here
            else:
                before = self.ring.multiply(self.counted(place), self.counted(extent))
                place = self.ring.add(self.ring.add(before, self.counted(-extent)), self.counted(here))
        return place

    def counted(self, place: Place) -> Any:
        """A position as a number of the ring."""
        if isinstance(place, Symbol):
            return self.ring.running(place, self.extent(place))
        return self.ring.number(Fraction(place)) if isinstance(place, int) else place

    def size(self, dim: Dim) -> int:
        return dim.evaluate(self.sizes)

    def operation(self, node: Apply) -> Any:
        op = node.op
        args = [self.value(a) for a in node.args]
        assert isinstance(op, Op)
        own = self.ring.own(op, args, node)
        if own is not None:
            return own
        try:
            if op.value is not None:
                return op.value(self.ring, args, node, self.size)
            if op is product and all(a.is_scalar for a in node.args):
                return self.times(args)
            derivative = derivative_of(op)
            if isinstance(derivative, Multilinear):
                return self.einsum(node, derivative, args)
        except EvaluationError as error:
            raise type(error)(f"{op.title}: {error}") from None
        raise EvaluationError(f"{op.title} has no value")

    def times(self, args: Sequence[Any]) -> Any:
        total = args[0] if args else self.ring.number(Fraction(1))
        for a in args[1:]:
            total = self.ring.multiply(total, a)
        return total

    def einsum(self, node: Apply, derivative: Multilinear, args: Sequence[Any]) -> Any:
        e = derivative.einsum(tuple(a.type for a in node.args), node.params)
        extents = {i: d.evaluate(self.sizes) for i, d in zip(e.out, node.type.axes)}
        return self.ring.einsum(e.ins, e.out, args, extents)

    # ------------------------------------------------------------ functions

    def call(self, node: Apply, op: Function) -> Task:
        """A definition or a function: its body, in what holds outside and the parameters."""
        if op.body is None:
            return self.unknown(node, op)
        args, body = [self.value(a) for a in node.args], guarded(op.body)
        if op.elementwise and node.type.axes:
            if scalar_everywhere(body):
                value = yield self.inside(op, node.args, args), body
                shape = self.ring.shape(args[0])
                return value if self.ring.shape(value) == shape else self.ring.multiply(value, self.ring.full(shape, Fraction(1)))
            parts = []
            for entry in self.ring.entries(args[0]):
                parts.append((yield self.inside(op, node.args, [entry]), body))
            return self.ring.shaped(self.ring.shape(args[0]), parts)
        if op.parameters or not _closed(op.body):
            value = yield self.inside(op, node.args, args), body
            return value
        if op not in self.constants:  # without arguments it is worth the same wherever it stands: found once
            self.constants[op] = yield self.inside(op, node.args, args), body
        return self.constants[op]

    def inside(self, op: Function, terms: Sequence[Term], args: Sequence[Any]) -> _Machine:
        arrays, indices = dict(self.outside), {**self.outside_indices, **{i: self.indices[i] for i in self.levels}}
        for parameter, term, value in zip(op.parameters, terms, args):
            arrays.pop(parameter, None)
            if parameter.type.index is not None:
                indices[parameter] = self.position(term)
            else:
                arrays[parameter] = value
        made = _Machine(
            self.ring,
            arrays,
            self.sizes,
            indices,
            self.stand_ins,
            self.widths,
            self.outside,
            self.outside_indices,
        )
        made.constants = self.constants
        return made

    def unknown(self, node: Apply, op: Function) -> Any:
        if not self.stand_ins:
            raise EvaluationError(f"the function {op.text} is not known, so it has no value")
        if op.elementwise:
            return unknown_value(self.ring, op.name, op.primes, self.value(node.args[0]))
        shape = tuple(d.evaluate(self.sizes) for d in op.type.axes)
        return unknown_array(self.ring, op.name, op.taken, shape, [self.value(a) for a in node.args])
