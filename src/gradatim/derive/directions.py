"""The differential of what was derived, and its value along a direction that has a name."""

from __future__ import annotations

from dataclasses import replace

from gradatim.derive.derivative import Derived, differential_of, directional
from gradatim.errors import GradatimError
from gradatim.term import Symbol, free_symbols, substitute

_STEP = r"\mathrm{step}"


def along(found: Derived, direction: str = "", label: str = "", plain: str = "") -> Derived:
    """The differential, or with the name of a direction the directional derivative along it, verified; of a higher order the
    same step is taken as often, D²f(X)[V, V].

    Raises GradatimError where the variable is a member of a family, or the direction is a name of the function.
    """
    variable = found.wrt[-1]
    if not isinstance(variable, Symbol):
        raise GradatimError("a differential is by a symbol, not by a member of a family")
    order = len(found.wrt)
    if any(w is not variable for w in found.wrt):
        raise GradatimError("a differential of higher order is by one variable: give it once, and --order")
    function = found.stages[0]
    if direction in {n for s in free_symbols(function) for n in (s.name, s.plain, s.label)}:
        raise GradatimError(f"{direction} is a name of the function: call the direction otherwise")
    step = Symbol(direction or _STEP, variable.type.bare, plain or direction or _STEP, label or direction or _STEP)
    term = function
    for _ in range(order):
        term = directional(term, variable, step)
    if not direction:
        term = substitute(term, {step: differential_of(variable)})
    many = {1: "", 2: "second ", 3: "third "}.get(order, f"{order}th ")
    said = f"the {many}directional derivative along {label or direction}" if direction else f"the {many}differential"
    return replace(found, term=term, convention=said)


__all__ = ["along"]
