"""Bad input: whatever stands there, reading gives a problem or one of the errors of the tree, and soon."""

from __future__ import annotations

import random
from itertools import repeat

import pytest

import gradatim as gd
from gradatim.errors import GradatimError, LimitExceeded, ReadError
from gradatim.read.problem import read

FORMULAS = [
    r"\|Ax-b\|_2^2 + \tfrac{\lambda}{2}\lVert x\rVert_1",
    r"\ln \sum_{i=1}^N \exp(\mathbf{w}^T \mathbf{x}_i)",
    r"\hat y = \mathbf w^{(2)}(\mathbf W^{(1)}\mathbf x+\mathbf b^{(1)}); L=(y-\hat y)^2",
    r"\operatorname{tr}\left( (X^TAX)^{-1} B \right) + \log\det X",
    r"\begin{aligned} z &= Wx \\ L &= \frac{1}{2}\|z\|^2\end{aligned}",
    r"\newcommand{\v}[1]{\mathbf{#1}} \v{x}^\top \v{A}\v{x}",
    "xᵀAx + Σᵢ exp(wᵀxᵢ)",
    r"\max(0, z) \odot \sigma'(x) + \langle a, b\rangle - |x|",
    "np.sum(np.log(X @ w) * y) - x.T @ A @ x",
]
DECLARATIONS = [
    r"$A\in\mathbb R^{m\times n}$, $x\in\mathbb R^n$",
    "x a vector, A symmetric matrix; b and c vectors of length m and n, respectively",
    r"constant scalar $a$, vectors $\mathbf b,\mathbf c$; $\{(x_i,y_i)\}_{i=1}^N$ with $x_i\in\mathbb R^d$",
    "",
]
PIECES = [
    *"{}()[]|^_&$\\'.,;=+-*/<>~!@#%?:\"` \n0123456789xyAXwTeλΣ∂∇ᵀ²₀𝐱‖⟨⟩漢\0",
    *(r"\frac", r"\sum", r"\left", r"\right", r"\begin{", r"\end{", r"\mathbf", r"\hat", "^{", "_{", r"\|", r"\\", r"\text{"),
    *(
        r"\def\a{\a\a}\a",
        r"\pdv{",
        r"\norm{",
        r"\sqrt[",
        r"\in",
        r"\mathbb R",
        "matrix",
        "is",
        "respectively",
        "np.",
        " @ ",
        "\ud800",
    ),
]


def mutated(text: str, rng: random.Random) -> str:
    out = list(text)
    for _ in range(rng.randint(1, 6)):
        k = rng.randrange(len(out) + 1)
        if rng.random() < 0.4:
            out[k:k] = rng.choice(PIECES)
        elif rng.random() < 0.5:
            del out[k : k + rng.randint(1, 4)]
        else:
            out[k:k] = out[k - 8 : k]
    return "".join(out)


def test_mutated_formulas_raise_only_errors_of_the_tree(pytestconfig: pytest.Config) -> None:
    seed = pytestconfig.getoption("--seed", default=None) or random.randrange(10**6)
    print(f"seed {seed}")
    rng = random.Random(int(seed))
    for _ in range(250):
        text, given = mutated(rng.choice(FORMULAS), rng), rng.choice(DECLARATIONS)
        given = mutated(given, rng) if rng.random() < 0.5 else given
        try:
            problem = read(text, given=given)
            problem.read_answer(mutated(text, rng))
        except GradatimError as error:
            assert str(error).strip(), (text, given)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r} for {text!r} with {given!r}") from error


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300 + "x" + ")" * 300,
        r"\frac{1}{" * 300 + "x" + "}" * 300,
        "x" + "^{2" * 300 + "}" * 300,
        r"\def\a{\a\a}\a",
        r"\newcommand{\x}{\y\y\y\y\y\y\y\y}\newcommand{\y}{\z\z\z\z\z\z\z\z\z\z}\newcommand{\z}{" + "z" * 3000 + r"}\x",
        "x" * 400_000,
        "[" * 5000,
        r"\sqrt" * 5000 + "x",
        "x" + "'" * 5000 + "?",
        "9" * 1000,
        "x @ (" * 200 + "y" + ")" * 200,
    ],
    ids=lambda t: f"{t[:12]}…{len(t)}",
)
def test_what_is_too_deep_or_too_long_is_said(text: str) -> None:
    with pytest.raises((LimitExceeded, ReadError)):
        read(text, given="x, y are scalars")


def test_a_sum_of_two_thousand_terms_is_read() -> None:
    assert read(" + ".join(repeat("a x", 2000)), given="a, x are scalars").term.is_scalar


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\frac{1}{x", "not closed"),
        ("x + ", "something is still missing"),
        (")x", "closes nothing"),
        (r"\foo x", r"\\foo is not known"),
        ("x ? y", "has no meaning"),
        ("   ", "nothing to read"),
    ],
)
def test_a_caret_shows_the_place(text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message) as caught:
        read(text, given="x, y are scalars")
    assert not text.strip() or "^" in caught.value.caret


@pytest.mark.parametrize(
    ("text", "given", "message"),
    [
        (r"\delta_{}P_{ij}(\delta_{jl} - P_{il})", "", "."),
        (r"\operatorname{diag}\begin{cases}\operatorname{diag}(1 - h", "h is a vector", "not closed"),
        (r"x^{(((2^{64})^{64})^{64})^{64}}", "x is a scalar", "more than 4000 digits"),
        (r"((9^{64})^{64})^{64} x", "x is a scalar", "more than 4000 digits"),
        (r"x^{2^{2^{2^{2^{2}}}}}", "x is a scalar", "more than 4000 digits"),
    ],
)
def test_an_error_of_the_tree_and_no_other(text: str, given: str, message: str) -> None:
    with pytest.raises(GradatimError, match=message):
        gd.read(text, given=given).derivative("x")


def test_cases_behind_a_function_word_are_its_argument() -> None:
    """exp(x) where x > 0 and exp(−x) elsewhere has the value e at 1 and at −1."""
    function = read(r"\exp\begin{cases} x & x > 0 \\ -x & x \le 0 \end{cases}", given="x is a scalar").term
    assert all(abs(float(function.evaluate(x=x)) - 2.718281828) < 1e-8 for x in (1.0, -1.0))


def test_sums_within_sums_are_taken_apart_once() -> None:
    """Thirty sums from 1 to n over one number: 2³⁰ ways to look at them."""
    assert str(gd.read(r"\sum_{i=1}^n " * 30 + "x", given="x is a scalar").derivative("x")) == "n³⁰"


@pytest.mark.parametrize("size", [r"\frac" * 500, "(" * 500, "n^9" * 100, "((n+m+k+l)^9)^9", "7" * 390])
def test_a_size_without_end_is_refused_or_passed_over(size: str) -> None:
    for given in (f"$x \\in \\mathbb{{R}}^{{{size}}}$", f"${size}$ is a size", f"x is a vector of length ${size}$"):
        try:
            assert read("x^T x", given=given).term.is_scalar
        except GradatimError as error:
            assert str(error)
