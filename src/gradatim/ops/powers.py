"""Powers of a matrix with a symbolic whole exponent: Xᵏ, and the law of their derivative.

d Xᵏ = Σᵣ Xʳ⁻¹ dX Xᵏ⁻ʳ, r = 1 … k. The sum's length is the exponent, so an exponent that can be differentiated is a size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradatim.errors import EvaluationError, ShapeError, UnknownDerivative
from gradatim.ops.base import Factor, Monomial, Notation, Op, Ring, Sample, Structural, need_square, register
from gradatim.ops.linear_algebra import identity, matrix_power_of
from gradatim.ops.quotients import as_size, least_count, rational
from gradatim.ops.structure import COOKBOOK, SCALAR, SQUARE, add, number, product
from gradatim.term import Apply, Symbol, Term, fresh_index
from gradatim.types import Dim, Type

LARGEST = 10_000


def _type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    n = need_square("a matrix power", types[0])
    if types[1].rank:
        raise ShapeError(f"the exponent of a matrix power is a whole number, not {types[1].described}")
    return Type((n, n))


def _value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
    return raised(R, a[0], R.whole(a[1]), size(node.type.axes[0]))


def raised(R: Ring, base: Any, k: int, n: int) -> Any:
    """The k-th power of an n × n matrix by repeated squaring."""
    if abs(k) > LARGEST:
        raise EvaluationError(f"the exponent {k} is too large")
    if k < 0:
        base = R.inverse(base)
    result = R.einsum((), (0, 0), (), {0: n})
    for bit in bin(abs(k))[2:]:
        result = R.einsum(((0, 1), (1, 2)), (0, 2), (result, result), {})
        if bit == "1":
            result = R.einsum(((0, 1), (1, 2)), (0, 2), (result, base), {})
    return result


mpower = register(
    Op(
        name="mpower",
        title="matrix power with a symbolic exponent",
        signature=_type,
        derivative=Structural(),
        rule="product rule for a matrix power",
        saying="each factor in turn gives way to its differential: `d(%ᵏ) = Σᵢ %ⁱ⁻¹ d% %ᵏ⁻ⁱ`",
        source=f"{COOKBOOK}, eq. 90",
        value=_value,
        code={
            "numpy": "np.linalg.matrix_power({0}, int({1}))",
            "jax": "_matrix_power({0}, {1})",
            "torch": "torch.linalg.matrix_power({0}, int({1}))",
        },
        notation=Notation("structural", "^", "^", ("mpower",)),
        samples=(Sample((SQUARE, Type(SCALAR.axes, facts=frozenset({"integer"})))),),
        facts=lambda node, facts: facts(node.args[0]) & {"symmetric", "diagonal", "lower", "upper", "spd", "invertible"},
        arity=2,
        needs=lambda node: () if (least_count(node.args[1]) or 0) >= 0 else ((node.args[0], "invertible"),),
        strict=True,
        reduces=lambda node, fact, _facts: ((node.args[0], fact),) if fact == "invertible" else None,
    )
)


def raised_to(base: Term, exponent: Term) -> Term:
    """base^exponent; a number as exponent gives the power with it, and 0 the identity."""
    value = rational(exponent)
    if value is None or value.denominator != 1:
        return mpower(base, exponent)
    return matrix_power_of(base, int(value)) or identity(params=base.type.axes[:1])


def power_series(node: Apply, out: tuple[Term, ...], inn: tuple[Term, ...]) -> tuple[Symbol, Monomial]:
    """The index r and the summand of d Xᵏ[out] / dX[inn]. Raises UnknownDerivative where the exponent is no size."""
    r, before, after = power_factors(node)
    return r, Monomial(number(1), (Factor(before, (out[0], inn[0])), Factor(after, (inn[1], out[1]))))


def power_factors(node: Apply) -> tuple[Symbol, Term, Term]:
    """The index r and the two factors Xʳ⁻¹, Xᵏ⁻ʳ of d Xᵏ = Σᵣ Xʳ⁻¹ dX Xᵏ⁻ʳ. Raises UnknownDerivative as `power_series`."""
    base, exponent = node.args
    count = as_size(exponent)
    if count is None or not count.terms:
        raise UnknownDerivative("a matrix power has a derivative by its base only where its exponent is a whole number or a size")
    r = fresh_index(count)
    return r, mpower(base, add(r, number(-1))), mpower(base, add(exponent, product(number(-1), r)))
