"""JAX functions by way of their jaxpr: every primitive as an operation on traced arrays."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.jax_constants import Lazy, chosen, constant, folded_constants, given
from gradatim.jax_places import AFFINE, affine, gathered
from gradatim.jax_several import SEVERAL
from gradatim.term import Number, Size, Symbol, Term, free_symbols, is_index
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, divided, multiplied, raised, spread
from gradatim.trace.factors import solve_triangular, without_factors
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.jax_loops import branch, scan
from gradatim.trace.jax_masks import Mask, Positions, iota, masked
from gradatim.trace.loops import folded
from gradatim.trace.products import einsum, matmul
from gradatim.trace.proxy import Place, Sizes, Traced
from gradatim.trace.ranges import ranged
from gradatim.trace.shapes import reshape, summed, transpose
from gradatim.trace.ufuncs import EighResult as _loaded  # noqa: F401 - it fills the tables of functions
from gradatim.types import ONE, Dim
from gradatim.value.floats import evaluate

U, F = UFUNCS, FUNCTIONS


def uses_jax(function: Callable[..., Any]) -> bool:
    """Whether a function's source names something of JAX, or is JAX's own."""
    inner = inspect.unwrap(function)
    code = getattr(inner, "__code__", None)
    known = {**getattr(inner, "__globals__", {}), **inspect.getclosurevars(inner).nonlocals} if code is not None else {}
    names = set(code.co_names) | set(code.co_freevars) if code is not None else set()
    owners = [getattr(v, "__module__", None) or getattr(v, "__name__", "") for n, v in known.items() if n in names]
    return code is None or any(str(o).split(".")[0].startswith("jax") for o in owners) or "jax" in type(function).__module__


def from_jaxpr(
    function: Callable[..., Any],
    arguments: Mapping[str, tuple[Term, tuple[Dim, ...]]],
    shifts: bool = True,
    fixed: proxy.Fixed | None = None,
    data: Mapping[str, Any] | None = None,
    frozen: dict[Symbol, Term] | None = None,
) -> Term:
    """The term of a JAX function. A maximum counts as the shift of a sum of exponentials, which cancels; without `shifts` as itself.
    With `fixed` sizes it is the term at those, and of the arguments in `data` only what is made of them stands in it, as constants.
    `frozen` takes the symbols of what is not differentiated (`stop_gradient`); without it, such is an error.

    Raises GradatimError naming a primitive that is not known.
    """
    import jax

    sizes = fixed if fixed is not None else Sizes()
    sizes.shifts = shifts
    proxy.SIZES = sizes
    try:
        struct: Any = jax.ShapeDtypeStruct
        known = dict(data or {})
        shapes = {n: struct(tuple(int(sizes.of(d)) for d in dims), float) for n, (_, dims) in arguments.items()}
        shapes.update((n, struct(a.shape, a.dtype)) for n, a in known.items())
        closed = jax.make_jaxpr(lambda *a: function(**dict(zip(shapes, a))))(*shapes.values())
        inputs = [given(n, known[n]) if n in known else Traced(*arguments[n]) for n in shapes]
        outputs = _run(closed.jaxpr, closed.consts, inputs)
        if len(outputs) != 1:
            raise GradatimError("the function must return one array")
        (result,) = outputs
        if isinstance(result, bool):
            raise GradatimError("a test of values has no formula here")
        term = array(result.value if isinstance(result, Shift) else _constant(result)).term
        term = without_factors(folded(term, sizes.loops), sizes.factors)
        return _thawed(term, sizes.frozen, frozen)
    finally:
        proxy.SIZES = Sizes()


def _thawed(term: Term, found: dict[Symbol, Term], wanted: dict[Symbol, Term] | None) -> Term:
    """What is not differentiated goes to whoever wants it."""
    if wanted is not None:
        wanted.clear()
        wanted.update(found)
    elif any(s in found for s in free_symbols(term)):
        raise GradatimError("stop_gradient has no formula: the derivative of the function is not that of its value")
    return term


def _run(jaxpr: Any, constants: Any, inputs: list[Any]) -> list[Any]:
    values: dict[Any, Any] = {}

    def read(v: Any) -> Any:
        return _literal(v.val) if hasattr(v, "val") else values[v]

    values.update(zip(jaxpr.constvars, map(_literal, constants)))
    values.update(zip(jaxpr.invars, inputs))
    for equation in jaxpr.eqns:
        args = [read(v) for v in equation.invars]
        results = folded_constants(equation, args) or _applied(equation, args)
        values.update(zip(equation.outvars, results))
    return [read(v) for v in jaxpr.outvars]


def _literal(value: Any) -> Any:
    """A constant; a number that stands for a dimension is that dimension."""
    shape = getattr(value, "shape", ())
    if shape == ():
        number = float(value)
        if not math.isfinite(number):
            return number
    return array(value) if shape == () else Lazy(value)


def _applied(equation: Any, args: list[Any]) -> list[Any]:
    """An operation by its formula; at sizes at hand what is linear has one in any case."""
    try:
        return _apply(equation, args)
    except GradatimError:
        if not isinstance(proxy.SIZES, proxy.Fixed) or equation.primitive.name not in AFFINE:
            raise
        return [affine(equation, args)]


def _apply(equation: Any, args: list[Any]) -> list[Any]:
    name, params = equation.primitive.name, equation.params
    if name in ("pjit", "jit", "closed_call", "core_call", "remat", "checkpoint", "custom_jvp_call", "custom_vjp_call"):
        inner = params.get("jaxpr") or params.get("call_jaxpr") or params.get("fun_jaxpr")
        known = KNOWN.get(_name(params, inner))
        if known is None and name == "custom_jvp_call" and [e.primitive.name for e in inner.jaxpr.eqns] == LOGADDEXP:
            known = U["logaddexp"]
        if known is not None:
            found = known(*(_constant(a) for a in args))
            return list(found) if isinstance(found, tuple) else [found]
        return _run(inner.jaxpr, inner.consts, args) if hasattr(inner, "jaxpr") else _run(inner, [], args)
    if name == "scan":
        return scan(params, args, _run, _constant)
    if name == "cond":
        return _branch(params, args)
    if name == "gather":
        return [gathered(equation, *args)]
    if name == "select_n" and isinstance(args[0], Lazy) and isinstance(proxy.SIZES, proxy.Fixed):
        return [_chosen(args[0], *(_constant(a) for a in args[1:]))]
    operands = [_constant(a) for a in args]
    if name == "iota":
        return [iota(params)]
    if any(isinstance(a, (Positions, Mask)) for a in operands):
        return [masked(name, operands, params)]
    if any(isinstance(a, (Shift, bool, float)) for a in operands):
        return [_shifted(equation, operands)]
    if name in COMPARED:
        outcome = _compared(name, *operands)
        return [outcome if outcome is not None else U[COMPARED[name]](*operands)]
    if name == "reduce_max":
        largest = _largest(operands[0], params["axes"])
        return [Shift(largest) if proxy.SIZES.shifts else largest]
    if name == "stop_gradient":
        return [_frozen(operands[0])]
    if name == "is_finite" or name == "ne" and equation.invars[0] is equation.invars[1]:
        return [name == "is_finite"]
    if name in ("eq", "ne"):
        raise GradatimError("a test whether values are equal has no formula here")
    if name in SEVERAL:
        return SEVERAL[name](params, *operands)
    way = PRIMITIVES.get(name)
    if way is None:
        raise GradatimError(f"the JAX primitive {name} has no formula here")
    return [way(params, *operands)]


def _name(params: Any, inner: Any) -> str:
    """What JAX calls a function that it calls by name, or one of its own that has a derivative of its own."""
    said = getattr(getattr(getattr(inner, "jaxpr", None), "debug_info", None), "func_src_info", "")
    name, _, place = str(said).partition(" at ")
    return str(params.get("name") or (name if "jax/_src" in place else "")).strip("_")


def _chosen(mask: Lazy, below: Any, above: Any) -> Any:
    """What is chosen by truth values that are known: of a triangle by its name, of others as products."""
    known = _constant(mask) if mask.made is None else None
    if isinstance(known, Mask):
        try:
            return masked("select_n", [known, below, above], {})
        except GradatimError:
            pass
    return chosen(mask, below, above)


def _branch(params: Any, args: list[Any]) -> list[Any]:
    """What is chosen by a comparison of values, or by data."""
    by = args[0]
    if not isinstance(by, Lazy) or by.made is None or len(params["branches"]) != 2:
        return branch(params, [_constant(a) for a in args], _run)
    below, above = (_run(b.jaxpr, b.consts, list(args[1:])) for b in params["branches"])
    return [chosen(by.then(lambda k: k > 0), _constant(a), _constant(b)) for a, b in zip(below, above)]


def _frozen(a: Any) -> Traced:
    """What is not differentiated, by a symbol of its own."""
    x = array(a)
    names = free_symbols(x.term)
    if any(map(is_index, names)):
        raise GradatimError("stop_gradient inside a loop has no formula here")
    if not names:
        return x
    known: dict[Symbol, Term] = proxy.SIZES.frozen
    symbol = next((s for s, t in known.items() if t is x.term), None)
    if symbol is None:
        symbol = Symbol(f"held{len(known)}", x.term.type.bare)
        known[symbol] = x.term
    return Traced(symbol, x.dims)


COMPARED = {"gt": "greater", "ge": "greater_equal", "lt": "less", "le": "less_equal"}


def _compared(name: str, a: Any, b: Any) -> bool | None:
    """The outcome of a comparison of numbers and sizes, which are positive; None where values decide."""
    x, y = (_sign_or_number(v) for v in (a, b))
    if isinstance(a, Place) and y == 0:
        return {"ge": True, "lt": False}.get(name)  # positions are counted from 0: JAX asks whether they are negative
    if x is None or y is None:
        return None
    return {"gt": x > y, "ge": x >= y, "lt": x < y, "le": x <= y}[name]


def _sign_or_number(a: Any) -> float | None:
    """The number that a constant is at the traced sizes; sizes are large there, so that what is said of them holds of all but the small."""
    t = getattr(a, "term", None)
    if isinstance(t, Number):
        return float(t.value)
    if isinstance(t, Size):
        return float(t.dim.evaluate({str(d): n for d, n in proxy.SIZES.number.items() if d.names == (str(d),)}))
    return None


@dataclass(frozen=True, slots=True)
class Shift:
    """The largest entry, which sums of exponentials are shifted by: there it cancels, so that it counts as nothing.

    Elsewhere it is what it is. Where it was left out wrongly, that is found out when formula and function are compared.
    """

    value: Traced


def _largest(a: Any, axes: Any) -> Traced:
    x = array(a)
    gone = tuple(map(int, axes))
    if len(gone) not in (1, x.ndim):
        raise GradatimError("a maximum over some axes of several has no formula here")
    found: Traced = F["max"](x, axis=None if len(gone) == x.ndim else gone[0])
    return found


LOGADDEXP = ["max", "sub", "ne", "add", "abs", "neg", "exp", "log1p", "add", "select_n"]
"""What the body of JAX's log(eᵃ + eᵇ) looks like."""


