"""Scalar algebra inside formulas: sums of products of powers of atoms, simplified as rational functions.

A sum is an atom as well and stays whole, as it was written, unless opening it makes the formula shorter
(`y/h · h(1−h) − (1−y)/(1−h) · h(1−h)` is `y − h`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache

from flint import Ordering, fmpq_mpoly, fmpq_mpoly_ctx

from gradatim.exact import whole_power
from gradatim.matrix.cost import cost
from gradatim.matrix.powers import (
    LARGEST_WHOLE,
    UNIT,
    PowerProduct,
    assemble,
    content,
    divided,
    joined_powers,
    leaving,
    multiplied,
    negated_sum,
    normal_form,
    plain_sum,
    power_product,
    summands,
)
from gradatim.ops import absolute, add, number, power, product, quotient, rational, sign
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Size, Symbol, Term, walk

MAX_EXPANSION = 400
"""Terms above which a sum is not multiplied out: comparison beyond it is by value."""


def multiply(*terms: Term) -> Term:
    """The product of scalars, powers of one atom gathered."""
    return assembled(multiplied(map(power_product, terms)))


def assembled(p: PowerProduct) -> Term:
    """The term of a product, a sum among its factors opened where other factors cancel its denominators."""
    if not p.coefficient:
        return number(0)
    plain = assemble(p)
    for atom, k in p.powers:
        if k != 1 or not (isinstance(atom, Apply) and atom.op is add) or len(atom.args) > 8:
            continue
        others = PowerProduct(p.coefficient, tuple(item for item in p.powers if item[0] is not atom))
        parts = [power_product(s) for s in summands(atom)]
        below = {a for part in parts for a, e in part.powers if e < 0}
        sizes = {a.args[0] for part in parts for a, _ in part.powers if isinstance(a, Apply) and a.op is absolute}
        met = any(isinstance(a, Apply) and a.op is sign and a.args[0] in sizes for a, _ in others.powers) if sizes else False
        if met or any(a in below or negated_sum(a) in below for a, e in others.powers if e > 0):
            return min(plain, add_up(assemble(others.times(part)) for part in parts), key=cost)
    return plain


def add_up(terms: Iterable[Term]) -> Term:
    """The sum of scalars in the cheapest form found: as it stands, common factors out, or as one rational function."""
    merged: dict[frozenset[tuple[Term, Fraction]], PowerProduct] = {}
    for t in terms:
        for s in summands(t):
            p = power_product(s)
            if _is_lone_sum(p):
                for inner in summands(p.powers[0][0]):
                    _merge(merged, power_product(inner))
            else:
                _merge(merged, p)
    parts = tuple(p for p in merged.values() if p.coefficient)
    return _cheapest(_completed(parts) if any(map(_halved, parts)) else parts)


def _halved(p: PowerProduct) -> bool:
    """Whether an indicator that has a complement is a factor."""
    return any(isinstance(a, Apply) and getattr(a.op, "complement", None) is not None for a, _ in p.powers)


def _completed(parts: tuple[PowerProduct, ...]) -> tuple[PowerProduct, ...]:
    """Parts that differ in an indicator and its complement alone become one: [i < j] a + [j < i] a is [i ≠ j] a."""
    merged = {p.key: p for p in _one_sign(parts)}
    for p in list(merged.values()):
        for atom, k in p.powers:
            complement = getattr(atom.op, "complement", None) if isinstance(atom, Apply) else None
            if k != 1 or complement is None or p.key not in merged:
                continue
            partner, both = complement(atom)
            other = merged.get(p.key - {(atom, k)} | {(partner, k)})
            if other is not None and other.coefficient == merged[p.key].coefficient:
                del merged[p.key], merged[other.key]
                rest = tuple(item for item in p.powers if item[0] is not atom)
                _merge(merged, PowerProduct(other.coefficient, ((normal_form(both), Fraction(1)), *rest)))
    return tuple(p for p in merged.values() if p.coefficient)


def _is_lone_sum(p: PowerProduct) -> bool:
    if p.coefficient != 1 or len(p.powers) != 1:
        return False
    atom, k = p.powers[0]
    return k == 1 and isinstance(atom, Apply) and atom.op is add


def _merge(merged: dict[frozenset[tuple[Term, Fraction]], PowerProduct], p: PowerProduct) -> None:
    old = merged.get(p.key)
    merged[p.key] = p if old is None else PowerProduct(old.coefficient + p.coefficient, old.powers)


@lru_cache(maxsize=20_000)
def _cheapest(parts: tuple[PowerProduct, ...]) -> Term:
    parts = _one_sign(parts)
    plain = plain_sum(parts)
    if len(parts) < 2:
        return plain
    candidates = [plain, _common(parts)]
    if any(k < 0 for p in parts for _, k in p.powers):
        candidates.append(_common(parts, below=False))
    groups: dict[frozenset[Term], list[PowerProduct]] = {}
    for p in parts:
        groups.setdefault(frozenset(a for a, k in p.powers if not isinstance(a, (Symbol, Size)) and k > 0), []).append(p)
    if 1 < len(groups) < len(parts):
        candidates.append(_joined([_cheapest(tuple(g)) for g in groups.values()]))
    whole = as_rational(parts)
    if whole is not None:
        candidates.append(whole)
    return min(candidates, key=cost)


def _one_sign(parts: tuple[PowerProduct, ...]) -> tuple[PowerProduct, ...]:
    """Where both s and −s occur among the factors of the parts, the one met first stands for both; like parts add up."""
    seen: dict[Term, None] = {}
    out: dict[frozenset[tuple[Term, Fraction]], PowerProduct] = {}
    for p in parts:
        coefficient, powers = p.coefficient, dict[Term, Fraction]()
        for atom, k in p.powers:
            opposite = negated_sum(atom)
            if atom not in seen and opposite is not None and opposite in seen and k.denominator == 1:
                atom, coefficient = opposite, coefficient * (-1 if k % 2 else 1)
            seen.setdefault(atom)
            powers[atom] = powers.get(atom, Fraction(0)) + k
        _merge(out, PowerProduct(coefficient, tuple((a, k) for a, k in powers.items() if k)))
    return tuple(p for p in out.values() if p.coefficient)


def _joined(terms: Sequence[Term]) -> Term:
    flat = [s for t in terms for s in summands(t)]
    return made_of(add, flat)


def _common(parts: Sequence[PowerProduct], below: bool = True) -> Term:
    """Common factors in front of what is left; with `below` also the common denominator."""
    common = content(parts)
    if below:
        powers = dict(common.powers)
        lowest: dict[Term, Fraction] = {}
        for p in parts:
            for atom, k in p.powers:
                if k < 0:
                    lowest[atom] = min(lowest.get(atom, Fraction(0)), k)
        powers.update(lowest)
        common = PowerProduct(common.coefficient, tuple(powers.items()))
    # √(a²) and a²/√(a²) differ until they are divided by 1/√(a²).
    inside = _one_sign(tuple(divided(p, common) for p in parts))
    # What is left may be a whole sum, whose terms then add up with the others.
    rest = add_up(map(assemble, inside)) if any(map(_is_lone_sum, inside)) else plain_sum(inside)
    return assemble(common.times(power_product(rest))) if rest is not number(0) else rest


# ---------------------------------------------------------------- rational functions


def _atoms(term: Term) -> list[Term] | None:
    """The atoms under sums, products, quotients and whole powers; None when opening would be too large."""
    out: dict[Term, None] = {}
    work = [term]
    steps = 0
    while work:
        node = work.pop()
        steps += 1
        if steps > MAX_EXPANSION:
            return None
        if rational(node) is not None:
            continue
        if isinstance(node, Apply) and node.op in (add, product, quotient) and all(a.is_scalar for a in node.args):
            work.extend(reversed(node.args))
        elif isinstance(node, Apply) and node.op is power and (k := rational(node.args[1])) is not None and k.denominator == 1:
            if abs(k) > 40:
                return None
            work.append(node.args[0])
        else:
            out.setdefault(node)
    return list(out)


Ratio = tuple[fmpq_mpoly, fmpq_mpoly]


def _to_ratio(term: Term, generators: dict[Term, fmpq_mpoly], one: fmpq_mpoly) -> Ratio | None:
    """A scalar as numerator and denominator; None past the bound on terms or for a zero denominator."""
    done: dict[Term, Ratio] = {}
    for node in walk(term):
        value = rational(node)
        if value is not None:
            done[node] = (one * value.numerator, one * value.denominator)
        elif node in generators:
            done[node] = (generators[node], one)
        elif isinstance(node, Apply) and all(a in done for a in node.args) and node.op in (add, product, quotient, power):
            result = _combine(node, [done[a] for a in node.args])
            if result is None or len(result[0]) + len(result[1]) > MAX_EXPANSION:
                return None
            done[node] = result
    return done.get(term)


def _combine(node: Apply, parts: list[Ratio]) -> Ratio | None:
    top, bottom = parts[0]
    if node.op is power:
        k = rational(node.args[1])
        if k is None or k.denominator != 1:
            return None
        n = int(k)
        if n < 0:
            top, bottom = bottom, top
        return None if not bottom else (top ** abs(n), bottom ** abs(n))
    if node.op is quotient:
        other_top, other_bottom = parts[1]
        return None if not other_top else _reduced(top * other_bottom, bottom * other_top)
    for t, b in parts[1:]:
        if node.op is add:
            if bottom == b:
                top = top + t
            else:
                top, bottom = _reduced(top * b + t * bottom, bottom * b)
        else:
            top, bottom = _reduced(top * t, bottom * b)
        if len(top) + len(bottom) > MAX_EXPANSION:
            return None
    return top, bottom


def _reduced(top: fmpq_mpoly, bottom: fmpq_mpoly) -> Ratio:
    if not top:
        return top, bottom**0
    common = top.gcd(bottom)
    return top // common, bottom // common


def as_rational(parts: Sequence[PowerProduct]) -> Term | None:
    """The sum as one reduced fraction of factored polynomials; None where it would be too large or has odd roots."""
    plain = plain_sum(parts)
    if any(k.denominator != 1 for p in parts for _, k in p.powers):
        return None
    atoms = _atoms(plain)
    if atoms is None or len(atoms) > 24:
        return None
    context = fmpq_mpoly_ctx.get([f"a{k}" for k in range(max(1, len(atoms)))], Ordering.lex)
    generators = dict(zip(atoms, context.gens()))
    ratio = _to_ratio(plain, generators, context.constant(1))
    if ratio is None:
        return None
    top, bottom = ratio
    if not top:
        return number(0)
    above, below = _factored(top, atoms), _factored(bottom, atoms)
    if above is None or below is None:
        return None
    inverse_below = PowerProduct(1 / below.coefficient, tuple((a, -k) for a, k in below.powers))
    return assemble(_number_inside(above, inverse_below))


def _number_inside(above: PowerProduct, inverse_below: PowerProduct) -> PowerProduct:
    """The product of both; a number with a large denominator goes back into a sum whose coefficients it made whole and large."""
    whole = above.times(inverse_below)
    if whole.coefficient.denominator <= LARGEST_WHOLE:
        return whole
    for k, (atom, exponent) in enumerate(above.powers):
        terms = [power_product(t) for t in atom.args] if isinstance(atom, Apply) and atom.op is add and exponent == 1 else []
        if any(abs(t.coefficient) > LARGEST_WHOLE for t in terms):
            inside = plain_sum([PowerProduct(t.coefficient * whole.coefficient, t.powers) for t in terms])
            rest = (*above.powers[:k], (inside, Fraction(1)), *above.powers[k + 1 :])
            return PowerProduct(Fraction(1), rest).times(PowerProduct(Fraction(1), inverse_below.powers))
    return whole


def _factored(polynomial: fmpq_mpoly, atoms: Sequence[Term]) -> PowerProduct | None:
    if len(polynomial) > 60:
        return None
    constant, factors = polynomial.factor()
    result = PowerProduct(Fraction(int(constant.p), int(constant.q)), ())
    for factor, k in factors:
        term, scale = _polynomial(factor, atoms)
        result = result.times(PowerProduct(whole_power(scale, int(k)), ((term, Fraction(int(k))),)))
    return result


def _polynomial(p: fmpq_mpoly, atoms: Sequence[Term]) -> tuple[Term, Fraction]:
    """A polynomial as a term, and the number taken out of it so that coefficients are whole and the first is positive."""
    parts: list[PowerProduct] = []
    for exponents, c in p.to_dict().items():
        powers = tuple((atoms[k], Fraction(int(e))) for k, e in enumerate(exponents) if e)
        parts.append(PowerProduct(Fraction(int(c.p), int(c.q)), powers))
    common = content(parts).coefficient
    constant = next((q for q in parts if not q.powers), None)
    lead = constant if constant is not None else parts[0]
    if lead.coefficient / common < 0:
        common = -common
    scaled = [PowerProduct(q.coefficient / common, q.powers) for q in parts]
    if len(scaled) == 1 and scaled[0].coefficient == 1 and len(scaled[0].powers) == 1:
        return scaled[0].powers[0][0], common
    return plain_sum(scaled), common


__all__ = [
    "MAX_EXPANSION",
    "UNIT",
    "PowerProduct",
    "add_up",
    "as_rational",
    "assemble",
    "assembled",
    "content",
    "divided",
    "joined_powers",
    "leaving",
    "multiply",
    "negated_sum",
    "power_product",
    "summands",
]
