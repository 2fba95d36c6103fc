"""The ring of float64 arrays: NumPy, stable where a stabler way is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from gradatim.errors import EvaluationError
from gradatim.ops.base import Op
from gradatim.term import Apply, Symbol
from gradatim.value.balls import SMOOTH

Array = NDArray[np.float64]


class Floats:
    """NumPy float64. Overflow and undefined values become inf and nan; `gradatim.value.floats.evaluate` looks for them."""

    def number(self, value: Fraction) -> Array:
        return np.asarray(_float(value), dtype=np.float64)

    def full(self, shape: tuple[int, ...], value: Fraction) -> Array:
        return np.full(shape, _float(value))

    def array(self, shape: tuple[int, ...], values: Sequence[Fraction]) -> Array:
        return np.array([_float(v) for v in values], dtype=np.float64).reshape(shape)

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

    def einsum(
        self, ins: Sequence[tuple[int, ...]], out: tuple[int, ...], arrays: Sequence[Array], extents: Mapping[int, int]
    ) -> Array:
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

    def whole(self, a: Array) -> int:
        if a.ndim or float(a) != round(float(a)):
            raise EvaluationError("the exponent of a matrix is not a whole number")
        return round(float(a))

    def inverse(self, a: Array) -> Array:
        try:
            return np.asarray(np.linalg.inv(a))
        except np.linalg.LinAlgError:
            raise EvaluationError("a singular matrix has no inverse") from None

    def det(self, a: Array) -> Array:
        return np.asarray(np.linalg.det(a)) if a.ndim else a

    def primary(self, name: str, a: Array) -> Array:
        return expm(a) if name == "exp" else _by_eigenvalues(name, a)

    def spectrum(self, a: Array) -> tuple[Array, Array]:
        values, vectors = np.linalg.eigh(a)
        vectors = vectors[..., ::-1]
        return np.asarray(values[..., ::-1]), np.asarray(vectors * np.sign(_largest(vectors)))

    def eigen(self, a: Array, count: int) -> tuple[Array, Array]:
        values, vectors = np.linalg.eig(a)
        order = np.argsort(-values.real, axis=-1)[..., :count]
        values = np.take_along_axis(values, order, axis=-1)
        vectors = np.take_along_axis(vectors, order[..., None, :], axis=-1)
        turned = vectors / _largest(vectors)
        right = turned.real / np.linalg.norm(turned.real, axis=-2, keepdims=True)
        real = np.abs(values.imag) <= 1e-9 * (1 + np.abs(values.real))
        return np.where(real, values.real, nan), np.where(real[..., None, :], right, nan)

    def maximum(self, a: Array) -> Array:
        return np.asarray(np.max(a))

    def equal(self, a: Array, b: Array) -> Array:
        return np.asarray(np.equal(a, b), dtype=np.float64)

    def shape(self, a: Array) -> tuple[int, ...]:
        return tuple(a.shape)

    def entry(self, a: Array, positions: Sequence[Any]) -> Any:
        return np.asarray(a[tuple(positions)])

    def stack(self, parts: Sequence[Array]) -> Array:
        return np.stack(parts)

    def entries(self, a: Array) -> list[Array]:
        return [np.asarray(x) for x in a.ravel()]

    def shaped(self, shape: tuple[int, ...], entries: Sequence[Array]) -> Array:
        return np.asarray(entries, dtype=np.float64).reshape(shape)

    def reshaped(self, a: Array, shape: tuple[int, ...]) -> Any:
        return np.asarray(a.reshape(shape))

    def own(self, op: Op, args: Sequence[Array], node: Apply) -> Any:
        way = STABLE.get(op.name)
        return None if way is None else way(args[0], args[0].ndim, node)

    # All positions at once are for `gradatim.value.batches`.
    largest = 0

    def running(self, index: Symbol, extent: int) -> Any:
        raise EvaluationError(f"the index {index.label} has no single value")

    def close(self, kind: str, value: Any, index: Symbol, extent: int) -> Any:
        raise EvaluationError(f"the {kind} over {index.label} has no value")


def _largest(vectors: Array) -> Array:
    """The entry of largest size of each column."""
    return np.take_along_axis(vectors, np.argmax(np.abs(vectors), axis=-2)[..., None, :], axis=-2)


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


def expm(a: Array) -> Array:
    """The exponential of square matrices on the trailing axes, by scaling, the power series, and squaring back."""
    size = float(np.max(np.sum(np.abs(a), axis=-1), initial=0.0))
    if not np.isfinite(size) or size > 700:
        return np.full(a.shape, nan if not np.isfinite(size) else inf)
    halvings = max(0, math.ceil(math.log2(size)) + 2) if size > 0 else 0
    scaled = a / 2.0**halvings
    term = np.broadcast_to(np.eye(a.shape[-1]), a.shape)
    total = term
    for k in range(1, 19):
        term = term @ scaled / k
        total = total + term
    for _ in range(halvings):
        total = total @ total
    return np.asarray(total)


LARGEST_CONDITION = 1e8
"""Of the eigenvectors, by which a function of a matrix is worked out."""


def _by_eigenvalues(name: str, a: Array) -> Array:
    """A function of square matrices on the trailing axes, by their eigenvalues; nan where the value is not real.

    Raises EvaluationError where the eigenvectors are (nearly) no basis, as of [[1, 1], [0, 1]]: there digits are lost without a trace.
    """
    function: Callable[[Any], Any] = getattr(np, name)
    values, vectors = np.linalg.eig(a)
    if np.any(np.linalg.cond(vectors) > LARGEST_CONDITION):
        raise EvaluationError(f"{name} of a matrix whose eigenvectors are no basis is not known in doubles")
    result = (vectors * function(values + 0j)[..., None, :]) @ np.linalg.inv(vectors)
    return np.where(np.abs(result.imag) <= 1e-6 * (1 + np.abs(result.real)), result.real, nan)


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def _sigmoid(a: Array) -> Array:
    e = np.exp(-np.abs(a))
    return np.asarray(np.where(a >= 0, 1 / (1 + e), e / (1 + e)))


def _by_balls(name: str) -> Callable[[Array], Any]:
    """A function that NumPy does not have, worked out entry by entry to all digits."""

    def one(x: float) -> float:
        try:
            return float(SMOOTH[name](arb(float(x))).mid())
        except EvaluationError:
            return nan

    return np.vectorize(one, otypes=[float])


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
    "erf": np.vectorize(math.erf, otypes=[float]),
    "log1p": np.log1p,
    "expm1": np.expm1,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arcsinh": np.arcsinh,
    "arctanh": np.arctanh,
    "floor": np.floor,
    "rint": np.rint,
    **{name: _by_balls(name) for name in ("gamma", "lgamma", "digamma", "factorial", "erfinv", "ndtri")},
    **{f"bessel{kind}{k}": _by_balls(f"bessel{kind}{k}") for kind in ("j", "i", "ie") for k in range(3)},
    **{f"polygamma {k}": _by_balls(f"polygamma {k}") for k in range(1, 8)},
}


# Stabler ways work on the trailing axes, so that they serve many values at once.


def _softmax(a: Array, rank: int, node: Apply) -> Array:
    axis = -2 if node.params == ("columns",) else -1
    shifted = np.exp(a - np.max(a, axis=axis, keepdims=True))
    return np.asarray(shifted / np.sum(shifted, axis=axis, keepdims=True))


def _logsumexp(a: Array, rank: int, _node: Apply) -> Array:
    own = tuple(range(-rank, 0))
    top = np.max(a, axis=own, keepdims=True)
    return np.asarray(np.squeeze(top, axis=own) + np.log(np.sum(np.exp(a - top), axis=own)))


def _logdet(a: Array, rank: int, _node: Apply) -> Array:
    return np.asarray(np.linalg.slogdet(a)[1]) if rank else np.asarray(np.log(np.abs(a)))


def _norm(a: Array, rank: int, _node: Apply) -> Array:
    own = tuple(range(-rank, 0))
    top = np.max(np.abs(a), axis=own, keepdims=True)
    scale = np.where(top > 0, top, 1.0)
    return np.asarray(np.squeeze(scale, axis=own) * np.sqrt(np.sum((a / scale) ** 2, axis=own)))


def _permutation(a: Array, rank: int, _node: Apply) -> Array:
    return np.eye(a.shape[-1])[np.argsort(a, axis=-1, kind="stable")]


def _median_weights(a: Array, rank: int, node: Apply) -> Array:
    n = a.shape[-1]
    return np.asarray(_permutation(a, rank, node)[..., [(n - 1) // 2, n // 2], :].mean(axis=-2))


STABLE: dict[str, Callable[[Array, int, Apply], Array]] = {
    "softmax": _softmax,
    "logsumexp": _logsumexp,
    "logdet": _logdet,
    "norm": _norm,
    "sort": lambda a, _rank, _node: np.sort(a, axis=-1),
    "sort_places": _permutation,
    "median": lambda a, _rank, _node: np.asarray(np.median(a, axis=-1), dtype=np.float64),
    "median_weights": _median_weights,
    "pinv": lambda a, _rank, _node: np.asarray(np.linalg.pinv(a), dtype=np.float64),
}
"""Operations of one argument whose plain value overflows, loses digits or takes long where another way does not."""
