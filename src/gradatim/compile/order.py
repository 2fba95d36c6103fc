"""The order of a product: many factors become products of two, the cheapest way round.

The order comes from dynamic programming over subsets of the factors (opt_einsum), vectors, traces and diagonals included: `Xᵀ(X w)`
and not `(XᵀX) w`, `tr(AB)` without the product. A chain that repeats itself is compressed first (`(AX)⁷` by squaring), a weighted
Gram matrix `Xᵀ diag(d) X` with d ≥ 0 is formed from `√d ∘ X` alone, and a factor that is an inverse is solved with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import inf, prod
from typing import TYPE_CHECKING, Any

from gradatim.compile.cheapest import MOST, cheapest, steps
from gradatim.compile.mirrored import is_mirrored, times_vector
from gradatim.compile.nodes import ONE, Label, Part, times
from gradatim.compile.operands import nonnegative
from gradatim.compile.reasons import Ordered, Rooted, Squared
from gradatim.compile.unformed import without_it

if TYPE_CHECKING:
    from gradatim.compile.plan import Planner

MOST_EXACT = 9
"""Products of up to this many arrays are ordered by dynamic programming, longer ones greedily."""
LARGER, LEAST_SCALED = 16, 2_000
"""A number is multiplied into a factor so many times smaller than the result, or half as large if it has so many entries."""
LEAST_MIRRORED = 256
"""(X + Xᵀ) v is worked out as two products from this many entries on."""


def in_pairs(planner: Planner, coefficient: Fraction, parts: list[Part], kept: tuple[Label, ...]) -> Part:
    """The product of the factors over the kept labels as products of at most two."""
    return _Product(planner, kept).run(coefficient, parts)


class _Product:
    def __init__(self, planner: Planner, kept: tuple[Label, ...]) -> None:
        self.planner, self.graph, self.sizes = planner, planner.graph, planner.sizes
        self.kept = set(kept)
        self.extent: dict[Label, int] = {}
        """How long axes are, by their labels."""

    def run(self, coefficient: Fraction, parts: list[Part]) -> Part:
        numbers = [p for p in parts if p.node.kind == "number"]
        for p in numbers:
            coefficient = times(coefficient, p.node.data)
        scalars = [p for p in parts if not p.axes and p.node.kind != "number"]
        arrays = [p for p in parts if p.axes]
        if not coefficient:
            return Part(self.graph.number(0), ())
        if not arrays:
            return self.graph.contract(coefficient, scalars, ())
        arrays = self.reduced(arrays)
        scalars += [p for p in arrays if not p.axes]
        arrays = [p for p in arrays if p.axes]
        arrays = self.weighted_gram(arrays)
        arrays = self.on_one_another(arrays)
        arrays = self.compressed(arrays)
        arrays = self.met_before(arrays)
        arrays, more = self.apart(arrays)
        scalars += more
        if not arrays:
            return self.graph.contract(coefficient, scalars, ())
        if len(arrays) == 1 and arrays[0].node.kind == "outer" and set(arrays[0].axes) <= self.kept:
            # A number goes into the small operands, not over the large result.
            arrays, coefficient = [self.graph.scaled_outer(coefficient, arrays[0])], ONE
        front = Part(self.graph.number(coefficient), ()) if coefficient is not ONE and coefficient != 1 else None
        loose = [*scalars, *([front] if front else [])]
        if loose and len(arrays) > 1:
            # A scalar in front of a large result is cheaper inside a small factor.
            smallest = min(range(len(arrays)), key=lambda k: self.entries(arrays[k]))
            if self.saves_scaling(arrays, smallest) and (scalars or coefficient != -1):
                small = arrays[smallest]
                arrays[smallest] = self.graph.contract(ONE, [small, *loose], small.axes)
                loose = []
        result = self.ordered(arrays)
        if 3 <= len(arrays) <= MOST:
            inputs = tuple((p.node, p.axes) for p in arrays)
            self.planner.decisions.setdefault(result.node, Ordered(inputs, frozenset(self.kept), self.extent))
        return self.graph.contract(ONE, [result, *loose], result.axes) if loose else result

    def saves_scaling(self, arrays: list[Part], smallest: int) -> bool:
        """Whether a scalar is better multiplied into the smallest factor than with the result."""
        result = self.size_of(self.kept & {a for p in arrays for a in p.axes})
        small = self.entries(arrays[smallest])
        if result > LARGER * small:
            return True
        # The product without it may be there, or be wanted by others.
        if len(arrays) != 2 or not result >= 2 * small >= LEAST_SCALED or self.planner.wanted(*(p.node for p in arrays)) > 1:
            return False
        made = self.graph.known(arrays, self.kept)
        return made is None or made.node not in self.planner.live

    def apart(self, arrays: list[Part]) -> tuple[list[Part], list[Part]]:
        """Factors that are joined to no axis of the result make a number, which is worked out for itself: xᵀA x in (xᵀA x) B."""
        groups: list[tuple[set[Label], list[Part]]] = []
        for p in arrays:
            labels, members = set(p.axes), [p]
            for g in [g for g in groups if g[0] & labels]:
                groups.remove(g)
                labels, members = labels | g[0], [*g[1], *members]
            groups.append((labels, members))
        loose = [members for labels, members in groups if not labels & self.kept]
        if not loose or len(groups) == 1:
            return arrays, []
        return [p for p in arrays if not any(p is q for g in loose for q in g)], [self.ordered(g) for g in loose]

    def entries(self, part: Part) -> int:
        return self.sizes.volume(part.node)

    def size_of(self, labels: Collection[Label]) -> int:
        return prod(map(self.extent.__getitem__, labels))

    # ------------------------------------------------------------ one factor alone

    def reduced(self, arrays: list[Part]) -> list[Part]:
        """Diagonals taken and labels of one factor alone summed, before factors meet."""
        holders: dict[Label, int] = {}
        for node, axes in arrays:
            self.extent.update(zip(axes, self.sizes.shape(node)))
            for a in axes if len(axes) < 2 or axes[0] != axes[1] and len(axes) == 2 else set(axes):
                holders[a] = holders.get(a, 0) + 1
        alone = {a for a, n in holders.items() if n == 1 and a not in self.kept}
        out: list[Part] = []
        for p in arrays:
            keep = dict.fromkeys(p.axes)
            if len(keep) < len(p.axes) or not alone.isdisjoint(keep):
                p = self.graph.contract(ONE, [p], [a for a in keep if a not in alone])
            out.append(p)
        return out

    # ------------------------------------------------------------ Xᵀ diag(d) X

    def weighted_gram(self, arrays: list[Part]) -> list[Part]:
        """Two copies of one matrix that share a label, weighted along it by something nonnegative: its root goes into the copy."""
        if len(arrays) < 3 or len({p.node for p in arrays}) == len(arrays):
            return arrays
        for k, p in enumerate(arrays):
            for q in arrays[k + 1 :]:
                if p.node is not q.node or p.node.rank != 2:
                    continue
                shared = [n for n, (a, b) in enumerate(zip(p.axes, q.axes)) if a == b]
                if len(shared) != 1 or p.axes[shared[0]] in self.kept:
                    continue
                axis = p.axes[shared[0]]
                weights = [w for w in arrays if w is not p and w is not q and w.axes == (axis,)]
                if not weights or any(axis in w.axes for w in arrays if w is not p and w is not q and w not in weights):
                    continue
                d = self.graph.contract(ONE, weights, (axis,))
                if not nonnegative(self.graph, d.node):
                    continue
                root = self.graph.map("sqrt", [d])
                z = self.graph.contract(ONE, [p, root], p.axes)
                self.planner.decisions.setdefault(z.node, Rooted())
                back = dict(zip(p.axes, q.axes))
                rest = [w for w in arrays if w is not p and w is not q and w not in weights]
                return [*rest, z, z.renamed(back)]
        return arrays

    def on_one_another(self, arrays: list[Part]) -> list[Part]:
        """Matrices over the same two labels are multiplied entry by entry before they meet others."""
        if len(arrays) < 3:
            return arrays
        groups: dict[frozenset[Label], list[Part]] = {}
        for p in arrays:
            groups.setdefault(frozenset(p.axes), []).append(p)
        if len(groups) < 2 or all(len(g) == 1 for g in groups.values()):
            return arrays
        out: list[Part] = []
        for labels, group in groups.items():
            if len(labels) < 2:
                out += group
                continue
            made = group[0]
            # What nobody else has an axis of is summed over at once.
            needed = self.kept.union(*(g[0].axes for other, g in groups.items() if other != labels))
            for k, p in enumerate(group[1:], 2):
                made = self.graph.contract(ONE, [made, p], [a for a in made.axes if k < len(group) or a in needed])
            out.append(made)
        return out

    # ------------------------------------------------------------ repeated chains

    def compressed(self, arrays: list[Part]) -> list[Part]:
        """Neighbours that occur together several times become one factor, as long as that saves work."""
        while len(arrays) >= 4:
            pairs: dict[Any, list[tuple[int, int]]] = {}
            nodes = [p.node for p in arrays]
            several = [k for k, n in enumerate(nodes) if nodes.count(n) > 1]
            if len(several) < 4:
                return arrays
            for i, j in combinations(several, 2):
                p, q = arrays[i], arrays[j]
                shared = [a for a in p.axes if a in q.axes]
                if p.node.rank == 2 == q.node.rank and len(shared) == 1 and shared[0] not in self.kept:
                    if any(shared[0] in r.axes for k, r in enumerate(arrays) if k not in (i, j)):
                        continue
                    pairs.setdefault(self._pair(p, q, shared[0]).node, []).append((i, j))
            best = max(pairs.values(), key=lambda found: len(_apart(found)), default=[])
            chosen = _apart(best)
            if len(chosen) < 2 or not self._saves(arrays, chosen):
                return arrays
            gone = {k for pair in chosen for k in pair}
            made = []
            for i, j in chosen:
                shared = [a for a in arrays[i].axes if a in arrays[j].axes]
                made.append(self._pair(arrays[i], arrays[j], shared[0]))
            self.planner.decisions.setdefault(made[0].node, Squared(len(made)))
            arrays = [*(p for k, p in enumerate(arrays) if k not in gone), *made]
        return arrays

    # ------------------------------------------------------------ what is there already

    def met_before(self, arrays: list[Part]) -> list[Part]:
        """Two factors whose product was made for another place become that product, where the rest is no dearer for it."""
        while len(arrays) > 2:
            found = self._meeting(arrays)
            if found is None:
                return arrays
            i, j, made = found
            arrays = [*(p for k, p in enumerate(arrays) if k not in (i, j)), made]
        return arrays

    def _meeting(self, arrays: list[Part]) -> tuple[int, int, Part] | None:
        """The pair after which least is left to do; of those that leave the same the one whose product is smallest."""
        met: list[tuple[int, int, Part]] = []
        for i, j, kept in self._pairs_met(arrays):
            made = self.graph.known([arrays[i], arrays[j]], kept)
            if made is not None and made.node in self.planner.live:
                met.append((i, j, made))
        inputs = [p.axes for p in arrays]
        # With no axis that one of the two has not, and without the other, no step of any order takes more.
        sure = all(any(set(made.axes) <= set(inputs[k]) for k in (i, j)) for i, j, made in met)
        if sure and len(met) < 2:
            return met[0] if met else None
        before = inf if sure else self._cost(inputs)
        found: list[tuple[int, int, int, int, int]] = []
        for k, (i, j, made) in enumerate(met):
            after = self._cost([*inputs[:i], *inputs[i + 1 : j], *inputs[j + 1 :], made.axes])
            if after <= before:
                found.append((after, self.size_of(made.axes), i, j, k))
        return met[min(found)[4]] if found else None

    def _pairs_met(self, arrays: list[Part]) -> Iterator[tuple[int, int, tuple[Label, ...]]]:
        """The places of two vectors or matrices that have a product with so many axes already, and its axes here."""
        for i, (node, axes) in enumerate(arrays):
            met = self.planner.met(node)
            if not met or node.rank > 2:
                continue
            for j in range(i + 1, len(arrays)):
                other, labels = arrays[j]
                if other.rank <= 2 and other in met:
                    kept = self._kept_of(axes, labels, arrays)
                    if kept and len(kept) in met[other]:
                        yield i, j, kept

    def _kept_of(self, one: tuple[Label, ...], other: tuple[Label, ...], arrays: list[Part]) -> tuple[Label, ...]:
        """The labels of the product of two factors that meet along one of their own, or entry by entry; none otherwise."""
        shared = [a for a in one if a in other]
        if len(shared) == len(one) == len(other):
            return one
        if len(shared) != 1 or (meeting := shared[0]) in self.kept or sum([meeting in p.axes for p in arrays]) > 2:
            return ()
        return tuple([a for a in (*one, *other) if a != meeting])

    def _pair(self, p: Part, q: Part, shared: Label) -> Part:
        return self.graph.contract(ONE, [p, q], [a for a in (*p.axes, *q.axes) if a != shared])

    def _saves(self, arrays: list[Part], chosen: list[tuple[int, int]]) -> bool:
        """One product made once, against the cheapest order of the whole without it."""
        i, j = chosen[0]
        once = prod(self.extent[a] for a in {*arrays[i].axes, *arrays[j].axes})
        gone = {k for pair in chosen for k in pair}
        made = [frozenset(set(arrays[i].axes) ^ set(arrays[j].axes)) for i, j in chosen]
        after = [*(frozenset(p.axes) for k, p in enumerate(arrays) if k not in gone), *made]
        before = [frozenset(p.axes) for p in arrays]
        return once + self._cost(after) < self._cost(before)

    def _cost(self, inputs: Sequence[Collection[Label]]) -> int:
        if len(inputs) <= 2:
            return self.size_of({*inputs[0], *inputs[1]}) if len(inputs) > 1 else 0
        if len(inputs) <= MOST:
            return cheapest(inputs, self.kept, self.extent)[0]
        total, live = 0, [frozenset(labels) for labels in inputs]
        for pair in self.path(live):
            if len(pair) < 2:
                continue
            merged = frozenset().union(*(live[k] for k in pair))
            rest = [s for k, s in enumerate(live) if k not in pair]
            total += prod(self.extent[a] for a in merged)
            needed = self.kept.union(*rest) if rest else self.kept
            live = [*rest, frozenset(a for a in merged if a in needed)]
        return total

    # ------------------------------------------------------------ the order

    def path(self, inputs: list[frozenset[Label]], arrays: Sequence[Part] = ()) -> list[tuple[int, ...]]:
        if len(inputs) <= 2:
            return [tuple(range(len(inputs)))] if len(inputs) == 2 else []
        if len(inputs) == 3:
            return self._of_three(inputs, arrays)
        if len(inputs) <= MOST:
            return list(steps(cheapest(inputs, self.kept, self.extent)[1], len(inputs)))
        from opt_einsum.paths import DynamicProgramming, greedy

        names = {a: f"i{k}" for k, a in enumerate(dict.fromkeys(a for s in inputs for a in sorted(s, key=repr)))}
        sets = [frozenset(names[a] for a in s) for s in inputs]
        output = frozenset(names[a] for a in names if a in self.kept)
        sizes = {names[a]: max(2, self.extent[a]) for a in names}
        if len(inputs) <= MOST_EXACT:
            found = DynamicProgramming(minimize="flops")(sets, output, sizes)
        else:
            found = greedy(sets, output, sizes)
        return [tuple(p) for p in found]

    def _of_three(self, inputs: list[frozenset[Label]], arrays: Sequence[Part] = ()) -> list[tuple[int, ...]]:
        """The pair that is best multiplied first; of those that cost the same the one that other products hold as well."""

        def cost(pair: tuple[int, ...]) -> tuple[int, int]:
            (third,) = {0, 1, 2} - set(pair)
            both = inputs[pair[0]] | inputs[pair[1]]
            left = both & (self.kept | inputs[third])
            wanted = self.planner.wanted(*(arrays[k].node for k in pair)) if arrays else 0
            return self.size_of(set(both)) + self.size_of(set(left | inputs[third])), -wanted

        return [min(((0, 1), (0, 2), (1, 2)), key=cost), (0, 1)]

    def ordered(self, arrays: list[Part]) -> Part:
        # Of orders that cost the same the one by number: then equal products meet in equal pairs, and are one.
        live = sorted(arrays, key=lambda p: p.node.number)
        for pair in self.path([frozenset(p.axes) for p in live], live):
            chosen = [live[k] for k in sorted(pair)]
            rest = [p for k, p in enumerate(live) if k not in pair]
            needed = self.kept | {a for p in rest for a in p.axes}
            live = [*rest, self.meet(chosen, needed)]
        result = live[0]
        for p in live[1:]:
            result = self.meet([result, p], self.kept)
        return result

    def meet(self, chosen: list[Part], needed: set[Label]) -> Part:
        """The product of two factors, without a matrix that need not be formed."""
        if len(chosen) == 2:
            for p, q in (chosen, chosen[::-1]):
                if (made := without_it(self.planner, p, q, needed)) is not None:
                    return made
                apart = is_mirrored(p.node) and self.entries(p) > LEAST_MIRRORED and p.node not in self.planner.live
                if apart and q.node.rank == 1 and q.axes[0] in p.axes:
                    kept = [a for a in p.axes if a in needed]
                    if len(kept) == 1 and q.axes[0] not in kept:
                        return times_vector(self.graph, p, q, kept)
        result = chosen[0]
        for q in chosen[1:]:
            result = self.graph.contract(ONE, [result, q], [a for a in (*result.axes, *q.axes) if a in needed])
        if len(chosen) == 1:
            result = self.graph.contract(ONE, [result], [a for a in result.axes if a in needed])
        return result


def _apart(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    taken: set[int] = set()
    out: list[tuple[int, int]] = []
    for i, j in pairs:
        if i not in taken and j not in taken:
            out.append((i, j))
            taken |= {i, j}
    return out
