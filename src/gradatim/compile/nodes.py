"""What a program is made of: arrays on labelled axes.

A node is a whole array whose axes are numbered; whoever uses it says which label each axis has there, as in an einsum. So
transposes, diagonals and broadcasting are labels and not operations.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from operator import attrgetter
from typing import Any, NamedTuple

from gradatim.types import Dim

Label = Hashable
"""An index of the formula, or a number of our own."""


def inside(number: int, label: int, mark: int = 0) -> int:
    """The label of an axis that is summed inside a product, of a node with this number, where the product is opened; marks tell several
    openings apart. Labels are hashed all the time, so these are integers: negative ones, which are nobody's own."""
    return ~((mark << 40) | (number << 12) | label)


ONE = Fraction(1)
"""The one object for the number 1: arithmetic of fractions is slow, and that nothing is in front is told by `is`."""


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


def terms_of(part: Part) -> list[Summand]:
    """The terms of a sum, with labels of the outside; what is no sum is its own."""
    node = part.node
    if node.kind != "add":
        return [Summand(ONE, part)]
    table: dict[Label, Label] = dict(zip(node.out, part.axes))
    data: tuple[tuple[Fraction, tuple[Tie, ...]], ...] = node.data
    return [
        Summand(c, Part(a, tuple([table[x] for x in labels])), tuple([(table[x], table[y]) for x, y in ties]))
        for (c, ties), a, labels in zip(data, node.args, node.labels)
    ]


def times(a: Fraction, b: Fraction) -> Fraction:
    """The product of two numbers, of which mostly one is 1."""
    return b if a is ONE else a if b is ONE else a * b
