"""The integral that is the derivative of the matrix exponential; others are errors."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.errors import ReadError

GIVEN = r"$M \in \mathbb{R}^{n \times n}$, $u, v\in\mathbb{R}^n$; $e^M$ is the matrix exponential"


@pytest.mark.parametrize(
    "answer, outcome",
    [
        (r"\int_0^1 e^{t M^T} u v^T e^{(1-t) M^T}\,dt", "right"),
        (r"\int_{0}^{1} \exp((1 - t) M^\top)\, u v^\top \exp(t M^\top)\,\mathrm{d}t", "right"),
        (r"\int_0^1 e^{t M} u v^T e^{(1-t) M}\,dt", "wrong"),
        (r"\int_0^1 e^{t M^T} u v^T e^{(1-t) M}\,dt", "unreadable"),
        (r"\int_0^2 e^{t M^T} u v^T e^{(2-t) M^T}\,dt", "unreadable"),
    ],
)
def test_the_derivative_along_a_change_as_its_integral(answer: str, outcome: str) -> None:
    assert gd.check(answer, of="u^T e^M v", wrt="M", given=GIVEN).outcome == outcome


def test_another_integral_is_an_error() -> None:
    with pytest.raises(ReadError, match=r"\\int"):
        gd.read(r"\int_0^1 x^2 dx")
