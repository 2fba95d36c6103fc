"""Diagonals and row sums that hold an array of differences, without it: diag((𝟏 xᵀ − y 𝟏ᵀ) W) is Wᵀx − y ⊙ (Wᵀ𝟏)."""

from __future__ import annotations

from gradatim.matrix.build import plus, times, transposed
from gradatim.matrix.cost import cost
from gradatim.ops import add, diagonal, hadamard, ones, product
from gradatim.ops.structure import args_of
from gradatim.term import Apply, Term


def diagonal_of_outer(node: Apply) -> Term | None:
    """The diagonal of S W, and of W S, where S is a sum of outer products with 𝟏; (W ⊙ S) 𝟏 too."""
    found = None
    inner = node.args[0] if node.op is diagonal else None
    if isinstance(inner, Apply) and inner.op is product and len(inner.args) == 2:
        first, second = inner.args
        pairs = _pairs(first)
        found = _joined(pairs, transposed(second)) if pairs else None
        if found is None and (pairs := _pairs(second)):
            found = _joined([(c, b, a) for c, a, b in pairs], first)
    if node.op is product and node.rank == 1 and len(node.args) == 2 and _is_ones(node.args[1]):
        found = _row_sums(node.args[0])
    return found if found is not None and cost(found) <= cost(node) else None


Pair = tuple[tuple[Term, ...], Term, Term]
"""The numbers before an outer product, and its two vectors."""


def _row_sums(whole: Term) -> Term | None:
    turned = isinstance(whole, Apply) and whole.rank == 2 and transposed(whole)
    for mixed, flip in ((whole, False), (turned, True)):
        if not (isinstance(mixed, Apply) and mixed.op is hadamard and len(mixed.args) == 2):
            continue
        for array, outer in (mixed.args, mixed.args[::-1]):
            if pairs := _pairs(outer):
                pairs = [(c, b, a) for c, a, b in pairs] if flip else pairs
                return _joined(pairs, transposed(array) if flip else array)
    return None


def _joined(pairs: list[Pair], array: Term) -> Term:
    """Σ c a ⊙ (M b)."""
    terms = []
    for numbers, a, b in pairs:
        vector = times(array, b)
        terms.append(times(*numbers, vector if _is_ones(a) else hadamard(a, vector)))
    return plus(*terms)


def _pairs(term: Term) -> list[Pair]:
    """The outer products that a matrix adds up, each with a vector of ones; [] for any other matrix."""
    out: list[Pair] = []
    for t in args_of(term, add):
        factors = t.args if isinstance(t, Apply) and t.op is product else ()
        arrays = [f for f in factors if f.rank]
        lying = len(arrays) == 2 and arrays[0].rank == arrays[1].rank == 1 and not arrays[0].type.row and arrays[1].type.row
        if not lying or not (_is_ones(arrays[0]) or _is_ones(transposed(arrays[1]))):
            return []
        out.append((tuple(f for f in factors if not f.rank), arrays[0], transposed(arrays[1])))
    return out


def _is_ones(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is ones and term.rank == 1


__all__ = ["diagonal_of_outer"]
