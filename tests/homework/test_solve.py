"""Solving with a stand-in reader: every item is accounted for, a failing question carries its error."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from gradatim.errors import ReadError, UnknownDerivative
from gradatim.homework.report import as_markdown, as_text
from gradatim.homework.solve import solve, solve_text
from gradatim.term import Symbol, Term
from gradatim.write.text import text as unicode_text

EXAMPLE = Path(__file__).parents[2] / "examples" / "homework.md"


class Stub:
    """A problem whose every derivative is the scalar c."""

    term: Term = Symbol("c")
    assumed: Sequence[object] = ("c is a scalar",)

    def structure_for(self, wrt: object) -> str:
        return ""

    def find(self, spelling: str) -> Term:
        if spelling == r"\mathbf{X}":
            raise UnknownDerivative("no rule")
        return self.term


def test_every_item_is_accounted_for() -> None:
    solution = solve(EXAMPLE, lambda chain, given: Stub())
    assert [q.label for q in solution.questions] == ["1.1", "1.2", "1.3", "2.1", "2.2", "3.1"]
    assert [q.error for q in solution.questions if q.error] == ["no rule"]
    assert solution.others == (("4.1", "not a derivative question"),) and not solution.complete
    data = json.loads(solution.to_json())
    assert data["version"] == 1 and data["questions"][0]["answer"]["shape"] == []
    assert data["questions"][2]["answer"] is None
    for shown in (as_text(solution), as_markdown(solution)):
        assert "no rule" in shown and "4.1: not a derivative question" in shown


def test_the_reader_gets_the_function_last() -> None:
    seen: list[str] = []

    def reader(chain: str, given: str) -> Stub:
        seen.append(chain.splitlines()[-1])
        assert "$$" not in given
        return Stub()

    solve(EXAMPLE, reader)
    assert [s.split("=")[0].strip() for s in seen] == [
        "v",
        "z",
        "y",
        r"\mathcal{L}(y, \hat{y})",
        r"\mathcal{L}(y, \hat{y})",
        r"L(\mathbf{w})",
    ]


def test_an_empty_document_is_an_error() -> None:
    with pytest.raises(ReadError):
        solve_text(" \n", lambda chain, given: Stub())


def test_other_readings_differentiate_by_what_they_hold() -> None:
    r"""Where π is a name only because it is the variable, another kind of p gives no derivative 0."""
    found = solve_text(r"1. Let $L(\pi) = \sum_n \log(\pi^T p_n)$. Find $\nabla_\pi L$.", style="none").questions[0]
    assert found.answer is not None and all(o.term is None or unicode_text(o.term) != "𝟎" for o in found.others)
