"""Functions of entries as expressions of Python source: exp(x), powers, and the largest entries along an axis."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from gradatim.compile.dialect import Dialect
from gradatim.compile.nodes import ONE, Node
from gradatim.compile.products import MOST_TURNED, Products
from gradatim.compile.texts import ATOM, POWER, SUM, TERM, UNARY, Text, number, wrapped
from gradatim.errors import GradatimError

LEAVES = ("number", "size")
MANY = 600
"""From this many entries on a function of one entry gives way to one of many where a target has it, in code that is run and not read."""


class Mapped(Products):
    """`dtype` and `like` are expressions for the type of numbers and for an array that has it."""

    dialect: Dialect
    dtype: Callable[[], str]
    like: Callable[[], str]
    series: Mapping[Node, str] = {}
    """What says a power series, where a node has one."""

    def front(self, size: Fraction, array: bool) -> Text:
        raise NotImplementedError

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
