"""A formula that does not conform: which transposes, which order would make it right. Tried on the text itself."""

from __future__ import annotations

from gradatim.judge.reading import differentiate, final
from gradatim.judge.target import Target
from gradatim.judge.verdict import Finding
from gradatim.read.problem import Problem


def repaired_shape(problem: Problem, target: Target, text: str) -> Finding | None:
    return None


__all__ = ["differentiate", "final", "repaired_shape"]
