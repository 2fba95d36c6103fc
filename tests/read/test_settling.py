"""One text of declarations settles every guess and changes nothing; what declares nothing is said."""

import pytest

import gradatim as gd
from gradatim.read.unheard import not_taken, unheard
from gradatim.report.guessed import guess_lines, settling

FORMULAS = [
    r"\|Ax - b\|^2 + \lambda\|x\|_1",
    r"\sum_i y_i \log \sigma(x_i^T\beta) + (1 - y_i)\log(1 - \sigma(x_i^T\beta))",
    r"\log\det(\Sigma) + x^T\Sigma^{-1}x",
    r"\sum_{k=1}^K \pi_k \exp(-\frac12 (x - \mu_k)^T\Sigma_k^{-1}(x - \mu_k))",
    r"g(a^T x) + \operatorname{tr}(AXB)",
    r"\sum_i y_i \log \Phi(x_i^T\beta)",
    "sum(y .* log(softmax(W*x + b)))",
]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("given", ["", r"$\lambda$ is a scalar."])
def test_one_text_settles_every_guess(formula: str, given: str) -> None:
    first = gd.read(formula, given=given)
    declared = settling(first.assumed, given)
    again = gd.read(formula, given=declared)
    assert again.term.text() == first.term.text()
    assert settling(again.assumed, declared) == ""


def test_a_guess_made_twice_is_said_once() -> None:
    lines = guess_lines(gd.read(FORMULAS[1]).assumed)
    assert sum("sigmoid" in line for line in lines if line.startswith("assumed")) == 1
    assert sum(line.startswith("to settle this") for line in lines) == 1


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("A is a matrix. foo bar", ["foo bar"]),
        ("$x \\in \\mathbb{R}^n$; hello world", ["hello world"]),
        ("x, w vectors", []),
        ("$A = A^T$. $x$ is a vector", []),
        ("softmax is row-wise", []),
    ],
)
def test_sentences_that_declare_nothing(text: str, lost: list[str]) -> None:
    assert [s for s in unheard(text) if "=" not in s] == lost


def test_declarations_that_declare_nothing_at_all_are_an_error() -> None:
    with pytest.raises(gd.ReadError, match="declare nothing"):
        not_taken("foo bar baz")
    assert not_taken("$x$ is a vector; the prime denotes the transpose") == []
    assert not_taken("x is a vector. qux quux") == ["nothing is declared by “qux quux”"]


def test_a_family_is_declared_by_its_name() -> None:
    by_name = gd.read(r"\sum_i y_i x_i^T w", given="$x$ is a family of vectors, $w$ a vector")
    by_member = gd.read(r"\sum_i y_i x_i^T w", given="$x_i$ and $w$ are vectors")
    assert by_name.term.text() == by_member.term.text()
    assert by_name.symbols["x"].type.family == 1
