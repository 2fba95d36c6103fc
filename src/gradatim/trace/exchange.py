"""What a traced function finds under the names `range`, `enumerate` and `np` while it runs.

Python's `range` and NumPy's `array` ask their arguments for plain numbers, which stand-ins are not. They are exchanged in the module of the
function for ones that know stand-ins, and put back; neither Python nor NumPy is changed.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gradatim.trace.functions import FUNCTIONS
from gradatim.trace.loops import in_turn, numbered
from gradatim.trace.proxy import Extent, Traced


def _array(made: Callable[..., Any]) -> Callable[..., Any]:
    def array(value: Any, *args: Any, **options: Any) -> Any:
        if isinstance(value, Traced):
            return value
        if _holds(value):
            return FUNCTIONS["stack"](value)
        return made(value, *args, **options)

    return array


def _holds(value: Any) -> bool:
    """Whether a list, or a list of lists, holds a stand-in."""
    return isinstance(value, (list, tuple)) and any(isinstance(v, (Traced, Extent)) or _holds(v) for v in value)


class _NumPy:
    """NumPy, with an `array` and an `asarray` that leave stand-ins as they are."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.array, self.asarray = _array(module.array), _array(module.asarray)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.module, name)


@contextmanager
def exchanged(function: Callable[..., Any]) -> Iterator[None]:
    """`range`, `enumerate`, NumPy and its `array` exchanged in the module of a function, where it has none of its own by these names."""
    names = getattr(function, "__globals__", None)
    if not isinstance(names, dict):
        yield
        return
    others = {"range": in_turn, "enumerate": numbered}
    before: dict[str, Any] = {}
    added = [n for n in others if n not in names and hasattr(builtins, n)]
    try:
        # Where it was never imported, the function cannot use it.
        if (module := sys.modules.get("numpy")) is not None:
            numpy = _NumPy(module)
            known = [(module, numpy), (module.array, numpy.array), (module.asarray, numpy.asarray)]
            for n, value in list(names.items()):
                for own, made in known:
                    if value is own:
                        before[n], names[n] = value, made
        names.update({n: others[n] for n in added})
        yield
    finally:
        names.update(before)
        for n in added:
            del names[n]
