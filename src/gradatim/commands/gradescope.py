"""`gradatim gradescope`: an autograder of a homework as a zip file for Gradescope."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from gradatim.homework.autograder import FEEDBACK
from gradatim.homework.gradescope import autograder
from gradatim.homework.grading import grader_for, submission_bytes
from gradatim.judge.target import LAYOUTS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("document", metavar="DOCUMENT", help="the homework: a Markdown, LaTeX, notebook or text file")
    add("-o", "--output", metavar="FILE", default="autograder.zip", help="the zip file to write (default: autograder.zip)")
    add(
        "--feedback",
        choices=FEEDBACK,
        default="verdict",
        help="what students are told: none, the verdict (default), a hint, or everything with the right answers (full, after publication)",
    )
    add("--rubric", metavar="FILE", help="the rubric (default: DOCUMENT's name with .rubric.toml beside it, if it is there)")
    add("--scan", action="store_true", default=None, help="submissions are scanned text: misread characters may be repaired")
    add("--layout", choices=LAYOUTS, help="the layout that the course fixes; default: the rubric's")
    add("--timeout", metavar="SECONDS", type=float, default=240.0, help="for one submission (default: 240)")
    add("--json", action="store_true", help="print JSON")
    add("--memory", metavar="MB", type=int, default=4096, help="for one submission (default: 4096; 0: no limit)")


def run(arguments: argparse.Namespace) -> int:
    grader = grader_for(arguments.document, arguments.rubric, arguments.scan, arguments.layout)
    raw = submission_bytes(arguments.document)
    data = autograder(
        grader, Path(arguments.document).name, raw, arguments.feedback, max(1.0, arguments.timeout), max(0, arguments.memory)
    )
    Path(arguments.output).write_bytes(data)
    count, points = len(grader.rubric.boxes), float(grader.rubric.max_points)
    if arguments.json:
        made = {"version": 1, "file": arguments.output, "questions": count, "points": points, "feedback": arguments.feedback}
        print(json.dumps({**made, "notes": list(grader.notes)}, indent=2, ensure_ascii=False))
        return 0
    print(f"wrote {arguments.output}: {count} questions, {points:g} points, feedback: {arguments.feedback}")
    for note in grader.notes:
        print(f"note: {note}")
    return 0
