"""Parts of terms and terms put together as in NumPy: `x[1:]`, `X[:, 0]`, `np.block`, `np.concatenate`, `np.clip`, …"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError, ShapeError
from gradatim.ops.blocks import block, blocks, columns, place, rows
from gradatim.ops.structure import ends
from gradatim.term import Number, Term
from gradatim.types import ONE, Dim, matrix

NOTHING = Dim(())


# ---------------------------------------------------------------- entries, rows, ranges


def part(a: Term, index: object) -> Term:
    """Entries and ranges as Python counts them, from 0: `X[0, 1]` is X₁₂ on paper. Index terms count as on paper.

    Bounds of ranges are whole numbers, negative ones from the end, or names of sizes: `x[1:]`, `X[:, :"k"]`. Raises ShapeError.
    """
    items = index if isinstance(index, tuple) else (index,)
    if len(items) > a.rank:
        raise ShapeError(f"{len(items)} indices are too many for {a.type.described}")
    if not any(isinstance(i, slice) for i in items):
        return ops.at(a, *(_position(i, a.type.axes[k], k) for k, i in enumerate(items)))
    whole = a
    for k, i in reversed(list(enumerate(items))):
        if isinstance(i, slice):
            whole = _range(whole, i, k)
    chosen = [(k, _position(i, whole.type.axes[k], k)) for k, i in enumerate(items) if not isinstance(i, slice)]
    if len(items) == 2 and len(chosen) == 1:
        axis, position = chosen[0]
        return ops.at(whole if axis == 0 else ops.transpose(whole), position)
    return whole


def _position(i: object, size: Dim, axis: int) -> Term:
    if isinstance(i, Term):
        return i
    if isinstance(i, int) and not isinstance(i, bool):
        if size.literal is not None and not -size.literal <= i < size.literal:
            raise ShapeError(f"index {i} is out of range for axis {axis} of size {size}")
        return Number(i + 1) if i >= 0 else ops.size(size + ONE - Dim.of(-i))
    raise ShapeError(f"{i!r} is not an index: use a whole number from 0, a range or an index term")


def _range(a: Term, cut: slice, axis: int) -> Term:
    if cut.step not in (None, 1):
        raise ShapeError("a range with steps is not known on terms")
    n = a.type.axes[axis]
    first = NOTHING if cut.start is None else _bound(cut.start, n)
    last = n if cut.stop is None else _bound(cut.stop, n)
    if first == NOTHING and last == n:
        return a
    if a.rank > 2:
        raise ShapeError(f"a range is of a vector or a matrix, not of {a.type.described}")
    where = place(n, first, last - first)
    if a.rank == 1 and a.type.row:
        return ops.transpose(rows(ops.transpose(a), params=where))
    return (rows if axis == 0 else columns)(a, params=where)


def _bound(bound: object, n: Dim) -> Dim:
    if isinstance(bound, (str, Dim)):
        return Dim.of(bound)
    if isinstance(bound, int) and not isinstance(bound, bool):
        if bound == 0:
            return NOTHING
        return Dim.of(bound) if bound > 0 else n - Dim.of(-bound)
    raise ShapeError(f"{bound!r} does not bound a range: use a whole number or the name of a size")


# ---------------------------------------------------------------- put together


def blocked(grid: object, term: Callable[[object], Term]) -> Term:
    """The matrix of these blocks, row by row; a number 0 is a block of zeros, 1 on no side of it, as large as its place.

    Raises ShapeError where the blocks do not conform.
    """
    if not isinstance(grid, (list, tuple)) or not grid:
        raise GradatimError("blocks are a list of rows, each a list of terms")
    lines = (
        [list(r) if isinstance(r, (list, tuple)) else [r] for r in grid] if isinstance(grid[0], (list, tuple)) else [list(grid)]
    )
    if len({len(r) for r in lines}) != 1 or not lines[0]:
        raise ShapeError("every row of blocks has as many blocks as the first")
    terms = [[term(b) for b in row] for row in lines]
    heights = [next((ends(t.type)[0] for t in row if t is not Number(0)), ONE) for row in terms]
    widths = [next((ends(row[j].type)[1] for row in terms if row[j] is not Number(0)), ONE) for j in range(len(terms[0]))]
    return blocks(
        [[ops.zero(matrix(h, w)) if t is Number(0) else t for t, w in zip(row, widths)] for row, h in zip(terms, heights)]
    )


def concatenated(parts: Sequence[Term], axis: int | None = 0) -> Term:
    """Vectors end to end; matrices one above the other (axis 0) or side by side (axis 1)."""
    if not parts:
        raise GradatimError("there is nothing to put together")
    if all(p.rank <= 1 for p in parts):
        lying = all(p.type.row for p in parts if p.rank)
        return block(*parts, params=(1, len(parts)) if lying and any(p.rank for p in parts) else (len(parts), 1))
    if axis not in (0, 1, -1, -2):
        raise ShapeError(f"there is no axis {axis!r} along which matrices are put together")
    return block(*parts, params=(len(parts), 1) if axis in (0, -2) else (1, len(parts)))


def above(parts: Sequence[Term]) -> Term:
    """NumPy's vstack: vectors are the rows of the result."""
    return block(*(ops.transpose(p) if p.rank == 1 and not p.type.row else p for p in parts), params=(len(parts), 1))


def beside(parts: Sequence[Term]) -> Term:
    """NumPy's column_stack: vectors are the columns of the result."""
    return block(*(ops.transpose(p) if p.type.row else p for p in parts), params=(1, len(parts)))


def diagonal_blocks(parts: Sequence[Term]) -> Term:
    """The matrix of these blocks on its diagonal and zeros elsewhere."""
    zero = Number(0)
    grid: list[list[Any]] = [[p if i == j else zero for j in range(len(parts))] for i, p in enumerate(parts)]
    return blocked(grid, lambda t: t) if parts else zero  # type: ignore[return-value, arg-type]


def entrywise_pair(op: Callable[..., Term], a: Term, b: Term) -> Term:
    """The larger or smaller of two, entry by entry; a number meets every entry."""
    like = a if a.rank else b
    return op(*(ops.product(t, ops.unit(like.type)) if like.rank and not t.rank else t for t in (a, b)))


def unfolded(a: Term) -> Term:
    """Row by row, as NumPy's ravel: vec of the transpose."""
    return a if a.rank < 2 else ops.vec(ops.transpose(a))


def centred(a: Term) -> Term:
    """The vector less its mean."""
    if a.rank != 1:
        raise ShapeError(f"a variance is of a vector, not of {a.type.described}")
    return ops.subtract(a, ops.product(ops.quotient(ops.total(a), ops.size(a.type.axes[0])), ops.unit(a.type)))


def variance(a: Term, less: int = 0) -> Term:
    """The mean of the squared distances to the mean; `less` is taken off the count (1 for the unbiased one)."""
    n = ops.size(a.type.axes[0]) if not less else ops.add(ops.size(a.type.axes[0]), Number(-less))
    return ops.quotient(ops.sqnorm(centred(a)), n)


__all__ = [
    "above",
    "beside",
    "blocked",
    "centred",
    "concatenated",
    "diagonal_blocks",
    "entrywise_pair",
    "part",
    "unfolded",
    "variance",
]
