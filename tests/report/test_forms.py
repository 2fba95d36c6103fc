"""The forms of an answer: what is in them, that they are well formed, and that nothing in the input escapes from its place."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from gradatim import cli
from gradatim.report.entry import Entry
from gradatim.report.html import article, prose
from gradatim.report.mathml import mathml
from gradatim.report.prose import unicode_prose
from gradatim.write.display import cells

SOURCE = r"\log\det(A + \lambda X^T X) + b^T (A+\lambda X^TX)^{-1} b"
VOID = {"meta"}


class Balanced(HTMLParser):
    """Every element that opens closes; what is fetched or run is listed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.reached: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.reached += [tag] if tag in ("script", "img", "link", "iframe") else []
        self.reached += [f"{k}={v}" for k, v in attrs if k in ("src", "href") or k.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def derive(capsys: pytest.CaptureFixture[str], formula: str, wrt: str, to: str, given: str = "", *more: str) -> str:
    assert cli.main(["derive", formula, "--wrt", wrt, "--given", given, "--to", to, *more]) == 0
    return capsys.readouterr().out


def test_html_is_one_page_that_fetches_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    page = derive(capsys, SOURCE, "X", "html", "A symmetric")
    reader = Balanced()
    reader.feed(page)
    assert not reader.open and not reader.reached and page.count("<math") >= 3 and "where" in page


def test_what_authors_write_is_escaped() -> None:
    hostile = '<script>alert(1)</script> "&" $\\text{<img src=x onerror=1>}$ $<b>$'
    entry = Entry(None, heading="<h1>", asks=hostile, error="<i>")
    reader = Balanced()
    reader.feed(article(entry))
    assert not reader.open and not reader.reached


@pytest.mark.parametrize("broken", [r"\frac{", "{" * 300 + "x" + "}" * 300, "$", r"\left(", "", r"\begin{matrix}", "x^", "&<>"])
def test_mathml_is_well_formed_whatever_comes(broken: str) -> None:
    ElementTree.fromstring(mathml(broken))


def test_mathml_of_an_answer() -> None:
    made = mathml(r"-2 \mathbf{X}^\top \left(\mathbf{1} - \hat{y}\right)")
    assert '<mo form="prefix">' in made and "𝟏" in made and "<mover" in made


def test_prose_keeps_its_formulas_apart() -> None:
    assert prose("a & b $x^2$ c").startswith("a &amp; b <math")
    asked = r"the derivative of $\mathcal{L}(y, \hat{y})$ by $\mathbf{W}^{(1)}$, i.e. $\frac{dz}{d\mathbf{x}_i}$"
    assert unicode_prose(asked) == "the derivative of L(y, ŷ) by W⁽¹⁾, i.e. dz/dxᵢ"


def test_an_answer_that_hangs_on_a_guess_is_headed_by_it(capsys: pytest.CaptureFixture[str]) -> None:
    shown = derive(capsys, "y A x", "x", "text", "x is a vector")
    assert "If y is a scalar:" in shown and "If y is a row vector:\n" in shown and "y A" in shown and "Aᵀyᵀ" in shown
    settled = derive(capsys, "y A x", "x", "text", "x is a vector, y is a scalar, A is an m x n matrix")
    assert "If" not in settled and "assumed" not in settled
    found = json.loads(derive(capsys, "y A x", "x", "json", "x is a vector"))
    assert any(
        {"if": "y is a row vector", "given": "$y$ is a row vector"}.items() <= other.items() for other in found["otherwise"]
    )


def test_long_answers_name_their_parts_unless_they_are_wanted_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert "where S = (A + λ XᵀX)⁻¹" in derive(capsys, SOURCE, "X", "text", "A symmetric")
    assert "where" not in derive(capsys, SOURCE, "X", "text", "A symmetric", "--whole")
    found = json.loads(derive(capsys, SOURCE, "X", "json", "A symmetric"))["answer"]
    assert found["latex"].count("^{-1}") == 3 and found["named"]["where"][0]["name"] == "S"


def test_definitions_stand_below_the_function(capsys: pytest.CaptureFixture[str]) -> None:
    given = "w, x_i vectors; y_i scalars"
    shown = derive(capsys, r"h(w,x) = 1/(1+\exp(-w^T x)); L = \sum_i (y_i - h(w,x_i))^2", "w", "text", given)
    assert shown.startswith("L       = Σᵢ (yᵢ − h(w, xᵢ))²\nh(w, x) = 1 / (1 + exp(−wᵀx))\n∂L/∂w   = ")


def test_accents_take_no_column() -> None:
    assert cells("y\u0302 = 1") == 5


def test_readings_that_nobody_means_are_not_offered(capsys: pytest.CaptureFixture[str]) -> None:
    assert "If" not in derive(capsys, "a^T X b", "X", "text")


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\partial f/\partial\mathbf X", "∂f/∂X"),
        (r"\nabla_{\mathbf x}\left\lVert \mathbf{Ax}-\mathbf b\right\rVert_2^2", "∇ₓ‖Ax − b‖₂²"),
        (r"-\tfrac{N}{2}\log|\boldsymbol\Sigma| - \tfrac12\sum_{i=1}^N r_i", "−N/2 log|Σ| − 1/2 Σᵢ₌₁ᴺ rᵢ"),
        (r"\frac{\partial}{\partial X}\log\det X", "∂/∂X log det X"),
        (r"y_i\in\{-1,1\}", "yᵢ ∈ {−1,1}"),
        (r"\text{log-likelihood} + x^{-1}", "log-likelihood + x⁻¹"),
        (r"A \in \mathbb{R}^{m\times n}", "A ∈ ℝ^(m×n)"),
        (r"\max(0, 1-y w^T x)", "max(0, 1 − y wᵀ x)"),
    ],
)
def test_formulas_in_sentences_on_a_terminal(latex: str, shown: str) -> None:
    assert unicode_prose(f"Take ${latex}$.") == f"Take {shown}."
