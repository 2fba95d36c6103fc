"""Sums as expressions of Python source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from gradatim.compile.nodes import Node
from gradatim.compile.products import Products
from gradatim.compile.symmetry import symmetric
from gradatim.compile.texts import ATOM, SUM, TERM, UNARY, Text, number, outside, wrapped
from gradatim.types import Dim

LEAST_ONE_BY_ONE = 1 << 15
"""Arrays of so many entries, with a number before them, are added to what is there already in one pass."""
Term = tuple[Fraction, Any, Node, tuple[int, ...]]
"""A term of a sum: its coefficient, its ties, the operand and the labels of its axes."""


class Sums(Products):
    """`place` is where in the formula the terms stand."""

    place: Mapping[Node, int] = {}

    def operands(self, node: Node) -> list[tuple[Node, tuple[int, ...]]]:
        raise NotImplementedError

    def summands(self, node: Node) -> list[Term]:
        """The terms: those that are added before those that are subtracted, as they stand in the formula."""
        data: Any = node.data
        terms = [(c, ties, a, labels) for (c, ties), (a, labels) in zip(data, self.operands(node))]
        return sorted(terms, key=lambda t: (t[0] < 0, self.place.get(t[2], t[2].number)))

    def _add(self, node: Node) -> Text:
        """A sum without diagonals; those with one are statements, see `gradatim.compile.emit`."""
        terms = self.summands(node)
        out = self.out(node)
        if (large := self._one_by_one(node, terms, out)) is not None:
            return large
        text = self.plain_sum(terms, out)
        covered = {x for _, _, _, labels in terms for x in labels}
        if all(x in covered for x in out):
            return text
        shape = self.shape(self.dims(node))
        if all(not labels for _, _, _, labels in terms) and self.m != "torch":
            return f"{self.m}.full({shape}, {text[0]}, {self.dtype()})", ATOM
        if self.m == "torch":
            return f"({wrapped(text, ATOM)} * {self.ones(shape)})", ATOM
        return f"{self.m}.broadcast_to({text[0]}, {shape}).copy()", ATOM

    def dims(self, node: Node) -> list[Dim]:
        """The dimensions as stored."""
        table = dict(zip(node.out, node.dims))
        return [table[x] for x in self.out(node)]

    def ones(self, shape: str) -> str:
        device = self.device()
        return f"{self.m}.ones({shape}, dtype={self.dtype()}{device})"

    def plain_sum(self, terms: Sequence[Term], out: Sequence[int]) -> Text:
        """A sum without diagonals; what stands behind one and the same number is added up first."""
        text = ""
        rest = list(terms)
        while rest:
            c, _, a, labels = rest[0]
            size = abs(c)
            alike = [t for t in rest if abs(t[0]) == size] if size != 1 and a.rank else rest[:1]
            alike = [t for t in alike if t[2].rank == a.rank]
            if len(alike) > 1:
                inner = self.plain_sum([(t[0] / c, *t[1:]) for t in alike], out)
                piece = self.multiple(size, f"({inner[0]})", bool(out))
            elif a.kind == "number":
                piece = self.front(size, bool(out))[0]
            else:
                piece = self.multiple(size, self.aligned(a, labels, out, TERM), bool(a.rank))
            if not text:
                text = f"-{piece}" if c < 0 else piece
            else:
                text += f" - {piece}" if c < 0 else f" + {piece}"
            rest = [t for t in rest if not any(t is u for u in alike)]
        level = SUM if len(terms) > 1 or terms[0][0] < 0 else TERM
        return text, level

    def front(self, size: Fraction, array: bool) -> Text:
        """A number beside an array: with a float NumPy begins a tenth of a microsecond sooner than with a whole number."""
        text, level = number(size)
        return (f"{text}.0", level) if array and self.fast and self.m == "np" and text.isdigit() else (text, level)

    def multiple(self, size: Fraction, source: str, array: bool = False) -> str:
        if size == 1:
            return source
        if size.numerator == 1:
            return f"{source} / {size.denominator}"
        inner = f"({source})" if outside(source, "@") or outside(source, "/") else source
        return f"{wrapped(self.front(size, array), UNARY)} * {inner}"

    def shape(self, dims: Sequence[Dim]) -> str:
        return "(" + ", ".join(map(self.size, dims)) + ("," if len(dims) == 1 else "") + ")"

    # ------------------------------------------------------------ in place

    def _one_by_one(self, node: Node, terms: Sequence[Term], out: Sequence[int]) -> Text | None:
        """Large arrays with numbers before them, each added to an array that nobody else has; None where there is no such."""
        if not self.fast or self.m != "np" or self.extents.volume(node) < LEAST_ONE_BY_ONE:
            return None
        found = [(t, self._number_and_array(t, out)) for t in terms]
        plain, scaled = [t for t, pair in found if pair is None], [pair for _, pair in found if pair is not None]
        if plain and not self._of_its_own(plain, out):
            return None
        if plain:
            text = self.plain_sum(plain, out)[0]
        else:
            text = " * ".join(wrapped(t, TERM) for t in scaled.pop(0))
        if not scaled:
            return None
        for front, array in scaled:
            text = f"_add_scaled({text}, {front[0]}, {array[0]})"
        return text, ATOM

    def _number_and_array(self, term: Term, out: Sequence[int]) -> tuple[Text, Text] | None:
        """c and X of a term c X, with X as it is stored; None where it is another, or c is 1 or -1."""
        c, _, a, labels = term
        scalars: list[Node] = []
        if a.kind == "contract" and a not in self.named:
            table = dict(zip(self.out(a), labels))
            arrays = [(b, tuple([table.get(x, -1) for x in axes])) for b, axes in self.operands(a) if b.rank]
            if len(arrays) != 1:
                return None
            c, scalars = c * a.data, [b for b in a.args if not b.rank]
            ((a, labels),) = arrays
        alike = list(labels) == list(out) or a.rank == 2 and symmetric(a) and set(labels) == set(out)
        return (self._scaled(c, scalars, None), self.text[a]) if alike and (scalars or abs(c) != 1) else None

    def _of_its_own(self, terms: Sequence[Term], out: Sequence[int]) -> bool:
        """Whether a sum makes an array with all axes that has no other name."""
        if {x for _, _, _, labels in terms for x in labels} != set(out):
            return False
        ((c, _, a, _), *rest) = terms
        made = a not in self.named and (a.kind == "outer" or a.kind == "contract" and sum(b.rank > 0 for b in a.args) > 1)
        return bool(rest) or c != 1 or made
