"""Constants, broadcasting and arithmetic of stand-ins.

Broadcasting is written out: a row added to every row of a matrix is 𝟏bᵀ, a vector along an axis of a matrix is a diagonal matrix at its side,
and arrays of more than two axes are combined entry by entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from gradatim import ops
from gradatim.errors import GradatimError, ShapeError
from gradatim.ops.base import Pointwise, derivative_of
from gradatim.term import Apply, Bind, Number, Symbol, Term, fresh_index, substitute
from gradatim.trace import proxy
from gradatim.trace.constants import known_constant
from gradatim.trace.proxy import Extent, Shape, Traced
from gradatim.types import ONE, Dim


def array(value: Any) -> Traced:
    """Any operand as a traced array: numbers, constant arrays that are 0, 1 or the identity times a number."""
    if isinstance(value, Traced):
        return value
    if isinstance(value, Extent):
        return value.traced
    if isinstance(value, Term):
        return Traced(value, value.type.axes)
    if isinstance(value, (list, tuple)):
        return Traced.functions["asarray"](value)  # type: ignore[no-any-return]
    shape = tuple(getattr(value, "shape", ()))
    if not shape:
        number = float(value)
        if not math.isfinite(number):
            raise GradatimError(f"{number} is not a finite number")
        size = of_a_size(number)
        if size is not None:
            return size
        constant = known_constant(number)
        if constant is not None:
            return Traced(constant, ())
        exact = value if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else Fraction(repr(number))
        return Traced(Number(exact), ())
    return _constant(value, tuple(proxy.SIZES.dim(n) for n in shape))


ROUNDED = 1e-15
"""How near a number divided by a size is to a known constant, at least."""
MOST_WRITTEN_OUT = 16
"""Entries of a vector of numbers that are written out."""
SIMPLE = 64
"""A number is read as a simple multiple of a size, or of a size's reciprocal, with fractions up to this denominator."""


def of_a_size(number: float) -> Traced | None:
    """A number in which a size hides: N, N/2, 2/N, N − 1, 1/(N − 1), √N, 1/√N, (N/2) log 2π. Read wrongly it is found out at other sizes."""
    found = _of_a_size(number)
    if found is not None or number <= 0 or number.is_integer():
        return found
    squared = _of_a_size(number * number)
    return None if squared is None else Traced(ops.sqrt(squared.term), ())


