"""Names in answers: f′ of the asked function, σᵢ for σ(wᵀxᵢ), shares p_c under a sum over c, entries of a value before a bracket.

The verdicts were written down from derivations by hand, and each wrong answer is a right one with one thing altered.
"""

from __future__ import annotations

import pytest

import gradatim as gd

RATIO = r"f(s)=\frac{\ln(1+ks)}{s^2}", "s", r"$k,s>0$ are scalars"
MARGINS = r"\sum_{i=1}^m\log(1+e^{-y_iw^Tx_i})", ("w", "w"), r"$w,x_i\in\mathbb R^n$, $y_i\in\{-1,1\}$"
CLASSES = r"\log\sum_{c=1}^C e^{v_c^Tg}-v_r^Tg", "g", r"$g,v_c\in\mathbb R^d$ for $c=1,\dots,C$; $r$ is the index of the class"
SHARES = r"s(v)=\operatorname{softmax}(v)", "v", r"$v\in\mathbb R^K$"
EVENTS = r"\sum_{i=1}^n (k_i\,\beta^Tx_i-e^{\beta^Tx_i})", "\\beta", r"counts $k_i$, $x_i,\beta\in\mathbb R^p$"


@pytest.mark.parametrize(
    ("question", "answer", "outcome"),
    [
        (RATIO, r"f'(s)=\frac{k}{s^2(1+ks)}-\frac{2\ln(1+ks)}{s^3}", "right"),
        (RATIO, r"f'(s)=\frac{k}{s^2(1+ks)}-\frac{2\ln(1+ks)}{s}", "wrong"),
        (MARGINS, r"X^TDX,\ D=\operatorname{diag}(\sigma_i(1-\sigma_i)),\ \sigma_i=\sigma(w^Tx_i)", "right"),
        (MARGINS, r"X^TDX,\ D=\operatorname{diag}(\sigma_i),\ \sigma_i=\sigma(w^Tx_i)", "wrong"),
        (CLASSES, r"\sum_{c=1}^C p_cv_c-v_r,\quad p_c=\frac{e^{v_c^Tg}}{\sum_k e^{v_k^Tg}}", "right"),
        (CLASSES, r"\sum_{c=1}^C p_cv_c+v_r,\quad p_c=\frac{e^{v_c^Tg}}{\sum_k e^{v_k^Tg}}", "wrong"),
        (SHARES, r"\frac{\partial s_i}{\partial v_j}=s_i(\delta_{ij}-s_j)", "right"),
        (SHARES, r"\frac{\partial s_i}{\partial v_j}=s_i(\delta_{ij}-s_i)", "wrong"),
        (SHARES, r"J_{ij}=\begin{cases}s_i(1-s_i)& i=j\\-s_is_j& i\neq j\end{cases}", "right"),
        (EVENTS, r"\sum_i(k_i-e^{\beta^Tx_i})x_i", "right"),
        (EVENTS, r"X^T(k-\exp(X\beta))", "right"),
        (EVENTS, r"\sum_i(k_i+e^{\beta^Tx_i})x_i", "wrong"),
    ],
)
def test_names_in_answers(question: tuple[str, str | tuple[str, str], str], answer: str, outcome: str) -> None:
    of, wrt, given = question
    v = gd.check(answer, of=of, wrt=wrt, given=given)
    assert v.outcome == outcome, v


def test_a_primed_function_is_its_derivative_and_not_the_function() -> None:
    of, wrt, given = RATIO
    text = r"""f'(s) = \frac{\frac{k}{1+ks}\cdot s^2-2s\ln(1+ks)}{s^4} = \frac{k}{s^2(1+ks)}-\frac{2\ln(1+ks)}{s^3}"""
    v = gd.check(text, of=of, wrt=wrt, given=given)
    assert (v.outcome, v.derivation, v.first_wrong_line) == ("right", "holds", None), v.lines
    slip = gd.check(text.replace(r"-2s\ln", r"-s\ln"), of=of, wrt=wrt, given=given)
    assert (slip.outcome, slip.derivation, slip.first_wrong_line) == ("right", "slip", 1), slip.lines


