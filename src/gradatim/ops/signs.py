"""The sign of a term by that of a simpler one: eˣ − 1 has the sign of x, x/6 + 1/2 that of x + 3; and what is asked of the
larger or smaller of two by asking it of each."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from gradatim.ops.base import Known, Op
from gradatim.ops.kinks import at_least_zero, maximum, minimum
from gradatim.ops.linear_algebra import ones, unit, zeros
from gradatim.ops.pointwise import relu, sign, step
from gradatim.ops.products import hadamard, hdivide
from gradatim.ops.quotients import late, quotient
from gradatim.ops.structure import add, args_of, made_of, minus, number, product
from gradatim.term import Apply, Number, Term


def of_one_sign(x: Term, facts: Known) -> Term:
    """The simplest term seen whose entries have the signs of those of x."""
    while (simpler := _simpler(x, facts)) is not None:
        x = simpler
    return x


def _simpler(x: Term, facts: Known) -> Term | None:
    if not isinstance(x, Apply):
        return None
    if isinstance(x.op, Op) and x.op.keeps_sign:
        return x.args[0]
    if x.op in (quotient, hdivide) and "positive" in facts(x.args[1]):
        return x.args[0]
    if x.op is hadamard:
        kept = tuple(a for a in x.args if "positive" not in facts(a))
        return None if len(kept) == len(x.args) or not kept else made_of(hadamard, kept)
    if x.op is add:
        return _less_content(x)
    if x.op is product:
        return _signed_factors(x, facts)
    return None


def _signed_factors(x: Apply, facts: Known) -> Term | None:
    """A product of at most one array and scalars without its positive scalars."""
    if sum(a.rank > 0 for a in x.args) > 1 or number(0) in x.args:
        return None
    rest = [a for a in x.args if a.rank or not (isinstance(a, Number) or "positive" in facts(a))]
    if not rest:
        return None
    inside = of_one_sign(rest[0], facts) if len(rest) == 1 else product(*rest)
    negative = sum(isinstance(a, Number) and a.value < 0 for a in x.args) % 2
    if negative:
        factors = args_of(inside, product)
        inside = product(number(-1), *factors)
    return None if inside is x else inside


def _less_content(x: Apply) -> Term | None:
    """6 x + 12 as x + 2, x/6 + 1/2 as x + 3."""
    parts = [_apart(a) for a in x.args]
    size = Fraction(gcd(*(abs(c.numerator) for c, _ in parts)), lcm(*(c.denominator for c, _ in parts)))
    if size in (0, 1):
        return None
    return add(*(_scaled(c / size, rest) for c, rest in parts))


def _apart(x: Term) -> tuple[Fraction, Term | None]:
    """A term as a number times the rest; the rest of a number is None."""
    if isinstance(x, Number):
        return x.value, None
    if isinstance(x, Apply) and x.op is product and isinstance(x.args[0], Number):
        factors = x.args[1:]
        c, inner = _apart(made_of(product, factors))
        return c * x.args[0].value, inner
    if isinstance(x, Apply) and x.op is quotient and isinstance(x.args[1], Number) and x.args[1].value:
        c, rest = _apart(x.args[0])
        return c / x.args[1].value, rest
    return Fraction(1), x


def _scaled(c: Fraction, x: Term | None) -> Term:
    return number(c) if x is None else x if c == 1 else product(number(c), x)


# ---------------------------------------------------------------- indicators of positive entries


def simpler_step(node: Apply, facts: Known) -> Term | None:
    """𝟙[x > 0] and 𝟙[x ≥ 0] where they are known, or by a simpler x."""
    x = node.args[0]
    if ("nonnegative" if node.op is at_least_zero else "positive") in facts(x):
        return unit(node.type)
    same = of_one_sign(x, facts)
    if same is not x:
        return Apply(node.op, (same,))
    return _of_bounds(x, facts) if node.op is step else None


def simpler_sign(node: Apply, facts: Known) -> Term | None:
    x = node.args[0]
    if "positive" in facts(x):
        return unit(node.type)
    same = of_one_sign(x, facts)
    return sign(same) if same is not x else None


def _constant(x: Term) -> Fraction | None:
    """The number that every entry is, where that is seen."""
    c, rest = _apart(x)
    if rest is None:
        return c
    if isinstance(rest, Apply) and rest.op in (ones, zeros):
        return c if rest.op is ones else Fraction(0)
    return None


def _of_bounds(x: Term, facts: Known) -> Term | None:
    """𝟙[c ± max(a, k) > 0] with numbers c and k, and with min: it is decided, or asks something of a alone."""
    terms = args_of(x, add)
    for bound in terms:
        side, node = _apart(bound)
        others = [_constant(t) for t in terms if t is not bound]
        if abs(side) != 1 or not isinstance(node, Apply) or node.op not in (maximum, minimum, relu) or None in others:
            continue
        c = sum((o for o in others if o is not None), Fraction(0))
        found = _decided(node, int(side), c, facts)
        if found is not None:
            return found
    return None


def _decided(node: Apply, side: int, c: Fraction, facts: Known) -> Term | None:
    """`side` times the larger or smaller of two, plus c: is it positive?"""
    pairs = [(node.args[0], Fraction(0))] if node.op is relu else []
    pairs = pairs or [(a, k) for a, b in (node.args, node.args[::-1]) if (k := _constant(b)) is not None]
    one = unit(node.type)
    for a, k in pairs:
        # Of the larger one suffices; of minus the larger both must be positive.
        suffices = (node.op is minimum) == (side < 0)
        if (side * k + c > 0) is suffices:
            return one if suffices else _nothing(node)
        shift = () if not c else (number(c) if node.is_scalar else _scaled(c, one),)
        asked = (a, *shift) if side > 0 else (*shift, minus(a))
        return step(of_one_sign(add(*asked) if shift else asked[0], facts))
    return None


def _nothing(node: Apply) -> Term:
    return zeros(params=(*node.type.axes, *(("row",) if node.type.row else ()))) if node.rank else number(0)


late["simpler_step"] = simpler_step
late["simpler_sign"] = simpler_sign
