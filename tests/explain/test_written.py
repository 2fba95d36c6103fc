"""Derivations as they are handed out: text, LaTeX, Markdown, HTML, JSON, hints; and under the questions of a homework."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import gradatim as gd
from gradatim.cli import main
from gradatim.explain.derivation import Derivation
from gradatim.homework.key import as_html, as_latex, escaped
from gradatim.homework.report import as_markdown, as_text
from gradatim.homework.solve import solve_text
from gradatim.write import text

HOMEWORK = r"""
# 2 A network

Suppose $\hat{y} = \mathbf{w}^T \mathbf{x} + b$ with vectors $\mathbf{w}$, $\mathbf{x}$ and scalars $b$, $y$.

1. (2 points) Find the derivative of $L = (y - \hat{y})^2$ with respect to $\mathbf{w}$.
2. (2 points) Find the derivative of $L = (y - \hat{y})^2$ with respect to $b$.
"""


@pytest.fixture(scope="module")
def derivation() -> Derivation:
    X, A = gd.matrix("X", "m", "n"), gd.matrix("A", "m", "m", spd=True)
    return gd.explain(gd.logdet(X.T @ A @ X), X)


class Tags(HTMLParser):
    """Whether every element that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def balanced(latex: str) -> None:
    assert latex.count("{") - latex.count(r"\{") == latex.count("}") - latex.count(r"\}")
    opened = re.findall(r"\\begin\{(\w+\*?)\}", latex)
    closed = re.findall(r"\\end\{(\w+\*?)\}", latex)
    assert sorted(opened) == sorted(closed) and opened
    assert latex.count(r"\left") - latex.count(r"\leftarrow") == latex.count(r"\right") - latex.count(r"\rightarrow")
    assert latex.isascii()


def test_latex_is_well_formed(derivation: Derivation) -> None:
    for detail in ("brief", "normal", "full"):
        balanced(derivation.latex(detail))
    assert r"\text{Jacobi's formula" in derivation.latex() and "Jacobi" not in derivation.latex("brief")


def test_html_closes_what_it_opens_and_fetches_nothing(derivation: Derivation) -> None:
    for detail in ("brief", "normal", "full"):
        tags = Tags()
        tags.feed(derivation.html(detail))
        assert not tags.open
        assert not [a for _, attributes in tags.seen for a in attributes if a in ("src", "href", "onclick", "onload")]
        assert "math" in {t for t, _ in tags.seen}
    assert "<details open>" in derivation.html("full") and "<details open>" not in derivation.html()


def test_detail_says_more(derivation: Derivation) -> None:
    brief, normal, full = (derivation.text(d) for d in ("brief", "normal", "full"))
    assert len(brief) < len(normal) < len(full)
    assert "Jacobi's formula" in normal and "Jacobi's formula" not in brief
    with pytest.raises(gd.GradatimError):
        derivation.text("chatty")


def test_json_has_every_field(derivation: Derivation) -> None:
    data = json.loads(derivation.json())
    assert data["version"] == 1 and data["result"]["shape"] == ["m", "n"]
    for step in data["steps"]:
        assert {"rule", "before", "after", "shape", "why", "condition", "checked", "substeps"} <= set(step)
        assert step["checked"] and step["rule"]


def test_hints_go_from_rule_to_place_to_line(derivation: Derivation) -> None:
    hints = derivation.hints
    lines = [f"{s.before} = {s.after}" for s in derivation.steps]
    assert hints[2].split("; ")[0] in lines
    assert "Jacobi's formula" in hints[3] and "∂f/∂S" not in hints[3]
    assert "∂f/∂S" in hints[4] and hints[5] in lines
    assert "no more hints" in derivation.hint(len(hints) + 1)
    assert len(set(hints)) == len(hints) and not any(str(derivation.result) in hint for hint in hints)
    with pytest.raises(gd.GradatimError):
        derivation.hint(0)


def test_sentences_are_set_as_mathematics() -> None:
    """What stands outside the formulas of Markdown and LaTeX is prose: no sign of mathematics in Unicode."""
    X, A = gd.matrix("X", "n", "p"), gd.matrix("A", "n", "n")
    for style in ("chain", "differential", "index"):
        d = gd.explain(gd.sqnorm(A - X @ X.T) + gd.logdet(X.T @ A @ X), X, style=style)
        for written in (d.markdown("full"), d.latex("full")):
            assert not {c for c in written if ord(c) > 127} - set("“”–…’")
        outside = re.sub(r"<style>.*?</style>|<math.*?</math>|<[^>]*>", "", d.html("full", whole=False), flags=re.S)
        assert not {c for c in outside if ord(c) > 127} - set("×“”–…’")
    assert r"$\mathrm{d}f = \operatorname{tr}" in gd.explain(gd.logdet(X.T @ A @ X), X, style="differential").markdown()


