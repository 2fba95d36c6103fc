"""Exponentials over sums of exponentials: all are divided by the largest one, wherever they stand.

The Hessian of log Σ wᵢ exp(zᵢ) has products of exponentials over squares of the sum, which are 0 / 0 where none of them is a number;
with exp(zᵢ − m) for the largest exponent m, which is found in the sum, every quotient is one of numbers up to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gradatim.compile.graph import Graph
from gradatim.compile.homogeneous import Homogeneous, Scaled, exponent_of, replaced
from gradatim.compile.nodes import ONE, Node, Part, below
from gradatim.compile.operands import name_of, split
from gradatim.compile.results import Output


def of_shifted_exponentials(graph: Graph, outputs: Sequence[Output]) -> list[Output]:
    """The program with quotients by sums of exponentials made of shifted ones."""
    done: set[Node] = set()
    found = list(outputs)
    while True:
        order = below([o.node for o in found])
        if not any(_is_exponential(n) for n in order):
            return found
        divisor = next((n for n in _divisors(order) if n not in done), None)
        if divisor is None:
            return found
        done.add(divisor)
        powers = _exponentials(divisor)
        if not powers or _of_one(graph, powers):
            continue
        made = _ByLargest(graph, powers).all(order)
        found = [replaced(o, made[o.node]) for o in found]


def _is_exponential(node: Node) -> bool:
    return node.kind == "map" and name_of(node) == "exp"


def _divisors(order: Sequence[Node]) -> list[Node]:
    """Scalars by which, or by powers of which, something is divided, also one factor after the other."""
    found: list[Node] = []
    pending = [n.args[0] for n in order if n.kind == "map" and exponent_of(n) < 0 and not n.rank]
    while pending:
        node = pending.pop()
        if node.kind == "contract" and not any(a.rank for a in node.args):
            pending.extend(node.args)
        elif node.kind == "map" and exponent_of(node):
            pending.append(node.args[0])
        else:
            found.append(node)
    return list(dict.fromkeys(found))


def _exponentials(node: Node) -> list[Node] | None:
    """The exponentials of a sum of which every term has one, none where there is none; None for other sums with exponentials."""
    if _is_exponential(node):
        return [node]
    if node.kind not in ("add", "contract"):
        return []
    inside = [_exponentials(a) for a in node.args]
    held = [e for e in inside if e != []]
    if not held:
        return []
    if node.kind == "contract":
        return held[0] if len(held) == 1 else None
    return [n for e in inside for n in e or ()] if all(inside) else None


def _of_one(graph: Graph, powers: Sequence[Node]) -> bool:
    """Whether all exponents are multiples of one scalar: such sums are hyperbolic functions, and have forms of their own."""
    bases = {split(graph, Part(n.args[0], tuple(n.args[0].out)))[1].node for n in powers}
    return len(bases) == 1 and not powers[0].rank


class _ByLargest(Homogeneous):
    def __init__(self, graph: Graph, powers: Sequence[Node]) -> None:
        super().__init__(graph)
        self.powers = frozenset(powers)
        exponents = [Part(n.args[0], tuple(n.args[0].out)) for n in powers]
        tops = [graph.reduce("max", z, z.axes) if z.axes else z for z in exponents]
        self.top = tops[0]
        for other in tops[1:]:
            self.top = graph.map("max", [self.top, other])

    def better(self, s: Scaled) -> bool:
        return s.divided and s.shares and not s.power

    def front(self, power: Fraction) -> Part | None:
        return None

    def atom(self, node: Node) -> Scaled | None:
        if node not in self.powers:
            return None
        shifted = self.graph.map("exp_less", [Part(node.args[0], node.out), self.top])
        return Scaled(shifted, ONE, Part(node, node.out), shares=True)
