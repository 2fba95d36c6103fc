"""Products of sigmoids and exponentials: σ(z) σ(−z) is the slope of the sigmoid; y log x is 0 where y is 0."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from gradatim.compile.nodes import Part
from gradatim.compile.operands import argument, is_map, name_of, split

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable


def slopes(stable: Stable, parts: list[Part]) -> list[Part]:
    """σ(z) σ(−z) is the slope of the sigmoid; eᶻ σ(−z) is σ(z); (eᶻ − 1) σ(−z) is tanh(z/2)."""
    out = list(parts)
    for p in parts:
        if p not in out or p.node.kind != "map" or name_of(p.node) != "sigmoid":
            continue
        c, z = split(stable.graph, argument(p))
        for q in out:
            if q is p or q.node.kind != "map" or set(q.axes) != set(p.axes):
                continue
            d, y = split(stable.graph, argument(q))
            if y != z or d != -c:
                continue
            if name_of(q.node) == "sigmoid":
                sign, inner = (c, z) if c > 0 else (d, z)
                made = stable.graph.map("sigmoid_slope", [stable.scaled(sign, inner)])
            elif name_of(q.node) == "exp":
                made = stable.graph.map("sigmoid", [argument(q)])
            elif name_of(q.node) == "expm1":
                made = stable.graph.map("tanh", [stable.scaled(Fraction(1, 2), argument(q))])
            else:
                continue
            out.remove(p)
            out.remove(q)
            out.append(made)
            break
    return out


def entropies(stable: Stable, parts: list[Part]) -> list[Part]:
    """y log x entry by entry is 0 where y is 0, and so is y log² x."""
    for p in parts:
        if p.node.kind != "map" or name_of(p.node) != "log":
            continue
        beside = [q for q in parts if q is not p and set(q.axes) == set(p.axes)]
        for q in sorted(beside, key=lambda q: is_map(q, "log")):
            if p.axes or argument(p).node is q.node:
                rest = [x for x in parts if x is not p and x is not q]
                return entropies(stable, [*rest, stable.graph.map("xlogy", [q, argument(p)])])
    return parts
