"""Nodes as expressions of Python source: one small function for each kind of node."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from gradatim.compile.cost import Sizes
from gradatim.compile.dialect import Dialect
from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Node
from gradatim.compile.products import MOST_BY_ONES, MOST_BY_ONES_IN_ALL, MOST_TURNED
from gradatim.compile.sums import Sums
from gradatim.compile.symmetry import symmetric
from gradatim.compile.texts import ATOM, POWER, SUM, TERM, UNARY, Text, factor, number, outside, wrapped
from gradatim.compile.told import Told
from gradatim.compile.whole import Whole
from gradatim.errors import GradatimError

LEAVES = ("number", "size")
MANY = 600
"""From this many entries on a function of one entry gives way to one of many where a target has it, in code that is run and not read."""


class Expressions(Sums, Whole):
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

    series: Mapping[Node, str] = {}
    """What says a power series, where a node has one."""

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
                    few = self.fast and self.m == "np" and self.extents.volume(a) <= MOST_BY_ONES_IN_ALL
                    return f"_total({source[0]})" if few else self._total(source, ""), ATOM
                if self.short_rows(a, MOST_BY_ONES):
                    return self._by_ones(source, gone[0])
                axis = str(gone[0]) if len(gone) == 1 else str(tuple(gone))
                return self._total(source, axis), ATOM
            if not gone:
                return self.permuted(a, [labels.index(x) for x in out])
        return self._einsum([(a, labels)], out)

    # ------------------------------------------------------------ functions

    def _map(self, node: Node) -> Text:
        name, parameter = node.data
        if name == "power" and len(node.args) == 1:
            return self._power(node, parameter)
        args = [self._operand(node, k) for k in range(len(node.args))]
        if name == "power" and self.m == "np" and not node.rank and args[0][0].isidentifier():
            # A negative number of Python's to a power that is no whole number is complex.
            return f"float(np.power({args[0][0]}, {args[1][0]}))", ATOM
        if name == "power":
            return f"{wrapped(args[0], ATOM)} ** {wrapped(args[1], ATOM)}", POWER
        many = self.fast and name + "s" in self.dialect.maps and self.extents.volume(node) >= MANY
        template = self.dialect.maps.get(name + "s" if many else name)
        own = not node.rank and name in self.dialect.scalar_maps
        if own:
            template = self.dialect.scalar_maps[name]
        if template is None:
            raise GradatimError(f"{name} has no form in {self.dialect.name}")
        shown = [wrapped(a, SUM if re.search(rf"[(,] ?\{{{k}\}}[,)]", template) else ATOM) for k, a in enumerate(args)]
        if name in ("step", "equal", "unequal", "less"):
            shown = [wrapped(a, TERM) for a in args]
        dtype = self.dtype() if "{dtype}" in template else ""
        template = template.replace("{dtype}", dtype).replace(
            "{parameter}", self.series.get(node) or (number(parameter)[0] if isinstance(parameter, Fraction) else str(parameter))
        )
        text = template.format(*shown)
        if self.m == "np" and not node.rank and not own and self.like():
            # A float64 of NumPy's would make float64 of float32 arrays, which a float of Python's does not.
            return f"float({text})", ATOM
        return text, ATOM if "*" not in template and "} / {" not in template else TERM

    def plain(self, node: Node) -> bool:
        """Whether a scalar is made of numbers and sizes alone, and so is a number of Python's."""
        if node.rank or node.kind == "symbol":
            return False
        return node.kind in LEAVES or all(map(self.plain, node.args))

    def _operand(self, node: Node, k: int) -> Text:
        a = node.args[k]
        if self.m == "torch" and self.plain(a):
            like = next((self.text[b][0] for b in node.args if not self.plain(b)), self.like())
            if not like:
                return f"torch.as_tensor({self.text[a][0]}, dtype={self.dtype()})", ATOM
            return f"_scalar({self.text[a][0]}, {like})", ATOM
        if self.m == "jnp" and a.kind in LEAVES:
            # Some of JAX's functions take no whole numbers.
            return f"float({self.text[a][0]})", ATOM
        labels, out = self.axes(a, node.labels[k]), self.out(node)
        if not labels or set(labels) == set(out):
            return self.permuted(a, [labels.index(x) for x in out if x in labels])
        return self.aligned(a, labels, out, ATOM), ATOM

    def _power(self, node: Node, exponent: Fraction) -> Text:
        source = self._operand(node, 0)
        if exponent == -1:
            return f"{self.front(ONE, node.rank > 0)[0]} / {wrapped(source, ATOM)}", TERM
        if exponent == Fraction(-1, 2):
            root = f"{self.m}.sqrt({source[0]})"
            return (
                f"{self.front(ONE, node.rank > 0)[0]} / {f'float({root})' if self.m == 'np' and not node.rank and self.like() else root}",
                TERM,
            )
        if exponent == -2 and (twin := self._reciprocal(node)):
            return f"{twin} ** 2", POWER
        if exponent in (-2, -3) and not node.rank and source[0].isidentifier():
            return f"1 / {wrapped(self._raised(node, -exponent), POWER)}", TERM
        return self._raised(node, exponent)

    def _reciprocal(self, node: Node) -> str:
        """The name of 1 / x for a power of x, where it has one."""
        for n, name in self.named.items():
            if n.kind == "map" and n.data == ("power", Fraction(-1)) and n.args == node.args and self.out(n) == self.out(node):
                return name if n.labels == node.labels else ""
        return ""

    def _raised(self, node: Node, exponent: Fraction) -> Text:
        """The operand of a power to another exponent."""
        base = wrapped(self._operand(node, 0), ATOM)
        text, level = number(exponent)
        if self.m == "np" and node.rank and exponent in (3, 4, -2):
            # NumPy has a loop of its own for squares; other powers are logarithms and exponentials.
            return {3: (f"{base} * {base} ** 2", TERM), 4: (f"({base} ** 2) ** 2", POWER)}.get(
                int(exponent), (f"1 / {base} ** 2", TERM)
            )
        if self.m == "np" and not node.rank and base.isidentifier() and text in ("2", "3"):
            # A number of Python's to a power that is too large for it is an error, and a product of them is infinite.
            return " * ".join([base] * int(text)), TERM
        if self.m == "np" and exponent > 1 and not self.plain(node) and not node.rank:
            return f"float(np.power({self._operand(node, 0)[0]}, {text}))", ATOM
        return f"{base} ** {text if level >= UNARY else f'({text})'}", POWER

    def _reduce(self, node: Node) -> Text:
        """Along short rows NumPy takes long for a maximum, which a transposed copy is made for."""
        labels = self.axes(node.args[0], node.labels[0])
        gone = [k for k, x in enumerate(labels) if x not in node.out]
        source = self.text[node.args[0]][0]
        if node.data == "max":
            name = "amax" if self.m == "torch" else "max"
        else:
            name = "prod"
        if len(gone) == node.args[0].rank:
            return f"{self.m}.{name}({source})", ATOM
        if gone == [1] and self.short_rows(node.args[0], MOST_TURNED):
            return f"np.{name}(np.ascontiguousarray({wrapped(self.text[node.args[0]], ATOM)}.T), 0)", ATOM
        axis: object = gone[0] if len(gone) == 1 else tuple(gone)
        left = [x for x in labels if x in node.out]
        return self._in_order((f"{self.m}.{name}({source}, {axis})", ATOM), [left.index(x) for x in self.out(node)])
