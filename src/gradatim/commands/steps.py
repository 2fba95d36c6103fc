"""Derivations on the command line: below an answer, or given away hint by hint."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

from gradatim.derive.derivative import Derived
from gradatim.errors import GradatimError
from gradatim.explain.called import called
from gradatim.explain.derivation import DETAILS, Derivation
from gradatim.explain.explain import STYLES, explain
from gradatim.read.problem import Problem
from gradatim.term import Term


@dataclass(frozen=True, slots=True)
class Steps:
    """A derivation as a part of an answer, or why there is none."""

    derivation: Derivation | None
    detail: str
    reason: str = ""

    def text(self) -> str:
        return self.derivation.text(self.detail) if self.derivation else f"no derivation: {self.reason}"

    def latex(self) -> str:
        return self.derivation.latex(self.detail) if self.derivation else f"% no derivation: {self.reason}"

    def markdown(self) -> str:
        return self.derivation.markdown(self.detail) if self.derivation else f"No derivation: {self.reason}"

    def html(self) -> str:
        return self.derivation.html(self.detail, whole=False) if self.derivation else ""

    def as_json(self) -> Mapping[str, object]:
        if self.derivation is None:
            return {"steps": [], "no_derivation": self.reason}
        return {"steps": self.derivation.as_json()["steps"], "style": self.derivation.style}


def add_steps(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--style",
        choices=(*STYLES, "none"),
        help="how it is derived: by intermediates (chain, the default), by differentials, by entries, or not at all; "
        "LaTeX is the answer alone where this is not said",
    )
    parser.add_argument("--detail", choices=DETAILS, default="normal", help="how much is said of each step (default: normal)")


def derivation_of(problem: Problem, wrt: tuple[Term, ...], result: Term | None, style: str) -> Derivation:
    return explain(problem.term, *wrt, style=style, label=called(problem.term, problem.name), result=result)


def below(problem: Problem, wrt: tuple[Term, ...], found: Derived, arguments: argparse.Namespace) -> tuple[Steps, ...]:
    """The derivation that stands below an answer."""
    style = arguments.style or ("none" if arguments.to == "latex" else "chain")
    if style == "none":
        return ()
    result = found.term if arguments.layout == "gradient" else None
    try:
        return (Steps(derivation_of(problem, wrt, result, style), arguments.detail),)
    except GradatimError as error:
        return (Steps(None, arguments.detail, str(error)),)
