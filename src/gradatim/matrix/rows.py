"""One row of a matrix that is built from others: row k of `diag(p) − p pᵀ` is `pₖ (eₖ − p)`."""

from __future__ import annotations

from gradatim.matrix.build import plus, times, transposed
from gradatim.ops import add, at, basis, diag, equal, hadamard, hdivide, hpower, identity, ones, power, product, quotient
from gradatim.ops.base import Pointwise, derivative_of
from gradatim.ops.function import Function
from gradatim.ops.masks import age
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Number, Symbol, Term, is_sum, substitute, transform


def row_at(matrix: Term, k: Term) -> Term:
    """The row as a column: worked out where the matrix is a sum, a diagonal matrix or an outer product, else `Aₖ`."""
    return _row(matrix, k) or at(matrix, k)


def entry_of(vector: Term, k: Term) -> Term:
    """The entry of a vector; of a stack over an index its formula at that place."""
    if not isinstance(vector, Bind) or vector.kind != "stack":
        return at(vector, k)
    index, body = vector.opened()
    return substitute(body, {index: k})


def with_entries_opened(term: Term) -> Term:
    """The term with `(p − y)ₖ` written `pₖ − yₖ`: the entry of what is built entry by entry from arrays that have names."""

    def rule(node: Term) -> Term:
        if isinstance(node, Apply) and node.op is product and Number(1) in node.args:  # an entry of the vector of ones
            return times(*node.args)
        if not (isinstance(node, Apply) and node.op is at and len(node.args) == 2 and node.args[0].rank == 1):
            return node
        return _opened(node.args[0], node.args[1]) or node

    return transform(term, rule)


def _opened(vector: Term, k: Term) -> Term | None:
    if isinstance(vector, Symbol) or isinstance(vector, Apply) and isinstance(vector.op, Function):
        return at(vector, k)
    if isinstance(vector, Bind) and vector.kind == "stack":
        return entry_of(vector, k)
    if not isinstance(vector, Apply) or any(a.type.axes != vector.type.axes and not a.is_scalar for a in vector.args):
        return None
    if vector.op is ones:
        return Number(1)
    if vector.op is basis:
        return equal(*sorted((vector.args[0], k), key=age))
    parts = [a if a.is_scalar else _opened(a, k) for a in vector.args]
    entries = [p for p in parts if p is not None]
    if len(entries) < len(parts):
        return None
    if vector.op is add:
        return plus(*entries)
    if vector.op in (product, hadamard):
        return times(*entries)
    if vector.op in (quotient, hdivide):
        return quotient(*entries)
    if vector.op is hpower:
        return power(*entries)
    return vector.rebuild(tuple(entries)) if isinstance(derivative_of(vector.op), Pointwise) else None


def _row(matrix: Term, k: Term) -> Term | None:
    if is_sum(matrix):
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
        after = made_of(product, rest)
        return times(*scalars, entry_of(first, k), transposed(after)) if after.type.row else None
    if isinstance(first, Apply) and first.op is diag:
        return times(*scalars, entry_of(first.args[0], k), row_at(made_of(product, rest), k))
    return None


__all__ = ["row_at", "with_entries_opened"]
