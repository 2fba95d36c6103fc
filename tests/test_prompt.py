"""What a result looks like at a prompt, printed, and in a notebook: short, readable, and never a dump of its fields."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import gradatim as gd

ROOT = Path(__file__).parent.parent
HOMEWORK, SUBMISSION = (ROOT / "examples" / name for name in ("homework.md", "submission.md"))
A, x, b = gd.matrix("A", "m", "n"), gd.vector("x", "n"), gd.vector("b", "m")
X = gd.matrix("X", "n", "n")
f = gd.norm(A @ x - b) ** 2

RESULTS = {
    "term": lambda: gd.gradient(f, x),
    "entries": lambda: gd.derivative(gd.inv(X), X),
    "explain": lambda: gd.explain(f, x),
    "check": lambda: gd.check("A^T(Ax - b)", of=f, wrt=x),
    "equal": lambda: gd.equal("A^T A", "A A^T", given="A is an n × n matrix"),
    "conditions": lambda: gd.conditions(gd.logdet(X), X),
    "map": lambda: gd.linear_map(gd.inv(X), X),
    "subgradient": lambda: gd.subgradient(gd.norm(x, 1), x),
    "blocks": lambda: gd.hessian(f, (x, b)),
    "solve": lambda: gd.solve(HOMEWORK),
    "grade": lambda: gd.grade(HOMEWORK, SUBMISSION),
    "class": lambda: gd.grade(HOMEWORK, [SUBMISSION, ROOT / "examples" / "submissions"]),
}


@pytest.mark.parametrize("name", RESULTS)
def test_no_dump_of_fields(name: str) -> None:
    made = RESULTS[name]()
    for shown in (repr(made), str(made)):
        assert shown.strip() and not re.search(r"\w+\((?:\w+=|product|transpose|add)|#\w|object at 0x|Fraction\(", shown), shown


def test_a_term_is_shown_as_a_formula() -> None:
    assert repr(gd.gradient(f, x)) == "2 Aᵀ(A x − b)" and repr([A, x @ x]) == "[A, xᵀx]"


def test_verdicts_at_a_prompt() -> None:
    assert repr(gd.check("2A^T(Ax - b)", of=f, wrt=x)) == "<right>"
    assert repr(gd.check("A^T(Ax - b)", of=f, wrt=x)) == "<wrong: the answer is ½ times the derivative>"
    assert "<math" in gd.check("A^T(Ax - b)", of=f, wrt=x)._repr_html_()
    assert "2 Aᵀ" not in gd.check("A^T(Ax - b)", of=f, wrt=x)._repr_html_(), "the answer is not given away"


def test_a_solution_and_marks_are_printed_as_by_the_commands() -> None:
    solved = gd.solve(HOMEWORK)
    assert repr(solved) == "<solution: 6 questions, 6 answered; 1 other item>"
    assert str(solved).startswith("1.1 (3 points)") and solved.latex().startswith("\\documentclass")
    assert "<math" in solved._repr_html_() and solved.html().startswith("<!doctype html>")
    marks = gd.grade(HOMEWORK, SUBMISSION)
    assert "17.5 of 25 points" in repr(marks) and str(marks).startswith("submission.md  17.5 of 25")
    assert "<td>3.75 of 5</td>" in marks._repr_html_()


def test_a_class_is_graded_from_a_folder(tmp_path: Path) -> None:
    for name, text in (("a.md", "## 1.1\n\n$$2a$$\n"), ("b.md", "## 1.1\n\n<script>$$3a$$\n"), ("c.pdf", "%PDF-1.4")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    book = gd.grade(HOMEWORK, tmp_path)
    assert [s.submission for s in book.sheets] == ["a.md", "b.md", "c.pdf"] and "for a person" in repr(book)
    assert book.csv().count("\n") == 4 and "<script>" not in book._repr_html_() + book.html()


def test_several_gradients_at_once() -> None:
    by_x, by_b = gd.gradient(f, (x, "b"))
    assert (str(by_x), str(by_b)) == ("2 Aᵀ(A x − b)", "−2(A x − b)")
    values = {"A": np.arange(6.0).reshape(3, 2), "x": np.ones(2), "b": np.ones(3)}
    assert np.allclose(by_b.evaluate(**values), -2 * (values["A"] @ values["x"] - 1))


def test_text_for_a_term_says_how_to_read_it() -> None:
    with pytest.raises(gd.GradatimError, match=r"gd\.read"):
        gd.gradient("x^T A x", "x")
    with pytest.raises(gd.ReadError, match="name of a document"):
        gd.solve("Find the gradient of $x^T x$.")


def test_the_package_lists_its_own_names_only() -> None:
    assert not {"Any", "sys", "annotations", "import_module", "ModuleType"} & {*dir(gd)}


def test_the_methods_of_arrays() -> None:
    y = gd.vector("y", "n")
    assert [str(t) for t in (x.sum(), x.dot(y), A.dot(x), A.sum(axis=0), X.trace())] == ["sum(x)", "xᵀy", "A x", "Aᵀ𝟏", "tr(X)"]
    values = np.array([1.0, 2.0, 6.0])
    assert x.mean().evaluate(x=values) == 3.0 and np.allclose(gd.gradient(x.mean(), x).evaluate(n=3), 1 / 3)


def test_what_evaluate_needs_is_told() -> None:
    with pytest.raises(gd.EvaluationError, match="arrays are given by name: evaluate"):
        gd.gradient(f, x).evaluate(np.eye(2))
    with pytest.raises(gd.EvaluationError, match=r"give n=… as well"):
        gd.gradient(x.sum(), x).evaluate()


def test_headings_in_a_notebook_are_small() -> None:
    assert "<h2" not in gd.check("A^T(Ax - b)", of=f, wrt=x)._repr_html_() + gd.solve(HOMEWORK, style="none")._repr_html_()
