"""Labels, words and dashes before the formulas of a text without dollars, and fractions whose slash reaches as far as the eye."""

from __future__ import annotations

import pytest

import gradatim as gd

GIVEN = "A is an m x n matrix, x and b vectors"
RIGHT = (
    "Step 1: r = Ax - b; Step 2: 2A^T r",
    "Step 1: r = Ax - b\nStep 2: df/dx = 2A^T r",
    "Step 1 (define residual): r = Ax - b\nStep 2 (chain rule): df/dx = 2A^T r",
    "derivative of Q4: 2A^T A x - 2A^T b",
    "with r = Ax - b: 2A^T r",
    "let r = Ax - b: df/dx = 2A^T r",
    "Ans: 2A^T(Ax-b)",
    "ans) 2A^T(Ax-b)",
    "i) r = Ax-b\nii) 2A^T r",
    "1) r = Ax-b\n2) 2A^T r",
    "(1) r = Ax - b\n(2) 2A^T r",
    "a. 2A^T(Ax - b)",
    "2A^T(Ax-b). Shape: n x 1",
)


@pytest.mark.parametrize("answer", RIGHT)
def test_labels_are_no_factors(answer: str) -> None:
    assert gd.check(answer, of="f = \\|Ax-b\\|^2", wrt="x", given=GIVEN).outcome == "right"


def test_lines_with_labels_are_judged() -> None:
    """Step 4 has A for Aᵀ, and so does not conform."""
    steps = "Step 1: r = Ax - b\nStep 2: f = r^T r\nStep 3: df/dr = 2 r\nStep 4: df/dx = 2 A r\nStep 5: df/dx = 2 A^T (Ax - b)"
    found = gd.check(steps, of="f = \\|Ax-b\\|^2", wrt="x", given=GIVEN)
    assert (found.outcome, found.first_wrong_line) == ("right", 4)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("(2) A^T(Ax-b)", "right"),  # a label alone may be a factor: 2 Aᵀ(Ax − b)
        ("A : X", "wrong"),  # a name before a colon is a factor
        ("Final answer - 2A^T(Ax-b)", "undecided"),  # a dash or a minus
        ("Final answer: -2A^T(Ax-b)", "wrong"),
    ],
)
def test_what_may_be_a_factor_stays(answer: str, outcome: str) -> None:
    given = f"{GIVEN}, X is an m x n matrix"
    assert gd.check(answer, of="f = \\|Ax-b\\|^2", wrt="x", given=given).outcome in (
        outcome,
        "unreadable" if ":" in answer else "",
    )


@pytest.mark.parametrize(("answer", "outcome"), [("k(x-a)/2s^2", "wrong"), ("-(x-a)/s^2 * exp(-||x-a||^2/2s^2)", "undecided")])
def test_a_slash_that_may_take_in_what_stands_close_behind_it(answer: str, outcome: str) -> None:
    """1/2s² is s²/2 as it is written, and 1/(2s²) as it may be meant: a person decides where that makes it right."""
    found = gd.check(answer, of="k = exp(-\\|x-a\\|^2/(2s^2))", wrt="x", given="x and a vectors, s a scalar")
    assert found.outcome == outcome


RELU = {
    "of": r"u = \mathrm{ReLU}(Wx+b); J = \frac12\|Vu - t\|^2",
    "wrt": "b",
    "given": r"$x\in\mathbb{R}^d$, $W\in\mathbb{R}^{h\times d}$, $V\in\mathbb{R}^{K \times h}$, $b \in \mathbb{R}^h$, $t\in\mathbb{R}^K$",
}


@pytest.mark.parametrize(
    "gate", [r"[Wx+b>0]", r"(Wx+b > 0)", r"\left(u > 0\right)", r"\mathbf{1}(Wx+b > 0)", r"\mathrm{ReLU}'(Wx+b)"]
)
@pytest.mark.parametrize(("residual", "outcome", "kind"), [("Vu-t", "right", None), ("t-Vu", "wrong", "sign")])
def test_a_relation_behind_a_sign_is_a_factor(gate: str, residual: str, outcome: str, kind: str | None) -> None:
    """A gate is 1 where the relation holds; only the sign of the residual is wrong."""
    found = gd.check(rf"$V^T({residual}) \odot {gate}$", **RELU)
    assert (found.outcome, found.mistake) == (outcome, kind)


