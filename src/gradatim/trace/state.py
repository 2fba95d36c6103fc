"""What a function finds when it runs and was not given: numbers in dictionaries and objects, arrays in lists, what its helpers look up.

A formula holds for these as they were when it was made. All of it is looked at again before a formula is used again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import Any

from gradatim.errors import LimitExceeded
from gradatim.trace.held import held, held_by_name

LIBRARIES = frozenset(
    "jax jaxlib numpy scipy builtins functools collections typing math itertools operator gradatim torch".split()
)
"""What is found in these does not change."""
MOST_FOUND, DEEPEST = 5_000, 40


class Same:
    """Equal to itself alone: what cannot change, as an array of JAX's, or of which nothing is known."""

    __slots__ = ("what",)

    def __init__(self, what: Any) -> None:
        self.what = what

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.what is self.what

    def __hash__(self) -> int:
        return id(self.what)


def state(function: Callable[..., Any]) -> tuple[Any, ...]:
    """Something that is equal as long as everything is that the function finds, apart from the arrays that are `held`.

    Raises LimitExceeded where that is too much to be looked at.
    """
    look = _Look()
    if isinstance(function, FunctionType):
        # A helper may look up the same arrays, and is not given them: they are left out here alone.
        apart = held(function)
        look.found.append(Same(function.__code__))
        look.each(v for n, v in held_by_name(function).items() if n not in apart)
        look.each([function.__defaults__, function.__kwdefaults__])
    else:
        look.at(function)
    return tuple(look.found)


class _Look:
    def __init__(self) -> None:
        self.found: list[Any] = []
        self.seen: set[int] = set()
        self.depth = 0

    def at(self, a: Any) -> None:
        if len(self.found) > MOST_FOUND or self.depth > DEEPEST:
            raise LimitExceeded("the function finds too much beside its arguments to be looked at before every call")
        if a is None or isinstance(a, (bool, int, float, complex, str, bytes)):
            self.found.append((type(a), repr(a)))
        elif isinstance(a, ModuleType) or id(a) in self.seen:
            return
        else:
            self.seen.add(id(a))
            self.depth += 1
            self._inside(a)
            self.depth -= 1

    def _inside(self, a: Any) -> None:
        if hasattr(a, "shape") and hasattr(a, "dtype"):
            # An array of NumPy's can be written into.
            written = type(a).__module__.split(".")[0] == "numpy"
            self.found.append((str(a.dtype), a.shape, a.tobytes()) if written else Same(a))
        elif isinstance(a, Mapping):
            self.found.append((type(a), len(a)))
            for k, v in list(a.items()):
                self.at(k)
                self.at(v)
        elif isinstance(a, (list, tuple, set, frozenset)):
            self.found.append((type(a), len(a)))
            self.each(a)
        elif isinstance(a, FunctionType):
            if not _of_a_library(a):
                self.found.append(Same(a.__code__))
                self.each([*held_by_name(a).values(), a.__defaults__, a.__kwdefaults__])
        elif isinstance(a, MethodType):
            self.each([a.__func__, a.__self__])
        elif isinstance(a, partial):
            self.each([a.func, a.args, a.keywords])
        elif isinstance(a, type):
            if not _of_a_library(a):
                self.each(v for n, v in vars(a).items() if not n.startswith("__"))
        else:
            self._object(a)

    def each(self, values: Any) -> None:
        for v in values:
            self.at(v)

    def _object(self, a: Any) -> None:
        wrapped = getattr(a, "__wrapped__", None) or getattr(a, "fun", None)
        if callable(wrapped):
            self.at(wrapped)
        elif _of_a_library(type(a)) or not (hasattr(a, "__dict__") or hasattr(a, "__slots__")):
            self.found.append(Same(a))
        else:
            self.found.append(type(a).__qualname__)
            self.each(dict(getattr(a, "__dict__", {})).values())
            self.each(getattr(a, n, None) for n in getattr(a, "__slots__", ()) if isinstance(n, str))
            self.at(type(a))


def _of_a_library(a: Any) -> bool:
    return str(getattr(a, "__module__", "")).split(".")[0] in LIBRARIES
