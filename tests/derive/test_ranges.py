"""Ranges of entries and matrices of blocks: their derivatives as a person writes them, and the same by numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import GradatimError, ShapeError
from gradatim.term import free_symbols

RNG = np.random.default_rng(29)
VALUES = {
    "x": RNG.standard_normal(5),
    "z": RNG.standard_normal(3),
    "A": RNG.standard_normal((4, 5)),
    "B": RNG.standard_normal((6, 5)),
    "C": RNG.standard_normal((4, 3)),
    "c": RNG.standard_normal(4),
    "X": RNG.standard_normal((5, 4)),
}
x, z, c = gd.vector("x", "n"), gd.vector("z", "q"), gd.vector("c", "m")
A, B, C, X = gd.matrix("A", "m", "n"), gd.matrix("B", "p", "n"), gd.matrix("C", "m", "q"), gd.matrix("X", "n", "m")


def slopes(f: Any, by: str) -> np.ndarray:
    """Central differences of a function of arrays, entry by entry."""
    out = np.zeros_like(VALUES[by])
    for place in np.ndindex(out.shape):
        step = np.zeros_like(out)
        step[place] = 1e-6
        ahead, behind = (f({**VALUES, by: VALUES[by] + s * step}) for s in (1, -1))
        out[place] = (ahead - behind) / 2e-6
    return out


QUESTIONS = [
    (gd.norm(x[1:]) ** 2, x, "2 [0; x_{2:n}]", lambda v: (v["x"][1:] ** 2).sum()),
    (
        gd.norm(x[1:] - x[:-1]) ** 2,
        x,
        "2([0; x_{2:n} − x_{1:n-1}] − [x_{2:n} − x_{1:n-1}; 0])",
        lambda v: (np.diff(v["x"]) ** 2).sum(),
    ),
    (gd.norm(X[:2]) ** 2, X, "2 [X_{1:2,:}; 0]", lambda v: (v["X"][:2] ** 2).sum()),
    (gd.norm(X[:, 1:3]) ** 2, X, "2 [0, X_{:,2:3}, 0]", lambda v: (v["X"][:, 1:3] ** 2).sum()),
    (
        gd.norm(np.block([[A], [B]]) @ x) ** 2,
        x,
        "2 [A; B]ᵀ [A; B] x",
        lambda v: np.vstack([v["A"], v["B"]]) @ v["x"] @ (np.vstack([v["A"], v["B"]]) @ v["x"]),
    ),
    (
        gd.norm(np.hstack([A, C]) @ np.concatenate([x, z]) - c) ** 2,
        C,
        "2([A, C] [x; z] − c) zᵀ",
        lambda v: ((v["A"] @ v["x"] + v["C"] @ v["z"] - v["c"]) ** 2).sum(),
    ),
    (
        gd.exp(c @ np.hstack([A, C]) @ np.concatenate([x, z]) / 9),
        A,
        "(1/9) exp(cᵀ[A, C] [x; z] / 9) c xᵀ",
        lambda v: np.exp(v["c"] @ (v["A"] @ v["x"] + v["C"] @ v["z"]) / 9),
    ),
]


@pytest.mark.parametrize(
    ("f", "by", "text", "value"), QUESTIONS, ids=lambda q: "numpy" if type(q).__name__ == "function" else str(q)[:40]
)
def test_gradients_of_parts_and_blocks(f: Any, by: Any, text: str, value: Any) -> None:
    g = gd.gradient(f, by)
    assert str(g) == text
    wanted = slopes(value, by.plain)
    arrays = {n.plain: VALUES[n.plain] for n in free_symbols(g)}
    np.testing.assert_allclose(gd.compile(g)(**arrays), wanted, rtol=2e-6, atol=1e-6)
    np.testing.assert_allclose(g.evaluate(**arrays), wanted, rtol=2e-6, atol=1e-6)


def test_a_jacobian_of_stacked_vectors_is_a_matrix_of_blocks() -> None:
    stacked = np.concatenate([A @ x, B @ x, gd.sqnorm(x)])  # type: ignore[arg-type, list-item]
    assert str(gd.jacobian(stacked, x)) == "[A; B; 2 xᵀ]"
    assert str(gd.hessian(gd.norm(np.block([[A], [B]]) @ x) ** 2, x)) == "2 [A; B]ᵀ [A; B]"


def test_a_part_that_is_not_there_is_an_error() -> None:
    five = gd.vector("v", 5)
    for wrong in (lambda: five[2:9], lambda: five[::2], lambda: five[7], lambda: X["a", 0], lambda: np.block([[A], [C]])):
        with pytest.raises(GradatimError):
            wrong()
    with pytest.raises(ShapeError, match="block"):
        np.hstack([A, B])  # type: ignore[list-item]


def test_python_counts_from_the_end_as_well() -> None:
    for term, value in (
        (x[-1], VALUES["x"][-1]),
        (x[-3:], VALUES["x"][-3:]),
        (X[1, :], VALUES["X"][1]),
        (X[:, -1], VALUES["X"][:, -1]),
    ):
        (name,) = {"x", "X"} & set(str(term))
        np.testing.assert_array_equal(term.evaluate(**{name: VALUES[name]}), value)


def test_a_position_beside_a_range_under_a_sum() -> None:
    """Σᵢ over the first two rows of X in the second column."""
    i = gd.index("i", 2)
    f = gd.sum_over(i, X[:2][i, 1] ** 2)
    wanted = np.zeros_like(VALUES["X"])
    wanted[:2, 1] = 2 * VALUES["X"][:2, 1]
    np.testing.assert_allclose(gd.gradient(f, X).evaluate(X=VALUES["X"]), wanted)
