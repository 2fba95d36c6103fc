"""What a JAX function does with arrays of its own, read at the sizes at hand: arrays made of constants, choices by them, entries at constant places."""

from __future__ import annotations

from typing import Any

from gradatim.errors import GradatimError
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, multiplied
from gradatim.trace.products import matmul
from gradatim.trace.proxy import Traced
from gradatim.trace.shapes import summed

ENTERED = frozenset("jit pjit closed_call core_call remat checkpoint scan while cond custom_jvp_call custom_vjp_call".split())
"""Primitives whose inner operations are looked at one by one."""


class Lazy:
    """A constant array, looked at only where it is used."""

    def __init__(self, value: Any) -> None:
        self.value = value


def folded_constants(equation: Any, values: list[Any]) -> list[Lazy] | None:
    """The results of an operation on constants alone; None where something is traced, or sizes stand for others."""
    import jax

    name = equation.primitive.name
    if not isinstance(proxy.SIZES, proxy.Fixed) or name in ENTERED or any(v is None for v in values):
        return None
    repeated = name == "broadcast_in_dim" and getattr(equation.outvars[0].aval.dtype, "kind", "f") in "bi"
    if values and not repeated and not any(getattr(v, "shape", ()) for v in values):
        return None
    with jax.ensure_compile_time_eval():
        found = equation.primitive.bind(*values, **equation.params)
    return [Lazy(v) for v in (found if equation.primitive.multiple_results else [found])]


def chosen(mask: Any, below: Any, above: Any) -> Traced:
    """Entries of two arrays, chosen by a constant one of truth values."""
    one = array(mask.astype(float))
    return multiplied(one, array(above)) + multiplied(1 - one, array(below))


def gathered(params: Any, a: Any, places: Any) -> Traced:
    """x[i] and x[[0, 1, …], j] at constant places, as products with ones and zeros."""
    import numpy as np

    if not isinstance(places, Lazy):
        raise GradatimError("entries at places that depend on values have no formula here")
    x, where = array(a), np.asarray(places.value)
    numbers, slices = params["dimension_numbers"], tuple(params["slice_sizes"])
    whole = [int(proxy.SIZES.of(d)) for d in x.dims]
    flat = where.reshape(-1, where.shape[-1])
    if tuple(numbers.start_index_map) == (0,) and x.ndim <= 2 and slices == (1, *whole[1:]) and where.ndim == 2:
        if tuple(numbers.collapsed_slice_dims) == (0,) and not numbers.operand_batching_dims:
            return matmul(array(_ones(flat[:, 0], whole[0])), x)
    by_row = tuple(numbers.operand_batching_dims) == (0,) and tuple(numbers.start_index_map) == (1,) and where.shape[1:] == (1, 1)
    paired = tuple(numbers.start_index_map) == (0, 1) and where.ndim == 2 and np.array_equal(flat[:, 0], np.arange(whole[0]))
    if x.ndim == 2 and slices == (1, 1) and len(flat) == whole[0] and (by_row or paired):
        found = summed(multiplied(array(_ones(flat[:, -1], whole[1])), x), (1,))
        return found[:, None] if by_row else found
    raise GradatimError("entries at these places have no formula here")


def _ones(places: Any, n: int) -> Any:
    import numpy as np

    if places.min() < 0 or places.max() >= n:
        raise GradatimError("a place beyond the end of an array has no formula here")
    return np.eye(n)[places]
