"""Course sheets as they are set: notation in tables, conventions, a letter for one member, quantities defined as derivatives, and
answers whose parts stand beside each other. Right answers are NumPy functions written from the text."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gradatim.homework.document import read_document
from gradatim.homework.grade import Grader
from gradatim.homework.solve import Question, solve_text
from gradatim.homework.tables import rows_as_sentences
from gradatim.judge.layouts import layout_of
from gradatim.value.floats import evaluate
from gradatim.write.text import text

Values = dict[str, Any]

CLASSES = r"""
## Notation

| symbol | meaning |
|--------|---------|
| $M$ | number of samples |
| $\mathbf{u}_m \in \mathbb{R}^P$ | features of sample $m$ |
| $\mathbf{c}_m \in \{0,1\}^L$ | one-hot class of sample $m$ |
| $V \in \mathbb{R}^{L \times P}$ | weights |

## Problem 1 (9 points)

Let $\mathbf{s}_m = V\mathbf{u}_m$ and $\mathbf{q}_m = \mathrm{softmax}(\mathbf{s}_m)$. The loss is

$$F(V) = -\sum_{m=1}^{M}\sum_{l=1}^{L} c_{ml}\log q_{ml}.$$

**(a)** (3 pts) Show that $\frac{\partial F}{\partial \mathbf{s}_m} = \mathbf{q}_m - \mathbf{c}_m$.

**(b)** (3 pts) Find $\frac{\partial F}{\partial V}$.

**(c)** (3 pts) What is the Jacobian of $\mathbf{q} = \mathrm{softmax}(\mathbf{s})$ with respect to $\mathbf{s}$?
"""
PLAIN = """
Sheet 3 (due May 12)

1  Losses

Below, t and v are k-dimensional column vectors, H is a k by k matrix, R is an m by k matrix, s is an m-vector.

1.1 (1 mark) f(v) = v^T H v.  Find the gradient with respect to v.
1.2 (1 mark) Give a subgradient of g(v) = ||v||_1.
1.3 (2 marks) Rewrite sum_{i=1}^m (s_i - r_i)^2 / 2 with r = R v in matrix notation and differentiate it with respect to v.
"""
GLM = r"""
\section{Counts}
The log-likelihood is $\ell(\gamma) = \sum_{i=1}^n (k_i\, z_i^\top\gamma - e^{z_i^\top\gamma})$ with $\gamma, z_i \in \mathbb{R}^q$. The
score is $s(\gamma) = \nabla_\gamma \ell(\gamma)$ and the information is $I(\gamma) = -\nabla^2_\gamma \ell(\gamma)$.
\begin{enumerate}
\item Compute the score $s(\gamma)$.
\item Compute the information $I(\gamma)$, and show that it does not depend on $k_i$.
\item Let $\psi_\tau(a) = \tau \log(1 + e^{a/\tau})$. Find $\psi_\tau'(a)$.
\end{enumerate}
\section{Variance}
Let $\ell(\gamma, \tau^2) = -\frac{n}{2}\log \tau^2 - \frac{1}{2\tau^2} \|k - Z\gamma\|^2$ with $k \in \mathbb{R}^n$ and $Z \in \mathbb{R}^{n\times q}$.
\begin{enumerate}
\item Find the mixed derivative $\frac{\partial^2 \ell}{\partial\gamma\,\partial\tau^2}$.
\end{enumerate}
"""
CONTROL = r"""
### 1. One step

The cost is $c(u) = u^T R u + (Fx + Gu)^T P (Fx + Gu)$ where $P = P^T \succ 0$, $R \in \mathbb{R}^{m\times m}$ is symmetric, $F \in \mathbb{R}^{n\times n}$
and $G \in \mathbb{R}^{n \times m}$.

(a) Find $\nabla_u c$.

### 2. A gain

With $L \in \mathbb{R}^{m\times n}$ let $C(L) = x^T (F - GL)^T P (F - GL) x$.

(a) Compute $\partial C/\partial L$.

### 3. Scores

Let $S = \langle D, E\rangle = \mathrm{tr}(D^T E)$ where $E = AKB$ with $A \in \mathbb{R}^{a\times b}$, $K\in\mathbb{R}^{b\times c}$ and $B\in\mathbb{R}^{c\times d}$.

(a) What is $\frac{\partial S}{\partial K}$?
"""
ORDERS = r"""
1. Let $f(x, y) = x^4 y^3$. Find $\frac{\partial^3 f}{\partial x^2\,\partial y}$.
"""
STEPS = """
Let A be a symmetric n x n matrix and c in R^n.

