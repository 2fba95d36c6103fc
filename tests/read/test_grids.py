"""Matrices written out, lists, rows and columns: what they mean, by value, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import gradatim as gd
from gradatim.errors import GradatimError

RNG = np.random.default_rng(11)
A, B, C, D = (RNG.standard_normal(s) for s in ((4, 4), (4, 3), (3, 4), (3, 3)))
X, Y, Z = RNG.standard_normal(4), RNG.standard_normal(3), RNG.standard_normal(3)
GIVEN = r"$A\in\mathbb{R}^{n\times n}$, $B\in\mathbb{R}^{n\times m}$, $C\in\mathbb{R}^{m\times n}$, $D\in\mathbb{R}^{m\times m}$, $x\in\mathbb{R}^n$, $y\in\mathbb{R}^m$, $z\in\mathbb{R}^3$"
WHOLE = np.block([[A, B], [C, D]])
BOTH = np.concatenate([X, Y])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"\left\|\begin{bmatrix}A & B\\ C & D\end{bmatrix}\begin{bmatrix}x\\y\end{bmatrix}\right\|^2", np.sum((WHOLE @ BOTH) ** 2)),
        (r"\begin{pmatrix}x\\y\end{pmatrix}^T\begin{pmatrix}A & B\\ C & D\end{pmatrix}\begin{pmatrix}x\\y\end{pmatrix}", BOTH @ WHOLE @ BOTH),
        (r"\operatorname{tr}\begin{pmatrix}A & B\\ C & D\end{pmatrix}^3", np.trace(WHOLE @ WHOLE @ WHOLE)),
        (r"\det\begin{bmatrix}A & B\\ C & D\end{bmatrix}", np.linalg.det(WHOLE)),
        (r"\left\|\begin{bmatrix}A & B\\ 0 & D\end{bmatrix} - 2\begin{bmatrix}A & B\\ C & D\end{bmatrix}^T\right\|_F",
         np.linalg.norm(np.block([[A, B], [np.zeros((3, 4)), D]]) - 2 * WHOLE.T)),
        (r"\left\|\begin{bmatrix}A\\ I\end{bmatrix}x\right\|", np.sqrt(np.sum((A @ X) ** 2) + X @ X)),
        (r"\begin{vmatrix} x_1 & x_2 \\ y_1 & y_2 \end{vmatrix}", X[0] * Y[1] - X[1] * Y[0]),
        (r"\begin{bmatrix} x_1 & 1 & 0 \\ 2 & y_1 & x_2 \end{bmatrix} z", np.array([[X[0], 1, 0], [2, Y[0], X[1]]]) @ Z),
        (r"(x^TAx, \ y_1)^T", np.array([X @ A @ X, Y[0]])),
        (r"\sum_{i=1}^n \|A_{i,:}\|", np.linalg.norm(A, axis=1).sum()),
        (r"\sum_{j=1}^m \|B_{:,j}\|^2", np.sum(B**2)),
        (r"B_{2,:}\, y + x^T B_{\cdot 1}", B[1] @ Y + X @ B[:, 0]),
    ],
)  # fmt: skip
def test_the_value_of_what_is_written_out(text: str, value: object) -> None:
    problem = gd.read(text, given=GIVEN)
    arrays = {"A": A, "B": B, "C": C, "D": D, "x": X, "y": Y, "z": Z}
    np.testing.assert_allclose(problem.term.evaluate(**{n: arrays[n] for n in problem.symbols}), value, rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\begin{bmatrix} A & B \end{bmatrix} x", "does not conform"),
        (r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", "rows of this matrix"),
        (r"\begin{bmatrix} A & B", "not closed"),
        (r"\exp\begin{bmatrix} A & B \\ C & D \end{bmatrix}", "taken entry by entry"),
        (r"x_{2:7}y^Ty + z_{2:7}", "not among"),
        (r"\sum_{i=1}^{n} A_{1:i,1}", "moves with an index"),
        (r"f + (x, y)", "list in brackets"),
        (r"[A B; C D] x", "commas between blocks"),
    ],
)
def test_what_is_not_read_says_so(text: str, message: str) -> None:
    with pytest.raises(GradatimError, match=message):
        gd.read(text, given=GIVEN)
