"""A linear map on stacked columns: vec(A dX B) = (Bᵀ ⊗ A) vec(dX), vec(dXᵀ) = K vec(dX), tr(A dX) B = vec(B) vec(Aᵀ)ᵀ.

Source: Magnus & Neudecker, Matrix Differential Calculus (2019), ch. 2 and 3.
"""

from __future__ import annotations

from gradatim.matrix.build import plus, times, transposed
from gradatim.matrix.pieces import NoMatrixForm
from gradatim.matrix.recognisers import diag_of
from gradatim.ops import (
    add,
    commutation,
    elimination,
    hadamard,
    identity,
    inner,
    kron,
    number,
    power,
    product,
    quotient,
    trace,
    transpose,
    unvec,
    vec,
    vech,
)
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Symbol, Term, depends_on, is_sum
from gradatim.types import Dim


def on_columns(body: Term, step: Symbol) -> Term:
    """The matrix M with vec(body) = M vec(step), for a body linear in the step. Raises NoMatrixForm where none is found."""
    if body.is_scalar:
        return transposed(_covector(body, step))
    return _matrix(transposed(body) if body.type.row else body, step)


def _matrix(body: Term, step: Symbol) -> Term:
    if body is step:
        n, *q = step.type.axes
        return identity(params=(n * q[0] if q else n,))
    if is_sum(body):
        i, inside = body.opened()
        return Bind("sum", i, _matrix(inside, step))
    if not isinstance(body, Apply) or body.rank > 2:
        raise NoMatrixForm
    if body.op is add:
        return plus(*(_matrix(a, step) for a in body.args))
    if body.op is transpose:
        return _of_transpose(body.args[0], step)
    if body.op is quotient and not depends_on(body.args[1], step):
        return times(power(body.args[1], number(-1)), _matrix(body.args[0], step))
    if body.op is hadamard:
        moving = [a for a in body.args if depends_on(a, step)]
        still = [a for a in body.args if not depends_on(a, step)]
        if len(moving) == 1 and still:
            whole = made_of(hadamard, still)
            return times(diag_of(_stacked(whole)), _matrix(moving[0], step))
    if body.op is product:
        return _product(body, step)
    if body.op is kron and len(body.args) == 2 and body.rank == 2:
        return _of_kronecker(body, step)
    if body.op in (vec, unvec):
        return _matrix(body.args[0], step)
    if body.op is vech:
        return times(elimination(params=body.args[0].type.axes[:1]), _matrix(body.args[0], step))
    raise NoMatrixForm


def _of_kronecker(body: Apply, step: Symbol) -> Term:
    """vec(A ⊗ B) = (I ⊗ K ⊗ I)(vec A ⊗ vec B), for an m × n matrix A and a p × q matrix B with K of q and m."""
    a, b = body.args
    if a.rank != 2 or b.rank != 2 or depends_on(a, step) and depends_on(b, step):
        raise NoMatrixForm
    (m, n), (p, q) = a.type.axes, b.type.axes
    mixing = kron(kron(identity(params=(n,)), commutation(params=(q, m))), identity(params=(p,)))
    if depends_on(a, step):
        return times(mixing, kron(identity(params=(m * n,)), vec(b)), _matrix(a, step))
    return times(mixing, kron(vec(a), identity(params=(p * q,))), _matrix(b, step))


def _of_transpose(inside: Term, step: Symbol) -> Term:
    """vec(Yᵀ) = K vec(Y); a transposed vector has the same entries."""
    if inside.rank < 2:
        return _matrix(inside, step)
    rows, columns = inside.type.axes
    turning = commutation(params=(rows, columns))
    return turning if inside is step else times(turning, _matrix(inside, step))


def _stacked(term: Term) -> Term:
    return vec(term) if term.rank == 2 else transposed(term) if term.type.row else term


