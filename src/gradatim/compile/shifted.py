"""Sums of exponentials with the largest exponent in front: Σ eᶻ is eᵐ Σ eᶻ⁻ᵐ, and eᶻ / Σ eᶻ is eᶻ⁻ᵐ / Σ eᶻ⁻ᵐ."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from gradatim.compile.nodes import ONE, Part, Summand, terms_of
from gradatim.compile.operands import argument, base_of, factors_of, front_of, is_map, name_of, split

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable


class Shifted(NamedTuple):
    """A sum of exponentials as eᵐ · rest."""

    top: Part
    rest: Part


def with_exponentials(stable: Stable, part: Part) -> Part:
    """A sum with the hyperbolic cosines in it as exponentials."""
    node = part.node
    if node.kind != "add" or not any(a.kind == "map" and name_of(a) == "cosh" for a in node.args):
        return part
    terms: list[Summand] = []
    for c, inner, ties in terms_of(part):
        if is_map(inner, "cosh"):
            z = argument(inner)
            terms += [Summand(c / 2, stable.graph.map("exp", [x]), ties) for x in (z, stable.negative(z))]
        else:
            terms.append(Summand(c, inner, ties))
    return stable.graph.add(terms, dict(zip(part.axes, node.dims)))


def _is_new(stable: Stable, part: Part, among: bool) -> bool:
    return not isinstance(part, _Done) and shifted(stable, part, among) is not None


def shifts_with(stable: Stable, part: Part, z: Part) -> bool:
    """Whether an operand is a sum with multiples of eᶻ, or powers of it."""
    if part.node.kind != "add" or set(part.axes) != set(z.axes) or _shifted_sum(stable, part, True) is None:
        return False
    inside = [f for s in terms_of(part) for f in factors_of(s.part)]
    exponents = [argument(f) if is_map(f, "expm1") else _exponent(stable, f) for f in inside]
    return all(split(stable.graph, e)[1] == split(stable.graph, z)[1] for e in exponents if e is not None)


def shifted(stable: Stable, part: Part, among: bool = False) -> Shifted | None:
    """A sum of exponentials with its largest exponent in front; None where it is none, or a single exponential.

    With `among` other terms than exponentials may be among those of the sum.
    """
    if part.node.kind == "add":
        return _shifted_sum(stable, part, among)
    if part.node.kind != "contract":
        return None
    c, bare = split(stable.graph, part)
    if bare.node.kind == "add" and c > 0:
        inner = _shifted_sum(stable, bare)
        return None if inner is None else Shifted(inner.top, stable.scaled(c, inner.rest))
    return _shifted_product(stable, part)


def _shifted_product(stable: Stable, part: Part) -> Shifted | None:
    factors = factors_of(part)
    at = next((k for k, f in enumerate(factors) if is_map(f, "exp")), None)
    if at is None:
        return None
    z = argument(factors[at])
    summed = [a for a in z.axes if a not in part.axes]
    if not summed:
        return None
    top = stable.graph.reduce("max", z, summed)
    moved = stable.graph.map("exp", [stable.minus(z, top)])
    alike = factors.count(factors[at])
    rest = stable.graph.contract(part.node.data, [moved if f == factors[at] else f for f in factors], part.axes)
    return Shifted(stable.scaled(Fraction(alike), top), rest)


def _exponent(stable: Stable, part: Part) -> Part | None:
    """The z of eᶻ, also of a power of it."""
    base, k = base_of(part)
    return stable.scaled(k, argument(base)) if is_map(base, "exp") and k.denominator == 1 and k > 0 else None


_Terms = list[tuple[Fraction, Part | None, list[Part]]]
"""Each term's number, its exponent (None for 0), and its other factors."""


