"""A point as people write it, `x = 0`, `(1, 2)`, `X = I`, "the origin": for each variable the array that it stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from gradatim.errors import ReadError, ShapeError
from gradatim.ops import identity, number, ones, transpose, zeros
from gradatim.patterns import late
from gradatim.read.problem import Problem
from gradatim.term import Symbol, Term

_ZERO = late(
    r"(?:the\s+)?(?:origin|zero(?:\s+(?:vector|matrix))?)|\\?(?:mathbf|boldsymbol|bm|vec|mathbb)?\s*\{?\s*\\?[0𝟎]\s*\}?(?:_\w|_\{[^{}]*\})?",
    re.I,
)
_ONES = late(r"\\(?:mathbf|boldsymbol|bm|vec|mathbb)\s*\{?\s*1\s*\}?(?:_\w|_\{[^{}]*\})?|𝟏")
_IDENTITY = late(r"(?:\\(?:mathbf|boldsymbol|bm)\s*\{?\s*)?I\s*\}?(?:_\w|_\{[^{}]*\})?|the\s+identity(?:\s+matrix)?")
_NUMBER = late(r"[-+−]?\s*\d+(?:\.\d+)?(?:\s*/\s*\d+)?")
_TUPLE = late(r"\\?(?:left)?\s*[(\[](?P<in>[^()\[\]]*)\\?(?:right)?\s*[)\]]\s*(?:\^\s*\{?\s*(?:\\top|T|\\intercal)\s*\}?|ᵀ)?")


def point_of(problem: Problem, spelled: str, variables: Sequence[str]) -> dict[Symbol, Term]:
    """The values that a point gives to variables. `variables` are the names of those meant by a value that names none: of several
    numbers in brackets each is of one of them, in order.

    Raises ReadError where it is no point, ShapeError where a value is of another shape than its variable.
    """
    said = spelled.strip().strip("$").strip(" .,;")
    named = equations_of(said)
    if not named:
        entries = _tuple(said)
        single = len(variables) == 1
        named = [(variables[0], said)] if single else list(zip(variables, entries)) if len(entries) == len(variables) else []
    if not named:
        raise ReadError(
            f"`{spelled}` gives no value to {', '.join(variables)}", spelled, (0, len(spelled)), "write it as in: x = 0"
        )
    found: dict[Symbol, Term] = {}
    for name, value in named:
        variable = problem.find(name)
        if not isinstance(variable, Symbol):
            raise ReadError(f"{name} is a member of a family: a point gives values to whole arrays", spelled, (0, len(spelled)))
        found[variable] = _value(problem, variable, value)
    return found


def equations_of(said: str) -> list[tuple[str, str]]:
    """`x = 1, y = 2` as names and values."""
    pieces = re.split(r",(?![^(\[{]*[)\]}])|\s+and\s+|;", said)
    found = [p.split("=", 1) for p in pieces if p.strip()]
    return [(n.strip(), v.strip()) for n, v in found] if all(len(f) == 2 for f in found) else []


def _tuple(said: str) -> list[str]:
    m = _TUPLE.fullmatch(said)
    return [e.strip() for e in re.split(r",|;", m["in"] if m else said)] if m or re.fullmatch(r"[-+−\d., ]+", said) else []


def _value(problem: Problem, variable: Symbol, said: str) -> Term:
    axes = variable.type.axes
    if _ZERO.fullmatch(said):
        return zeros(params=axes) if axes else number(0)
    if _ONES.fullmatch(said) and axes:
        return ones(params=axes)
    if _IDENTITY.fullmatch(said) and len(axes) == 2 and axes[0] == axes[1]:
        return identity(params=axes[:1])
    if not axes and _NUMBER.fullmatch(said):
        return number(Fraction(re.sub(r"\s|\+", "", said).replace("−", "-")))
    value: Term = problem.read_answer(f"${said}$").term
    if value.rank == variable.rank == 1 and value.type.row != variable.type.row:
        value = transpose(value)
    if value.type.axes != axes:
        raise ShapeError(f"the point is {value.type.described} and {variable.label} is {variable.type.described}")
    return value


__all__ = ["equations_of", "point_of"]
