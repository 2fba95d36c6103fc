"""`gradatim grade`: the answers of one submission or of many judged, marks proposed by the rubric, with the evidence."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gradatim.errors import GradatimError, ReadError
from gradatim.homework.batch import Batch, Limits, Submission
from gradatim.homework.collected import File, collected
from gradatim.homework.grade import Grader
from gradatim.homework.gradebook import Gradebook, as_csv, overridden, read_overrides, read_roster, review_file, strangers
from gradatim.homework.grading import beside, graded, grader_for, made_with, submission_bytes
from gradatim.homework.journal import Journal
from gradatim.homework.rubric_file import write_rubric
from gradatim.homework.sheet import Sheet
from gradatim.homework.sheet_html import as_html
from gradatim.homework.sheet_text import as_markdown, as_text, colour, no_colour
from gradatim.judge.target import LAYOUTS

FORMS = ("text", "markdown", "html", "json", "csv", "review")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("document", metavar="DOCUMENT", help="the homework: a Markdown, LaTeX, notebook or text file")
    add(
        "submissions",
        metavar="SUBMISSION",
        nargs="*",
        default=(),
        help="a file a student, or a folder of them; without any, the answers inside DOCUMENT",
    )
    add("--init", action="store_true", help="write the rubric file that the document suggests, to be edited")
    add(
        "--scan",
        action="store_true",
        default=None,
        help="the texts come from a scanner: misread characters may be repaired, and are reported",
    )
    add("--to", choices=FORMS, default="text", help="form of the marks (default: text); review: a file of overrides to fill in")
    add("--json", action="store_const", const="json", dest="to", help="the same as --to json")
    add("--rubric", metavar="FILE", help="the rubric (default: DOCUMENT's name with .rubric.toml beside it, if it is there)")
    add(
        "--overrides",
        metavar="FILE",
        help="points set by a person (default: .overrides.toml beside the document, if it is there)",
    )
    add("--layout", choices=LAYOUTS, help="the layout that the course fixes; default: the rubric's")
    add(
        "--roster",
        metavar="FILE",
        help="a CSV file with a column `submission`; its other columns are put before the marks (--to csv)",
    )
    add("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    add("--jobs", metavar="N", type=_count, default=0, help="worker processes for several submissions (default: one a processor)")
    add("--timeout", metavar="SECONDS", type=float, default=60.0, help="for one submission of several (default: 60)")
    add("--memory", metavar="MB", type=int, default=4096, help="for one worker process (default: 4096; 0: no limit)")
    add(
        "--journal",
        metavar="FILE",
        help="where a run over several submissions keeps what it has done (default: DOCUMENT's name with .journal.jsonl, here)",
    )
    add("--no-journal", action="store_true", help="keep no journal")


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("not below 0")
    return value


def run(arguments: argparse.Namespace) -> int:
    if arguments.roster and arguments.to != "csv":
        raise GradatimError("--roster joins ids to marks at export only: use it with --to csv")
    roster = read_roster(arguments.roster) if arguments.roster else []
    if arguments.init:
        return init(arguments)
    if arguments.output and not Path(arguments.output).resolve().parent.is_dir():
        raise ReadError(f"{arguments.output}: there is no such folder to write to")
    grader = grader_for(arguments.document, arguments.rubric, arguments.scan, arguments.layout)
    made = made_with(grader)
    files = collected(arguments.submissions, arguments.document)
    sheets = (
        inside(grader, made)
        if not files
        else one(grader, made, files[0])
        if len(files) == 1
        else many(grader, made, files, arguments)
    )
    book = Gradebook(sheets, made, grader.notes if len(sheets) > 1 else ())
    path = arguments.overrides or (p if (p := beside(arguments.document, "overrides")).is_file() else None)
    if path:
        book = overridden(book, read_overrides(path))
    write(shown(book, arguments, roster), arguments.output)
    return 0


def init(arguments: argparse.Namespace) -> int:
    grader = grader_for(
        arguments.document,
        arguments.rubric if arguments.rubric and Path(arguments.rubric).exists() else None,
        arguments.scan,
        arguments.layout,
    )
    path = Path(arguments.rubric or beside(arguments.document, "rubric"))
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(write_rubric(grader.rubric, Path(arguments.document).name))
    except FileExistsError:
        raise ReadError(f"{path} is there already; it is not written over (give another name with --rubric)") from None
    print(f"wrote {path}: {len(grader.rubric.boxes)} questions, {float(grader.rubric.max_points):g} points")
    for note in grader.notes:
        print(f"note: {note}")
    return 0


# ---------------------------------------------------------------- submissions


def inside(grader: Grader, made: dict[str, Any]) -> tuple[Sheet, ...]:
    return (grader.grade(None, "", made),)


def one(grader: Grader, made: dict[str, Any], file: File) -> tuple[Sheet, ...]:
    return (graded(grader, submission_bytes(file.path, file.folder), file.name, made),)


def many(grader: Grader, made: dict[str, Any], files: Sequence[File], arguments: argparse.Namespace) -> tuple[Sheet, ...]:
    submissions = [_submission(file) for file in files]
    limits = Limits(arguments.jobs, max(0.1, arguments.timeout), arguments.memory)
    progress = Progress()
    try:
        if arguments.no_journal:
            return Batch(grader, made, limits, None, progress.step).run(submissions)
        path = Path(arguments.journal or f"{Path(arguments.document).stem}.journal.jsonl")
        with Journal(path) as journal:
            return Batch(grader, made, limits, journal, progress.step).run(submissions)
    finally:
        progress.end()


def _submission(file: File) -> Submission:
    try:
        return Submission(file.name, submission_bytes(file.path, file.folder))
    except ReadError as error:
        return Submission(file.name, b"", str(error))


class Progress:
    """How far a run is, on standard error: one line that is written over on a terminal, else a line now and then and at the end."""

    EVERY = 5.0

    def __init__(self) -> None:
        self.terminal = sys.stderr.isatty()
        self.waiting = 0
        self.told = time.monotonic()

    def step(self, done: int, total: int, sheet: Sheet) -> None:
        self.waiting += bool(sheet.open)
        text = f"graded {done} of {total}, {self.waiting} with answers for a person"
        if self.terminal:
            print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)
        elif done == total or time.monotonic() - self.told > self.EVERY:
            self.told = time.monotonic()
            print(text, file=sys.stderr, flush=True)

    def end(self) -> None:
        if self.terminal:
            print(file=sys.stderr)


# ---------------------------------------------------------------- the marks shown


def shown(book: Gradebook, arguments: argparse.Namespace, roster: Sequence[Mapping[str, str]]) -> str:
    form = arguments.to
    if form == "json":
        return book.to_json() + "\n"
    if form == "markdown":
        return as_markdown(book)
    if form == "html":
        return as_html(book, Path(arguments.document).name)
    if form == "review":
        return review_file(book)
    if form == "csv":
        strange = strangers(book, roster) if roster else ()
        if strange:
            print(f"gradatim: no line of the roster names {', '.join(strange)}; their rows stand at the end", file=sys.stderr)
        return as_csv(book, roster)
    terminal = sys.stdout.isatty() and not arguments.output and "NO_COLOR" not in os.environ
    width = min(120, shutil.get_terminal_size((100, 24)).columns) if sys.stdout.isatty() else 100
    return as_text(book, colour if terminal else no_colour, width)


def write(text: str, output: str | None) -> None:
    if output:
        Path(output).write_text(text, encoding="utf-8")
    else:
        print(text, end="")
