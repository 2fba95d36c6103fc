"""The two-dimensional writer: what stands above what, drawn by hand."""

from __future__ import annotations

import gradatim as gd
from gradatim.write import display, text

u, a = gd.scalar("u"), gd.scalar("a")
x, A = gd.vector("x", "n"), gd.matrix("A", "n", "n")
xs, w, i = gd.family("x", "N", "n"), gd.vector("w", "n"), gd.index("i", "N")


def drawn(picture: str) -> str:
    return "\n".join(line.rstrip() for line in picture.strip("\n").splitlines())


def test_a_fraction_stands_on_the_axis_of_what_is_beside_it() -> None:
    assert display(gd.exp(a) / u**3 + 2, "f = ") == drawn("""
     exp(a)
f = ──────── + 2
       u³
""")


def test_a_sum_has_its_limits_and_brackets_grow() -> None:
    assert display(gd.log(gd.sum_over(i, gd.exp(w.T @ xs[i])))) == drawn("""
   ⎛ N           ⎞
log⎜ Σ  exp(wᵀxᵢ)⎟
   ⎝i=1          ⎠
""")


def test_fractions_within_fractions() -> None:
    assert display(a / (u + 1 / a)) == drawn("""
    a
─────────
      1
 u + ───
      a
""")


def test_an_exponent_that_is_no_digit_is_raised() -> None:
    assert display(u ** (a + 1)) == drawn("""
 a + 1
u
""")


def test_what_is_linear_stays_on_its_line() -> None:
    f = 2 * A.T @ (A @ x - w)
    assert display(f) == text(f)


def test_long_sums_are_broken_before_signs() -> None:
    total = x
    for k in range(30):
        total = total + gd.vector(f"v{k}", "n")
    lines = display(total, "s = ", width=40).splitlines()
    assert len(lines) > 3 and all(len(line) <= 40 for line in lines) and all(line.lstrip()[0] == "+" for line in lines[1:])
    assert "".join(line.strip() + " " for line in lines).split() == ("s = " + text(total)).split()


def test_a_formula_nested_beyond_sense_is_written_on_one_line() -> None:
    deep = u
    for _ in range(500):
        deep = 1 / (1 + deep)
    assert "\n" not in display(deep)


def test_a_denominator_that_ends_in_a_sum_is_one_denominator() -> None:
    members = gd.family("x", "N")
    assert text(a / gd.sum_over(i, members[i])) == "a / Σᵢ xᵢ"
    assert text(a / (2 * gd.sum_over(i, members[i]))) == "a / (2 Σᵢ xᵢ)"
