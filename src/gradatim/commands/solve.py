"""`gradatim solve`: every derivative question of a document answered, every other item accounted for."""

from __future__ import annotations

import argparse
import sys

from gradatim.commands.screen import add_display, writer
from gradatim.errors import ReadError
from gradatim.homework.report import as_markdown, as_text
from gradatim.homework.solve import Solution, solve, solve_text
from gradatim.homework.source import decode

FORMS = ("text", "markdown", "json")
MAX_BYTES = 20_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", metavar="DOCUMENT", help="a Markdown, LaTeX, notebook or text file; - for standard input")
    add_display(parser)
    parser.add_argument("--to", choices=FORMS, default="text", help="form of the answers (default: text)")
    parser.add_argument("--json", action="store_const", const="json", dest="to", help="the same as --to json")


def run(arguments: argparse.Namespace) -> int:
    """0 where every derivative question was answered, 1 where one was not."""
    solution = from_input() if arguments.document == "-" else solve(arguments.document)
    print(shown(solution, arguments.to, arguments.display))
    return 0 if solution.complete else 1


def from_input() -> Solution:
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ReadError(f"the document is longer than {MAX_BYTES} bytes")
    return solve_text(decode(raw, "standard input"))


def shown(solution: Solution, to: str, mode: str) -> str:
    if to == "json":
        return solution.to_json()
    return as_markdown(solution) if to == "markdown" else as_text(solution, writer(mode))
