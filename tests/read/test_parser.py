"""The syntax layer: what is written on paper comes out as the tree that a mathematician sees, or as an error with a place."""

from __future__ import annotations

import pytest
from trees import tree

from gradatim.errors import GradatimError, LimitExceeded, ReadError
from gradatim.read.parser import statements

X_T = "(post x){power T}"

SAME = [
    # Every line holds spellings of one formula; the first is in words of the tree.
    ("(juxt (post x){power T} A x)", r"x^TAx", r"x^{T} A\,x", r"x^T \left. A x \right.", "xᵀAx"),
    (
        "(call:trace (juxt A B))",
        r"\operatorname{tr} A B",
        r"\mathrm{Tr}(AB)",
        r"\text{tr}\{AB\}",
        r"\mbox{tr}[AB]",
        r"\operatorname{Trace}[AB]",
        "tr(A B)",
    ),
    ("(call:log (call:det X))", r"\log\det X", r"\ln \det(X)", r"\log(\det(X))", "log det X"),
    ("(call:log (bar X))", r"\ln |X|", r"\ln\left|X\right|", r"\log \lvert X\rvert", r"\ln\bigl|X\bigr|"),
    ("(post (norm x)){power 2}", r"\|x\|^2", r"\lVert x \rVert^2", r"\left\| x \right\|^2", "||x||^2", r"\Vert x\Vert^2", "‖x‖²"),
    ("(angle a b)", r"\langle a, b\rangle", "⟨a, b⟩", r"\left\langle a, b\right\rangle"),
    ("(mul:odot a b)", r"a \odot b", r"a \circ b", r"a \ast b", "a ⊙ b", "a ∘ b"),
    ("(frac 1 2)", r"\frac12", r"\tfrac{1}{2}", r"\dfrac 1 2"),
    (
        "(add:++ (big:sum a{}){sub i} b)".replace("a{}", "(post a){sub i}"),
        r"\sum_i a_i + b",
        r"\sum\limits_i a_i + b",
        "Σᵢ aᵢ + b",
        "sum_i a_i + b",
    ),
    (r"\mathbf{x}", r"\mathbf x", r"{\bf x}", "𝐱", r"\newcommand{\x}{\mathbf{x}}\x"),
    (r"\hat{\mathbf{y}}", r"\hat{\mathbf y}", r"\widehat{\mathbf{y}}"),
    (r"\lambda", r"\lambda", "λ", "lambda", "lam"),
    ("(post x){hpower 2}", r"x^{\circ 2}", "x.^2", "x^∘2"),
]


@pytest.mark.parametrize("expected, spellings", [(row[0], row[1:]) for row in SAME], ids=[row[1] for row in SAME])
def test_spellings_of_one_formula_are_one_tree(expected: str, spellings: tuple[str, ...]) -> None:
    for text in spellings:
        assert tree(text) == expected, text


PRECEDENCE = [
    # The trace takes the whole product that follows, up to a sign.
    (r"\operatorname{tr} A B A^T C", "(call:trace (juxt A B (post A){power T} C))"),
    (r"\operatorname{tr}(A)B", "(juxt (call:trace A) B)"),
    (r"\exp -x", "(call:exp (add:- x))"),
    (r"\sin^2 x", "(call:sin x){power 2}"),
    (r"\tanh^2(Wx)", "(call:tanh (juxt W x)){power 2}"),
    (r"\sin x \cos y", "(juxt (call:sin x) (call:cos y))"),
    (r"\log h(w,x)", "(call:log (juxt h (group:( w x)))"),
    # A sum extends over products and stops at a sign of its level.
    (r"\sum_i (a) + (b)", "(add:++ (big:sum (group:( a)){sub i} (group:( b))"),
    (r"-x^2", "(add:- (post x){power 2})"),
    # Juxtaposition binds more tightly than a slash; what that means is decided with types in hand.
    (r"a/bc", "(mul:/ a (juxt b c))"),
    # Programmers mean the whole number behind ^.
    ("x^12", "(post x){power 12}"),
    ("|a||b|", "(juxt (bar a) (bar b))"),
    (r"\lvert\lvert x\rvert - 1\rvert", "(bar (add:+- (bar x) 1))"),
    (r"\sqrt[3]{x}", "(root:3 x)"),
    (r"\log\det{}^{\mu} X", r"(call:log (call:det X){power \mu})"),
    (r"\mathbb{1}\{a=b\}", r"(juxt \mathbb{1} (group:{ (rel:= a b)))"),
    (r"\max(0,z)", "(call:max 0 z)"),
    (r"\mathbf{W}^{(1)\top}x", r"(juxt (post \mathbf{W}){label (1)\top} x)"),
    # Whether T turns a matrix or is an exponent is told by what X is, so the tree holds the exponent as well.
    (r"X^{-2T}", "(post X){power (add:- (juxt 2 T))}"),
    ("x_{il}", "(post x){sub il}"),
]


@pytest.mark.parametrize("text, expected", PRECEDENCE, ids=[t for t, _ in PRECEDENCE])
def test_precedence_on_paper(text: str, expected: str) -> None:
    assert tree(text) == expected


