"""Derivations judged line by line: the first wrong line, what follows from it, what is unfinished."""

from __future__ import annotations

import gradatim as gd
from gradatim.judge.verdict import Verdict

LEAST = r"$A\in\mathbb R^{m\times n}$, $x\in\mathbb R^n$, $b\in\mathbb R^m$"
LOGSUM = r"constant vector $w$, variable vectors $x_i, i = 1\dots N$"


def least(*lines: str) -> Verdict:
    return gd.check(r" \\ ".join(lines), of=r"f(x) = \|Ax-b\|^2", wrt="x", given=LEAST)


def states(v: Verdict) -> list[str]:
    return [line.state for line in v.lines]


def test_a_derivation_that_holds() -> None:
    v = least("r = Ax - b", "f = r^T r", r"\frac{df}{dr} = 2r", r"\frac{df}{dx} = 2A^Tr", "= 2A^TAx - 2A^Tb")
    assert (v.outcome, v.derivation, v.first_wrong_line) == ("right", "holds", None)
    assert states(v) == ["definition", "holds", "holds", "holds", "holds"]


def test_the_first_wrong_line_and_what_follows_from_it() -> None:
    v = least(r"\nabla_x f = 2A^T(Ax + b)", "= 2A^TAx + 2A^Tb", "= 2A^T(Ax + b)")
    assert (v.outcome, v.mistake, v.derivation, v.first_wrong_line) == ("wrong", "sign", "slip", 1)
    assert states(v) == ["slip", "follows", "follows"]


def test_a_slip_in_the_middle_of_a_chain() -> None:
    v = least(r"\nabla_x f = 2A^T(Ax - b)", "= 2A^TAx - A^Tb")
    assert (v.first_wrong_line, states(v)) == (2, ["holds", "slip"])


def test_a_right_answer_by_a_wrong_way() -> None:
    v = least(r"\nabla_x f = 2A(Ax-b)", r"\nabla_x f = 2A^T(Ax - b)")
    assert (v.outcome, v.derivation, v.first_wrong_line) == ("right", "slip", 1)
    assert v.lines[0].mistake == "shape"


def test_an_earlier_wrong_value_is_followed_through() -> None:
    v = least(r"\frac{d (x^TA^TAx)}{dx} = A^TAx", r"\frac{df}{dx} = \frac{d (x^TA^TAx)}{dx} - 2A^Tb", "= A^TAx - 2A^Tb")
    assert states(v) == ["slip", "holds", "follows"]
    assert v.first_wrong_line == 1


def test_unfinished() -> None:
    of = r"z = \ln \sum_{i=1}^N \exp(w^T x_i)"
    lines = (
        r"h = \sum_{j=1}^N \exp(w^T x_j)",
        r"\frac{dz}{dx_i} = \frac{1}{h} \frac{dh}{dx_i}",
        r"\frac{dh}{dx_i} = \exp(w^Tx_i) w",
    )
    v = gd.check(r" \\ ".join(lines), of=of, wrt="x_i", given=LOGSUM)
    assert (v.outcome, v.mistake, v.derivation) == ("incomplete", "unfinished", "holds")
    v = gd.check(r"\frac{d}{dx_i} (w^T x_i) = w", of=of, wrt="x_i", given=LOGSUM)
    assert v.outcome == "incomplete"


def test_a_line_that_cannot_be_read_is_a_gap() -> None:
    v = least("r = Ax - b", "f = r^T r + q", r"\frac{df}{dx} = 2A^Tr")
    assert (v.outcome, v.derivation) == ("right", "gap")
    assert states(v) == ["definition", "unread", "holds"]


def test_a_line_left_open() -> None:
    v = least(r"\frac{df}{dx} = ?", r"\frac{df}{dx} = 2A^T(Ax-b)")
    assert (v.outcome, states(v)[-1]) == ("right", "holds")
    assert gd.check(r"\frac{df}{dx} = ?", of=r"f = \|Ax-b\|^2", wrt="x", given=LEAST).outcome == "blank"
