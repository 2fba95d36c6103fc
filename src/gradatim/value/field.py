"""A prime field: rational expressions are evaluated without any rounding, so two that differ at one point differ."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import nmod, nmod_mat

from gradatim.errors import EvaluationError
from gradatim.value.lists import Array, ListRing

PRIME = 2**61 - 1
"""A Mersenne prime: an unlucky point has a chance of about the degree over this number."""


class NotRational(EvaluationError):
    """The expression is not a rational function, so it has no value in a prime field."""


class Field(ListRing):
    """The integers modulo a prime."""

    def __init__(self, prime: int = PRIME) -> None:
        self.prime = prime

    def entry_of(self, value: Fraction) -> Any:
        if value.denominator == 1:
            return nmod(value.numerator % self.prime, self.prime)
        if value.denominator % self.prime == 0:
            raise EvaluationError("division by zero")
        return nmod(value.numerator % self.prime, self.prime) / nmod(value.denominator % self.prime, self.prime)

    def array(self, shape: tuple[int, ...], values: Sequence[Fraction]) -> Array:
        return Array(shape, [self.entry_of(v) for v in values])

    def divide(self, a: Array, b: Array) -> Array:
        if any(int(y) == 0 for y in b.data):
            raise EvaluationError("division by zero")
        return self.pair(lambda x, y: x / y, a, b)

    def power(self, base: Array, exponent: Array) -> Array:
        raise NotRational("a power with a variable exponent is not rational")

    def power_rational(self, base: Array, exponent: Fraction) -> Array:
        if exponent.denominator != 1:
            raise NotRational(f"the power {exponent} is not rational")
        k = int(exponent)
        if k < 0 and any(int(x) == 0 for x in base.data):
            raise EvaluationError("division by zero")
        return self.each(lambda x: nmod(pow(int(x), k, self.prime), self.prime), base)

    def map(self, name: str, a: Array) -> Array:
        raise NotRational(f"{name} is not a rational function")

    def whole(self, a: Array) -> int:
        found = int(a.data[0])
        # Residues near the prime are small negative numbers.
        return found if found < self.prime // 2 else found - self.prime

    def inverse(self, a: Array) -> Array:
        try:
            return Array(a.shape, list(self._matrix(a).inv().entries()))
        except ZeroDivisionError:
            raise EvaluationError("a singular matrix has no inverse") from None

    def det(self, a: Array) -> Array:
        return Array((), [self._matrix(a).det()]) if a.shape else a

    def _matrix(self, a: Array) -> Any:
        return nmod_mat(a.shape[0], a.shape[1], a.data, self.prime)

    def primary(self, name: str, a: Array) -> Array:
        raise NotRational(f"the {name} of a matrix")

    def spectrum(self, a: Array) -> tuple[Array, Array]:
        raise NotRational("the eigenvalues of a matrix")

    def eigen(self, a: Array, count: int) -> tuple[Array, Array]:
        raise NotRational("the eigenvalues of a matrix")

    def maximum(self, a: Array) -> Array:
        raise NotRational("a maximum is not a rational function")

    def equal(self, a: Array, b: Array) -> Array:
        raise NotRational("an indicator is not a rational function")
