"""Quotients and powers of scalars, and what a term is as a number: a fraction, a size, a count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import Factor, Indexed, Monomial, Notation, Op, Pointwise, Ring, Sample, register
from gradatim.ops.needs import of_base, power_reduces
from gradatim.ops.projections import projects
from gradatim.ops.structure import COLUMN, M_N, MAGNUS, POSITIVE, SCALAR, add, product
from gradatim.term import Apply, Number, Size, Term
from gradatim.types import Dim, Type


def _quotient_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if types[1].rank:
        raise ShapeError(
            f"a quotient divides by a scalar, not by {types[1].described} (elementwise division is its own operation)"
        )
    return Type(types[0].axes, row=types[0].row)


def _quotient_rule(node: Apply, k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    top, bottom = node.args
    if k == 0:
        return [Monomial(power(bottom, Number(-1)), tuple(Factor(None, (o, i)) for o, i in zip(out, inn)))]
    coefficient = product(Number(-1), power(bottom, Number(-2)))
    return [Monomial(coefficient, (Factor(top, out),))]


quotient = register(
    Op(
        name="quotient",
        title="quotient",
        signature=_quotient_type,
        derivative=Indexed(_quotient_rule),
        rule="quotient rule",
        source=f"{MAGNUS}, ch. 8",
        value=lambda R, a, _n, _s: R.divide(a[0], a[1]),
        code={"numpy": "{0} / {1}"},
        notation=Notation("structural", r"\frac", "/", ("frac", "/")),
        samples=(Sample((SCALAR, SCALAR)), Sample((COLUMN, SCALAR)), Sample((M_N, SCALAR))),
        domain=("", "nonzero"),
        strict=True,
        reduces=lambda node, fact, _facts: ((node.args[0], fact),) if fact in ("nonzero", "somewhere", "invertible") else None,
        arity=2,
        facts=lambda node, facts: (
            facts(node.args[0]) & {"symmetric", "skew", "diagonal", "lower", "upper"}
            | (
                facts(node.args[0]) & {"positive", "spd", "psd", "invertible"}
                if facts(node.args[1]) & {"positive", "nonnegative"}  # it is not zero where the quotient has a value
                else frozenset()
            )
            | (frozenset({"idempotent"}) if node.rank == 2 and projects(node, facts) else frozenset())
        ),
    )
)


# ---------------------------------------------------------------- what a term is as a number


def rational(term: Term) -> Fraction | None:
    """The value of a number, also of a negated or divided one; None for anything else."""
    if isinstance(term, Number):
        return term.value
    if isinstance(term, Apply) and term.op is product:
        total = Fraction(1)
        for a in term.args:
            value = rational(a)
            if value is None:
                return None
            total *= value
        return total
    if isinstance(term, Apply) and term.op is quotient:
        top, bottom = rational(term.args[0]), rational(term.args[1])
        return top / bottom if top is not None and bottom else None
    return None


def as_size(term: Term) -> Dim | None:
    """The dimension that a term of sizes and whole numbers is; None where it is not one."""
    if isinstance(term, Number):
        return Dim((((), term.value),)) if term.value else Dim(())
    if isinstance(term, Size):
        return term.dim
    if isinstance(term, Apply) and term.op in (add, product):
        parts = [d for d in map(as_size, term.args) if d is not None]
        return reduce(Dim.__add__ if term.op is add else Dim.__mul__, parts) if len(parts) == len(term.args) else None
    return None


def least_count(term: Term) -> int | None:
    """The least value of a sum of indices, sizes and whole numbers, which count from one; None for anything else."""
    if isinstance(term, Number):
        return int(term.value) if term.value.denominator == 1 else None
    if isinstance(term, Size) or term.type.index is not None:
        return 1
    if isinstance(term, Apply) and term.op is add:
        parts = [least_count(a) for a in term.args]
        return None if None in parts else sum(p for p in parts if p is not None)
    return 0 if is_indicator(term) else None


def is_indicator(term: Term) -> bool:
    """Whether a term is an indicator of indices, or a product of them: 0 or 1."""
    if isinstance(term, Apply) and term.op is product:
        return all(map(is_indicator, term.args))
    return isinstance(term, Apply) and isinstance(term.op, Op) and term.op.restricts


# ---------------------------------------------------------------- powers


def _power_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    for t, what in zip(types, ("base", "exponent")):
        if t.rank:
            raise ShapeError(
                f"the {what} of a scalar power is {t.described} (matrix powers and elementwise powers are their own operations)"
            )
    return Type()


def _power_value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    exponent = rational(node.args[1])
    if exponent is None and (whole := as_size(node.args[1])) is not None:
        exponent = Fraction(size(whole))  # a whole power of a negative number exists
    if is_indicator(node.args[1]):  # the factor of a product over part of a range, or 1: of a negative base, too
        return R.add(R.number(Fraction(1)), R.multiply(a[1], R.add(a[0], R.number(Fraction(-1)))))
    return R.power(a[0], a[1]) if exponent is None else R.power_rational(a[0], exponent)


def _power_partial(x: Term, n: Term, _y: Term) -> Term:
    value = rational(n)
    less: Term = Number(value - 1) if value is not None else add(n, Number(-1))
    return product(n, power(x, less))


def _exponent_partial(x: Term, _n: Term, y: Term) -> Term:
    return product(y, Apply(_logarithm(), (x,)))


def _logarithm() -> Any:
    return late["log"]


late: dict[str, Any] = {}
"""What is defined later and a rule needs: the logarithm in the power rule, how an indicator is simplified."""


def _power_facts(node: Apply, facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
    base, k = facts(node.args[0]), rational(node.args[1])
    out = base & {"positive"}
    if k is not None and k.denominator == 1:
        out |= {"nonnegative"} if k % 2 == 0 or "nonnegative" in base else frozenset()
        out |= base & {"nonzero"} | (base & {"fraction"} if k > 0 else frozenset())
    return out


power = register(
    Op(
        name="power",
        title="power",
        signature=_power_type,
        derivative=Pointwise((_power_partial, _exponent_partial)),
        rule="power rule",
        source=f"{MAGNUS}, ch. 8",
        value=_power_value,
        code={"numpy": "{0} ** {1}"},
        notation=Notation("structural", "^", "^", ("^", "**", "pow", "power")),
        samples=(Sample((POSITIVE, SCALAR)),),
        domain=("positive", ""),
        needs=of_base(rational, least_count),
        strict=True,
        reduces=power_reduces(rational),
        arity=2,
        facts=_power_facts,
    )
)