CODE = [
    ("x'*A*x", "(mul:* (mul:* (post x){prime 1} A) x)"),
    ("A .* B", "(mul:.* A B)"),
    ("foo*x", "(mul:* foo x)"),
    ("1e-3*x", "(mul:* 1/1000 x)"),
    ("1.25", "5/4"),
    ("Πᵢ xᵢ", "(big:prod (post x){sub i}){sub i}"),
    ("Π x", r"(juxt \Pi x)"),
    ("‖x‖∞", "(post (norm x)){sub infty}"),
    ("x @ y.T", "(mul:matmul x (call:transpose y))"),
    ("sum(x)", "(call:total x)"),
]


@pytest.mark.parametrize("text, expected", CODE, ids=[t for t, _ in CODE])
def test_plain_text_as_people_program(text: str, expected: str) -> None:
    assert tree(text) == expected


CHAINS = [
    (r"z = Wx; y = z", "z = (juxt W x) ; y = z"),
    ("f = x\ng = f", "f = x ; g = f"),
    ("f = x\n  + y", "f = (add:++ x y)"),
    (r"\begin{aligned} f &= x \\ &+ y \\ g &= f \end{aligned}", "f = (add:++ x y) ; g = f"),
    (r"f = a, \quad a = b", "f = a ; a = b"),
    (r"f = a, \text{ where } a = b.", "f = a ; a = b"),
    (r"\hat y = f(x; W) = Wx", r"\hat{y} = (juxt f (group:( x W)) = (juxt W x)"),
    # An equation's number is not a factor; a bracket that is no number of a line stays one.
    (r"f = x \quad (2)", "f = x"),
    (r"f = x \qquad (2.1) \\ g = f", "f = x ; g = f"),
    (r"f = x \tag{3}", "f = x"),
    (r"f = x \label{eq:one} ,", "f = x"),
    (r"f = x \quad (2) y", "f = (juxt x (group:( 2) y)"),
    (r"$$ x $$", "x"),
    (r"\[ x \]", "x"),
]


@pytest.mark.parametrize("text, expected", CHAINS, ids=[t for t, _ in CHAINS])
def test_chains_of_definitions(text: str, expected: str) -> None:
    assert tree(text) == expected


ERRORS = [
    # The text, and the part of it at which the error points.
    ("((((x", "("),
    ("x)", ")"),
    (r"\left(x+1\right]", "(x+1\\right]"),
    ("a+*b", "*"),
    ("a=", ""),
    (r"\frac{a}", ""),
    ("3 4", "3 4"),
    ("x^2^3", "^2^3"),
    (r"2e-3\lambda", "2e-3"),
    (r"x + \foo y", r"\foo"),
    ("a % b", "%"),
    ("x^2\ny^2", "\n"),
    (r"f = x \\ y", r"\\"),
    ("x # y", "#"),
    (r"\begin{tikzcd} a \end{tikzcd}", r"\begin{tikzcd}"),
    ("", ""),
    (r"\|x\|y\|", ""),
]


@pytest.mark.parametrize("text, place", ERRORS, ids=[t or "empty" for t, _ in ERRORS])
def test_errors_point_at_the_place(text: str, place: str) -> None:
    with pytest.raises(ReadError) as caught:
        statements(text)
    assert caught.value.span is not None
    start, end = caught.value.span
    assert 0 <= start <= end <= len(text)
    pointed = text[start:end]
    # Where something is missing, the end is the place.
    assert (pointed and (place in pointed or pointed in place)) if place else start == len(text), pointed


HOSTILE = [
    "(" * 5000 + "x",
    "(" * 300 + "x" + ")" * 300,
    "{" * 300 + "x" + "}" * 300,
    "x^{" * 300 + "2" + "}" * 300,
    r"\frac{" * 300,
    r"\sqrt" * 2000 + "x",
    r"\sum_i" * 2000 + "x",
    r"\exp" * 2000 + " x",
    r"\exp -" * 2000 + " x",
    r"\hat" * 2000 + "x",
    r"\mathbf{" * 500 + "x" + "}" * 500,
    "-" * 5000 + "x",
    "|" * 3001,
    "'" * 4000,
    "x" + "'" * 4000,
    "_" * 4000,
    "^" * 4000,
    "\\" * 3001,
    "+".join(["x"] * 2000),
    "x " * 5000,
    "9" * 5000,
    "1e" + "9" * 50,
    "=" * 3000,
    "x=" * 3000 + "x",
    ";" * 3000,
    "\n" * 3000,
    r"\left" * 3000,
    r"\newcommand{\a}{\a\a}\a",
    r"\def\x{\x\x}\x",
    r"\newcommand{\a}[1]{#1#1}" + r"\a{" * 40 + "x" + "}" * 40,
    "\x00",
    ".¹x",
    "x, " * 15_000,
    "x\n" * 15_000,
    "\ud800",
    "∑" * 2000,
    "ᵀ" * 2000,
    "\u0302" * 100,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(t[:12]) for t in HOSTILE])
def test_hostile_text_gets_an_answer_or_a_clear_error(text: str) -> None:
    try:
        statements(text)
    except GradatimError as error:
        assert str(error)


def test_a_deep_nest_says_that_it_is_too_deep() -> None:
    with pytest.raises(LimitExceeded):
        statements("(" * 300 + "x" + ")" * 300)
