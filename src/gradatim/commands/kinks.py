"""Subgradients on the command line, where they are asked for: what may stand at each kink, below the gradient."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from gradatim.derive.derivative import Derived, target
from gradatim.derive.subgradient import Subgradient, chosen
from gradatim.errors import GradatimError
from gradatim.read.problem import Problem
from gradatim.term import Term
from gradatim.write.spelling import Spelling, spelling_of


@dataclass(frozen=True, slots=True)
class Kinks:
    """The choices at the kinks, and what the values are."""

    found: Subgradient
    author: Spelling

    def text(self) -> str:
        lines = [f"at the kinks: {line}" if not k else f"              {line}" for k, line in enumerate(self.found.lines())]
        return "\n".join([*lines, self.found.said])

    def latex(self) -> str:
        return "\n".join(f"% {line}" for line in [*self.found.latex_lines(self.author), self.found.said])

    def markdown(self) -> str:
        return "\n".join([*(f"- {line}" for line in self.found.latex_lines(self.author)), "", self.found.said.capitalize() + "."])

    def html(self) -> str:
        items = "".join(f"<li>{escape(line)}</li>" for line in self.found.lines())
        return f"<ul>{items}</ul><p>{escape(self.found.said.capitalize())}.</p>"

    def as_json(self) -> Mapping[str, object]:
        return {"subgradients": {"choices": self.found.lines(), "said": self.found.said, "curvature": self.found.curvature}}


def add_kinks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--subgradient",
        action="store_true",
        help="of a scalar function with kinks: what a subgradient may be there; also asked by '∂f' and 'subgradient of f'",
    )


def kinks(problem: Problem, wrt: tuple[Term, ...], found: Derived, arguments: argparse.Namespace) -> tuple[Kinks, ...]:
    """The subgradients, where they were asked for. Raises GradatimError for what has none."""
    if not arguments.subgradient:
        return ()
    if len(wrt) != 1 or not problem.term.is_scalar:
        raise GradatimError("a subgradient is of a scalar function by one variable")
    author = spelling_of(f"{problem.text}\n{problem.given}")
    return (Kinks(chosen(problem.term, wrt[0], target(wrt[0])[0], found), author),)


__all__ = ["Kinks", "add_kinks", "kinks"]
