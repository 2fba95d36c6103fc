"""In which order each array's axes are stored: the reader's, so that few transposes are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradatim.compile.nodes import Node
from gradatim.types import Dim

FREE = ("contract", "add", "map")
SHORT, LONG = 32, 8
"""Rows of at most so many entries, and at least so many times as many of them, take longer than few long rows where NumPy runs along them."""
Order = tuple[int, ...]


def layouts(order: Sequence[Node], outputs: Sequence[Node], extent: Callable[[Dim], int], run: bool = False) -> dict[Node, Order]:
    """For each node the order of its labels in the array that is written.

    Results, arguments and operations on whole matrices are fixed. What is free follows the first that asks: a result, a sum with an
    argument in it, a matrix product that would otherwise transpose it. Arrays of three axes and more that are worked out entry by entry
    have the longest axis last, where the processor runs along it; so have matrices of many short rows in code that is `run` and not read. Products of matrices are made as fast either way.
    """
    asked: dict[Node, Order] = {}
    wished: dict[Node, Order] = {}
    fixed = set(outputs)
    for node in reversed(order):
        if node.kind == "permute" and node.rank > 1:
            inner = node.args[0]
            turned = tuple(inner.out[k] for k in node.data)
            _ask(asked, fixed, inner, turned)
            continue
        if node.kind not in FREE or node.rank < 1:
            if node.kind == "special" and node.data[0] == "solve" and not node.data[1][0]:
                # LAPACK wants columns one after another: what is solved for is stored as rows and handed over transposed.
                right = node.args[1]
                if right.kind == "permute":
                    right, turned = right.args[0], tuple(right.args[0].out[k] for k in right.data[::-1])
                else:
                    turned = right.out[::-1]
                _ask(asked, fixed, right, turned)
            for a in node.args:
                if node.kind in ("special", "reshape"):
                    _ask(asked, fixed, a, a.out)
            if node.kind != "contract":
                continue
        own = asked.get(node, node.out)
        if node in fixed:
            own = node.out
        elif node not in asked:
            # A matrix product takes a transposed operand as it is: its wish comes after an argument's order.
            own = _by_symbols(node) or wished.get(node, node.out)
        if node.rank > 2 and node not in fixed and _elementwise(node) and not _by_symbols(node):
            lengths = dict(zip(node.out, map(extent, node.dims)))
            own = tuple(sorted(own, key=lengths.__getitem__))
        if run and node.rank == 2 and node.kind in FREE and _elementwise(node) and node not in fixed:
            own = _long_rows(node, own, extent)
        if node.kind in FREE and node.rank > 1:
            asked[node] = own
        _pass_on(node, asked, wished, fixed, own)
    return {node: node.out if node in fixed or node.kind not in FREE else asked.get(node, node.out) for node in order}


def _long_rows(node: Node, own: Order, extent: Callable[[Dim], int]) -> Order:
    lengths = dict(zip(node.out, map(extent, node.dims)))
    short, long = sorted(node.out, key=lengths.__getitem__)
    return (short, long) if lengths[short] <= SHORT and lengths[long] >= LONG * lengths[short] else own


def _ask(asked: dict[Node, Order], fixed: set[Node], node: Node, wanted: Order) -> None:
    if node.rank > 1 and node.kind in FREE and node not in fixed:
        asked.setdefault(node, wanted)


def _elementwise(node: Node) -> bool:
    return node.kind in ("add", "map") or all(set(labels) <= set(node.out) for labels in node.labels)


def _by_symbols(node: Node) -> Order | None:
    """The order in which an argument among the operands has the axes."""
    if not _elementwise(node):
        return None
    for a, labels in zip(node.args, node.labels):
        if len(labels) == node.rank and len(set(labels)) == len(labels):
            if a.kind == "symbol":
                return tuple(labels)
            if a.kind in FREE and (inner := _by_symbols(a)) is not None:
                table = dict(zip(a.out, labels))
                return tuple([table[x] for x in inner])
    return None


def _pass_on(node: Node, asked: dict[Node, Order], wished: dict[Node, Order], fixed: set[Node], own: Order) -> None:
    if not node.rank:
        return
    for a, labels in zip(node.args, node.labels):
        if a.rank < 2 or len(set(labels)) < len(labels):
            continue
        position = dict(zip(labels, a.out))
        if _elementwise(node):
            wanted = [x for x in own if x in position]
        else:
            # Rows of a left factor, columns of a right one: kept labels that come first in the result stand first.
            kept = [x for x in own if x in position]
            summed = [x for x in labels if x not in own]
            left = not kept or not own or own[0] in kept
            wanted = [*kept, *summed] if left else [*summed, *kept]
        if set(wanted) == set(labels):
            whom = asked if _elementwise(node) else wished
            _ask(whom, fixed, a, tuple(position[x] for x in wanted))
