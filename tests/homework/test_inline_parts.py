"""Parts (a), (b) within a line of a question; their answers are told apart by the same letters."""

from __future__ import annotations

from gradatim.homework.document import read_document
from gradatim.homework.grade import Grader
from gradatim.homework.inline_parts import inline_parts

SHEET = r"""# Sheet

Let $M$ be a symmetric $p\times p$ matrix and $v \in \mathbb{R}^p$.

1. Let $r(v) = \frac{v^TMv}{v^Tv}$. (a) Find $\nabla r(v)$. (b) Find the Hessian $\nabla^2 r(v)$.
2. For $s(v) = \|v\|^2$: a) compute the gradient, b) compute the Hessian.
3. Find the gradient of $h(v) = v^T M v$ (b) as on the slides (c) of the lecture.
"""


def test_parts_within_a_line() -> None:
    labels = [item.label for item in read_document(SHEET).items]
    assert [x for x in labels if x.startswith(("1", "2"))] == ["1", "1(a)", "1(b)", "2", "2(a)", "2(b)"]
    assert "3(b)" not in labels


def test_letters_in_sentences_are_no_parts() -> None:
    for text in ("by (a) and (b) above", "f(a) is less than f(b)", "see (a) Find it.\n\n(b) Find the other."):
        assert inline_parts(text) == []


def test_answers_to_parts_within_a_line() -> None:
    grader = Grader(SHEET)
    r = r"$\frac{2}{v^Tv}(Mv - rv)$"
    answers = (
        f"1. (a) {r}\n(b) "
        + r"$\frac{2}{v^Tv}(M - rI - g v^T - v g^T)$ where $g = \frac{2}{v^Tv}(Mv - rv)$"
        + "\n2. a) $2v$ b) $2I$\n"
    )
    marks = {m.label: m.outcome for m in grader.grade(answers).questions}
    assert {k: marks[k] for k in ("1(a)", "1(b)", "2(a)", "2(b)")} == dict.fromkeys(("1(a)", "1(b)", "2(a)", "2(b)"), "right")
