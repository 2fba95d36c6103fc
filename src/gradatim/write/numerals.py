"""Numbers as digits: whole ones, and those that people write as decimals."""

from __future__ import annotations

import re
from fractions import Fraction

NUMERAL = re.compile(r"\d+(?:\.\d+)?")


def decimal(size: Fraction) -> str:
    """A number as digits: whole, or a fraction of hundredths and less that ends as a decimal, 0.01 and 0.044715, but 1/5 and 1/64;
    "" for one that is written as a fraction."""
    if size.denominator == 1:
        return str(size.numerator)
    if size.denominator < 20 or size.denominator % 5:
        return ""
    places = next((k for k in range(1, 41) if 10**k % size.denominator == 0), 0)
    if not places:
        return ""
    digits = str(size.numerator * (10**places // size.denominator)).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"
