"""Eigenvalues of a matrix of balls, told apart, and its eigenvectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb_mat, arb_mat, ctx

from gradatim.errors import EvaluationError
from gradatim.value.lists import Array
from gradatim.value.precision import workprec


def spectrum(a: Array) -> tuple[Array, Array]:
    """The eigenvalues of a symmetric matrix, the largest first, and the eigenvectors as columns of length one, their largest entry
    positive.

    Raises EvaluationError where two eigenvalues are not told apart.
    """
    return _columns(a, a.shape[0], lambda _: True)


def eigen(a: Array, count: int) -> tuple[Array, Array]:
    """The same of the `count` eigenvalues of largest real part of any square matrix.

    Raises EvaluationError where one of them is not known to be real: of a real matrix that one is which is alone near the real line.
    """
    return _columns(a, count, lambda value: bool(value.imag.contains(0)))


def _columns(a: Array, count: int, real: Callable[[Any], bool]) -> tuple[Array, Array]:
    try:
        # The enclosures of what follows are wide, and difference quotients are taken of them.
        with workprec(2 * ctx.prec):
            return _told_apart(a, count, real)
    except ValueError:
        raise EvaluationError("eigenvalues are not told apart") from None


def _told_apart(a: Array, count: int, real: Callable[[Any], bool]) -> tuple[Array, Array]:
    n = a.shape[0]
    values, vectors = acb_mat(arb_mat(n, n, a.data)).eig(right=True)
    order = sorted(range(n), key=lambda k: -float(values[k].real.mid()))
    if not all(real(values[k]) for k in order[:count]):
        raise EvaluationError("an eigenvalue is not real")
    # A conjugate pair shares its real part, so the balls of two real parts may overlap only beyond those wanted.
    if any(not values[i].real > values[j].real for i, j in zip(order[:count], order[1:])):
        raise EvaluationError("eigenvalues are not told apart")
    columns = [_unit([vectors[i, k] for i in range(n)]) for k in order[:count]]
    return Array((count,), [values[k].real for k in order[:count]]), Array((n, count), [c[i] for i in range(n) for c in columns])


def _unit(column: list[Any]) -> list[Any]:
    largest = max(column, key=lambda x: float(abs(x).mid()))
    real = [(x / largest).real for x in column]
    length = sum((x * x for x in real[1:]), real[0] * real[0]).sqrt()
    return [x / length for x in real]
