"""Homework as students hand it in: bare numbers, blank parts, answers under the wrong question, displays beside a heading, notebooks.

The marks were written down before anything was graded.
"""

from __future__ import annotations

import pytest

from gradatim.homework.grade import Grader

SHEET = r"""# Sheet 4

## Problem 1

Let $Z \in \mathbb{R}^{n \times d}$, $t \in \mathbb{R}^n$, $w \in \mathbb{R}^d$ and $E(w) = \|Zw - t\|^2 + \rho \|w\|^2$.

**(a)** (4 points) Compute the gradient $\nabla_w E(w)$.

**(b)** (4 points) Compute the Hessian of $E$.

## Problem 2

Let $x \in \mathbb{R}^d$, $V \in \mathbb{R}^{h \times d}$, $q \in \mathbb{R}^h$, $y \in \mathbb{R}$ and
$$ a = \tanh(Vx), \qquad \hat y = q^\top a, \qquad \ell = \frac{1}{2}(\hat y - y)^2 .$$

**(a)** (4 points) Find $\frac{\partial \ell}{\partial q}$.

**(b)** (8 points) Find $\frac{\partial \ell}{\partial V}$.

## Problem 3 (6 points)

Let $g(u) = u^\top M u$ where $M \in \mathbb{R}^{k \times k}$ is symmetric and $u \in \mathbb{R}^k$. Derive $\nabla_u g$.
"""


def outcomes(document: str, submission: str) -> dict[str, str]:
    return {m.label: m.outcome for m in Grader(document).grade(submission).questions}


def test_a_bare_number_behind_a_blank_part_is_the_next_question() -> None:
    text = r"""1a) $\nabla E = 2Z^T(Zw-t)+2\rho w$

1b) $2Z^TZ+2\rho I$

2a) $(\hat y-y)a$

2b)

3)
\begin{align*}
\nabla_u g &= Mu + M^Tu\\
&= 2Mu
\end{align*}
"""
    found = outcomes(SHEET, text)
    assert found == {"1(a)": "right", "1(b)": "right", "2(a)": "right", "2(b)": "blank", "3": "right"}


def test_numbered_steps_of_an_answer_open_no_question() -> None:
    text = r"""1a) I go step by step.

1) expand: $E = w^TZ^TZw-2t^TZw+t^Tt+\rho w^Tw$

2) differentiate: $2Z^TZw-2Z^Tt+2\rho w$

3) factor: $\nabla E = 2Z^T(Zw-t)+2\rho w$
"""
    sheet = Grader(SHEET).grade(text)
    assert [m.outcome for m in sheet.questions] == ["right", "blank", "blank", "blank", "blank"]


def test_answers_under_each_others_question_wait_for_a_person() -> None:
    text = r"""## Problem 2
(a) We get $\frac{\partial \ell}{\partial V} = (\hat y-y)\left(q\odot(1-a^2)\right)x^\top$.

(b) And $\frac{\partial \ell}{\partial q} = (\hat y-y)a$.
"""
    marks = {m.label: m for m in Grader(SHEET).grade(text).questions}
    assert marks["2(a)"].points is None and "answer to 2(b)" in marks["2(a)"].review
    assert marks["2(b)"].points is None and "answer to 2(a)" in marks["2(b)"].review


@pytest.mark.parametrize(
    ("front", "outcome"), [(r"\paragraph{3}", "right"), (r"\subsection*{Problem 3}", "right"), ("### 3", "right")]
)
def test_a_display_beside_a_heading_is_the_answer(front: str, outcome: str) -> None:
    text = f"{front} $$ \\nabla_u g = 2Mu $$\n"
    assert outcomes(SHEET, text)["3"] == outcome


def test_the_brace_of_a_heading_in_bold_is_no_part_of_the_answer() -> None:
    text = "## Problem 3\n\\textbf{Solution.} We have $\\nabla_u g = 2Mu$."
    (mark,) = (m for m in Grader(SHEET).grade(text).questions if m.label == "3")
    assert mark.outcome == "right" and mark.submitted.startswith("We have")


def test_what_is_declared_below_the_title_holds_for_members_too() -> None:
    document = r"""# Lab 6: Word vectors

Use $p, q, n_k \in \mathbb{R}^d$ throughout; $\sigma$ is the logistic sigmoid.

## Question 1 (5 pts)

Let $\mathcal{L} = -\log \sigma(p^\top q) - \sum_{k=1}^{K} \log \sigma(-p^\top n_k)$. Derive $\nabla_p \mathcal{L}$.
"""
    grader = Grader(document)
    assert not any("left aside" in a.text for a in grader.asked[0].problem.assumed)  # type: ignore[union-attr]
    (mark,) = grader.grade(r"1. $(\sigma(p^\top q)-1)q+\sum_{k=1}^K\sigma(p^\top n_k)n_k$").questions
    assert mark.outcome == "right", mark
    (mark,) = grader.grade(r"1. $-\sigma(-p^\top q)q+\sum_{k=1}^K\sigma(-p^\top n_k)n_k$").questions
    assert (mark.outcome, mark.verdict.mistake) == ("wrong", "sign")  # type: ignore[union-attr]


