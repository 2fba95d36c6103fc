"""Powers over powers: xᵖ / rᵖ with r ≥ 0 is (x / r)ᵖ, where neither power overflows or vanishes by itself.

Derivatives of p-norms are made of them. Exponents that are numbers are left as they are: there factors cancel instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradatim.compile.nodes import ONE, Part
from gradatim.compile.operands import base_of, by_entries, factors_of, is_map, nonnegative

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable


def one_power(stable: Stable, parts: list[Part]) -> list[Part]:
    """The factors of a product with one power of a quotient instead of each power over another with the same exponent."""
    for q in parts:
        below, sign = base_of(q)
        if sign != -1:
            continue
        factors = factors_of(below) if by_entries(below) else [below]
        for under in factors:
            over = next((p for p in parts if _over(p, under)), None)
            if over is None or not nonnegative(stable.graph, _arguments(under)[0].node):
                continue
            x, exponent = _arguments(over)
            share = stable.graph.contract(ONE, [x, stable.map("power", [_arguments(under)[0]], -ONE)], x.axes)
            out = [stable.graph.map("power", [share, exponent]) if p is over else p for p in parts if p is not q]
            if under is not below:
                rest = stable.graph.contract(below.node.data, [f for f in factors if f is not under], below.axes)
                out.append(stable.map("power", [rest], -ONE))
            return one_power(stable, out)
    return parts


def _over(power: Part, other: Part) -> bool:
    """Whether both are powers with one exponent that is no number, the first over all axes of the second's base."""
    if not (_is_general(power) and _is_general(other)):
        return False
    (x, exponent), (r, same) = _arguments(power), _arguments(other)
    return exponent == same and set(r.axes) <= set(x.axes)


def _is_general(part: Part) -> bool:
    return is_map(part, "power") and len(part.node.args) == 2


def _arguments(part: Part) -> list[Part]:
    table = dict(zip(part.node.out, part.axes))
    return [Part(a, tuple([table[x] for x in labels])) for a, labels in zip(part.node.args, part.node.labels)]
