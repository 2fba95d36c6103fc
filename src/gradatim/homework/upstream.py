"""A loss of which only its derivative by an intermediate is given: "suppose ∂L/∂Y = G; find ∂L/∂W".

By the chain rule the derivative of L by anything before Y is that of ⟨G, Y⟩ with G held fixed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.homework.definitions import called_alone, clean, definitions, flat, flat_head, heads, level_split
from gradatim.homework.formulas import derivative_in, formulas

_NAME = re.compile(r"\\?[A-Za-z]+(?:\s*\{[A-Za-z\\]+\})?(?:[_^](?:\{[^{}]*\}|\w))*")


@dataclass(frozen=True, slots=True)
class Upstream:
    """The function that stands for the loss, and what is said of it."""

    function: str
    note: str


def upstream(function: str, asked: Sequence[str], texts: Sequence[str]) -> Upstream | None:
    """The loss to first order, where the texts define no `function` and give its derivative by something a name."""
    name = flat_head(function)
    if (
        not called_alone(function)
        or not name
        or _NAME.fullmatch(name) is None
        or any(name in heads(f) for t in texts for f in definitions(t))
    ):
        return None
    for latex in (clean(f.latex) for t in reversed(texts) for f in formulas(t)):
        found = _named_slope(latex, name)
        if found is not None and flat(found[1]) not in map(flat, asked):  # which is what is asked, and nothing that is given
            slope, by = found
            return Upstream(
                rf"{name} = \langle {slope}, {by} \rangle",
                f"∂{name}/∂{by} is {slope}, and {name} is taken to first order in {by}",
            )
    return None


def _named_slope(latex: str, name: str) -> tuple[str, str] | None:
    """G and Y of `∂L/∂Y = G` or `G = ∂L/∂Y`."""
    sides = [re.split(r"\\in(?![A-Za-z])", s)[0].strip() for s in level_split(latex)]
    for one, other in zip(sides, sides[1:]):
        for derivative, label in ((one, other), (other, one)):
            found = derivative_in(derivative)
            if found is None or _NAME.fullmatch(label) is None:
                continue
            written, _ = found
            body, wrt = written.body, written.wrt
            if body is not None and len(wrt) == 1 and flat(derivative[body.span[0] : body.span[1]]) == name:
                return label, derivative[wrt[0].span[0] : wrt[0].span[1]].strip()
    return None


__all__ = ["Upstream", "upstream"]
