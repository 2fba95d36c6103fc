"""What is homogeneous in parts of a program: every node as a part made of quotients times a power of what they are divided by.

Where the powers go away, or what they are of stands below, the program is made of the quotients, which neither overflow nor vanish.
Everything else stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Label, Node, Part, Summand
from gradatim.compile.operands import name_of
from gradatim.compile.results import Output

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Scaled:
    """A part made of quotients, and the power that it is times; `divided` where a power stands below, `shares` where a quotient is in it.
    `plain` is the same without them."""

    part: Part
    power: Fraction
    plain: Part
    divided: bool = False
    shares: bool = False

    def renamed(self, table: dict[Any, Any]) -> Scaled:
        return replace(self, part=self.part.renamed(table), plain=self.plain.renamed(table))


def replaced(o: Output, part: Part) -> Output:
    """An output with another part for its node."""
    table: dict[Any, Label] = dict(zip(o.node.out, o.axes))
    return replace(o, node=part.node, axes=tuple([table[a] for a in part.axes]))


def exponent_of(node: Node) -> Fraction:
    """The number to which a function raises; 0 for other functions."""
    name, k = node.data
    if name == "sqrt":
        return HALF
    return k if name == "power" and len(node.args) == 1 and isinstance(k, Fraction) else Fraction(0)


class Homogeneous:
    """One divisor's turn."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.made: dict[Node, Scaled] = {}

    def atom(self, node: Node) -> Scaled | None:
        """What the divisor itself is, and what is divided by it; None for other nodes."""
        raise NotImplementedError

    def better(self, s: Scaled) -> bool:
        """Whether a node is made of the quotients."""
        return s.divided and s.shares

    def front(self, power: Fraction) -> Part | None:
        """A power of the divisor; None where it is 1."""
        raise NotImplementedError

    def all(self, order: Sequence[Node]) -> dict[Node, Part]:
        for node in order:
            self.made[node] = self._scaled(node)
        return {node: self._whole(self.made[node]) for node in order}

    def _whole(self, s: Scaled) -> Part:
        if not self.better(s):
            return s.plain
        front = self.front(s.power)
        return s.part if front is None else self.graph.contract(ONE, [s.part, front], s.part.axes)

    def _scaled(self, node: Node) -> Scaled:
        if (found := self.atom(node)) is not None:
            return found
        kind = {"contract": self._contract, "add": self._add, "map": self._map}.get(node.kind, self._closed)
        return kind(node)

    def _here(self, node: Node, labels: Sequence[Label]) -> Scaled:
        return self.made[node].renamed(dict(zip(node.out, labels)))

    def _closed(self, node: Node) -> Scaled:
        """Made again of the same arguments in the same places, if one of them has changed."""
        wholes = [self._whole(self.made[a]) for a in node.args]
        if all(w.node is a and w.axes == a.out for w, a in zip(wholes, node.args)):
            plain = Part(node, node.out)
        else:
            args = [self.graph.permuted(w, tuple(a.out)) for w, a in zip(wholes, node.args)]
            plain = Part(self.graph.again(node, args), node.out)
        return Scaled(plain, Fraction(0), plain)

    def _contract(self, node: Node) -> Scaled:
        parts = [self._here(a, labels) for a, labels in zip(node.args, node.labels)]
        if any({*s.part.axes} != {*s.plain.axes} for s in parts):
            return self._closed(node)
        part = self.graph.contract(node.data, [s.part for s in parts], node.out)
        plain = self.graph.contract(node.data, [self._whole(s) for s in parts], node.out)
        power = sum((s.power for s in parts), Fraction(0))
        return Scaled(part, power, plain, any(s.divided for s in parts), any(s.shares for s in parts))

    def _add(self, node: Node) -> Scaled:
        data: Any = node.data
        terms = [(c, ties, self._here(a, labels)) for (c, ties), a, labels in zip(data, node.args, node.labels)]
        dims: dict[Label, Any] = dict(zip(node.out, node.dims))
        plain = self.graph.add([Summand(c, self._whole(s), ties) for c, ties, s in terms], dims, node.out)
        if len({s.power for _, _, s in terms}) > 1:
            return Scaled(plain, Fraction(0), plain)
        part = self.graph.add([Summand(c, s.part, ties) for c, ties, s in terms], dims, node.out)
        divided, shares = any(s.divided for _, _, s in terms), any(s.shares for _, _, s in terms)
        return Scaled(part, terms[0][2].power, plain, divided, shares)

    def _map(self, node: Node) -> Scaled:
        s, k = self._here(node.args[0], node.labels[0]), exponent_of(node)
        wholes = [self._whole(self._here(a, labels)) for a, labels in zip(node.args, node.labels)]
        plain = self.graph.map(node.data[0], wholes, node.data[1])
        if name_of(node) == "abs":
            return Scaled(self.graph.map("abs", [s.part]), s.power, plain, s.divided, s.shares)
        if not k or not s.power:
            return Scaled(plain, Fraction(0), plain)
        bare = s.part.node.kind == "number" and s.part.node.data == 1
        part = s.part if bare else self.graph.map(node.data[0], [s.part], node.data[1])
        return Scaled(part, s.power * k, plain, s.divided or k < 0, s.shares)
