"""JAX's primitives, and functions of its own that it calls by name, as operations on traced arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.jax_constants import BEYOND
from gradatim.term import Bind, Number, free_symbols, fresh_index
from gradatim.trace import ordered as _ordered  # noqa: F401 - it fills the tables of functions
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, divided, multiplied, raised, spread
from gradatim.trace.factors import solve_triangular
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.places import Place
from gradatim.trace.products import einsum, matmul
from gradatim.trace.proxy import Traced
from gradatim.trace.ranges import ranged
from gradatim.trace.reshaped import reshape
from gradatim.trace.shapes import summed, transpose
from gradatim.trace.special import stand_ins as _loaded  # noqa: F401 - it fills the tables of functions
from gradatim.types import ONE, Dim
from gradatim.value.floats import evaluate

U, F = UFUNCS, FUNCTIONS


def largest_of(a: Any, axes: Any) -> Traced:
    """The maximum over one axis, or over all."""
    x = array(a)
    gone = tuple(map(int, axes))
    if len(gone) not in (1, x.ndim):
        raise GradatimError("a maximum over some axes of several has no formula here")
    found: Traced = F["max"](x, axis=None if len(gone) == x.ndim else gone[0])
    return found


def _dims(shape: Any) -> tuple[Dim, ...]:
    return tuple(proxy.SIZES.dim(n) for n in shape)


def _broadcast(params: Any, a: Any, *_: Any) -> Traced:
    dims = _dims(params["shape"])
    own = [ONE] * len(dims)
    x = array(a)
    for k, at in enumerate(params["broadcast_dimensions"]):
        own[at] = x.dims[k]
    shown = Traced(x.term, tuple(own))
    # Repeating waits until it must: a later operation broadcasts by itself.
    return Traced(spread(shown, dims), dims) if any(o != d for o, d in zip(own, dims)) else shown


def _dot_general(params: Any, a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    (left, right), (batch_left, batch_right) = params["dimension_numbers"]
    if x.term is y.term and x.term.rank == 2 == x.ndim and tuple(left) == tuple(right) == (1,) and tuple(batch_left) == (0,):
        # The squared norms of the rows.
        return Traced(ops.diagonal(ops.product(x.term, ops.transpose(x.term))), x.dims[:1])
    if not batch_left and x.ndim <= 2 and y.ndim <= 2 and len(left) == 1 and x.ndim + y.ndim >= 2:
        s = x if left[0] == x.ndim - 1 else transpose(x)
        t = y if right[0] == 0 else transpose(y)
        return matmul(s, t)
    one, two = list("abcdefghijkl"[: x.ndim]), list("mnopqrstuvwx"[: y.ndim])
    for i, j in zip((*left, *batch_left), (*right, *batch_right)):
        two[j] = one[i]
    out = [one[i] for i in batch_left]
    out += [c for k, c in enumerate(one) if k not in left and k not in batch_left]
    out += [c for k, c in enumerate(two) if k not in right and k not in batch_right]
    return einsum(f"{''.join(one)},{''.join(two)}->{''.join(out)}", x, y)


def _reshaped(params: Any, a: Any, *_: Any) -> Traced:
    return reshape(array(a), tuple(params["new_sizes"]))


def _squeezed(params: Any, a: Any) -> Traced:
    x = array(a)
    return Traced(x.term, tuple(d for k, d in enumerate(x.dims) if k not in params["dimensions"]))


def _same(_params: Any, a: Any, *_: Any) -> Any:
    return a


def _u(name: str) -> Callable[..., Any]:
    return lambda _params, *args: U[name](*args)


def _sliced(params: Any, a: Any) -> Traced:
    """Parts of axes."""
    x = array(a)
    for k, (low, high) in enumerate(zip(params["start_indices"], params["limit_indices"])):
        if any(n != 1 for n in params["strides"] or ()):
            raise GradatimError("a slice with steps has no formula here")
        x = ranged(x, k, slice(int(low), int(high)))
    return x


def _from_places(params: Any, a: Any, *starts: Any) -> Traced:
    """A part that begins at given places: positions of a loop, or numbers."""
    x = array(a)
    for k, (start, size) in enumerate(zip(starts, params["slice_sizes"])):
        whole = proxy.SIZES.dim(int(size)) == x.dims[k]
        if isinstance(start, Place) and size == 1:
            taken_there = x[(slice(None),) * k + (start,)]
            x = Traced(taken_there.term, (*x.dims[:k], ONE, *x.dims[k + 1 :]))
            continue
        if whole:
            continue
        at = getattr(start, "term", None)
        if not isinstance(at, Number):
            raise GradatimError("a part of an array whose place depends on values has no formula here")
        x = ranged(x, k, slice(int(at.value), int(at.value) + int(size)))
    return x


def _triangular(params: Any, a: Any, b: Any) -> Traced:
    x, right = array(a), array(b)
    if params["unit_diagonal"]:
        raise GradatimError("a triangular matrix with a unit diagonal has no formula here")
    turned = bool(params["transpose_a"])
    if params["left_side"]:
        return solve_triangular(x, right, trans=int(turned), lower=params["lower"])
    return transpose(solve_triangular(x, transpose(right), trans=int(not turned), lower=params["lower"]))


def _polygamma(_params: Any, n: Any, a: Any) -> Traced:
    """ψ and its derivatives, of an order that is one number."""
    import numpy as np

    order, x = array(n), array(a)
    if free_symbols(order.term):
        raise GradatimError("polygamma has a formula for an order that is a whole number")
    k = float(np.ravel(evaluate(order.term, proxy.SIZES.literal))[0])
    if not k.is_integer() or k < 0 or x.term.rank > 2:
        raise GradatimError("polygamma has a formula for an order that is a whole number")
    return Traced(ops.polygamma(x.term, params=(int(k),)) if k else ops.digamma(x.term), x.dims)


def _forwards(params: Any, a: Any) -> Traced:
    if params["reverse"] or array(a).ndim != 1:
        raise GradatimError("cumsum has a formula for a vector from its beginning on")
    summed_up: Traced = F["cumsum"](a)
    return summed_up


def _running_products(params: Any, a: Any) -> Traced:
    if params["reverse"]:
        raise GradatimError("cumprod has a formula from the beginning on")
    found: Traced = F["cumprod"](a, params["axis"])
    return found


def _product(params: Any, a: Any) -> Traced:
    x, gone = array(a), tuple(map(int, params["axes"]))
    if len(gone) not in (1, x.ndim):
        raise GradatimError("a product over some axes of several has no formula here")
    found: Traced = F["prod"](x, axis=None if len(gone) == x.ndim else gone[0])
    return found


MOST_SORTED = 256
"""Entries: the permutation of more is a large matrix, and JAX's own derivative moves entries only."""


