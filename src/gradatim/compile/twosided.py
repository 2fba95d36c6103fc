"""Sums of two Kronecker products at numbers, V ↦ A V Bᵀ + C V Dᵀ or A V Bᵀ + C Vᵀ Dᵀ with symmetric factors: diagonalised from both sides.

Where X diagonalises the pencil (A, C) and Y the pencil (B, D), V = X W Yᵀ turns the map into one entry by entry: (m n)³ operations become
m³ + n³. With Vᵀ both sides must be the same up to a number; then an entry meets the one across the diagonal, and W + Wᵀ and W − Wᵀ are
multiplied entry by entry. Source: Golub & Van Loan, Matrix Computations (2013), sec. 8.7 and 7.6.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg

TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class TwoSided:
    """X and Y, and what the entries are multiplied with; `across` is what the entries across the diagonal are multiplied with;
    where `flipped` the map is of Vᵀ."""

    left: Any
    right: Any
    entries: Any
    across: Any = None
    flipped: bool = False

    def solve(self, b: Any) -> Any:
        """The V that is taken to b."""
        inner = self.left.T.dot(b).dot(self.right)
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.across is None:
                inner /= self.entries
            else:
                inner = _quotient(inner + inner.T, self.entries + self.across) + _quotient(
                    inner - inner.T, self.entries - self.across
                )
                inner /= 2
        found = self.left.dot(inner).dot(self.right.T)
        return found.T if self.flipped else found

    def logdet(self) -> float:
        """log |det| of the map as a matrix of m n rows."""
        m, n = self.entries.shape
        sides = n * np.linalg.slogdet(self.left)[1] + m * np.linalg.slogdet(self.right)[1]
        if self.across is None:
            logs = np.sum(np.log(np.abs(self.entries)))
        else:
            upper = np.triu_indices(n, 1)
            both = np.abs(self.entries + self.across)
            logs = np.sum(np.log(both.diagonal())) + np.sum(np.log(both[upper]))
            logs += np.sum(np.log(np.abs(self.entries - self.across)[upper]))
        return float(logs - 2 * sides)


def _quotient(above: Any, below: Any) -> Any:
    """Entry by entry, and zero where there is nothing to divide: a symmetric right side has no skew part."""
    return np.divide(above, below, out=np.zeros_like(above), where=above != 0)


def diagonalised(a: Any, b: Any, c: Any, d: Any, turned: tuple[bool, bool] = (False, False)) -> TwoSided | None:
    """The factors of V ↦ a V bᵀ + c V dᵀ, with Vᵀ in those that are `turned`: the second, or both.

    None where one is not symmetric, no side has a positive definite one, or the sides of what is turned differ.
    """
    if not all(map(_symmetric, (a, b, c, d))):
        return None
    left = _pencil(a, c)
    if left is None:
        return None
    x, first, second = left
    if turned == (False, True):
        ratios = _ratio(b, a), _ratio(d, c)
        if ratios[0] is None or ratios[1] is None:
            return None
        return TwoSided(x, x, ratios[0] * np.multiply.outer(first, first), ratios[1] * np.multiply.outer(second, second))
    right = _pencil(b, d)
    if right is None:
        return None
    y, third, fourth = right
    return TwoSided(x, y, np.multiply.outer(first, third) + np.multiply.outer(second, fourth), flipped=turned[0])


def _symmetric(m: Any) -> bool:
    return bool(np.max(np.abs(m - m.T), initial=0) <= TOLERANCE * np.max(np.abs(m), initial=0))


def _ratio(a: Any, b: Any) -> float | None:
    """The number r with a = r b; None where there is none."""
    if a.shape != b.shape:
        return None
    r = float(np.vdot(a, b) / np.vdot(b, b))
    return r if np.max(np.abs(a - r * b)) <= TOLERANCE * np.max(np.abs(a)) else None


def _pencil(a: Any, c: Any) -> tuple[Any, Any, Any] | None:
    """X with Xᵀ a X and Xᵀ c X diagonal, and the two diagonals; one of the two has to be positive definite."""
    for first, second, swapped in ((a, c, False), (c, a, True)):
        number = _times_identity(second)
        if number is not None:
            values, x = np.linalg.eigh(first)
            one = np.full_like(values, number)
            return (x, one, values) if swapped else (x, values, one)
    for first, second, swapped in ((a, c, False), (c, a, True)):
        try:
            values, x = scipy.linalg.eigh(first, second, check_finite=False)
        except np.linalg.LinAlgError:
            continue
        one = np.ones_like(values)
        return (x, one, values) if swapped else (x, values, one)
    return None


def _times_identity(m: Any) -> float | None:
    """The number that stands on the diagonal of a multiple of the identity; None of other matrices."""
    value = m[0, 0]
    return float(value) if np.count_nonzero(m) == len(m) and value and np.all(m.diagonal() == value) else None
