"""A stand-in for a function that nobody stated: g(t) = sin(a t + b) + c t, with its derivatives; of arrays the sum of seven
waves sin(⟨A, X⟩ + b), so that no Hessian of the sizes in use is singular.

The three constants follow from the name, so g is one function wherever it occurs, and g′ is its derivative. The stand-in
obeys no identity that a general g would not, except by chance of measure zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import prod
from typing import Any, Protocol
from zlib import crc32


class _Scalars(Protocol):
    def number(self, value: Fraction) -> Any: ...
    def add(self, a: Any, b: Any) -> Any: ...
    def multiply(self, a: Any, b: Any) -> Any: ...
    def map(self, name: str, a: Any) -> Any: ...
    def shape(self, a: Any) -> tuple[int, ...]: ...
    def full(self, shape: tuple[int, ...], value: Fraction) -> Any: ...
    def shaped(self, shape: tuple[int, ...], entries: Sequence[Any]) -> Any: ...
    def einsum(
        self, ins: Sequence[tuple[int, ...]], out: tuple[int, ...], arrays: Sequence[Any], extents: Mapping[int, int]
    ) -> Any: ...


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


_WAVES = 7


def unknown_array(ring: _Scalars, name: str, taken: Sequence[int], shape: tuple[int, ...], args: Sequence[Any]) -> Any:
    """The derivative, by the arguments `taken` in turn, of the stand-in for a function of arrays with values of a shape.

    Each entry of the value is a sum of waves sin(Σₖ ⟨Aₖ, argument k⟩ + b); all their constants follow from the name.
    """
    return reduce(ring.add, (_wave(ring, f"{name}/{q}", taken, shape, args) for q in range(_WAVES)))


def _wave(ring: _Scalars, name: str, taken: Sequence[int], shape: tuple[int, ...], args: Sequence[Any]) -> Any:
    out = tuple(range(len(shape)))
    slopes = [_drawn(ring, f"{name}/{k}", (*shape, *ring.shape(a))) for k, a in enumerate(args)]
    phase = _drawn(ring, name, shape)
    for slope, a in zip(slopes, args):
        axes = tuple(range(len(out), len(out) + len(ring.shape(a))))
        phase = ring.add(phase, ring.einsum([(*out, *axes), axes], out, [slope, a], {}))
    value = ring.map(("sin", "cos")[len(taken) % 2], phase)
    if len(taken) % 4 in (2, 3):
        value = ring.multiply(ring.number(Fraction(-1)), value)
    reached = out
    for k in taken:
        axes = tuple(range(len(reached), len(reached) + len(ring.shape(args[k]))))
        value = ring.einsum([reached, (*out, *axes)], (*reached, *axes), [value, slopes[k]], {})
        reached = (*reached, *axes)
    return value


def _drawn(ring: _Scalars, name: str, shape: tuple[int, ...]) -> Any:
    """An array of constants between -1 and 1 that follows from a name; a scalar is one number."""
    numbers = [Fraction(crc32(f"{name}:{n}".encode()) % 1999 - 999, 997) for n in range(prod(shape))]
    return ring.shaped(shape, [ring.number(x) for x in numbers])