def test_questions_without_a_verb() -> None:
    document = r"""# Quiz 3

Throughout, $B\in\mathbb{R}^{n\times n}$ and $s,c\in\mathbb{R}^n$.

1. Gradient of $f(s)=s^\top B s + c^\top s$.
2. (2 points) The Jacobian of $F(s)=\tanh(Bs+c)$.
3. Derivative of $h(t)=\det(B+tI)$ with respect to the scalar $t$.
4. The gradient of a convex function is monotone. True or false?
"""
    grader = Grader(document)
    assert [a.task.label for a in grader.asked] == ["1", "2", "3"]
    text = "1. (B + B^T)s + c\n2. diag(1 - tanh^2(Bs+c)) B\n3. det(B+tI) tr((B+tI)^{-1})\n"
    assert [m.outcome for m in grader.grade(text).questions] == ["right"] * 3
    text = "1. 2Bs + c\n2. B diag(1 - tanh^2(Bs+c))\n3. tr((B+tI)^{-1})\n"
    assert [m.outcome for m in grader.grade(text).questions] == ["right under a condition", "wrong", "wrong"]


def test_the_place_of_a_wrong_order_is_the_term_that_has_it() -> None:
    document = "1. Let $f(x) = \\|Kx-b\\|^2 + \\|Lx\\|^2$ with $K\\in\\mathbb{R}^{m\\times n}$, $L\\in\\mathbb{R}^{p\\times n}$, $b\\in\\mathbb{R}^m$. Find $\\nabla f(x)$.\n"
    (mark,) = Grader(document).grade("1. $\\nabla f = 2K^T(Kx-b)+2LL^Tx$").questions
    assert (mark.outcome, mark.verdict.mistake) == ("wrong", "order") and "`2LL^Tx`" in mark.verdict.message  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "points"),
    [("Each question is worth 2 points.", 2), ("3 points each.", 3), ("Each part 1.5 pts; each question 2 points.", 1), ("", 1)],
)
def test_points_that_a_document_gives_to_every_question(said: str, points: float) -> None:
    document = f"# Quiz\n\n{said} Let $s,c\\in\\mathbb{{R}}^n$.\n\n1. Compute the gradient of $f(s)=s^\\top s$.\n2. Compute the gradient of $g(s)=c^\\top s$.\n"
    assert [a.box.points for a in Grader(document).asked] == [points] * 2


def test_a_gradient_of_an_array_that_guesses_made_waits_for_a_person() -> None:
    document = r"""1. Let $\mathcal{L} = -\log \sigma(p^\top q) - \sum_{k=1}^{K} \log \sigma(-p^\top n_k)$. Derive $\nabla_p \mathcal{L}$."""
    (mark,) = Grader(document).grade(r"1. $(\sigma(p^\top q)-1)q+\sum_k\sigma(p^\top n_k)n_k$").questions
    assert mark.outcome == "right" or (mark.points is None and "guesses" in mark.review), mark


PARTS = r"""\documentclass{article}
\begin{document}
\section*{Assignment 3}
\subsection*{Part A}
Let $X\in\mathbb{R}^{m\times n}$ and $C\in\mathbb{R}^{n\times m}$.
\begin{enumerate}
\item[(a)] (2 marks) $\frac{\partial}{\partial X}\operatorname{tr}(CX)$
\item[(b)] (2 marks) $\frac{\partial}{\partial X}\operatorname{tr}(CXCX)$
\end{enumerate}
\subsection*{Part B}
Let $Y\in\mathbb{R}^{k\times k}$ be invertible.
\begin{enumerate}
\item[(a)] (2 marks) $\frac{\partial}{\partial Y}\log\det(Y)$
\item[(b)] (2 marks) $\frac{\partial}{\partial Y}\operatorname{tr}(Y^3)$
\end{enumerate}
\end{document}
"""


@pytest.mark.parametrize("heading", ["\\subsection*{{Part {}}}", "## Part {}", "**Part {}:**"])
def test_answers_below_the_headings_of_the_document(heading: str) -> None:
    """The letters below "Part B" are those of the second part, and the last question of all is one."""
    a, b = heading.format("A"), heading.format("B")
    answers = f"{a}\n\n(a) $C^T$\n\n(b) $C^T X^T C^T$\n\n{b}\n\n(a) $Y^{{-T}}$\n\n(b) $3 (Y^2)^T$\n"
    found = Grader(PARTS).grade(answers).questions
    assert [(q.label, q.outcome) for q in found] == [("1(a)", "right"), ("1(b)", "wrong"), ("2(a)", "right"), ("2(b)", "right")]
