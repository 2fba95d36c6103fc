"""A bound behind an answer, `⪰ λ I`, says something of it and is no part of it."""

from __future__ import annotations

import pytest

import gradatim as gd

A, x, b = gd.matrix("A", "m", "n"), gd.vector("x", "n"), gd.vector("b", "m")
SQUARES = gd.norm(A @ x - b) ** 2


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        # The Hessian of ‖Ax − b‖² is 2 AᵀA.
        (r"2A^TA \succeq \lambda I", "right"),
        (r"$2A^TA \succeq 2\mu I_n$, so $f$ is strongly convex", "right"),
        (r"2A^TA ⪯ L I", "right"),
        (r"A^TA \succeq \lambda I", "wrong"),
        # What stands behind the sign is compared, and is no bound by a multiple of I.
        (r"2A^TA \succeq A^TA", "unreadable"),
    ],
)
def test_a_bound_behind_an_answer_is_left_aside(answer: str, outcome: str) -> None:
    assert gd.check(answer, of=SQUARES, wrt=(x, x)).outcome == outcome
