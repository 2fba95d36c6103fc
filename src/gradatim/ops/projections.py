"""Projections by their form: u uᵀ/‖u‖², 𝟏𝟏ᵀ/n, V Vᵀ of orthonormal columns, X (XᵀX)⁻¹Xᵀ, and I less one of them. P² is P.

The records of sums, products and quotients ask this; operations are known here by their names, because those records stand below.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradatim.ops.base import Known
from gradatim.term import Apply, Number, Size, Term


def named(term: Term, *names: str) -> bool:
    """Whether a term is an operation with one of these names."""
    return isinstance(term, Apply) and getattr(term.op, "name", "") in names


def is_transpose(a: Term, b: Term) -> bool:
    """Whether b is written as the transpose of a."""
    if named(a, "ones") and named(b, "ones"):
        return a.rank == b.rank == 1 and a.type.axes == b.type.axes and a.type.row != b.type.row
    return named(b, "transpose") and b.args[0] is a


def projects(term: Term, facts: Known) -> bool:
    """Whether a term is seen to be a projection."""
    apart = _factors(term)
    if apart is None:
        return False
    arrays, above, below = apart
    if above:
        return False
    if len(arrays) == 2 and is_transpose(*arrays):
        first = arrays[0]
        if first.rank == 2 or first.type.row:
            return not below and first.rank == 2 and "orthonormal_columns" in facts(first)
        return len(below) == 1 and _square_of(first, below[0]) or not below and "unit" in facts(first)
    return len(arrays) == 3 and not below and is_transpose(arrays[0], arrays[2]) and _inverse_gram(arrays)


def less_projection(node: Apply, facts: Known) -> bool:
    """Whether a sum is I − P for a projection P."""
    if len(node.args) != 2 or not named(node.args[0], "identity"):
        return False
    other = node.args[1]
    if not (isinstance(other, Apply) and named(other, "product") and other.args[0] is Number(-1)):
        return False
    rest = other.args[1:]
    return projects(rest[0] if len(rest) == 1 else Apply(other.op, rest), facts)


def _inverse_gram(arrays: Sequence[Term]) -> bool:
    gram = arrays[1].args[0] if named(arrays[1], "inverse") else None
    return gram is not None and named(gram, "product") and gram.args == (arrays[2], arrays[0])


def _square_of(u: Term, scalar: Term) -> bool:
    """Whether a number is uᵀu."""
    if named(u, "ones"):
        return isinstance(scalar, Size) and (scalar.dim,) == u.type.axes
    if named(scalar, "sqnorm"):
        return scalar.args[0] is u
    if named(scalar, "inner"):
        return scalar.args == (u, u)
    return named(scalar, "product") and len(scalar.args) == 2 and scalar.args[1] is u and is_transpose(u, scalar.args[0])


def _factors(term: Term) -> tuple[list[Term], list[Term], list[Term]] | None:
    """The arrays of a product in their order, the scalars above and below its fraction bars (ones left out)."""
    arrays: list[Term] = []
    above: list[Term] = []
    below: list[Term] = []
    work = [term]
    while work:
        node = work.pop()
        if named(node, "product") and (node.rank or node is term):
            work.extend(reversed(node.args))
        elif named(node, "quotient"):
            below.append(node.args[1])
            work.append(node.args[0])
        elif node.rank:
            arrays.append(node)
        elif node is not Number(1):
            above.append(node)
        if len(arrays) > 3:
            return None
    return arrays, above, below
