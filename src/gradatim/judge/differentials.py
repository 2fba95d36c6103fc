"""Differentials in an answer: their value, and the derivative that is read off an answer which stops at `df = 2(Ax − b)ᵀA dx`."""

from __future__ import annotations

from collections.abc import Callable

from gradatim.derive.derivative import derivative, differential, differential_of
from gradatim.errors import GradatimError, ReadError
from gradatim.judge.target import Target
from gradatim.ops import add, zero
from gradatim.term import Symbol, Term, free_symbols


def tangent(target: Target) -> Callable[[Term], Term]:
    """What gives a differential its value: that by the variables of the question; what does not hold them is constant."""
    variables = tuple(dict.fromkeys(target.wrt))

    def take(term: Term) -> Term:
        if any(not isinstance(v, Symbol) for v in variables):
            raise ReadError("a differential is by whole variables, not by a member or an entry")
        return add(*(_along(term, v) for v in variables if isinstance(v, Symbol)))

    return take


def _along(term: Term, variable: Symbol) -> Term:
    if term is variable:
        return differential_of(variable)
    return differential(term, variable, verified=False) if variable in free_symbols(term) else zero(term.type)


def holds_differential(term: Term, target: Target) -> bool:
    """Whether a dX of a variable of the question stands in a term."""
    return any(isinstance(v, Symbol) and differential_of(v) in free_symbols(term) for v in target.wrt)


def read_off(term: Term, target: Target) -> Term | None:
    """The derivative that stands before the dX of a differential; None where there is no dX in the term."""
    variable = target.wrt[0]
    if len(target.wrt) != 1 or not isinstance(variable, Symbol):
        return None
    step = differential_of(variable)
    if step not in free_symbols(term) or term.type.axes != target.function.type.axes:
        return None
    try:
        return derivative(term, step)
    except GradatimError:
        return None


__all__ = ["holds_differential", "read_off", "tangent"]
