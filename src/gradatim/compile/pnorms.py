"""Powers whose sum is the power of a p-norm r, each taken of x / r: |x|ᵉ is |x / r|ᵉ rᵉ, and the powers of r are gathered.

For p = 2000 the powers of 0.5 are no numbers of double precision, while in a derivative of the norm they stand over each other. Every
node of the program is seen as a part times a power of r whose exponent is kept as a polynomial; (Σ |xᵢ|ᵖ)^(1/p) is r, however it is spelt.

Derivatives by p are full of log |xᵢ| and log r, which cancel: log |xᵢ| is Lᵢ + log r with the logarithm Lᵢ of |xᵢ| / r, and the powers of
log r are gathered as well. As Σ (|xᵢ| / r)ᵖ is 1, they go away, and sums of Lᵢ < 0 are left, each of which keeps its digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from gradatim.compile.exponents import NONE, Exponent, exponent, minus, number_of, plus, raised, scalar, times
from gradatim.compile.graph import Graph
from gradatim.compile.homogeneous import replaced
from gradatim.compile.nodes import ONE, Label, Node, Part, Summand, below
from gradatim.compile.operands import by_entries, factors_of, name_of, nonnegative, split, unturned
from gradatim.compile.results import Output
from gradatim.types import Dim


@dataclass(frozen=True, slots=True)
class _Scaled:
    """A power of the norm times a polynomial in its logarithm, of which `parts` are the coefficients, that of 1 first."""

    parts: tuple[Part, ...]
    power: Exponent

    @property
    def part(self) -> Part:
        return self.parts[0]

    @property
    def bare(self) -> bool:
        """Whether it is the power alone."""
        return len(self.parts) == 1 and _is_number(self.part, 1)


def _is_number(part: Part, value: int) -> bool:
    return part.node.kind == "number" and part.node.data == value


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
        made = _scaled(graph, norm, order)
        found = [replaced(o, made[o.node]) for o in found]


def _scaled(graph: Graph, norm: _Norm, order: Sequence[Node]) -> dict[Node, Part]:
    """Every node anew, without logarithms of the norm where these cancel."""
    plain = _Scaling(graph, norm)
    made = plain.all(order)
    if number_of(norm.p) is None and any(_is_log_of(n, norm.x) for n in order):
        return _Scaling(graph, norm, plain).all(order)
    return made


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


def _is_log_of(node: Node, x: Node) -> bool:
    """Whether a node is log |x|."""
    if node.kind != "map" or name_of(node) != "log" or node.labels[0] != node.args[0].out:
        return False
    inner = node.args[0]
    return inner is x or inner.kind == "map" and name_of(inner) == "abs" and inner.args[0] is x and inner.labels[0] == x.out


MOST_LOGARITHMS = 6
"""Polynomials in log r of a higher degree are not followed."""


class _Scaling:
    """One norm's turn: every node as a part without it and a power of it. With `plain`, which is the turn before, logarithms are
    shared out, too; what holds log r in the end stays as it was then."""

    def __init__(self, graph: Graph, norm: _Norm, plain: _Scaling | None = None) -> None:
        self.graph, self.norm, self.plain = graph, norm, plain
        self.r = Part(norm.node, ())
        self.made: dict[Node, _Scaled] = {}
        self.logs = graph.special("log_shares", [norm.x, scalar(graph, norm.p).node], norm.x.dims, (0, ())) if plain else None
        self.weights = self._exponential(norm.x.out, norm.p).node if plain else None

    def all(self, order: Sequence[Node]) -> dict[Node, Part]:
        for node in order:
            self.made[node] = self._scaled(node)
        return {node: self._of(node) for node in order}

    def _of(self, node: Node, labels: Sequence[Label] | None = None) -> Part:
        """A node anew."""
        made = self.made[node]
        if len(made.parts) > 1 and self.plain is not None:
            return self.plain._of(node, labels)
        whole = self._times(made.part, made.power)
        return whole if labels is None else whole.renamed(dict(zip(node.out, labels)))

    def _times(self, part: Part, power: Exponent) -> Part:
        front = raised(self.graph, self.r, power)
        return part if front is None else self.graph.contract(ONE, [part, front], part.axes)

    def _here(self, node: Node, labels: Sequence[Label]) -> _Scaled:
        made = self.made[node]
        table: dict[Label, Label] = dict(zip(node.out, labels))
        return _Scaled(tuple([p.renamed(table) for p in made.parts]), made.power)

    def _scaled(self, node: Node) -> _Scaled:
        one = Part(self.graph.number(1), ())
        if node is self.norm.node:
            return _Scaled((one,), exponent(1))
        if node in self.norm.sums:
            return _Scaled((one,), self.norm.p)
        if self.logs is not None and _is_log_of(node, self.norm.x):
            return _Scaled((Part(self.logs, node.out), one), NONE)
        found = _power_of(self.graph, node)
        if found is not None and found[0] is self.norm.x:
            return self._share(node, found[1], found[2])
        kind = getattr(self, "_" + node.kind, None)
        made = kind(node) if kind is not None else None
        if made is None and self.plain is not None and any(len(self.made[a].parts) > 1 for a in node.args):
            return self.plain.made[node]
        return made if made is not None else self._closed(node)

    def _share(self, node: Node, e: Exponent, sure: bool) -> _Scaled:
        if self.logs is not None and sure and number_of(e) is None:
            return _Scaled((self._exponential(node.out, e),), e)
        inner = Part(node.args[0], node.out)
        share = self.graph.map("unit", [inner, self.r])
        parts = [share] if len(node.args) == 1 else [share, Part(node.args[1], ())]
        return _Scaled((self.graph.map("power", parts, node.data[1]),), e)

    def _exponential(self, axes: Sequence[Label], e: Exponent) -> Part:
        """(|x| / r)ᵉ by its logarithm: a power would multiply the rounding of the quotient."""
        assert self.logs is not None
        logs = Part(self.logs, tuple(axes))
        return self.graph.map("exp", [self.graph.contract(ONE, [scalar(self.graph, e), logs], logs.axes)])

    def _closed(self, node: Node) -> _Scaled:
        """A node that is no product, sum, power or logarithm: made again if what it is made of has changed."""
        wholes = [self._of(a) for a in node.args]
        if all(w.node is a and w.axes == a.out for w, a in zip(wholes, node.args)):
            return _Scaled((Part(node, node.out),), NONE)
        args = [self.graph.permuted(w, tuple(a.out)) for w, a in zip(wholes, node.args)]
        return _Scaled((Part(self.graph.again(node, args), node.out),), NONE)

    def _contract(self, node: Node) -> _Scaled | None:
        factors = [self._here(a, labels) for a, labels in zip(node.args, node.labels)]
        return self._multiplied(node, factors, node.data)

    def _multiplied(self, node: Node, factors: Sequence[_Scaled], front: Fraction) -> _Scaled | None:
        power = NONE
        for s in factors:
            power = plus(power, s.power)
        labels = {x for labels in node.labels for x in labels}
        by_degree: list[list[Summand]] = []
        for picked in product(*(enumerate(s.parts) for s in factors)):
            degree, parts = sum(k for k, _ in picked), [p for _, p in picked if not _is_number(p, 0)]
            while len(by_degree) <= degree:
                by_degree.append([])
            if len(parts) < len(picked):
                continue
            if labels - {x for p in parts for x in p.axes} - (set(node.out) if degree else set()):
                return None
            by_degree[degree].append(self._product(front, parts, node.out))
        return self._polynomial(by_degree, power, node, ())

    def _product(self, front: Fraction, parts: Sequence[Part], out: Sequence[Label]) -> Summand:
        """A product; where logarithms are to cancel opened, so that equal ones meet, and without Σ (|xᵢ| / r)ᵖ, which is 1."""
        if not self.plain:
            return Summand(ONE, self.graph.contract(front, parts, out))
        flat: list[Part] = []
        for p in parts:
            c, bare = split(self.graph, p)
            front *= c
            flat += factors_of(bare) if by_entries(bare) else [bare]
        kept = [
            p for k, p in enumerate(flat) if p.node is not self.weights or not self._alone(p, [*flat[:k], *flat[k + 1 :]], out)
        ]
        return Summand(front, self.graph.contract(ONE, kept, out))

    @staticmethod
    def _alone(part: Part, others: Sequence[Part], out: Sequence[Label]) -> bool:
        axes = set(part.axes)
        return len(axes) == len(part.axes) and axes.isdisjoint(out) and all(axes.isdisjoint(q.axes) for q in others)

    def _polynomial(
        self, by_degree: Sequence[Sequence[Summand]], power: Exponent, node: Node, spread: Sequence[Label]
    ) -> _Scaled | None:
        """Coefficients from their terms; scalars multiplied out beyond the first, where they are to cancel."""
        dims: dict[Label, Dim] = dict(zip(node.out, node.dims))
        coefficients = [self.graph.add(terms, dims, () if k else spread) for k, terms in enumerate(by_degree)]
        coefficients[1:] = [c if c.axes else scalar(self.graph, exponent(c.node)) for c in coefficients[1:]]
        while len(coefficients) > 1 and _is_number(coefficients[-1], 0):
            coefficients.pop()
        whole = len(coefficients) > 1 or set(coefficients[0].axes) == set(node.out)
        return _Scaled(tuple(coefficients), power) if whole and len(coefficients) <= MOST_LOGARITHMS else None

    def _add(self, node: Node) -> _Scaled | None:
        data: Any = node.data
        terms = [(c, ties, self._here(a, labels)) for (c, ties), a, labels in zip(data, node.args, node.labels)]
        first = terms[0][2].power
        alike = all(number_of(minus(s.power, first)) is not None for _, _, s in terms)
        if not alike and any(len(s.parts) > 1 for _, _, s in terms):
            return None
        power = first if alike else NONE
        by_degree: list[list[Summand]] = [[] for _ in range(max(len(s.parts) for _, _, s in terms))]
        for c, ties, s in terms:
            for degree, part in enumerate(s.parts):
                by_degree[degree].append(Summand(c, self._times(part, minus(s.power, power)), ties))
        return self._polynomial(by_degree, power, node, node.out)

    def _map(self, node: Node) -> _Scaled | None:
        name, parameter = node.data
        s = self._here(node.args[0], node.labels[0])
        if name == "power" and len(s.parts) > 1 and parameter in (2, 3):
            return self._multiplied(node, [s] * int(parameter), ONE)
        if name == "power" and len(s.parts) == 1 and s.power:
            e = exponent(parameter) if len(node.args) == 1 else self._exponent(node)
            if e is not None:
                return _Scaled((s.part if s.bare else self._powered(node, s.part),), times(s.power, e))
        if name == "log" and len(s.parts) == 1 and (number_of(s.power) is None or self.plain and s.bare and s.power):
            return self._log(s)
        if any(len(self.made[a].parts) > 1 for a in node.args):
            return None
        wholes = [self._of(a, labels) for a, labels in zip(node.args, node.labels)]
        return _Scaled((self.graph.map(name, wholes, parameter),), NONE)

    def _log(self, s: _Scaled) -> _Scaled:
        rest = Part(self.graph.number(0), ()) if s.bare else self.graph.map("log", [s.part])
        if self.plain:
            return _Scaled((rest, scalar(self.graph, s.power)), NONE)
        whole = self.graph.contract(ONE, [self.graph.map("log", [self.r]), scalar(self.graph, s.power)], ())
        dims = dict(zip(s.part.axes, s.part.node.dims))
        return _Scaled((self.graph.add([Summand(ONE, rest), Summand(ONE, whole)], dims),), NONE)

    def _exponent(self, node: Node) -> Exponent | None:
        other = self.made[node.args[1]]
        return None if node.args[1].rank or other.power or len(other.parts) > 1 else exponent(other.part.node)

    def _powered(self, node: Node, part: Part) -> Part:
        if len(node.args) == 1:
            return self.graph.map("power", [part], node.data[1])
        return self.graph.map("power", [part, self._of(node.args[1], node.labels[1])])
