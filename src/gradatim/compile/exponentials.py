"""Products of exponentials: one does not overflow where another vanishes, and eᶻ / (eᶻ − 1) is 1 / (1 − e⁻ᶻ)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradatim.compile.nodes import Part, below
from gradatim.compile.operands import argument, base_of, is_map, name_of
from gradatim.compile.shifted import shifted_factor, shifts_with
from gradatim.compile.tails import scaled

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable


def exponentials(stable: Stable, parts: list[Part]) -> list[Part]:
    """The factors of a product, its exponentials in forms that have a value together."""
    parts = _over_itself(stable, scaled(stable, parts))
    parts = _merged(stable, parts)
    return _lifted(stable, parts)


def _over_itself(stable: Stable, parts: list[Part]) -> list[Part]:
    """eᶻ / (eᶻ − 1)ᵏ as (1 − e⁻ᶻ)⁻¹ / (eᶻ − 1)ᵏ⁻¹."""
    for q in parts:
        base, k = base_of(q)
        if k >= 0 or k.denominator != 1 or not is_map(base, "expm1"):
            continue
        z = argument(base)
        if any(shifts_with(stable, p, z) for p in parts):
            continue
        over = next((p for p in parts if is_map(base_of(p)[0], "exp") and argument(base_of(p)[0]) == z), None)
        if over is None:
            continue
        above, n = base_of(over)
        if n < 1 or n.denominator != 1:
            continue
        times = min(n, -k)
        turned = stable.map("power", [stable.graph.map("expm1", [stable.negative(z)])], -times)
        out = [p for p in parts if p is not q and p is not over]
        out += [stable.map("power", [x], e) for x, e in ((above, n - times), (base, k + times)) if e]
        sign = Part(stable.graph.number(-1 if times % 2 else 1), ())
        return _over_itself(stable, [*out, turned, sign])
    return parts


def _merged(stable: Stable, parts: list[Part]) -> list[Part]:
    """eˣ eʸ entry by entry as eˣ⁺ʸ, where one of the two contains an exponential itself: it vanishes as fast as the other grows."""
    powers = [p for p in parts if is_map(p, "exp")]
    for k, p in enumerate(powers):
        for q in powers[k + 1 :]:
            if set(p.axes) == set(q.axes) and (_grows(p) or _grows(q)):
                whole = stable.graph.map("exp", [stable.plus(argument(p), argument(q))])
                return _merged(stable, [*(x for x in parts if x is not p and x is not q), whole])
    return parts


def _grows(power: Part) -> bool:
    """Whether an exponential stands in the exponent."""
    return any(n.kind == "map" and name_of(n) == "exp" for n in below([power.node.args[0]]))


def _lifted(stable: Stable, parts: list[Part]) -> list[Part]:
    """eˣ (Σ eʸ) as eˣ⁺ᵗ Σ eʸ⁻ᵗ with the largest exponent t, where eˣ vanishes as fast as the sum grows."""
    for p in parts:
        if not is_map(p, "exp") or not _grows(p):
            continue
        for q in parts:
            found = shifted_factor(stable, q) if q is not p and set(q.axes) == set(p.axes) else None
            if found is not None:
                top, rest = found
                whole = stable.graph.map("exp", [stable.plus(argument(p), top)])
                return [*(x for x in parts if x is not p and x is not q), whole, rest]
    return parts
