"""The claims of notes as people write them: what holds is held, and nothing is doubted that only was not declared."""

from __future__ import annotations

import pytest

import gradatim as gd
from gradatim.judge.claims import claims_of

NOTES = [
    # What nothing declares may be a number as well as a vector.
    ("Take $f(x, y) = x^2 + 5xy - y^2$. Then\n\n$$\\frac{\\partial f}{\\partial x} = 2x + 5y$$\n", ["holds"]),
    ("$$ s = \\frac{1}{1+\\exp(-z)} $$\n\n$$ \\frac{ds}{dz} = s(1-s) $$\n", ["holds"]),
    ("$$ s = \\frac{1}{1+\\exp(-z)} $$\n\n$$ \\frac{ds}{dz} = s(1+s) $$\n", ["doubtful"]),
    # ∇f of an f with one argument; ∂/∂A_{kl} states an entry.
    ("For $f(x) = x^TAx$ we get $$\\nabla f = (A + A^T)x$$ and never $$\\nabla f = 3Ax$$", ["holds", "doubtful"]),
    ("$$\\frac{\\partial}{\\partial A_{kl}} \\mathrm{tr}(AB) = B_{lk}$$", ["holds"]),
    ("$$\\frac{\\partial}{\\partial A_{kl}} \\mathrm{tr}(AB) = 2B_{lk}$$", ["doubtful"]),
    # What is set to zero, or left open, is no claim.
    ("Solve $$\\nabla L = 0$$ and $$\\frac{\\partial L}{\\partial z} = ?$$ for $L(z) = z^2$.", []),
    # A likelihood: the logarithm of a density, σ² as an argument and as a variable.
    (
        "$$\\ell(\\mu, \\sigma^2) = \\sum_{i=1}^n \\log \\frac{1}{\\sqrt{2\\pi\\sigma^2}} \\exp\\left(-\\frac{(x_i-\\mu)^2}{2\\sigma^2}\\right)$$\n"
        "$$\\frac{\\partial \\ell}{\\partial \\mu} = \\frac{1}{\\sigma^2}\\sum_{i=1}^n (x_i - \\mu) = 0$$\n"
        "$$\\frac{\\partial \\ell}{\\partial \\sigma^2} = -\\frac{n}{2\\sigma^2} + \\frac{1}{2\\sigma^4}\\sum_{i=1}^n (x_i-\\mu)^2 = 0$$\n"
        "$$\\frac{\\partial \\ell}{\\partial \\sigma^2} = -\\frac{n}{\\sigma} + \\frac{1}{\\sigma^3}\\sum_{i=1}^n (x_i-\\mu)^2$$\n",
        ["holds", "holds", "doubtful"],
    ),
    # A matrix in brackets is one row of the display.
    (
        "Let $x \\in \\mathbb R^2$ and $f(x) = x_1^2 + 3x_2$.\n"
        "$$\\begin{aligned}\\nabla_x f = \\begin{bmatrix} 2x_1 \\\\ 3 \\end{bmatrix}\\end{aligned}$$\n",
        ["holds"],
    ),
    # Equations side by side, and what is concluded from a zero.
    (
        "Let $A, X \\in \\mathbb R^{n\\times n}$ and $L(w) = \\|w\\|^2$.\n"
        "\\begin{align}\\frac{\\partial}{\\partial X}\\mathrm{tr}(AX) &= A^\\top & \\frac{\\partial}{\\partial X}\\mathrm{tr}(X^\\top X) &= X\\end{align}\n"
        "\\[ \\nabla L(w) = 2w\\,, \\qquad \\nabla^2 L(w) = 2I\\,. \\]\n"
        "\\[ \\nabla L(w) = 0 \\iff w = 0 \\]\n",
        ["holds", "doubtful", "holds", "holds"],
    ),
    # A function in two forms is one function; a condition before the claim; the limits of a sum are no repeated index.
    (
        "Let $A \\in \\mathbb R^{n\\times n}$, $x \\in \\mathbb R^n$ and $f(x) = x^TAx$. In components $f(x) = \\sum_{i,j} A_{ij}x_ix_j$. "
        "If $A$ is symmetric then $\\nabla f(x) = 2Ax$. If $A$ is orthogonal, we have $\\nabla f(x) = 2Ax$. Else $\\nabla f(x) = 2Ax$.\n",
        ["holds", "doubtful", "doubtful"],
    ),
    (
        "We use the summation convention elsewhere. With $x_i, w \\in \\mathbb R^d$ let $\\ell(w) = \\sum_{i=1}^n \\log(1 + e^{-w^Tx_i})$.\n\n"
        "$$\\nabla\\ell(w) = \\sum_{i=1}^n \\frac{x_i}{1 + e^{w^Tx_i}}$$\n",
        ["doubtful"],
    ),
    # In words.
    (
        "Let $A \\in \\mathbb R^{m\\times n}$ and $b \\in \\mathbb R^m$. The gradient of $\\|Ax - b\\|^2$ with respect to $x$ is $2A^T(Ax - b)$, and the "
        "Hessian of $\\|Ax\\|^2$ with respect to $x$ is $A^TA$. The gradient of $\\|x\\|$ is $L$-Lipschitz. It is not true that the gradient of $x^Tx$ with respect to $x$ is $x$.\n",
        ["holds", "doubtful"],
    ),
    (
        "Let $X \\in \\mathbb R^{n\\times d}$ and $y \\in \\mathbb R^n$. The gradient of the loss $L(w) = \\|Xw - y\\|^2$ is $2X^T(Xw - y)$. "
        "The derivative of $s(t) = e^{2t}$ is $e^{2t}$.\n",
        ["holds", "doubtful"],
    ),
    ("Let $g(v) = v^Tv$. The gradient of $g$ is $2v$. The Hessian of $g$ is $\\nabla^2 g(v) = 2I$.\n", ["holds", "holds"]),
    # The shapes of what was only guessed may not fit: that is not read, not doubted.
    ("With $y = wx + b$: $$\\frac{\\partial y}{\\partial b} = \\frac1m\\sum_{i=1}^m (u^{(i)} - v^{(i)})$$", ["not read"]),
]


