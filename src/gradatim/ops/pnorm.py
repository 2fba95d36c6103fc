"""The p-norm, for a number or a symbol p."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import Factor, Indexed, Monomial, Need, Notation, Op, Ring, Sample, register
from gradatim.ops.needs import size_of_argument
from gradatim.ops.norms import all_entries
from gradatim.ops.pointwise import absolute, sign
from gradatim.ops.products import NONZERO, hpower, inner
from gradatim.ops.quotients import late, power, quotient, rational
from gradatim.ops.structure import COLUMN, M_N, MAGNUS, number, product, subtract
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type


def _pnorm_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if types[0].rank == 0 or types[1].rank:
        raise ShapeError(f"a p-norm is of an array with a scalar p, not of {types[0].described} with {types[1].described}")
    return Type()


def _pnorm_value(R: Ring, a: Sequence[Any], node: Apply, _size: Callable[[Dim], int]) -> Any:
    p = rational(node.args[1])
    size = R.map("abs", a[0])
    if p is not None and p:
        return R.power_rational(all_entries(R, R.power_rational(size, p)), 1 / p)
    raised = R.power(size, R.multiply(a[1], R.full(R.shape(size), number(1).value)))
    return R.power(all_entries(R, raised), R.divide(R.number(number(1).value), a[1]))


def _pnorm_rule(node: Apply, k: int, _out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    x, p = node.args
    value = rational(p)
    less: Term = number(value - 1) if value is not None else subtract(p, number(1))
    if k == 0:
        # x |x|^(p − 2) is written as sign(x) |x|^(p − 1); for p = 4 it is x³.
        even = value is not None and value.denominator == 1 and value.numerator % 2 == 0
        heads = [hpower(x, less)] if even else [sign(x), hpower(absolute(x), less)]
        lowered = (
            product(power(node, number(1)), power(power(node, p), number(-1)))
            if value is None
            else power(node, number(1 - value))
        )
        return [Monomial(lowered, tuple(Factor(h, inn) for h in heads))]
    # By p: the norm is exp(log S / p) with S = Σ |x|^p.
    raised = hpower(absolute(x), p)
    total_of = power(node, p)
    weighted = quotient(inner(raised, late["log"](absolute(x))), product(p, total_of))
    slope = subtract(weighted, quotient(late["log"](node), p))
    return [Monomial(product(node, slope), ())]


def _pnorm_needs(node: Apply) -> tuple[Need, ...]:
    p = rational(node.args[1])
    return ((node.args[0], "somewhere" if p is not None and p > 1 else "nonzero"), (node.args[1], "positive"))


pnorm = register(
    Op(
        name="pnorm",
        even=True,
        title="p-norm",
        signature=_pnorm_type,
        derivative=Indexed(_pnorm_rule),
        rule="differential of the p-norm",
        saying="`‖%‖ₚᵖ = Σᵢ |%ᵢ|ᵖ`, and `d |t|ᵖ/dt = p |t|ᵖ⁻¹ sign(t)`",
        source=f"{MAGNUS}, ch. 11",
        value=_pnorm_value,
        code={"numpy": "np.sum(np.abs({0}) ** {1}) ** (1 / {1})"},
        notation=Notation("norm", r"\left\|", "‖", ("pnorm",), r"\right\|", "‖"),
        samples=(
            Sample((Type(COLUMN.axes, facts=NONZERO), Type(facts=frozenset({"positive"})))),
            Sample((Type(M_N.axes, facts=NONZERO), Type(facts=frozenset({"positive"})))),
        ),
        domain=("nonzero", "positive"),
        needs=_pnorm_needs,
        reduces=size_of_argument,
        facts=lambda node, facts: frozenset({"positive"}) if "nonzero" in facts(node.args[0]) else frozenset({"nonnegative"}),
        arity=2,
    )
)
