"""Roots of numbers in a result: (x/√2)² is x²/2, √π √2 is √(2π), and 2/√(2π) is √(2/π)."""

from __future__ import annotations

from fractions import Fraction

from gradatim.matrix.build import split, times
from gradatim.matrix.powers import HALF, PowerProduct, assemble, power_product
from gradatim.ops import hpower, number, pi, power, product, quotient, rational, sqrt
from gradatim.term import Apply, Term

PI = pi()
Radicand = tuple[Fraction, int]
"""A rational number and the exponent of π beside it."""


def squared_away(node: Apply) -> Term | None:
    """An even power of what has the root of a number among its factors, of numbers and entry by entry."""
    k = rational(node.args[1]) if node.op in (power, hpower) else None
    if (
        k is None
        or k.denominator != 1
        or k % 2
        or not isinstance(node.args[0], Apply)
        or node.args[0].op not in (product, quotient)
    ):
        return None
    if node.is_scalar:
        base = power_product(node.args[0])
        return assemble(power_product(node)) if any(_rational_root(a) for a, _ in base.powers) else None
    if (part := split(node.args[0])) is None or not any(_rational_root(a) for a, _ in part[0].powers):
        return None
    front = power_product(power(assemble(part[0]), number(k)))
    return times(assemble(front), hpower(times(*part[1]), number(k)))


def under_one_root(node: Apply) -> Term | None:
    """A product with several roots of numbers and of π, these under one root; a whole number beside it goes under it where that
    is shorter."""
    if node.op not in (product, quotient) or not all(a.is_scalar for a in node.args):
        return None
    whole = power_product(node)
    roots = [(put, item) for item in whole.powers if (put := _radicand(*item)) is not None]
    inside, turns = Fraction(1), 0
    for (c, h), _ in roots:
        inside, turns = inside * c, turns + h
    if not roots or abs(turns) != 1:
        return None
    front = whole.coefficient
    if inside.denominator > 1 and front.numerator % inside.denominator == 0:
        front, inside = front / inside.denominator, inside * inside.denominator**2
    elif len(roots) < 2:
        return None
    above = _under(inside.numerator, turns > 0)
    below = _under(inside.denominator, turns < 0)
    root = sqrt(above if below is number(1) else quotient(above, below))
    factor = (sqrt(below), Fraction(-1)) if above is number(1) else (root, Fraction(1))
    rest = tuple(item for item in whole.powers if all(item is not taken for _, taken in roots))
    found = assemble(PowerProduct(front, (factor, *rest)))
    return None if found is node else found


def _rational_root(atom: Term) -> bool:
    return isinstance(atom, Apply) and atom.op is sqrt and (rational(atom.args[0]) or 0) > 0


def _radicand(atom: Term, k: Fraction) -> Radicand | None:
    """What a factor puts under the root: √2 and 1/√2, √π and 1/√π, and what `under_one_root` makes of them."""
    if atom is PI:
        return (Fraction(1), 1 if k > 0 else -1) if abs(k) == HALF else None
    if not (isinstance(atom, Apply) and atom.op is sqrt) or abs(k) != 1:
        return None
    inside = power_product(atom.args[0])
    if inside.coefficient <= 0 or len(inside.powers) > 1 or any(a is not PI or abs(e) != 1 for a, e in inside.powers):
        return None
    return inside.coefficient ** int(k), int(k * sum(e for _, e in inside.powers))


def _under(n: int, with_pi: bool) -> Term:
    return number(n) if not with_pi else PI if n == 1 else product(number(n), PI)


__all__ = ["squared_away", "under_one_root"]
