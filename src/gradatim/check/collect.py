"""Like monomials put together: deltas carried out, powers added, brackets to negative powers taken apart."""

from __future__ import annotations

from fractions import Fraction

from gradatim.check.monomials import ONE, Keys, Mono, Part, Poly, Unsuited, components, renamed, scaled
from gradatim.exact import whole_power
from gradatim.term import Number, Term
from gradatim.types import Dim

MAX_ROUNDS = 400


def of_size(dim: Dim) -> Poly:
    """A dimension as a number."""
    return tuple(Mono(c, tuple((Part("size", name), Fraction(k)) for name, k in powers)) for powers, c in dim.terms)


def collected(poly: Poly) -> Poly:
    """Like monomials together: deltas carried out, powers added, an index that stands nowhere counted."""
    work, total, order = list(poly), dict[str, Fraction](), dict[str, Mono]()
    rounds = 0
    while work:
        rounds += 1
        if rounds > MAX_ROUNDS + 8 * len(poly):
            raise Unsuited("the expanded form is too long")
        tidied = tidy(work.pop())
        if tidied is None:
            continue
        if (split := parted(tidied)) is not None:
            work += split
            continue
        key = Keys().mono(tidied, _OWN)
        total[key] = total.get(key, Fraction(0)) + tidied.number
        order.setdefault(key, tidied)
    return tuple(Mono(c, order[k].parts, order[k].bound) for k, c in total.items() if c)


_OWN: dict[Term, str] = {}
"""Free indices are named by themselves."""


def tidy(mono: Mono) -> Mono | None:
    """Deltas carried out, equal parts put together; None where it is zero."""
    if not mono.number:
        return None
    parts, bound, number = list(mono.parts), list(mono.bound), mono.number
    again = True
    while again:
        again = False
        for k, (p, _) in enumerate(parts):
            if p.kind != "delta":
                continue
            i, j = p.slots
            if isinstance(i, Number) and isinstance(j, Number) and i is not j:
                return None
            if i is not j and i not in bound and j not in bound:
                # Between free indices the delta stays, and the other parts have the one of them.
                low, high = (i, j) if isinstance(i, Number) or _born(i) < _born(j) else (j, i)
                moved = [q if m == k else (renamed(q[0], {high: low}), q[1]) for m, q in enumerate(parts)]
                again = again or any(a[0] is not b[0] for a, b in zip(moved, parts))
                parts = moved
                continue
            del parts[k]
            if i is not j:
                gone, stays = (i, j) if i in bound else (j, i)
                parts = [(renamed(q, {gone: stays}), e) for q, e in parts]
                bound.remove(gone)
            again = True
            break
        if not again and (met := cancelled(parts, bound)) is not None:
            parts, again = met, True
    merged: dict[str, tuple[Part, Fraction]] = {}
    for p, e in parts:
        if p.kind == "delta":
            e = ONE
        key = Keys().part(p, _OWN)
        merged[key] = (p, ONE if p.kind == "delta" else e + (merged[key][1] if key in merged else 0))
    kept = [(p, e) for p, e in merged.values() if e]
    used = {i for p, _ in kept for i in p.free}
    for d in [d for d in bound if d not in used]:
        bound.remove(d)
        (m,) = sized if len(sized := of_size(d.type.index)) == 1 else (None,)  # type: ignore[arg-type]
        if m is None:
            raise Unsuited("a size that is a sum")
        number *= m.number
        kept += m.parts
    return Mono(number, tuple(kept), tuple(bound))


def _born(index: Term) -> tuple[int, str]:
    """Fresh indices in the order in which they were made, so that two expansions choose alike."""
    return len(str(index)), str(index)


def cancelled(parts: list[tuple[Part, Fraction]], bound: list[Term]) -> list[tuple[Part, Fraction]] | None:
    """X⁻¹X and XX⁻¹ of a symbol: a delta in place of the two."""
    for k, (inv, e) in enumerate(parts):
        head = matrix_of(inv) if e == 1 else None
        if head is None:
            continue
        name, turned = head
        i, j = reversed(inv.slots) if turned else inv.slots
        for m, (p, f) in enumerate(parts):
            if f != 1 or p.head != name or p.kind not in ("entry", "symmetric") or len(p.slots) != 2:
                continue
            pairs = [(p.slots[0], p.slots[1])] + ([(p.slots[1], p.slots[0])] if p.kind == "symmetric" else [])
            for a, b in pairs:
                for met, ends in ((j is a and j, (i, b)), (i is b and i, (a, j))):
                    if met and met in bound and sum(met in q.free for q, _ in parts) == 2 and ends[0] is not met is not ends[1]:
                        rest = [q for n, q in enumerate(parts) if n not in (k, m)]
                        bound.remove(met)
                        return [*rest, (Part("delta", "", ends), ONE)]
    return None


