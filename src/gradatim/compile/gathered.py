"""F G + F H as F (G + H): one product over the common factor, and a sum of what is small; entry by entry likewise."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from gradatim.compile.graph import ONE, Graph, Node, Part, Summand
from gradatim.compile.operands import factors_of

Split = tuple[Part, Part]
"""A factor of a product and the rest of it, at the labels of the sum."""


def common_factors(graph: Graph, summands: Sequence[Summand], free: Callable[[Node], bool]) -> list[Summand]:
    """The sum with products that hold one array at the same axes gathered; only those that are `free`: nobody else needs them."""
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
        # What stands entry by entry with an array of all axes may lack some of them.
        whole = len(factor.axes) == len(summands[first].part.axes) and set(factor.axes) <= set(summands[first].part.axes)
        same = [k for k in moved if whole or set(moved[k].axes) == set(moved[first].axes)]
        if len(same) < 2:
            continue
        dims = {a: d for k in same for a, d in zip(moved[k].axes, moved[k].node.dims)}
        total = graph.add([Summand(summands[k].coefficient, moved[k]) for k in same], dims)
        out.update(dict.fromkeys(same, None))
        if total.axes:
            out[first] = Summand(ONE, graph.contract(ONE, [factor, total], summands[first].part.axes))
    return [s for s in out.values() if s is not None]


def _splits(graph: Graph, part: Part, mark: int) -> list[Split]:
    """A product of two arrays that sums over axes of both, or a product entry by entry, each way round; scalars go with the rest."""
    factors = factors_of(part, mark)
    arrays = [f for f in factors if f.axes]
    if any(len(set(f.axes)) < len(f.axes) for f in arrays):
        return []
    entrywise = all(x in part.axes for f in arrays for x in f.axes)
    if len(part.axes) < 2 or len(arrays) < 2 if entrywise else len(arrays) != 2:
        return []
    found = []
    for k, one in enumerate(arrays):
        if entrywise and len(one.axes) < len(part.axes):
            continue
        others = [f for f in factors if f is not one]
        kept = dict.fromkeys(a for f in others for a in f.axes)
        rest = graph.contract(part.node.data, others, kept) if len(others) > 1 or part.node.data != 1 else others[0]
        found.append((one, rest))
    return found
