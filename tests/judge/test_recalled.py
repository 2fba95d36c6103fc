"""What an answer recalls or restates on its way is not taken for its result."""

from __future__ import annotations

import pytest

import gradatim as gd

LOSS = gd.read(
    r"\ell(w) = \sum_{n=1}^N \log(1 + e^{-y_n w^\top x_n})",
    given=r"$x_n \in \mathbb{R}^D$, $y_n \in \{-1, 1\}$, $w \in \mathbb{R}^D$",
)
GRADIENT = r"$$\nabla \ell = -\sum_n y_n \sigma(-y_n w^\top x_n) x_n$$"


@pytest.mark.parametrize(
    "said",
    [
        r"Because $\sigma'(z) = \sigma(z)(1 - \sigma(z))$, ",
        r"Because $\sigma' = \sigma(1 - \sigma)$, ",
        r"Since $\frac{d\sigma}{dz} = \sigma(z)(1 - \sigma(z))$, ",
        r"Recall that $\frac{d}{dz}\log z = 1/z$. ",
    ],
)
def test_the_derivative_of_a_known_function_is_recalled(said: str) -> None:
    verdict = gd.check(said + GRADIENT, of=LOSS, wrt="w")
    assert verdict.outcome == "right"
    assert any("is recalled" in a.text for a in verdict.assumed)
    wrong = gd.check(said + GRADIENT.replace("= -", "= "), of=LOSS, wrt="w")
    assert (wrong.outcome, wrong.mistake) == ("wrong", "sign")


def test_a_letter_of_the_problem_is_not_recalled() -> None:
    problem = gd.read(r"L = \log(1 + e^z)", given="scalar $z$")
    verdict = gd.check(r"$\frac{dL}{dz} = \frac{e^z}{1 + e^z}$", of=problem, wrt="z")
    assert verdict.outcome == "right" and not any("is recalled" in a.text for a in verdict.assumed)
    only = gd.check(r"Because $\sigma'(t) = \sigma(t)$", of=problem, wrt="z")
    assert not only.outcome.startswith("right")


SOFTMAX = gd.read(
    r"\mathbf{p}_n = \mathrm{softmax}(\mathbf{a}_n); E = -\sum_{n=1}^{N}\sum_{k=1}^{K} t_{nk}\log p_{nk}",
    given=r"$\mathbf{t}_n \in \{0,1\}^K$ is the one-hot label of example $n$.",
)


@pytest.mark.parametrize(("entry", "outcome"), [("p_{nk} - t_{nk}", "right"), ("t_{nk} - p_{nk}", "wrong")])
def test_the_function_written_out_first_is_not_the_answer(entry: str, outcome: str) -> None:
    first = r"We have $E = -\sum_n\sum_k t_{nk}\left(a_{nk} - \log\sum_j e^{a_{nj}}\right)$. Therefore "
    verdict = gd.check(rf"{first}$$\frac{{\partial E}}{{\partial a_{{nk}}}} = {entry}$$", of=SOFTMAX, wrt=r"\mathbf{a}_n")
    assert verdict.outcome == outcome and verdict.mistake == (None if outcome == "right" else "sign")


def test_a_hessian_told_by_the_gradient_is_not_the_gradient() -> None:
    """A name that stands for the first derivative is a definition where a second one is asked: not worked out, but no wrong shape."""
    p = gd.read(r"r(v) = \frac{v^T M v}{v^T v}", given="M symmetric p x p, v in R^p")
    told = r"$\frac{2}{v^Tv}(M - rI - g v^T %s v g^T)$ where $g = \nabla r(v)$"
    assert gd.check(told % "-", p, ("v", "v")).outcome == "incomplete"
    assert gd.check(told % "+", p, ("v", "v")).mistake == "sign"
