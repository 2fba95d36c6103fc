"""One question in two spellings: both are read as one function of the same shapes. The harder spelling was once read as another."""

from __future__ import annotations

import pytest

from gradatim.errors import ReadError
from gradatim.read.problem import read
from gradatim.write.text import text

SPD = r", $A$ is a symmetric positive definite matrix"
PAIRS = [
    # a declared name is what the declaration says, also where its letter has a meaning by habit
    (r"u^Te_1u", r"$u\in\mathbb{R}^n$, $e_1\in\mathbb{R}^{n\times n}$", r"u^TR_1u", r"$u\in\mathbb{R}^n$, $R_1\in\mathbb{R}^{n\times n}$"),
    (r"\tanh(e_{hh}s)", r"$s\in\mathbb{R}^h$, $e_{hh}\in\mathbb{R}^{h\times h}$", r"\tanh(R_{hh}s)", r"$s\in\mathbb{R}^h$, $R_{hh}\in\mathbb{R}^{h\times h}$"),
    (
        r"\sum_{n=1}^N\log(1+e_nw^Tz_n)",
        r"$z_n,w\in\mathbb{R}^M$ and $e_n\in\{0,1\}$",
        r"\sum_{n=1}^N\log(1+t_nw^Tz_n)",
        r"$z_n,w\in\mathbb{R}^M$ and $t_n\in\{0,1\}$",
    ),
    (
        r"\sum_{i=1}^N\max(0,1-E_i(w^Tx_i+b))",
        r"$w,x_i\in\mathbb{R}^d$, $b\in\mathbb{R}$, $E_i=\pm1$",
        r"\sum_{i=1}^N\max(0,1-y_i(w^Tx_i+b))",
        r"$w,x_i\in\mathbb{R}^d$, $b\in\mathbb{R}$, $y_i \in \{-1, 1\}$",
    ),
    # what is only said to be positive is a number
    (r"\log\det(K^2I+X^TX)", r"$X\in\mathbb{R}^{m\times n}$, $K>0$", r"\log\det(\tau^2I+X^TX)", r"$X\in\mathbb{R}^{m\times n}$, $\tau>0$"),
    (r"Ka^Tx", r"$x,a\in\mathbb{R}^d$, $K>0$", r"\tau a^Tx", r"$x,a\in\mathbb{R}^d$, $\tau>0$"),
    (r"\sum_i\max(\alpha_i, x\alpha_i)", r"$\alpha\in\mathbb{R}^n$, $x>0$", r"\sum_i\max(\alpha_i, \tau\alpha_i)", r"$\alpha\in\mathbb{R}^n$, $\tau>0$"),
    (r"\|a\|^2+\tau'\|b\|^2", r"$a,b\in\mathbb{R}^n$, $\tau'>0$", r"\|a\|^2+\tau\|b\|^2", r"$a,b\in\mathbb{R}^n$, $\tau>0$"),
    (r"a^T(K+e^2I)a", r"$K\in\mathbb{R}^{n\times n}$, $a\in\mathbb{R}^n$, $e>0$", r"a^T(K+s^2I)a", r"$K\in\mathbb{R}^{n\times n}$, $a\in\mathbb{R}^n$, $s>0$"),
    (r"\log\det(X+KD)", r"$X,D\in\mathbb{R}^{n\times n}$, $K>0$", r"\log\det(X+\tau D)", r"$X,D\in\mathbb{R}^{n\times n}$, $\tau>0$"),
    (r"[y-Xb]^TW'[y-Xb]", r"$W':L\times L$, $X: L\times K$", r"[y-Xb]^TR[y-Xb]", r"$R:L\times L$, $X: L\times K$"),
    (r"\operatorname{tr}(Be^{-1})", r"$B,e\in\mathbb{R}^{n\times n}$", r"\operatorname{tr}(BQ^{-1})", r"$B,Q\in\mathbb{R}^{n\times n}$"),
    (r"\log|N^2I+XX^T|", r"$X\in\mathbb{R}^{n\times d}$", r"\log|\tau^2I+XX^T|", r"$X\in\mathbb{R}^{n\times d}$"),
    (r"a^Te^{Kr}b", r"$K$ is a constant square matrix, $a$ and $b$ are vectors", r"a^Te^{Kt}b", r"$K$ is a constant square matrix, $a$ and $b$ are vectors"),
    (r"tr(diag(u) A\ diag(u))", r"$u\in\mathbb{R}^n$, $A\in\mathbb{R}^{n\times n}$", r"\operatorname{tr}(\operatorname{diag}(u)A\operatorname{diag}(u))", r"$u\in\mathbb{R}^n$, $A\in\mathbb{R}^{n\times n}$"),
    # said of another name, of the rows, behind a comma
    (r"x^Taex", r"$x\in\mathbb{R}^m$, and $a$, $e$ are not functions of it, $m\times m$.", r"x^TAEx", r"$x\in\mathbb{R}^m$, $A,E\in\mathbb{R}^{m\times m}$"),
    (r"\operatorname{tr}(lN^{-1})", r"$N$ is nonsingular of order $n$ and $l$ constant of the same order.", r"\operatorname{tr}(lN^{-1})", r"$N$ is invertible, $N,l\in\mathbb{R}^{n\times n}$"),
    (r"a^Tla", r"$\phi_n,a\in\mathbb{R}^M$. $l$ has the rows $\phi_n^T$.", r"a^TLa", r"$\phi_n,a\in\mathbb{R}^M$. $L$ has the rows $\phi_n^T$."),
    ("||Ax-b||^2", "4) A is m x n, b a vector.", "||Ax-b||^2", "A is m x n, b a vector."),
    ("1^TB1", "B is n x n", r"\mathbf{1}^TB\mathbf{1}", r"$B\in\mathbb{R}^{n\times n}$"),
    (r"f(x)+\lambda^T(Ax-b)", r"$A\in\mathbb{R}^{m\times n}$", r"f(x)+\lambda^T(Ax-b)", r"$A\in\mathbb{R}^{m\times n}$, $\lambda\in\mathbb{R}^m$, $f:\mathbb{R}^n\to\mathbb{R}$"),
    # names and words
    (r"a^T\mathit{net}a", r"$\mathit{net}\in\mathbb{R}^{n\times n}$", r"a^T\mathrm{net}a", r"$\mathrm{net}\in\mathbb{R}^{n\times n}$"),
    ("tr(XB^*X^TA)", r"$A$ ($m\times m$) and $B^*$ ($n\times n$) are matrices.", r"tr(X B^\star X^TA)", r"$A$ ($m\times m$) and $B^\star$ ($n\times n$) are matrices."),
    ("trABA^TC", r"$A\in\mathbb{R}^{m\times n}$", r"\operatorname{tr}(ABA^TC)", r"$A\in\mathbb{R}^{m\times n}$"),
    ("lndetX", r"$X\in\mathbb{R}^{m\times m}$", r"\ln\det X", r"$X\in\mathbb{R}^{m\times m}$"),
    (r"\mathbf{1}'(A\circ X)\mathbf{1}", r"$A,X\in\mathbb{R}^{m\times n}$", r"\mathbf{1}^T(A\circ X)\mathbf{1}", r"$A,X\in\mathbb{R}^{m\times n}$"),
    # lines
    ("g = a - b\nD_{KL} = a^TAg", r"$a,b\in\mathbb{R}^n$", "g = a - b; D_{KL} = a^TAg", r"$a,b\in\mathbb{R}^n$"),
    ("r = Xw-y\n\\|r\\|^2", r"$X\in\mathbb{R}^{m\times n}$", "r = Xw-y; \\|r\\|^2", r"$X\in\mathbb{R}^{m\times n}$"),
    # definitions of definitions among the declarations
    (
        r"\sum_ig_iu_i",
        r"$x,g\in\mathbb{R}^D$. Let $u=\frac{x-\mu}{s}$, $\mu=\frac1D\sum_ix_i$, $s=\sqrt{1+\mu^2}$.",
        r"u=\frac{x-\mu}{s}; \mu=\frac1D\sum_ix_i; s=\sqrt{1+\mu^2}; \sum_ig_iu_i",
        r"$x,g\in\mathbb{R}^D$",
    ),
    # declarations beside the formula
    ("f(x)=x^TAx, where A is a symmetric positive definite matrix", "", "f(x)=x^TAx", SPD),
    (r"$f(x)=x^TAx$ where $A$ is a symmetric positive definite matrix.", "", "f(x)=x^TAx", SPD),
    (r"f(x)=x^TAx \text{ where } A \text{ is a symmetric positive definite matrix}", "", "f(x)=x^TAx", SPD),
    (r"\|r\|^2, with r = Ax-b, A is m x n", "", r"\|r\|^2; r = Ax-b", r"$A$ is $m\times n$"),
    (r"f:\mathbb{R}^n\to\mathbb{R}^n, J \mapsto (J^TAJ)BJ", r"$A,B\in\mathbb{R}^{n\times n}$", "(J^TAJ)BJ", r"$J\in\mathbb{R}^n$, $A,B\in\mathbb{R}^{n\times n}$"),
    (r"f:\mathbb{R}^{m\times n}\to\mathbb{R}, \quad f(x) = \operatorname{tr}(x^Tx)", "", r"\operatorname{tr}(x^Tx)", r"$x\in\mathbb{R}^{m\times n}$"),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "given", "plainer", "declared"), PAIRS, ids=lambda p: p[:40])
