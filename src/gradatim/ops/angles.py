"""The angle of a point in the plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.ops.base import Need, Notation, Op, Pointwise, Ring, Sample, register, same_axes
from gradatim.ops.pointwise import DLMF
from gradatim.ops.products import hpower
from gradatim.ops.quotients import power, quotient
from gradatim.ops.structure import COLUMN, M_N, SCALAR, add, minus, number
from gradatim.term import Apply, Term
from gradatim.types import Dim


def _value(R: Ring, a: Sequence[Any], _node: Apply, _size: Callable[[Dim], int]) -> Any:
    """Twice the angle at the opposite end of the circle: y / (r + x), which is (r − x) / y."""
    y, x = a
    radius = R.map("sqrt", R.add(R.multiply(x, x), R.multiply(y, y)))
    return R.multiply(R.number(Fraction(2)), R.map("arctan", R.divide(y, R.add(radius, x))))


def _squared(y: Term, x: Term) -> Term:
    return add(power(x, number(2)), power(y, number(2)))


def _away(node: Apply) -> tuple[Need, ...]:
    y, x = node.args
    two = number(2)
    return ((add(*(hpower(t, two) if t.rank else power(t, two) for t in (x, y))), "nonzero"),)


arctan2: Op = register(
    Op(
        name="arctan2",
        title="angle of a point",
        signature=lambda types, _params: same_axes("the angle of a point", types),
        derivative=Pointwise(
            (
                lambda y, x, _angle: quotient(x, _squared(y, x)),
                lambda y, x, _angle: minus(quotient(y, _squared(y, x))),
            )
        ),
        rule="derivative of the angle of a point",
        source=f"{DLMF}, 4.23.39",
        value=_value,
        code={"numpy": "np.arctan2({0}, {1})"},
        notation=Notation("function", r"\operatorname{atan2}", "atan2", ("arctan2", "atan2")),
        samples=(Sample((SCALAR, SCALAR)), Sample((COLUMN, COLUMN)), Sample((M_N, M_N))),
        domain=("", ""),
        needs=_away,
        arity=2,
    )
)
"""arctan2(y, x), of the point (x, y)."""
