"""Vectors over their norms: what is homogeneous in x is worked out of u = x / ‖x‖ where it is divided by powers of the norm.

(I − x xᵀ / xᵀx) / ‖x‖ is (I − u uᵀ) / ‖x‖, and xᵀA x / xᵀx is uᵀA u: the squares of large numbers overflow, and those of small ones vanish.
Where nothing is divided, it stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gradatim.compile.graph import Graph
from gradatim.compile.homogeneous import Homogeneous, Scaled, exponent_of, replaced
from gradatim.compile.nodes import ONE, Node, Part, below
from gradatim.compile.operands import name_of, unturned
from gradatim.compile.results import Output


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
        made = _ByNorm(graph, norm).all(order)
        found = [replaced(o, made[o.node]) for o in found]


def _divisors(graph: Graph, order: Sequence[Node]) -> list[Node]:
    """Norms by which, or by powers of which, something is divided."""
    below_ = [n.args[0] for n in order if n.kind == "map" and exponent_of(n) < 0]
    parts = [part for node in below_ for part in (node.args if node.kind == "contract" and not node.rank else [node])]
    found = [_norm_of(graph, node) for node in (*parts, *below_)]
    return list(dict.fromkeys(f[0] for f in found if f is not None))


def _norm_of(graph: Graph, node: Node) -> tuple[Node, Fraction] | None:
    """The norm r and the k of rᵏ."""
    if node.rank:
        return None
    if node.kind == "special" and name_of(node) == "norm":
        return graph.special("norm", [_of(node)], (), (0, ())), ONE
    if node.kind == "special" and name_of(node) == "pnorm" and node.args[1].kind == "number":
        return node, ONE
    if node.kind == "map" and (k := exponent_of(node)):
        found = _norm_of(graph, node.args[0])
        return None if found is None else (found[0], found[1] * k)
    if node.kind == "contract" and node.data == 1 and len(node.args) == 2:
        (a, b), (la, lb) = node.args, node.labels
        if a is b and la == lb and a.rank and len(set(la)) == len(la):
            return graph.special("norm", [a], (), (0, ())), Fraction(2)
    return None


def _of(norm: Node) -> Node:
    return unturned(Part(norm.args[0], tuple(norm.args[0].out))).node


class _ByNorm(Homogeneous):
    def __init__(self, graph: Graph, norm: Node) -> None:
        super().__init__(graph)
        self.norm, self.x, self.r = norm, _of(norm), Part(norm, ())

    def front(self, power: Fraction) -> Part | None:
        return None if not power else self.r if power == 1 else self.graph.map("power", [self.r], power)

    def atom(self, node: Node) -> Scaled | None:
        plain = Part(node, node.out)
        if node is self.x:
            # No product, which would be opened into others and meet the squares again.
            return Scaled(self.graph.map("unit", [plain, self.r]), ONE, plain, shares=True)
        norm = _norm_of(self.graph, node)
        if norm is not None and norm[0] is self.norm:
            return Scaled(Part(self.graph.number(1), ()), norm[1], plain, norm[1] < 0)
        return None
