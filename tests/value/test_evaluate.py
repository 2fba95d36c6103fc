"""Evaluation against NumPy, written out by hand for each kind of node; deep terms; errors that say what is wrong."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gradatim.errors import EvaluationError, LimitExceeded
from gradatim.ops import (
    Function,
    absolute,
    add,
    at,
    det,
    diag,
    exp,
    hadamard,
    identity,
    inverse,
    log,
    logdet,
    logsumexp,
    matrix_power,
    minus,
    norm,
    number,
    ones,
    power,
    product,
    quotient,
    sigmoid,
    sin,
    softmax,
    softplus,
    sqnorm,
    sqrt,
    subtract,
    tanh,
    total,
    trace,
    transpose,
)
from gradatim.term import Apply, Bind, Number, Size, Symbol, Term, fresh_index
from gradatim.types import Dim, Type, index_type, matrix, vector
from gradatim.value.balls import Balls
from gradatim.value.evaluate import run
from gradatim.value.floats import evaluate
from gradatim.value.precision import workprec

SEED = 77
m, n, N, d = map(Dim.of, ("m", "n", "N", "d"))
A, S = Symbol("A", matrix("m", "n")), Symbol("S", matrix("n", "n"))
x, b, u = Symbol("x", vector("n")), Symbol("b", vector("m")), Symbol("u", vector("n", row=True))
t, s = Symbol("t"), Symbol("s")
X = Symbol("X", Type((N, d), family=1))
y, w = Symbol("y", Type((N,), family=1)), Symbol("w", vector("d"))


def given() -> dict[str, Any]:
    rng = np.random.default_rng(SEED)
    return {
        "A": rng.normal(size=(4, 3)), "S": rng.normal(size=(3, 3)), "x": rng.normal(size=3), "b": rng.normal(size=4),
        "u": rng.normal(size=3), "t": 0.7, "s": -1.3, "X": rng.normal(size=(5, 3)), "y": rng.normal(size=5), "w": rng.normal(size=3),
    }  # fmt: skip


def over(kind: str, extent: Dim, body: Any) -> Bind:
    i = fresh_index(extent)
    return Bind(kind, i, body(i))


g = given()
HAND = [
    ("Ax - b", subtract(product(A, x), b), g["A"] @ g["x"] - g["b"]),
    ("uᵀx", product(u, x), g["u"] @ g["x"]),
    ("x u", product(x, u), np.outer(g["x"], g["u"])),
    ("bᵀAx", product(transpose(b), A, x), g["b"] @ g["A"] @ g["x"]),
    ("s A t", product(s, A, t), g["s"] * g["A"] * g["t"]),
    ("(uᵀx)(bᵀA)", product(u, x, transpose(b), A), (g["u"] @ g["x"]) * (g["b"] @ g["A"])),
    ("scalar chain", product(u, x, u, x), (g["u"] @ g["x"]) ** 2),
    ("trace", trace(product(S, S)), np.trace(g["S"] @ g["S"])),
    ("diag", diag(x), np.diag(g["x"])),
    ("identity", add(S, product(t, identity(params=(n,)))), g["S"] + g["t"] * np.eye(3)),
    ("ones", product(transpose(ones(params=(m,))), A), np.ones(4) @ g["A"]),
    ("hadamard", hadamard(A, A, A), g["A"] ** 3),
    ("cube", matrix_power(S, params=(3,)), np.linalg.matrix_power(g["S"], 3)),
    ("power 0", matrix_power(S, params=(0,)), np.eye(3)),
    ("inverse", inverse(S), np.linalg.inv(g["S"])),
    ("det", det(S), np.linalg.det(g["S"])),
    ("softmax", softmax(x), np.exp(g["x"]) / np.exp(g["x"]).sum()),
    ("softmax rows", softmax(A, params=("rows",)), np.exp(g["A"]) / np.exp(g["A"]).sum(axis=1, keepdims=True)),
    ("power", power(t, number(Fraction(-3, 2))), g["t"] ** -1.5),
    ("exponent", power(t, s), g["t"] ** g["s"]),
    ("size", quotient(total(x), Size(n)), g["x"].mean()),
    ("entry", at(A, number(2), number(3)), g["A"][1, 2]),
    ("member", at(X, number(4)), g["X"][3]),
    ("sum", over("sum", N, lambda i: product(at(y, i), at(X, i))), g["y"] @ g["X"]),
    ("product", over("product", N, lambda i: at(y, i)), np.prod(g["y"])),
    ("stack", over("stack", N, lambda i: over("stack", N, lambda j: product(transpose(at(X, i)), at(X, j)))), g["X"] @ g["X"].T),
    (
        "nested",
        over("sum", N, lambda i: power(over("sum", N, lambda j: product(at(y, i), at(y, j))), number(2))),
        ((g["y"][:, None] * g["y"][None, :]).sum(axis=1) ** 2).sum(),
    ),
    ("index as a number", over("sum", N, lambda i: product(i, at(y, i))), np.arange(1, 6) @ g["y"]),
    ("log-sum-exp", log(over("sum", N, lambda i: exp(product(transpose(w), at(X, i))))), np.log(np.exp(g["X"] @ g["w"]).sum())),
]


@pytest.mark.parametrize(("name", "term", "expected"), HAND, ids=[h[0] for h in HAND])
def test_values_are_those_of_numpy(name: str, term: Term, expected: Any) -> None:
    arrays = given()
    kept = {k: v for k, v in arrays.items() if any(q.plain == k for q in _symbols(term))}
    found = evaluate(term, kept, sizes={"n": 3, "m": 4})
    assert_allclose(found, expected, rtol=1e-12)
    assert isinstance(found, float) == (np.ndim(expected) == 0)


def _symbols(term: Term) -> list[Symbol]:
    from_term: list[Symbol] = []
    stack, seen = [term], set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Symbol) and node.type.index is None:
            from_term.append(node)
        stack.extend(node.args)
    return from_term


# ---------------------------------------------------------------- functions


def test_a_definition_is_its_body_and_a_function_sees_its_own_parameters() -> None:
    i = Symbol("i", index_type("N"))
    score = Function("h", "h", (w, i), sigmoid(product(transpose(w), at(X, i))))
    v = Symbol("v", vector("d"))
    arrays = given()
    term = over("sum", N, lambda j: Apply_(score, product(number(2), v), j))
    expected = (1 / (1 + np.exp(-arrays["X"] @ (2 * arrays["w"])))).sum()
    assert_allclose(evaluate(term, {"X": arrays["X"], "v": arrays["w"]}), expected)
    # The parameter w hides a symbol w that is used outside.
    both = add(product(transpose(w), w), Apply_(score, product(number(2), w), number(1)))
    expected = arrays["w"] @ arrays["w"] + 1 / (1 + np.exp(-2 * arrays["X"][0] @ arrays["w"]))
    assert_allclose(evaluate(both, {"X": arrays["X"], "w": arrays["w"]}), expected)


def Apply_(f: Function, *args: Term) -> Term:
    return Apply(f, args)


@pytest.mark.parametrize("body", ["entrywise", "whole"])
def test_an_elementwise_function_acts_on_each_entry(body: str) -> None:
    # The second body holds an array, so it cannot be run on all entries at once.
    inside = product(t, exp(t)) if body == "entrywise" else product(t, sqnorm(product(t, ones(params=(Dim.of(3),)))))
    f = Function("f", "f", (t,), inside, elementwise=True)
    arrays = given()
    expected = arrays["A"] * np.exp(arrays["A"]) if body == "entrywise" else 3 * arrays["A"] ** 3
    assert_allclose(evaluate(Apply_(f, A), {"A": arrays["A"]}), expected)


def test_an_elementwise_constant_fills_the_shape() -> None:
    f = Function("f", "f", (t,), number(7), elementwise=True)
    assert_allclose(evaluate(Apply_(f, x), {"x": np.zeros(3)}), [7, 7, 7])


def test_an_unknown_function_has_no_value_for_people_and_a_consistent_one_for_checks() -> None:
    f, f1, f2 = (Function("g", "g" + "′" * k, (t,), None, elementwise=True, primes=k) for k in range(3))
    with pytest.raises(EvaluationError, match="g is not known"):
        evaluate(Apply_(f, x), {"x": np.ones(3)})
    with workprec(200):
        ring, h = Balls(), Fraction(1, 2**40)

        def value(function: Function, at_: Fraction) -> float:
            return float(run(Apply_(function, t), ring, {t: ring.number(at_)}, {}, stand_ins=True).data[0])

        for low, high in ((f, f1), (f1, f2)):
            ahead, behind = (
                run(Apply_(low, t), ring, {t: ring.number(Fraction(1, 3) + k * h)}, {}, stand_ins=True).data[0] for k in (1, -1)
            )
            assert_allclose(float((ahead - behind) * 2**39), value(high, Fraction(1, 3)), rtol=1e-15)


# ---------------------------------------------------------------- depth and sharing


def test_a_term_ten_thousand_deep_is_evaluated() -> None:
    term: Term = t
    for _ in range(10_000):
        term = add(product(Number(Fraction(1, 2)), term), number(1))
    assert_allclose(evaluate(term, {"t": 5.0}), 2.0)


def test_a_chain_of_a_thousand_definitions_is_evaluated() -> None:
    term: Term = t
    for k in range(1_000):
        term = add(Apply_(Function(f"v{k}", f"v{k}", (), term)), number(1))
    assert evaluate(term, {"t": 0.5}) == 1000.5


def test_five_hundred_nested_sums_that_do_not_depend_on_each_other_are_quick() -> None:
    term: Term = t
    for _ in range(500):
        i = fresh_index(N)
        term = Bind("sum", i, product(Number(Fraction(1, 3)), term))
    assert_allclose(evaluate(term, {"t": 2.0}, sizes={"N": 3}), 2.0)


def test_shared_parts_are_worked_out_once() -> None:
    term: Term = t
    for _ in range(200):
        term = quotient(add(term, term), number(2))
    assert evaluate(term, {"t": 3.0}) == 3.0


def test_a_budget_ends_a_long_evaluation() -> None:
    term = over("sum", N, lambda i: over("sum", N, lambda j: over("sum", N, lambda k: product(i, j, k))))
    with workprec(64), pytest.raises(LimitExceeded):
        run(term, Balls(), {}, {"N": 30}, budget=1_000)


# ---------------------------------------------------------------- stability


@pytest.mark.parametrize(
    ("term", "arrays", "expected"),
    [
        (softmax(x), {"x": [1000.0, 0.0, -1000.0]}, [1, 0, 0]),
        (logsumexp(x), {"x": [1000.0, 1000.0]}, 1000 + np.log(2)),
        (softplus(t), {"t": 800.0}, 800.0),
        (softplus(t), {"t": -800.0}, 0.0),
        (sigmoid(t), {"t": -800.0}, 0.0),
        (logdet(S), {"S": 1e-200 * np.eye(3)}, 3 * np.log(1e-200)),
        (norm(x), {"x": [3e200, 4e200]}, 5e200),
        (log(add(number(1), exp(t))), {"t": 5000.0}, 5000.0),
        (quotient(exp(t), add(number(1), exp(t))), {"t": 5000.0}, 1.0),
        (log(quotient(exp(t), add(number(1), exp(t)))), {"t": -5000.0}, -5000.0),
        (sqrt(sqnorm(x)), {"x": [3e200, 4e200]}, 5e200),
        (tanh(t), {"t": 2000.0}, 1.0),
    ],
    ids=repr,
)
def test_no_overflow_where_the_value_is_finite(term: Term, arrays: dict[str, Any], expected: Any) -> None:
    assert_allclose(evaluate(term, arrays), expected, rtol=1e-12, atol=1e-300)


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("term", "arrays", "message"),
    [
        (product(A, x), {"A": np.ones((4, 3))}, r"no value is given for x \(column vector of n\)"),
        (product(A, x), {"A": np.ones((4, 3)), "x": np.ones(4)}, r"x is a column vector of n.*\(4,\).*n is 3 by A"),
        (product(A, x), {"A": np.ones((4, 3)), "x": np.ones((3, 1))}, r"shape \(3, 1\) \(a vector is a one-dim"),
        (product(A, x), {"A": np.ones((4, 3)), "X": np.ones(3)}, r"no value is given for x .*; X does not occur"),
        (t, {"t": "seven"}, r"t is not an array of real numbers"),
        (log(t), {"t": -2.0}, r"logarithm"),
        (quotient(number(1), t), {"t": 0.0}, r"quotient: division by zero"),
        (inverse(S), {"S": np.zeros((3, 3))}, r"inverse: a singular matrix"),
        (quotient(t, Size(N)), {"t": 1.0}, r"the size of the dimension N is not known"),
        (at(x, number(7)), {"x": np.ones(3)}, r"entry 7 of an axis of 3"),
        (x, {"x": []}, r"without entries"),
        (sqrt(minus(absolute(t))), {"t": 1.0}, r"square root"),
    ],
    ids=str,
)
def test_errors_name_what_is_wrong(term: Term, arrays: dict[str, Any], message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        evaluate(term, arrays)


def test_inputs_that_are_not_finite_keep_what_numpy_makes_of_them() -> None:
    assert np.isnan(evaluate(sin(t), {"t": np.nan}))
    assert evaluate(exp(t), {"t": np.inf}) == np.inf


def test_free_indices_and_symbols_as_keys() -> None:
    i = Symbol("i", index_type("N"))
    assert evaluate(product(at(y, i), t), {y: np.array([1.0, 2, 3]), "t": 2.0}, indices={"i": 2}) == 4.0


def test_what_does_not_occur_is_left_unused() -> None:
    assert evaluate(t, {"t": 2.0, "x": np.ones(3)}) == 2.0


def test_an_index_that_nobody_gives_runs_over_all_members() -> None:
    i, j = Symbol("i", index_type("N")), Symbol("j", index_type("N"))
    values = np.array([1.0, 2, 3])
    assert np.array_equal(evaluate(product(at(y, i), t), {"y": values, "t": 2.0}), 2 * values)
    ratio = quotient(at(y, j), at(y, i))
    assert np.allclose(evaluate(ratio, {"y": values}), values[None, :] / values[:, None])


def test_numbers_beyond_float64_and_complex_arrays() -> None:
    huge = number(10**400)
    assert evaluate(quotient(product(huge, t), huge), {"t": 3.0}) == 3.0
    with pytest.raises(EvaluationError, match="not an array of real numbers"):
        evaluate(x, {"x": np.array([1j, 2])})
