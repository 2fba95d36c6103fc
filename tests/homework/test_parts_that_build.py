"""Sheets whose parts build on each other: names and derivatives of earlier answers, numbers that run on, facts of one part alone.

The marks were written down before anything was graded.
"""

from __future__ import annotations

import pytest

from gradatim.homework.document import read_document
from gradatim.homework.grade import Grader
from gradatim.homework.questions import tasks
from gradatim.read.problem import read

NETWORK = r"""
## Q1

Let $x \in \mathbb{R}^d$, $V \in \mathbb{R}^{h\times d}$, $U \in \mathbb{R}^{k\times h}$, $t \in \mathbb{R}^k$ and
$$s = V x,\quad a = \tanh(s),\quad o = U a,\quad J = \frac12 \|o - t\|^2.$$

(a) Find $\frac{\partial J}{\partial a}$ and then $\frac{\partial J}{\partial s}$.

(b) Find $\frac{\partial J}{\partial V}$.

(c) Find $\frac{\partial J}{\partial x}$.
"""


def outcomes(document: str, submission: str) -> dict[str, str]:
    return {m.label: m.outcome for m in Grader(document).grade(submission).questions}


def test_two_derivatives_of_one_item_each_by_its_own_variable() -> None:
    text = r"""(a) $\frac{\partial J}{\partial a} = U^\top(o-t)$ and $\frac{\partial J}{\partial s} = U^\top(o-t)\odot(1-a^2)$"""
    found = outcomes(NETWORK, f"## Q1\n\n{text}")
    assert (found["1(a)"], found["1(a) (2)"]) == ("right", "right")
    found = outcomes(NETWORK, "## Q1\n\n" + text.replace(r"U^\top(o-t)$", r"U(o-t)$"))
    assert (found["1(a)"], found["1(a) (2)"]) == ("wrong", "right")


BEFORE = r"(a) $\frac{\partial J}{\partial a} = U^\top(o-t)$, $\frac{\partial J}{\partial s} = U^\top(o-t)\odot(1-a^2)$"
NAMED = r"(b) Let $\delta = \frac{\partial J}{\partial s}$. Then $\frac{\partial J}{\partial V} = \delta x^\top$."


@pytest.mark.parametrize(
    ("answers", "b", "c"),
    [
        ((BEFORE, NAMED, r"(c) $V^\top\delta$"), "right", "right"),
        ((BEFORE, r"(b) $\frac{\partial J}{\partial V} = \frac{\partial J}{\partial s} x^\top$", ""), "right", "blank"),
        ((BEFORE, NAMED.replace(r"\delta x^\top", r"x \delta^\top"), r"(c) $V\delta$"), "right up to layout", "wrong"),
        (("", NAMED, ""), "incomplete", "blank"),  # nobody has worked ∂J/∂s out
        (("(a) I do not know.", NAMED, ""), "incomplete", "blank"),
    ],
)
def test_an_answer_may_be_built_on_a_derivative_that_an_earlier_answer_works_out(
    answers: tuple[str, ...], b: str, c: str
) -> None:
    found = outcomes(NETWORK, "## Q1\n\n" + "\n\n".join(answers))
    assert (found["1(b)"], found["1(c)"]) == (b, c)


def test_a_name_of_an_earlier_answer_in_plain_text_leaves_the_answer_itself_to_be_read() -> None:
    document = r"""Let $A \in \mathbb{R}^{m\times n}$, $b \in \mathbb{R}^m$ and $\theta(x) = \log \sum_{i=1}^m \exp(a_i^T x + b_i)$ where $a_i^T$ are the rows of $A$.

1. Compute $\nabla\theta(x)$.

2. Compute $\nabla^2\theta(x)$.
"""
    marks = Grader(document).grade("1. A^T p where p = softmax(Ax + b)\n2. A^T diag(p) A\n").questions
    assert (marks[1].outcome, marks[1].verdict.mistake) == ("wrong", "missing-term")  # type: ignore[union-attr]
    marks = Grader(document).grade("1. A^T p where p = softmax(Ax + b)\n2. A^T (diag(p) - p p^T) A\n").questions
    assert [m.outcome for m in marks] == ["right", "right"]


