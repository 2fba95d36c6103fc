"""Sums of large multiples: 8 10¹⁵ + 3 10¹⁵ x² is 2⁵² (1.85 + 0.69 x²), whose powers do not overflow.

Decimal numbers of a program are exact fractions here, and a derivative over one denominator has whole numbers of many digits before its
terms. What all terms have in common stands in front, where it meets other numbers exactly, before anything is rounded.
"""

from __future__ import annotations

from fractions import Fraction

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import Part, Summand, terms_of

LARGE = Fraction(10**12)


def is_large(number: Fraction) -> bool:
    return abs(number) >= LARGE


def without_large(graph: Graph, part: Part) -> Part:
    """The sum with a power of two in front, if every term has a large number in front of it; of a small one digits would be lost."""
    node = part.node
    if node.kind != "add":
        return part
    terms = terms_of(part)
    least = min(abs(t.coefficient) for t in terms)
    if not is_large(least):
        return part
    front = Fraction(2 ** (int(least).bit_length() - 1))
    inside = graph.add([Summand(c / front, a, ties) for c, a, ties in terms], dict(zip(part.axes, node.dims)), part.axes)
    return graph.contract(front, [inside], part.axes)
