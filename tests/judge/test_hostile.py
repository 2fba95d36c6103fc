"""Answers that are meant to hurt: nothing raises, nothing is called wrong for being too large."""

from __future__ import annotations

import pytest

import gradatim as gd

GIVEN = r"$A\in\mathbb R^{m\times n}$, $x\in\mathbb R^n$, $b\in\mathbb R^m$, $t$ is a scalar"


@pytest.mark.parametrize(
    "answer",
    [
        r"\frac{" * 10_000 + "x" + "}{2}" * 10_000,
        "(" * 3_000 + "x" + ")" * 3_000,
        r"\exp(" * 100 + "t" + ")" * 100 + "x",
        r"t^{9^{9^{9^9}}}x",
        "+".join(["x"] * 20_000),
        "9" * 15_000 + "x",
        r"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}\a x",
        r"\frac{d}{dx}" * 30 + "x",
    ],
)
def test_too_large_is_never_wrong(answer: str) -> None:
    for scan in (False, True):
        v = gd.check(answer, of=r"\|Ax-b\|^2", wrt="x", given=GIVEN, scan=scan)
        assert v.outcome in ("undecided", "unreadable", "incomplete")


@pytest.mark.parametrize(
    "answer", ["\0", "\\", "{", "$", "$$", "=", "= =", "&&&", r"\\ \\", "x = = x", r"\begin{aligned}", "?", "∇", "d/dx", "x;;;;"]
)
def test_scraps_are_no_answers(answer: str) -> None:
    v = gd.check(answer, of=r"\|Ax-b\|^2", wrt="x", given=GIVEN, scan=True)
    assert v.outcome in ("unreadable", "blank", "incomplete", "wrong")


def test_what_looks_like_code_is_not_run() -> None:
    v = gd.check("__import__('os').system('true')", of=r"\|Ax-b\|^2", wrt="x", given=GIVEN, scan=True)
    assert v.outcome == "unreadable"
