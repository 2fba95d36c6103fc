"""No near miss is accepted, no restatement refused: drawn from the seed that the run prints."""

from __future__ import annotations

from random import Random

import pytest

from gradatim.errors import GradatimError
from gradatim.judge.compare import compare
from gradatim.judge.target import Target
from judge.near import differ, near_misses, restated, targets

QUICK, LONG = 120, 5_000


@pytest.fixture(scope="module")
def questions() -> list[Target]:
    return targets()


def false_accepts(questions: list[Target], seed: int, wanted: int) -> tuple[int, list[str]]:
    """How many near misses were judged, and those that were called right."""
    rng, count, accepted = Random(seed), 0, []
    streams = [(t, near_misses(t.right, Random(seed + k))) for k, t in enumerate(questions)]
    while count < wanted:
        k = rng.randrange(len(streams))
        target, stream = streams[k]
        candidate = next(stream, None)
        if candidate is None:
            streams[k] = (target, near_misses(restated(target.right, rng), rng))
            continue
        if candidate.type.axes != target.right.type.axes or not differ(candidate, target.right):
            continue
        count += 1
        if compare(candidate, target).outcome == "right":
            accepted.append(f"{target.right} | {candidate}")
    return count, accepted


def refused(questions: list[Target], seed: int, wanted: int) -> tuple[int, list[str]]:
    """How many restatements were judged, and those that were not called right."""
    rng, count, out = Random(seed), 0, []
    while count < wanted:
        target = rng.choice(questions)
        try:
            candidate = restated(target.right, rng, rng.randint(1, 4))
        except GradatimError:
            continue
        if candidate is target.right or candidate.type.axes != target.right.type.axes:
            continue
        assert not differ(candidate, target.right), f"seed {seed}: {target.right} restated as {candidate}"
        count += 1
        found = compare(candidate, target)
        if found.outcome != "right":
            out.append(f"{found.outcome} {found.equality.text}: {target.right} | {candidate}")
    return count, out


def test_no_near_miss_is_accepted(questions: list[Target], seed: int) -> None:
    _, accepted = false_accepts(questions, seed, QUICK)
    assert not accepted


def test_no_restatement_is_refused(questions: list[Target], seed: int) -> None:
    _, out = refused(questions, seed, QUICK)
    assert not out


@pytest.mark.slow
def test_five_thousand_near_misses(questions: list[Target], seed: int) -> None:
    _, accepted = false_accepts(questions, seed, LONG)
    assert not accepted


@pytest.mark.slow
def test_five_thousand_restatements(questions: list[Target], seed: int) -> None:
    count, out = refused(questions, seed, LONG)
    assert len(out) <= count // 1000, out
