"""Arrays that a function uses without taking them: the data of `lambda w: loss(X @ w - y)`, given as arguments to a copy of it.

The function itself, its module and its closure are left as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import CellType, CodeType, FunctionType
from typing import Any


def held(function: Callable[..., Any]) -> dict[str, Any]:
    """Arrays of numbers with at least one axis, by their names in a function's closure and in its module."""
    return {name: a for name, a in held_by_name(function).items() if _is_array(a)}


def held_by_name(function: Callable[..., Any]) -> dict[str, Any]:
    """What the names stand for that a function uses and does not bind."""
    if not isinstance(function, FunctionType):
        return {}
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # a name that is not bound yet
            continue
    for name in _names(function.__code__):
        if name in function.__globals__:
            found.setdefault(name, function.__globals__[name])
    return found


def _names(code: CodeType) -> list[str]:
    """Names of the module that a function looks up, or one that is written inside it."""
    inner = [n for c in code.co_consts if isinstance(c, CodeType) for n in _names(c)]
    return [*code.co_names, *inner]


def _is_array(a: Any) -> bool:
    kind = getattr(getattr(a, "dtype", None), "kind", "")
    return kind == "f" and bool(getattr(a, "ndim", 0)) and hasattr(a, "shape")


def with_values(function: Callable[..., Any], values: Mapping[str, Any]) -> Callable[..., Any]:
    """A copy of a function that finds these values under these names."""
    assert isinstance(function, FunctionType)
    names = function.__code__.co_freevars
    cells = tuple(CellType(values[n]) if n in values else c for n, c in zip(names, function.__closure__ or ()))
    made = FunctionType(function.__code__, {**function.__globals__, **values}, function.__name__, function.__defaults__, cells)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def taking(function: Callable[..., Any], names: list[str]) -> Callable[..., Any]:
    """A copy that takes these values after its own arguments."""

    def extended(*args: Any) -> Any:
        own = len(args) - len(names)
        return with_values(function, dict(zip(names, args[own:])))(*args[:own])

    return extended
