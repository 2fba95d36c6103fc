"""Functions spelt out, seen as what they are: `1/(1 + exp(−t))` is the sigmoid, so that its derivative comes out as σ(1 − σ)."""

from __future__ import annotations

from functools import lru_cache

from gradatim.ops import add, exp, number, power, product, quotient, rational, sigmoid
from gradatim.term import Apply, Term, transform


@lru_cache(maxsize=4_000)
def recognised(term: Term) -> Term:
    """The term with known functions recognised; its value is the same everywhere."""
    return transform(term, _sigmoid)


def _sigmoid(node: Term) -> Term:
    if not isinstance(node, Apply):
        return node
    if node.op is quotient:
        top, bottom = node.args
    elif node.op is power and rational(node.args[1]) == -1:
        top, bottom = number(1), node.args[0]
    else:
        return node
    parts = _one_plus_exp(bottom)
    if parts is None:
        return node
    t, e = parts
    if rational(top) == 1:
        return sigmoid(negated(t))
    return sigmoid(t) if top is e else node


def _one_plus_exp(term: Term) -> tuple[Term, Term] | None:
    """The t and e^t of 1 + e^t."""
    if isinstance(term, Apply) and term.op is add and len(term.args) == 2:
        for one, e in (term.args, term.args[::-1]):
            if rational(one) == 1 and isinstance(e, Apply) and e.op is exp and e.is_scalar:
                return e.args[0], e
    return None


def negated(term: Term) -> Term:
    """−t, with a sign that is already there taken away."""
    if isinstance(term, Apply) and term.op is product and (c := rational(term.args[0])) is not None:
        rest = term.args[1:]
        if c == -1:
            return rest[0] if len(rest) == 1 else product(*rest)
        return product(number(-c), *rest)
    value = rational(term)
    return number(-value) if value is not None else product(number(-1), term)
