"""Bessel functions of orders 0, 1 and 2, entry by entry: J, the modified I, and I times e^(−|x|), which does not overflow."""

from __future__ import annotations

from fractions import Fraction

from gradatim.ops.base import Op
from gradatim.ops.pointwise import DLMF, n, pointwise, sign
from gradatim.ops.quotients import quotient
from gradatim.ops.structure import add, minus, product, subtract
from gradatim.term import Term

HALF = Fraction(1, 2)


def _mean(a: Term, b: Term) -> Term:
    return product(n(HALF), add(a, b))


def _bessel(kind: str, title: str, order: int, slope: object, scipy: str, domain: str = "", even: bool = False) -> Op:
    return pointwise(
        f"bessel{kind}{order}",
        f"{title} of order {order}",
        slope,  # type: ignore[arg-type]
        f"{DLMF}, {'10.6.1' if kind == 'j' else '10.29.1'}",
        f"scipy.special.{scipy}",
        rf"\operatorname{{bessel{kind}{order}}}",
        domain=domain,
        needs=(lambda node: ((node.args[0], "nonzero"),)) if domain else (lambda _node: ()),
        even=even,
        keeps_sign=kind == "i" and order == 1,
    )


FIRST, MODIFIED = "Bessel function of the first kind", "modified Bessel function"
SCALED = "modified Bessel function times exp(−|x|)"

besselj0: Op = _bessel("j", FIRST, 0, lambda x, y: minus(besselj1(x)), "j0({0})", even=True)
besselj1: Op = _bessel("j", FIRST, 1, lambda x, y: product(n(HALF), subtract(besselj0(x), besselj2(x))), "j1({0})")
# The recurrence that goes on to higher orders would never end: 2 J₂ / x has no value at 0 alone.
besselj2: Op = _bessel(
    "j", FIRST, 2, lambda x, y: subtract(besselj1(x), quotient(product(n(2), y), x)), "jn(2, {0})", "nonzero", True
)

besseli0: Op = _bessel("i", MODIFIED, 0, lambda x, y: besseli1(x), "i0({0})", even=True)
besseli1: Op = _bessel("i", MODIFIED, 1, lambda x, y: _mean(besseli0(x), besseli2(x)), "i1({0})")
besseli2: Op = _bessel(
    "i", MODIFIED, 2, lambda x, y: subtract(besseli1(x), quotient(product(n(2), y), x)), "iv(2, {0})", "nonzero", True
)

besselie0: Op = _bessel("ie", SCALED, 0, lambda x, y: subtract(besselie1(x), product(sign(x), y)), "i0e({0})", "nonzero", True)
besselie1: Op = _bessel(
    "ie", SCALED, 1, lambda x, y: subtract(_mean(besselie0(x), besselie2(x)), product(sign(x), y)), "i1e({0})", "nonzero"
)
besselie2: Op = _bessel(
    "ie",
    SCALED,
    2,
    lambda x, y: subtract(subtract(besselie1(x), quotient(product(n(2), y), x)), product(sign(x), y)),
    "ive(2, {0})",
    "nonzero",
    True,
)
