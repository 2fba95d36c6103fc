"""`gd.from_function`: the formula of a function that is there already, in NumPy or in JAX."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from traceback import extract_tb
from types import NoneType
from typing import Any

import numpy as np

from gradatim.errors import EvaluationError, GradatimError, LimitExceeded, NotVerified, ShapeError
from gradatim.jaxpr import from_jaxpr, uses_jax
from gradatim.operators import term as as_term
from gradatim.ops import largest
from gradatim.ops.tidy import tidy
from gradatim.term import Apply, Symbol, Term, free_symbols, walk
from gradatim.trace.run import traced
from gradatim.types import Dim, Type
from gradatim.value.floats import evaluate

TRIES, MOST_TRIES = 2, 12
TOLERANCE = 1e-7
BELOW_ONE = -1.0
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
    if not all(isinstance(told, (Mapping, NoneType)) for told in (shapes, facts)):
        raise GradatimError('shapes and facts are given by the names of the arguments: shapes={"X": ("N", "d")}')
    symbols = _symbols(function, dict(shapes or {}), dict(facts or {}))
    arguments = {name: (symbol, _dims((shapes or {}).get(name))) for name, symbol in symbols.items()}
    try:
        term = as_term(_read(function, arguments))
        compare(function, term, symbols)
        term = _without_shifts(function, arguments, term, symbols)
    except (RecursionError, MemoryError):
        raise LimitExceeded("the function is too deep or too large to trace") from None
    except NotVerified:
        if "jax" not in sys.modules or not uses_jax(function):
            raise
        term = from_jaxpr(function, arguments, shifts=False)
        compare(function, term, symbols)
    return tidy(term)


def _without_shifts(
    function: Callable[..., Any], arguments: Mapping[str, tuple[Term, tuple[Dim, ...]]], term: Term, symbols: dict[str, Symbol]
) -> Term:
    """The term without the maxima that only keep exponentials small, `exp(z - z.max())`, where the function is the same without."""
    if not any(isinstance(n, Apply) and n.op is largest for n in walk(term)):
        return term
    try:
        found = as_term(traced(function, arguments, lifted=True))
        if any(isinstance(n, Apply) and n.op is largest for n in walk(found)):
            return term
        compare(function, found, symbols)
    except Exception:  # whatever fails here, the term as written stands
        return term
    return found


def _read(function: Callable[..., Any], arguments: Mapping[str, tuple[Term, tuple[Dim, ...]]]) -> Term:
    """By stand-ins for NumPy's arrays; where those fail and JAX is in use, by the function's jaxpr."""
    try:
        return traced(function, arguments)
    except (RecursionError, MemoryError):
        raise
    except Exception as error:
        if "jax" in sys.modules and uses_jax(function):
            return from_jaxpr(function, arguments)
        where = _place(function, error)
        if isinstance(error, GradatimError):
            raise type(error)(f"{error}{where}") from None
        raise GradatimError(f"the function cannot be traced: {type(error).__name__}: {error}{where}") from None


def _place(function: Callable[..., Any], error: Exception) -> str:
    """The line of the function's file at which an error arose, and what is written there."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    own = [f for f in extract_tb(error.__traceback__) if code is not None and f.filename == code.co_filename]
    if not own:
        return ""
    return f" (line {own[-1].lineno}: {own[-1].line})" if own[-1].line else f" (line {own[-1].lineno})"


def _dims(shape: ShapeLike) -> tuple[Dim, ...]:
    if shape is None:
        return ()
    if isinstance(shape, str):
        shape = tuple(re.sub(r"\s*([*+])\s*", r"\1", shape).replace(",", " ").split())
    return tuple(map(_dim, shape if isinstance(shape, (tuple, list)) else (shape,)))


def _dim(size: str | int) -> Dim:
    """A number, a name, a multiple of one, "2m", or a sum of products: "d*k + k"."""
    if not isinstance(size, str) or re.fullmatch(r"[^\W\d]\w*|\d+", size.strip()):
        return Dim.of(size)
    total = Dim(())
    for part in size.split("+"):
        product = Dim.of(1)
        for factor in part.split("*"):
            multiple = re.fullmatch(r"\s*(\d*)\s*([^\W\d]\w*)?\s*", factor)
            if multiple is None or not factor.strip():
                raise ShapeError(f"a size is a number, a name or a sum of products like d*k + k, not {size!r}")
            product = product * Dim.of(multiple[2] or 1).scaled(Fraction(int(multiple[1] or 1)))
        total = total + product
    return total


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


def compare(
    function: Callable[..., Any],
    term: Term,
    symbols: Mapping[str, Symbol],
    at: Mapping[str, int] | None = None,
    constants: Mapping[Symbol, Any] | None = None,
) -> None:
    """The formula against the function at random points, of sizes that were not traced, or of those of `at`, with these `constants`.

    Sizes at which the function has no finite value (a Gram matrix of too few rows, a slice beyond the end) give way to others.
    """
    names = sorted({n for s in symbols.values() for d in s.type.axes for n in d.names})
    agreed, failed = 0, "there is nothing to compare with"
    for turn in range(MOST_TRIES):
        if agreed == TRIES:
            break
        rng = np.random.default_rng(20_240_229 + turn)
        # What has no value beyond 1 is asked below.
        signed = 0.0 if turn == agreed else BELOW_ONE
        outcome = _compared(function, term, symbols, at or _sizes(names, turn), rng, signed, constants or {})
        agreed, failed = (agreed + 1, failed) if outcome is None else (agreed, outcome)
    if agreed < TRIES:
        raise NotVerified(failed)
    # A bound that none of those numbers meets (clip(x, −5, 5)) shows at larger ones of both signs.
    for turn, size in enumerate((1.0, 30.0)):
        rng = np.random.default_rng(20_240_229 + TRIES + turn)
        _compared(function, term, symbols, at or _sizes(names, 2), rng, size, constants or {})


