"""Whatever is given to a public function, no error but those of the tree leaves it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

import gradatim as gd

A, x, a, i = gd.matrix("A", "n", "n"), gd.vector("x", "n"), gd.scalar("a"), gd.index("i", "N")
X = gd.family("X", "N", "n")
VALUES: tuple[Any, ...] = (
    A, x, a, i, X, X[i], A @ x, x @ x, "x", "n", "x^T A x", "", b"x", 3, -1, 2.5, float("nan"), None, True, np.ones(2), [x, a], (x,),
    {}, {"x": 1}, object(), lambda x: x @ x,
)  # fmt: skip
TAKEN = {
    "define": 3, "unknown": 2, "elementwise": 3, "sum_over": 2, "prod_over": 2, "norm": 2, "diag": 1, "ones": 2, "eye": 1, "kron": 2,
    "vec": 1, "unvec": 3, "gradient": 2, "jacobian": 2, "hessian": 3, "derivative": 3, "differential": 2, "directional": 3,
    "linear_map": 2, "kronecker_form": 2, "conditions": 2, "subgradient": 2, "newton": 3, "explain": 2, "check": 3, "equal": 3,
    "read": 2, "stacked": 1, "by_member": 2, "factor": 1, "expand": 1, "expand_definitions": 1, "in_terms_of": 3, "is_matrix_form": 1,
    "text": 1, "latex": 1, "compile": 2, "source": 2, "from_function": 3, "solve": 1, "grade": 2, "scalar": 1, "vector": 2,
    "matrix": 3, "family": 3, "index": 2,
}  # fmt: skip
DRAWN = 60


@pytest.mark.parametrize("name", TAKEN)
def test_wrong_arguments_are_errors_of_the_tree(name: str, pytestconfig: pytest.Config) -> None:
    verb: Callable[..., object] = getattr(gd, name)
    rng = Random(f"{pytestconfig.getoption('--seed')} {name}")
    for count in range(1, TAKEN[name] + 1):
        every = list(itertools.islice(itertools.product(VALUES, repeat=count), 20_000))
        for arguments in rng.sample(every, min(DRAWN, len(every))):
            try:
                made = verb(*arguments)
                if callable(made) and name in ("define", "unknown", "elementwise"):
                    made(x)
            except gd.GradatimError:
                pass
            except TypeError as error:
                assert "argument" in str(error), (name, arguments)


@pytest.mark.parametrize(
    "call",
    [
        lambda: gd.unknown("g", "n"),
        lambda: gd.define("f", "x^2"),
        lambda: gd.sum_over("i", x[0]),
        lambda: gd.sum_over(i, X[i], apart_from="j"),
        lambda: gd.is_matrix_form("x"),
        lambda: gd.equal(x, x, 3),
        lambda: gd.check("2x", of=x @ x, wrt=x, given=3),
        lambda: gd.explain(X, X),
        lambda: gd.newton(x @ A @ x, x, "mu"),
        lambda: gd.from_function(lambda x: x @ x, x),
        lambda: gd.norm(x, np.ones(2)),
    ],
)
def test_what_is_wrong_is_said(call: Callable[[], object]) -> None:
    with pytest.raises(gd.GradatimError):
        call()


def test_a_norm_of_any_order() -> None:
    # (1 + 8)^(1/3) of the vector (1, −2)
    np.testing.assert_allclose(gd.norm(x, 3).evaluate(x=np.array([1.0, -2.0])), 9 ** (1 / 3))
    with pytest.raises(gd.GradatimError):
        gd.norm(x, 0.5)
