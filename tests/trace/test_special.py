"""SciPy's special functions and NumPy's less common ones on stand-ins, by value at sizes that were not traced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special
import scipy.special as sc
from scipy.special import log_softmax, logsumexp, softmax

import gradatim as gd
from traced_by_value import agrees

SHAPES: dict[str, Any] = {"X": ("N", "d"), "w": "d", "y": "N", "Z": ("N", "k"), "Y": ("N", "k"), "A": ("n", "n"), "b": "n"}
SIZES = {"N": 6, "d": 4, "k": 3, "n": 5}
FUNCTIONS: list[tuple[str, Callable[..., Any]]] = [
    ("logsumexp of a vector", lambda X, w: logsumexp(X @ w)),
    ("logsumexp of rows", lambda Z, Y: np.sum(sc.logsumexp(Z, axis=1) - np.sum(Y * Z, axis=1))),
    ("logsumexp of columns, weighted", lambda Z, Y: np.sum(scipy.special.logsumexp(Z, axis=0, b=Y))),
    ("logsumexp that keeps its axis", lambda Z: np.sum((Z - sc.logsumexp(Z, axis=-1, keepdims=True)) ** 2)),
    ("logsumexp of all entries", lambda Z: logsumexp(Z)),
    ("softmax of a vector", lambda b: np.sum(softmax(b) * np.arctan(b))),
    ("softmax of rows", lambda Z, Y: np.sum(Y * sc.softmax(Z, axis=1))),
    ("log-softmax of rows", lambda Z, Y: -np.sum(Y * log_softmax(Z, axis=1)) / Z.shape[0]),
    ("xlogy, expit", lambda X, w, y: -np.sum(sc.xlogy(y, sc.expit(X @ w)) + sc.xlogy(1 - y, 1 - sc.expit(X @ w)))),
    ("erf, gammaln, digamma", lambda b: np.sum(sc.erf(b) + sc.gammaln(b) * sc.digamma(b) + sc.gamma(b))),
    ("maximum, minimum, clip", lambda X, w, y: np.sum(np.maximum(X @ w, y) + np.minimum(X @ w, 1) + np.clip(y, 0.5, 1.0))),
    ("triangles, running sums", lambda A, b: b @ np.tril(A) @ np.cumsum(b) + np.sum(np.triu(A))),
    ("einsum with dots", lambda X, w: np.sum(np.einsum("...j,j->...", X, w) ** 3)),
    ("einsum without an arrow", lambda A: np.einsum("ii", A) + np.einsum("ij,ji", A, A)),
    ("einsum of three", lambda X, A, b: np.sum(np.einsum("ij,jk,k->i", A, A, b) ** 2) + np.sum(X)),
    ("largest and smallest entries", lambda X, w: np.max(X @ w) - (X @ w).min() * np.max(X)),
    ("largest of rows", lambda Z, Y: np.sum(np.max(Z * Y, axis=1) ** 2)),
    (
        "log-sum-exp shifted by hand",
        lambda Z: np.sum(np.log(np.sum(np.exp(Z - Z.max(axis=1, keepdims=True)), axis=1)) + Z.max(axis=1)),
    ),
    ("logits, entropies of two", lambda b: np.sum(sc.logit(b) - b * np.log(b) - (1 - b) * np.log(1 - b))),
    (
        "relative entropies",
        lambda b, y: np.sum(sc.rel_entr(b, 2 * b + 1) + sc.kl_div(b, b * b) + sc.xlog1py(b, b)) + np.sum(y**2),
    ),
    ("huber, pseudo-huber", lambda y: np.sum(sc.huber(0.5, y) + sc.pseudo_huber(0.5, y) + sc.boxcox(y, 0.5))),
    ("beta, erfc, ndtr, exprel", lambda b: np.sum(sc.betaln(b, b + 1) + sc.beta(b, 2) + sc.erfc(b) * sc.ndtr(b) + sc.exprel(b))),
    ("outer of a ufunc", lambda b, y: np.sum(np.multiply.outer(b, y) ** 2) + np.sum(np.exp(np.subtract.outer(y, b)))),
    ("standard scores", lambda b: np.sum((b - b.mean()) ** 3 / b.std() ** 3) / b.var()),
]


@pytest.mark.parametrize(("name", "f"), FUNCTIONS, ids=[n for n, _ in FUNCTIONS])
def test_the_formula_has_the_functions_value_and_gradient(name: str, f: Callable[..., Any], seed: int) -> None:
    agrees(f, SHAPES, SIZES, seed, rel=1e-10, slope_rel=1e-5)


def test_scipys_own_functions_are_as_before() -> None:
    own = (scipy.special.logsumexp, softmax)
    gd.from_function(lambda b: logsumexp(b), shapes={"b": "n"})
    assert (scipy.special.logsumexp, softmax) == own
    assert logsumexp(np.zeros(4)) == pytest.approx(np.log(4))
    with pytest.raises(gd.GradatimError):
        gd.from_function(lambda b: logsumexp(b, return_sign=True)[0], shapes={"b": "n"})
    assert scipy.special.logsumexp is own[0]
