"""Near zero: what cancels there, as cos(z)/z − sin(z)/z² and tanh(z) − z do, is summed by its power series.

An expression of one array, entry by entry, is developed at zero in exact rational numbers. Where leading terms cancel, or a pole does
(sin(z)/z at 0), the program gets the series for small |z|, and works the expression out as it stands for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import fmpq, fmpq_series

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Node, Part, below
from gradatim.compile.operands import by_entries, factors_of
from gradatim.value.balls import sigmoid
from gradatim.value.precision import exact, workcap

FEW, MANY = 16, 80
"""Terms by which a cancellation is seen, and from which the series is taken."""
BITS = 55
"""What is left out of the series is smaller by so many binary digits."""
CANCELLED = 4
"""The terms of the series may be larger than its first one by so much together: their rounding counts."""
LARGEST, SMALLEST = ONE, Fraction(1, 16)
"""Radii within which a series is used."""


@dataclass(frozen=True, slots=True)
class _Expansion:
    """zˡᵒʷ times a power series that does not vanish at zero, on one side of it.

    `lost` says whether digits are lost near zero when it is worked out as it stands.
    """

    low: int
    series: Any
    lost: bool = False
    side: int = 1

    @property
    def positive(self) -> bool:
        return bool((self.series[0] > 0) == (self.side > 0 or self.low % 2 == 0))


Sides = tuple[_Expansion, _Expansion]
"""The expansions on either side of zero, which are the same for a function that can be developed there."""


@dataclass(frozen=True, slots=True)
class Near:
    """A power series: zᵖ (c₀ + c₁ zˢ + c₂ z²ˢ + …) for |z| below the radius."""

    radius: Fraction
    power: int
    step: int
    coefficients: tuple[Fraction, ...]
    whole: tuple[Node, Node] | None = field(default=None, compare=False, repr=False)
    """The expression, and the array of which it is made."""


def by_series(graph: Graph, outputs: Sequence[Node]) -> list[Node]:
    """The program with series where its expressions lose their digits near zero."""
    with workcap(FEW):
        return _Pass(graph, outputs).outputs()


class _Pass:
    """Each node with its expansions, by the arrays of which it is made entry by entry: its atoms, the deepest first, itself the last."""

    def __init__(self, graph: Graph, outputs: Sequence[Node]) -> None:
        self.graph, self.roots = graph, outputs
        self.seen: dict[Node, dict[Node, Sides]] = {}
        self.new: dict[Node, Node] = {}
        self.variable: Sides = _one_side(1), _one_side(-1)

    def outputs(self) -> list[Node]:
        order = below(self.roots)
        for node in order:
            self._look(node)
        if not any(e.lost for found in self.seen.values() for e, _ in found.values()):
            return list(self.roots)
        for node in order:
            self.new[node] = self._again(node)
        return [self._whole(node, {}) for node in self.roots]

    def _look(self, node: Node) -> None:
        if node.kind in ("number", "size"):
            return
        found: dict[Node, Sides] = {}
        for atom in self._common(node):
            made = [_expanded(node, {a: self.seen[a][atom][k] for a in node.args if a in self.seen}, 1 - 2 * k) for k in (0, 1)]
            if made[0] is not None and made[1] is not None:
                found[atom] = made[0], made[1]
        found[node] = self.variable
        self.seen[node] = found

    def _common(self, node: Node) -> list[Node]:
        """The arrays of which all arguments are made, each with the axes of the result."""
        if node.kind not in ("map", "add", "contract") or node.kind == "add" and any(t for _, t in node.data):
            return []
        if any(labels != node.out for a, labels in zip(node.args, node.labels) if a.kind != "number"):
            return []
        args = [a for a in node.args if a.kind != "number"]
        first = self.seen.get(args[0], {}) if args else {}
        return [atom for atom in first if all(atom in self.seen.get(a, {}) for a in args)]

    # ------------------------------------------------------------ the new program

    def _whole(self, node: Node, beyond: Mapping[Node, Sides]) -> Node:
        """What a node becomes for a user with these expansions: where digits are lost that the user does not see to."""
        for atom, (found, _) in self.seen.get(node, {}).items():
            if found.lost and found.low >= 0 and atom not in beyond:
                near = self._near(node, atom)
                if near is not None:
                    near = replace(near, whole=(node, atom))
                    axes = tuple(atom.out)
                    z = Part(self.new[atom], axes)
                    elsewhere = self._replaced(node, atom, self.graph.map("away", [z], near.radius).node)
                    return self.graph.map("near_zero", [z, Part(elsewhere, axes)], near).node
        return self.new.get(node, node)

    def _again(self, node: Node) -> Node:
        if not node.args:
            return node
        if node.kind == "contract" and len(self.seen[node]) == 1:
            return self._grouped(node)
        args = [self._whole(a, self.seen[node]) for a in node.args]
        return node if args == list(node.args) else self.graph.again(node, args)

    def _grouped(self, node: Node) -> Node:
        """A product with others: its factors of one atom are one expression."""
        parts = [p for a, labels in zip(node.args, node.labels) for p in self._opened(Part(a, labels))]
        out: list[Part] = []
        while parts:
            first = parts.pop(0)
            for atom in self.seen.get(first.node, ()):
                alike = [p for p in parts if p.axes == first.axes and atom in self.seen.get(p.node, ())]
                touched = [self.seen[p.node][atom][0] for p in (first, *alike)]
                if alike and any(e.lost or e.low < 0 for e in touched):
                    made = self.graph.contract(ONE, [first, *alike], first.axes)
                    if made.axes != first.axes:
                        continue
                    for p in alike:
                        parts.remove(p)
                    self._look(made.node)
                    if made.node not in self.new:
                        self.new[made.node] = self._again(made.node)
                    first = made
                    break
            out.append(first)
        wholes = [Part(self._whole(p.node, {}), p.axes) for p in out]
        if [p.node for p in out] == list(node.args):
            args = [w.node for w in wholes]
            return node if args == list(node.args) else self.graph.again(node, args)
        return self.graph.permuted(self.graph.contract(node.data, wholes, node.out), tuple(node.out))

    def _opened(self, part: Part) -> list[Part]:
        """The factors of a product entry by entry with a pole, which another factor may remove."""
        node = part.node
        if node.kind == "contract" and len(self.seen[node]) == 1 and by_entries(part) and node.data == 1:
            if any(e.low < 0 for a in node.args for e, _ in self.seen.get(a, {}).values()):
                return factors_of(part)
        return [part]

    def _replaced(self, node: Node, atom: Node, by: Node) -> Node:
        """The expression of another array than its atom."""
        known: dict[Node, Node] = {atom: by}
        for n in below([node]):
            if n not in known and atom in self.seen.get(n, ()):
                known[n] = self.graph.again(n, [known.get(a, a) for a in n.args])
        return known[node]

    def _near(self, node: Node, atom: Node) -> Near | None:
        with workcap(MANY):
            sides = [self._developed(node, atom, side) for side in (1, -1)]
        whole, other = sides
        if whole is None or other is None or whole.low != other.low:
            return None
        c = [Fraction(int(x.p), int(x.q)) for x in whole.series.coeffs()][: MANY - 16]
        if [Fraction(int(x.p), int(x.q)) for x in other.series.coeffs()][: MANY - 16] != c:
            return None
        step = 2 if not any(c[1::2]) else 1
        radius = LARGEST
        while radius >= SMALLEST:
            used = _used(c, radius)
            if used is not None:
                return Near(radius, whole.low, step, tuple(c[:used:step]))
            radius /= 2
        return None

    def _developed(self, node: Node, atom: Node, side: int) -> _Expansion | None:
        known: dict[Node, _Expansion] = {atom: _one_side(side)}
        for n in below([node]):
            if n not in known and atom in self.seen.get(n, ()):
                found = _expanded(n, known, side)
                if found is None:
                    return None
                known[n] = found
        return known[node]


def _used(c: Sequence[Fraction], radius: Fraction) -> int | None:
    """How many terms of the series are needed; None where it converges slowly, or its own terms cancel."""
    sizes = [abs(x) * radius**k / abs(c[0]) for k, x in enumerate(c)]
    if sum(sizes[1:]) > CANCELLED:
        return None
    needed = next((k for k in range(len(sizes)) if all(s < Fraction(1, 2**BITS) for s in sizes[k:])), None)
    return needed if needed is not None and needed < len(c) - 3 else None


# ---------------------------------------------------------------- expansions


_ZERO = _Expansion(0, fmpq_series([0]))


def _one_side(side: int) -> _Expansion:
    return _Expansion(1, fmpq_series([1]), False, side)


def _expanded(node: Node, known: Mapping[Node, _Expansion], side: int) -> _Expansion | None:
    """The expansion of a sum, a product or a function at zero; None where it has none with rational coefficients."""
    if node.kind == "map" and node.data[0] in ("max", "min"):
        return _chosen(node, known, side)
    expansions = [_number(a.data) if a.kind == "number" else known[a] for a in node.args]
    try:
        if node.kind == "contract":
            found = _product(node.data, expansions)
        elif node.kind == "add":
            data: Any = node.data
            found = _sum([c for c, _ in data], expansions)
        else:
            found = _function(node, expansions)
        return None if found is None else replace(found, side=side)
    except (ValueError, ZeroDivisionError, NotImplementedError):
        return None


def _chosen(node: Node, known: Mapping[Node, _Expansion], side: int) -> _Expansion | None:
    """The larger or the smaller of an expression and zero, which on each side of zero is one of the two."""
    x = next((known[a] for a in node.args if a in known), None)
    if x is None or not any(a.kind == "number" and not a.data for a in node.args):
        return None
    return x if x.positive == (node.data[0] == "max") else replace(_ZERO, side=side)


def _number(value: Fraction) -> _Expansion:
    return _Expansion(0, fmpq_series([exact(value)]))


def _normal(low: int, series: Any, lost: bool) -> _Expansion | None:
    coefficients = series.coeffs()
    first = next((k for k, c in enumerate(coefficients) if c), None)
    if first is None:
        return None
    rest = fmpq_series(coefficients[first:], prec=series.prec - first)
    return _Expansion(low + first, rest, lost)


def _product(front: Fraction, factors: Sequence[_Expansion]) -> _Expansion | None:
    if any(not f.series[0] for f in factors):
        return _ZERO
    low, series = 0, fmpq_series([exact(front)])
    for f in factors:
        low, series = low + f.low, series * f.series
    removed = low >= 0 and any(f.low < 0 for f in factors)
    return _normal(low, series, removed or any(f.lost for f in factors))


def _sum(fronts: Sequence[Fraction], terms: Sequence[_Expansion]) -> _Expansion | None:
    kept = [(c, t) for c, t in zip(fronts, terms) if t.series[0]]
    if not kept:
        return _ZERO
    low = min(t.low for _, t in kept)
    total = fmpq_series([0])
    for c, t in kept:
        total += fmpq_series([exact(c)]) * fmpq_series([0] * (t.low - low) + t.series.coeffs(), prec=t.series.prec + t.low - low)
    made = _normal(low, total, any(t.lost for t in terms))
    if made is None:
        return _ZERO
    return _Expansion(made.low, made.series, made.lost or made.low > low)


def _function(node: Node, args: Sequence[_Expansion]) -> _Expansion | None:
    name, parameter = node.data
    if len(args) != 1:
        return None
    (x,) = args
    if name == "power":
        return _power(x, parameter) if isinstance(parameter, Fraction) else None
    if name in ("abs", "sign"):
        if not x.series[0]:
            return _ZERO
        sign = fmpq(1 if x.positive else -1)
        return _Expansion(x.low, x.series * sign, x.lost) if name == "abs" else _Expansion(0, fmpq_series([sign]))
    if name == "sqrt":
        return _power(x, Fraction(1, 2))
    if x.low < 0:
        return None
    if not x.series[0]:
        return _at_zero(name)
    whole = fmpq_series([0] * x.low + x.series.coeffs(), prec=x.series.prec + x.low)
    if name == "log":
        # A value near 1 has lost the digits of its logarithm.
        return _normal(0, whole.log(), True) if whole[0] == 1 else None
    if name not in SERIES or whole[0]:
        return None
    return _normal(0, SERIES[name](whole), x.lost)


def _at_zero(name: str) -> _Expansion | None:
    if name not in SERIES:
        return None
    value = SERIES[name](fmpq_series([0]))
    return _Expansion(0, value) if value[0] else _ZERO


def _power(x: _Expansion, k: Fraction) -> _Expansion | None:
    series, low = x.series, x.low * k
    if not series[0]:
        return _ZERO if k > 0 else None
    if k.denominator == 2:
        p, q = int(series[0].p), int(series[0].q)
        if x.low or p < 0 or isqrt(p) ** 2 != p or isqrt(q) ** 2 != q:
            return None
        root = fmpq(isqrt(p), isqrt(q))
        series = (series / (root * root)).sqrt() * root
    elif k.denominator != 1:
        return None
    times = abs(k.numerator)
    if times > MANY // 4:
        return None
    out = fmpq_series([1])
    for _ in range(times):
        out = out * series
    return _normal(int(low), out if k > 0 else 1 / out, x.lost)


SERIES: dict[str, Callable[[Any], Any]] = {
    "exp": lambda x: x.exp(),
    "expm1": lambda x: x.exp() - 1,
    "log1p": lambda x: (1 + x).log(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "tan": lambda x: x.tan(),
    "arctan": lambda x: x.atan(),
    "arcsin": lambda x: x.asin(),
    "sinh": lambda x: x.sinh(),
    "cosh": lambda x: x.cosh(),
    "tanh": lambda x: x.tanh(),
    "arcsinh": lambda x: x.asinh(),
    "arctanh": lambda x: x.atanh(),
    "sigmoid": sigmoid,
    "sigmoid_slope": lambda x: sigmoid(x) * sigmoid(-x),
    "sech2": lambda x: 1 / (x.cosh() * x.cosh()),
    "log_cosh": lambda x: x.cosh().log(),
}
"""Functions whose expansion at zero has rational coefficients."""
