"""The program made cheap and stable: products opened and put in order, solves instead of inverses, safe forms.

The graph that `enter` makes says what is to be computed. Here every node is made again in a new graph: a product of many
factors becomes a sequence of products of two, what overflows or cancels gives way to a form that does not (`gradatim.compile.stable`), an
inverse that meets another array is solved with, and everything computed once is one node.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from operator import attrgetter

from gradatim.compile.cost import Sizes, flops
from gradatim.compile.gathered import common_factors
from gradatim.compile.graph import Graph
from gradatim.compile.low_rank import factorised
from gradatim.compile.mirrored import is_mirrored, mirrored_sum
from gradatim.compile.nodes import ONE, Label, Node, Part, Summand, Tie, below, terms_of, times
from gradatim.compile.operands import factors_of, is_scaled, split
from gradatim.compile.order import in_pairs
from gradatim.compile.outer import outer_sum, rank_sum
from gradatim.compile.reasons import Apart, Decision, Opened, Shared
from gradatim.compile.stable import Stable
from gradatim.compile.symmetry import arrange
from gradatim.types import Dim

LEAST_WORK, WORTH, MOST_TERMS = 100_000, 0.75, 4
"""A scalar is worked out term by term from this many operations on, where it takes this part of them; of short sums only."""
MOST_LOST = 16
"""(T − U Vᵀ) V is worked out term by term where V sums over at most this many times the length that U Vᵀ sums over: it costs
little more than a digit, as measured where the residual is small. Beyond that the residual is formed first."""
MOST_FACTORS = 24
"""A product is opened into its parent up to this many factors; beyond it the nested one stays closed."""


@dataclass(frozen=True, slots=True)
class Output:
    """A result: a node, the label of each of its axes, and those of the result's axes (repeated: a diagonal; absent: constant)."""

    node: Node
    axes: tuple[Label, ...]
    own: tuple[Label, ...]
    dims: tuple[Dim, ...]