def _shifted(equation: Any, operands: list[Any]) -> Any:
    """An operation with a shift, or with the outcome of a test for infinities."""
    name = equation.primitive.name
    if name == "select_n" and isinstance(operands[0], bool):
        return operands[1 + operands[0]]
    if name == "is_finite":
        return True
    if name in ("convert_element_type", "broadcast_in_dim") and isinstance(operands[0], (bool, float)):
        return operands[0]
    if name == "max" and any(isinstance(a, float) and a == -math.inf for a in operands):
        return next(a for a in operands if not isinstance(a, float))
    rest = [a for a in operands if not isinstance(a, (Shift, float))]
    if name in ("add", "sub") and len(rest) == 1 and (name == "add" or operands[0] is rest[0]):
        return rest[0]
    if any(isinstance(a, (bool, float)) for a in operands):
        raise GradatimError(f"a test of values, or an infinity, inside {name} has no formula here")
    if name in ("stop_gradient", "copy", "copy_p"):
        return operands[0]
    if name in ("broadcast_in_dim", "reshape"):
        return Shift(PRIMITIVES[name](equation.params, operands[0].value))
    plain = [a.value if isinstance(a, Shift) else a for a in operands]
    way = PRIMITIVES.get(name)
    if way is None:
        raise GradatimError(f"a maximum inside {name} has no formula here")
    return way(equation.params, *plain)


