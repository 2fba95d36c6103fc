"""A derivative of more than two axes on the command line: the linear map, and the Kronecker form where it is asked for."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from gradatim.derive.derivative import Derived, one_derivative
from gradatim.derive.maps import LinearMap, linear_map
from gradatim.errors import GradatimError
from gradatim.read.problem import Problem
from gradatim.term import Term
from gradatim.write import latex, text


@dataclass(frozen=True, slots=True)
class Map:
    """The derivative as a linear map, and on stacked columns."""

    found: LinearMap | None
    kronecker: Term | None

    def pieces(self) -> list[tuple[str, str, str]]:
        """Words, Unicode and LaTeX of each form."""
        out = [("as a linear map", self.found.text(), self.found.latex())] if self.found else []
        return out + ([("on stacked columns", text(self.kronecker), latex(self.kronecker))] if self.kronecker else [])

    def text(self) -> str:
        return "\n".join(f"{words}: {plain}" for words, plain, _ in self.pieces())

    def latex(self) -> str:
        return "\n".join(tex for _, _, tex in self.pieces())

    def markdown(self) -> str:
        return "\n\n".join(f"{words.capitalize()}:\n\n$${tex}$$" for words, _, tex in self.pieces())

    def html(self) -> str:
        return "".join(f"<p>{words.capitalize()}: {escape(plain)}</p>" for words, plain, _ in self.pieces())

    def as_json(self) -> Mapping[str, object]:
        out: dict[str, object] = {}
        if self.found:
            out["linear_map"] = {"text": self.found.text(), "latex": self.found.latex()}
        if self.kronecker:
            out["kronecker"] = {"text": text(self.kronecker), "latex": latex(self.kronecker)}
        return out


def add_maps(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kronecker", action="store_true", help="of arrays: the derivative of vec(F) by vec(X), columns stacked, too"
    )


def mapped(problem: Problem, wrt: tuple[Term, ...], found: Derived, arguments: argparse.Namespace) -> tuple[Map, ...]:
    """What is shown of a derivative with more than two axes besides its entries."""
    if found.convention or not (found.term.rank > 2 or arguments.kronecker):
        return ()
    try:
        # A Hessian is the derivative of the gradient, which has been verified on the way.
        inner = problem.term if len(wrt) == 1 else _first(problem.term, wrt[:-1])
        whole = linear_map(inner, wrt[-1]) if found.term.rank > 2 else None
        stacked = whole or linear_map(inner, wrt[-1]) if arguments.kronecker else None
        return (Map(whole, stacked.kronecker_form() if stacked else None),)
    except GradatimError:
        if arguments.kronecker:
            raise
        return ()


def _first(function: Term, wrt: tuple[Term, ...]) -> Term:
    from_here = function
    for variable in wrt:
        from_here = one_derivative(from_here, variable)
    return from_here


__all__ = ["Map", "add_maps", "mapped"]
