"""Right derivatives pass and wrong ones do not, whatever hides them: sizes, signs, layouts, domains."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradatim.check.verify import axis_order, verify
from gradatim.errors import NotVerified
from gradatim.ops import (
    Function,
    absolute,
    add,
    at,
    cos,
    det,
    diag,
    exp,
    hadamard,
    hdivide,
    identity,
    inverse,
    log,
    logdet,
    minus,
    norm,
    norm1,
    norminf,
    number,
    ones,
    power,
    product,
    quotient,
    relu,
    sigmoid,
    sign,
    sin,
    softmax,
    sqnorm,
    sqrt,
    step,
    subtract,
    total,
    trace,
    transpose,
    zero,
)
from gradatim.ops import equal as same
from gradatim.term import Apply, Bind, Size, Symbol, Term, fresh_index
from gradatim.types import Dim, Type, index_type, matrix, vector

n, N, d = Dim.of("n"), Dim.of("N"), Dim.of("d")
A, B, S = Symbol("A", matrix("m", "n")), Symbol("B", matrix("n", "n")), Symbol("S", matrix("n", "n", ["symmetric"]))
Q = Symbol("Q", matrix("n", "n", ["invertible"]))
x, b, t = Symbol("x", vector("n")), Symbol("b", vector("m")), Symbol("t")
X, y, w = Symbol("X", Type((N, d), family=1)), Symbol("y", Type((N,), family=1)), Symbol("w", vector("d"))
k = Symbol("i", index_type("N"))
two = number(2)


def score(i: Term) -> Term:
    return sigmoid(product(transpose(w), at(X, i)))


def mean(body: object) -> Term:
    i = fresh_index(N)
    return quotient(Bind("sum", i, body(i)), Size(N))  # type: ignore[operator]


LOSS = minus(
    mean(
        lambda i: add(
            product(at(y, i), log(score(i))), product(subtract(number(1), at(y, i)), log(subtract(number(1), score(i))))
        )
    )
)
RESIDUAL = subtract(product(A, x), b)
g, g1 = (Function("g", "g" + "′" * p, (t,), None, elementwise=True, primes=p) for p in (0, 1))


RIGHT: list[tuple[str, Term, Term, Term]] = [
    ("least squares", power(norm(RESIDUAL), two), x, product(two, transpose(A), RESIDUAL)),
    ("least squares in A", sqnorm(RESIDUAL), A, product(two, RESIDUAL, transpose(x))),
    ("quadratic", product(transpose(x), B, x), x, product(add(B, transpose(B)), x)),
    ("symmetric quadratic", product(transpose(x), S, x), x, product(two, S, x)),
    ("log det", logdet(Q), Q, transpose(inverse(Q))),
    ("det", det(Q), Q, product(det(Q), transpose(inverse(Q)))),
    ("trace", trace(product(B, B)), B, product(two, transpose(B))),
    ("Jacobian", product(A, x), x, A),
    ("softmax", softmax(x), x, subtract(diag(softmax(x)), product(softmax(x), transpose(softmax(x))))),
    ("entrywise", hadamard(x, exp(x)), x, diag(hadamard(add(ones(params=(n,)), x), exp(x)))),
    ("logistic in w", LOSS, w, mean(lambda i: product(subtract(score(i), at(y, i)), at(X, i)))),
    ("logistic in a member", LOSS, at(X, k), quotient(product(subtract(score(k), at(y, k)), w), Size(N))),
    ("logistic in a label", LOSS, at(y, k), quotient(minus(product(transpose(w), at(X, k))), Size(N))),
    ("vector by scalar", product(power(t, two), x), t, product(two, t, x)),
    ("scalar", sin(power(t, two)), t, product(two, t, cos(power(t, two)))),
    ("rectifier", relu(t), t, step(t)),
    ("rectifiers", total(relu(product(A, x))), x, product(transpose(A), step(product(A, x)))),
    ("absolute", absolute(t), t, sign(t)),
    ("1-norm", norm1(x), x, sign(x)),
    ("independent", product(transpose(b), b), x, zero(x.type)),
    ("unknown", Apply(g, (product(two, t),)), t, product(two, Apply(g1, (product(two, t),)))),
    ("unknown entrywise", total(Apply(g, (x,))), x, Apply(g1, (x,))),
    ("domain", log(minus(t)), t, quotient(number(1), t)),
    (
        "narrow domain",
        log(subtract(number(1), total(hadamard(x, x)))),
        x,
        quotient(product(number(-2), x), subtract(number(1), sqnorm(x))),
    ),
    ("square root", total(sqrt(x)), x, hdivide(product(number(1), ones(params=(n,))), product(two, sqrt(x)))),
]


@pytest.mark.parametrize(("name", "function", "wrt", "result"), RIGHT, ids=[r[0] for r in RIGHT])
def test_a_right_derivative_is_verified(name: str, function: Term, wrt: Term, result: Term) -> None:
    found = verify(function, wrt, result)
    assert found.digits >= 20 and found.points >= 2
    assert "checked against the function" in found.text
    sizes = list(found.sizes.values())
    assert len(set(sizes)) == len(sizes) and all(s >= 3 for s in sizes)


@pytest.mark.parametrize(("name", "function", "wrt", "result"), RIGHT, ids=[r[0] for r in RIGHT])
def test_a_wrong_factor_or_sign_is_refused(name: str, function: Term, wrt: Term, result: Term) -> None:
    for factor in (number(-1), two):
        if name != "independent":
            with pytest.raises(NotVerified, match="failed its check"):
                verify(function, wrt, product(factor, result))


WRONG: list[tuple[str, Term, Term, Term]] = [
    ("transposed", logdet(Q), Q, inverse(Q)),
    ("symmetric where it is not", product(transpose(x), B, x), x, product(two, B, x)),
    ("the captured index", LOSS, at(X, k), mean(lambda i: product(subtract(score(i), at(y, i)), w))),
    ("off where the rectifier is on", relu(t), t, number(0)),
    ("on where the rectifier is off", relu(t), t, number(1)),
    ("the sign of a scalar", absolute(t), t, number(1)),
    ("zero", product(transpose(x), x), x, zero(x.type)),
    ("nearly", exp(t), t, add(exp(t), number(Fraction(1, 10**15)))),
    ("unknown without its factor", Apply(g, (product(two, t),)), t, Apply(g1, (product(two, t),))),
    ("the Jacobian transposed", product(B, x), x, transpose(B)),
]


@pytest.mark.parametrize(("name", "function", "wrt", "result"), WRONG, ids=[r[0] for r in WRONG])
def test_a_wrong_derivative_is_refused(name: str, function: Term, wrt: Term, result: Term) -> None:
    for seed in range(1, 6):
        with pytest.raises(NotVerified, match="failed its check"):
            verify(function, wrt, result, seed=seed)


def test_a_second_derivative_is_the_derivative_of_the_gradient() -> None:
    gradient = product(two, transpose(A), RESIDUAL)
    assert verify(gradient, x, product(two, transpose(A), A)).digits > 20


def test_layouts() -> None:
    assert verify(product(A, x), x, transpose(A), "denominator")
    assert verify(product(A, x), x, A, "numerator")
    assert verify(trace(product(transpose(B), B)), B, product(two, B), "denominator")
    assert verify(trace(product(transpose(B), B)), B, product(two, transpose(B)), "numerator")
    assert verify(product(t, A), t, transpose(A), "denominator")
    assert axis_order(2, 2, "denominator") == (2, 3, 0, 1)
    with pytest.raises(NotVerified, match="shape"):
        verify(product(A, x), x, transpose(A))
    with pytest.raises(NotVerified, match="unknown layout"):
        verify(product(A, x), x, A, "sideways")


def test_a_matrix_by_a_matrix_has_four_axes() -> None:
    i, j, p, q = (fresh_index(n) for _ in range(4))
    eye = identity(params=(n,))
    # d(BᵀB-free) : ∂(B Q)_ij / ∂B_pq = δ_ip Q_qj
    body = product(at(eye, i, p), at(Q, q, j))
    term: Term = body
    for index in (q, p, j, i):
        term = Bind("stack", index, term)
    assert verify(product(B, Q), B, term)


def test_an_unknown_function_of_a_vector_is_checked_by_a_stand_in() -> None:
    h = Function("h", "h", (x,), None)
    verify(Apply(h, (x,)), x, Apply(h.partial(0), (x,)))
    with pytest.raises(NotVerified, match="failed its check"):
        verify(Apply(h, (x,)), x, x)


def test_what_cannot_be_checked_says_why() -> None:
    with pytest.raises(NotVerified, match="no random point in the domain"):
        verify(log(minus(absolute(t))), t, t)
    with pytest.raises(NotVerified, match="by a symbol or by a member"):
        verify(exp(t), exp(t), number(1))


def test_signs_of_several_scalars_are_all_met() -> None:
    a, c = Symbol("a"), Symbol("c")
    f = product(absolute(a), relu(c))
    assert verify(f, a, product(sign(a), relu(c))).points >= 4
    for wrong in (product(sign(a), c), product(sign(a), absolute(c)), relu(c)):
        with pytest.raises(NotVerified):
            verify(f, a, wrong)


def test_facts_are_respected_and_the_derivative_is_the_ambient_one() -> None:
    # xᵀSx with S symmetric: by S it is xxᵀ, in all entries alike.
    assert verify(product(transpose(x), S, x), S, product(x, transpose(x)))
    positive = Symbol("P", matrix("n", "n", ["spd"]))
    assert verify(log(det(positive)), positive, inverse(positive))
    unit = Symbol("u", vector("n", ["unit"]))
    assert verify(product(transpose(unit), unit), unit, product(two, unit))


def test_a_seed_repeats_the_points() -> None:
    one, two_ = (verify(LOSS, w, mean(lambda i: product(subtract(score(i), at(y, i)), at(X, i))), seed=9) for _ in range(2))
    assert one == two_


def test_the_maximum_norm_away_from_ties() -> None:
    where = same(absolute(x), product(norminf(x), ones(params=(n,))))
    assert verify(norminf(x), x, hadamard(sign(x), where))


def test_a_function_that_turns_within_every_step_refutes_nothing() -> None:
    """cos of 10¹⁷⁰ and more: its derivative is right, and its difference quotients cannot say so."""
    huge = number(10**170)
    f = cos(product(huge, t))
    right = product(number(-1), huge, sin(product(huge, t)))
    with pytest.raises(NotVerified, match="could not be checked"):
        verify(f, t, right)
