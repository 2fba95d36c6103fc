"""Pairs that a checker must tell apart, or must not, and false identities that hold at small sizes."""

from __future__ import annotations

import pytest

import gradatim as gd

GIVEN = (
    r"$A, B, C, S \in \mathbb R^{n\times n}$, $X \in \mathbb R^{n\times n}$ is invertible, $Y \in \mathbb R^{m\times n}$, "
    r"$b, c, x, w \in \mathbb R^n$, $y \in \mathbb R^m$, $s$ is a scalar, $z_i \in \mathbb R^n$, $i = 1\dots N$"
)
DIFFER = [
    (r"b c^T", r"c b^T"),
    ("A B", "B A"),
    (r"(A + A^T) x", "2 A x"),
    (r"Y^T (Y w - y)", r"Y^T (Y w + y)"),
    (r"x^T A x", r"x^T A^T A x"),
    ("x", "A x"),
    (r"\sum_{i=1}^N z_i", r"z_i"),
    (r"X^{-1}", r"X^{-T}"),
    (r"A - B + C", r"A + B - C"),
    (r"\sqrt{s^2}", "s"),
    (r"A \odot B", "A B"),
    (r"\mathrm{tr}(A B C)", r"\mathrm{tr}(A C B)"),
    (r"\det(A + B)", r"\det A + \det B"),
    (r"\|x\|", r"\|x\|^2"),
]
SAME = [
    (r"\sum_{i=1}^N z_i^T x", r"\sum_{j=1}^N z_j^T x"),
    (r"X^{-T}", r"(X^{-1})^T"),
    (r"\mathrm{tr}(A B)", r"\mathrm{tr}(B A)"),
    (r"-(A - B) x", r"(B - A) x"),
    (r"\frac{e^{s}}{1 + e^{s}}", r"\frac{1}{1 + e^{-s}}"),
    (r"x^T A x", r"x^T A^T x"),
    (r"\mathrm{tr}(A B C)", r"\mathrm{tr}(C A B)"),
    (r"(A B)^T", r"B^T A^T"),
    (r"(X + b c^T)^{-1}", r"X^{-1} - \frac{X^{-1} b c^T X^{-1}}{1 + c^T X^{-1} b}"),
    (r"(I + A B)^{-1} A", r"A (I + B A)^{-1}"),
    (r"\|x\|^2", r"x^T x"),
    (r"\log\det(A^T A)", r"2 \log |\det A|"),
]
# Equal at one size only: Hall's identity for 2×2, the Cayley-Hamilton theorem, the standard polynomial s₄ of 2×2 matrices.
SMALL = [
    (r"(A B - B A)(A B - B A) C", r"C (A B - B A)(A B - B A)"),
    (r"\mathrm{tr}(A)^2 - \mathrm{tr}(A^2)", r"2 \det A"),
    (r"A^2 - \mathrm{tr}(A) A + \det(A) I", r"0 A"),
    (
        " + ".join(
            f"{'' if sign > 0 else '(-1) '}{' '.join(word)}"
            for sign, word in [
                (1, "ABCS"), (-1, "ABSC"), (-1, "ACBS"), (1, "ACSB"), (1, "ASBC"), (-1, "ASCB"),
                (-1, "BACS"), (1, "BASC"), (1, "BCAS"), (-1, "BCSA"), (-1, "BSAC"), (1, "BSCA"),
                (1, "CABS"), (-1, "CASB"), (-1, "CBAS"), (1, "CBSA"), (1, "CSAB"), (-1, "CSBA"),
                (-1, "SABC"), (1, "SACB"), (1, "SBAC"), (-1, "SBCA"), (-1, "SCAB"), (1, "SCBA"),
            ]
        ),
        "0 A",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), [*DIFFER, *SMALL])
def test_different(a: str, b: str) -> None:
    found = gd.equal(a, b, given=GIVEN)
    assert found.differs, found


@pytest.mark.parametrize(("a", "b"), SAME)
def test_same(a: str, b: str) -> None:
    found = gd.equal(a, b, given=GIVEN)
    assert found.holds, found


@pytest.mark.parametrize(
    ("of", "wrt", "right", "wrong"),
    [
        (r"\frac12\|Yw - y\|^2", "w", r"Y^T(Yw - y)", r"Y(Yw - y)"),
        (r"b^T X c", "X", "b c^T", "c b^T"),
        (r"x^T A x", "x", "(A + A^T) x", "2 A x"),
        (r"\log\det X", "X", "X^{-T}", "X^{-1}"),
        (r"\sum_{i=1}^N (z_i^T w)^2", "w", r"2\sum_{j=1}^N (z_j^T w) z_j", r"2 (z_i^T w) z_i"),
        (r"\|x - b\|^2", "x", "-2(b - x)", "2(b - x)"),
        (r"1.1 s^2 b^T x", "s", r"\frac{11}{5} s b^T x", r"2.1 s b^T x"),
    ],
)
def test_answers(of: str, wrt: str, right: str, wrong: str) -> None:
    assert gd.check(right, of=of, wrt=wrt, given=GIVEN).outcome == "right"
    assert gd.check(wrong, of=of, wrt=wrt, given=GIVEN, layout="gradient").outcome in ("wrong", "right under a condition")
    assert gd.check(wrong, of=of, wrt=wrt, given=GIVEN).outcome != "right"
