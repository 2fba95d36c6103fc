"""F G + F H as F (G + H): one product over the common factor, and a sum of what is small; entry by entry likewise."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Node, Part, Summand, times
from gradatim.compile.operands import factors_of
from gradatim.compile.symmetry import rank_of

Split = tuple[Part, Fraction, Part]
"""A factor of a product, the number in front of the rest, and the rest, at the labels of the sum."""


def common_factors(graph: Graph, summands: Sequence[Summand], free: Callable[[Node], bool]) -> list[Summand]:
    """The sum with products that hold one array at the same axes gathered; only those that are `free`: nobody else needs them."""
    groups: dict[Hashable, dict[int, Split]] = {}
    for k, s in enumerate(summands):
        if not s.ties and s.part.node.kind == "contract" and free(s.part.node):
            for factor, number, rest in _splits(graph, s.part, k):
                at = tuple([a if a in s.part.axes else None for a in factor.axes])
                groups.setdefault((factor.node, at), {}).setdefault(k, (factor, times(s.coefficient, number), rest))
    out: dict[int, Summand | None] = dict(enumerate(summands))
    for group in sorted(groups.values(), key=_gain, reverse=True):
        alike = {k: split for k, split in group.items() if out[k] is summands[k]}
        if len(alike) < 2:
            continue
        first, *_ = alike
        factor = alike[first][0]
        moved = {k: Summand(number, rest.renamed(dict(zip(own.axes, factor.axes)))) for k, (own, number, rest) in alike.items()}
        # What stands entry by entry with an array of all axes may lack some of them.
        whole = len(factor.axes) == len(summands[first].part.axes) and set(factor.axes) <= set(summands[first].part.axes)
        same = [k for k, s in moved.items() if whole or set(s.part.axes) == set(moved[first].part.axes)]
        if len(same) < 2:
            continue
        dims = {a: d for k in same for a, d in zip(moved[k].part.axes, moved[k].part.node.dims)}
        total = graph.add([moved[k] for k in same], dims)
        out.update(dict.fromkeys(same, None))
        if total.axes:
            out[first] = Summand(ONE, graph.contract(ONE, [factor, total], summands[first].part.axes))
    return [s for s in out.values() if s is not None]


def _gain(group: Mapping[int, Split]) -> tuple[int, int]:
    """A factor of many products comes first, of those one of many axes."""
    return len(group), max(len(factor.axes) for factor, _, _ in group.values())


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
    for one in arrays:
        others = [f for f in factors if f is not one]
        kept = dict.fromkeys(a for f in others for a in f.axes)
        if entrywise and len(kept) < len(part.axes) > len(one.axes):
            continue
        rest = graph.contract(ONE, others, kept) if len(others) > 1 else others[0]
        sign, one = _turned(one) if entrywise else (1, one)
        found.append((one, sign * part.node.data, rest))
    return found


def _turned(part: Part) -> tuple[int, Part]:
    """Differences xᵢ − xⱼ with their labels in a fixed order, and whether that takes a minus."""
    node = part.node
    if node.kind != "add" or len(node.args) != 2 or node.args[0] is not node.args[1]:
        return 1, part
    (c, ties), (d, more) = node.data
    one, other = node.labels
    apart = [(x, y) for x, y in zip(one, other) if x != y]
    if c != -d or ties or more or len(apart) != 1 or apart[0][1] in one:
        return 1, part
    a, b = (part.axes[node.out.index(x)] for x in apart[0])
    if rank_of(a) <= rank_of(b):
        return 1, part
    return -1, part.renamed({a: b, b: a})
