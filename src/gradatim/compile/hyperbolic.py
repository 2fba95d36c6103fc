"""Hyperbolic functions that neither overflow nor cancel: log cosh, and sinh and powers of 1/cosh in products."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from gradatim.compile.graph import Part
from gradatim.compile.operands import argument, base_of, name_of

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable

ONE = Fraction(1)


def log_of_cosh(stable: Stable, z: Part) -> Part:
    """|z| + log(1 + e^−2|z|) − log 2."""
    size = stable.map("abs", [z])
    tail = stable.graph.map("softplus", [stable.scaled(Fraction(-2), size)])
    two = stable.graph.map("log", [Part(stable.graph.number(2), ())])
    return stable.minus(stable.plus(size, tail), two)


def hyperbolic(stable: Stable, parts: list[Part]) -> list[Part]:
    """sinh(z) / cosh(z)ᵏ is tanh(z) / cosh(z)ᵏ⁻¹, and 1 / cosh² has a form that does not overflow."""
    out = list(parts)
    for p in parts:
        if p.node.kind != "map" or name_of(p.node) != "sinh":
            continue
        for q in out:
            base, e = base_of(q)
            if e <= -1 and base.node.kind == "map" and name_of(base.node) == "cosh" and argument(base) == argument(p):
                out.remove(p)
                out.remove(q)
                out.append(stable.graph.map("tanh", [argument(p)]))
                if e != -1:
                    out.append(stable.map("power", [base], e + 1))
                break
    for q in list(out):
        base, e = base_of(q)
        if e.denominator == 1 and e <= -2 and base.node.kind == "map" and name_of(base.node) == "cosh":
            out.remove(q)
            out += [stable.graph.map("sech2", [argument(base)])] * int(-e // 2)
            if e % 2:
                out.append(stable.map("power", [base], -ONE))
    return out
