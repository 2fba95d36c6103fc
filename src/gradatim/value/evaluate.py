"""One evaluator for every ring: the term is run as it stands, without any law.

The walk is iterative, also across binders and calls of functions, so a deep term cannot exhaust Python's stack. A node is
worked out once for each value of the bound indices that occur in it: what does not depend on the index of a sum is
worked out once for the whole sum.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from gradatim.errors import EvaluationError, LimitExceeded, NotVerified
from gradatim.ops.base import Multilinear, Op, Ring, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.structure import add, at, product
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term
from gradatim.types import Dim
from gradatim.value.unknown import unknown_value


class Numbers(Ring, Protocol):
    """A ring of `gradatim.ops.base` with what binders, entries and calls need besides."""

    def entry(self, a: Any, positions: Sequence[int]) -> Any:
        """The entry or sub-array at leading positions, counted from 0."""

    def stack(self, parts: Sequence[Any]) -> Any:
        """Arrays of one shape under a new leading axis."""

    def entries(self, a: Any) -> list[Any]:
        """Every entry as a scalar of the ring, the last axis fastest."""

    def shaped(self, shape: tuple[int, ...], entries: Sequence[Any]) -> Any:
        """The array of this shape from its entries."""

    def own(self, op: Op, args: Sequence[Any], node: Apply) -> Any:
        """The ring's own way for an operation (a stabler one), or None."""


Request = tuple["_Machine", Term]
Task = Generator[Request, Any, Any]

_EVERYWHERE = frozenset({"add", "product", "quotient", "power"})
"""Structural operations that act entry by entry where every argument is a scalar."""


def run(
    term: Term,
    ring: Numbers,
    arrays: Mapping[Symbol, Any],
    sizes: Mapping[str, int],
    indices: Mapping[Symbol, int] | None = None,
    stand_ins: bool = False,
    budget: int = 0,
) -> Any:
    """The value of a term in a ring.

    `arrays` gives each symbol an array of the ring, `sizes` each dimension name its size, `indices` each free index its
    position counted from 1. Where `stand_ins` holds, an unknown function is a fixed smooth function chosen by its name (for
    verification); otherwise meeting one raises EvaluationError. Raises EvaluationError also for a symbol without a value
    and for a value that does not exist, LimitExceeded where more than `budget` rounds of sums and calls (0: no bound) are worked out.
    """
    machine = _Machine(ring, arrays, sizes, dict(indices or {}), stand_ins, {})
    left = budget or -1
    pending: list[Task] = [machine.task(term)]
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


