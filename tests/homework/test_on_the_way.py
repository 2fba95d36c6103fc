r"""What sheets ask for in other words than "the gradient of f", and what they say on the way: equations that set a derivative to zero, a
derivative taken to find something else, a direction in brackets, a name that has another meaning further on, and σ² = … for σ.

The answers to hold against are NumPy functions of the symbols, written from the text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from answered import Values, asked, value_of

import gradatim as gd
from gradatim.homework.solve import solve_text
from gradatim.value.floats import evaluate

RIDGE = r"1) For the ridge objective J(w) = ||y - Xw||^2 + lambda ||w||^2, derive the normal equations."
WEIGHTED = r"""
1. Let $J(\theta) = (X\theta - y)^T W (X\theta - y)$ with $X \in \mathbb{R}^{n \times d}$. By finding the derivative $\nabla_\theta J(\theta)$
and setting that to zero, give the $\theta$ that minimizes $J$ in closed form.
"""
TWICE = """
1) Let f(W) = ||W x - y||^2, where W is an m-by-n matrix.  Find df/dW.
Then let f(W) = ||W X - Y||_F^2 and find df/dW. Repeat this for f(W) = a^T W b.
"""
DIRECTED = r"""
1. Let $f(X) = \|X^T X - I\|_F^2$ for $X \in \mathbb{R}^{m \times n}$. Find the gradient, and find the second derivative $f''(X)[V, V]$.
"""
INFORMATION = r"""
1. Let $\ell(\beta) = \sum_{i=1}^n (y_i x_i^\top \beta - e^{x_i^\top \beta})$. Derive the score and the observed information.
2. For the same $\ell$ find the Fisher information matrix.
"""
SCALED = r"""
1. Let $y = \frac{x - \mu \mathbf{1}}{\sigma}$ with $\mu = \frac1d \mathbf{1}^\top x$ and $\sigma^2 = \frac1d \|x - \mu \mathbf{1}\|^2$ for
$x \in \mathbb{R}^d$. Derive the Jacobian $\frac{\partial y}{\partial x}$.
"""
PLAIN = """
1) Let f(x) = 1/2 x^T A x - b^T x + c, where A is a symmetric n x n matrix, b a vector and c a scalar. Compute the gradient.