def _sorted(params: Any, *operands: Any) -> Traced:
    if len(operands) != 1 or int(proxy.SIZES.of(array(operands[0]).dims[-1])) > MOST_SORTED:
        raise GradatimError("sort has a formula for one short vector by itself")
    found: Traced = F["sort"](operands[0], int(params["dimension"]))
    return found


def _rounded(params: Any, a: Any) -> Traced:
    """To the nearest whole number; of two that are as near to the even one, or (0) away from zero."""
    if int(params["rounding_method"]):
        return U["rint"](a)  # type: ignore[no-any-return]
    x = array(a)
    return multiplied(U["sign"](x), U["floor"](U["absolute"](x) + 0.5))


def _running_log_sums(params: Any, a: Any) -> Traced:
    """log Σ exp over the entries up to each: one sum for every entry, which nothing overflows in."""
    x = array(a)
    if params["reverse"] or x.ndim != 1 or x.dims[0] == ONE:
        raise GradatimError("cumlogsumexp has a formula for a vector from its beginning on")
    i = fresh_index(x.dims[0])
    beyond = ops.subtract(ops.ones(params=x.dims), ops.at(ops.lower_ones(params=x.dims), i))
    exponents = ops.subtract(x.term, ops.product(Number(int(BEYOND)), beyond))
    return Traced(Bind("stack", i, ops.logsumexp(exponents)), x.dims)


