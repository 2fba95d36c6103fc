"""What is read where little or nothing is declared: textbook kinds, a scalar function, and never an operation nobody wrote."""

from __future__ import annotations

import pytest

from gradatim.api import gradient
from gradatim.errors import ReadError
from gradatim.read.problem import read
from gradatim.write.text import text


def kinds(text: str, given: str = "") -> dict[str, str]:
    return {k: s.type.describe().split(" of ")[0] for k, s in read(text, given=given).symbols.items()}


@pytest.mark.parametrize(
    ("text", "given", "meant"),
    [
        (r"a^T X b c^T X d", "", {"a": 1, "X": 2, "b": 1, "c": 1, "d": 1}),
        (r"b^TX^TXc", "", {"b": 1, "X": 2, "c": 1}),
        (r"\mathrm{softmax}(Xw)^Ty", "", {"X": 2, "w": 1, "y": 1}),
        (r"\sum_i \frac{1}{N}(y_i-\sigma(w^Tx_i))^2", "$x_i$ are vectors", {"N": 0, "y": 1, "w": 1, "x": 2}),
        (r"\ln \sum_k \rho_k \exp(-\frac12 (x-\mu_k)^T\Sigma_k^{-1}(x-\mu_k))", "", {"rho": 1, "x": 1, "mu": 2, "Sigma": 3}),
        (r"\frac{\exp(x_k)}{\sum_{j=1}^K \exp(x_j)}", "", {"x": 1}),
        (r"x_1^2 x_2 + \sin x_3", "", {"x_1": 0, "x_2": 0, "x_3": 0}),
        (r"\prod_{i=1}^n x_i", "", {"x": 1}),
        (r"\log(a^T x) + \sum_{j=1}^n \log x_j", "x positive", {"a": 1, "x": 1}),
        (r"\frac{1}{2N}\|Xw-y\|^2", "", {"N": 0, "X": 2, "w": 1, "y": 1}),
        (r"g(Ax + b)", r"g: \mathbb{R}^m \to \mathbb{R}", {"A": 2, "x": 1, "b": 1}),
        (r"Ax", "", {"A": 2, "x": 1}),
        (r"\sum_{i=1}^n (y_i - b_0 - b_1 x_i)^2", "", {"y": 1, "b_0": 0, "b_1": 0, "x": 1}),
        (r"x A x^T", "", {"x": 1, "A": 2}),
        (r"\frac N2 \ln|C|", "", {"N": 0, "C": 2}),
        (r"N/2 \log\det C", "", {"N": 0, "C": 2}),
        (r"\operatorname{tr}(\frac A2 C)", "", {"A": 0, "C": 2}),
        (r"L = \log p(x;\theta), p(x;\theta) = \theta e^{-\theta x}", "$x$ is a scalar", {"x": 0, "theta": 0}),
    ],
)
def test_kinds_by_habit(text: str, given: str, meant: dict[str, int]) -> None:
    problem = read(text, given=given)
    assert {k: s.rank for k, s in problem.symbols.items()} == meant
    if text != "Ax":
        assert problem.term.is_scalar


def test_e_to_a_scalar_is_the_exponential_beside_a_vector_e() -> None:
    problem = read(r"\ln(e^{b^TXc}+e^{d^TXe})", given="b, c, d, e are vectors, X a matrix")
    assert problem.term is read(r"\ln(\exp(b^TXc)+\exp(d^TXe))", given="b, c, d, e are vectors, X a matrix").term
    assert any("is the exponential" in a.text for a in problem.assumed)


@pytest.mark.parametrize("text", [r"\mathrm{tr}(\exp(X))", r"\log\det(\exp(X))", r"\mathrm{tr}(\sin X)"])
def test_functions_of_square_matrices_are_asked_about(text: str) -> None:
    with pytest.raises(ReadError, match="entry by entry, or is it the matrix function"):
        read(text)
    assert read(text, given=r"$\exp$ and $\sin$ are applied elementwise").term.is_scalar


def test_a_chain_of_stars_is_one_product() -> None:
    assert read("x'*A*x").term is read(r"x^T A x").term


def test_entries_alone_are_a_vector_where_it_is_the_variable_and_all_are_there() -> None:
    problem = read("x_1 x_2")
    assert problem.find("x").type.axes[0].literal == 2
    assert any("the 2 entries that are numbered" in str(a) for a in problem.assumed)
    with pytest.raises(ReadError, match=r"only x_2, x_3 are(.|\n)*declare the vector"):
        read("x_2 x_3").find("x")


