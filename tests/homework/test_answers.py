"""Answers found in submissions of every build: the document filled in, labels, numbering, claims, boxes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradatim.homework.answer_parts import bare, blank, split_parts
from gradatim.homework.answers import find_answers
from gradatim.homework.document import read_document
from gradatim.homework.grade import Grader
from gradatim.homework.grading import grader_for
from gradatim.homework.questions import tasks
from gradatim.homework.source import decode, read_source

EXAMPLE = Path(__file__).parents[2] / "examples" / "homework.md"
TEXT = read_source(EXAMPLE)
DOCUMENT = read_document(TEXT)
TASKS = tasks(DOCUMENT)
LABELS = ["1.1", "1.2", "1.3", "2.1", "2.2", "3.1"]


def found(submission: str | None) -> dict[str, str]:
    answers = find_answers(DOCUMENT, TASKS, submission).by_label
    return {label: f.text.strip() for label, f in answers.items() if label in LABELS}


def formula(k: int) -> str:
    return f"$$q_{{{k}}} = {k} u$$"


EXPECTED = {label: formula(k) for k, label in enumerate(LABELS)}


def filled_in(text: str = TEXT, boxes: bool = False) -> str:
    """The document with an answer below each question."""
    for k, label in enumerate(LABELS):
        item = next(t.item for t in TASKS if t.label == label)
        answer = f"Derivation\n\nFinal result\n\n{formula(k)}" if boxes else formula(k)
        text = text.replace(item.text, f"{item.text}\n\n{answer}", 1)
    return text


def test_the_document_filled_in() -> None:
    assert found(filled_in()) == EXPECTED
    assert {k: split_parts(v).final for k, v in found(filled_in(boxes=True)).items()} == EXPECTED


def test_answers_inside_the_document_itself() -> None:
    document = read_document(filled_in())
    own = find_answers(document, tasks(document), None).by_label
    assert {label: f.text.strip() for label, f in own.items()} == EXPECTED
    assert find_answers(DOCUMENT, TASKS, None).by_label == {}


def test_an_unfilled_copy_has_no_answers() -> None:
    assert find_answers(DOCUMENT, TASKS, TEXT).by_label == {}


def test_answers_after_the_questions() -> None:
    after = TEXT + "\n\n## Answers\n\n" + "\n\n".join(f"**{label}** {formula(k)}" for k, label in enumerate(LABELS))
    assert found(after) == EXPECTED


@pytest.mark.parametrize(
    "mark",
    [
        "## {0}",
        "### Question {0}",
        "**{0}**",
        "{0}",
        "{0}.",
        "{0})",
        "Q{0}:",
        "Problem {0}.",
        "\\section*{{{0}}}",
        "\\textbf{{Question {0}}}",
        "Answer to question {0}:",
        "# Solution {0}",
    ],
)
def test_labels_in_many_spellings(mark: str) -> None:
    text = "\n\n".join(f"{mark.format(label)}\n\n{formula(k)}" for k, label in enumerate(LABELS))
    assert found(text) == EXPECTED


@pytest.mark.parametrize("item", ["{n}.", "({c})", "{n})", "**{n}.**", "{c})"])
def test_sections_with_numbered_items(item: str) -> None:
    parts = []
    for section in ("1", "2", "3"):
        parts.append(f"## {section} Answers")
        for n, k in enumerate([k for k, x in enumerate(LABELS) if x.startswith(section)], 1):
            parts.append(f"{item.format(n=n, c='abc'[n - 1])} {formula(k)}")
    assert found("\n\n".join(parts)) == EXPECTED


def test_latex_sections_and_items() -> None:
    groups = [[formula(k) for k, x in enumerate(LABELS) if x.startswith(s)] for s in "123"]
    body = "".join(
        "\\section{Answers}\n\\begin{enumerate}\n"
        + "".join(f"\\item \\begin{{solution}}\n{f}\n\\end{{solution}}\n" for f in group)
        + "\\end{enumerate}\n"
        for group in groups
    )
    text = "\\documentclass{article}\n\\begin{document}\n" + body + "\\end{document}\n"
    assert {k: split_parts(v).whole for k, v in found(text).items()} == EXPECTED


def test_numbered_steps_do_not_open_questions() -> None:
    text = f"## 1.1\n\n1. first\n2. then\n3. $$x = 1$$\n\n## 1.2\n\n{formula(1)}\n"
    answers = found(text)
    assert set(answers) == {"1.1", "1.2"} and "$$x = 1$$" in answers["1.1"] and answers["1.2"] == formula(1)


def test_formulas_without_labels_go_by_what_they_claim() -> None:
    text = "$$\\frac{dv}{du} = 1$$\n\n$$p = \\mathbf{w}$$\n\n$$\\frac{dz}{d\\mathbf{x}_i} = p$$\n"
    answers = found(text)
    assert answers["1.1"] == "$$\\frac{dv}{du} = 1$$" and "p = " in answers["1.2"] and set(answers) == {"1.1", "1.2"}


def test_a_label_that_comes_twice_is_joined_and_said() -> None:
    f = find_answers(DOCUMENT, TASKS, "## 1.1\n\n$$a$$\n\n## 1.2\n\n$$b$$\n\n## 1.1\n\n$$c$$\n").by_label["1.1"]
    assert "$$a$$" in f.text and "$$c$$" in f.text and "2 places" in f.note


def test_the_definitions_of_a_submission_change_no_question() -> None:
    changed = filled_in().replace("- 3u^2 + 2au", "+ u")
    again = read_document(TEXT)
    assert [t.chain for t in tasks(again)] == [t.chain for t in TASKS]
    assert found(changed)["1.1"] == formula(0)


def test_markdown_cells_of_a_notebook() -> None:
    cells = [{"cell_type": "code", "source": "raise SystemExit"}]
    cells += [{"cell_type": "markdown", "source": f"## {label}\n\n{formula(k)}"} for k, label in enumerate(LABELS)]
    assert found(decode(json.dumps({"cells": cells}).encode(), "a.ipynb")) == EXPECTED


@pytest.mark.parametrize(
    "text, way, final",
    [
        ("Derivation\n\n$$a$$\n\nFinal result\n\n$$b$$", "$$a$$", "$$b$$"),
        ("**Working:**\n$$a$$\n**Final answer:** $b$", "$$a$$", "$b$"),
        ("\\begin{solution}\n$$a$$\n\\end{solution}", "$$a$$", ""),
        ("so $x = \\boxed{2 A^T x}$.", "so $x = 2 A^T x$.", "$$2 A^T x$$"),
        ("#### Solution\n\n$$a$$", "$$a$$", ""),
        ("Final result\n\n\nDerivation\n$$a$$", "$$a$$", ""),
    ],
)
def test_parts(text: str, way: str, final: str) -> None:
    parts = split_parts(text)
    assert (parts.way, parts.final) == (way, final)


@pytest.mark.parametrize(
    "text",
    ["", "Derivation\n\nFinal result\n", "**Answer:**\n\n---\n", "\\begin{solution}\n\n\\end{solution}", "<!-- here -->", "___"],
)
def test_blank(text: str) -> None:
    assert blank(text)


def test_not_blank() -> None:
    assert not blank("Answer: 2") and not blank("no idea") and not blank("$x$")


def test_bare_question() -> None:
    assert bare("3. (4 points) Find it.") == "Find it."
    assert bare("- Derive it.") == "Derive it." and bare("Find it.") == "Find it."


def test_a_stray_sign_does_not_swallow_the_next_question() -> None:
    answers = found(f"## 1.1\n\n$$ x = 1\n\n## 1.2\n\n{formula(1)}\n\n## 1.3\n\n{'$' * 501}\n\n## 2.1\n\n{formula(3)}\n")
    assert answers["1.2"] == formula(1) and answers["2.1"] == formula(3)


def test_formulas_that_belong_to_no_question_are_told() -> None:
    answers = find_answers(DOCUMENT, TASKS, f"## 1.1\n\n{formula(0)}\n\n## Question 9\n\n$$y = 1$$\n")
    assert answers.by_label["1.1"].text.strip() == formula(0) and answers.stray == "$$y = 1$$"


def test_a_latex_file_with_commands_of_its_own_and_counted_items() -> None:
    grader = grader_for(EXAMPLE)
    text = r"""\documentclass{article}
