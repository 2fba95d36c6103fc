"""Float64 arrays: evaluation for people, by NumPy, stable where a stabler way is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradatim.errors import EvaluationError, GradatimError, LimitExceeded
from gradatim.ops.base import Op
from gradatim.term import Apply, Symbol, Term, free_symbols
from gradatim.types import Type, shape_of
from gradatim.value.balls import Balls, workprec
from gradatim.value.evaluate import run
from gradatim.value.lists import Array as Balled

Array = NDArray[np.float64]
BUDGET = 5_000_000
"""How many rounds of sums and calls an evaluation may take."""
LARGEST_EXACT = 200_000
"""Arrays up to this many entries are worked out again in ball arithmetic where float64 overflows."""


class Floats:
    """NumPy float64. Overflow and undefined values become inf and nan, without warnings; `evaluate` looks for them."""

    def number(self, value: Fraction) -> Array:
        return np.asarray(_float(value), dtype=np.float64)

    def full(self, shape: tuple[int, ...], value: Fraction) -> Array:
        return np.full(shape, _float(value))

    def add(self, a: Array, b: Array) -> Array:
        return np.asarray(a + b)

    def multiply(self, a: Array, b: Array) -> Array:
        return np.asarray(a * b)

    def divide(self, a: Array, b: Array) -> Array:
        return np.asarray(a / b)

    def power(self, base: Array, exponent: Array) -> Array:
        return np.asarray(np.power(base, exponent))

    def power_rational(self, base: Array, exponent: Fraction) -> Array:
        if exponent == Fraction(1, 2):
            return np.asarray(np.sqrt(base))
        if exponent == 2:
            return np.asarray(base * base)
        return np.asarray(np.power(base, _float(exponent)))

    def einsum(self, ins: Sequence[tuple[int, ...]], out: tuple[int, ...], arrays: Sequence[Array], extents: Mapping[int, int]) -> Array:
        scale: Array = np.ones(())
        held: list[tuple[int, ...]] = []
        kept: list[Array] = []
        for axes, a in zip(ins, arrays):
            if axes:
                held.append(axes)
                kept.append(a)
            else:
                scale = np.asarray(scale * a)
        while len(kept) > 12:
            # NumPy's einsum takes a bounded number of operands: contract the first two alone.
            later = {i for axes in held[2:] for i in axes} | set(out)
            merged = tuple(i for i in dict.fromkeys((*held[0], *held[1])) if i in later)
            kept[:2] = [_einsum(held[:2], merged, kept[:2])]
            held[:2] = [merged]
        present = {i for axes in held for i in axes}
        unique = tuple(i for i in dict.fromkeys(out) if i in present)
        result = np.asarray(_einsum(held, unique, kept) * scale) if kept else scale
        return result if unique == out else _spread(result, unique, out, {**extents, **_sizes(held, kept)})

    def map(self, name: str, a: Array) -> Array:
        function = _FUNCTIONS.get(name)
        if function is None:
            raise EvaluationError(f"{name} has no value in floating point")
        return np.asarray(function(a))

    def inverse(self, a: Array) -> Array:
        try:
            return np.asarray(np.linalg.inv(a))
        except np.linalg.LinAlgError:
            raise EvaluationError("a singular matrix has no inverse") from None

    def det(self, a: Array) -> Array:
        return np.asarray(np.linalg.det(a)) if a.ndim else a

    def maximum(self, a: Array) -> Array:
        return np.asarray(np.max(a))

    def equal(self, a: Array, b: Array) -> Array:
        return np.asarray(np.equal(a, b), dtype=np.float64)

    def shape(self, a: Array) -> tuple[int, ...]:
        return tuple(a.shape)

    def entry(self, a: Array, positions: Sequence[int]) -> Array:
        return np.asarray(a[tuple(positions)])

    def stack(self, parts: Sequence[Array]) -> Array:
        return np.stack(parts)

    def entries(self, a: Array) -> list[Array]:
        return [np.asarray(x) for x in a.ravel()]

    def shaped(self, shape: tuple[int, ...], entries: Sequence[Array]) -> Array:
        return np.asarray(entries, dtype=np.float64).reshape(shape)

    def own(self, op: Op, args: Sequence[Array], node: Apply) -> Any:
        way = _STABLE.get(op.name)
        return None if way is None else way(args, node)


def _einsum(held: Sequence[tuple[int, ...]], out: tuple[int, ...], arrays: Sequence[Array]) -> Array:
    # NumPy wants small labels, and ours may be any.
    label = {i: k for k, i in enumerate(dict.fromkeys(i for axes in held for i in axes))}
    operands: list[Any] = []
    for axes, a in zip(held, arrays):
        operands += [a, [label[i] for i in axes]]
    return np.asarray(np.einsum(*operands, [label[i] for i in out], optimize=len(arrays) > 1))


def _sizes(held: Sequence[tuple[int, ...]], arrays: Sequence[Array]) -> dict[int, int]:
    return {i: n for axes, a in zip(held, arrays) for i, n in zip(axes, a.shape)}


def _spread(result: Array, unique: tuple[int, ...], out: tuple[int, ...], sizes: Mapping[int, int]) -> Array:
    """Repeat along new output indices and put repeated ones on the diagonal."""
    wanted = tuple(dict.fromkeys(out))
    order = sorted(range(len(unique)), key=lambda k: wanted.index(unique[k]))
    moved = np.transpose(result, order)
    view = moved.reshape([sizes[i] if i in unique else 1 for i in wanted])
    full = np.broadcast_to(view, [sizes[i] for i in wanted])
    if wanted == out:
        return np.array(full)
    target = np.zeros([sizes[i] for i in out])
    grid = np.ix_(*[np.arange(sizes[i]) for i in wanted])
    target[tuple(grid[wanted.index(i)] for i in out)] = full
    return target


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def _sigmoid(a: Array) -> Array:
    e = np.exp(-np.abs(a))
    return np.asarray(np.where(a >= 0, 1 / (1 + e), e / (1 + e)))


_FUNCTIONS: dict[str, Callable[[Array], Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arctan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "sign": np.sign,
    "abs": np.abs,
    "step": lambda a: (a > 0).astype(np.float64),
    "relu": lambda a: np.maximum(a, 0.0),
    "sigmoid": _sigmoid,
    "softplus": lambda a: np.logaddexp(0.0, a),
}


def _softmax(args: Sequence[Array], node: Apply) -> Array:
    axis = {(): None, ("rows",): 1, ("columns",): 0}[node.params]  # type: ignore[index]
    shifted = np.exp(args[0] - np.max(args[0], axis=axis, keepdims=True))
    return np.asarray(shifted / np.sum(shifted, axis=axis, keepdims=True))


def _logsumexp(args: Sequence[Array], _node: Apply) -> Array:
    top = np.max(args[0])
    return np.asarray(top + np.log(np.sum(np.exp(args[0] - top))))


def _logdet(args: Sequence[Array], _node: Apply) -> Array:
    a = args[0] if args[0].ndim else args[0].reshape(1, 1)
    return np.asarray(np.linalg.slogdet(a)[1])


def _norm(args: Sequence[Array], _node: Apply) -> Array:
    return np.asarray(np.linalg.norm(args[0].ravel()))


_STABLE: dict[str, Callable[[Sequence[Array], Apply], Array]] = {
    "softmax": _softmax,
    "logsumexp": _logsumexp,
    "logdet": _logdet,
    "norm": _norm,
}
"""Operations whose plain value overflows or loses digits where a stabler way does not."""


# ---------------------------------------------------------------- for people


def evaluate(
    term: Term,
    arrays: Mapping[str | Symbol, Any] | None = None,
    sizes: Mapping[str, int] | None = None,
    indices: Mapping[str | Symbol, int] | None = None,
) -> Array | float:
    """The value of a term at given NumPy arrays: a float for a scalar, an array otherwise.

    `arrays` names each symbol by its plain name (or is keyed by the symbols); a vector is one-dimensional, a family has its
    index first. Sizes are inferred from the arrays; `sizes` gives those that no array tells. `indices` gives free indices,
    counted from 1. Where float64 overflows although the value is finite, the value is worked out in ball arithmetic.
    Raises EvaluationError naming the symbol, the shape that it has and the one given, for a name that does not
    occur, and where the value does not exist; LimitExceeded where it would take minutes.
    """
    try:
        symbols = free_symbols(term)
        values = _named(symbols, arrays or {}, "array")
        counts = {s: int(k) for s, k in _named(symbols, indices or {}, "index").items()}
        converted = {s: _array(s, value) for s, value in values.items()}
        known = _all_sizes(converted, dict(sizes or {}))
        missing = [s for s in symbols if s not in converted and s not in counts]
        if missing:
            raise EvaluationError(f"no value is given for {', '.join(f'{s.plain} ({s.type.describe()})' for s in missing)}")
        return _evaluated(term, converted, known, counts)
    except (GradatimError, MemoryError) as error:
        if isinstance(error, (EvaluationError, LimitExceeded)):
            raise
        raise EvaluationError(str(error) or "the arrays do not fit into memory") from None


def _evaluated(term: Term, arrays: dict[Symbol, Array], sizes: dict[str, int], indices: dict[Symbol, int]) -> Array | float:
    with np.errstate(all="ignore"):
        result = run(term, Floats(), arrays, sizes, indices, budget=BUDGET)
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


def _named(symbols: Sequence[Symbol], given: Mapping[str | Symbol, Any], what: str) -> dict[Symbol, Any]:
    found: dict[Symbol, Any] = {}
    for key, value in given.items():
        matches = [s for s in symbols if s is key] if isinstance(key, Symbol) else [s for s in symbols if s.plain == key]
        if not matches and isinstance(key, Symbol):
            continue
        if not matches:
            names = ", ".join(s.plain for s in symbols) or "none"
            raise EvaluationError(f"{what} {key!r} does not occur; the names are: {names}")
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
        raise EvaluationError(f"{symbol.plain} is a {words(symbol.type)}; the array given has shape {a.shape}{_advice(symbol, a)}")
    return a


def _advice(symbol: Symbol, a: Array) -> str:
    if symbol.type.rank == 1 and a.ndim == 2 and 1 in a.shape:
        return " (a vector is a one-dimensional array)"
    return ""


def words(t: Type) -> str:
    shape = ", ".join(map(str, shape_of(t)))
    return f"{t.describe()}, shape ({shape}{',' if t.rank == 1 else ''})"


def _all_sizes(arrays: Mapping[Symbol, Array], sizes: dict[str, int]) -> dict[str, int]:
    """Sizes from the arrays: first those of axes that are a bare name, then the other axes are compared."""
    told: dict[str, str] = {name: "sizes" for name in sizes}
    for s, a in arrays.items():
        for axis, n in zip(s.type.axes, a.shape):
            name = str(axis)
            if axis.names != (name,):
                continue
            if name in sizes and sizes[name] != n:
                raise EvaluationError(
                    f"{s.plain} is a {words(s.type)}; the array given has shape {a.shape}, but {name} is {sizes[name]} by {told[name]}"
                )
            sizes.setdefault(name, n)
            told.setdefault(name, s.plain)
    for s, a in arrays.items():
        expected = tuple(axis.evaluate(sizes) if set(axis.names) <= set(sizes) else n for axis, n in zip(s.type.axes, a.shape))
        if expected != a.shape:
            raise EvaluationError(f"{s.plain} is a {words(s.type)}, here {expected}; the array given has shape {a.shape}")
        if 0 in a.shape:
            raise EvaluationError(f"{s.plain} has an axis without entries: shape {a.shape}")
    return sizes


__all__ = ["Floats", "evaluate", "words"]
