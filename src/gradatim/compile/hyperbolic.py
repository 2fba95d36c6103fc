"""Hyperbolic functions that neither overflow nor cancel: log cosh, and sinh and powers of 1/cosh in products."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from gradatim.compile.nodes import ONE, Part
from gradatim.compile.operands import argument, base_of, factors_of, functions_in, is_map, name_of, split

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable


def log_of_cosh(stable: Stable, part: Part) -> Part | None:
    """log(c cosh z) as log c and a form that neither overflows nor cancels; None for what is no hyperbolic cosine."""
    c, bare = split(stable.graph, part)
    if c > 0 and bare.node.kind == "contract":
        return _log_of_sinh(stable, c, bare)
    if c <= 0 or bare.node.kind != "map" or name_of(bare.node) != "cosh":
        return None
    made = stable.graph.map("log_cosh", [argument(bare)])
    if c == 1:
        return made
    return stable.plus(made, stable.graph.map("log", [Part(stable.graph.number(c), ())]))


def _log_of_sinh(stable: Stable, c: Fraction, part: Part) -> Part | None:
    """log(c sinh(kz) / z) as |kz| + log(c (1 − e^(−2|kz|)) / 2|z|), for a positive k."""
    factors = factors_of(part)
    if len(factors) != 2:
        return None
    for p, q in (factors, factors[::-1]):
        if not is_map(p, "sinh") or base_of(q)[1] != -1:
            continue
        k, z = split(stable.graph, argument(p))
        if k > 0 and z == base_of(q)[0] and set(z.axes) == set(part.axes):
            size = stable.map("abs", [z])
            falling = stable.graph.map("expm1", [stable.scaled(-2 * k, size)])
            rest = stable.graph.contract(-c / 2, [falling, stable.map("power", [size], -ONE)], part.axes)
            return stable.plus(stable.scaled(k, size), stable.graph.map("log", [rest]))
    return None


def hyperbolic(stable: Stable, parts: list[Part]) -> list[Part]:
    """sinh(z) / cosh(z)ᵏ is tanh(z) / cosh(z)ᵏ⁻¹, 1 / cosh² has a form that does not overflow, and eᶻ e⁻ᶻ is 1."""
    out = _opposite(stable, parts)
    if functions_in(out).isdisjoint(("cosh", "sech2")):
        return out
    out = _in_front(stable, [_opened(stable, p) for p in out])
    if not any(is_map(base_of(p)[0], "cosh") for p in out):
        return out
    out = _halves(stable, _doubled(stable, out))
    for upper, lower in (("sinh", "cosh"), ("cosh", "sinh")):
        out = _ratios(stable, out, upper, lower)
    for q in list(out):
        base, e = base_of(q)
        if e.denominator == 1 and e <= -2 and is_map(base, "cosh"):
            out.remove(q)
            out += [stable.graph.map("sech2", [argument(base)])] * int(-e // 2)
            if e % 2:
                out.append(stable.map("power", [base], -ONE))
    return out


def _opened(stable: Stable, part: Part) -> Part:
    """sech² as the power that it is, so that it meets other powers."""
    if not is_map(part, "sech2"):
        return part
    return stable.graph.map("power", [stable.graph.map("cosh", [argument(part)])], Fraction(-2))


def _ratios(stable: Stable, parts: list[Part], upper: str, lower: str) -> list[Part]:
    """sinh(z) / cosh(z) as tanh(z), and the other way round."""
    out = list(parts)
    for p in parts:
        above, k = base_of(p)
        if k < 1 or k.denominator != 1 or not is_map(above, upper):
            continue
        q = next((q for q in out if base_of(q)[1] <= -1 and is_map(base_of(q)[0], lower) and _same(base_of(q)[0], above)), None)
        if q is None or base_of(q)[1].denominator != 1:
            continue
        below, e = base_of(q)
        both = min(k, -e)
        out.remove(p)
        out.remove(q)
        sign = 1 if upper == "sinh" else -1
        out.append(stable.map("power", [stable.graph.map("tanh", [argument(above)])], sign * both))
        out += [stable.map("power", [x], n) for x, n in ((above, k - both), (below, e + both)) if n]
    return out


def _doubled(stable: Stable, parts: list[Part]) -> list[Part]:
    """sinh(2z) over a power of cosh(z) with 2 sinh(z) cosh(z) in its place."""
    out = list(parts)
    for p in parts:
        if not is_map(p, "sinh"):
            continue
        z = stable.scaled(Fraction(1, 2), argument(p))
        q = next((q for q in out if base_of(q)[1] <= -1 and is_map(base_of(q)[0], "cosh") and argument(base_of(q)[0]) == z), None)
        if q is None or base_of(q)[1].denominator != 1:
            continue
        below, e = base_of(q)
        out.remove(p)
        out.remove(q)
        out += [Part(stable.graph.number(2), ()), stable.graph.map("sinh", [z])]
        out += [stable.map("power", [below], e + 1)] if e != -1 else []
    return out


def _halves(stable: Stable, parts: list[Part]) -> list[Part]:
    """eᶻ / cosh(z) as 2 σ(2z)."""
    for p in parts:
        if not is_map(p, "exp"):
            continue
        for sign in (1, -1):
            z = stable.scaled(Fraction(sign), argument(p))
            q = next(
                (q for q in parts if base_of(q)[1] <= -1 and is_map(base_of(q)[0], "cosh") and argument(base_of(q)[0]) == z), None
            )
            if q is None or base_of(q)[1].denominator != 1:
                continue
            below, e = base_of(q)
            share = [Part(stable.graph.number(2), ()), stable.graph.map("sigmoid", [stable.scaled(Fraction(2), argument(p))])]
            left = [stable.map("power", [below], e + 1)] if e != -1 else []
            return _halves(stable, [*(x for x in parts if x is not p and x is not q), *share, *left])
    return parts


def _same(a: Part, b: Part) -> bool:
    return argument(a) == argument(b)


def _opposite(stable: Stable, parts: list[Part]) -> list[Part]:
    """Without eᶻ e⁻ᶻ, of which one overflows where the other vanishes."""
    powers = [p for p in parts if is_map(p, "exp")]
    for k, p in enumerate(powers):
        for q in powers[k + 1 :]:
            (c, z), (d, y) = (split(stable.graph, argument(x)) for x in (p, q))
            if z == y and c == -d:
                rest = [x for x in parts if x is not p and x is not q]
                if not set(p.axes) <= {a for x in rest for a in x.axes}:
                    rest.append(stable.graph.map("power", [p], Fraction(0)))
                return _opposite(stable, rest)
    return parts


def _in_front(stable: Stable, parts: list[Part]) -> list[Part]:
    """Powers of c cosh(z) as powers of cosh(z), with the number apart."""
    out: list[Part] = []
    for p in parts:
        base, e = base_of(p)
        if base.node.kind != "contract":
            out.append(p)
            continue
        c, bare = split(stable.graph, base)
        if c != 1 and e.denominator == 1 and is_map(bare, "cosh"):
            out += [Part(stable.graph.number(c ** int(e)), ()), stable.map("power", [bare], e)]
        else:
            out.append(p)
    return out
