"""NumPy's less common functions on stand-ins, made of the common ones."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError
from gradatim.term import Bind, Number, Term, fresh_index
from gradatim.trace import proxy
from gradatim.trace.broadcast import array, combined, distance, divided, entry, multiplied, raised, stacked
from gradatim.trace.conditions import where
from gradatim.trace.functions import FUNCTIONS, UFUNCS
from gradatim.trace.moments import understood
from gradatim.trace.picked import NAMES, counted_off
from gradatim.trace.positions import nonzero
from gradatim.trace.products import matmul
from gradatim.trace.proxy import NOTHING, Extent, Traced
from gradatim.trace.ranges import above, between, concatenate, stack
from gradatim.trace.selected import selected
from gradatim.trace.shapes import mean, summed, transpose
from gradatim.trace.written import DIAGONAL, read_at, write
from gradatim.types import ONE, Dim

MOST_TERMS = 32
"""Of a polynomial, a kernel, a table, written out."""


def _zeros(shape: tuple[Any, ...]) -> Traced:
    dims = tuple(proxy.SIZES.dim(n) for n in shape)
    kept = tuple(d for d in dims if d != ONE)
    return Traced(ops.zeros(params=kept) if kept else Number(0), dims)


def _identity(n: Any) -> Traced:
    d = proxy.SIZES.dim(n)
    return Traced(ops.identity(params=(d,)), (d, d))


def _numbers(values: Any) -> list[Any]:
    """A short list of numbers or of entries of a stand-in."""
    if isinstance(values, Traced):
        if values.ndim != 1 or values.dims[0].literal is None:
            raise GradatimError("a polynomial has a formula for coefficients of a known number")
        return [values[k] for k in range(values.dims[0].literal)]
    found = [v if isinstance(v, Traced) else float(v) for v in values]
    if len(found) > MOST_TERMS:
        raise GradatimError(f"more than {MOST_TERMS} numbers to be written out")
    return found


def _polyval(p: Any, x: Any) -> Traced:
    c = _numbers(p)

    def power(k: int) -> Traced:
        return array(x) if k == 1 else raised(array(x), k)

    terms = [multiplied(a, power(len(c) - 1 - k)) if k < len(c) - 1 else array(a) for k, a in enumerate(c)]
    result = terms[0]
    for t in terms[1:]:
        result = combined(ops.add, result, t)
    return result


def _vander(x: Any, N: Any = None, increasing: bool = False) -> Traced:
    a = array(x)
    if N is None or isinstance(N, Extent) or not 0 < N <= MOST_TERMS or a.ndim != 1:
        raise GradatimError("np.vander has a formula for a known number of columns")
    one = FUNCTIONS["ones_like"](a)
    columns = [one if not k else a if k == 1 else raised(a, k) for k in range(N)]
    return stack(columns if increasing else columns[::-1], 1)


def _diagonal_at(a: Any, k: int = 0) -> Traced:
    """np.diag with an offset: a part of the matrix has that diagonal as its own, a vector stands beside zeros."""
    x = array(a)
    if not k:
        return Traced(ops.diag(x.term), x.dims * 2) if x.ndim == 1 else Traced(ops.diagonal(x.term), x.dims[:1])
    size = Dim.of(abs(k))
    if x.ndim == 1:
        n = x.dims[0]
        inner = Traced(ops.diag(x.term), (n, n))
        edge, end = (Traced(ops.zeros(params=tuple(d for d in ds if d != ONE)), ds) for ds in ((n, size), (size, n + size)))
        wide = concatenate((edge, inner) if k > 0 else (inner, edge), 1)
        return concatenate((wide, end) if k > 0 else (end, wide), 0)
    if x.dims[0] != x.dims[1]:
        raise GradatimError("np.diag with an offset has a formula for square matrices")
    n = x.dims[0]
    part = (
        between(between(x, 0, NOTHING, n - size), 1, size, n) if k > 0 else between(between(x, 0, size, n), 1, NOTHING, n - size)
    )
    return Traced(ops.diagonal(part.term), (n - size,))


def _strict(op: Any, whole: int) -> Any:
    def triangle(a: Any, k: int = 0) -> Traced:
        x = array(a)
        if k not in (0, whole):
            raise GradatimError("triangles have a formula with their diagonal or without it")
        made = op(x.term)
        return Traced(ops.subtract(made, ops.diag(ops.diagonal(x.term))) if k else made, x.dims)

    return triangle


def _prod(a: Any, axis: Any = None, **options: Any) -> Traced:
    understood("prod", options)
    x = array(a)
    if axis is None and x.ndim > 1:
        indices = [fresh_index(d) for d in x.dims if d != ONE]
        body: Term = entry(x.term, indices)
        for i in reversed(indices):
            body = Bind("product", i, body)
        return Traced(body, ())
    gone = 0 if axis is None else int(axis) % x.ndim
    if ONE in x.dims:
        raise GradatimError("np.prod has a formula without axes of one")
    indices = [fresh_index(d) for d in x.dims]
    body = Bind("product", indices[gone], entry(x.term, indices))
    rest = [i for k, i in enumerate(indices) if k != gone]
    return Traced(stacked(rest, body), tuple(d for k, d in enumerate(x.dims) if k != gone))


def _cumsum(a: Any, axis: Any = None, **options: Any) -> Traced:
    understood("cumsum", options)
    x = array(a)
    if x.ndim == 1 and axis in (None, 0, -1):
        return Traced(ops.cumsum(x.term), x.dims)
    if x.ndim != 2 or axis is None or ONE in x.dims:
        raise GradatimError("np.cumsum has a formula for a vector, or along an axis of a matrix")
    rows = int(axis) % 2 == 0
    n = x.dims[0 if rows else 1]
    sums = Traced(ops.lower_ones(params=(n,)), (n, n))
    return matmul(sums, x) if rows else matmul(x, transpose(sums))


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Traced:
    a = array(y)
    if a.ndim != 1 or axis not in (-1, 0):
        raise GradatimError("np.trapezoid has a formula for a vector")
    n = a.dims[0]
    means = divided(between(a, 0, ONE, n) + between(a, 0, NOTHING, n - ONE), 2)
    return summed(multiplied(means, dx if x is None else FUNCTIONS["diff"](x)))


def _cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None, **options: Any) -> Traced:
    understood("cov", options)
    x = array(m)
    if y is not None or x.ndim != 2:
        raise GradatimError("np.cov has a formula for one matrix")
    rows = transpose(x) if rowvar else x
    centred = rows - mean(rows, 0, True)
    lost = ddof if ddof is not None else 0 if bias else 1
    return divided(matmul(transpose(centred), centred), combined(ops.subtract, Traced(ops.size(rows.dims[0]), ()), lost))


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Traced:
    """The piecewise linear function through known points: a sum of ramps."""
    if period is not None or left is not None or right is not None:
        raise GradatimError("np.interp has a formula without left, right and period")
    if isinstance(xp, Traced):
        raise GradatimError("np.interp has a formula for points that are numbers")
    at, values, a = _numbers(xp), _numbers(fp), array(x)
    exact = [v if isinstance(v, Traced) else Fraction(repr(v)) for v in values]
    slopes: list[Any] = [Fraction(0)]
    slopes += [(v - u) / Fraction(repr(q - p)) for p, q, u, v in zip(at, at[1:], exact, exact[1:])]
    slopes.append(Fraction(0))
    result: Any = array(values[0])
    for p, before, after in zip(at, slopes, slopes[1:]):
        result = result + multiplied(after - before, UFUNCS["maximum"](a - p, 0))
    return array(result)


def _convolve(a: Any, v: Any, mode: str = "full") -> Traced:
    """Sums of shifted parts, for a kernel of a known number of entries."""
    x, k = a, v
    if isinstance(x, Traced) and x.dims[0].literal is not None and not (isinstance(k, Traced) and k.dims[0].literal is not None):
        x, k = k, x
    kernel, signal = _numbers(k), array(x)
    n, r = signal.dims[0], len(kernel) - 1
    # In the middle of the full one, as many as the longer of the two has.
    wide = {"full": (r, r), "same": ((r + 1) // 2, r // 2), "valid": (0, 0)}.get(mode)
    if wide is None or signal.ndim != 1 or mode == "same" and n.literal is not None and n.literal <= r:
        raise GradatimError("np.convolve has a formula for a vector and a shorter kernel, with the modes full, same and valid")
    edges = [[_zeros((k,))] if k else [] for k in wide]
    if any(wide):
        signal = concatenate((*edges[0], signal, *edges[1]), 0)
        n = n + Dim.of(sum(wide))
    parts = [
        multiplied(c, between(signal, 0, Dim.of(r - j) if r > j else NOTHING, n - Dim.of(j) if j else n))
        for j, c in enumerate(kernel)
    ]
    result = parts[0]
    for p in parts[1:]:
        result = result + p
    return result


def _block(parts: Any) -> Traced:
    rows = [FUNCTIONS["hstack"](list(r)) if isinstance(r, (list, tuple)) else array(r) for r in parts]
    return above(rows) if any(isinstance(r, (list, tuple)) for r in parts) else FUNCTIONS["hstack"](list(parts))


def _tile(a: Any, reps: Any) -> Traced:
    x = array(a)
    counts = tuple(reps) if isinstance(reps, (tuple, list)) else (reps,)
    own = (ONE,) * (len(counts) - x.ndim) + x.dims
    counts = (1,) * (len(own) - len(counts)) + counts
    if any(c != 1 and d != ONE for c, d in zip(counts, own)):
        raise GradatimError("np.tile has a formula along axes of one")
    dims = tuple(proxy.SIZES.dim(c) if d == ONE else d for c, d in zip(counts, own))
    return FUNCTIONS["broadcast_to"](Traced(x.term, own), tuple(proxy.SIZES.of(d) for d in dims))  # type: ignore[no-any-return]


def _gradient(f: Any, *spacing: Any, **options: Any) -> Traced:
    """Central differences, and one-sided ones at the ends."""
    understood("gradient", options)
    x = array(f)
    even = distance(spacing[0]) if spacing and not isinstance(spacing[0], Traced) else None
    h = even if even is not None else array(spacing[0] if spacing else 1.0)
    if x.ndim != 1 or len(spacing) > 1 or h.ndim and h.dims != x.dims:
        raise GradatimError("np.gradient has a formula for a vector, with one distance or with places")
    n, two = x.dims[0], Dim.of(2)
    if h.ndim:
        return _slopes(x, h)
    inner = divided(between(x, 0, two, n) - between(x, 0, NOTHING, n - two), 2)
    first = between(x, 0, ONE, two) - between(x, 0, NOTHING, ONE)
    last = between(x, 0, n - ONE, n) - between(x, 0, n - two, n - ONE)
    whole = concatenate((first, inner, last), 0)
    return divided(whole, h) if spacing else whole


def _slopes(x: Traced, t: Traced) -> Traced:
    """Of the parabola through three neighbours, at places that lie as they may; at the ends of the line through two."""
    n, two = x.dims[0], Dim.of(2)
    steps: Traced = FUNCTIONS["diff"](t)
    slopes = divided(FUNCTIONS["diff"](x), steps)
    before, after = ((between(a, 0, NOTHING, n - two), between(a, 0, ONE, n - ONE)) for a in (steps, slopes))
    inner = divided(multiplied(before[1], after[0]) + multiplied(before[0], after[1]), before[0] + before[1])
    return concatenate((between(slopes, 0, NOTHING, ONE), inner, between(slopes, 0, n - two, n - ONE)), 0)


def _along(function: Any, axis: int, a: Any) -> Traced:
    x = array(a)
    if x.ndim != 2:
        raise GradatimError("np.apply_along_axis has a formula for matrices")
    t = transpose(x) if axis % 2 == 0 else x
    i = fresh_index(t.dims[0])
    made = array(function(Traced(ops.at(t.term, i), t.dims[1:])))
    if made.term.rank:
        raise GradatimError("np.apply_along_axis has a formula for functions that give a number")
    return Traced(Bind("stack", i, made.term), t.dims[:1])


def _ptp(a: Any, axis: Any = None, keepdims: bool = False) -> Traced:
    top, bottom = (FUNCTIONS[name](a, axis=axis, keepdims=keepdims) for name in ("max", "min"))
    return top - bottom  # type: ignore[no-any-return]


def _power_of(base: Any, exponent: Any) -> Traced:
    """b^x for a number b, x^y for arrays of positive numbers."""
    return UFUNCS["exp"](multiplied(exponent, UFUNCS["log"](base)))  # type: ignore[no-any-return]


def _power(a: Any, b: Any) -> Traced:
    y = array(b)
    return _power_of(a, y) if y.term.rank else raised(array(a), y)


def _fill_diagonal(a: Traced, value: Any) -> None:
    write(a, DIAGONAL, value)


def _taken(taken: Any) -> Any:
    def function(a: Traced, index: Any) -> Any:
        if index is DIAGONAL:
            return _diagonal_at(a)
        chosen = selected(a, index)
        return chosen if chosen is not None else taken(*counted_off(a, index))

    return function


UFUNCS["power"] = UFUNCS["float_power"] = _power
FUNCTIONS.update(
    {
        "write": write,
        "where": lambda condition, *choices: where(condition, *choices) if choices else nonzero(condition),
        "read_at": read_at,
        "taken": _taken(FUNCTIONS["taken"]),
        "zeros": _zeros,
        "identity": _identity,
        "polyval": _polyval,
        "vander": _vander,
        "diag": _diagonal_at,
        "diagonal": lambda a, offset=0: _diagonal_at(a, offset),
        "tril": _strict(ops.tril, -1),
        "triu": _strict(ops.triu, 1),
        "prod": _prod,
        "cumsum": _cumsum,
        "trapezoid": _trapezoid,
        "trapz": _trapezoid,
        "cov": _cov,
        "interp": _interp,
        "convolve": _convolve,
        "block": _block,
        "tile": _tile,
        "gradient": _gradient,
        "apply_along_axis": _along,
        "ptp": _ptp,
        "fill_diagonal": _fill_diagonal,
        "diag_indices_from": lambda _a: DIAGONAL,
        "copyto": lambda a, value: write(a, Ellipsis, value),
        **NAMES,
    }
)
