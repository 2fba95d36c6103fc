"""The program between a formula and its source text: a graph of array operations on labelled axes.

A node is a whole array whose axes are numbered; whoever uses it says which label each axis has there, as in an einsum. So
transposes, diagonals and broadcasting are labels and not operations, and a product of many factors is one `contract` node
until its order is planned. Nodes are made by a `Graph`, which numbers labels canonically and keeps one node for one
computation: equal parts of several formulas meet by themselves, transposed or not.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple

from gradatim.compile.arrange import AGAIN, SYMMETRIC, orders, ways
from gradatim.term import Symbol
from gradatim.types import Dim

_number_of = attrgetter("node.number")

Label = Hashable
"""An index of the formula, or a number of our own."""

ONE = Fraction(1)
"""The one object for the number 1: arithmetic of fractions is slow, and that nothing is in front is told by `is`."""
OF_SYMMETRIC = frozenset({"inverse", "matrix_power", "expm", "logm", "sinm", "cosm", "powm"})
"""Operations on whole matrices that of a symmetric one give a symmetric one."""
MOST_OPENED = 6
"""A product is opened into up to this many factors to see whether it is symmetric."""


class Node:
    """An array of the program. `labels` holds the labels of each argument's axes, `out` those of the node's own."""

    __slots__ = ("kind", "args", "labels", "out", "data", "dims", "number", "rank", "symmetric")

    def __init__(
        self,
        kind: str,
        args: tuple[Node, ...],
        labels: tuple[tuple[int, ...], ...],
        out: tuple[int, ...],
        data: Any,
        dims: tuple[Dim, ...],
        number: int,
    ) -> None:
        self.kind, self.args, self.labels, self.out = kind, args, labels, out
        self.data, self.dims, self.number, self.rank = data, dims, number, len(dims)
        self.symmetric: bool | None = None if self.rank == 2 else False
        """Whether exchanging the two axes gives the same array, as far as that was asked."""

    def __repr__(self) -> str:
        return f"<{self.number}: {self.kind} {self.data!r} of {[a.number for a in self.args]} {self.labels}->{self.out}>"


def below(roots: Sequence[Node]) -> list[Node]:
    """Every node that the roots are made of, themselves included, in the order in which they were made."""
    found: set[Node] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack.extend(node.args)
    return sorted(found, key=attrgetter("number"))


class Part(NamedTuple):
    """An operand: a node with the labels that its axes have here."""

    node: Node
    axes: tuple[Label, ...]

    def renamed(self, table: Mapping[Label, Label]) -> Part:
        return Part(self.node, tuple([table.get(a, a) for a in self.axes]))


Tie = tuple[Label, Label]


class Summand(NamedTuple):
    """A term of a sum: a coefficient, an operand, and the pairs of labels on whose diagonal it stands."""

    coefficient: Fraction
    part: Part
    ties: tuple[Tie, ...] = ()


class Arranged(NamedTuple):
    """Operands in canonical order, their labels by number, and the number of each label."""

    nodes: tuple[Node, ...]
    labels: tuple[tuple[int, ...], ...]
    numbering: dict[Label, int]

    def kept(self, wanted: Container[Label]) -> tuple[tuple[Label, ...], tuple[int, ...]]:
        """The labels that a result keeps, and their numbers."""
        names: list[Label] = []
        numbers: list[int] = []
        for a, k in self.numbering.items():
            if a in wanted:
                names.append(a)
                numbers.append(k)
        return tuple(names), tuple(numbers)

    def dims(self, out: Iterable[int]) -> tuple[Dim, ...]:
        """The dimensions of the axes with these numbers."""
        found: dict[int, Dim] = {}
        for node, labels in zip(self.nodes, self.labels):
            found.update(zip(labels, node.dims))
        return tuple([found[k] for k in out])


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
        arranged = self.arranged(factors)
        names, out = arranged.kept(wanted)
        key = _product_key(coefficient, arranged, out)
        node = self.table.get(key)
        if node is None:
            node = self._new(key, "contract", arranged.nodes, arranged.labels, out, coefficient, arranged.dims(out))
        return Part(node, names)

    def known(self, parts: Sequence[Part], kept: Iterable[Label]) -> Node | None:
        """The product of these arrays where it is a node already; nothing is made."""
        arranged = self.arranged(parts)
        return self.table.get(_product_key(ONE, arranged, arranged.kept(set(kept))[1]))

    def add(self, summands: Sequence[Summand], dims: Mapping[Label, Dim], spread: Iterable[Label] = ()) -> Part:
        """The sum of operands, each repeated along the labels that it lacks. `spread` are labels that the result has besides."""
        gathered: dict[tuple[Part, tuple[Tie, ...]], Fraction] = {}
        for s in summands:
            if s.part.node.kind == "number":
                s = Summand(s.coefficient * s.part.node.data, Part(self.number(1), ()), s.ties)
            key = (self.oriented(s.part), tuple(sorted(s.ties, key=repr)) if s.ties else ())
            gathered[key] = gathered[key] + s.coefficient if key in gathered else s.coefficient
        terms = [Summand(c, p, t) for (p, t), c in gathered.items() if c]
        extra = list(spread)
        if not terms:
            return self._spread_number(Fraction(0), extra, dims)
        if len(terms) == 1 and not terms[0].ties and all(a in terms[0].part.axes for a in extra):
            only = terms[0]
            return self.contract(only.coefficient, [only.part], only.part.axes)
        arranged, numbering = self._arrange_sum(terms, extra)
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
        labels = tuple([tuple(numbering[a] for a in p.axes) for p in map(self.oriented, parts)])
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
        if part.axes == axes or self.symmetric(part.node):
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

    def symmetric(self, node: Node) -> bool:
        """Whether exchanging the two axes gives the same array: declared of a symbol, seen from the labels of the rest."""
        known = node.symmetric
        if known is None:
            known = node.symmetric = node.dims[0] == node.dims[1] and self._is_symmetric(node)
        return known

    def _is_symmetric(self, node: Node) -> bool:
        if node.kind == "symbol":
            facts = node.data.type.facts
            return bool(facts & {"symmetric", "spd", "psd", "diagonal"})
        if node.kind == "special":
            name, _parameter = node.data
            return name in OF_SYMMETRIC and self.symmetric(node.args[0])
        if node.kind == "map":
            return all(set(axes) == set(node.out) and self.symmetric(a) or not axes for a, axes in zip(node.args, node.labels))
        if node.kind not in ("contract", "add"):
            return False
        # With the two labels exchanged it must be the same node: the same operands at the same labels, and the same result.
        a, b = node.out
        swap: dict[Label, Label] = {a: b, b: a}
        alike = self._place(node, a) == self._place(node, b)
        if node.kind == "contract" and not alike:
            return any(x.kind == "contract" for x in node.args) and self._opened_symmetric(node)
        if node.kind == "contract":
            swapped = tuple([tuple([swap.get(x, x) for x in axes]) for axes in node.labels])
            found = ways(swapped, self._traits(node.args))
            if any(way.rows == node.labels and way.letters.index(a) < way.letters.index(b) for way in found):
                return True
            return any(x.kind == "contract" for x in node.args) and self._opened_symmetric(node)
        if not alike:
            return False
        parts = [Part(x, tuple([swap.get(k, k) for k in axes])) for x, axes in zip(node.args, node.labels)]
        data: tuple[tuple[Fraction, tuple[Tie, ...]], ...] = node.data
        terms = [
            Summand(c, self.oriented(p), tuple((swap.get(a, a), swap.get(b, b)) for a, b in t)) for (c, t), p in zip(data, parts)
        ]
        own = [_on_diagonal(s, {a: a for a in node.out}) for s in self._own_terms(node)]
        for arranged_sum, numbering in self._sum_arrangements(terms, ()):
            if [_on_diagonal(s, numbering) for s in arranged_sum] == own and self._order(numbering, node.out) == node.out:
                return True
        return False

    def _opened_symmetric(self, node: Node) -> bool:
        """Of F M Fᵀ, formed as (F M) Fᵀ, only the factors of the factors tell."""
        parts: list[Part] = []
        pending = [Part(a, labels) for a, labels in zip(node.args, node.labels)]
        serial = 0
        while pending:
            p = pending.pop()
            if p.node.kind != "contract" or len(set(p.axes)) < len(p.axes):
                parts.append(p)
                continue
            table: dict[Label, Label] = dict(zip(p.node.out, p.axes))
            for a, labels in zip(p.node.args, p.node.labels):
                pending.append(Part(a, tuple([table.setdefault(x, (serial, x)) for x in labels])))
            serial += 1
        if len(parts) == len(node.args) or len(parts) > MOST_OPENED:
            return False
        parts.sort(key=_number_of)
        numbering: dict[Label, int] = {}
        rows = tuple([tuple([numbering.setdefault(x, len(numbering)) for x in p.axes]) for p in parts])
        traits = self._traits(tuple([p.node for p in parts]))
        one, other = (numbering[x] for x in node.out)
        swap = {one: other, other: one}
        wanted = ways(rows, traits)[0]
        places = wanted.letters.index(one), wanted.letters.index(other)
        return any(
            w.rows == wanted.rows and (w.letters.index(one), w.letters.index(other)) == places
            for w in ways(tuple([tuple([swap.get(x, x) for x in row]) for row in rows]), traits)
        )

    def _place(self, node: Node, label: int) -> list[tuple[int, int]]:
        """Where a label stands in a sum or a product: operands by number, and which of their axes it is, of those for which that matters.

        A term on a diagonal is left out, where either of two labels says the same.
        """
        tied = node.data if node.kind == "add" else ((ONE, ()),) * len(node.args)
        found: list[tuple[int, int]] = []
        for a, labels, (_, ties) in zip(node.args, node.labels, tied):
            if label in labels and not ties:
                loose = a.rank == 2 and self.symmetric(a)
                found += [(a.number, 0 if loose else k) for k, x in enumerate(labels) if x == label]
        return sorted(found)

    @staticmethod
    def _own_terms(node: Node) -> list[Summand]:
        return [Summand(c, Part(a, labels), ties) for (c, ties), a, labels in zip(node.data, node.args, node.labels)]

    @staticmethod
    def _order(numbering: Mapping[Label, int], kept: Sequence[Label]) -> tuple[Label, ...]:
        return tuple([a for a in numbering if a in kept])

    def oriented(self, part: Part) -> Part:
        """The labels of a symmetric array in a fixed order."""
        if part.node.rank == 2 and part.axes[0] != part.axes[1] and self.symmetric(part.node):
            return Part(part.node, tuple(sorted(part.axes, key=rank_of)))
        return part

    def arranged(self, factors: Sequence[Part]) -> Arranged:
        """The operands in canonical order: of those that look alike the first."""
        numbering: dict[Label, int] = {}
        nodes: list[Node] = []
        rows: list[tuple[int, ...]] = []
        for node, axes in factors if len(factors) == 1 else sorted(factors, key=_number_of):
            for x in axes:
                if x not in numbering:
                    numbering[x] = len(numbering)
            nodes.append(node)
            rows.append(tuple(map(numbering.__getitem__, axes)))
        traits = self._traits(nodes)
        if not any(traits):
            return Arranged(tuple(nodes), tuple(rows), numbering)
        way = ways(tuple(rows), traits)[0]
        letters = list(numbering)
        return Arranged(tuple(nodes), way.rows, dict(zip(map(letters.__getitem__, way.letters), count())))

    def _traits(self, nodes: Iterable[Node]) -> tuple[int, ...]:
        """What may be exchanged of operands: equal ones, and the axes of symmetric ones."""
        before: Node | None = None
        found: list[int] = []
        for node in nodes:
            trait = AGAIN if node is before else 0
            if node.rank == 2 and self.symmetric(node):
                trait |= SYMMETRIC
            found.append(trait)
            before = node
        return tuple(found)

    def _arrange_sum(self, terms: Sequence[Summand], extra: Sequence[Label]) -> tuple[list[Summand], dict[Label, int]]:
        return self._sum_arrangements(terms, extra)[0]

    def _sum_arrangements(self, terms: Sequence[Summand], extra: Sequence[Label]) -> list[tuple[list[Summand], dict[Label, int]]]:
        best: list[tuple[list[Summand], dict[Label, int]]] = []
        least: list[Any] | None = None
        for order in orders(tuple([s.part.node.number for s in terms])):
            numbering: dict[Label, int] = {}
            arranged: list[Summand] = []
            # Arrays with all axes name them first, so that what is only repeated along an axis has no say.
            for k in sorted(order, key=lambda k: -len(terms[k].part.axes)):
                for a in terms[k].part.axes:
                    numbering.setdefault(a, len(numbering))
            for k in order:
                for tie in terms[k].ties:
                    for a in tie:
                        numbering.setdefault(a, len(numbering))
            for a in extra:
                numbering.setdefault(a, len(numbering))
            shown: list[Any] = []
            for k in order:
                s = terms[k]
                ties = [(a, b) if numbering[a] < numbering[b] else (b, a) for a, b in s.ties]
                ties.sort(key=lambda t: (numbering[t[0]], numbering[t[1]]))
                arranged.append(Summand(s.coefficient, s.part, tuple(ties)))
                shown.append((tuple([numbering[a] for a in s.part.axes]), tuple((numbering[a], numbering[b]) for a, b in ties)))
            if least is None or shown < least:
                best, least = [], shown
            if shown == least:
                best.append((arranged, numbering))
        return best


def times(a: Fraction, b: Fraction) -> Fraction:
    """The product of two numbers, of which mostly one is 1."""
    return b if a is ONE else a if b is ONE else a * b


def _product_key(coefficient: Fraction, arranged: Arranged, out: tuple[int, ...]) -> Hashable:
    """What tells a product from others: its axes follow from those of its operands; a Fraction is slow to hash."""
    front = (1, 1) if coefficient is ONE else (coefficient.numerator, coefficient.denominator)
    return arranged.nodes, arranged.labels, out, front


def _plain(axes: tuple[Label, ...], kept: set[Label]) -> bool:
    """Whether an operand keeps each of its axes."""
    own = set(axes)
    return len(own) == len(axes) and own <= kept


def _on_diagonal(s: Summand, numbering: Mapping[Label, Any]) -> tuple[Fraction, int, tuple[int, ...], tuple[Tie, ...]]:
    """A term of a sum by numbered labels; on a diagonal either of its labels says the same, and the lower one is said."""
    ties = tuple((min(x, y), max(x, y)) for x, y in ((numbering[a], numbering[b]) for a, b in s.ties))
    lower = {y: x for x, y in ties}
    return s.coefficient, s.part.node.number, tuple([lower.get(numbering[a], numbering[a]) for a in s.part.axes]), ties


def rank_of(label: Label) -> tuple[str, int]:
    """A fixed order of labels: our own by number, indices of the formula by when they were made."""
    if isinstance(label, int):
        return "", label
    name = getattr(label, "name", "")
    digits = "".join(c for c in name if c.isdigit())
    return name.rstrip("0123456789"), int(digits) if digits else 0


def _numbered(parts: Iterable[Part]) -> dict[Label, int]:
    numbering: dict[Label, int] = {}
    for p in parts:
        for a in p.axes:
            numbering.setdefault(a, len(numbering))
    return numbering