def _product(body: Apply, step: Symbol) -> Term:
    """The one factor that moves, between what stands before it and after it."""
    moving = [k for k, a in enumerate(body.args) if depends_on(a, step)]
    if len(moving) != 1:
        raise NoMatrixForm
    k = moving[0]
    y = body.args[k]
    scalars = [a for a in body.args if a.is_scalar and a is not y]
    before = [a for a in body.args[:k] if not a.is_scalar]
    after = [a for a in body.args[k + 1 :] if not a.is_scalar]
    if y.is_scalar:
        rest = [*before, *after]
        whole = made_of(product, rest)
        return times(*scalars, _stacked(whole), transposed(_covector(y, step)))
    left = times(*before) if before else None
    right = times(*after) if after else None
    if left is not None and right is not None and left.rank == 1 and left.type.row:
        raise NoMatrixForm  # the chain runs together to a number in its middle
    return times(*scalars, *_around(left, y, right), _matrix(y, step))


def _around(left: Term | None, y: Term, right: Term | None) -> list[Term]:
    """The matrix that takes vec(y) to vec(left y right); none where nothing stands around it."""
    if left is None and right is None:
        return []
    if y.rank == 1 and not y.type.row and right is None:
        return [left] if left is not None else []
    rows = y.type.axes[0] if y.rank == 2 else Dim.of(1) if y.type.row else y.type.axes[0]
    columns = y.type.axes[1] if y.rank == 2 else y.type.axes[0] if y.type.row else Dim.of(1)
    a = left if left is not None else None if rows == Dim.of(1) else identity(params=(rows,))
    b = transposed(right) if right is not None else None if columns == Dim.of(1) else identity(params=(columns,))
    if a is None or b is None:
        only = a if b is None else b
        return [] if only is None else [only]
    return [kron(b, a)]


def _covector(number_: Term, step: Symbol) -> Term:
    """The vector g with gᵀ vec(step) equal to a number that is linear in the step."""
    if not isinstance(number_, Apply):
        raise NoMatrixForm
    if number_.op is add:
        return plus(*(_covector(a, step) for a in number_.args))
    if number_.op is trace:
        return _of_trace(number_.args[0], step)
    if number_.op is inner:
        a, b = number_.args
        y, g = (a, b) if depends_on(a, step) else (b, a)
        return times(transposed(_matrix(y, step)), _stacked(g))
    if number_.op is quotient and not depends_on(number_.args[1], step):
        return times(power(number_.args[1], number(-1)), _covector(number_.args[0], step))
    if number_.op is product:
        return _of_chain(number_, step)
    raise NoMatrixForm


def _of_trace(inside: Term, step: Symbol) -> Term:
    if isinstance(inside, Apply) and inside.op is add:
        return plus(*(_of_trace(a, step) for a in inside.args))
    factors = list(inside.args) if isinstance(inside, Apply) and inside.op is product else [inside]
    scalars = [a for a in factors if a.is_scalar]
    chain = [a for a in factors if not a.is_scalar]
    moving = [k for k, a in enumerate(chain) if depends_on(a, step)]
    if len(moving) != 1 or any(depends_on(s, step) for s in scalars):
        raise NoMatrixForm
    k = moving[0]
    around = [*chain[k + 1 :], *chain[:k]]  # tr(A Y B) = tr(B A Y)
    other = times(*around) if around else identity(params=inside.type.axes[:1])
    return times(*scalars, transposed(_matrix(chain[k], step)), _stacked(transposed(other)))


def _of_chain(body: Apply, step: Symbol) -> Term:
    """uᵀ Y v is vec(u vᵀ)ᵀ vec(Y)."""
    moving = [k for k, a in enumerate(body.args) if depends_on(a, step)]
    if len(moving) != 1:
        raise NoMatrixForm
    k = moving[0]
    y = body.args[k]
    scalars = [a for a in body.args if a.is_scalar and a is not y]
    if y.is_scalar:
        rest = [a for a in body.args if a is not y]
        return times(*rest, _covector(y, step))
    before = [a for a in body.args[:k] if not a.is_scalar]
    after = [a for a in body.args[k + 1 :] if not a.is_scalar]
    u = transposed(times(*before)) if before else None
    v = times(*after) if after else None
    if u is not None and u.is_scalar or v is not None and v.is_scalar:
        raise NoMatrixForm
    if u is None or v is None:
        other = u if v is None else v
        if other is None or y.rank != 1:
            raise NoMatrixForm
        return times(*scalars, transposed(_matrix(transposed(y) if y.type.row else y, step)), other)
    return times(*scalars, transposed(_matrix(y, step)), kron(v, u))


__all__ = ["on_columns"]
