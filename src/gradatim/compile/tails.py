"""Tails of the normal distribution: 1 − erf(u) is erfc(u), its logarithm does not underflow, e^(−u²) / erfc(u) is 1 / erfcx(u).

Mills' ratio is made of these: φ(z) / Φ(z), which is about −z for a z far below zero, and what it is more than that.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING

from gradatim.compile.graph import ONE, Graph, Part, Summand, below
from gradatim.compile.operands import argument, base_of, by_entries, factors_of, name_of, split

if TYPE_CHECKING:
    from gradatim.compile.stable import Stable

HALF = Fraction(1, 2)
Powers = dict[Part, Fraction]


def log_of_tail(stable: Stable, part: Part) -> Part | None:
    """log(c erfc(u)) as log 2c + log Φ(−√2 u); None for what is no tail."""
    c, bare = split(stable.graph, part)
    if c <= 0 or not _is(bare, "erfc"):
        return None
    root = stable.map("sqrt", [Part(stable.graph.number(2), ())])
    u = argument(bare)
    front, inside = split(stable.graph, u)
    front, factors = stable.product(-front, [root, *(stable.opened(inside) or [inside])], set(u.axes))
    made = stable.graph.map("log_ndtr", [stable.graph.contract(front, factors, u.axes)])
    if c == HALF:
        return made
    return stable.plus(made, stable.graph.map("log", [Part(stable.graph.number(2 * c), ())]))


def mills(stable: Stable, parts: list[Part]) -> list[Part]:
    """The factors of a product with 1 / erfcx(u) for e^(−u²) / erfc(u), of which both vanish."""
    for q in parts:
        base, k = base_of(q)
        if k >= 0 or k.denominator != 1 or not _is(base, "erfc"):
            continue
        front, powers = _powers(stable.graph, argument(base))
        square = -front * front, {b: 2 * e for b, e in powers.items()}
        over = next((p for p in parts if _is(p, "exp") and _powers(stable.graph, argument(p)) == _whole(*square)), None)
        if over is None:
            continue
        scaled = stable.graph.map("power", [stable.graph.map("erfcx", [argument(base)])], -ONE)
        out = [scaled if p is over else p for p in parts if p is not q]
        return mills(stable, [*out, *([stable.map("power", [base], k + 1)] if k != -1 else [])])
    return parts


def without_main_part(stable: Stable, terms: list[Summand]) -> list[Summand]:
    """c / erfcx(u) − c √π u with the difference as one function of u."""
    for s, t in permutations(terms, 2):
        factors = stable.opened(s.part) or [s.part]
        ratio = next((f for f in factors if base_of(f)[1] == -1 and _is(base_of(f)[0], "erfcx")), None)
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


def _is(part: Part, name: str) -> bool:
    return part.node.kind == "map" and name_of(part.node) == name


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
        elif _is(p, "sqrt") and not any(n.kind == "symbol" for n in below([p.node])):
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
