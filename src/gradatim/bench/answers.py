"""`python -m gradatim.bench.answers PATH`: the checker over a folder of questions with right answers and wrong attempts.

Right answers should be accepted in their layout, wrong attempts refused and their kind told. What cannot be asked at all (the
question is not read or not differentiated) is counted apart, and so is a case whose answer follows a convention of its own.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from gradatim.bench.cases import load
from gradatim.bench.lookup import variable_of
from gradatim.errors import GradatimError
from gradatim.judge.check import check_answer
from gradatim.judge.outcomes import HOLDS
from gradatim.judge.question import member
from gradatim.judge.verdict import Verdict
from gradatim.read.problem import read

LAYOUTS = {"gradient": "", "jacobian-T": "denominator"}
"""The layout that is fixed; that of the derivative of a scalar is left to the source, which is told apart by `right up to layout`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer of a case: the verdict (None where the question could not be asked), the kind that the collection gives
    (None for the right answer), milliseconds."""

    case: Mapping[str, Any]
    answer: str
    why: str | None
    verdict: Verdict | None
    milliseconds: float = 0.0


def judged(cases: Sequence[Mapping[str, Any]]) -> Iterator[Judged]:
    """Every answer and every wrong attempt of the cases, judged in the layout of the case."""
    for case in cases:
        attempts = [(case["answer"], None), *((w["latex"], w["why"]) for w in case.get("wrong", []))]
        try:
            problem = read(case["latex"], given=case.get("given", ""))
            wrt = (member(variable_of(problem, case)),) * case.get("order", 1)
        except GradatimError:
            yield from (Judged(case, text, why, None) for text, why in attempts)
            continue
        for text, why in attempts:
            start = perf_counter()
            try:
                verdict: Verdict | None = check_answer(problem, wrt, text, LAYOUTS.get(case["layout"], "gradient"))
            except GradatimError:
                verdict = None
            yield Judged(case, text, why, verdict, 1000 * (perf_counter() - start))


def report(found: Sequence[Judged]) -> Iterator[str]:
    """The counts, and every answer that was not judged as the collection judges it."""
    asked = [j for j in found if j.verdict is not None]
    plain = [j for j in asked if j.case.get("gold") != "none"]
    for title, group in (("right answers", [j for j in plain if j.why is None]), ("wrong attempts", [j for j in asked if j.why])):
        counts = Counter(j.verdict.outcome for j in group if j.verdict is not None)
        yield f"{title}: {len(group)}; " + ", ".join(f"{n} {outcome}" for outcome, n in counts.most_common())
    refused = [j for j in asked if j.why and j.verdict is not None and j.verdict.mistake is not None]
    kinds = sum(j.verdict is not None and j.verdict.mistake == j.why for j in refused)
    yield f"kind as given: {kinds} of {len(refused)} refused with a kind"
    yield f"not asked: {len(found) - len(asked)}; conventions of their own: {sum(j.case.get('gold') == 'none' for j in asked)}"
    yield f"median {median([j.milliseconds for j in asked] or [0]):.1f} ms"
    for j in asked:
        v = j.verdict
        assert v is not None
        accepted = v.outcome in HOLDS
        if (j.why is None and j.case.get("gold") != "none" and not accepted) or (j.why and v.mistake != j.why):
            yield f"{j.case['id']}: {j.why or 'right'}: {v.outcome} {v.mistake or ''}: {j.answer}: {v.message}"


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m gradatim.bench.answers PATH", file=sys.stderr)
        return 2
    found = list(judged(load(Path(arguments[0]))))
    print("\n".join(report(found)))
    return 1 if any(j.why and j.verdict is not None and j.verdict.right for j in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