PRIMITIVES: dict[str, Callable[..., Any]] = {
    "add": _u("add"),
    "add_any": _u("add"),
    "sub": _u("subtract"),
    "mul": lambda _p, a, b: multiplied(a, b),
    "div": lambda _p, a, b: divided(a, b),
    "neg": _u("negative"),
    "max": _u("maximum"),
    "min": _u("minimum"),
    "pow": _u("power"),
    "integer_pow": lambda p, a: raised(array(a), p["y"]),
    "square": _u("square"),
    "rsqrt": lambda _p, a: divided(1, U["sqrt"](a)),
    "rem": _u("fmod"),
    "floor": _u("floor"),
    "ceil": _u("ceil"),
    "round": _rounded,
    "sort": _sorted,
    "cumlogsumexp": _running_log_sums,
    "bessel_i0e": _u("i0e"),
    "bessel_i1e": _u("i1e"),
    "erf_inv": _u("erfinv"),
    "logistic": _u("expit"),
    "exp2": _u("exp2"),
    "atan": _u("arctan"),
    "atan2": _u("arctan2"),
    "reduce_sum": lambda p, a: summed(array(a), tuple(p["axes"])),
    "transpose": lambda p, a: transpose(a, tuple(p["permutation"])),
    "broadcast_in_dim": _broadcast,
    "reshape": _reshaped,
    "squeeze": _squeezed,
    "slice": _sliced,
    "expand_dims": lambda p, a: F["expand_dims"](a, p["dimensions"][0]),
    "dot_general": _dot_general,
    "convert_element_type": _same,
    "copy": _same,
    "copy_p": _same,
    **{n: _u(n) for n in ("exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sign")},
    "abs": _u("absolute"),
    "reduce_min": lambda p, a: -largest_of(-array(a), p["axes"]),
    "reduce_prod": _product,
    "cumsum": _forwards,
    "cumprod": _running_products,
    "concatenate": lambda p, *parts: F["concatenate"](parts, int(p["dimension"])),
    "dynamic_slice": _from_places,
    "stack": lambda p, *parts: F["stack"](parts, int(p.get("axis", 0))),
    "cholesky": lambda _p, a: F["cholesky"](a),
    "triangular_solve": _triangular,
    "clamp": lambda _p, low, a, high: F["clip"](a, low, high),
    "platform_index": lambda p: len(p["platforms"]) - 1,
    **{n: _u(n) for n in ("erf", "digamma", "erfc")},
    "lgamma": _u("gammaln"),
    "polygamma": _polygamma,
    "asin": _u("arcsin"),
    "acos": _u("arccos"),
    "asinh": _u("arcsinh"),
    "acosh": _u("arccosh"),
    "atanh": _u("arctanh"),
    "cbrt": _u("cbrt"),
    "select_n": lambda _p, c, below, above: F["where"](c, above, below),
    "and": _u("logical_and"),
    "or": _u("logical_or"),
    "not": _u("logical_not"),
}


def _softplus(a: Any) -> Any:
    return U["logaddexp"](a, 0)


KNOWN: dict[str, Callable[..., Any]] = {
    "inv": F["inv"],
    "solve": F["solve"],
    "det": F["det"],
    "slogdet": F["slogdet"],
    "logaddexp": U["logaddexp"],
    "softplus": _softplus,
    "relu": lambda a: U["maximum"](a, 0),
    "sigmoid": U["expit"],
    "log_ndtr": U["log_ndtr"],
    **{n: U[n] for n in ("xlogy", "xlog1py", "entr", "rel_entr", "kl_div") if n in U},
    **{n: U[n] for n in ("remainder", "fmod", "floor_divide", "trunc")},
    "pinv": F["pinv"],
    "lstsq": F["lstsq"],
    "sinc": F["sinc"],
    "trace": F["trace"],
    "expm": lambda a: Traced(ops.dictionary()["expm"](array(a).term), array(a).dims),
    "diagonal": F["diagonal"],
}
"""Functions of JAX that are called by name in a jaxpr and have a formula of their own; what comes out is compared by value."""


def _median(equation: Any, a: Any) -> Traced:
    """The axis is that along which the body of JAX's function sorts; of all entries the body sorts a vector."""
    x, shape = array(a), equation.outvars[0].aval.shape
    (axis,) = {int(e.params["dimension"]) for e in _inside(equation.params["jaxpr"].jaxpr) if e.primitive.name == "sort"}
    whole = math.prod(shape) == 1
    found: Traced = F["median"](x, axis=None if whole else axis, keepdims=bool(shape) and len(shape) == x.ndim)
    return found


def _inside(jaxpr: Any) -> Iterator[Any]:
    """The equations of a jaxpr, with those of the functions that it calls."""
    for equation in jaxpr.eqns:
        yield equation
        inner = equation.params.get("jaxpr")
        if hasattr(inner, "jaxpr"):
            yield from _inside(inner.jaxpr)


ALONG: dict[str, Callable[..., Any]] = {"median": _median}
"""The same of functions whose axis stands in their body alone."""