Problem 1. Let f(x) = (1/2) x^T A x - c^T x.

(a) Let phi(t) = f(x + t p) for a fixed direction p. Compute phi'(t) and the best step.
"""


def sigma(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _one_hot(v: Values) -> Values:
    out = np.zeros_like(v["c"])
    out[np.arange(len(out)), np.arange(len(out)) % out.shape[1]] = 1
    return v | {"c": out}


def _softmax(a: Any) -> Any:
    e = np.exp(a)
    return e / e.sum(-1, keepdims=True)


def _by_weights(v: Values) -> Any:
    return (_softmax(v["u"] @ v["V"].T) - v["c"]).T @ v["u"]


def _jacobian(v: Values) -> Any:
    q = _softmax(v["s"])
    return np.diag(q) - np.outer(q, q)


def _gain(v: Values) -> Any:
    F, G, L, P, x = (v[k] for k in "FGLPx")
    return -2 * np.outer(G.T @ P @ (F - G @ L) @ x, x)


ORACLES: list[tuple[str, str, Callable[[Values], Any]]] = [
    (CLASSES, "1(b)", _by_weights),
    (CLASSES, "1(c)", _jacobian),
    (PLAIN, "1.1", lambda v: (v["H"] + v["H"].T) @ v["v"]),
    (PLAIN, "1.3", lambda v: v["R"].T @ (v["R"] @ v["v"] - v["s"])),
    (GLM, "1.1", lambda v: v["z"].T @ (v["k"] - np.exp(v["z"] @ v["gamma"]))),
    (GLM, "1.2", lambda v: v["z"].T @ np.diag(np.exp(v["z"] @ v["gamma"])) @ v["z"]),
    (GLM, "1.3", lambda v: sigma(v["a"] / v["tau"])),
    (GLM, "2.1", lambda v: -v["Z"].T @ (v["k"] - v["Z"] @ v["gamma"]) / v["tau2"] ** 2),
    (ORDERS, "1", lambda v: 36 * v["x"] ** 2 * v["y"] ** 2),
    (STEPS, "1(a)", lambda v: v["p"] @ (v["A"] @ (v["x"] + v["t"] * v["p"]) - v["c"])),
    (CONTROL, "2(a)", _gain),
    (CONTROL, "3(a)", lambda v: v["A"].T @ v["D"] @ v["B"].T),
]


def asked(document: str, label: str) -> Question:
    return next(q for q in solve_text(document, style="none").questions if q.label == label)


@pytest.mark.parametrize(("document", "label", "oracle"), ORACLES, ids=[f"{d.split()[1][:8]}-{n}" for d, n, _ in ORACLES])
def test_the_answer_is_that_of_the_sheet(document: str, label: str, oracle: Callable[[Values], Any]) -> None:
    question = asked(document, label)
    assert question.answer is not None and question.reading is not None, question.error
    rng, sizes = np.random.default_rng(5), {}
    draw: Values = {}
    for name, s in question.reading.symbols.items():
        a = rng.uniform(0.2, 1.2, [sizes.setdefault(str(d), 3 + len(sizes)) for d in s.shape])
        draw[name] = (a + a.T) / 2 if s.type.facts & {"symmetric", "spd"} else a
    draw = _one_hot(draw) if document is CLASSES and "c" in draw else draw
    assert np.allclose(evaluate(question.answer, draw), oracle(draw)), question.answer


def test_what_is_one_hot_in_a_table_shortens_the_answer() -> None:
    assert text(asked(CLASSES, "1(a)").answer) == "qₘ − cₘ"
    assert any("stands for one member" in a for a in asked(CLASSES, "1(c)").assumed)
    rows = "| $a$ | scalar step |\n| $X$ | $n \\times d$ | design |\n| $p$, $q$ | constants |"
    said = rows_as_sentences(rows)
    assert len(said) == len(rows) and "$a$is scalar" in said and "$X$is" not in said and "$q$is" not in said


def test_a_derivative_by_one_member_is_judged_where_the_loss_is_named_by_its_weights() -> None:
    marks = Grader(CLASSES).grade("Problem 1\n\n(a) $\\frac{dF}{ds_m} = q_m - c_m$\n\n(b) $\\sum_m u_m (q_m - c_m)^T$").questions
    assert [m.outcome for m in marks] == ["right", "right up to layout", "blank"]


def test_what_a_section_before_says_of_a_name_is_said_to_come_from_there() -> None:
    assert any("P" in a and "in a section before" in a for a in asked(CONTROL, "2(a)").assumed)


NUMERATOR = r"""
We use the **numerator layout**: for a scalar $f$ and a column vector $x$, $\partial f/\partial x$ is a row vector.

