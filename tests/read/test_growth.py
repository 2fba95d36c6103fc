"""Work that is counted: a text twice as long takes about twice the work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradatim.errors import GradatimError, LimitExceeded
from gradatim.read.marked import Marked
from gradatim.read.problem import read
from gradatim.read.quiet import LEFT_OUT, quiet, without_gaps
from gradatim.read.scripts import Scripts
from gradatim.read.tokens import Token, tokenize


class Counted(list[Token]):
    """Tokens that count how often one of them is looked at."""

    looked = 0

    def __getitem__(self, k):  # type: ignore[no-untyped-def]
        self.looked += 1
        return super().__getitem__(k)


def looks(text: str) -> int:
    tokens = Counted()
    scripts = Scripts(tokens)
    for t in tokenize(text):
        tokens.append(t)
        scripts.here()
    return tokens.looked


@pytest.mark.parametrize("text", ["x ", "x_{a} ", "{x} ", "x^2 "])
def test_each_token_is_looked_at_a_bounded_number_of_times_for_its_script(text: str) -> None:
    assert looks(text * 400) <= 2.1 * looks(text * 200)


@pytest.mark.parametrize(
    ("text", "inside"), [("x_", True), ("x_{a", True), ("x_{a}", False), ("{a", False), ("x^{b_{c} d", True), ("x_{{a", False)]
)
def test_what_stands_in_a_script(text: str, inside: bool) -> None:
    tokens = [t for t in tokenize(text) if t.kind != "end"]
    assert Scripts(tokens).here() is inside


def attempts(marked: Marked, text: str) -> int:
    """How often the pattern is tried."""
    count = 0
    pattern = marked.pattern

    class Counting:
        def match(self, *about: object) -> object:
            nonlocal count
            count += 1
            return pattern.match(*about)  # type: ignore[arg-type]

    marked.pattern = Counting()  # type: ignore[assignment]
    list(marked.finditer(text))
    return count


@pytest.mark.parametrize("text", ["\\[ x ", "\\( x ", "\\begin{align} x ", "\\\\[ x "])
def test_a_mark_that_never_closes_is_tried_once(text: str) -> None:
    marks = r"\$\$.+?\$\$|\\\[.+?\\\]|\\\(.+?\\\)|\\begin\{(?P<e>align)\}.+?\\end\{(?P=e)\}"
    assert attempts(Marked(marks), text * 1000) == 1


def test_a_row_end_is_no_mark_that_opens() -> None:
    found = Marked(r"(?<!\\)\\\[(?P<a>.+?)\\\]").finditer(r"a \\[2pt] b \[ x \] \[ y \]")
    assert [m["a"].strip() for m in found] == ["x", "y"]


def test_gaps_are_cut_short_and_lines_stay_as_far_in() -> None:
    assert without_gaps(f"a{' ' * 99}b") == f"a{' ' * 40}b"
    assert without_gaps("a" + "\n" * 99 + "   b") == "a\n\n\n   b"
    assert without_gaps("a\n\n    b") == "a\n\n    b"


def test_no_word_is_left_out_of_a_formula() -> None:
    formula = "$" + "x+" * 600 + "x$"
    assert quiet(f"let {formula} be") == (f"let {formula} be", ())
    text, notes = quiet(f"let {'y' * 600}{formula} be")
    assert text == f"let {LEFT_OUT}{formula} be" and len(notes) == 1


HOSTILE: tuple[Callable[[int], str], ...] = (
    lambda n: "1" * n,
    lambda n: "x," * n,
    lambda n: "(" * n,
    lambda n: "A is " * n,
    lambda n: "x, y and " * n,
    lambda n: "a+" * n,
    lambda n: "x = " * n,
)


@pytest.mark.parametrize("make", HOSTILE, ids=lambda m: m(1))
def test_declarations_without_end_are_read_or_refused(make: Callable[[int], str]) -> None:
    try:
        assert read("x^T x", given=f"x is a vector. {make(20_000)}").term.is_scalar
    except LimitExceeded as error:
        assert "no more than 500" in str(error)


@pytest.mark.parametrize("text", ["\\mathbf $} \\in \\mathbb R{R}^{m \\times{n", "x is a vector } and ) y", "} ] )"])
def test_brackets_that_only_close_are_passed(text: str) -> None:
    """A reader that took them for a formula of no length stood still."""
    try:
        assert read("x^T x", given=text).term is not None
    except GradatimError as error:
        assert str(error)
