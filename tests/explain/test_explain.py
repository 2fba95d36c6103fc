"""Derivations: what the steps are, and that the checker sees what is wrong."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import normalize

import numpy as np
import pytest

import gradatim as gd
from gradatim import ops
from gradatim.explain.checker import faults
from gradatim.explain.explain import STYLES, explain
from gradatim.explain.steps import Step
from gradatim.term import Term, free_symbols

VECTORS = r"constant scalar a, constant vectors $\mathbf b, \mathbf c, \mathbf d, \mathbf e$, a variable matrix $\mathbf X$"
LOG_SUM = r"y = a \ln(\exp(\mathbf b^T \mathbf X \mathbf c) + \exp(\mathbf d^T \mathbf X \mathbf e))"


def lines(derivation: object) -> list[str]:
    return [f"{s.before} = {s.after}" for s in derivation.steps]  # type: ignore[attr-defined]


def test_chain_names_intermediates_and_puts_them_together() -> None:
    d = gd.explain(gd.read(LOG_SUM, given=VECTORS), "X")
    shown = lines(d)
    for line in ("s = exp(u) + exp(v)", "∂y/∂s = a/s", "∂s/∂u = exp(u)", "∂u/∂X = b cᵀ"):
        assert line in shown
    assert shown[-1] == "∂y/∂X = a (exp(bᵀX c) b cᵀ + exp(dᵀX e) d eᵀ) / (exp(bᵀX c) + exp(dᵀX e))"
    assert all(s.checked for s in d.steps)
    assert d.steps[-1].shape == d.result.shape and len(d.result.shape) == 2


def test_definitions_of_the_document_are_the_intermediates() -> None:
    p = gd.read(
        r"\hat y = \mathbf w^{(2)} (\mathbf W^{(1)} \mathbf x + \mathbf b^{(1)}) + b^{(2)}; L = (y - \hat y)^2",
        given=r"a row vector $\mathbf w^{(2)}$, a matrix $\mathbf W^{(1)}$, vectors $\mathbf x, \mathbf b^{(1)}$, scalars $b^{(2)}, y$",
    )
    shown = [normalize("NFC", line) for line in lines(gd.explain(p, "b1"))]
    assert "∂L/∂ŷ = −2(y − ŷ)" in shown
    assert "∂ŷ/∂b⁽¹⁾ = w⁽²⁾ᵀ" in shown


def test_differential_ends_in_the_form_that_is_read_off() -> None:
    A, X = gd.matrix("A", "m", "m"), gd.matrix("X", "m", "n")
    d = gd.explain(gd.logdet(X.T @ A @ X), X, style="differential")
    shown = lines(d)
    assert any(line.endswith(" = XᵀA X") for line in shown)  # whatever its letter
    assert any(line.endswith("dX)") and "tr(" in line for line in shown)
    assert str(d.result) == str(gd.gradient(gd.logdet(X.T @ A @ X), X))


def test_a_wrong_line_is_seen() -> None:
    A, x, b = gd.matrix("A", "m", "n"), gd.vector("x", "n"), gd.vector("b", "m")
    d = gd.explain(gd.norm(A @ x - b) ** 2, x)
    assert faults(d)[0] == []
    for k, step in enumerate(d.steps):
        wrong = replace(step, after=ops.product(ops.number(2), step.after))
        found, _ = faults(replace(d, steps=(*d.steps[:k], wrong, *d.steps[k + 1 :])))
        assert [f.path for f in found][0] == (k + 1,)


def test_every_term_of_a_step_has_its_value() -> None:
    w, X, y = gd.vector("w", "n"), gd.matrix("X", "m", "n"), gd.vector("y", "m")
    rng = np.random.default_rng(1)
    values = {"w": rng.normal(size=3), "X": rng.normal(size=(4, 3)), "y": rng.normal(size=4)}
    for step in gd.explain(gd.norm(X @ w - y) ** 2, w).steps:
        assert isinstance(step, Step)
        sides = []
        for side in (step.before, step.after):
            used = {s.plain for s in free_symbols(side)}
            sides.append(side.evaluate(**{n: v for n, v in values.items() if n in used}))
        np.testing.assert_allclose(*sides)


def test_errors_are_of_one_tree() -> None:
    x = gd.vector("x", "n")
    for call in (
        lambda: gd.explain(gd.sqnorm(x), "q"),
        lambda: gd.explain(gd.sqnorm(x), x, style="poem"),
        lambda: gd.explain(gd.sqnorm(x)),
        lambda: gd.explain(3, x),
        lambda: gd.explain(gd.sqnorm(x), 3),
    ):
        with pytest.raises(gd.GradatimError):
            call()


def test_result_is_the_derivative(seed: int) -> None:
    x = gd.vector("x", "n")
    f: Term = gd.logsumexp(x)
    assert gd.explain(f, x).result is gd.gradient(f, x)


def test_functions_of_a_matrix_have_differentials_under_a_trace() -> None:
    A, X = gd.matrix("A", "n", "m"), gd.matrix("X", "m", "n")
    shown = lines(gd.explain(gd.trace(ops.expm(A @ X)), X, style="differential"))
    assert "df = tr(expm(S) dS)" in shown and "dS = A dX" in shown
    p = gd.read(r"\operatorname{tr}(B^k)", given="B is an n × n matrix, k an integer")
    assert "df = tr(Σᵢ B^(i − 1) dB B^(k − i))" in lines(gd.explain(p.term, p.find("B"), style="differential"))


def test_the_larger_of_two_equal_things_is_that_thing() -> None:
    v = gd.vector("v", "n")
    for style in STYLES:
        d = gd.explain(gd.sqnorm(ops.maximum(v, v)), v, style=style)
        assert str(d.result) == "2 v" and all(s.checked for s in d.steps)


def test_more_than_two_axes() -> None:
    """By entries in the index style; in the chain style maps are composed, in the differential style dF is read by entries."""
    A, X, B = gd.matrix("A", "p", "n"), gd.matrix("X", "n", "n", invertible=True), gd.matrix("B", "n", "q")
    by_index = gd.explain(A @ X @ B, X, style="index")
    assert by_index.style == "index" and not by_index.asked
    assert [s.rule for s in by_index.steps[:4]] == ["entries", "derivative of an entry", "Kronecker delta", "entries collected"]
    f = A @ ops.inverse(X) @ B
    by_chain = gd.explain(f, X, style="chain")
    assert by_chain.style == "chain" and not by_chain.asked
    assert {"∂M/∂X[dX] = −M dX M", "∂f/∂X[dX] = A · ∂M/∂X[dX] · B", "A · ∂M/∂X[dX] · B = −A M dX M B"} <= {*lines(by_chain)}
    by_differential = gd.explain(f, X, style="differential")
    assert {"dM = −M dX M", "df = A dM B"} <= {*lines(by_differential)}
    for d in (by_chain, by_differential):
        assert d.result.rank == 4 and all(s.checked for s in d.steps)
        assert d.text() and d.markdown() and d.latex() and d.html() and d.as_json()["steps"]


def test_by_a_number_the_chain_goes_forward() -> None:
    """∂(M⁻¹)/∂t = −M⁻¹ ∂M/∂t M⁻¹, Petersen & Pedersen, The Matrix Cookbook (2012), eq. 59; an ordinary derivative has no ∂."""
    A, B, t = gd.matrix("A", "n", "n"), gd.matrix("B", "n", "n"), gd.scalar("t")
    d = gd.explain(ops.inverse(A + t * B), t)
    assert {"∂M/∂t = B", "∂f/∂t = −M⁻¹ · ∂M/∂t · M⁻¹"} <= {*lines(d)}
    alone = gd.explain(gd.log(1 + gd.exp(t**2)) * t, t)
    assert {"ds/du = exp(u)", "∂f/∂s = t/s", "(∂f/∂t)|s = log(s)"} <= {*lines(alone)}
    assert lines(alone)[-1].startswith("df/dt = ")


def test_on_stacked_columns() -> None:
    """vec(A X⁻¹ B) by vec X: −((X⁻¹B)ᵀ ⊗ A X⁻¹), Magnus & Neudecker, Matrix Differential Calculus (2019), ch. 9."""
    A, X, B = gd.matrix("A", "m", "n"), gd.matrix("X", "n", "n", invertible=True), gd.matrix("B", "n", "p")
    d = explain(A @ ops.inverse(X) @ B, X, columns=True)
    assert [s.rule for s in d.coda] == ["differential", "vec of a product", "identification"]
    assert str(d.coda[-1].after) == "−(BᵀX⁻ᵀ) ⊗ (A X⁻¹)" and all(s.checked for s in d.coda)
    assert "vec(A X B) = (Bᵀ ⊗ A) vec(X)" in d.coda[1].why


def test_what_is_linear_is_not_called_a_product() -> None:
    X, w, z, lam = gd.matrix("X", "m", "n"), gd.vector("w", "n"), gd.vector("z", "m"), gd.scalar("lam")
    assert gd.explain(2 * (X.T @ (X @ w - z) + lam * w), w).steps[0].rule == "derivative of a linear map"
    assert gd.explain(w * (w.T @ w), w).steps[0].rule == "product rule"


def test_entries_that_stay_at_a_kink_are_no_fault() -> None:
    """Above a triangle relu has no derivative, and nothing moves there."""
    X = gd.matrix("X", "n", "n")
    for style in STYLES:
        d = gd.explain(ops.exp(ops.norm1(ops.relu(ops.triu(X)))), X, style=style)
        assert all(s.checked for s in d.steps)


def test_products_over_an_index() -> None:
    p = gd.read(r"\prod_{i=1}^n (1 + x_i^2)", given="x is a vector of n")
    for style in STYLES:
        d = gd.explain(p.term, p.find("x"), style=style)
        assert d.steps[0].rule == "product rule" and all(s.checked for s in d.steps)


def test_several_places_of_the_variable_are_led_to_the_derivative() -> None:
    """A product rule says in its reason what stands beside the differential in the end."""
    A, X, B = gd.matrix("A", "n", "n"), gd.matrix("X", "m", "n"), gd.matrix("B", "m", "m")
    (step, _) = gd.explain(gd.trace(A @ X.T @ B @ X), X).steps
    assert step.why.endswith(f"= tr(({step.after})ᵀ dX)")


def test_a_step_is_small_beside_what_moves() -> None:
    """‖z‖ is checked where z is far smaller than any fixed step: its kink at 0 does not lie within it."""
    x, t = gd.vector("x", "n"), gd.scalar("t")
    f = gd.norm(ops.product(ops.exp(ops.product(ops.number(-1000), ops.exp(t))), ops.exp(x)))
    assert all(s.checked for s in gd.explain(f, t).steps)


SCORES = r"$W \in \mathbb{R}^{K \times m}$, $z \in \mathbb{R}^m$, $y \in \mathbb{R}^K$"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "function",
    [
        r"L = \sum_k y_k \log p_k; p_k = \frac{\exp(s_k)}{\sum_j \exp(s_j)}; s = W z",
        r"L = \sum_k y_k \log \frac{\exp(s_k)}{\sum_j \exp(s_j)}; s = W z",
        r"L = \sum_k y_k \log p_k; p_k = \exp(s_k); s = W z",
    ],
)
def test_definitions_below_a_sum_move_with_the_variable(function: str, style: str) -> None:
    d = gd.explain(gd.read(function, given=SCORES), "z", style=style)
    assert all(s.checked for s in d.steps)
    rng = np.random.default_rng(5)
    W, z, y = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=4)
    p = np.exp(W @ z) / np.exp(W @ z).sum()
    wanted = W.T @ (y - y.sum() * p) if r"\frac" in function else W.T @ y
    assert np.allclose(d.result.evaluate(W=W, z=z, y=y), wanted)


@pytest.mark.parametrize("style", ["chain", "index"])
def test_by_one_entry_of_what_stands_as_a_whole_in_a_definition(style: str) -> None:
    """∂/∂z₂ (−s₂ + log Σⱼ exp(sⱼ)) = Σₖ pₖ Wₖ₂ − W₂₂."""
    d = gd.explain(gd.read(r"L = -\log\frac{\exp(s_2)}{\sum_j \exp(s_j)}; s = W z", given=SCORES), "z_2", style=style)
    W, z = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 0.2], [-0.7, 0.4, 1.5], [0.1, 0.9, -0.3]]), np.array([0.2, -0.4, 0.8])
    p = np.exp(W @ z) / np.exp(W @ z).sum()
    assert np.isclose(d.result.evaluate(W=W, z=z), p @ W[:, 1] - W[1, 1])


def test_a_name_that_the_text_defines_may_be_the_variable() -> None:
    """∂L/∂z for L = log Σ exp(Vz) and z = tanh(Wx): z is free."""
    text = r"L = \log\sum_j \exp(s_j); s = V z; z = \tanh(W x)"
    given = r"$V \in \mathbb{R}^{K \times m}$, $W \in \mathbb{R}^{m \times d}$, $x \in \mathbb{R}^d$"
    d = gd.explain(gd.read(text, given=given), "z")
    V, z = np.array([[1.0, 2.0], [0.3, -1.0], [-0.7, 0.4]]), np.array([0.2, -0.4])
    assert np.allclose(d.result.evaluate(V=V, z=z), V.T @ (np.exp(V @ z) / np.exp(V @ z).sum()))
