"""All positions of an index at once give what one after the other gives, and quickly."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gradatim.errors import EvaluationError
from gradatim.ops import (
    Function,
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
    norminf,
    number,
    ones,
    power,
    product,
    quotient,
    relu,
    sigmoid,
    softmax,
    sqnorm,
    subtract,
    total,
    transpose,
)
from gradatim.term import Apply, Bind, Symbol, Term, fresh_index
from gradatim.types import Dim, Type
from gradatim.value.balls import Balls
from gradatim.value.batches import Batches
from gradatim.value.doubles import Floats
from gradatim.value.evaluate import run
from gradatim.value.floats import evaluate
from gradatim.value.precision import workprec
from gradatim.value.running import RunningBalls

SEED = 31
N, d = Dim.of("N"), Dim.of("d")
X = Symbol("X", Type((N, d), family=1))
M = Symbol("M", Type((N, d, d), family=1))
y = Symbol("y", Type((N,), family=1))
w, B, t = Symbol("w", Type((d,))), Symbol("B", Type((d, d))), Symbol("t")
T = transpose


def over(kind: str, body: Callable[[Symbol], Term], extent: Dim = N) -> Bind:
    i = fresh_index(extent)
    return Bind(kind, i, body(i))


def score(i: Term) -> Term:
    return product(T(w), at(X, i))


square = Function("f", "f", (t,), product(t, sqnorm(product(t, ones(params=(Dim.of(2),))))), elementwise=True)
j_ = Symbol("j", Type(index=N))
named = Function("h", "h", (w, j_), sigmoid(score(j_)))
BODIES: list[Callable[[Symbol], Term]] = [
    lambda i: at(y, i),
    lambda i: number(3),
    lambda i: i,
    lambda i: product(i, at(y, i)),
    lambda i: log(add(number(1), exp(minus(product(at(y, i), score(i)))))),
    lambda i: power(subtract(at(y, i), score(i)), number(2)),
    lambda i: power(sigmoid(score(i)), at(y, i)),
    lambda i: logsumexp(product(at(y, i), at(X, i))),
    lambda i: norm(subtract(at(X, i), w)),
    lambda i: norminf(at(X, i)),
    lambda i: det(at(M, i)),
    lambda i: logdet(at(M, i)),
    lambda i: total(relu(at(X, i))),
    lambda i: Apply(named, (product(at(y, i), w), i)),
    lambda i: total(Apply(square, (at(X, i),))),
    lambda i: over("sum", lambda j: exp(minus(sqnorm(subtract(at(X, i), at(X, j)))))),
    lambda i: over("sum", lambda j: quotient(at(y, i), add(number(10), score(j)))),
    lambda i: over("product", lambda j: add(number(2), product(at(y, j), at(y, i)))),
    lambda i: at(over("stack", lambda j: product(at(y, j), at(y, i))), i),
    lambda i: total(over("stack", lambda j: product(at(y, i), at(X, j)))),
    lambda i: over("sum", lambda k: product(at(X, i, k), at(w, k)), d),
    lambda i: at(B, number(1), number(2)),
]
ARRAY_BODIES: list[Callable[[Symbol], Term]] = [
    lambda i: product(at(y, i), at(X, i)),
    lambda i: product(at(X, i), T(at(X, i))),
    lambda i: softmax(at(X, i)),
    lambda i: inverse(at(M, i)),
    lambda i: matrix_power(at(M, i), params=(-2,)),
    lambda i: diag(at(X, i)),
    lambda i: add(product(at(y, i), identity(params=(d,))), B),
    lambda i: hadamard(at(X, i), exp(w)),
    lambda i: product(B, w),
    lambda i: quotient(at(X, i), at(y, i)),
    lambda i: softmax(at(M, i), params=("columns",)),
    lambda i: softmax(at(M, i), params=("rows",)),
    lambda i: Apply(square, (at(X, i),)),
]
CASES = [(k, body) for body in BODIES for k in ("sum", "product", "stack")]
CASES += [(k, body) for body in ARRAY_BODIES for k in ("sum", "stack")]


def arrays() -> dict[Symbol, Any]:
    rng = np.random.default_rng(SEED)
    return {
        X: rng.normal(size=(5, 3)), M: rng.normal(size=(5, 3, 3)), y: rng.normal(size=5),
        w: rng.normal(size=3), B: rng.normal(size=(3, 3)), t: np.asarray(0.3),
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "body"), CASES)
def test_at_once_is_one_after_the_other(kind: str, body: Callable[[Symbol], Term]) -> None:
    term = over(kind, body)
    sizes = {"N": 5, "d": 3}
    slow = run(term, Floats(), arrays(), sizes)
    assert_allclose(run(term, Batches(), arrays(), sizes), slow, rtol=1e-10, atol=1e-12)
    # Where the arrays would be too large, the outer index is looped over and the inner ones still run at once.
    ring = Batches()
    ring.largest = 20
    assert_allclose(run(term, ring, arrays(), sizes), slow, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("kind", "body"), CASES)
def test_balls_at_once_are_balls_one_after_the_other(kind: str, body: Callable[[Symbol], Term]) -> None:
    term = over(kind, body)
    sizes = {"N": 5, "d": 3}

    def value(ring: Balls) -> Any:
        given = {s: ring.array(a.shape, [Fraction(x) for x in np.ravel(a).tolist()]) for s, a in arrays().items()}
        try:
            return run(term, ring, given, sizes)
        except EvaluationError as error:
            return str(error)

    with workprec(128):
        small = RunningBalls()
        small.largest = 20
        slow, quick, partly = value(Balls()), value(RunningBalls()), value(small)
    for found in (quick, partly):
        if isinstance(slow, str):
            assert isinstance(found, str)
        else:
            assert found.shape == slow.shape
            assert all(x.overlaps(y) and float((x - y).mid()) < 1e-25 for x, y in zip(found.data, slow.data, strict=True))


def test_an_index_that_is_computed_with_runs_like_any_other() -> None:
    # Σᵢ yᵢ y₆₋ᵢ, whose second index runs backwards.
    term = over("sum", lambda i: product(at(y, i), at(y, add(number(6), product(number(-1), i)))))
    v = arrays()[y]
    assert_allclose(run(term, Batches(), arrays(), {"N": 5}), v @ v[::-1])
    ring = RunningBalls()
    given = {y: ring.array((5,), [Fraction(x) for x in v.tolist()])}
    assert float(run(term, ring, given, {"N": 5}).data[0]) == pytest.approx(v @ v[::-1])


def test_a_position_that_does_not_exist_is_an_error() -> None:
    term = over("sum", lambda i: at(y, add(number(1), i)))
    for ring, given in ((Batches(), arrays()), (RunningBalls(), {y: RunningBalls().full((5,), Fraction(1))})):
        with pytest.raises(EvaluationError, match="does not exist"):
            run(term, ring, given, {"N": 5})


def test_a_large_family_is_quick() -> None:
    rng = np.random.default_rng(SEED)
    given = {"X": rng.normal(size=(100_000, 10)), "w": rng.normal(size=10), "y": rng.normal(size=100_000)}
    term = over("sum", BODIES[4])
    start = perf_counter()
    found = evaluate(term, given)
    # Far above what NumPy needs (some 20 ms) and far below a loop over the members (seconds).
    assert perf_counter() - start < 1.0
    assert_allclose(found, np.logaddexp(0, -given["y"] * (given["X"] @ given["w"])).sum())
