"""A question about the value of a derivative at a point, "at $x = 0$", to be answered and to be judged against."""

from __future__ import annotations

import re
from dataclasses import replace

from gradatim.derive.at_a_point import at_a_point
from gradatim.derive.derivative import Derived
from gradatim.derive.structured import asked
from gradatim.errors import GradatimError, ReadError
from gradatim.homework.task import Task
from gradatim.judge.target import LAYOUTS, Target
from gradatim.read.names import text_name
from gradatim.read.point import equations_of, point_of
from gradatim.read.problem import Problem
from gradatim.read.scope import Assumption
from gradatim.term import Symbol, Term


def value_at(task: Task, problem: Problem, found: Derived) -> Derived:
    """The value of the derivative at the point of the question. Raises GradatimError where it is none."""
    assert task.ask is not None
    if said := _of_no_variable(task.ask.at, problem):
        problem.scope.assumed.append(Assumption(said))
        return found
    return at_a_point(found, _point(task, problem))


def _of_no_variable(at: str, problem: Problem) -> str:
    """Why a point says nothing of the function: `η = 0.1` where there is no η, `x = x_0` where x_0 is any value; "" where it does."""
    notes = []
    for name, value in equations_of(at):
        if not _known(problem, name):
            notes.append(
                f"{text_name(name)} does not stand in the function: at {text_name(name)} = {value} it has the same derivative"
            )
        elif _NAME.fullmatch(value) and not _known(problem, value):
            notes.append(f"the answer is written in {text_name(name)}, which stands for {text_name(value)}")
        else:
            return ""
    return "; ".join(notes)


_NAME = re.compile(r"\\?[A-Za-z]+(?:\{\\?[A-Za-z]+\})?(?:[_^](?:\w|\*|\\star|\{[^{}]*\}))*")


def _known(problem: Problem, name: str) -> bool:
    if _IS_VALUE.fullmatch(name):
        return True
    try:
        problem.find(name)
    except GradatimError:
        return False
    return True


_IS_VALUE = re.compile(r"I(?:_\w)?|\\(?:mathbf|boldsymbol|bm|vec|mathbb)\{?[01I]\}?(?:_\w)?")


def valued(task: Task, problem: Problem, wrt: tuple[Term, ...], target: Target) -> Target:
    """What answers to such a question are judged against: the value, in every layout."""
    general = asked(problem.term, wrt, problem.structure_for(wrt), target.layout or "gradient")
    term = value_at(task, problem, general).term
    made = replace(target, general=general.term)
    made.__dict__.update(gradient=term, forms=dict.fromkeys(LAYOUTS, term))
    return made


def _point(task: Task, problem: Problem) -> dict[Symbol, Term]:
    """The point, of the variables of the question or else of all arguments of the function."""
    assert task.ask is not None
    by = list(dict.fromkeys(task.ask.wrt))
    try:
        return point_of(problem, task.ask.at, by)
    except GradatimError:
        if len(task.ask.among) < 2:
            raise
    try:
        return point_of(problem, task.ask.at, task.ask.among)
    except ReadError as error:
        raise ReadError(f"the point {task.ask.at} is not read: {error}") from None


__all__ = ["value_at", "valued"]