1. (4 points) Let $M \in \mathbb{R}^{n\times n}$ and $\mathbf{x} \in \mathbb{R}^n$. Find $\frac{\partial}{\partial \mathbf{x}} \mathbf{x}^T M \mathbf{x}$.
"""


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        (
            "All derivatives of scalars by a matrix are to be given in the shape of the matrix (denominator layout).",
            "denominator",
        ),
        ("We use the convention that the gradient of a scalar function has the same shape as the variable.", "gradient"),
        ("Some authors use the numerator layout.", ""),
        ("The gradient has the same length in both cases.", ""),
        ("Throughout, derivatives are in numerator layout.", "numerator"),
    ],
)
def test_the_layout_that_a_document_fixes(text: str, layout: str) -> None:
    assert layout_of([text]) == layout


def test_a_layout_that_the_document_fixes_decides_the_marks() -> None:
    grader = Grader(read_document(NUMERATOR).text)
    row, column = (grader.grade(f"1. $\\frac{{df}}{{dx}} = {a}$").questions[0] for a in ("x^T (M + M^T)", "(M + M^T) x"))
    assert row.outcome == "right"
    assert column.outcome == "wrong" and column.verdict is not None and column.verdict.mistake == "transpose"
    (question,) = solve_text(NUMERATOR).questions
    assert not question.underived and question.derivation is not None


PARTS = r"""
Exercise 1 (6 points). Let $A \in \mathbb{R}^{n\times n}$ and $a, x \in \mathbb{R}^n$. Compute the derivative with respect to $x$ of

(i) $f(x) = a^T x$
(ii) $f(x) = x^T A x$

Exercise 2 (2 points). Let $g(x) = \|Ax - a\|^2$. Find $\nabla g(x)$.

Exercise 3 (4 points). Let $h(x) = \sqrt{1 + x^T x}$.

a) Compute $\nabla h(x)$.

b) Compute the Hessian of $h$.
"""
SPREAD = [
    """1.
(i) a
(ii) (A + A^T) x

2. 2 A^T (A x - a)

3. a) x/h(x)
b) I/h - x x^T/h^3""",
    """1. (i) a, (ii) (A + A^T) x

2) 2 A^T (A x - a)

3) a) x/h(x); b) I/h - x x^T/h^3""",
    r"""\noindent Exercise 3. (a) $\nabla h = x/h(x)$ (b) $I/h - xx^T/h^3$

\noindent Exercise 1. (i) $a$
(ii) By the product rule, as in (i), it is $(A + A^T)x$.

\noindent Exercise 2. $2A^T(Ax - a)$""",
]


@pytest.mark.parametrize("submission", SPREAD)
def test_parts_beside_their_number_and_beside_each_other(submission: str) -> None:
    marks = Grader(PARTS).grade(submission).questions
    assert {m.label: m.outcome for m in marks} == dict.fromkeys(("1(i)", "1(ii)", "2", "3(a)", "3(b)"), "right")


LISTED = r"""
\begin{enumerate}
\item Let $f(x) = \|Bx\|^2$ with $B \in \mathbb{R}^{m\times n}$.
\begin{enumerate}
\item Find $\nabla f(x)$.
\item Where is it zero?
\item Which $B$ makes this point unique?
\end{enumerate}
\end{enumerate}
"""


def test_every_part_is_accounted_for() -> None:
    solution = solve_text(LISTED, style="none")
    assert [q.label for q in solution.questions] == ["1(a)"]
    assert dict(solution.others) == {"1": "see 1(a), 1(b), 1(c)"} | dict.fromkeys(("1(b)", "1(c)"), "not a derivative question")


def test_points_in_brackets_behind_a_letter() -> None:
    document = (
        "**Q1.** Let $f(x) = x^T x$ with $x \\in \\mathbb{R}^n$.\n\n a. [2] Write down $f$.\n\n b. [3] Find $\\nabla f(x)$.\n"
    )
    items = {i.label: i.points for i in read_document(document).items}
    assert items["1(a)"] == 2 and items["1(b)"] == 3
    assert asked(document, "1(b)").asks == "Find $\\nabla f(x)$."


BY_LETTER = r"""
# Lab 2

