"""NumPy's functions on traced arrays, and the tracing of a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Bind, Number, Term, fresh_index
from gradatim.trace import proxy
from gradatim.trace.broadcast import (
    array,
    combined,
    common,
    divided,
    entrywise,
    multiplied,
    raised,
    spread,
)
from gradatim.trace.conditions import as_condition, every, greater, some, where
from gradatim.trace.factors import cholesky
from gradatim.trace.loops import passes
from gradatim.trace.moments import along_axis, average, understood, variance
from gradatim.trace.norms import largest, least, norm
from gradatim.trace.products import dot, einsum, matmul
from gradatim.trace.proxy import Shape, Traced
from gradatim.trace.ranges import above, append, as_columns, beside, concatenate, diff, roll, stack
from gradatim.trace.reshaped import ravel, reshape
from gradatim.trace.shapes import mean, summed, taken, transpose
from gradatim.types import ONE


def _whole(op: Callable[[Term], Term]) -> Callable[[Any], Traced]:
    def applied(a: Any) -> Traced:
        term = op(array(a).term)
        return Traced(term, term.type.axes)

    return applied


def _maximum(a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    for one, other in ((x, y), (y, x)):
        if isinstance(one.term, Number) and one.term.value == 0:
            return Traced(ops.relu(other.term), other.dims)
    shape = common(x.dims, y.dims)
    return Traced(ops.maximum(spread(x, shape), spread(y, shape)), shape)


def _minimum(a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    shape = common(x.dims, y.dims)
    return Traced(ops.minimum(spread(x, shape), spread(y, shape)), shape)


def _clip(a: Any, low: Any = None, high: Any = None, **options: Any) -> Traced:
    """Held between bounds, which may be given as `a_min` and `a_max` or as `min` and `max`."""
    for name in ("a_min", "min"):
        low = options.pop(name, low)
    for name in ("a_max", "max"):
        high = options.pop(name, high)
    understood("clip", options)
    x = array(a) if low is None else _maximum(a, low)
    return x if high is None else _minimum(x, high)


def _logaddexp(a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    for one, other in ((x, y), (y, x)):
        if isinstance(one.term, Number) and one.term.value == 0:
            return Traced(ops.softplus(other.term), other.dims)
    shape = common(x.dims, y.dims)
    s, t = spread(x, shape), spread(y, shape)
    return Traced(ops.add(t, ops.softplus(ops.subtract(s, t))), shape)


def _one(t: Term) -> Term:
    return ops.unit(t.type)


def _absolute(t: Term) -> Term:
    return t if "positive" in ops.facts(t) else ops.absolute(t)


def _power(a: Any, b: Any) -> Traced:
    return raised(array(a), b)


def _xlogy(a: Any, b: Any) -> Traced:
    return multiplied(a, entrywise(ops.log)(b))


Traced.ufuncs.update(
    {
        "add": lambda a, b: combined(ops.add, a, b),
        "subtract": lambda a, b: combined(ops.subtract, a, b),
        "multiply": multiplied,
        "divide": divided,
        "true_divide": divided,
        "power": _power,
        "float_power": _power,
        "matmul": matmul,
        "negative": entrywise(ops.minus),
        "positive": entrywise(lambda t: t),
        "conjugate": entrywise(lambda t: t),
        "square": lambda a: raised(array(a), 2),
        "reciprocal": lambda a: divided(1, a),
        "maximum": _maximum,
        "minimum": _minimum,
        "logaddexp": _logaddexp,
        "log1p": entrywise(lambda t: ops.log(ops.add(_one(t), t))),
        "expm1": entrywise(lambda t: ops.subtract(ops.exp(t), _one(t))),
        "log2": lambda a: divided(entrywise(ops.log)(a), entrywise(ops.log)(2)),
        "log10": lambda a: divided(entrywise(ops.log)(a), entrywise(ops.log)(10)),
        "exp2": lambda a: entrywise(ops.exp)(multiplied(a, entrywise(ops.log)(2))),
        "cbrt": lambda a: multiplied(entrywise(ops.sign)(a), raised(entrywise(_absolute)(a), array(1) / 3)),
        "absolute": entrywise(_absolute),
        "fabs": entrywise(_absolute),
        "sign": entrywise(ops.sign),
        "greater": lambda a, b: greater(a, b, True),
        "greater_equal": lambda a, b: greater(a, b, False),
        "less": lambda a, b: greater(b, a, True),
        "less_equal": lambda a, b: greater(b, a, False),
        "logical_and": lambda a, b: as_condition(a) & as_condition(b),
        "logical_or": lambda a, b: as_condition(a) | as_condition(b),
        "logical_not": lambda a: ~as_condition(a),
        "bitwise_and": lambda a, b: as_condition(a) & as_condition(b),
        "bitwise_or": lambda a, b: as_condition(a) | as_condition(b),
        "invert": lambda a: ~as_condition(a),
        "heaviside": lambda a, b: where(array(a) > 0, 1, where(array(a) < 0, 0, b)),
        "hypot": lambda a, b: entrywise(ops.sqrt)(combined(ops.add, raised(a, 2), raised(b, 2))),
        "expit": entrywise(ops.sigmoid),
        "log_expit": lambda a: -entrywise(ops.softplus)(-array(a)),
        "xlogy": _xlogy,
        "entr": lambda a: -_xlogy(a, a),
        **{
            f.name: entrywise(f)
            for f in (ops.exp, ops.log, ops.sqrt, ops.sin, ops.cos, ops.tan, ops.sinh, ops.cosh, ops.tanh, ops.arctan)
        },
        **{f.name: entrywise(f) for f in (ops.arcsin, ops.arccos, ops.arcsinh, ops.arctanh, ops.erf, ops.gamma)},
        "gammaln": entrywise(ops.lgamma),
        "psi": entrywise(ops.digamma),
        "digamma": entrywise(ops.digamma),
    }
)


def _outer(a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    return multiplied(Traced(x.term, (*x.dims, ONE)), Traced(y.term, (ONE, *y.dims)))


def _outer_by(function: Callable[..., Any], a: Any, b: Any) -> Any:
    """np.add.outer and its like: every entry of one with every entry of the other."""
    x, y = array(a), array(b)
    return function(Traced(x.term, (*x.dims, *[ONE] * y.ndim)), Traced(y.term, (*[ONE] * x.ndim, *y.dims)))


def _diag(a: Any, k: int = 0) -> Traced:
    if k:
        raise GradatimError("only the main diagonal can be traced")
    x = array(a)
    return _whole(ops.diag if x.ndim == 1 else ops.diagonal)(x)


def _inner(a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    return matmul(x, transpose(y)) if y.ndim == 2 else dot(x, y)


def _vdot(a: Any, b: Any) -> Traced:
    return Traced(ops.inner(array(a).term, array(b).term), ()) if array(a).term.rank else multiplied(a, b)


class SlogdetResult(NamedTuple):
    """What np.linalg.slogdet returns."""

    sign: Traced
    logabsdet: Traced


def _slogdet(a: Any) -> SlogdetResult:
    t = array(a).term
    return SlogdetResult(Traced(ops.sign(ops.det(t)), ()), Traced(ops.logdet(t), ()))


def _solve(a: Any, b: Any) -> Traced:
    return matmul(_whole(ops.inverse)(a), b)


def _matrix_power(a: Any, n: int) -> Traced:
    x = array(a)
    found = ops.matrix_power_of(x.term, int(n))
    return Traced(found if found is not None else ops.identity(params=x.dims[:1]), x.dims)


def _prod(a: Any, axis: Any = None) -> Traced:
    x = array(a)
    if x.ndim != 1 or axis not in (None, 0, -1):
        raise GradatimError("np.prod is traced for vectors")
    i = fresh_index(x.dims[0])
    return Traced(Bind("product", i, ops.at(x.term, i)), ())


def _triangle(op: Callable[[Term], Term], a: Any, k: int) -> Traced:
    if k:
        raise GradatimError("only triangles at the main diagonal can be traced")
    return Traced(op(array(a).term), array(a).dims)


def _cumsum(a: Any, axis: Any = None, **options: Any) -> Traced:
    understood("cumsum", options)
    x = array(a)
    if x.ndim != 1 or axis not in (None, 0, -1):
        raise GradatimError("np.cumsum is traced for vectors")
    return Traced(ops.cumsum(x.term), x.dims)


def _reshape(a: Any, shape: Any = None, order: str = "C", **options: Any) -> Traced:
    shape = options.pop("newshape", shape)
    understood("reshape", options)
    if order not in ("C", "F"):
        raise GradatimError("np.reshape is traced row by row, order='C', or column by column, order='F'")
    if order == "C":
        return reshape(array(a), shape)
    turned = tuple(reversed(shape)) if isinstance(shape, (tuple, list)) else shape
    return transpose(reshape(transpose(a), turned))


def _multi_dot(arrays: Any) -> Traced:
    result = array(arrays[0])
    for a in arrays[1:]:
        result = matmul(result, a)
    return result


def _filled(value: int, dims: Shape) -> Term:
    kept = tuple(d for d in dims if d != ONE)
    return ops.zeros(params=kept) if kept and not value else spread(array(value), dims)


def _like(value: int) -> Callable[[Any], Traced]:
    def made(a: Any, **options: Any) -> Traced:
        understood("ones_like" if value else "zeros_like", options)
        x = array(a)
        return Traced(_filled(value, x.dims), x.dims)

    return made


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Traced:
    x, y = array(a), array(b)
    if isinstance(axes, int):
        axes = (tuple(range(x.ndim - axes, x.ndim)), tuple(range(axes)))
    left, right = ((k,) if isinstance(k, int) else tuple(k) for k in axes)
    one, two = "abcdefghijklm"[: x.ndim], list("nopqrstuvwxyz"[: y.ndim])
    for i, j in zip(left, right):
        two[j] = one[i]
    out = [c for k, c in enumerate(one) if k not in left] + [c for k, c in enumerate(two) if k not in right]
    return einsum(f"{one},{''.join(two)}->{''.join(out)}", x, y)


Traced.functions.update(
    {
        "sum": along_axis("sum", lambda a, axis, keepdims: summed(array(a), axis, keepdims)),
        "mean": along_axis("mean", mean),
        "average": average,
        "var": variance,
        "std": lambda a, axis=None, keepdims=False, ddof=0, **options: entrywise(ops.sqrt)(
            variance(a, axis, keepdims, ddof, **options)
        ),
        "prod": _prod,
        "nansum": along_axis("nansum", lambda a, axis, keepdims: summed(array(a), axis, keepdims)),
        "where": where,
        "all": every,
        "any": some,
        "stack": stack,
        "concatenate": concatenate,
        "vstack": above,
        "hstack": beside,
        "column_stack": as_columns,
        "append": append,
        "diff": diff,
        "roll": roll,
        "passes": passes,
        "taken": taken,
        "ravel": ravel,
        "cross": lambda a, b: _cross(array(a), array(b)),
        "clip": _clip,
        "max": along_axis("max", largest),
        "min": along_axis("min", least),
        "amax": along_axis("amax", largest),
        "amin": along_axis("amin", least),
        "tril": lambda a, k=0: _triangle(ops.tril, a, k),
        "triu": lambda a, k=0: _triangle(ops.triu, a, k),
        "cumsum": _cumsum,
        "dot": dot,
        "inner": _inner,
        "vdot": _vdot,
        "outer": _outer,
        "ufunc.outer": _outer_by,
        "einsum": einsum,
        "tensordot": _tensordot,
        "kron": lambda a, b: _kron(a, b),
        "trace": lambda a: array(a).trace(),
        "diag": _diag,
        "diagonal": _diag,
        "transpose": transpose,
        "swapaxes": lambda a, i, j: transpose(a, _swapped(array(a).ndim, i, j)),
        "matrix_transpose": lambda a: transpose(a),
        "squeeze": lambda a, axis=None: array(a).squeeze(axis),
        "expand_dims": lambda a, axis: _expanded(array(a), axis),
        "reshape": _reshape,
        "ones_like": _like(1),
        "zeros_like": _like(0),
        "inv": _whole(ops.inverse),
        "det": _whole(ops.det),
        "slogdet": _slogdet,
        "cholesky": cholesky,
        "solve": _solve,
        "norm": norm,
        "matrix_norm": lambda a: norm(a),
        "vector_norm": lambda a, ord=2: norm(a, ord),
        "matrix_power": _matrix_power,
        "multi_dot": _multi_dot,
        "broadcast_to": lambda a, shape: _broadcast(array(a), shape),
    }
)


def _kron(a: Any, b: Any) -> Traced:
    return _whole(lambda t: ops.dictionary()["kron"](t, array(b).term))(a)


def _cross(a: Traced, b: Traced) -> Traced:
    return Traced(ops.cross(a.term, b.term), a.dims)


def _swapped(n: int, i: int, j: int) -> tuple[int, ...]:
    order = list(range(n))
    order[i], order[j] = order[j], order[i]
    return tuple(order)


def _expanded(a: Traced, axis: int) -> Traced:
    at = axis if axis >= 0 else axis + a.ndim + 1
    return taken(a, (slice(None),) * at + (None,))


def _broadcast(a: Traced, shape: Any) -> Traced:
    dims = tuple(proxy.SIZES.dim(n) for n in (shape if isinstance(shape, tuple) else (shape,)))
    return Traced(spread(a, dims), dims)


UFUNCS, FUNCTIONS = Traced.ufuncs, Traced.functions
