"""Whole problem sets, in which a part means what stands in its own item, in the parts before it, or further back.

What a question was once taken for in place of what it says stands here with the answer to the question itself, as a NumPy function
of its symbols, written from the text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from answered import Values, asked, value_of

import gradatim as gd
from gradatim.homework.answers import find_answers
from gradatim.homework.document import read_document
from gradatim.homework.questions import tasks
from gradatim.homework.rubric import in_terms_of
from gradatim.homework.solve import solve_text
from gradatim.homework.terms_asked import unknown_names
from gradatim.write.text import text


def sigma(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


SHARED = r"""
## 1 Weighted targets (9 points)

Let $\{(\mathbf{u}^{(i)}, r^{(i)})\}_{i=1}^n$ be data with $\mathbf{u}^{(i)} \in \mathbb{R}^p$ and $r^{(i)} \in \{0, 1\}$.

1. (3 points) With $q_{\eta}(\mathbf{u}) = s(\eta^T \mathbf{u})$ and $s(z) = 1/(1 + e^{-z})$ let
$$C(\eta) = -\sum_{i=1}^n \left[ r^{(i)} \log q_\eta(\mathbf{u}^{(i)}) + (1 - r^{(i)}) \log (1 - q_\eta(\mathbf{u}^{(i)})) \right].$$
Find the gradient of $C$ with respect to $\eta$.

2. (3 points) A single count $r$ has $m(\eta) = r\, \eta^T \mathbf{u} - e^{\eta^T \mathbf{u}}$ with $\eta, \mathbf{u} \in \mathbb{R}^p$.

(a) Derive the gradient of $m(\eta)$.

(b) What is the Hessian $\nabla^2_\eta m(\eta)$?

3. (3 points) Let $\psi(t) = \sqrt{1 + t^2}$.

(a) Compute $\psi'(t)$.

(b) For $G(\mathbf{a}) = \sum_{i=1}^n \psi(\mathbf{a}^T \mathbf{u}^{(i)} - r^{(i)})$ compute the gradient $\nabla_{\mathbf{a}} G$ and the Hessian $\nabla^2_{\mathbf{a}} G$.

## 2 Penalties (6 points)

1. (3 points) Add a penalty: $C_{\tau}(\eta) = C(\eta) + \frac{\tau}{2} \|\eta\|^2$ where $C$ is the loss of section 1. Derive the gradient of
$C_\tau$ with respect to $\eta$.

2. (3 points) Which of these is smooth? You do not need to compute the gradient of $C_\tau$.
"""
OBJECTIVE = r"""
### 3.1 Setting

A linear model is $g(\mathbf{x}) = \mathbf{c}^T \mathbf{x}$ with $\mathbf{c} \in \mathbb{R}^d$. Given $X \in \mathbb{R}^{n \times d}$ and
$\mathbf{t} \in \mathbb{R}^n$ we minimize the following loss:
$$\min_{\mathbf{c}} \frac{1}{n} \sum_{i=1}^n (\mathbf{c}^T \mathbf{x}_i - t_i)^2 = \min_{\mathbf{c}} \frac{1}{n} \|X \mathbf{c} - \mathbf{t}\|^2$$

(a) Write down the gradient of the loss with respect to $\mathbf{c}$.
"""
MODELS = r"""
**1.** A linear model is $g(\mathbf{x}) = \mathbf{c}^T \mathbf{x}$ with $\mathbf{c} \in \mathbb{R}^d$. Write down the gradient of the loss with
respect to $\mathbf{c}$.
"""
SENSOR = r"""
## 1 Sensor

Given $y = Mx + v$ with $y \in \mathbb{R}^m$, $x \in \mathbb{R}^n$, let $J(x) = \frac12 (y - Mx)^T S (y - Mx)$ with a symmetric $S$.

1. [4 marks] Compute $\frac{\partial J}{\partial x}$.
"""
POWER = r"""
**Problem 1.** Let $h(w; x, y) = \max(0, 1 - y\, w^T x)$ with $x \in \mathbb{R}^d$.

(a) Derive the gradient of $h(w; x, y)^2$ with respect to $w$.

(b) Derive the gradient of $h(w; x, y) + \|w\|^2$ with respect to $w$.
"""
LAYERS = r"""
## 1 Layers

With $z^1 = W^1 x + b^1$, $a^1 = \tanh(z^1)$, $z^2 = {v^2}^T a^1$ and $L = (z^2 - y)^2$, where $W^1$ is a $k \times d$ matrix and
$v^2$ a $k$-vector, find

1.1) $\partial L/\partial v^2$

1.2) $\partial L/\partial W^1$
"""
LED = r"""
**1.** Compute the derivatives $\mathrm{d}f/\mathrm{d}\boldsymbol{x}$ of the following functions. Give the dimensions of every partial derivative.

a. $$f(z) = \log(2 + z), \quad z = \boldsymbol{x}^\top \boldsymbol{x}, \quad \boldsymbol{x} \in \mathbb{R}^D$$

