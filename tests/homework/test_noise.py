"""A question among noise: what stands around it has no end, and the answer comes all the same.

None of these texts was read within minutes when a reader looked from every character to the end of the text.
"""

from __future__ import annotations

import pytest

from gradatim.errors import GradatimError
from gradatim.homework.document import MAX_ITEMS, read_document
from gradatim.homework.solve import solve_text
from gradatim.write.text import text as written

QUESTION = "1. Compute the gradient of $f(x) = x^T A x$ with respect to $x$, where $A \\in \\mathbb{R}^{n\\times n}$.\n"
UNITS = (
    *("a", "A", "1", "x,", "\n", "(", ")", "[", "{", "()", "\\frac", " ", "\t", "1.", "x^", "_", "*", "#", "-", "|", "%", "`"),
    *("'", "\\begin{align}", "α", "😀", "\u200b", "\u202e", "\u0304", "\\[ x ", "\\( x ", "<sub>", "a+", "a1", "...", "$"),
    *("x = ", "a b ", "x_1 ", "- a\n", "A is a matrix, ", "x in R^n, ", "x + ", "[1 point] ", "where ", "let ", "(a) "),
    *("Compute the gradient of ", "with respect to ", "the ", "# \n", "\\sum_{i=1}^n ", "Answer: ", "Question ", "1.1.1.1 "),
)


@pytest.mark.parametrize("unit", UNITS, ids=lambda u: ascii(u)[1:-1])
def test_noise_after_a_question_does_not_hide_its_answer(unit: str) -> None:
    """The gradient of xᵀAx is (A + Aᵀ)x."""
    noise = (unit * (50_000 // len(unit) + 1))[:50_000]
    (question,) = solve_text(f"{QUESTION}\n{noise}\n", style="none").questions
    assert question.answer is not None, question.error
    assert written(question.answer) in ("(A + Aᵀ) x", "A x + Aᵀ x")


def test_a_word_that_is_passed_over_is_told_with_its_line() -> None:
    notes = read_document(f"{QUESTION}\n\n{'q' * 501}\n\n{'r' * 500}\n").notes
    assert [n for n in notes if "501 characters in line 4" in n] and not [n for n in notes if "500 characters in" in n]


def test_a_long_formula_between_marks_is_no_word() -> None:
    function = "+".join(["x^TAx"] * 200)
    (question,) = solve_text(f"1. Compute the gradient of ${function}$ with respect to $x$.", style="none").questions
    assert question.answer is not None and written(question.answer).startswith("200")


def test_too_many_items_are_an_error_that_says_the_limit() -> None:
    with pytest.raises(GradatimError, match=f"more than {MAX_ITEMS} numbered items"):
        read_document("1. Compute the gradient of $x^T x$.\n" * (MAX_ITEMS + 1))


def test_a_definition_of_an_empty_name_is_no_fault() -> None:
    text = "1. Write $\\mathbf{} = Wx$ and $L(x) = x^T A x$. Compute the gradient of $L$ with respect to $x$, where $A \\in \\mathbb{R}^{n\\times n}$.\n"
    (question,) = solve_text(text, style="none").questions
    assert question.answer is not None and written(question.answer) == "(A + Aᵀ) x"