\newcommand{\w}{\mathbf{w}}
\begin{document}
\section*{Problem 1}
\begin{enumerate}
\item $\frac{dv}{du} = \frac{e^{au}(au - 3)}{u^4} + 6u + 2a$
\item \[ \frac{\exp(\w^T\mathbf{x}_i)\,\mathbf{x}_i}{\sum_{j}\exp(\w^T\mathbf{x}_j)} \]
\end{enumerate}
\section*{Problem 2}
\begin{enumerate}
  \item \boxed{-2(y-\hat{y})\,\w^{(2)T}}
  \item As above,
    \begin{enumerate} \item first, \item then \end{enumerate}
    \boxed{-2(y-\hat{y})\,\w^{(2)T}\mathbf{x}^T}
\end{enumerate}
\section*{Problem 3}
\[ \nabla_{\w}L = \frac2N\sum_{i=1}^N (h_i - y_i)\,\w\odot\mathbf{x}_i \]
\end{document}
"""
    found = {q.label: (q.outcome, q.mistake) for q in grader.grade(text).questions}
    assert found == {
        "1.1": ("wrong", "sign"),
        "1.2": ("wrong", "chain-rule"),
        "1.3": ("blank", None),
        "2.1": ("right", None),
        "2.2": ("right", None),
        "3.1": ("right", None),
    }


def test_two_questions_of_one_item_are_answered_in_one_text() -> None:
    text = "## 1 A\n\n1. (3 points) Let $f(x) = x^T A x$ for $x \\in \\mathbb{R}^n$. What is $\\nabla f(x)$? What is $\\nabla^2 f(x)$?\n"
    grader = Grader(text)
    both = grader.grade("1.1 $\\nabla f(x) = (A + A^T)x$ and $\\nabla^2 f(x) = A - A^T$").questions
    assert [(q.label, q.outcome) for q in both] == [("1.1", "right"), ("1.1 (2)", "wrong")]
    assert [q.derivation for q in both][0] != "slip"


COURSE = (
    "## Problem 1 (4 points)\n\nLet $x$ and $c$ be vectors, $A$ a square matrix.\n\n"
    "(a) Find the gradient of $f = c^T x$ with respect to $x$.\n\n(b) Find the gradient of $g = x^T A c$ with respect to $x$.\n\n"
    "## Problem 2 (4 points)\n\nLet $y$ be a vector.\n\n(a) Find the gradient of $h = y^T y$ with respect to $y$.\n\n"
    "(b) Find the Hessian of $h = y^T y$ with respect to $y$.\n"
)
LETTERED = ["1(a)", "1(b)", "2(a)", "2(b)"]


@pytest.mark.parametrize(
    ("head", "part"),
    [
        ("\\section*{{Problem {n}}}", "\\subsection*{{({a})}}"),
        ("\\section{{Problem {n}}}", "\\subsection{{Part ({a})}}"),
        ("\\section*{{{n}}}", "\\subsection*{{{a}}}"),
        ("\\section*{{Question {n}}}", "\\paragraph{{({a})}} "),
        ("\\textbf{{Question {n}}}", "\\textbf{{Part {a}:}} "),
        ("# Problem {n}: a title", "## Part ({a}) the gradient"),
        ("# Problem {n}", "**Part {A}**"),
        ("# Problem {n}", "{a}. "),
        ("# Problem {n}", "- ({a}) "),
        ("# {n}", "## {a}"),
        ("Problem {n}", "({r}) "),
        ("", "**Problem {n}, part ({a})**"),
        ("", "## Problem {n} Part {a}"),
        ("", "## Problem {n} - ({a})"),
        ("", "**{n}.{k}**"),
        ("# Section {n}", "**Question {k}.** "),
    ],
)
def test_headings_with_parts_below(head: str, part: str) -> None:
    document = read_document(COURSE)
    text, last = "", ""
    for k, label in enumerate(LETTERED):
        n, a = label[0], label[2]
        names = {"n": n, "a": a, "A": a.upper(), "k": "ab".index(a) + 1, "r": {"a": "i", "b": "ii"}[a]}
        if n != last:
            text += head.format(**names) + "\n\n"
        text, last = f"{text}{part.format(**names)}\n\n{formula(k)}\n\n", n
    answers = find_answers(document, tasks(document), text).by_label
    assert {label: f.text.strip() for label, f in answers.items()} == {label: formula(k) for k, label in enumerate(LETTERED)}


@pytest.mark.parametrize(
    ("outer", "inner", "item", "part"),
    [("enumerate", "enumerate", "\\item", "\\item"), ("questions", "parts", "\\question", "\\part")],
)
def test_lists_within_lists(outer: str, inner: str, item: str, part: str) -> None:
    document = read_document(COURSE)
    body = "\n".join(f"{item} \\begin{{{inner}}}\n{part} {formula(k)}\n{part} {formula(k + 1)}\n\\end{{{inner}}}" for k in (0, 2))
    answers = find_answers(document, tasks(document), f"\\begin{{{outer}}}\n{body}\n\\end{{{outer}}}").by_label
    found = {label: split_parts(f.text).whole.removesuffix(f"\\end{{{inner}}}").strip() for label, f in answers.items()}
    assert found == {label: formula(k) for k, label in enumerate(LETTERED)}


@pytest.mark.parametrize("step", ["(a) first\n\n(b) then", "(i) first\n\n(ii) then", "we take the scalar\na. Then"])
def test_lettered_steps_do_not_open_questions(step: str) -> None:
    text = "\n\n".join(f"## {label}\n\n{step}\n\n{formula(k)}" for k, label in enumerate(LABELS))
    assert {label: answer[answer.index("$$") :] for label, answer in found(text).items()} == EXPECTED


def test_labels_above_nothing_are_blank_for_certain() -> None:
    marks = Grader(TEXT).grade("\n\n".join(f"{label}) " for label in LABELS)).questions
    assert {(m.outcome, m.points, m.review) for m in marks} == {("blank", 0, "")}
    (m,) = (
        Grader("Let $x$ be a vector.\n\n$$f = x^T x$$\n\n1. (2 points) Find the gradient of $f$ with respect to $x$.\n")
        .grade("1. —")
        .questions
    )
    assert (m.outcome, m.points) == ("blank", 0)
