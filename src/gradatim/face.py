"""What people type on terms: operators, `.T`, NumPy's functions and methods. The meaning of each lies in a face, `gradatim.operators`, which
is put here when it is imported, so that terms need nothing above them.
"""

# mypy: disable-error-code="no-any-return"
# A class variable cannot speak of the class's own type variable, so the face is of any terms here.

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

Terms = TypeVar("Terms")
"""The terms: `gradatim.term.Term`."""


class Face(Protocol[Terms]):
    """The meaning of operators, NumPy functions and writers on terms."""

    def add(self, a: object, b: object) -> Terms: ...
    def subtract(self, a: object, b: object) -> Terms: ...
    def multiply(self, a: object, b: object) -> Terms: ...
    def divide(self, a: object, b: object) -> Terms: ...
    def matmul(self, a: object, b: object) -> Terms: ...
    def power(self, a: object, b: object) -> Terms: ...
    def negative(self, a: Terms) -> Terms: ...
    def absolute(self, a: Terms) -> Terms: ...
    def transpose(self, a: Terms) -> Terms: ...
    def entry(self, a: Terms, index: object) -> Terms: ...
    def ufunc(self, ufunc: object, method: str, inputs: tuple[object, ...], options: dict[str, object]) -> Terms: ...
    def array_function(self, function: object, args: tuple[object, ...], options: dict[str, object]) -> object: ...
    def as_array(self, a: Terms) -> object: ...
    def called(self, name: str, *args: object, **options: object) -> Terms: ...
    def text(self, a: Terms) -> str: ...
    def latex(self, a: Terms) -> str: ...
    def evaluate(self, a: Terms, arrays: dict[str, object]) -> object: ...
    def operator(self, a: Terms, arrays: dict[str, object]) -> object: ...
    def joint(
        self, function: Terms, by: Sequence[Terms], blocks: Sequence[Sequence[Terms]], arrays: dict[str, object]
    ) -> object: ...


class Operators(Generic[Terms]):
    """The base of terms: every operator asks the face."""

    __slots__ = ()
    face: ClassVar[Face[Any]]
    __array_priority__ = 1000

    def __add__(self, other: object) -> Terms:
        return self.face.add(self, other)

    def __radd__(self, other: object) -> Terms:
        return self.face.add(other, self)

    def __sub__(self, other: object) -> Terms:
        return self.face.subtract(self, other)

    def __rsub__(self, other: object) -> Terms:
        return self.face.subtract(other, self)

    def __mul__(self, other: object) -> Terms:
        return self.face.multiply(self, other)

    def __rmul__(self, other: object) -> Terms:
        return self.face.multiply(other, self)

    def __truediv__(self, other: object) -> Terms:
        return self.face.divide(self, other)

    def __rtruediv__(self, other: object) -> Terms:
        return self.face.divide(other, self)

    def __matmul__(self, other: object) -> Terms:
        return self.face.matmul(self, other)

    def __rmatmul__(self, other: object) -> Terms:
        return self.face.matmul(other, self)

    def __pow__(self, other: object) -> Terms:
        return self.face.power(self, other)

    def __rpow__(self, other: object) -> Terms:
        return self.face.power(other, self)

    def __neg__(self) -> Terms:
        return self.face.negative(self)

    def __abs__(self) -> Terms:
        return self.face.absolute(self)

    def __getitem__(self, index: object) -> Terms:
        return self.face.entry(self, index)

    __iter__ = None  # entries are symbolic: there is nothing to iterate over

    def __array_ufunc__(self, ufunc: object, method: str, *inputs: object, **options: object) -> Terms:
        return self.face.ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: object, types: object, args: tuple[object, ...], options: dict[str, object]) -> object:
        return self.face.array_function(function, args, options)

    def __array__(self, dtype: object = None, copy: object = None) -> object:
        """A scalar as an array that holds it. An array of arrays would be another thing than NumPy's array of their entries."""
        return self.face.as_array(self)

    @property
    def T(self) -> Terms:
        return self.face.transpose(self)

    def sum(self, axis: int | None = None) -> Terms:
        """As `np.sum`."""
        return self.face.called("sum", self, axis=axis)

    def mean(self) -> Terms:
        """As `np.mean`."""
        return self.face.called("mean", self)

    def dot(self, other: object) -> Terms:
        """As `np.dot`."""
        return self.face.called("dot", self, other)

    def trace(self) -> Terms:
        """As `np.trace`."""
        return self.face.called("trace", self)


__all__ = ["Face", "Operators"]
