"""A program that JAX traced, run by NumPy: nothing is compiled, which is where the time of a random function went.

What JAX differentiated stays what it is; only the arithmetic of the frequent primitives is NumPy's. The others run as JAX runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal


def run(closed: ClosedJaxpr, *arguments: Any) -> list[Any]:
    """The values of a closed jaxpr at these arguments, as NumPy arrays."""
    return _run(closed.jaxpr, closed.consts, arguments)


def _run(jaxpr: Jaxpr, constants: Sequence[Any], arguments: Sequence[Any]) -> list[Any]:
    values: dict[Any, Any] = dict(zip(jaxpr.constvars, map(np.asarray, constants)))
    values.update(zip(jaxpr.invars, arguments))

    def value(v: Any) -> Any:
        return np.asarray(v.val) if isinstance(v, Literal) else values[v]

    for equation in jaxpr.eqns:
        given = [value(v) for v in equation.invars]
        made = _applied(equation, given)
        several = equation.primitive.multiple_results or equation.primitive.name in _INNER
        values.update(zip(equation.outvars, made if several else [made]))
    return [value(v) for v in jaxpr.outvars]


def _applied(equation: Any, given: Sequence[Any]) -> Any:
    name, params = equation.primitive.name, equation.params
    if name in _INNER:
        inner = params[_INNER[name]]
        return _run(inner.jaxpr, inner.consts, given)
    if name in _PLAIN:
        return _PLAIN[name](*given)
    if name in _WITH and not (name == "pad" and any(inner for _, _, inner in params["padding_config"])):
        return _WITH[name](params, *given)
    made = equation.primitive.bind(*given, **params)
    return [np.asarray(m) for m in made] if equation.primitive.multiple_results else np.asarray(made)


_INNER = {"jit": "jaxpr", "pjit": "jaxpr", "custom_jvp_call": "call_jaxpr", "closed_call": "call_jaxpr"}
"""Calls of another program, and where it is."""

_PLAIN: Mapping[str, Callable[..., Any]] = {
    "mul": np.multiply,
    "add": np.add,
    "add_any": np.add,
    "sub": np.subtract,
    "div": np.divide,
    "neg": np.negative,
    "max": np.maximum,
    "min": np.minimum,
    "pow": np.power,
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "expm1": np.expm1,
    "square": np.square,
    "sqrt": np.sqrt,
    "rsqrt": lambda a: 1 / np.sqrt(a),
    "abs": np.abs,
    "sign": np.sign,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "eq": np.equal,
    "ne": np.not_equal,
    "ge": np.greater_equal,
    "gt": np.greater,
    "le": np.less_equal,
    "lt": np.less,
    "stop_gradient": lambda a: a,
    "copy": lambda a: a,
}


def _broadcast(params: Any, a: Any, *_: Any) -> Any:
    shape = [1] * len(params["shape"])
    for place, n in zip(params["broadcast_dimensions"], a.shape):
        shape[place] = n
    return np.broadcast_to(a.reshape(shape), params["shape"])


def _slice(params: Any, a: Any) -> Any:
    strides = params["strides"] or (1,) * a.ndim
    return a[tuple(slice(*bounds) for bounds in zip(params["start_indices"], params["limit_indices"], strides))]


def _padded(params: Any, a: Any, filling: Any) -> Any:
    config = [(lo, hi) for lo, hi, _ in params["padding_config"]]
    wide = np.pad(a, [(max(lo, 0), max(hi, 0)) for lo, hi in config], constant_values=filling)
    return wide[tuple(slice(max(-lo, 0), n - max(-hi, 0)) for (lo, hi), n in zip(config, wide.shape))]


def _contracted(params: Any, a: Any, b: Any) -> Any:
    (of_a, of_b), (batch_a, batch_b) = params["dimension_numbers"]
    left, right, fresh = list(range(a.ndim)), list(range(a.ndim, a.ndim + b.ndim)), []
    for i, j in (*zip(of_a, of_b), *zip(batch_a, batch_b)):
        right[j] = left[i]
    fresh = [left[i] for i in batch_a]
    out = fresh + [k for k in left if k not in fresh and k not in {left[i] for i in of_a}]
    out += [right[j] for j in range(b.ndim) if j not in of_b and j not in batch_b]
    return np.einsum(a, left, b, right, out)


def _selected(params: Any, which: Any, *cases: Any) -> Any:
    return np.choose(which.astype(int), cases) if which.dtype != bool else np.where(which, cases[1], cases[0])


_WITH: Mapping[str, Callable[..., Any]] = {
    "broadcast_in_dim": _broadcast,
    "squeeze": lambda params, a: a.reshape([n for k, n in enumerate(a.shape) if k not in params["dimensions"]]),
    "reshape": lambda params, a, *_: a.reshape(params["new_sizes"]),
    "slice": _slice,
    "pad": _padded,
    "select_n": _selected,
    "dot_general": _contracted,
    "reduce_sum": lambda params, a: a.sum(axis=tuple(params["axes"])),
    "reduce_max": lambda params, a: a.max(axis=tuple(params["axes"])),
    "reduce_min": lambda params, a: a.min(axis=tuple(params["axes"])),
    "convert_element_type": lambda params, a: a.astype(params["new_dtype"]),
    "transpose": lambda params, a: a.transpose(params["permutation"]),
    "integer_pow": lambda params, a: a ** params["y"],
    "concatenate": lambda params, *parts: np.concatenate(parts, axis=params["dimension"]),
}

__all__ = ["run"]
