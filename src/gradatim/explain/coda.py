"""What follows a derivation where another convention was asked for: its layout, or the derivative on a structured set."""

from __future__ import annotations

from dataclasses import dataclass

from gradatim.derive.derivative import differential, differential_of, in_layout
from gradatim.derive.maps import kronecker_form
from gradatim.derive.structured import ENTRIES, NAMED, PROJECTED, structure_of, structured
from gradatim.errors import GradatimError
from gradatim.explain.algebra import rewritten
from gradatim.explain.formula import EQUALS, f
from gradatim.explain.steps import Claim, Label, Move, Script, Step, Words
from gradatim.ops import commutation, diag, hadamard, kron, product, transpose, vec
from gradatim.ops.function import Function
from gradatim.term import Apply, Symbol, Term, walk
from gradatim.write.latex import latex
from gradatim.write.text import text


@dataclass(frozen=True, slots=True)
class Convention:
    """The form of the answer that is asked for: its layout, a structured set, stacked columns."""

    layout: str = "gradient"
    structure: str = ""
    columns: bool = False


def in_convention(script: Script, asked: Convention) -> tuple[Step, ...]:
    """The steps from the derivative to its form in a layout, on stacked columns, or on a structured set."""
    name = script.steps[-1].before
    layout, structure = asked.layout, asked.structure
    if asked.columns:
        return on_columns(script)
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


def on_columns(script: Script) -> tuple[Step, ...]:
    """From the differential to the derivative on stacked columns: vec(A dX B) = (Bᵀ ⊗ A) vec(dX)."""
    variable, goal = script.variables[-1], script.goal
    if not isinstance(variable, Symbol):
        raise GradatimError("the derivative on stacked columns is by a whole symbol")
    whole, step = kronecker_form(goal, variable), differential_of(variable)
    body = differential(goal, variable, verified=False)
    label = _called(script, goal)
    head = (
        (rf"\operatorname{{vec}}(\mathrm{{d}}{label[0]})", f"vec(d{label[1]})")
        if goal.rank == 2
        else (rf"\mathrm{{d}}{label[0]}", f"d{label[1]}")
    )
    stacked = vec(body) if goal.rank == 2 else body
    along = vec(step) if variable.rank == 2 else step
    left = Apply(Function(*head, (), stacked), ())
    claim = Claim(vec(goal) if goal.rank == 2 else goal, (Move(variable, step),))
    made = [Step("differential", left, stacked, ("the columns one below the other",), "result", claim)]
    last = product(whole, along)
    made.append(Step("vec of a product", stacked, last, _laws(body, whole), "rewrite", Claim(stacked), continues=True))
    by = rf"\partial \operatorname{{vec}}({latex(variable)})^\top", f"∂vec({text(variable)})ᵀ"
    if variable.rank < 2:
        by = rf"\partial {latex(variable)}^\top", f"∂{text(variable)}ᵀ"
    over = (rf"\operatorname{{vec}}({label[0]})", f"vec({label[1]})") if goal.rank == 2 else label
    name = Apply(Function(rf"\frac{{\partial {over[0]}}}{{{by[0]}}}", f"∂{over[1]}/{by[1]}", (), whole), ())
    unknown = Symbol("J", whole.type.bare)
    why: Words = (left, EQUALS, product(unknown, along), " holds for every ", step, ", so ", unknown, " is the derivative")
    return (*made, Step("identification", name, whole, why, "result", Claim(whole)))


def _called(script: Script, goal: Term) -> Label:
    """What the last line's function is called: the gradient of a second derivative has a letter of its own."""
    for step in script.steps:
        op = step.before.op if isinstance(step.before, Apply) else None
        if step.kind == "definition" and isinstance(op, Function) and op.body is goal:
            return op.name, op.text
    return script.label


def _laws(body: Term, whole: Term) -> Words:
    """The laws of vec that lead from a differential to a matrix, by the operations that these have."""
    before, after = ({n.op for n in walk(t) if isinstance(n, Apply)} for t in (body, whole))
    said = [law for op, made, law in _LAWS if op in before and made in after]
    return tuple(w for k, law in enumerate(said) for w in ((("; ",) if k else ()) + (law,)))


_LAWS = (
    (kron, commutation, f("vec(A ⊗ B) = (I ⊗ K ⊗ I)(vec(A) ⊗ vec(B))")),
    (product, kron, f("vec(A X B) = (Bᵀ ⊗ A) vec(X)")),
    (transpose, commutation, f("vec(Xᵀ) = K vec(X)")),
    (hadamard, diag, f("vec(A ⊙ X) = diag(vec(A)) vec(X)")),
)
"""An operation of the differential, one that it gives on stacked columns, and the law between them."""
