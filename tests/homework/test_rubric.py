"""The rubric: suggested by the document, written, edited, read back; what cannot be meant is an error."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gradatim.errors import ReadError
from gradatim.homework.document import read_document
from gradatim.homework.grade import Grader
from gradatim.homework.questions import tasks
from gradatim.homework.rubric import DEDUCTIONS, default_rubric, in_terms_of
from gradatim.homework.rubric_file import parse_rubric, write_rubric
from gradatim.homework.source import read_source
from gradatim.judge.verdict import KINDS

DOCUMENT = read_document(read_source(Path(__file__).parents[2] / "examples" / "homework.md"))
TASKS = tasks(DOCUMENT)
BASE = default_rubric(DOCUMENT, TASKS)


def parsed(text: str):  # type: ignore[no-untyped-def]
    return parse_rubric(text, "r.toml", DOCUMENT, TASKS)


def test_the_document_s_own_points() -> None:
    assert [(b.label, b.points) for b in BASE.boxes] == [("1.1", 3), ("1.2", 3), ("1.3", 4), ("2.1", 5), ("2.2", 5), ("3.1", 5)]
    assert BASE.max_points == 25 and BASE.notes == ()


def test_written_and_read_back() -> None:
    assert parsed(write_rubric(BASE, "homework.md")) == BASE
    assert parsed("") == BASE


def test_every_kind_of_mistake_has_a_deduction() -> None:
    assert set(KINDS) <= set(DEDUCTIONS)


def test_points_that_are_left_are_shared_and_said() -> None:
    text = "## 1 A (7 points)\n\n1. Find the gradient $\\nabla_x f$.\n\n2. Find the gradient $\\nabla_y f$.\n\n3. (4 points) Find the gradient $\\nabla_z f$.\n"
    document = read_document(text)
    rubric = default_rubric(document, tasks(document))
    assert [b.points for b in rubric.boxes] == [Fraction(3, 2), Fraction(3, 2), 4]
    assert rubric.notes == ("1.1, 1.2: 1.5 points each, what section 1 of 7 points leaves",)


def test_two_boxes_share_the_points() -> None:
    text = "1. (5 points) Find the gradient $\\nabla_x f$. Show your derivation in the first box and include the final result in the second box below.\n"
    document = read_document(text)
    (box,) = default_rubric(document, tasks(document)).boxes
    assert (box.final, box.derivation) == (Fraction(5, 2), Fraction(5, 2))


def test_edits() -> None:
    rubric = parsed(
        'layout = "numerator"\nmarks = "as repaired"\nfollow_through = false\n[deductions]\nsign = 0.1\n'
        "[[question]]\nlabel = \"1.2\"\nfinal = 2\nderivation = 1.5\naccepted = ['w']\n"
    )
    assert rubric.layout == "numerator" and rubric.deductions["sign"] == Fraction(1, 10) and not rubric.follow_through
    assert rubric.box("1.2").points == Fraction(7, 2) and rubric.box("1.1").points == 3
    assert rubric.hash != BASE.hash and parsed(write_rubric(rubric, "x")).hash == rubric.hash


@pytest.mark.parametrize(
    "text, said",
    [
        ("layout = [", "is not TOML"),
        ('layout = "upside down"', "layout is one of"),
        ("colour = 1", "unknown key 'colour'"),
        ("version = 99", "version 99"),
        ("[deductions]\nspelling = 1", "no kind of mistake 'spelling'"),
        ("[deductions]\nsign = 2", "deductions.sign is a number from 0 to 1"),
        ("[deductions]\nsign = nan", "deductions.sign is a number from 0 to 1"),
        ('[[question]]\nlabel = "9.9"', "'9.9' is no derivative question"),
        ('[[question]]\nlabel = "1.1"\n[[question]]\nlabel = "1.1"', "stands twice"),
        ('[[question]]\nlabel = "1.1"\nfinal = "many"', "final is a number"),
        ('[[question]]\nlabel = "1.1"\naccepted = "w"', "accepted is a list of texts"),
        ('[[question]]\nlabel = "1.1"\nlayouts = ["sideways"]', "no layout 'sideways'"),
        ("question = 3", "tables [[question]]"),
        ("scan = 1", "scan is true or false"),
        ("smallest = 0", "smallest is a number above 0"),
        ("smallest = 1e-9", "smallest is a number above 0"),
        ("seed = 1.5", "seed is a whole number"),
        ("[[question]]\nlabel = 1.1", "label in quotation marks"),
        ("[[question]]\nfinal = 2", "label in quotation marks"),
        ("deductions = 1", "deductions is a table"),
    ],
)
def test_what_cannot_be_meant(text: str, said: str) -> None:
    with pytest.raises(ReadError) as raised:
        parsed(text)
    assert said in str(raised.value)


def test_in_terms_of() -> None:
    text = r"Find it in terms of $a, \mathbf{b}$ and $\mathbf{x}_i, \forall i$."
    assert in_terms_of(text) == ("a", r"\mathbf{b}", r"\mathbf{x}_i")
    assert in_terms_of("Find it.") == ()


def test_an_item_with_two_questions_shares_its_points() -> None:
    text = "## 1 A\n\n1. (3 points) Let $f(x) = \\|x\\|^2$ for $x \\in \\mathbb{R}^n$. What is $\\nabla f(x)$? What is $\\nabla^2 f(x)$?\n"
    document = read_document(text)
    rubric = default_rubric(document, tasks(document))
    assert [b.points for b in rubric.boxes] == [Fraction(3, 2), Fraction(3, 2)]
    assert rubric.notes == ("1.1, 1.1 (2): 1.5 points each, of the 3 of their item",)


def test_accepted_answers_and_names_are_looked_at_before_grading() -> None:
    text = read_source(Path(__file__).parents[2] / "examples" / "homework.md")
    with pytest.raises(ReadError, match=r"question 1\.1: accepted answer '\\\\frac\{' could not be read"):
        Grader(text, parsed("[[question]]\nlabel = \"1.1\"\naccepted = ['\\frac{']"))
    notes = Grader(text, parsed('[[question]]\nlabel = "1.1"\nin_terms_of = ["a", "q"]')).notes
    assert "1.1: in_terms_of has q, which the question does not have" in notes
