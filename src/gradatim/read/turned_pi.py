"""π as a name: a number is not transposed, so the π of πᵀp is an array of that name."""

from __future__ import annotations

import re

_TURNED = re.compile(
    r"(?:\\pi(?![A-Za-z])|π|\bpi\b)\s*(?:ᵀ|'|\.T\b|\^\s*(?:T|⊤|\{\s*[T⊤]\s*\}|\{?\s*\\(?:top|intercal|prime|(?:mathsf|mathrm|mathtt|text|rm)\s*\{?\s*T)(?![A-Za-z])))"
)
_SAID = re.compile(r"\\pi(?![A-Za-z])|π|\bpi\b")
AS_A_NAME = "the variable $\\pi$"


def with_turned_pi(text: str, given: str) -> tuple[str, bool]:
    """The declarations with π among the names where the text transposes it and they say nothing of it, and whether that was added."""
    if _TURNED.search(text) is None or _SAID.search(given):
        return given, False
    return f"{given}\n\n{AS_A_NAME}".strip(), True


__all__ = ["AS_A_NAME", "with_turned_pi"]
