"""Random functions against JAX: first and second derivatives as users get them, verified ones. Wrong is never allowed.

A few hundred run with the suite; `--functions N` draws N of each (and `--slow` the thousands that a release is judged by).
"""

from __future__ import annotations

from collections import Counter
from random import Random

import jax
import pytest

from gradatim.check.verify import verify
from gradatim.derive.derivative import derivative
from gradatim.errors import EvaluationError, GradatimError, NotVerified

from .generate import Generator
from .oracle import NoPoint, agrees, has_value

COUNTS = {1: (60, 5_000), 2: (20, 5_000)}


def outcome(seed: int, order: int) -> tuple[str, str]:
    """What becomes of one random function: right, refused (by which error), wrong, out of the oracle's reach, or undefined everywhere."""
    rng = Random(seed)
    # One in four functions has an array for its value; of the others second derivatives are compared as well.
    f, x = Generator(rng).question(2 + seed % 4, arrays=order == 1 and seed // 4 % 4 == 3)
    while order == 2 and any(
        len(d.names) > 1 for d in x.type.axes
    ):  # an mn × mn matrix has a Hessian of 20,000 entries and takes minutes
        f, x = Generator(rng).question(2 + seed % 4)
    try:
        result = derivative(f, *(x,) * order)
    except GradatimError as error:
        if not has_value(f, Random(seed)):
            return "no value anywhere", f"{f} by {x}: {error}"
        return f"refused, {type(error).__name__}", f"{f} by {x}: {error}"
    except Exception as error:  # a long run goes on, and says which function it was
        return "crashed", f"{f} by {x}: {error!r}"
    try:
        if agrees(f, x, result, order, Random(seed)):
            return "right", ""
    except (NoPoint, EvaluationError, jax.errors.TracerArrayConversionError) as error:
        return "not compared", str(error)
    try:  # doubles may have lost the digits: balls decide
        before = f if order == 1 else derivative(f, x, verified=False)
        verify(before, x, result, seed=seed, points=6)
    except NotVerified as error:
        return "wrong", f"{f} by {x}: {result}; {error}"
    return "digits lost", f"{f} by {x}: {result}"


@pytest.mark.parametrize("order", [1, 2])
def test_derivatives_equal_those_of_jax(order: int, seed: int, request: pytest.FixtureRequest) -> None:
    few, many = COUNTS[order]
    count = request.config.getoption("--functions") or (many if request.config.getoption("--slow") else few)
    outcomes = {k: outcome(k, order) for k in range(seed, seed + count)}
    counts = Counter(kind for kind, _ in outcomes.values())
    print(f"\norder {order}: {count} random functions from seed {seed}: {dict(sorted(counts.items()))}")
    assert not [(k, kind, why) for k, (kind, why) in outcomes.items() if kind in ("wrong", "crashed")]
    for k, (kind, why) in outcomes.items():
        if kind.startswith("refused"):
            print(f"{k}: {kind}: {why}")
    refused = [(k, kind, why) for k, (kind, why) in outcomes.items() if kind.startswith("refused")]
    assert len(refused) <= max(2, count // 200), refused
    assert counts["no value anywhere"] <= max(3, count // 50)
    assert counts["not compared"] <= max(4, count // 10)
    assert counts["digits lost"] <= max(1, count // 200)
