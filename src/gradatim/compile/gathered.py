"""F G + F H as F (G + H): one product over the common factor, and a sum of what is small."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Node, Part, Summand
from gradatim.compile.operands import factors_of

Split = tuple[Part, Part]
"""A factor of a product and the rest of it, at the labels of the sum."""


def common_factors(graph: Graph, summands: Sequence[Summand], free: Callable[[Node], bool]) -> list[Summand]:
    """The sum with products that sum over the same axes of one array gathered; only those that are `free`: nobody else needs them."""
    groups: dict[Hashable, dict[int, Split]] = {}
    for k, s in enumerate(summands):
        if not s.ties and s.part.node.kind == "contract" and free(s.part.node):
            for factor, rest in _splits(graph, s.part, k):
                at = tuple([a if a in s.part.axes else None for a in factor.axes])
                groups.setdefault((factor.node, at), {}).setdefault(k, (factor, rest))
    out: dict[int, Summand | None] = dict(enumerate(summands))
    for group in sorted(groups.values(), key=len, reverse=True):
        alike = {k: split for k, split in group.items() if out[k] is summands[k]}
        if len(alike) < 2:
            continue
        first, *_ = alike
        factor = alike[first][0]
        moved = {k: rest.renamed(dict(zip(own.axes, factor.axes))) for k, (own, rest) in alike.items()}
        same = [k for k in moved if set(moved[k].axes) == set(moved[first].axes)]
        if len(same) < 2:
            continue
        dims = dict(zip(moved[first].axes, moved[first].node.dims))
        total = graph.add([Summand(summands[k].coefficient, moved[k]) for k in same], dims)
        out.update(dict.fromkeys(same, None))
        if total.axes:
            out[first] = Summand(ONE, graph.contract(ONE, [factor, total], summands[first].part.axes))
    return [s for s in out.values() if s is not None]


def _splits(graph: Graph, part: Part, mark: int) -> list[Split]:
    """A product of two arrays that sums over axes of both, both ways round; scalars go with the rest."""
    factors = factors_of(part, mark)
    arrays = [f for f in factors if f.axes]
    scalars = [f for f in factors if not f.axes]
    if len(arrays) != 2 or any(len(set(f.axes)) < len(f.axes) for f in arrays):
        return []
    if all(x in part.axes for f in arrays for x in f.axes):
        return []
    found = []
    for one, other in (arrays, arrays[::-1]):
        rest = graph.contract(part.node.data, [other, *scalars], other.axes) if scalars or part.node.data != 1 else other
        found.append((one, rest))
    return found
