"""Whole problems: formulas with their declarations come out as terms whose numbers are the ones meant."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

import gradatim as gd
from gradatim.errors import GradatimError, LimitExceeded, ReadError, ShapeError
from gradatim.ops.function import Function
from gradatim.read.problem import Problem, Scope, read
from gradatim.term import Symbol, free_symbols
from gradatim.value.floats import evaluate

Arrays = dict[str, NDArray[np.float64]]
SIZES = {"m": 3, "n": 4, "N": 5}
GIVEN = r"""$A\in\mathbb R^{m\times n}$, $B, X\in\mathbb R^{n\times n}$, $S$ is a symmetric positive definite $n\times n$ matrix,
$x, v, w\in\mathbb R^n$, $b\in\mathbb R^m$, $a$ is a scalar, $\lambda>0$, $y_i\in\mathbb R$ and $\mathbf z_i\in\mathbb R^n$ for
$i=1,\dots,N$."""


def arrays() -> Arrays:
    rng = np.random.default_rng(7)
    m, n, count = SIZES["m"], SIZES["n"], SIZES["N"]
    root = rng.normal(size=(n, n))
    return {
        "A": rng.normal(size=(m, n)),
        "B": rng.normal(size=(n, n)),
        "X": rng.normal(size=(n, n)),
        "S": root @ root.T + np.eye(n),
        "x": rng.normal(size=n),
        "v": rng.normal(size=n),
        "w": rng.normal(size=n),
        "b": rng.normal(size=m),
        "a": np.float64(1.3),
        "lam": np.float64(0.7),
        "y": rng.normal(size=count),
        "z": rng.normal(size=(count, n)),
    }


def value(problem: Problem) -> NDArray[np.float64]:
    given = arrays()
    return np.asarray(evaluate(problem.term, {s: given[k] for k, s in problem.symbols.items()}, SIZES))


def sigmoid(t: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-t))


# The right-hand sides are NumPy, written from the notation and not from what the reader gives.
MEANINGS: list[tuple[str, Callable[..., object]]] = [
    (r"x^\intercal B x", lambda x, B, **_: x @ B @ x),
    (r"x'Bx", lambda x, B, **_: x @ B @ x),
    (r"x^{\mathrm T} B^{-\top} v", lambda x, B, v, **_: x @ np.linalg.inv(B).T @ v),
    (r"\text{Tr}\{B X\}", lambda B, X, **_: np.trace(B @ X)),
    (r"\mbox{tr}\, B X B^{-2T}", lambda B, X, **_: np.trace(B @ X @ np.linalg.matrix_power(np.linalg.inv(B), 2).T)),
    (r"\operatorname{tr} A B A^T", lambda A, B, **_: np.trace(A @ B @ A.T)),
    (r"\operatorname{tr} (B - X)^T(B - X)", lambda B, X, **_: np.sum((B - X) ** 2)),
    (
        r"\|A x-b\|_2^2 + \tfrac{\lambda}{2}\lVert x\rVert_1",
        lambda A, x, b, lam, **_: np.sum((A @ x - b) ** 2) + lam / 2 * np.abs(x).sum(),
    ),
    ("||x||^2 - ||v||", lambda x, v, **_: x @ x - np.sqrt(v @ v)),
    (r"\|x\|_\infty", lambda x, **_: np.abs(x).max()),
    (r"\langle x, B v\rangle", lambda x, B, v, **_: x @ B @ v),
    ("B : X", lambda B, X, **_: np.sum(B * X)),
    (r"w\cdot x", lambda w, x, **_: w @ x),
    (r"w \odot x \oslash v", lambda w, x, v, **_: w * x / v),
    (r"x^T(w\circ v)", lambda x, w, v, **_: np.sum(x * w * v)),
    (r"\left|S\right| + |a|", lambda S, a, **_: np.linalg.det(S) + abs(a)),
    (r"\ln|X|", lambda X, **_: np.linalg.slogdet(X)[1]),
    (r"\sum_{i=1}^N (w^T\mathbf z_i - y_i)^2", lambda w, z, y, **_: np.sum((z @ w - y) ** 2)),
    (r"\sum_i y_i \ln \sigma(w^T \mathbf{z}_i)", lambda w, z, y, **_: np.sum(y * np.log(sigmoid(z @ w)))),
    (r"\sum_{i=1}^N \sum_l z_{il} w_l", lambda z, w, **_: np.sum(z @ w)),
    (r"\sum_{i,j} X_{ij}^2", lambda X, **_: np.sum(X**2)),
    (r"\sum_{i=1}^n\sum_{j=1}^n B_{ij}x_ix_j", lambda B, x, **_: x @ B @ x),
    (r"\prod_{i=1}^N \exp(y_i)", lambda y, **_: np.exp(y.sum())),
    (r"\frac1N\sum_{i=1}^N y_i", lambda y, **_: y.mean()),
    (r"\sum_{i=1}^N y_i w^T\mathbf z_i - e^{w^T\mathbf z_i}", lambda y, z, w, **_: np.sum(y * (z @ w) - np.exp(z @ w))),
    (r"e^{-x^Tx/2}", lambda x, **_: np.exp(-x @ x / 2)),
    (r"\sqrt[3]{\lambda} + \sqrt{x^Tx}", lambda lam, x, **_: lam ** (1 / 3) + np.sqrt(x @ x)),
    (r"\sin^2 a + \cos(a)", lambda a, **_: np.sin(a) ** 2 + np.cos(a)),
    (r"\max(0, w^Tx)", lambda w, x, **_: max(0.0, w @ x)),
    (r"\mathbf 1^T \operatorname{ReLU}(Ax)", lambda A, x, **_: np.maximum(A @ x, 0).sum()),
    (r"\operatorname{diag}(x) w", lambda x, w, **_: x * w),
    (r"I - xx^T", lambda x, **_: np.eye(4) - np.outer(x, x)),
    (r"\operatorname{softmax}(Ax)", lambda A, x, **_: np.exp(A @ x) / np.exp(A @ x).sum()),
    (r"1/2 x^T x", lambda x, **_: x @ x / 2),
    (r"\frac12x^TBx", lambda x, B, **_: x @ B @ x / 2),
    (r"2\pi a", lambda a, **_: 2 * np.pi * a),
    (r"J = r^Tr \text{ where } r = Ax - b", lambda A, x, b, **_: np.sum((A @ x - b) ** 2)),
    (r"r = Ax - b; J = r^Tr", lambda A, x, b, **_: np.sum((A @ x - b) ** 2)),
    (r"\begin{aligned} r &= Ax - b \\ J &= r^T r \end{aligned}", lambda A, x, b, **_: np.sum((A @ x - b) ** 2)),
    (r"\newcommand{\norm}[1]{\left\|#1\right\|} \norm{Ax-b}^2", lambda A, x, b, **_: np.sum((A @ x - b) ** 2)),
    ("‖A x − b‖² + ½ λ xᵀx", lambda A, x, b, lam, **_: np.sum((A @ x - b) ** 2) + lam / 2 * (x @ x)),
    ("Σᵢ (wᵀ𝐳ᵢ − yᵢ)²", lambda w, z, y, **_: np.sum((z @ w - y) ** 2)),
    ("tr(X⁻¹ B)", lambda X, B, **_: np.trace(np.linalg.inv(X) @ B)),
    ("x^T*B*x + lambda*a", lambda x, B, lam, a, **_: x @ B @ x + lam * a),
    (r"[a x_i]_i", lambda a, x, **_: a * x),
]


@pytest.mark.parametrize("latex, meant", MEANINGS, ids=[m[0] for m in MEANINGS])
def test_a_formula_has_the_value_that_is_meant(latex: str, meant: Callable[..., object]) -> None:
    assert_allclose(value(read(latex, GIVEN)), np.asarray(meant(**arrays())), rtol=1e-10)


# ---------------------------------------------------------------- a homework

SECTION_1 = r"""Consider a constant scalar $a$, constant vectors $\mathbf{b}, \mathbf{c}, \mathbf{d}, \mathbf{e}, \mathbf{w}$, variable
scalar $u$, variable vectors $\mathbf{x}_i, i = 1\dots N$, and a variable matrix $\mathbf{X}$."""
SECTION_3 = r"""There are $N$ examples $\{(\mathbf{x}_i, y_i)\}_{i=1}^N$ where $\mathbf{x}_i \in \mathbb{R}^D$ and
$y_i \in \{0, \dots, K-1\}$; $\mathbf{w} \in \mathbb{R}^D$, and $g$ is a function applied element-wise to $\mathbf{w}$."""


def test_vectors_named_d_and_e_are_no_differential_and_no_constant() -> None:
    p = read(r"y = a \ln(\exp(\mathbf{b}^T \mathbf{X} \mathbf{c}) + \exp(\mathbf{d}^T \mathbf{X} \mathbf{e})).", SECTION_1)
    assert p.term.is_scalar and p.symbols["e"].rank == 1 and p.symbols["d"].type.axes == p.symbols["b"].type.axes
    assert p.symbols["X"].type.axes == (*p.symbols["b"].type.axes, *p.symbols["c"].type.axes)
    assert not p.assumed


def test_a_family_is_one_array_and_its_member_is_found() -> None:
    p = read(r"z = \ln \left( \sum_{i=1}^N \exp(\mathbf{w}^T \mathbf{x}_i) \right)", SECTION_1)
    x = p.symbols["x"]
    assert x.type.family == 1 and str(x.type.axes[0]) == "N" and x.type.axes[1:] == p.symbols["w"].type.axes
    member = p.find(r"\mathbf{x}_i")
    assert member.args[0] is x and member.rank == 1
    assert p.find("x_i") is member


def test_a_chain_of_a_head_with_arguments_and_a_definition() -> None:
    given = r"""$f : \mathbb{R}^d \rightarrow \mathbb{R}$, where the matrix $\mathbf{W}^{(1)}$, the column vector $\mathbf{b}^{(1)}$,
    scalar $b^{(2)}$ and the row vector $\mathbf{w}^{(2)}$ are parameters of the function $f$ with appropriate sizes."""
    text = r"""\hat{y} = f(\mathbf{x}; \mathbf{W}^{(1)}, \mathbf{b}^{(1)}) = \mathbf{w}^{(2)}(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)}) + b^{(2)},
    \mathcal{L}(y, \hat{y}) = (y - \hat{y})^2"""
    p = read(text, given)
    assert p.symbols["w2"].type.row and p.symbols["W1"].type.axes[0] == p.symbols["w2"].type.axes[0]
    assert list(p.definitions) == [r"\hat{y}"] and p.definitions[r"\hat{y}"].parameters == ()
    rng = np.random.default_rng(3)
    w1, w2, x, b1 = rng.normal(size=(3, 4)), rng.normal(size=3), rng.normal(size=4), rng.normal(size=3)
    got = evaluate(p.term, {"W1": w1, "w2": w2, "x": x, "b1": b1, "b2": 0.4, "y": 1.1})
    assert_allclose(got, (1.1 - (w2 @ (w1 @ x + b1) + 0.4)) ** 2)
    for spelling in ("W^{(1)}", r"\mathbf{W}^{(1)}", "W1"):
        assert p.find(spelling) is p.symbols["W1"]


def test_functions_defined_after_their_use_and_one_that_acts_on_entries() -> None:
    text = r"""L(\mathbf{w}) = -\frac{1}{N} \sum_{i=1}^N [y_i \log h(\mathbf{w}, \mathbf{x}_i) + (1 - y_i) \log (1 - h(\mathbf{w}, \mathbf{x}_i))]
    h(\mathbf{w}, \mathbf{x}_i) = \frac{1}{1 + \exp(-g(\mathbf{w})^T \mathbf{x}_i)}
    g(w) = w^2"""
    p = read(text, SECTION_3)
    assert set(p.symbols) == {"x", "w", "y"} and p.definitions["g"].elementwise and len(p.definitions["h"].parameters) == 2
    rng = np.random.default_rng(5)
    x, w, y = rng.normal(size=(6, 3)), rng.normal(size=3), (rng.normal(size=6) > 0) * 1.0
    h = sigmoid(x @ w**2)
    assert_allclose(evaluate(p.term, {"x": x, "w": w, "y": y}), -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h)))


# ---------------------------------------------------------------- names, guesses, scope


def test_every_spelling_of_a_name_finds_it() -> None:
    p = read(r"\lambda x^Tx", GIVEN)
    for spelling in (r"\lambda", "λ", "lambda", "lam"):
        assert p.find(spelling) is p.symbols["lam"]
    with pytest.raises(ReadError, match="not a variable"):
        p.find("q")


def test_names_of_the_caller_win() -> None:
    p = read("W_1 x", "$W_1$ is $m\\times n$, $x$ is an $n$-vector", {"W1": "W_1"})
    assert set(p.symbols) == {"W1", "x"}


def test_a_guess_is_listed_with_what_would_settle_it() -> None:
    p = read(r"w^TAw", r"$A$ is an $n\times n$ matrix")
    assert [a.text for a in p.assumed] == ["w is a column vector of n"]
    assert p.assumed[0].fix == "$w$ is a vector"
    assert not read(r"w^TAw", r"$A$ is an $n\times n$ matrix and $w$ is an $n$-vector").assumed


def test_an_unknown_function_stays_unknown() -> None:
    p = read(r"\sum_i g(x_i)", r"$x\in\mathbb R^n$ and $g$ is a function applied elementwise")
    assert isinstance(p.definitions["g"], Function) and p.definitions["g"].body is None


def test_a_scope_reads_answers_in_the_names_of_the_problem() -> None:
    p = read(r"\sum_{i=1}^N (w^T\mathbf z_i - y_i)^2", GIVEN)
    answer = p.scope.elaborate(r"2\sum_j (w^T\mathbf z_j - y_j)\mathbf z_j")
    assert answer.type.axes == p.symbols["w"].type.axes
    free = p.scope.elaborate(r"2(w^T\mathbf z_i - y_i)w")
    assert any(isinstance(s, Symbol) and s.type.index is not None for s in _leaves(free))


def _leaves(term: object) -> list[object]:
    out, stack = [], [term]
    while stack:
        node = stack.pop()
        stack.extend(node.args)  # type: ignore[attr-defined]
        out.append(node)
    return out


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    "text, kind, words",
    [
        ("A b", ShapeError, "does not conform"),
        ("x + b", ShapeError, "sum does not conform"),
        (r"\operatorname{tr}(A)", ShapeError, "square"),
        ("A^{-1}", ShapeError, "square"),
        (r"x \odot b", ShapeError, "Hadamard"),
        (r"\|X\|_k", ReadError, "not in the dictionary"),
        (r"\exp(X)", ReadError, "matrix function"),
        (r"X^H", ReadError, "conjugate"),
        (r"\lambda(X) + \mu(X)", ReadError, "function of its argument or a product"),
        (r"\sum_{i \ne 1} x_i", ReadError, "restricted"),
        (r"x_1 + \dots + y", ReadError, "guessed"),
        ("r = s; s = r", ReadError, "by itself"),
        ("r = x; r = v", ReadError, "twice"),
        (r"f(x, v) + 1; f(t) = t^2", ReadError, "argument"),
        ("", ReadError, "nothing"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_says_so(text: str, kind: type[GradatimError], words: str) -> None:
    with pytest.raises(kind, match=words):
        read(text, GIVEN)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300 + "x" + ")" * 300,
        "+".join(["x^Tx"] * 2000),
        "*".join("a" * 3000),
        ";".join(f"a_{{{k + 1}}} = a_{{{k}}} + 1" for k in range(300)),
        r"\newcommand{\q}{\q\q} \q x",
        r"\sum_i " * 200 + "x_i",
        "+".join(f"{a}^T{b}" for a in "abcdefgh" for b in "pqrsuvwz"),
    ],
    ids=range(7),
)
def test_large_and_hostile_texts_answer_or_stop(text: str) -> None:
    try:
        read(text, r"$x \in " * 50)
    except (ReadError, ShapeError, LimitExceeded) as error:
        assert str(error)


def test_an_empty_scope_knows_nothing() -> None:
    assert Scope().symbols == {}


@pytest.mark.parametrize(
    ("latex", "value"),
    [
        (r"\sum_{i=0}^{3} x^i", 15),  # at x = 2, added up by hand
        (r"\sum_{i=2}^{5} i x", 28),
        (r"\sum_{r=1}^{3} r x^r", 2 + 8 + 24),
        (r"\prod_{i=0}^{2} (x + i)", 24),
        (r"\sum_{i=0}^{2} \sum_{j=0}^{1} x^{i+j}", 21),
    ],
)
def test_the_index_of_a_sum_is_the_number_that_it_is(latex: str, value: int) -> None:
    term = gd.read(latex, given="x is a scalar").term
    assert float(term.evaluate(x=2.0)) == value


def test_members_are_counted_from_where_the_sum_begins() -> None:
    p = gd.read(r"\sum_{i=0}^{N-1} a_i x^i", given="x is a scalar, a is a vector")
    assert float(p.term.evaluate(a=np.array([1.0, 5.0, 7.0]), x=2.0)) == 1 + 5 * 2 + 7 * 4
    q = gd.read(r"\sum_{i=2}^{N} a_i x", given="x is a scalar, a is a vector of N")
    assert float(q.term.evaluate(a=np.array([1.0, 5.0, 7.0]), x=2.0)) == 24


def test_an_exponent_of_a_matrix_is_one_number_everywhere() -> None:
    p = gd.read(r"k \operatorname{tr}(X^k)", given="X is n x n, k is a positive integer")
    assert [s.plain for s in free_symbols(p.term)] == ["X"]
    assert gd.check(r"k \det(X^k) X^{-T}", of=gd.read(r"\det(X^k)", given="X is n x n, k is a positive integer"), wrt="X")
    v = gd.check(r"k \det(X)^k X^{-T}", of=gd.read(r"\det(X^k)", given="X is n x n, k is a positive integer"), wrt="X")
    assert v.outcome == "right"


def test_what_was_assumed_around_a_problem_is_kept_where_it_is_read_again_for_a_variable() -> None:
    """By σ² the text is read again with σ² as a name; that πᵀ is no transposed number was told of the first reading."""
    problem = read(r"\frac{\pi^T P}{\sigma^2}", "P is a vector")
    before = [str(a) for a in problem.assumed if "it is transposed" in str(a)]
    assert before and problem.find(r"\sigma^2").is_scalar
    assert [str(a) for a in problem.assumed if "it is transposed" in str(a)] == before