def _sizes(names: list[str], turn: int) -> dict[str, int]:
    """Sizes that all differ: small ones, then larger ones, the last names with the largest and with the smallest in turn."""
    ordered = names if turn % 4 < 2 else names[::-1]
    return {n: 3 + (k + turn) % (len(names) + 2) + (len(names) + turn if turn else 0) for k, n in enumerate(ordered)}


def _compared(
    function: Callable[..., Any],
    term: Term,
    symbols: Mapping[str, Symbol],
    sizes: Mapping[str, int],
    rng: np.random.Generator,
    signed: float,
    constants: Mapping[Symbol, Any],
) -> str | None:
    """None where both agree, else why they could not be compared. Raises NotVerified where they differ.

    `signed` is 0 for positive numbers near 1, `BELOW_ONE` for those between 0 and 1, else the size of numbers of both signs.
    """
    arrays = {n: drawn(rng, s, sizes, signed) for n, s in symbols.items()}
    try:
        given = _called(function, arrays)
        wanted = np.asarray(given, dtype=np.float64)
    except Exception as error:
        return f"the function fails at random arrays: {type(error).__name__}: {error}"
    used = {s: n for n, s in symbols.items() if s in free_symbols(term)}

    def formula(now: Mapping[str, Any]) -> Any:
        values: dict[str | Symbol, Any] = {s: now[n] for s, n in used.items()}
        values.update(constants.items())
        return evaluate(term, values, sizes)

    try:
        got = np.asarray(formula(arrays))
    except (EvaluationError, ShapeError) as error:
        return f"the formula has no value at random arrays: {error}"
    if got.shape != tuple(n for n in wanted.shape if n != 1) and got.shape != wanted.shape:
        raise NotVerified(f"the formula has shape {got.shape} where the function has {wanted.shape}")
    both = np.isfinite(wanted.reshape(got.shape)) & np.isfinite(got)
    if not both.any():
        return "the function has no finite value at random arrays"
    scale = max(1.0, float(np.max(np.abs(got[both]))))
    single = getattr(given, "dtype", None) == np.float32 or "jax" in type(given).__module__ and _single()
    close = (1e-3 if single or signed > 1 else TOLERANCE) * scale
    if not np.allclose(got[both], wanted.reshape(got.shape)[both], rtol=0, atol=close):
        if not (_steady(lambda now: _called(function, now), arrays, wanted, close) and _steady(formula, arrays, got, close)):
            return "the function has no digits at random arrays: a matrix that it inverts is singular there"
        raise NotVerified("the traced formula and the function differ; a loop or a branch may depend on sizes or values")
    return None


def _called(function: Callable[..., Any], arrays: Mapping[str, Any]) -> Any:
    with np.errstate(all="ignore"):
        # A function may write into what it is given.
        copies = {n: a.copy() if hasattr(a, "copy") else a for n, a in arrays.items()}
        return function(**(_for_jax(arrays) if "jax" in sys.modules and uses_jax(function) else copies))


def _steady(function: Callable[[Mapping[str, Any]], Any], arrays: Mapping[str, Any], value: Any, close: float) -> bool:
    """Whether a function hardly changes where its arguments do so in their last digits: (XᵀX)⁻¹ of too few rows is noise."""
    rng = np.random.default_rng(20_240_303)
    near = {n: a * (1 + 1e-14 * rng.standard_normal(np.shape(a))) for n, a in arrays.items()}
    try:
        return bool(np.allclose(np.asarray(function(near), dtype=np.float64), value, rtol=0, atol=close, equal_nan=True))
    except Exception:  # a matrix that is singular but for its last digits
        return False


def _for_jax(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """JAX's own arrays, which its loops may take apart."""
    import jax
    import jax.numpy as jnp

    with jax.ensure_compile_time_eval():
        return {n: jnp.asarray(a) for n, a in arrays.items()}


def _single() -> bool:
    import jax

    settings: Any = jax.config
    return not settings.jax_enable_x64


def drawn(rng: np.random.Generator, s: Symbol, sizes: Mapping[str, int], signed: float) -> Any:
    """A random array of the shape of a symbol; `signed` as above."""
    shape = tuple(d.evaluate(sizes) for d in s.type.axes)
    a = rng.uniform(0.3, 1.3, size=shape) if signed != BELOW_ONE else rng.uniform(0.1, 0.9, size=shape)
    if signed > 0 and not s.type.facts:
        a = a * rng.choice([-signed, signed], size=shape)
    if len(shape) == 2 and shape[0] == shape[1]:
        a = a @ a.T + np.eye(shape[0]) if s.type.facts & {"symmetric", "spd", "psd"} else a + 2 * np.eye(shape[0])
    return float(a) if not shape else a
