"""The reports: everything a student wrote is escaped, in every form."""

from __future__ import annotations

import csv
import io
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from submissions import HOMEWORK, HOSTILE, LABELS

import gradatim as gd
from gradatim.cli import main
from gradatim.homework.gradebook import Gradebook, Override, as_csv, guarded, overridden, review_file
from gradatim.homework.grading import graded, grader_for, made_with
from gradatim.homework.held import Class
from gradatim.homework.sheet_html import as_html
from gradatim.homework.sheet_text import as_markdown, as_text

GRADER = grader_for(HOMEWORK)
MADE = made_with(GRADER)
NAME = '<img src=x onerror="a()">.md'


@pytest.fixture(scope="module")
def book() -> Gradebook:
    sheets = []
    for k in range(0, len(HOSTILE), len(LABELS)):
        text = "\n\n".join(f"## {label}\n\n{x}" for label, x in zip(LABELS, HOSTILE[k : k + len(LABELS)]))
        sheets.append(graded(GRADER, text.encode(), NAME, MADE))
    return Gradebook(tuple(sheets), MADE)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.balance: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "br"):
            self.balance.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.balance.pop() == tag


def test_html_holds_only_its_own_tags(book: Gradebook) -> None:
    page = as_html(book, "<b>hw")
    tags = Tags()
    tags.feed(page)
    assert tags.balance == []
    assert not tags.tags & {"script", "img", "iframe", "link", "object", "form", "base", "svg"}
    assert not any(a.startswith("on") or a in ("src",) for a in tags.attributes)
    assert "<script" not in page and "&lt;script&gt;" in page and "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=[\"'](?!#)", page)
    # What was read is set as a formula; what was written stays text.
    assert page.count("<math") > 3 and "math" not in "".join(re.findall(r"<pre>(.*?)</pre>", page, re.S))


def test_terminal_text_holds_no_control_characters(book: Gradebook) -> None:
    for made in (book, Gradebook(book.sheets[:1], MADE)):
        text = as_text(made)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", text)


def test_markdown_keeps_code_closed(book: Gradebook) -> None:
    text = as_markdown(book)
    outside, fence = [], ""
    for line in text.split("\n"):
        found = re.match(r"(`{3,})(latex)?$", line)
        if fence and found and found[1] == fence and not found[2]:
            fence = ""
        elif not fence and found and found[2]:
            fence = found[1]
        elif not fence:
            outside.append(line)
    assert fence == ""
    assert not any("<script" in re.sub(r"\\.", "", line) or "](java" in re.sub(r"\\.", "", line) for line in outside)


def test_csv_cells_are_no_formulas(book: Gradebook) -> None:
    for row in csv.reader(io.StringIO(as_csv(book))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert guarded("=1") == "'=1" and guarded(" @x") == "' @x" and guarded("-2") == "'-2" and guarded("2.5") == "2.5"


def test_the_pile_is_valid_toml(book: Gradebook) -> None:
    text = review_file(book)
    assert all(line.startswith(("#", "[[override]]", "group = ")) or not line for line in text.split("\n"))


def test_one_submission_in_full(tmp_path: Path) -> None:
    sheet = graded(GRADER, b"## 2.1\n\n$$2(y - \\hat{y}) \\mathbf{w}^{(2)T}$$\n", "k.md", MADE)
    text, page = as_text(Gradebook((sheet,), MADE)), as_html(Gradebook((sheet,), MADE))
    for part in ("wrong (sign)", "3.75 of 5", "the answer is"):
        assert part in text and part in page


# ---------------------------------------------------------------- what an instructor meets


COURSE = """# Sheet 4 (9 points)

1. (4 points) Find the gradient of $f(x) = \\|x\\|^2 + \\lambda a^T x$ with respect to $x$.
2. (3 points) Find the gradient of $g(x) = a^T x$ with respect to $x$.
3. (2 points) Say when a minimiser is unique.
"""


def course(tmp_path: Path, **answers: str) -> Class:
    (tmp_path / "hw.md").write_text(COURSE, encoding="utf-8")
    for name, text in answers.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    book = gd.grade(tmp_path / "hw.md", [tmp_path / f"{name}.md" for name in answers])
    assert isinstance(book, Class)
    return book


def test_an_item_that_is_not_graded_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = course(tmp_path, a="1. $2x + \\lambda a$\n2. $a$\n", b="1. $2x$\n2. $a$\n")
    assert "3 (2 points) is not graded: not a derivative question" in str(book)
    assert main(["grade", str(tmp_path / "hw.md"), "--init"]) == 0
    assert "2 questions, 7 points" in (told := capsys.readouterr().out) and "3 (2 points) is not graded" in told


def test_a_submission_without_answers_is_told_once(tmp_path: Path) -> None:
    book = course(tmp_path, a="1. $2x + \\lambda a$\n2. $a$\n", lost="(x) $2x + a$\n\n(x) $2x + a$\n")
    assert [s.submission for s, _ in book.whole] == ["lost.md"] and not book.pile
    for report in (str(book), as_html(book, "hw.md")):
        assert report.count("no answer was found here, but this belongs to no question") <= 2
    assert "wrote           \n" not in str(book)
    review = review_file(book)
    assert review.count('submission = "lost.md"') == 2 and review.count("# The whole of lost.md") == 1


def test_an_override_is_told_plainly(tmp_path: Path) -> None:
    book = course(tmp_path, a="1. $2x$\n2. $a$\n")
    changed = overridden(book, (Override(Fraction(9), "1", "a"),))
    shown = as_text(changed)
    assert "9 of 4 (set by a person)" in shown and "set by a person set by a person" not in shown
    assert "an override gives 9 points for 1, which has 4" in shown


def test_counterexamples_use_the_names_on_paper(tmp_path: Path) -> None:
    assert "λ = " in str(course(tmp_path, a="1. $x + \\lambda a$\n2. $a$\n"))


def test_a_question_in_markdown_keeps_its_formulas(tmp_path: Path) -> None:
    report = course(tmp_path, a="1. $2x$ <b>`\n2. $a$\n").markdown()
    assert "Find the gradient of $f(x) = \\|x\\|^2 + \\lambda a^T x$ with respect to $x$." in report
    assert "<b>" not in report.replace("$2x$ <b>`", "")