class _Machine:
    """The state of one evaluation: what symbols are worth here, and a table of values for each nested binder."""

    def __init__(
        self,
        ring: Numbers,
        arrays: Mapping[Symbol, Any],
        sizes: Mapping[str, int],
        indices: dict[Symbol, int],
        stand_ins: bool,
        dependence: dict[Term, frozenset[Symbol]],
        outside: Mapping[Symbol, Any] | None = None,
        outside_indices: Mapping[Symbol, int] | None = None,
    ) -> None:
        self.ring, self.arrays, self.sizes, self.indices, self.stand_ins = ring, arrays, sizes, indices, stand_ins
        # What holds outside every function: a body sees this and its own parameters, not those of its caller.
        self.outside = arrays if outside is None else outside
        self.outside_indices = indices if outside_indices is None else outside_indices
        self.tables: list[dict[Term, Any]] = [{}]
        self.levels: dict[Symbol, int] = {}
        self.dependence = dependence

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
        level = 0
        for index in depends(node, self.dependence):
            level = max(level, self.levels.get(index, 0))
        return self.tables[level]

    def bind(self, node: Bind) -> Task:
        """A sum, product or stack: the body at each value of the index."""
        index, extent = node.index, node.extent.evaluate(self.sizes)
        if extent < 1:
            raise EvaluationError(f"the index of a {node.kind} runs over {node.extent}, which is {extent} here")
        depends(node, self.dependence)
        self.tables.append({})
        level = self.levels[index] = len(self.tables) - 1
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
        self.tables.pop()
        del self.levels[index], self.indices[index]
        return self.ring.stack(parts) if node.kind == "stack" else total

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
            return self.ring.number(Fraction(self.indices[node]))
        raise EvaluationError(f"{node.text} has no value")

    def positions(self, node: Apply) -> list[int]:
        shape = self.ring.shape(self.value(node.args[0]))
        found: list[int] = []
        for k, i in enumerate(node.args[1:]):
            position = self.position(i)
            if not 1 <= position <= shape[k]:
                raise EvaluationError(f"entry {position} of an axis of {shape[k]} does not exist")
            found.append(position - 1)
        return found

    def position(self, index: Term, depth: int = 0) -> int:
        """The whole number that an index term stands for."""
        if isinstance(index, Symbol) and index in self.indices:
            return self.indices[index]
        if isinstance(index, Number) and index.value.denominator == 1:
            return int(index.value)
        if isinstance(index, Size):
            return index.dim.evaluate(self.sizes)
        if isinstance(index, Apply) and index.op in (add, product) and depth < 50:
            parts = [self.position(a, depth + 1) for a in index.args]
            total = 0 if index.op is add else 1
            for p in parts:
                total = total + p if index.op is add else total * p
            return total
        raise EvaluationError(f"the index {index!r} has no value")

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
        args = [self.value(a) for a in node.args]
        if op.elementwise and node.type.axes:
            if scalar_everywhere(op.body):
                value = yield self.inside(op, node.args, args), op.body
                shape = self.ring.shape(args[0])
                return value if self.ring.shape(value) == shape else self.ring.multiply(value, self.ring.full(shape, Fraction(1)))
            parts = []
            for entry in self.ring.entries(args[0]):
                parts.append((yield self.inside(op, node.args, [entry]), op.body))
            return self.ring.shaped(self.ring.shape(args[0]), parts)
        value = yield self.inside(op, node.args, args), op.body
        return value

    def inside(self, op: Function, terms: Sequence[Term], args: Sequence[Any]) -> _Machine:
        arrays, indices = dict(self.outside), {**self.outside_indices, **{i: self.indices[i] for i in self.levels}}
        for parameter, term, value in zip(op.parameters, terms, args):
            arrays.pop(parameter, None)
            if parameter.type.index is not None:
                indices[parameter] = self.position(term)
            else:
                arrays[parameter] = value
        return _Machine(self.ring, arrays, self.sizes, indices, self.stand_ins, self.dependence, self.outside, self.outside_indices)

    def unknown(self, node: Apply, op: Function) -> Any:
        if not self.stand_ins:
            raise EvaluationError(f"the function {op.text} is not known, so it has no value")
        if not op.elementwise and (len(node.args) != 1 or node.args[0].rank or op.type.axes):
            raise NotVerified(f"the unknown function {op.text} of more than one scalar cannot be evaluated, so nothing is checked")
        return unknown_value(self.ring, op.name, op.primes, self.value(node.args[0]))


def operands(node: Term) -> tuple[Term, ...]:
    """The arguments whose values an operation needs: the indices of an entry are positions, not values."""
    return node.args[:1] if isinstance(node, Apply) and node.op is at else node.args


def scalar_everywhere(body: Term) -> bool:
    """Whether the body is scalar in every node and made of operations that act entry by entry, so that it may be run on a
    whole array at once."""
    seen: set[Term] = set()
    stack = [body]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if not node.is_scalar or isinstance(node, Bind):
            return False
        if isinstance(node, Apply):
            if isinstance(node.op, Function):
                if not node.op.elementwise:
                    return False
            elif not (isinstance(node.op, Op) and (node.op.name in _EVERYWHERE or node.op.scalar)):
                return False
        stack.extend(node.args)
    return True


_NONE: frozenset[Symbol] = frozenset()


def depends(root: Term, known: dict[Term, frozenset[Symbol]]) -> frozenset[Symbol]:
    """The indices that occur free in a term, bodies of definitions included; `known` keeps what was worked out."""
    found = known.get(root)
    if found is not None:
        return found
    stack = [root]
    while stack:
        node = stack[-1]
        if node in known:
            stack.pop()
            continue
        parts = list(_parts(node))
        pending = [p for p in parts if p not in known]
        if pending:
            stack.extend(pending)
            continue
        known[node] = _combined(node, [known[p] for p in parts])
        stack.pop()
    return known[root]


def _parts(node: Term) -> Iterator[Term]:
    yield from node.args
    body = getattr(getattr(node, "op", None), "body", None)
    if isinstance(body, Term):
        yield body


def _combined(node: Term, parts: Sequence[frozenset[Symbol]]) -> frozenset[Symbol]:
    if isinstance(node, Symbol):
        return frozenset({node}) if node.type.index is not None else _NONE
    own: frozenset[Symbol] = _NONE
    last = len(parts) - 1
    for k, p in enumerate(parts):
        if k == last and len(parts) > len(node.args) and isinstance(node, Apply) and isinstance(node.op, Function):
            p = p - frozenset(node.op.parameters)
        own = own | p if p else own
    return own - {node.index} if isinstance(node, Bind) else own


__all__ = ["Numbers", "depends", "run", "scalar_everywhere"]
