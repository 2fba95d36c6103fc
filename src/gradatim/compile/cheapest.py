"""The cheapest order of a product of few arrays, exactly: dynamic programming over the subsets of factors.

opt_einsum does the same for many factors; of a handful it takes longer to begin than all subsets take here.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

Label = Hashable
MOST = 5
"""Factors that are ordered here."""

Tree = int | tuple["Tree", "Tree"]


def cheapest(inputs: Sequence[Iterable[Label]], kept: Container[Label], extent: Mapping[Label, int]) -> tuple[int, Tree]:
    """Multiplications of the cheapest order, and the order as a tree of positions; `kept` labels are those of the result."""
    bit: dict[Label, int] = {}
    sizes: list[int] = []
    for labels in inputs:
        for a in labels:
            if a not in bit:
                bit[a] = 1 << len(bit)
                sizes.append(extent[a])
    own: list[int] = []
    for labels in inputs:
        bits = 0
        for a in labels:
            bits |= bit[a]
        own.append(bits)
    result = sum([b for a, b in bit.items() if a in kept])
    return _cheapest(tuple(own), result, tuple(sizes))


@lru_cache(maxsize=4_096)
def _cheapest(own: tuple[int, ...], result: int, sizes: tuple[int, ...]) -> tuple[int, Tree]:
    """The same of sets of labels as numbers, a bit for each label."""
    whole = (1 << len(own)) - 1
    size = _Volumes(sizes)
    union = [0] * (whole + 1)
    for s in range(1, whole + 1):
        low = s & -s
        union[s] = union[s ^ low] | own[low.bit_length() - 1]
    labels_of = [union[s] & (result | union[whole ^ s]) for s in range(whole + 1)]
    best: list[tuple[int, Tree]] = [(0, 0)] * (whole + 1)
    for k, mine in enumerate(own):
        best[1 << k] = 0, k
        labels_of[1 << k] = mine
    for s in range(3, whole + 1):
        if s & (s - 1) == 0:
            continue
        least, chosen = -1, 0
        low = s & -s
        others = s ^ low
        # The part with the lowest factor, from the largest on; what is left is never empty.
        more = (others - 1) & others
        while True:
            part = more | low
            cost = best[part][0] + best[s ^ part][0] + size[labels_of[part] | labels_of[s ^ part]]
            if cost < least or least < 0:
                least, chosen = cost, part
            if not more:
                break
            more = (more - 1) & others
        best[s] = least, (best[chosen][1], best[s ^ chosen][1])
    return best[whole]


class _Volumes(dict[int, int]):
    """The product of the extents of a set of labels."""

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        self.sizes = sizes

    def __missing__(self, labels: int) -> int:
        volume = 1
        rest = labels
        while rest:
            low = rest & -rest
            volume *= self.sizes[low.bit_length() - 1]
            rest ^= low
        self[labels] = volume
        return volume


def next_best(inputs: Sequence[Iterable[Label]], kept: Collection[Label], extent: Mapping[Label, int]) -> tuple[int, Tree] | None:
    """The cheapest of the orders that begin with another pair than the cheapest one; None where there is no other."""
    factors = [frozenset(labels) for labels in inputs]
    first = steps(cheapest(factors, kept, extent)[1], len(factors))[0]
    held = set(kept)
    found: tuple[int, Tree] | None = None
    for i, j in combinations(range(len(factors)), 2):
        rest = [k for k in range(len(factors)) if k not in (i, j)]
        both = factors[i] | factors[j]
        if (i, j) == first or not rest or not factors[i] & factors[j]:
            continue
        needed = held.union(*(factors[k] for k in rest))
        cost, tree = cheapest([both & needed, *(factors[k] for k in rest)], kept, extent)
        volume = 1
        for a in both:
            volume *= extent[a]
        if found is None or cost + volume < found[0]:
            found = cost + volume, _renumbered(tree, [(i, j), *rest])
    return found


def _renumbered(tree: Tree, names: Sequence[Tree]) -> Tree:
    return names[tree] if isinstance(tree, int) else (_renumbered(tree[0], names), _renumbered(tree[1], names))


def steps(tree: Tree, count: int) -> list[tuple[int, int]]:
    """The tree as pairs of places in the list of what is left; a product comes last in it."""
    live: list[Tree] = list(range(count))
    out: list[tuple[int, int]] = []

    def take(t: Tree) -> Tree:
        if not isinstance(t, int):
            one, other = (take(x) for x in t)
            i, j = sorted((live.index(one), live.index(other)))
            out.append((i, j))
            del live[j], live[i]
            live.append(t)
        return t

    take(tree)
    return out