2) Let f(x) = ||Ax - b||^2 with A in R^{m x n}. Find the gradient of f.
"""


def _scaled(v: Values) -> Any:
    x, d = v["x"], len(v["x"])
    s, c = x.std(), x - x.mean()
    return (np.eye(d) - 1 / d - np.outer(c, c) / (d * s * s)) / s


def _second(v: Values, X: Any, t: float = 1e-4) -> Any:
    """Along V, from differences of the function."""

    def f(s: float) -> Any:
        Y = X + s * v["V"]
        return np.sum((Y.T @ Y - np.eye(Y.shape[1])) ** 2)

    return (f(t) - 2 * f(0) + f(-t)) / t**2


def _rate(v: Values) -> Any:
    return np.exp(v["x"] @ v["beta"])


ORACLES: list[tuple[str, str, Callable[[Values], Any]]] = [
    (RIDGE, "1", lambda v: 2 * v["X"].T @ (v["X"] @ v["w"] - v["y"]) + 2 * v["lam"] * v["w"]),
    (WEIGHTED, "1", lambda v: v["X"].T @ (v["W"] + v["W"].T) @ (v["X"] @ v["theta"] - v["y"])),
    (TWICE, "1", lambda v: 2 * np.outer(v["W"] @ v["x"] - v["y"], v["x"])),
    (TWICE, "1 (2)", lambda v: 2 * (v["W"] @ v["X"] - v["Y"]) @ v["X"].T),
    (TWICE, "1 (3)", lambda v: np.outer(v["a"], v["b"])),
    (INFORMATION, "1", lambda v: v["x"].T @ (v["y"] - _rate(v))),
    (INFORMATION, "1 (2)", lambda v: v["x"].T @ np.diag(_rate(v)) @ v["x"]),
    (SCALED, "1", _scaled),
    (PLAIN, "2", lambda v: 2 * v["A"].T @ (v["A"] @ v["x"] - v["b"])),
]


@pytest.mark.parametrize(("document", "label", "oracle"), ORACLES, ids=[f"{d.split()[5][:8]}-{n}" for d, n, _ in ORACLES])
def test_what_is_meant_is_answered(document: str, label: str, oracle: Callable[[Values], Any]) -> None:
    found, draw = value_of(asked(document, label))
    assert np.allclose(found, oracle(draw))


def test_a_derivative_along_a_direction_in_brackets_is_a_number() -> None:
    question = asked(DIRECTED, "1 (2)")
    assert question.answer is not None and question.reading is not None and question.answer.is_scalar
    rng = np.random.default_rng(5)
    draw = {"X": rng.normal(size=(4, 3)), "V": rng.normal(size=(4, 3))}
    assert np.isclose(evaluate(question.answer, draw), _second(draw, draw["X"]), rtol=1e-4)
    assert dict(solve_text(DIRECTED.replace("V, V", "V, U")).others)["1 (2)"].startswith("not read")


def test_it_is_said_what_was_not_answered() -> None:
    assert "the normal equations say that this is 0" in asked(RIDGE, "1").assumed
    assert any("the derivative alone is answered" in a for a in asked(WEIGHTED, "1").assumed)
    assert "σ is the root of σ² that is not negative" in asked(SCALED, "1").assumed
    assert dict(solve_text(INFORMATION).others) == {"2": "not read: “fisher information matrix: an expectation”"}
    assert asked(INFORMATION, "1 (2)").entry().left[1] == "−∂²ℓ/∂β²"


def test_conditions_that_name_no_function_are_no_question() -> None:
    assert dict(solve_text("1. State the first-order necessary conditions for a local minimum.").others) == {
        "1": "not a derivative question"
    }


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"$\nabla_\theta J = X^T(W + W^T)(X\theta - y) = 0$", "right"),
        (r"$\theta = (X^T(W + W^T)X)^{-1} X^T(W + W^T)y$", "undecided"),
    ],
)
def test_what_follows_from_a_derivative_is_never_marked_wrong(answer: str, outcome: str, tmp_path: Any) -> None:
    (tmp_path / "hw.md").write_text(WEIGHTED)
    (tmp_path / "a.md").write_text(f"1. {answer}\n")
    (question,) = gd.grade(str(tmp_path / "hw.md"), str(tmp_path / "a.md")).questions
    assert question.verdict is not None and question.verdict.outcome == outcome
    assert "not judged" in question.verdict.message


@pytest.mark.parametrize("words", [r"$\nabla^2 g[H, H]$", r"$g''[H, H]$", r"$\nabla^2 g(X)[H, H]$"])
def test_the_point_of_a_second_derivative_may_be_left_out(words: str) -> None:
    """The second differential of tr(X⁻¹A): d(X⁻¹) = −X⁻¹ H X⁻¹ twice gives 2 tr(X⁻¹ H X⁻¹ H X⁻¹ A)."""
    (q,) = solve_text(rf"1. Let $g(X) = \mathrm{{tr}}(X^{{-1}} A)$. Find {words}.", style="none").questions
    rng = np.random.default_rng(4)
    X, A, H = (rng.normal(size=(3, 3)) for _ in range(3))
    Y = np.linalg.inv(X)
    assert q.answer is not None
    assert evaluate(q.answer, {"X": X, "A": A, "H": H}) == pytest.approx(2 * np.trace(Y @ H @ Y @ H @ Y @ A))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (r"Compute the gradient of $f(x) = x^TAx$ on the unit sphere.", True),
        (r"Minimize $f(x) = x^TQx$ s.t. $a^Tx = 1$. Compute $\nabla f$.", True),
        (r"Compute the gradient of $f(x) = x^TAx$.", False),
        (r"Let $\min_x c^Tx$ subject to $Ax = b$. Write the Lagrangian and compute its gradient with respect to $x$.", False),
    ],
)
def test_a_constraint_that_the_derivative_leaves_out_is_said(words: str, said: bool) -> None:
    (q,) = solve_text(f"1. {words}", style="none").questions
    assert ("the derivative is that in the whole space" in " ".join(q.assumed)) is said


def test_a_function_without_its_marks_keeps_what_stands_before_it() -> None:
    text = r"1. Let $f(x) = \frac12 x^TQx - b^Tx$. Find the gradient of f(x) and the Hessian of f."
    assert [len(q.wrt) for q in solve_text(text, style="none").questions] == [1, 2]
