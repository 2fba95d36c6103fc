"""A derivative by a structured variable on the command line: whether its entries were taken to be independent is a convention
that a text often leaves unsaid, so the other derivative stands beside the first."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from gradatim.derive.derivative import Derived
from gradatim.derive.structured import NAMED, structure_of, structured
from gradatim.errors import GradatimError
from gradatim.matrix.shorthand import in_names
from gradatim.read.problem import Problem
from gradatim.term import Symbol, Term
from gradatim.write import latex, text


@dataclass(frozen=True, slots=True)
class Tied:
    """The derivative by the independent entries, and what the variable is."""

    variable: Symbol
    what: str
    term: Term

    @property
    def said(self) -> tuple[str, str]:
        name = self.variable.label
        return (
            f"this is the gradient with every entry of {name} free",
            f"by the independent entries of {name}, {self.what}",
        )

    def text(self) -> str:
        free, tied = self.said
        return f"{free};\n{tied}: {text(self.term)}"

    def latex(self) -> str:
        return f"% {self.said[1]}:\n{latex(self.term)}"

    def markdown(self) -> str:
        free, tied = self.said
        return f"{free.capitalize()}; {tied}:\n\n$${latex(self.term)}$$"

    def html(self) -> str:
        free, tied = self.said
        return f"<p>{escape(free.capitalize())}; {escape(tied)}: {escape(text(self.term))}</p>"

    def as_json(self) -> Mapping[str, object]:
        return {"independent_entries": {"text": text(self.term), "latex": latex(self.term), "structure": self.what}}


def tied(problem: Problem, wrt: tuple[Term, ...], found: Derived, arguments: argparse.Namespace) -> tuple[Tied, ...]:
    """The other convention, where a scalar function is differentiated by a matrix with tied entries and nothing says which
    derivative is meant."""
    variable = wrt[0]
    asked_for = arguments.structure or found.convention
    if asked_for or len(wrt) != 1 or not isinstance(variable, Symbol) or variable.rank != 2 or not problem.term.is_scalar:
        return ()
    structure = structure_of(variable)
    if structure in ("", "orthogonal", "probability"):
        return ()
    try:
        other = structured(problem.term, variable, "entries").term
    except GradatimError:
        return ()
    other = in_names(other, problem.shorthand)
    return () if other is found.term else (Tied(variable, NAMED[structure], other),)


__all__ = ["Tied", "tied"]
