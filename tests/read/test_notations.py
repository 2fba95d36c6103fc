"""Notations of papers and courses and what they mean: the value of what was read, against NumPy.

Sizes are all different and at least three (m = 4, n = 3), so that a transposed or misplaced factor cannot pass.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

import gradatim as gd

GIVEN = (
    r"$A, B \in \mathbb{R}^{m\times n}$, $X, Y \in \mathbb{R}^{n\times n}$, $x, y, z \in \mathbb{R}^n$, $u \in \mathbb{R}^m$, "
    r"$p, q \in \mathbb{R}^n_{++}$, $a, b$ scalars, $t > 0$ a scalar"
)
SIZES = {"m": 4, "n": 3}
inv, det, norm, log, exp = np.linalg.inv, np.linalg.det, np.linalg.norm, np.log, np.exp


def pairs(n: int, wanted: Callable[[int, int], bool]) -> list[tuple[int, int]]:
    return [(i, j) for i in range(n) for j in range(n) if wanted(i, j)]


MEANINGS: list[tuple[str, Callable[..., Any]]] = [
    # indicators and cases
    (r"\mathbf{1}\{a > 0\} b", lambda a, b, **_: (a > 0) * b),
    (r"\mathbb{1}[a > b] b", lambda a, b, **_: (a > b) * b),
    (r"1_{\{a \le 0\}} b + b", lambda a, b, **_: (a <= 0) * b + b),
    (r"\begin{cases} a^2 & a > 0 \\ -a & a \le 0 \end{cases}", lambda a, **_: a**2 if a > 0 else -a),
    (r"\begin{cases} a^2 & \text{if } a > 0 \\ 0 & \text{otherwise} \end{cases}", lambda a, **_: a**2 if a > 0 else 0),
    (
        r"f(a) = \begin{cases} \frac12 a^2, & |a| \le 1, \\ |a| - \tfrac12, & \text{otherwise.} \end{cases}",
        lambda a, **_: a * a / 2 if abs(a) <= 1 else abs(a) - 0.5,
    ),
    (
        r"\begin{cases} 0 & \text{if $a < -1$} \\ a + 1 & -1 \le a < 1 \\ 2 & \text{for } a \ge 1 \end{cases}",
        lambda a, **_: min(max(a + 1, 0), 2),
    ),
    # lists
    (r"[x_1, \dots, x_n]^T", lambda x, **_: x),
    (r"(x_1^2, x_2^2, \ldots, x_n^2)^\top", lambda x, **_: x**2),
    (r"\operatorname{diag}(x_1, \dots, x_n) y", lambda x, y, **_: x * y),
    # sums
    (r"\sum_{i<j} (x_i - x_j)^2", lambda x, **_: sum((x[i] - x[j]) ** 2 for i, j in pairs(3, lambda i, j: i < j))),
    (r"\sum_{1 \le i < j \le n} x_i x_j", lambda x, **_: sum(x[i] * x[j] for i, j in pairs(3, lambda i, j: i < j))),
    (r"\sum_{i \ge j} X_{ij}", lambda X, **_: np.tril(X).sum()),
    (r"\sum_{i \neq j} X_{ij} x_i y_j", lambda x, y, X, **_: x @ (X - np.diag(np.diag(X))) @ y),
    (r"\sum_{i=1}^n \sum_{j \ne i} X_{ij} x_j", lambda x, X, **_: ((X - np.diag(np.diag(X))) @ x).sum()),
    (r"\sum_{i=1}^n \sum_{j=1}^{i} x_j", lambda x, **_: np.cumsum(x).sum()),
    (r"\sum_{i=1}^n \sum_{j=i+1}^n X_{ij}", lambda X, **_: np.triu(X, 1).sum()),
    (r"\sum_{i=1}^n \sum_{j=1}^{i-1} X_{ij}", lambda X, **_: np.tril(X, -1).sum()),
    (r"\sum_{i, j} X_{ij} x_i y_j", lambda x, y, X, **_: x @ X @ y),
    (r"\sum_{i,j=1}^n X_{ij}^2", lambda X, **_: (X**2).sum()),
    (r"\sum_{i \in \{1, \dots, n\}} x_i y_i", lambda x, y, **_: x @ y),
    (r"\sum_{j} A_{ij} x_j", lambda A, x, **_: A @ x),
    (r"\prod_{i=1}^n x_i", lambda x, **_: np.prod(x)),
    # norms and inner products
    (r"\|x\|_{2}^{2}", lambda x, **_: x @ x),
    (r"\left\lVert Ax - u \right\rVert_2", lambda A, x, u, **_: norm(A @ x - u)),
    (r"\|x\|_\infty + \|x\|_1", lambda x, **_: abs(x).max() + abs(x).sum()),
    (r"\|x\|_X^2", lambda x, X, **_: x @ X @ x),
    (r"\|x\|_3", lambda x, **_: (abs(x) ** 3).sum() ** (1 / 3)),
    (r"\langle A, B\rangle_F", lambda A, B, **_: (A * B).sum()),
    (r"\langle x, Xy \rangle", lambda x, X, y, **_: x @ X @ y),
    (r"A : B", lambda A, B, **_: (A * B).sum()),
    (r"x \cdot y", lambda x, y, **_: x @ y),
    # traces, determinants, powers
    (r"\operatorname{Tr}(A^T B)", lambda A, B, **_: (A * B).sum()),
    (r"\mathrm{Tr}[XY]", lambda X, Y, **_: np.trace(X @ Y)),
    (r"\text{tr} X^{-T} Y", lambda X, Y, **_: np.trace(inv(X).T @ Y)),
    (r"(XY)^{-\top}", lambda X, Y, **_: inv(X @ Y).T),
    (r"x^\intercal X^{2} y", lambda x, X, y, **_: x @ X @ X @ y),
    (r"\log\det(X^TX)", lambda X, **_: log(det(X.T @ X))),
    (r"|X|", lambda X, **_: det(X)),
    (r"\ln|X^TX + I|", lambda X, **_: log(det(X.T @ X + np.eye(3)))),
    (r"(\log\det(X^TX))^2", lambda X, **_: log(det(X.T @ X)) ** 2),
    (r"|a|", lambda a, **_: abs(a)),
    (r"|x|", lambda x, **_: norm(x)),
    (r"|x^Ty|", lambda x, y, **_: abs(x @ y)),
    (r"\sum_i |x_i|", lambda x, **_: abs(x).sum()),
    # products
    (r"A \circ B", lambda A, B, **_: A * B),
    (r"A \odot B - B", lambda A, B, **_: A * B - B),
    (r"x \oslash y", lambda x, y, **_: x / y),
    (r"(x \otimes y)^T (x \otimes y)", lambda x, y, **_: (x @ x) * (y @ y)),
    (r"\operatorname{vec}(A)^T \operatorname{vec}(B)", lambda A, B, **_: (A * B).sum()),
    (r"x'Xy", lambda x, X, y, **_: x @ X @ y),
    # functions
    (r"\mathrm{KL}(p \| q)", lambda p, q, **_: (p * log(p / q)).sum()),
    (r"D_{KL}(p \,\|\, q)", lambda p, q, **_: (p * log(p / q)).sum()),
    (r"\max(0, 1 - a x^Ty)", lambda a, x, y, **_: max(0, 1 - a * (x @ y))),
    (r"e^{x^Ty} + \exp\{-a\}", lambda x, y, a, **_: exp(x @ y) + exp(-a)),
    (r"\sigma(x^T y)", lambda x, y, **_: 1 / (1 + exp(-x @ y))),
    (r"\log_2 t", lambda t, **_: np.log2(t)),
    (r"\exp^{\circ}(X)", lambda X, **_: exp(X)),
    (r"x_1 y_2 + x_2^2", lambda x, y, **_: x[0] * y[1] + x[1] ** 2),
    (r"\tfrac{1}{2}(x-y)^T X^{-1}(x-y)", lambda x, y, X, **_: (x - y) @ inv(X) @ (x - y) / 2),
    (r"A_{m\times n} x_{n \times 1}", lambda A, x, **_: A @ x),
]


def point(problem: Any, rng: Random) -> dict[str, Any]:
    """A random value for each name, of both signs unless it is declared positive."""
    draws = np.random.default_rng(rng.randrange(2**32))
    out: dict[str, Any] = {}
    for name, s in problem.symbols.items():
        value = draws.normal(size=tuple(SIZES[str(d)] for d in s.type.axes))
        out[name] = np.abs(value) + 0.1 if "positive" in s.type.facts else value
    return out


@pytest.mark.parametrize("latex, meaning", MEANINGS, ids=[m[0] for m in MEANINGS])
def test_a_notation_has_the_value_that_is_meant(latex: str, meaning: Callable[..., Any], rng: Random) -> None:
    problem = gd.read(latex, GIVEN)
    for _ in range(4):
        values = point(problem, rng)
        got, wanted = problem.term.evaluate(**values), meaning(**values)
        assert np.shape(got) == np.shape(wanted)
        assert np.allclose(got, wanted)


@pytest.mark.parametrize(
    "latex, word",
    [
        (r"\mathbb{E}[x]", "expectation"),
        (r"\operatorname{tr}(X) + \mathrm{Var}(x)", "expectation"),
        (r"(x_1, \dots, x_n^2)", "guessed"),
        (r"\prod_{j \in S} x_j", "part of a range"),
        (r"\sum_{j \in \mathcal{N}(i)} x_j", "restricted"),
        (r"\begin{cases} a & \text{sometimes} \\ 0 & a > 0 \end{cases}", "condition"),
        (r"\begin{cases} a & a > 0", "not closed"),
        (r"\exp(X)", "entry by entry"),
    ],
)
def test_what_is_not_read_says_so(latex: str, word: str) -> None:
    with pytest.raises(gd.GradatimError, match=word):
        gd.read(latex, GIVEN)
