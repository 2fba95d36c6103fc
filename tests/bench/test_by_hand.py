"""What generated code is measured by is right itself: every formula written by hand agrees with the generated one."""

from __future__ import annotations

import numpy as np
import pytest

from gradatim.bench.by_hand import BY_HAND
from gradatim.bench.problems import problems
from gradatim.compile.function import Compiled
from gradatim.term import free_symbols

PROBLEMS = problems()
LARGE = ("5000", "n = 500,")


def test_every_row_has_one() -> None:
    assert len(BY_HAND) == len(PROBLEMS)


@pytest.mark.parametrize("k", range(len(PROBLEMS)), ids=[p.name for p in PROBLEMS])
def test_the_formula_by_hand(k: int) -> None:
    problem = PROBLEMS[k]
    if any(size in problem.name for size in LARGE):
        pytest.skip("large; `gradatim bench run` compares it with JAX")
    arrays = problem.arrays(np.random.default_rng(3))
    terms = problem.terms()
    sizes = {str(d): n for s in free_symbols(*terms) for d, n in zip(s.type.axes, np.shape(arrays[s.plain]))}
    compiled = Compiled(terms, "numpy", "formula", sizes)
    ours = compiled(*(arrays[s.plain] for s in compiled._program.symbols))
    by_hand = BY_HAND[k](**arrays)
    for a, b in zip(*(x if isinstance(x, tuple) else (x,) for x in (ours, by_hand)), strict=True):
        assert np.allclose(a, b, rtol=1e-9, atol=1e-9 * np.max(np.abs(np.asarray(b))))
