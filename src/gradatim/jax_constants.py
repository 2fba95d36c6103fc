"""What a JAX function does with arrays that are not differentiated by, read at the sizes at hand.

Such an array is a constant of the function itself, or data: labels, places, masks, whatever is made of them by JAX's own operations. The formula
knows it as a symbol; what the symbol is is calculated from the data at every call, also under jit and vmap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradatim.errors import GradatimError
from gradatim.ops import minus
from gradatim.term import Number, free_symbols
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, multiplied
from gradatim.trace.proxy import Traced
from gradatim.types import ONE
from gradatim.value.floats import evaluate

ENTERED = frozenset("jit pjit closed_call core_call remat remat2 checkpoint custom_jvp_call custom_vjp_call".split())
"""Primitives whose inner operations are looked at one by one, also where all they take is known."""
LOOPS = frozenset("scan while cond".split())
"""Primitives whose inner operations are looked at where something in them is traced."""
BEYOND = 1e30
"""Stands for infinity where a mask takes entries out of a softmax or a maximum: its exponential is 0, and 0 times it is 0."""

Made = Callable[[Mapping[str, Any], dict[int, Any]], Any]


class Lazy:
    """An array that is known, looked at only where it is used: its value, and how it is made of the data (`None`: it is what it is)."""

    __slots__ = ("value", "made", "symbol")

    def __init__(self, value: Any, made: Made | None = None) -> None:
        self.value, self.made = value, made
        self.symbol: Any = None

    def at(self, data: Mapping[str, Any], known: dict[int, Any]) -> Any:
        """The value for these data; `known` holds what was calculated for them before."""
        if self.made is None:
            return self.value
        if id(self) not in known:
            known[id(self)] = self.made(data, known)
        return known[id(self)]

    def then(self, function: Callable[[Any], Any]) -> Lazy:
        """What a function of arrays makes of it."""
        return combined([self], lambda values: [function(*values)])[0]


def given(name: str, value: Any) -> Lazy:
    """The data of this name; the value is one that they may have."""
    return Lazy(value, lambda data, _known: data[name])


def combined(sources: Sequence[Any], function: Callable[[Sequence[Any]], Sequence[Any]]) -> list[Lazy]:
    """What a function makes of arrays, some of which may be lazy."""
    import jax

    with jax.ensure_compile_time_eval():
        values = function([s.value if isinstance(s, Lazy) else s for s in sources])
    if not any(isinstance(s, Lazy) and s.made is not None for s in sources):
        return [Lazy(v) for v in values]
    key = object()

    def results(data: Mapping[str, Any], known: dict[int, Any]) -> Sequence[Any]:
        if id(key) not in known:
            known[id(key)] = function([s.at(data, known) if isinstance(s, Lazy) else s for s in sources])
        found: Sequence[Any] = known[id(key)]
        return found

    def picked(k: int) -> Made:
        return lambda data, known: results(data, known)[k]

    return [Lazy(v, picked(k)) for k, v in enumerate(values)]


def folded_constants(equation: Any, args: Sequence[Any]) -> list[Lazy] | None:
    """The results of an operation on what is known alone; None where something is traced, or sizes stand for others."""
    name = equation.primitive.name
    if not isinstance(proxy.SIZES, proxy.Fixed) or name in ENTERED:
        return None
    values = [_known(v, a) for v, a in zip(equation.invars, args)]
    if any(v is None for v in values):
        return None
    if not any(isinstance(v, Lazy) and v.made is not None for v in values):
        counted = getattr(equation.outvars[0].aval.dtype, "kind", "f") in "bi"
        arrays = any(isinstance(v, Lazy) and getattr(v.value, "shape", ()) for v in values)
        if name in LOOPS or values and not counted and not arrays:
            return None

    def bound(now: Sequence[Any]) -> Sequence[Any]:
        found = equation.primitive.bind(*now, **equation.params)
        return list(found) if equation.primitive.multiple_results else [found]

    return combined(values, bound)


def _known(variable: Any, a: Any) -> Any:
    """A literal, a lazy array, what is made of numbers alone; None for what is traced."""
    import numpy as np

    if hasattr(variable, "val"):
        return variable.val
    if isinstance(a, Lazy):
        return a
    kind = variable.aval.dtype.type
    if isinstance(a, (bool, float)):
        return np.full(variable.aval.shape, a, kind) if variable.aval.shape else kind(a)
    term = getattr(a, "term", None)
    if not isinstance(a, Traced) or term is None or free_symbols(term):
        return None
    value = np.asarray(evaluate(term, {}))
    if not variable.aval.shape:
        return kind(value)
    # Axes of one are in the shape alone, and repeating waits until it must.
    full = value.reshape([int(proxy.SIZES.of(d)) if d != ONE else 1 for d in a.dims])
    return np.broadcast_to(full, variable.aval.shape).astype(kind)


def constant(a: Lazy) -> Traced:
    """A lazy array in a formula."""
    import numpy as np

    if a.made is None:
        return array(np.asarray(a.value))
    value = np.asarray(a.value)
    dims = tuple(proxy.SIZES.dim(int(n)) for n in value.shape)
    fixed = proxy.SIZES
    assert isinstance(fixed, proxy.Fixed)
    if a.symbol is None:
        a.symbol = fixed.constant(value, dims)
        fixed.made[a.symbol] = a.at
    return Traced(a.symbol, dims)


def chosen(mask: Lazy, below: Any, above: Any) -> Traced:
    """Entries of two arrays, chosen by an array of truth values that is known; an infinity instead of one takes its entries out."""
    import jax.numpy as jnp

    for a, other, inside in ((above, below, True), (below, above, False)):
        if isinstance(a, float):
            if a not in (float("inf"), float("-inf")) or isinstance(other, float):
                raise GradatimError("a choice between values that are not finite has no formula here")
            return array(other) + constant(mask.then(_beyond(BEYOND if a > 0 else -BEYOND, inside)))
    one, other = array(above), array(below)
    first = multiplied(constant(mask.then(lambda m: m * 1.0)), one)
    if other.term is minus(one.term):
        return multiplied(constant(mask.then(lambda m: jnp.where(m, 1.0, -1.0))), one)
    second = multiplied(constant(mask.then(lambda m: 1.0 - m)), other)
    return second if is_zero(one) else first if is_zero(other) else first + second


def _beyond(value: float, inside: bool) -> Callable[[Any], Any]:
    import jax.numpy as jnp

    return lambda m: jnp.where(m if inside else ~m, value, 0.0)


def is_zero(a: Traced) -> bool:
    t: Any = a.term
    return isinstance(t, Number) and not t.value or getattr(getattr(t, "op", None), "name", "") == "zeros"
