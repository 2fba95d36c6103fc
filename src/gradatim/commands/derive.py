"""`gradatim derive`: the derivative of one formula, as read, with what was assumed and how it was checked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gradatim.commands.screen import add_display, writer
from gradatim.derive.derivative import Derived, derived
from gradatim.errors import GradatimError, ReadError
from gradatim.matrix.lift import is_matrix_form
from gradatim.read.problem import read
from gradatim.write import latex, text

LAYOUTS = ("gradient", "numerator", "denominator")
FILES = (".tex", ".md", ".txt")
MAX_BYTES = 2_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "formula", metavar="FORMULA", help="the function, as LaTeX or plain text; - or a .tex, .md or .txt file to read it from"
    )
    parser.add_argument(
        "--wrt", metavar="NAME", required=True, action="append", help="the variable; twice for a mixed second derivative"
    )
    parser.add_argument(
        "--given", metavar="TEXT", default="", help="declarations, as in prose: 'A is an m x n matrix, b a vector'"
    )
    parser.add_argument("--order", metavar="N", type=int, choices=(1, 2), help="1 or 2 (default: one for each --wrt)")
    parser.add_argument("--layout", choices=LAYOUTS, default="gradient", help="default: gradient")
    add_display(parser)
    parser.add_argument("--to", choices=SHOW, default="text", help="form of the answer (default: text)")
    parser.add_argument("--json", action="store_const", const="json", dest="to", help="the same as --to json")


def run(arguments: argparse.Namespace) -> int:
    problem = read(source(arguments.formula), given=arguments.given)
    wrt = list(arguments.wrt)
    if arguments.order is not None:
        if len(wrt) == 1:
            wrt *= arguments.order
        elif len(wrt) != arguments.order:
            raise GradatimError(f"--order {arguments.order} with {len(wrt)} variables: give one --wrt, or as many as the order")
    answer = derived(problem.term, *map(problem.find, wrt), layout=arguments.layout)
    print(SHOW[arguments.to](problem, wrt, answer, arguments))
    return 0


def source(formula: str) -> str:
    """The formula itself, or what standard input or the file holds."""
    if formula == "-":
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    elif formula.endswith(FILES):
        with Path(formula).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    else:
        return formula
    if len(raw) > MAX_BYTES:
        raise ReadError(f"the formula is longer than {MAX_BYTES} bytes")
    return raw.decode("utf-8-sig")


def _shape(answer: Any) -> str:
    return " × ".join(map(str, answer.shape)) or "scalar"


def _order(problem: Any, wrt: list[str]) -> str:
    """∂f/∂x, with each variable as it stands in the function."""
    wrt = [text(problem.find(w)) for w in wrt]
    return "∂f/∂" + wrt[0] if len(wrt) == 1 else f"∂²f/∂{wrt[0]}²" if wrt[0] == wrt[1] else f"∂²f/∂{wrt[0]}∂{wrt[1]}"


def _text(problem: Any, wrt: list[str], found: Derived, arguments: argparse.Namespace) -> str:
    show = writer(arguments.display)
    left = _order(problem, wrt)
    width = max(len(left), 7)
    lines = [show(problem.term, f"{'f':{width}} = "), show(found.term, f"{left:{width}} = ")]
    lines += [*([] if lines[-1].endswith("\n") else [""]), f"shape: {_shape(found.term)}", found.checked]
    lines += [f"assumed: {a.text}" + (f" (to say otherwise: --given {a.fix!r})" if a.fix else "") for a in problem.assumed]
    return "\n".join(lines)


def _latex(_problem: Any, _wrt: list[str], found: Derived, _arguments: argparse.Namespace) -> str:
    return latex(found.term)


def _markdown(problem: Any, wrt: list[str], found: Derived, _arguments: argparse.Namespace) -> str:
    answer = found.term
    lines = [
        f"$$f = {latex(problem.term)}$$",
        "",
        f"{_order(problem, wrt)}, shape {_shape(answer)}:",
        "",
        f"$${latex(answer)}$$",
        "",
        f"{found.checked.capitalize()}.",
    ]
    lines += [f"- assumed: {a.text}" for a in problem.assumed]
    return "\n".join(lines)


def _json(problem: Any, wrt: list[str], found: Derived, _arguments: argparse.Namespace) -> str:
    answer = found.term
    return json.dumps(
        {
            "version": 1,
            "function": {"latex": latex(problem.term), "text": text(problem.term)},
            "wrt": wrt,
            "answer": {
                "latex": latex(answer),
                "text": text(answer),
                "shape": list(answer.shape),
                "matrix_form": is_matrix_form(answer),
            },
            "checked": found.as_json(),
            "assumed": [{"text": a.text, "changes_answer": a.changes_answer, "fix": a.fix} for a in problem.assumed],
        },
        ensure_ascii=False,
        indent=2,
    )


Show = Callable[[Any, list[str], Derived, argparse.Namespace], str]
SHOW: dict[str, Show] = {"text": _text, "latex": _latex, "markdown": _markdown, "json": _json}
"""What `--to` may say, and who writes it."""
