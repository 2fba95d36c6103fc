"""`gradatim check`: an answer, a full claim, a derivation, or every claim of a file, judged."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from gradatim.commands.screen import add_display, writer
from gradatim.errors import GradatimError, ReadError
from gradatim.homework.source import Source, decode, read_source
from gradatim.judge.check import check_answer
from gradatim.judge.claims import Claim, claims_of, taken_apart
from gradatim.judge.page import headline, verdict_page
from gradatim.judge.question import asked, member, variables
from gradatim.judge.script import numpy_script
from gradatim.judge.target import LAYOUTS
from gradatim.judge.verdict import Verdict
from gradatim.read.problem import Problem
from gradatim.read.scope import Assumption
from gradatim.read.unheard import not_taken
from gradatim.report.guessed import guess_lines
from gradatim.term import Term

FORMS = ("text", "html", "json", "test")
FILES = (".tex", ".md", ".txt", ".ipynb")
MAX_BYTES = 2_000_000
STATUS = {"right": 0, "right up to layout": 0, "blank": 2, "unreadable": 2, "undecided": 3}
"""Exit status by outcome; every other outcome is 1."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "answer",
        metavar="ANSWER",
        help="an answer (with --of and --wrt), a full claim such as '\\nabla_X a^T X b = a b^T', - for a derivation on standard "
        "input, or a .tex, .md, .txt or .ipynb file: the answer in it, or without --of every claim in it",
    )
    parser.add_argument("--of", metavar="FORMULA", help="the function, as LaTeX or plain text")
    parser.add_argument("--wrt", metavar="NAME", action="append", help="the variable; twice for a second derivative")
    parser.add_argument("--order", metavar="N", type=int, choices=(1, 2), help="2: the second derivative by --wrt")
    parser.add_argument(
        "--given", metavar="TEXT", default="", help="declarations, as in prose: 'A is an m x n matrix, b a vector'"
    )
    parser.add_argument("--layout", choices=LAYOUTS, help="the convention that is asked for (default: any, and it is said which)")
    parser.add_argument(
        "--scan", action="store_true", help="the text was scanned: allow repairs of misread characters, and report them"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="draws the points of comparison (default: 1)")
    hints = parser.add_mutually_exclusive_group()
    hints.add_argument(
        "--hint", metavar="N", type=int, choices=(1, 2, 3, 4), help="only hints: the kind, the place, the rule, the line"
    )
    hints.add_argument("--reveal", action="store_true", help="show the right answer too")
    add_display(parser)
    parser.add_argument(
        "--to", choices=FORMS, default="text", help="test: a NumPy script that compares the answer with finite differences"
    )
    parser.add_argument("--json", action="store_const", const="json", dest="to", help="the same as --to json")


def run(arguments: argparse.Namespace) -> int:
    """0 right · 1 wrong · 2 not read · 3 not decided; of a file, the worst of its claims that were read."""
    if arguments.answer.endswith(FILES) and arguments.of is None:
        if arguments.to in ("html", "test"):
            raise GradatimError(f"--to {arguments.to} is for one answer; the claims of a file are text or JSON")
        return file(arguments)
    text = stated(arguments.answer)
    lost = not_taken(arguments.given, arguments.of or "")
    problem, wrt, answer, layout = question(arguments, text)
    problem.scope.assumed.extend(map(Assumption, [*lost, *([text.note] if isinstance(text, Source) and text.note else [])]))
    verdict = check_answer(problem, wrt, answer, layout, arguments.scan, arguments.seed)
    if arguments.to == "test":
        print(numpy_script(problem, wrt, verdict))
    elif arguments.to == "html":
        print(verdict_page(verdict, arguments.reveal), end="")
    elif arguments.to == "json":
        print(json.dumps({"version": 1, **verdict.as_json(arguments.reveal)}, ensure_ascii=False, indent=2))
    else:
        print("\n".join(shown(verdict, arguments)))
    return STATUS.get(verdict.outcome, 1)


