"""Rows and columns that an answer names in words: "with b_j the columns of B", "where φ_mᵀ is the m-th row of Φ"."""

from __future__ import annotations

import pytest

import gradatim as gd

TRACE = (
    r"f(d)=\operatorname{tr}(GDG^\top)",
    "d",
    r"Let $D=\operatorname{diag}(d)$ with $d\in\mathbb{R}^n$, $G\in\mathbb{R}^{m\times n}$.",
)
MEAN = r"R(q)=\frac{1}{m}\|Pq-t\|_2^2", "q", r"$P\in\mathbb{R}^{m\times k}$, $q\in\mathbb{R}^k$, $t\in\mathbb{R}^m$"
FAMILY = r"E(q)=\frac12\sum_{t=1}^{T}(z_t-q^\top u_t)^2", "q", r"$u_t,q\in\mathbb{R}^p$, $z_t\in\mathbb{R}$"


@pytest.mark.parametrize(
    ("question", "answer", "outcome"),
    [
        (TRACE, r"\left(\|g_1\|^2,\dots,\|g_n\|^2\right)^\top \text{ with } g_j \text{ the columns of } G", "right"),
        (TRACE, r"\frac{\partial f}{\partial d_j}=\|g_j\|^2, \text{ where } g_j \text{ are the columns of } G", "right"),
        (TRACE, r"$\frac{\partial f}{\partial d_j}=2g_j^Tg_j$ with $g_j$ the $j$-th column of $G$", "wrong"),
        (TRACE, r"$\frac{\partial f}{\partial d_j}=g_j^Tg_j$ with $g_j^T$ the $j$-th row of $G$", "wrong"),
        (MEAN, r"$\frac{2}{m}\sum_{i=1}^m(p_i^\top q-t_i)p_i$, where $p_i^\top$ is the $i$-th row of $P$", "right"),
        (MEAN, r"$-\frac{2}{m}\sum_{i=1}^m(p_i^\top q-t_i)p_i$, where $p_i^\top$ is the $i$-th row of $P$", "wrong"),
        (MEAN, r"$\frac{2}{m}\sum_{i=1}^m(p_i^\top q-t_i)p_i$, where $p_i$ is the $i$-th column of $P$", "wrong"),
        (FAMILY, r"$-V^T(z-Vq)$, where the rows of $V$ are $u_t^T$", "right"),
        (FAMILY, r"$V^T(z-Vq)$, where the rows of $V$ are $u_t^T$", "wrong"),
    ],
)
def test_rows_and_columns_in_words(question: tuple[str, str, str], answer: str, outcome: str) -> None:
    of, wrt, given = question
    v = gd.check(answer, of=of, wrt=wrt, given=given)
    assert v.outcome == outcome, v
