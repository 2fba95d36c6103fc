"""Long answers by names that say more than letters for repeated parts: the gradient in a Hessian, shares of a sum."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.check.ladder import equal
from gradatim.derive.by_gradient import by_gradient
from gradatim.derive.derivative import derived
from gradatim.derive.shares import by_shares
from gradatim.ops import at, facts, transpose
from gradatim.read.problem import read
from gradatim.term import Symbol
from gradatim.types import Dim, Type, index_type
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


def test_the_weight_of_a_share_cancels_before_the_sum() -> None:
    given = r"$x_1, \dots, x_N \in \mathbb{R}^d$, $\mu_1, \dots, \mu_K \in \mathbb{R}^d$"
    problem = read(r"\sum_{n=1}^N \log \sum_{k=1}^K \pi_k \exp(-\frac12 \|x_n - \mu_k\|^2)", given=given)
    found = derived(problem.term, problem.find(r"\mu_k"))
    made = by_shares(found.term, {"N": "n", "K": "k"}, frozenset())
    assert made is not None and text(made.term, {"N": "n", "K": "k"}) == "Σₙ γₙₖ (xₙ − μₖ)"
    assert equal(found.term, made.term).holds


def test_probabilities_of_a_softmax_over_a_family() -> None:
    problem = read(r"\log\sum_{k=1}^K \exp(a_k^T x + b_k)", given=r"$a_k, x\in\mathbb{R}^n$")
    x = problem.find("x")
    first, second = (by_shares(derived(problem.term, *by).term, {"K": "k"}, frozenset()) for by in ((x,), (x, x)))
    assert first is not None and text(first.term, {"K": "k"}) == "Σₖ pₖ aₖ"
    assert second is not None and text(second.term, {"K": "k"}) == "Σₖ pₖ (aₖ − Σᵢ pᵢ aᵢ) aₖᵀ"


@pytest.mark.parametrize(
    ("given", "latex", "wrt", "expected"),
    [
        # (diag(p) − p pᵀ) 𝟏 = p − p, so the 1 of (t log t)′ = log t + 1 is lost
        (r"$a\in\mathbb{R}^K$", r"-\sum_i p_i\log p_i; p=\mathrm{softmax}(a)", "a", "−(diag(p) − p pᵀ) log(p)"),
        # the dual of the support vector machine: 1 − yₖ Σᵢ αᵢ yᵢ xᵢᵀxₖ by entries
        (
            r"$x_i\in\mathbb{R}^d$, $\alpha, y\in\mathbb{R}^n$",
            r"\sum_i \alpha_i - \frac12\sum_i\sum_j \alpha_i\alpha_j y_i y_j x_i^Tx_j",
            r"\alpha",
            "𝟏 − y ⊙ (x Σᵢ αᵢ yᵢ xᵢ)",
        ),
        # f = (xᵀA x + (xᵀx)²) / (xᵀx), so ∇f = (A + Aᵀ) x / (xᵀx) − 2 (xᵀA x) x / (xᵀx)² + 2 x, where f − xᵀx = xᵀA x / (xᵀx)
        (
            r"$x\in\mathbb{R}^m$ and $A$ is an $m\times m$ matrix",
            r"f(x) = \frac{x^T(A+\Vert x\Vert^2I)x}{x^Tx}",
            "x",
            "2(2 − f / (xᵀx)) x + (A + Aᵀ) x / (xᵀx)",
        ),
        (
            r"$x\in\mathbb{R}$",
            r"\operatorname{SELU}(x)",
            "x",
            "1.0507009873554805 (𝟙[x > 0] + 1.6732632423543772 𝟙[x < 0] exp(x))",
        ),
        # what is said of each label holds for the rows of the labels
        (
            r"$W\in\mathbb{R}^{d\times K}$, $x_n\in\mathbb{R}^d$, $y_n$ one-hot",
            r"-\frac1N\sum_{n=1}^N\sum_{k=1}^K y_{nk}\log p_{nk}; p_n=\operatorname{softmax}(W^T x_n)",
            "W",
            "(1/N) Σᵢ xᵢ (pᵢ − yᵢ)ᵀ",
        ),
    ],
)
def test_an_answer_is_the_textbook_s(given: str, latex: str, wrt: str, expected: str) -> None:
    assert gd.text(gd.read(latex, given=given).derivative(wrt)) == expected


def test_a_multiple_of_the_identity_stands_last_where_everything_is_added() -> None:
    given = r"$x_i, w\in\mathbb{R}^d$, $c_i, \lambda$ are numbers"
    problem = gd.read(r"\lambda w^T w + \sum_i c_i (w^Tx_i)^2", given=given)
    assert gd.text(problem.derivative("w", "w")) == "2(Σᵢ cᵢ xᵢ xᵢᵀ + λ I)"
    minus = gd.read(r"\lambda w^T w - \sum_i c_i (w^Tx_i)^2", given=given)
    assert gd.text(minus.derivative("w", "w")).startswith("2 λ I −")


@pytest.mark.parametrize(
    ("given", "latex", "expected"),
    [
        # e^x − 1 is zero where x is; and hⱼ > gⱼᵀx leaves no entry of h − G x zero
        (r"$x\in\mathbb{R}$", r"\operatorname{SELU}(x)", ["x ≠ 0"]),
        (
            r"$g_j^T$ are the rows of $G\in\mathbb{R}^{p\times n}$, $x\in\mathbb{R}^n$",
            r"-\sum_{j=1}^p \log(h_j - g_j^T x)",
            ["hᵢ − Gᵢᵀx > 0 for every i"],
        ),
    ],
)
def test_no_condition_is_said_twice(given: str, latex: str, expected: list[str]) -> None:
    problem = read(latex, given=given)
    assert [c.text() for c in derived(problem.term, problem.find("x")).conditions] == expected


def test_the_rows_of_labels_add_up_to_one_each() -> None:
    n, k = Dim.of("n"), Dim.of("k")
    y = Symbol("Y", Type((n, k), facts=frozenset({"onehot"})))
    assert "adds_to_one" in facts(at(y, Symbol("i", index_type(n)))) and "adds_to_one" not in facts(transpose(y))
