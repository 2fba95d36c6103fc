"""Long answers by names that say more than letters for repeated parts: the gradient in a Hessian, shares of a sum."""

from __future__ import annotations

import pytest

from gradatim.check.ladder import equal
from gradatim.derive.by_gradient import by_gradient
from gradatim.derive.derivative import derived
from gradatim.derive.shares import by_shares
from gradatim.read.problem import read
from gradatim.write import text

SYMMETRIC = r"$M, B\in\mathbb{R}^{p\times p}$ are symmetric, $v\in\mathbb{R}^p$"


@pytest.mark.parametrize(
    ("given", "latex", "wrt", "hessian", "gradient"),
    [
        # d(r vᵀv) = 2 (M v)ᵀdv twice over: (vᵀv) H + g (2v)ᵀ + 2v gᵀ + 2 r I = 2 M
        (SYMMETRIC, r"r = \frac{v^T M v}{v^T v}", "v", "2(M − r I − g vᵀ − v gᵀ) / (vᵀv)", "2(M v − r v) / (vᵀv)"),
        (
            SYMMETRIC,
            r"r = \frac{v^T M v}{v^T B v}",
            "v",
            "2(M − r B − g vᵀB − B v gᵀ) / (vᵀB v)",
            "2(M − r B) v / (vᵀB v)",
        ),
        (
            r"$A\in\mathbb{R}^{m\times n}$, $b\in\mathbb{R}^m$, $x\in\mathbb{R}^n$",
            r"\frac{\|Ax-b\|^2}{\|x\|^2}",
            "x",
            "2(AᵀA − f I − g xᵀ − x gᵀ) / ‖x‖²",
            "2(Aᵀ(A x − b) − f x) / ‖x‖²",
        ),
        # f² = 1 + ‖A x‖²: f H + g gᵀ = AᵀA
        (r"$A\in\mathbb{R}^{m\times n}$, $x\in\mathbb{R}^n$", r"\sqrt{1+\|Ax\|^2}", "x", "(AᵀA − g gᵀ) / f", "AᵀA x / f"),
    ],
)
def test_a_hessian_by_its_gradient(given: str, latex: str, wrt: str, hessian: str, gradient: str) -> None:
    problem = read(latex, given=given)
    x = problem.find(wrt)
    found = derived(problem.term, x, x)
    name = problem.name or "f"
    made = by_gradient(found, (name, name))
    assert made is not None
    assert text(made.term) == hessian
    assert text(made.where[-1][1]) == gradient
    assert equal(found.term, made.term).holds


@pytest.mark.parametrize("latex", [r"\|x\|^4", r"x^T A x + \exp(a^T x)", r"\sqrt{x^T x}"])
def test_a_short_hessian_is_written_out(latex: str) -> None:
    problem = read(latex, given=r"$A\in\mathbb{R}^{n\times n}$, $a, x\in\mathbb{R}^n$")
    x = problem.find("x")
    assert by_gradient(derived(problem.term, x, x), ("f", "f")) is None


def test_the_gradient_s_letter_is_not_one_in_use() -> None:
    problem = read(r"\frac{g^T x}{x^T h}\, x^T g", given=r"$g, h, x\in\mathbb{R}^n$")
    x = problem.find("x")
    made = by_gradient(derived(problem.term, x, x), ("f", "f"))
    assert made is None or not {text(head) for head, _ in made.where} & {"g", "h", "x"}


MIXTURE = r"$x_n,\mu_k\in\mathbb{R}^D$, $S_k\in\mathbb{R}^{D\times D}$ symmetric positive definite, $\pi_k>0$"
DENSITY = r"\sum_{n=1}^N \log\sum_{k=1}^K \pi_k \mathcal{N}(x_n \mid \mu_k, S_k)"


@pytest.mark.parametrize(
    ("wrt", "expected"),
    [  # Bishop, Pattern Recognition and Machine Learning (2006), eq. 9.16 and what precedes 9.19 and 9.22
        (r"\mu_k", "Sₖ⁻¹ Σₙ γₙₖ (xₙ − μₖ)"),
        ("S_k", "(1/2) Σₙ γₙₖ (Sₖ⁻¹(xₙ − μₖ)(xₙ − μₖ)ᵀ Sₖ⁻¹ − Sₖ⁻¹)"),
        (r"\pi_k", "(Σₙ γₙₖ) / πₖ"),
    ],
)
def test_responsibilities(wrt: str, expected: str) -> None:
    problem = read(DENSITY, given=MIXTURE)
    found = derived(problem.term, problem.find(wrt))
    made = by_shares(found.term, {"N": "n", "K": "k"}, frozenset())
    assert made is not None
    assert text(made.term, {"N": "n", "K": "k"}) == expected
    assert equal(found.term, made.term).holds
    ((_, share),) = made.where
    assert text(share).lstrip("(").startswith("πₖ ")


def test_probabilities_of_a_softmax_over_a_family() -> None:
    problem = read(r"\log\sum_{k=1}^K \exp(a_k^T x + b_k)", given=r"$a_k, x\in\mathbb{R}^n$")
    x = problem.find("x")
    first, second = (by_shares(derived(problem.term, *by).term, {"K": "k"}, frozenset()) for by in ((x,), (x, x)))
    assert first is not None and text(first.term, {"K": "k"}) == "Σₖ pₖ aₖ"
    assert second is not None and text(second.term, {"K": "k"}) == "Σₖ pₖ (aₖ − Σᵢ pᵢ aᵢ) aₖᵀ"
