"""Products other than the matrix product: entry by entry, inner, and what divides or raises entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import (
    Einsum,
    Factor,
    Indexed,
    LocallyConstant,
    Monomial,
    Multilinear,
    Notation,
    Op,
    Pointwise,
    Ring,
    Sample,
    register,
    same_axes,
)
from gradatim.ops.needs import each, of_base, power_reduces, size_of_argument
from gradatim.ops.quotients import late, power, quotient, rational
from gradatim.ops.structure import COLUMN, COOKBOOK, M_N, MAGNUS, SCALAR, add, minus, number
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type

NONZERO, POSITIVE = frozenset({"nonzero"}), frozenset({"positive"})


def _entrywise(title: str) -> Callable[[tuple[Type, ...], tuple[object, ...]], Type]:
    def signature(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
        return same_axes(title, types)

    return signature


def _entrywise_einsum(types: tuple[Type, ...], _params: tuple[object, ...]) -> Einsum:
    axes = tuple(range(types[0].rank))
    return Einsum(tuple(axes for _ in types), axes)


def _hadamard_facts(node: Apply, facts: Callable[[Term], frozenset[str]]) -> frozenset[str]:
    every = frozenset.intersection(*(facts(a) for a in node.args)) & {"symmetric", "positive", "spd", "psd"}
    some = frozenset().union(*(facts(a) for a in node.args)) & {"diagonal", "lower", "upper"}
    return every | some


hadamard = register(
    Op(
        name="hadamard",
        title="Hadamard product",
        signature=_entrywise("the Hadamard product"),
        derivative=Multilinear(_entrywise_einsum),
        rule="product rule for the Hadamard product",
        source=f"{COOKBOOK}, eq. 38",
        value=None,
        code={"numpy": "{0} * {1}"},
        notation=Notation(
            "infix", r"\odot", "⊙", ("odot", "circ", "ast", ".*", "⊙", "∘"), legend="{0} is the product entry by entry"
        ),
        samples=(Sample((M_N, M_N)), Sample((COLUMN, COLUMN))),
        facts=_hadamard_facts,
        arity=None,
        reduces=each("nonzero"),
        weight=5,
    )
)

hdivide = register(
    Op(
        name="hdivide",
        title="elementwise quotient",
        signature=_entrywise("the elementwise quotient"),
        derivative=Pointwise((lambda a, b, y: quotient(number(1), b), lambda a, b, y: minus(quotient(a, power(b, number(2)))))),
        rule="quotient rule, entry by entry",
        source=f"{MAGNUS}, ch. 8",
        value=lambda R, a, _n, _s: R.divide(a[0], a[1]),
        code={"numpy": "{0} / {1}"},
        notation=Notation("infix", r"\oslash", "⊘", ("oslash", "./", "⊘"), legend="{0} is the quotient entry by entry"),
        samples=(Sample((M_N, Type(M_N.axes, facts=NONZERO))), Sample((COLUMN, Type(COLUMN.axes, facts=NONZERO)))),
        domain=("", "nonzero"),
        strict=True,
        arity=2,
    )
)


def _hpower_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    if types[1].rank:
        raise ShapeError(f"the exponent of an elementwise power is a scalar, not {types[1].described}")
    return Type(types[0].axes, row=types[0].row)


def _hpower_value(R: Ring, a: Sequence[Any], node: Apply, _size: Callable[[Dim], int]) -> Any:
    exponent = rational(node.args[1])
    return R.power(a[0], a[1]) if exponent is None else R.power_rational(a[0], exponent)


def _indexed_power(node: Apply, k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    base, exponent = node.args
    if k == 0:
        value = rational(exponent)
        deltas = tuple(Factor(None, (o, i)) for o, i in zip(out, inn))
        if value == 1:
            return [Monomial(number(1), deltas)]
        less: Term = number(value - 1) if value is not None else add(exponent, number(-1))
        lowered = base if value == 2 else hpower(base, less)
        return [Monomial(exponent, (Factor(lowered, out), *deltas))]
    return [Monomial(number(1), (Factor(node, out), Factor(late["log"](base), out)))]


hpower = register(
    Op(
        name="hpower",
        title="elementwise power",
        signature=_hpower_type,
        derivative=Indexed(_indexed_power),
        rule="power rule, entry by entry",
        source=f"{MAGNUS}, ch. 8",
        value=_hpower_value,
        code={"numpy": "{0} ** {1}"},
        notation=Notation("structural", "^", "^", (".^",), legend="{0} is the power entry by entry"),
        samples=(Sample((Type(M_N.axes, facts=POSITIVE), SCALAR)), Sample((Type(COLUMN.axes, facts=POSITIVE), SCALAR))),
        domain=("positive", ""),
        needs=of_base(rational),
        strict=True,
        reduces=power_reduces(rational),
        facts=lambda node, facts: facts(node.args[0]) & {"symmetric", "positive"},
        arity=2,
        weight=4,
    )
)

equal = register(
    Op(
        name="equal",
        title="indicator of equal entries",
        signature=_entrywise("the indicator of equality"),
        derivative=LocallyConstant(),
        rule="derivative of an indicator",
        source="NIST Digital Library of Mathematical Functions, 1.16.13",
        value=lambda R, a, _n, _s: R.equal(a[0], a[1]),
        code={"numpy": "({0} == {1}).astype(float)"},
        notation=Notation("indicator", r"\delta", "δ", ("eq",), legend="{0} is 1 where `i = j`, else 0"),
        samples=(Sample((COLUMN, COLUMN)),),
        domain=("", ""),
        arity=2,
        weight=40,
    )
)


def _inner_type(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
    a, b = types
    if a.axes != b.axes:
        raise ShapeError(f"an inner product needs equal shapes, not {a.described} and {b.described}")
    return Type()


def _inner_einsum(types: tuple[Type, ...], _params: tuple[object, ...]) -> Einsum:
    axes = tuple(range(types[0].rank))
    return Einsum((axes, axes), ())


inner = register(
    Op(
        name="inner",
        title="inner product",
        signature=_inner_type,
        derivative=Multilinear(_inner_einsum),
        rule="product rule for the inner product",
        source=f"{MAGNUS}, ch. 8",
        value=None,
        code={"numpy": "np.sum({0} * {1})"},
        notation=Notation("fence", r"\langle ", "⟨", ("inner", "dot"), r"\rangle", "⟩"),
        samples=(Sample((COLUMN, COLUMN)), Sample((M_N, M_N))),
        arity=2,
        reduces=lambda node, fact, _facts: size_of_argument(node, fact, _facts) if node.args[0] is node.args[1] else None,
    )
)
