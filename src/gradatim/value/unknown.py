"""A stand-in for a function that nobody stated: g(t) = sin(a t + b) + c t, with its derivatives.

The three constants follow from the name, so g is one function wherever it occurs, and g′ is its derivative. The stand-in
obeys no identity that a general g would not, except by chance of measure zero.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Protocol
from zlib import crc32


class _Scalars(Protocol):
    def number(self, value: Fraction) -> Any: ...
    def add(self, a: Any, b: Any) -> Any: ...
    def multiply(self, a: Any, b: Any) -> Any: ...
    def map(self, name: str, a: Any) -> Any: ...
    def shape(self, a: Any) -> tuple[int, ...]: ...
    def full(self, shape: tuple[int, ...], value: Fraction) -> Any: ...


_PRIMES = re.compile(r"['′″‴]|\^\{\s*(\\prime\s*)+\}|\^?\\prime\b")


def constants(name: str) -> tuple[Fraction, Fraction, Fraction]:
    """The three constants of the stand-in for a name, primes left out."""
    seed = crc32(_PRIMES.sub("", name).strip().encode())
    return Fraction(60 + seed % 97, 97), Fraction(10 + seed // 97 % 89, 89), Fraction(20 + seed // 8633 % 83, 83)


def unknown_value(ring: _Scalars, name: str, primes: int, t: Any) -> Any:
    """The stand-in's derivative of order `primes` at each entry of t."""
    a, b, c = constants(name)
    number, shape = ring.number, ring.shape(t)
    wave = ring.map(("sin", "cos")[primes % 2], ring.add(ring.multiply(number(a), t), ring.full(shape, b)))
    sign = -1 if primes % 4 in (2, 3) else 1
    value = ring.multiply(number(sign * a**primes), wave)
    if primes == 0:
        return ring.add(value, ring.multiply(number(c), t))
    return ring.add(value, ring.full(shape, c)) if primes == 1 else value
