"""The program between a formula and its source text: a graph of array operations on labelled axes.

Nodes are made by a `Graph`, which numbers labels canonically and keeps one node for one computation: equal parts of several
formulas meet by themselves, transposed or not. A product of many factors is one `contract` node until its order is planned.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction

from gradatim.compile.nodes import ONE, Label, Node, Part, Summand, Tie, times
from gradatim.compile.symmetry import Arranged, arrange, oriented, sum_arranged, symmetric
from gradatim.term import Symbol
from gradatim.types import Dim


class Graph:
    """All nodes of one program."""

    def __init__(self) -> None:
        self.table: dict[Hashable, Node] = {}
        self.nodes: list[Node] = []
        self._numbers: dict[Fraction | int, Node] = {}

    # ------------------------------------------------------------ leaves

    def number(self, value: Fraction | int) -> Node:
        known = self._numbers.get(value)
        if known is None:
            known = self._numbers[value] = self._make("number", (), (), (), ONE if value == 1 else Fraction(value), ())
        return known

    def size(self, dim: Dim) -> Node:
        literal = dim.literal
        return self.number(literal) if literal is not None else self._make("size", (), (), (), dim, ())

    def symbol(self, symbol: Symbol) -> Node:
        return self._make("symbol", (), (), tuple(range(symbol.type.rank)), symbol, symbol.type.axes)

    def running(self, dim: Dim) -> Node:
        """1, 2, …, along one axis."""
        return self._make("running", (), (), (0,), dim, (dim,))

    # ------------------------------------------------------------ operations

    def contract(self, coefficient: Fraction, parts: Iterable[Part], kept: Iterable[Label]) -> Part:
        """The product of the operands, summed over every label that is not kept. Numbers go into the coefficient."""
        factors: list[Part] = []
        for p in parts:
            if p.node.kind == "number":
                coefficient = times(coefficient, p.node.data)
            else:
                factors.append(p)
        if coefficient is not ONE and coefficient == 1:
            coefficient = ONE
        if not factors or coefficient is not ONE and not coefficient:
            return Part(self.number(coefficient), ())
        wanted = set(kept)
        if len(factors) == 1 and coefficient is ONE and _plain(factors[0].axes, wanted):
            return factors[0]
        placed = arrange(factors)
        names, out = placed.kept(wanted)
        key = _product_key(coefficient, placed, out)
        node = self.table.get(key)
        if node is None:
            node = self._new(key, "contract", placed.nodes, placed.labels, out, coefficient, placed.dims(out))
        return Part(node, names)

    def known(self, parts: Sequence[Part], kept: Container[Label]) -> Part | None:
        """The product of these arrays where it is a node already; nothing is made."""
        placed = arrange(parts)
        names, out = placed.kept(kept)
        node = self.table.get(_product_key(ONE, placed, out))
        return None if node is None else Part(node, names)

    def add(self, summands: Sequence[Summand], dims: Mapping[Label, Dim], spread: Iterable[Label] = ()) -> Part:
        """The sum of operands, each repeated along the labels that it lacks. `spread` are labels that the result has besides."""
        gathered: dict[tuple[Part, tuple[Tie, ...]], Fraction] = {}
        for s in summands:
            if s.part.node.kind == "number":
                s = Summand(s.coefficient * s.part.node.data, Part(self.number(1), ()), s.ties)
            key = (oriented(s.part), tuple(sorted(s.ties, key=repr)) if s.ties else ())
            gathered[key] = gathered[key] + s.coefficient if key in gathered else s.coefficient
        terms = [Summand(c, p, t) for (p, t), c in gathered.items() if c]
        extra = list(spread)
        if not terms:
            return self._spread_number(Fraction(0), extra, dims)
        if len(terms) == 1 and not terms[0].ties and all(a in terms[0].part.axes for a in extra):
            only = terms[0]
            return self.contract(only.coefficient, [only.part], only.part.axes)
        arranged, numbering = sum_arranged(terms, extra)
        labels = tuple([tuple(numbering[a] for a in s.part.axes) for s in arranged])
        names = list(numbering)
        data = tuple((s.coefficient, tuple((numbering[a], numbering[b]) for a, b in s.ties)) for s in arranged)
        node = self._make(
            "add",
            tuple([s.part.node for s in arranged]),
            labels,
            tuple([numbering[a] for a in names]),
            data,
            tuple([dims[a] for a in names]),
        )
        return Part(node, tuple(names))

    def _spread_number(self, value: Fraction, extra: list[Label], dims: Mapping[Label, Dim]) -> Part:
        if not extra:
            return Part(self.number(value), ())
        labels = tuple(range(len(extra)))
        node = self._make("add", (self.number(1),), ((),), labels, ((value, ()),), tuple([dims[a] for a in extra]))
        return Part(node, tuple(extra))

    def map(self, name: str, parts: Sequence[Part], parameter: Hashable = None) -> Part:
        """A scalar function entry by entry, over all labels of the operands; of an operand with a label twice, of its diagonal."""
        parts = [self.contract(ONE, [p], dict.fromkeys(p.axes)) if len(set(p.axes)) < len(p.axes) else p for p in parts]
        numbering = _numbered(parts)
        dims = {a: d for p in parts for a, d in zip(p.axes, p.node.dims)}
        labels = tuple([tuple(numbering[a] for a in p.axes) for p in map(oriented, parts)])
        if len(parts) == 1:
            labels = (tuple([numbering[a] for a in parts[0].axes]),)
        node = self._make(
            "map",
            tuple([p.node for p in parts]),
            labels,
            tuple(numbering.values()),
            (name, parameter),
            tuple([dims[a] for a in numbering]),
        )
        return Part(node, tuple(numbering))

    def reduce(self, name: str, part: Part, gone: Iterable[Label]) -> Part:
        """A product or a maximum along labels."""
        lost = set(gone)
        numbering = _numbered([part])
        kept = [a for a in part.axes if a not in lost]
        dims = dict(zip(part.axes, part.node.dims))
        node = self._make(
            "reduce",
            (part.node,),
            (tuple([numbering[a] for a in part.axes]),),
            tuple([numbering[a] for a in kept]),
            name,
            tuple([dims[a] for a in kept]),
        )
        return Part(node, tuple(kept))

    def special(self, name: str, args: Sequence[Node], dims: tuple[Dim, ...], parameter: Hashable = None) -> Node:
        """An operation on whole arrays (an inverse, a log-determinant); leading axes are members."""
        return self._make("special", tuple(args), (), tuple(range(len(dims))), (name, parameter), dims)

    def take(self, node: Node, axis: int, position: int | Dim) -> Node:
        """The sub-array at a position along an axis, counted from 0."""
        dims = node.dims[:axis] + node.dims[axis + 1 :]
        return self._make("take", (node,), (), tuple(range(len(dims))), (axis, position), dims)

    def gather(self, part: Part, axis: int, index: Part) -> Part:
        """Entries along an axis at positions that are computed, counted from 1."""
        dims = part.node.dims[:axis] + index.node.dims + part.node.dims[axis + 1 :]
        axes = part.axes[:axis] + index.axes + part.axes[axis + 1 :]
        node = self._make("gather", (part.node, index.node), (), tuple(range(len(dims))), axis, dims)
        return Part(node, axes)

    def outer(self, coefficients: Sequence[Fraction], left: Sequence[Part], right: Sequence[Part]) -> Part:
        """Σ cᵣ aᵣ ⊗ bᵣ: all left operands over the same labels, all right ones over the same others."""
        numbering = _numbered([left[0], right[0]])
        parts = [*left, *right]
        labels = tuple([tuple(numbering[a] for a in p.axes) for p in parts])
        out = tuple(numbering.values())
        dims = left[0].node.dims + right[0].node.dims
        node = self._make("outer", tuple([p.node for p in parts]), labels, out, tuple(coefficients), dims)
        return Part(node, tuple(numbering))

    def scaled_outer(self, factor: Fraction, part: Part) -> Part:
        """A number times a sum of outer products."""
        node = part.node
        made = self._make("outer", node.args, node.labels, node.out, tuple([factor * c for c in node.data]), node.dims)
        return Part(made, part.axes)

    def reshaped(self, node: Node, dims: tuple[Dim, ...]) -> Node:
        """The entries in the same order under other axes."""
        return node if node.dims == dims else self._make("reshape", (node,), (), tuple(range(len(dims))), None, dims)

    def permuted(self, part: Part, axes: tuple[Label, ...]) -> Node:
        """A node whose axes stand in the given order, which an operation on whole arrays needs."""
        if part.axes == axes or symmetric(part.node):
            return part.node
        order = tuple([part.axes.index(a) for a in axes])
        dims = tuple([part.node.dims[k] for k in order])
        return self._make("permute", (part.node,), (), tuple(range(len(order))), order, dims)

    def again(self, node: Node, args: Sequence[Node]) -> Node:
        """The same operation of other arguments, whose axes are the same."""
        return self._make(node.kind, tuple(args), node.labels, node.out, node.data, node.dims)

    # ------------------------------------------------------------ one node for one computation

    def _make(
        self,
        kind: str,
        args: tuple[Node, ...],
        labels: tuple[tuple[int, ...], ...],
        out: tuple[int, ...],
        data: Hashable,
        dims: tuple[Dim, ...],
    ) -> Node:
        key = (kind, args, labels, out, data, dims)
        return self.table.get(key) or self._new(key, kind, args, labels, out, data, dims)

    def _new(
        self,
        key: Hashable,
        kind: str,
        args: tuple[Node, ...],
        labels: tuple[tuple[int, ...], ...],
        out: tuple[int, ...],
        data: Hashable,
        dims: tuple[Dim, ...],
    ) -> Node:
        made = self.table[key] = Node(kind, args, labels, out, data, dims, len(self.nodes))
        self.nodes.append(made)
        return made


def _product_key(coefficient: Fraction, arranged: Arranged, out: tuple[int, ...]) -> Hashable:
    """What tells a product from others: its axes follow from those of its operands; a Fraction is slow to hash."""
    front = (1, 1) if coefficient is ONE else (coefficient.numerator, coefficient.denominator)
    return arranged.nodes, arranged.labels, out, front


def _plain(axes: tuple[Label, ...], kept: set[Label]) -> bool:
    """Whether an operand keeps each of its axes."""
    own = set(axes)
    return len(own) == len(axes) and own <= kept


def _numbered(parts: Iterable[Part]) -> dict[Label, int]:
    numbering: dict[Label, int] = {}
    for p in parts:
        for a in p.axes:
            numbering.setdefault(a, len(numbering))
    return numbering
