"""Forms of generated code that take fewer passes: each against NumPy by the definition, at sizes where NumPy's own helpers work otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradatim as gd
from compile.agree import BACKENDS, needs
from gradatim.compile.function import Compiled
from gradatim.ops import add, diagonal
from gradatim.term import Apply, Term, walk

x, w, y = gd.vector("x", "n"), gd.vector("w", "n"), gd.vector("y", "n")
X, Q, K, V, G = (gd.matrix(name, "n", "d") for name in "XQKVG")
M, W = gd.matrix("M", "k", "d"), gd.matrix("W", "n", "n")


def checked(term: Term, at: dict[str, Any], wanted: Any, backend: str = "numpy") -> Compiled:
    compiled = gd.compile(term, backend=backend)
    got = np.asarray(compiled(**{n: at[n] for n in compiled.arguments}))
    np.testing.assert_allclose(got, wanted, rtol=1e-11, atol=1e-11)
    return compiled


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_permutation_is_not_formed(backend: str, seed: int) -> None:
    """The k-th smallest entry is the i-th of x: w_k goes to the place i."""
    needs(backend)
    rng = np.random.default_rng(seed)
    at = {"x": rng.normal(size=50), "w": rng.normal(size=50)}
    f = gd.from_function(lambda x, w: w @ np.sort(x), shapes={"x": "n", "w": "n"})
    wanted = np.empty(50)
    wanted[np.argsort(at["x"])] = at["w"]
    compiled = checked(gd.gradient(f, "x"), at, wanted, backend)
    assert "eye" not in compiled.source


@pytest.mark.parametrize("size", [5, 900])
def test_sigmoids_of_few_and_of_many_entries(size: int) -> None:
    """σ(z) = (1 + tanh(z/2)) / 2, and e^z where z is so low that 1 + e^z is 1; no warning where e^−z overflows."""
    z = np.linspace(-800, 800, size)
    z[0] = -40.0
    with np.errstate(all="raise", under="ignore"):
        value = np.asarray(gd.compile(gd.sigmoid(x))(x=z))
        slope = np.asarray(gd.compile(gd.hadamard(gd.sigmoid(x), gd.sigmoid(-x)))(x=z))
    np.testing.assert_allclose(value, (1 + np.tanh(z / 2)) / 2, atol=1e-15)
    assert value[0] == pytest.approx(4.248354255291589e-18, rel=1e-12)
    assert slope[0] == pytest.approx(4.248354255291589e-18, rel=1e-12)
    assert np.all(np.isfinite(slope))


@pytest.mark.parametrize("shift", [0.0, 250.0, -500.0, 5000.0, -5000.0])
def test_softmax_does_without_a_shift_only_where_it_may(shift: float) -> None:
    """softmax(z + c) is softmax(z), in every row."""
    z = np.array([[0.0, 1.0, -700.0], [2.0, 2.0, 2.0]])
    e = np.exp([[0.0, 1.0, -700.0], [0.0, 0.0, 0.0]])
    f = gd.from_function(lambda Z, P: np.sum(P * np.log(np.sum(np.exp(Z), 1, keepdims=True))), shapes={"Z": "n d", "P": "n d"})
    softmax = gd.gradient(f, "Z")
    with np.errstate(all="raise", under="ignore"):
        got = gd.compile(softmax)(Z=z + shift, P=np.ones((2, 3)))
    # e^-700 of the sum 1 + e + e^-700 keeps its digits.
    np.testing.assert_allclose(got, 3 * e / e.sum(1, keepdims=True), rtol=1e-12)


def test_the_pullback_of_a_softmax_has_its_factor_once(seed: int) -> None:
    """With P = softmax(Q Kᵀ) and A = G Vᵀ the gradient of Σ G ∘ (P V) by Q is (P ∘ (A − r 𝟏ᵀ)) K, r the row sums of P ∘ A."""
    rng = np.random.default_rng(seed)
    at = {name: rng.normal(size=(12, 4)) for name in "QKVG"}
    e = np.exp(at["Q"] @ at["K"].T)
    p = e / e.sum(1, keepdims=True)
    a = at["G"] @ at["V"].T
    wanted = (p * (a - (p * a).sum(1, keepdims=True))) @ at["K"]
    f = gd.from_function(
        lambda Q, K, V, G: np.sum(G * ((np.exp(Q @ K.T) / np.sum(np.exp(Q @ K.T), 1, keepdims=True)) @ V)),
        shapes=dict.fromkeys("QKVG", "n d"),
    )
    assert checked(gd.gradient(f, "Q"), at, wanted).source.count("p *") == 1


def test_rows_that_are_scaled_alike_are_scaled_once(seed: int) -> None:
    """diag(v) A + diag(v) B is diag(v) (A + B)."""
    rng = np.random.default_rng(seed)
    at = {"X": rng.normal(size=(9, 4)), "G": rng.normal(size=(9, 4)), "x": rng.normal(size=9)}
    diagonal = gd.diag(x)
    compiled = checked(diagonal @ X - 3 * diagonal @ G, at, at["x"][:, None] * (at["X"] - 3 * at["G"]))
    assert compiled.source.count("x[:, None]") == 1


def test_differences_of_all_pairs_are_not_formed_where_products_do(seed: int) -> None:
    """The gradient of Σ wᵢⱼ ‖xᵢ − xⱼ‖² is 2 (diag(S 𝟏) − S) X, S = W + Wᵀ."""
    rng = np.random.default_rng(seed)
    at = {"X": rng.normal(size=(60, 4)), "W": rng.uniform(size=(60, 60))}
    s = at["W"] + at["W"].T
    f = gd.from_function(lambda X, W: np.sum(W * np.sum((X[:, None] - X[None]) ** 2, -1)), shapes={"X": "n d", "W": "n n"})
    compiled = checked(gd.gradient(f, "X"), at, 2 * (np.diag(s.sum(1)) - s) @ at["X"])
    assert "None, :]" not in compiled.source
    # Far from the origin it is what it is near it: 2²⁷ is added without rounding to multiples of 2⁻²⁰.
    near = np.round(at["X"] * 2**20) / 2**20
    np.testing.assert_allclose(compiled(X=near + 2.0**27, W=at["W"]), compiled(X=near, W=at["W"]), rtol=1e-10, atol=1e-10)


def test_squares_of_three_axes_are_summed_along_one_or_two(seed: int) -> None:
    """The derivative of Σ wₖ Σᵢⱼ (xᵢ − yⱼ + zₖ)² by w sums over two axes, that by a weight of each pair i, k over one."""
    rng = np.random.default_rng(seed)
    at = {
        "x": rng.normal(size=6),
        "y": rng.normal(size=5),
        "z": rng.normal(size=4),
        "w": rng.normal(size=4),
        "W": rng.normal(size=(6, 4)),
    }
    cube = at["x"][:, None, None] - at["y"][:, None] + at["z"]
    shapes = {"x": "m", "y": "n", "z": "k"}
    f = gd.from_function(lambda x, y, z, w: np.sum(w * (x[:, None, None] - y[:, None] + z) ** 2), shapes={**shapes, "w": "k"})
    checked(gd.gradient(f, "w"), at, (cube**2).sum((0, 1)))
    g = gd.from_function(
        lambda x, y, z, W: np.sum(W * np.sum((x[:, None, None] - y[:, None] + z) ** 2, 1)), shapes={**shapes, "W": "m k"}
    )
    checked(gd.gradient(g, "W"), at, (cube**2).sum(1))
    h = gd.from_function(lambda x, y, z, w: np.sum((x[:, None, None] - y[:, None] + z) ** 2 * w), shapes={**shapes, "w": "k"})
    checked(gd.gradient(h, "x"), at, 2 * (cube * at["w"]).sum((1, 2)))


def test_what_stands_in_a_part_of_an_array_is_added_there(seed: int) -> None:
    """The derivative of Σ uᵢ (xᵢ₊₁ − xᵢ) is uᵢ₋₁ − uᵢ, with nothing before the first and after the last."""
    rng = np.random.default_rng(seed)
    at = {"x": rng.normal(size=9)}
    f = gd.from_function(lambda x: np.sum((x[1:] - x[:-1]) ** 3) / 3, shapes={"x": "n"})
    u = np.diff(at["x"]) ** 2
    compiled = checked(gd.gradient(f, "x"), at, np.concatenate(([0], u)) - np.concatenate((u, [0])))
    assert "concatenate" not in compiled.source and "+=" in compiled.source


@pytest.mark.parametrize("size", [3, 5])
def test_a_part_that_is_the_whole_is_added_to_the_whole(size: int) -> None:
    """Of three entries the first three are all: the derivative of Σ_{i ≤ 3} xᵢ² + Σᵢ xᵢ is 2xᵢ + 1 there, and 1 after."""
    f = gd.from_function(lambda x: np.sum(x[:3] ** 2) + np.sum(x), shapes={"x": "n"})
    z = np.arange(1.0, size + 1)
    np.testing.assert_allclose(gd.compile(gd.gradient(f, "x"))(x=z), np.where(z <= 3, 2 * z + 1, 1))


def test_a_diagonal_and_what_is_repeated_are_multiplied_with_apart(seed: int) -> None:
    """X (diag(g) − g 𝟏ᵀ / d) is X ∘ g − (X g) 𝟏ᵀ / d."""
    rng = np.random.default_rng(seed)
    at = {"X": rng.normal(size=(40, 30)), "g": rng.normal(size=30), "C": rng.normal(size=(40, 30))}
    f = gd.from_function(
        lambda X, g, C: np.sum(C * g * (X - np.mean(X, 1, keepdims=True))), shapes={"X": "n d", "g": "d", "C": "n d"}
    )
    c = at["C"] * at["g"]
    assert "einsum" not in checked(gd.gradient(f, "X"), at, c - c.mean(1, keepdims=True)).source


def test_a_number_before_several_terms_stands_once() -> None:
    assert "2 * (x - y)" in gd.source(2 * x - 2 * y)


@pytest.mark.parametrize("scale", [1e-200, 1e-3, 1.0, 1e200])
def test_norms_of_huge_and_of_tiny_vectors(scale: float) -> None:
    with np.errstate(all="raise", under="ignore"):
        assert gd.compile(gd.norm(x))(x=scale * np.array([3.0, 4.0])) == pytest.approx(5 * scale, rel=1e-15)


def test_arguments_stay_as_they_are_and_results_share_nothing_with_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, d, v = gd.matrix("X", 5, 3), gd.vector("d", 3), gd.vector("v", 15)
    part = gd.from_function(lambda X, d: np.sum((X[:3] + np.diag(d)) ** 2), shapes={"X": (5, 3), "d": 3})
    parts = [t for t in walk(part) if isinstance(t, Apply) and t.op is add]
    square = gd.matrix("S", "n", "n")
    terms = [*parts, *parts[0].args, gd.vec(X), gd.vec(X.T), gd.vec(d), diagonal(square), gd.unvec(v, 5, 3), square.T, X.T]
    for order in ("C", "F"):
        at = {
            "X": np.asarray(rng.normal(size=(5, 3)), order=order),
            "d": rng.normal(size=3),
            "S": rng.normal(size=(4, 4)),
            "v": rng.normal(size=15),
        }
        kept = {n: a.copy() for n, a in at.items()}
        for term in terms:
            compiled = gd.compile(term)
            found = compiled(**{n: at[n] for n in compiled.arguments})
            assert found.flags.writeable and not any(np.shares_memory(found, a) for a in at.values()), compiled.source
            for n, a in kept.items():
                np.testing.assert_array_equal(at[n], a)


def test_a_sum_of_turned_parts_times_a_vector() -> None:
    """A difference whose terms are transposes has no transpose of its own to leave out."""
    A, v = gd.matrix("A", "n", "n"), gd.vector("v", "n")
    f = (A[1:, 1:].T - A[:-1, :-1].T) @ v[1:]
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(5, 5)), rng.normal(size=5)
    assert gd.compile(f)(A=a, v=b) == pytest.approx((a[1:, 1:].T - a[:-1, :-1].T) @ b[1:])
