"""`gradatim bench cases`: right, wrong and refused are told apart, and a reference answer is never run as code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradatim.bench.cases import judged, load, quantile
from gradatim.bench.expression import value_of
from gradatim.cli import main
from gradatim.errors import EvaluationError, GradatimError, LimitExceeded

QUADRATIC = r"""
[[case]]
id = "{id}"
area = "quadratic"
order = {order}
latex = '\mathbf{{x}}^T \mathbf{{A}} \mathbf{{x}}'
given = 'Let $\mathbf{{A}} \in \mathbb{{R}}^{{n \times n}}$ and $\mathbf{{x}} \in \mathbb{{R}}^n$.'
wrt = "{wrt}"
answer = '(\mathbf{{A}} + \mathbf{{A}}^T) \mathbf{{x}}'
layout = "gradient"
[case.vars]
A = {{ shape = ["n", "n"] }}
x = {{ shape = ["n"] }}
[case.py]
f = "x @ A @ x"
answer = "{answer}"
"""


def written(folder: Path, *cases: str) -> Path:
    path = folder / "some.toml"
    path.write_text("\n".join(cases), encoding="utf-8")
    return path


def case(id: str, answer: str, wrt: str = "x", order: int = 1) -> str:
    return QUADRATIC.format(id=id, answer=answer, wrt=wrt, order=order)


def test_the_verdicts_are_told_apart(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        case("gradient", "(A + A.T) @ x"),
        case("one-sided", "2 * A @ x"),
        case("unknown-name", "A @ x", wrt="z"),
        case("unknown-function", "jnp.linalg.nothing(A) @ x"),
        case("hessian", "A + A.T", order=2),
    )
    found = {o.case["id"]: o for o in map(judged, load(tmp_path))}
    assert {k: o.verdict for k, o in found.items()} == {
        "gradient": "right",
        "one-sided": "wrong",
        "unknown-name": "refused",
        "unknown-function": "unjudged",
        "hessian": "right",
    }
    assert found["gradient"].matrix_form
    assert found["gradient"].leaves == found["gradient"].source_leaves == 3
    assert main(["bench", "cases", str(path)]) == 1


def test_a_folder_of_right_answers_ends_with_status_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, case("gradient", "(A + A.T) @ x"))
    assert main(["bench", "cases", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[:3] == ["quadratic", "1", "0"]
    assert [line.split(":")[0] for line in lines if "95th percentile" in line] == ["derive", "verify"]


def test_the_page_counts_what_the_table_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, case("right", "(A + A.T) @ x"), case("wrong", "2 * A @ x"), case("hessian", "A + A.T", order=2))
    assert main(["bench", "cases", str(path), "--to", "markdown"]) == 1
    lines = capsys.readouterr().out.splitlines()
    row = next(line for line in lines if line.startswith("| **all** |"))
    assert row.split("|")[2:6] == [" 3 ", " 2 ", " 0 ", " 1 "]
    assert lines.count("## What is wrong") == 1 and not any("refused" in line and line.startswith("#") for line in lines)


def test_the_page_of_coverage_adds_up() -> None:
    page = (Path(__file__).parents[2] / "docs" / "coverage.md").read_text(encoding="utf-8")
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")][1:]
    counts = {r[0]: list(map(int, r[1:])) for r in rows if r[1].isdigit()}
    total = counts.pop("**all**")
    assert total == [sum(column) for column in zip(*counts.values(), strict=True)]
    assert all(asked == right + refused + wrong + open_ for asked, right, refused, wrong, open_, *_ in counts.values())
    refused, wrong = total[2], total[3]
    listed = page.split("## What is refused")[1].split("## ")[0]
    assert listed.count("\n- ") == refused and wrong == 0


def test_a_quantile_is_a_value_that_was_measured() -> None:
    assert [quantile([5.0, 1.0, 2.0, 4.0, 3.0], share) for share in (0.0, 0.5, 0.95)] == [1.0, 3.0, 5.0]
    assert quantile([], 0.5) == 0.0


def test_a_path_without_cases_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GradatimError, match="no cases"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("jnp.linalg.inv(A) @ A", np.eye(2)),
        ("(lambda S: S @ S)(A)[:, 0]", [7.0, 15.0]),
        ("sum(A[i, i] * x[i] for i in range(2))", 9.0),
        ("jnp.einsum('ij,j->i', A, x) - A @ x", [0.0, 0.0]),
        ("jnp.stack([A.T[0], -x]).sum(axis=0)", [0.0, 1.0]),
        ("jax.nn.sigmoid(jnp.zeros(2)) ** 2", [0.25, 0.25]),
        ("jnp.linalg.slogdet(A)[1]", np.log(2.0)),
    ],
)
def test_a_reference_has_the_value_that_numpy_gives_it(source: str, expected: object) -> None:
    names = {"A": np.array([[1.0, 2.0], [3.0, 4.0]]), "x": np.array([1.0, 2.0])}
    np.testing.assert_allclose(value_of(source, names), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("__import__('os').system('true')", EvaluationError),
        ("(1).__class__", EvaluationError),
        ("A.__class__", EvaluationError),
        ("jnp.load('x')", EvaluationError),
        ("open('x')", EvaluationError),
        ("jnp.zeros((10**9,))", EvaluationError),
        ("jnp.eye(1000000)", LimitExceeded),
        ("[i for i in range(9999) for j in range(9999)]", LimitExceeded),
        ("(lambda f: f(f))(lambda f: f(f))", LimitExceeded),
        ("x +", EvaluationError),
    ],
)
def test_what_is_not_listed_is_refused(source: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        value_of(source, {"A": np.eye(2), "x": np.ones(2)})
