"""Texts that were once read as something else than they say: each is compared with what it means, by its value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradatim as gd

RNG = np.random.default_rng(11)
N, M, P = 4, 5, 3


def array(*shape: int) -> Any:
    return RNG.normal(size=shape)


A, X, B, W, S = array(N, N), array(N, P), array(P, P), array(M, N), array(M, N)
x, y, b, z, mu, u = array(N), array(N), array(M), array(N), array(N), array(P)
XAX = np.linalg.inv(X.T @ A @ X)
SQUARE = r"$X$ is $n\times p$, $A$ is $n\times n$, $B$ is $p\times p$"


@pytest.mark.parametrize(
    ("text", "given", "arrays", "value"),
    [
        # a function that the declarations define, whose body begins with its own argument
        (
            r"\rho_\tau(y - x^T\beta)",
            r"$\rho_\tau(u) = u(\tau - \mathbb{1}\{u < 0\})$ is the check function, $x \in \mathbb{R}^p$",
            {"x": x, "beta": y, "y": -40.0, "tau": 0.3},
            (-40 - x @ y) * (0.3 - 1),
        ),
        (
            r"-\log q(z)",
            r"$q(z)=\mathcal{N}(z;\mu,\sigma^2 I)$ with $z,\mu\in\mathbb{R}^d$, $\sigma>0$",
            {"z": z, "mu": mu, "sigma": 1.5},
            N / 2 * np.log(2 * np.pi * 2.25) + (z - mu) @ (z - mu) / 4.5,
        ),
        # "a, b are real" after a list of vectors
        (
            "mean((y - (a*x + b))^2)",
            "x, y in R^n and a, b are real",
            {"x": x, "y": y, "a": 2.0, "b": -1.0},
            np.mean((y - 2 * x + 1) ** 2),
        ),
        # shapes as arrays print them, and sizes said one after another
        (
            "np.sum((X @ w - y)**2) / (2*n)",
            "X has shape (n, d), w has shape (d,), y has shape (n,)",
            {"X": X, "w": u, "y": y},
            np.sum((X @ u - y) ** 2) / (2 * N),
        ),
        (
            r"\|Xw - y\|^2",
            r"$X$ has size $n\times d$, $w$ has size $d$ and $y$ has size $n$",
            {"X": X, "w": u, "y": y},
            np.sum((X @ u - y) ** 2),
        ),
        # a description that ends with its size is not that of the next name
        (
            "x'Ax + u'Bu",
            r"Let $x$ be a vector, $A$ a symmetric matrix of order $n$ and $B$ a symmetric $p\times p$ matrix.",
            {"x": x, "A": A + A.T, "u": u, "B": B + B.T},
            x @ (A + A.T) @ x + u @ (B + B.T) @ u,
        ),
        # a trace without brackets goes to the end of its product
        (r"\mathrm{tr}\, (X'AX)^{-1}B", SQUARE, {"X": X, "A": A, "B": B}, np.trace(XAX @ B)),
        ("tr (X'AX)^{-1}", SQUARE, {"X": X, "A": A}, np.trace(XAX)),
        (r"\operatorname{tr}(X'AX)^{-1}", SQUARE, {"X": X, "A": A}, 1 / np.trace(X.T @ A @ X)),
        # the bias b of one layer and b_2 of the next
        (
            r"h = \tanh(Wx + b); \hat y = \mathrm{softmax}(Uh + b_2); -\log \hat y_1",
            "",
            {"W": W, "x": x, "b": b, "U": S.T, "b_2": y},
            -np.log(np.exp(S.T @ np.tanh(W @ x + b) + y)[0] / np.exp(S.T @ np.tanh(W @ x + b) + y).sum()),
        ),
        # a declared h_t that the text defines keeps its definition
        (
            r"h_t = \tanh(Ah_{t-1}); L = \|Ah_t - y\|^2",
            r"$h_t \in \mathbb{R}^{k}$",
            {"A": A, "h_t1": x, "y": y},
            np.sum((A @ np.tanh(A @ x) - y) ** 2),
        ),
        # sets, words and braces around and behind the formula
        (r"f(x) = x^TAx,\quad x \in \mathbb{R}^n, A \in \mathbb{R}^{n \times n}", "", {"x": x, "A": A}, x @ A @ x),
        (r"\text{minimize}\quad x^TAx", "", {"x": x, "A": A}, x @ A @ x),
        (
            r"L = \underbrace{x^TAx}_{\text{data}} + \lambda \|x\|_1",
            "",
            {"x": x, "A": A, "lam": 2.0},
            x @ A @ x + 2 * abs(x).sum(),
        ),
        (r"\mathring x^TA\mathring x", "", {"x_mathring": x, "A": A}, x @ A @ x),
    ],
)
def test_read_as_meant(text: str, given: str, arrays: dict[str, Any], value: float) -> None:
    problem = gd.read(text, given=given)
    assert problem.term.is_scalar
    assert np.allclose(problem.term.evaluate(**{n: arrays[n] for n in problem.symbols}), value)


@pytest.mark.parametrize(
    "text",
    [
        r"\|A\|_2 \text{ squared: } \|Ax\|_2^2",
        r"\sum_i x_i^2 \text{ for all } i",
        r"f(x) = x^Tx \text{ (a quadratic)}",
        r"x^Tx \text{ s.t. } x^TAx",
        r"x^Tx \text{ if } a",
    ],
)
def test_words_in_a_formula_are_no_factors(text: str) -> None:
    with pytest.raises(gd.ReadError, match="words are not read in a formula"):
        gd.read(text)


def test_a_function_that_is_not_understood_is_no_factor() -> None:
    with pytest.raises(gd.ReadError, match="what the declarations say of ρ_τ is not read"):
        gd.read(r"\rho_\tau(y - x^T\beta)", given=r"$\rho_\tau(u) = g(u)$, $x \in \mathbb{R}^p$")


@pytest.mark.parametrize("text", [r"\operatorname{tr}(X'AX)^{-1}", "tr (X'AX)^{-1}B", r"\operatorname{tr} (A+A)A"])
def test_how_far_a_trace_goes_is_listed(text: str) -> None:
    told = [a for a in gd.read(text, given=SQUARE).assumed if "trace" in a.text]
    assert told and all(a.alternatives and a.changes_answer for a in told)


def test_a_set_with_a_condition_declares_none_of_its_letters() -> None:
    given = r"with domain $\{x \mid a_i^Tx < b_i, i = 1, \ldots, m\}$, $a_i \in \mathbb{R}^n$"
    problem = gd.read(r"-\sum_{i=1}^m \log(b_i - a_i^Tx)", given=given)
    assert problem.term.is_scalar
    a, c = array(M, N), 30 + array(M)
    assert np.allclose(problem.term.evaluate(a=a, b=c, x=x), -np.log(c - a @ x).sum())


def test_a_capital_that_nothing_makes_a_matrix_is_a_number() -> None:
    problem = gd.read(r"U = -\sum_{i<j} \frac{Gm_im_j}{\|r_i - r_j\|}", given=r"$r_i \in \mathbb{R}^3$ and $m_i > 0$")
    r, m = array(M, 3), abs(array(M))
    value = -sum(6 * m[i] * m[j] / np.linalg.norm(r[i] - r[j]) for i in range(M) for j in range(i + 1, M))
    assert np.allclose(problem.term.evaluate(G=6.0, r=r, m=m), value)


def test_what_a_sum_runs_over_is_no_name_of_its_own() -> None:
    problem = gd.read(r"z_i = Wx_i; L = \sum_i \|z_i - y_i\|^2", given=r"$z_i, y_i \in \mathbb{R}^k$, $x_i \in \mathbb{R}^d$")
    xs, ys = array(6, N), array(6, M)
    assert np.allclose(problem.term.evaluate(W=W, x=xs, y=ys), np.sum((xs @ W.T - ys) ** 2))
    with pytest.raises(gd.ReadError, match="a recurrence"):
        gd.read(r"h_t = \tanh(Wh_{t-1}); L = \sum_{t=1}^T \|h_t - y_t\|^2", given=r"$h_t \in \mathbb{R}^k$")


@pytest.mark.parametrize(
    ("text", "given", "arrays", "value"),
    [
        # an entry before the sum over all entries, and the last of them
        (r"x_1^2 + \sum_{k=1}^N x_k^2", "", {"x": x}, x[0] ** 2 + x @ x),
        (r"x_N^2 + \sum_{k=1}^N x_k^2", r"$x \in \mathbb{R}^N$", {"x": x}, x[-1] ** 2 + x @ x),
        (r"x_n^2 + \sum_{k=1}^n x_k^2", "", {"x": x}, x[-1] ** 2 + x @ x),
        (
            r"x_N^TBx_N + \sum_{k=1}^N x_k^Tx_k",
            r"$x_k \in \mathbb{R}^n$",
            {"x": X, "B": B},
            X[-1] @ B @ X[-1] + np.sum(X**2),
        ),
        # two members that are declared side by side, and a sum over them
        (r"\sum_{i,j} \|x_i - x_j\|^2", r"$x_i, x_j \in \mathbb{R}^d$", {"x": X}, np.sum((X[:, None] - X[None]) ** 2)),
        # heads that only say what is worked out
        (r"\operatorname{tr}(P) = \operatorname{tr}(XBX^T)", SQUARE, {"X": X, "B": B}, np.trace(X @ B @ X.T)),
        (
            r"\cos\theta = \frac{x \cdot y}{\|x\|\|y\|}",
            r"$x, y \in \mathbb{R}^n$",
            {"x": x, "y": y},
            x @ y / (np.linalg.norm(x) * np.linalg.norm(y)),
        ),
        (r"\|r\|^2 = (y - Xu)^T(y - Xu)", SQUARE, {"y": y, "X": X, "u": u}, np.sum((y - X @ u) ** 2)),
        ("(y - X.beta)'(y - X.beta)", "X is n by p", {"y": y, "X": X, "beta": u}, np.sum((y - X @ u) ** 2)),
    ],
)
def test_members_heads_and_dots(text: str, given: str, arrays: dict[str, Any], value: float) -> None:
    problem = gd.read(text, given=given)
    assert np.allclose(problem.term.evaluate(**{n: arrays[n] for n in problem.symbols}), value)


def test_a_name_is_one_thing_wherever_it_stands() -> None:
    """That R_k is the k-th of the R makes no two things of K_k, of which one is constant under the derivative by the other."""
    problem = gd.read(r"\operatorname{tr}(K_kR_kK_k^T)", given=r"$R_k \in \mathbb{R}^{m \times m}$")
    assert problem.derivative("K_k").text() == "Kₖ (Rₖ + Rₖᵀ)"


def test_a_sum_from_zero_does_not_tell_which_entry_a_number_is() -> None:
    with pytest.raises(gd.ReadError, match="counts x from 0"):
        gd.read(r"x_0^2 + \sum_{k=0}^N x_k^2")
    assert gd.read(r"\beta_0 + \sum_{j=1}^p \beta_j x_j").derivative("beta_j").text() == "xⱼ"


def test_by_the_weights_of_the_right_class() -> None:
    given = r"$x_i, w_j \in \mathbb{R}^d$; $y_i$ is the correct class"
    problem = gd.read(r"L_i = \sum_{j \neq y_i} \max(0, w_j^Tx_i - w_{y_i}^Tx_i + 1)", given=given)
    found = problem.derivative("w_{y_i}").text()
    assert found == "−∑_{j≠y_i} 𝟙[wⱼᵀxᵢ − w_{y_i}ᵀ xᵢ + 1 > 0] xᵢ"


def test_samples_that_the_text_numbers_are_members_of_their_own() -> None:
    formula = r"\sum_{s=1}^K \log\sigma(-u_{w_s}^\top v)"
    declared = gd.read(formula, given=r"$v, u_{w_s} \in \mathbb{R}^d$, $s = 1, \dots, K$; $\sigma$ is the sigmoid")
    assert np.allclose(declared.term.evaluate(u=A, v=x), -np.sum(np.log1p(np.exp(A @ x))))
    listed = gd.read(formula, given=r"$v \in \mathbb{R}^d$; $w_1, \dots, w_K$ are the samples; $\sigma$ is the sigmoid")
    assert any("no two of the labels" in a.text for a in listed.assumed)


def test_what_stands_together_in_an_example_is_no_list_of_one_space() -> None:
    """ "(x_n, t_n), x_n ∈ ℝ^d" says nothing of t_n, which was a vector too."""
    formula, w = r"\sum_{n=1}^N t_n w^Tx_n", array(P)
    targets = array(N)
    problem = gd.read(formula, given=r"$(x_n, t_n)$, $x_n \in \mathbb{R}^d$")
    assert np.allclose(problem.term.evaluate(w=w, t=targets, x=X), targets @ X @ w)
    signs = gd.read(formula, given=r"$(x_n, t_n)$, $x_n \in \mathbb{R}^d$, $t_n \in \{-1, 1\}$")
    assert np.allclose(signs.term.evaluate(w=w, t=targets, x=X), targets @ X @ w)


@pytest.mark.parametrize("given", ["x is real", "$x$ is real"])
def test_a_real_x_is_what_its_use_says(given: str) -> None:
    t = 0.7
    assert np.allclose(gd.read("x**2*sin(x)/(1+x)", given=given).term.evaluate(x=t), t**2 * np.sin(t) / (1 + t))
    assert np.allclose(gd.read("x.T @ A @ x", given=given).term.evaluate(x=x, A=A), x @ A @ x)


@pytest.mark.parametrize(
    ("text", "wrt", "expected"),
    [
        (r"f_i(x) = \sum_j A_{ij} x_j^2", "x", "2(Aᵢ ⊙ x)"),
        (r"z_k = \sum_{j=1}^d w_{kj} x_j; y_k = \sigma(z_k)", "x_j", "wₖⱼ σ(zₖ)(1 − σ(zₖ))"),
        (r"\sum_j w_{hj} x_j", "x", "wₕ"),
    ],
)
def test_an_entry_with_a_free_and_a_running_index_is_no_scalar_that_stands_still(text: str, wrt: str, expected: str) -> None:
    assert gd.read(text).derivative(wrt).text() == expected


def test_a_word_beside_a_running_index_is_asked_about() -> None:
    with pytest.raises(gd.ReadError, match="beside the index j is not read"):
        gd.read(r"\sum_j w_{\text{out},j} x_j")


def test_two_primes_on_an_array_are_no_transposes() -> None:
    # x'' is mostly a second derivative, and x is none.
    with pytest.raises(gd.ReadError, match="neither as transposes nor as derivatives"):
        gd.read("x''", given="x is a vector")


def test_a_small_t_above_a_guess_is_said_to_be_a_transpose() -> None:
    assert any("is a transpose" in a.text for a in gd.read("x^t x").assumed)
    assert not any("is a transpose" in a.text for a in gd.read("x^t x", given="x is a vector").assumed)


def test_pi_is_a_name_where_it_is_the_variable() -> None:
    r"""π^T p_n by π speaks of mixture weights; by p it is the number, unless it is declared."""
    by_weights = gd.read(r"\sum_n \log(\pi^T p_n)")
    weights = by_weights.find(r"\pi")
    assert weights.rank == 1 and any("π is a name" in str(a) for a in by_weights.assumed)
    assert gd.read(r"\pi x^2").find("x").rank == 0
    with pytest.raises(gd.ReadError, match="not a variable"):
        gd.read(r"x^2").find(r"\pi")


def test_a_transposed_pi_is_no_number() -> None:
    """Σ πₖ log πₖ + λ(πᵀ1 − 1): the λ-term moves with π, too."""
    found = gd.read(r"\sum_k \pi_k\log\pi_k + \lambda(\pi^T 1 - 1)", given=r"$\lambda$ is a scalar")
    pi, rate = found.find(r"\pi"), found.find(r"\lambda")
    gradient = gd.compile(gd.gradient(found.term, pi))
    at = np.array([0.2, 0.3, 0.5])
    np.testing.assert_allclose(gradient(**{pi.plain: at, rate.plain: 0.7}), np.log(at) + 1 + 0.7)
    number = gd.read(r"\frac{\pi_1}{2\pi} x^2")
    assert not any("it is transposed" in str(a) for a in number.assumed)
