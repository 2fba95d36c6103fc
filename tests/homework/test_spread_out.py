"""What a question leans on stands elsewhere: in an item before, in a display, in a model, in the name of a distribution."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

import numpy as np
import pytest
from test_courses import Oracle, asked, softmax

import gradatim as gd
from gradatim.homework.solve import solve_text
from gradatim.term import free_symbols
from gradatim.write.text import text

ECONOMETRICS = """Econometrics, sheet 2

1. Let y be an n×1 vector, X an n×k matrix of full column rank and β a k×1 vector, and
       S(β) = (y − Xβ)ᵀ(y − Xβ).
   a) Derive ∂S/∂β.
   b) Derive ∂²S/∂β∂βᵀ.
   c) Say why the stationary point is a minimum.

2. Let Ω be a symmetric positive definite n×n matrix. Derive the gradient of Q(β) = (y − Xβ)ᵀ Ω⁻¹ (y − Xβ) with respect to β.

3. Let f(X) = trace(inv(X)*A). Find df/dX.
"""
MODEL = r"""
## 1 Weighted least squares

Consider the linear model $\bm y = \bm X \bm\beta + \bm\varepsilon$ with $\bm X \in \mathbb{R}^{n \times p}$. Let
$$ S(\bm\beta) = (\bm y - \bm X\bm\beta)^\top \bm W (\bm y - \bm X\bm\beta), $$
where $\bm W$ is symmetric.

1. Derive the gradient of $S$ with respect to $\bm\beta$.
2. Compute the Hessian of $S$.
"""
CLASSES = r"""
## 2 Softmax regression (8 points)

Given examples $(x^{(i)}, y^{(i)})$, $i = 1, \dots, N$, with $x^{(i)} \in \mathbb{R}^d$ and one-hot labels $y^{(i)} \in \{0,1\}^K$, the model is
$$
\hat{y}^{(i)} = \operatorname{softmax}(W x^{(i)} + b), \qquad W \in \mathbb{R}^{K \times d},\; b \in \mathbb{R}^K,
$$
and the loss is
$$ L(W, b) = -\frac1N \sum_{i=1}^N \sum_{k=1}^K y_k^{(i)} \log \hat{y}_k^{(i)} . $$

1. (4 points) Derive $\nabla_W L$.
2. (4 points) Derive $\nabla_b L$.
"""
NORMAL = r"""
**Q1.** Let $x_1, \dots, x_n \sim N_p(\mu, \Sigma)$, with log-likelihood
$$\ell(\mu, \Sigma) = -\frac{n}{2}\log\det\Sigma - \frac12 \sum_{i=1}^n (x_i - \mu)^\top \Sigma^{-1} (x_i - \mu).$$
(i) Find the score $\partial\ell/\partial\mu$. [2 marks]
(ii) Find $\partial\ell/\partial\Sigma$. [2 marks]
"""
SKIPGRAM = r"""
## 3 Word vectors

For a centre word $c$ and an outside word $o$, with vectors $v_c, u_w \in \mathbb{R}^d$, let
$$P(O = o \mid C = c) = \frac{\exp(u_o^\top v_c)}{\sum_{w=1}^{V} \exp(u_w^\top v_c)}$$
and $J = -\log P(O = o \mid C = c)$.

1. Compute the partial derivative of $J$ with respect to $v_c$.
"""
PROCESS = r"""
1. The log marginal likelihood is
$$\log p(y \mid X, \theta) = -\tfrac12 y^\top K^{-1} y - \tfrac12 \log|K| - \tfrac n2 \log 2\pi,$$
where $K \in \mathbb{R}^{n\times n}$ is symmetric positive definite. Derive the derivative of $\log p(y \mid X, \theta)$ with respect to $y$.
"""
DIRECTED = r"""
1. Let $\phi(X) = -\log\det X$ for $X \in \mathbb{S}^n_{++}$. Find the directional derivative of $\phi$ at $X$ in direction $V$.
2. Let $J(w) = \frac12 \|w\|^2 + C\sum_{i=1}^n \max(0, 1 - y_i w^\top x_i)$ with $x_i \in \mathbb{R}^d$. Compute a subgradient of $J$ w.r.t. $w$.
3. Give the second differential of $q(x) = x^\top A x$.
"""
PROBIT = r"""
1. Let $\ell(\beta) = \sum_{i=1}^n y_i \log\Phi(x_i^\top\beta)$ with $x_i \in \mathbb{R}^k$. Find the score $\partial\ell/\partial\beta$.
"""
LETTERED = r"""
Vector Calculus

B1. For $A, B \in \mathbb{R}^{n\times n}$ and $c \in \mathbb{R}$, let $f(x, y) = x^T A x + y^T B x + c$.
  a. [2 points] Write the function out in its components.
  b. [2 points] What is $\nabla_x f(x,y)$?

B2. Maximise $w^T S w$ subject to $w^T w = 1$ by the Lagrangian $\mathcal{L}(w, \nu) = w^T S w - \nu(w^T w - 1)$ with symmetric $S$.
  a. [2 points] Differentiate $\mathcal{L}$ with regard to $w$.
