"""Declarations in tables, items below "Find the following. Show all steps.", lettered items of a section."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradatim as gd

TABLE = r"""
\documentclass{article}
\begin{document}
\begin{tabular}{|l|l|}
\hline
Symbol & Meaning\\
\hline
$u$ & input, a vector in $\mathbb{R}^d$\\
$V_1$ & first-layer weights, $\mathbb{R}^{h\times d}$\\
$V_2$ & second-layer weights, $\mathbb{R}^{c\times h}$\\
\hline
\end{tabular}
\subsection*{Question 1}
Let $f=\frac12\|V_2V_1u\|^2$.
\begin{itemize}
\item[\textbf{1.a}] Derive $\frac{\partial f}{\partial V_2}$.
\end{itemize}
\end{document}
"""
LEAD = r"""
\section{Derivatives (10 pts)}
Let $C\in\mathbb{R}^{n\times n}$ and $v\in\mathbb{R}^n$. Find the following. Show all steps.
\begin{enumerate}[label=(\alph*)]
\item \textbf{(4 pts)} $\nabla_v\,v^\top Cv$
\item (6 pts) $\nabla_C \log\det C$
\end{enumerate}
\section{More}
Let $g(v)=\|v\|^2$.
\begin{enumerate}
\item[2.1] Compute $\nabla g(v)$.
\end{enumerate}
"""
LETTERS = r"""
### 1. Warm-up

For each function, give the gradient and the Hessian. Here $v\in\mathbb{R}^n$.

a) $f_1(v)=\log(1+\|v\|^2)$

b) $f_2(v)=c^Tv$ with $c\in\mathbb{R}^n$
"""


def solved(text: str, folder: Path, name: str) -> list[Any]:
    (folder / name).write_text(text, encoding="utf-8")
    return list(gd.solve(folder / name).questions)


def answers(text: str, folder: Path, name: str) -> list[tuple[str, str]]:
    return [(q.label, str(q.answer) if q.answer is not None else "") for q in solved(text, folder, name)]


def test_a_table_says_what_names_mean(tmp_path: Path) -> None:
    (question,) = solved(TABLE, tmp_path, "hw.tex")
    assert question.answer is not None and str(question.answer) == "V₂ V₁ u uᵀV₁ᵀ"
    assert tuple(map(str, question.answer.shape)) == ("c", "h") and "\\" not in question.label


def test_how_an_answer_is_to_be_written_ends_no_lead(tmp_path: Path) -> None:
    assert answers(LEAD, tmp_path, "hw.tex") == [("1.1", "(C + Cᵀ) v"), ("1.2", "C⁻ᵀ"), ("2.1", "2 v")]


def test_letters_below_a_lead_of_their_section(tmp_path: Path) -> None:
    found = answers(LETTERS, tmp_path, "hw.md")
    assert [label for label, _ in found] == ["1(a)", "1(a) (2)", "1(b)", "1(b) (2)"]
    assert found[0][1] == "2 v / (1 + ‖v‖²)" and found[2][1] == "c"
