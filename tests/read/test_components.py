"""Functions that are given by their components."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd

X = np.array([0.3, -1.2, 0.7])
A = np.array([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]])


@pytest.mark.parametrize(
    ("text", "jacobian"),
    [
        (r"F(x) = (f_1(x), \dots, f_n(x)), f_i(x) = x_i^2 + \sum_j x_j", 2 * np.diag(X) + np.ones((3, 3))),
        (r"f = (f_1, \dots, f_n), f_i = x_i^2", 2 * np.diag(X)),
        (r"f = (f_1, \dots, f_n)^T, f_i(x) = x_i^3", 3 * np.diag(X**2)),
        (r"f(x) = (f_1(x), f_2(x), \dots, f_m(x))^T where f_i(x) = \sum_{j=1}^n A_{ij} x_j^2", 2 * A * X),
        (r"f(x) = (f_1(x), f_2(x)), f_1(x) = x_1^2 + x_2, f_2(x) = \sin x_1", [[0.6, 1.0], [np.cos(0.3), 0.0]]),
        (r"f(x) = [x_1 x_2, \sin x_3]^T", [[-1.2, 0.3, 0.0], [0.0, 0.0, np.cos(0.7)]]),
    ],
)
def test_the_derivative_is_the_jacobian_of_all_components(text: str, jacobian: object) -> None:
    found = gd.read(text).derivative("x")
    x = X[:2] if np.shape(jacobian) == (2, 2) else X
    values = {"x": x, "A": A} if "A_" in text else {"x": x}
    assert np.allclose(found.evaluate(**values), jacobian)


def test_components_of_other_arguments_are_left_as_they_stand() -> None:
    with pytest.raises(gd.ReadError):
        gd.read(r"f(x) = (f_1(x), \dots, f_n(x)), f_i(u) = x_i^2").derivative("x")
