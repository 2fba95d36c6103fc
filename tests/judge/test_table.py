"""The table of docs/checking.md: what is accepted, rejected and refused, as the program says it."""

from __future__ import annotations

from pathlib import Path

import gradatim as gd

PAGE = Path(__file__).parent.parent.parent / "docs" / "checking.md"
BEGIN, END = "<!-- table -->", "<!-- end of the table -->"
GIVEN = (
    r"$A\in\mathbb R^{m\times n}$, $x\in\mathbb R^n$, $b\in\mathbb R^m$, $S, X\in\mathbb R^{k\times k}$, $u, v\in\mathbb R^k$, "
    r"$z_i\in\mathbb R^n$, $i = 1\dots N$"
)
# Question, variable, and for each answer the outcome and the kind that a teacher would give.
ROWS: list[tuple[str, str, list[tuple[str, str, str | None]]]] = [
    (
        r"\|Ax-b\|^2",
        "x",
        [
            (r"2A^T(Ax-b)", "right", None),
            (r"2A^TAx - 2A^Tb", "right", None),
            (r"2A^Tr, \quad r = Ax-b", "right", None),
            (r"\sum_{i=1}^m 2 (Ax-b)_i A^T e_i", "right", None),
            (r"2(Ax-b)^TA", "right up to layout", "transpose"),
            (r"2A(Ax-b)", "wrong", "transpose"),
            (r"A^T(Ax-b)", "wrong", "factor"),
            (r"-2A^T(Ax-b)", "wrong", "sign"),
            (r"2A^TAx", "wrong", "missing-term"),
            (r"2(Ax-b)", "wrong", "chain-rule"),
            (r"2A^T(Ax-q)", "unreadable", None),
            (r"df = 2(Ax-b)^TA\,dx", "incomplete", "unfinished"),
            (r"$df = 2(Ax-b)^TA\,dx$, so $\nabla f = 2A^T(Ax-b)$", "right", None),
            (r"$2A^T(Ax-b) = 0$, hence $A^TAx = A^Tb$", "right", None),
            (r"$2A^T(Ax-b)$, where $A$ has full rank", "right", None),
            (r"$2A^T(Ax-b)$ or $2A(Ax-b)$", "undecided", None),
            (r"~~$2A(Ax-b)$~~ $2A^T(Ax-b)$", "right", None),
            (r"no idea", "blank", None),
        ],
    ),
    (r"u^T X v", "X", [(r"uv^T", "right", None), (r"vu^T", "right up to layout", "transpose"), (r"u^Tv", "wrong", "shape")]),
    (
        r"u^T S u",
        "u",
        [(r"(S + S^T)u", "right", None), (r"Su + S^Tu", "right", None), (r"2Su", "right under a condition", "symmetry"), (r"Su", "wrong", "missing-term")],
    ),
    (r"\log\det X", "X", [(r"X^{-T}", "right", None), (r"(X^T)^{-1}", "right", None), (r"X^{-1}", "right up to layout", "transpose")]),
    (
        r"\mathrm{tr}(SXX)",
        "X",
        [(r"S^TX^T + X^TS^T", "right", None), (r"(XS + SX)^T", "right", None), (r"2 X^T S^T", "wrong", "order"), (r"S^TX^T", "wrong", "missing-term")],
    ),
    (
        r"\|u - \tanh(Xv)\|^2",
        "X",
        [
            (r"-2\left((u - \tanh(Xv)) \odot (1 - \tanh(Xv)^{\odot 2})\right) v^T", "right", None),
            (r"-2(u - \tanh(Xv))v^T", "wrong", "chain-rule"),
            (r"-2(u - \tanh(Xv))", "wrong", "chain-rule"),
        ],
    ),
    (
        r"\sum_{i=1}^N (z_i^T x)^2",
        "x",
        [
            (r"2\sum_{j=1}^N (z_j^Tx) z_j", "right", None),
            (r"2\sum_{i=1}^N z_i z_i^T x", "right", None),
            (r"2 (z_i^Tx) z_i", "wrong", "missing-sum"),
            (r"2\sum_{i=1}^N z_i^Tx", "wrong", "shape"),
        ],
    ),
]  # fmt: skip


def table() -> str:
    lines = ["| function, variable | answer | verdict | kind | certainty |", "| --- | --- | --- | --- | --- |"]
    for of, wrt, answers in ROWS:
        for answer, _, _ in answers:
            v = gd.check(answer, of=of, wrt=wrt, given=GIVEN)
            shown = [_code(f"{of}, {wrt}"), _code(answer), v.outcome, v.mistake or "", v.certainty.split(" (")[0]]
            lines.append("| " + " | ".join(shown) + " |")
    return "\n".join(lines)


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def test_the_verdicts_are_those_of_a_teacher() -> None:
    for of, wrt, answers in ROWS:
        for answer, outcome, kind in answers:
            v = gd.check(answer, of=of, wrt=wrt, given=GIVEN)
            assert (v.outcome, v.mistake) == (outcome, kind), (of, answer, v.message)


def test_the_table_of_the_manual_is_up_to_date(update_goldens: bool) -> None:
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    page = f"{before}{BEGIN}\n{table()}\n{END}{after}"
    if update_goldens:
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, "docs/checking.md is out of date: pytest tests/judge --update-goldens"
