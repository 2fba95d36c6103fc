"""Documents: sections, items, points, answers told apart, and what every item asks."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gradatim.errors import GradatimError, ReadError
from gradatim.homework.asks import Ask, find_ask
from gradatim.homework.definitions import heads
from gradatim.homework.document import read_document
from gradatim.homework.questions import tasks
from gradatim.homework.solve import solve_text
from gradatim.homework.source import decode, read_source
from gradatim.write import text as written

EXAMPLE = Path(__file__).parents[2] / "examples" / "homework.md"


def test_the_example_is_read_whole() -> None:
    document = read_document(read_source(EXAMPLE))
    assert [t.label for t in tasks(document)] == ["1.1", "1.2", "1.3", "2.1", "2.2", "3.1", "4.1"]
    assert [t.ask is not None for t in tasks(document)] == [True] * 6 + [False]
    assert document.table_total == 25 and document.notes == ()


def test_answers_between_questions_change_nothing() -> None:
    text = read_source(EXAMPLE)
    answered = text.replace(
        "with respect to $u$.", "with respect to $u$.\n\n$$\\frac{dv}{du} = 0$$\n\nDerivation\n\n1. first\n- then\n\n$$v = u$$\n"
    )
    plain, with_answers = tasks(read_document(text)), tasks(read_document(answered))
    assert [(t.label, t.ask, t.given, t.chain) for t in plain] == [(t.label, t.ask, t.given, t.chain) for t in with_answers]
    assert "first" in with_answers[0].item.answer


def test_lost_numbers_are_counted_by_place() -> None:
    text = "## 1 One (6 points)\n\n- Find the derivative of $f$ with respect to $x$.\n\n- Find the gradient $\\nabla_x f$.\n\n3. (2 points) Name it.\n"
    document = read_document(text)
    assert [i.label for i in document.items] == ["1.1", "1.2", "1.3"]
    assert document.items[2].points == Fraction(2)
    assert document.notes == ("section 1: 1.1, 1.2 without points of their own; 4 of 6 are left for them",)


def test_points_that_do_not_add_up_are_said() -> None:
    text = "Question | Points\n---|---\nA | 3\nB | 4\nTotal | 9\n\n## 1 A (3 points)\n\n1. (2 points) Say.\n"
    notes = read_document(text).notes
    assert any("add up to 7" in n for n in notes) and any("add up to 2 points, its title says 3" in n for n in notes)


@pytest.mark.parametrize(
    "text, function, wrt, order",
    [
        (r"1. Derive an expression for the derivative of $v$ with respect to $u$ i.e. $\frac{dv}{du}$.", "v", ("u",), 1),
        (r"Compute $\nabla_w L(w)$.", "L(w)", ("w",), 1),
        (r"Show that $\frac{\partial L}{\partial W} = x y^T$.", "L", ("W",), 1),
        (r"Find the Hessian of $f$ with respect to $x$.", "f", ("x", "x"), 2),
        (
            r"What is the gradient of the loss $J(\theta) = \theta^T \theta$ w.r.t. $\theta$?",
            r"J(\theta) = \theta^T \theta",
            (r"\theta",),
            1,
        ),
        (r"Compute $\frac{\partial^2 f}{\partial x \partial y}$.", "f", ("x", "y"), 2),
    ],
)
def test_asks(text: str, function: str, wrt: tuple[str, ...], order: int) -> None:
    ask = find_ask(text)
    assert isinstance(ask, Ask)
    assert (ask.function, ask.wrt, ask.order) == (function, wrt, order)


def test_other_items() -> None:
    assert find_ask("1. Who worked on this with you?") == "not a derivative question"
    (bare,) = tasks(read_document("1. Compute the derivative.\n"))
    assert bare.ask is None and bare.status.startswith("not read: the question does not name its function")


def test_heads() -> None:
    assert heads(r"\hat{y} = f(x; W^{(1)}) = W^{(1)}x") == [r"\hat{y}", "f"]
    assert heads(r"\nabla = \frac{dy}{dx}") == [] and heads(r"\sum_{i=1}^N x_i") == []


def test_tex_sections_and_enumerations() -> None:
    text = (
        "\\documentclass{article}\\begin{document}\n\\section{A}\nLet $f = x^T x$. % $g = 2$\n\\begin{enumerate}\n"
        "\\item Find the gradient of $f$ with respect to $x$.\n\\begin{solution}\n\\[ 2x \\]\n\\item nothing\n\\end{solution}\n"
        "\\item Who helped?\n\\end{enumerate}\n\\end{document}\n"
    )
    found = tasks(read_document(text))
    assert found[0].label == "1.1" and found[0].chain == ("f = x^T x",)
    assert found[-1].status == "not a derivative question"


@pytest.mark.parametrize("raw, name", [(b"\xff\xfe", "a.md"), (b"  \n", "a.md"), (b"{}", "a.ipynb"), (b"a\0b", "a.txt")])
def test_bytes_that_are_no_document(raw: bytes, name: str) -> None:
    with pytest.raises(ReadError):
        decode(raw, name)


def test_paths_that_are_no_document(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.md"):
        with pytest.raises(GradatimError):
            read_source(path)


def test_notebook_cells() -> None:
    text = '{"cells": [{"cell_type": "markdown", "source": ["## 1 A\\n", "text"]}, {"cell_type": "code", "source": "x"}]}'
    assert decode(text.encode(), "a.ipynb") == "## 1 A\ntext"


# ---------------------------------------------------------------- what stands below the title


TITLED = """# Problem set 7 (10 points)

