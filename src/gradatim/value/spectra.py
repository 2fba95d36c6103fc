"""Eigenvalues of a symmetric matrix of balls, told apart, and its eigenvectors."""

from __future__ import annotations

from typing import Any

from flint import acb_mat, arb_mat, ctx

from gradatim.errors import EvaluationError
from gradatim.value.lists import Array


def spectrum(a: Array) -> tuple[Array, Array]:
    """The eigenvalues, the largest first, and the eigenvectors as columns of length one, their largest entry positive.

    Raises EvaluationError where two eigenvalues are not told apart.
    """
    n, digits = a.shape[0], ctx.prec
    ctx.prec = 2 * digits  # the enclosures of what follows are wide, and difference quotients are taken of them
    try:
        return _spectrum(n, acb_mat(arb_mat(n, n, a.data)))
    except ValueError:
        raise EvaluationError("eigenvalues are not told apart") from None
    finally:
        ctx.prec = digits


def _spectrum(n: int, whole: Any) -> tuple[Array, Array]:
    values, vectors = whole.eig(right=True)
    order = sorted(range(n), key=lambda k: -float(values[k].real.mid()))
    columns = []
    for k in order:
        column = [vectors[i, k] for i in range(n)]
        largest = max(column, key=lambda x: float(abs(x).mid()))
        real = [(x / largest).real for x in column]
        length = sum((x * x for x in real[1:]), real[0] * real[0]).sqrt()
        columns.append([x / length for x in real])
    return Array((n,), [values[k].real for k in order]), Array((n, n), [columns[k][i] for i in range(n) for k in range(n)])
