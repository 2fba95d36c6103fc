"""Scalar derivatives as the rules give them, before any algebra: `(h g′ − g h′)/h²`, term by term, factor by factor.

The scalar rules are those of the operations' records; nothing is gathered, so that every line can be checked by eye.
"""

from __future__ import annotations

from gradatim.explain.still import moves
from gradatim.matrix.scalar import multiply
from gradatim.ops import add, at, number, power, product, quotient, rational
from gradatim.ops.base import Pointwise, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.structure import made_of, whole_of
from gradatim.term import Apply, Bind, Number, Symbol, Term, free_symbols, substitute, walk


def raw(body: Term, by: Term) -> Term | None:
    """The derivative of a scalar by a scalar, ungathered; None where another kind of rule is needed."""
    if not (body.is_scalar and by.is_scalar):
        return None
    return _raw(body, by)


def _moves(term: Term, by: Term) -> bool:
    symbol = whole_of(by)
    return moves(term, (symbol,))


def _raw(node: Term, by: Term) -> Term | None:
    if node is by:
        return number(1)
    if not _moves(node, by):
        return number(0)
    if isinstance(node, Bind):
        return _member(node, by)
    if not isinstance(node, Apply) or not all(a.is_scalar for a in node.args):
        return None
    if node.op is add:
        parts = [_raw(a, by) for a in node.args]
        if any(p is None for p in parts):
            return None
        shown = [p for p in parts if p is not None and rational(p) != 0]
        return made_of(add, shown) if shown else number(0)
    if node.op is product:
        return _product(node.args, by)
    if node.op is quotient:
        return _quotient(node.args[0], node.args[1], by)
    if node.op is power and not _moves(node.args[1], by):
        return _power(node.args[0], node.args[1], by)
    return _pointwise(node, by)


def _member(node: Bind, by: Term) -> Term | None:
    """Of a sum over members only the summand of the member that moves is left; by a number every summand moves."""
    if node.kind == "sum" and isinstance(by, Symbol):
        own, body = node.opened()
        slope = _raw(body, by)
        return None if slope is None else Bind("sum", own, slope)
    if node.kind != "sum" or not (isinstance(by, Apply) and by.op is at) or len(by.args) != 2:
        return None
    family, index = by.args[0], by.args[1]
    own, body = node.opened()
    if family not in free_symbols(body):
        return number(0)
    met = [n for n in walk(body) if isinstance(n, Apply) and n.op is at and n.args[0] is family]
    if any(n.args[1] is own for n in met):
        every = node.index.type.index == index.type.index and all(n.args[1] is own for n in met)
        return _raw(substitute(body, {own: index}), by) if every else None
    slope = _raw(body, by)  # the sum is over something else: every summand moves
    return None if slope is None else Bind("sum", own, slope)


def _product(factors: tuple[Term, ...], by: Term) -> Term | None:
    moving = [k for k, f in enumerate(factors) if _moves(f, by)]
    ways: list[Term] = []
    for k in moving:
        slope = _raw(factors[k], by)
        if slope is None:
            return None
        others = [f for j, f in enumerate(factors) if j != k]
        ways.append(_times(*others, slope) if len(moving) == 1 else _times(slope, *others))
    return made_of(add, ways)


def _quotient(top: Term, bottom: Term, by: Term) -> Term | None:
    up, down = _raw(top, by), _raw(bottom, by)
    if up is None or down is None:
        return None
    if rational(down) == 0:
        return _times(up, quotient(number(1), bottom))
    if rational(up) == 0:
        return _times(number(-1), quotient(_times(top, down), _squared(bottom)))
    return quotient(add(_times(bottom, up), _times(number(-1), top, down)), _squared(bottom))


def _squared(term: Term) -> Term:
    """h², where h is a power itself its exponent doubled."""
    return multiply(power(term, number(2)))


def _power(base: Term, exponent: Term, by: Term) -> Term | None:
    slope = _raw(base, by)
    if slope is None:
        return None
    k = rational(exponent)
    less: Term = number(k - 1) if k is not None else add(exponent, number(-1))
    return _times(exponent, multiply(power(base, less)), slope)


def _pointwise(node: Apply, by: Term) -> Term | None:
    if isinstance(node.op, Function) or not isinstance(rule := derivative_of(node.op), Pointwise) or len(node.args) != 1:
        return None
    slope = _raw(node.args[0], by)
    return None if slope is None else _times(rule.partials[0](*node.args, node), slope)


def _times(*factors: Term) -> Term:
    """A product with its numbers gathered; sums among the factors stay whole."""
    return multiply(*(f for f in factors if not (isinstance(f, Number) and f.value == 1)))
