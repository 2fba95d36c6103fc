"""LaTeX that compiles: one superscript and one subscript for each base."""

from __future__ import annotations

from gradatim import ops
from gradatim.term import Symbol
from gradatim.types import index_type, matrix, vector
from gradatim.write.latex import latex


def test_an_entry_of_a_labelled_name_is_grouped_under_a_power() -> None:
    """`W^{(1)}_{ij}^{2}` has two superscripts, which TeX refuses; so has `[p]_\\times_{ij}` two subscripts."""
    W = Symbol("W^{(1)}", matrix("m", "n"))
    i, j = Symbol("i", index_type("m")), Symbol("j", index_type("n"))
    assert latex(ops.power(ops.at(W, i, j), ops.number(2))) == "{W^{(1)}_{ij}}^{2}"
    p, k, q = Symbol("p", vector(3)), Symbol("k", index_type(3)), Symbol("q", index_type(3))
    assert latex(ops.at(ops.hat(p), k, q)) == r"\left([p]_\times\right)_{kq}"
