"""Answers judged: right, right in another layout or under a condition, wrong and how, unread."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.errors import GradatimError, ReadError, ShapeError
from gradatim.judge.verdict import KINDS, OUTCOMES, Verdict

LEAST = r"$A\in\mathbb R^{m\times n}$, $x\in\mathbb R^n$, $b\in\mathbb R^m$, $t$ is a scalar"
SQUARE = r"$A, B, X \in \mathbb R^{n\times n}$, $x, a, b\in\mathbb R^n$"


def least(answer: str, layout: str | None = None) -> Verdict:
    return gd.check(answer, of=r"\|Ax-b\|^2", wrt="x", given=LEAST, layout=layout)


@pytest.mark.parametrize(
    "answer",
    [
        r"2A^T(Ax-b)",
        r"2A^TAx - 2A^Tb",
        r"2(x^TA^TA - b^TA)^T",
        r"\nabla_x f = 2A^Tr, \quad r = Ax-b",
        r"-2A^T(b-Ax)",
    ],
)
def test_one_right_answer_in_many_forms(answer: str) -> None:
    v = least(answer)
    assert (v.outcome, v.as_written or "right", v.mistake) == ("right", "right", None)
    assert v.certainty.startswith(("proved", "equal"))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (r"-2A^T(Ax-b)", "sign"),
        (r"A^T(Ax-b)", "factor"),
        (r"2A^TAx", "missing-term"),
        (r"2A^T(Ax+b)", "sign"),
        (r"2t A^T(Ax-b)", "factor"),
    ],
)
def test_kinds_of_mistake(answer: str, kind: str) -> None:
    v = least(answer)
    assert (v.outcome, v.mistake) == ("wrong", kind)
    assert v.message and "2 Aᵀ" not in v.message
    assert v.counterexample is not None


def test_a_symbol_that_is_too_many_is_a_factor_or_has_no_meaning() -> None:
    assert least(r"2cA^T(Ax-b)").outcome == "unreadable"


def test_the_transpose_is_another_layout_unless_one_is_asked_for() -> None:
    given = r"$X\in\mathbb R^{m\times n}$, $a\in\mathbb R^m$, $b\in\mathbb R^n$"
    v = gd.check("b a^T", of="a^T X b", wrt="X", given=given)
    assert (v.outcome, v.mistake, v.layout) == ("right up to layout", "transpose", "numerator")
    v = gd.check("b a^T", of="a^T X b", wrt="X", given=given, layout="gradient")
    assert (v.outcome, v.mistake) == ("wrong", "transpose")
    assert "m×n" in v.message and "n×m" in v.message
    assert gd.check("b a^T", of="a^T X b", wrt="X", given=given, layout="numerator").outcome == "right"
    assert gd.check("2(Ax-b)^T A", of=r"\|Ax-b\|^2", wrt="x", given=LEAST).outcome == "right up to layout"


def test_right_under_a_condition() -> None:
    v = gd.check("2Ax", of="x^T A x", wrt="x", given=SQUARE)
    assert (v.outcome, v.mistake, v.condition) == ("right under a condition", "symmetry", "A is symmetric")
    symmetric = r"$A\in\mathbb R^{n\times n}$ is symmetric, $x\in\mathbb R^n$"
    assert gd.check("2Ax", of="x^T A x", wrt="x", given=symmetric).outcome == "right"


def test_what_is_no_answer() -> None:
    assert least("").outcome == least(" ? ").outcome == "blank"
    assert least("2A^T(Ax-b").outcome == "unreadable"
    assert least("2A^T(Ax-b").certainty == "could not read"
    assert least("2A(Ax-b)").outcome == "wrong"


def test_a_term_is_a_question_too() -> None:
    A, x, b = gd.matrix("A", "m", "n"), gd.vector("x", "n"), gd.vector("b", "m")
    f = gd.norm(A @ x - b) ** 2
    assert gd.check(r"2A^T(Ax-b)", of=f, wrt=x).right
    assert gd.check(r"2A^TA", of=f, wrt=(x, x)).right
    assert gd.check(r"A^TA", of=f, wrt=(x, "x")).mistake == "factor"


def test_a_problem_is_a_question_too() -> None:
    p = gd.read(r"z = \ln \sum_{i=1}^N \exp(w^T x_i)", given=r"constant vector $w$, variable vectors $x_i, i = 1\dots N$")
    assert gd.check(r"\frac{\exp(w^Tx_i)}{\sum_j \exp(w^Tx_j)} w", of=p, wrt="x").right
    assert gd.check(r"\frac{\exp(w^Tx_k)}{\sum_j \exp(w^Tx_j)} w", of=p, wrt="x_i").outcome == "wrong"


def test_an_error_of_the_question_is_an_error() -> None:
    with pytest.raises(GradatimError):
        gd.check("x", of="x^T (", wrt="x")
    with pytest.raises(ReadError):
        gd.check("x", of="x^T x", wrt="q")
    with pytest.raises(ShapeError):
        gd.check("x", of="x^T x", wrt="x", layout="sideways")


def test_the_verdict_is_data() -> None:
    v = least(r"-2A^T(Ax-b)")
    data = v.as_json()
    assert data["outcome"] in OUTCOMES and data["mistake"] in KINDS and "expected" not in data
    assert v.as_json(reveal=True)["expected"]["text"] == "2 Aᵀ(A x − b)"


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        (r"X^{-T}", r"(X^{-1})^T", True),
        (r"\mathrm{tr}(AB)", r"\mathrm{tr}(BA)", True),
        (r"\sum_i x_i", r"\sum_j x_j", True),
        (r"-(a - b)", r"b - a", True),
        ("AB", "BA", False),
        ("a b^T", "b a^T", False),
        (r"X^{-1}", r"X^{-T}", False),
    ],
)
def test_equal(a: str, b: str, verdict: bool) -> None:
    found = gd.equal(a, b, given=SQUARE)
    assert found.holds is verdict and found.differs is not verdict


def test_names_that_the_text_gives_in_words() -> None:
    given = r"Let $A \in \mathbb{R}^{n \times n}$ be symmetric and $x \in \mathbb{R}^n$. Write $R(x)$ for the quotient."
    assert gd.check(r"\frac{2}{x^Tx}(Ax - R(x)x)", of=r"\frac{x^TAx}{x^Tx}", wrt="x", given=given).right
    given = r"Let $\mathbf{x} \in \mathbb{R}^n$; $\mathbf{p}$ is the softmax of $\mathbf{x}$."
    assert gd.check(r"\mathbf{p}", of=r"\log\sum_{j=1}^n e^{x_j}", wrt=r"\mathbf{x}", given=given).right


def test_names_typed_in_python_are_read_as_people_write_them() -> None:
    W, c, x = gd.matrix("W", "h", "n"), gd.vector("c", "h"), gd.vector("x", "n")
    v, y, lam = gd.row("v", "h"), gd.scalar("y"), gd.scalar("lam")
    guess = gd.define("ŷ", v @ (W @ x + c))
    assert gd.check(r"-2(y-\hat y)v^Tx^T", of=(y - guess) ** 2, wrt=W).right
    assert gd.check(r"2\lambda x", of=lam * gd.sqnorm(x), wrt=x).right
    assert gd.check(r"2 lam x", of=lam * gd.sqnorm(x), wrt="x").right
