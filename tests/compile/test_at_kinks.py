"""Compiled code where branches tie, and where a norm is zero: a number wherever there is a derivative, or a subgradient to take."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import gradatim as gd
from compile.agree import BACKENDS, needs
from gradatim.ops import huber, maximum, minimum, norm1, pnorm, step
from gradatim.ops.structure import number
from gradatim.term import Term
from gradatim.value.floats import evaluate

x, y, s, t = gd.vector("x", "n"), gd.vector("y", "n"), gd.scalar("s"), gd.scalar("t")
d = gd.scalar("d", positive=True)
A, b = gd.matrix("A", "m", "n"), gd.vector("b", "m")
every = pytest.mark.parametrize("backend", BACKENDS)
NOTHING = np.zeros(3)


def at(term: Term, backend: str = "numpy", **given: Any) -> np.ndarray:
    needs(backend)
    code = gd.compile(term, backend=backend)
    return np.asarray(code(**{n: a for n, a in given.items() if n in code.arguments}))


NORMS = {
    "norm": gd.norm(x),
    "a root of a square": gd.sqrt(gd.sqnorm(x)),
    "p = 3": pnorm(x, number(3)),
    "p = 3/2": pnorm(x, number(Fraction(3, 2))),
}


@every
@pytest.mark.parametrize("name", NORMS)
def test_the_gradient_of_a_norm_at_zero_is_the_smallest_subgradient(name: str, backend: str) -> None:
    """Every g with a dual norm of at most 1 is a subgradient; 0 is the smallest."""
    np.testing.assert_array_equal(at(gd.gradient(NORMS[name], x), backend, x=NOTHING), NOTHING)


@every
def test_the_gradient_of_a_residual_s_norm_where_it_vanishes(backend: str) -> None:
    f = gd.norm(A @ x - b)
    exact = {"A": np.eye(3)[:2], "x": np.array([1.0, 2.0, 5.0]), "b": np.array([1.0, 2.0])}
    np.testing.assert_array_equal(at(gd.gradient(f, x), backend, **exact), NOTHING)
    np.testing.assert_array_equal(at(gd.gradient(f, A), backend, **exact), np.zeros((2, 3)))


SMOOTH = {
    "‖x‖³ has second derivatives": (gd.hessian(gd.norm(x) ** 3, x), {}, np.zeros((3, 3))),
    "⟨x, y⟩ ‖x‖ is of second order": (gd.gradient(gd.inner(x, y) * gd.norm(x), x), {"y": np.array([1.0, 2.0, 3.0])}, NOTHING),
    "nothing is left of ‖x‖ − 1": (gd.gradient(gd.relu(gd.norm(x) - d), x), {"d": 1.0}, NOTHING),
    "nor of its Hessian": (gd.hessian(gd.relu(gd.norm(x) - d), x), {"d": 1.0}, np.zeros((3, 3))),
    "x / max(‖x‖, 1) is x": (gd.jacobian(x / maximum(gd.norm(x), number(1)), x), {}, np.eye(3)),
}


@every
@pytest.mark.parametrize("name", SMOOTH)
def test_functions_with_a_derivative_where_the_norm_has_none(name: str, backend: str) -> None:
    term, given, wanted = SMOOTH[name]
    np.testing.assert_array_equal(at(term, backend, x=NOTHING, **given), wanted)


def test_nan_is_not_hidden() -> None:
    assert np.isnan(at(gd.gradient(gd.norm(x), x), x=np.array([1.0, np.nan, 0.0]))).all()
    assert np.isnan(at(gd.gradient(gd.norm(x), x), x=np.full(3, np.nan))).all()


TIES = {
    "|s|": (gd.absolute(s), s, {"s": 0.0}, -1, 1),
    "relu": (gd.relu(s), s, {"s": 0.0}, 0, 1),
    "max(3s, −s)": (maximum(3 * s, -s), s, {"s": 0.0}, -1, 3),
    "max(s, t) by s": (maximum(s, t), s, {"s": 2.0, "t": 2.0}, 0, 1),
    "min(s, t) by t": (minimum(s, t), t, {"s": 2.0, "t": 2.0}, 0, 1),
    "hinge": (gd.relu(1 - s * t), s, {"s": 0.5, "t": 2.0}, -2, 0),
    "s |s|": (s * gd.absolute(s), s, {"s": 0.0}, 0, 0),
    "huber by s": (huber(s, d), s, {"s": 1.0, "d": 1.0}, 1, 1),
    "huber by d": (huber(s, d), d, {"s": -1.0, "d": 1.0}, 0, 0),
    "relu²": (gd.relu(s) ** 2, s, {"s": 0.0}, 0, 0),
}


@every
@pytest.mark.parametrize("name", TIES)
def test_derivatives_where_two_branches_tie_lie_between_those_of_both(name: str, backend: str) -> None:
    f, by, given, low, high = TIES[name]
    got = float(at(gd.derivative(f, by), backend, **given))
    assert low <= got <= high
    assert got == evaluate(gd.derivative(f, by), given)


PAIRS = {"max": (maximum, 1), "min": (minimum, 1), "|s − t|": (lambda a, b: gd.absolute(a - b), 0)}


@every
@pytest.mark.parametrize("name", PAIRS)
def test_where_two_tie_their_slopes_add_up_to_that_of_the_function_along_the_diagonal(name: str, backend: str) -> None:
    """max(s, s) = s has the slope 1: without that, a descent by both at once would stand still at every tie."""
    function, along = PAIRS[name]
    for a, b, given in ((s, t, {"s": 2.0, "t": 2.0}), (x, y, {"x": np.ones(3), "y": np.ones(3)})):
        f = function(a, b) if a.is_scalar else gd.total(function(a, b))
        both = [at(gd.derivative(f, v), backend, **given) for v in (a, b)]
        assert all(((-1 <= g) & (g <= 1)).all() for g in both)
        np.testing.assert_array_equal(sum(both), np.full(np.shape(both[0]), along))


@every
def test_beside_a_number_the_slope_is_that_of_a_rectifier(backend: str) -> None:
    for f in (maximum(s, number(0)), maximum(number(0), s), minimum(number(0), s), maximum(number(1), s + 1)):
        assert at(gd.derivative(f, s), backend, s=0.0) == 0


def test_no_polynomial_takes_the_place_of_a_jump() -> None:
    """𝟙[(s + 1) − 1 > 0] is 0 at 0."""
    jump = step(s + 1 - number(1))
    assert "_fitted" not in gd.source(jump)
    assert at(jump, s=0.0) == 0


def test_an_indicator_that_holds_at_equality_is_read_written_and_worked_out_so() -> None:
    for text, values in ((r"1[s \ge t]", (0, 1, 1)), (r"1[s \le t]", (1, 1, 0)), ("1[s > t]", (0, 0, 1))):
        term = gd.read("f = " + text, given="scalars s, t").term
        for k, value in enumerate(values):
            given = {"s": 1.0 + k, "t": 2.0}
            assert at(term, **given) == value == evaluate(term, given)
    assert str(gd.derivative(maximum(s, t), t)) == "𝟙[t ≥ s]"
    assert gd.check(r"1[t > s]", of=maximum(s, t), wrt="t").outcome == "right"


def test_the_one_norm_with_zeros() -> None:
    np.testing.assert_array_equal(at(gd.gradient(norm1(x), x), x=np.array([0.0, -2.0, 3.0])), [0.0, -1.0, 1.0])


@every
def test_a_scalar_behind_an_indicator_is_not_looked_at(backend: str) -> None:
    """𝟙[s > 0] / s is 0 where s is 0, and not 0 times 1/0; e^s is not in min(e^s, 1)′ where it overflows."""
    assert at(step(s) / s, backend, s=0.0) == 0
    small = minimum(gd.exp(s), number(1))
    assert at(gd.derivative(small, s), backend, s=1000.0) == 0
