"""Products with sums, worked out term by term where that takes less and loses nothing: (diag(g) − g 𝟏ᵀ) v as g ∘ v − (…) g."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from fractions import Fraction

from gradatim.compile.cost import Sizes
from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Label, Node, Part, Summand, below, terms_of, times
from gradatim.compile.operands import factors_of, split
from gradatim.compile.reasons import Apart, Decision
from gradatim.compile.symmetry import arrange
from gradatim.types import Dim

LEAST_WORK, LEAST_THIN, WORTH, WORTH_OF_PAIRS, MOST_TERMS = 100_000, 2_000, 0.75, 1.5, 4
"""A scalar is worked out term by term from this many operations on, where it takes this part of them; of short sums only. So is what
is multiplied with a sum of arrays that are all thinner than it, from fewer operations on: nothing cancels in them but what is given.
Of all pairs of differences xᵢ − xⱼ matrix products take more operations, at several times the speed."""
MOST_LOST = 16
"""(T − U Vᵀ) V is worked out term by term where V sums over at most this many times the length that U Vᵀ sums over: it costs
little more than a digit, as measured where the residual is small. Beyond that the residual is formed first."""


class TermByTerm:
    """What a planner has for products with sums."""

    graph: Graph
    sizes: Sizes
    live: set[Node | None]
    products: dict[Hashable, Part]
    decisions: dict[Node, Decision]
    serial: Iterator[int]

    def product(self, coefficient: Fraction, parts: list[Part], out: tuple[Label, ...]) -> Part:
        raise NotImplementedError

    def work(self, *parts: Part) -> int:
        raise NotImplementedError

    def spread(self, parts: list[Part], out: tuple[Label, ...]) -> Iterator[tuple[Part, list[Part]]]:
        """The sums that a product may be linear in, each with the other factors."""
        if len(parts) < 2:
            return
        for k, p in enumerate(parts):
            if p.node.kind != "add" or len(p.node.args) > MOST_TERMS:
                continue
            if p.node.rank != 2 and (p.node.rank != 3 or p.node in self.live or not _is_of_pairs(p)):
                continue
            if self._thin(p, out) if out else p.node.rank == 2:
                others = parts[:k] + parts[k + 1 :]
                # A square of a small difference would be the difference of two large squares.
                if not any(q.node.number >= p.node.number and p.node in below([q.node]) for q in others):
                    yield p, others

    def least(self, part: Part, out: tuple[Label, ...]) -> int:
        """From how many operations on a product with a sum is worked out term by term."""
        return LEAST_THIN if out and not self._given(part) else LEAST_WORK

    def apart(self, coefficient: Fraction, part: Part, others: list[Part], out: tuple[Label, ...]) -> _Apart:
        """The product term by term, as far as somebody asks for it."""
        return _Apart(self, part, others, out, self._each_term(coefficient, part, others, out))

    def _thin(self, part: Part, out: tuple[Label, ...]) -> bool:
        """Whether a sum is of diagonal matrices, arrays that are repeated (xᵢ − xⱼ) and outer products, which are never formed where they
        are multiplied with, or of products that sum themselves: these are rounded before they meet, so little is lost when they are multiplied with first."""
        if set(part.axes) <= set(out):
            return False
        given = self._given(part)
        return not given or len(given) == 1 and self._loses_little(part, out)

    def _given(self, part: Part) -> list[Node]:
        """The terms of a sum that are as large as it is and no product that sums or swells."""
        terms = [t.part.node for t in terms_of(part) if not t.ties and t.part.node.rank == part.node.rank]
        return [a for a in terms if not (a.kind == "contract" and (self.swells(a) or self.sums(a)))]

    def _loses_little(self, part: Part, out: tuple[Label, ...]) -> bool:
        """Whether T − U Vᵀ, with one T that is given, is as good as rounded before T is multiplied with: U Vᵀ is, where the two
        nearly cancel. Rounding errors grow with the root of the lengths that are summed over, so these are compared."""
        lengths = [self.sizes.entries(_summed(a)) for a in part.node.args if a.kind == "contract" and self.sums(a)]
        gone = [d for x, d in zip(part.axes, part.node.dims) if x not in out]
        return bool(lengths) and self.sizes.entries(gone) <= MOST_LOST * min(lengths)

    def _each_term(
        self, coefficient: Fraction, part: Part, others: list[Part], out: tuple[Label, ...]
    ) -> Iterator[Summand | None]:
        """The product with one term of a sum after another; None where a term is repeated along an axis that is summed over."""
        for c, inner, ties in self._recentred(part) if out and _is_of_pairs(part) else terms_of(part):
            same: dict[Label, Label] = {}
            for x, y in ties:
                stays, gone = (x, y) if y not in out else (y, x)
                same[gone] = stays
            moved = [q.renamed(same) for q in others] if same else others
            front, opened = self.flattened(inner.renamed(same) if same else inner)
            covered = {x for q in (*opened, *moved) for x in q.axes}
            if any(same.get(x, x) not in covered for x in part.axes if x not in out):
                yield None
                return
            made = self._once(times(times(c, front), coefficient), [*opened, *moved], tuple([x for x in out if x in covered]))
            number, bare = split(self.graph, made)
            yield Summand(number, bare)

    def _recentred(self, part: Part) -> list[Summand]:
        """xᵢ − yⱼ as (xᵢ − x₁) − (yⱼ − x₁): of products with each what is far from the origin would leave few digits."""
        (c, x, _), (d, y, _) = terms_of(part)
        (own,) = [k for k, a in enumerate(x.axes) if a not in y.axes]
        first = Part(self.graph.take(x.node, own, 0), tuple([a for a in x.axes if a in y.axes]))
        dims = dict(zip(part.axes, part.node.dims))
        return [
            Summand(e, self.graph.add([Summand(ONE, z), Summand(-ONE, first)], {a: dims[a] for a in z.axes}))
            for e, z in ((c, x), (d, y))
        ]

    def _once(self, coefficient: Fraction, parts: list[Part], out: tuple[Label, ...]) -> Part:
        """A product that was made just now for another term, with other letters or the other way round, is not made again."""
        arranged = arrange(parts)
        key = (*arranged[:2], coefficient, arranged.kept(set(out))[1])
        found = self.products.get(key)
        if found is not None:
            return found.renamed({k: a for a, k in arranged.numbering.items()})
        made = self.product(coefficient, parts, out)
        self.products[key] = made.renamed(arranged.numbering)
        return made

    def flattened(self, part: Part) -> tuple[Fraction, list[Part]]:
        """The factors of a product and of the products inside it that nobody else needs, or that are larger than their factors."""
        front = ONE
        out: list[Part] = []
        stack = [part]
        while stack:
            p = stack.pop(0)
            if p.node.kind == "contract" and self.flattens(p.node):
                front = times(front, p.node.data)
                stack[:0] = factors_of(p, next(self.serial))
            else:
                out.append(p)
        return front, out

    def flattens(self, node: Node) -> bool:
        """Products that sum and that nobody else needs, outer products, and numbers in front; not what is entry by entry."""
        sums = {x for labels in node.labels for x in labels} - set(node.out)
        return self.swells(node) or sum(a.rank > 0 for a in node.args) < 2 or bool(sums) and node not in self.live

    def swells(self, node: Node) -> bool:
        """Whether a product is much larger than what it is made of, as an outer product is."""
        return self.sizes.volume(node) > 2 * sum(map(self.sizes.volume, node.args))

    @staticmethod
    def sums(node: Node) -> bool:
        return any(x not in node.out for labels in node.labels for x in labels)


class _Apart:
    """A product with a sum that is worked out term by term as long as that is cheap; what was worked out for a lower limit is kept."""

    def __init__(
        self, planner: TermByTerm, part: Part, others: list[Part], out: tuple[Label, ...], coming: Iterator[Summand | None]
    ) -> None:
        self.planner, self.part, self.others, self.out, self.coming = planner, part, others, out, coming
        self.terms: list[Summand] = []
        self.impossible = False

    def instead_of(self, work: int) -> Part | None:
        """The sum, where it is much cheaper than what takes as much work as this."""
        most = (WORTH if self.part.node.rank < 3 else WORTH_OF_PAIRS) * work
        if self.terms and self._work() >= most:
            return None
        for term in self.coming:
            self.impossible = term is None
            if term is None:
                break
            self.terms.append(term)
            if self._work() >= most:
                return None
        return None if self.impossible else self._whole(work, most)

    def _work(self) -> int:
        return self.planner.work(*(t.part for t in self.terms))

    def _whole(self, work: int, most: float) -> Part | None:
        planner = self.planner
        dims: dict[Label, Dim] = {a: d for p in (self.part, *self.others) for a, d in zip(p.axes, p.node.dims)}
        made = planner.graph.add(self.terms, {a: dims[a] for a in self.out}, self.out)
        if planner.work(made) >= most:
            return None
        subtracts = len({t.coefficient > 0 for t in terms_of(self.part)}) > 1
        planner.decisions.setdefault(made.node, Apart(planner.work(made), work, subtracts))
        return made


def _is_of_pairs(part: Part) -> bool:
    """Whether a sum is xᵢ − yⱼ: two arrays with a number before them, each repeated along one axis of the other."""
    (c, x, ties), *rest = terms_of(part)
    if len(rest) != 1 or rest[0].coefficient != -c or ties or rest[0].ties:
        return False
    y = rest[0].part
    return x.node.rank == y.node.rank == part.node.rank - 1 and len(set(x.axes) - set(y.axes)) == 1


def _summed(node: Node) -> list[Dim]:
    """The dimensions that a product sums over."""
    dims = {x: d for a, labels in zip(node.args, node.labels) for x, d in zip(labels, a.dims)}
    return [d for x, d in dims.items() if x not in node.out]
