"""The lower and the upper triangle of a square matrix: the entries on one side of the diagonal kept, the others zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.ops.base import Factor, Indexed, Monomial, Notation, Op, Ring, Sample, Value, need_square, register
from gradatim.ops.linear_algebra import ones
from gradatim.ops.structure import MAGNUS, SQUARE, number
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type


def _kept(keeps: Callable[[int, int], bool]) -> Value:
    def value(R: Ring, a: Sequence[Any], node: Apply, size: Callable[[Dim], int]) -> Any:
        n = size(node.type.axes[0])
        where = [Fraction(int(keeps(i, j))) for i in range(n) for j in range(n)]
        return R.multiply(a[0], R.array((n, n), where))

    return value


def _rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    mask = Apply(node.op, (ones(params=node.type.axes),))
    return [Monomial(number(1), (Factor(mask, out), *(Factor(None, (o, i)) for o, i in zip(out, inn))))]


def _triangle(name: str, title: str, keeps: Callable[[int, int], bool], fact: str) -> Op:
    def signature(types: tuple[Type, ...], _params: tuple[object, ...]) -> Type:
        n = need_square(f"the {title}", types[0])
        return Type((n, n))

    return register(
        Op(
            name=name,
            title=title,
            signature=signature,
            derivative=Indexed(_rule),
            rule="differential of a selection of entries",
            source=f"{MAGNUS}, ch. 3",
            value=_kept(keeps),
            code={"numpy": f"np.{name}({{0}})"},
            notation=Notation("function", rf"\operatorname{{{name}}}", name, (name,)),
            samples=(Sample((SQUARE,)),),
            facts=lambda _node, _facts: frozenset({fact}),
        )
    )


tril = _triangle("tril", "lower triangle", lambda i, j: i >= j, "lower")
triu = _triangle("triu", "upper triangle", lambda i, j: i <= j, "upper")
