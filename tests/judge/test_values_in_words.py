r"""Names that an answer explains in words, "where $M$ is the inverse of $XX^T + sI$": the word counts, and is not passed over."""

import pytest

import gradatim as gd

RIDGE = (r"f = \|Xw - y\|^2", "w", "X is an n × d matrix, y and w are vectors")
QUADRATIC = (r"f = y^T (K + s I)^{-1} y", "y", "K is a symmetric n × n matrix, y a vector, s a positive scalar")


def verdict(question: tuple[str, str, str], answer: str) -> str:
    of, wrt, given = question
    return gd.check(answer, of=of, wrt=wrt, given=given).outcome


def test_an_inverse_in_words_is_one() -> None:
    assert verdict(QUADRATIC, r"$2My$ where $M$ is the inverse of $K + s I$").startswith("right")


def test_what_a_word_makes_of_a_formula_is_not_the_formula() -> None:
    """With M for K + sI itself the answer would be wrong, and with r for Xw − y itself this one would be right."""
    assert not verdict(QUADRATIC, r"$2M^{-1}y$ where $M$ is the inverse of $K + s I$").startswith("right")
    assert not verdict(RIDGE, r"$2X^Tr$ where $r$ is twice $Xw - y$").startswith("right")


@pytest.mark.parametrize("answer", [r"twice $2X^T(Xw - y)$", r"$2X^T(Xw - y)$ times 2", r"half of $2X^T(Xw-y)$"])
def test_words_beside_a_right_formula_make_it_another(answer: str) -> None:
    assert not verdict(RIDGE, answer).startswith("right")


@pytest.mark.parametrize(
    "answer", [r"$2X^Tr$ where $r$ is the residual $Xw - y$", r"$2X^Tr$ with $r = Xw - y$", r"The gradient is $2X^T(Xw - y)$."]
)
def test_names_of_what_stands_there_change_nothing(answer: str) -> None:
    assert verdict(RIDGE, answer).startswith("right")
