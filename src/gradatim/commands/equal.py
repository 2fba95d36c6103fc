"""`gradatim equal`: are two formulas equal, and how surely?"""

from __future__ import annotations

import argparse
import json

from gradatim.judge.two_sides import compared
from gradatim.read.scope import Assumption
from gradatim.read.settle import Scope
from gradatim.read.side_by_side import side_by_side
from gradatim.read.unheard import not_taken
from gradatim.report.guessed import guess_lines
from gradatim.write import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", metavar="A", help="a formula, as LaTeX or plain text")
    parser.add_argument("b", metavar="B", help="the formula that it is compared with")
    parser.add_argument(
        "--given", metavar="TEXT", default="", help="declarations, as in prose: 'A is an m x n matrix, b a vector'"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="draws the random points (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """0 equal · 1 different, or equal with an exception · 2 not read · 3 not decided."""
    lost = not_taken(arguments.given)
    scope, left, right = side_by_side(Scope(arguments.given), arguments.a, arguments.b)
    found = compared(left, right, arguments.seed)
    scope.assumed.extend(map(Assumption, lost))
    if arguments.json:
        example = found.counterexample.text if found.counterexample is not None else None
        data = {
            "version": 1,
            "verdict": found.verdict,
            "certainty": found.certainty,
            "text": found.text,
            "needs": list(found.needs),
            "counterexample": example,
            "read_as": [text(left), text(right)],
            "assumed": [{"text": a.text, "changes_answer": a.changes_answer, "fix": a.fix} for a in scope.assumed],
        }
        print(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        print(found.text)
        print(f"read as: {text(left)} ({left.type.describe()}) and {text(right)} ({right.type.describe()})")
        for line in guess_lines(scope.assumed, arguments.given):
            print(line)
    return 0 if found.holds else 1 if found.differs else 3
