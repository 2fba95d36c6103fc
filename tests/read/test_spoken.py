"""Definitions in words: what is said to be the mean of x is no constant beside x."""

from __future__ import annotations

import numpy as np
import pytest

from gradatim.read.problem import read
from gradatim.read.spoken import spoken, told
from gradatim.value.floats import evaluate

X = np.array([0.7, -1.3, 2.1, 0.4])


@pytest.mark.parametrize(
    ("words", "formulas"),
    [
        (r"where $\mu$ and $\sigma$ are the mean and standard deviation of $x$", [r"\mu = \operatorname{mean}(x)", r"\sigma = \operatorname{std}(x)"]),
        (r"the mean $\mu$ and the standard deviation $\sigma$ of $x$", [r"\mu = \operatorname{mean}(x)", r"\sigma = \operatorname{std}(x)"]),
        (r"$\mu$ is the mean of $x$ and $\sigma$ is its standard deviation", [r"\mu = \operatorname{mean}(x)", r"\sigma = \operatorname{std}(x)"]),
        (r"$\sigma^2$ denotes the variance of $x \in \mathbb{R}^n$", [r"\sigma = \operatorname{std}(x)"]),
        (r"with $m$, the average of the entries of $x$, removed", [r"m = \operatorname{mean}(x)"]),
        (r"Let $t$ be the trace of the square matrix $A$.", [r"t = \operatorname{tr}(A)"]),
        (r"Denote by $m$ the largest entry of $x$.", [r"m = \max(x)"]),
        (r"The determinant of $A$ is denoted by $d$.", [r"d = \det(A)"]),
        (r"$c$ is the inner product of $u$ and $v$", [r"c = u^\top v"]),
        (r"$\bar x$ is the average of $x_1,\dots,x_n$", [r"\bar x = \frac{1}{n}\sum_{i=1}^{n} x_i"]),
    ],
)  # fmt: skip
def test_words_that_define(words: str, formulas: list[str]) -> None:
    assert spoken(words) == formulas


@pytest.mark.parametrize(
    "words",
    [
        r"$n$ is the length of $x$",
        r"$r$ is the rank of $A$",
        r"$x \sim \mathcal{N}(\mu, \Sigma)$, where $\mu$ is the mean of $x$",
        r"where $x_i$ is the $i$-th row of $X$",
        r"$y$ is the label of $x$",
    ],
)
def test_words_that_define_nothing(words: str) -> None:
    assert told(words) == ()


@pytest.mark.parametrize(
    "words", [r"$s$ is the entropy of $x$", r"$m$ is the mean of $x$ and $y$", r"$v$ is the sample variance of $x$"]
)
def test_words_without_a_formula_are_told(words: str) -> None:
    assert spoken(words) == [] and len(told(words)) == 1


@pytest.mark.parametrize(
    ("formula", "given", "value"),
    [
        (r"\|x - m\|^2", r"$x \in \mathbb{R}^n$, $m$ is the mean of $x$", 4 * X.var()),
        (r"\|x\|^2 / s^2", r"where $s$ is the standard deviation of the vector $x$", X @ X / X.var()),
        (r"s^3", r"where $s$ is the sum of the entries of $x$", X.sum() ** 3),
    ],
)
def test_values(formula: str, given: str, value: float) -> None:
    problem = read(formula, given)
    found = evaluate(problem.term, {"x": X})
    assert np.allclose(found, value)


def test_a_name_that_words_make_of_another_is_said_to_be_held() -> None:
    assert any("held fixed" in str(a) for a in read(r"\|x\|^2/s", r"$s$ is the entropy of $x$").assumed)