b. Use the chain rule. Provide the dimensions of every single partial derivative.
$$\boldsymbol{f} = \tanh(\boldsymbol{z}) \in \mathbb{R}^M, \quad \boldsymbol{z} = \boldsymbol{A}\boldsymbol{x}, \quad \boldsymbol{A} \in \mathbb{R}^{M \times D}$$
"""
TARGETS = r"""
\begin{enumerate}
\item For $\mathbf{x} \in \mathbb{R}^D$ and a one-hot target $\mathbf{t} \in \mathbb{R}^K$ let $\ell = -\mathbf{t}^T \log \mathbf{p}$. Find $\frac{\partial \ell}{\partial \mathbf{p}}$.
\item Consider $R(y, t) = \sqrt{1 + (y - t)^2}$. The prediction is $y = \mathbf{w}^T \mathbf{x} + b$. Find $\frac{\partial R}{\partial \mathbf{w}}$.
\end{enumerate}
"""
ENTRY = r"""
**1.** Consider a $2 \times 2$ matrix $A$ and vectors $x, y \in \mathbb{R}^2$. Find the gradient of $A_{11}^2 + x^T A y$ with respect to $A$.
"""
FEATURES = r"""
**1.** Each example $(\boldsymbol{x}_i, y_i)$ is weighted by a scalar factor $t_i$. Find the gradient of
$E(\boldsymbol{w}) = \frac12 \sum_{i=1}^N t_i (\boldsymbol{w}^T \boldsymbol{\phi}(\boldsymbol{x}_i) - y_i)^2$ with respect to $\boldsymbol{w}$.
"""


LETTERED = r"""
Problem A, Ratings [6 points]

1. [3 points] Let $S(\mathbf{z})$ have the entries $s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$ for $\mathbf{z} \in \mathbb{R}^n$. Derive the Jacobian $\frac{\partial \mathbf{s}}{\partial \mathbf{z}}$.
2. [3 points] Let $u(x) = \prod_{i=1}^n x_i^{a_i}$ with $x, a \in \mathbb{R}^n$. Compute $\nabla \log u(x)$.

Problem B, Moments [3 points]

1. [3 points] For $g(\theta) = Z'(y - X\theta)$ with $Z \in \mathbb{R}^{n \times l}$, $X \in \mathbb{R}^{n \times k}$ find the Jacobian $\frac{\partial g}{\partial \theta'}$.
"""
HINTED = r"""
\begin{enumerate}
\item[(a)] Consider the log-likelihood
\begin{align}
\ell(\mathbf{w}) = \sum_{i=1}^{N} y^{(i)} \log h(\mathbf{x}^{(i)}) + (1 - y^{(i)}) \log (1 - h(\mathbf{x}^{(i)})), \quad \text{where } h(\mathbf{x}) = \sigma(\mathbf{w}^\top \mathbf{x}).
\end{align}
Find the Hessian $H$ of this function.
\end{enumerate}
"""


def _softmax(v: Values) -> Any:
    p = np.exp(v["z"]) / np.exp(v["z"]).sum()
    return np.diag(p) - np.outer(p, p)


def _curvature(v: Values) -> Any:
    h = sigma(v["x"] @ v["w"])
    return -v["x"].T @ np.diag(h * (1 - h)) @ v["x"]


def _logistic(v: Values) -> Any:
    return v["u"].T @ (sigma(v["u"] @ v["eta"]) - v["r"])


def _smooth(v: Values) -> tuple[Any, Any]:
    t = v["u"] @ v["a"] - v["r"]
    return t / np.sqrt(1 + t * t), (1 + t * t) ** -1.5


def _layers(v: Values) -> tuple[Any, Any]:
    a = np.tanh(v["W1"] @ v["x"] + v["b1"])
    return 2 * (v["v2"] @ a - v["y"]), a


def _corner(v: Values) -> Any:
    out = np.outer(v["x"], v["y"])
    out[0, 0] += 2 * v["A"][0, 0]
    return out


ORACLES: list[tuple[str, str, Callable[[Values], Any]]] = [
    (SHARED, "1.1", _logistic),
    (SHARED, "1.2(a)", lambda v: (v["r"] - np.exp(v["eta"] @ v["u"])) * v["u"]),
    (SHARED, "1.2(b)", lambda v: -np.exp(v["eta"] @ v["u"]) * np.outer(v["u"], v["u"])),
    (SHARED, "1.3(a)", lambda v: v["t"] / np.sqrt(1 + v["t"] ** 2)),
    (SHARED, "1.3(b)", lambda v: v["u"].T @ _smooth(v)[0]),
    (SHARED, "1.3(b) (2)", lambda v: v["u"].T @ np.diag(_smooth(v)[1]) @ v["u"]),
    (SHARED, "2.1", lambda v: _logistic(v) + v["tau"] * v["eta"]),
    (OBJECTIVE, "3.1(a)", lambda v: 2 / len(v["t"]) * v["X"].T @ (v["X"] @ v["c"] - v["t"])),
    (SENSOR, "1.1", lambda v: -v["M"].T @ v["S"] @ (v["y"] - v["M"] @ v["x"])),
    (POWER, "1(a)", lambda v: -2 * v["y"] * max(0, 1 - v["y"] * (v["w"] @ v["x"])) * v["x"]),
    (POWER, "1(b)", lambda v: -v["y"] * (v["y"] * (v["w"] @ v["x"]) < 1) * v["x"] + 2 * v["w"]),
    (LAYERS, "1.1", lambda v: _layers(v)[0] * _layers(v)[1]),
    (LAYERS, "1.2", lambda v: _layers(v)[0] * np.outer(v["v2"] * (1 - _layers(v)[1] ** 2), v["x"])),
    (LED, "1(a)", lambda v: 2 * v["x"] / (2 + v["x"] @ v["x"])),
    (LED, "1(b)", lambda v: np.diag(1 - np.tanh(v["A"] @ v["x"]) ** 2) @ v["A"]),
    (
        TARGETS,
        "2",
        lambda v: (v["w"] @ v["x"] + v["b"] - v["t"]) / np.sqrt(1 + (v["w"] @ v["x"] + v["b"] - v["t"]) ** 2) * v["x"],
    ),
    (ENTRY, "1", _corner),
    (LETTERED, "A(1)", _softmax),
    (LETTERED, "A(2)", lambda v: v["a"] / v["x"]),
    (LETTERED, "B(1)", lambda v: -v["Z"].T @ v["X"]),
    (HINTED, "(a)", _curvature),
]


@pytest.mark.parametrize(("document", "label", "oracle"), ORACLES, ids=[f"{d.split()[1][:8]}-{n}" for d, n, _ in ORACLES])
def test_the_question_that_stands_there_is_answered(document: str, label: str, oracle: Callable[[Values], Any]) -> None:
    found, draw = value_of(asked(document, label))
    assert np.allclose(found, oracle(draw | {"u": draw.get("us", draw.get("u"))}))


def test_what_is_borrowed_from_another_item_is_said() -> None:
    assert any("as defined in an item before" in a for a in asked(SHARED, "2.1").assumed)
    assert any("superscripts of" in a and "no powers" in a for a in asked(LAYERS, "1.2").assumed)


def test_what_is_not_asked_is_not_answered() -> None:
    assert "2.2" not in {q.label for q in solve_text(SHARED).questions}
    others = dict(solve_text(MODELS).others)
    assert others["1"] == "not read: no formula says what “the loss” is"  # and certainly not the derivative of the model


TITLED = r"""
### 1.1 Curves

