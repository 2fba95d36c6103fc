"""A loss of which only its derivative by an intermediate is given: "suppose ∂L/∂Y = G; find ∂L/∂W", "in terms of ∂L/∂Y".

By the chain rule the derivative of L by anything before Y is that of ⟨G, Y⟩ with G held fixed; where the derivative has no name
of its own, that of L(Y) with an L of which nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gradatim.homework.definitions import (
    arguments,
    called_alone,
    clean,
    definitions,
    flat,
    flat_head,
    heads,
    last_function,
    level_split,
    mentions,
    reached,
)
from gradatim.homework.formulas import derivative_in, formulas
from gradatim.read.names import text_name

_NAME = re.compile(r"\\?[A-Za-z]+(?:\s*\{[A-Za-z\\]+\})?(?:[_^](?:\{[^{}]*\}|\w))*")


@dataclass(frozen=True, slots=True)
class Upstream:
    """The function that stands for the loss, and what is said of it."""

    function: str
    note: str
    declares: str = ""


def upstream(function: str, asked: Sequence[str], texts: Sequence[str], whole: Sequence[str]) -> Upstream | None:
    """The loss to first order, where the texts define no `function` and give its derivative by something a name; an unknown loss where
    they, or those of the other items, speak of its derivative by something that they define."""
    name = flat_head(function)
    defined = [f for t in texts for f in definitions(t)]
    if not called_alone(function) or not name or _NAME.fullmatch(name) is None or any(name in heads(f) for f in defined):
        return None
    for latex in (clean(f.latex) for t in reversed(texts) for f in formulas(t)):
        found = _named_slope(latex, name)
        if found is not None and flat(found[1]) not in map(flat, asked):  # which is what is asked, and nothing that is given
            slope, by = found
            return Upstream(
                rf"{name} = \langle {slope}, {by} \rangle",
                f"∂{name}/∂{by} is {slope}, and {name} is taken to first order in {by}",
            )
    return _unnamed(name, asked, whole, [f for t in whole for f in definitions(t)])


def _unnamed(name: str, asked: Sequence[str], texts: Sequence[str], defined: list[str]) -> Upstream | None:
    """L(Y) of an unknown L, where the texts speak of ∂L/∂Y and define a Y that depends on what is asked."""
    given = dict.fromkeys(flat(by) for t in reversed(texts) for f in formulas(t) for by in _slopes(clean(f.latex), name))
    last = heads(last_function(defined))[:1] if defined else []
    for by in (*(b for b in given if _whole(b) in map(_whole, last)), *given):
        own = next((heads(f)[0] for f in reversed(defined) if _whole(heads(f)[0]) == _whole(by)), "")
        chain = reached(own, defined) if own else []
        if own and by not in map(flat, asked) and any(mentions(f, flat(w)) for f in chain for w in asked):
            whole = _whole(own)
            return Upstream(
                f"{name}({whole})",
                f"{name} is any function of {text_name(whole)}, and ∇{name} is ∂{name}/∂{text_name(whole)}",
                f"${name}$ is a scalar function.",
            )
    return None


def _whole(name: str) -> str:
    """The y of y_i and of y^{(i)}."""
    return re.sub(r"(?:_\{?[a-z]\}?|\^\{?\([a-z]\)\}?)\Z", "", flat(name))


def _slopes(latex: str, name: str) -> list[str]:
    """The Y of every ∂L/∂Y that a formula is made of, and of L(Y)."""
    if called_alone(latex) and flat_head(latex) == name:
        return arguments(latex)
    return [by for side in level_split(latex) for by in _by_what(side, name)]


def _by_what(derivative: str, name: str) -> list[str]:
    found = derivative_in(derivative)
    body, wrt = (found[0].body, found[0].wrt) if found is not None else (None, ())
    if body is None or len(wrt) != 1 or flat(derivative[body.span[0] : body.span[1]]) != name:
        return []
    return [derivative[wrt[0].span[0] : wrt[0].span[1]].strip()]


def _named_slope(latex: str, name: str) -> tuple[str, str] | None:
    """G and Y of `∂L/∂Y = G` or `G = ∂L/∂Y`."""
    sides = [re.split(r"\\in(?![A-Za-z])", s)[0].strip() for s in level_split(latex)]
    for one, other in zip(sides, sides[1:]):
        for derivative, label in ((one, other), (other, one)):
            if _NAME.fullmatch(label) is not None and (by := _by_what(derivative, name)):
                return label, by[0]
    return None


__all__ = ["Upstream", "upstream"]
