"""What Hessians as linear maps have in common: methods that take the numbers by name, and what SciPy asks of a map at numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradatim.compile.function import ArgumentError, SingularMatrix
from gradatim.errors import LimitExceeded
from gradatim.types import Dim

LARGEST_DENSE = 6_000
"""Rows of a Hessian without structure that is formed to be solved with."""


class LinearMap(ABC):
    """A linear map whose formulas are known; each method takes the numbers in them by name."""

    @abstractmethod
    def at(self, **arrays: Any) -> MapAt:
        """The map at numbers. Raises EvaluationError for wrong or missing arguments."""

    def matvec(self, v: Any, /, **arrays: Any) -> Any:
        """The product with what has the shape of the variable (of several: a tuple of arrays), or is flat."""
        return self.at(**arrays).matvec(v)

    def solve(self, right: Any, /, **arrays: Any) -> Any:
        """What is taken to `right`: with the gradient, Newton's step but for its sign."""
        return self.at(**arrays).solve(right)

    def diagonal(self, **arrays: Any) -> Any:
        """The diagonal, of the variable's shape (of several: an array for each)."""
        return self.at(**arrays).diagonal()

    def trace(self, **arrays: Any) -> float:
        return self.at(**arrays).trace()

    def logdet(self, **arrays: Any) -> float:
        """log |det H|."""
        return self.at(**arrays).logdet()

    def dense(self, **arrays: Any) -> Any:
        """The whole Hessian: an array of twice the variable's axes, by several variables a matrix."""
        return self.at(**arrays).dense()


class MapAt(ABC):
    """A linear map at numbers."""

    dtype: Any

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]: ...

    @abstractmethod
    def matvec(self, v: Any) -> Any: ...

    @abstractmethod
    def solve(self, right: Any) -> Any: ...

    @abstractmethod
    def diagonal(self) -> Any: ...

    @abstractmethod
    def trace(self) -> float: ...

    @abstractmethod
    def logdet(self) -> float: ...

    @abstractmethod
    def dense(self) -> Any: ...

    def matmat(self, V: Any) -> Any:
        """H times each column."""
        return np.stack([self.matvec(column) for column in np.asarray(V).T], axis=1)

    def _dense_solution(self, right: Any) -> Any:
        """The solution by the matrix itself. Raises LimitExceeded where it is too large, SingularMatrix, ArgumentError."""
        n = self.shape[0]
        if n > LARGEST_DENSE:
            raise LimitExceeded(
                f"a Hessian of {n} rows without structure is not formed; use scipy.sparse.linalg.minres with this operator"
            )
        try:
            flat = np.linalg.solve(np.reshape(self.dense(), (n, n)), np.reshape(right, n))
        except np.linalg.LinAlgError:
            raise SingularMatrix(f"the Hessian, {n} × {n}, is singular") from None
        except ValueError as error:
            raise ArgumentError(str(error)) from None
        return flat.reshape(np.shape(right))


def named_axes(axes: Sequence[Dim]) -> list[tuple[int, str]]:
    """The axes whose extent is a size by name, each with its place."""
    return [(k, str(d)) for k, d in enumerate(axes) if d.names == (str(d),)]


def sizes_told(
    arrays: Mapping[str, Any], axes: Mapping[str, Sequence[tuple[int, str]]], known: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The sizes by name that shapes of arrays tell, the first to tell one; wrong ranks are found where the arrays are used."""
    sizes = dict(known or {})
    for name, value in arrays.items():
        shape = np.shape(value)
        for k, d in axes.get(name, ()):
            if k < len(shape):
                sizes.setdefault(d, shape[k])
    return sizes


def floating_type(arrays: Mapping[str, Any]) -> Any:
    """float32 where all arrays are, else float64."""
    kinds = [np.asarray(a).dtype for a in arrays.values() if np.ndim(a)]
    return np.dtype(np.float32) if kinds and all(k == np.float32 for k in kinds) else np.dtype(np.float64)
