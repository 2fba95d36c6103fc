"""The canonical order of operands on labelled axes, and whether exchanging its two axes leaves an array as it is."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple

from gradatim.compile.arrange import AGAIN, SYMMETRIC, orders, ways
from gradatim.compile.nodes import Label, Node, Part, Summand, Tie, terms_of
from gradatim.types import Dim

_number_of = attrgetter("node.number")
OF_SYMMETRIC = frozenset({"inverse", "matrix_power", "expm", "logm", "sinm", "cosm", "powm"})
"""Operations on whole matrices that of a symmetric one give a symmetric one."""
MOST_OPENED = 6
"""A product is opened into up to this many factors to see whether it is symmetric."""


class Arranged(NamedTuple):
    """Operands in canonical order, their labels by number, and the number of each label."""

    nodes: tuple[Node, ...]
    labels: tuple[tuple[int, ...], ...]
    numbering: dict[Label, int]

    def kept(self, wanted: Container[Label]) -> tuple[tuple[Label, ...], tuple[int, ...]]:
        """The labels that a result keeps, and their numbers."""
        names: list[Label] = []
        numbers: list[int] = []
        for a, k in self.numbering.items():
            if a in wanted:
                names.append(a)
                numbers.append(k)
        return tuple(names), tuple(numbers)

    def dims(self, out: Iterable[int]) -> tuple[Dim, ...]:
        """The dimensions of the axes with these numbers."""
        found: dict[int, Dim] = {}
        for node, labels in zip(self.nodes, self.labels):
            found.update(zip(labels, node.dims))
        return tuple([found[k] for k in out])


def symmetric(node: Node) -> bool:
    """Whether exchanging the two axes gives the same array: declared of a symbol, seen from the labels of the rest."""
    known = node.symmetric
    if known is None:
        known = node.symmetric = node.dims[0] == node.dims[1] and _is_symmetric(node)
    return known


def _is_symmetric(node: Node) -> bool:
    if node.kind == "symbol":
        facts = node.data.type.facts
        return bool(facts & {"symmetric", "spd", "psd", "diagonal"})
    if node.kind == "special":
        name, _parameter = node.data
        return name in OF_SYMMETRIC and symmetric(node.args[0])
    if node.kind == "map":
        return all(set(axes) == set(node.out) and symmetric(a) or not axes for a, axes in zip(node.args, node.labels))
    if node.kind == "contract":
        return _product_symmetric(node)
    return node.kind == "add" and _sum_symmetric(node)


def _product_symmetric(node: Node) -> bool:
    """With the two labels exchanged it must be the same node: the same operands at the same labels, and the same result."""
    a, b = node.out
    if _place(node, a) == _place(node, b):
        swap = {a: b, b: a}
        swapped = tuple([tuple([swap.get(x, x) for x in axes]) for axes in node.labels])
        found = ways(swapped, _traits(node.args))
        if any(way.rows == node.labels and way.letters.index(a) < way.letters.index(b) for way in found):
            return True
    return any(x.kind == "contract" for x in node.args) and _opened_symmetric(node)


def _sum_symmetric(node: Node) -> bool:
    """With the two labels exchanged it must have the same terms."""
    a, b = node.out
    own = terms_of(Part(node, node.out))
    return {_shown(s, {a: a, b: b}) for s in own} == {_shown(s, {a: b, b: a}) for s in own}


def _shown(s: Summand, table: Mapping[Any, int]) -> tuple[Fraction, Node, tuple[int, ...], frozenset[Tie]]:
    """A term of a sum with other labels; on a diagonal either of its labels says the same, and the lower one is said."""
    ties = frozenset([(min(x, y), max(x, y)) for x, y in [(table[a], table[b]) for a, b in s.ties]])
    lower = {y: x for x, y in ties}
    axes = [lower.get(table[x], table[x]) for x in s.part.axes]
    if len(axes) == 2 and symmetric(s.part.node):
        axes.sort()
    return s.coefficient, s.part.node, tuple(axes), ties


def _opened_symmetric(node: Node) -> bool:
    """Of F M Fᵀ, formed as (F M) Fᵀ, only the factors of the factors tell."""
    parts: list[Part] = []
    pending = [Part(a, labels) for a, labels in zip(node.args, node.labels)]
    serial = 0
    while pending:
        p = pending.pop()
        if p.node.kind != "contract" or len(set(p.axes)) < len(p.axes):
            parts.append(p)
            continue
        table: dict[Label, Label] = dict(zip(p.node.out, p.axes))
        for a, labels in zip(p.node.args, p.node.labels):
            pending.append(Part(a, tuple([table.setdefault(x, (serial, x)) for x in labels])))
        serial += 1
    if len(parts) == len(node.args) or len(parts) > MOST_OPENED:
        return False
    parts.sort(key=_number_of)
    numbering: dict[Label, int] = {}
    rows = tuple([tuple([numbering.setdefault(x, len(numbering)) for x in p.axes]) for p in parts])
    traits = _traits(tuple([p.node for p in parts]))
    one, other = (numbering[x] for x in node.out)
    swap = {one: other, other: one}
    wanted = ways(rows, traits)[0]
    places = wanted.letters.index(one), wanted.letters.index(other)
    return any(
        w.rows == wanted.rows and (w.letters.index(one), w.letters.index(other)) == places
        for w in ways(tuple([tuple([swap.get(x, x) for x in row]) for row in rows]), traits)
    )


def _place(node: Node, label: int) -> list[tuple[int, int]]:
    """Where a label stands in a product: operands by number, and which of their axes it is, of those for which that matters."""
    found: list[tuple[int, int]] = []
    for a, labels in zip(node.args, node.labels):
        if label in labels:
            loose = a.rank == 2 and symmetric(a)
            found += [(a.number, 0 if loose else k) for k, x in enumerate(labels) if x == label]
    return sorted(found)


def oriented(part: Part) -> Part:
    """The labels of a symmetric array in a fixed order."""
    if part.node.rank == 2 and part.axes[0] != part.axes[1] and symmetric(part.node):
        return Part(part.node, tuple(sorted(part.axes, key=rank_of)))
    return part


def arrange(factors: Sequence[Part]) -> Arranged:
    """The operands in canonical order: of those that look alike the first."""
    numbering: dict[Label, int] = {}
    nodes: list[Node] = []
    rows: list[tuple[int, ...]] = []
    for node, axes in factors if len(factors) == 1 else sorted(factors, key=_number_of):
        for x in axes:
            if x not in numbering:
                numbering[x] = len(numbering)
        nodes.append(node)
        rows.append(tuple(map(numbering.__getitem__, axes)))
    traits = _traits(nodes)
    if traits.count(0) == len(nodes):
        return Arranged(tuple(nodes), tuple(rows), numbering)
    way = ways(tuple(rows), traits)[0]
    letters = list(numbering)
    return Arranged(tuple(nodes), way.rows, dict(zip(map(letters.__getitem__, way.letters), count())))


def _traits(nodes: Iterable[Node]) -> tuple[int, ...]:
    """What may be exchanged of operands: equal ones, and the axes of symmetric ones."""
    before: Node | None = None
    found: list[int] = []
    for node in nodes:
        turns = node.symmetric
        if turns is None:
            turns = symmetric(node)
        trait = SYMMETRIC if turns else 0
        found.append(trait | AGAIN if node is before else trait)
        before = node
    return tuple(found)


def sum_arranged(terms: Sequence[Summand], extra: Sequence[Label]) -> tuple[list[Summand], dict[Label, int]]:
    """The arrangement of a sum with the least labels, numbered by first occurrence: of several that look alike the first."""
    best: tuple[list[Summand], dict[Label, int]] = [], {}
    least: list[Any] | None = None
    several = orders(tuple([s.part.node.number for s in terms]))
    for order in several:
        numbering = _of_sum(terms, order, extra)
        arranged = [_tied(terms[k], numbering) if terms[k].ties else terms[k] for k in order]
        if len(several) == 1:
            return arranged, numbering
        shown = [
            (tuple([numbering[a] for a in part.axes]), tuple([(numbering[a], numbering[b]) for a, b in ties]))
            for _, part, ties in arranged
        ]
        if least is None or shown < least:
            best, least = (arranged, numbering), shown
    return best


def _of_sum(terms: Sequence[Summand], order: Sequence[int], extra: Sequence[Label]) -> dict[Label, int]:
    """The labels of a sum by number."""
    numbering: dict[Label, int] = {}
    # Arrays with all axes name them first, so that what is only repeated along an axis has no say.
    for k in sorted(order, key=lambda k: -len(terms[k].part.axes)):
        for a in terms[k].part.axes:
            numbering.setdefault(a, len(numbering))
    for k in order:
        for tie in terms[k].ties:
            for a in tie:
                numbering.setdefault(a, len(numbering))
    for a in extra:
        numbering.setdefault(a, len(numbering))
    return numbering


def _tied(s: Summand, numbering: Mapping[Label, int]) -> Summand:
    """A term with the labels that it ties in order."""
    ties = [(a, b) if numbering[a] < numbering[b] else (b, a) for a, b in s.ties]
    ties.sort(key=lambda t: (numbering[t[0]], numbering[t[1]]))
    return Summand(s.coefficient, s.part, tuple(ties))


def rank_of(label: Label) -> tuple[str, int]:
    """A fixed order of labels: our own by number, indices of the formula by when they were made."""
    if isinstance(label, int):
        return "", label
    name = getattr(label, "name", "")
    digits = "".join(c for c in name if c.isdigit())
    return name.rstrip("0123456789"), int(digits) if digits else 0
