"""Powers whose sum is the power of a p-norm r, each taken of x / r: |x|ᵉ is |x / r|ᵉ rᵉ, and the powers of r are gathered.

For p = 2000 the powers of 0.5 are no numbers of double precision, while in a derivative of the norm they stand over each other. Every
node of the program is seen as a part times a power of r whose exponent is kept as a polynomial; (Σ |xᵢ|ᵖ)^(1/p) is r, however it is spelt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gradatim.compile.exponents import NONE, Exponent, exponent, minus, number_of, plus, raised, scalar, times
from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Label, Node, Part, Summand, below
from gradatim.compile.operands import name_of, nonnegative, unturned
from gradatim.compile.plan import Output
from gradatim.types import Dim


@dataclass(frozen=True, slots=True)
class _Scaled:
    """A part times a power of the norm."""

    part: Part
    power: Exponent


@dataclass(frozen=True, slots=True)
class _Norm:
    """The norm, what it is of, its p; and the sums that are its p-th power."""

    node: Node
    x: Node
    p: Exponent
    sums: tuple[Node, ...]


def without_underflow(graph: Graph, outputs: Sequence[Output]) -> list[Output]:
    """The program with the powers in each p-norm's derivatives taken of quotients by the norm."""
    done: set[Node] = set()
    found = list(outputs)
    while True:
        order = below([o.node for o in found])
        norm = next((n for n in _norms(graph, order) if n.node not in done), None)
        if norm is None:
            return found
        done.add(norm.node)
        made = _Scaling(graph, norm).all(order)
        found = [_replaced(o, made[o.node]) for o in found]


def _replaced(o: Output, part: Part) -> Output:
    table = dict(zip(o.node.out, o.axes))
    return replace(o, node=part.node, axes=tuple([table[a] for a in part.axes]))  # type: ignore[index]


def _norms(graph: Graph, order: Sequence[Node]) -> list[_Norm]:
    """The p-norms of the program, and sums that a power makes one of."""
    sums = [s for s in (_sum_of_powers(graph, n) for n in order) if s is not None]
    raised_to = {n.args[0] for n in order if n.kind == "map" and name_of(n) == "power" and _root(n)}
    found: dict[Node, _Norm] = {}
    for node in order:
        if node.kind == "special" and name_of(node) == "pnorm" and not node.rank:
            x, p = unturned(Part(node.args[0], tuple(node.args[0].out))).node, exponent(node.args[1])
            found[node] = _Norm(node, x, p, tuple(s for s, y, q in sums if y is x and q == p))
    for s, x, p in sums:
        if s in raised_to and not any(s in n.sums for n in found.values()):
            ((k, c),) = p.items() if len(p) == 1 else (((), ONE),)
            scalar = graph.number(c) if not k else k[0][0]
            if k and (k != ((scalar, 1),) or c != 1):
                continue
            node = graph.special("pnorm", [x, scalar], (), (0, ()))
            same = found.get(node)
            found[node] = _Norm(node, x, p, (*(same.sums if same else ()), s))
    return list(found.values())


def _root(node: Node) -> bool:
    """Whether a power has an exponent that is no whole number."""
    k = node.data[1]
    return len(node.args) == 2 or isinstance(k, Fraction) and k.denominator != 1


def _sum_of_powers(graph: Graph, node: Node) -> tuple[Node, Node, Exponent] | None:
    """Σ |x|ᵖ over all entries, with x and p."""
    if node.kind != "contract" or node.rank or node.data != 1 or len(node.args) != 1 or not node.args[0].rank:
        return None
    found = _power_of(graph, node.args[0])
    if found is None or len(set(node.labels[0])) != len(node.labels[0]):
        return None
    x, e, sure = found
    return (node, x, e) if sure else None


def _power_of(graph: Graph, node: Node) -> tuple[Node, Exponent, bool] | None:
    """x, e of |x|ᵉ with an exponent that is no small number; whether the power is of the size of x."""
    if node.kind != "map" or name_of(node) != "power" or len(node.args) == 2 and node.labels[1]:
        return None
    inner = node.args[0]
    if node.labels[0] != inner.out:
        return None
    e = exponent(node.data[1]) if len(node.args) == 1 else exponent(node.args[1])
    k = number_of(e)
    if k is not None and k < 2:
        return None
    even = k is not None and k.denominator == 1 and k % 2 == 0
    if inner.kind == "map" and name_of(inner) == "abs" and inner.labels[0] == inner.args[0].out:
        return inner.args[0], e, True
    return inner, e, even or inner.kind == "symbol" and nonnegative(graph, inner)


