"""Ranges, members at a distance, words of statistics, eigenvalues: read as they stand on paper, compared by value."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import GradatimError

RNG = np.random.default_rng(41)
S = RNG.standard_normal((5, 5))
VALUES = {
    "x": RNG.uniform(0.5, 2, 5),
    "y": RNG.standard_normal(5),
    "w": RNG.standard_normal(3),
    "A": RNG.standard_normal((3, 3)),
    "X": RNG.standard_normal((5, 3)),
    "S": S + S.T,
    "z": RNG.standard_normal((6, 3)),
    "q": RNG.dirichlet(np.ones(4)),
}
GIVEN = (
    r"$x, y \in \mathbb{R}^n$, $w \in \mathbb{R}^m$, $A \in \mathbb{R}^{m \times m}$, $X \in \mathbb{R}^{n \times m}$, "
    r"$S \in \mathbb{R}^{n \times n}$ symmetric, vectors $z_t \in \mathbb{R}^m$, $t = 1, \dots, T$, $q$ is a probability vector"
)
V = VALUES
CASES = [
    (r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", np.sum(np.diff(V["x"]) ** 2)),
    (r"\sum_{i=2}^{n} (x_i - x_{i-1})^2", np.sum(np.diff(V["x"]) ** 2)),
    (r"\sum_{i=2}^{n-1} (x_{i+1} - 2 x_i + x_{i-1})^2", np.sum(np.diff(V["x"], 2) ** 2)),
    (r"\sum_{i=2}^n i\, x_i", np.arange(2, 6) @ V["x"][1:]),
    (r"\prod_{i=2}^n x_i", np.prod(V["x"][1:])),
    (r"\sum_{i=0}^{n-1} x_{i+1} y_{i+1}", V["x"] @ V["y"]),
    (r"\sum_{t=1}^{T-1} \|z_{t+1} - A z_t\|^2", np.sum((V["z"][1:] - V["z"][:-1] @ V["A"].T) ** 2)),
    (r"\sum_{t=2}^{T} w^T (z_t - z_{t-1})", np.sum(np.diff(V["z"], axis=0) @ V["w"])),
    (r"\sum_{i=1}^{n-1} \sum_{j=1}^{m} (X_{i+1,j} - X_{i,j})^2", np.sum(np.diff(V["X"], axis=0) ** 2)),
    (r"\|x_{2:n} - x_{1:n-1}\|^2", np.sum(np.diff(V["x"]) ** 2)),
    (r"\operatorname{tr}(A_{1:2,1:2})", np.trace(V["A"][:2, :2])),
    (r"X_{2,1:m} w", V["X"][1] @ V["w"]),
    (r"\|X_{:,2:m}\|_F^2", np.sum(V["X"][:, 1:] ** 2)),
    (r"\|[X; A] w\|^2", np.sum((np.vstack([V["X"], V["A"]]) @ V["w"]) ** 2)),
    (r"\lambda_{\max}(S) - 2 \lambda_{\min}(S) + \lambda_2(S)", np.linalg.eigvalsh(V["S"]) @ [-2, 0, 0, 1, 1]),
    (r"\sum_{i=1}^n \lambda_i(S)^3", np.sum(np.linalg.eigvalsh(V["S"]) ** 3)),
    (r"\|X\|_2 + \sigma_2(X)", np.linalg.svd(V["X"])[1][:2].sum()),
    (r"\|X\|_{2,1}", np.linalg.norm(V["X"], axis=0).sum()),
    (r"\operatorname{var}(x) + \operatorname{std}(y)", np.var(V["x"]) + np.std(V["y"])),
    (r"\operatorname{hinge}(x^T y)", max(0, 1 - V["x"] @ V["y"])),
    (r"\operatorname{MSE}(x, y)", np.mean((V["x"] - V["y"]) ** 2)),
    (r"\mathbb{E}[(w^T z_t)^2]", np.mean((V["z"] @ V["w"]) ** 2)),
    (r"w^T \operatorname{Cov}(z_t) w", np.var(V["z"] @ V["w"])),
    (r"H(q)", -np.sum(V["q"] * np.log(V["q"]))),
    (r"\|\operatorname{proj}_x(y)\|", abs(V["x"] @ V["y"]) / np.linalg.norm(V["x"])),
    (r"y^T \operatorname{LayerNorm}(x)", V["y"] @ (V["x"] - V["x"].mean()) / V["x"].std()),
    (r"\operatorname{solve}(A, w)^T w", np.linalg.solve(V["A"], V["w"]) @ V["w"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CASES, ids=[c[0][:40] for c in CASES])
def test_the_value_and_a_gradient(text: str, value: float) -> None:
    p = gd.read(text, given=GIVEN)
    arrays = {n: VALUES[n] for n in p.symbols}
    np.testing.assert_allclose(p.term.evaluate(**arrays), value, rtol=1e-9)
    name = next(iter(p.symbols))
    if name != "z":
        assert p.derivative(name).type.axes == p.symbols[name].type.axes  # verified against the function as it is made


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\sum_{i=1}^{n} (x_{i+1} - x_i)^2", "leaves the n"),
        (r"\sum_{i=1}^{m} x_i", "does not run over"),
        (r"\sum_{i=1}^{n} x_{n-i}", "index like this"),
        (r"\lambda_2(A)", "declare the matrix symmetric"),
        (r"foo(x^T y)", "function of its argument or a product"),
        (r"\operatorname{BLEU}(x, y)", "function of its argument or a product"),
        (r"\|X\|_{1,2}", "norm with subscript"),
        (r"\mathbb{E}[\log(w^T w)]", "expectation"),
    ],
)
def test_what_is_not_said_is_refused(text: str, message: str) -> None:
    with pytest.raises(GradatimError, match=message):
        gd.read(text, given=GIVEN)


W, POINTS, TARGETS = np.array([0.5, 2.0, 3.0]), np.array([1.0, 2.0]), np.array([0.0, 1.0])


def test_beside_a_sum_from_0_one_from_1_leaves_the_first_entry_out() -> None:
    problem = gd.read(r"\frac12 \sum_{n=1}^N (\sum_{j=0}^M w_j x_n^j - t_n)^2 + \frac{\lambda}{2} \sum_{j=1}^M w_j^2")
    fit = sum((np.polyval(W[::-1], x) - t) ** 2 for x, t in zip(POINTS, TARGETS)) / 2
    got = problem.term.evaluate(w=W, x=POINTS, t=TARGETS, lam=2.0, M=2)
    assert np.isclose(got, fit + 2.0**2 + 3.0**2)
    assert any("from 0" in a.text for a in problem.assumed)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"\sum_{j=1}^M j w_j x^{j-1}", "right"),
        (r"\sum_{j=0}^M j w_j x^{j-1}", "right"),
        (r"\sum_{j=0}^{M-1} (j+1) w_{j+1} x^j", "right"),
        (r"\sum_{j=1}^M w_j x^{j-1}", "wrong"),
    ],
)
def test_answers_count_from_where_the_function_counts(answer: str, outcome: str) -> None:
    problem = gd.read(r"p(x) = \sum_{j=0}^M w_j x^j")
    assert str(gd.check(answer, problem, "x")).startswith(outcome)
