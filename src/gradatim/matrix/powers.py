"""Products of powers of scalar atoms: taken apart, multiplied and put together.

An atom is any scalar term that is not itself a product, quotient or rational power; a sum is an atom as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from gradatim.errors import LimitExceeded
from gradatim.exact import whole_power
from gradatim.ops import (
    Op,
    absolute,
    add,
    at,
    equal,
    facts,
    norm,
    number,
    power,
    product,
    quotient,
    rational,
    relu,
    sign,
    sqnorm,
    sqrt,
    step,
    transpose,
)
from gradatim.ops.structure import made_of
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, depends_on, free_symbols

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
    _meet_length(table)
    return _without_roots(PowerProduct(coefficient, tuple(table.items())))


def _meet_length(table: dict[Term, Fraction]) -> None:
    """xᵀx / ‖x‖² is 1."""
    for length in [a for a in table if isinstance(a, Apply) and a.op is norm]:
        x = length.args[0]
        square = product(transpose(x), x) if x.rank == 1 and not x.type.row else None
        if square in table:
            total = table[length] + 2 * table.pop(square)
            table[length] = total
            if not total:
                del table[length]


def _meet_size(atom: Term, table: dict[Term, Fraction]) -> None:
    """sign(t) |t| is t, sign(t) / |t| is 1 / t."""
    size = absolute(*atom.args)
    k = table.get(size, Fraction(0))
    symbolic = k < 0 and any(isinstance(a, Apply) and a.op is power and a.args[0] is size for a in table)
    if table.get(atom) == 1 and (k >= 1 or k == -1) and not symbolic:
        del table[atom]
        one = Fraction(1 if k > 0 else -1)
        for t, by in ((size, -one), (atom.args[0], one)):
            table[t] = table.get(t, Fraction(0)) + by
            if not table[t]:
                del table[t]
    elif table.get(atom) == 1 and not k and table.get(atom.args[0], Fraction(0)) == 1:
        del table[atom], table[atom.args[0]]  # t sign(t) is |t|
        table[size] = Fraction(1)


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
    return PowerProduct(whole_power(p.coefficient, k), tuple((a, e * k) for a, e in p.powers))


def _idempotent(atom: Term) -> bool:
    """Whether a function has no values but 0 and 1, so that its powers are itself. A symbol declared so may yet be varied."""
    return isinstance(atom, Apply) and "labels01" in facts(atom)


@lru_cache(maxsize=20_000)
def negated_sum(atom: Term) -> Term | None:
    """The sum with every sign turned, in the order a person would write it (positive first); None for what is no sum."""
    if not (isinstance(atom, Apply) and atom.op is add and atom.is_scalar):
        return None
    return plain_sum([PowerProduct(-p.coefficient, p.powers) for p in map(power_product, atom.args)])


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
            coefficient *= whole_power(value, int(k))
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
        elif isinstance(node, Apply) and node.op is sqnorm and k.denominator == 1:
            length = norm(node.args[0])
            table[length] = table.get(length, Fraction(0)) + 2 * k
        elif isinstance(node, Apply) and node.op is sqrt and not _is_compound(node.args[0]):
            table[node.args[0]] = table.get(node.args[0], Fraction(0)) + k / 2
        elif isinstance(node, Bind) and k.denominator == 1 and (apart := _out_of_sum(node)) is not None:
            coefficient *= whole_power(apart[0].coefficient, int(k))
            work.extend([(apart[1], k), *((a, k * e) for a, e in apart[0].powers)])
        elif (normal := normal_form(node)) is not node:
            work.append((normal, k))
        else:
            table[node] = table.get(node, Fraction(0)) + k
    return _without_roots(PowerProduct(coefficient, tuple((a, _capped(a, k)) for a, k in table.items() if k)))


def normal_form(atom: Term) -> Term:
    """The one of several equal atoms that stands for all: [j ≠ i] as [i ≠ j]."""
    found = getattr(atom.op, "normal", None) if isinstance(atom, Apply) else None
    return atom if found is None else found(atom)


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
    return sum(whole, Fraction(0)), power(base, made_of(add, rest))


def _scaled_exponent(node: Apply) -> tuple[Fraction, Term] | None:
    """x^(−a) as the inverse of x^a, so that it cancels against it."""
    base, exponent = node.args
    if not (isinstance(exponent, Apply) and exponent.op is product and len(exponent.args) > 1):
        return None
    if rational(exponent.args[0]) != -1:
        return None
    rest = exponent.args[1:]
    return Fraction(-1), power(base, made_of(product, rest))


def _is_compound(term: Term) -> bool:
    """Whether the scalar is itself made of factors; a product of arrays that runs together to a number is not."""
    parts = isinstance(term, Apply) and term.op in (product, quotient, power) and all(a.is_scalar for a in term.args)
    return parts or isinstance(term, Number)


def _rank(item: tuple[Term, Fraction]) -> int:
    """Natural order of scalar factors: sizes and roots of numbers, deltas, symbols and their entries, functions, sums."""
    atom = item[0]
    if isinstance(atom, Size):
        return 0
    if isinstance(atom, Apply) and (atom.op is sqrt and not free_symbols(atom) or isinstance(atom.op, Op) and not atom.args):
        return 0  # √2, π
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
    if k == 2 and isinstance(atom, Apply) and atom.op is norm:
        return sqnorm(atom.args[0])
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
    below = made_of(product, bottom)
    if size.numerator != 1 or not top:
        top.insert(0, number(size.numerator))
    above = made_of(product, top)
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
    return made_of(product, every)


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


def plain_sum(parts: Sequence[PowerProduct]) -> Term:
    if not parts:
        return number(0)
    if len(parts) == 1:
        return assemble(parts[0])
    first = next((k for k, p in enumerate(parts) if p.coefficient > 0), 0)
    return add(*map(assemble, (parts[first], *parts[:first], *parts[first + 1 :])))


LARGEST_WHOLE = 12
"""Up to this the coefficients that a common denominator leaves may be: (1/2)(2 a + b), but a + 0.01 b."""


def content(parts: Sequence[PowerProduct]) -> PowerProduct:
    """The largest common factor: the greatest common divisor of the numbers, where that makes small ones of fractions, and the
    least powers of the common atoms."""
    numerator, denominator = 0, 1
    for p in parts:
        numerator = _gcd(numerator, abs(p.coefficient.numerator))
        denominator = denominator * p.coefficient.denominator // _gcd(denominator, p.coefficient.denominator)
    shared_number = Fraction(numerator, denominator)
    if denominator > LARGEST_WHOLE and any(abs(p.coefficient) > LARGEST_WHOLE * shared_number for p in parts):
        shared_number = _of_decimals([abs(p.coefficient) for p in parts])
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
    return PowerProduct(shared_number * (-1 if negative else 1), tuple(powers))


def _of_decimals(numbers: Sequence[Fraction]) -> Fraction:
    """The least of long decimals, where the others come out shorter without it: 1.05 in 1.05 and 1.7535; else 1."""
    least = min(numbers)
    shorter = least and all(n == least or (n / least).denominator < n.denominator for n in numbers)
    return least if shorter and any(n != least for n in numbers) else Fraction(1)


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def divided(p: PowerProduct, by: PowerProduct) -> PowerProduct:
    return p.times(PowerProduct(1 / by.coefficient, tuple((a, -k) for a, k in by.powers)))
