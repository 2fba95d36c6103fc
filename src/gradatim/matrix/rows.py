"""One row of a matrix that is built from others: row k of `diag(p) − p pᵀ` is `pₖ (eₖ − p)`."""

from __future__ import annotations

from gradatim.matrix.build import plus, times, transposed
from gradatim.ops import add, at, basis, diag, identity, product
from gradatim.term import Apply, Bind, Term, substitute


def row_at(matrix: Term, k: Term) -> Term:
    """The row as a column: worked out where the matrix is a sum, a diagonal matrix or an outer product, else `Aₖ`."""
    return _row(matrix, k) or at(matrix, k)


def entry_of(vector: Term, k: Term) -> Term:
    """The entry of a vector; of a stack over an index its formula at that place."""
    if not isinstance(vector, Bind) or vector.kind != "stack":
        return at(vector, k)
    index, body = vector.opened()
    return substitute(body, {index: k})


def _row(matrix: Term, k: Term) -> Term | None:
    if isinstance(matrix, Bind) and matrix.kind == "sum":
        index, body = matrix.opened()
        row = _row(body, k)
        return None if row is None else Bind("sum", index, row)
    if not isinstance(matrix, Apply):
        return None
    if matrix.op is diag:
        return times(entry_of(matrix.args[0], k), basis(k, params=matrix.type.axes[:1]))
    if matrix.op is identity:
        return basis(k, params=matrix.type.axes[:1])
    if matrix.op is add:
        rows = [_row(a, k) for a in matrix.args]
        found = [r for r in rows if r is not None]
        return plus(*found) if len(found) == len(rows) else None
    if matrix.op is product:
        return _of_product(matrix, k)
    return None


def _of_product(matrix: Apply, k: Term) -> Term | None:
    scalars = [a for a in matrix.args if a.is_scalar]
    first, *rest = (a for a in matrix.args if not a.is_scalar)
    if not rest:
        row = _row(first, k)
        return None if row is None else times(*scalars, row)
    if first.rank == 1 and not first.type.row:
        after = rest[0] if len(rest) == 1 else product(*rest)
        return times(*scalars, entry_of(first, k), transposed(after)) if after.type.row else None
    if isinstance(first, Apply) and first.op is diag:
        return times(*scalars, entry_of(first.args[0], k), row_at(rest[0] if len(rest) == 1 else product(*rest), k))
    return None


__all__ = ["row_at"]
