"""Powers over powers: xᵖ / rᵖ with r ≥ 0 is (x / r)ᵖ, where neither power overflows or vanishes by itself.

Derivatives of p-norms are made of them. Exponents that are numbers are left as they are: there factors cancel instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradatim.compile.nodes import ONE, Part, Summand, terms_of
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


def through_sums(stable: Stable, parts: list[Part]) -> list[Part]:
    """(diag(p) − p pᵀ) / p is I − p 𝟏ᵀ: an array that every term of a sum has as a factor, and that stands below, goes away,
    also where it is 0."""
    for under in parts:
        below, e = base_of(under)
        if e != -1 or not below.axes:
            continue
        for q in parts:
            made = _without_factor(stable, q, below) if q.node.kind == "add" and q is not under else None
            if made is not None:
                return through_sums(stable, [made, *(p for p in parts if p is not q and p is not under)])
    return parts


def _without_factor(stable: Stable, total: Part, factor: Part) -> Part | None:
    """A sum divided by a factor of each of its terms; None where one does not have it."""
    if not set(factor.axes) <= set(total.axes):
        return None
    terms: list[Summand] = []
    for s in terms_of(total):
        same = {y: x for x, y in s.ties} | {x: x for x, _ in s.ties}
        product = s.part.node.kind == "contract"
        own = factors_of(s.part) if product else [s.part]
        at = [k for k, f in enumerate(own) if f.node is factor.node and f.renamed(same).axes == factor.renamed(same).axes]
        if not at or any(a not in s.part.axes for f in own for a in f.axes):
            return None
        rest = own[: at[0]] + own[at[0] + 1 :]
        front = s.coefficient * s.part.node.data if product else s.coefficient
        left = stable.graph.contract(ONE, rest, dict.fromkeys(a for f in rest for a in f.axes)) if rest else None
        terms.append(Summand(front, left if left is not None else Part(stable.graph.number(1), ()), s.ties))
    return stable.graph.add(terms, dict(zip(total.axes, total.node.dims)), total.axes)


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
