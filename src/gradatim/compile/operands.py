"""What an operand of a program is: its factors, its base and exponent, the number in front of it, whether it can be negative."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Label, Node, Part, inside


def name_of(node: Node) -> str:
    return str(node.data[0])


def is_map(part: Part, name: str) -> bool:
    return part.node.kind == "map" and name_of(part.node) == name


def argument(part: Part) -> Part:
    """The argument of a function of one argument, at the labels of the outside."""
    table = dict(zip(part.node.out, part.axes))
    return Part(part.node.args[0], tuple([table[a] for a in part.node.labels[0]]))


def unturned(part: Part) -> Part:
    """The operand without a change of its axes' order, which labels say as well."""
    while part.node.kind == "permute":
        order: tuple[int, ...] = part.node.data
        part = Part(part.node.args[0], tuple([part.axes[order.index(k)] for k in range(len(order))]))
    return part


def factors_of(part: Part, mark: int = 0) -> list[Part]:
    """The factors of a product; what is summed inside gets labels of its own, told by the mark. What is no product is its own."""
    node = part.node
    if node.kind != "contract":
        return [part]
    table: dict[Label, Label] = dict(zip(node.out, part.axes))
    factors: list[Part] = []
    for inner, labels in zip(node.args, node.labels):
        for a in labels:
            if a not in table:
                table[a] = inside(node.number, a, mark)
        factors.append(Part(inner, tuple(map(table.__getitem__, labels))))
    return factors


def front_of(part: Part) -> Fraction:
    """The number in front of the factors."""
    return part.node.data if part.node.kind == "contract" else ONE


def functions_in(parts: Iterable[Part]) -> set[str]:
    """The functions that operands are, or are powers, products or sums of."""
    found: set[str] = set()
    for p in parts:
        node = p.node
        if node.kind == "map":
            found.add(node.data[0])
            node = node.args[0]
            if node.kind == "map":
                found.add(node.data[0])
        if node.kind in ("contract", "add"):
            found.update([a.data[0] for a in node.args if a.kind == "map"])
    return found


def base_of(part: Part) -> tuple[Part, Fraction]:
    """x and k of xᵏ."""
    node = part.node
    if node.kind == "map" and name_of(node) == "power" and isinstance(node.data[1], Fraction) and len(node.args) == 1:
        return argument(part), node.data[1]
    return part, ONE


def by_entries(part: Part) -> bool:
    """Whether an operand is a product entry by entry: nothing is summed in it."""
    node = part.node
    return node.kind == "contract" and all(x in node.out for labels in node.labels for x in labels)


def is_scaled(part: Part) -> bool:
    """Whether an operand is one array times scalars."""
    return by_entries(part) and sum(a.rank > 0 for a in part.node.args) == 1


def one_plus(part: Part) -> tuple[Fraction, Part] | None:
    """The coefficient c and the x of 1 + c x."""
    node = part.node
    if node.kind != "add" or len(node.args) != 2:
        return None
    data: Any = node.data
    table = dict(zip(node.out, part.axes))
    for k in (0, 1):
        (c, ties), other = data[k], data[1 - k]
        a, b = node.args[k], node.args[1 - k]
        if a.kind == "number" and c * a.data == 1 and not ties and not other[1]:
            return other[0], Part(b, tuple([table[x] for x in node.labels[1 - k]]))
    return None


def split(graph: Graph, part: Part) -> tuple[Fraction, Part]:
    """The number in front of an operand, and the operand without it."""
    node = part.node
    if node.kind == "number":
        return node.data, Part(graph.number(1), ())
    if node.kind != "contract" or node.data is ONE:
        return ONE, part
    return node.data, graph.contract(ONE, factors_of(part), part.axes)


_NONNEGATIVE = {
    "exp",
    "sigmoid",
    "sigmoid_slope",
    "sech2",
    "erfc",
    "erfcx",
    "mills_gap",
    "softplus",
    "log_cosh",
    "abs",
    "relu",
    "step",
    "sqrt",
    "cosh",
    "equal",
    "unequal",
    "less",
    "huber",
}


def nonnegative(graph: Graph, node: Node) -> bool:
    """Whether no entry can be negative."""
    if node.kind == "number":
        return bool(node.data >= 0)
    if node.kind in ("size", "running"):
        return True
    if node.kind == "symbol":
        return bool(node.data.type.facts & {"positive", "nonnegative", "labels01", "probability", "onehot"})
    if node.kind == "map":
        name, parameter = node.data
        if name == "power":
            if isinstance(parameter, Fraction) and parameter.denominator == 1 and parameter % 2 == 0:
                return True
            return nonnegative(graph, node.args[0])
        return name in _NONNEGATIVE
    if node.kind == "special":
        return name_of(node) in ("softmax", "norm", "norm1", "norminf", "pnorm")
    if node.kind == "contract":
        if node.data < 0:
            return False
        odd: dict[tuple[Node, tuple[int, ...]], int] = {}
        for a, labels in zip(node.args, node.labels):
            odd[a, labels] = odd.get((a, labels), 0) + 1
        return all(n % 2 == 0 or nonnegative(graph, a) for (a, _), n in odd.items())
    if node.kind == "add":
        data: Any = node.data
        return all(c >= 0 and nonnegative(graph, a) for (c, _), a in zip(data, node.args))
    if node.kind in ("take", "permute", "gather", "reduce"):
        return nonnegative(graph, node.args[0])
    return False
