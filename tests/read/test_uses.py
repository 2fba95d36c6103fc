"""What a head means by how its name is used: by value, against NumPy written from the meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradatim as gd
from gradatim.term import free_symbols

RNG = np.random.default_rng(20261128)
X, Y, T = RNG.normal(size=(4, 3)), RNG.normal(size=4), RNG.normal(size=(4, 5))
U, O = RNG.normal(size=(6, 3)), 2
W, B = RNG.normal(size=(5, 3)), RNG.normal(size=5)
Z, C = RNG.normal(size=5), RNG.normal(size=5)
w = RNG.normal(size=3)


def softmax(z: Any) -> Any:
    return np.exp(z) / np.exp(z).sum()


CASES: list[tuple[str, str, dict[str, Any], Callable[[], Any]]] = [
    (r"s(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", "", {"z": Z}, lambda: softmax(Z)),
    (r"s(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}; L = c^T s(Wx)", "", {"c": C, "W": W, "x": w}, lambda: C @ softmax(W @ w)),
    (r"\hat x_i = x_i - \frac1n\sum_j x_j; L = \|\hat x\|^2", "", {"x": Z}, lambda: ((Z - Z.mean()) ** 2).sum()),
    (r"\frac1n\sum_{i} (y_i - w^T x_i)^2", "", {"y": Y, "x": X, "w": w}, lambda: ((Y - X @ w) ** 2).mean()),
    (r"\frac{1}{2n}\sum_{i} (y_i - w^T x_i)^2", "", {"y": Y, "x": X, "w": w}, lambda: ((Y - X @ w) ** 2).mean() / 2),
    (
        r"\hat y = W x + b; L = \sum_{n=1}^N \|\hat y_n - t_n\|^2",
        r"$x_n \in R^d$, $t_n \in R^k$, $n=1,\dots,N$",
        {"W": W, "x": X, "b": B, "t": T},
        lambda: ((X @ W.T + B - T) ** 2).sum(),
    ),
    (
        r"\hat y = w^T x; L = \frac1N\sum_{i=1}^N (y_i - \hat y_i)^2",
        r"$x_i \in R^d$",
        {"w": w, "x": X, "y": Y},
        lambda: ((Y - X @ w) ** 2).mean(),
    ),
    (
        r"E = \sum_{n=1}^N\sum_{k=1}^K (y_k(x_n, W) - t_{nk})^2; y(x, W) = W^T x",
        "",
        {"x": X, "W": W.T, "t": T},
        lambda: ((X @ W.T - T) ** 2).sum(),
    ),
    (r"\log p(y \mid \theta) = -\frac12 \|y - c\|^2", "", {"y": Z, "c": C}, lambda: -((Z - C) ** 2).sum() / 2),
    (r"-\sum_i y_i \log \Phi(x_i^T w)", r"$\Phi(z) = z^2$", {"y": Y, "x": X, "w": w}, lambda: -(Y * np.log((X @ w) ** 2)).sum()),
]


@pytest.mark.parametrize(("formula", "given", "values", "oracle"), CASES, ids=[c[0][:30] for c in CASES])
def test_by_value(formula: str, given: str, values: dict[str, Any], oracle: Callable[[], Any]) -> None:
    problem = gd.read(formula, given=given)
    assert set(problem.symbols) == set(values)
    assert np.allclose(problem.term.evaluate(**values), oracle())


def test_arguments_that_choose_members_are_no_arguments() -> None:
    formula = r"P(O=o \mid C=c) = \frac{\exp(u_o^T v_c)}{\sum_{w=1}^V \exp(u_w^T v_c)}; J = -\log P(O=o \mid C=c)"
    problem = gd.read(formula, given=r"vectors $v_c, u_w \in \mathbb{R}^d$")
    assert [a.text for a in problem.assumed] == []
    found = problem.derivative("v_c").evaluate(u=U, v_c=w)
    assert np.allclose(found[O], softmax(U @ w) @ U - U[O])


def test_a_hadamard_product_is_of_arrays() -> None:
    problem = gd.read(r"c_t = f \odot c_{t-1} + i \odot g")
    assert all(s.rank == 1 for s in problem.symbols.values())


def test_a_prime_on_a_second_argument_is_a_name() -> None:
    problem = gd.read(r"k(x, x') = \exp(-\|x - x'\|^2)")
    found = problem.derivative("x'").evaluate(x=Z, x_prime=C)
    assert np.allclose(found, 2 * np.exp(-((Z - C) ** 2).sum()) * (Z - C))
    assert gd.read("h(x) = x'Qx").symbols["Q"].rank == 2


def test_entries_that_are_numbered_are_those_of_the_argument() -> None:
    problem = gd.read(r"f(x) = x_1^2 x_2 + \sin(x_2 x_3)")
    a, b, c = w
    slope = np.array([2 * a * b, a**2 + c * np.cos(b * c), b * np.cos(b * c)])
    assert np.allclose(problem.derivative("x").evaluate(x=w), slope)
    assert np.allclose(problem.derivative("x_2").evaluate(x=w), slope[1])
    with pytest.raises(gd.ReadError, match="beyond the 3 entries"):
        problem.find("x_4")


def test_the_label_of_a_sum_without_it_is_given() -> None:
    given = r"$W \in R^{K \times d}$ with rows $w_k^\top$"
    problem = gd.read(r"L = \sum_{k \ne y} \exp(w_k^\top x - w_y^\top x)", given=given)
    value = problem.term.evaluate(W=W, x=w)
    scores = np.exp(W @ w)
    assert np.allclose(value, [(scores.sum() - s) / s for s in scores])
    found = problem.derivative("w_k").evaluate(W=W, x=w)
    assert np.shape(found) == (5, 5, 3)


def test_e_that_is_mentioned_is_eulers_number() -> None:
    problem = gd.read(r"\log(e^u + e^{-u})", given=r"Let $\phi(u) = \log(e^u + e^{-u})$.")
    assert set(problem.symbols) == {"u"}


@pytest.mark.parametrize(
    ("latex", "same"),
    [
        (r"\operatorname{GELU}(t)", r"\frac12 t (1 + \operatorname{erf}(t/\sqrt2))"),
        (r"\operatorname{SiLU}(t)", r"t \sigma(t)"),
        (r"\operatorname{swish}(t)", r"t \sigma(t)"),
        (r"\operatorname{softsign}(t)", r"\frac{t}{1+|t|}"),
        (r"\operatorname{logsigmoid}(t)", r"\log \sigma(t)"),
        (r"\operatorname{logit}(t)", r"\log\frac{t}{1-t}"),
        (r"\operatorname{erfc}(t)", r"1 - \operatorname{erf}(t)"),
        (r"\operatorname{LeakyReLU}(t)", r"\max(t, t/100)"),
        (r"\operatorname{hardtanh}(t)", r"\max(-1, \min(1, t))"),
        (r"\operatorname{clamp}(t, 0, 1)", r"\max(0, \min(1, t))"),
        (r"\mathbf 1^T \operatorname{logsoftmax}(x)", r"\mathbf 1^T \log(\operatorname{softmax}(x))"),
        (r"\operatorname{RMSNorm}(x)^T x", r"\sqrt{n} \|x\|"),
        (r"\|\operatorname{unvec}_{p,q}(v)\|_F^2", r"v^T v"),
        (r"\operatorname{tr}(B \operatorname{vec}^{-1}_{p,q}(v) X^T)", r"v^T \operatorname{vec}(B^T X)"),
        (r"\operatorname{tr}(B \operatorname{reshape}(v, p, q) X^T)", r"v^T \operatorname{vec}(B^T X)"),
        (r"H_\delta(t)", r"\operatorname{huber}(t, \delta)"),
    ],
)
def test_words_are_what_their_parts_make_them(latex: str, same: str) -> None:
    given = r"0 < t < 1 a scalar, x \in \mathbb{R}^n, v \in \mathbb{R}^{pq}, X is p x q, B is p x p, \delta > 0 a scalar"
    values = {"t": 0.3, "x": np.array([0.5, -1.0, 2.0]), "v": np.arange(12.0), "X": np.arange(12.0).reshape(3, 4) - 5}
    values |= {"B": np.arange(9.0).reshape(3, 3), "delta": 0.2}
    found = []
    for text in (latex, same):
        term = gd.read(text, given=given).term
        own = {s.plain: values[s.plain] for s in free_symbols(term) if s.plain in values}
        found.append(term.evaluate(**own, **({"p": 3, "q": 4} if "v" in own else {})))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-12)


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\operatorname{vec}^{-1}(v)", "which size"),
        (r"\operatorname{unvec}(v)", "which size"),
    ],
)
def test_what_is_not_said_is_asked_for(latex: str, said: str) -> None:
    with pytest.raises(gd.ReadError, match=said):
        gd.read(latex, given=r"v \in \mathbb{R}^{pq}, t and s scalars")
