"""Second derivatives under sums: what is summed inside a term (a diagonal matrix, a chain) is not taken for an index from outside."""

from __future__ import annotations

import pytest

from gradatim.derive.derivative import derivative
from gradatim.ops import add, at, cumsum, exp, identity, product, tanh, total, transpose
from gradatim.term import Bind, Symbol, Term, fresh_index
from gradatim.types import Dim, Type
from gradatim.write.text import text

N, n = Dim.of("N"), Dim.of("n")
x, y = Symbol("x", Type((N, n), family=1)), Symbol("y", Type((N,), family=1))
v, w, A = Symbol("v", Type((n,))), Symbol("w", Type((n,))), Symbol("A", Type((n, n)))


def summed(inner: Term) -> Term:
    i = fresh_index(N)
    return Bind("sum", i, product(at(y, i), exp(add(product(transpose(w), at(x, i)), inner))))


@pytest.mark.parametrize(
    "inner",
    [
        total(exp(cumsum(v))),
        total(tanh(product(A, v))),
        total(exp(add(cumsum(exp(v)), v))),
        product(transpose(tanh(product(A, v))), exp(v)),
    ],
)
def test_the_hessian_of_a_sum_of_functions_of_chains(inner: Term) -> None:
    # `derivative` verifies both orders against the function itself, and raises where they differ.
    assert derivative(summed(inner), v, v).type.axes == (n, n)


def test_the_entries_of_an_identity_are_counted_where_it_stands_alone() -> None:
    """𝟏ᵀI 𝟏 = n, so d(s 𝟏ᵀI 𝟏)/ds = n: no index of a delta is lost when both are summed."""
    s = Symbol("s")
    assert text(derivative(product(s, total(identity(params=(n,)))), s)) == "n"