def test_two_spellings_are_one_function(latex: str, given: str, plainer: str, declared: str) -> None:
    one, other = read(latex, given=given), read(plainer, given=declared)
    shapes = [sorted(s.type.describe() for s in p.symbols.values()) for p in (one, other)]
    assert shapes[0] == shapes[1]
    assert sorted(s.type.facts for s in one.symbols.values()) == sorted(s.type.facts for s in other.symbols.values())
    if set(one.symbols) == set(other.symbols):  # else a letter is another one, and the shapes tell
        assert text(one.term) == text(other.term)


@pytest.mark.parametrize(
    ("latex", "given", "words"),
    [
        ("x^T A x is a matrix", "", "is a word"),
        (r"x^TPx", r"$x\in\mathbb{R}^n$, $P>0$", "a number or a matrix"),
    ],
)
def test_what_may_be_two_things_is_asked_for(latex: str, given: str, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        read(latex, given=given)


@pytest.mark.parametrize(("latex", "kept"), [(r"\sum_{i\neq j}x_ix_j", "i and j"), (r"\sum_{m\neq j}x_mx_j", "j is given")])
def test_what_a_restricted_sum_binds_is_said(latex: str, kept: str) -> None:
    problem = read(latex, given=r"$x\in\mathbb{R}^n$")
    assert any(kept in a.text and a.changes_answer for a in problem.assumed)


@pytest.mark.parametrize(
    "given",
    [
        r"$e_i$ is the $i$-th standard basis vector",
        r"$e_i\in\mathbb{R}^n$ is the $i$-th unit vector",
        r"$e_i$, $e_j$ denote the canonical basis vectors of $\mathbb{R}^n$",
    ],
)
def test_unit_vectors_stay_unit_vectors(given: str) -> None:
    assert "e" not in read(r"e_i^TAe_j", given=rf"$A\in\mathbb{{R}}^{{n\times n}}$. {given}").symbols
