"""A question that asks for d vec F / d vec X is answered on stacked columns."""

from __future__ import annotations

import pytest

from gradatim.cli import main
from gradatim.read.conventions import on_columns


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (r"Find $\mathrm{d}\,\mathrm{vec}(xx') / \mathrm{d}x'$.", True),
        ("Use the vec form.", True),
        (r"the Hessian with respect to $\operatorname{vec} X$", True),
        (r"Find $\partial \vec{y}/\partial \vec x$", False),
        ("x is a vector and d vectors", False),
    ],
)
def test_what_asks_for_columns(given: str, asked: bool) -> None:
    assert on_columns(given) is asked


def test_a_jacobian_in_vec_form(capsys: pytest.CaptureFixture[str]) -> None:
    # Magnus & Neudecker, Matrix Differential Calculus (2019), table 9.6: D(AXB) = B' ⊗ A.
    given = r"$X$ is $n \times q$, $A$ is $m \times n$, $B$ is $q \times p$. Find $\mathrm{d}\,\mathrm{vec}(AXB) / \mathrm{d}(\mathrm{vec}\,X)'$."
    assert main(["derive", "AXB", "--given", given, "--wrt", "X"]) == 0
    assert "∂vec(f)/∂vec(X)ᵀ = Bᵀ ⊗ A" in capsys.readouterr().out
