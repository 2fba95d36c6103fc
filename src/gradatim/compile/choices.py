"""What an indicator rules out is not looked at: 𝟙[z > 0] log z is 0 where z is negative, and not 0 times nan."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradatim.compile.nodes import ONE, Node, Part
from gradatim.compile.operands import argument, name_of

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable

BOUNDED = frozenset(
    "step sign abs relu sigmoid sigmoid_slope sigmoid_less sigmoid_gap sech2 softplus log_cosh tanh arctan sin cos erf erfc max min equal unequal less".split()
)
"""Functions that are finite wherever their arguments are."""


def chosen(stable: Stable, parts: list[Part]) -> list[Part]:
    """The factors of a product, those beside an indicator that may have no value chosen by it."""
    out = list(parts)
    for p in parts:
        found = _indicator(p)
        if found is None:
            continue
        over, name = found
        beside = [q for q in out if q is not p and set(q.axes) == set(p.axes) and _indicator(q) is None]
        if not any(_may_fail(q.node) for q in beside):
            continue
        out = [q for q in out if q is not p and q not in beside]
        rest = stable.graph.contract(ONE, beside, dict.fromkeys(p.axes))
        out.append(stable.graph.map(name, [over, rest]))
    return out


def _indicator(part: Part) -> tuple[Part, str] | None:
    """What 𝟙[z > 0], or 1 − 𝟙[z > 0], asks of, and the choice that it makes; None for what is neither."""
    node = part.node
    if node.kind == "map" and name_of(node) == "step":
        return argument(part), "where"
    if node.kind != "add" or len(node.args) != 2:
        return None
    data: Any = node.data
    for k in (0, 1):
        one, step = node.args[1 - k], node.args[k]
        if one.kind == "number" and data[1 - k][0] * one.data == 1 and data[k] == (-1, ()) and not data[1 - k][1]:
            if step.kind == "map" and name_of(step) == "step" and len(node.labels[k]) == node.rank:
                table = dict(zip(node.out, part.axes))
                return argument(Part(step, tuple(table[x] for x in node.labels[k]))), "elsewhere"
    return None


def _may_fail(node: Node) -> bool:
    """Whether an array that is worked out entry by entry may have an entry without a value."""
    if node.kind == "map":
        exponent = node.data[1] if name_of(node) == "power" else None
        whole = isinstance(exponent, Fraction) and exponent.denominator == 1 and exponent > 0
        if not whole and name_of(node) not in BOUNDED:
            return True
    return node.kind in ("map", "add", "contract") and any(map(_may_fail, node.args))