def _shifted_sum(stable: Stable, part: Part, among: bool = False) -> Shifted | None:
    """c₁ e^z₁ + c₂ e^z₂ + …, of scalars or entry by entry; every term an exponential or a constant."""
    terms = _exponential_terms(stable, part, among)
    exponents = list(dict.fromkeys(z for _, z, _ in terms or () if z is not None))
    if terms is None or not exponents or len(terms) < 2:
        return None
    zero = Part(stable.graph.number(0), ())
    top = exponents[0] if all(z is not None for _, z, _ in terms) else stable.graph.map("max", [exponents[0], zero])
    for other in exponents[1:]:
        top = stable.graph.map("max", [top, other])
    summands: list[Summand] = []
    for c, z, others in terms:
        e = stable.graph.map("exp", [stable.minus(z if z is not None else zero, top)])
        summands.append(Summand(*split(stable.graph, stable.graph.contract(c, [e, *others], part.axes))))
    return Shifted(top, stable.graph.add(summands, dict(zip(part.axes, part.node.dims))))


def _exponential_terms(stable: Stable, part: Part, among: bool) -> _Terms | None:
    found: _Terms = []
    for c, inner, ties in terms_of(part):
        if ties:
            return None
        if inner.node.kind == "number":
            found.append((c * inner.node.data, None, []))
            continue
        if among and is_map(inner, "expm1"):
            found += [(c, argument(inner), []), (-c, None, [])]
            continue
        factors = factors_of(inner)
        if any(x not in inner.axes for f in factors for x in f.axes):
            return None
        exponents = [(f, _exponent(stable, f)) for f in factors]
        z: Part | None = None
        for _, e in exponents:
            z = z if e is None else e if z is None else stable.plus(z, e)
        if z is None and not among:
            return None
        found.append((c * front_of(inner), z, [f for f, e in exponents if e is None]))
    return found


def shifted_factor(stable: Stable, part: Part) -> Shifted | None:
    """A sum of exponentials, or eᶻ − 1."""
    return _shifted_expm1(stable, part) if is_map(part, "expm1") else shifted(stable, part)


def _shifted_expm1(stable: Stable, part: Part) -> Shifted:
    """eᶻ − 1 as eᵗ with t = max(z, 0), times sign(z) (1 − e^−|z|)."""
    graph, z = stable.graph, argument(part)
    top = graph.map("max", [z, Part(graph.number(0), ())])
    falling = graph.map("expm1", [stable.negative(stable.map("abs", [z]))])
    return Shifted(top, graph.contract(-ONE, [graph.map("sign", [z]), falling], z.axes))


class _Done(Part):
    """A factor that has had its share of the shift."""


def shares(stable: Stable, parts: list[Part]) -> list[Part]:
    """eᶻ / Σ eᶻ, also with several exponentials over a power of the sum: numerator and denominator are shifted alike."""
    out = list(parts)
    for p in parts:
        base, e = base_of(p)
        if e >= 0 or e.denominator != 1:
            continue
        among = is_map(base, "expm1")
        if among and any(shifts_with(stable, q, argument(base)) for q in out):
            under: Shifted | None = _shifted_expm1(stable, base)
        else:
            under = shifted(stable, base)
        if under is None:
            continue
        left = int(-e)
        while left > 0:
            powers = [k for k, q in enumerate(out) if is_map(q, "exp")]
            at = next((k for k in powers if not isinstance(out[k], _Done)), None)
            above = None if at is not None else next((q for q in out if q is not p and _is_new(stable, q, among)), None)
            over = shifted(stable, above, among) if above is not None else None
            at = powers[0] if at is None and over is None and powers else at
            left -= 1
            if above is not None and over is not None:
                # A sum of exponentials above is shifted as well: (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ).
                out.remove(above)
                out.append(_Done(*over.rest))
                # Σ e²ᶻ / (Σ eᶻ)² has twice the shift, for two of those below.
                times = next((j for j in range(1, left + 2) if over.top == stable.scaled(Fraction(j), under.top)), 0)
                left -= max(0, times - 1)
                if not times:
                    out.append(_Done(*stable.graph.map("exp", [stable.minus(over.top, under.top)])))
            elif at is None:
                out.append(stable.map("exp", [stable.negative(under.top)]))
            else:
                # The first exponential that is not shifted yet goes to the end, shifted.
                q = out.pop(at)
                out.append(_Done(*stable.graph.map("exp", [stable.minus(argument(q), under.top)])))
        out.remove(p)
        out.append(stable.map("power", [under.rest], e))
        out = [*(q for q in out if not isinstance(q, _Done)), *(q for q in out if isinstance(q, _Done))]
    return [Part(q.node, q.axes) for q in out]
