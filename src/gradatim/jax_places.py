"""Entries at known places, and whatever else is linear in what is traced: products with arrays of ones and zeros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradatim.errors import GradatimError
from gradatim.jax_constants import Lazy, combined, constant
from gradatim.term import Number
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, multiplied
from gradatim.trace.products import einsum, matmul
from gradatim.trace.proxy import Traced
from gradatim.trace.shapes import summed, transpose
from gradatim.types import ONE

AFFINE = frozenset(
    """gather scatter scatter-add scatter_add pad rev slice dynamic_slice dynamic_update_slice cumsum reshape concatenate
    reduce_window_sum conv_general_dilated select_n transpose broadcast_in_dim squeeze expand_dims split""".split()
)
"""Primitives that are linear in each array of numbers that they take, if the others are known."""
MOST_ENTRIES = 1 << 16
"""Of the arrays by which such a primitive is written as a product."""


def gathered(equation: Any, a: Any, places: Any) -> Traced:
    """x[i], x[:, i], x[i, j] and their like at known places. Raises GradatimError for parts of more than one entry."""
    import numpy as np

    if not isinstance(places, Lazy) or not isinstance(proxy.SIZES, proxy.Fixed):
        raise GradatimError("entries at places that depend on values have no formula here")
    x, params = array(a), equation.params
    numbers, sizes = params["dimension_numbers"], tuple(map(int, params["slice_sizes"]))
    whole = [int(proxy.SIZES.of(d)) for d in x.dims]
    where = tuple(np.shape(places.value))
    mapped, alike = tuple(numbers.start_index_map), tuple(numbers.operand_batching_dims)
    single = {*mapped, *alike}
    if {*numbers.collapsed_slice_dims, *alike} != single or any(
        s != (1 if k in single else whole[k]) for k, s in enumerate(sizes)
    ):
        raise GradatimError("parts of an array at these places have no formula here")
    fill = "FILL" in str(params["mode"])
    taken = {axis: _ones(_column(places, k), whole[axis], fill) for k, axis in enumerate(mapped)}
    found = _by_product(x, taken, where, alike)
    return found if found is not None else _by_letters(x, taken, where, numbers, len(equation.outvars[0].aval.shape))


def _by_product(x: Traced, taken: dict[int, Lazy], where: tuple[int, ...], alike: tuple[int, ...]) -> Traced | None:
    """Rows, columns, and one entry of each row, as people write them; None for other places."""
    import numpy as np

    if x.ndim > 2 or ONE in x.dims:
        return None
    (axis, ones), *more = taken.items()
    if not alike and not more and len(where) == 2:
        chosen = constant(ones)
        return matmul(chosen, x) if axis == 0 else matmul(x, transpose(chosen))
    each = more and axis == 0 and ones.made is None and np.array_equal(ones.value, np.eye(int(x.shape[0])))
    if not alike and x.ndim == 2 and each and len(where) == 2:
        return summed(multiplied(constant(more[0][1]), x), (1,))
    if alike == (0,) and axis == 1 and where[1:] == (1, 1):
        rows = ones.then(lambda m: m[:, 0])
        return summed(multiplied(constant(rows), x), (1,))[:, None]
    return None


def _by_letters(x: Traced, taken: dict[int, Lazy], where: tuple[int, ...], numbers: Any, rank: int) -> Traced:
    own, batch = "abcdefghijkl"[: x.ndim], "mnopqrstuvwxyz"[: len(where) - 1]
    for axis, along in zip(numbers.operand_batching_dims, numbers.start_indices_batching_dims):
        own = own[:axis] + batch[along] + own[axis + 1 :]
    left = [c for k, c in enumerate(own) if k not in taken and k not in numbers.operand_batching_dims]
    inner, outer = iter(left), iter(batch)
    out = "".join(next(inner) if k in numbers.offset_dims else next(outer) for k in range(rank))
    spec = ",".join([own, *(batch + own[axis] for axis in taken)])
    return einsum(f"{spec}->{out}", x, *(constant(m) for m in taken.values()))


def _column(places: Lazy, k: int) -> Lazy:
    """The places along one axis."""
    return places.then(lambda p: p[..., k])


def _ones(places: Lazy, n: int, fill: bool) -> Lazy:
    """Rows with a one at each place. Beyond the end it is the last place, or no number, as JAX has it."""
    import jax.numpy as jnp

    def rows(p: Any) -> Any:
        one = jnp.equal(jnp.clip(p, 0, n - 1)[..., None], jnp.arange(n)) * 1.0
        return jnp.where(((p < 0) | (p >= n))[..., None], jnp.nan, one) if fill else one

    return places.then(rows)


def affine(equation: Any, args: Sequence[Any]) -> Traced:
    """A primitive that is linear in each traced array: its derivative by each, times the array. Raises GradatimError where the
    derivative would be a large array."""
    import jax
    import jax.numpy as jnp

    (out,) = (v.aval for v in equation.outvars)
    traced = [k for k, a in enumerate(args) if isinstance(a, Traced) and a.term.rank]
    if equation.primitive.name == "conv_general_dilated" and len(traced) > 1:
        raise GradatimError("a convolution of two arrays that are traced has no formula here")
    others = [k for k in range(len(args)) if k not in traced]
    known = [_plain(args[k], equation.invars[k].aval) for k in others]
    size = out.size * max((equation.invars[k].aval.size for k in traced), default=0)
    if size > MOST_ENTRIES:
        raise GradatimError(f"{equation.primitive.name} as a product needs an array of {size} entries")

    def applied(now: Sequence[Any], known_now: Sequence[Any]) -> Any:
        values = dict(zip([*traced, *others], [*now, *known_now]))
        found = equation.primitive.bind(*(values[k] for k in range(len(args))), **equation.params)
        return found[0] if equation.primitive.multiple_results else found

    def maps(known_now: Sequence[Any]) -> Sequence[Any]:
        zeros = [jnp.zeros(equation.invars[k].aval.shape, equation.invars[k].aval.dtype) for k in traced]
        return [applied(zeros, known_now), *jax.jacfwd(lambda now: applied(now, known_now))(zeros)]

    start, *slopes = combined(known, maps)
    letters = "abcdefghijkl"[: len(out.shape)]
    result = constant(start)
    for k, slope in zip(traced, slopes):
        x = array(args[k])
        own = "mnopqrstuvwx"[: x.ndim]
        result = result + einsum(f"{letters}{own},{own}->{letters}", constant(slope), x)
    return result


def _plain(a: Any, aval: Any) -> Any:
    """What is known as JAX has it. Raises GradatimError for numbers that are traced."""
    import numpy as np

    if isinstance(a, Lazy):
        return a
    term = getattr(a, "term", None)
    value = a if isinstance(a, (bool, int, float)) else float(term.value) if isinstance(term, Number) else None
    if value is None:
        raise GradatimError("an operation on numbers and arrays that are traced has no formula here")
    return np.full(aval.shape, value, aval.dtype)
