"""Submissions to the example homework, drawn at random: right in several forms, typical mistakes, garbage, nothing, hostile text.

Each answer comes with what a fair reader says of it: `right`, `layout`, `wrong`, `blank`, or `open` (not a matter of right or wrong).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random

from gradatim.homework.document import read_document
from gradatim.homework.questions import tasks
from gradatim.homework.source import read_source

HOMEWORK = Path(__file__).parents[2] / "examples" / "homework.md"
LABELS = ("1.1", "1.2", "1.3", "2.1", "2.2", "3.1")

_S = r"\exp(\mathbf{b}^T \mathbf{X} \mathbf{c}) + \exp(\mathbf{d}^T \mathbf{X} \mathbf{e})"
_H = r"h(\mathbf{w}, \mathbf{x}_i)"
RIGHT: dict[str, tuple[str, ...]] = {
    "1.1": (
        r"\frac{e^{au}(au - 3)}{u^4} - 6u + 2a",
        r"\frac{a u^3 \exp(au) - 3 u^2 \exp(au)}{u^6} - 6u + 2a",
        r"a \exp(au) u^{-3} - 3 \exp(au) u^{-4} + 2a - 6u",
        r"2(a - 3u) + \left(\frac{a}{u^3} - \frac{3}{u^4}\right) e^{au}",
    ),
    "1.2": (
        r"\frac{\exp(\mathbf{w}^T \mathbf{x}_i)}{\sum_{j=1}^N \exp(\mathbf{w}^T \mathbf{x}_j)} \mathbf{w}",
        r"\frac{\mathbf{w} \exp(\mathbf{x}_i^T \mathbf{w})}{\sum_{k=1}^N \exp(\mathbf{x}_k^T \mathbf{w})}",
        r"\exp(\mathbf{w}^T \mathbf{x}_i - z) \mathbf{w}",
    ),
    "1.3": (
        rf"\frac{{a}}{{{_S}}} \left(\exp(\mathbf{{b}}^T \mathbf{{X}} \mathbf{{c}}) \mathbf{{b}} \mathbf{{c}}^T + \exp(\mathbf{{d}}^T \mathbf{{X}} \mathbf{{e}}) \mathbf{{d}} \mathbf{{e}}^T\right)",
        r"a \frac{\exp(\mathbf{b}^T \mathbf{X} \mathbf{c}) \mathbf{b} \mathbf{c}^T + \exp(\mathbf{d}^T \mathbf{X} \mathbf{e}) \mathbf{d} \mathbf{e}^T}{\exp(y/a)}",
    ),
    "2.1": (r"-2(y - \hat{y}) \mathbf{w}^{(2)T}", r"2(\hat{y} - y) (\mathbf{w}^{(2)})^T", r"-2 (\mathbf{w}^{(2)})^\top y + 2 (\mathbf{w}^{(2)})^\top \hat{y}"),
    "2.2": (
        r"-2(y - \hat{y}) \mathbf{w}^{(2)T} \mathbf{x}^T",
        r"2(\hat{y} - y) (\mathbf{x} \mathbf{w}^{(2)})^T",
        r"-2\left(y - \mathbf{w}^{(2)}(\mathbf{W}^{(1)} \mathbf{x} + \mathbf{b}^{(1)}) - b^{(2)}\right) \mathbf{w}^{(2)T} \mathbf{x}^T",
    ),
    "3.1": (
        rf"-\frac{{2}}{{N}} \sum_{{i=1}}^N (y_i - {_H}) \mathbf{{w}} \odot \mathbf{{x}}_i",
        rf"\frac{{2}}{{N}} \mathbf{{w}} \odot \sum_{{i=1}}^N ({_H} - y_i) \mathbf{{x}}_i",
        rf"\frac{{2}}{{N}} \operatorname{{diag}}(\mathbf{{w}}) \sum_{{i=1}}^N ({_H} - y_i) \mathbf{{x}}_i",
    ),
}  # fmt: skip
WRONG: dict[str, tuple[str, ...]] = {
    "1.1": (
        r"\frac{e^{au}(au - 3)}{u^4} + 6u + 2a",
        r"\frac{e^{au}(au + 3)}{u^4} - 6u + 2a",
        r"\frac{a e^{au}}{3 u^2} - 6u + 2a",
        r"\frac{e^{au}(au - 3)}{u^4} - 6u",
    ),
    "1.2": (
        r"\frac{\exp(\mathbf{w}^T \mathbf{x}_i)}{\sum_{j=1}^N \exp(\mathbf{w}^T \mathbf{x}_j)} \mathbf{x}_i",
        r"\frac{\mathbf{w}}{\sum_{j=1}^N \exp(\mathbf{w}^T \mathbf{x}_j)}",
        r"\mathbf{w}",
    ),
    "1.3": (
        rf"\frac{{a}}{{{_S}}} \left(\mathbf{{b}} \mathbf{{c}}^T + \mathbf{{d}} \mathbf{{e}}^T\right)",
        rf"\frac{{1}}{{{_S}}} \left(\exp(\mathbf{{b}}^T \mathbf{{X}} \mathbf{{c}}) \mathbf{{b}} \mathbf{{c}}^T + \exp(\mathbf{{d}}^T \mathbf{{X}} \mathbf{{e}}) \mathbf{{d}} \mathbf{{e}}^T\right)",
    ),
    "2.1": (r"2(y - \hat{y}) \mathbf{w}^{(2)T}", r"-(y - \hat{y}) \mathbf{w}^{(2)T}", r"-2(y - \hat{y}) \mathbf{x}"),
    "2.2": (
        r"-2(y - \hat{y}) \mathbf{w}^{(2)} \mathbf{x}^T",
        r"-2(y - \hat{y}) \mathbf{w}^{(2)T}",
        r"-2 \mathbf{w}^{(2)T} \mathbf{x}^T",
    ),
    "3.1": (
        rf"\frac{{2}}{{N}} \sum_{{i=1}}^N (y_i - {_H}) \mathbf{{w}} \odot \mathbf{{x}}_i",
        rf"-\frac{{1}}{{N}} \sum_{{i=1}}^N (y_i - {_H}) \mathbf{{x}}_i",
        rf"-\frac{{2}}{{N}} (y_i - {_H}) \mathbf{{w}} \odot \mathbf{{x}}_i",
    ),
}
LAYOUT: dict[str, tuple[str, ...]] = {
    "1.3": (
        rf"\frac{{a}}{{{_S}}} \left(\exp(\mathbf{{b}}^T \mathbf{{X}} \mathbf{{c}}) \mathbf{{c}} \mathbf{{b}}^T + \exp(\mathbf{{d}}^T \mathbf{{X}} \mathbf{{e}}) \mathbf{{e}} \mathbf{{d}}^T\right)",
    ),
    "2.1": (r"-2(y - \hat{y}) \mathbf{w}^{(2)}",),
    "2.2": (r"-2(y - \hat{y}) \mathbf{x} \mathbf{w}^{(2)}",),
}
HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.org")',
    r"\def\a{\b\b}\def\b{\a\a}\a",
    r"\input{/etc/passwd}",
    "{" * 3000,
    r"\frac{" * 500 + "x" + "}{y}" * 500,
    "x^{" * 400 + "x" + "}" * 400,
    "\x1b[2J\x1b]0;owned\x07 \u202e",
    r"u^{9^{9^{9^{9}}}}",
    r"\sum_{i=1}^{10^{12}} u^i",
    "`rm -rf .` ``` ~~~",
    "$$" * 501,
    "](javascript:alert(1))",
    "%s%n{0.__class__}",
)
GARBAGE = ("I do not know.", "see page 3", "dsfkj sdfkj", r"\int \int ???", "42 42 42", "?")


@dataclass(frozen=True)
class Drawn:
    """A submission: its file name, its text, and what is to be said of each question."""

    name: str
    text: str
    expected: dict[str, str]


def draw(rng: Random, k: int) -> Drawn:
    """The k-th submission of a class."""
    expected, answers = {}, {}
    skill = rng.choice((0.3, 0.6, 0.9))
    for label in LABELS:
        roll = rng.random()
        if roll < skill:
            expected[label], answers[label] = "right", f"$${rng.choice(RIGHT[label])}$$"
        elif roll < skill + 0.6 * (1 - skill):
            expected[label], answers[label] = "wrong", f"$${rng.choice(WRONG[label])}$$"
        elif roll < skill + 0.7 * (1 - skill) and label in LAYOUT:
            expected[label], answers[label] = "layout", f"$${rng.choice(LAYOUT[label])}$$"
        elif roll < skill + 0.85 * (1 - skill):
            expected[label], answers[label] = "blank", ""
        else:
            expected[label], answers[label] = (
                "open",
                rng.choice((rng.choice(GARBAGE), f"${rng.choice(HOSTILE)}$", rng.choice(HOSTILE))),
            )
    ending, text = rng.choice((_labelled, _filled_in, _latex, _notebook))(answers)
    return Drawn(f"s{k:03d}{ending}", text, expected)


def _labelled(answers: dict[str, str]) -> tuple[str, str]:
    return ".md", "\n\n".join(f"## Question {label}\n\n{answer}" for label, answer in answers.items())


def _filled_in(answers: dict[str, str]) -> tuple[str, str]:
    text = read_source(HOMEWORK)
    for task in tasks(read_document(text)):
        if task.label in answers:
            text = text.replace(task.item.text, f"{task.item.text}\n\n{answers[task.label]}\n", 1)
    return ".md", text


def _latex(answers: dict[str, str]) -> tuple[str, str]:
    body = "\n\n".join(f"\\section*{{{label}}}\n\\begin{{solution}}\n{a}\n\\end{{solution}}" for label, a in answers.items())
    return ".tex", f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def _notebook(answers: dict[str, str]) -> tuple[str, str]:
    cells = [{"cell_type": "code", "source": "import os; os._exit(1)"}]
    cells += [{"cell_type": "markdown", "source": [f"### {label}\n", "\n", a]} for label, a in answers.items()]
    return ".ipynb", json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
