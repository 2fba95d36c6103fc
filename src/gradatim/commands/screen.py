"""How formulas stand on the screen: in two dimensions on a terminal, on one line where another program reads."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from shutil import get_terminal_size

from gradatim.term import Term
from gradatim.write import display, text

Writer = Callable[..., str]
"""Writes a term after what stands on its left, with preferred `letters` for the indices of sums."""
"""A formula and what stands before it (`f = `) as one or several lines."""


def add_display(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--display",
        choices=("auto", "line", "block"),
        default="auto",
        help="formulas on one line, or as blocks with fraction bars and limits (auto: blocks on a terminal)",
    )


def add_whole(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--whole", action="store_true", help="write long answers out, instead of naming their parts (where S = …)"
    )


def writer(mode: str) -> Writer:
    """The writer for a display mode."""
    if in_blocks(mode):
        wide = width()

        def block(term: Term, left: str, letters: Mapping[str, str] | None = None) -> str:
            """A formula of several lines has a blank one after it."""
            shown = display(term, left, wide, letters)
            return shown + "\n" if "\n" in shown else shown

        return block
    return lambda term, left, letters=None: left + text(term, letters)


def width() -> int:
    """Columns that are written to."""
    return min(get_terminal_size((100, 24)).columns, 120) if sys.stdout.isatty() else 100


def in_blocks(mode: str) -> bool:
    """Whether formulas stand in two dimensions."""
    return mode == "block" or (mode == "auto" and sys.stdout.isatty())