class _Scaling:
    """One norm's turn: every node as a part without it and a power of it."""

    def __init__(self, graph: Graph, norm: _Norm) -> None:
        self.graph, self.norm = graph, norm
        self.r = Part(norm.node, ())
        self.made: dict[Node, _Scaled] = {}

    def all(self, order: Sequence[Node]) -> dict[Node, Part]:
        for node in order:
            self.made[node] = self._scaled(node)
        return {node: self._whole(self.made[node]) for node in order}

    def _whole(self, s: _Scaled) -> Part:
        front = raised(self.graph, self.r, s.power)
        return s.part if front is None else self.graph.contract(ONE, [s.part, front], s.part.axes)

    def _here(self, node: Node, labels: Sequence[Label]) -> _Scaled:
        made = self.made[node]
        table = dict(zip(node.out, labels))
        return _Scaled(made.part.renamed(table), made.power)  # type: ignore[arg-type]

    def _scaled(self, node: Node) -> _Scaled:
        if node is self.norm.node:
            return _Scaled(Part(self.graph.number(1), ()), exponent(1))
        if node in self.norm.sums:
            return _Scaled(Part(self.graph.number(1), ()), self.norm.p)
        found = _power_of(self.graph, node)
        if found is not None and found[0] is self.norm.x:
            return self._share(node, found[1])
        kind = getattr(self, "_" + node.kind, None)
        return kind(node) if kind is not None else self._closed(node)

    def _share(self, node: Node, e: Exponent) -> _Scaled:
        inner = Part(node.args[0], node.out)
        share = self.graph.contract(ONE, [inner, self.graph.map("power", [self.r], -ONE)], inner.axes)
        parts = [share] if len(node.args) == 1 else [share, Part(node.args[1], ())]
        return _Scaled(self.graph.map("power", parts, node.data[1]), e)

    def _closed(self, node: Node) -> _Scaled:
        """A node that is no product, sum, power or logarithm: made again if what it is made of has changed."""
        wholes = [self._whole(self.made[a]) for a in node.args]
        if all(w.node is a and w.axes == a.out for w, a in zip(wholes, node.args)):
            return _Scaled(Part(node, node.out), NONE)
        args = [self.graph.permuted(w, tuple(a.out)) for w, a in zip(wholes, node.args)]
        return _Scaled(Part(self.graph.again(node, args), node.out), NONE)

    def _contract(self, node: Node) -> _Scaled:
        parts = [self._here(a, labels) for a, labels in zip(node.args, node.labels)]
        power = NONE
        for s in parts:
            power = plus(power, s.power)
        lost = {x for labels in node.labels for x in labels} - {x for s in parts for x in s.part.axes}
        if lost:
            return self._closed(node)
        return _Scaled(self.graph.contract(node.data, [s.part for s in parts], node.out), power)

    def _add(self, node: Node) -> _Scaled:
        data: Any = node.data
        terms = [(c, ties, self._here(a, labels)) for (c, ties), a, labels in zip(data, node.args, node.labels)]
        first = terms[0][2].power
        alike = all(number_of(minus(s.power, first)) is not None for _, _, s in terms)
        power = first if alike else NONE
        dims: dict[Label, Dim] = dict(zip(node.out, node.dims))
        summands = [Summand(c, self._whole(_Scaled(s.part, minus(s.power, power))), ties) for c, ties, s in terms]
        return _Scaled(self.graph.add(summands, dims, node.out), power)

    def _map(self, node: Node) -> _Scaled:
        name, parameter = node.data
        s = self._here(node.args[0], node.labels[0])
        if name == "power" and s.power:
            e = exponent(parameter) if len(node.args) == 1 else self._exponent(node)
            if e is not None:
                bare = s.part.node.kind == "number" and s.part.node.data == 1
                rest = s.part if bare else self._powered(node, s.part)
                return _Scaled(rest, times(s.power, e))
        if name == "log" and number_of(s.power) is None:
            logs = self.graph.map("log", [self.r])
            whole = self.graph.contract(ONE, [logs, scalar(self.graph, s.power)], ())
            if s.part.node.kind == "number" and s.part.node.data == 1:
                return _Scaled(whole, NONE)
            dims = dict(zip(s.part.axes, s.part.node.dims))
            return _Scaled(self.graph.add([Summand(ONE, self.graph.map("log", [s.part])), Summand(ONE, whole)], dims), NONE)
        wholes = [self._whole(self._here(a, labels)) for a, labels in zip(node.args, node.labels)]
        return _Scaled(self.graph.map(name, wholes, parameter), NONE)

    def _exponent(self, node: Node) -> Exponent | None:
        other = self.made[node.args[1]]
        return None if node.args[1].rank or other.power else exponent(other.part.node)

    def _powered(self, node: Node, part: Part) -> Part:
        if len(node.args) == 1:
            return self.graph.map("power", [part], node.data[1])
        return self.graph.map("power", [part, self._here(node.args[1], node.labels[1]).part])
