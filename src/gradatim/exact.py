"""Exact numbers, and how long one may grow: `((2^64)^64)^64` would fill the memory."""

from __future__ import annotations

from fractions import Fraction

from gradatim.errors import LimitExceeded

MAX_DIGITS = 4_000
_MAX_BITS = MAX_DIGITS * 3322 // 1000


def bits(value: int | Fraction) -> int:
    """The length of a number, numerator or denominator."""
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def bounded(value: Fraction) -> Fraction:
    """The number. Raises LimitExceeded where it is longer than a number may be."""
    if bits(value) > _MAX_BITS:
        raise LimitExceeded(f"a number of the formula has more than {MAX_DIGITS} digits")
    return value


def whole_power(base: Fraction, exponent: int) -> Fraction:
    """A number to a whole power. Raises LimitExceeded, before it is worked out, where that is too long."""
    if bits(base) > 1 and (bits(base) - 1) * abs(exponent) > _MAX_BITS:
        raise LimitExceeded(f"a number of the formula has more than {MAX_DIGITS} digits")
    return base**exponent


__all__ = ["MAX_DIGITS", "bounded", "whole_power"]
