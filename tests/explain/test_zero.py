"""Second derivatives that are zero have a derivation, in every style and for every shape of the variable."""

from __future__ import annotations

import pytest

import gradatim as gd


@pytest.mark.parametrize("style", ["chain", "differential", "index"])
@pytest.mark.parametrize(("latex", "given", "wrt"), [("a^TXb", "X is a matrix", "X"), ("a^Tx", "x is a vector", "x")])
def test_the_last_line_says_that_nothing_is_left(latex: str, given: str, wrt: str, style: str) -> None:
    derivation = gd.explain(gd.read(latex, given=given), wrt, wrt, style=style)
    assert all(step.checked for step in derivation.steps)
    assert "does not depend on" in derivation.steps[-1].why