class Planner:
    """One program: the old graph's nodes are remade in `graph`, children first."""

    def __init__(self, outputs: Sequence[Output], sizes: Mapping[str, int]) -> None:
        self.old = outputs
        self.sizes = Sizes(sizes)
        self.graph: Graph = Graph()
        self.stable = Stable(self.graph)
        self.made: dict[Node, Part] = {}
        self.uses = _uses(outputs)
        self.needed_whole = _needed_whole(outputs)
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
        self._serial = count()
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
            # What has one reader only may still be worked out in another way there.
            sure = self.uses[node] > 1 and not is_mirrored(self.made[node].node) and node not in self.put_off
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
            if n.kind == "contract" and n.rank == 2 and n not in results and uses == self.uses[n] > 1 and self._sums(n)
        }

    @staticmethod
    def _sums(node: Node) -> bool:
        return any(x not in node.out for labels in node.labels for x in labels)

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
        part = self.graph.gather(Part(a, (*own[:axis], "gone", *own[end:])), axis, Part(index, tuple(own[axis:end])))
        return part

    def _add(self, node: Node) -> Part:
        data: tuple[tuple[Fraction, tuple[Tie, ...]], ...] = node.data
        summands: list[Summand] = []
        for (coefficient, ties), a, axes in zip(data, node.args, node.labels):
            part = self.here(a, axes)
            c, bare = split(self.graph, part)
            self.place.setdefault(bare.node, a.number)
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
            flat += factors_of(bare) if len(out) < bare.node.rank and is_scaled(bare) else [bare]
        kept: set[Label] = set(out)
        coefficient, flat = self.stable.product(coefficient, flat, kept)
        return self._product(coefficient, flat, out)

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

    def _product(self, coefficient: Fraction, parts: list[Part], out: tuple[Label, ...]) -> Part:
        """The factors put in order; a scalar that is linear in a sum is worked out term by term where that is much cheaper."""
        spread = list(self._spread(parts, out))
        if spread and (loose := [p for p in parts if not p.axes]):
            # Scalars stay in front of the whole, and are not multiplied into every term.
            inner = self._product(ONE, [p for p in parts if p.axes], out)
            return self.graph.contract(coefficient, [*loose, inner], out)
        # To form the sum alone may take longer than all there is to do without it.
        at_least = self.work(spread[0][0]) if spread else 0
        if at_least >= LEAST_WORK and (apart := self._apart(coefficient, *spread[0], out, at_least)):
            return apart
        whole = in_pairs(self, coefficient, parts, out)
        work = self.work(whole) if spread else 0
        if work >= LEAST_WORK:
            for p, others in spread:
                if apart := self._apart(coefficient, p, others, out, work):
                    return apart
        return whole

    def _spread(self, parts: list[Part], out: tuple[Label, ...]) -> Iterator[tuple[Part, list[Part]]]:
        """The sums that a product may be linear in, each with the other factors."""
        if len(parts) < 2:
            return
        for k, p in enumerate(parts):
            if p.node.kind == "add" and p.node.rank == 2 and len(p.node.args) <= MOST_TERMS and (not out or self._thin(p, out)):
                others = parts[:k] + parts[k + 1 :]
                # A square of a small difference would be the difference of two large squares.
                if not any(p.node in below([q.node]) for q in others):
                    yield p, others

    def _apart(self, coefficient: Fraction, part: Part, others: list[Part], out: tuple[Label, ...], work: int) -> Part | None:
        """The product term by term, where that is much cheaper than what it takes as a whole."""
        found = self._term_by_term(coefficient, part, others, out, WORTH * work)
        if found is not None:
            data: tuple[tuple[Fraction, tuple[Tie, ...]], ...] = part.node.data
            subtracts = len({c > 0 for c, _ in data}) > 1
            self.decisions.setdefault(found.node, Apart(self.work(found), work, subtracts))
        return found

    def _thin(self, part: Part, out: tuple[Label, ...]) -> bool:
        """Whether a sum is of diagonal matrices and outer products, which are never formed where they are multiplied with, or of
        products that sum themselves: these are rounded before they meet, so little is lost when they are multiplied with first."""
        data: tuple[tuple[Fraction, tuple[Tie, ...]], ...] = part.node.data
        if set(part.axes) <= set(out):
            return False
        given = [
            a
            for (_, ties), a in zip(data, part.node.args)
            if not ties and a.rank and not (a.kind == "contract" and (self._swells(a) or self._sums(a)))
        ]
        return not given or len(given) == 1 and self._loses_little(part, out)

    def _loses_little(self, part: Part, out: tuple[Label, ...]) -> bool:
        """Whether T − U Vᵀ, with one T that is given, is as good as rounded before T is multiplied with: U Vᵀ is, where the two
        nearly cancel. Rounding errors grow with the root of the lengths that are summed over, so these are compared."""
        lengths = [self.sizes.entries(_summed(a)) for a in part.node.args if a.kind == "contract" and self._sums(a)]
        gone = [d for x, d in zip(part.axes, part.node.dims) if x not in out]
        return bool(lengths) and self.sizes.entries(gone) <= MOST_LOST * min(lengths)

    def _term_by_term(
        self, coefficient: Fraction, part: Part, others: list[Part], out: tuple[Label, ...], most: float
    ) -> Part | None:
        """The product with each term of a sum; None where a term is repeated along an axis, or where it takes as much work as `most`."""
        terms: list[Summand] = []
        dims: dict[Label, Dim] = {a: d for p in (part, *others) for a, d in zip(p.axes, p.node.dims)}
        for c, inner, ties in terms_of(part):
            same: dict[Label, Label] = {}
            for x, y in ties:
                stays, gone = (x, y) if y not in out else (y, x)
                same[gone] = stays
            moved = [q.renamed(same) for q in others]
            front, opened = self._flattened(inner.renamed(same))
            covered = {x for q in (*opened, *moved) for x in q.axes}
            if any(same.get(x, x) not in covered for x in part.axes) or any(x not in covered for x in out):
                return None
            made = self._once(times(times(c, front), coefficient), [*opened, *moved], out)
            number, bare = split(self.graph, made)
            terms.append(Summand(number, bare))
            if self.work(*(t.part for t in terms)) >= most:
                return None
        made = self.graph.add(terms, {a: dims[a] for a in out})
        return made if self.work(made) < most else None

    def _once(self, coefficient: Fraction, parts: list[Part], out: tuple[Label, ...]) -> Part:
        """A product that was made just now for another term, with other letters or the other way round, is not made again."""
        arranged = arrange(parts)
        key = (*arranged[:2], coefficient, arranged.kept(set(out))[1])
        found = self.products.get(key)
        if found is not None:
            return found.renamed({k: a for a, k in arranged.numbering.items()})
        made = self._product(coefficient, parts, out)
        self.products[key] = made.renamed(arranged.numbering)
        return made

    def _flattened(self, part: Part) -> tuple[Fraction, list[Part]]:
        """The factors of a product and of the products inside it that nobody else needs, or that are larger than their factors."""
        front = ONE
        out: list[Part] = []
        stack = [part]
        while stack:
            p = stack.pop(0)
            if p.node.kind == "contract" and self._flattens(p.node):
                front = times(front, p.node.data)
                # A number of its own for every product opened: marks made of labels would nest, and be slow to hash.
                stack[:0] = factors_of(p, next(self._serial))
            else:
                out.append(p)
        return front, out

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
                            table[a] = ("inside", node.number, serial, a)
                work[:0] = [(x, tuple([table[a] for a in labels])) for x, labels in zip(inner.args, inner.labels)]
            else:
                factors.append((inner, axes))
        return coefficient, factors

    def _opens(self, inner: Node) -> bool:
        """A product that is needed as it stands by others stays closed, unless it is larger than what it is made of."""
        if self.uses[inner] <= 1:
            return True
        return self._swells(inner) or all(not a.rank for a in inner.args)

    def _flattens(self, node: Node) -> bool:
        """Products that sum and that nobody else needs, outer products, and numbers in front; not what is entry by entry."""
        sums = {x for labels in node.labels for x in labels} - set(node.out)
        return self._swells(node) or sum(a.rank > 0 for a in node.args) < 2 or bool(sums) and node not in self.live

    def _swells(self, node: Node) -> bool:
        """Whether a product is much larger than what it is made of, as an outer product is."""
        return self.sizes.volume(node) > 2 * sum(map(self.sizes.volume, node.args))