def test_an_entry_of_what_an_earlier_answer_defines() -> None:
    document = r"""Let $z_i \in \mathbb{R}^d$, $i = 1,\dots,N$, $W \in \mathbb{R}^{d\times d}$, $s_j = z_1^\top W z_j$ and $L(W) = -s_2 + \log\sum_{j=1}^N \exp(s_j)$.

1. Find $\nabla_W L$.

2. Find $\frac{\partial L}{\partial z_2}$ for $N \geq 2$.
"""
    first = r"1. Let $p_j = \frac{\exp(s_j)}{\sum_k \exp(s_k)}$. Then $\nabla_W L = -z_1z_2^\top + \sum_{j=1}^N p_j z_1z_j^\top$"
    assert outcomes(document, f"{first}\n\n2. $(p_2 - 1)W^\\top z_1$") == {"1": "right", "2": "right"}
    assert outcomes(document, f"{first}\n\n2. $(p_2 - 1)W z_1$") == {"1": "right", "2": "wrong"}
    assert outcomes(document, f"{first}\n\n2. $(p_1 - 1)W^\\top z_1$")["2"] == "wrong"


RUNNING = r"""# Assignment

## Section A

Let $y \in \mathbb{R}^n$, $X \in \mathbb{R}^{n\times k}$ and $\beta \in \mathbb{R}^k$.

1. Let $S(\beta) = (y - X\beta)'(y - X\beta)$.
   a) Find $\partial S/\partial \beta$.
   b) Find the Hessian of $S$.

2. Let $C(\beta) = \beta'\beta$. Find $\partial C/\partial \beta$.

## Section B

3. Let $D(\beta) = \beta'X'X\beta$, where $X$ is an $n \times k$ matrix. Find $\partial D/\partial \beta$.
"""


@pytest.mark.parametrize(
    "text",
    [
        "Section A\n1. a) -2X'(y - Xβ)\nb) 2X'X\n2. 2β\nSection B\n3. 2X'Xβ",
        "**1.**\n(a) $-2X'(y - X\\beta)$\n(b) $2X'X$\n\n**2.** $2\\beta$\n\n**3.** $2X'X\\beta$",
        "1 a) $$-2X'(y - X\\beta)$$\nb) $$2X'X$$\n2 $$2\\beta$$\n3 $$2X'X\\beta$$",
        "1.1(a) -2X'(y - Xβ)\n\n1.1(b) 2X'X\n\n1.2 2β\n\n2.3 2X'Xβ",
    ],
)
def test_numbers_that_run_on_from_section_to_section(text: str) -> None:
    assert [m.outcome for m in Grader(RUNNING).grade(text).questions] == ["right"] * 4


def test_a_number_that_begins_anew_is_one_of_its_section() -> None:
    document = RUNNING.replace("3. Let", "1. Let").replace("2. Let", "2. Let")
    text = "## Section A\n1. a) -2X'(y - Xβ)\nb) 2X'X\n2. 2β\n\n## Section B\n1. 2X'Xβ"
    assert "right" not in {m.label: m.outcome for m in Grader(document).grade("1. 2X'Xβ").questions}["1.1(a)"]
    assert [m.label for m in Grader(document).grade(text).questions] == ["1.1(a)", "1.1(b)", "1.2", "2.1"]


WORKSHEET = r"""Here $A \in \mathbb{R}^{n\times n}$ and $x \in \mathbb{R}^n$.

1. Calculate the derivative of each function with respect to $X \in \mathbb{R}^{n \times n}$.

   (i) $f_1(X) = \operatorname{tr}(AX)$

   (ii) $f_2(X) = \operatorname{tr}(X^TAX)$

2. Calculate the gradient with respect to $x$.

   (i) $g_1(x) = x^TAx$

   (ii) $g_2(x) = x^TAx + x^Tx$ where now $A$ is symmetric

3. Find the Hessian of $g_1$.
"""