def matrix_of(part: Part) -> tuple[str, bool] | None:
    """The symbol whose inverse a part is, and whether that of its transpose."""
    if part.kind != "square" or part.head != "inverse":
        return None
    own, inside = part.args[0]
    if len(inside) != 1 or inside[0].number != 1 or len(inside[0].parts) != 1:
        return None
    (p, e) = inside[0].parts[0]
    if e != 1 or p.kind not in ("entry", "symmetric") or len(p.slots) != 2 or set(p.slots) != set(own):
        return None
    return str(p.head), p.slots != own and p.kind == "entry"


def parted(mono: Mono) -> list[Mono] | None:
    """Partial fractions for a bracket of a number and one product: m/(c + km) = 1/k − (c/k)/(c + km)."""
    table = {Keys().part(p, _OWN): (p, e) for p, e in mono.parts}
    for key, (p, e) in table.items():
        if p.kind != "sum" or e > -1 or e.denominator != 1 or len(p.args[0][1]) != 2:
            continue
        two = p.args[0][1]
        base = next((m for m in two if not m.parts), None)
        grown = next((m for m in two if m.parts and not m.bound), None)
        if base is None or grown is None:
            continue
        wanted = {Keys().part(q, _OWN): (q, f) for q, f in grown.parts}
        for sign in (1, -1):
            if all(k in table and (table[k][1] * f * sign > 0) and abs(table[k][1]) >= abs(f) for k, (_, f) in wanted.items()):
                c, k_ = base.number, grown.number
                shift = {k: -sign * f for k, (_, f) in wanted.items()}
                if sign > 0:
                    return [_shifted(mono, {**shift, key: ONE}, 1 / k_), _shifted(mono, shift, -c / k_)]
                return [_shifted(mono, {key: ONE}, 1 / c), _shifted(mono, shift, -k_ / c)]
    return None


def _shifted(mono: Mono, change: dict[str, Fraction], factor: Fraction) -> Mono:
    """The monomial with the powers of some parts changed."""
    parts = [(p, e + change.get(Keys().part(p, _OWN), 0)) for p, e in mono.parts]
    return Mono(mono.number * factor, tuple((p, e) for p, e in parts if e), mono.bound)


def reciprocal(base: Poly, k: Fraction) -> Poly:
    """A collected sum to the power −k: what all its terms share is taken out, and its number."""
    if not base:
        raise Unsuited("a division by zero")
    common: dict[str, tuple[Part, Fraction]] = {}
    tables = [{Keys().part(p, _OWN): (p, e) for p, e in m.parts if not p.free & set(m.bound) and p.kind != "delta"} for m in base]
    for key in dict.fromkeys(k for t in tables for k in t):
        part = next(t[key][0] for t in tables if key in t)
        least = min(t[key][1] if key in t else Fraction(0) for t in tables)
        if least:
            common[key] = (part, least)
    rest = tuple(_shifted(_with(m, common, t), {k: -e for k, (_, e) in common.items()}, ONE) for m, t in zip(base, tables))
    c = content(rest)
    rest = scaled(rest, 1 / c)
    outer = tuple((p, -e * k) for p, e in common.values())
    if len(rest) == 1 and not rest[0].parts:
        return (Mono(raised(c, -k), outer),)
    if len(rest) == 1 and len(pieces := components(rest[0])) > 1:
        inner = tuple((Part("sum", "", (), (((), (Mono(ONE, tuple(p), tuple(o)),)),)), -k) for p, o in pieces)
    else:
        inner = ((Part("sum", "", (), (((), rest),)), -k),)
    return (Mono(raised(c, -k), outer + inner),)


def _with(mono: Mono, common: dict[str, tuple[Part, Fraction]], own: dict[str, tuple[Part, Fraction]]) -> Mono:
    """The monomial with every common part in it, those that it lacks to the power 0."""
    return Mono(mono.number, (*mono.parts, *((p, Fraction(0)) for k, (p, _) in common.items() if k not in own)), mono.bound)


def raised(number: Fraction, k: Fraction) -> Fraction:
    """A number to a whole power."""
    return whole_power(number, int(k))


def content(poly: Poly) -> Fraction:
    """The number that is taken out of a sum: its largest one, with the sign that most of the terms have."""
    largest = max(abs(m.number) for m in poly)
    sign = sum((m.number > 0) - (m.number < 0) for m in poly)
    top = sum((m.number > 0) - (m.number < 0) for m in poly if abs(m.number) == largest)
    return largest if (top or sign) >= 0 else -largest


__all__ = ["collected", "of_size", "raised", "reciprocal"]
