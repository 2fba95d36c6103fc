"""Declarations typed without `$`: every one is understood as a person means it, and none is dropped."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.read.prose import declarations

N, M = ("n",), ("m",)
MN, NN = ("m", "n"), ("n", "n")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("w, x vectors, b scalar", {"w": "vector", "x": "vector", "b": "scalar"}),
        ("y_i scalar, x_i vector, w vector", {"y_i": "scalar", "x_i": "vector", "w": "vector"}),
        ("x, y vectors, γ scalar", {"x": "vector", "y": "vector", "\\gamma": "scalar"}),
        ("scalar a, vectors b c d, matrix X", {"a": "scalar", "b": "vector", "c": "vector", "d": "vector", "X": "matrix"}),
        ("x: vector, A: matrix, c: scalar", {"x": "vector", "A": "matrix", "c": "scalar"}),
        ("A is a matrix; x, y are vectors; c scalar", {"A": "matrix", "x": "vector", "y": "vector", "c": "scalar"}),
        ("a scalar, b a vector", {"a": "scalar", "b": "vector"}),
        ("a scalar a, a vector b", {"a": "scalar", "b": "vector"}),
    ],
)
def test_kinds(text: str, meant: dict[str, str]) -> None:
    assert {d.name: d.kind for d in declarations(text)} == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("A is an m x n matrix", {"A": MN}),
        ("A is an mxn matrix", {"A": MN}),
        ("A is m by n", {"A": MN}),
        ("A: m x n, b: m", {"A": MN, "b": M}),
        ("A, B: n x n", {"A": NN, "B": NN}),
        ("A, B n × n matrices", {"A": NN, "B": NN}),
        ("X m × n, A m × m, B n × n matrices", {"X": MN, "A": ("m", "m"), "B": NN}),
        ("A is m × n, X n × p, B p × q", {"A": MN, "X": ("n", "p"), "B": ("p", "q")}),
        ("A (m × n), x (n), b (m)", {"A": MN, "x": N, "b": M}),
        ("Matrix A (m by n), vector x (n)", {"A": MN, "x": N}),
        ("A in R^{m×n}, x in R^n, b in R^m", {"A": MN, "x": N, "b": M}),
        ("w ∈ R^d; X ∈ R^{n x d}", {"w": ("d",), "X": ("n", "d")}),
        ("X ∈ ℝ^(m×n), b ∈ ℝᵐ", {"X": MN, "b": M}),
        ("x and y are vectors in R^n", {"x": N, "y": N}),
        ("x is n-dimensional, A n×n", {"x": N, "A": NN}),
        ("x vector of length n", {"x": N}),
        ("A is 3 × 4, B is 2n × (n+1)", {"A": ("3", "4"), "B": ("2n", "n+1")}),
    ],
)
def test_sizes(text: str, meant: dict[str, tuple[str, ...]]) -> None:
    assert {d.name: d.dims for d in declarations(text)} == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "A symmetric n × n matrix, B a symmetric positive definite n × n matrix, x vector",
            {"A": {"symmetric"}, "B": {"symmetric", "spd"}, "x": set()},
        ),
        ("A symmetric matrix B, a vector x", {"B": {"symmetric"}, "x": set()}),
        ("A symmetric", {"A": {"symmetric"}}),
        ("A ∈ ℝ^{n×n} symmetric, b ∈ ℝ^n", {"A": {"symmetric"}, "b": set()}),
        ("x vector, A symmetric", {"x": set(), "A": {"symmetric"}}),
    ],
)
def test_facts_stay_with_their_names(text: str, meant: dict[str, set[str]]) -> None:
    assert {d.name: set(d.facts) for d in declarations(text)} == meant


def test_the_place_of_a_declaration_is_its_place_in_the_text() -> None:
    text = "A is an m x n matrix, b: m, a symmetric matrix S"
    assert {d.name: d.span[0] for d in declarations(text)} == {"A": 0, "b": text.index("b:"), "S": text.index("S")}


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("x_i vectors, i=1..n", ("i", "n")),
        ("x_i vectors, i = 1, ..., n", ("i", "n")),
        ("x_i in R^d for i = 1 to N", ("i", "N")),
        ("vectors x_k (k = 1,…,K)", ("k", "K")),
    ],
)
def test_families(text: str, family: tuple[str, str]) -> None:
    assert [d.family for d in declarations(text)] == [family]


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("W n×n matrix with entries w_{ij}", "w", "entries:W"),
        ("X is n×d with rows x_i", "x_i", "rows:X"),
        ("a matrix A whose columns are a_j", "a_j", "columns:A"),
    ],
)
def test_parts_of_a_matrix(text: str, name: str, role: str) -> None:
    assert {d.name: d.role for d in declarations(text)}[name] == role


def test_a_sum_over_two_letters_in_plain_text() -> None:
    problem = gd.read("½ Σ_{i,j} (y_ij − a_i b_j)²", given="a and b are vectors")
    assert set(problem.symbols) == {"y", "a", "b"} and str(problem.derivative("a")) == "−(y − a bᵀ) b"


def test_a_number_in_brackets_ends_with_them() -> None:
    text = "Sheet 3 (due May 12). Below, t and v are k-dimensional column vectors (see 3), H is a k by k matrix."
    assert {(d.name, d.dims) for d in declarations(text)} == {("t", ("k",)), ("v", ("k",)), ("H", ("k", "k"))}


@pytest.mark.parametrize(
    ("text", "shown"), [("gamma*||x||^2", "γ ‖x‖²"), ("gamma ||x||^2", "γ ‖x‖²"), ("x^2/gamma", "x²/γ"), ("gamma(x)", "Γ(x)")]
)
def test_gamma_is_a_letter_unless_a_bracket_follows(text: str, shown: str) -> None:
    assert str(gd.read(text).term) == shown
