"""Sums of large multiples: 8 10¹⁵ + 3 10¹⁵ x² is 2⁵² (1.85 + 0.69 x²), whose powers do not overflow.

Decimal numbers of a program are exact fractions here, and a derivative over one denominator has whole numbers of many digits before its
terms. What all terms have in common stands in front, where it meets other numbers exactly, before anything is rounded.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradatim.compile.graph import Graph, Label, Part, Summand

LARGE = Fraction(10**12)


def is_large(number: Fraction) -> bool:
    return abs(number) >= LARGE


def without_large(graph: Graph, part: Part) -> Part:
    """The sum with a power of two in front, if every term has a large number in front of it; of a small one digits would be lost."""
    node = part.node
    if node.kind != "add":
        return part
    data: Any = node.data
    least = min(abs(c) for c, _ in data)
    if not is_large(least):
        return part
    front = Fraction(2 ** (int(least).bit_length() - 1))
    table: dict[Label, Label] = dict(zip(node.out, part.axes))
    terms = [
        Summand(c / front, Part(a, tuple([table[x] for x in labels])), tuple([(table[x], table[y]) for x, y in ties]))
        for (c, ties), a, labels in zip(data, node.args, node.labels)
    ]
    dims = dict(zip(part.axes, node.dims))
    return graph.contract(front, [graph.add(terms, dims, part.axes)], part.axes)