def question(arguments: argparse.Namespace, text: str) -> tuple[Problem, tuple[Term, ...], str, str]:
    """What is asked: by --of and --wrt, or by the claim itself."""
    layout = arguments.layout or ""
    if arguments.of is None:
        if arguments.order is not None:
            raise GradatimError("--order needs --of and --wrt")
        if arguments.wrt:
            raise GradatimError("--wrt needs --of, the function; a full claim says both itself")
        problem, wrt, answer, lying = taken_apart(text, arguments.given)
        return problem, wrt, answer, layout or ("gradient" if lying else "")
    if not arguments.wrt:
        raise GradatimError("--of needs --wrt, the variable")
    problem = asked(arguments.of, arguments.given)
    wrt = arguments.wrt
    if arguments.order is not None and len(wrt) == 1:
        wrt = wrt * arguments.order
    if arguments.order is not None and len(wrt) != arguments.order:
        raise GradatimError(f"--order {arguments.order} and {len(wrt)} variables do not fit")
    return problem, tuple(map(member, variables(problem, wrt))), text, layout


def stated(answer: str) -> str:
    """The answer itself, or what standard input or the file holds."""
    if answer == "-":
        return standard_input()
    return read_source(answer) if answer.endswith(FILES) and "\n" not in answer else answer


def standard_input() -> str:
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ReadError(f"the answer is longer than {MAX_BYTES} bytes")
    return decode(raw, "standard input")


# ---------------------------------------------------------------- one verdict


def shown(v: Verdict, arguments: argparse.Namespace) -> Iterator[str]:
    """The lines of a report: the verdict, how the answer was read, the evidence, the lines of the derivation."""
    if arguments.hint is not None:
        yield headline(v.outcome)
        for n in range(min(arguments.hint, len(v.hints))):
            yield f"hint {n + 1}: {v.hints[n]}"
        return
    yield str(v)
    if v.repairs and v.as_written != v.outcome:
        yield f"as written: {headline(v.as_written)}"
    yield from (f"repaired: {r}" for r in v.repairs)
    if v.outcome != "blank":
        yield ""
    write = writer(arguments.display)
    if v.answer is not None:
        yield write(v.answer, "read as: ")
        yield "shapes: " + "; ".join(v.shapes)
    if v.mistake is not None:
        yield f"kind: {v.mistake}" + (f" (also: {', '.join(v.mistakes[1:])})" if len(v.mistakes) > 1 else "")
        yield f"look at: {v.place}" if v.place else f"to do: {v.advice or v.hint(3)}"
    if v.evidence:
        yield f"evidence: {v.evidence}"
    elif v.certainty and v.outcome not in ("unreadable", "undecided", "blank"):
        yield f"certainty: {v.certainty}"
    yield from steps(v)
    yield from guess_lines(v.assumed, arguments.given)
    if arguments.reveal and v.expected is not None:
        yield ""
        yield write(v.expected, "the derivative: ")


def steps(v: Verdict) -> Iterator[str]:
    if not v.lines:
        return
    yield f"derivation: {v.derivation}" + (f", first in line {v.first_wrong_line}" if v.first_wrong_line else "")
    for line in v.lines:
        text = " ".join(line.text.split())
        yield f"  {line.number:>2}  {line.state:10}  {text if len(text) < 70 else text[:69] + '…'}"
        if line.message:
            yield f"                  {line.message}"


# ---------------------------------------------------------------- files


def file(arguments: argparse.Namespace) -> int:
    """Every claim of a file, as `file:line:col: state: …`."""
    path = Path(arguments.answer)
    found = list(claims_of(read_source(path), arguments.layout or ""))
    if arguments.to == "json":
        data = {"version": 1, "file": str(path), "claims": [c.as_json(arguments.reveal) for c in found]}
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for c in found:
            print(claim_line(path, c))
            if arguments.reveal and c.state == "doubtful" and c.verdict.expected is not None:
                print(writer(arguments.display)(c.verdict.expected, "    the derivative: "))
        counts = ", ".join(f"{sum(c.state == s for c in found)} {s}" for s in ("holds", "doubtful", "not read"))
        print(
            f"{len(found)} claim{'s' * (len(found) != 1)}: {counts}"
            if found
            else f"{path}: no displayed derivative claim was found"
        )
    states = {c.state for c in found}
    return (
        1
        if "doubtful" in states
        else 3
        if any(c.verdict.outcome == "undecided" for c in found)
        else 2
        if "not read" in states
        else 0
    )


def claim_line(path: Path, c: Claim) -> str:
    said = c.verdict.message if c.state != "holds" or c.verdict.outcome != "right" else c.verdict.certainty
    text = c.text if len(c.text) < 80 else c.text[:79] + "…"
    return f"{path}:{c.line}:{c.column}: {c.state}: {text}" + (f" ({said})" if said else "")
