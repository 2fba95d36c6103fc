"""A question about the value of a derivative at a point, "at $x = 0$", to be answered and to be judged against."""

from __future__ import annotations

from dataclasses import replace

from gradatim.derive.at_a_point import at_a_point
from gradatim.derive.derivative import Derived
from gradatim.derive.structured import asked
from gradatim.errors import GradatimError, ReadError
from gradatim.homework.questions import Task
from gradatim.judge.target import LAYOUTS, Target
from gradatim.read.point import point_of
from gradatim.read.problem import Problem
from gradatim.term import Symbol, Term


def value_at(task: Task, problem: Problem, found: Derived) -> Derived:
    """The value of the derivative at the point of the question. Raises GradatimError where it is none."""
    assert task.ask is not None
    return at_a_point(found, _point(task, problem))


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
