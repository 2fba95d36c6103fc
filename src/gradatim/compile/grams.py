"""Large weighted Gram matrices, Zᵀ Z of Z = diag(r) X: found, so that Z is made by blocks of rows and never as a whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from gradatim.compile.nodes import Node

LEAST = 1 << 18
"""From this many entries on Z is too large for the cache."""
Gram = tuple[Node, tuple[int, ...], int, Node]
"""The matrix and the labels of its axes, the label that is summed over, and the weights along it."""


def grams(
    order: Sequence[Node], uses: Mapping[Node, int], kept: Collection[Node], volume: Callable[[Node], int]
) -> dict[Node, Gram]:
    """Weighted matrices that are read by their own product with themselves alone; `kept` have a name in any case."""
    found: dict[Node, Gram] = {}
    for node in order:
        arrays = [(a, labels) for a, labels in zip(node.args, node.labels) if a.rank] if node.kind == "contract" else []
        if len(arrays) != 2 or arrays[0][0] is not arrays[1][0] or node.rank != 2:
            continue
        (z, one), (_, other) = arrays
        common = [k for k, (x, y) in enumerate(zip(one, other)) if x == y and x not in node.out]
        if z.rank == 2 and len(common) == 1 and uses[z] == 2 and z not in kept and volume(z) >= LEAST:
            gram = _weighted(z, z.out[common[0]])
            if gram is not None:
                found[z] = gram
    return found


def _weighted(z: Node, summed: int) -> Gram | None:
    """The two factors of a matrix times a vector that goes along one of its axes."""
    if z.kind != "contract" or z.data != 1 or sorted(a.rank for a in z.args) != [1, 2]:
        return None
    (vector, along), (matrix, labels) = sorted(zip(z.args, z.labels), key=lambda pair: pair[0].rank)
    return (matrix, labels, summed, vector) if along == (summed,) and set(labels) == set(z.out) else None
