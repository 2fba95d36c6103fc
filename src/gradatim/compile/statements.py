"""Sums that are statements: terms on diagonals, or in a part of the array, are added in place to an array of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradatim.compile.dialect import Dialect
from gradatim.compile.expressions import Expressions
from gradatim.compile.nodes import Node
from gradatim.compile.sums import Term
from gradatim.compile.texts import ATOM, SUM, Text, number, wrapped
from gradatim.compile.told import Told
from gradatim.term import Symbol
from gradatim.types import Dim


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the program and the node that it computes."""

    name: str
    source: str
    node: Node | None


@dataclass(frozen=True, slots=True)
class Placed:
    """An array in a larger one of zeros: along which axis, how many zeros come before it and after it (None: none)."""

    inner: Node
    axis: int
    before: Dim | None
    after: Dim | None


class Statements:
    """What an emitter has for sums that take several lines."""

    expressions: Expressions
    dialect: Dialect
    told: Told
    constant: tuple[Symbol, ...]
    lines: list[tuple[str, Node | None]]
    steps: list[Step]
    named: dict[Node, str]
    placed: Mapping[Node, Placed] = {}

    def let(self, node: Node | None, text: Text, wanted: str = "", owner: Node | None = None) -> Text:
        raise NotImplementedError

    def by_statements(self, node: Node) -> Text:
        """A sum some of whose terms stand on diagonals, or in a part of the array: the others first, then these are added in place."""
        e = self.expressions
        terms = e.summands(node)
        tied = [t for t in terms if t[1]]
        apart = [t for t in terms if t[2] in self.placed]
        plain = [t for t in terms if not t[1] and t[2] not in self.placed]
        if self.dialect.name != "numpy":
            return self._masked(node, plain, tied)
        if not plain and len(tied) == 1 and node.rank == 2 and len(tied[0][3]) == 1:
            c, _, a, _ = tied[0]
            return f"np.diag({e._scaled(c, [], e.text[a])[0]})", ATOM
        name = self._begun(node, plain)
        for c, _, a, labels in apart:
            self._add_in_place(self._place(name, self.placed[a], labels, e.out(node)), c, self._value(a, labels, node, c))
        for c, ties, a, labels in tied:
            self._add_diagonal(name, node, c, ties, a, labels)
        return name, ATOM

    def _begun(self, node: Node, plain: Sequence[Term]) -> str:
        """The name of an array of its own that holds the terms which are added in the common way."""
        e, out = self.expressions, self.expressions.out(node)
        covered = {x for _, _, _, labels in plain for x in labels}
        shape = e.shape(e.dims(node))
        if plain and all(x in covered for x in out):
            start = e.plain_sum(plain, out)[0]
            if len(plain) == 1 and plain[0][0] == 1 and not _fresh(plain[0][2], start):
                start = f"{wrapped((start, SUM), ATOM) if not start.isidentifier() else start}.copy()"
        elif plain and not covered:
            start = f"np.full({shape}, {e.plain_sum(plain, out)[0]}, {self.told.dtype()})"
        elif plain:
            start = f"np.zeros({shape}, {self.told.dtype()}) + ({e.plain_sum(plain, out)[0]})"
        else:
            start = f"np.zeros({shape}, {self.told.dtype()})"
        return self.let(node, (f"({start})" if start.isidentifier() else start, SUM))[0]

    def _add_in_place(self, where: str, c: Fraction, added: str) -> None:
        line = f"{where} {'-=' if c < 0 else '+='} {added}"
        self.lines.append((line, None))
        self.steps.append(Step("", line, None))

    def _add_diagonal(
        self, name: str, node: Node, c: Fraction, ties: Sequence[tuple[int, int]], a: Node, labels: Sequence[int]
    ) -> None:
        e, out = self.expressions, self.expressions.out(node)
        # Two ties may share a label: then all three stand on one diagonal.
        table = {x: x for t in ties for x in t}
        for x, y in ties:
            first, other = table[x], table[y]
            table = {z: first if root == other else root for z, root in table.items()}
        letters = {x: "ijklmnopqr"[k] for k, x in enumerate(dict.fromkeys(table.get(x, x) for x in out))}
        whole = "".join(letters[table.get(x, x)] for x in out)
        kept = list(dict.fromkeys(table.get(x, x) for x in out))
        spec = f"{whole}->{''.join(letters[x] for x in kept)}"
        inner = [table.get(x, x) for x in labels]
        level = SUM if abs(c) == 1 else ATOM
        value = e.aligned(a, inner, kept, level) if len(set(inner)) == len(inner) else self._on_own_diagonal(a, inner, kept)
        added = number(abs(c))[0] if a.kind == "number" else e.multiple(abs(c), value)
        where = f"_diagonal({name})[:]" if spec == "ii->i" else f'np.einsum("{spec}", {name})[...]'
        self._add_in_place(where, c, added)

    def _value(self, block: Node, labels: Sequence[int], node: Node, c: Fraction) -> str:
        """What is added where a block stands."""
        e, inner = self.expressions, self.placed[block].inner
        stored = dict(zip(inner.out, labels))
        axes = [stored[x] for x in e.out(inner)]
        return e.multiple(abs(c), e.aligned(inner, axes, e.out(node), SUM if abs(c) == 1 else ATOM), True)

    def _place(self, name: str, place: Placed, labels: Sequence[int], out: Sequence[int]) -> str:
        before = self.told.size(place.before) if place.before is not None else ""
        # Where nothing comes after it, -0 would be the front: only a number may be counted from the end.
        end = f"-{place.after.literal}" if place.after is not None and place.after.literal else ""
        if place.after is not None and not end:
            length = place.inner.dims[place.axis]
            end = self.told.size(length if place.before is None else place.before + length)
        slots = [f"{before}:{end}" if x == labels[place.axis] else ":" for x in out]
        while slots[-1] == ":":
            slots.pop()
        return f"{name}[{', '.join(slots)}]"

    def scaled_in_place(self, node: Node, uses: Mapping[Node, int]) -> Text | None:
        """A number times a sum that has a name and that nobody else needs: the array of the sum becomes it."""
        e = self.expressions
        arrays = [(a, labels) for a, labels in e.operands(node) if a.rank]
        if self.dialect.name != "numpy" or self.constant or len(arrays) != 1 or node.rank < 2:
            return None
        ((a, labels),) = arrays
        if a not in self.named or a.kind != "add" or len(a.args) < 2 or uses[a] > 1 or labels != e.out(node):
            return None
        name = self.named[a]
        line = f"{name} *= {e._scaled(node.data, [x for x in node.args if not x.rank], None)[0]}"
        self.lines.append((line, None))
        self.steps.append(Step("", line, None))
        return name, ATOM

    def _on_own_diagonal(self, a: Node, labels: Sequence[int], out: Sequence[int]) -> str:
        """A diagonal of an operand, with axes of extent one where it has none of the result's."""
        source = self.expressions._einsum([(a, labels)], [x for x in out if x in labels])[0]
        slots = [":" if x in labels else "None" for x in out]
        return f"{source}[{', '.join(slots)}]" if "None" in slots else source

    def _masked(self, node: Node, plain: Sequence[Term], tied: Sequence[Term]) -> Text:
        """Targets without in-place addition: a diagonal is a product with identity matrices."""
        e = self.expressions
        out = e.out(node)
        pieces = [e.plain_sum(plain, out)[0]] if plain else []
        extent = dict(zip(node.out, node.dims))
        device = self.told.device()
        for c, ties, a, labels in tied:
            factors = []
            table: dict[int, int] = {}
            for x, y in ties:
                eye = f"{e.m}.eye({self.told.size(extent[x])}, dtype={self.told.dtype()}{device})"
                slots = [":" if z in (x, y) else "None" for z in out]
                while slots[0] == "None":
                    slots.pop(0)
                factors.append(f"{eye}[{', '.join(slots)}]" if "None" in slots else eye)
                table[y] = x
            if a.kind != "number":
                factors.append(e.aligned(a, labels, out, ATOM))
            size = abs(c)
            if size != 1:
                factors.insert(0, e._scaled(Fraction(size), [], None)[0])
            pieces.append(("-" if c < 0 else "+") + " * ".join(factors))
        text = " ".join(
            p if k == 0 and not p.startswith("+") else f"{p[0]} {p[1:]}" if p[0] in "+-" and k else p.lstrip("+")
            for k, p in enumerate(pieces)
        )
        covered = {x for _, _, _, labels in plain for x in labels} | {
            x for _, t, _, labels in tied for x in (*labels, *(z for p in t for z in p))
        }
        if not all(x in covered for x in out):
            text = f"({text}) * {e.ones(e.shape(e.dims(node)))}"
        return text, SUM