1. Plot the data.

2. Let $E(w) = \sum_{i=1}^m c_i (w^T x_i - y_i)^2$ with $x_i \in \mathbb{R}^n$. Find $\nabla E(w)$ in terms of $c_i$, $x_{i}$, $y_i$ and $w$.

### 1.2 Growth

1. Let $g(t) = t^3 e^{-b t^2}$ with a constant $b$. Find $\frac{dg}{dt}$ for the growth curve above.

2. Let $h = \ln(1 + g^2)$. Use the chain rule to find $\frac{dh}{dt}$. You may leave your answer in terms of $g$.
"""
FILLED = r"""
### 1.1 Curves

2. $\nabla E = 2 \sum_{i=1}^m c_i (w^T x_i - y_i) x_i$

### 1.2 Growth

1. Let $g(t) = t^3 e^{-b t^2}$ with a constant $b$. Find $\frac{dg}{dt}$ for the growth curve above.

$$\frac{dg}{dt} = (3 t^2 - 2 b t^4) e^{-b t^2}$$

2. Let $h = \ln(1 + g^2)$. Use the chain rule to find $\frac{dh}{dt}$.

$$\frac{dh}{dt} = \frac{2 g}{1 + g^2} (3 t^2 - 2 b t^4) e^{-b t^2}$$
"""


def test_answers_stand_below_headings_with_parts_and_below_questions_cut_short() -> None:
    document, short = read_document(TITLED), "\n".join(FILLED.splitlines()[6:])
    questions = {t.label: t for t in tasks(document)}
    assert set(find_answers(document, list(questions.values()), FILLED).by_label) == {"1.1(2)", "1.2(1)", "1.2(2)"}
    found = find_answers(document, list(questions.values()), f"{TITLED.splitlines()[3]}\n{short}").by_label
    assert "3 t^2" in found["1.2(1)"].text and "2 g" not in found["1.2(1)"].text and "2 g" in found["1.2(2)"].text


def test_the_terms_of_an_answer_may_be_members_and_may_be_left_open() -> None:
    first, _, last = (t for t in tasks(read_document(TITLED)) if t.ask is not None)
    assert in_terms_of(first.item.text) == ("c_i", "x_{i}", "y_i", "w") and in_terms_of(last.item.text) == ()
    problem = gd.read(r"\sum_{i=1}^m (w^T x^{(i)} - y^{(i)})^2", given=r"$x^{(i)} \in \mathbb{R}^n$ and $y^{(i)} \in \mathbb{R}$")
    assert unknown_names(problem.reading, ["x_j^{(i)}", "y^{(i)}"]) == []


def test_a_feature_map_is_a_function_and_no_factor() -> None:
    question = asked(FEATURES, "1")
    assert question.answer is not None and text(question.answer) == "Σᵢ tᵢ (wᵀϕ(xᵢ) − yᵢ) ϕ(xᵢ)"
