"""Sums of outer products: Σ aᵣ ⊗ bᵣ over the same axes is one matrix product of rank r, and not r arrays of the result's size."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.compile.graph import Graph, Label, Part, Summand

LEAST_RANK = 3
"""Matrices are formed term by term, which is as fast and easier to read."""


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
    return graph.outer([s.coefficient for s in summands], left, right)
