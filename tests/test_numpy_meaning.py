"""What NumPy's functions and operators make of terms has the value that NumPy makes of arrays; what has no counterpart is an error."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import gradatim as gd

RNG = np.random.default_rng(5)
M = RNG.normal(size=(4, 4))
ARRAYS: dict[str, Any] = {
    "A": RNG.normal(size=(3, 4)), "S": M @ M.T + np.eye(4), "x": RNG.normal(size=4), "b": RNG.normal(size=3), "a": 1.3,
    "P": np.abs(RNG.normal(size=4)) + 0.2, "c": 0.7,
}  # fmt: skip
TERMS: dict[str, Any] = {
    "A": gd.matrix("A", "m", "n"), "S": gd.matrix("S", "n", "n"), "x": gd.vector("x", "n"), "b": gd.vector("b", "m"),
    "a": gd.scalar("a"), "P": gd.vector("P", "n"), "c": gd.scalar("c"),
}  # fmt: skip

WRITTEN = {
    "np.sum(A, axis=0)": lambda A: np.sum(A, axis=0),
    "np.sum(A, axis=1)": lambda A: np.sum(A, axis=1),
    "A.sum(1)": lambda A: A.sum(1),
    "np.sum([a, c])": lambda a, c: np.sum([a, c]),
    "np.mean(A)": lambda A: np.mean(A),
    "np.var(x, ddof=1)": lambda x: np.var(x, ddof=1),
    "np.std(x)": lambda x: np.std(x),
    "np.linalg.norm(x, 3)": lambda x: np.linalg.norm(x, 3),
    "np.linalg.norm(A)": lambda A: np.linalg.norm(A),
    "np.trace(S)": lambda S: np.trace(S),
    "np.diag(S)": lambda S: np.diag(S),
    "np.diag(x)": lambda x: np.diag(x),
    "np.dot(b, A)": lambda b, A: np.dot(b, A),
    "np.outer(x, b)": lambda x, b: np.outer(x, b),
    "np.kron(x, b)": lambda x, b: np.kron(x, b),
    "np.kron(A, S)": lambda A, S: np.kron(A, S),
    "np.max(A)": lambda A: np.max(A),
    "np.maximum(x, 0)": lambda x: np.maximum(x, 0),
    "np.clip(x, -0.5, 0.5)": lambda x: np.clip(x, -0.5, 0.5),
    "np.logaddexp(0, x)": lambda x: np.logaddexp(0, x),
    "np.power(P, a)": lambda P, a: np.power(P, a),
    "np.reshape(A, -1)": lambda A: np.reshape(A, -1),
    "np.cumsum(x)": lambda x: np.cumsum(x),
    "np.prod(P)": lambda P: np.prod(P),
    "np.linalg.solve(S, x)": lambda S, x: np.linalg.solve(S, x),
    "np.linalg.matrix_power(S, -2)": lambda S: np.linalg.matrix_power(S, -2),
    "np.tril(S)": lambda S: np.tril(S),
    "np.concatenate([x, b])": lambda x, b: np.concatenate([x, b]),
    "np.column_stack([x, P])": lambda x, P: np.column_stack([x, P]),
    "np.stack([x, P])": lambda x, P: np.stack([x, P]),
    "np.block([[A, A], [A, A]])": lambda A: np.block([[A, A], [A, A]]),
    "x[-1]": lambda x: x[-1],
    "A[-1, -2]": lambda A: A[-1, -2],
    "A[1:, :2]": lambda A: A[1:, :2],
    "x ** 2 / P": lambda x, P: x**2 / P,
    "S ** 2": lambda S: S**2,
    "x @ S": lambda x, S: x @ S,
    "1 / S": lambda S: 1 / S,
    "A * A - 2 * A": lambda A: A * A - 2 * A,
}


@pytest.mark.parametrize("text", WRITTEN)
def test_the_value_is_numpys(text: str) -> None:
    function = WRITTEN[text]
    names = function.__code__.co_varnames
    term = function(*(TERMS[n] for n in names))
    wanted = function(*(ARRAYS[n] for n in names))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = term.evaluate(**{n: ARRAYS[n] for n in names})
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize(
    "function",
    [
        # NumPy would add up the vectors of an array of objects, and adds up all entries of one of numbers.
        lambda x, P, A: np.sum([x, P]),
        lambda x, P, A: np.mean([x, P], axis=0),
        lambda x, P, A: np.array(x),
        # A one-dimensional array is a row beside a matrix, and x is a column.
        lambda x, P, A: np.kron(A, x),
        lambda x, P, A: np.exp(x, where=True),
        lambda x, P, A: np.ones(3) @ A,
    ],
)
def test_what_would_mean_something_else_is_an_error(function: Any) -> None:
    with pytest.raises(gd.GradatimError):
        function(TERMS["x"], TERMS["P"], TERMS["A"])


def test_kron_of_a_row_and_a_matrix_is_numpys() -> None:
    found = np.kron(TERMS["x"].T, TERMS["A"]).evaluate(x=ARRAYS["x"], A=ARRAYS["A"])
    np.testing.assert_allclose(found, np.kron(ARRAYS["x"], ARRAYS["A"]))


def test_an_array_of_scalars_holds_them() -> None:
    held = np.array([[TERMS["a"], TERMS["c"]], [1, TERMS["a"]]])
    assert held.shape == (2, 2) and held[0, 1] is TERMS["c"]
