"""`gradatim solve`: every derivative question of a document answered, every other item accounted for."""

from __future__ import annotations

import argparse
import sys
import time

from gradatim.commands.screen import add_display, add_whole, in_blocks, writer
from gradatim.commands.steps import add_steps, style_of
from gradatim.errors import ReadError
from gradatim.homework.key import as_html, as_latex
from gradatim.homework.report import as_markdown, as_text
from gradatim.homework.solve import Solution, Step, solve, solve_text
from gradatim.homework.source import decode

FORMS = ("text", "markdown", "latex", "html", "json")
MAX_BYTES = 20_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("document", metavar="DOCUMENT", help="a Markdown, LaTeX, notebook or text file; - for standard input")
    add_steps(parser, " (default: chain)", "brief on the terminal, else normal")
    add_display(parser)
    add_whole(parser)
    parser.add_argument("--to", choices=FORMS, default="text", help="form of the answers (default: text)")
    parser.add_argument("--json", action="store_const", const="json", dest="to", help="the same as --to json")


def run(arguments: argparse.Namespace) -> int:
    """0 where every derivative question was answered, 1 where one was not."""
    style = style_of(arguments, bare=())
    progress = Progress()
    try:
        solution = (
            from_input(style, progress.step)
            if arguments.document == "-"
            else solve(arguments.document, style=style, step=progress.step)
        )
    finally:
        progress.end()
    asked = solution.questions or any(why.startswith("not read") for _, why in solution.others)
    if not asked and arguments.to == "text":
        raise ReadError("the document asks for no derivative" + _items(solution))
    print(shown(solution, arguments))
    return 0 if solution.complete else 1


def _items(solution: Solution) -> str:
    labels = [label for label, why in solution.others if not why.startswith("see")]
    return f" ({len(labels)} item{'s' * (len(labels) != 1)}: {', '.join(labels[:12])})" if labels else ""


class Progress:
    """How far a long document is, on a terminal's standard error; nothing is left of it at the end."""

    PATIENCE = 1.0

    def __init__(self) -> None:
        self.terminal = sys.stderr.isatty()
        self.begun = time.monotonic()
        self.shown = False

    def step(self, done: int, total: int) -> None:
        if self.terminal and time.monotonic() - self.begun > self.PATIENCE:
            self.shown = True
            print(f"\rsolved {done} of {total}\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def from_input(style: str, step: Step | None = None) -> Solution:
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ReadError(f"the document is longer than {MAX_BYTES} bytes")
    return solve_text(decode(raw, "standard input"), style=style, step=step)


def shown(solution: Solution, arguments: argparse.Namespace) -> str:
    # On a terminal the steps stand below every answer, so they are short; a key to be handed out says more.
    detail = arguments.detail or ("brief" if arguments.to == "text" else "normal")
    if arguments.to == "json":
        return solution.to_json()
    if arguments.to == "text":
        return as_text(solution, writer(arguments.display), detail, arguments.whole, in_blocks(arguments.display))
    return {"markdown": as_markdown, "latex": as_latex, "html": as_html}[arguments.to](solution, detail, arguments.whole)
