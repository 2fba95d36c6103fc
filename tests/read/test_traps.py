"""What plain text must not be taken for: a division by a vector, a number with a transpose, a word made of two names."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd

RNG = np.random.default_rng(7)
V = {"x": RNG.normal(size=4), "w": RNG.normal(size=4), "A": RNG.normal(size=(4, 4)), "b": RNG.normal(size=3)}
W = RNG.normal(size=(3, 4))


@pytest.mark.parametrize(
    ("text", "given", "value"),
    [
        ("x^T A x / x^T x", "x a vector", V["x"] @ V["A"] @ V["x"] / (V["x"] @ V["x"])),
        ("w'*x / (w'*w)", "x, w vectors", V["w"] @ V["x"] / (V["w"] @ V["w"])),
        ("x⊤Ax", "x a vector", V["x"] @ V["A"] @ V["x"]),
        ("(Ax)⊤(Ax) + x^⊤x", "x a vector", V["x"] @ V["A"].T @ V["A"] @ V["x"] + V["x"] @ V["x"]),
        ("sum(b .* tanh(Wx+b))", "W is a matrix, x, b vectors", V["b"] @ np.tanh(W @ V["x"] + V["b"])),
    ],
)
def test_plain_text_means_what_it_says(text: str, given: str, value: float) -> None:
    term = gd.read(text, given=given).term
    names = {s.plain for s in gd.read(text, given=given).symbols.values()}
    assert np.allclose(term.evaluate(**{n: {**V, "W": W}[n] for n in names}), value)


@pytest.mark.parametrize("text", ["13^T x", "3^T x", "111^T x"])
def test_a_number_has_no_transpose(text: str) -> None:
    with pytest.raises(gd.ReadError, match="a number has no transpose"):
        gd.read(text, given="x a vector")


def test_a_transposed_eleven_is_two_vectors_of_ones() -> None:
    p = gd.read("x^T 11^T x", given="x is a vector of n")
    assert str(p.term) == "xᵀ𝟏 𝟏ᵀx" and any("1 1" in str(a) or "11" in str(a) for a in p.assumed)


def test_nothing_is_divided_by_a_row() -> None:
    with pytest.raises(gd.GradatimError, match="a division by a row vector"):
        gd.read("w'*x / w'*w", given="x, w vectors")


def test_a_function_that_ignores_its_argument_is_one_number() -> None:
    # d(w) of a vector w is 3 + c and not a vector of it: the sum stays a scalar.
    p = gd.read(r"d(w) = 3 + c; w^T x + d(w)", given=r"$w, x \in \mathbb{R}^n$, $c$ a scalar")
    assert p.term.is_scalar and p.derivative("w").text() == "x"


@pytest.mark.parametrize("function", [r"\operatorname{tr}(X X^H)", r"\operatorname{tr}(A (U + i V))"])
def test_complex_numbers_are_refused_where_the_text_speaks_of_them(function: str) -> None:
    given = r"$X = U + iV$ with $U = \Re X$ and $V$ in $\mathbb{R}^{m \times n}$. The superscript $H$ is the conjugate transpose."
    with pytest.raises(gd.ReadError, match="everything here is real"):
        gd.read(function, given=given)


@pytest.mark.parametrize("given", ["x is a vector. x is a matrix", "A is a matrix; x is a matrix; x is a vector"])
def test_a_vector_is_no_matrix(given: str) -> None:
    with pytest.raises(gd.ReadError, match="declared twice"):
        gd.read("x^T x", given=given)
