"""Tails of the normal distribution: 1 − erf(u) is erfc(u), its logarithm does not underflow, e^(−u²) / erfc(u) is 1 / erfcx(u)
and e^(u²) erfc(u) is erfcx(u).

Mills' ratio is made of these: φ(z) / Φ(z), which is about −z for a z far below zero, and what it is more than that.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING

from gradatim.compile.graph import Graph
from gradatim.compile.nodes import ONE, Part, Summand, below, terms_of
from gradatim.compile.operands import argument, base_of, by_entries, factors_of, front_of, is_map, split

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable

HALF = Fraction(1, 2)
Powers = dict[Part, Fraction]


def log_of_tail(stable: Stable, part: Part) -> Part | None:
    """log(c erfc(u)) as log 2c + log Φ(−√2 u); None for what is no tail."""
    c, bare = split(stable.graph, part)
    if c <= 0 or not is_map(bare, "erfc"):
        return None
    root = stable.map("sqrt", [Part(stable.graph.number(2), ())])
    u = argument(bare)
    front, inside = split(stable.graph, u)
    front, factors = stable.product(-front, [root, *(factors_of(inside))], set(u.axes))
    made = stable.graph.map("log_ndtr", [stable.graph.contract(front, factors, u.axes)])
    if c == HALF:
        return made
    return stable.plus(made, stable.graph.map("log", [Part(stable.graph.number(2 * c), ())]))


def mills(stable: Stable, parts: list[Part]) -> list[Part]:
    """The factors of a product with 1 / erfcx(u) for e^(−u²) / erfc(u), of which both vanish."""
    parts = [f for q in parts for f in _below_the_line(stable, q)]
    for q in parts:
        base, k = base_of(q)
        if k >= 0 or k.denominator != 1 or not is_map(base, "erfc"):
            continue
        front, powers = _powers(stable.graph, argument(base))
        square = -front * front, {b: 2 * e for b, e in powers.items()}
        over = next((p for p in parts if is_map(p, "exp") and _powers(stable.graph, argument(p)) == _whole(*square)), None)
        if over is None:
            continue
        scaled = stable.graph.map("power", [stable.graph.map("erfcx", [argument(base)])], -ONE)
        out = [scaled if p is over else p for p in parts if p is not q]
        return mills(stable, [*out, *([stable.map("power", [base], k + 1)] if k != -1 else [])])
    return parts


def _below_the_line(stable: Stable, part: Part) -> list[Part]:
    """1 / (c a erfc(u)) as 1/c, 1/a and 1/erfc(u); what has no tail in it as it is."""
    base, k = base_of(part)
    if k >= 0 or k.denominator != 1 or base.node.kind != "contract" or not by_entries(base):
        return [part]
    c, bare = split(stable.graph, base)
    factors = factors_of(bare)
    if not any(is_map(f, "erfc") for f in factors) or len(factors) == 1 and c == ONE:
        return [part]
    return [Part(stable.graph.number(c ** int(k)), ()), *(stable.map("power", [f], k) for f in factors)]


def scaled(stable: Stable, parts: list[Part]) -> list[Part]:
    """The factors of a product with erfcx(u) for e^(u²) erfc(u), of which one overflows where the other vanishes; also in sums."""
    for p in parts:
        if not is_map(p, "exp"):
            continue
        for q in parts:
            made = _scaled(stable, p, q) if q is not p and set(q.axes) == set(p.axes) else None
            if made is not None:
                return scaled(stable, [*(x for x in parts if x is not p and x is not q), *made])
    return parts


def _scaled(stable: Stable, over: Part, part: Part) -> list[Part] | None:
    """What e^(u²) times a power of erfc(u), or times a sum with a tail or e^(−u²) in every term, is; None for others."""
    base, k = base_of(part)
    if _is_tail(stable, over, base) and k.denominator == 1 and k > 0:
        left = [stable.map("power", [base], k - 1)] if k != 1 else []
        return [stable.graph.map("erfcx", [argument(base)]), *left]
    if part.node.kind != "add":
        return None
    terms: list[Summand] = []
    for s in terms_of(part):
        factors = factors_of(s.part)
        tail = next((f for f in factors if _is_tail(stable, over, f)), None)
        own = tail if tail is not None else next((f for f in factors if _undoes(stable, over, f)), None)
        if own is None or s.ties or not by_entries(s.part) and len(factors) > 1:
            return None
        rest = [f for f in factors if f is not own] + ([stable.graph.map("erfcx", [argument(own)])] if tail is not None else [])
        front = s.coefficient * (front_of(s.part))
        one = Part(stable.graph.number(1), ())
        terms.append(
            Summand(front, stable.graph.contract(ONE, rest, s.part.axes) if rest and len(rest) > 1 else (rest or [one])[0])
        )
    return [stable.add(terms, dict(zip(part.axes, part.node.dims)))]


def _is_tail(stable: Stable, over: Part, part: Part) -> bool:
    """Whether an operand is erfc(u) beside e^(u²)."""
    if not is_map(part, "erfc"):
        return False
    front, powers = _powers(stable.graph, argument(part))
    return _powers(stable.graph, argument(over)) == _whole(front * front, {b: 2 * e for b, e in powers.items()})


def _vanishes_like(stable: Stable, u: Part, part: Part) -> bool:
    """Whether an operand is e^(−u²)."""
    front, powers = _powers(stable.graph, u)
    square = _whole(-front * front, {b: 2 * e for b, e in powers.items()})
    return is_map(part, "exp") and _powers(stable.graph, argument(part)) == square


def _undoes(stable: Stable, over: Part, part: Part) -> bool:
    """Whether an operand is e^(−w) beside e^w."""
    if not is_map(part, "exp"):
        return False
    (c, z), (d, y) = (_powers(stable.graph, argument(x)) for x in (over, part))
    return c == -d and z == y


def _scaled_less(stable: Stable, s: Summand, t: Summand) -> Summand | None:
    """c u erfcx(u) − c / √π, and c u erfc(u) − c e^(−u²) / √π (the expected improvement), which vanish faster than their terms, by what
    Mills' ratio is more than its main part."""
    factors = factors_of(s.part)
    tail = next((f for f in factors if is_map(f, "erfcx") or is_map(f, "erfc")), None)
    if tail is None or s.ties or t.ties or set(s.part.axes) < set(t.part.axes):
        return None
    u = argument(tail)
    rest = [f for f in factors if f is not tail]
    if is_map(tail, "erfc"):
        others = [f for f in factors_of(t.part) if not _vanishes_like(stable, u, f)]
        if len(others) == len(factors_of(t.part)):
            return None
        t = Summand(t.coefficient * front_of(t.part), stable.graph.contract(ONE, others, t.part.axes))
    number = front_of(s.part)
    above = Summand(t.coefficient, stable.graph.contract(ONE, [t.part, u], s.part.axes))
    front, powers = _quotient(
        stable.graph, above, [Summand(s.coefficient * number, Part(stable.graph.number(1), ())), *(Summand(ONE, f) for f in rest)]
    )
    if front != -1 or len(powers) != 1:
        return None
    ((pi, e),) = powers.items()
    if e != -HALF or pi.node.kind != "special" or pi.node.data[1][1][:1] != ("pi",):
        return None
    c, bare = split(stable.graph, t.part)
    others = [*(factors_of(bare)), stable.map("sqrt", [pi]), stable.graph.map("mills_gap", [u]), tail]
    front, others = stable.product(t.coefficient * c, others, set(s.part.axes))
    k, bare = split(stable.graph, stable.graph.contract(front, others, s.part.axes))
    return Summand(k, bare)


