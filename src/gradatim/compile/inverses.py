"""An inverse beside what its matrix is made of: A⁻¹A and (VᵀV)⁻¹VᵀV are left out of a product.

A formula in which they meet is written without them; they meet again where a product with a sum is worked out term by term.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gradatim.compile.nodes import ONE, Label, Node, Part
from gradatim.compile.symmetry import symmetric

Factors = Sequence[tuple[Node, tuple[Label, ...]]]


def without_inverses(parts: list[Part], kept: Collection[Label]) -> list[Part]:
    """The factors of a product, which keeps some labels, without inverses that cancel."""
    for p in parts:
        if p.node.kind == "special" and p.node.data[0] == "inverse" and p.node.rank == 2:
            matrix = p.node.args[0]
            made_of = matrix.args if matrix.kind == "contract" and matrix.data is ONE else (matrix,)
            if not all(any(q.node is a for q in parts) for a in made_of):
                continue
            for summed in (1, 0):
                left = _cancelled(p, summed, [q for q in parts if q is not p], kept)
                if left is not None:
                    return without_inverses(left, kept)
    return parts


def _cancelled(p: Part, summed: int, others: list[Part], kept: Collection[Label]) -> list[Part] | None:
    """The other factors without those that make the matrix of which p is the inverse, which meets it along one of its axes."""
    matrix, meeting, stays = p.node.args[0], p.axes[summed], p.axes[1 - summed]
    whole = matrix.kind != "contract" or matrix.data is not ONE
    wanted: Factors = [(matrix, matrix.out)] if whole else list(zip(matrix.args, matrix.labels))
    found = _matched(wanted, {matrix.out[1 - summed]: meeting}, others, ())
    if found is None:
        return None
    table, used = found
    rest = [q for k, q in enumerate(others) if k not in used]
    end = table[matrix.out[summed]]
    outside = {a for q in rest for a in q.axes}
    inside = {a for k in used for a in others[k].axes} - {end}
    # What is left is an identity, which joins two labels, of which one at least is another factor's.
    if end == stays or stays in inside or not inside.isdisjoint(outside | set(kept)) or outside.isdisjoint((end, stays)):
        return None
    gone, left = (end, stays) if end not in kept else (stays, end)
    return None if gone in kept else [q.renamed({gone: left}) for q in rest]


def _matched(
    wanted: Factors, table: Mapping[Label, Label], parts: Sequence[Part], used: tuple[int, ...]
) -> tuple[Mapping[Label, Label], tuple[int, ...]] | None:
    """Which of the parts are the factors, and the labels of the product there."""
    if not wanted:
        return table, used
    (node, labels), *more = wanted
    for k, q in enumerate(parts):
        if q.node is not node or k in used:
            continue
        for axes in (q.axes, q.axes[::-1]) if node.rank == 2 and symmetric(node) else (q.axes,):
            both = {**dict(zip(labels, axes)), **table}
            if tuple(both[x] for x in labels) == axes and len(set(both.values())) == len(both):
                found = _matched(more, both, parts, (*used, k))
                if found is not None:
                    return found
    return None
