"""Scanned answers: what was misread is mended from declarations and shapes, reported, and never from the right answer."""

from __future__ import annotations

import gradatim as gd
from gradatim.judge.verdict import Verdict

VECTORS = r"constant scalar $a$, constant vectors $\mathbf{b}, \mathbf{c}, \mathbf{d}, \mathbf{w}$, variable scalar $u$, variable vectors $\mathbf{x}_i, i = 1\dots N$, and a variable matrix $\mathbf{X}$"
LAYER = r"\hat{y} = \mathbf{w}^{(2)}(\mathbf{W}^{(1)}\mathbf{x} + \mathbf{b}^{(1)}) + b^{(2)}; \mathcal{L}(y, \hat{y}) = (y - \hat{y})^2"
NET = r"the matrix $\mathbf{W}^{(1)}$, the column vector $\mathbf{b}^{(1)}$, scalar $b^{(2)}$ and the row vector $\mathbf{w}^{(2)}$; $\mathbf{x}$ is a vector"


def network(answer: str, wrt: str, layout: str | None = None) -> Verdict:
    return gd.check(answer, of=LAYER, wrt=wrt, given=NET, layout=layout, scan=True)


def test_a_digit_that_became_a_letter() -> None:
    of = r"v = \frac{\exp(au)}{u^3} - 3u^2 + 2au"
    answer = r"\frac{dv}{du} = \exp(au)(au - 3)/u^4 - bu + 2a"
    v = gd.check(answer, of=of, wrt="u", given=VECTORS, scan=True)
    assert (v.outcome, v.as_written) == ("right", "wrong")
    (repair,) = v.repairs
    assert (repair.written, repair.read_as, repair.needs_confirmation) == ("b", "6", True)
    assert gd.check(answer, of=of, wrt="u", given=VECTORS).outcome == "wrong"


def test_a_letter_that_became_another_everywhere() -> None:
    of = r"z = \ln \left( \sum_{i=1}^N \exp(\mathbf{w}^T \mathbf{x}_i) \right)"
    answer = r"\frac{dz}{d m_i} = \frac{\exp(\mathbf{w}^T \mathbf{m}_i)}{\sum_j \exp(\mathbf{w}^T \mathbf{m}_j)} \mathbf{w}"
    v = gd.check(answer, of=of, wrt=r"\mathbf{x}_i", given=VECTORS, scan=True)
    assert (v.outcome, v.as_written) == ("right", "unreadable")
    assert [(r.written, r.read_as) for r in v.repairs] == [("m", "x")]


def test_a_product_that_became_a_subscript() -> None:
    of = r"y = a \exp(\mathbf{b}^T \mathbf{X} \mathbf{c})"
    v = gd.check(r"a \exp(b^T x_c) b c^T", of=of, wrt=r"\mathbf{X}", given=VECTORS, scan=True)
    assert (v.outcome, [r.written for r in v.repairs]) == ("right", ["x_c"])


def test_a_label_that_became_a_power_and_the_transpose_that_is_left() -> None:
    answer = r"\frac{\partial \mathcal{L}}{\partial \mathbf{b}^{(1)}} = -2(y - \hat{y}) \times \mathbf{w}^2"
    v = network(answer, r"\mathbf{b}^{(1)}")
    assert (v.outcome, v.mistake, v.layout) == ("right up to layout", "transpose", "numerator")
    assert network(answer, r"\mathbf{b}^{(1)}", "gradient").outcome == "wrong"
    assert [r.read_as for r in v.repairs] == ["w^{(2)}"]


def test_a_repair_does_not_make_a_wrong_answer_right() -> None:
    v = network(
        r"\frac{\partial \mathcal{L}}{\partial \mathbf{W}^{(1)}} = -2(y - \hat{y}) \times w^{(2)} m^T", r"\mathbf{W}^{(1)}"
    )
    assert (v.outcome, v.as_written, [r.written for r in v.repairs]) == ("wrong", "unreadable", ["m"])
    assert "does not conform" in v.message
    # What reads and conforms is left as it is, however wrong.
    v = network(r"-2(y + \hat{y}) w^{(2)T}", r"\mathbf{b}^{(1)}")
    assert (v.outcome, v.repairs) == ("wrong", ())


def test_an_operator_in_the_head() -> None:
    v = network(r"\Delta_{\mathbf{b}^{(1)}} \mathcal{L} = -2(y - \hat{y}) w^{(2)T}", r"\mathbf{b}^{(1)}")
    assert v.outcome == "right"


def test_a_second_row_below_a_line_is_no_denominator() -> None:
    """Handwriting that goes on below, taken for a fraction by the scanner; the slip of the first line is a power, not a shape."""
    text = r"""\begin{aligned} \frac{dq}{ds} &= \frac{[s^3 \frac{d}{ds}(e^{ms}) - e^{ms} d(s^4)] / [(s^4)^2] - bs}{+3m} \\
    &= \frac{[m s^4 e^{ms} - 4 s^3 e^{ms}] / s^8 - 6s + 3m}{+3m} \\ &= e^{ms}(ms - 4)/s^5 - bs + 3m \end{aligned}"""
    given = "scalars $m$ and $s$, constant vectors $b, c, d$"
    v = gd.check(text, of=r"q = \frac{e^{ms}}{s^4} - 3s^2 + 3ms", wrt="s", given=given, scan=True)
    assert v.outcome == "right" and v.first_wrong_line == 1
    assert v.lines[0].mistake == "factor" and "power" in v.lines[0].message and v.lines[1].state == "holds"
    assert {r.written for r in v.repairs} == {"b", "{+3m}"} and all(r.needs_confirmation for r in v.repairs)
