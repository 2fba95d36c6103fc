"""What a clause behind an answer says of its names is no line of a derivation, and no answer."""

from __future__ import annotations

import gradatim as gd
from gradatim.read.problem import read

PROBLEM = read(r"\|Xw - y\|^2", given="X is an n x d matrix, w and y are vectors")


def test_a_clause_that_declares_is_not_judged() -> None:
    verdict = gd.check(r"2 \sum_i (x_i^T w - y_i) x_i where x_i are the rows of X", of=PROBLEM, wrt="w")
    assert verdict.outcome == "right"
    assert verdict.derivation == "none" and not verdict.lines


def test_a_clause_is_not_taken_for_the_answer() -> None:
    # The answer before the clause is right; whoever cannot read r may not say that the clause's formula is wrong.
    assert gd.check("2 X^T r, where r is the residual X w - y", of=PROBLEM, wrt="w").outcome in ("right", "unreadable")
