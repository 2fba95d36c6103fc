"""What a traced function finds under the names `range`, `len`, `np`, `math` and their like while it runs.

Python's `range`, `math.exp` and NumPy's `array` ask their arguments for plain numbers, which stand-ins are not. They are exchanged in the module of the
function for ones that know stand-ins, and put back; neither Python nor NumPy is changed.
"""

from __future__ import annotations

import builtins
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any

from gradatim.errors import GradatimError
from gradatim.trace.broadcast import array
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.loops import in_pairs, in_turn, numbered
from gradatim.trace.positions import triangle_indices
from gradatim.trace.proxy import Extent, Traced
from gradatim.trace.relations import SAME, Pattern
from gradatim.trace.written import DIAGONAL


def _array(made: Callable[..., Any]) -> Callable[..., Any]:
    def array(value: Any, *args: Any, **options: Any) -> Any:
        if isinstance(value, Traced):
            return value
        if _holds(value):
            return FUNCTIONS["stack"](value)
        return made(value, *args, **options)

    return array


def _plain(made: Callable[..., Any]) -> Callable[..., Any]:
    """`arange`, which calculates with what it is given, on the number that stands for a size."""

    def function(*args: Any, **options: Any) -> Any:
        return made(*(int(a) if isinstance(a, Extent) else a for a in args), **options)

    return function


def _zeros(made: Callable[..., Any]) -> Callable[..., Any]:
    """`zeros` and `empty` as arrays that can be written into."""

    def zeros(shape: Any, *args: Any, **options: Any) -> Any:
        kept = shape if isinstance(shape, (tuple, list)) else (shape,)
        numbers = not args and options.get("dtype", float) in (float, "float", "float64")
        if not numbers or not all(isinstance(n, int) for n in kept):
            return made(shape, *args, **options)
        return FUNCTIONS["zeros"](tuple(kept))

    return zeros


def _identity(made: Callable[..., Any]) -> Callable[..., Any]:
    """`eye` and `identity`, of truth values as well: `~np.eye(n, dtype=bool)` are the places off the diagonal."""

    def identity(n: Any, *args: Any, **options: Any) -> Any:
        kind = options.get("dtype", float)
        if not isinstance(n, int) or args or set(options) - {"dtype"} or kind not in (float, bool):
            return made(n, *args, **options)
        if kind is float:
            return FUNCTIONS["identity"](n)
        if isinstance(n, Extent) and n.dim.literal is None:
            return Pattern(n.dim, frozenset(SAME))
        return made(n, **options)

    return identity


def _holds(value: Any) -> bool:
    """Whether a list, or a list of lists, holds a stand-in."""
    return isinstance(value, (list, tuple)) and any(isinstance(v, (Traced, Extent)) or _holds(v) for v in value)


def _asarray(value: Any) -> Traced:
    """A list as the array that NumPy would make of it."""
    made = FUNCTIONS["stack"](value) if _holds(value) else sys.modules["numpy"].asarray(value)
    return array(made)


FUNCTIONS["asarray"] = _asarray
OF_LISTS = frozenset(
    """sum mean average prod max min amax amin median std var sort cumsum cumprod diff exp log log1p sqrt square abs absolute tanh sin cos
    dot inner outer matmul maximum minimum""".split()
)
"""Functions of arrays that people give lists of numbers."""


def _of_lists(own: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **options: Any) -> Any:
        return own(*(_asarray(a) if _holds(a) else a for a in args), **options)

    return function


class _NumPy:
    """NumPy, with an `array` and an `asarray` that leave stand-ins as they are."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.array, self.asarray = _array(module.array), _array(module.asarray)
        self.arange = _plain(module.arange)
        self.zeros, self.empty = _zeros(module.zeros), _zeros(module.empty)
        self.eye, self.identity = _identity(module.eye), _identity(module.identity)
        self.triu_indices, self.tril_indices = (triangle_indices(n, getattr(module, n)) for n in ("triu_indices", "tril_indices"))
        self.diag_indices = lambda n, ndim=2: DIAGONAL if isinstance(n, Extent) and ndim == 2 else module.diag_indices(n, ndim)

    def __getattr__(self, name: str) -> Any:
        own = getattr(self.module, name)
        return _of_lists(own) if name in OF_LISTS else own


class _Math:
    """The module `math` with functions that know stand-ins."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def __getattr__(self, name: str) -> Any:
        own = getattr(self.module, name)
        return _of_numbers(name, own) if callable(own) else own


NAMES = {"fabs": "absolute", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh"}
NAMES |= {"atanh": "arctanh", "lgamma": "gammaln", "pow": "power"}
"""What NumPy and SciPy call functions that `math` calls otherwise."""


def _of_numbers(name: str, own: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **options: Any) -> Any:
        if not any(isinstance(a, (Traced, Extent)) for a in args):
            return own(*args, **options)
        made = UFUNCS.get(NAMES.get(name, name))
        if made is None:
            raise GradatimError(f"math.{name} has no formula here")
        return made(*args)

    return function


def _length(a: Any) -> Any:
    return a.shape[0] if isinstance(a, Traced) and a.dims else len(a)


def _chosen(name: str, own: Callable[..., Any]) -> Callable[..., Any]:
    """`max` and `min` of several numbers."""

    def function(*args: Any, **options: Any) -> Any:
        if len(args) < 2 or not any(isinstance(a, Traced) for a in args):
            return own(*args, **options)
        result = args[0]
        for a in args[1:]:
            result = UFUNCS[name](result, a)
        return result

    return function


def _number(a: Any = 0.0) -> Any:
    return a if isinstance(a, (Traced, Extent)) else float(a)


@contextmanager
def exchanged(function: Callable[..., Any]) -> Iterator[None]:
    """These names exchanged in the module of a function, where it has none of its own by them."""
    names = getattr(function, "__globals__", None)
    if not isinstance(names, dict):
        yield
        return
    others: dict[str, Any] = {"range": in_turn, "enumerate": numbered, "len": _length, "float": _number}
    others |= {"max": _chosen("maximum", max), "min": _chosen("minimum", min)}
    before: dict[str, Any] = {}
    added = [n for n in others if n not in names and hasattr(builtins, n)]
    try:
        # Where it was never imported, the function cannot use it.
        if (module := sys.modules.get("numpy")) is not None:
            numpy = _NumPy(module)
            known = [
                (module, numpy),
                (module.array, numpy.array),
                (module.asarray, numpy.asarray),
                (math, _Math(math)),
                (combinations, in_pairs),
            ]
            known += [(f, _of_numbers(n, f)) for n, f in vars(math).items() if callable(f)]
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
