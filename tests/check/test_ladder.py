"""The ladder says the strongest thing that is true, and never a false one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradatim.check.ladder import _compare, equal
from gradatim.check.normal import proves
from gradatim.ops import (
    Function,
    absolute,
    add,
    at,
    det,
    exp,
    identity,
    inverse,
    log,
    logdet,
    logsumexp,
    matrix_power,
    minus,
    norm,
    norm1,
    number,
    ones,
    power,
    product,
    quotient,
    relu,
    sigmoid,
    sin,
    softmax,
    sqnorm,
    sqrt,
    subtract,
    tanh,
    total,
    trace,
    transpose,
)
from gradatim.term import Apply, Bind, Symbol, Term, fresh_index
from gradatim.types import Dim, Type, index_type, matrix, vector
from gradatim.value.floats import evaluate

A, M, K = Symbol("A", matrix("m", "n")), Symbol("M", matrix("n", "n")), Symbol("K", matrix("n", "n"))
S, Q = Symbol("S", matrix("n", "n", ["symmetric"])), Symbol("Q", matrix("n", "n", ["orthogonal"]))
P = Symbol("P", matrix("n", "n", ["spd"]))
x, y, t, p = Symbol("x", vector("n")), Symbol("y", vector("n")), Symbol("t"), Symbol("p", Type(facts=frozenset({"positive"})))
two, one = number(2), number(1)
T = transpose

I = identity(params=(Dim.of("n"),))
PROVED = [
    (product(A, add(x, y)), add(product(A, x), product(A, y))),
    (inverse(product(M, K)), product(inverse(K), inverse(M))),
    (T(inverse(M)), inverse(T(M))),
    (product(inverse(M), M, x), x),
    (product(K, M, inverse(M)), K),
    (trace(product(M, K)), trace(product(K, M))),
    (trace(product(T(M), K, M)), trace(product(M, T(M), K))),
    (det(product(M, K)), product(det(M), det(K))),
    (product(two, S, x), add(product(S, x), product(T(S), x))),
    (matrix_power(M, params=(3,)), product(M, M, M)),
    (matrix_power(M, params=(-2,)), product(inverse(M), inverse(M))),
    (sqnorm(x), product(T(x), x)),
    (power(sqnorm(x), two), product(product(T(x), x), sqnorm(x))),
    (quotient(product(T(x), M, x), sqnorm(x)), quotient(product(T(x), T(M), x), product(T(x), x))),
    (quotient(power(t, two), add(one, power(t, two))), subtract(one, quotient(one, add(one, power(t, two))))),
    (sigmoid(t), quotient(one, add(one, exp(minus(t))))),
    (product(sigmoid(t), subtract(one, sigmoid(t))), quotient(exp(t), power(add(one, exp(t)), two))),
    (softmax(x), quotient(exp(x), total(exp(x)))),
    (norm(x), sqrt(sqnorm(x))),
    (quotient(subtract(power(t, two), one), subtract(t, one)), add(t, one)),
]


@pytest.mark.parametrize(("a", "b"), PROVED)
def test_one_normal_form_proves(a: Term, b: Term) -> None:
    found = equal(a, b)
    assert found.verdict == "proved" and found.holds
    assert proves(b, a)


@pytest.mark.parametrize(("a", "b"), PROVED)
def test_what_is_proved_holds_at_random_arrays(a: Term, b: Term) -> None:
    """By NumPy, which shares nothing with the normal form."""
    rng, size = np.random.default_rng(5), {"n": 4, "m": 3}
    half = rng.normal(size=(4, 4))
    arrays = {A: rng.normal(size=(3, 4)), M: half, K: rng.normal(size=(4, 4)), S: half + half.T, x: rng.normal(size=4)}
    values = [evaluate(term, {**arrays, y: rng.normal(size=4) * 0 + 2.5, t: np.array(0.7)}, size) for term in (a, b)]
    np.testing.assert_allclose(values[0], values[1], rtol=1e-9)


RATIONAL = [
    (T(Q), inverse(Q)),
    (product(T(Q), Q), I),
    (product(inverse(add(I, product(M, K))), M), product(M, inverse(add(I, product(K, M))))),
    (inverse(add(I, product(x, T(y)))), subtract(I, quotient(product(x, T(y)), add(one, product(T(y), x))))),
]


@pytest.mark.parametrize(("a", "b"), RATIONAL)
def test_rational_identities_are_equal_with_a_stated_error(a: Term, b: Term) -> None:
    found = equal(a, b)
    assert found.verdict == "equal" and found.holds
    assert "probability of error below" in found.certainty


TRANSCENDENTAL = [
    (log(exp(t)), t),
    (sqrt(power(p, two)), p),
    (log(det(P)), logdet(P)),
    (tanh(t), subtract(product(two, sigmoid(product(two, t))), one)),
    (absolute(t), add(relu(t), relu(minus(t)))),
]


@pytest.mark.parametrize(("a", "b"), TRANSCENDENTAL)
def test_transcendental_identities_hold_to_a_hundred_digits_and_are_not_called_proved(a: Term, b: Term) -> None:
    found = equal(a, b)
    assert found.verdict == "equal to 100 digits"
    assert "not proved" in found.text


DIFFERENT = [
    (inverse(product(M, K)), product(inverse(M), inverse(K))),
    (total(x), product(T(x), x)),
    (product(M, K), product(K, M)),
    (exp(t), add(one, t)),
    (sigmoid(t), tanh(t)),
    (sin(t), add(sin(t), number(Fraction(1, 10**60)))),
    (trace(product(M, K)), product(trace(M), trace(K))),
    (product(M, M), product(two, M)),
]


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different_terms_are_refuted_by_a_point_that_numpy_confirms(a: Term, b: Term) -> None:
    found = equal(a, b)
    assert found.verdict == "proved different" and found.differs
    example = found.counterexample
    assert example is not None
    if example.left != example.right:
        place = tuple(e - 1 for e in example.entry)
        for term, claimed in ((a, example.left), (b, example.right)):
            names = {k: np.array(v, dtype=float) for k, v in example.values.items()}
            value = np.asarray(evaluate(term, names))
            np.testing.assert_allclose(value[place], claimed, rtol=1e-9)


def test_an_identity_of_order_two_alone_is_refuted() -> None:
    """Hall: the square of a commutator commutes with everything, for matrices of order 2 and no larger."""
    commutator = subtract(product(M, K), product(K, M))
    square = product(commutator, commutator)
    found = equal(product(square, M), product(M, square))
    assert found.verdict == "proved different"
    assert found.counterexample is not None and found.counterexample.sizes == {"n": 3}


def test_a_difference_beyond_the_digits_shown_is_told() -> None:
    found = equal(sin(t), add(sin(t), number(Fraction(1, 10**60))))
    assert found.text.endswith("a difference of -1e-60")


def test_counterexamples_are_small() -> None:
    example = equal(total(x), product(T(x), x)).counterexample
    assert example is not None and example.sizes == {"n": 1}
    assert "x = [" in example.text


EXCEPT = [
    (product(add(M, T(M)), x), product(two, M, x), "symmetric"),
    (T(M), M, "transpose"),
    (product(M, K), T(product(M, K)), "transpose"),
    (T(A), A, "transpose"),
    (sqrt(power(t, two)), t, "domain"),
    (power(sqrt(t), two), t, "domain"),
    (log(power(t, two)), product(two, log(t)), "domain"),
]


@pytest.mark.parametrize(("a", "b", "exception"), EXCEPT)
def test_equal_except(a: Term, b: Term, exception: str) -> None:
    found = equal(a, b)
    assert found.verdict == "equal except" and found.exception == exception and not found.holds


CLOSED = [
    (norm1(ones(params=(Dim.of("n"),))), norm1(ones(params=(Dim.of("m"),)))),
    (logsumexp(x), logsumexp(y)),
    (det(M), det(K)),
    (det(add(M, T(K))), det(add(M, K))),
    (inverse(add(M, T(K))), T(inverse(add(M, K)))),
    (sqrt(power(t, two)), t),
    (exp(product(two, t)), exp(power(t, two))),
]


@pytest.mark.parametrize(("a", "b"), CLOSED)
def test_operations_that_stay_closed_are_told_apart(a: Term, b: Term) -> None:
    assert not proves(a, b) and equal(a, b).verdict != "proved"


def test_sums_and_members() -> None:
    family = Symbol("X", Type((Dim.of("N"), Dim.of("d")), family=1))
    w, i = Symbol("w", vector("d")), fresh_index(Dim.of("N"))
    k = Symbol("i", index_type("N"))
    outside = Bind("sum", i, product(T(w), at(family, i)))
    inside = product(T(w), Bind("sum", i, at(family, i)))
    assert equal(outside, inside).verdict == "proved"
    assert equal(product(T(w), at(family, k)), outside).verdict == "proved different"


def test_unknown_functions_are_compared_by_stand_ins() -> None:
    g, h = (Function(name, name, (t,), None, elementwise=True) for name in "gh")
    assert equal(product(two, Apply(g, (t,))), add(Apply(g, (t,)), Apply(g, (t,)))).holds
    assert equal(Apply(g, (t,)), Apply(h, (t,))).verdict == "proved different"


def test_what_cannot_be_decided_says_so_and_raises_nothing() -> None:
    nowhere = log(minus(absolute(t)))
    found = equal(nowhere, add(nowhere, one))
    assert found.verdict == "could not decide" and "logarithm" in found.text
    unknown = Function("f", "f", (x,), None)
    assert equal(Apply(unknown, (x,)), t).verdict == "proved different"


def test_shapes_that_differ_are_different() -> None:
    found = equal(A, x)
    assert found.verdict == "proved different" and "m × n matrix" in found.text


def test_the_same_answer_every_time() -> None:
    a, b = inverse(product(M, K)), product(inverse(M), inverse(K))
    first = equal(a, b)
    _compare.cache_clear()
    assert equal(a, b) == first and first.verdict == "proved different"
