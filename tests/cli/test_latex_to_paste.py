"""`--to latex` is pasted somewhere else: what it holds has to say what it is there, too."""

from __future__ import annotations

import pytest

from gradatim.cli import main


def pasted(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["derive", *arguments, "--to", "latex"]) == 0
    return capsys.readouterr().out


def test_the_second_of_two_derivatives_says_which_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    free, tied = pasted(capsys, r"\log\det \Sigma", "--wrt", r"\Sigma", "--given", r"\Sigma is spd").strip().split("\n\n")
    assert free == r"\Sigma^{-1}"
    assert tied.startswith("% by the independent entries of Σ, a symmetric matrix:\n")


def test_a_function_without_a_name_is_not_spoken_of(capsys: pytest.CaptureFixture[str]) -> None:
    r"""(AᵀA − g gᵀ)/f is short beside `f = ‖Ax − b‖`, and means nothing where no f stands."""
    assert "{f}" not in pasted(capsys, "||Ax-b||", "--wrt", "x", "--order", "2")
    assert "{f}" in pasted(capsys, "f = ||Ax-b||", "--wrt", "x", "--order", "2")


def test_what_may_stand_at_a_kink_is_spelt_as_the_author_spells(capsys: pytest.CaptureFixture[str]) -> None:
    shown = pasted(capsys, "|a^T x|", "--wrt", "x", "--subgradient")
    assert "$a^T x$" in shown and r"\top" not in shown
