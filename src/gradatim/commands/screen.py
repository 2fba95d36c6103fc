"""How formulas stand on the screen: in two dimensions on a terminal, on one line where another program reads."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from shutil import get_terminal_size

from gradatim.term import Term
from gradatim.write import display, text

Writer = Callable[[Term, str], str]
"""A formula and what stands before it (`f = `) as one or several lines."""


def add_display(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--display",
        choices=("auto", "line", "block"),
        default="auto",
        help="formulas on one line, or as blocks with fraction bars and limits (auto: blocks on a terminal)",
    )


def writer(mode: str) -> Writer:
    """The writer for a display mode."""
    if mode == "block" or (mode == "auto" and sys.stdout.isatty()):
        width = min(get_terminal_size((100, 24)).columns, 120)
        return lambda term, left: display(term, left, width) + "\n"
    return lambda term, left: left + text(term)