def test_a_gradient_with_respect_to_x_of_the_functions_below() -> None:
    asked = {t.label: t for t in tasks(read_document(WORKSHEET)) if t.ask is not None}
    assert list(asked) == ["1(i)", "1(ii)", "2(i)", "2(ii)", "3"]
    assert asked["2(i)"].ask is not None and asked["2(i)"].ask.wrt == ("x",)


def test_what_is_said_for_one_part_alone_holds_for_no_other() -> None:
    asked = {t.label: t for t in tasks(read_document(WORKSHEET)) if t.ask is not None}
    facts = {label: "symmetric" in read(";".join(t.chain), t.given).symbols["A"].type.facts for label, t in asked.items()}
    assert facts == {"1(i)": False, "1(ii)": False, "2(i)": False, "2(ii)": True, "3": False}
    text = "2. (i) $(A+A^T)x$\n(ii) $2Ax+2x$\n\n3. $2A$"
    found = outcomes(WORKSHEET, text)
    assert (found["2(i)"], found["2(ii)"], found["3"]) == ("right", "right", "right under a condition")


DOMAIN = r"""Let $\phi(X) = \operatorname{tr}(CX) - \log\det X$ on the positive definite matrices, $C\in\mathbb{R}^{n\times n}$ symmetric.

1. Compute $\nabla\phi(X)$.

2. Find the directional derivative of $\phi$ at $X$ in the direction $H$.
"""


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        # On the positive definite matrices X⁻¹ is X⁻ᵀ; Dφ(X)[H] = ⟨C − X⁻¹, H⟩.
        ("$C - X^{-1}$", r"$\operatorname{tr}(CH) - \operatorname{tr}(X^{-1}H)$", ("right", "right")),
        ("$C + X^{-1}$", r"$\operatorname{tr}((C - X^{-1})H)$", ("wrong", "right")),
        ("$C - X^{-1}$", r"$\operatorname{tr}(CH) - \operatorname{tr}(X^{-2}H)$", ("right", "wrong")),
        ("$C - X^{-1}$", r"$\operatorname{tr}(CH)$", ("right", "wrong")),
    ],
)
def test_a_domain_says_what_its_argument_is_and_a_direction_is_a_name(first: str, second: str, wanted: tuple[str, str]) -> None:
    found = outcomes(DOMAIN, f"1. {first}\n\n2. {second}\n")
    assert (found["1"], found["2"]) == wanted


MEAN = r"""Let $x_1, \dots, x_n \in \mathbb{R}^d$ and $\ell(\mu) = -\frac12 \sum_{i=1}^n \|x_i - \mu\|^2$.

1. Derive $\frac{\partial \ell}{\partial \mu}$.
"""


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (r"$\sum_{i=1}^n (x_i - \mu) = n(\bar x - \mu)$", "right"),
        (r"$n(\bar{x} - \mu)$", "right"),
        (r"$\bar{x} - \mu$", "wrong"),
        (r"$n(\bar{z} - \mu)$", "unreadable"),
        (r"$\bar{x} - n\mu$ where $\bar{x} = \sum_i x_i$", "right"),  # the answer's own word counts
    ],
)
def test_a_mean_that_nobody_defines(answer: str, wanted: str) -> None:
    assert outcomes(MEAN, f"1. {answer}") == {"1": wanted}


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("$2Mx + c$ and $2M$", ("right", "right")),
        ("2Mx + c and 2M", ("right", "right")),
        ("2Mx and 2M", ("wrong", "right")),
        ("$2Mx + c$ and $M$", ("right", "wrong")),
        ("$2M$ and $2Mx + c$", ("wrong", "wrong")),  # in the order in which they were asked
    ],
)
def test_formulas_that_answer_two_questions_in_turn(answer: str, wanted: tuple[str, str]) -> None:
    document = r"""Let $M \in \mathbb{R}^{n\times n}$ be symmetric, $c, x \in \mathbb{R}^n$ and $f(x) = x^TMx + c^Tx$.

1. Find the gradient and the Hessian of $f$.
"""
    found = outcomes(document, f"1. {answer}")
    assert (found["1"], found["1 (2)"]) == wanted
