"""Exponents as polynomials in scalars and their reciprocals, so that p (1/p − 1) and 1 − p are the same."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Node, Part, Summand
from gradatim.compile.operands import base_of

Monomial = tuple[tuple[Node, int], ...]
"""Scalars with their whole exponents, by number."""
Exponent = Mapping[Monomial, Fraction]
NONE: Exponent = {}


def exponent(value: Node | Fraction | int) -> Exponent:
    """A scalar of the program as a polynomial; what it cannot look into counts as a variable."""
    if isinstance(value, (Fraction, int)):
        return {(): Fraction(value)} if value else {}
    if value.kind == "number":
        return exponent(value.data)
    if value.kind == "contract" and not any(a.rank for a in value.args):
        out = exponent(value.data)
        for a in value.args:
            out = times(out, exponent(a))
        return out
    if value.kind == "add" and not value.rank and not any(a.rank for a in value.args):
        data: Any = value.data
        out = NONE
        for (c, _), a in zip(data, value.args):
            out = plus(out, times(exponent(c), exponent(a)))
        return out
    base, k = base_of(Part(value, ()))
    found = _to_power(exponent(base.node), int(k)) if k.denominator == 1 and base.node is not value else None
    return {((value, 1),): ONE} if found is None else found


MOST_MULTIPLIED = 4
"""Sums are multiplied out up to this power."""


def _to_power(e: Exponent, k: int) -> Exponent | None:
    """A whole power of a polynomial; None where a sum stands below, or where it would be long."""
    if len(e) == 1:
        ((monomial, c),) = e.items()
        return {tuple([(x, n * k) for x, n in monomial]): c**k}
    if not 0 < k <= MOST_MULTIPLIED:
        return None
    out = e
    for _ in range(k - 1):
        out = times(out, e)
    return out


def plus(a: Exponent, b: Exponent) -> Exponent:
    out = dict(a)
    for m, c in b.items():
        out[m] = out.get(m, Fraction(0)) + c
    return {m: c for m, c in out.items() if c}


def times(a: Exponent, b: Exponent) -> Exponent:
    out: dict[Monomial, Fraction] = {}
    for m, c in a.items():
        for n, d in b.items():
            powers = dict(m)
            for x, k in n:
                powers[x] = powers.get(x, 0) + k
            key = tuple(sorted(((x, k) for x, k in powers.items() if k), key=lambda xk: xk[0].number))
            out[key] = out.get(key, Fraction(0)) + c * d
    return {m: c for m, c in out.items() if c}


def minus(a: Exponent, b: Exponent) -> Exponent:
    return plus(a, times({(): Fraction(-1)}, b))


def number_of(e: Exponent) -> Fraction | None:
    """The exponent as a number; None where a scalar is left in it."""
    return None if any(m for m in e) else e.get((), Fraction(0))


def raised(graph: Graph, base: Part, e: Exponent) -> Part | None:
    """The base to an exponent; None where it is 1."""
    k = number_of(e)
    if k is not None:
        return None if not k else base if k == 1 else graph.map("power", [base], k)
    return graph.map("power", [base, scalar(graph, e)])


def scalar(graph: Graph, e: Exponent) -> Part:
    """The polynomial as a scalar of the program."""
    terms: list[Summand] = []
    for m, c in e.items():
        factors = [f for x, k in m for f in [raised(graph, Part(x, ()), {(): Fraction(k)})] if f is not None]
        terms.append(Summand(c, graph.contract(ONE, factors, ()) if factors else Part(graph.number(1), ())))
    if len(terms) == 1:
        return graph.contract(terms[0].coefficient, [terms[0].part], ())
    return graph.add(terms, {})
