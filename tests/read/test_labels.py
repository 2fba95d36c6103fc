"""Labels that pick a member for every example of a sum: w_{y_i} under a sum over i."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import GradatimError
from gradatim.term import free_symbols, is_index
from gradatim.value.floats import evaluate

N, K, D = 6, 4, 3
RNG = np.random.default_rng(5)
X, W = RNG.standard_normal((N, D)), RNG.standard_normal((K, D))
LABELS = np.array([0, 2, 2, 1, 0, 2])
"""The last class has no example, and another three: members of their own number would be seen."""
HOT = np.eye(K)[LABELS]
DATA = r"$x_i \in \mathbb{R}^d$ and $y_i \in \{1,\dots,K\}$ for $i=1,\dots,N$, $w_k \in \mathbb{R}^d$ for $k = 1,\dots,K$"
SOFTMAX = r"\sum_{i=1}^N (\log \sum_{k=1}^K \exp(w_k^T x_i) - w_{y_i}^T x_i)"


def loss_of_softmax(w: np.ndarray) -> float:
    scores = X @ w.T
    return float(sum(np.log(np.exp(s).sum()) - s[y] for s, y in zip(scores, LABELS)))


def hinge(w: np.ndarray) -> float:
    scores = X @ w.T
    return float(sum(max(0.0, 1 + s[j] - s[y]) for s, y in zip(scores, LABELS) for j in range(K) if j != y))


def by_member(f: object, w: np.ndarray, k: int) -> np.ndarray:
    steps = [1e-6 * (np.arange(K)[:, None] == k) * (np.arange(D) == j) for j in range(D)]
    return np.array([(f(w + s) - f(w - s)) / 2e-6 for s in steps])  # type: ignore[operator]


@pytest.mark.parametrize(
    ("formula", "function"),
    [
        (SOFTMAX, loss_of_softmax),
        (r"-\sum_{i=1}^N \log \frac{\exp(w_{y_i}^T x_i)}{\sum_{k=1}^K \exp(w_k^T x_i)}", loss_of_softmax),
        (r"L = -\sum_{i=1}^N \log p_{i, y_i}, p_{ik} = \frac{\exp(w_k^T x_i)}{\sum_{j=1}^K \exp(w_j^T x_i)}", loss_of_softmax),
        (r"\sum_i \sum_{j \ne y_i} \max(0, 1 + w_j^T x_i - w_{y_i}^T x_i)", hinge),
    ],
)
def test_value_and_gradient_are_those_of_the_loss_over_the_examples(formula: str, function: object) -> None:
    problem = gd.read(formula, given=DATA)
    assert np.isclose(problem.term.evaluate(w=W, x=X, Y=HOT), function(W))  # type: ignore[operator]
    found = problem.derivative("w_k")
    values = {"w": W, "x": X, "Y": HOT}
    symbols = free_symbols(found)
    arrays = {s: values[s.plain] for s in symbols if not is_index(s)}
    for k in range(K):
        got = evaluate(found, arrays, {}, {s: k + 1 for s in symbols if is_index(s)})
        assert np.allclose(got, by_member(function, W, k), atol=1e-6)


def test_the_gradient_is_written_as_mathematicians_write_it() -> None:
    defined = r"L = -\sum_{i=1}^N \log p_{i, y_i}, p_{ik} = \frac{\exp(w_k^T x_i)}{\sum_{j=1}^K \exp(w_j^T x_i)}"
    assert gd.read(defined, given=DATA).derivative("w_k").text() == "Σᵢ (pᵢₖ − 𝟙[yᵢ = k]) xᵢ"
    rows = gd.read(
        r"-\sum_i \log softmax(W x_i)_{y_i}", given=r"$x_i \in \mathbb{R}^d$, $i = 1..N$, $W \in \mathbb{R}^{K \times d}$"
    )
    assert rows.derivative("W").text() == "Σᵢ (softmax(W xᵢ) − e_{yᵢ}) xᵢᵀ"
    means = gd.read(r"\sum_{i=1}^n \|x_i - \mu_{c_i}\|^2", given=r"$c_i$ is the cluster of $x_i \in \mathbb{R}^d$")
    assert means.derivative(r"\mu_k").text() == "−2 Σᵢ 𝟙[cᵢ = k] (xᵢ − μ_{cᵢ})"
    assert any("𝟙[cᵢ = k]" in a.text for a in means.assumed)


def test_what_is_written_reads_back() -> None:
    problem = gd.read(r"\sum_i \sum_{j \ne y_i} \max(0, 1 + w_j^T x_i - w_{y_i}^T x_i)", given=DATA)
    assert (
        problem.term.latex()
        == r"\sum_{i=1}^{N} \sum_{j \ne y_{i}} \operatorname{ReLU}\left(1 + w_{j}^\top x_{i} - w_{y_{i}}^\top x_{i}\right)"
    )
    found = problem.derivative("w_k")
    for written in (found.latex(), found.text()):
        assert str(gd.check(written, problem, "w_k")).startswith("right"), written


@pytest.mark.parametrize(
    "subtracted",
    [
        r"\sum_i \mathbb{1}[y_i = k] x_i",
        r"\sum_i 1\{k = y_i\} x_i",
        r"\sum_i \delta_{k,y_i} x_i",
        r"\sum_{i : y_i = k} x_i",
        r"\sum_i (1 - \mathbb{1}[y_i \ne k]) x_i",
    ],
)
def test_answers_say_by_their_own_signs_which_examples_are_of_the_class(subtracted: str) -> None:
    problem = gd.read(SOFTMAX, given=DATA)
    answer = rf"\sum_i \frac{{\exp(w_k^T x_i)}}{{\sum_j \exp(w_j^T x_i)}} x_i - {subtracted}"
    assert str(gd.check(answer, problem, "w_k")) == "right"


def test_an_answer_that_takes_every_example_for_one_of_the_class_is_wrong() -> None:
    problem = gd.read(SOFTMAX, given=DATA)
    answer = r"\sum_i (\frac{\exp(w_k^T x_i)}{\sum_j \exp(w_j^T x_i)} - 1) x_i"
    assert str(gd.check(answer, problem, "w_k")).startswith("wrong")


def test_two_kinds_of_labels_pick_from_two_families() -> None:
    problem = gd.read(r"\sum_i (r_i - u_{a_i}^T v_{b_i})^2")
    a, b, r = RNG.integers(0, 3, N), RNG.integers(0, 4, N), RNG.standard_normal(N)
    u, v = RNG.standard_normal((3, D)), RNG.standard_normal((4, D))
    expected = sum((r[i] - u[a[i]] @ v[b[i]]) ** 2 for i in range(N))
    assert np.isclose(problem.term.evaluate(r=r, u=u, v=v, A=np.eye(3)[a], B=np.eye(4)[b]), expected)


@pytest.mark.parametrize(
    "formula",
    [
        r"\sum_i \frac{(y_i - \mu)^2}{\sigma_{y_i}^2}",
        r"\sum_i w_{y_i}^T x_i + \sum_i y_i",
        r"\sum_{t=1}^T \log A_{s_t, s_{t+1}}",
    ],
)
def test_what_is_a_number_and_a_label_is_refused(formula: str) -> None:
    with pytest.raises(GradatimError, match="labels here|no number|not read as indices"):
        gd.read(formula)


def test_numbers_that_are_compared_with_an_index_are_no_vectors() -> None:
    problem = gd.read(r"\sum_{i=1}^m \sum_{k=1}^K 1\{y^{(i)} = k\} \theta^{(k)\top} x^{(i)}")
    assert problem.derivative(r"\theta^{(k)}").text() == "Σᵢ 𝟙[yᵢ = k] xᵢ"
    found = problem.term.evaluate(y=np.array([1.0, 3.0]), theta=W[:3], x=X[:2])
    assert np.isclose(found, W[0] @ X[0] + W[2] @ X[1])