def _mask(value: Any) -> Mask | None:
    """A constant of truth values as the mask that it is; None where it is none."""
    import numpy as np

    if value.ndim != 2 or value.shape[0] != value.shape[1]:
        return None
    dims = tuple(proxy.SIZES.dim(int(n)) for n in value.shape)
    whole = np.ones(value.shape, bool)
    for kind, strict, made in (
        ("lower", False, np.tril(whole)),
        ("upper", False, np.triu(whole)),
        ("lower", True, np.tril(whole, -1)),
        ("upper", True, np.triu(whole, 1)),
        ("diagonal", False, np.eye(len(value), dtype=bool)),
    ):
        if np.array_equal(value, made):
            return Mask(kind, strict, dims)
    return None


def _constant(a: Any) -> Any:
    if isinstance(a, Lazy) and a.made is not None:
        return constant(a)
    if isinstance(a, Lazy):
        import numpy as np

        value = np.asarray(a.value)
        mask = _mask(value) if value.dtype == bool else None
        return mask if mask is not None else array(value)
    return a


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


def _products(params: Any, a: Any) -> Traced:
    if params["reverse"]:
        raise GradatimError("cumprod has a formula from the beginning on")
    found: Traced = F["cumprod"](a, params["axis"])
    return found


def _whole_product(params: Any, a: Any) -> Traced:
    found: Traced = F["prod"](a)
    return found


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
    "reduce_min": lambda p, a: -_largest(-array(a), p["axes"]),
    "reduce_prod": _whole_product,
    "cumsum": _forwards,
    "cumprod": _products,
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
    **{n: U[n] for n in ("xlogy", "xlog1py", "entr", "rel_entr", "kl_div") if n in U},
    "sinc": F["sinc"],
    "trace": F["trace"],
    "expm": lambda a: Traced(ops.dictionary()["expm"](array(a).term), array(a).dims),
    "diagonal": F["diagonal"],
}
"""Functions of JAX that are called by name in a jaxpr and have a formula of their own; what comes out is compared by value."""
