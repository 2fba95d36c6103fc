"""`gradatim derive` of a sentence, as people type it: it is read as `solve` reads a question, and what it leaves open is told."""

from __future__ import annotations

import pytest

from gradatim.cli import main


def derived(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["derive", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    "sentence",
    [
        "gradient of ||Ax-b||^2 wrt x, where A is m by n",
        "gradient of ||Ax-b||^2 w.r.t. x where A is m by n",
        "Let f(x)=||Ax-b||^2. Find its gradient.",
        "find the gradient of ||Ax-b||^2 with respect to x",
        "What's d/dx of ||Ax-b||^2?",
        "Please compute the derivative of ||Ax-b||^2 by x",
    ],
)
def test_a_sentence(sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "∂f/∂x   = 2 Aᵀ(A x − b)" in derived(capsys, sentence)


def test_sizes_in_words_are_no_variable(capsys: pytest.CaptureFixture[str]) -> None:
    """The n of "m by n" was what was differentiated by."""
    lines = derived(capsys, "gradient of ||Ax-b||^2 where A is m by n")
    assert "∂f/∂x   = 2 Aᵀ(A x − b)" in lines
    assert "assumed: the question does not say by what to differentiate: by x" in lines
    assert not any("A is a" in line for line in lines)


def test_a_hessian_in_words_by_a_name_that_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    lines = derived(capsys, "what is the hessian of log(sum(exp(x)))", "--wrt", "x")
    assert "∂²f/∂x² = diag(softmax(x)) − softmax(x) softmax(x)ᵀ" in lines


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Let f(x)=||Ax-b||^2. Find its gradient and Hessian.", "it asks for 2 derivatives: `gradatim solve -` answers them"),
        ("the gradient", "not a derivative question"),
    ],
)
def test_what_a_sentence_does_not_ask(sentence: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", sentence]) == 2
    assert said in capsys.readouterr().err


def test_the_argument_of_a_function_is_what_it_is_differentiated_by(capsys: pytest.CaptureFixture[str]) -> None:
    lines = derived(capsys, "f(x) = x^T A x")
    assert "∂f/∂x   = (A + Aᵀ) x" in lines
    assert "assumed: differentiated by x, the argument of the function (--wrt x)" in lines
    assert main(["derive", "f(x, y) = x^T A y"]) == 2
