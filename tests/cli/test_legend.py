"""What an answer has and the question has not is explained: σ is not everybody's name of the sigmoid."""

from __future__ import annotations

import pytest

from gradatim.cli import main


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["derive", *arguments]) == 0
    return capsys.readouterr().out


def test_a_name_that_the_answer_brings_in_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert "where σ(z) = 1/(1 + e⁻ᶻ)\n" in shown(capsys, r"\log(1 + e^{w^T x})", "--wrt", "w")
    assert "where softmax(z)ᵢ = exp(zᵢ) / Σⱼ exp(zⱼ)\n" in shown(capsys, r"\log\sum_i e^{x_i}", "--wrt", "x")


def test_a_name_of_the_question_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert "where" not in shown(capsys, r"\log\sigma(w^T x)", "--wrt", "w")


def test_a_derivation_explains_its_own_signs(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, r"\log(1 + e^{w^T x})", "--wrt", "w", "--style", "chain")
    assert "where σ" not in out and "notation: σ(t) = 1/(1 + exp(−t))" in out
