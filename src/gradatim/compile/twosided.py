"""Sums of two Kronecker products at numbers, V ↦ A V Bᵀ + C V Dᵀ with symmetric factors: diagonalised from both sides.

Where X diagonalises the pencil (A, C) and Y the pencil (B, D), V = X W Yᵀ turns the map into one entry by entry: (m n)³ operations become m³ + n³.
Source: Golub & Van Loan, Matrix Computations (2013), sec. 8.7 and 7.6.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg

TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class TwoSided:
    """X and Y, the entries that they leave, and log |det X|, log |det Y|."""

    left: Any
    right: Any
    entries: Any

    def solve(self, b: Any) -> Any:
        """The V that is taken to b."""
        with np.errstate(divide="ignore", invalid="ignore"):
            inner = (self.left.T @ b @ self.right) / self.entries
        return self.left @ inner @ self.right.T

    def logdet(self) -> float:
        """log |det| of the map as a matrix of m n rows."""
        m, n = self.entries.shape
        sides = n * np.linalg.slogdet(self.left)[1] + m * np.linalg.slogdet(self.right)[1]
        return float(np.sum(np.log(np.abs(self.entries))) - 2 * sides)


def diagonalised(a: Any, b: Any, c: Any, d: Any) -> TwoSided | None:
    """The factors of V ↦ a V bᵀ + c V dᵀ; None where one is not symmetric or no side has a positive definite one."""
    if not all(np.allclose(m, m.T, rtol=TOLERANCE, atol=TOLERANCE * np.max(np.abs(m), initial=0)) for m in (a, b, c, d)):
        return None
    left, right = _pencil(a, c), _pencil(b, d)
    if left is None or right is None:
        return None
    (x, first, second), (y, third, fourth) = left, right
    return TwoSided(x, y, first[:, None] * third + second[:, None] * fourth)


def _pencil(a: Any, c: Any) -> tuple[Any, Any, Any] | None:
    """X with Xᵀ a X and Xᵀ c X diagonal, and the two diagonals; one of the two has to be positive definite."""
    for first, second, swapped in ((a, c, False), (c, a, True)):
        try:
            values, x = scipy.linalg.eigh(first, second)
        except np.linalg.LinAlgError:
            continue
        one = np.ones_like(values)
        return (x, one, values) if swapped else (x, values, one)
    return None