def _fresh(node: Node, source: str) -> bool:
    """Whether the array belongs to nobody else, so that it may be changed in place."""
    return not source.isidentifier() and node.kind in ("contract", "map", "add", "special") and not is_view(node, source)


def is_view(node: Node, source: str) -> bool:
    """Whether an array may share its entries with its first operand: axes in another order, a part, a diagonal."""
    if node.kind == "special":
        # `X[:3]`, `x.reshape(3, 2).T`; an operation of NumPy's begins with its own name.
        return node.data[0] in ("range", "code") and not source.lstrip("(").startswith(("np.", "scipy."))
    if node.kind == "contract":
        return len(node.args) == 1 and node.data == 1 and set(node.labels[0]) == set(node.out)
    return node.kind in ("permute", "take", "reshape")


def placed(order: Sequence[Node], uses: dict[Node, int]) -> dict[Node, Placed]:
    """Blocks of zeros around one array that nobody needs but one sum: the sum adds the array where it stands. `uses` is corrected."""
    found: dict[Node, Placed] = {}
    for node in order:
        terms: Any = node.data
        for (_, ties), a in zip(terms, node.args) if node.kind == "add" else ():
            if not ties and uses[a] == 1 and a.rank == node.rank and (place := _place_of(a)) is not None:
                found[a] = place
    for block, place in found.items():
        for a in block.args:
            uses[a] -= a is not place.inner
    return found


def _place_of(node: Node) -> Placed | None:
    """Where the one array stands in a line of blocks of which the others are zeros."""
    if node.kind != "special" or node.data[0] != "block" or node.data[1][0] or not all(a.rank == node.rank for a in node.args):
        return None
    rows, wide = node.data[1][1]
    cells = [k for k, a in enumerate(node.args) if not _is_zero(a)]
    if len(cells) != 1 or 1 not in (rows, wide):
        return None
    axis = 0 if wide == 1 else node.rank - 1
    (k,) = cells
    lengths = [a.dims[axis] for a in node.args]
    return Placed(node.args[k], axis, _sum(lengths[:k]), _sum(lengths[k + 1 :]))


def _sum(lengths: Sequence[Dim]) -> Dim | None:
    total: Dim | None = None
    for d in lengths:
        total = d if total is None else total + d
    return total


def _is_zero(node: Node) -> bool:
    return node.kind == "add" and all(c == 0 for c, _ in node.data)
