"""The differential of what was derived, and its value along a direction that has a name."""

from __future__ import annotations

from dataclasses import replace

from gradatim.derive.derivative import Derived, directional
from gradatim.errors import GradatimError
from gradatim.term import Symbol, free_symbols


def along(found: Derived, direction: str = "", label: str = "", plain: str = "") -> Derived:
    """The differential, or with the name of a direction the directional derivative along it, verified.

    Raises GradatimError where the variable is a member of a family, or the direction is a name of the function.
    """
    variable = found.wrt[-1]
    if not isinstance(variable, Symbol):
        raise GradatimError("a differential is by a symbol, not by a member of a family")
    function = found.stages[-1]
    if direction in {n for s in free_symbols(function) for n in (s.name, s.plain, s.label)}:
        raise GradatimError(f"{direction} is a name of the function: call the direction otherwise")
    step = Symbol(direction, variable.type.bare, plain or direction, label or direction) if direction else ""
    said = f"the directional derivative along {label or direction}" if direction else "the differential"
    return replace(found, term=directional(function, variable, step), convention=said)


__all__ = ["along"]
