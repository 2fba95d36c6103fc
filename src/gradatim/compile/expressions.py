"""Nodes as expressions of Python source: one small function for each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from gradatim.compile.cost import Sizes
from gradatim.compile.dialect import Dialect
from gradatim.compile.graph import Graph
from gradatim.compile.mapped import Mapped
from gradatim.compile.nodes import ONE, Node
from gradatim.compile.products import MOST_BY_ONES
from gradatim.compile.symmetry import symmetric
from gradatim.compile.texts import ATOM, POWER, SUM, TERM, UNARY, Text, factor, number, outside, wrapped
from gradatim.compile.told import Told
from gradatim.compile.whole import Whole
from gradatim.types import Dim


class Expressions(Mapped, Whole):
    """Expressions in one dialect. `text` holds those made so far."""

    def __init__(self, graph: Graph, dialect: Dialect, told: Told, extents: Sizes) -> None:
        self.graph, self.dialect = graph, dialect
        self.size, self.dtype, self.like, self.device = told.size, told.dtype, told.like, told.device
        self.m = dialect.module
        self.extents = extents
        self.text: dict[Node, Text] = {}
        self.factors: dict[Node, str] = {}
        """Names of factorisations that several operations share, by the matrix."""
        self.copies: dict[tuple[Node, tuple[int, ...]], Text] = {}
        self.let: Callable[[Node | None, Text, str, Node | None], Text] = lambda _node, text, _wanted, _owner: text
        """Gives an expression a name, on a line of its own."""
        self.order: Mapping[Node, tuple[int, ...]] = {}
        """The order of labels in which each array is stored."""

    def of(self, node: Node) -> Text:
        made: Text = getattr(self, "_" + node.kind)(node)
        return made

    # ------------------------------------------------------------ leaves

    def _number(self, node: Node) -> Text:
        return number(node.data)

    def _size(self, node: Node) -> Text:
        return self.size(node.data), ATOM

    def _running(self, node: Node) -> Text:
        n = self.size(node.data)
        device = self.device()
        return f"{self.m}.arange(1, {n} + 1, dtype={self.dtype()}{device})", ATOM

    # ------------------------------------------------------------ axes

    def out(self, node: Node) -> tuple[int, ...]:
        return self.order.get(node, node.out)

    def axes(self, a: Node, labels: Sequence[int]) -> tuple[int, ...]:
        """The labels of an operand's axes as they are stored."""
        stored = self.order.get(a)
        if stored is None:
            return tuple(labels)
        table = dict(zip(a.out, labels))
        return tuple([table[x] for x in stored])

    def operands(self, node: Node) -> list[tuple[Node, tuple[int, ...]]]:
        return [(a, self.axes(a, labels)) for a, labels in zip(node.args, node.labels)]

    def standard(self, a: Node) -> Text:
        """The array with its axes in the node's own order."""
        stored = self.out(a)
        return self.text[a] if stored == a.out else self.permuted(a, [stored.index(x) for x in a.out])

    def aligned(self, node: Node, labels: Sequence[int], out: Sequence[int], level: int = ATOM) -> str:
        """The operand with its axes in the order of `out`, with axes of extent one where it has none."""
        order = [labels.index(a) for a in out if a in labels]
        source = self.permuted(node, order)
        present = [a for a in out if a in labels]
        slots = [":" if a in labels else "None" for a in out]
        if self.m == "np" and "None" in slots and len(out) > 2 and order != sorted(order):
            # NumPy would run along the operand's own last axis, however short it is.
            source = self.turned(node, tuple(order), source)
        while slots and slots[0] == "None":
            slots.pop(0)
        if not present or "None" not in slots:
            return wrapped(source, level)
        return f"{wrapped(source, ATOM)}[{', '.join(slots)}]"

    def turned(self, node: Node, order: tuple[int, ...], source: Text) -> Text:
        """A copy with its axes in this order, which gets a name."""
        if (node, order) not in self.copies:
            wanted = f"{self.text[node][0]}t" if self.text[node][0].isidentifier() else "turned"
            self.copies[node, order] = self.let(None, (f"np.ascontiguousarray({source[0]})", ATOM), wanted, node)
        return self.copies[node, order]

    def permuted(self, node: Node, order: Sequence[int]) -> Text:
        source = self.text[node]
        return source if list(order) == [1, 0] and symmetric(node) else self._in_order(source, order)

    def _in_order(self, source: Text, order: Sequence[int]) -> Text:
        if list(order) == sorted(order):
            return source
        if list(order) == [1, 0]:
            return f"{wrapped(source, ATOM)}.T", ATOM
        if self.m == "torch":
            return f"{wrapped(source, ATOM)}.permute({', '.join(map(str, order))})", ATOM
        return f"{wrapped(source, ATOM)}.transpose({', '.join(map(str, order))})", ATOM

    def _permute(self, node: Node) -> Text:
        a = node.args[0]
        wanted = [a.out[k] for k in node.data]
        return self.permuted(a, [self.out(a).index(x) for x in wanted])

    def _reshape(self, node: Node) -> Text:
        return f"{wrapped(self.standard(node.args[0]), ATOM)}.reshape({', '.join(map(self.size, node.dims))})", ATOM

    def _take(self, node: Node) -> Text:
        axis, position = node.data
        where = str(position) if isinstance(position, int) else self.size(position)
        return f"{wrapped(self.standard(node.args[0]), ATOM)}[{':, ' * axis}{where}]", ATOM

    def _gather(self, node: Node) -> Text:
        a, index = node.args
        axis: int = node.data
        where = wrapped(self.standard(index), ATOM)
        whole = f"({where} - 1).long()" if self.m == "torch" else f"({where} - 1).astype(int)"
        return f"{wrapped(self.standard(a), ATOM)}[{':, ' * axis}{whole}]", ATOM

    # ------------------------------------------------------------ products

    def _contract(self, node: Node) -> Text:
        scalars = [a for a in node.args if not a.rank]
        arrays = [(a, labels) for a, labels in self.operands(node) if a.rank]
        out = self.out(node)
        if len(arrays) > 2 and all(len(set(labels)) == len(labels) and set(labels) == set(out) for _, labels in arrays):
            # Entry by entry: products say so, and take less time than an einsum.
            factors = [self.aligned(a, labels, out, POWER) for a, labels in arrays]
            body: Text | None = (" * ".join(factors), TERM)
        elif len(arrays) > 2:
            body = self._einsum(arrays, out)
        elif len(arrays) == 2:
            body = self._pair(*arrays[0], *arrays[1], out)
        elif arrays:
            body = self._single(*arrays[0], out)
        else:
            body = None
        return self._scaled(node.data, scalars, body)

    def _scaled(self, coefficient: Fraction, scalars: Sequence[Node], body: Text | None) -> Text:
        """Numbers and scalars in front, what is divided by at the end."""
        above: list[Text] = []
        below: list[str] = []
        for s in scalars:
            exponent = s.data[1] if s.kind == "map" and s.data[0] == "power" and len(s.args) == 1 else ONE
            if exponent == -1 and s not in self.named or exponent in (-2, -3) and self.text[s.args[0]][0].isidentifier():
                below.append(wrapped(self.text[s.args[0]] if exponent == -1 else self._raised(s, -exponent), POWER))
            else:
                above.append(self.text[s])
        if body is not None:
            above.append(body)
        size = abs(coefficient)
        if size.denominator != 1 and above and (size.numerator == 1 or number(size)[1] == TERM):
            below.insert(0, str(size.denominator))
            size = Fraction(size.numerator)
        if size != 1 or not above:
            above.insert(0, self.front(size, body is not None))
        # Only the first factor may be a product of its own: what follows it would otherwise be read into it.
        text = " * ".join(wrapped(t, TERM) if k == 0 and not outside(t[0], "@") else factor(t) for k, t in enumerate(above))
        level = TERM
        if len(above) == 1:
            text, level = above[0] if not below else (wrapped(above[0], TERM), TERM)
        under = below[0] if len(below) == 1 else "(" + " * ".join(below) + ")"
        if below and self.fast and self.m == "np" and body is not None and len(above) > 1:
            # Scalars are divided by each other before the array is touched.
            text = " * ".join(wrapped(t, TERM) if k == 0 else factor(t) for k, t in enumerate(above[:-1]))
            text = f"{text} / {under} * {factor(body)}"
        elif below:
            text += " / " + under
        if coefficient < 0:
            # A minus binds more strongly than @, and would copy the whole left factor.
            return "-" + (text if level >= TERM and not outside(text, "@") else f"({text})"), SUM if level == TERM else UNARY
        return text, level

    place: Mapping[Node, int] = {}

    def _single(self, a: Node, labels: Sequence[int], out: Sequence[int]) -> Text:
        source = self.text[a]
        if list(labels) == list(out):
            return source
        if tuple(labels) == (labels[0],) * 2 and len(labels) == 2:
            if not out:
                return f"{self.m}.trace({source[0]})", ATOM
            return f"{wrapped(source, ATOM)}.diagonal()", ATOM
        if len(set(labels)) == len(labels):
            gone = [k for k, x in enumerate(labels) if x not in out]
            kept = [x for x in labels if x in out]
            if gone and kept == list(out):
                if len(gone) == len(labels):
                    return self._total(source, ""), ATOM
                if self.short_rows(a, MOST_BY_ONES):
                    return self._by_ones(source, gone[0])
                axis = str(gone[0]) if len(gone) == 1 else str(tuple(gone))
                return self._total(source, axis), ATOM
            if not gone:
                return self.permuted(a, [labels.index(x) for x in out])
        return self._einsum([(a, labels)], out)

    def _total(self, source: Text, axis: str) -> str:
        """A sum of entries. NumPy's method takes half the time to begin that its function takes."""
        if self.m == "np":
            return f"{wrapped(source, ATOM)}.sum({axis})"
        return f"{self.m}.sum({source[0]}{', ' * bool(axis)}{axis})"

    def _einsum(self, arrays: Sequence[tuple[Node, Sequence[int]]], out: Sequence[int]) -> Text:
        letters: dict[int, str] = {}
        for _, labels in arrays:
            for x in labels:
                letters.setdefault(x, "ijklmnopqrstuvwxyzabcdefgh"[len(letters)])
        spec = ",".join("".join(letters[x] for x in labels) for _, labels in arrays)
        spec += "->" + "".join(letters[x] for x in out)
        return f'{self.m}.einsum("{spec}", {", ".join(self.text[a][0] for a, _ in arrays)})', ATOM

    def _outer(self, node: Node) -> Text:
        """A sum of outer products as one matrix product."""
        r = len(node.args) // 2
        half = len(node.labels[0])
        sides = (node.out[:half], node.out[half:])
        shown: list[str] = []
        for side, start in zip(sides, (0, r)):
            texts = []
            for k in range(start, start + r):
                labels = self.axes(node.args[k], node.labels[k])
                one = self.permuted(node.args[k], [labels.index(x) for x in side])
                texts.append(self._scaled(node.data[k], [], one)[0] if not start else one[0])
            # Of vectors `array` makes a matrix in a quarter of the time that `stack` takes.
            shown.append(f"{self.m}.{'array' if self.m == 'np' and half == 1 else 'stack'}(({', '.join(texts)}))")
        if node.rank == 2:
            return f"{shown[0]}.T @ {shown[1]}", TERM
        axes = "dims=([0], [0])" if self.m == "torch" else "axes=(0, 0)"
        return f"{self.m}.tensordot({', '.join(shown)}, {axes})", ATOM

    # ------------------------------------------------------------ sums

    def summands(self, node: Node) -> list[tuple[Fraction, tuple[tuple[int, int], ...], Node, tuple[int, ...]]]:
        """The terms: those that are added before those that are subtracted, as they stand in the formula."""
        data: Any = node.data
        terms = [(c, ties, a, labels) for (c, ties), (a, labels) in zip(data, self.operands(node))]
        return sorted(terms, key=lambda t: (t[0] < 0, self.place.get(t[2], t[2].number)))

    def _add(self, node: Node) -> Text:
        """A sum without diagonals; those with one are statements, see `gradatim.compile.emit`."""
        terms = self.summands(node)
        out = self.out(node)
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

    def plain_sum(self, terms: Sequence[tuple[Fraction, Any, Node, tuple[int, ...]]], out: Sequence[int]) -> Text:
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
