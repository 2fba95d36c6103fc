"""A whole question as one line: the derivative stands before its function, in signs or in words."""

from __future__ import annotations

import pytest

from gradatim.read.operators import operator


@pytest.mark.parametrize(
    ("text", "function", "by"),
    [
        ("d/dx x^T A x", "x^T A x", ("x",)),
        (r"\frac{\partial}{\partial X} \log\det X", r"\log\det X", ("X",)),
        ("∇_x ‖x‖²", "‖x‖²", ("x",)),
        ("grad_x x^T A x", "x^T A x", ("x",)),
        ("the gradient of log det X with respect to X", "log det X", ("X",)),
        ("Find the Hessian of $x^T A x$ w.r.t. $x$.", "x^T A x", ("x", "x")),
        ("what is the derivative of f(x) = a^T x wrt x?", "f(x) = a^T x", ("x",)),
    ],
)
def test_the_function_and_its_variables(text: str, function: str, by: tuple[str, ...]) -> None:
    found = operator(text)
    assert found is not None and (found.function, found.wrt) == (function, by)


@pytest.mark.parametrize("text", ["x^T A x", "gradient of f", "g(x) = ∇_x f", "a/b x", "Hessian of the loss"])
def test_what_names_no_function_with_its_variable_is_none(text: str) -> None:
    assert operator(text) is None
