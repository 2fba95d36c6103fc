"""The measure of the checker: right answers accepted, wrong attempts refused with their kind, the rest counted apart."""

from __future__ import annotations

from pathlib import Path

from gradatim.bench.answers import judged, main, report
from gradatim.bench.cases import load

CASES = r"""
[[case]]
id = "quadratic"
layout = "gradient"
latex = 'x^T A x'
given = '$A \in \mathbb{R}^{n \times n}$ and $x \in \mathbb{R}^n$.'
wrt = "x"
answer = '(A + A^T) x'
[[case.wrong]]
latex = '-(A + A^T) x'
why = "sign"
[[case.wrong]]
latex = '(A + A^T) y'
why = "other"

[[case]]
id = "asked of nothing"
layout = "gradient"
latex = 'x^T ('
wrt = "x"
answer = 'x'
"""


def test_the_counts(tmp_path: Path) -> None:
    path = tmp_path / "cases.toml"
    path.write_text(CASES, encoding="utf-8")
    found = list(judged(load(path)))
    outcomes = [None if j.verdict is None else j.verdict.outcome for j in found]
    assert outcomes == ["right", "wrong", "unreadable", None]
    lines = list(report(found))
    assert lines[0] == "right answers: 1; 1 right"
    assert lines[2] == "kind as given: 1 of 1 refused with a kind" and lines[3].startswith("not asked: 1")
    assert main([str(path)]) == 0 and main([]) == 2
