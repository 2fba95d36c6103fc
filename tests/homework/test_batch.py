"""Many submissions: every answer of a drawn class judged as drawn; crashes, timeouts and kills touch nothing else."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from submissions import HOMEWORK, Drawn, draw

from gradatim.cli import main
from gradatim.errors import ReadError
from gradatim.homework.batch import Batch, Limits, Submission, Worker
from gradatim.homework.collected import in_folder
from gradatim.homework.gradebook import Gradebook, as_csv, read_roster
from gradatim.homework.grading import graded, grader_for, made_with
from gradatim.homework.journal import Journal, key_of
from gradatim.homework.sheet import Mark, Sheet, settled

SRC = Path(__file__).parents[2] / "src"
ACCEPTED = {
    "right": {"right"},
    "layout": {"right up to layout"},
    "wrong": {"wrong", "incomplete"},
    "blank": {"blank"},
    "open": {"blank", "unreadable", "undecided", "wrong"},
}
GRADER = grader_for(HOMEWORK)
MADE = made_with(GRADER)


def as_drawn(drawn: Drawn, sheet: Sheet) -> None:
    for q in sheet.questions:
        wanted = drawn.expected[q.label]
        assert q.outcome in ACCEPTED[wanted], f"{drawn.name} {q.label}: drawn {wanted}, said {q.outcome}: {q.submitted[:200]}"
        assert (q.points is None) == (q.outcome in ("unreadable", "undecided"))
        if wanted == "right":
            assert q.points == q.max_points


def test_a_class_is_judged_as_drawn(rng: Random) -> None:
    for k in range(25):
        drawn = draw(rng, k)
        as_drawn(drawn, graded(GRADER, drawn.text.encode(), drawn.name, MADE))


@pytest.mark.slow
def test_a_large_class_is_judged_as_drawn(rng: Random) -> None:
    drawn = [draw(rng, k) for k in range(300)]
    sheets = Batch(GRADER, MADE, Limits(), None, None).run([Submission(d.name, d.text.encode()) for d in drawn])
    for d, sheet in zip(drawn, sheets):
        as_drawn(d, sheet)


@pytest.fixture
def class_folder(tmp_path: Path, rng: Random) -> Iterator[Path]:
    folder = tmp_path / "class"
    folder.mkdir()
    for k in range(10):
        drawn = draw(rng, k)
        (folder / drawn.name).write_text(drawn.text, encoding="utf-8")
    yield folder


def command(*arguments: str | Path, cwd: Path) -> list[str]:
    return [sys.executable, "-m", "gradatim", "grade", str(HOMEWORK), *map(str, arguments)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SRC), "PYTHONIOENCODING": "utf-8"}


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_a_killed_run_goes_on_to_the_identical_sheet(class_folder: Path, tmp_path: Path) -> None:
    journal = tmp_path / "run.jsonl"
    killed = subprocess.Popen(
        command(class_folder, "--jobs", "1", "--journal", journal, "--to", "json", cwd=tmp_path),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and killed.poll() is None:
        if journal.exists() and journal.read_bytes().count(b"\n") >= 3:
            break
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    kept = journal.read_bytes()
    assert 3 <= kept.count(b"\n")
    # A kill may come in the middle of a line.
    journal.write_bytes(kept[: kept.rstrip(b"\n").rfind(b"\n") + 40])
    resumed = subprocess.run(
        command(class_folder, "--jobs", "2", "--journal", journal, "--to", "json", cwd=tmp_path),
        env=environment(),
        capture_output=True,
    )
    fresh = subprocess.run(
        command(class_folder, "--jobs", "1", "--no-journal", "--to", "json", cwd=tmp_path),
        env={**environment(), "PYTHONHASHSEED": "5"},
        capture_output=True,
    )
    assert resumed.returncode == fresh.returncode == 0
    assert resumed.stdout == fresh.stdout and len(json.loads(fresh.stdout)["submissions"]) == 10
    assert b"graded 10 of 10" in resumed.stderr


class Troubled(Worker):
    """A worker that dies of one submission and sleeps over another."""

    def grade(self, submission: Submission) -> Sheet:
        if submission.name == "crash.md":
            self.process.kill()
        if submission.name == "slow.md":
            os.kill(self.process.pid, signal.SIGSTOP)
        return super().grade(submission)


@pytest.mark.skipif(os.name != "posix", reason="a stopped process is POSIX's")
def test_a_crash_and_a_timeout_go_to_a_person_and_touch_no_other(monkeypatch: pytest.MonkeyPatch, rng: Random) -> None:
    monkeypatch.setattr("gradatim.homework.batch.Worker", Troubled)
    drawn = [draw(rng, k) for k in range(3)]
    submissions = [Submission(d.name, d.text.encode()) for d in drawn]
    submissions[1:1] = [Submission("crash.md", b"## 1.1\n\n$x$"), Submission("slow.md", b"## 1.1\n\n$y$")]
    seen: list[int] = []
    sheets = Batch(GRADER, MADE, Limits(2, seconds=3), None, lambda done, total, sheet: seen.append(done)).run(submissions)
    assert [s.submission for s in sheets] == [s.name for s in submissions] and seen == [1, 2, 3, 4, 5]
    for sheet, reason in ((sheets[1], "stopped"), (sheets[2], "longer than 3 seconds")):
        assert all(q.points is None and q.open for q in sheet.questions) and reason in sheet.problems[0]
    for d, sheet in zip(drawn, (sheets[0], *sheets[3:])):
        as_drawn(d, sheet)
        assert settled(graded(GRADER, d.text.encode(), d.name, MADE)) == sheet


def test_files_that_are_no_text_wait_for_a_person() -> None:
    given = [
        Submission("a.md", b"%PDF-1.4 scan"),
        Submission("b.md", b"\xff\xfe\x00"),
        Submission("c.ipynb", b"{"),
        Submission("d.md", b"", "gone"),
    ]
    sheets = Batch(GRADER, MADE, Limits(1), None, None).run(given)
    assert all(s.problems and all(q.open and q.points is None for q in s.questions) for s in sheets)


def test_the_side_file_of_the_document_reaches_every_worker(tmp_path: Path) -> None:
    document = tmp_path / "hw.md"
    document.write_text(
        "Let $A$ be a square matrix and $x$ a vector, $f = x^T A x$.\n\n1. (2 points) Find the gradient of $f$ with respect to $x$.\n",
        encoding="utf-8",
    )
    plain = grader_for(document)
    document.with_name("hw.gradatim.toml").write_text('given = "$A$ is a symmetric matrix."\n', encoding="utf-8")
    told = grader_for(document)
    outcomes = []
    for grader in (plain, told):
        (sheet,) = Batch(grader, made_with(grader), Limits(1), None, None).run([Submission("a.md", b"$2 A x$")])
        outcomes.append(sheet.questions[0].outcome)
    assert outcomes == ["right under a condition", "right"]
    assert made_with(plain)["document"] != made_with(told)["document"]


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_links_out_of_the_folder_are_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secret.md").write_text("## 1.1\n\n$$secret$$\n", encoding="utf-8")
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.md", "b.md"):
        (folder / name).write_text("## 1.1\n\n$$2a$$\n", encoding="utf-8")
    (folder / "c.md").symlink_to(tmp_path / "secret.md")
    (folder / "d.md").symlink_to(folder / "a.md")
    assert main(["grade", str(HOMEWORK), str(folder), "--no-journal", "--json"]) == 0
    said = capsys.readouterr().out
    found = {s["submission"]: s for s in json.loads(said)["submissions"]}
    assert list(found) == ["a.md", "b.md", "c.md", "d.md"] and "secret" not in said
    assert "link" in found["c.md"]["problems"][0] and found["d.md"]["questions"] == found["a.md"]["questions"]


def test_journal(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    sheet = settled(graded(GRADER, b"## 1.1\n\n$$2a$$\n", "x.md", MADE))
    with Journal(path) as journal:
        journal.add(key_of(MADE, b"x"), sheet)
        if os.name == "posix":
            with pytest.raises(ReadError, match="another run"):
                Journal(path)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"key": "torn", "sheet": {"subm')
    with Journal(path) as journal:
        assert journal.found == {key_of(MADE, b"x"): sheet}
        journal.add(key_of(MADE, b"y"), sheet)
    with Journal(path) as journal:
        assert len(journal.found) == 2
    other = tmp_path / "letter.txt"
    other.write_text("Dear all,\n", encoding="utf-8")
    with pytest.raises(ReadError, match="not a journal"):
        Journal(other)
    assert other.read_text(encoding="utf-8") == "Dear all,\n"
    with pytest.raises(ReadError, match="cannot be written"):
        Journal(tmp_path)


def test_another_rubric_is_another_key() -> None:
    assert key_of(MADE, b"x") != key_of({**MADE, "rubric": "other"}, b"x") != key_of(MADE, b"z")


def book(texts: dict[str, str]) -> Gradebook:
    return Gradebook(tuple(graded(GRADER, t.encode(), name, MADE) for name, t in texts.items()), MADE)


def test_equal_answers_are_one_group() -> None:
    made = book(
        {
            "a.md": "## 2.1\n\n$$2(y - \\hat{y}) \\mathbf{w}^{(2)T}$$\n",
            "b.md": "## 2.1\n\n$$(\\mathbf{w}^{(2)})^\\top (y - \\hat{y}) + (y - \\hat y) (\\mathbf{w}^{(2)})^\\top$$\n",
            "c.md": "## 2.1\n\n$$-(y - \\hat{y}) \\mathbf{w}^{(2)T}$$\n",
        }
    )
    groups = [g.submissions for g in made.groups if g.label == "2.1"]
    assert groups == [("a.md", "b.md"), ("c.md",)]


def test_overrides_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {
        "a.md": "## 1.1\n\nsee my other notebook please\n",
        "b.md": "## 1.1\n\nsee my other  notebook please\n",
        "c.md": "## 1.1\n\n$$2a$$\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    arguments = ["grade", str(HOMEWORK), *(str(tmp_path / n) for n in texts), "--no-journal", "--jobs", "1"]
    assert main([*arguments, "--to", "review"]) == 0
    review = capsys.readouterr().out
    overrides = tmp_path / "o.toml"
    # The file of the pile is valid as it is, and decides nothing until a person gives points.
    overrides.write_text(review, encoding="utf-8")
    assert main([*arguments, "--overrides", str(overrides), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["submissions"][0]["questions"][0]["points"] is None
    assert review.count("[[override]]") == 1
    more = (
        review.replace("# points =", "points = 2")
        + '\n[[override]]\nsubmission = "b"\nquestion = "1.1"\npoints = 1.5\nwhy = "half of it"\n'
    )
    overrides.write_text(more, encoding="utf-8")
    for _ in range(2):
        assert main([*arguments, "--overrides", str(overrides), "--json"]) == 0
        data = json.loads(capsys.readouterr().out)
        first = [s["questions"][0] for s in data["submissions"]]
        assert [q["points"] for q in first[:2]] == [2, 1.5] and first[1]["override"] == "half of it"
        assert "1.1" not in data["submissions"][0]["review"]


@pytest.mark.parametrize(
    "text, said",
    [
        ("[[override]]\npoints = 1", "needs a group"),
        ('[[override]]\ngroup = "g"\npoints = "all"', "points is a number"),
        ('[[override]]\ngroup = "g"\nscore = 1', "unknown key 'score'"),
        ("override = 1", "tables [[override]]"),
        ("x = [", "is not TOML"),
    ],
)
def test_overrides_that_cannot_be_meant(text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "o.toml"
    path.write_text(text, encoding="utf-8")
    assert main(["grade", str(HOMEWORK), "--overrides", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_an_override_that_matches_nothing_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "o.toml"
    path.write_text('[[override]]\ngroup = "1.1-00000000"\npoints = 1\n', encoding="utf-8")
    assert main(["grade", str(HOMEWORK), "--overrides", str(path)]) == 0
    assert "matches nothing" in capsys.readouterr().out


def test_a_roster_may_come_from_any_spreadsheet_and_loses_nobody(tmp_path: Path) -> None:
    book = Gradebook(tuple(Sheet(name, (Mark("1", "", Fraction(1), Fraction(1), "right"),)) for name in ("k17.md", "k18.md")))
    for k, (text, encoding) in enumerate(
        [
            ("Submission,name\nk17.md,Bjørn\n", "utf-8-sig"),
            ("name;submission\r\nBjørn;k17\r\n", "cp1252"),
            ("name\tSUBMISSION\nBjørn\tk17\n", "utf-16"),
        ]
    ):
        path = tmp_path / f"r{k}.csv"
        path.write_bytes(text.encode(encoding))
        rows = list(csv.DictReader(io.StringIO(as_csv(book, read_roster(path)))))
        assert [(r["name"], r["submission"]) for r in rows] == [("Bjørn", "k17.md"), ("", "k18.md")]
    (tmp_path / "bad.csv").write_text("name,file\na,b\n", encoding="utf-8")
    with pytest.raises(ReadError, match="its columns are name, file"):
        read_roster(tmp_path / "bad.csv")


def test_roster_is_joined_at_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "k17.md").write_text("## 1.1\n\n$$2a$$\n", encoding="utf-8")
    (tmp_path / "k18.md").write_text("## 1.1\n\n(nothing)\n", encoding="utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text("id,submission,name\n7,k17,=1+1\n8,k99.md,-x\n", encoding="utf-8")
    arguments = [
        "grade",
        str(HOMEWORK),
        str(tmp_path / "k17.md"),
        str(tmp_path / "k18.md"),
        "--no-journal",
        "--roster",
        str(roster),
    ]
    assert main([*arguments, "--to", "csv"]) == 0
    told = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert (
        [r["id"] for r in rows] == ["7", "8", ""]
        and rows[2]["submission"] == "k18.md"
        and rows[0]["name"] == "'=1+1"
        and rows[1]["name"] == "'-x"
    )
    assert rows[0]["submission"] == "k17.md" and rows[0]["1.1 outcome"] == "wrong" and rows[1]["for a person"] == "no submission"
    assert "k18.md" in told.err
    assert main(arguments) == 2


def test_folders_and_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for who in ("p1", "p2"):
        (tmp_path / who).mkdir()
        (tmp_path / who / "hw.md").write_text("## 1.1\n\n$$2a$$\n", encoding="utf-8")
    assert main(["grade", str(HOMEWORK), str(tmp_path), "--no-journal", "--json"]) == 0
    assert [s["submission"] for s in json.loads(capsys.readouterr().out)["submissions"]] == ["p1/hw.md", "p2/hw.md"]


def test_a_folder_with_pdfs_loses_no_student(tmp_path: Path) -> None:
    for name in ("a.md", "a.pdf", "b.pdf", "c.JPG", "notes.log", ".hidden.md", "d/hw.tex", "d/figure.png", "e/scan.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [p.relative_to(tmp_path).as_posix() for p in in_folder(tmp_path)] == [
        "a.md",
        "b.pdf",
        "c.JPG",
        "d/hw.tex",
        "e/scan.png",
    ]