"""


def _residual(v: dict[str, Any]) -> Any:
    return v["y"] - v["X"] @ v["beta"]


def _phi(z: Any) -> Any:
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def _cdf(z: float) -> float:
    """The area below the density, by Simpson's rule."""
    at = np.linspace(-12, z, 20_001)
    weights = np.where(np.arange(len(at)) % 2, 4.0, 2.0)
    weights[[0, -1]] = 1
    return float((at[1] - at[0]) / 3 * (weights * _phi(at)).sum())


QUESTIONS: list[tuple[str, str, Oracle]] = [
    (ECONOMETRICS, "1(a)", lambda v: -2 * v["X"].T @ _residual(v)),
    (ECONOMETRICS, "1(b)", lambda v: 2 * v["X"].T @ v["X"]),
    (ECONOMETRICS, "2", lambda v: -2 * v["X"].T @ np.linalg.solve(v["Omega"], _residual(v))),
    (ECONOMETRICS, "3", lambda v: -np.linalg.inv(v["X"]).T @ v["A"].T @ np.linalg.inv(v["X"]).T),
    (MODEL, "1.1", lambda v: -2 * v["X"].T @ v["W"] @ _residual(v)),
    (MODEL, "1.2", lambda v: 2 * v["X"].T @ v["W"] @ v["X"]),
    (NORMAL, "1(i)", lambda v: np.linalg.solve(v["Sigma"], (v["x"] - v["mu"]).sum(0))),
    (NORMAL, "1(ii)", lambda v: _score(v)),
    (SKIPGRAM, "3.1", lambda v: softmax(v["u"] @ v["v_c"]) @ v["u"] - v["u"]),  # for every o
    (PROCESS, "1", lambda v: -np.linalg.solve(v["K"], v["y"])),
    (DIRECTED, "1", lambda v: -np.trace(np.linalg.solve(v["X"], v["V"]))),
    (DIRECTED, "2", lambda v: v["w"] - v["C"] * ((1 - v["y"] * (v["x"] @ v["w"]) > 0) * v["y"]) @ v["x"]),
    (PROBIT, "1", lambda v: sum(y * _phi(x @ v["beta"]) / _cdf(x @ v["beta"]) * x for x, y in zip(v["x"], v["y"]))),
    (LETTERED, "B1(b)", lambda v: (v["A"] + v["A"].T) @ v["x"] + v["B"].T @ v["y"]),
    (LETTERED, "B2(a)", lambda v: 2 * v["S"] @ v["w"] - 2 * v["nu"] * v["w"]),
]


def _score(v: dict[str, Any]) -> Any:
    inverse, moved = np.linalg.inv(v["Sigma"]), v["x"] - v["mu"]
    return (inverse @ moved.T @ moved @ inverse - len(moved) * inverse) / 2


def _draw(symbols: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng(20261127)
    sizes: dict[str, int] = {}
    out = {}
    for name, s in symbols.items():
        shape = [sizes.setdefault(str(d), 3 + len(sizes)) for d in s.shape]
        a = rng.normal(size=shape)
        facts = s.type.facts
        out[name] = a @ a.T + np.eye(len(a)) if facts & {"spd", "psd"} else a + a.T if "symmetric" in facts else a
    return out


@pytest.mark.parametrize(("document", "label", "oracle"), QUESTIONS, ids=[f"{t.split()[1]}-{q}" for t, q, _ in QUESTIONS])
def test_by_value(document: str, label: str, oracle: Oracle) -> None:
    question = asked(document, label)
    assert question.answer is not None, question.error
    assert question.reading is not None and gd.is_matrix_form(question.answer)
    symbols = dict(question.reading.symbols)
    if question.along:
        step = next(s for s in free_symbols(question.answer) if s.name == question.along)
        symbols[step.plain] = step
    draw = _draw(symbols)
    found = question.answer.evaluate(**draw)
    assert np.allclose(found, oracle(draw), rtol=1e-9, atol=1e-10), question.answer


def test_sums_over_classes_close_where_labels_are_one_hot() -> None:
    answers = [normalize("NFC", text(q.answer)) for q in solve_text(CLASSES).questions if q.answer is not None]
    assert answers == ["(1/N) Σᵢ (ŷᵢ − yᵢ) xᵢᵀ", "(1/N) Σᵢ (ŷᵢ − yᵢ)"]


def test_what_was_supposed_is_said() -> None:
    assert any("as declared in an item before" in a for a in asked(ECONOMETRICS, "2").assumed)
    assert not any("as declared" in a for a in asked(ECONOMETRICS, "3").assumed)
    assert any("model with its error term" in a for a in asked(MODEL, "1.1").assumed)
    assert any("covariance" in a for a in asked(NORMAL, "1(i)").assumed)
    assert any("may be any number from 0 to 1" in a for a in asked(DIRECTED, "2").assumed)


def test_every_item_is_accounted_for() -> None:
    assert dict(solve_text(ECONOMETRICS).others) == {"1": "see 1(a), 1(b), 1(c)", "1(c)": "not a derivative question"}
    assert dict(solve_text(DIRECTED).others) == {"3": "not read: “second differential of …”"}
    assert dict(solve_text(LETTERED).others)["B1(a)"] == "not a derivative question"
