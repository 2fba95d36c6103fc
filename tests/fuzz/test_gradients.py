"""Random functions against the function itself: right, or refused with a reason; never a result that fails its check.

The oracle is the difference quotient of the function in ball arithmetic (`check.verify`), which knows no derivative rule.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from gradatim.check.verify import verify
from gradatim.derive.derivative import derivative
from gradatim.errors import GradatimError, NotVerified
from gradatim.ops import dictionary
from gradatim.term import Apply, Bind, walk

from .generate import LEFT_OUT, Generator


def _outcome(seed: int) -> tuple[str, str]:
    rng = Random(seed)
    f, x = Generator(rng).question(2 + seed % 4)
    try:
        result = derivative(f, x, verified=False)
    except GradatimError as error:
        return "refused", f"{type(error).__name__}: {error}"
    try:
        verify(f, x, result)
    except NotVerified as error:
        # The maximum norm or the largest entry with ties, or the larger of two that are equal, has no derivative there; nothing else may fail.
        tied = any(isinstance(n, Apply) and n.op.name in ("norminf", "largest", "maximum", "minimum") for n in walk(f))
        failed = "failed its check" in str(error)
        return ("no derivative" if tied else "wrong") if failed else "unchecked", str(error)
    return "right", ""


def test_gradients_equal_differences(seed: int, request: pytest.FixtureRequest) -> None:
    count = 5_000 if request.config.getoption("--slow") else 200
    outcomes = {k: _outcome(k) for k in range(seed, seed + count)}
    counts = Counter(kind for kind, _ in outcomes.values())
    print(f"\n{count} random functions from seed {seed}: {dict(sorted(counts.items()))}")
    wrong = [(k, why) for k, (kind, why) in outcomes.items() if kind == "wrong"]
    refused = [(k, why) for k, (kind, why) in outcomes.items() if kind == "refused"]
    assert not wrong
    assert len(refused) <= count // 100, refused
    assert counts["unchecked"] <= count // 50


def test_the_generator_reaches_the_whole_dictionary() -> None:
    """Nothing is left out for being hard: every operation turns up in what the fuzz draws."""
    met: set[str] = set()
    for k in range(4_000):
        f, _ = Generator(Random(k)).question(2 + k % 4)
        met.update(n.op.name for n in walk(f) if isinstance(n, Apply))
        met.update(n.kind for n in walk(f) if isinstance(n, Bind))
        if {*dictionary()} - {*LEFT_OUT} <= met and "sum" in met:
            return
    assert not ({*dictionary()} - {*LEFT_OUT} - met)