def _of_a_size(number: float) -> Traced | None:
    if isinstance(proxy.SIZES, proxy.Fixed):
        return None
    for dim, n in proxy.SIZES.number.items():
        for offset in OFFSETS:
            for k in POWERS:
                found = _of_a_power(number, n + offset, k, SIMPLE if not offset and k in (1, -1) else 4)
                if found is not None:
                    size = Traced(ops.size(_moved(dim, offset)), ())
                    power = size if k in (1, -1) else raised(size, abs(k))
                    if k < 0:
                        return divided(Traced(Number(found), ()), power)
                    return power if found == 1 else multiplied(Traced(Number(found), ()), power)
        if number in (n * (n - 1) // 2, n * (n + 1) // 2, n * (n - 1)):
            # How many places a triangle has, or all but the diagonal: mask.sum().
            other = ops.size(dim + ONE if 2 * number == n * (n + 1) else dim - ONE)
            places = ops.product(ops.size(dim), other)
            return Traced(places if number == n * (n - 1) else ops.quotient(places, Number(2)), ())
        for offset in OFFSETS:
            constant = known_constant(number / (n + offset), ROUNDED)
            if constant is not None:
                # Python multiplies 0.5 by a size before anybody can tell that it is one: 0.5 * N * log(2π) arrives as a number.
                front = constant.args[:1] if isinstance(constant, Apply) and isinstance(constant.args[0], Number) else ()
                rest = constant.args[1:] if front and isinstance(constant, Apply) else (constant,)
                return Traced(ops.product(*front, ops.size(_moved(dim, offset)), *rest), ())
    return None


OFFSETS = (0, -1, 1, -2, 2, -3, 3)
POWERS = (1, -1, 2, -2, 3, -3, 4, -4)
"""Of sizes that hide in numbers: Python makes a number of `1.0 / (n + 1)` before anybody can tell that it is of a size."""


def _moved(dim: Dim, offset: int) -> Dim:
    return dim + ONE.scaled(Fraction(offset)) if offset else dim


def _of_a_power(number: float, size: int, k: int, denominator: int) -> Fraction | None:
    """The simple multiple that a number is of a power of a size; None where it is none."""
    ratio = number / float(size) ** k
    if not 1 / SIMPLE <= abs(ratio) <= SIMPLE:
        return None
    simple = Fraction(ratio).limit_denominator(denominator)
    return simple if simple and abs(ratio - float(simple)) <= 4e-15 * abs(k) * abs(ratio) else None


def _constant(value: Any, dims: Shape) -> Traced:
    flat = value.ravel()
    kept = tuple(d for d in dims if d != ONE)
    if kept and not flat.any():
        return Traced(ops.zeros(params=kept), dims)
    if len(kept) == 1 and len(flat) > 2 and flat[0] != flat[1] and _even(flat):
        # a, a + b, a + 2b, … along a named axis, as np.arange and np.linspace make it.
        i, step = fresh_index(kept[0]), float(flat[1] - flat[0])
        if float(flat[0]) and abs(flat[0] - step) <= ROUNDED * abs(step):
            return Traced(Bind("stack", i, multiplied(Traced(i, ()), step).term), dims)
        place = multiplied(Traced(i, ()) - 1, step)
        return Traced(Bind("stack", i, (place + float(flat[0])).term if flat[0] else place.term), dims)
    if bool((flat == flat[0]).all()):
        c = array(float(flat[0])).term
        return Traced(c if not kept else scaled(c, ones(kept)), dims)
    if len(dims) == 2 and dims[0] == dims[1]:
        diagonal = value.diagonal()
        n = len(diagonal)
        if diagonal[0] and bool((diagonal == diagonal[0]).all()) and int((value != 0).sum()) == n:
            return Traced(scaled(array(float(diagonal[0])).term, ops.identity(params=dims[:1])), dims)
    if isinstance(proxy.SIZES, proxy.Fixed):
        return Traced(proxy.SIZES.constant(value, dims), dims)
    known = Traced.functions["pattern"](value, dims)
    if known is not None:
        return Traced(known.term, dims)
    if len(dims) == 1 and dims[0].literal is not None and len(flat) <= MOST_WRITTEN_OUT:
        return Traced(ops.block(*(array(float(v)).term for v in flat), params=(len(flat), 1)), dims)
    raise GradatimError("a constant array with entries of its own stands in the function: make it an argument")


def distance(value: Any) -> Traced | None:
    """The distance of numbers that stand at equal ones along an axis with a name, as np.linspace makes them; None for others."""
    if getattr(value, "ndim", 0) != 1 or len(value) < 3 or proxy.SIZES.dim(len(value)).literal is not None or not _even(value):
        return None
    return array(float(value[-1] - value[0]) / (len(value) - 1))


def _even(flat: Any) -> bool:
    """Whether numbers stand at equal distances, as well as they can be held."""
    step = (flat[-1] - flat[0]) / (len(flat) - 1)
    exact = [flat[0] + step * k for k in range(len(flat))]
    return bool((abs(flat - exact) <= 4 * ROUNDED * max(abs(flat[0]), abs(flat[-1]))).all())


def ones(dims: Shape) -> Term:
    return ops.ones(params=dims)


# ---------------------------------------------------------------- broadcasting


def common(a: Shape, b: Shape) -> Shape:
    """NumPy's rule: shapes are aligned at the end, and an axis of one meets any other."""
    n = max(len(a), len(b))
    left, right = (ONE,) * (n - len(a)) + a, (ONE,) * (n - len(b)) + b
    out = []
    for x, y in zip(left, right):
        if x != y and ONE not in (x, y):
            raise ShapeError(f"operands of shapes ({', '.join(map(str, a))}) and ({', '.join(map(str, b))}) do not broadcast")
        out.append(y if x == ONE else x)
    return tuple(out)


def spread(a: Traced, shape: Shape) -> Term:
    """The term with all axes of the common shape, repeated along those that it lacks."""
    own = (ONE,) * (len(shape) - len(a.dims)) + a.dims
    target = tuple(d for d in shape if d != ONE)
    has = [k for k, d in enumerate(own) if d != ONE]
    places = [k for k, d in enumerate(shape) if d != ONE]
    if len(has) == len(places):
        return a.term
    if not has and len(target) > 2:
        return stacked([fresh_index(d) for d in target], a.term)
    if not has:
        return scaled(a.term, ones(target)) if target else a.term
    if len(target) == 2:
        row = has[0] == places[1]
        return (
            ops.product(ones(target[:1]), ops.transpose(a.term)) if row else ops.product(a.term, ops.transpose(ones(target[1:])))
        )
    indices = [fresh_index(d) for d in target]
    body: Term = entry(a.term, [indices[places.index(k)] for k in has])
    return stacked(indices, body)


def entry(t: Term, indices: Sequence[Term]) -> Term:
    """An entry of a term; of a stack, of what is stacked."""
    left = list(indices)
    while left and isinstance(t, Bind) and t.kind == "stack":
        t = substitute(t.body, {t.index: left.pop(0)})
    if isinstance(t, Apply) and t.op is ops.ones and len(left) == t.rank:
        return Number(1)
    inside = of_entries(t, left) if left and len(left) == t.rank and _holds_stacks(t) else None
    return inside if inside is not None else ops.at(t, *left) if left else t


BY_ENTRY: dict[object, Callable[..., Term]] = {
    ops.add: ops.add,
    ops.hadamard: ops.product,
    ops.hdivide: ops.quotient,
    ops.hpower: ops.power,
    ops.quotient: ops.quotient,
}
"""Operations entry by entry, and what they are of numbers."""


def _holds_stacks(t: Term) -> bool:
    """Whether an array is made, entry by entry, of one that is written with indices."""
    if isinstance(t, Bind):
        return t.kind == "stack"
    known = isinstance(t, Apply) and (t.op in BY_ENTRY or t.op is ops.product or isinstance(derivative_of(t.op), Pointwise))
    return known and any(_holds_stacks(a) for a in t.args if a.rank)


def of_entries(t: Term, indices: Sequence[Term]) -> Term | None:
    """The entry of an array that is made entry by entry, as a formula of entries; None where it is made otherwise."""
    if not isinstance(t, Apply):
        return None

    def inside(a: Term) -> Term:
        return (of_entries(a, indices) or entry(a, indices)) if a.rank else a

    if t.op in BY_ENTRY or t.op is ops.product and sum(bool(a.rank) for a in t.args) == 1:
        return BY_ENTRY.get(t.op, ops.product)(*map(inside, t.args))
    if isinstance(derivative_of(t.op), Pointwise) and len(t.args) == 1:
        return Apply(t.op, (inside(t.args[0]),), t.params)
    return None


def by_entries(op: Callable[..., Term], dims: Shape, *terms: Term) -> Term:
    """An operation entry by entry on arrays of one shape and on scalars, with its indices written."""
    indices = [fresh_index(d) for d in dims if d != ONE]
    return stacked(indices, op(*(entry(t, indices) if t.rank else t for t in terms)))


def entrywise(op: Callable[[Term], Term]) -> Callable[[Any], Traced]:
    """A function of numbers on stand-ins, entry by entry."""

    def mapped(a: Any) -> Traced:
        x = array(a)
        return Traced(op(x.term) if x.term.rank < 3 else by_entries(op, x.dims, x.term), x.dims)

    return mapped


def _is_zero(t: Term) -> bool:
    return isinstance(t, Number) and t.value == 0 or isinstance(t, Apply) and t.op is ops.zeros


def stacked(indices: Sequence[Symbol], body: Term) -> Term:
    for i in reversed(indices):
        body = Bind("stack", i, body)
    return body


def combined(op: Callable[..., Term], a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    shape = common(x.dims, y.dims)
    if _is_zero(y.term) and x.dims == shape:
        return x
    if _is_zero(x.term) and y.dims == shape:
        return y if op is ops.add else -y
    s, t = spread(x, shape), spread(y, shape)
    return Traced(op(s, t) if s.rank < 3 else by_entries(op, shape, s, t), shape)


def multiplied(a: Any, b: Any) -> Traced:
    """Entry by entry; a vector along an axis of a matrix is a diagonal matrix at its side."""
    x, y = array(a), array(b)
    shape = common(x.dims, y.dims)
    if x.term.rank > 2 or y.term.rank > 2:
        return Traced(by_entries(scaled, shape, spread(x, shape), spread(y, shape)), shape)
    if not x.term.rank or not y.term.rank:
        return Traced(scaled(x.term, y.term), shape)
    if x.term.rank == y.term.rank == 1 and len([d for d in shape if d != ONE]) == 2:
        first = _place(x, shape) < _place(y, shape)
        u, v = (x.term, y.term) if first else (y.term, x.term)
        return Traced(ops.product(u, ops.transpose(v)), shape)
    for one, other in ((x, y), (y, x)):
        if one.term.rank == 1 and other.term.rank == 2:
            d = ops.diag(one.term)
            left = _place(one, shape) == _place(other, shape)
            return Traced(ops.product(d, other.term) if left else ops.product(other.term, d), shape)
    s, t = spread(x, shape), spread(y, shape)
    return Traced(ops.hadamard(s, t) if s.rank < 3 else by_entries(ops.product, shape, s, t), shape)


def scaled(a: Term, b: Term) -> Term:
    """A product with a scalar; a factor of one is not written."""
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Number) and one.value == 1:
            return other
        if isinstance(one, Number) and isinstance(other, Apply) and other.op is ops.product and other.args[0].rank:
            return ops.product(one, *other.args)
    return ops.product(a, b)


def _place(a: Traced, shape: Shape) -> int:
    """The first axis of the common shape that the array has."""
    own = (ONE,) * (len(shape) - len(a.dims)) + a.dims
    return next(k for k, d in enumerate(own) if d != ONE)


def divided(a: Any, b: Any) -> Traced:
    x, y = array(a), array(b)
    if x.term.rank > 2 or y.term.rank > 2:
        dims = common(x.dims, y.dims)
        return Traced(by_entries(ops.quotient, dims, spread(x, dims), spread(y, dims)), dims)
    if not y.term.rank:
        return Traced(ops.quotient(x.term, y.term), common(x.dims, y.dims))
    if not x.term.rank:
        inverse = Traced(ops.hpower(y.term, Number(-1)), y.dims)
        return multiplied(x, inverse)
    shape = common(x.dims, y.dims)
    s, t = spread(x, shape), spread(y, shape)
    return Traced(ops.hdivide(s, t) if s.rank < 3 else by_entries(ops.quotient, shape, s, t), shape)


def raised(base: Any, b: Any) -> Traced:
    a, y = array(base), array(b)
    if y.term.rank:
        raise GradatimError("a power with an array as its exponent cannot be traced")
    if not a.term.rank:
        return Traced(ops.power(a.term, y.term), common(a.dims, y.dims))
    return Traced(ops.hpower(a.term, y.term) if a.term.rank < 3 else by_entries(ops.power, a.dims, a.term, y.term), a.dims)
