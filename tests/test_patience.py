"""Time that is used up ends a calculation, whatever it catches on its way."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.errors import LimitExceeded
from gradatim.patience import within
from gradatim.term import walk

x = gd.vector("x", "n")


def test_time_is_bounded_inside_the_block_alone() -> None:
    def stubborn() -> None:
        try:
            list(walk(x))
        except Exception:
            pytest.fail("the end of the time was taken for a formula that has none")

    with pytest.raises(LimitExceeded, match="a test takes more than 0 seconds"), within(0, "a test"):
        stubborn()
    stubborn()


def test_the_outer_bound_holds_inside_an_inner_one() -> None:
    with pytest.raises(LimitExceeded, match="the whole"), within(0, "the whole"), within(1000, "a part"):
        list(walk(x))


def test_what_is_done_in_time_is_as_ever() -> None:
    with within(1000, "a gradient"):
        assert str(gd.gradient(gd.norm(x) ** 2, x)) == "2 x"
