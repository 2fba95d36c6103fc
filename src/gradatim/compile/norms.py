"""Vectors over their norms: what is homogeneous in x is worked out of u = x / ‖x‖ where it is divided by powers of the norm.

(I − x xᵀ / xᵀx) / ‖x‖ is (I − u uᵀ) / ‖x‖, and xᵀA x / xᵀx is uᵀA u: the squares of large numbers overflow, and those of small ones vanish.
Every node is seen as a part made of u times a power of the norm; where nothing is divided, it stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Label, Node, Part, Summand, below
from gradatim.compile.operands import name_of, unturned
from gradatim.compile.results import Output

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class _Scaled:
    """A part made of u, and the power of the norm that it is times; `divided` where a power of the norm stands below, `shares` where u is in it."""

    part: Part
    power: Fraction
    plain: Part
    divided: bool = False
    shares: bool = False

    @property
    def better(self) -> bool:
        return self.divided and self.shares

    def renamed(self, table: dict[Any, Any]) -> _Scaled:
        return replace(self, part=self.part.renamed(table), plain=self.plain.renamed(table))


def of_unit_vectors(graph: Graph, outputs: Sequence[Output]) -> list[Output]:
    """The program with quotients by norms made of unit vectors."""
    done: set[Node] = set()
    found = list(outputs)
    while True:
        order = below([o.node for o in found])
        norm = next((n for n in _divisors(graph, order) if n not in done), None)
        if norm is None:
            return found
        done.add(norm)
        turn = _Turn(graph, norm)
        for node in order:
            turn.made[node] = turn.scaled(node)
        found = [_replaced(o, turn.whole(turn.made[o.node])) for o in found]


def _replaced(o: Output, part: Part) -> Output:
    table: dict[Any, Label] = dict(zip(o.node.out, o.axes))
    return replace(o, node=part.node, axes=tuple([table[a] for a in part.axes]))


def _divisors(graph: Graph, order: Sequence[Node]) -> list[Node]:
    """Norms by which, or by powers of which, something is divided."""
    below_ = [n.args[0] for n in order if n.kind == "map" and _exponent(n) < 0]
    parts = [part for node in below_ for part in (node.args if node.kind == "contract" and not node.rank else [node])]
    found = [_norm_of(graph, node) for node in (*parts, *below_)]
    return list(dict.fromkeys(f[0] for f in found if f is not None))


def _exponent(node: Node) -> Fraction:
    """The number to which a function raises; 0 for other functions."""
    name, k = node.data
    if name == "sqrt":
        return HALF
    return k if name == "power" and len(node.args) == 1 and isinstance(k, Fraction) else Fraction(0)


def _norm_of(graph: Graph, node: Node) -> tuple[Node, Fraction] | None:
    """The norm r and the k of rᵏ."""
    if node.rank:
        return None
    if node.kind == "special" and name_of(node) == "norm":
        return graph.special("norm", [_of(node)], (), (0, ())), ONE
    if node.kind == "special" and name_of(node) == "pnorm" and node.args[1].kind == "number":
        return node, ONE
    if node.kind == "map" and (k := _exponent(node)):
        found = _norm_of(graph, node.args[0])
        return None if found is None else (found[0], found[1] * k)
    if node.kind == "contract" and node.data == 1 and len(node.args) == 2:
        (a, b), (la, lb) = node.args, node.labels
        if a is b and la == lb and a.rank and len(set(la)) == len(la):
            return graph.special("norm", [a], (), (0, ())), Fraction(2)
    return None


def _of(norm: Node) -> Node:
    return unturned(Part(norm.args[0], tuple(norm.args[0].out))).node


class _Turn:
    """One norm's turn."""

    def __init__(self, graph: Graph, norm: Node) -> None:
        self.graph, self.norm = graph, norm
        self.x = _of(norm)
        self.r = Part(norm, ())
        self.made: dict[Node, _Scaled] = {}

    def whole(self, s: _Scaled) -> Part:
        if not s.better:
            return s.plain
        front = self._raised(s.power)
        return s.part if front is None else self.graph.contract(ONE, [s.part, front], s.part.axes)

    def _raised(self, k: Fraction) -> Part | None:
        return None if not k else self.r if k == 1 else self.graph.map("power", [self.r], k)

    def scaled(self, node: Node) -> _Scaled:
        plain = Part(node, node.out)
        if node is self.x:
            # No product, which would be opened into others and meet the squares again.
            return _Scaled(self.graph.map("unit", [plain, self.r]), ONE, plain, shares=True)
        norm = _norm_of(self.graph, node)
        if norm is not None and norm[0] is self.norm:
            return _Scaled(Part(self.graph.number(1), ()), norm[1], plain, norm[1] < 0)
        kind = {"contract": self._contract, "add": self._add, "map": self._map}.get(node.kind, self._closed)
        return kind(node)

    def _here(self, node: Node, labels: Sequence[Label]) -> _Scaled:
        return self.made[node].renamed(dict(zip(node.out, labels)))

    def _closed(self, node: Node) -> _Scaled:
        """Made again of the same arguments in the same places, if one of them has changed."""
        wholes = [self.whole(self.made[a]) for a in node.args]
        if all(w.node is a and w.axes == a.out for w, a in zip(wholes, node.args)):
            plain = Part(node, node.out)
        else:
            args = [self.graph.permuted(w, tuple(a.out)) for w, a in zip(wholes, node.args)]
            plain = Part(self.graph.again(node, args), node.out)
        return _Scaled(plain, Fraction(0), plain)

    def _contract(self, node: Node) -> _Scaled:
        parts = [self._here(a, labels) for a, labels in zip(node.args, node.labels)]
        if any({*s.part.axes} != {*s.plain.axes} for s in parts):
            return self._closed(node)
        part = self.graph.contract(node.data, [s.part for s in parts], node.out)
        plain = self.graph.contract(node.data, [self.whole(s) for s in parts], node.out)
        power = sum((s.power for s in parts), Fraction(0))
        return _Scaled(part, power, plain, any(s.divided for s in parts), any(s.shares for s in parts))

    def _add(self, node: Node) -> _Scaled:
        data: Any = node.data
        terms = [(c, ties, self._here(a, labels)) for (c, ties), a, labels in zip(data, node.args, node.labels)]
        dims: dict[Label, Any] = dict(zip(node.out, node.dims))
        plain = self.graph.add([Summand(c, self.whole(s), ties) for c, ties, s in terms], dims, node.out)
        if len({s.power for _, _, s in terms}) > 1:
            return _Scaled(plain, Fraction(0), plain)
        part = self.graph.add([Summand(c, s.part, ties) for c, ties, s in terms], dims, node.out)
        divided, shares = any(s.divided for _, _, s in terms), any(s.shares for _, _, s in terms)
        return _Scaled(part, terms[0][2].power, plain, divided, shares)

    def _map(self, node: Node) -> _Scaled:
        s, k = self._here(node.args[0], node.labels[0]), _exponent(node)
        wholes = [self.whole(self._here(a, labels)) for a, labels in zip(node.args, node.labels)]
        plain = self.graph.map(node.data[0], wholes, node.data[1])
        if name_of(node) == "abs":
            return _Scaled(self.graph.map("abs", [s.part]), s.power, plain, s.divided, s.shares)
        if not k or not s.power:
            return _Scaled(plain, Fraction(0), plain)
        bare = s.part.node.kind == "number" and s.part.node.data == 1
        part = s.part if bare else self.graph.map(node.data[0], [s.part], node.data[1])
        return _Scaled(part, s.power * k, plain, s.divided or k < 0, s.shares)
