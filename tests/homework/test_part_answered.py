"""Items that ask for several derivatives, of which a submission gives one; and thirds of points."""

from __future__ import annotations

from fractions import Fraction

from gradatim.homework.grade import Grader

SHEET = r"""
**Problem 1** (10 points) Let $X$ be an $n \times n$ invertible matrix.

(a) Compute $\nabla_X \log \det X$.

(b) Compute the derivative of $\operatorname{tr}(X^{-1} B)$ with respect to $X$.

(c) Show that $\log\det X$ is not convex.

**Problem 2** (3 points) Given $z = \text{softmax}(Wx+b)$ and $L = -\sum_k t_k \log z_k$, where $t$ is one-hot, find $dL/dW$, $dL/db$ and $dL/dx$.
"""


def marks(submission: str) -> dict[str, tuple[str, Fraction | None]]:
    return {q.label: (q.outcome, q.points) for q in Grader(SHEET).grade(submission).questions}


def test_a_right_answer_has_all_its_points_where_they_are_a_third() -> None:
    """10 points over three parts: 3¼ for a right one would take something off."""
    found = marks("Problem 1\n(a) $X^{-T}$\n(b) $-X^{-T}B^TX^{-T}$")
    assert found["1(a)"] == ("right", Fraction(10, 3))
    assert found["1(b)"] == ("right", Fraction(10, 3))


def test_a_mistake_is_still_deducted_in_steps() -> None:
    outcome, points = marks("Problem 1\n(a) $-X^{-T}$")["1(a)"]
    assert outcome == "wrong"
    assert points is not None
    assert points < Fraction(10, 3)
    assert (4 * points).denominator == 1


def test_one_formula_is_no_wrong_answer_to_the_other_questions() -> None:
    """(z − t)xᵀ answers dL/dW; nothing is said of the other two, and half of their points were given for it."""
    for text in ("Problem 2: (z-t)x'", "Problem 2: dL/dW = (z-t)x'", r"Problem 2: $\frac{\partial L}{\partial W} = (z-t)x^T$"):
        found = marks(text)
        assert found["2"] == ("right", Fraction(1))
        assert found["2 (2)"][1] is None
        assert found["2 (3)"][1] is None


def test_several_formulas_are_marked_each_for_itself() -> None:
    found = marks("Problem 2: dL/dW = (z-t)x', dL/db = (z-t)x', dL/dx = W'(z-t)")
    assert found["2"] == ("right", Fraction(1))
    assert found["2 (2)"][0] == "wrong"
    assert found["2 (2)"][1] is not None
    assert found["2 (3)"] == ("right", Fraction(1))


def test_a_wrong_line_is_told_where_its_question_is() -> None:
    """The sign of dL/db is no slip on the way to dL/dW, which was right and said to have one."""
    text = r"Problem 2: $\frac{\partial L}{\partial W} = (z-t)x^T$, $\frac{\partial L}{\partial b} = t - z$, $\frac{\partial L}{\partial x} = W(z-t)$"
    told = {q.label: (q.outcome, q.first_wrong_line) for q in Grader(SHEET).grade(text).questions if q.label.startswith("2")}
    assert told == {"2": ("right", None), "2 (2)": ("wrong", 2), "2 (3)": ("wrong", 3)}