@pytest.mark.parametrize("answer", [r"a/x (x > 0)", r"$a/x \quad (x > 0)$"])
def test_a_relation_at_the_end_is_a_remark(answer: str) -> None:
    assert gd.check(answer, of=r"f = a\log x", wrt="x", given="a and x are scalars").outcome == "right"


QUADRATIC = {"of": "f_1 = \\ln(1 + x^T B x)", "given": "B is an n x n matrix, x a vector"}


@pytest.mark.parametrize(
    "answer",
    [
        "Put s = 1 + x'Bx. By the chain rule, f1' = (1/s) * s' = (1/s)(B + B')x.",
        "Define s = 1 + x'Bx, then grad f = (B + B')x/s",
        "Take s = 1+x'Bx. (B+B')x/s",
        "Write s = 1+x'Bx: (B+B')x/s",
    ],
)
def test_what_a_reader_is_asked_to_do_is_no_factor(answer: str) -> None:
    assert gd.check(answer, wrt="x", **QUADRATIC).outcome == "right"


@pytest.mark.parametrize("remark", ["(s as in Problem 1)", "(s as above)", "with s as before", "where s is as above"])
def test_a_name_that_stands_further_up(remark: str) -> None:
    """It stands nowhere here: the name is what is missed, and not a bracket."""
    found = gd.check(f"(B+B')/s - (B+B')x x'(B+B')' / s^2  {remark}", wrt=("x", "x"), **QUADRATIC)
    assert "`s` is not declared" in found.message and "1 + xᵀB x" in found.message


COMPOSED = {
    "of": r"g = \|WX - Y\|_F^2 + \gamma\|W\|_F^2; h = \exp(-g)",
    "wrt": "W",
    "given": r"$W\in\mathbb{R}^{k\times d}$, $X\in\mathbb{R}^{d\times N}$, $Y\in\mathbb{R}^{k\times N}$",
}


@pytest.mark.parametrize(
    ("answer", "outcome", "kind"),
    [
        (r"$-h\nabla g$ where $\nabla g = 2(WX-Y)X^T + 2\gamma W$", "right", None),
        ("-h ∇g where ∇g = 2(WX-Y)X^T + 2γW", "right", None),
        (r"$-h\nabla g$ with $\nabla g = 2(WX-Y)X^T + \gamma W$", "wrong", "factor"),  # the clause is what is answered
        (r"$h\nabla g$ with $\nabla g = 2(WX-Y)X^T + 2\gamma W$", "wrong", "sign"),
        (r"$-h\nabla g$", "incomplete", "unfinished"),
        (r"$\nabla g = 2(WX-Y)X^T + 2\gamma W$ and $\nabla h = -h\nabla g$", "incomplete", "unfinished"),  # never put together
    ],
)
def test_a_clause_behind_an_answer_works_its_derivative_out(answer: str, outcome: str, kind: str | None) -> None:
    found = gd.check(answer, **COMPOSED)
    assert (found.outcome, found.mistake) == (outcome, kind)


@pytest.mark.parametrize("turned", [r"(\nabla s)^T", r"\nabla s^T"])
def test_a_transposed_derivative_of_a_clause(turned: str) -> None:
    answer = rf"$\frac{{B+B^T}}{{s}} - \frac{{1}}{{s^2}}(B+B^T)x\,{turned}$ where $s = 1 + x^TBx$, $\nabla s = (B+B^T)x$"
    assert gd.check(answer, wrt=("x", "x"), **QUADRATIC).outcome == "right"


@pytest.mark.parametrize("function", [r"f(x) = \log x \cdot (x > 0)", r"2 (f = x^2)"])
def test_a_relation_is_no_factor_of_a_question(function: str) -> None:
    with pytest.raises(gd.GradatimError):
        gd.read(function, given="x is a scalar")
