"""What follows a derivation where another convention was asked for: its layout, or the derivative on a structured set."""

from __future__ import annotations

from gradatim.derive.derivative import in_layout
from gradatim.derive.structured import ENTRIES, NAMED, PROJECTED, structure_of, structured
from gradatim.errors import GradatimError
from gradatim.explain.algebra import rewritten
from gradatim.explain.steps import Claim, Script, Step
from gradatim.ops import transpose
from gradatim.ops.function import Function
from gradatim.term import Apply, Symbol, Term
from gradatim.write.text import text


def in_convention(script: Script, layout: str, structure: str) -> tuple[Step, ...]:
    """The steps from the derivative to its form in a layout, or on a structured set."""
    name = script.steps[-1].before
    if structure and structure != "ambient":
        return on_structure(script, name, structure)
    laid = in_layout(script.result, script.goal, script.variables[-1:], layout)
    if laid is script.result:
        return ()
    why = f"in {layout} layout the derivative stands the other way: rows and columns change places"
    return (Step(f"{layout} layout", transpose(name), laid, (why,), "result", Claim(transpose(script.result))),)


def on_structure(script: Script, name: Term, form: str) -> tuple[Step, ...]:
    """From the ambient gradient to the projected one, or to the derivative by independent entries."""
    variable = script.variables[-1]
    if len(script.variables) != 1 or not isinstance(variable, Symbol):
        raise GradatimError(f"the {form} form is of a first derivative by a symbol")
    result = structured(script.function, variable, form).term
    structure = structure_of(variable)
    table = PROJECTED if form == "projected" else ENTRIES
    said = table[structure](name, variable)
    assert isinstance(name, Apply) and isinstance(name.op, Function)
    word = "projected" if form == "projected" else "entries"
    head = Apply(Function(rf"{name.op.name} \text{{ ({word})}}", f"{text(name)} ({word})", (), result), ())
    if form == "projected":
        rule = "projection"
        why = f"the part of the gradient along the directions in which {NAMED[structure]} can move"
    else:
        rule = "independent entries"
        why = f"each free entry of {NAMED[structure]} moves all places in which it stands, so their derivatives add up"
    steps = [Step(rule, head, said, (why,), "result", Claim(result))]
    if text(said) != text(result):
        steps.append(rewritten(said, result))
    return tuple(steps)
