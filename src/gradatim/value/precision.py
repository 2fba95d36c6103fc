"""How exactly the balls and the power series are worked out: python-flint has one setting for the whole process.

Whoever changes it holds it alone until it is changed back, so that no thread works at the precision of another.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from threading import RLock

from flint import ctx, fmpq

_setting = RLock()


def exact(value: Fraction) -> fmpq:
    """The same number for python-flint."""
    return fmpq(value.numerator, value.denominator)


@contextmanager
def workprec(bits: int) -> Iterator[None]:
    """While the block runs, balls hold this many bits."""
    with _setting:
        before, ctx.prec = ctx.prec, bits
        try:
            yield
        finally:
            ctx.prec = before


@contextmanager
def workcap(terms: int) -> Iterator[None]:
    """While the block runs, power series are cut off after this many terms."""
    with _setting:
        before, ctx.cap = ctx.cap, terms
        try:
            yield
        finally:
            ctx.cap = before
