"""Selections by several conditions in a jaxpr: `jnp.select` stacks its conditions and asks which is the first that holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gradatim.errors import GradatimError
from gradatim.trace.conditions import Condition

Chosen = Callable[[Any, Any, Any], Any]
"""What a condition chooses: of the condition, what stands where it fails, what stands where it holds."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Conditions along a new first axis, and whether the place of the first that holds is meant."""

    conditions: tuple[Any, ...]
    first: bool = False

    def applied(self, name: str, params: Any) -> Cases:
        """Raises GradatimError for what is none of the steps of such a selection."""
        if name == "argmax" and tuple(map(int, params["axes"])) == (0,) and not self.first:
            return Cases(self.conditions, True)
        if name == "convert_element_type":
            return self
        raise GradatimError(f"several conditions inside {name} have no formula here")

    def select(self, choices: Sequence[Any], chosen: Chosen) -> Any:
        """The choice of the first condition that holds; where none does the first choice, as `argmax` has it."""
        if not self.first:
            raise GradatimError("a choice by several conditions at once has no formula here")
        result = choices[0]
        for condition, choice in reversed(list(zip(self.conditions, choices))):
            if isinstance(condition, bool):
                result = choice if condition else result
            else:
                result = chosen(condition, result, choice)
        return result


def stacked_cases(equation: Any, args: Sequence[Any], is_known: Callable[[Any], bool]) -> Cases | None:
    """Conditions of values that are stacked; None for a stack of anything else."""
    if equation.primitive.name != "stack" or equation.outvars[0].aval.dtype != bool or int(equation.params.get("axis", 0)):
        return None
    if not all(isinstance(a, (Condition, bool)) or is_known(a) for a in args) or not any(isinstance(a, Condition) for a in args):
        return None
    return Cases(tuple(args))