Work alone.

- $x^T x$

Throughout, $A\\in\\mathbb{R}^{p\\times q}$ and $x\\in\\mathbb{R}^q$.

## Problem 1

(a) [5 pts] Compute the gradient of $f(x) = \\|Ax\\|^2$ with respect to $x$.

## Problem 2

(a) [5 pts] Find the gradient of $g(\\mu) = \\sum_{i=1}^N \\|x_i - \\mu\\|^2$ with respect to $\\mu$, where $\\mu \\in \\mathbb{R}^q$.
"""


def test_declarations_below_the_title_hold_for_every_section() -> None:
    first, second = solve_text(TITLED, style="none").questions
    assert first.answer is not None and first.answer.shape == ("q",) and not first.assumed
    # Here x_i are vectors: what the title says of x is said of each of them, and that is a guess.
    assert second.answer is not None and second.answer.shape == ("q",)
    assert any("what is said of x is said of each" in a for a in second.assumed)


def test_a_latex_title_declares_too() -> None:
    text = (
        "\\documentclass{article}\n\\newcommand{\\R}{\\mathbb{R}}\n\\begin{document}\nLet $\\mathbf{A}\\in\\R^{p\\times q}$, "
        "$\\mathbf{x}\\in\\R^q$.\n\\section{One}\n\\begin{enumerate}\n\\item Find $\\nabla_{\\mathbf x} \\|\\mathbf{Ax}\\|^2$.\n"
        "\\end{enumerate}\n\\end{document}\n"
    )
    (question,) = solve_text(text, style="none").questions
    assert question.answer is not None and question.answer.shape == ("q",) and not question.assumed


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (r"Compute $\nabla_x$ of $\sqrt{1+x^\top x}$, where $x \in \mathbb{R}^n$.", "x / √(1 + xᵀx)"),
        (r"Find $\frac{\partial}{\partial X}$ of $\log\det X$.", "X⁻ᵀ"),
        (r"Take $\frac{d}{dx}$ of $x^T A x$.", "(A + Aᵀ) x"),
    ],
)
def test_an_operator_of_a_function(question: str, answer: str) -> None:
    (asked,) = solve_text(f"1. {question}\n", style="none").questions
    assert asked.answer is not None and written(asked.answer) == answer
