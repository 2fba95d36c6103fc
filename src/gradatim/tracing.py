"""`gd.from_function`: the formula of a function that is there already, in NumPy or in JAX."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradatim.errors import EvaluationError, GradatimError, LimitExceeded, NotVerified
from gradatim.jaxpr import from_jaxpr, uses_jax
from gradatim.operators import term as as_term
from gradatim.term import Symbol, Term, free_symbols, walk
from gradatim.trace.run import traced
from gradatim.types import Dim, Type
from gradatim.value.floats import evaluate

TRIES = 2
TOLERANCE = 1e-7
KINKED = frozenset({"step", "sign", "abs", "relu", "maximum", "minimum", "largest", "huber"})
"""Where one of these occurs, the function is compared at numbers of both signs too."""
ShapeLike = str | int | tuple[str | int, ...] | list[str | int] | None


def from_function(
    function: Callable[..., Any], shapes: Mapping[str, ShapeLike] | None = None, facts: Mapping[str, Any] | None = None
) -> Term:
    """The term of a function of arrays: NumPy functions are traced, JAX functions read through their jaxpr.

    `shapes` gives each argument its shape: a name or a number for a vector, a tuple (or "m n") for more axes, () for a scalar; only
    arguments with a default value may be left out. `facts` declares what is known, {"A": "spd"}. The formula is compared with the function itself at random
    points of other sizes before it is returned. Raises GradatimError for what cannot be traced (a branch on values, a loop over
    an axis of unknown size), ShapeError for shapes that do not fit, NotVerified where formula and function differ.
    """
    if not callable(function):
        raise GradatimError(f"a {type(function).__name__} is not a function")
    symbols = _symbols(function, dict(shapes or {}), dict(facts or {}))
    arguments = {name: (symbol, _dims((shapes or {}).get(name))) for name, symbol in symbols.items()}
    try:
        term = as_term(_read(function, arguments))
    except (RecursionError, MemoryError):
        raise LimitExceeded("the function is too deep or too large to trace") from None
    compare(function, term, symbols)
    return term


def _read(function: Callable[..., Any], arguments: Mapping[str, tuple[Term, tuple[Dim, ...]]]) -> Term:
    """By stand-ins for NumPy's arrays; where those fail and JAX is in use, by the function's jaxpr."""
    try:
        return traced(function, arguments)
    except (RecursionError, MemoryError):
        raise
    except Exception as error:
        if "jax" in sys.modules and uses_jax(function):
            return from_jaxpr(function, arguments)
        if isinstance(error, GradatimError):
            raise
        raise GradatimError(f"the function cannot be traced: {type(error).__name__}: {error}") from None


def _dims(shape: ShapeLike) -> tuple[Dim, ...]:
    if shape is None:
        return ()
    if isinstance(shape, str):
        shape = tuple(shape.replace(",", " ").split())
    return tuple(Dim.of(d) for d in (shape if isinstance(shape, (tuple, list)) else (shape,)))


def _symbols(function: Callable[..., Any], shapes: dict[str, ShapeLike], facts: dict[str, Any]) -> dict[str, Symbol]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        raise GradatimError("the arguments of this function are not known; wrap it in a def or a lambda") from None
    open_ended = [p.name for p in parameters if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if open_ended:
        raise GradatimError(
            f"*{open_ended[0]} stands for arguments without names: wrap the function in one that names its arguments"
        )
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    unknown = sorted({*shapes, *facts} - set(names))
    if unknown:
        raise GradatimError(f"{', '.join(unknown)}: no such argument; there are {', '.join(names)}")
    missing = [n for n in names if n not in shapes and _needed(function, n)]
    if missing:
        raise GradatimError(f"shapes says nothing of {' and '.join(missing)}: give every argument a shape, () for a scalar")
    names = [n for n in names if n in shapes]
    out = {}
    for n in names:
        given = facts.get(n, ())
        known = frozenset([given] if isinstance(given, str) else given)
        out[n] = Symbol(n, Type(tuple(d for d in _dims(shapes.get(n)) if d.literal != 1), facts=known))
    return out


def _needed(function: Callable[..., Any], name: str) -> bool:
    return inspect.signature(function).parameters[name].default is inspect.Parameter.empty


def compare(function: Callable[..., Any], term: Term, symbols: Mapping[str, Symbol]) -> None:
    """The formula against the function at random points, of sizes that were not traced."""
    cases = any(getattr(getattr(node, "op", None), "name", "") in KINKED for node in walk(term))
    for turn in range(TRIES + cases):
        rng = np.random.default_rng(20_240_229 + turn)
        signed = turn == TRIES
        names = sorted({n for s in symbols.values() for d in s.type.axes for n in d.names})
        sizes = {n: 3 + (k + turn) % (len(names) + 2) + (len(names) if turn else 0) for k, n in enumerate(names)}
        arrays = {n: _drawn(rng, s, sizes, signed) for n, s in symbols.items()}
        with np.errstate(all="ignore"):
            try:
                wanted = np.asarray(function(**arrays), dtype=np.float64)
            except Exception as error:
                raise NotVerified(f"the function fails at random arrays: {type(error).__name__}: {error}") from None
        mine: dict[str | Symbol, Any] = {s: arrays[n] for n, s in symbols.items() if s in free_symbols(term)}
        try:
            got = np.asarray(evaluate(term, mine, sizes))
        except EvaluationError:
            if signed:
                continue  # outside the domain of a logarithm or a root
            raise
        if got.shape != tuple(n for n in wanted.shape if n != 1) and got.shape != wanted.shape:
            raise NotVerified(f"the formula has shape {got.shape} where the function has {wanted.shape}")
        both = np.isfinite(wanted.reshape(got.shape)) & np.isfinite(got)
        scale = max(1.0, float(np.max(np.abs(got[both])))) if both.any() else 1.0
        single = wanted.dtype == np.float32 or "jax" in type(function(**arrays)).__module__ and _single()
        if not np.allclose(got[both], wanted.reshape(got.shape)[both], rtol=0, atol=(1e-3 if single else TOLERANCE) * scale):
            raise NotVerified("the traced formula and the function differ; a loop or a branch may depend on sizes or values")


def _single() -> bool:
    import jax

    settings: Any = jax.config
    return not settings.jax_enable_x64


def _drawn(rng: np.random.Generator, s: Symbol, sizes: Mapping[str, int], signed: bool) -> Any:
    shape = tuple(d.evaluate(sizes) for d in s.type.axes)
    a = rng.uniform(0.3, 1.3, size=shape)
    if signed and not s.type.facts:
        a = a * rng.choice([-1.0, 1.0], size=shape)
    if len(shape) == 2 and shape[0] == shape[1]:
        a = a @ a.T + np.eye(shape[0]) if s.type.facts & {"symmetric", "spd", "psd"} else a + 2 * np.eye(shape[0])
    return float(a) if not shape else a
