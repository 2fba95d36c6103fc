"""A submission graded: verdicts, points by the rubric, what waits for a person; `gd.grade` and the command."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

import gradatim as gd
from gradatim.cli import main
from gradatim.homework.grade import Grader
from gradatim.homework.held import marked
from gradatim.homework.rubric import Rubric
from gradatim.homework.rubric_file import parse_rubric
from gradatim.homework.sheet import Mark, pack, settled, unpack
from gradatim.homework.source import read_source

EXAMPLES = Path(__file__).parents[2] / "examples"
HOMEWORK, SUBMISSION = EXAMPLES / "homework.md", EXAMPLES / "submission.md"
SMALL = (
    "Let $A$ be a symmetric matrix, $B$ a square matrix and $x$ a vector. Suppose\n\n$$f = x^T B x$$\n\n"
    "1. (4 points) Find the gradient of $f$ with respect to $x$. Show your derivation in the first box and include the final "
    "result in the second box.\n"
)


@pytest.fixture(scope="module")
def sheet() -> gd.homework.sheet.Sheet:  # type: ignore[name-defined]
    return gd.grade(HOMEWORK, SUBMISSION)


def mark(text: str, rubric: str = "", document: str = SMALL) -> Mark:
    plain = Grader(document)
    made: Rubric = parse_rubric(rubric, "r", plain.document, plain.tasks)
    return Grader(document, made).grade(text).questions[0]


def test_the_example(sheet: gd.homework.sheet.Sheet) -> None:  # type: ignore[name-defined]
    said = {q.label: (q.outcome, q.mistake, q.points) for q in sheet.questions}
    assert said["1.1"] == ("right", None, 3)
    assert said["1.2"] == ("right", None, 3)
    assert said["1.3"] == ("right up to layout", "transpose", 4)
    assert said["2.1"] == ("wrong", "sign", Fraction(15, 4))
    assert said["2.2"][0] == "wrong" and said["2.2"][1] in ("shape", "transpose")
    assert said["3.1"] == ("unreadable", None, None)
    assert [q.label for q in sheet.open] == ["3.1"] and sheet.total is None
    assert sheet.questions[0].verdict is not None and sheet.questions[0].verdict.right


def test_a_sheet_survives_its_journal(sheet: gd.homework.sheet.Sheet) -> None:  # type: ignore[name-defined]
    assert marked(unpack(json.loads(json.dumps(pack(sheet))))) == settled(sheet)


def test_the_same_marks_again(sheet: gd.homework.sheet.Sheet) -> None:  # type: ignore[name-defined]
    assert settled(gd.grade(HOMEWORK, SUBMISSION)) == settled(sheet)


def test_json_of_the_interface(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", str(HOMEWORK), str(SUBMISSION), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["version"] == 1 and len(data["questions"]) == 6
    first = data["questions"][0]
    assert {"label", "submitted", "outcome", "mistake", "message", "first_wrong_line", "points", "max_points"} <= set(first)
    assert first["points"] == 3 and "frac" in first["submitted"]["latex"] and data["made"]["seed"] == 1


def test_layout_that_the_course_fixes() -> None:
    text = read_source(SUBMISSION)
    plain = Grader(read_source(HOMEWORK))
    fixed = parse_rubric('layout = "gradient"', "r", plain.document, plain.tasks)
    q = Grader(read_source(HOMEWORK), fixed).grade(text).questions[2]
    assert (q.outcome, q.mistake, q.points) == ("wrong", "transpose", 3)


def test_points_of_both_boxes() -> None:
    right = mark("Derivation\n\n$$\\nabla_x f = (B + B^T) x$$\n\nFinal result\n\n$$(B + B^T) x$$")
    assert (right.outcome, right.points, right.max_points) == ("right", 4, 4)
    alone = mark("Final result\n\n$$(B + B^T) x$$", '[[question]]\nlabel = "1"\nfinal = 3\nderivation = 1')
    assert alone.outcome == "right" and alone.points in (3, 4)


def test_a_deduction_for_each_kind() -> None:
    sign = mark("$$-(B + B^T) x$$", '[[question]]\nlabel = "1"\nfinal = 4\nderivation = 0\n[deductions]\nsign = 0.5')
    assert (sign.outcome, sign.mistake, sign.points) == ("wrong", "sign", 2)
    assert sign.deductions[0].kind == "sign" and sign.deductions[0].points == 2


def test_right_under_a_condition() -> None:
    box = '[[question]]\nlabel = "1"\nfinal = 4\nderivation = 0\n'
    q = mark("$$2 B x$$", box)
    assert q.outcome in ("right under a condition", "wrong") and q.mistake == "symmetry" and q.points == 3
    if q.outcome == "right under a condition":
        accepted = mark("$$2 B x$$", box + f"conditions = [{json.dumps(q.said['condition'])}]")
        assert accepted.points == 4


def test_an_answer_that_the_rubric_accepts() -> None:
    box = "[[question]]\nlabel = \"1\"\nfinal = 4\nderivation = 0\naccepted = ['x^T (B + B^T) x']\n"
    q = mark("$$x^T B^T x + x^T B x$$", box)
    assert (q.outcome, q.points) == ("right", 4) and "accepts" in q.notes[0]


def test_the_required_terms() -> None:
    document = (
        "Let $A$ be a matrix, $b$ and $x$ vectors. Let $r = A x - b$.\n\n$$f = r^T r$$\n\n"
        "1. (4 points) Find the gradient of $f$ with respect to $x$ in terms of $A$, $b$ and $x$.\n"
    )
    assert mark("$$2 A^T (A x - b)$$", document=document).points == 4
    q = mark("$$2 A^T r$$", document=document)
    assert (q.outcome, q.points) == ("right", 3) and q.deductions[0].kind == "form" and "r" in q.deductions[0].why


@pytest.mark.parametrize(
    "text, outcome, points, waits",
    [
        ("", "blank", 0, False),
        ("Derivation\n\nFinal result\n", "blank", 0, False),
        ("I do not know how to do this.", "blank", 0, False),
        ("see 2", "unreadable", None, True),
        ("$$((($$", "unreadable", None, True),
        ("$$q_7 + \\foo$$", "unreadable", None, True),
        ("$$" + "x + " * 9000 + "x$$", "undecided", None, True),
        ("$$" + "A" * 1600 + "$$", "undecided", None, True),
        ("$$" + "(" * 400 + "x" + ")" * 400 + "$$", None, None, True),
    ],
)
def test_what_decides_nothing_has_no_points(text: str, outcome: str | None, points: int | None, waits: bool) -> None:
    q = mark(text)
    assert outcome is None or q.outcome == outcome
    assert q.points == points and q.open == waits


def test_a_question_that_cannot_be_answered_is_left_to_a_person() -> None:
    document = "1. (2 points) Find the gradient of $\\operatorname{qux}(x)$ with respect to $x$.\n"
    q = mark("$$2x$$", document=document)
    assert q.points is None and q.open and "could not be answered" in q.review


def test_pictures_and_pdfs_need_their_text_first(tmp_path: Path) -> None:
    for start in (b"%PDF-1.7\n", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"PK\x03\x04"):
        file = tmp_path / "scan.md"
        file.write_bytes(start + b"\0rest")
        sheet = gd.grade(HOMEWORK, file)
        assert all(q.points is None and q.open for q in sheet.questions) and "text first" in sheet.problems[0]


def test_errors_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    no_question = tmp_path / "letter.md"
    no_question.write_text("Dear all,\n\n1. Who comes on Monday?\n", encoding="utf-8")
    for arguments in (
        [str(no_question)],
        [str(tmp_path / "none.md")],
        [str(HOMEWORK), str(tmp_path / "none.md")],
        [str(HOMEWORK), str(tmp_path / "x")],
    ):
        assert main(["grade", *arguments]) == 2
        assert "Traceback" not in capsys.readouterr().err


def test_init_writes_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "hw.md"
    document.write_text(read_source(HOMEWORK), encoding="utf-8")
    assert main(["grade", str(document), "--init"]) == 0
    rubric = tmp_path / "hw.rubric.toml"
    assert "6 questions, 25 points" in capsys.readouterr().out and rubric.exists()
    assert main(["grade", str(document), "--init"]) == 2
    rubric.write_text(rubric.read_text(encoding="utf-8").replace("sign = 0.25", "sign = 1   "), encoding="utf-8")
    assert gd.grade(document, SUBMISSION).questions[3].points == 0


DERIVATION = (
    "Let $A$ be an $m \\times n$ matrix, $b$ and $x$ vectors and $\\lambda$ a constant scalar. Suppose\n\n"
    "$$f = \\|Ax - b\\|^2 + \\lambda x^T x$$\n\n1. (4 points) Find the gradient of $f$ with respect to $x$. "
    "Show your derivation in the first box and include the final result in the second box.\n"
)
SLIP = (
    "Derivation\n\n$$\\nabla_x f = 2 A^T (Ax - b) + \\lambda x$$\n\n$$= 2 A^T A x - 2 A^T b + \\lambda x$$\n\n"
    "Final result\n\n$$\\nabla_x f = (2 A^T A + \\lambda I) x - 2 A^T b$$\n"
)


def test_a_slip_costs_once_where_the_rest_follows_from_it() -> None:
    q = mark(SLIP, document=DERIVATION)
    assert (q.outcome, q.mistake, q.derivation, q.first_wrong_line) == ("wrong", "factor", "slip", 1)
    assert q.points == Fraction(7, 2)
    strict = mark(SLIP, "follow_through = false", document=DERIVATION)
    assert strict.points is not None and strict.points < Fraction(7, 2)


def test_mixed_layouts_are_told() -> None:
    text = (
        "## 1.3\n\n$$\\frac{a}{\\exp(\\mathbf{b}^T \\mathbf{X} \\mathbf{c}) + \\exp(\\mathbf{d}^T \\mathbf{X} \\mathbf{e})} "
        "(\\exp(\\mathbf{b}^T \\mathbf{X} \\mathbf{c}) \\mathbf{c} \\mathbf{b}^T + \\exp(\\mathbf{d}^T \\mathbf{X} \\mathbf{e}) "
        "\\mathbf{e} \\mathbf{d}^T)$$\n\n## 2.2\n\n$$-2(y - \\hat{y}) \\mathbf{w}^{(2)T} \\mathbf{x}^T$$\n"
    )
    notes = Grader(read_source(HOMEWORK)).grade(text).notes
    assert notes == ("layouts are mixed: 1.3 in numerator layout; 2.2 in gradient layout",)
    assert gd.grade(HOMEWORK, EXAMPLES / "submissions" / "kestrel.md").notes == ()


SOFTMAX = (
    "Let $x \\in \\mathbb{R}^d$, $W \\in \\mathbb{R}^{K \\times d}$, $b \\in \\mathbb{R}^K$, $z = Wx + b$, $p = \\mathrm{softmax}(z)$ and let "
    "$t \\in \\mathbb{R}^K$ be a one-hot vector. The loss is $\\ell = -\\sum_{k=1}^K t_k \\log p_k$.\n\n"
    "1. (3 points) Compute $\\frac{\\partial \\ell}{\\partial z}$.\n"
)


@pytest.mark.parametrize(
    ("answer", "outcome"), [("p - t", "right"), ("softmax(Wx + b) - t", "right"), ("softmax(Wx) - t", "wrong")]
)
def test_a_variable_may_be_written_out(answer: str, outcome: str) -> None:
    assert mark(answer, document=SOFTMAX).outcome == outcome


BROKEN = "Let $A$ be a square matrix, $x$ a vector. Suppose\n\n$$f = (x^T A x)^2$$\n\n1. (4 points) Find the gradient of $f$ with respect to $x$.\n"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"$$\begin{aligned} \nabla f &= 2 (x^T A x) \\ &\quad (A + A^T) x \end{aligned}$$", "right"),
        (r"$$\begin{aligned} \nabla f &= 2 (x^T A x) \\ & (A + A^T) x \end{aligned}$$", "right"),
        (r"$$2 (x^T A x) \\ (A + A^T) x$$", "undecided"),
        ("$$2 (x^T A x)$$\n\n$$(A + A^T) x$$", "undecided"),
        (r"$$\begin{aligned} \nabla f &= 2 (x^T A x) \\ & (A - A^T) x \end{aligned}$$", "wrong"),
        (r"$$\nabla f = 2 (x^T A x)(A + A^T)x$$ or $$\nabla f = 2 (x^T A x)(A - A^T)x$$", "undecided"),
        ("The factor is $2 (x^T A x) A x$, but I could not work it out.", "undecided"),
    ],
)
def test_formulas_over_several_rows(answer: str, outcome: str) -> None:
    assert mark(answer, document=BROKEN).outcome == outcome


def test_formulas_in_a_sentence_are_no_lines_of_the_derivation() -> None:
    said = "The inner derivative is $(A + A^T) x$ and the outer one is $2 (x^T A x)$, so $$2 (x^T A x)(A + A^T) x$$"
    assert mark(said, document=BROKEN).derivation == "holds"


def test_an_answer_in_the_wrong_box_waits_for_a_person() -> None:
    document = (
        "Let $x$ and $c$ be vectors and $f = x^T x$, $g = c^T x$.\n\n1. (1 point) Find the derivative of $f$ with respect to $x$.\n\n"
        "2. (1 point) Find the derivative of $g$ with respect to $x$.\n"
    )
    first, second = Grader(document).grade("1. $$\\frac{dg}{dx} = c$$\n\n2. $$\\frac{df}{dx} = 2x$$\n").questions
    assert first.points is None and "answer to 2" in first.review
    assert second.points is None and "answer to 1" in second.review


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"$\frac{2}{N} w \odot (X^T(h - y))$, $h_i = h(w, x_i)$", "right"),
        (r"$\frac{1}{N} w \odot (X^T(h - y))$, $h_i = h(w, x_i)$", "wrong"),
        (r"$\frac{2}{N} w \odot (X^T(h - y))$", "undecided"),
    ],
)
def test_a_function_s_name_for_all_its_values(answer: str, outcome: str) -> None:
    marks = Grader(read_source(HOMEWORK)).grade(f"## 3.1\n\n{answer}").questions
    assert marks[5].outcome == outcome


def test_an_array_of_three_columns_is_a_chain() -> None:
    rows = r"$$\begin{array}{rcl} \nabla f &=& 2 (x^T A x) A x \\ & & + 2 (x^T A x) A^T x \end{array}$$"
    assert mark(rows, document=BROKEN).outcome == "right"


EXAMPLES_OF = (
    "Let $X \\in \\mathbb{R}^{n \\times d}$, $w \\in \\mathbb{R}^d$ and $y \\in \\mathbb{R}^n$. The loss is\n\n"
    "$$\\ell(w) = \\sum_{i=1}^n \\log(1 + \\exp(-y_i x_i^\\top w)),$$\n\nwhere $x_i \\in \\mathbb{R}^d$ are the examples.\n\n"
    "1. (3 points) Compute the gradient $\\nabla_w \\ell(w)$.\n"
)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"$-X^\top (y \odot \sigma(-y \odot Xw))$", "right"),
        (r"$-X^\top \mathrm{diag}(y) p$, where $p_i = \frac{1}{1 + e^{y_i x_i^T w}}$", "right"),
        (r"$-X^\top \sigma(-y \odot Xw)$", "wrong"),
    ],
)
def test_a_declared_matrix_of_the_examples(answer: str, outcome: str) -> None:
    found = mark(answer, document=EXAMPLES_OF)
    assert found.outcome == outcome and found.verdict is not None
    assert any("X is the matrix with the rows" in a.text for a in found.verdict.assumed)