def _matrices(node: Node) -> list[Node]:
    """The matrices that are added in a sum, without numbers in front; products of vectors are none."""
    arrays = [a for a in node.args if a.rank]
    if node.kind == "contract" and len(arrays) == 1:
        return _matrices(arrays[0])
    if node.kind == "add":
        return [m for a in dict.fromkeys(arrays) for m in _matrices(a)]
    return [] if node.rank != 2 or any(a.rank == 1 for a in arrays) else [node]


def _summed(node: Node) -> list[Dim]:
    """The dimensions that a product sums over."""
    dims = {x: d for a, labels in zip(node.args, node.labels) for x, d in zip(labels, a.dims)}
    return [d for x, d in dims.items() if x not in node.out]


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _uses(outputs: Sequence[Output]) -> dict[Node, int]:
    uses: dict[Node, int] = {}
    for o in outputs:
        uses[o.node] = uses.get(o.node, 0) + 1
    for node in below([o.node for o in outputs]):
        # A sum of a matrix and its transpose may open the one product that it holds twice.
        for a in dict.fromkeys(node.args) if node.kind == "add" else node.args:
            uses[a] = uses.get(a, 0) + 1
        uses.setdefault(node, 0)
    return uses


def _needed_whole(outputs: Sequence[Output]) -> set[Node]:
    """Inverses that stand as a matrix of their own somewhere (a term of a sum, a result): they are worked out and multiplied with."""
    found = {o.node for o in outputs}
    for node in below([o.node for o in outputs]):
        arrays = [(a, labels) for a, labels in zip(node.args, node.labels) if a.rank]
        if node.kind != "contract":
            found.update(node.args)
        for k, (a, labels) in enumerate(arrays):
            others = {x for j, (_, more) in enumerate(arrays) if j != k for x in more}
            summed = [x for x in labels if x in others and x not in node.out]
            if not summed or len(arrays) == 2 and len(summed) == len(labels):
                found.add(a)
    return {n for n in found if n.kind == "special" and n.data[0] == "inverse"}
