"""Derivations on the command line: below an answer, or given away hint by hint."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradatim.commands.screen import in_blocks, width
from gradatim.derive.derivative import Derived
from gradatim.errors import GradatimError
from gradatim.explain.called import called
from gradatim.explain.derivation import DETAILS, Derivation
from gradatim.explain.explain import STYLES, explain
from gradatim.read.problem import Problem
from gradatim.term import Term
from gradatim.write.spelling import spelling_of


@dataclass(frozen=True, slots=True)
class Steps:
    """A derivation as a part of an answer, or why there is none."""

    derivation: Derivation | None
    detail: str
    reason: str = ""
    blocks: bool = False
    """Whether the terminal shows formulas in two dimensions."""

    def text(self) -> str:
        return self.derivation.text(self.detail, width(), self.blocks) if self.derivation else f"no derivation: {self.reason}"

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


def add_steps(
    parser: argparse.ArgumentParser,
    said: str = "; where nothing is said, answers on the terminal stand alone and other forms come with the steps of the chain",
    detail: str = "normal",
) -> None:
    parser.add_argument(
        "--style",
        choices=(*STYLES, "none"),
        help="the steps: by intermediates (chain), by differentials, by entries (index), or none" + said,
    )
    parser.add_argument("--detail", choices=DETAILS, help=f"how much is said of each step (default: {detail})")


def style_of(arguments: argparse.Namespace, bare: tuple[str, ...] = ("text",)) -> str:
    """The style that was asked for; in the `bare` forms answers stand alone where nothing was said."""
    if arguments.style:
        return str(arguments.style)
    return "none" if arguments.to in bare and not arguments.detail else "chain"


def derivation_of(problem: Problem, wrt: tuple[Term, ...], result: Term | None, style: str, **form: Any) -> Derivation:
    """The derivation of an answer in a `layout`, for a `structure`, or on stacked `columns`."""
    label = called(problem.term, problem.name)
    author = spelling_of(f"{problem.text}\n{problem.given}")
    return explain(problem.term, *wrt, style=style, label=label, result=result, author=author, **form)


def below(problem: Problem, wrt: tuple[Term, ...], found: Derived, arguments: argparse.Namespace) -> tuple[Steps, ...]:
    """The derivation that stands below an answer."""
    style = style_of(arguments, ("text", "latex"))
    if style == "none":
        return ()
    detail = arguments.detail or "normal"
    structure = (arguments.structure or problem.structure_for(wrt)) if found.convention else ""
    plain = arguments.layout == "gradient" and not structure and not getattr(arguments, "form", "")
    result = (found.general or found.term) if plain else None
    try:
        columns = getattr(arguments, "form", "") == "kronecker"
        form = {"layout": arguments.layout, "structure": structure, "columns": columns}
        derivation = derivation_of(problem, wrt, result, style, **form)
        return (Steps(derivation, detail, blocks=in_blocks(arguments.display)),)
    except GradatimError as error:
        return (Steps(None, detail, str(error)),)
