"""Logarithms of powers and of roots: log √x is ½ log x, and log(z + √(1 + z²)) is arsinh z, whose derivative is 1 / √(1 + z²)."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

from gradatim.compile.nodes import ONE, Part, Summand, terms_of
from gradatim.compile.operands import argument, base_of, by_entries, factors_of, front_of, name_of, nonnegative, split

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable

HALF = Fraction(1, 2)


def log_of_power(stable: Stable, c: Fraction, part: Part) -> Part | None:
    """log(c xᵏ) as log c + k log x, where it is k log |x| for an even k; c is positive."""
    if c <= 0 or part.node.kind != "map":
        return None
    base, k = base_of(part)
    if name_of(part.node) == "sqrt":
        base, k = argument(part), HALF
    if k == 1:
        return None
    if k.numerator % 2 == 0 and not nonnegative(stable.graph, base.node):
        base = stable.map("abs", [base])
    return _more(stable, c, stable.scaled(k, stable.map("log", [base])))


def _more(stable: Stable, c: Fraction, part: Part) -> Part:
    if c == 1:
        return part
    return stable.plus(part, stable.graph.map("log", [Part(stable.graph.number(c), ())]))


def log_of_root(stable: Stable, part: Part) -> Part | None:
    """log(r (z + √(b² + z²))) as log(r b) + arsinh(z / b): the sum cancels where z is far below zero."""
    if part.node.kind != "add" or len(part.node.args) != 2:
        return None
    for s, t in _both_ways(part):
        if s.ties or t.ties or s.part.node.kind != "map" or name_of(s.part.node) != "sqrt" or s.coefficient <= 0:
            continue
        inside = argument(s.part)
        if inside.node.kind != "add" or len(inside.node.args) != 2:
            continue
        for number, square in _both_ways(inside):
            ratio = t.coefficient / s.coefficient
            if number.part.node.kind != "number" or square.coefficient != ratio**2 or not _is_square(square.part, t.part):
                continue
            b = _root_of(number.coefficient * number.part.node.data)
            if b is not None:
                return _more(stable, s.coefficient * b, stable.graph.map("arcsinh", [stable.scaled(ratio / b, t.part)]))
    return None


def _both_ways(part: Part) -> list[tuple[Summand, Summand]]:
    one, other = terms_of(part)
    return [(one, other), (other, one)]


def _is_square(part: Part, z: Part) -> bool:
    return (
        base_of(part) == (z, Fraction(2)) or part.node.kind == "contract" and part.node.data == 1 and factors_of(part) == [z, z]
    )


def _root_of(value: Fraction) -> Fraction | None:
    if value <= 0:
        return None
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return root if root**2 == value else None


def proportional(stable: Stable, parts: list[Part]) -> list[Part]:
    """(1 + z / r) / (z + r) is 1 / r: of two sums that are multiples of each other nothing but the factor is left."""
    for q in parts:
        base, e = base_of(q)
        if e != -1 or base.node.kind != "add" or len(base.node.args) != 2:
            continue
        for p in parts:
            alike = p.node.kind == "add" and p.axes == base.axes
            r = _factor(stable, p, base) if alike and len(p.node.args) == 2 else None
            if (left := _without_root(stable, p, base)) is not None:
                return [*(x for x in parts if x is not p and x is not q), *left]
            if r is not None:
                return [*(x for x in parts if x is not p and x is not q), stable.map("power", [r], -ONE)]
    return parts


def _without_root(stable: Stable, p: Part, base: Part) -> list[Part] | None:
    """What is left of a factor, or of a product entry by entry, that has r base in it, when it is divided by base."""
    if p.node.kind == "add" and p.axes == base.axes:
        root = _by_root(stable, p, base)
        return None if root is None else [root]
    if not by_entries(p):
        return None
    factors = factors_of(p)
    for f in factors:
        root = _by_root(stable, f, base) if f.node.kind == "add" and f.axes == base.axes else None
        if root is not None:
            return [Part(stable.graph.number(p.node.data), ()), *(x for x in factors if x is not f), root]
    return None


def _by_root(stable: Stable, p: Part, base: Part) -> Part | None:
    """The root r with p = r base, where base is z + r: (u + z √u) / (z + √u) is √u."""
    for s, t in _both_ways(base):
        if s.ties or t.ties or s.coefficient != 1 or s.part.node.kind != "map" or name_of(s.part.node) != "sqrt":
            continue
        inside = argument(s.part)
        own = terms_of(inside)
        c, made = stable.product(t.coefficient, [*(factors_of(t.part)), s.part], set(base.axes))
        k, bare = split(stable.graph, stable.graph.contract(c * front_of(t.part), made, base.axes))
        if stable.graph.add([*own, Summand(k, bare)], dict(zip(base.axes, base.node.dims))) == p:
            return s.part
    return None


def _factor(stable: Stable, p: Part, base: Part) -> Part | None:
    """The r with p r = base, where it is what one of the two terms of p is divided by."""
    (one, other), _ = _both_ways(p)
    if one.ties or other.ties:
        return None
    for term in (one, other):
        for f in factors_of(term.part):
            r, e = base_of(f)
            if e != -1 or set(r.axes) != set(base.axes):
                continue
            times: list[Summand] = []
            for s in (one, other):
                c, made = stable.product(s.coefficient, [*(factors_of(s.part)), r], set(base.axes))
                whole = stable.graph.contract(c * front_of(s.part), made, base.axes)
                c, bare = split(stable.graph, whole)
                times.append(Summand(c, bare))
            if stable.graph.add(times, dict(zip(base.axes, base.node.dims))) == base:
                return r
    return None
