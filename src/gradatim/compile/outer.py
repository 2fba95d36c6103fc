"""Sums of outer products: Σ aᵣ ⊗ bᵣ over the same axes is one matrix product of rank r, and not r arrays of the result's size."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gradatim.compile.cost import Sizes
from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Label, Part, Summand
from gradatim.compile.operands import factors_of
from gradatim.compile.symmetry import oriented

LEAST_RANK = 3
"""Small matrices are formed term by term, which is as fast and easier to read; so are sums of one or two products."""
LEAST_ENTRIES = 1_500


def outer_sum(graph: Graph, summands: Sequence[Summand]) -> Part | None:
    """The sum as one node where every term is an outer product over one division of the axes; None otherwise."""
    if len(summands) < 2:
        return None
    left: list[Part] = []
    right: list[Part] = []
    for s in summands:
        node = s.part.node
        if s.ties or node.kind != "contract" or node.data != 1 or len(node.args) != 2 or len(s.part.axes) < LEAST_RANK:
            return None
        table: dict[int, Label] = dict(zip(node.out, s.part.axes))
        if any(x not in table for labels in node.labels for x in labels):
            return None
        a, b = (Part(n, tuple(table[x] for x in labels)) for n, labels in zip(node.args, node.labels))
        if set(a.axes) & set(b.axes) or len(set(a.axes)) < len(a.axes) or len(set(b.axes)) < len(b.axes):
            return None
        if left and set(a.axes) != set(left[0].axes):
            a, b = b, a
        if left and (set(a.axes) != set(left[0].axes) or set(b.axes) != set(right[0].axes)):
            return None
        left.append(a)
        right.append(b)
    coefficients = [s.coefficient for s in summands]
    coefficients, right, left = _gathered(graph, coefficients, right, left)
    coefficients, left, right = _gathered(graph, coefficients, left, right)
    if not left:
        return None
    if len(left) == 1:
        return graph.contract(coefficients[0], [left[0], right[0]], (*left[0].axes, *right[0].axes))
    return graph.outer(coefficients, left, right)


def rank_sum(graph: Graph, summands: Sequence[Summand], sizes: Sizes) -> list[Summand]:
    """The sum with its products of two vectors as one product of matrices, where they are several and what they make is large."""
    found: dict[int, tuple[Part, Part]] = {}
    for k, s in enumerate(summands):
        factors = factors_of(s.part) if not s.ties and s.part.node.kind == "contract" and s.part.node.rank == 2 else []
        vectors = [f for f in factors if f.axes]
        if len(vectors) == 2 and all(len(f.axes) == 1 for f in vectors) and set(s.part.axes) == {f.axes[0] for f in vectors}:
            one, other = sorted(vectors, key=lambda f: f.axes != s.part.axes[:1]) if not found else vectors
            if found and one.axes != next(iter(found.values()))[0].axes:
                one, other = other, one
            scalars = [f for f in factors if not f.axes]
            found[k] = graph.contract(s.part.node.data, [one, *scalars], one.axes), other
    if len(found) < LEAST_RANK or sizes.entries(summands[next(iter(found))].part.node.dims) < LEAST_ENTRIES:
        return list(summands)
    lefts, rights = (tuple(side) for side in zip(*found.values()))
    coefficients, right, left = _gathered(graph, [summands[k].coefficient for k in found], rights, lefts)
    coefficients, left, right = _gathered(graph, coefficients, left, right)
    if len(left) < LEAST_RANK:
        return list(summands)
    whole = Summand(ONE, graph.outer(coefficients, left, right))
    return [whole, *(s for k, s in enumerate(summands) if k not in found)]


def _gathered(
    graph: Graph, coefficients: Sequence[Fraction], ones: Sequence[Part], others: Sequence[Part]
) -> tuple[list[Fraction], list[Part], list[Part]]:
    """a ⊗ b + c ⊗ b as (a + c) ⊗ b: sums of what is small lower the rank of what is large. `ones` are the b, `others` the a and c."""
    groups: dict[Part, list[Summand]] = {}
    for c, one, other in zip(coefficients, ones, others):
        groups.setdefault(oriented(one), []).append(Summand(c, other))
    found: list[tuple[Fraction, Part, Part]] = []
    for one, terms in groups.items():
        dims = dict(zip(terms[0].part.axes, terms[0].part.node.dims))
        if len(terms) == 1:
            found.append((terms[0].coefficient, one, terms[0].part))
        else:
            total = graph.add(terms, dims)
            if total.axes:
                found.append((Fraction(1), one, total))
    return [c for c, _, _ in found], [one for _, one, _ in found], [other for _, _, other in found]
