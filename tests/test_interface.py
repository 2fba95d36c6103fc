"""The names that people rely on, each called once the way the documentation calls it. Values are compared with NumPy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gradatim as gd

ROOT = Path(__file__).parent.parent
RNG = np.random.default_rng(20)
A, x, b = gd.matrix("A", "m", "n"), gd.vector("x", "n"), gd.vector("b", "m")
MISFIT = gd.norm(A @ x - b) ** 2
VALUES = {"A": RNG.normal(size=(4, 3)), "x": RNG.normal(size=3), "b": RNG.normal(size=4)}
GRADIENT = 2 * VALUES["A"].T @ (VALUES["A"] @ VALUES["x"] - VALUES["b"])
LOGSUM = r"z = \ln \sum_{i=1}^N \exp(\mathbf{w}^T \mathbf{x}_i)"
DECLARED = r"constant vector $\mathbf{w}$, variable vectors $\mathbf{x}_i, i = 1\dots N$"


def test_a_function_stated_in_python() -> None:
    g = gd.gradient(MISFIT, x)
    assert str(g) == g.text() == "2 Aᵀ(A x − b)" and g.shape == ("n",) and r"A^\top" in g.latex()
    assert np.allclose(g.evaluate(**VALUES), GRADIENT)
    assert np.allclose(gd.jacobian(A @ x, x).evaluate(**VALUES), VALUES["A"])
    assert np.allclose(gd.hessian(MISFIT, x).evaluate(**VALUES), 2 * VALUES["A"].T @ VALUES["A"])
    assert gd.derivative(MISFIT, x, x) is gd.hessian(MISFIT, x)
    assert gd.derivative(MISFIT, x, layout="numerator").type.row
    assert str(gd.differential(gd.inv(gd.matrix("X", "n", "n")), "X")) == "−X⁻¹ dX X⁻¹"
    assert gd.is_matrix_form(g)


def test_vectors_have_an_orientation() -> None:
    w = gd.vector("w", "n")
    assert (w.T @ x).shape == () and (x @ w.T).shape == ("n", "n")
    assert w @ x is w.T @ x
    for clash in (lambda: A * x, lambda: x + x.T):
        with pytest.raises(gd.ShapeError):
            clash()


def test_a_function_read_from_paper() -> None:
    p = gd.read(LOGSUM, given=DECLARED)
    assert sorted(p.symbols) == ["w", "x"]
    w, xs = RNG.normal(size=3), RNG.normal(size=(4, 3))
    weights = np.exp(xs @ w) / np.exp(xs @ w).sum()
    assert np.allclose(p.derivative("x").evaluate(w=w, x=xs), np.outer(weights, w)), "all members, their index first"
    mean = weights @ xs
    assert np.allclose(p.derivative("w", "w").evaluate(w=w, x=xs), (xs.T * weights) @ xs - np.outer(mean, mean))
    named = gd.read(LOGSUM, given=DECLARED, names={"xs": r"\mathbf{x}_i"})
    assert set(named.symbols) == {"w", "xs"}
    assert np.allclose(named.derivative("xs").evaluate(w=w, xs=xs), np.outer(weights, w))
    for guess in gd.read("x^T A x").assumed:
        assert guess.text and guess.fix and guess.alternatives is not None and guess.changes_answer in (True, False)
        assert guess.span is None or len(guess.span) == 2


def test_names_that_clash_get_a_suffix_that_evaluates() -> None:
    p = gd.read(r"\mathbf{x}^T \mathbf{x} + x", given=r"$\mathbf{x}$ is a vector, $x$ is a scalar")
    assert sorted(p.symbols) == ["x", "x_2"]
    value = p.term.evaluate(**{name: 3.0 if not symbol.rank else np.ones(4) for name, symbol in p.symbols.items()})
    assert value == 7.0


@pytest.mark.parametrize("spelling", ["λ", r"\lambda", "lambda", "lam"])
def test_a_variable_by_any_spelling(spelling: str) -> None:
    assert str(gd.read(r"\lambda \|w\|^2", given="w a vector").derivative(spelling)) == "‖w‖²"


@pytest.mark.parametrize("style", ["chain", "differential", "index"])
def test_a_derivation(style: str) -> None:
    d = gd.explain(MISFIT, x, style=style)
    assert d.steps and np.allclose(d.result.evaluate(**VALUES), GRADIENT)
    for step in d.steps:
        assert step.rule and step.why is not None and step.checked and step.shape is not None
        assert step.before is not None and step.after is not None and step.substeps is not None
    assert all(form for form in (d.text(), d.latex(), d.markdown(), d.html()))


def test_a_check() -> None:
    v = gd.check(r"2A^T(Ax-b)", of=MISFIT, wrt=x)
    assert v.outcome == v.as_written == "right" and v.mistake is None and v.certainty and v.derivation in ("none", "holds")
    wrong = gd.check(r"A^T(Ax-b)", of=MISFIT, wrt="x")
    assert wrong.outcome == "wrong" and wrong.mistake == "factor" and wrong.message and wrong.counterexample
    assert gd.check(r"\nabla_X a^T X b = a b^T").outcome == "right"
    problem = gd.read(LOGSUM, given=DECLARED)
    right = r"\frac{\exp(\mathbf{w}^T\mathbf{x}_i)}{\sum_k \exp(\mathbf{w}^T\mathbf{x}_k)} \mathbf{w}"
    assert gd.check(right, of=problem, wrt="x").outcome == "right"
    assert gd.equal(r"X^{-T}", r"(X^{-1})^T", given="X is an invertible matrix").holds


def test_a_homework_solved_and_graded() -> None:
    solved = gd.solve(str(ROOT / "examples" / "homework.md")).questions
    assert [q.label for q in solved] == ["1.1", "1.2", "1.3", "2.1", "2.2", "3.1"]
    for q in solved:
        assert q.answer is not None and q.checked and q.asks and q.function and q.wrt and q.assumed is not None
    graded = gd.grade(str(ROOT / "examples" / "homework.md"), str(ROOT / "examples" / "submission.md")).questions
    assert [q.label for q in graded] == [q.label for q in solved]
    assert graded[0].verdict.outcome == "right" and graded[0].points == graded[0].max_points == 3


@pytest.mark.parametrize(
    "call",
    [
        lambda: gd.read("x^T (A x"),
        lambda: gd.read(r"\frobnicate{x}"),
        lambda: gd.gradient(A @ x, x),
        lambda: gd.check("", of="x^Tx", wrt="nobody"),
        lambda: gd.solve("no such file.md"),
        lambda: gd.gradient(MISFIT, "nobody"),
        lambda: gd.read(b"x"),  # type: ignore[arg-type]
    ],
)
def test_errors_are_one_tree(call: object) -> None:
    with pytest.raises(gd.GradatimError):
        call()  # type: ignore[operator]
