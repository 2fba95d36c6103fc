"""The Kronecker form of a derivative on the command line, where it is asked for."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from gradatim.derive.derivative import Derived
from gradatim.derive.maps import kronecker_form
from gradatim.read.problem import Problem
from gradatim.term import Term
from gradatim.write import latex, text


@dataclass(frozen=True, slots=True)
class Stacked:
    """The derivative of vec(F) by vec(X)."""

    kronecker: Term

    def text(self) -> str:
        return f"on stacked columns: {text(self.kronecker)}"

    def latex(self) -> str:
        return latex(self.kronecker)

    def markdown(self) -> str:
        return f"On stacked columns:\n\n$$\n{latex(self.kronecker)}\n$$"

    def html(self) -> str:
        return f"<p>On stacked columns: {escape(text(self.kronecker))}</p>"

    def as_json(self) -> Mapping[str, object]:
        return {"kronecker": {"text": text(self.kronecker), "latex": latex(self.kronecker)}}


def add_maps(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kronecker", action="store_true", help="of arrays: the derivative of vec(F) by vec(X), columns stacked, too"
    )


def mapped(problem: Problem, wrt: tuple[Term, ...], found: Derived, arguments: argparse.Namespace) -> tuple[Stacked, ...]:
    """The Kronecker form, below the answer."""
    if found.convention or not arguments.kronecker:
        return ()
    # A Hessian is the derivative of the gradient, which has been verified on the way.
    return (Stacked(kronecker_form(found.stages[-1], wrt[-1])),)


__all__ = ["Stacked", "add_maps", "mapped"]
