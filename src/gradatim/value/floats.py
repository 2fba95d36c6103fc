"""Evaluation for people: NumPy arrays in, NumPy arrays out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from gradatim.errors import EvaluationError, GradatimError, LimitExceeded
from gradatim.term import Bind, Symbol, Term, free_symbols, is_index
from gradatim.types import Dim, Type, shape_of, with_article
from gradatim.value.balls import Balls
from gradatim.value.batches import Batches
from gradatim.value.doubles import Array, Floats
from gradatim.value.evaluate import run
from gradatim.value.lists import Array as Balled
from gradatim.value.precision import workprec

BUDGET = 5_000_000
"""How many rounds of sums and calls an evaluation may take."""
LARGEST_EXACT = 200_000
"""Arrays up to this many entries are worked out again in ball arithmetic where float64 overflows."""


def evaluate(
    term: Term,
    arrays: Mapping[str | Symbol, Any] | None = None,
    sizes: Mapping[str, int] | None = None,
    indices: Mapping[str | Symbol, int] | None = None,
) -> Array | float:
    """The value of a term at given NumPy arrays: a float for a scalar, an array otherwise.

    `arrays` names each symbol by its plain name (or is keyed by the symbols); a vector is one-dimensional, a family has its
    index first. Sizes are inferred from the arrays; `sizes` gives those that no array tells. `indices` gives free indices,
    counted from 1; a result by member whose index is not given is evaluated for all members, their index first. Where float64 overflows although the value is finite, the value is worked out in ball arithmetic.
    Values of names that do not occur are left unused, so that one set of arrays serves a function and its derivatives.
    Raises EvaluationError naming the symbol, the shape that it has and the one given, for a name that has no value,
    and where the value does not exist; LimitExceeded where it would take minutes.
    """
    try:
        symbols = free_symbols(term)
        values = _named(symbols, arrays or {})
        counts = {s: int(k) for s, k in _named(symbols, indices or {}).items()}
        term, symbols = _for_all_members(
            term, [s for s in symbols if is_index(s) and s not in counts and s not in values], symbols
        )
        converted = {s: _array(s, value) for s, value in values.items()}
        known = _all_sizes(converted, dict(sizes or {}))
        for name, value in (arrays or {}).items():  # a size that no array tells may be given like a symbol
            if isinstance(name, str) and isinstance(value, int) and value > 0 and all(s.plain != name for s in symbols):
                known.setdefault(name, value)
        missing = [s for s in symbols if s not in converted and s not in counts]
        if missing:
            extra = sorted(k for k in arrays or {} if isinstance(k, str) and all(s.plain != k for s in symbols))
            unused = f"; {', '.join(extra)} {'does' if len(extra) == 1 else 'do'} not occur" if extra else ""
            wanted = ", ".join(f"{s.plain} ({s.type.describe()})" for s in missing)
            raise EvaluationError(f"no value is given for {wanted}{unused}")
        return _evaluated(term, converted, known, counts)
    except (GradatimError, MemoryError) as error:
        if isinstance(error, (EvaluationError, LimitExceeded)):
            raise
        said = str(error)
        if unknown := re.fullmatch(r"the size of the dimension (\w+) is not known", said):
            said += f": no array tells it, so give {unknown[1]}=… as well"
        raise EvaluationError(said or "the arrays do not fit into memory") from None


def _for_all_members(term: Term, open_indices: list[Symbol], symbols: list[Symbol]) -> tuple[Term, list[Symbol]]:
    """The stack of a result over the indices that nobody gave, the alphabetically first outermost."""
    for i in sorted(open_indices, key=lambda s: s.plain, reverse=True):
        term = Bind("stack", i, term)
    return term, [s for s in symbols if s not in open_indices]


def _evaluated(term: Term, arrays: dict[Symbol, Array], sizes: dict[str, int], indices: dict[Symbol, int]) -> Array | float:
    with np.errstate(all="ignore"):
        result = run(term, Batches(), arrays, sizes, indices, budget=BUDGET)
    if not np.all(np.isfinite(result)):
        result = _again(term, arrays, sizes, indices, result)
    return float(result) if result.ndim == 0 else result


def _again(term: Term, arrays: dict[Symbol, Array], sizes: dict[str, int], indices: dict[Symbol, int], result: Array) -> Array:
    """Where float64 gave inf or nan: the same in balls, whose exponents have no bound. An input that is itself inf or nan
    keeps what NumPy makes of it."""
    if any(not np.all(np.isfinite(a)) for a in arrays.values()) or sum(a.size for a in arrays.values()) > LARGEST_EXACT:
        return result
    with workprec(256):
        ring = Balls()
        exact = {s: ring.array(a.shape, [Fraction(float(x)) for x in a.ravel()]) for s, a in arrays.items()}
        value: Balled = run(term, ring, exact, sizes, indices)
        return np.array([float(x) for x in value.data], dtype=np.float64).reshape(value.shape)


def _named(symbols: Sequence[Symbol], given: Mapping[str | Symbol, Any]) -> dict[Symbol, Any]:
    found: dict[Symbol, Any] = {}
    for key, value in given.items():
        matches = [s for s in symbols if s is key] if isinstance(key, Symbol) else [s for s in symbols if s.plain == key]
        for s in matches:
            found[s] = value
    return found


def _array(symbol: Symbol, value: Any) -> Array:
    try:
        if np.iscomplexobj(value):
            raise TypeError
        a = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise EvaluationError(f"{symbol.plain} is not an array of real numbers") from None
    if a.ndim != symbol.type.rank:
        raise EvaluationError(
            f"{symbol.plain} is {with_article(words(symbol.type))}; the array given has shape {a.shape}{_advice(symbol, a)}"
        )
    return a


def _advice(symbol: Symbol, a: Array) -> str:
    if symbol.type.rank == 1 and a.ndim == 2 and 1 in a.shape:
        return " (a vector is a one-dimensional array)"
    return ""


def words(t: Type) -> str:
    shape = ", ".join(map(str, shape_of(t)))
    return f"{t.describe()}, shape ({shape}{',' if t.rank == 1 else ''})"


def _by_one_unknown(axis: Dim, n: int, sizes: dict[str, int]) -> None:
    """The T of an axis of T + 1 entries: the size that is not known, where the axis grows evenly with it."""
    unknown = [name for name in axis.names if name not in sizes]
    if len(unknown) != 1:
        return
    first, second, third = (axis.evaluate({**sizes, unknown[0]: k}) for k in (6, 12, 18))
    step = second - first
    if step and third - second == step and 6 * (n - first) % step == 0 and (value := 6 + 6 * (n - first) // step) > 0:
        sizes[unknown[0]] = value


def _all_sizes(arrays: Mapping[Symbol, Array], sizes: dict[str, int]) -> dict[str, int]:
    """Sizes from the arrays: first those of axes that are a bare name, then what follows from the others, which are compared."""
    told: dict[str, str] = dict.fromkeys(sizes, "sizes")
    for s, a in arrays.items():
        for axis, n in zip(s.type.axes, a.shape):
            name = str(axis)
            if axis.names != (name,):
                continue
            if name in sizes and sizes[name] != n:
                raise EvaluationError(
                    f"{s.plain} is {with_article(words(s.type))}; the array given has shape {a.shape}, but {name} is {sizes[name]} by {told[name]}"
                )
            sizes.setdefault(name, n)
            told.setdefault(name, s.plain)
    for s, a in arrays.items():
        for axis, n in zip(s.type.axes, a.shape):
            _by_one_unknown(axis, n, sizes)
    for s, a in arrays.items():
        expected = tuple(axis.evaluate(sizes) if set(axis.names) <= set(sizes) else n for axis, n in zip(s.type.axes, a.shape))
        if expected != a.shape:
            raise EvaluationError(
                f"{s.plain} is {with_article(words(s.type))}, here {expected}; the array given has shape {a.shape}"
            )
        if 0 in a.shape:
            raise EvaluationError(f"{s.plain} has an axis without entries: shape {a.shape}")
    return sizes


__all__ = ["Floats", "evaluate", "words"]
