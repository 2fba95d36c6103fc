"""Entries in rising order, and the one in the middle. Near a point whose entries differ, the order is one and the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim.errors import ShapeError
from gradatim.ops.base import Factor, Indexed, LocallyConstant, Monomial, Notation, Op, Ring, Sample, register
from gradatim.ops.structure import COLUMN, number
from gradatim.term import Apply, Term
from gradatim.types import Dim, Type

SOURCE = "David & Nagaraja, Order Statistics (2003), 1.1"
Size = Callable[[Dim], int]


def _vector(types: tuple[Type, ...]) -> Dim:
    if types[0].rank != 1:
        raise ShapeError(f"the order of entries is that of a vector, not of {types[0].described}")
    return types[0].axes[0]


def _of_vector(types: tuple[Type, ...]) -> Type:
    _vector(types)
    return Type()


def _total(R: Ring, parts: Sequence[Any]) -> Any:
    total = parts[0]
    for p in parts[1:]:
        total = R.add(total, p)
    return total


def _less(R: Ring, a: Any, b: Any) -> Any:
    return R.map("step", R.add(b, R.multiply(R.number(Fraction(-1)), a)))


def _indicators(R: Ring, x: Sequence[Any]) -> list[list[Any]]:
    """Rows with a one at the place of the smallest entry, of the next, …; of equal entries the first counts as the smaller."""
    one = R.number(Fraction(1))
    ranks = []
    for i, a in enumerate(x):
        # Of two entries that are not below each other the later one has the earlier before it.
        before = [_less(R, b, a) for b in x[i + 1 :]]
        before += [R.add(one, R.multiply(R.number(Fraction(-1)), _less(R, a, b))) for b in x[:i]]
        ranks.append(_total(R, [R.number(Fraction(0)), *before]))
    return [[R.equal(r, R.number(Fraction(k))) for r in ranks] for k in range(len(x))]


def _sorted(R: Ring, x: Sequence[Any]) -> list[Any]:
    return [_total(R, [R.multiply(p, a) for p, a in zip(row, x)]) for row in _indicators(R, x)]


def _sort_value(R: Ring, a: Sequence[Any], _node: Apply, _size: Size) -> Any:
    return R.stack(_sorted(R, R.entries(a[0])))


def _places_value(R: Ring, a: Sequence[Any], _node: Apply, _size: Size) -> Any:
    return R.stack([R.stack(row) for row in _indicators(R, R.entries(a[0]))])


def _middle(count: int) -> dict[int, Fraction]:
    """The weights of the places that the median is made of."""
    low, high = (count - 1) // 2, count // 2
    return {low: Fraction(1)} if low == high else {low: Fraction(1, 2), high: Fraction(1, 2)}


def _median_value(R: Ring, a: Sequence[Any], _node: Apply, _size: Size) -> Any:
    x = _sorted(R, R.entries(a[0]))
    return _total(R, [R.multiply(R.number(w), x[k]) for k, w in _middle(len(x)).items()])


def _weights_value(R: Ring, a: Sequence[Any], _node: Apply, _size: Size) -> Any:
    rows = _indicators(R, R.entries(a[0]))
    middle = _middle(len(rows)).items()
    return R.stack([_total(R, [R.multiply(R.number(w), rows[k][i]) for k, w in middle]) for i in range(len(rows))])


def _sort_rule(node: Apply, _k: int, out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    return [Monomial(number(1), (Factor(sort_places(node.args[0]), (*out, *inn)),))]


def _median_rule(node: Apply, _k: int, _out: tuple[Term, ...], inn: tuple[Term, ...]) -> list[Monomial]:
    return [Monomial(number(1), (Factor(median_weights(node.args[0]), inn),))]


_CENTRE = "({0}.shape[-1] - 1) / 2"
"""The place, counted from 0, of the median, or the middle between the two that it is made of."""

sort: Op = register(
    Op(
        name="sort",
        title="entries in rising order",
        signature=lambda types, _p: Type((_vector(types),)),
        derivative=Indexed(_sort_rule),
        rule="derivative of the order statistics",
        saying="near this point the order of the entries is one and the same",
        source=SOURCE,
        value=_sort_value,
        code={"numpy": "np.sort({0})", "torch": "torch.sort({0})[0]"},
        notation=Notation("function", r"\operatorname{sort}", "sort", ("sort",)),
        samples=(Sample((COLUMN,)),),
        batched=True,
        needs=lambda node: ((node.args[0], "apart"),),
        facts=lambda node, facts: facts(node.args[0]) & {"positive", "nonnegative", "nonzero", "fraction", "adds_to_one"},
    )
)
sort_places: Op = register(
    Op(
        name="sort_places",
        title="permutation that puts entries in rising order",
        signature=lambda types, _p: Type((_vector(types),) * 2),
        derivative=LocallyConstant(),
        rule="derivative of a permutation",
        source=SOURCE,
        value=_places_value,
        code={
            "numpy": "np.eye({0}.shape[-1], dtype={0}.dtype)[np.argsort({0})]",
            "torch": "torch.eye({0}.shape[-1], dtype={0}.dtype)[torch.argsort({0})]",
        },
        notation=Notation(
            "function",
            r"\operatorname{sortorder}",
            "sortorder",
            ("sortorder",),
            legend="{0} has a one at k, i where the k-th smallest entry of `t` is the i-th",
        ),
        samples=(Sample((COLUMN,)),),
        batched=True,
        needs=lambda node: ((node.args[0], "apart"),),
        facts=lambda _node, _facts: frozenset({"orthogonal", "invertible", "nonnegative"}),
        # The order of the order is the inverse permutation.
        applied=("{1}[np.argsort({0})]", "{1}[np.argsort(np.argsort({0}))]"),
    )
)
median: Op = register(
    Op(
        name="median",
        title="median of the entries",
        signature=lambda types, _p: _of_vector(types),
        derivative=Indexed(_median_rule),
        rule="derivative of the median",
        saying="near this point the order of the entries is one and the same",
        source=SOURCE,
        value=_median_value,
        code={"numpy": "np.median({0}, axis=-1)", "torch": "torch.quantile({0}, 0.5, dim=-1)"},
        notation=Notation("function", r"\operatorname{median}", "median", ("median",)),
        samples=(Sample((COLUMN,)),),
        batched=True,
        needs=lambda node: ((node.args[0], "apart"),),
        facts=lambda node, facts: facts(node.args[0]) & {"positive", "nonnegative", "fraction"},
    )
)
median_weights: Op = register(
    Op(
        name="median_weights",
        title="weights of the entries in their median",
        signature=lambda types, _p: Type((_vector(types),)),
        derivative=LocallyConstant(),
        rule="derivative of a permutation",
        source=SOURCE,
        value=_weights_value,
        code={
            "numpy": f"np.asarray(np.maximum(1 - np.abs(np.argsort(np.argsort({{0}})) - {_CENTRE}), 0), dtype={{0}}.dtype)",
            "torch": f"torch.clamp(1 - torch.abs(torch.argsort(torch.argsort({{0}})) - {_CENTRE}), min=0).to({{0}}.dtype)",
        },
        notation=Notation(
            "function",
            r"\operatorname{medianweights}",
            "medianweights",
            ("medianweights",),
            legend="{0} has a one where `t` has its median, or two halves",
        ),
        samples=(Sample((COLUMN,)),),
        batched=True,
        needs=lambda node: ((node.args[0], "apart"),),
        facts=lambda _node, _facts: frozenset({"nonnegative", "probability"}),
    )
)
