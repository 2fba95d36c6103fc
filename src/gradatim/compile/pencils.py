"""Sums of two Kronecker products solved with as a formula: a A V Bᵀ + c C V Dᵀ = G where a matrix diagonalises both A and C, another B and D.

With Xᵀ A X = diag(α), Xᵀ C X = diag(γ), Yᵀ B Y = diag(β) and Yᵀ D Y = diag(δ) the solution is X ((Xᵀ G Y) ⊘ (a α βᵀ + c γ δᵀ)) Yᵀ. Such an X is
made of eigenvectors where A and C are symmetric and one of them is positive definite. Source: Golub & Van Loan, Matrix Computations (2013), sec. 8.7.
"""

from __future__ import annotations

from dataclasses import dataclass

from gradatim.matrix.build import plus, times, transposed
from gradatim.ops import eigenvalues, eigenvectors, facts, hdivide, number, ones, sqrt, zeros
from gradatim.ops.linear_algebra import is_identity
from gradatim.term import Apply, Term


@dataclass(frozen=True, slots=True)
class Pair:
    """`coefficient` · V ↦ left V rightᵀ, or left Vᵀ rightᵀ where `turned`."""

    coefficient: Term
    left: Term
    right: Term
    turned: bool


Pencil = tuple[Term, Term, Term]
"""X, and the diagonals of Xᵀ A X and of Xᵀ C X."""


def solved_from_both_sides(one: Pair, other: Pair, right: Term) -> Term | None:
    """The V that the sum of both products takes to `right`; None where one is of Vᵀ, or a side is not diagonalised so."""
    if one.turned or other.turned:
        return None
    left, rear = _pencil(one.left, other.left), _pencil(one.right, other.right)
    if left is None or rear is None:
        return None
    (x, alpha, gamma), (y, beta, delta) = left, rear
    entries = plus(
        times(one.coefficient, alpha, transposed(beta)),
        times(other.coefficient, gamma, transposed(delta)),
    )
    return times(x, hdivide(times(transposed(x), right, y), entries), transposed(y))


def _pencil(a: Term, c: Term) -> Pencil | None:
    if not (_is_symmetric(a) and _is_symmetric(c)):
        return None
    if "spd" in facts(c):
        return _beside(a, c)
    if "spd" in facts(a):
        x, gamma, alpha = _beside(c, a)
        return x, alpha, gamma
    return None


def _beside(a: Term, c: Term) -> Pencil:
    """Of a symmetric and a positive definite matrix, which becomes the identity."""
    one = ones(params=a.type.axes[:1])
    if is_identity(c):
        return eigenvectors(a), eigenvalues(a), one
    w = hdivide(eigenvectors(c), times(one, transposed(sqrt(eigenvalues(c)))))
    inner = times(transposed(w), a, w)
    return times(w, eigenvectors(inner)), eigenvalues(inner), one


def _is_symmetric(t: Term) -> bool:
    if "symmetric" in facts(t):
        return True
    skew = plus(t, times(number(-1), transposed(t)))
    return isinstance(skew, Apply) and skew.op is zeros
