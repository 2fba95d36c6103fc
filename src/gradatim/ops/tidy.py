"""The form that writing and reading keep: sums and products flat, signs and numbers in front, nothing more."""

from __future__ import annotations

from fractions import Fraction

from gradatim.ops.quotients import quotient, rational
from gradatim.ops.structure import add, args_of, ends, made_of, number, product
from gradatim.term import Apply, Term, transform, transformed
from gradatim.types import ONE


def tidy(term: Term) -> Term:
    """Flatten sums and products, gather the numbers of a product into one in front, drop factors of one.

    Two terms that differ only by associativity, signs and literals are one term after it. No law of algebra is used.
    """
    return transform(term, _tidy)


def tidied(term: Term) -> dict[Term, Term]:
    """Every part of the term with its tidy form."""
    return transformed((term,), _tidy)


def _tidy(node: Term) -> Term:
    if not isinstance(node, Apply):
        return node
    if node.op is add:
        flat = [s for a in node.args for s in args_of(a, add)]
        return made_of(add, flat) if len(flat) != len(node.args) else node
    if node.op is quotient and (value := rational(node)) is not None:
        return number(value)
    return _tidy_product(node) if node.op is product else node


def one_chain(node: Apply) -> bool:
    """Whether no part of an array product runs together to a scalar before its end: (uᵀv) wᵀ does, and keeps its brackets."""
    if not node.rank:
        return False
    rows, columns, begun = ONE, ONE, False
    for a in node.args:
        if a.is_scalar:
            continue
        if begun and rows == ONE == columns:
            return False
        r, c = ends(a.type)
        rows, columns, begun = (rows if begun else r), c, True
    return True


def _tidy_product(node: Apply) -> Term:
    """Scalar products inside are opened; array products where the chain stays one (a scalar inside keeps its brackets)."""
    coefficient, factors = Fraction(1), list[Term]()
    for a in node.args:
        value = rational(a)
        if value is not None:
            coefficient *= value
        elif isinstance(a, Apply) and a.op is product and (one_chain(a) or all(b.is_scalar for b in a.args)):
            first = rational(a.args[0])
            coefficient *= first if first is not None else 1
            factors.extend(a.args[1:] if first is not None else a.args)
        else:
            factors.append(a)
    if not factors:
        return number(coefficient)
    if coefficient != 1:
        factors.insert(0, number(coefficient))
    return made_of(product, factors)
