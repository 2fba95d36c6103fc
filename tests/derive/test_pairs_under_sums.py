"""Entries at positions that two indices count together (of vec and Kronecker products), under sums and in second derivatives."""

from __future__ import annotations

import pytest

from gradatim.check.verify import verify
from gradatim.derive.derivative import derivative
from gradatim.matrix.build import split
from gradatim.ops import dictionary, inner, power, product, transpose
from gradatim.ops.function import Function
from gradatim.ops.structure import at
from gradatim.term import Apply, Bind, Number, Symbol, Term, fresh_index
from gradatim.types import Dim, Type
from gradatim.write import text

D = dictionary()
M, N, P = map(Dim.of, "mnp")
A, Q = Symbol("A", Type((M, P))), Symbol("Q", Type((P, N)))
X = Symbol("X", Type((P, N)))
x, row, s, t = Symbol("x", Type((N,))), Symbol("r", Type((M,), row=True)), Symbol("s"), Symbol("t")
v = Symbol("v", Type((M * N,)))
HELD = Apply(Function("W", "W", (), D["kron"](A, D["exp"](x))), ())

CASES: list[tuple[Term, Term]] = [
    (D["norm"](HELD), x),
    (D["sqnorm"](HELD), x),
    (D["total"](D["exp"](D["kron"](row, Q))), row),
    (D["gamma"](D["exp"](D["sqnorm"](D["quotient"](Apply(D["unvec"], (v,), (M, N)), D["exp"](s))))), s),
    (power(power(s, t), D["add"](t, Number(1))), s),
    (inner(product(transpose(X), X), D["exp"](product(transpose(Q), Q))), X),
]


@pytest.mark.parametrize(("function", "wrt"), CASES, ids=str)
def test_second_derivatives_are_those_of_the_function(function: Term, wrt: Term, seed: int) -> None:
    gradient = derivative(function, wrt)
    verify(gradient, wrt, derivative(gradient, wrt, verified=False), seed=seed)


def test_a_quotient_by_zero_is_no_crash() -> None:
    assert split(D["quotient"](x, Number(0))) is not None


def test_one_index_of_two_binders_has_a_letter_of_its_own() -> None:
    i, j = fresh_index(N), fresh_index(N)
    a, b = Symbol("a", Type((N, N))), Symbol("b", Type((N, N)))
    first = Bind("sum", i, Bind("sum", j, D["exp"](at(a, i, j))))
    second = Bind("sum", j, Bind("sum", i, D["sin"](at(b, i, j))))
    assert text(D["add"](first, second)) == "Σⱼ Σᵢ exp(aⱼᵢ) + Σᵢ Σⱼ sin(bⱼᵢ)"
