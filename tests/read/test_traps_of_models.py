"""What must not be read as something else: models of the data, starts of iterations, multipliers with a prime, entries in brackets."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.read.prose import declarations

RNG = np.random.default_rng(23)


def gradient(latex: str, wrt: str, given: str, **values: object) -> np.ndarray:
    return np.asarray(gd.read(latex, given=given).derivative(wrt).evaluate(**values))


X, y, b, S = RNG.normal(size=(5, 3)), RNG.normal(size=5), RNG.normal(size=3), np.diag(RNG.uniform(1, 2, 5))


@pytest.mark.parametrize(
    "given",
    [
        r"The model is $y = X\beta + u$ with $E[u] = 0$; $X$ is $n \times k$ and $\Omega$ is an $n \times n$ positive definite matrix.",
        r"Suppose $y = u + X\beta$, where $\Omega \succ 0$ and $X \in \mathbb{R}^{n \times k}$.",
    ],
)
def test_a_model_of_the_data_defines_nothing(given: str) -> None:
    problem = gd.read(r"(y - X\beta)'\Omega^{-1}(y - X\beta)", given=given)
    assert any("is a model" in a.text for a in problem.assumed)
    got = problem.derivative(r"\beta").evaluate(X=X, y=y, beta=b, Omega=S)
    assert np.allclose(got, -2 * X.T @ np.linalg.inv(S) @ (y - X @ b))


def test_a_model_of_one_example_defines_nothing() -> None:
    given = r"$y_i = \gamma + x_i'\beta + \varepsilon_i$ for $i = 1, \dots, n$ with $x_i \in \mathbb{R}^k$"
    got = gradient(r"\sum_{i=1}^n (y_i - \gamma - x_i'\beta)^2", r"\beta", given, x=X, y=y, beta=b, gamma=0.5)
    assert np.allclose(got, -2 * X.T @ (y - 0.5 - X @ b))


def test_what_is_computed_from_noise_is_defined() -> None:
    # z is drawn by way of μ: its derivative by μ counts.
    z = b + y[:3] * 2
    got = gradient(
        r"\|z\|^2 + \|\mu\|^2",
        r"\mu",
        r"$z = \mu + \tau \odot \epsilon$ with $\mu, \tau \in \mathbb{R}^3$",
        mu=b,
        tau=y[:3],
        epsilon=[2, 2, 2],
    )
    assert np.allclose(got, 2 * z + 2 * b)


def test_members_with_two_indices_are_members() -> None:
    x, t = RNG.normal(size=(4, 5, 3)), RNG.normal(size=(4, 5))
    given = r"$x_{it} \in \mathbb{R}^k$, $i = 1, \dots, N$, $t = 1, \dots, T$"
    problem = gd.read(r"\sum_{i=1}^N \sum_{t=1}^T (y_{it} - x_{it}'\beta)^2", given=given)
    got = problem.derivative(r"\beta").evaluate(x=x, y=t, beta=b)
    assert np.allclose(got, -2 * np.einsum("it,itk->k", t - x @ b, x))


def test_where_an_iteration_starts_is_no_power() -> None:
    problem = gd.read(r"\|w - w^0\|^2")
    start = next(n for n in problem.symbols if n != "w")
    assert np.allclose(problem.derivative("w").evaluate(**{"w": b, start: y[:3]}), 2 * (b - y[:3]))


def test_a_multiplier_with_a_prime_is_a_row() -> None:
    got = gradient(r"x'x + \lambda'(Cx - d)", "x", "", x=b, C=X, d=y, lam=y)
    assert np.allclose(got, 2 * b + X.T @ y)


def test_brackets_behind_a_vector_hold_an_index() -> None:
    p = np.array([0.2, 0.3, 0.5])
    assert np.allclose(gradient(r"\sum_i p(i) \log p(i)", "p", r"$p \in \mathbb{R}^n$", p=p), np.log(p) + 1)


def test_the_variance_of_a_signal_is_no_sigmoid() -> None:
    w, a = RNG.normal(size=3), RNG.normal(size=3)
    got = gradient(r"\sigma_s^2 (w^\top a)^2", "w", r"$w, a \in \mathbb{R}^M$", w=w, a=a, sigma_s=1.5)
    assert np.allclose(got, 2 * 1.5**2 * (w @ a) * a)


@pytest.mark.parametrize("text", ["xTAx", "<x, Ax>", "x -> x^T A x", "x ↦ xᵀAx", "Σ_ij A_ij x_i x_j", r"\sum_{i,j} A_ij x_i x_j"])
def test_one_quadratic_form_in_many_hands(text: str) -> None:
    A, x = RNG.normal(size=(3, 3)), RNG.normal(size=3)
    assert np.allclose(gradient(text, "x", "", A=A, x=x), (A + A.T) @ x)


def test_a_letter_T_of_its_own_is_no_transpose() -> None:
    assert "transpose" not in " ".join(a.text for a in gd.read("xTAx + tr(T)", given="T is a matrix").assumed)


def test_what_a_trace_is_taken_of_is_asked() -> None:
    with pytest.raises(gd.ReadError, match="taken of is not told"):
        gd.read(r"\operatorname{tr} A \cdot X^{-1}", given=r"$A, X \in \mathbb{R}^{n \times n}$")
    assert gd.read(r"\operatorname{tr} A \cdot \operatorname{tr} X", given=r"$A, X \in \mathbb{R}^{n \times n}$").term.is_scalar


def test_a_sum_over_part_of_a_range_is_no_matrix() -> None:
    A, x = RNG.normal(size=(4, 4)), RNG.normal(size=4)
    B = A - np.diag(np.diag(A))
    assert np.allclose(gradient("Σ_{i≠j} A_ij x_i x_j", "x", "", A=A, x=x), (B + B.T) @ x)


@pytest.mark.parametrize("text", ["0.5*||Xw-y||^2", "0.5*norm(X*w - y)^2"])
def test_a_run_of_letters_is_a_product_where_one_is_the_variable(text: str) -> None:
    assert np.allclose(gradient(text, "w", "X is a matrix" if "norm" in text else "", X=X, w=b, y=y), X.T @ (X @ b - y))


@pytest.mark.parametrize(
    ("text", "name", "fact"),
    [
        (r"with $P = P^T \succ 0$", "P", "spd"),
        (r"$A = A'$", "A", "symmetric"),
        (r"$M \in \{0,1\}^{m \times n}$", "M", "labels01"),
        (r"$v \sim \mathcal{N}(0, R)$", "R", "spd"),
        (r"$z \in \mathbb{R}^c$, $y$ a one-hot vector of $c$ classes", "y", "onehot"),
    ],
)
def test_these_words_and_signs_are_facts(text: str, name: str, fact: str) -> None:
    assert fact in {d.name: d.facts for d in declarations(text)}[name]


def test_the_pairs_of_a_training_set_are_of_two_kinds() -> None:
    # y ∈ {0, 1} is not said of the x of the pairs.
    given = r"training set $\{(x^{(i)}, y^{(i)}); i = 1, \ldots, m\}$, $y^{(i)} \in \{0, 1\}$"
    x, t, w = RNG.normal(size=(5, 3)), np.array([0.0, 1, 1, 0, 1]), RNG.normal(size=3)
    got = gradient(r"\frac{1}{m} \sum_{i=1}^m (y^{(i)} - \theta^T x^{(i)})^2", r"\theta", given, x=x, y=t, theta=w)
    assert np.allclose(got, -2 / 5 * x.T @ (t - x @ w))


def test_what_flows_back_is_one_name() -> None:
    G, W, Z = RNG.normal(size=(4, 2)), RNG.normal(size=(3, 2)), RNG.normal(size=(4, 3))
    given = r"$S = XW$ with $X \in \mathbb{R}^{N \times D}$, $W \in \mathbb{R}^{D \times M}$ and $dS \in \mathbb{R}^{N \times M}$"
    problem = gd.read(r"\sum_{i,j} (dS)_{ij} S_{ij}", given=given)
    assert np.allclose(problem.derivative("W").evaluate(X=Z, W=W, dS=G), Z.T @ G)


def test_an_exact_model_of_the_data_defines_nothing() -> None:
    given = r"a linear model $y = \Phi\theta$ with $\Phi \in \mathbb{R}^{N \times D}$"
    got = gradient(r"\|e\|^2; e = y - \Phi\theta", r"\theta", given, Phi=X, y=y, theta=b)
    assert np.allclose(got, -2 * X.T @ (y - X @ b))


def test_a_definition_with_two_indices_is_of_all_entries() -> None:
    w, phi, t = RNG.normal(size=(3, 2)), RNG.normal(size=(4, 2)), np.eye(3)[[0, 2, 1, 1]]
    given = r"$y_{nk} = \exp(w_k^T\phi_n) / \sum_j \exp(w_j^T\phi_n)$, $\sum_k t_{nk} = 1$, $\phi_n \in \mathbb{R}^M$"
    problem = gd.read(r"-\sum_{n=1}^N \sum_{k=1}^K t_{nk} \ln y_{nk}", given=given)
    got = problem.derivative("w_k").evaluate(w=w, phi=phi, t=t)
    p = np.exp(phi @ w.T)
    assert np.allclose(got, (p / p.sum(axis=1, keepdims=True) - t).T @ phi)


def test_columns_under_the_letter_of_their_matrix() -> None:
    W, v, c = RNG.normal(size=(3, 4)), RNG.normal(size=3), RNG.normal(size=4)
    given = r"$W \in \mathbb{R}^{n \times m}$ with columns $W_j$"
    got = gradient(r"\sum_{j=1}^m \log(1 + \exp(b_j + v^T W_j))", "b", given, W=W, v=v, b=c)
    assert np.allclose(got, 1 / (1 + np.exp(-(c + W.T @ v))))


@pytest.mark.parametrize(("latex", "step", "direction"), [(r"\|x + td\|^2", "t", "d"), (r"\|x - \alpha g\|^2", "alpha", "g")])
def test_a_step_is_a_number(latex: str, step: str, direction: str) -> None:
    x, d, sign = y[:3], b, 1 if step == "t" else -1
    got = gradient(latex, step, "", **{"x": x, step: 0.7, direction: d})
    assert np.allclose(got, 2 * sign * d @ (x + sign * 0.7 * d))


def test_entries_of_what_is_defined_by_one_entry() -> None:
    z = RNG.normal(size=4)
    p = np.exp(z) / np.exp(z).sum()
    definition = r"p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}"
    got = gradient(rf"\sum_k p_k \log p_k; {definition}", "z", "", z=z)
    assert np.allclose(got, (np.diag(p) - np.outer(p, p)) @ (np.log(p) + 1))
    assert gd.read(r"-\log p_c", given=f"${definition}$").derivative("z").text() == "p − e_c"


def test_what_holds_of_some_members_defines_none() -> None:
    given = r"$m_{ij} = 1$ if user $i$ rated item $j$, $u_i, v_j \in \mathbb{R}^k$"
    problem = gd.read(r"\sum_{i=1}^N \sum_{j=1}^M m_{ij} (r_{ij} - u_i^T v_j)^2", given=given)
    assert {"m", "r", "u", "v"} <= set(problem.symbols)


@pytest.mark.parametrize(
    ("given", "name", "dims"),
    [
        (r"$X = (m, n)$ input matrix with $m$ features", "X", ("m", "n")),
        (r"$A \in \mathbb{R}^{p \times q}$ and $B \in \mathbb{R}^{m \times n}$, $T$ is of the same size as $A$", "T", ("p", "q")),
    ],
)
def test_sizes_said_in_other_ways(given: str, name: str, dims: tuple[str, ...]) -> None:
    symbol = gd.read(rf"\|{name}\|_F^2", given=given).find(name)
    assert tuple(map(str, symbol.type.axes)) == dims


def test_swapped_indices_say_that_a_matrix_is_symmetric() -> None:
    assert gd.read(r"\sum_i \sum_j k_{ij} x_i x_j", given="$k_{ij} = k_{ji}$").derivative("x").text() == "2 k x"


def test_bars_beside_an_entrywise_product_hold_entries() -> None:
    z = RNG.normal(size=5)
    problem = gd.read(r"c^T(\operatorname{sgn}(z) \odot (|z| - \theta)_+)", given=r"$c, z \in \mathbb{R}^n$, $\theta > 0$")
    got = problem.derivative("z").evaluate(c=y, z=z, theta=0.3)
    assert np.allclose(got, y * (abs(z) > 0.3))
