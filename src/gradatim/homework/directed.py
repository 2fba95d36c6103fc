"""A question about the derivative along a direction, "in the direction $H$", ready to be judged against."""

from __future__ import annotations

from gradatim.derive.derivative import derivative
from gradatim.derive.directions import along
from gradatim.derive.structured import asked
from gradatim.homework.carried import sentence
from gradatim.homework.task import Task
from gradatim.homework.written_out import DIFFERENTIAL
from gradatim.judge.target import LAYOUTS, Target
from gradatim.read.problem import Problem, read
from gradatim.term import Symbol, Term, free_symbols, substitute

_NOUNS = ("scalar", "vector", "matrix")
STEP = "\u2063direction"


def has_direction(task: Task) -> bool:
    return task.ask is not None and task.ask.along not in ("", DIFFERENTIAL)


def directed(task: Task, wrt: tuple[Term, ...], seed: int) -> tuple[Problem, Target]:
    """The problem with the direction among its names, and the derivative along it as what is asked for.

    Raises GradatimError where the variable is a member of a family, or the direction is a name of the function.
    """
    assert task.ask is not None
    name, variable = task.ask.along, wrt[-1]
    kind = sentence(name, "", _NOUNS[min(variable.rank, 2)], tuple(map(str, variable.shape)))
    whole = read(";\n".join(task.chain), f"{task.given}\n\n{kind}.", slope=derivative)
    found = along(asked(whole.term, wrt), STEP)
    step = next((s for s in free_symbols(found.term) if isinstance(s, Symbol) and s.name == STEP), None)
    term = found.term if step is None else substitute(found.term, {step: whole.read_answer(f"${name}$").term})
    target = Target(whole.term, wrt, "", seed)
    target.__dict__.update(gradient=term, forms=dict.fromkeys(LAYOUTS, term))
    return whole, target


__all__ = ["directed", "has_direction"]
