"""A small array by its entries: 2(e₁e₁ᵀ + e₁e₂ᵀ + e₂e₁ᵀ + 3 e₂e₂ᵀ) is the matrix [2, 2; 2, 6].

Functions of single entries x₁, x₂, … have derivatives that are sums of unit vectors. Where an array of a size that is a number is nothing
but such a sum, people write its entries.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product as places

from gradatim.matrix.powers import power_product, summands
from gradatim.matrix.scalar import add_up, multiply
from gradatim.ops import add, basis, block, blocks, identity, number, ones, product, quotient, transpose, zeros
from gradatim.ops.blocks import grid_of
from gradatim.ops.structure import ends
from gradatim.term import Apply, Number, Term, transform, walk

MOST = 6
"""Rows, or columns, of an array that is written by its entries."""
Entries = dict[tuple[int, ...], list[Term]]


def by_its_entries(term: Term) -> Term:
    """The array as a grid of its entries, where it is a sum of several multiples of unit vectors, or of products of two; inside it
    such sums are grids, and matrices of numbers are added up, and turned."""
    whole = _spelt(term)
    if whole is term and any(_is_grid(n) or _is_unit(n) for n in walk(term)):
        whole = _spelt(transform(term, _inside))
    return whole


def _is_unit(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is basis


def _is_grid(term: Term) -> bool:
    return isinstance(term, Apply) and term.op is block and all(isinstance(a, Number) for a in term.args)


def _inside(node: Term) -> Term:
    """A sum of unit vectors or of their products, and arrays put together from such, as a grid; a sum of matrices of numbers, or the
    transpose of one, as one matrix of numbers."""
    if not isinstance(node, Apply) or node.op not in (add, transpose, block):
        return node
    put_together = node.op is add or node.op is block and any(a.rank for a in node.args)
    return _spelt(node) if put_together or all(map(_is_multiple, node.args)) else node


def _is_multiple(term: Term) -> bool:
    if isinstance(term, Apply) and term.op is product and len(term.args) == 2 and isinstance(term.args[0], Number):
        return _is_grid(term.args[1])
    return _is_grid(term) or isinstance(term, Apply) and term.op is identity


def _spelt(term: Term) -> Term:
    sizes = [d.literal for d in term.type.axes]
    if not 1 <= len(sizes) <= 2 or term.type.family or not all(n is not None and n <= MOST for n in sizes):
        return term
    if not any(isinstance(n, Apply) and n.op is basis or _is_grid(n) for n in walk(term)) or _is_multiple(term):
        return term
    found = _entries(term)
    if found is None or len(found) < 2:
        return term
    whole = _alike({k: add_up(terms) for k, terms in found.items()})
    shape = [n for n in sizes if n is not None]
    cells = [whole.get(k, number(0)) for k in places(*(range(n) for n in shape))]
    if len(shape) == 1:
        return blocks([cells]) if term.type.row else blocks([[c] for c in cells])
    return blocks([cells[i * shape[1] : (i + 1) * shape[1]] for i in range(shape[0])])


def _alike(entries: dict[tuple[int, ...], Term]) -> dict[tuple[int, ...], Term]:
    """Equal entries on both sides of the diagonal in the same words."""
    out = dict(entries)
    for k, entry in entries.items():
        other = entries.get(k[::-1])
        if other is not None and k > k[::-1] and _parts(entry) == _parts(other):
            out[k] = other
    return out


def _parts(entry: Term) -> Counter[tuple[Fraction, frozenset[tuple[Term, Fraction]]]]:
    """The terms of a sum as coefficients and powers, which have no order."""
    found = [power_product(s) for s in summands(entry)]
    return Counter((p.coefficient, frozenset(p.powers)) for p in found)


def _entries(term: Term) -> Entries | None:
    """What stands at each position, as summands; None where the array is made of more than unit vectors."""
    if not isinstance(term, Apply):
        return None
    if term.op is basis and isinstance(term.args[0], Number):
        return {(int(term.args[0].value) - 1,): [number(1)]}
    if term.op is block:
        return _of_blocks(term)
    if term.op in (identity, ones, zeros):
        return _constant(term)
    if term.op is transpose:
        inner = _entries(term.args[0])
        return None if inner is None else {k[::-1]: v for k, v in inner.items()}
    if term.op is add:
        parts = [_entries(a) for a in term.args]
        total: Entries = {}
        for part in parts:
            if part is None:
                return None
            for k, v in part.items():
                total.setdefault(k, []).extend(v)
        return total
    if term.op is quotient and term.args[1].is_scalar:
        return _times(_entries(term.args[0]), quotient(number(1), term.args[1]))
    return _of_product(term) if term.op is product else None


def _of_blocks(term: Apply) -> Entries | None:
    """What stands at each position of an array put together from numbers, or from arrays of which that is known."""
    found: Entries = {}
    top = 0
    for row in grid_of(term):
        left, tall = 0, 0
        for cell in row:
            inner = _entries(cell) if cell.rank else {(): [cell]} if cell is not number(0) else {}
            high, broad = (d.literal for d in ends(cell.type))
            if inner is None or high is None or broad is None:
                return None
            for place, v in inner.items():
                i, j = place if len(place) == 2 else (0, *place) if cell.type.row else (*place, 0) if place else (0, 0)
                at = (top + i, left + j)
                found[at if term.rank == 2 else (at[1],) if term.type.row else (at[0],)] = v
            left, tall = left + broad, high
        top += tall
    return found


def _constant(term: Apply) -> Entries | None:
    sizes = [d.literal for d in term.type.axes]
    if any(n is None for n in sizes) or not sizes:
        return None
    every = places(*(range(n) for n in sizes if n is not None))
    if term.op is identity:
        return {k: [number(1)] for k in every if k[0] == k[-1]}
    return {} if term.op is zeros else {k: [number(1)] for k in every}


def _of_product(term: Apply) -> Entries | None:
    arrays = [a for a in term.args if a.rank]
    front = multiply(*(a for a in term.args if not a.rank))
    if len(arrays) == 1:
        return _times(_entries(arrays[0]), front)
    if len(arrays) != 2 or not (arrays[0].rank == arrays[1].rank == 1 and arrays[1].type.row and not arrays[0].type.row):
        return None
    left, right = map(_entries, arrays)
    if left is None or right is None:
        return None
    return {(*i, *j): [multiply(front, x, y) for x in a for y in b] for i, a in left.items() for j, b in right.items()}


def _times(entries: Entries | None, factor: Term) -> Entries | None:
    return None if entries is None else {k: [multiply(factor, t) for t in v] for k, v in entries.items()}


__all__ = ["by_its_entries"]
