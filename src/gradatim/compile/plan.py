"""The program made cheap and stable: products opened and put in order, solves instead of inverses, safe forms.

The graph that `enter` makes says what is to be computed. Here every node is made again in a new graph: a product of many
factors becomes a sequence of products of two, what overflows or cancels gives way to a form that does not (`gradatim.compile.stable`), an
inverse that meets another array is solved with, and everything computed once is one node.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Mapping, Sequence
from fractions import Fraction
from itertools import count
from operator import attrgetter

from gradatim.compile.cost import Sizes, flops
from gradatim.compile.gathered import common_factors
from gradatim.compile.graph import Graph
from gradatim.compile.inverses import without_inverses
from gradatim.compile.low_rank import factorised
from gradatim.compile.mirrored import is_mirrored, mirrored_sum
from gradatim.compile.nodes import ONE, Label, Node, Part, Summand, Tie, inside, terms_of, times
from gradatim.compile.operands import factors_of, is_scaled, split
from gradatim.compile.order import in_pairs
from gradatim.compile.outer import outer_sum, rank_sum
from gradatim.compile.reasons import Decision, Opened, Shared
from gradatim.compile.results import Output, needed_whole, uses
from gradatim.compile.stable import Stable
from gradatim.compile.term_by_term import TermByTerm

MOST_FACTORS = 24
"""A product is opened into its parent up to this many factors; beyond it the nested one stays closed."""
OPENED = 1 << 30
"""Products of the old graph are opened under marks from here on."""


class Planner(TermByTerm):
    """One program: the old graph's nodes are remade in `graph`, children first."""

    def __init__(self, outputs: Sequence[Output], sizes: Mapping[str, int]) -> None:
        self.old = outputs
        self.sizes = Sizes(sizes)
        self.graph: Graph = Graph()
        self.stable = Stable(self.graph)
        self.made: dict[Node, Part] = {}
        self.uses = uses(outputs)
        self.needed_whole = needed_whole(outputs)
        self.whole: set[Node] = set()
        self.open: dict[Node, tuple[Fraction, list[tuple[Node, tuple[Label, ...]]]]] = {}
        self.live: set[Node | None] = set()
        """What is computed for certain; other nodes of the graph were only considered."""
        self._met: dict[Node, dict[Node, set[int]]] = {}
        """Of two nodes, how many axes those of their products have that are computed for certain."""
        self.products: dict[Hashable, Part] = {}
        """The products made for one node, by their factors, with labels by number."""
        self.place: dict[Node, int] = {}
        """Where in the formula the terms of sums stand, which is the order in which people read them."""
        self.serial = count()
        self.decisions: dict[Node, Decision] = {}
        """Why a node is computed as it is, where there was a choice."""
        self.neighbours: dict[Node, dict[Node, int]] = {}
        """How many products of the old graph hold two matrices next to each other."""
        self._wanted: dict[tuple[int, int], int] = {}
        """The same for the new ones, by number."""
        self.held: set[Node] = set()
        """The same as new nodes."""
        self.put_off: dict[Node, int] = {}
        """Old products that several others hold, and that each of them may open instead: how many of those are still to come."""

    def outputs(self) -> list[Node]:
        """The results as nodes, each with all its axes in order."""
        results = {o.node for o in self.old}
        order = self._needed()
        self.put_off = self._may_be_opened(order, results)
        for node in order:
            self.products.clear()
            self.made[node] = self._remade(node)
            self._want(node)
            if node in self.put_off:
                self.held.add(self.made[node].node)
            # What has one reader only may still be worked out in another way there, and so may differences of all pairs.
            other = is_mirrored(self.made[node].node) or node.kind == "add" and node.rank == 3 or node in self.put_off
            sure = self.uses[node] > 1 and not other
            if sure or node in results or not node.rank:
                self._enliven(self.made[node].node)
        return [self._finished(o) for o in self.old]

    def _needed(self) -> list[Node]:
        """The old nodes that are computed, the simple ones first: what deep ones share is there, or wanted, when they are made.

        A product that is opened into another is not made by itself.
        """
        found: set[Node] = set()
        stack = [o.node for o in self.old]
        while stack:
            node = stack.pop()
            if node in found:
                continue
            found.add(node)
            if node.kind == "contract":
                self.open[node] = self._opened(node)
                self._note(node)
                stack.extend(a for a, _ in self.open[node][1])
            else:
                stack.extend(node.args)
        rank: dict[Node, tuple[int, int, int]] = {}
        for node in sorted(found, key=attrgetter("number")):
            inner = [a for a, _ in self.open[node][1]] if node.kind == "contract" else node.args
            rank[node] = 1 + max((rank[a][0] for a in inner), default=0), len(inner), node.number
        return sorted(found, key=lambda n: rank[n])

    def _may_be_opened(self, order: Sequence[Node], results: set[Node]) -> dict[Node, int]:
        """Products of two matrices that are held by several products, and by nothing else."""
        held: dict[Node, int] = {}
        for node in order:
            if node.kind == "contract":
                for a, _ in self.open[node][1]:
                    held[a] = held.get(a, 0) + 1
        return {
            n: uses
            for n, uses in held.items()
            if n.kind == "contract" and n.rank == 2 and n not in results and uses == self.uses[n] > 1 and self.sums(n)
        }

    def _want(self, node: Node) -> None:
        """Count, for two matrices that are made by now, the products that hold them next to each other."""
        new = self.made[node].node.number
        for other, n in self.neighbours.get(node, {}).items():
            if other in self.made:
                pair = _pair(new, self.made[other].node.number)
                self._wanted[pair] = self._wanted.get(pair, 0) + n

    def wanted(self, a: Node, b: Node) -> int:
        """How many products hold these two next to each other."""
        return self._wanted.get(_pair(a.number, b.number), 0) if self._wanted else 0

    def _enliven(self, node: Node) -> None:
        stack = [node]
        while stack:
            n = stack.pop()
            if n not in self.live:
                self.live.add(n)
                stack.extend(n.args)
                if n.kind == "contract" and len(n.args) == 2:
                    for a, b in {n.args, n.args[::-1]}:
                        self._met.setdefault(a, {}).setdefault(b, set()).add(n.rank)

    def met(self, node: Node) -> Mapping[Node, Container[int]]:
        """What a node has been multiplied with already, and how many axes those products have."""
        return self._met.get(node, {})

    def _finished(self, o: Output) -> Node:
        """Diagonals written out, constants repeated, axes in order."""
        part = self.here(o.node, o.axes)
        own: list[Label] = []
        ties: list[Tie] = []
        for k, a in enumerate(o.own):
            own.append(("again", k) if a in own else a)
            if own[-1] != a:
                ties.append((a, own[-1]))
        if ties or any(a not in part.axes for a in own):
            c, bare = split(self.graph, part)
            part = self.graph.add([Summand(c, bare, tuple(ties))], dict(zip(own, o.dims)), own)
        return self.graph.permuted(part, tuple(own))

    def here(self, node: Node, axes: Sequence[Label]) -> Part:
        """The new operand for an old one: `axes` are the labels of the old node's axes."""
        part = self.made[node]
        if part.axes == node.out:
            return Part(part.node, tuple(axes))
        table: dict[Label, Label] = dict(zip(node.out, axes))
        return Part(part.node, tuple([table[a] for a in part.axes]))

    def _remade(self, node: Node) -> Part:
        g = self.graph
        if node.kind == "number":
            return Part(g.number(node.data), ())
        if node.kind == "size":
            return Part(g.size(node.data), ())
        if node.kind == "symbol":
            return Part(g.symbol(node.data), node.out)
        if node.kind == "running":
            return Part(g.running(node.data), node.out)
        made: Part = getattr(self, "_" + node.kind)(node)
        return made

    # ------------------------------------------------------------ each kind

    def _map(self, node: Node) -> Part:
        name, parameter = node.data
        parts = [self.here(a, axes) for a, axes in zip(node.args, node.labels)]
        return self.stable.map(name, parts, parameter)

    def _reduce(self, node: Node) -> Part:
        part = self.here(node.args[0], node.labels[0])
        return self.graph.reduce(node.data, part, set(part.axes) - set(node.out))

    def _arguments(self, node: Node) -> list[Node]:
        """The arguments with their axes in the order that they had."""
        return [self.graph.permuted(self.made[a], tuple(a.out)) for a in node.args]

    def _special(self, node: Node) -> Part:
        name, parameter = node.data
        arguments = self._arguments(node)
        alone = name == "logdet" and "signed" not in parameter[1] or name == "inverse" and node in self.needed_whole
        thin = factorised(self, name, arguments[0]) if alone and not parameter[0] else None
        made = thin or self.graph.special(name, arguments, node.dims, parameter)
        if node in self.needed_whole:
            self.whole.add(made)
        return Part(made, node.out)

    def _permute(self, node: Node) -> Part:
        order: tuple[int, ...] = node.data
        inner = node.args[0]
        return self.here(inner, [order.index(k) for k in range(len(order))])

    def _reshape(self, node: Node) -> Part:
        (inner,) = self._arguments(node)
        return Part(self.graph.reshaped(inner, node.dims), node.out)

    def _take(self, node: Node) -> Part:
        (inner,) = self._arguments(node)
        axis, position = node.data
        return Part(self.graph.take(inner, axis, position), node.out)

    def _gather(self, node: Node) -> Part:
        a, index = self._arguments(node)
        axis: int = node.data
        own = list(node.out)
        end = axis + index.rank
        return self.graph.gather(Part(a, (*own[:axis], "gone", *own[end:])), axis, Part(index, tuple(own[axis:end])))

    def _add(self, node: Node) -> Part:
        summands: list[Summand] = []
        for coefficient, old, ties in terms_of(Part(node, node.out)):
            c, bare = split(self.graph, self.here(*old))
            self.place.setdefault(bare.node, old.node.number)
            summands.append(Summand(times(coefficient, c), bare, ties))
        summands = common_factors(self.graph, summands, lambda n: n not in self.live)
        summands = rank_sum(self.graph, summands, self.sizes)
        together = outer_sum(self.graph, summands) or mirrored_sum(self.graph, summands)
        if together is not None:
            return together
        return self.stable.add(summands, dict(zip(node.out, node.dims)), node.out)

    def _contract(self, node: Node) -> Part:
        """The product with those that it shares with others closed, or opened where that is less work even so."""
        coefficient, old = self.open[node]
        if len(old) == 1 and coefficient != 1 and (spread := self._number_inside(coefficient, *old[0])) is not None:
            return spread
        waiting = {x for x, _ in old if x in self.put_off and self.made[x].node not in self.live}
        if not waiting:
            return self._multiplied(coefficient, old, node.out)
        # What others to come will use as well is paid for by all of them.
        whole = {x: self.work(self.made[x]) for x in waiting}
        shares = {x: work // self.put_off[x] for x, work in whole.items()}
        opened = self._multiplied(*self._opened(node, waiting), node.out)
        least = self.work(opened)
        if least >= sum(shares.values()):
            made = self._multiplied(coefficient, old, node.out)
            if least >= self.work(made) - sum(whole.values()) + sum(shares.values()):
                for x in waiting:
                    self._enliven(self.made[x].node)
                    self.decisions.setdefault(self.made[x].node, Shared(self.uses[x]))
                return made
        for x in waiting:
            self.put_off[x] -= 1
        self.decisions.setdefault(opened.node, Opened(tuple([self.made[x].node for x in waiting])))
        return opened

    def _number_inside(self, number: Fraction, old: Node, axes: tuple[Label, ...]) -> Part | None:
        """A number times a sum with diagonals, which nobody else needs, as a number before each term: a pass less over the whole."""
        part = self.here(old, axes)
        if part.node.kind != "add" or part.node.rank < 2 or self.uses[old] > 1 or part.node in self.live:
            return None
        terms = terms_of(part)
        if len(set(part.axes)) < len(part.axes) or not any(t.ties for t in terms):
            return None
        scaled = [Summand(times(number, c), p, ties) for c, p, ties in terms]
        return self.graph.add(scaled, dict(zip(part.axes, part.node.dims)))

    def _multiplied(self, coefficient: Fraction, old: Sequence[tuple[Node, tuple[Label, ...]]], out: tuple[Label, ...]) -> Part:
        parts = [self.here(a, axes) for a, axes in old]
        flat: list[Part] = []
        for p in parts:
            c, bare = split(self.graph, p)
            coefficient = times(coefficient, c)
            # A scalar in front of an array is multiplied with the result where that is smaller.
            # So are the factors of what is summed over and nobody else needs.
            opens = is_scaled(bare) or len(parts) == 1 and bare.node.kind == "contract" and bare.node not in self.live
            flat += factors_of(bare) if len(out) < bare.node.rank and opens else [bare]
        kept: set[Label] = set(out)
        coefficient, flat = self.stable.product(coefficient, flat, kept)
        return self.product(coefficient, flat, out)

    def _note(self, node: Node) -> None:
        """Which matrices stand next to each other in a product; beside a vector they are not multiplied with each other."""
        factors = [(a, labels) for a, labels in self.open[node][1] if a.rank]
        if any(a.rank == 1 for a, _ in factors):
            return
        for k, (a, la) in enumerate(factors):
            for b, lb in factors[k + 1 :]:
                shared = set(la) & set(lb)
                if len(shared) == 1 and not shared & set(node.out):
                    for x, y in {p for u in _matrices(a) for v in _matrices(b) for p in ((u, v), (v, u))}:
                        counts = self.neighbours.setdefault(x, {})
                        counts[y] = counts.get(y, 0) + 1

    def product(self, coefficient: Fraction, parts: list[Part], out: tuple[Label, ...]) -> Part:
        """The factors put in order; a scalar that is linear in a sum is worked out term by term where that is much cheaper."""
        parts = without_inverses(parts, out)
        spread = list(self.spread(parts, out))
        if spread and (loose := [p for p in parts if not p.axes]):
            # Scalars stay in front of the whole, and are not multiplied into every term.
            inner = self.product(ONE, [p for p in parts if p.axes], out)
            return self.graph.contract(coefficient, [*loose, inner], out)
        # To form the sum alone may take longer than all there is to do without it.
        ways = [(self.apart(coefficient, p, others, out), self.least(p, out)) for p, others in spread]
        at_least = self.work(spread[0][0]) if spread else 0
        if spread and at_least >= ways[0][1] and (made := ways[0][0].instead_of(at_least)):
            return made
        whole = in_pairs(self, coefficient, parts, out)
        work = self.work(whole) if spread else 0
        for apart, least in ways:
            if work >= least and (made := apart.instead_of(work)):
                return made
        return whole

    def work(self, *parts: Part) -> int:
        """Floating-point operations of what is not computed yet; a product that others want, too, counts in part."""
        found: set[Node] = set()
        stack = [p.node for p in parts]
        total = 0
        while stack:
            node = stack.pop()
            if node in found or node in self.live or not node.args:
                continue
            found.add(node)
            stack.extend(node.args)
            alone = node.kind != "contract" or len(node.args) != 2 or node in self.held
            shared = 1 if alone else self.wanted(*node.args)
            total += flops(self.sizes, node) if shared < 2 else flops(self.sizes, node) // shared
        return total

    def _opened(self, node: Node, also: Container[Node] = ()) -> tuple[Fraction, list[tuple[Node, tuple[Label, ...]]]]:
        """The factors of a product with those of the products inside it, as far as that pays; `also` is opened in any case."""
        coefficient: Fraction = node.data
        factors: list[tuple[Node, tuple[Label, ...]]] = []
        work: list[tuple[Node, tuple[Label, ...]]] = list(zip(node.args, node.labels))
        serial = 0
        while work:
            inner, axes = work.pop(0)
            if (
                inner.kind == "contract"
                and len(work) + len(factors) + len(inner.args) <= MOST_FACTORS
                and (inner in also or self._opens(inner))
            ):
                coefficient = times(coefficient, inner.data)
                table: dict[Label, Label] = dict(zip(inner.out, axes))
                for labels in inner.labels:
                    for a in labels:
                        if a not in table:
                            serial += 1
                            table[a] = inside(node.number, a, OPENED + serial)
                work[:0] = [(x, tuple([table[a] for a in labels])) for x, labels in zip(inner.args, inner.labels)]
            else:
                factors.append((inner, axes))
        return coefficient, factors

    def _opens(self, inner: Node) -> bool:
        """A product that is needed as it stands by others stays closed, unless it is larger than what it is made of."""
        if self.uses[inner] <= 1:
            return True
        return self.swells(inner) or all(not a.rank for a in inner.args)


def _matrices(node: Node) -> list[Node]:
    """The matrices that are added in a sum, without numbers in front; products of vectors are none."""
    arrays = [a for a in node.args if a.rank]
    if node.kind == "contract" and len(arrays) == 1:
        return _matrices(arrays[0])
    if node.kind == "add":
        return [m for a in dict.fromkeys(arrays) for m in _matrices(a)]
    return [] if node.rank != 2 or any(a.rank == 1 for a in arrays) else [node]


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
