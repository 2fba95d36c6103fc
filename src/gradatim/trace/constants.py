"""Numbers as people would write them: 1.4142135623730951 in a traced function is √2, 1.8378770664093453 is log(2π)."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from gradatim import ops
from gradatim.term import Number, Term

LEAST_DIGITS = 12
"""A number of fewer digits is what it says."""
LARGEST, FINEST = 100, 24
"""The ratio to a known constant has a numerator and a denominator up to these."""
CLOSE = 4.5e-16


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[float, Term], ...]:
    pi, two = ops.pi(), Number(2)
    twice = ops.product(two, pi)
    roots = [(math.sqrt(k), ops.sqrt(Number(k))) for k in (2, 3, 5, 6, 7, 10)]
    return (
        (math.pi, pi),
        *roots,
        (math.sqrt(2 * math.pi), ops.sqrt(twice)),
        (math.sqrt(math.pi), ops.sqrt(pi)),
        (math.sqrt(2 / math.pi), ops.sqrt(ops.quotient(two, pi))),
        (1 / math.pi, ops.quotient(Number(1), pi)),
        (math.log(2 * math.pi), ops.log(twice)),
        *((math.log(k), ops.log(Number(k))) for k in (2, 3, 10)),
        (math.log(math.pi), ops.log(pi)),
        (math.e, ops.exp(Number(1))),
    )


def known_constant(number: float, close: float = CLOSE) -> Term | None:
    """A simple multiple of π, of a root or of a logarithm that has this value to the last digits; None where there is none."""
    if len(repr(number).lstrip("-0.").replace(".", "").split("e")[0]) < LEAST_DIGITS:
        return None
    for value, term in _known():
        ratio = Fraction(number / value).limit_denominator(FINEST)
        if 0 < abs(ratio.numerator) <= LARGEST and abs(number - float(ratio) * value) <= close * abs(number):
            return term if ratio == 1 else ops.product(Number(ratio), term)
    return None
