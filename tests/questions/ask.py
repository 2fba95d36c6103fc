"""Questions as people write them, each with a function in NumPy that was written from its meaning alone."""

from __future__ import annotations

import inspect
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import gradatim as gd
from gradatim.term import free_symbols, is_index
from gradatim.value.floats import evaluate

SIZES = {"d": 3, "n": 4, "m": 5, "N": 6, "p": 7, "K": 3, "k": 3, "r": 3, "q": 4, "D": 4, "M": 5, "T": 5, "s": 3, "h": 5}
Array = Any


@dataclass(frozen=True, slots=True)
class Question:
    """`given` and `latex` as a person writes them, the variable, `values` as `A: m n; S: n n spd`, and the function."""

    given: str
    latex: str
    wrt: str
    values: str
    function: Callable[..., Array]
    order: int = 1

    @property
    def name(self) -> str:
        return f"{self.latex} by {self.wrt}" + (f" twice ({self.order})" if self.order > 1 else "")


def drawn(question: Question) -> dict[str, Array]:
    """A value for every name, the same in every run."""
    rng = np.random.default_rng(zlib.crc32(question.name.encode()))
    out: dict[str, Array] = {}
    for piece in filter(None, (p.strip() for p in question.values.split(";"))):
        name, _, rest = piece.partition(":")
        words = rest.split()
        if "=" in rest:
            out[name.strip()] = int(rest.replace("=", ""))
            continue
        shape = tuple(SIZES[w] if w in SIZES else int(w) for w in words if w in SIZES or w.isdigit())
        kinds = [w for w in words if w not in SIZES and not w.isdigit()]
        out[name.strip()] = _shaped(rng, shape, kinds)
    return out


def _shaped(rng: Any, shape: tuple[int, ...], kinds: list[str]) -> Array:
    a = rng.standard_normal(shape)
    for kind in kinds:
        if kind == "positive":
            a = rng.uniform(0.4, 1.8, shape)
        elif kind == "spd":
            a = np.swapaxes(a, -1, -2) @ a + shape[-1] * np.eye(shape[-1])
        elif kind == "symmetric":
            a = a + np.swapaxes(a, -1, -2)
        elif kind == "invertible":
            a = a + 3 * np.eye(shape[-1])
        elif kind == "binary":
            a = rng.integers(0, 2, shape).astype(float)
        elif kind == "signs":
            a = rng.integers(0, 2, shape) * 2.0 - 1
        elif kind == "onehot":
            a = np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])]
        elif kind == "simplex":
            a = rng.uniform(0.4, 1.8, shape)
            a = a / a.sum(axis=-1, keepdims=True)
        elif kind == "fraction":
            a = rng.uniform(0.1, 0.9, shape)
        elif kind == "small":
            a = 0.2 * a
        elif kind == "counts":
            a = rng.integers(1, 6, shape).astype(float)
        else:
            raise ValueError(kind)
    return a


def differences(f: Callable[[Array], Array], x: Array, order: int) -> Array:
    """The derivative by central differences, two steps of Richardson; axes of the function first, then those of x."""
    if order > 1:
        return differences(lambda y: differences(f, y, order - 1), x, 1)
    x = np.asarray(x, dtype=float)
    columns = []
    for place in np.ndindex(x.shape or (1,)):
        unit = np.zeros(x.shape or (1,))
        unit[place] = 1.0
        unit = unit.reshape(x.shape)
        slopes = [(np.asarray(f(x + h * unit)) - np.asarray(f(x - h * unit))) / (2 * h) for h in (4e-3, 2e-3, 1e-3)]
        first = [(4 * b - a) / 3 for a, b in zip(slopes, slopes[1:])]
        columns.append((16 * first[1] - first[0]) / 15)
    stacked = np.stack(columns, axis=-1)
    return stacked.reshape(stacked.shape[:-1] + x.shape)


def wanted(question: Question, values: Mapping[str, Array]) -> Array:
    names = inspect.signature(question.function).parameters
    key = plain(question, values)

    def f(x: Array) -> Array:
        return question.function(**{n: x if n == key else values[n] for n in names})

    return differences(f, values[key], question.order)


def plain(question: Question, values: Mapping[str, Array]) -> str:
    """The name in `values` of the variable: `W^{(1)}` is W1, a member x_i is its family x."""
    wrt = question.wrt
    if wrt in values:
        return wrt
    symbol = gd.read(question.latex, given=question.given).find(wrt)
    return (symbol.args[0] if symbol.args else symbol).plain


def close(got: Array, expected: Array, order: int) -> bool:
    got, expected = np.squeeze(np.asarray(got, dtype=float)), np.squeeze(expected)
    tolerance = 1e-7 if order == 1 else 1e-4
    return got.shape == expected.shape and np.allclose(got, expected, rtol=tolerance, atol=tolerance)


def evaluated(question: Question, values: Mapping[str, Array]) -> Array:
    """The answer's value at the point; indices of entries are counted from 0 in `values`."""
    problem = gd.read(question.latex, given=question.given)
    term = problem.derivative(*(question.wrt,) * question.order)
    names = {s: n for n, s in problem.symbols.items()}
    arrays: dict[Any, Array] = {}
    places: dict[Any, int] = {}
    for s in free_symbols(term):
        name = names.get(s, s.plain)
        if is_index(s) and name in values:
            places[s] = int(values[name]) + 1
        elif name in values:
            arrays[s] = values[name]
    written = {n: k for n, k in SIZES.items() if re.search(rf"(?<![A-Za-z\\]){n}(?![A-Za-z])", question.given)}
    return evaluate(term, arrays, written | {n: v for n, v in values.items() if isinstance(v, int)}, places)
