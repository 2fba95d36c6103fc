"""Questions in other words: the answer is the same, or an honest error; and where the meaning changes, the answer changes."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from . import respell
from .respelled import Base, bases_of, judged

MADE = respell.KEPT


@cache
def bases(count: int) -> tuple[Base, ...]:
    """The questions of the other tests that are answered right as they stand."""
    return bases_of(count)


@pytest.mark.parametrize("name", MADE)
def test_another_spelling_has_the_same_answer(name: str, seed: int, request: pytest.FixtureRequest) -> None:
    slow = request.config.getoption("--slow")
    wrong, made = [], 0
    known = list(bases(0 if slow else 40))
    Random(f"{seed}:{name}").shuffle(known)
    for base in known:
        new = MADE[name](base.spelt, Random(f"{seed}:{base.label}:{name}"))
        if new is None:
            continue
        made += 1
        out = judged(base, new)
        if out.verdict == "WRONG":
            wrong.append(f"{new.given} | {new.latex} | {new.wrt}: {out.note}")
        if made == 3 and not slow:
            break
    assert not wrong, "\n".join(wrong)
