"""Declarations in prose: the kinds, sizes and facts that a reader takes from a sentence."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.errors import ReadError
from gradatim.read.prose import Declaration, declarations


def told(text: str) -> dict[str, Declaration]:
    return {d.name: d for d in declarations(text)}


@pytest.mark.parametrize(
    "text, name, kind, dims, facts",
    [
        (r"constant vectors $\mathbf b, \mathbf c$ and a scalar $u$", r"\mathbf{c}", "vector", (), ()),
        (r"constant vectors $\mathbf b, \mathbf c$ and a scalar $u$", "u", "scalar", (), ()),
        (r"$X \in \mathbb R^{n\times d}$", "X", None, ("n", "d"), ()),
        (r"$X, Y\in\mathbb{R}^{n \times d}$, $w\in\mathbb R^d$", "Y", "matrix", ("n", "d"), ()),
        (r"a symmetric positive definite $d\times d$ matrix $\Sigma$", r"\Sigma", "matrix", ("d", "d"), ("spd", "symmetric")),
        (r"$\Sigma$ is a symmetric positive definite $d\times d$ matrix", r"\Sigma", "matrix", ("d", "d"), ("spd", "symmetric")),
        (r"$A$ is $m \times n$", "A", "matrix", ("m", "n"), ()),
        (r"$A$ is $m$ by $n$", "A", "matrix", ("m", "n"), ()),
        (r"Let $X$ ($m\times n$), $A$ ($m\times m$) be real matrices.", "A", "matrix", ("m", "m"), ()),
        (r"the row vector $w$", "w", "row", (), ()),
        (r"$x$ and $\mu$ are $n$-vectors", "x", "vector", ("n",), ()),
        (r"$\lambda > 0$", r"\lambda", None, (), ("positive",)),
        (
            r"$A$ and $B$ are symmetric $n\times n$ matrices, $B$ positive definite and $x \neq 0$.",
            "B",
            "matrix",
            ("n", "n"),
            ("spd", "symmetric"),
        ),
        (
            r"$A$ and $B$ are symmetric $n\times n$ matrices, $B$ positive definite and $x \neq 0$.",
            "A",
            "matrix",
            ("n", "n"),
            ("symmetric",),
        ),
        (r"$A$ is an invertible matrix.", "A", "matrix", (), ("invertible",)),
        ("A is m by n", "A", "matrix", ("m", "n"), ()),
        ("X ∈ ℝ^{n×d}; row vector w", "w", "row", (), ()),
    ],
)
def test_a_phrase_declares(text: str, name: str, kind: str | None, dims: tuple[str, ...], facts: tuple[str, ...]) -> None:
    d = told(text)[name]
    assert d.dims == dims and tuple(sorted(d.facts)) == facts
    assert kind is None or d.kind == kind


def test_families_know_their_range() -> None:
    d = told(r"variable vectors $\mathbf x_i, i = 1\dots N$")[r"\mathbf{x}_i"]
    assert d.kind == "vector" and d.family == ("i", "N")
    d = told(r"data $\{(\mathbf x_i, y_i)\}_{i=1}^N$ with $\mathbf x_i \in \mathbb R^D$ and $y_i\in\{0,1\}$")
    assert d[r"\mathbf{x}_i"].family == d["y_i"].family == ("i", "N") and d[r"\mathbf{x}_i"].dims == ("D",)
    assert told(r"$x_1,\dots,x_n \in \mathbb{R}^d$")["x_i"].family == ("i", "n")


def test_functions_and_their_manner() -> None:
    assert told(r"$g$ is applied elementwise")["g"].elementwise
    assert told(r"$f:\mathbb R^d\to\mathbb R$")["f"].kind == "function"
    assert told(r"$\sigma$ is the sigmoid")[r"\sigma"].role == "sigmoid"
    assert told(r"$a_i^T$ are the rows of $A\in\mathbb R^{m\times n}$")["a_i"].role == "rows:A"


def test_what_is_said_of_one_name_is_not_said_of_its_neighbours() -> None:
    d = told(r"$U \in \mathbb{R}^{m\times k}$, $V\in\mathbb{R}^{k\times d}$ and $\tanh$ is applied entry-wise.")
    assert not d["V"].elementwise and d["V"].kind != "function"
    d = told(r"$X \in \mathbb{R}^{n \times n}$ and $e^{X}$ is the matrix exponential.")
    assert list(d) == ["X"]


@pytest.mark.parametrize(
    ("text", "name", "dims", "facts"),
    [
        (r"$A \in \mathbb R^{n\times n}$ (not necessarily symmetric), $x \in \mathbb R^n$", "A", ("n", "n"), ()),
        (r"$A$ is not symmetric, $B$ is symmetric.", "A", (), ()),
        (r"$A$ is not symmetric, $B$ is symmetric.", "B", (), ("symmetric",)),
        (r"If $A$ is symmetric, then $B$ is diagonal.", "A", (), ()),
        (r"where $A = A^\top$", "A", (), ("symmetric",)),
        (r"$T\in\mathbb R^{m\times n}$, $Q\in\mathbb R^{n\times n}$ is a covariance matrix", "T", ("m", "n"), ()),
        (r"$T\in\mathbb R^{m\times n}$, $Q\in\mathbb R^{n\times n}$ is a covariance matrix", "Q", ("n", "n"), ("spd",)),
        (r"$C$ is $n\times p$ with $n\le p$, $S$ is a symmetric $p\times p$ matrix", "C", ("n", "p"), ()),
        (r"$A$ is a symmetric, $n\times n$ matrix", "A", ("n", "n"), ("symmetric",)),
        (r"$x, m\in\mathbb R^d$ and $S$ a symmetric $d\times d$ matrix", "m", ("d",), ()),
        (r"$b$ and $c$ are vectors of length $m$ and $n$, respectively", "c", ("n",), ()),
        (r"$A$ and $B$ are $m\times n$ and $n\times p$ matrices, respectively", "B", ("n", "p"), ()),
        (r"Let $A$ be an $m$-by-$n$ matrix", "A", ("m", "n"), ()),
        (r"$x$ is a column vector with $n$ entries", "x", ("n",), ()),
        (r"$X = [x_1, \ldots, x_N]^T \in \mathbb R^{N\times d}$", "X", ("N", "d"), ()),
        (r"$x=(x_1,\ldots,x_n)^T$", "x", ("n",), ()),
        (r"$A$ and $X$ are $d\times d$ matrices, and $n$ a positive integer", "X", ("d", "d"), ()),
    ],
)
def test_what_is_said_of_one_name_reaches_no_other(text: str, name: str, dims: tuple[str, ...], facts: tuple[str, ...]) -> None:
    found = {d.name: d for d in declarations(text)}[name]
    assert (found.dims, tuple(sorted(found.facts))) == (dims, facts)


def test_rows_and_columns_of_a_list_of_vectors() -> None:
    roles = {d.name: d.role for d in declarations(r"$X = [x_1,\ldots,x_N]^T\in\mathbb R^{N\times d}$, $Z = [z_1,\dots,z_N]$")}
    assert roles == {"X": "", "x_i": "rows:X", "Z": "", "z_i": "columns:Z"}


@pytest.mark.parametrize(
    "text",
    [
        r"$A$ is an $m\times n$ matrix. Here $A\in\mathbb R^{n\times n}$.",
        "A is m x n; x in R^n; A is n x n",
        "x is a vector of length n, x is a scalar",
    ],
)
def test_contradictory_declarations_name_both_places(text: str) -> None:
    with pytest.raises(ReadError, match="declared twice, and the two do not agree: “.*” and “.*”"):
        declarations(text)


def test_a_later_paragraph_has_the_last_word_and_it_is_said() -> None:
    (found,) = declarations("$w$ is a scalar.\n\n$w\\in\\mathbb R^n$")
    assert found.dims == ("n",) and "declared twice" in found.note


@pytest.mark.parametrize(
    "data",
    [
        r"Given $\{(x_1, y_1), \dots, (x_n, y_n)\}$ with $x_i \in \mathbb{R}^d$ and $y_i \in \mathbb{R}$",
        r"Given $D = \{(x_1, y_1), \dots, (x_n, y_n)\}$ with $x_i \in \mathbb{R}^d$ and $y_i \in \mathbb{R}$",
        r"Given $(x_1, y_1), (x_2, y_2), \ldots, (x_n, y_n)$ with $x_i \in \mathbb{R}^d$",
        r"Given $\{(x^{(1)}, y^{(1)}), \dots, (x^{(n)}, y^{(n)})\}$ with $x^{(i)} \in \mathbb{R}^d$",
    ],
)
def test_pairs_written_out_are_members_of_families(data: str) -> None:
    member = "^{(i)}" if "^" in data else "_i"
    problem = gd.read(rf"\sum_{{i=1}}^n (w^T x{member} - y{member})^2", given=data)
    assert problem.symbols["x"].shape == ("n", "d") and problem.symbols["y"].shape == ("n",) and "D" not in problem.symbols
    assert str(problem.derivative("w")) == "2 Σᵢ (wᵀxᵢ − yᵢ) xᵢ"


@pytest.mark.parametrize(
    "text",
    [
        r"The map takes a vector $u$ and its value is a scalar.",
        r"The map takes a vector $u = [u_1, u_2, \ldots, u_d]^T$, and the value is a scalar.",
        r"the vector $u$, whose norm is a scalar",
    ],
)
def test_what_is_said_of_a_thing_without_a_name_is_said_of_no_name(text: str) -> None:
    assert told(text)["u"].kind == "vector"


def test_the_matrix_is_the_one_named_before() -> None:
    assert "symmetric" in told(r"the matrix $M$, and the matrix is symmetric.")["M"].facts


@pytest.mark.parametrize("reals", [r"\mathbb{R}", "R"])
def test_an_adjective_of_matrices_is_not_said_of_vectors_and_numbers_after_them(reals: str) -> None:
    text = rf"a symmetric $B\in {reals}^{{n\times n}}$, $u\in {reals}^n$ and $s\in {reals}$"
    found = {d.name: (d.kind, d.facts) for d in declarations(text)}
    assert found == {"B": ("matrix", {"symmetric"}), "u": (None, set()), "s": ("scalar", set())}
