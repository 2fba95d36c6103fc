"""JAX as an oracle: a term run over traced arrays, so that JAX differentiates the function by rules that are not ours.

Only the values of the operations are shared with the package, and those are pinned to NumPy elsewhere. Where doubles lose
the digits that a comparison needs, the point is drawn again; what stays apart at every point is settled in ball arithmetic.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import jax.scipy.special as special
import numpy as np

from gradatim.errors import EvaluationError, NotVerified
from gradatim.ops.base import Op
from gradatim.term import Apply, Symbol, Term, free_symbols
from gradatim.value.batches import Batches
from gradatim.value.doubles import Floats
from gradatim.value.evaluate import run
from gradatim.value.points import Point, generic_sizes, parts, random_point

from . import jaxpr

jax.config.update("jax_enable_x64", True)

TOLERANCE = 1e-6
LARGE = 1e9
TRIES = 6
MODES = ("small", "any", "small positive", "any", "mixed", "tiny")

_TURN = np.linspace(0, 2 * np.pi, 512, endpoint=False)


def _bessel(kind: str, order: int, a: Any) -> Any:
    """By its integral over a turn, which the sum over evenly spaced angles has to all digits: jₙ, iₙ, and iₙ e^(−|x|)."""
    x = jnp.asarray(a)[..., None]
    if kind == "j":
        return jnp.mean(jnp.cos(order * _TURN - x * jnp.sin(_TURN)), axis=-1)
    grown = x * jnp.cos(_TURN) - (jnp.abs(x) if kind == "ie" else 0.0)
    return jnp.mean(jnp.exp(grown) * jnp.cos(order * _TURN), axis=-1)


_NAMED: dict[str, Callable[[Any], Any]] = {
    "step": lambda a: (a > 0).astype(jnp.float64),
    "relu": lambda a: jnp.maximum(a, 0.0),
    "sigmoid": lambda a: 1 / (1 + jnp.exp(-a)),
    "softplus": lambda a: jnp.logaddexp(0.0, a),
    "lgamma": special.gammaln,
    "gamma": lambda a: jnp.exp(special.gammaln(a)),
    "factorial": lambda a: jnp.exp(special.gammaln(a + 1)),
    **{f"bessel{kind}{n}": partial(_bessel, kind, n) for kind in ("j", "i", "ie") for n in range(4)},
    **{f"polygamma {k}": partial(special.polygamma, k) for k in range(1, 8)},
}


class Traced(Floats):
    """The ring of JAX arrays. Nothing here is stabilised: the oracle differentiates the plain definition."""

    def number(self, value: Fraction) -> Any:
        return np.asarray(float(value))  # a constant: it may say how often something is done

    def full(self, shape: tuple[int, ...], value: Fraction) -> Any:
        return np.full(shape, float(value))

    def add(self, a: Any, b: Any) -> Any:
        return a + b

    def multiply(self, a: Any, b: Any) -> Any:
        return a * b

    def divide(self, a: Any, b: Any) -> Any:
        return a / b

    def power(self, base: Any, exponent: Any) -> Any:
        return jnp.power(base, exponent)

    def power_rational(self, base: Any, exponent: Fraction) -> Any:
        whole = exponent.denominator == 1
        return jax.lax.integer_pow(base, int(exponent)) if whole else jnp.power(base, float(exponent))

    def einsum(
        self, ins: Sequence[tuple[int, ...]], out: tuple[int, ...], arrays: Sequence[Any], extents: Mapping[int, int]
    ) -> Any:
        sizes = {i: n for axes, a in zip(ins, arrays) for i, n in zip(axes, a.shape)}
        held, operands, wanted, fresh = list(ins), list(arrays), list[int](), 1_000
        for i in out:
            if i in wanted:  # a repeated index of the result is a diagonal: the identity ties a fresh one to it
                operands.append(jnp.eye(sizes[i] if i in sizes else extents[i]))
                held.append((i, fresh))
                i, fresh = fresh, fresh + 1
            elif i not in sizes:
                operands.append(jnp.ones(extents[i]))
                held.append((i,))
            wanted.append(i)
        flat: list[Any] = []
        for axes, a in zip(held, operands):
            flat += [a, list(axes)]
        return jnp.einsum(*flat, wanted)

    def map(self, name: str, a: Any) -> Any:
        function = _NAMED.get(name) or getattr(jnp, name, None) or getattr(special, name, None)
        if function is None:
            raise EvaluationError(f"JAX has no {name}")
        return function(a)

    def inverse(self, a: Any) -> Any:
        return jnp.linalg.inv(a)

    def det(self, a: Any) -> Any:
        return jnp.linalg.det(a) if a.ndim else a

    def maximum(self, a: Any) -> Any:
        return jnp.max(a)

    def equal(self, a: Any, b: Any) -> Any:
        return jnp.equal(a, b).astype(jnp.float64)

    def shape(self, a: Any) -> tuple[int, ...]:
        return tuple(a.shape)

    def entry(self, a: Any, positions: Sequence[Any]) -> Any:
        return a[tuple(positions)]

    def stack(self, parts: Sequence[Any]) -> Any:
        return jnp.stack(parts)

    def entries(self, a: Any) -> list[Any]:
        return list(a.ravel())

    def shaped(self, shape: tuple[int, ...], entries: Sequence[Any]) -> Any:
        return jnp.stack(list(entries)).reshape(shape)

    def array(self, shape: tuple[int, ...], entries: Sequence[Fraction]) -> Any:
        return jnp.asarray(np.array([float(x) for x in entries]).reshape(shape))

    def reshaped(self, a: Any, shape: tuple[int, ...]) -> Any:
        return a.reshape(shape)

    def own(self, op: Op, args: Sequence[Any], node: Apply) -> Any:
        return None


class NoPoint(Exception):
    """At no point that was tried do doubles carry enough digits."""


def has_value(function: Term, rng: Random, tries: int = 60) -> bool:
    """Whether the function is finite at any of many random points. One that divides by zero everywhere has no derivative to refuse."""
    symbols, nodes = free_symbols(function), parts(function)
    for turn in range(tries):
        sizes = generic_sizes(nodes, turn)
        try:
            point = random_point(symbols, sizes, rng, MODES[turn % len(MODES)])
        except NotVerified:
            continue
        values = {s: np.array([float(x) for x in data]).reshape(shape) for s, (shape, data) in point.arrays.items()}
        with np.errstate(all="ignore"):
            if np.all(np.isfinite(run(function, Batches(), values, point.sizes, point.indices))):
                return True
    return False


def agrees(function: Term, wrt: Symbol, result: Term, order: int, rng: Random) -> bool:
    """Whether the result is what JAX finds, along one random direction for a second derivative.

    Raises NoPoint where no finite point of moderate size was found, EvaluationError where the oracle lacks an operation.
    """
    symbols = free_symbols(function, result, wrt)
    nodes = parts(function, result, wrt)
    met = False
    for turn in range(TRIES):
        sizes = generic_sizes(nodes, turn)
        try:
            point = random_point(symbols, sizes, rng, MODES[turn])
        except NotVerified:
            continue
        got, wanted = _both(function, wrt, result, order, point, rng)
        if not (np.all(np.isfinite(wanted)) and np.all(np.isfinite(got))) or np.max(np.abs(wanted)) > LARGE:
            continue
        met = True
        if got.shape == wanted.shape and np.max(np.abs(got - wanted)) <= TOLERANCE * max(1e-3, float(np.max(np.abs(wanted)))):
            return True
    if not met:
        raise NoPoint
    return False


def _both(function: Term, wrt: Symbol, result: Term, order: int, point: Point, rng: Random) -> tuple[Any, Any]:
    """The result's value and JAX's; of a function of array value for random weights of its entries, of a second derivative along
    one random direction."""
    values = {s: np.array([float(x) for x in data]).reshape(shape) for s, (shape, data) in point.arrays.items()}
    shape = tuple(d.evaluate(point.sizes) for d in function.type.axes)
    weights = np.array([rng.uniform(-1, 1) for _ in range(int(np.prod(shape)))]).reshape(shape) if shape else np.ones(())

    def plain(x: Any) -> Any:
        value = run(function, Traced(), {**values, wrt: x}, point.sizes, point.indices)
        return jnp.sum(weights * value) if shape else value

    x = jnp.asarray(values[wrt])
    with np.errstate(all="ignore"):
        got = np.asarray(run(result, Batches(), values, point.sizes, point.indices))
        got = np.tensordot(weights, got, axes=len(shape)) if shape else got
        if order == 1:
            return got, _value(jax.grad(plain), x)
        d = np.array([rng.uniform(-1, 1) for _ in range(x.size)]).reshape(x.shape)
        got = np.tensordot(got, d, axes=x.ndim) if x.ndim else got * d
        return got, _value(lambda x: jax.jvp(jax.grad(plain), (x,), (jnp.asarray(d),))[1], x)


def _value(derivative: Callable[[Any], Any], x: Any) -> Any:
    """The value of JAX's derivative: traced without being compiled where no value decides what is traced."""
    try:
        traced = jax.make_jaxpr(derivative)(x)
    except (jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError):
        return np.asarray(derivative(x))
    return jaxpr.run(traced, np.asarray(x))[0]
