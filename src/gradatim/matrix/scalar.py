"""Scalar algebra inside formulas: products of powers of atoms, and sums of them simplified as rational functions.

An atom is any scalar term that is not itself a product, quotient or rational power. A sum is an atom as well and stays
whole, as it was written, unless opening it makes the formula shorter (`y/h · h(1−h) − (1−y)/(1−h) · h(1−h)` is `y − h`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from flint import Ordering, fmpq_mpoly, fmpq_mpoly_ctx

from gradatim.errors import LimitExceeded
from gradatim.matrix.cost import cost
from gradatim.ops import absolute, add, at, equal, facts, number, power, product, quotient, rational, relu, sign, sqrt, step
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, depends_on, walk

MAX_EXPANSION = 400
"""Terms above which a sum is not multiplied out: comparison beyond it is by value."""


HALF = Fraction(1, 2)
MAX_FACTORS = 400
"""How many different factors one product may have: a chain of functions as deep has as many at every level."""


@dataclass(frozen=True, slots=True)
class PowerProduct:
    """A rational number times powers of atoms; `powers` keeps the order in which atoms were met."""

    coefficient: Fraction
    powers: tuple[tuple[Term, Fraction], ...]

    def times(self, other: PowerProduct) -> PowerProduct:
        if not self.powers and self.coefficient == 1:
            return other
        if not other.powers and other.coefficient == 1:
            return self
        return multiplied((self, other))

    @property
    def key(self) -> frozenset[tuple[Term, Fraction]]:
        return frozenset(self.powers)


def multiplied(parts: Iterable[PowerProduct]) -> PowerProduct:
    """The product of power products, in one pass over their atoms; opposite sums are gathered under one of them."""
    coefficient = Fraction(1)
    table: dict[Term, Fraction] = {}
    signs: list[Term] = []
    for part in parts:
        coefficient *= part.coefficient
        for atom, k in part.powers:
            if atom not in table and k.denominator == 1 and (opposite := negated_sum(atom)) in table:
                atom, coefficient = opposite, -coefficient if k % 2 else coefficient
            if isinstance(atom, Apply) and atom.op is sign:
                signs.append(atom)
            old = table.get(atom)
            total = k if old is None else old + k
            if not total:
                del table[atom]
                continue
            table[atom] = Fraction(1) if total.numerator > total.denominator and _idempotent(atom) else total
        if len(table) > MAX_FACTORS:
            raise LimitExceeded(f"a product has more than {MAX_FACTORS} different factors")
    for atom in signs:
        _meet_size(atom, table)
    return _without_roots(PowerProduct(coefficient, tuple(table.items())))


def _meet_size(atom: Term, table: dict[Term, Fraction]) -> None:
    """sign(t) |t| is t."""
    size = absolute(*atom.args)
    if table.get(atom) == 1 and table.get(size, Fraction(0)) >= 1:
        del table[atom]
        inner = atom.args[0]
        table[size] -= 1
        if not table[size]:
            del table[size]
        table[inner] = table.get(inner, Fraction(0)) + 1
        if not table[inner]:
            del table[inner]


def _without_roots(p: PowerProduct) -> PowerProduct:
    """√t · √t as t: a root of what is no atom is an atom, whose whole powers come out."""
    squared = [(a, k) for a, k in p.powers if abs(k) >= 2 and isinstance(a, Apply) and a.op is sqrt]
    if not squared:
        return p
    kept = [(a, k - 2 * int(k / 2)) if (a, k) in squared else (a, k) for a, k in p.powers]
    inside = [_raised(power_product(a.args[0]), int(k / 2)) for a, k in squared]
    return multiplied([PowerProduct(p.coefficient, tuple((a, k) for a, k in kept if k)), *inside])


def _out_of_sum(node: Bind) -> tuple[PowerProduct, Term] | None:
    """The factors of a sum that are the same in all its terms, and the sum without them: N Σᵢ bᵢ/N is Σᵢ bᵢ."""
    if node.kind != "sum" or not isinstance(node.body, Apply) or node.body.op not in (product, quotient):
        return None
    body = power_product(node.body)
    front = leaving(body, node.index)
    if not body.coefficient or not front and body.coefficient == 1 or len(front) == len(body.powers):
        return None
    rest = PowerProduct(Fraction(1), tuple(item for item in body.powers if item not in front))
    return PowerProduct(body.coefficient, front), Bind("sum", node.index, assemble(rest))


def leaving(body: PowerProduct, index: Symbol) -> tuple[tuple[Term, Fraction], ...]:
    """The factors that do not depend on the index and may stand before its sum: not the x⁻¹ beside xⁱ, which is x^(i − 1)."""
    bases = {a.args[0] for a, _ in body.powers if isinstance(a, Apply) and a.op is power and depends_on(a, index)}
    return tuple((a, k) for a, k in body.powers if a not in bases and not depends_on(a, index))


def _raised(p: PowerProduct, k: int) -> PowerProduct:
    return PowerProduct(p.coefficient**k, tuple((a, e * k) for a, e in p.powers))


def _idempotent(atom: Term) -> bool:
    """Whether a function has no values but 0 and 1, so that its powers are itself. A symbol declared so may yet be varied."""
    return isinstance(atom, Apply) and "labels01" in facts(atom)


@lru_cache(maxsize=20_000)
def negated_sum(atom: Term) -> Term | None:
    """The sum with every sign turned, in the order a person would write it (positive first); None for what is no sum."""
    if not (isinstance(atom, Apply) and atom.op is add and atom.is_scalar):
        return None
    return _plain_sum([PowerProduct(-p.coefficient, p.powers) for p in map(power_product, atom.args)])


UNIT = PowerProduct(Fraction(1), ())


@lru_cache(maxsize=50_000)
def power_product(term: Term) -> PowerProduct:
    """A scalar term as a power product."""
    coefficient = Fraction(1)
    table: dict[Term, Fraction] = {}
    work: list[tuple[Term, Fraction]] = [(term, Fraction(1))]
    while work:
        node, k = work.pop()
        value = rational(node)
        if value is not None and k.denominator == 1 and (value or k > 0):
            coefficient *= value ** int(k)
        elif isinstance(node, Apply) and node.op is product and k.denominator == 1 and all(a.is_scalar for a in node.args):
            work.extend((a, k) for a in reversed(node.args))
        elif isinstance(node, Apply) and node.op is quotient and k.denominator == 1:
            work.extend([(node.args[1], -k), (node.args[0], k)])
        elif (
            isinstance(node, Apply) and node.op is power and (inner := rational(node.args[1])) is not None and k.denominator == 1
        ):
            if inner.denominator == 1 or isinstance(node.args[0], (Symbol, Size)) or not _is_compound(node.args[0]):
                work.append((node.args[0], k * inner))
            else:
                table[node] = table.get(node, Fraction(0)) + k
        elif isinstance(node, Apply) and node.op is power and k.denominator == 1 and (split := _whole_part(node)) is not None:
            work.extend([(node.args[0], k * split[0]), (split[1], k)])
        elif (
            isinstance(node, Apply) and node.op is power and k.denominator == 1 and (scaled := _scaled_exponent(node)) is not None
        ):
            work.append((scaled[1], k * scaled[0]))
        elif isinstance(node, Apply) and node.op is sqrt and not _is_compound(node.args[0]):
            table[node.args[0]] = table.get(node.args[0], Fraction(0)) + k / 2
        elif isinstance(node, Bind) and k.denominator == 1 and (apart := _out_of_sum(node)) is not None:
            coefficient *= apart[0].coefficient ** int(k)
            work.extend([(apart[1], k), *((a, k * e) for a, e in apart[0].powers)])
        else:
            table[node] = table.get(node, Fraction(0)) + k
    return _without_roots(PowerProduct(coefficient, tuple((a, _capped(a, k)) for a, k in table.items() if k)))


def _capped(atom: Term, k: Fraction) -> Fraction:
    return Fraction(1) if k > 1 and _idempotent(atom) else k


def _whole_part(node: Apply) -> tuple[Fraction, Term] | None:
    """x^(a − 1) as x^(−1) and x^a, so that x · x^(a − 1) is x^a; `assemble` puts together what is left."""
    base, exponent = node.args
    if not (isinstance(exponent, Apply) and exponent.op is add):
        return None
    whole = [v for t in exponent.args if (v := rational(t)) is not None and v.denominator == 1]
    rest = [t for t in exponent.args if rational(t) is None]
    if not whole or not rest or len(whole) + len(rest) != len(exponent.args):
        return None
    return sum(whole, Fraction(0)), power(base, rest[0] if len(rest) == 1 else add(*rest))


def _scaled_exponent(node: Apply) -> tuple[Fraction, Term] | None:
    """x^(−a) as the inverse of x^a, so that it cancels against it."""
    base, exponent = node.args
    if not (isinstance(exponent, Apply) and exponent.op is product and len(exponent.args) > 1):
        return None
    if rational(exponent.args[0]) != -1:
        return None
    rest = exponent.args[1:]
    return Fraction(-1), power(base, rest[0] if len(rest) == 1 else product(*rest))


def _is_compound(term: Term) -> bool:
    """Whether the scalar is itself made of factors; a product of arrays that runs together to a number is not."""
    parts = isinstance(term, Apply) and term.op in (product, quotient, power) and all(a.is_scalar for a in term.args)
    return parts or isinstance(term, Number)


def _rank(item: tuple[Term, Fraction]) -> int:
    """Natural order of scalar factors: sizes, deltas, symbols and their entries, functions, sums."""
    atom = item[0]
    if isinstance(atom, Size):
        return 0
    if isinstance(atom, Apply) and atom.op is equal:
        return 1
    if isinstance(atom, Symbol) or isinstance(atom, Apply) and atom.op is at and isinstance(atom.args[0], Symbol):
        return 2
    if isinstance(atom, Apply) and atom.op is add:
        return 5
    return 4 if isinstance(atom, Apply) else 3


def _power(atom: Term, k: Fraction) -> Term:
    if k == 1:
        return atom
    if k == HALF:
        return sqrt(atom)
    return power(atom, number(k))


def assemble(p: PowerProduct) -> Term:
    """The term of a power product: sign and number in front, negative powers below the line."""
    if not p.powers:
        return number(p.coefficient)
    ordered = sorted(joined_powers(p.powers), key=_rank) if len(p.powers) > 1 else p.powers
    top = [_power(a, k) for a, k in ordered if k.numerator > 0]
    bottom = [_power(a, -k) for a, k in ordered if k.numerator < 0]
    if not bottom:
        return _times([] if p.coefficient == 1 and top else [number(p.coefficient)], top)
    sign, size = (-1 if p.coefficient.numerator < 0 else 1), abs(p.coefficient)
    if size.denominator != 1:
        bottom.insert(0, number(size.denominator))
    below = bottom[0] if len(bottom) == 1 else product(*bottom)
    if size.numerator != 1 or not top:
        top.insert(0, number(size.numerator))
    above = top[0] if len(top) == 1 else product(*top)
    fraction = quotient(above, below)
    return product(number(-1), fraction) if sign < 0 else fraction


def joined_powers(powers: Sequence[tuple[Term, Fraction]]) -> Sequence[tuple[Term, Fraction]]:
    """x^a and x^(−1) as x^(a − 1); relu(z) 𝟙[z > 0] as relu(z)."""
    kept = {a.args[0] for a, k in powers if isinstance(a, Apply) and a.op is relu and k > 0}
    if kept:
        powers = [(a, k) for a, k in powers if not (isinstance(a, Apply) and a.op is step and k > 0 and a.args[0] in kept)]
    symbolic = [
        (a, k) for a, k in powers if isinstance(a, Apply) and a.op is power and abs(k) == 1 and rational(a.args[1]) is None
    ]
    if not symbolic:
        return powers
    out = dict(powers)
    for a, one in symbolic:
        base, exponent = a.args
        # Of (x^a)^b the inner power may have gone into the outer one already.
        if a in out and (k := out.get(base, Fraction(0))) and k.denominator == 1:
            joined = power(base, add(*summands(exponent), number(k * one)))
            out = {(joined if atom is a else atom): e for atom, e in out.items() if atom is not base}
    return tuple(out.items())


def _times(front: Sequence[Term], rest: Sequence[Term]) -> Term:
    every = [*front, *rest]
    return every[0] if len(every) == 1 else product(*every)


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


def summands(term: Term) -> list[Term]:
    """The terms of a sum, nested sums opened."""
    out: list[Term] = []
    work = [term]
    while work:
        node = work.pop()
        if isinstance(node, Apply) and node.op is add:
            work.extend(reversed(node.args))
        else:
            out.append(node)
    return out


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
    parts = [p for p in merged.values() if p.coefficient]
    return _cheapest(tuple(parts))


def _is_lone_sum(p: PowerProduct) -> bool:
    if p.coefficient != 1 or len(p.powers) != 1:
        return False
    atom, k = p.powers[0]
    return k == 1 and isinstance(atom, Apply) and atom.op is add


def _merge(merged: dict[frozenset[tuple[Term, Fraction]], PowerProduct], p: PowerProduct) -> None:
    old = merged.get(p.key)
    merged[p.key] = p if old is None else PowerProduct(old.coefficient + p.coefficient, old.powers)


def _plain_sum(parts: Sequence[PowerProduct]) -> Term:
    if not parts:
        return number(0)
    if len(parts) == 1:
        return assemble(parts[0])
    ordered = [p for p in parts if p.coefficient > 0][:1]
    ordered += [p for p in parts if p not in ordered]
    return add(*map(assemble, ordered))


@lru_cache(maxsize=20_000)
def _cheapest(parts: tuple[PowerProduct, ...]) -> Term:
    parts = _one_sign(parts)
    plain = _plain_sum(parts)
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
    """Where both s and −s occur among the factors of the parts, the one met first stands for both."""
    seen: dict[Term, None] = {}
    out: list[PowerProduct] = []
    for p in parts:
        coefficient, powers = p.coefficient, dict[Term, Fraction]()
        for atom, k in p.powers:
            opposite = negated_sum(atom)
            if atom not in seen and opposite is not None and opposite in seen and k.denominator == 1:
                atom, coefficient = opposite, coefficient * (-1 if k % 2 else 1)
            seen.setdefault(atom)
            powers[atom] = powers.get(atom, Fraction(0)) + k
        out.append(PowerProduct(coefficient, tuple((a, k) for a, k in powers.items() if k)))
    return tuple(out)


def _joined(terms: Sequence[Term]) -> Term:
    flat = [s for t in terms for s in summands(t)]
    return add(*flat) if len(flat) > 1 else flat[0]


def content(parts: Sequence[PowerProduct]) -> PowerProduct:
    """The largest common factor: the greatest common divisor of the numbers and the least powers of the common atoms."""
    numerator, denominator = 0, 1
    for p in parts:
        numerator = _gcd(numerator, abs(p.coefficient.numerator))
        denominator = denominator * p.coefficient.denominator // _gcd(denominator, p.coefficient.denominator)
    tables = [dict(p.powers) for p in parts]
    powers: list[tuple[Term, Fraction]] = []
    for atom, _ in parts[0].powers:  # what all share occurs in the first
        if not all(atom in t for t in tables):
            continue
        exponents = [t[atom] for t in tables]
        shared = min(exponents) if min(exponents) > 0 else max(exponents) if max(exponents) < 0 else Fraction(0)
        if shared:
            powers.append((atom, shared))
    negative = all(p.coefficient < 0 for p in parts)
    return PowerProduct(Fraction(numerator, denominator) * (-1 if negative else 1), tuple(powers))


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def divided(p: PowerProduct, by: PowerProduct) -> PowerProduct:
    return p.times(PowerProduct(1 / by.coefficient, tuple((a, -k) for a, k in by.powers)))


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
    inside = [divided(p, common) for p in parts]
    # What is left may be a whole sum, whose terms then add up with the others.
    rest = add_up(map(assemble, inside)) if any(map(_is_lone_sum, inside)) else _plain_sum(inside)
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
            result = _combine(node, [done[a] for a in node.args], one)
            if result is None or len(result[0]) + len(result[1]) > MAX_EXPANSION:
                return None
            done[node] = result
    return done.get(term)


def _combine(node: Apply, parts: list[Ratio], one: fmpq_mpoly) -> Ratio | None:
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
    plain = _plain_sum(parts)
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
    return assemble(above.times(inverse_below))


def _factored(polynomial: fmpq_mpoly, atoms: Sequence[Term]) -> PowerProduct | None:
    if len(polynomial) > 60:
        return None
    constant, factors = polynomial.factor()
    result = PowerProduct(Fraction(int(constant.p), int(constant.q)), ())
    for factor, k in factors:
        term, scale = _polynomial(factor, atoms)
        result = result.times(PowerProduct(scale ** int(k), ((term, Fraction(int(k))),)))
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
    return _plain_sum(scaled), common
