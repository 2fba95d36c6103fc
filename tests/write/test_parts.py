"""Long formulas with named parts: put back, the definitions give the same term; names clash with nothing."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.ops.function import Function
from gradatim.term import Apply, Term, free_symbols, substitute
from gradatim.write.parts import Named, named_parts
from gradatim.write.spelling import spelling_of
from gradatim.write.text import text

QUESTIONS = [
    (r"\log\det(A + \lambda X^T X) + b^T (A+\lambda X^TX)^{-1} b", "A symmetric", ["X"]),
    (r"\det(X^T A X)", "", ["X", "X"]),
    (r"\|\tanh(W_2 \tanh(W_1 x + b_1) + b_2) - y\|^2", "W_1, W_2 are matrices; x, b_1, b_2, y vectors", ["W_1"]),
    (r"\sum_i \log(1+\exp(-y_i (w^T x_i + b)^2))", "x_i vectors, w vector, y_i, b scalars", ["w", "w"]),
    (r"\frac{(w^T S w)^2}{(w^T C w) \|w\|}", "S, C symmetric", ["w", "w"]),
    (
        r"\sum_i \exp(-\|x_i-\mu\|^2/\sigma^2) \log(1+\exp(-\|x_i-\mu\|^2/\sigma^2))",
        r"x_i, \mu vectors, $\sigma$ scalar",
        ["\\mu", "\\mu"],
    ),
]


def put_back(named: Named) -> Term:
    """The formula with every name replaced by what it stands for, the innermost definitions last."""
    term = named.term
    for _ in range(len(named.where) + 1):
        for head, value in named.where:
            assert isinstance(head, Apply) and isinstance(head.op, Function)
            term = _unfold(term, head, value)
    return term


def _unfold(term: Term, head: Apply, value: Term) -> Term:
    todo, seen, table = [term], set(), {}
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        todo += node.args
        if isinstance(node, Apply) and isinstance(node.op, Function) and node.op.name == head.op.name:
            table[node] = substitute(value, dict(zip(head.args, node.args)))
    return substitute(term, table)


@pytest.mark.parametrize(("formula", "given", "wrt"), QUESTIONS)
def test_names_stand_for_their_parts(formula: str, given: str, wrt: list[str]) -> None:
    answer = gd.read(formula, given=given).derivative(*wrt)
    named = named_parts(answer)
    assert named.where and len(text(named.term)) < len(text(answer))
    assert put_back(named) is answer


@pytest.mark.parametrize(("formula", "given", "wrt"), QUESTIONS)
def test_names_clash_with_nothing(formula: str, given: str, wrt: list[str]) -> None:
    answer = gd.read(formula, given=given).derivative(*wrt)
    used = {n for s in free_symbols(answer) for n in (s.label, s.name, s.plain)} | {"e", "I", "δ", "d"}
    names = [head.op.text for head, _ in named_parts(answer).where]  # type: ignore[attr-defined]
    assert len(set(names)) == len(names) and not used & set(names)


def test_short_formulas_stay_as_they_are() -> None:
    answer = gd.read(r"\ln(\exp(b^T X c) + \exp(d^T X e))", given="b, c, d, e vectors").derivative("X")
    assert named_parts(answer) == Named(answer)


def test_arrays_are_bold_where_the_authors_are() -> None:
    source = r"\ln\det(\mathbf{A} + \mathbf{X}^T \mathbf{X}) + \mathbf{b}^T (\mathbf{A}+\mathbf{X}^T\mathbf{X})^{-1} \mathbf{b}"
    answer = gd.read(source, given="A symmetric").derivative("X")
    ((head, _),) = named_parts(answer, spelling_of(source)).where
    assert head.latex() == r"\mathbf{S}"
