"""The exchange matrix, which turns the order of entries round: J x is x from its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.ops.base import LocallyConstant, Notation, Op, Ring, Sample, register
from gradatim.ops.structure import MAGNUS
from gradatim.term import Apply
from gradatim.types import Dim, Type


def _value(R: Ring, _a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    n = size(node.type.axes[0])
    return R.array((n, n), [Fraction(int(i + j == n - 1)) for i in range(n) for j in range(n)])


exchange = register(
    Op(
        name="exchange",
        title="exchange matrix",
        signature=lambda _t, params: Type((params[0], params[0])),  # type: ignore[arg-type]
        derivative=LocallyConstant(),
        rule="derivative of a constant",
        source=f"{MAGNUS}, ch. 1",
        value=_value,
        code={"numpy": "np.ascontiguousarray(np.fliplr(np.eye({0}[0])))"},
        notation=Notation("sized", r"\mathbf{J}", "𝐉", ("exchange",)),
        samples=(Sample((), (Dim.of("n"),)),),
        facts=lambda _n, _f: frozenset({"symmetric", "orthogonal", "nonnegative", "invertible"}),
        arity=0,
    )
)