@pytest.mark.parametrize(
    ("text", "rank"),
    [(r"\log(1+e^z)", 0), (r"\tanh(z)", 0), (r"\|z\| z", 1), (r"z \odot z", 1), (r"\operatorname{softmax}(z)", 1)],
)
def test_one_undeclared_letter_is_a_number_where_nothing_is_written_of_vectors(text: str, rank: int) -> None:
    assert read(text).symbols["z"].rank == rank


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        (r"a^T \exp(X) b", "", r"`\exp(X)` is taken entry by entry"),
        (r"\min_w \|Xw - y\|^2 + \lambda \|w\|^2", "", r"`\min_w` is left out: the objective is differentiated"),
        (r"\log\mathcal{N}(x; \mu, \Sigma)", "", "Σ is symmetric positive definite, a covariance"),
        (r"\sum_k \pi_k \mathcal{N}(x | \mu_k, \Lambda_k^{-1})", "", "Λ is symmetric positive definite, a covariance"),
        (r"\sum_{i=1}^n x^T x", "x is a vector", "`x^T x` does not use the index i, and is repeated for each of its values"),
    ],
)
def test_what_could_mean_something_else_is_said(text: str, given: str, said: str) -> None:
    assert said in [a.text for a in read(text, given=given).assumed]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (r"a^T \exp(X) b", r"$X \in \mathbb{R}^{m \times n}$"),
        (r"a^T \exp(X) b", r"$\exp$ is applied elementwise"),
        (r"\sum_{i=1}^n 1 + \sum_{i=1}^n (w^T x_i)^2", ""),
    ],
)
def test_what_has_one_meaning_needs_no_word(text: str, given: str) -> None:
    assert not [a for a in read(text, given=given).assumed if "entry by entry" in a.text or "index" in a.text]


@pytest.mark.parametrize(
    ("text", "given", "message"),
    [
        # The matrix exponential in every table, and nothing says that X is square.
        (r"a^T e^X b", "", "Nothing says that it is square"),
        # A sum of squared entries as people write it in a hurry; read as it stands it is m n X X.
        (r"\sum_{ij} X^2", "", "does not use the index i, j"),
        # An expectation of what nothing is said of is no matrix E in front of a bracket, and no definition.
        (r"E[(y - w^T x)^2]", "", "neither as an expectation nor as a name"),
        (r"E[x] = \mu, f = E[(w^T x)^2]", "", "no definition"),
        # Less than the objective: a number, and no index, stands below the minimum.
        (r"1 + \min_w \|X w - y\|^2", "", "the minimum over a variable is not read"),
        # P(y = 0 | x) is another number.
        (r"L = -\log P(y|x), P(y=1|x) = \sigma(w^T x)", "", "P is defined where its argument is 1"),
    ],
)
def test_what_it_may_not_mean_is_an_error(text: str, given: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read(text, given=given)


def test_a_value_of_a_probability_is_named_by_its_arguments() -> None:
    problem = read(r"L = P(a=1,b=1|x)^2 + x^T x, P(a=1,b=1|x) = \sigma(w^T x)")
    (function,) = problem.definitions.values()
    assert [p.label for p in function.parameters] == ["1", "1", "x"]


def test_the_objective_of_a_minimisation_is_all_that_follows() -> None:
    alone, minimised = (read(t, given="X is a matrix, w and y are vectors") for t in (_RIDGE, rf"\min_w {_RIDGE}"))
    assert minimised.term is alone.term


_RIDGE = r"\frac12\|X w - y\|^2 + \|w\|^2"


def test_a_label_picks_an_entry() -> None:
    # The gradient of −f_y + log Σⱼ exp(fⱼ) is softmax(f) − e_y, with the label of one example as well.
    problem = read(r"L_i = -f_{y_i} + \log\sum_j e^{f_j}")
    assert text(gradient(problem.term, problem.find("f"))) == "softmax(f) − e_{y_i}"


def test_a_fixed_name_keeps_its_letter_to_itself() -> None:
    problem = read(r"L_i = \log\sum_j \exp(w_j^T x_i)")
    assert text(problem.term).count("ᵢ") == 1


@pytest.mark.parametrize(
    ("starred", "plain"),
    [("||Ax-b||^2 + c*||x||^2", "||Ax-b||^2 + c||x||^2"), ("2*x'Ax", "2*(x^T A x)"), ("c*tr(AX) + det(X)", "c tr(A X) + det(X)")],
)
def test_letters_side_by_side_beside_a_star(starred: str, plain: str) -> None:
    """One of the letters stands alone too, so `Ax` is a product, and the gradient by x does not lose it."""
    assert read(starred).term is read(plain).term


def test_a_run_of_small_letters_beside_a_star_may_be_a_word() -> None:
    with pytest.raises(ReadError, match="is `ax` one name, or a times x"):
        read("2*ax + b*x")
    assert set(kinds("rate*r")) == {"rate", "r"}
