"""Every operation of the dictionary, its gradient and its second derivative, in every target."""

from __future__ import annotations

from random import Random

import pytest

from compile.agree import BACKENDS, assert_agrees, needs, point_for
from gradatim.derive import derivative
from gradatim.errors import GradatimError
from gradatim.ops import dictionary, inner, product, total, trace
from gradatim.ops.base import Op, Sample
from gradatim.term import Symbol, Term
from gradatim.types import Dim, Type

CASES = [(op, k) for op in dictionary().values() for k in range(len(op.samples)) if op.name not in ("pair", "at", "basis")]


def applied(op: Op, sample: Sample) -> tuple[list[Symbol], Term]:
    symbols = [Symbol(f"a{k}", t) for k, t in enumerate(sample.types)]
    return symbols, op(*symbols, params=sample.params)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("op", "k"), CASES, ids=lambda x: getattr(x, "name", str(x)))
def test_every_operation_and_its_derivatives(op: Op, k: int, backend: str, rng: Random) -> None:
    needs(backend)
    symbols, node = applied(op, op.samples[k])
    terms = [node]
    if symbols and node.type.index is None:
        weight = Symbol("weight", node.type.bare)
        scalar = node if node.is_scalar else inner(weight, node) if node.rank < 3 else total(node)
        for s in symbols:
            try:
                first = derivative(scalar, s, verified=False)
                # Under JAX every term is compiled once more by XLA, which takes a second.
                terms += [first] if backend == "jax" else [first, derivative(first, s, verified=False)]
            except GradatimError:
                continue
    arrays = point_for(rng, *terms)
    if not symbols and node.rank < 3:
        # A constant matrix, whose sizes an argument tells.
        v = Symbol("v", Type(node.type.axes[-1:]))
        sizes = [Symbol(f"m{k}", Type((d, d))) for k, d in enumerate(p for p in node.params if isinstance(p, Dim))]
        terms = [product(node, v) if node.rank == 2 else inner(node, v)]
        terms = [product(*map(trace, sizes), t) for t in terms]
        arrays = point_for(rng, *terms)
    for term in terms:
        try:
            assert_agrees(term, backend, arrays)
        except GradatimError as error:
            # PyTorch spells most whole operations its own way, and a power with a symbolic exponent needs a concrete number.
            assert f"has no form in {backend}" in str(error) and (backend == "torch" or op.name == "mpower"), error