def test_the_spelling_of_the_question_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """One spelling of the transpose in the answer and in the steps."""
    for spelt in ("T", r"\top"):
        assert main(["derive", rf"\|A x - b\|^2 + x^{spelt} x", "--wrt", "x", "--to", "json"]) == 0
        data = json.loads(capsys.readouterr().out)
        written = json.dumps([data["answer"]["latex"], data["steps"]])
        other = r"^\\top" if spelt == "T" else "^T"
        assert other not in written


def test_notebooks_show_it(derivation: Derivation) -> None:
    assert derivation._repr_html_().startswith("<style>")
    assert derivation._repr_latex_() == derivation.latex()


def test_a_homework_as_a_solution_key() -> None:
    solution = solve_text(HOMEWORK)
    first, second = solution.questions
    assert first.derivation is not None and second.derivation is not None
    assert "∂L/∂ŷ = −2(y − ŷ)" in first.derivation.text().replace("y\u0302", "ŷ")
    # What 2.1 derived 2.2 cites.
    cited = [s for s in second.derivation.steps if s.rule == "as in 2.1"]
    assert [text(s.after) for s in cited] == ["−2(y − y\u0302)"]
    balanced(as_latex(solution))
    tags = Tags()
    tags.feed(as_html(solution))
    assert not tags.open
    assert "Write" in as_markdown(solution) and "shape check" in as_text(solution)
    assert json.loads(solution.to_json())["questions"][0]["steps"]
    assert not json.loads(solve_text(HOMEWORK, style="none").to_json())["questions"][0]["steps"]


NETWORK = """Let $W$ be a $c \\times h$ matrix, $a$ a vector of $h$, and let $y$ be a one-hot vector of $c$. Let
$z = W a$, $p = \\operatorname{softmax}(z)$, $L = -y^\\top \\log p$.

**1.1** Compute $\\frac{\\partial L}{\\partial z}$.

**1.2** Compute $\\frac{\\partial L}{\\partial W}$.

**1.3** Compute $\\frac{\\partial L}{\\partial a}$.
"""


def test_what_an_earlier_question_derived_is_cited_in_every_form() -> None:
    solution = solve_text(NETWORK)
    first, second, third = (q.derivation for q in solution.questions)
    assert first is not None and second is not None and third is not None
    assert not any(s.rule.startswith("as in") for s in first.steps)
    for later in (second, third):
        (line,) = (s for s in later.steps if s.rule == "as in 1.1")
        assert (str(line.before), str(line.after)) == ("∂L/∂z", "p − y") and line.checked
    keys = as_text(solution, detail="normal"), as_markdown(solution), as_latex(solution), as_html(solution)
    for key in (*keys, solution.to_json()):
        assert key.count("as in 1.1") == 2


def test_what_an_earlier_question_said_of_another_function_is_not_cited() -> None:
    """The same names with another meaning: ∂L/∂z of section 1 is not ∂L/∂z of section 2."""
    other = NETWORK.replace(r"-y^\top \log p", r"\|p - y\|^2").replace("**1.", "**2.")
    solution = solve_text(f"# Problem 1\n\n{NETWORK}\n# Problem 2\n\n{other}")
    assert len(solution.questions) == 6
    for question in solution.questions[4:]:
        assert question.derivation is not None
        rules = {s.rule for s in question.derivation.steps}
        assert "as in 2.1" in rules and "as in 1.1" not in rules
        assert not any(str(s.after) == "p − y" for s in question.derivation.steps)


def test_prose_is_escaped_for_latex() -> None:
    assert escaped("50% of $a_i$ & _b_ #1") == r"50\% of $a_i$ \& \_b\_ \#1"


def test_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    ask = ["derive", "x^T A x", "--wrt", "x", "--given", "A is an n x n matrix, x a vector"]
    assert main([*ask, "--style", "chain"]) == 0
    assert "gradient of a quadratic form" in capsys.readouterr().out
    assert main([*ask, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"]
    assert main([*ask, "--json", "--style", "none"]) == 0
    assert not json.loads(capsys.readouterr().out)["steps"]
    assert main([*ask, "--hint", "1"]) == 0
    out = capsys.readouterr().out
    assert "gradient of a quadratic form" in out and "(A + Aᵀ) x" not in out
    assert main([*ask, "--hint", "0"]) == 2
    path = tmp_path / "hw.md"
    path.write_text(HOMEWORK, encoding="utf-8")
    for form in ("text", "markdown", "latex", "html", "json"):
        assert main(["solve", str(path), "--to", form, "--style", "differential", "--detail", "full"]) == 0
        assert "identification" in capsys.readouterr().out


def test_a_hint_of_the_question_is_honoured() -> None:
    text = HOMEWORK.replace("to $\\mathbf{w}$.", "to $\\mathbf{w}$. Hint: compute $\\nabla_{\\mathbf{w}} \\hat{y}$ first.")
    assert text != HOMEWORK
    steps = solve_text(text).questions[0].derivation
    assert steps is not None
    lines = [str(s.before).replace("y\u0302", "ŷ") for s in steps.steps if s.kind == "partial"]
    assert set(lines) == {"∂ŷ/∂w", "∂L/∂ŷ"}
