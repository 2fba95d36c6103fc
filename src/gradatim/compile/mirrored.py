"""Sums of matrices and their transposes: a (A + Aᵀ) + b (B + Bᵀ) + u vᵀ + v uᵀ is P + Pᵀ, one transposed pass instead of one for each term."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import Label, Node, Part, Summand
from gradatim.compile.operands import factors_of, is_scaled
from gradatim.compile.symmetry import symmetric

HALF = Fraction(1, 2)


def is_mirrored(node: Node) -> bool:
    """Whether a node is c (X + Xᵀ)."""
    if node.kind != "add" or node.rank != 2 or len(node.args) != 2 or node.args[0] is not node.args[1]:
        return False
    data: Any = node.data
    (c, ties), (d, more) = data
    first, second = node.labels
    return c == d and not ties and not more and first == second[::-1] and first[0] != first[1]


def half(part: Part) -> tuple[Fraction, Part]:
    """c and X of c (X + Xᵀ)."""
    table: dict[Label, Label] = dict(zip(part.node.out, part.axes))
    return part.node.data[0][0], Part(part.node.args[0], tuple(table[x] for x in part.node.labels[0]))


def times_vector(graph: Graph, part: Part, vector: Part, kept: Sequence[Label]) -> Part:
    """c (X + Xᵀ) v as c (X v + Xᵀ v): the sum of a matrix and its transpose takes longer than both products."""
    c, x = half(part)
    turned = x.renamed(dict(zip(x.axes, x.axes[::-1])))
    made = [graph.contract(Fraction(1), [p, vector], kept) for p in (x, turned)]
    dims = {a: d for p in (part, vector) for a, d in zip(p.axes, p.node.dims)}
    return graph.add([Summand(c, p) for p in made], {a: dims[a] for a in kept})


def mirrored_sum(graph: Graph, summands: Sequence[Summand]) -> Part | None:
    """The sum as P + Pᵀ; None where that saves no pass over the matrix."""
    axes = {a for s in summands for a in s.part.axes}
    if len(axes) != 2 or any(s.ties or set(s.part.axes) != axes or s.part.node.rank != 2 for s in summands):
        return None
    dims = {a: d for s in summands for a, d in zip(s.part.axes, s.part.node.dims)}
    if len(set(dims.values())) != 1:
        return None
    rest = list(summands)
    halves: list[Summand] = []
    saved = 0
    while rest:
        s = rest.pop(0)
        turned = s.part.renamed(dict(zip(s.part.axes, s.part.axes[::-1])))
        other = next((t for t in rest if t.coefficient == s.coefficient and t.part == turned), None)
        opened = _opened(graph, s)
        if other is not None and not symmetric(s.part.node):
            rest.remove(other)
            halves.append(s)
        elif opened is not None:
            halves.append(opened)
        elif symmetric(s.part.node):
            halves.append(Summand(s.coefficient * HALF, s.part))
            saved -= 1
        else:
            return None
        saved += 1
    if saved < 2:
        return None
    p = graph.add(halves, dims)
    return graph.add([Summand(Fraction(1), p), Summand(Fraction(1), p.renamed(dict(zip(p.axes, p.axes[::-1]))))], dims)


def _opened(graph: Graph, s: Summand) -> Summand | None:
    """c a X of c a (X + Xᵀ), with scalars a."""
    part = s.part
    if is_mirrored(part.node):
        c, x = half(part)
        return Summand(s.coefficient * c, x)
    if part.node.kind != "contract" or not is_scaled(part):
        return None
    factors = factors_of(part)
    (array,) = [f for f in factors if f.axes]
    if not is_mirrored(array.node):
        return None
    c, x = half(array)
    scalars = [f for f in factors if not f.axes]
    return Summand(s.coefficient * c, graph.contract(part.node.data, [*scalars, x], x.axes))
