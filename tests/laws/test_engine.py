"""The engine on every operation: the first and second derivative by every argument, alone and under a transpose.

`derivative` checks each result against the function and raises NotVerified where it fails, so what is asserted here is that an
answer comes, and that its shape is the one the layout promises.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradatim.check.verify import result_axes
from gradatim.derive.derivative import derivative
from gradatim.ops import at, dictionary, inner, number, product, total, transpose
from gradatim.ops.base import Along, Op, Primary, Sample, Structural
from gradatim.term import Apply, Symbol, Term
from gradatim.types import Type


def by_record(op: Op, k: int) -> bool:
    """Whether the record says what every change of an argument does to the value."""
    if isinstance(op.derivative, Along):
        return k == op.derivative.by
    return op.derivative.along is not None if isinstance(op.derivative, Primary) else not isinstance(op.derivative, Structural)


CASES = [
    pytest.param(op, s, k, id=f"{op.name}-{j}-{k}")
    for op in dictionary().values()
    for j, s in enumerate(op.samples)
    for k in range(len(s.types))
    if by_record(op, k)
]
TWICE = [c for c in CASES if not isinstance(c.values[0].derivative, Primary) and c.values[0].name != "responses"]
"""What has a second derivative: of what is said to change along a matrix only the first is known.
The second of `responses`, the third of an eigenvector, takes a minute."""


def sampled(op: Op, sample: Sample) -> Apply:
    args = []
    for k, t in enumerate(sample.types):
        needed = op.domain[k] if k < len(op.domain) else ""
        args.append(Symbol(f"a{k}", replace(t, facts=t.facts | {needed}) if needed else t))
    return op(*args, params=sample.params)


def scalarised(node: Term) -> Term:
    """A scalar that weighs every entry of the value differently."""
    weight = Symbol("w", Type(node.type.axes, row=node.type.row))
    return inner(weight, node) if node.rank else product(weight, node)


@pytest.mark.parametrize(("op", "sample", "k"), CASES)
def test_the_gradient_of_a_weighted_sum_of_the_entries(op: Op, sample: Sample, k: int) -> None:
    node = sampled(op, sample)
    found = derivative(scalarised(node), node.args[k])
    assert found.type.axes == node.args[k].type.axes


@pytest.mark.parametrize(("op", "sample", "k"), CASES)
def test_the_jacobian(op: Op, sample: Sample, k: int) -> None:
    node = sampled(op, sample)
    x = node.args[k]
    # With more than two axes "transposed" could mean several things; the layout with the function's axes first has one meaning.
    for layout in ("gradient", "denominator") if node.rank + x.rank <= 2 else ("gradient",):
        found = derivative(node, x, layout=layout)
        assert found.type.axes == result_axes(node, x, layout)


@pytest.mark.parametrize(("op", "sample", "k"), TWICE)
def test_the_second_derivative(op: Op, sample: Sample, k: int) -> None:
    node = sampled(op, sample)
    x = node.args[k]
    found = derivative(scalarised(node), x, x)
    assert found.type.axes == x.type.axes * 2


@pytest.mark.parametrize(("op", "sample", "k"), CASES)
def test_the_gradient_under_a_transpose(op: Op, sample: Sample, k: int) -> None:
    node = sampled(op, sample)
    turned = transpose(node if node.rank < 3 else at(node, number(2)))  # of an array with three axes, of a member
    found = derivative(total(product(turned, scalarised(turned))), node.args[k])
    assert found.type.axes == node.args[k].type.axes
