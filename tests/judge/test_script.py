"""The NumPy script of `--to test` runs by itself, passes a right answer and refuses a wrong one."""

from __future__ import annotations

import subprocess
import sys

import pytest

import gradatim as gd
from gradatim.judge.question import asked, member, variables
from gradatim.judge.script import numpy_script

LOGSUM = r"constant vector $w$, vectors $x_i, i = 1\dots N$"


def script(answer: str, of: str, wrt: str, given: str) -> str:
    problem = asked(of, given)
    return numpy_script(problem, tuple(map(member, variables(problem, wrt))), gd.check(answer, of=of, wrt=wrt, given=given))


@pytest.mark.parametrize(
    ("answer", "wrong", "of", "wrt", "given"),
    [
        ("2A^T(Ax-b)", "2A^T(Ax+b)", r"\|Ax-b\|^2", "x", ""),
        (r"\frac{\exp(w^Tx_i)}{\sum_j \exp(w^Tx_j)} w", "w", r"\ln\sum_{i=1}^N \exp(w^Tx_i)", "x_i", LOGSUM),
        (r"X^{-1}", r"2X^{-1}", r"\log\det X", "X", r"$X$ is a symmetric positive definite $n\times n$ matrix"),
        (
            r"\operatorname{diag}(1-\tanh(Wx)^{\odot 2})W",
            "W",
            r"\tanh(Wx)",
            "x",
            r"$W\in\mathbb R^{m\times n}$, $x\in\mathbb R^n$",
        ),
    ],
)
def test_the_script_decides(answer: str, wrong: str, of: str, wrt: str, given: str) -> None:
    for text, expected in ((answer, 0), (wrong, 1)):
        source = script(text, of, wrt, given)
        assert "gradatim" not in source
        ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == expected, ran.stdout + ran.stderr