@pytest.mark.parametrize(("text", "states"), NOTES)
def test_what_is_said_of_the_claims(text: str, states: list[str]) -> None:
    found = list(claims_of(text))
    assert [c.state for c in found] == states, [(c.text, c.state, c.verdict.message) for c in found]


def test_a_power_is_a_variable_of_its_own() -> None:
    of = r"-\frac n2\log(\sigma^2)-\frac1{2\sigma^2}\sum_{i=1}^n(x_i-\mu)^2"
    right = r"-\frac{n}{2\sigma^2}+\frac{1}{2\sigma^4}\sum_{i=1}^n(x_i-\mu)^2"
    by_sigma = r"-\frac{n}{\sigma}+\frac{1}{\sigma^3}\sum_{i=1}^n(x_i-\mu)^2"
    assert gd.check(right, of=of, wrt=r"\sigma^2").right and gd.check(by_sigma, of=of, wrt=r"\sigma").right
    assert gd.check(by_sigma, of=of, wrt=r"\sigma^2").wrong and gd.check(right, of=of, wrt=r"\sigma").wrong
    with pytest.raises(gd.GradatimError, match="positive"):
        gd.check("1", of=r"\log\sigma+\sigma^2", wrt=r"\sigma^2")
    # ∂(log σ + σ²)/∂σ² is 1/(2σ²) + 1 for positive σ.
    v = gd.check(r"\frac{1}{2\sigma^2}+1", of=r"\log\sigma+\sigma^2", wrt=r"\sigma^2", given=r"$\sigma>0$")
    assert v.right


def test_a_parameter_that_is_written_as_a_power() -> None:
    """ℓ(μ, σ²) = … is a function of σ² in which σ² is what it says: at (μ, σ²) it is its own value."""
    p = gd.read(r"\ell", given=r"$\ell(\mu,\sigma^2) = -\frac{\mu^2}{2\sigma^2}$, $\mu$ is a scalar, $\sigma$ is a scalar")
    assert gd.check(r"-\frac{\mu}{\sigma^2}", of=p, wrt=r"\mu").right
    given = "$a,b,m,s$ are scalars"
    assert gd.check(r"\frac{2a}{b^2}", of=r"g(m,s^2)=\frac{m^2}{s^2}; f=g(a,b^2)", wrt="a", given=given).right
    with pytest.raises(gd.GradatimError, match="power"):
        gd.read(r"g(m,s^2)=\frac{m^2}{s^2}; f=g(a,b)", given=given)


def test_a_vector_and_the_members_of_a_family_of_one_letter() -> None:
    """x, x_i ∈ ℝᵈ are two things: x_i is no entry of x."""
    of, given = r"f(x)=\sum_{i=1}^N\alpha_i\exp(-\gamma\|x-x_i\|^2)", r"$x,x_i\in\mathbb R^d$, $\alpha_i,\gamma$ scalars"
    right = r"-2\gamma\sum_i\alpha_i\exp(-\gamma\|x-x_i\|^2)(x-x_i)"
    assert gd.check(right, of=of, wrt="x", given=given).right
    assert gd.check(right[1:], of=of, wrt="x", given=given).mistake == "sign"
    shown = gd.gradient(gd.read(of, given=given), "x")
    assert "\u2063" not in str(shown) + shown.latex() and "xᵢ" in str(shown)
    assert {s.plain for s in gd.read(of, given=given).reading.symbols.values()} == {"alpha", "gamma", "x", "xs"}
    # Entries of a vector stay entries.
    assert gd.check("2x", of=r"\sum_i x_i^2", wrt="x", given=r"$x\in\mathbb R^n$, $x_i\in\mathbb R$").right
