"""Taking formulas apart: the terms of a sum, the factors of a product, and every place where something can be exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as tuples

from gradatim.errors import GradatimError
from gradatim.ops import add, at, hadamard, inverse, matrix_power, number, power, product, quotient, rational, transpose
from gradatim.ops.function import Function
from gradatim.term import Apply, Bind, Symbol, Term, free_symbols, is_index, is_sum, substitute
from gradatim.write import text

MAX_TERMS = 24
MAX_PLACES = 80


def opened(term: Term) -> Term:
    """A definition without parameters by its body; anything else as it is."""
    while isinstance(term, Apply) and isinstance(term.op, Function) and not term.op.parameters and term.op.body is not None:
        term = term.op.body
    return term


def unfolded(term: Term, once: bool = False) -> Term:
    """The term with every named definition and call replaced by its body, so that its parts can be seen; `once` leaves those
    that stand inside the bodies."""
    for _ in range(1 if once else 20):
        table: dict[Term, Term] = {}
        stack, seen = [term], {term}
        while stack:
            node = stack.pop()
            if isinstance(node, Apply) and isinstance(node.op, Function) and node.op.body is not None and not node.op.elementwise:
                table[node] = node.op.body_at(node.args)
                continue
            for a in node.args:
                if a not in seen:
                    seen.add(a)
                    stack.append(a)
        if not table:
            return term
        term = substitute(term, table)
    return term


def terms_of(term: Term) -> list[Term]:
    """Terms whose sum is the term, products and transposes multiplied out; the term alone where that makes too many."""
    found = _terms(opened(term))
    return found if 0 < len(found) <= MAX_TERMS else [term]


def _terms(term: Term, depth: int = 0) -> list[Term]:
    if is_sum(term) and depth <= 12:
        index, body = term.opened()
        inside = _terms(body, depth + 1)
        return [Bind("sum", index, t) for t in inside] if 1 < len(inside) <= MAX_TERMS else [term]
    if not isinstance(term, Apply) or depth > 12:
        return [term]
    if term.op is add:
        return _bounded([t for a in term.args for t in _terms(a, depth + 1)], term)
    if term.op is product or term.op is hadamard:
        pieces = [_terms(opened(a), depth + 1) for a in term.args]
        count = 1
        for p in pieces:
            count *= len(p)
        if count == 1 or count > MAX_TERMS:
            return [term]
        return [Apply(term.op, choice, term.params) for choice in tuples(*pieces)]
    if term.op is quotient:
        return [quotient(t, term.args[1]) for t in _terms(opened(term.args[0]), depth + 1)]
    if term.op is transpose:
        return [transpose(t) for t in _terms(opened(term.args[0]), depth + 1)]
    return [term]


def _bounded(found: list[Term], whole: Term) -> list[Term]:
    return found if len(found) <= MAX_TERMS else [whole]


def in_words(term: Term) -> str:
    """A part of a formula as people write it: an index whose sum is left behind has a letter again."""
    table: dict[Term, Term] = {}
    used = {s.name for s in free_symbols(term)}
    letters = iter(c for c in "ijklmn" if c not in used)
    for s in free_symbols(term):
        if is_index(s) and s.name.startswith("#") and (letter := next(letters, "")):
            table[s] = Symbol(letter, s.type)
    return text(substitute(term, table))


def factors_of(term: Term) -> tuple[Fraction, list[Term]]:
    """The number in front of a product and its factors in order; a quotient's denominator comes last as a power −1."""
    number_, out = Fraction(1), []
    stack = [opened(term)]
    while stack:
        node = stack.pop()
        value = rational(node)
        if value is not None:
            number_ *= value
        elif isinstance(node, Apply) and node.op is product:
            stack.extend(reversed(node.args))
        elif isinstance(node, Apply) and node.op is quotient:
            stack.extend((power(node.args[1], number(-1)), node.args[0]))
        elif (whole := _whole_power(node)) is not None and isinstance(node, Apply):
            base = node.args[0]
            stack.extend([base if whole > 0 else inverse(base)] * abs(whole))
        else:
            out.append(node)
    return number_, out


def _whole_power(node: Term) -> int | None:
    """The exponent of a matrix power that is short enough to be written out."""
    if isinstance(node, Apply) and node.op is matrix_power:
        k = node.params[0]
        return k if isinstance(k, int) and 1 < abs(k) < 6 else None
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a term by the way down to it: the numbers of the arguments."""

    path: tuple[int, ...]
    node: Term


def places(term: Term) -> Iterator[Place]:
    """Every place of a term, from the top, nothing below binders and calls; bounded."""
    queue: list[Place] = [Place((), term)]
    count = 0
    while queue and count < MAX_PLACES:
        place = queue.pop(0)
        count += 1
        yield place
        node = place.node
        if isinstance(node, Bind):
            queue.append(Place((*place.path, 1), node.body))
        elif isinstance(node, Apply) and node.op is not at and not isinstance(node.op, Function):
            queue.extend(Place((*place.path, k), a) for k, a in enumerate(node.args))


def replaced(term: Term, path: tuple[int, ...], new: Term) -> Term | None:
    """The term with what stands at a place exchanged; None where the result does not conform."""
    chain: list[Term] = [term]
    for k in path:
        chain.append(chain[-1].args[k])
    try:
        for node, k in zip(reversed(chain[:-1]), reversed(path)):
            args = (*node.args[:k], new, *node.args[k + 1 :])
            new = node.rebuild(args)
    except GradatimError:
        return None
    return new


__all__ = ["Place", "factors_of", "in_words", "opened", "places", "replaced", "terms_of", "unfolded"]
