"""A solved document in its forms: every question in each, LaTeX that balances, HTML that fetches nothing and escapes everything."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from gradatim.homework.key import as_html, as_latex
from gradatim.homework.report import as_markdown, as_text
from gradatim.homework.solve import Solution, solve, solve_text
from gradatim.write.display import display

ROOT = Path(__file__).parent.parent.parent
HOSTILE = """# Sheet <script>alert(1)</script>

## 1

Let $A$ be an $m \\times n$ matrix and $x$ a vector.

1.1 <img src=x onerror=alert(1)> Find the gradient of $\\|Ax\\|^2 \\text{<b>}$ & with respect to $x$. 100% sure_

1.2 Find the gradient of $\\|Ax\\|^2$ with respect to $x$ <svg onload=1>.
"""


@pytest.fixture(scope="module")
def solved() -> Solution:
    return solve(ROOT / "examples" / "homework.md")


def test_every_question_is_in_every_form(solved: Solution) -> None:
    for form in (as_text, as_markdown, as_latex, as_html):
        written = form(solved)
        assert all(q.label in written for q in solved.questions) and "4.1" in written


def test_on_a_terminal_the_function_stands_above_its_derivative(solved: Solution) -> None:
    shown = as_text(solved, lambda term, left, letters: display(term, left, 80, letters), blocks=True)
    assert "\\" not in shown and "$" not in shown
    shown = unicodedata.normalize("NFC", shown)
    assert re.search(r"L +=.*\n( *\n)? *ŷ +=.*\n( *\n)? *∂L/∂b⁽¹⁾ = −2\(y − ŷ\) w⁽²⁾ᵀ", shown)


def test_latex_is_balanced_and_keeps_the_spelling(solved: Solution) -> None:
    written = as_latex(solved)
    for opening, closing in ((r"\begin{", r"\end{"), (r"\left", r"\right"), (r"\[", r"\]")):
        plain = re.sub(r"\\leftarrow|\\rightarrow", "", written)
        assert plain.count(opening) == plain.count(closing)
    source = (ROOT / "examples" / "homework.md").read_text(encoding="utf-8")
    assert (r"^\top" in written) == (r"^\top" in source) and (r"\ln" in written) == (r"\ln" in source)


def test_hostile_documents_stay_text() -> None:
    solution = solve_text(HOSTILE)
    page = as_html(solution)
    assert "<math" in page and not re.search(r"<(script|img|svg)|<b>(?!\w)", page)
    assert "Content-Security-Policy" in page and "http://" not in page.replace("http://www.w3.org/1998/Math/MathML", "")
    assert r"100\% sure" in as_latex(solution)


def test_json_says_what_the_other_forms_say(solved: Solution) -> None:
    found = json.loads(solved.to_json())
    assert found["version"] == 1 and [q["label"] for q in found["questions"]] == [q.label for q in solved.questions]
    assert all({"latex", "text", "shape", "matrix_form"} <= set(q["answer"]) for q in found["questions"])
