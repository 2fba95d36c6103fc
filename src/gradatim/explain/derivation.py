"""A derivation, and the ways to write it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gradatim.explain import on_latex, on_text
from gradatim.explain.steps import Script
from gradatim.write.latex import latex
from gradatim.write.text import text

DETAILS = ("brief", "normal", "full")


@dataclass(frozen=True)
class Derivation(Script):
    """The steps from a function to its derivative: `.steps`, `.result`, and `.text()`, `.latex()`, `.markdown()`, `.html()`."""

    def text(self, detail: str = "normal", width: int = 100) -> str:
        """For a terminal: a numbered line for each step, with its shape and its rule."""
        return on_text.written(self, detail, width)

    def latex(self, detail: str = "normal") -> str:
        """`align*` displays with a word before each; needs amsmath and amssymb."""
        return on_latex.written(self, detail)

    def as_json(self) -> dict[str, object]:
        """The derivation as data."""
        return {
            "version": 1,
            "style": self.style,
            "function": {"latex": latex(self.function), "text": text(self.function)},
            "result": {"latex": latex(self.result), "text": text(self.result), "shape": [str(d) for d in self.result.shape]},
            "steps": [s.as_json() for s in self.steps],
        }

    def json(self) -> str:
        return json.dumps(self.as_json(), ensure_ascii=False, indent=2)

    def __str__(self) -> str:
        return self.text()
