"""Lines of algebra taken apart, other conventions at the end, what is shown where, and limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

import gradatim as gd
from gradatim import ops
from gradatim.derive.structured import structured
from gradatim.explain.algebra import alike, apart
from gradatim.explain.checker import faults
from gradatim.explain.notation import notation
from gradatim.explain.steps import sentence
from gradatim.ops import add, diag, hadamard, hdivide, number, product, quotient, transpose
from gradatim.term import Symbol, Term
from gradatim.types import matrix, vector
from gradatim.write.text import text

P, Y, Z = (Symbol(c, vector("n")) for c in "pyz")
U, V = Symbol("u"), Symbol("v")


def softmax_slope(p: Term, y: Term) -> Term:
    return product(add(diag(p), product(number(-1), p, transpose(p))), hdivide(y, p))


def test_a_line_is_taken_apart_by_laws() -> None:
    before = softmax_slope(P, Y)
    after = add(Y, product(number(-1), product(transpose(ops.ones(params=P.type.axes)), Y), P))
    names, words, steps = apart(before, after)
    assert names[:2] == ["multiplied out", "entry by entry"]
    said = sentence(words, text)
    assert "diag(p)(y ⊘ p) = p ⊙ (y ⊘ p)" in said and "pᵀ(y ⊘ p) = 𝟏ᵀy" in said
    assert steps[0].before is before and steps[-1].after is after
    assert all(a.after is b.before for a, b in zip(steps, steps[1:]))


@pytest.mark.parametrize(
    ("before", "after", "law"),
    [
        (quotient(add(product(U, V), product(number(-3), U)), ops.power(U, number(2))), quotient(add(V, number(-3)), U), "common factor"),
        (add(quotient(V, U), quotient(U, V)), quotient(add(ops.power(V, number(2)), ops.power(U, number(2))), product(U, V)), "one denominator"),
        (product(quotient(number(1), U), U, V, Z), product(V, Z), "fractions"),
    ],
    ids=["common factor", "one denominator", "fractions"],
)  # fmt: skip
def test_laws_of_numbers(before: Term, after: Term, law: str) -> None:
    assert law in apart(before, after)[0]


def test_order_alone_makes_no_difference() -> None:
    assert alike(add(P, Y), add(Y, P)) and alike(hadamard(P, Y), hadamard(Y, P)) and alike(product(U, V, P), product(V, U, P))
    a, b = (Symbol(c, matrix("n", "n")) for c in "AB")
    assert not alike(product(a, b), product(b, a))


def test_finer_steps_are_checked() -> None:
    z, y = gd.vector("z", "n"), gd.vector("y", "n")
    d = gd.explain(-(y.T @ ops.log(gd.softmax(z))), z)
    k, step = next((k, s) for k, s in enumerate(d.steps) if s.substeps)
    wrong = replace(step.substeps[0], after=product(number(2), step.substeps[0].after))
    spoilt = replace(step, substeps=(wrong, *step.substeps[1:]))
    found, _ = faults(replace(d, steps=(*d.steps[:k], spoilt, *d.steps[k + 1 :])))
    assert (k + 1, 1) in {f.path for f in found}


def test_a_fact_stands_on_its_own_line() -> None:
    p = gd.read("(A x - b)^T W (A x - b)", given="W is a symmetric m × m matrix, A is m × n, b in R^m, x in R^n")
    shown = [(s.rule, str(s.after), s.why) for s in gd.explain(p, "x").steps]
    assert ("symmetry", "2 W r", "W is symmetric") in shown


def test_numerator_layout_and_structures_come_last() -> None:
    x, S = gd.vector("x", "n"), gd.matrix("S", "n", "n", symmetric=True)
    laid = gd.explain(gd.sqnorm(x), x, layout="numerator")
    assert [str(s.after) for s in laid.coda] == ["2 xᵀ"] and laid.result.type.row is False
    entries = gd.explain(x.T @ S @ x, S, structure="entries")
    assert str(entries.coda[-1].after) == str(structured(x.T @ S @ x, S, "entries").term)
    with pytest.raises(gd.GradatimError):
        gd.explain(gd.sqnorm(x), x, layout="sideways")
    spoilt = replace(laid, coda=(replace(laid.coda[0], after=product(number(3), laid.coda[0].after)),))
    assert [f.path for f in faults(spoilt)[0]] == [(len(laid.steps) + 1,)]


def test_invented_names_keep_clear_of_definitions() -> None:
    p = gd.read(r"h = \tanh(W x); z = V h; L = \|z - y\|^2", given="W is h × d, V is k × h, x in R^d, y in R^k")
    named = [str(s.before) for s in gd.explain(p, "W").steps if s.kind == "definition"]
    assert len(named) == len(set(named))


def test_second_derivative_says_nothing_twice() -> None:
    w, x, y = gd.vector("w", "d"), gd.vector("x", "d"), gd.scalar("y")
    d = gd.explain(gd.log(1 + gd.exp(-y * (w.T @ x))), w, w)
    lines = [f"{s.before} = {s.after}" for s in d.steps if not s.continues]
    assert len(lines) == len(set(lines))


def test_details_and_blocks_differ() -> None:
    z, y = gd.vector("z", "n"), gd.vector("y", "n")
    d = gd.explain(-(y.T @ ops.log(gd.softmax(z))), z)
    brief, normal, full = (d.text(level) for level in ("brief", "normal", "full"))
    assert len(brief) < len(normal) < len(full)
    assert "notation:" in normal and "notation:" not in brief and "· =" in full
    q = gd.explain(gd.sqnorm(z) / (1 + gd.sqnorm(y)), z)
    assert "───" in q.text(blocks=True) and "───" not in q.text()
    assert {sentence(words, text).split(" ")[0] for words in notation(d)} >= {"A", "𝟏"}


def test_what_nobody_would_read_is_refused() -> None:
    x = gd.vector("x", "n")
    total = sum((gd.vector(f"a{k}", "n").T @ x for k in range(1, 70)), gd.vector("a", "n").T @ x)
    with pytest.raises(gd.LimitExceeded):
        gd.explain(total, x)
