"""What a derivative needs: found from the operations' records, settled by declared facts, said in words."""

from __future__ import annotations

import json

import pytest

import gradatim as gd
from gradatim.cli import main
from gradatim.homework.solve import solve_text

# The conditions are those a textbook states; what a declaration settles is not repeated.
QUESTIONS = [
    (r"\log\det X", "X", "", {"X invertible"}),
    (r"\log\det X", "X", "X is symmetric positive definite", set()),
    (r"X^{-1}", "X", "X is invertible", set()),
    (r"\operatorname{tr}(A X^{-1} B)", "X", "X is n x n", {"X invertible"}),
    (r"\log\det(X^T X)", "X", "X is m x n", {"X of full column rank"}),
    (r"\log\det(X^T X + \lambda I)", "X", "$X$ is $m \\times n$, $\\lambda > 0$", set()),
    (r"(A X B)^{-1}", "X", "A, B, X are n x n", {"A invertible", "X invertible", "B invertible"}),
    (r"\log\det(X^T A X)", "X", "A is a symmetric positive definite m x m matrix, X is m x n", {"X of full column rank"}),
    (r"\frac{b^T x}{x^T A x}", "x", "A is symmetric positive definite", {"x ≠ 0"}),
    (r"\|x\|", "x", "x is a vector", {"x ≠ 0"}),
    (r"\|x\|", "x", "x is a unit vector", set()),
    (r"\|x\|^2", "x", "x is a vector", set()),
    (r"\|x\|_1", "x", "x is a vector", {"x without zero entries"}),
    (r"\|A x - b\|_1", "x", "A is m x n", {"A x − b without zero entries"}),
    (r"\|x\|_\infty", "x", "x is a vector", {"x with one entry alone largest in magnitude"}),
    (r"\|x\|_3", "x", "x is a vector", {"x ≠ 0"}),
    (r"\frac{x^T A x}{x^T x}", "x", "", {"x ≠ 0"}),
    (r"\frac{u^T v}{\|u\| \|v\|}", "u", "u, v vectors", {"u ≠ 0", "v ≠ 0"}),
    (r"\sum_{i=1}^N \|x_i - \mu\|", r"\mu", "vectors x_i, \\mu", {"xᵢ − μ ≠ 0 for every i"}),
    (r"\sum_{i=1}^N \log(w^T x_i)", "w", "vectors w, x_i", {"wᵀxᵢ > 0 for every i"}),
    (r"\ln \sum_{i=1}^N \exp(w^T x_i)", "w", "vectors w, x_i", set()),
    (r"h = \sigma(w^T x); -y \log h - (1 - y) \log(1 - h)", "w", "vectors w, x; y scalar", set()),
    (r"\log(1 + \exp(-y w^T x))", "w", "vectors w, x; y scalar", set()),
    (r"\frac{1}{1 + |w^T x|}", "w", "vectors w, x", {"wᵀx ≠ 0"}),
    (r"\sqrt{1 + x^T x}", "x", "x is a vector", set()),
    (r"x^T \log x", "x", "x is a vector", {"x with positive entries"}),
    (r"x^T \log x", "x", "x is a vector with positive entries", set()),
    (r"\max(0, 1 - y w^T x)", "w", "vectors w, x; y scalar", {"1 − y wᵀx ≠ 0"}),
    (r"\log |t|", "t", "t is a scalar", {"t ≠ 0"}),
    (r"t^3", "t", "t is a scalar", set()),
    (r"t^{-3}", "t", "t is a scalar", {"t ≠ 0"}),
    (r"t^{p}", "t", "t, p scalars", {"t > 0"}),
    (r"\arcsin t", "t", "t is a scalar", {"|t| < 1"}),
    (r"\tan t", "t", "t is a scalar", {"cos(t) ≠ 0"}),
    (r"a^T x", "x", "", set()),
]


@pytest.mark.parametrize(("function", "wrt", "given", "expected"), QUESTIONS, ids=[f"{q[0]} {q[2]}" for q in QUESTIONS])
def test_conditions_of_a_derivative(function: str, wrt: str, given: str, expected: set[str]) -> None:
    p = gd.read(function, given=given)
    found = gd.conditions(p.term, p.find(wrt))
    assert {c.text() for c in found} == expected
    for c in found:
        assert c.latex() and c.fact


def test_sums_over_different_ranges_have_their_own_conditions() -> None:
    p = gd.read(r"\sum_{i=1}^m \log(1 - a_i^Tx) + \sum_{i=1}^n \log(1 - x_i^2)", given=r"$x, a_i \in \mathbb{R}^n$")
    assert len(gd.conditions(p.term, "x", "x")) == 2


def test_a_kink_of_the_first_derivative_is_a_condition_of_the_second() -> None:
    t, delta = gd.scalar("t"), gd.scalar("delta", positive=True)
    f = gd.read(r"\operatorname{huber}(t, d)", given="scalars t, d with d > 0")
    assert gd.conditions(f.term, "t") == ()
    second = {c.text() for c in gd.conditions(f.term, "t", "t")}
    assert len(second) == 2 and all("≠ 0" in c for c in second)  # t ≠ ±d
    assert gd.conditions(delta * t, t) == ()


def test_the_result_may_need_more_than_the_function() -> None:
    """The derivative of a product of entries is written with a quotient by each of them."""
    p = gd.read(r"\prod_i x_i", given="x is a vector")
    assert [c.text() for c in gd.conditions(p.term, "x")] == ["x without zero entries"]


def test_conditions_in_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    def shown(*options: str) -> str:
        assert main(["derive", r"\log\det X", "--wrt", "X", *options]) == 0
        return capsys.readouterr().out

    assert "for X invertible\n" in shown()
    assert r"For $X \text{ invertible}$." in shown("--to", "markdown")
    assert "invertible" in shown("--to", "html")
    data = json.loads(shown("--json"))
    assert data["conditions"] == [{"text": "X invertible", "latex": r"X \text{ invertible}", "fact": "invertible"}]


def test_conditions_of_a_solved_homework() -> None:
    text = "1. Let $X$ be an $n \\times n$ matrix. Find the derivative of $f(X) = \\log\\det X$ with respect to $X$.\n"
    solved = solve_text(text)
    (question,) = json.loads(solved.to_json())["questions"]
    assert [c["text"] for c in question["conditions"]] == ["X invertible"]


@pytest.mark.parametrize(
    ("latex", "wrt", "said"),
    [
        # Each needs one thing, which its array and its entries used to say twice.
        (r"\prod_i (1+x_i)^{a_i}", "x", ["1 + xᵢ > 0 for every i"]),
        (r"\sum_i p_i \log\frac{p_i}{q_i}", "p", ["pᵢ / qᵢ > 0 for every i"]),
        (r"\log\prod_i x_i", "x", ["Πᵢ xᵢ > 0"]),
        # det A det(D − BᵀA⁻¹B) > 0 says that both are invertible.
        (r"\log\det\begin{pmatrix} A & B \\ B^T & D\end{pmatrix}", "A", ["det(A) det(D − BᵀA⁻¹ B) > 0"]),
    ],
)
def test_nothing_is_said_twice(latex: str, wrt: str, said: list[str]) -> None:
    given = "A is n x n, B is n x m, D is m x m, x in R^n, a in R^n, p in R^n, q in R^n"
    assert [str(c) for c in gd.conditions(gd.read(latex, given=given).term, wrt)] == said