## Part A. Theory

Let $f(U, V) = \|R - U V^T\|_F^2$ with $R \in \mathbb{R}^{m\times n}$, $U \in \mathbb{R}^{m\times k}$ and $V \in \mathbb{R}^{n\times k}$.

**Question A.1** (2 points) Derive $\nabla_U f$.

**Question A.2** (1 point) Why is $f$ not convex?

**Question A.3** (2 points) Derive $\nabla_V f$.

## Part B. Directions

**Question B.1** (3 points) Let $g(u) = u^T S u$ with a symmetric matrix $S$. Compute $\nabla g(u)$.
"""


def test_questions_by_letter_and_number() -> None:
    solution = solve_text(BY_LETTER, style="none")
    assert [(q.label, q.points, q.asks) for q in solution.questions] == [
        ("A.1", 2, "Derive $\\nabla_U f$."),
        ("A.3", 2, "Derive $\\nabla_V f$."),
        ("B.1", 3, "Let $g(u) = u^T S u$ with a symmetric matrix $S$. Compute $\\nabla g(u)$.".split(". ")[1]),
    ]
    assert solution.others == (("A.2", "not a derivative question"),)
    submission = "**B.1** $2Su$\n\nA.1: $-2(R - UV^T)V$\n\nQuestion A3\n\n$-2(R - UV^T)U$"
    marks = {m.label: m.outcome for m in Grader(BY_LETTER).grade(submission).questions}
    assert marks == {"A.1": "right", "A.3": "wrong", "B.1": "right"}


def test_the_points_of_an_item_are_shared_by_its_parts() -> None:
    document = "Exercise 1 (3 points). Let $f(x) = x^T x$ with $x \\in \\mathbb{R}^n$.\n\na) Compute $\\nabla f(x)$.\n\nb) Show that $f$ is convex by its Hessian.\n"
    grader = Grader(document)
    assert [(b.label, b.points) for b in grader.rubric.boxes] == [("1(a)", Fraction(3, 2))]
    assert any("1(a), 1(b): 1.5 points each, of the 3 of 1" in n for n in grader.rubric.notes)


def test_a_norm_weighted_by_an_inverse_and_a_weight_of_a_section_before() -> None:
    document = r"""
### 1. Noise

Let $V \in \mathbb{R}^{p\times p}$ be symmetric positive definite and $f(e) = e^T V e$.

(a) Compute the gradient of $f(e)$.

### 2. Estimation

Minimise $J(x) = \|Hx - z\|_{V^{-1}}^2$.

(a) Compute the gradient of $J(x)$.
"""
    question = asked(document, "2(a)")
    assert question.answer is not None and text(question.answer) == "2 HᵀV⁻¹(H x − z)"
    assert any("in a section before" in a for a in question.assumed) and any("v^T M v" in a for a in question.assumed)


SUBSECTIONS = r"""
\section{Likelihoods}
\subsection{Rates (4 points)}
Let $\ell(\lambda) = n \log\lambda - \lambda s$.
\begin{enumerate}
\item[(i)] Find $\ell'(\lambda)$.
\end{enumerate}
\subsection{History}
Who proved this first?
\subsection{Weights (4 points)}
Let $q(w) = \|Zw\|^2$ with $Z \in \mathbb{R}^{n\times d}$.
\begin{enumerate}
\item[(i)] Find $\nabla q(w)$.
\end{enumerate}
"""


def test_subsections_are_counted_as_latex_counts_them() -> None:
    assert [q.label for q in solve_text(SUBSECTIONS, style="none").questions] == ["1.1(i)", "1.3(i)"]


def test_a_labelled_name_is_another_than_the_letter_of_a_section_before() -> None:
    document = r"""
## 1 Vectors

Let $\mathbf{w}, \mathbf{b} \in \mathbb{R}^n$ and $f(\mathbf{w}) = \mathbf{b}^T \mathbf{w}$.

1. Find $\nabla f(\mathbf{w})$.

## 2 Layers

Let $q = \mathbf{w}^{(2)} (\mathbf{W}^{(1)} \mathbf{x} + \mathbf{b}^{(1)}) + b^{(2)}$ with a row vector $\mathbf{w}^{(2)}$ and a matrix $\mathbf{W}^{(1)}$.

1. Find the derivative of $q$ with respect to $\mathbf{b}^{(1)}$.
"""
    assert not any("in a section before" in a for a in asked(document, "2.1").assumed)
