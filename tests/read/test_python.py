"""Python's spelling: read as NumPy means it, told apart from plain text, by value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from gradatim.errors import GradatimError, ReadError, ShapeError
from gradatim.read.problem import read
from gradatim.value.floats import evaluate

GIVEN = "X is N x d, w in R^d, y in R^N, A is n x n, x in R^n, b in R^n"
SIZES = {"N": 5, "d": 3, "n": 4}


def arrays() -> dict[str, Any]:
    rng = np.random.default_rng(11)
    shapes = {"X": (5, 3), "w": (3,), "y": (5,), "A": (4, 4), "x": (4,), "b": (4,)}
    return {k: rng.uniform(0.3, 1.4, size=s) for k, s in shapes.items()}


# The meaning is the text itself as NumPy runs it, written down beside it: nothing is evaluated from a string.
MEANT: list[tuple[str, Callable[..., Any]]] = [
    ("X.T @ (X @ w - y)", lambda X, w, y, **_: X.T @ (X @ w - y)),
    ("np.sum(np.log(X @ w) * y)", lambda X, w, y, **_: np.sum(np.log(X @ w) * y)),
    ("0.5 * np.linalg.norm(X @ w - y)**2", lambda X, w, y, **_: 0.5 * np.linalg.norm(X @ w - y) ** 2),
    ("np.mean((X @ w - y)**2)", lambda X, w, y, **_: np.mean((X @ w - y) ** 2)),
    ("x @ A @ x + b.T @ x", lambda x, A, b, **_: x @ A @ x + b.T @ x),
    ("A @ x @ b", lambda A, x, b, **_: A @ x @ b),
    ("A**2", lambda A, **_: A**2),
    ("A * A.T", lambda A, **_: A * A.T),
    ("(x * b) @ x", lambda x, b, **_: (x * b) @ x),
    ("np.dot(w, X.T @ y)", lambda w, X, y, **_: np.dot(w, X.T @ y)),
    ("np.trace(A @ A.T) - np.linalg.slogdet(A)[1]", lambda A, **_: np.trace(A @ A.T) - np.linalg.slogdet(A)[1]),
    ("np.maximum(0, A @ x - 1).sum()", lambda A, x, **_: np.maximum(0, A @ x - 1).sum()),
    ("np.outer(x, b) @ x / 2", lambda x, b, **_: np.outer(x, b) @ x / 2),
    ("r = X @ w - y\nL = r @ r", lambda X, w, y, **_: np.sum((X @ w - y) ** 2)),
    ("np.linalg.inv(A) @ np.square(x)", lambda A, x, **_: np.linalg.inv(A) @ np.square(x)),
]


@pytest.mark.parametrize(("text", "meant"), MEANT, ids=[t for t, _ in MEANT])
def test_code_means_what_numpy_means(text: str, meant: Callable[..., Any]) -> None:
    problem, given = read(text, given=GIVEN), arrays()
    got = evaluate(problem.term, {s: given[k] for k, s in problem.symbols.items()}, SIZES)
    assert_allclose(got, meant(**given))


def test_other_plain_text_keeps_its_star() -> None:
    assert read("x'*A*x", given=GIVEN).term is read("x @ A @ x", given=GIVEN).term


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("x.T*A*x", ShapeError, "entry by entry in Python(.|\n)*write `@`"),
        ("np.sum(X, axis=0) @ w", ReadError, "option `axis`"),
        ("np.load(x) @ x", ReadError, "`load` with 1 argument"),
        ("__import__('os') @ x", ReadError, "only numbers|not read"),
        ("(lambda: x)() @ x", ReadError, "not read"),
        ("x.__class__ @ x", ReadError, "attribute `.__class__`"),
        ("A[0] @ x", ReadError, "square brackets"),
        ("-".join(["x@x"] * 3) + " if x else x", ReadError, "not read"),
    ],
)
def test_code_that_is_no_formula(text: str, error: type[GradatimError], message: str) -> None:
    with pytest.raises(error, match=message):
        read(text, given=GIVEN)


def test_an_answer_in_code() -> None:
    problem = read("0.5 * np.sum((X @ w - y)**2)", given=GIVEN)
    assert problem.read_answer("X.T @ (X @ w - y)").term is read("X^T (X w - y)", given=GIVEN).term
