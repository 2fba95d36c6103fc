"""Several variables at once, higher orders, differentials and directions on the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest

import gradatim as gd
from gradatim.cli import main

LEAST = [r"\|y - W x - b\|^2", "--wrt", "W, b", "--given", "vectors x, y, b; matrix W"]


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["derive", *arguments]) == 0
    return capsys.readouterr().out


def test_a_gradient_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, *LEAST)
    assert "∂f/∂W = −2(y − W x − b) xᵀ\n" in out and "∂f/∂b = −2(y − W x − b)\n" in out
    assert out.count("checked against the function") == 2


def test_a_block_for_each_pair(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, *LEAST, "--order", "2")
    assert "∂²f/∂W²  : dW ↦ 2 dW x xᵀ\n" in out and "∂²f/∂b²  = 2 I\n" in out
    data = json.loads(shown(capsys, *LEAST, "--order", "2", "--json"))
    assert [b["wrt"] for b in data["blocks"]] == [["W", "W"], ["W", "b"], ["b", "W"], ["b", "b"]]
    assert data["blocks"][1]["linear_map"]["text"] == "db ↦ 2 db xᵀ"
    assert shown(capsys, *LEAST, "--to", "latex").count(r"\\") == 1
    for form in ("markdown", "html", "numpy"):
        assert "W" in shown(capsys, *LEAST, "--to", form)


def test_mixed_partials_are_transposes_of_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(shown(capsys, "x^T A y", "--wrt", "x, y", "--order", "2", "--json"))
    assert [b["answer"]["text"] for b in data["blocks"]] == ["𝟎", "A", "Aᵀ", "𝟎"]


def test_the_third_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert "∂³f/∂u³ = 6 v²\n" in shown(capsys, "u^3 v^2", "--wrt", "u", "--order", "3", "--given", "scalars u, v")
    # d³ ‖x‖⁴: 8 ((xᵀdx) I + dx xᵀ + x dxᵀ), by hand from the Hessian 4 ‖x‖² I + 8 x xᵀ
    out = shown(capsys, r"\|x\|^4", "--wrt", "x", "--order", "3", "--given", "x is a vector")
    assert "dx ↦ 8((xᵀ dx) I + dx xᵀ + x dxᵀ)" in out and "x ≠ 0" not in out


def test_differentials_and_directions(capsys: pytest.CaptureFixture[str]) -> None:
    assert "df      = tr(X⁻¹ dX)\n" in shown(capsys, r"\log\det X", "--wrt", "X", "--form", "differential")
    out = shown(capsys, r"\|Ax - b\|^2", "--wrt", "x", "--along", "v")
    assert "D_v f   = 2(A x − b)ᵀ A v\n" in out
    assert main(["derive", r"\|Ax - b\|^2", "--wrt", "x", "--along", "A"]) != 0
    X, H = gd.matrix("X", "n", "n"), gd.matrix("H", "n", "n")
    along = gd.directional(gd.logdet(X), X, H)
    x, h = np.eye(3) * 2 + 0.1, np.arange(9.0).reshape(3, 3)
    assert np.isclose(along.evaluate(X=x, H=h), np.trace(np.linalg.solve(x, h)))
    with pytest.raises(gd.ShapeError):
        gd.directional(gd.logdet(X), X, gd.vector("h", "n"))


def test_a_direction_taken_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """The Hessian along v was called D_v f, and the differential of the gradient df."""
    out = shown(capsys, r"\log\det X", "--wrt", "X", "--along", "V", "--order", "2")
    assert "D²_V f  = −tr(X⁻¹ V X⁻¹ V)\n" in out and "second directional derivative along V" in out
    assert "d²f     = " in shown(capsys, "x^T A x", "--wrt", "x", "--form", "differential", "--order", "2")
    asked = shown(capsys, r"D^2 h(X)[V, V]", "--given", r"where $h(X) = \log\det X$, $X \in \mathbb{R}^{n \times n}$")
    assert "= −tr(X⁻¹ V X⁻¹ V)\n" in asked
    assert "det(X) tr(X⁻¹ V)" in shown(capsys, r"D\det(X)[V]", "--given", r"$X \in \mathbb{R}^{n \times n}$")


def test_a_directional_derivative_is_no_product() -> None:
    with pytest.raises(gd.ReadError, match="directional derivative and no function"):
        gd.read(r"D\det(X)[V]")
