"""The order of products and what they share: counted in operations, which depend on the sizes alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
import pytest

from gradatim import ops
from gradatim.compile.cheapest import MOST, cheapest, steps
from gradatim.compile.function import Compiled
from gradatim.term import Symbol, Term
from gradatim.types import matrix, vector

N = 60
A, B, C, D = (Symbol(n, matrix("n", "n")) for n in "ABCD")
P = Symbol("P", matrix("n", "n", {"symmetric"}))
x, y, w = (Symbol(n, vector("n")) for n in "xyw")


def _operations(*terms: Term) -> int:
    compiled = Compiled(terms, "numpy", "formula", {"n": N})
    rng = np.random.default_rng(3)
    given: dict[str, Any] = {}
    for s in compiled._program.symbols:
        a = rng.normal(size=(N,) * s.type.rank)
        given[s.plain] = a + a.T if s is P else a
    found = compiled(**given)
    for t, value in zip(terms, found if len(terms) > 1 else (found,)):
        assert np.allclose(value, Compiled((t,), "numpy", "formula", {"n": N})(**{k: given[k] for k in _names(t)}))
    return sum(c.flops for c in compiled.plan.costs())


def _names(t: Term) -> list[str]:
    return list(Compiled((t,), "numpy", "formula", {"n": N}).arguments)


def _trees(positions: tuple[int, ...]) -> Iterator[Any]:
    if len(positions) == 1:
        yield positions[0]
        return
    first, *rest = positions
    for size in range(len(rest)):
        for chosen in combinations(rest, size):
            others = tuple(p for p in rest if p not in chosen)
            for left in _trees((first, *chosen)):
                for right in _trees(others):
                    yield left, right


def _multiplications(tree: Any, inputs: list[frozenset[str]], kept: set[str], extent: dict[str, int]) -> int:
    """The same counted from the definition: every product runs over all labels of both operands."""

    def below(t: Any) -> list[int]:
        return [t] if isinstance(t, int) else below(t[0]) + below(t[1])

    def labels(t: Any) -> frozenset[str]:
        if isinstance(t, int):
            return inputs[t]
        outside = kept.union(*(inputs[k] for k in range(len(inputs)) if k not in below(t)))
        return frozenset(a for a in labels(t[0]) | labels(t[1]) if a in outside)

    if isinstance(tree, int):
        return 0
    own = prod(extent[a] for a in labels(tree[0]) | labels(tree[1]))
    return own + sum(_multiplications(t, inputs, kept, extent) for t in tree)


def test_the_order_is_the_cheapest_of_all(request: pytest.FixtureRequest) -> None:
    rng = random.Random(int(request.config.getoption("--seed")))
    for _ in range(60):
        extent = {a: rng.choice((2, 3, 7, 40)) for a in "abcdef"}
        inputs = [frozenset(rng.sample("abcdef", rng.randint(1, 3))) for _ in range(rng.randint(2, MOST))]
        kept = {a for a in set().union(*inputs) if rng.random() < 0.3}
        cost, tree = cheapest(inputs, kept, extent)
        assert cost == _multiplications(tree, inputs, kept, extent)
        assert cost == min(_multiplications(t, inputs, kept, extent) for t in _trees(tuple(range(len(inputs)))))
        assert len(steps(tree, len(inputs))) == len(inputs) - 1


def test_a_product_that_each_of_its_readers_can_do_without_is_not_formed() -> None:
    """tr(PP) is the sum of the squares of the entries, yᵀPPy the square of ‖Py‖: no n³ operations."""
    square = ops.product(P, P)
    terms = ops.trace(square), ops.product(ops.transpose(y), square, y), ops.product(ops.transpose(x), square, y)
    assert _operations(*terms) < N**3 // 2


def test_a_product_that_its_readers_need_is_formed_once() -> None:
    shared = ops.product(A, B)
    terms = ops.product(shared, C), ops.product(shared, D), ops.product(shared, x)
    assert _operations(*terms) < 3 * (2 * N**3) + 10 * N * N


def test_readers_meet_in_products_that_others_want_as_well() -> None:
    """tr(PAPA), tr(PAPB) and tr(PBPB) need PA and PB, and no third product of matrices."""
    terms = [ops.trace(ops.product(P, m, P, k)) for m, k in ((A, A), (A, B), (B, B))]
    assert _operations(*terms) < 2 * (2 * N**3) + 20 * N * N


def test_products_entry_by_entry_are_shared() -> None:
    """⟨w ⊙ x, w⟩ beside w ⊙ x takes one pass more, whichever way the first was written."""
    both = ops.hadamard(w, x), ops.product(ops.transpose(ops.hadamard(w, w)), x)
    assert _operations(*both) < 4 * N


# ---------------------------------------------------------------- the plan in words


def _explained(*terms: Term, **sizes: int) -> str:
    return Compiled(terms, "numpy", "formula", sizes).explain()


def test_the_plan_says_which_order_was_not_taken() -> None:
    """A (B x) takes 2n² multiplications, (A B) x takes n³ + n²."""
    said = _explained(ops.product(A, B, x), n=100)
    assert "A·(B·x) takes 20k multiplications; (A·B)·x would take 1.01M" in said
    assert "takes" not in _explained(ops.product(A, x), n=100)


def test_the_plan_says_why_forms_are_safe() -> None:
    z = Symbol("z")
    assert "nothing overflows" in _explained(ops.log(ops.add(ops.number(1), ops.exp(z))))
    assert "lose digits" in _explained(ops.product(ops.inverse(A), x), n=50)
    assert "half the work" in _explained(ops.product(ops.transpose(A), ops.diag(ops.exp(x)), A), n=50)


def test_a_difference_that_the_formula_does_not_have_is_flagged() -> None:
    """tr((A − x yᵀ) B C) term by term is tr(ABC) − yᵀBCx: a difference of numbers in place of one of entries."""
    thin = ops.product(x, ops.transpose(y))
    compiled = Compiled((ops.trace(ops.product(ops.subtract(A, thin), B, C)),), "numpy", "formula", {"n": 300})
    assert len(compiled.plan.cancels) == compiled.explain().count("CANCELLATION")
    plain = Compiled((ops.sqnorm(ops.subtract(A, thin)),), "numpy", "formula", {"n": 300})
    assert not plain.plan.cancels and "no step subtracts" in plain.explain()


def test_a_function_of_a_diagonal_is_of_the_diagonal_alone() -> None:
    """What cancels on the diagonal of a matrix leaves ones along one axis and not over the matrix."""
    one = ops.ones(params=A.type.axes)
    bounded = ops.subtract(one, ops.hpower(ops.tanh(A), ops.number(2)))
    gone = ops.diag(ops.hadamard(ops.diagonal(bounded), ops.diagonal(ops.hdivide(one, bounded))))
    root = ops.hadamard(ops.diagonal(ops.exp(A)), ops.hpower(ops.diagonal(ops.exp(A)), ops.number(-3)))
    at = np.random.default_rng(1).normal(size=(4, 4))
    assert np.allclose(Compiled((gone,), "numpy", "formula", {"n": 4})(at), np.eye(4))
    assert np.allclose(Compiled((root,), "numpy", "formula", {"n": 4})(at), np.exp(-2 * np.diag(at)))
