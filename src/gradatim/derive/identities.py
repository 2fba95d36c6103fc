"""What functions of one number make of each other in a result: `1 − σ(−z)` is `σ(z)`, `sinh z / cosh z` is `tanh z`."""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.ops import (
    add,
    cosh,
    hadamard,
    hdivide,
    hpower,
    number,
    ones,
    power,
    product,
    quotient,
    rational,
    sigmoid,
    sinh,
    tanh,
    unit,
)
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Term


def complement(node: Apply) -> Term | None:
    """1 − σ(−z) as σ(z), of numbers and entry by entry."""
    if node.op is not add or len(node.args) != 2:
        return None
    for one, other in (node.args, node.args[::-1]):
        if is_one(one) and (z := _of_opposite(_unsigned(other))) is not None:
            return sigmoid(z)
    return None


def both_sides(node: Apply) -> Term | None:
    """σ(z) σ(−z) as σ(z)(1 − σ(z))."""
    if node.op not in (product, hadamard):
        return None
    places = {a.args[0]: k for k, a in enumerate(node.args) if isinstance(a, Apply) and a.op is sigmoid}
    for k, a in enumerate(node.args):
        z = _of_opposite(a)
        if z is not None and z in places:
            one = number(1) if a.is_scalar else unit(a.type)
            rest = [b for j, b in enumerate(node.args) if j not in (k, places[z])]
            pair = (sigmoid(z), add(one, product(number(-1), sigmoid(z))))
            arrays = [j for j, b in enumerate(rest) if b.rank]
            at_end = len(rest) if node.op is hadamard or not arrays else arrays[0]
            return Apply(node.op, (*rest[:at_end], *pair, *rest[at_end:]))
    return None


def hyperbolic(node: Apply) -> Term | None:
    """sinh z / cosh z as tanh z, and their powers."""
    if node.op not in (quotient, hdivide):
        return None
    above, below = _factors(node.args[0]), _factors(node.args[1])
    for j, top in enumerate(above):
        for k, bottom in enumerate(below):
            (s, m), (c, n) = _powered(top), _powered(bottom)
            if m == n and isinstance(s, Apply) and isinstance(c, Apply) and (s.op, c.op) == (sinh, cosh) and s.args == c.args:
                whole = tanh(*s.args) if m == 1 else (power if s.is_scalar else hpower)(tanh(*s.args), number(m))
                return _quotient(node, [*above[:j], whole, *above[j + 1 :]], [*below[:k], *below[k + 1 :]])
    return None


def _factors(term: Term) -> list[Term]:
    return list(term.args) if isinstance(term, Apply) and term.op in (product, hadamard) else [term]


def _powered(term: Term) -> tuple[Term, int]:
    """The base and exponent of a whole power."""
    if (
        isinstance(term, Apply)
        and term.op in (power, hpower)
        and (k := rational(term.args[1])) is not None
        and k.denominator == 1
    ):
        return term.args[0], int(k)
    return term, 1


def _quotient(node: Apply, above: Sequence[Term], below: Sequence[Term]) -> Term:
    top = _together(node.args[0], above)
    return top if not below else Apply(node.op, (top, _together(node.args[1], below)))


def _together(was: Term, factors: Sequence[Term]) -> Term:
    if len(factors) == 1:
        return factors[0]
    assert isinstance(was, Apply)
    return Apply(was.op, tuple(factors))


def is_one(term: Term) -> bool:
    return rational(term) == 1 or isinstance(term, Apply) and term.op is ones


def _unsigned(term: Term) -> Term:
    """The t of −t; anything else is not looked for."""
    if isinstance(term, Apply) and term.op is product and term.args[0] is number(-1) and len(term.args) == 2:
        return term.args[1]
    return number(0)


def _of_opposite(term: Term) -> Term | None:
    """The z of σ(−z)."""
    inner = term.args[0] if isinstance(term, Apply) and term.op is sigmoid else None
    if isinstance(inner, Apply) and inner.op is product and rational(inner.args[0]) == -1:
        rest = inner.args[1:]
        return made_of(product, rest)
    return None


IDENTITIES = (complement, both_sides, hyperbolic)

__all__ = ["IDENTITIES"]
