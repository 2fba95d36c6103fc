"""Binders that are equal but for their index are one object, so the index of one may be free, or bound, elsewhere in a term."""

from __future__ import annotations

import numpy as np

from gradatim import ops
from gradatim.term import Bind, Symbol, depends_on, fresh_index, substitute
from gradatim.types import Dim, matrix, vector
from gradatim.value.floats import evaluate

A, x = Symbol("A", matrix("n", "n")), Symbol("x", vector("n"))
N = Dim.of("n")
NUMBERS = {A: np.arange(9.0).reshape(3, 3) ** 2, x: np.array([1.0, 2.0, 4.0])}


def test_a_replacement_is_not_captured_by_a_binder_with_its_index() -> None:
    """Σⱼ A_ij with i replaced by the j that the sum happens to have: row j, and not the diagonal."""
    i, j = fresh_index(N), fresh_index(N)
    rows = Bind("sum", j, ops.at(A, i, j))
    moved = substitute(rows, {i: j})
    assert depends_on(moved, j)
    summed = Bind("sum", j, ops.product(ops.at(x, j), moved))
    assert evaluate(summed, NUMBERS) == NUMBERS[x] @ NUMBERS[A].sum(axis=1)


def test_the_index_of_a_binder_is_not_replaced() -> None:
    """In (Σⱼ A_jj) x_j the second j alone is free."""
    j = fresh_index(N)
    trace = Bind("sum", j, ops.at(A, j, j))
    both = ops.product(trace, ops.at(x, j))
    k = fresh_index(N)
    value = evaluate(Bind("sum", k, substitute(both, {j: k})), NUMBERS)
    assert value == np.trace(NUMBERS[A]) * NUMBERS[x].sum()


def test_a_binder_below_another_with_the_same_index_is_evaluated() -> None:
    j = fresh_index(N)
    inner = Bind("stack", j, ops.product(ops.at(x, j), ops.at(x, j)))
    outer = Bind("sum", j, ops.product(ops.at(inner, j), ops.at(x, j)))
    assert evaluate(outer, {x: NUMBERS[x]}) == np.sum(NUMBERS[x] ** 3)


def test_the_larger_of_two_is_one_of_the_two() -> None:
    """However much larger the other one is."""
    a, b = Symbol("a"), Symbol("b")
    assert evaluate(ops.maximum(a, b), {a: 1.25, b: -1e17}) == 1.25
    assert evaluate(ops.minimum(a, b), {a: 1.25, b: 1e17}) == 1.25
    assert evaluate(ops.huber(a, b), {a: -1e20, b: 2.0}) == 2e20
