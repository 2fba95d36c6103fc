"""Full claims, alone and among the displays of a file."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.errors import ReadError
from gradatim.judge.claims import claims_of

NOTES = r"""# Least squares

Let $A \in \mathbb{R}^{m\times n}$, $x \in \mathbb{R}^n$ and $b \in \mathbb{R}^m$, and let $L(x) = \|Ax - b\|^2$.

The gradient is $\nabla_x L(x) = 2A^T(Ax - b)$, and so

$$\nabla^2_x L(x) = 2A^TA.$$

# Quadratic forms

For a matrix $B \in \mathbb{R}^{n\times n}$ and a vector $x \in \mathbb{R}^n$,
\begin{align}
\nabla_x\, x^TBx &= 2Bx \\
\nabla_x\, x^TBx &= (B + B^T)x \\
                 &= Bx + B^Tx
\end{align}
and $\frac{\partial}{\partial q} q$ is no claim. $$\nabla_x \operatorname{mystery}(x) = x$$

```
$$\nabla_x x^Tx = 7x$$
```
"""


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"\nabla_X a^T X b = a b^T", "right"),
        (r"\nabla_X a^T X b = b a^T", "right up to layout"),
        (r"\frac{\partial}{\partial X} \log\det X = X^{-T}", "right"),
        (r"\frac{\partial \log\det X}{\partial X} = X^{-1}", "right up to layout"),
        (r"\frac{d}{dx} x^TAx = (A + A^T)x", "right"),
        (r"\frac{\partial x^TAx}{\partial x^T} = x^T(A + A^T)", "right"),
        (r"f(x) = x^TAx; \nabla_x f(x) = Ax", "wrong"),
        (r"f(x) = x^TAx; \nabla^2_x f = A + A^T", "right"),
        ("d/dx (x^T x) = 2x", "right"),
        ("d/dx x'A x = 2A x", "right under a condition"),
        (r"\nabla_x \frac12\|Ax-b\|^2 = A^T(Ax-b) = A^TAx - A^Tb", "right"),
    ],
)
def test_a_claim_is_its_own_question(claim: str, outcome: str) -> None:
    assert gd.check(claim).outcome == outcome


def test_what_is_no_claim() -> None:
    for text in ("x^T x", "a = b", r"\nabla f = 2x"):
        with pytest.raises(ReadError):
            gd.check(text)


def test_every_claim_of_a_file_with_its_place() -> None:
    found = list(claims_of(NOTES))
    assert [(c.line, c.state) for c in found] == [(5, "holds"), (7, "holds"), (13, "doubtful"), (14, "holds"), (17, "not read")]
    assert found[1].column == 3 and NOTES.splitlines()[6][2:].startswith(r"\nabla^2")
    assert found[2].verdict.mistake == "symmetry"
