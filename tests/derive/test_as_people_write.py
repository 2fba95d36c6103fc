"""Answers as a good author writes them: each expected form is a published formula, or says why it is the one that reads best."""

from __future__ import annotations

from gradatim.derive.derivative import derived
from gradatim.read.problem import read
from gradatim.write.text import text


def answer(function: str, given: str, wrt: str, order: int = 1) -> str:
    problem = read(function, given=given)
    return text(derived(problem.term, *(problem.find(wrt),) * order).term)


GAUSSIAN = r"$x_n,\mu\in\mathbb{R}^D$, $\Sigma$ is symmetric positive definite"
LOG_LIKELIHOOD = r"-\frac{N}{2}\ln|\Sigma|-\frac12\sum_{n=1}^N(x_n-\mu)^T\Sigma^{-1}(x_n-\mu)"


def test_what_is_the_same_in_every_term_stands_before_the_sum() -> None:
    # Bishop, Pattern Recognition and Machine Learning (2006), eq. 2.120 and exercise 2.34.
    assert answer(LOG_LIKELIHOOD, GAUSSIAN, r"\mu") == "Σ⁻¹ Σᵢ (xᵢ − μ)"
    assert answer(LOG_LIKELIHOOD, GAUSSIAN, r"\Sigma") == "(1/2)(Σ⁻¹(Σᵢ (xᵢ − μ)(xᵢ − μ)ᵀ) Σ⁻¹ − N Σ⁻¹)"


def test_a_turned_residual_has_its_positive_terms_first() -> None:
    # R qᵢ + t − pᵢ is how the residual of a rigid motion is written: Arun, Huang & Blostein (1987), eq. 3, turned.
    points = r"$p_i,q_i,t\in\mathbb{R}^3$, $R\in\mathbb{R}^{3\times3}$"
    assert answer(r"\frac12\sum_{i=1}^n\|p_i-Rq_i-t\|^2", points, "R") == "Σᵢ (R qᵢ + t − pᵢ) qᵢᵀ"


def test_a_difference_stands_one_way_round() -> None:
    fisher = r"$w,m_1,m_2\in\mathbb{R}^D$, $S_W$ is symmetric positive definite"
    found = answer(r"\frac{(w^T(m_2-m_1))^2}{w^TS_Ww}", fisher, "w")
    assert "m₁ − m₂" not in found and found.count("m₂ − m₁") == 3
    soft = answer(r"\frac12\|\mathrm{softmax}(x)-y\|^2", r"$x,y\in\mathbb{R}^n$", "x")
    assert "y − softmax(x)" not in soft and soft.count("softmax(x) − y") == 2


def test_norms_and_squared_norms_meet() -> None:
    # ‖x‖⁻³ has one name, whichever of the norm and its square it came from.
    found = answer(r"\frac{a^Tx}{\|a\|\|x\|}", r"$a,x\in\mathbb{R}^n$", "x", 2)
    assert found == "((3(aᵀx) x / ‖x‖² − a) xᵀ − (aᵀx) I − x aᵀ) / (‖a‖ ‖x‖³)"