def test_a_hat_left_out_on_a_left_side_is_said_and_no_mistake() -> None:
    of = r"L=(t-\hat t)^2;\ \hat t=u^Tx+c"
    given = r"$u,x\in\mathbb R^n$, $t,c$ are scalars"
    lines = r"""\frac{\partial L}{\partial t}=-2(t-\hat t)

\frac{\partial\hat t}{\partial u}=x

\frac{\partial L}{\partial u}=-2(t-\hat t)x"""
    v = gd.check(lines, of=of, wrt="u", given=given)
    assert (v.outcome, v.derivation) == ("right", "holds") and "the derivative by t̂" in v.lines[0].message, v.lines
    right = gd.check(lines.replace("=-2(t-\\hat t)\n\n", "=2(t-\\hat t)\n\n", 1), of=of, wrt="u", given=given)
    assert right.lines[0].state == "holds" and not right.lines[0].message
    wrong = gd.check(lines.replace("=-2(t-\\hat t)\n\n", "=-(t-\\hat t)\n\n", 1), of=of, wrt="u", given=given)
    assert (wrong.derivation, wrong.first_wrong_line) == ("slip", 1)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("-sum((z_t - b'*u_t)*u_t)", "right"),
        ("sum((z_t - b'*u_t)*u_t)", "wrong"),
        ("-2*sum(z_t*u_t) + sum(u_t*(u_t'*b)) + sum(z_t*u_t)", "right"),
    ],
)
def test_a_sum_in_words_of_code_runs_over_the_index_below_its_names(answer: str, outcome: str) -> None:
    of = r"E(b)=\frac{1}{2}\sum_{t=1}^{T}(z_t-b^\top u_t)^2"
    v = gd.check(answer, of=of, wrt="b", given=r"$u_t,b\in\mathbb{R}^p$, $z_t\in\mathbb{R}$")
    assert v.outcome == outcome, v


def test_brackets_that_only_the_shapes_tell() -> None:
    of = r"E=\frac12\|V\tanh(Ux)-t\|^2"
    given = r"$x\in\mathbb R^d$, $U\in\mathbb R^{h\times d}$, $V\in\mathbb R^{k\times h}$, $t\in\mathbb R^k$"
    v = gd.check(r"V^T(V\tanh(Ux)-t)\odot(1-\tanh^2(Ux))x^T", of=of, wrt="U", given=given)
    assert v.outcome == "right" and any("multiplied first" in a.text for a in v.assumed), v
    wrong = gd.check(r"V^T(V\tanh(Ux)-t)\odot(1-\tanh(Ux))x^T", of=of, wrt="U", given=given)
    assert wrong.outcome == "wrong", wrong


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (r"2[K^T\; L^T]\begin{bmatrix}K\\L\end{bmatrix}", "right"),
        (r"[K^T\; L^T]\begin{bmatrix}K\\L\end{bmatrix}", "undecided"),
        (r"2\begin{bmatrix}K^T & L^T\end{bmatrix}\begin{bmatrix}K\\L\end{bmatrix}", "right"),
        (r"2[K^T\, L^T]\begin{bmatrix}K\\L\end{bmatrix}", "wrong"),
        (r"2\left[K^TK\; + LL^T\right]", "wrong"),
    ],
)
def test_what_may_be_blocks_side_by_side_is_right_as_such_or_for_a_person(answer: str, outcome: str) -> None:
    given = r"$K\in\mathbb{R}^{m\times n}$, $L\in\mathbb{R}^{p\times n}$, $x\in\mathbb{R}^n$, $b\in\mathbb{R}^m$"
    v = gd.check(answer, of=r"\|Kx-b\|^2+\|Lx\|^2", wrt=("x", "x"), given=given)
    assert v.outcome == outcome, v
    assert any("blocks side by side" in a.text for a in v.assumed) == (r"\;" in answer and outcome == "right")