def without_main_part(stable: Stable, terms: list[Summand]) -> list[Summand]:
    """c / erfcx(u) − c √π u with the difference as one function of u."""
    for s, t in permutations(terms, 2):
        less = _scaled_less(stable, s, t)
        if less is not None:
            return [*(x for x in terms if x is not s and x is not t), less]
        factors = factors_of(s.part)
        ratio = next((f for f in factors if base_of(f)[1] == -1 and is_map(base_of(f)[0], "erfcx")), None)
        if ratio is None or s.ties or t.ties or set(s.part.axes) != set(t.part.axes):
            continue
        u = argument(base_of(ratio)[0])
        rest = [f for f in factors if f is not ratio]
        front, powers = _quotient(stable.graph, t, [Summand(s.coefficient, u), *(Summand(ONE, f) for f in rest)])
        if front != -1 or len(powers) != 1:
            continue
        ((pi, e),) = powers.items()
        if e != HALF or pi.node.kind != "special" or pi.node.data[1][1][:1] != ("pi",):
            continue
        gap = stable.graph.map("mills_gap", [u])
        made = stable.graph.contract(ONE, [*rest, stable.map("sqrt", [pi]), gap], s.part.axes)
        return [*(x for x in terms if x is not s and x is not t), Summand(s.coefficient, made)]
    return terms


def _quotient(graph: Graph, above: Summand, factors: list[Summand]) -> tuple[Fraction, Powers]:
    front, powers = _powers(graph, above.part)
    front *= above.coefficient
    for f in factors:
        c, found = _powers(graph, f.part)
        front /= c * f.coefficient
        for base, e in found.items():
            powers[base] = powers.get(base, Fraction(0)) - e
    return _whole(front, powers)


def _powers(graph: Graph, part: Part) -> tuple[Fraction, Powers]:
    """A product entry by entry as a number times powers; roots of constants are opened."""
    front, found = ONE, dict[Part, Fraction]()
    pending = [(part, ONE)]
    while pending:
        p, e = pending.pop()
        base, k = base_of(p)
        if k != 1:
            pending.append((base, k * e))
        elif is_map(p, "sqrt") and not any(n.kind == "symbol" for n in below([p.node])):
            pending.append((argument(p), e / 2))
        elif by_entries(p) and (e.denominator == 1 or p.node.data == 1):
            pending += [(f, e) for f in factors_of(p)]
            front *= p.node.data ** int(e) if e.denominator == 1 else 1
        elif by_entries(p):
            # √(2/π): the number in front is a factor like the others.
            pending += [(f, e) for f in factors_of(p)]
            number = Part(graph.number(p.node.data), ())
            found[number] = found.get(number, Fraction(0)) + e
        else:
            found[p] = found.get(p, Fraction(0)) + e
    return _whole(front, found)


def _whole(front: Fraction, powers: Powers) -> tuple[Fraction, Powers]:
    """Whole powers of numbers go to the front."""
    left: Powers = {}
    for base, e in powers.items():
        if base.node.kind == "number" and e.denominator == 1 and (base.node.data or e > 0):
            front *= base.node.data ** int(e)
        elif e:
            left[base] = e
    return front, left
